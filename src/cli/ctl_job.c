
/*
 * interconnctl job: the jobs of a node by its own API, as an operator. What
 * is sent is checked there, and the evidence names who did it.
 */


#include <stdio.h>
#include <string.h>

#include "../lib/ic_codec.h"
#include "ctl_client.h"
#include "interconnctl.h"


#define CTL_JOB_PAGE  100


typedef struct {
    ic_arena_t    *pool;
    ctl_client_t   client;
    const char    *id;
    const char    *token_file;
    const char    *params;           /* files of JSON */
    const char    *job_params;
    const char    *dag;
    const char    *from;             /* "step,step" */
    const char    *name;
    const char    *priority;
} ctl_job_t;


typedef struct {
    const char  *verb;
    const char  *path;
    int        (*run)(ctl_job_t *job, const char *path);
    unsigned     id:1;               /* it is about one job */
    unsigned     changes:1;          /* options say what is otherwise */
    unsigned     from:1;             /* --from is taken */
} ctl_job_command_t;


static int ctl_job_run(ctl_job_t *job, int argc, char **argv);
static int ctl_job_options(ctl_job_t *job, int argc, char **argv);
static bool ctl_job_fits(const ctl_job_t *job,
    const ctl_job_command_t *command);
static int ctl_job_token(ctl_job_t *job);
static int ctl_job_list(ctl_job_t *job, const char *path);
static void ctl_job_line(const ic_json_t *record);
static int ctl_job_show(ctl_job_t *job, const char *path);
static int ctl_job_post(ctl_job_t *job, const char *path);
static int ctl_job_from(ctl_job_t *job, ic_json_out_t *out);
static int ctl_job_file(ctl_job_t *job, ic_json_out_t *out, const char *key,
    const char *file);
static ic_json_t *ctl_job_call(ctl_job_t *job, ic_str_t path,
    const char *body);
static int ctl_job_print(ctl_job_t *job, const ic_json_t *node);


static const ctl_job_command_t  ctl_job_commands[] = {
    { "list", "/v1/platform/job/list", ctl_job_list, 0, 0, 0 },
    { "show", "/v1/platform/job/query", ctl_job_show, 1, 0, 0 },
    { "start", "/v1/platform/job/start", ctl_job_post, 1, 0, 0 },
    { "stop", "/v1/platform/job/stop", ctl_job_post, 1, 0, 0 },
    { "pause", "/v1/platform/job/pause", ctl_job_post, 1, 0, 0 },
    { "resume", "/v1/platform/job/resume", ctl_job_post, 1, 0, 0 },
    { "rerun", "/v1/platform/job/rerun", ctl_job_post, 1, 1, 1 },
    { "update", "/v1/platform/job/update", ctl_job_post, 1, 1, 0 },
    { NULL, NULL, NULL, 0, 0, 0 }
};


int
ctl_job(int argc, char **argv)
{
    int        rc;
    ctl_job_t  job = { 0 };

    job.pool = ic_pool_create();

    if (job.pool == NULL) {
        return ctl_error("out of memory");
    }

    rc = ctl_job_run(&job, argc, argv);

    if (job.client.token != NULL) {
        explicit_bzero((char *) job.client.token, strlen(job.client.token));
    }

    ic_pool_destroy(job.pool);

    return rc;
}


static int
ctl_job_run(ctl_job_t *job, int argc, char **argv)
{
    const ctl_job_command_t  *command;

    for (command = ctl_job_commands; command->verb != NULL; command++) {
        if (argc > 0 && strcmp(argv[0], command->verb) == 0) {
            break;
        }
    }

    if (command->verb == NULL || ctl_job_options(job, argc, argv) != 0
        || !ctl_job_fits(job, command))
    {
        (void) ctl_error("job " CTL_JOB_USAGE);
        return 2;
    }

    return ctl_job_token(job) == 0 ? command->run(job, command->path) : 1;
}


/* What stands behind the verb. 0, or -1. */

