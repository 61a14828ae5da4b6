
/*
 * Queries that wait for their owner: what columns they would tell, or why the
 * database could not run them, as each data source says that there is,
 * without running them. One reader at a time, aside from the tasks.
 */


#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_reader.h"
#include "interconnd_runner_query.h"


#define PREPARE_MS      2000
#define PREPARE_LIFE    60               /* seconds a source may take */
#define PREPARE_FOLDER  ".prepare"


struct interconnd_prepare_s {
    ic_arena_t            *pool;
    interconnd_reading_t   reading;
    const char            *query_id;
    ic_str_t               sql;
    const ic_json_t       *source;       /* that is asked */
    ic_str_t               fault;        /* of the first one */
    const char            *parent;
    pid_t                  pid;
    int64_t                end_ms;
};


static interconnd_prepare_t *prepare_find(interconnd_runner_t *runner);
static int prepare_begin(interconnd_runner_t *runner,
    interconnd_prepare_t *prepare);
static int prepare_start(interconnd_runner_t *runner,
    interconnd_prepare_t *prepare);
static int prepare_folder(interconnd_prepare_t *prepare);
static ic_str_t prepare_request(const interconnd_prepare_t *prepare);
static void prepare_ended(interconnd_runner_t *runner,
    interconnd_prepare_t *prepare, int status);
static void prepare_tell(interconnd_runner_t *runner,
    const interconnd_prepare_t *prepare, const ic_json_t *answer);
static void prepare_done(interconnd_runner_t *runner);


void
interconnd_prepare_tend(interconnd_runner_t *runner, int64_t now)
{
    int                    status;
    interconnd_prepare_t  *prepare;

    prepare = runner->asking->prepare;

    if (prepare != NULL) {

        if (waitpid(prepare->pid, &status, WNOHANG) == prepare->pid) {
            prepare_ended(runner, prepare, status);

        } else if (now > prepare->end_ms) {
            (void) kill(-prepare->pid, SIGKILL);
        }

        return;
    }

    if (now < runner->asking->prepare_ms) {
        return;
    }

    runner->asking->prepare_ms = now + PREPARE_MS;
    runner->asking->prepare = prepare_find(runner);

    if (runner->asking->prepare != NULL
        && prepare_start(runner, runner->asking->prepare) != 0)
    {
        prepare_tell(runner, runner->asking->prepare, NULL);
        prepare_done(runner);
    }
}


void
interconnd_prepare_stop(interconnd_runner_t *runner)
{
    int  status;

    if (runner->asking->prepare == NULL) {
        return;
    }

    (void) kill(-runner->asking->prepare->pid, SIGKILL);
    (void) waitpid(runner->asking->prepare->pid, &status, 0);
    prepare_done(runner);
}


static interconnd_prepare_t *
prepare_find(interconnd_runner_t *runner)
{
    ic_arena_t            *pool;
    ic_reply_t             reply;
    interconnd_prepare_t  *prepare;

    if (ic_store_call(runner->store, runner->pool, &reply, "query_unread", 0,
                      NULL)
        != 0
        || !ic_reply_ok(&reply))
    {
        return NULL;
    }

    pool = ic_pool_create();
    prepare = pool != NULL ? ic_zalloc(pool, sizeof(interconnd_prepare_t))
                           : NULL;

    if (prepare == NULL) {
        if (pool != NULL) {
            ic_pool_destroy(pool);
        }

        return NULL;
    }

    prepare->pool = pool;
    prepare->query_id = ic_str_z(pool, ic_reply_get(&reply, "query_id"));
    prepare->sql = ic_str_dup(pool, ic_reply_get(&reply, "sql"));
    prepare->source = ic_json_parse(pool,
                          ic_str_dup(pool, ic_reply_get(&reply, "sources")),
                          NULL);

    if (prepare->source != NULL) {
        prepare->source = prepare->source->child;
    }

    return prepare;
}


/* The next source that can be asked. 0, or -1: there is none. */

