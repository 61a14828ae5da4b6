
/*
 * What a component prints and logs: lines of the task's log in the store,
 * sent in batches, and the last of them for the cause of a crash.
 */


#include <stdlib.h>
#include <time.h>

#include "interconnd_runner.h"


#define LOG_TAIL  300


static void log_tail(interconnd_child_t *child, ic_str_t text);
static ic_str_t log_stamped(interconnd_child_t *child, ic_str_t text);
static ic_str_t log_trimmed(ic_str_t text);


int
interconnd_child_read_log(interconnd_child_t *child,
    interconnd_lines_t *lines, const char *level)
{
    int       rc;
    ic_str_t  line;

    rc = interconnd_lines_read(lines);

    while (interconnd_lines_next(lines, &line)) {
        interconnd_child_log(child, level, line);
    }

    if (rc >= 0) {
        return rc;
    }

    if (interconnd_lines_rest(lines, &line)) {
        interconnd_child_log(child, level, line);
    }

    interconnd_lines_close(lines);

    return -1;
}


void
interconnd_child_log(interconnd_child_t *child, const char *level,
    ic_str_t text)
{
    ic_str_t             line;
    interconnd_batch_t  *batch;

    batch = &child->batch;
    text = log_trimmed(text);

    if (text.len == 0) {
        return;
    }

    if (batch->count == INTERCONND_RUNNER_BATCH
        || (batch->count > 0 && strcmp(batch->level, level) != 0))
    {
        interconnd_child_flush(child);
    }

    log_tail(child, text);

    line = log_stamped(child, text);

    if (line.data != NULL) {
        batch->level = level;
        batch->lines[batch->count++] = line;
    }
}


static ic_str_t
log_trimmed(ic_str_t text)
{
    if (text.len > INTERCONND_RUNNER_LINE) {
        text.len = INTERCONND_RUNNER_LINE;
    }

    while (text.len > 0 && text.data[text.len - 1] <= ' ') {
        text.len--;
    }

    return text;
}


static ic_str_t
log_stamped(interconnd_child_t *child, ic_str_t text)
{
    char             stamp[32];
    struct tm        tm;
    struct timespec  now;

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm);

    return ic_str_fmt(child->runner->pool, "%s.%03ldZ %.*s", stamp,
                      now.tv_nsec / 1000000, (int) text.len, text.data);
}


static void
log_tail(interconnd_child_t *child, ic_str_t text)
{
    char  **tail;

    tail = child->tail;

    if (child->ntail == INTERCONND_RUNNER_TAIL) {
        free(tail[0]);
        memmove(tail, tail + 1, (child->ntail - 1) * sizeof(char *));
        child->ntail--;
    }

    tail[child->ntail] = strndup((char *) text.data,
                                 (text.len < LOG_TAIL) ? text.len : LOG_TAIL);

    if (tail[child->ntail] != NULL) {
        child->ntail++;
    }
}


void
interconnd_child_flush(interconnd_child_t *child)
{
    unsigned              n;
    ic_str_t              argv[INTERCONND_RUNNER_BATCH + 3];
    ic_reply_t            reply;
    interconnd_batch_t   *batch;
    interconnd_runner_t  *runner;

    batch = &child->batch;
    runner = child->runner;

    if (batch->count == 0) {
        return;
    }

    argv[0] = ic_str(child->task_id);
    argv[1] = ic_str(child->epoch);
    argv[2] = ic_str(batch->level);

    for (n = 0; n < batch->count; n++) {
        argv[n + 3] = batch->lines[n];
    }

    if (ic_store_call(runner->store, runner->pool, &reply, "task_log", n + 3,
                      argv)
        != 0)
    {
        interconnd_log("error", "task %s: %u log lines are lost: %s",
                       child->task_id, batch->count,
                       ic_store_error(runner->store));
    }

    batch->count = 0;
}
