
/* The component as a program: the protocol on the task's runtime. */


#include <stdlib.h>

#include "../../math/ic_parallel.h"
#include "../../protocol/ic_program.h"
#include "psi.h"


#define MESSAGE_TIMEOUT_S  120


static int run(ic_task_t *task);
static int message_timeout(void);
static int task_send(void *ctx, const ic_party_t *to, const void *data,
    size_t len);
static int task_recv(void *ctx, const ic_party_t *from, u_char **data,
    size_t *len);
static const ic_json_t *task_param(void *ctx, const char *name);
static const ic_json_t *task_input(void *ctx, const char *name);
static void task_progress(void *ctx, double percent, const char *stage);
static void task_without(void *ctx, const char *kind);
static void task_fact(void *ctx, const char *name, int64_t value);
static void task_output(void *ctx, const char *kind, ic_str_t json);
static void task_fail(void *ctx, const char *code, const char *column,
    int64_t row, const char *text);


static const psi_io_t  task_io = {
    task_send, task_recv, task_param, task_input, task_progress, task_fact,
    task_output, task_without, task_fail
};

static int  timeout_ms;


int
main(int argc, char **argv)
{
    return ic_program(argc, argv, "psi", run);
}


static int
run(ic_task_t *task)
{
    int     rc;
    psi_t  *psi;

    psi = ic_zalloc(ic_task_arena(task), sizeof(psi_t));

    if (psi == NULL) {
        ic_task_fail(task, "internal", NULL, 0, "out of memory");
        return -1;
    }

    timeout_ms = message_timeout();

    psi->io = &task_io;
    psi->io_ctx = task;
    psi->arena = ic_task_arena(task);
    psi->job_id = ic_task_job(task);
    psi->task_id = ic_task_id(task);
    psi->parties = ic_task_parties(task, &psi->party_count);
    psi->self = ic_task_self(task);
    psi->threads = ic_parallel_processors();
    psi->place = ic_task_place(task, "dataset");
    psi->folder = ic_task_folder(task);

    rc = psi_run(psi);
    psi_free(psi);

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
    return ic_task_send(ctx, to, PSI_TOPIC, data, len);
}


static int
task_recv(void *ctx, const ic_party_t *from, u_char **data, size_t *len)
{
    return ic_task_recv(ctx, from, PSI_TOPIC, timeout_ms, data, len);
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
task_without(void *ctx, const char *kind)
{
    ic_task_without(ctx, kind);
}


static void
task_fail(void *ctx, const char *code, const char *column, int64_t row,
    const char *text)
{
    ic_task_fail(ctx, code, column, row, "%s", text);
}
