
/* The component as a program: the protocol on the task's runtime. */


#include <stdlib.h>

#include "../../protocol/ic_program.h"
#include "homo_lr_wire.h"


#define MESSAGE_TIMEOUT_S  120


static int run(ic_task_t *task);
static int message_timeout(void);
static int task_send(void *ctx, const ic_party_t *to, const void *data,
    size_t len);
static int task_recv(void *ctx, const ic_party_t *from, u_char **data,
    size_t *len);
static int task_certify(void *ctx, ic_str_t data, ic_str_t *signature,
    ic_str_t *certificate);
static int task_verify(void *ctx, const ic_party_t *party, ic_str_t data,
    ic_str_t signature, ic_str_t certificate);
static const ic_json_t *task_param(void *ctx, const char *name);
static const ic_json_t *task_input(void *ctx, const char *name);
static void task_progress(void *ctx, double percent, const char *stage);
static void task_metric(void *ctx, const char *name, int64_t x, double y);
static void task_fact(void *ctx, const char *name, int64_t value);
static void task_output(void *ctx, const char *kind, ic_str_t json);
static void task_fail(void *ctx, const char *code, const char *column,
    int64_t row, const char *text);


static const homo_lr_io_t  task_io = {
    task_send, task_recv, task_certify, task_verify, task_param, task_input,
    task_progress, task_metric, task_fact, task_output, task_fail
};

static int  timeout_ms;


int
main(int argc, char **argv)
{
    return ic_program(argc, argv, "homo_lr", run);
}


static int
run(ic_task_t *task)
{
    int         rc;
    homo_lr_t  *lr;

    lr = ic_zalloc(ic_task_arena(task), sizeof(homo_lr_t));

    if (lr == NULL) {
        ic_task_fail(task, "internal", NULL, 0, "out of memory");
        return -1;
    }

    timeout_ms = message_timeout();

    lr->io = &task_io;
    lr->io_ctx = task;
    lr->arena = ic_task_arena(task);
    lr->job_id = ic_task_job(task);
    lr->task_id = ic_task_id(task);
    lr->parties = ic_task_parties(task, &lr->party_count);
    lr->self = ic_task_self(task);

    if (strcmp(lr->self->role, "arbiter") == 0) {
        ic_task_without(task, "model");
    }

    rc = homo_lr_run(lr);
    homo_lr_free(lr);

    return rc;
}


/* config.message_timeout, in milliseconds. */

static int
message_timeout(void)
{
    int64_t      seconds;
    const char  *text;

    text = getenv("config.message_timeout");

    if (text == NULL || ic_str_int(ic_str(text), &seconds) != 0
        || seconds < 1 || seconds > 86400)
    {
        seconds = MESSAGE_TIMEOUT_S;
    }

    return (int) seconds * 1000;
}


static int
task_send(void *ctx, const ic_party_t *to, const void *data, size_t len)
{
    return ic_task_send(ctx, to, HOMO_LR_TOPIC, data, len);
}


static int
task_recv(void *ctx, const ic_party_t *from, u_char **data, size_t *len)
{
    return ic_task_recv(ctx, from, HOMO_LR_TOPIC, timeout_ms, data, len);
}


static int
task_certify(void *ctx, ic_str_t data, ic_str_t *signature,
    ic_str_t *certificate)
{
    return ic_task_certify(ctx, data, signature, certificate);
}


static int
task_verify(void *ctx, const ic_party_t *party, ic_str_t data,
    ic_str_t signature, ic_str_t certificate)
{
    return ic_task_verify(ctx, party, data, signature, certificate);
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


static void
task_progress(void *ctx, double percent, const char *stage)
{
    ic_task_progress(ctx, percent, stage);
}


static void
task_metric(void *ctx, const char *name, int64_t x, double y)
{
    ic_task_metric(ctx, name, x, y);
}


static void
task_fact(void *ctx, const char *name, int64_t value)
{
    ic_task_fact(ctx, name, value);
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