static int
prepare_start(interconnd_runner_t *runner, interconnd_prepare_t *prepare)
{
    while (prepare->query_id != NULL && prepare->source != NULL) {

        if (prepare_begin(runner, prepare) == 0) {
            return 0;
        }

        prepare->source = prepare->source->next;
    }

    return -1;
}


static int
prepare_begin(interconnd_runner_t *runner, interconnd_prepare_t *prepare)
{
    ic_str_t               path;
    interconnd_reading_t  *reading;

    path = ic_str_fmt(prepare->pool, "%s/%s", runner->conf->data_dir,
                      PREPARE_FOLDER);
    prepare->parent = (char *) path.data;

    if (path.data == NULL || prepare_folder(prepare) != 0) {
        return -1;
    }

    path = ic_str_fmt(prepare->pool, "%s/source", prepare->parent);

    reading = &prepare->reading;
    reading->conf = runner->conf;
    reading->pool = prepare->pool;
    reading->folder = (char *) path.data;
    reading->key = runner->key;
    reading->request = prepare_request(prepare);

    if (path.data == NULL || reading->request.data == NULL) {
        return -1;
    }

    prepare->pid = interconnd_reader_start(reading);
    prepare->end_ms = ic_mono_ms() + (PREPARE_LIFE + 5) * 1000;

    return prepare->pid != -1 ? 0 : -1;
}


static int
prepare_folder(interconnd_prepare_t *prepare)
{
    interconnd_folder_drop(prepare->parent);

    return mkdir(prepare->parent, S_IRWXU);
}


static ic_str_t
prepare_request(const interconnd_prepare_t *prepare)
{
    ic_json_out_t     out;
    const ic_json_t  *member;

    ic_out_init(&out, prepare->pool);
    ic_out_object(&out, NULL);

    for (member = prepare->source->child; member != NULL;
         member = member->next)
    {
        ic_out_key(&out, member->key);
        ic_out_node(&out, NULL, member);
    }

    ic_out_str(&out, "query", prepare->sql);
    ic_out_int(&out, "timeout", PREPARE_LIFE);
    ic_out_bool(&out, "prepare", true);
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


static void
prepare_ended(interconnd_runner_t *runner, interconnd_prepare_t *prepare,
    int status)
{
    ic_str_t            words;
    const ic_json_t    *answer;
    ic_source_error_t   error;

    answer = interconnd_reader_answer(&prepare->reading, status, &error,
                                      &words);

    if (answer == NULL && prepare->fault.len == 0) {
        prepare->fault = ic_str_fmt(prepare->pool, "%s: %s", error.code,
                                    error.text);
    }

    if (answer == NULL) {
        prepare->source = prepare->source->next;

        if (prepare_start(runner, prepare) == 0) {
            return;
        }
    }

    prepare_tell(runner, prepare, answer);
    prepare_done(runner);
}


/* answer NULL: no source could run it. */

static void
prepare_tell(interconnd_runner_t *runner,
    const interconnd_prepare_t *prepare, const ic_json_t *answer)
{
    ic_str_t       argv[4];
    ic_reply_t     reply;
    ic_json_out_t  columns, source;

    ic_out_init(&columns, prepare->pool);
    ic_out_init(&source, prepare->pool);

    argv[0] = ic_str(prepare->query_id);
    argv[1] = argv[2] = argv[3] = ic_str("");

    if (answer != NULL) {
        ic_out_node(&columns, NULL, ic_json_get(answer, "columns"));
        ic_out_node(&source, NULL, prepare->source);
        argv[1] = ic_out_text(&columns);
        argv[3] = ic_out_text(&source);

    } else {
        argv[2] = prepare->fault;
    }

    if (ic_store_call(runner->store, runner->pool, &reply, "query_read", 4,
                      argv)
        != 0)
    {
        interconnd_log("error", "query %s: %s", prepare->query_id,
                       ic_store_error(runner->store));
    }
}


static void
prepare_done(interconnd_runner_t *runner)
{
    interconnd_prepare_t  *prepare;

    prepare = runner->asking->prepare;
    runner->asking->prepare = NULL;

    if (prepare->parent != NULL) {
        interconnd_folder_drop(prepare->parent);
    }

    ic_pool_destroy(prepare->pool);
}