static int
ctl_job_options(ctl_job_t *job, int argc, char **argv)
{
    int     i;
    size_t  n;

    const struct {
        const char   *name;
        const char  **value;
    } options[] = {
        { "--node", &job->client.base },
        { "--token-file", &job->token_file },
        { "--ca", &job->client.ca },
        { "--certificate", &job->client.cert },
        { "--key", &job->client.key },
        { "--from", &job->from },
        { "--params", &job->params },
        { "--job-params", &job->job_params },
        { "--dag", &job->dag },
        { "--name", &job->name },
        { "--priority", &job->priority }
    };

    i = 1;

    if (i < argc && argv[i][0] != '-') {
        job->id = argv[i++];
    }

    for (/* void */; i + 1 < argc; i += 2) {

        for (n = 0; n < sizeof(options) / sizeof(options[0]); n++) {
            if (strcmp(argv[i], options[n].name) == 0) {
                *options[n].value = argv[i + 1];
                break;
            }
        }

        if (n == sizeof(options) / sizeof(options[0])) {
            return -1;
        }
    }

    return i == argc ? 0 : -1;
}


static bool
ctl_job_fits(const ctl_job_t *job, const ctl_job_command_t *command)
{
    bool  changes;

    changes = job->params != NULL || job->job_params != NULL
              || job->dag != NULL || job->name != NULL
              || job->priority != NULL;

    return job->client.base != NULL && job->client.ca != NULL
           && (job->token_file != NULL || job->client.cert != NULL)
           && (job->client.cert == NULL) == (job->client.key == NULL)
           && (job->id != NULL) == command->id
           && (job->id == NULL || ic_id_valid(ic_str(job->id)))
           && (!changes || command->changes)
           && (job->from == NULL || command->from);
}


static int
ctl_job_token(ctl_job_t *job)
{
    char      *token;
    ic_str_t   text;

    if (job->token_file == NULL) {
        return 0;
    }

    text = ctl_read_file(job->pool, job->token_file);

    while (text.len > 0 && (text.data[text.len - 1] == '\n'
                            || text.data[text.len - 1] == '\r'))
    {
        text.len--;
    }

    token = text.len > 0 ? ic_str_z(job->pool, text) : NULL;

    if (text.data != NULL) {
        explicit_bzero(text.data, text.len);
    }

    if (token == NULL) {
        return ctl_error("%s: no token", job->token_file);
    }

    job->client.token = token;

    return 0;
}


/* One line for each: id, state, percent, priority, name. */

static int
ctl_job_list(ctl_job_t *job, const char *path)
{
    unsigned    n;
    ic_json_t  *data, *record;

    for (n = 1; /* void */; n++) {
        data = ctl_job_call(job, ic_str_fmt(job->pool,
                                            "%s?page_num=%u&page_size=%d",
                                            path, n, CTL_JOB_PAGE),
                            NULL);
        if (data == NULL) {
            return 1;
        }

        record = ic_json_get(data, "records");
        record = record == NULL ? NULL : record->child;

        if (record == NULL) {
            return 0;
        }

        for (/* void */; record != NULL; record = record->next) {
            ctl_job_line(record);
        }
    }
}


static void
ctl_job_line(const ic_json_t *record)
{
    size_t            i;
    ic_str_t          text;
    const ic_json_t  *node;

    static const char *const  fields[] = {
        "job_id", "status", "progress", "priority", "name"
    };

    for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        node = ic_json_get(record, fields[i]);
        text = node == NULL ? ic_str("") : node->text;
        printf("%.*s%s", (int) text.len, text.data,
               i + 1 < sizeof(fields) / sizeof(fields[0]) ? "\t" : "\n");
    }
}


static int
ctl_job_show(ctl_job_t *job, const char *path)
{
    ic_json_t  *data;

    data = ctl_job_call(job, ic_str_fmt(job->pool, "%s?job_id=%s", path,
                                        job->id),
                        NULL);

    return data == NULL ? 1 : ctl_job_print(job, data);
}


