
/* The component as a program: the protocol on the task's runtime. */


#include <stdlib.h>

#include "../../protocol/ic_program.h"
#include "pir_wire.h"


static int run(ic_task_t *task);
static int task_send(void *ctx, const ic_party_t *to, const void *data,
    size_t len);
static int task_recv(void *ctx, const ic_party_t *from, u_char **data,
    size_t *len);
static const ic_json_t *task_param(void *ctx, const char *name);
static const ic_json_t *task_input(void *ctx, const char *name);
static const char *task_folder(void *ctx);
static void task_without(void *ctx, const char *kind);
static void task_progress(void *ctx, double percent, const char *stage);
static void task_fact(void *ctx, const char *name, int64_t value);
static void task_log(void *ctx, const char *text);
static void task_output(void *ctx, const char *kind, ic_str_t json);
static void task_fail(void *ctx, const char *code, const char *column,
    int64_t row, const char *text);


static const pir_io_t  task_io = {
    task_send, task_recv, task_param, task_input, task_folder, task_without,
    task_progress, task_fact, task_log, task_output, task_fail
};


int
main(int argc, char **argv)
{
    return ic_program(argc, argv, "pir", run);
}


static int
run(ic_task_t *task)
{
    int     rc;
    pir_t  *pir;

    pir = ic_zalloc(ic_task_arena(task), sizeof(pir_t));

    if (pir == NULL) {
        ic_task_fail(task, "internal", NULL, 0, "out of memory");
        return -1;
    }

    pir->io = &task_io;
    pir->io_ctx = task;
    pir->arena = ic_task_arena(task);
    pir->job_id = ic_task_job(task);
    pir->task_id = ic_task_id(task);
    pir->parties = ic_task_parties(task, &pir->party_count);
    pir->self = ic_task_self(task);

    rc = pir_run(pir);
    pir_free(pir);

    return rc;
}


static int
task_send(void *ctx, const ic_party_t *to, const void *data, size_t len)
{
    return ic_task_send(ctx, to, PIR_TOPIC, data, len);
}


static int
task_recv(void *ctx, const ic_party_t *from, u_char **data, size_t *len)
{
    return ic_task_recv(ctx, from, PIR_TOPIC, 0, data, len);
}


static const ic_json_t *
task_param(void *ctx, const char *name)
{
    return ic_task_param(ctx, name);
}


static const ic_json_t *
task_input(void *ctx, const char *name)
{
    return ic_task_input(ctx, name);
}


static const char *
task_folder(void *ctx)
{
    return ic_task_place(ctx, "dataset");
}


static void
task_without(void *ctx, const char *kind)
{
    ic_task_without(ctx, kind);
}


static void
task_progress(void *ctx, double percent, const char *stage)
{
    ic_task_progress(ctx, percent, stage);
}


static void
task_fact(void *ctx, const char *name, int64_t value)
{
    ic_task_fact(ctx, name, value);
}


static void
task_log(void *ctx, const char *text)
{
    ic_task_log(ctx, "error", "%s", text);
}


static void
task_output(void *ctx, const char *kind, ic_str_t json)
{
    ic_task_output(ctx, kind, json);
}


static void
task_fail(void *ctx, const char *code, const char *column, int64_t row,
    const char *text)
{
    ic_task_fail(ctx, code, column, row, "%s", text);
}
