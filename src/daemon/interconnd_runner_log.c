
/*
 * What a component prints and logs: lines of the task's log in the store,
 * sent in batches. The last of those that it shares, and what the runner
 * itself says, go to the job's initiator with the cause of a failure.
 */


#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "interconnd_runner_evidence.h"


#define LOG_SHARED  400                      /* bytes of a line */


static ic_str_t log_stamped(interconnd_child_t *child, ic_str_t text);
static ic_str_t log_trimmed(ic_str_t text);
static ic_str_t log_clean(ic_arena_t *pool, ic_str_t text, size_t max);


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

    interconnd_limits_hear(child, text);

    if (text.len == 0) {
        return;
    }

    if (batch->count == INTERCONND_RUNNER_BATCH
        || (batch->count > 0 && strcmp(batch->level, level) != 0))
    {
        interconnd_child_flush(child);
    }

    line = log_stamped(child, text);

    if (line.data != NULL) {
        batch->level = level;
        batch->lines[batch->count++] = line;
    }
}


static ic_str_t
log_trimmed(ic_str_t text)
{
    while (text.len > 0 && text.data[text.len - 1] <= ' ') {
        text.len--;
    }

    return text;
}


static ic_str_t
log_stamped(interconnd_child_t *child, ic_str_t text)
{
    char             stamp[32];
    ic_str_t         clean;
    struct tm        tm;
    struct timespec  now;

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm);

    clean = log_clean(child->runner->pool, text, INTERCONND_RUNNER_LINE);

    if (clean.data == NULL) {
        return clean;
    }

    return ic_str_fmt(child->runner->pool, "%s.%03ldZ %.*s", stamp,
                      now.tv_nsec / 1000000, (int) clean.len, clean.data);
}


/*
 * At most max bytes of UTF-8. Whoever reads a log may do so in a terminal:
 * control characters, and bytes that are no UTF-8, are told as \xNN.
 */

static ic_str_t
log_clean(ic_arena_t *pool, ic_str_t text, size_t max)
{
    u_char    c, *p;
    size_t    i, len, size;
    ic_str_t  clean;

    clean.len = 0;
    clean.data = ic_alloc(pool, max + 1);

    if (clean.data == NULL) {
        return clean;
    }

    for (i = 0; i < text.len; i += len) {
        c = text.data[i];
        p = clean.data + clean.len;
        len = ic_utf8_char(ic_str_n(text.data + i, text.len - i));
        size = (len == 0 || (c < ' ' && c != '\t') || c == 0x7f) ? 4 : len;

        if (clean.len + size > max) {
            break;
        }

        if (size == len) {
            memcpy(p, text.data + i, len);

        } else {
            len = 1;
            (void) snprintf((char *) p, size + 1, "\\x%02x", c);
        }

        clean.len += size;
    }

    return clean;
}


void
interconnd_child_share(interconnd_child_t *child, ic_str_t text)
{
    char      **tail;
    ic_str_t    clean;

    tail = child->tail;
    clean = log_clean(child->runner->pool, log_trimmed(text), LOG_SHARED);

    if (clean.len == 0) {
        return;
    }

    if (child->ntail == INTERCONND_RUNNER_TAIL) {
        free(tail[0]);
        memmove(tail, tail + 1, (child->ntail - 1) * sizeof(char *));
        child->ntail--;
    }

    tail[child->ntail] = strndup((char *) clean.data, clean.len);

    if (tail[child->ntail] != NULL) {
        child->ntail++;
    }
}


void
interconnd_child_say(interconnd_child_t *child, const char *fmt, ...)
{
    char     text[LOG_SHARED];
    va_list  args;

    va_start(args, fmt);
    (void) vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    interconnd_child_log(child, "error", ic_str(text));
    interconnd_child_share(child, ic_str(text));
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
        interconnd_evidence_line(child, batch->lines[n]);
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