static int
ctl_job_post(ctl_job_t *job, const char *path)
{
    int64_t         priority;
    ic_str_t        text;
    ic_json_t      *data;
    ic_json_out_t   out;

    ic_out_init(&out, job->pool);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "job_id", job->id);

    if (ctl_job_from(job, &out) != 0
        || ctl_job_file(job, &out, "task_params", job->params) != 0
        || ctl_job_file(job, &out, "job_params", job->job_params) != 0
        || ctl_job_file(job, &out, "dag", job->dag) != 0)
    {
        return 1;
    }

    if (job->name != NULL) {
        ic_out_z(&out, "name", job->name);
    }

    if (job->priority != NULL) {

        if (ic_str_int(ic_str(job->priority), &priority) != 0) {
            return ctl_error("--priority %s: 0 to 100", job->priority);
        }

        ic_out_int(&out, "priority", priority);
    }

    ic_out_object_end(&out);
    text = ic_out_text(&out);

    if (text.data == NULL) {
        return ctl_error("out of memory");
    }

    data = ctl_job_call(job, ic_str(path), (char *) text.data);

    return data == NULL ? 1 : ctl_job_print(job, data);
}


static int
ctl_job_from(ctl_job_t *job, ic_json_out_t *out)
{
    size_t       len;
    const char  *p;

    if (job->from == NULL) {
        return 0;
    }

    ic_out_array(out, "from_tasks");

    for (p = job->from; *p != '\0'; p += len + (p[len] == ',')) {
        len = strcspn(p, ",");
        ic_out_str(out, NULL, ic_str_n(p, len));
    }

    ic_out_array_end(out);

    return 0;
}


static int
ctl_job_file(ctl_job_t *job, ic_json_out_t *out, const char *key,
    const char *file)
{
    ic_str_t    text, why;
    ic_json_t  *node;

    if (file == NULL) {
        return 0;
    }

    text = ctl_read_file(job->pool, file);

    if (text.data == NULL) {
        return ctl_error("%s cannot be read", file);
    }

    node = ic_json_parse(job->pool, text, &why);

    if (node == NULL) {
        return ctl_error("%s: %.*s", file, (int) why.len, why.data);
    }

    ic_out_node(out, key, node);

    return 0;
}


/* The data of the answer; NULL with a message. */

static ic_json_t *
ctl_job_call(ctl_job_t *job, ic_str_t path, const char *body)
{
    char        error[256];
    ic_str_t    text;
    ic_json_t  *answer, *code, *data;

    if (path.data == NULL) {
        (void) ctl_error("out of memory");
        return NULL;
    }

    answer = ctl_call(&job->client, job->pool, (char *) path.data, body, NULL,
                      error);
    if (answer == NULL) {
        (void) ctl_error("%s: %s", job->client.base, error);
        return NULL;
    }

    code = ic_json_get(answer, "code");
    data = ic_json_get(answer, "data");

    if (code == NULL || code->num != 0) {
        text = ic_json_str(ic_json_get(answer, "msg"));
        (void) ctl_error("%.*s", (int) text.len,
                         text.data == NULL ? "" : (char *) text.data);
        return NULL;
    }

    return data == NULL ? answer : data;
}


/* One line for each member; objects and lists as they are. */

static int
ctl_job_print(ctl_job_t *job, const ic_json_t *node)
{
    ic_str_t          text;
    const ic_json_t  *member;

    member = node->type == IC_JSON_OBJECT ? node->child : NULL;

    for (/* void */; member != NULL; member = member->next) {

        if (member->type == IC_JSON_STR) {
            text = member->text;

        } else {
            text = ic_json_text(job->pool, member);
        }

        printf("%.*s\t%.*s\n", (int) member->key.len, member->key.data,
               (int) text.len, text.data == NULL ? "" : (char *) text.data);
    }

    return 0;
}
