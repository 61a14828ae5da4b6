
/* A component's life: from main() to its exit status. */


#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "../lib/ic_secret.h"
#include "ic_task_state.h"


#define TASK_TEXT  1024


static int task_run(ic_task_t *task, ic_task_run_pt run);
static void task_free(ic_task_t *task);
static void task_begin(ic_task_t *task, ic_json_out_t *out,
    const char *type);
static void task_send(ic_task_t *task, ic_json_out_t *out);


int
ic_task_main(int argc, char **argv, const char *descriptor_json,
    ic_task_run_pt run)
{
    int         rc;
    ic_task_t  *task;

    if (argc == 2 && strcmp(argv[1], "--descriptor") == 0) {
        return (puts(descriptor_json) < 0) ? 1 : 0;
    }

    if (argc != 1) {
        fprintf(stderr, "usage: %s [--descriptor]\n", argv[0]);
        return 2;
    }

    (void) signal(SIGPIPE, SIG_IGN);
    (void) ic_secret_process();

    task = calloc(1, sizeof(ic_task_t));

    if (task == NULL) {
        fprintf(stderr, "memory is short\n");
        return 1;
    }

    task->control = -1;
    task->arena = ic_pool_create();
    task->scratch = ic_pool_create();

    if (task->arena == NULL || task->scratch == NULL) {
        fprintf(stderr, "memory is short\n");
        task_free(task);
        return 1;
    }

    rc = task_run(task, run);
    task_free(task);

    return rc;
}


static int
task_run(ic_task_t *task, ic_task_run_pt run)
{
    char  error[256];

    ic_task_control_open(task);

    if (ic_task_env_read(task, error, sizeof(error)) != 0) {
        fprintf(stderr, "%s\n", error);
        ic_task_fail(task, "internal", NULL, 0, "%s", error);
        return 1;
    }

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        ic_task_fail(task, "internal", NULL, 0, "libcurl does not start");
        return 1;
    }

    if (run(task) != 0 && !task->failed) {
        ic_task_fail(task, "internal", NULL, 0,
                     "the component names no reason");
    }

    ic_task_channel_close(task);
    curl_global_cleanup();

    return task->failed ? 1 : 0;
}


static void
task_free(ic_task_t *task)
{
    if (task->arena != NULL) {
        ic_pool_destroy(task->arena);
    }

    if (task->scratch != NULL) {
        ic_pool_destroy(task->scratch);
    }

    free(task->line);
    free(task);
}


ic_arena_t *
ic_task_arena(ic_task_t *task)
{
    return task->arena;
}


const char *
ic_task_id(ic_task_t *task)
{
    return task->task_id;
}


const char *
ic_task_session(ic_task_t *task)
{
    return task->session_id;
}


const char *
ic_task_job(ic_task_t *task)
{
    return task->job_id;
}


static void
task_begin(ic_task_t *task, ic_json_out_t *out, const char *type)
{
    ic_pool_reset(task->scratch);

    ic_out_init(out, task->scratch);
    ic_out_object(out, NULL);
    ic_out_z(out, "type", type);
}


static void
task_send(ic_task_t *task, ic_json_out_t *out)
{
    ic_out_object_end(out);
    ic_task_control_send(task, ic_out_text(out));
}


void
ic_task_progress(ic_task_t *task, double percent, const char *stage)
{
    ic_json_out_t  out;

    if (!(percent >= task->percent)) {
        percent = task->percent;
    }

    if (percent > 100) {
        percent = 100;
    }

    if (stage == NULL) {
        stage = "";
    }

    if (percent == task->percent && task->stage != NULL
        && strcmp(stage, task->stage) == 0)
    {
        return;
    }

    task->percent = percent;
    task->stage = ic_str_z(task->arena, ic_str(stage));

    task_begin(task, &out, "progress");
    ic_out_num(&out, "percent", percent);
    ic_out_z(&out, "stage", stage);

    if (task->sent > 0 || task->received > 0) {
        ic_out_int(&out, "sent", task->sent);
        ic_out_int(&out, "received", task->received);
    }

    task_send(task, &out);
}


void
ic_task_metric(ic_task_t *task, const char *name, int64_t x, double y)
{
    ic_json_out_t  out;

    task_begin(task, &out, "metric");
    ic_out_z(&out, "name", name);
    ic_out_int(&out, "x", x);
    ic_out_num(&out, "y", y);
    task_send(task, &out);
}


void
ic_task_fact(ic_task_t *task, const char *name, int64_t value)
{
    ic_json_out_t  out;

    task_begin(task, &out, "fact");
    ic_out_z(&out, "name", name);
    ic_out_int(&out, "value", value);
    task_send(task, &out);
}


void
ic_task_log(ic_task_t *task, const char *level, const char *fmt, ...)
{
    char           text[TASK_TEXT];
    va_list        args;
    ic_json_out_t  out;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    task_begin(task, &out, "log");
    ic_out_z(&out, "level", level);
    ic_out_z(&out, "text", text);
    task_send(task, &out);
}


void
ic_task_output(ic_task_t *task, const char *kind, ic_str_t json)
{
    ic_json_out_t  out;

    task_begin(task, &out, "output");
    ic_out_z(&out, "kind", kind);
    ic_out_raw(&out, "value", json);
    task_send(task, &out);
}


void
ic_task_without(ic_task_t *task, const char *kind)
{
    ic_json_out_t  out;

    task_begin(task, &out, "output");
    ic_out_z(&out, "kind", kind);
    ic_out_bool(&out, "none", true);
    task_send(task, &out);
}


int
ic_task_fail(ic_task_t *task, const char *code, const char *column,
    int64_t row, const char *fmt, ...)
{
    char           text[TASK_TEXT];
    va_list        args;
    ic_json_out_t  out;

    if (task->failed) {
        return -1;
    }

    task->failed = true;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    task_begin(task, &out, "fail");
    ic_out_z(&out, "code", code);
    ic_out_z(&out, "column", (column != NULL) ? column : "");
    ic_out_int(&out, "row", row);
    ic_out_z(&out, "text", text);
    task_send(task, &out);

    return -1;
}


bool
ic_task_failed(ic_task_t *task)
{
    return task->failed;
}
