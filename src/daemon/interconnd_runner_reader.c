
/*
 * Data of databases: before the program of a task starts, a reader
 * (src/reader) writes the rows of each into the task's folder. It has the
 * network, which the program has not, and nothing else of the node.
 */


#include <errno.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_reader.h"
#include "interconnd_runner.h"


static int reader_spawn(interconnd_child_t *child,
    interconnd_source_t *source);
static ic_str_t reader_request(interconnd_child_t *child,
    const interconnd_source_t *source);
static void reader_reading(interconnd_child_t *child,
    const interconnd_source_t *source, interconnd_reading_t *reading);
static int reader_verdict(interconnd_child_t *child,
    interconnd_source_t *source, int status);


int
interconnd_reader_next(interconnd_child_t *child)
{
    unsigned  n;

    for (n = 0; n < child->nsources; n++) {
        if (child->sources[n].foreign && child->sources[n].table == NULL) {
            child->reading = &child->sources[n];
            return reader_spawn(child, child->reading) == 0 ? 1 : -1;
        }
    }

    child->reading = NULL;

    return 0;
}


int
interconnd_reader_ended(interconnd_child_t *child, int status)
{
    int                   rc;
    interconnd_source_t  *source;

    source = child->reading;
    child->reading = NULL;
    rc = reader_verdict(child, source, status);
    interconnd_reader_tidy(source->folder);

    if (rc != 0 || child->failure.code != NULL || child->stopping
        || child->lost)
    {
        return -1;
    }

    rc = interconnd_reader_next(child);

    return rc == 0 ? interconnd_child_begin(child) : rc < 0 ? -1 : 0;
}


static int
reader_spawn(interconnd_child_t *child, interconnd_source_t *source)
{
    pid_t                 pid;
    ic_str_t              path;
    interconnd_reading_t  reading;

    path = ic_str_fmt(child->pool, "%s/source_%d", child->folder,
                      (int) (source - child->sources));

    if (path.data == NULL) {
        interconnd_child_fail(child, "internal", "memory is short");
        return -1;
    }

    source->folder = (char *) path.data;
    reader_reading(child, source, &reading);
    reading.request = reader_request(child, source);
    pid = interconnd_reader_start(&reading);

    if (pid == -1) {
        interconnd_log("error", "task %s: no reader of its data: %s",
                       child->task_id, strerror(errno));
        interconnd_child_fail(child, "internal", "no reader of its data");
        return -1;
    }

    child->pidfd = pidfd_open(pid, 0);
    child->pid = pid;
    child->started_ms = ic_mono_ms();
    interconnd_log("info", "task %s: interconn-reader reads %s, pid %d",
                   child->task_id, source->part, (int) pid);

    return 0;
}


static void
reader_reading(interconnd_child_t *child, const interconnd_source_t *source,
    interconnd_reading_t *reading)
{
    memset(reading, 0, sizeof(interconnd_reading_t));
    reading->conf = child->runner->conf;
    reading->pool = child->pool;
    reading->folder = source->folder;
    reading->key = child->runner->key;
}


static ic_str_t
reader_request(interconnd_child_t *child, const interconnd_source_t *source)
{
    ic_json_out_t  out;

    ic_out_init(&out, child->pool);
    ic_out_object(&out, NULL);
    interconnd_reader_request(&out, child->runner->conf, source->location,
                              source->rows);

    if (source->fixed) {
        ic_out_str(&out, "content_key", source->content_key);
    }

    ic_out_object_end(&out);

    return ic_out_text(&out);
}


static int
reader_verdict(interconnd_child_t *child, interconnd_source_t *source,
    int status)
{
    ic_str_t               words;
    const ic_json_t       *answer;
    ic_source_error_t      error;
    interconnd_reading_t   reading;

    reader_reading(child, source, &reading);
    answer = interconnd_reader_answer(&reading, status, &error, &words);

    if (words.len > 0) {
        interconnd_log("warn", "task %s: %s: %.*s", child->task_id,
                       source->part, (int) words.len, (char *) words.data);
    }

    if (answer == NULL) {
        interconnd_child_fail(child, error.code, "%s: %s", source->part,
                              error.text);
        child->failure.column = ic_str_z(child->pool, ic_str(error.column));
        child->failure.row = error.row;
        return -1;
    }

    if (source->fixed
        && !ic_str_is(ic_json_str(ic_json_get(answer, "digest")),
                      source->digest))
    {
        interconnd_child_fail(child, "data_changed", "%s", source->part);
        return -1;
    }

    source->table = source->folder;

    return interconnd_input_settle(child, source,
                                   ic_json_get(answer, "rows")->num);
}
