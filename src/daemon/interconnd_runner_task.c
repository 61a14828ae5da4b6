
/* A task from its claim to its end. */


#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_runner_evidence.h"


/* the store takes the digest of smaller models itself */
#define TASK_TOLD  19                   /* words about an end, at most */


static int task_fields(interconnd_child_t *child, const ic_reply_t *task);
static int task_documents(interconnd_child_t *child, const ic_reply_t *task);
static int task_component(interconnd_child_t *child);
static void task_beat(interconnd_child_t *child);
static void task_note(interconnd_child_t *child, int64_t now);
static void task_verdict(interconnd_child_t *child, int status);
static void task_crash(interconnd_child_t *child, int status);
static int task_tell(interconnd_child_t *child);


interconnd_child_t *
interconnd_child_create(interconnd_runner_t *runner, ic_arena_t *pool,
    const ic_reply_t *task)
{
    interconnd_child_t  *child;

    child = ic_zalloc(pool, sizeof(interconnd_child_t));

    if (child == NULL) {
        return NULL;
    }

    child->runner = runner;
    child->pool = pool;
    child->pidfd = -1;
    child->end_fd = -1;
    child->control.fd = -1;
    child->out.fd = -1;
    child->err.fd = -1;
    child->started_ms = ic_mono_ms();
    child->beat_ms = child->started_ms;

    if (task_fields(child, task) != 0) {
        return NULL;
    }

    if (task_documents(child, task) == 0) {
        (void) task_component(child);
    }

    return child;
}


static int
task_fields(interconnd_child_t *child, const ic_reply_t *task)
{
    unsigned  n;

    struct {
        const char   *name;
        const char  **value;
    } fields[] = {
        { "task_id", &child->task_id },
        { "job_id", &child->job_id },
        { "task_name", &child->name },
        { "role", &child->role },
        { "epoch", &child->epoch },
        { "job_initiator", &child->initiator },
        { "session_id", &child->session_id },
        { "token", &child->token },
        { "secret", &child->secret },
    };

    for (n = 0; n < sizeof(fields) / sizeof(fields[0]); n++) {
        *fields[n].value = ic_str_z(child->pool,
                                    ic_reply_get(task, fields[n].name));

        if (*fields[n].value == NULL) {
            return -1;
        }
    }

    return 0;
}


static int
task_documents(interconnd_child_t *child, const ic_reply_t *task)
{
    child->dag = ic_json_parse(child->pool, ic_reply_get(task, "job_dag"),
                               NULL);
    child->config = ic_json_parse(child->pool,
                                  ic_reply_get(task, "job_config"), NULL);

    if (child->dag == NULL) {
        interconnd_child_fail(child, "invalid_dag", "it cannot be read");
        return -1;
    }

    if (child->config == NULL) {
        interconnd_child_fail(child, "invalid_config", "it cannot be read");
        return -1;
    }

    return 0;
}


/* The name becomes a file's: an identifier has no slashes. */

static int
task_component(interconnd_child_t *child)
{
    ic_str_t          name, version;
    const ic_json_t  *component, *list;

    list = ic_json_get(child->dag, "components");

    for (component = (list != NULL) ? list->child : NULL;
         component != NULL;
         component = component->next)
    {
        if (ic_str_is(ic_json_str(ic_json_get(component, "name")),
                      child->name))
        {
            break;
        }
    }

    name = ic_json_str(ic_json_get(component, "componentName"));

    version = ic_json_str(ic_json_get(component, "version"));

    if (!ic_id_valid(name)) {
        interconnd_child_fail(child, "component_missing",
                              "the DAG has no component %s", child->name);
        return -1;
    }

    child->component = ic_str_z(child->pool, name);
    child->version = ic_str_z(child->pool, version);
    child->input = ic_json_get(component, "input");
    child->output = ic_json_get(component, "output");

    if (child->component == NULL || child->version == NULL) {
        interconnd_child_fail(child, "internal", "memory is short");
        return -1;
    }

    return 0;
}


void
interconnd_child_free(interconnd_child_t *child)
{
    unsigned  n;

    interconnd_lines_close(&child->control);
    interconnd_lines_close(&child->out);
    interconnd_lines_close(&child->err);

    /* who is left writes no more */
    interconnd_cgroup_end(child);
    interconnd_folder_remove(child);

    interconnd_points_drop(child);
    interconnd_evidence_free(child);

    for (n = 0; n < child->ntail; n++) {
        free(child->tail[n]);
    }

    if (child->pidfd >= 0) {
        close(child->pidfd);
    }

    if (child->end_fd >= 0) {
        close(child->end_fd);
    }

    for (n = 0; n < child->nreads; n++) {
        if (child->maps[n] >= 0) {
            close(child->maps[n]);
        }
    }

    ic_pool_destroy(child->pool);
}


int
interconnd_child_start(interconnd_child_t *child)
{
    int  rc;

    if (child->failure.code != NULL) {
        return -1;
    }

    child->program = interconnd_child_program(child);

    if (child->program == NULL || interconnd_child_identify(child) != 0
        || interconnd_input(child) != 0 || interconnd_inputs(child) != 0
        || interconnd_model(child) != 0)
    {
        return -1;
    }

    interconnd_limits_set(child);
    interconnd_child_confinement(child);

    if (!ic_id_valid(ic_str(child->task_id))
        || interconnd_folder_make(child) != 0)
    {
        interconnd_log("error", "task %s: its folder: %s", child->task_id,
                       strerror(errno));
        interconnd_child_fail(child, "internal", "no folder for the task");
        return -1;
    }

    rc = interconnd_reader_next(child);

    return rc == 0 ? interconnd_child_begin(child) : rc < 0 ? -1 : 0;
}


int
interconnd_child_begin(interconnd_child_t *child)
{
    char *const  *env;

    if (interconnd_input_write(child) != 0
        || interconnd_evidence_inputs(child) != 0)
    {
        return -1;
    }

    env = interconnd_env(child);

    if (env == NULL || interconnd_child_spawn(child, env) != 0) {
        return -1;
    }

    interconnd_log("info", "task %s: %s as %s, job %s, pid %d",
                   child->task_id, child->component, child->role,
                   child->job_id, (int) child->pid);

    return 0;
}


void
interconnd_child_tend(interconnd_child_t *child, int64_t now)
{
    int64_t  limit;

    if (child->pid == 0) {
        return;
    }

    limit = (int64_t) child->runner->conf->task_timeout * 1000;

    if (limit > 0 && now - child->started_ms > limit && !child->stopping) {
        interconnd_child_say(child, "stopped after its time limit of %d s",
                             child->runner->conf->task_timeout);
        interconnd_child_fail(child, "task_timeout", "%d s",
                              child->runner->conf->task_timeout);
        interconnd_child_stop(child, false);
    }

    interconnd_limits_tend(child, now);
    interconnd_package_tend(child, now);

    if (child->kill_ms != 0 && child->kill_ms <= now) {
        interconnd_child_stop(child, true);
    }

    if (now - child->beat_ms >= INTERCONND_RUNNER_BEAT) {
        child->beat_ms = now;
        task_beat(child);
    }

    if (child->dirty && now - child->noted_ms >= INTERCONND_RUNNER_NOTE) {
        task_note(child, now);
    }
}


static void
task_beat(interconnd_child_t *child)
{
    char                  lease[16];
    ic_reply_t            reply;
    interconnd_runner_t  *runner;

    runner = child->runner;

    snprintf(lease, sizeof(lease), "%d", INTERCONND_RUNNER_LEASE);

    if (ic_store_callz(runner->store, runner->pool, &reply, "task_beat",
                       child->task_id, child->epoch, lease, NULL)
        != 0)
    {
        interconnd_log("error", "task %s: no heartbeat: %s", child->task_id,
                       ic_store_error(runner->store));
        return;
    }

    /* another process has the task, or it was declared lost */

    if (!ic_reply_ok(&reply)) {
        interconnd_log("warn", "task %s: is not ours any more: %.*s",
                       child->task_id, (int) reply.detail.len,
                       reply.detail.data);
        child->lost = 1;
        interconnd_child_stop(child, true);
        return;
    }

    if (ic_str_is(ic_reply_get(&reply, "cancel"), "1") && !child->stopping) {
        interconnd_log("info", "task %s: stopped", child->task_id);
        interconnd_child_fail(child, "task_stopped", "%s", "");
        interconnd_child_stop(child, false);
    }

    interconnd_child_said(child, &reply);
}


static void
task_note(interconnd_child_t *child, int64_t now)
{
    char                  progress[16], sent[24], received[24];
    ic_str_t              argv[12];
    ic_reply_t            reply;
    interconnd_runner_t  *runner;

    runner = child->runner;

    child->noted_ms = now;
    child->dirty = 0;
    interconnd_points_flush(child);

    snprintf(progress, sizeof(progress), "%d", child->progress);
    snprintf(sent, sizeof(sent), "%" PRId64, child->sent);
    snprintf(received, sizeof(received), "%" PRId64, child->received);

    argv[0] = ic_str(child->task_id);
    argv[1] = ic_str(child->epoch);
    argv[2] = ic_str("progress");
    argv[3] = ic_str(progress);
    argv[4] = ic_str("stage");
    argv[5] = ic_str(child->stage);
    argv[6] = ic_str("facts");
    argv[7] = interconnd_control_facts(child, runner->pool);
    argv[8] = ic_str("sent");
    argv[9] = ic_str(sent);
    argv[10] = ic_str("received");
    argv[11] = ic_str(received);

    if (ic_store_call(runner->store, runner->pool, &reply, "task_note", 12,
                      argv)
        != 0)
    {
        interconnd_log("error", "task %s: no note: %s", child->task_id,
                       ic_store_error(runner->store));
        child->dirty = 1;
    }
}


bool
interconnd_child_end(interconnd_child_t *child, int status)
{
    int64_t  now;

    now = ic_mono_ms();

    if (child->lost) {
        interconnd_outputs_drop(child);
        return true;
    }

    if (child->status == NULL) {

        if (child->dirty) {
            task_note(child, now);
        }

        task_verdict(child, status);
        interconnd_child_flush(child);
    }

    if (child->end_ms > now) {
        return false;
    }

    if (task_tell(child) == 0) {
        return true;
    }

    child->end_ms = now + INTERCONND_RUNNER_RETRY;

    return false;
}


/* A stop wins over whatever the component made of it. */

static void
task_verdict(interconnd_child_t *child, int status)
{
    interconnd_limits_end(child, status);
    interconnd_cgroup_end(child);

    if (child->failure.code == NULL && status != 0 && !child->content) {
        task_crash(child, status);
    }

    if (child->failure.code == NULL) {
        child->status = "SUCCESS";
        interconnd_log("info", "task %s: SUCCESS", child->task_id);
        return;
    }

    interconnd_outputs_drop(child);
    child->status = "FAILED";
    child->cause = interconnd_child_cause(child);

    interconnd_log("warn", "task %s: FAILED, %s: %s", child->task_id,
                   child->failure.code,
                   (child->failure.text != NULL) ? child->failure.text : "");
}


static void
task_crash(interconnd_child_t *child, int status)
{
    if (child->committing) {
        interconnd_child_fail(child, "internal", "what keeps the outputs "
                              "ended with status 0x%x", (unsigned) status);
        return;
    }

    if (WIFSIGNALED(status)) {
        interconnd_child_say(child, "%s ended on signal %d (%s)",
                             child->component, WTERMSIG(status),
                             strsignal(WTERMSIG(status)));
        interconnd_child_fail(child, "task_crashed", "%s: signal %d (%s)",
                              child->component, WTERMSIG(status),
                              strsignal(WTERMSIG(status)));
        return;
    }

    interconnd_child_say(child, "%s ended with exit status %d",
                         child->component, WEXITSTATUS(status));
    interconnd_child_fail(child, "task_crashed", "%s: exit status %d",
                          child->component, WEXITSTATUS(status));
}


/* 0 when the store knows; -1: to be tried again. */

static int
task_tell(interconnd_child_t *child)
{
    char                  digest[65], report_digest[65];
    ic_str_t              argv[TASK_TOLD];
    unsigned              n;
    ic_reply_t            reply;
    interconnd_runner_t  *runner;

    runner = child->runner;

    argv[0] = ic_str(child->task_id);
    argv[1] = ic_str(child->epoch);
    argv[2] = ic_str(child->status);
    argv[3] = ic_str("facts");
    argv[4] = interconnd_control_facts(child, runner->pool);
    argv[5] = ic_str("cause");
    argv[6] = child->cause;
    argv[7] = ic_str("report");
    argv[8] = child->report;
    argv[9] = ic_str("log_digest");
    argv[10] = interconnd_evidence_log(child, runner->pool);
    n = 11;

    if (child->report.len != 0) {
        ic_sha256_hex(report_digest, child->report.data, child->report.len);
        argv[n++] = ic_str("report_digest");
        argv[n++] = ic_str(report_digest);
    }

    /* a failed party's result is no result */

    if (child->failure.code == NULL && child->model.len != 0) {
        ic_sha256_hex(digest, child->model.data, child->model.len);
        argv[n++] = ic_str("model");
        argv[n++] = child->model;
        argv[n++] = ic_str("model_digest");
        argv[n++] = ic_str(digest);
    }

    if (child->failure.code == NULL && child->outputs.len != 0) {
        argv[n++] = ic_str("outputs");
        argv[n++] = ic_str_fmt(runner->pool, "[%.*s]",
                               (int) child->outputs.len,
                               (char *) child->outputs.data);
    }

    if (ic_store_call(runner->store, runner->pool, &reply, "task_end", n,
                      argv)
        != 0)
    {
        interconnd_log("error", "task %s: its end is not told yet: %s",
                       child->task_id, ic_store_error(runner->store));
        return -1;
    }

    if (!ic_reply_ok(&reply)) {
        interconnd_log("warn", "task %s: its end is refused: %.*s, %.*s",
                       child->task_id, (int) reply.status.len,
                       reply.status.data, (int) reply.detail.len,
                       reply.detail.data);
    }

    if (!ic_reply_ok(&reply)
        || ic_str_is(ic_reply_get(&reply, "status"), "FAILED"))
    {
        interconnd_outputs_drop(child);
    }

    /* an end that cannot be recorded is a failure, which can */

    if (child->failure.code == NULL
        && (ic_str_is(reply.status, "conflict")
            || ic_str_is(reply.status, "invalid_fields")))
    {
        interconnd_child_fail(child, "internal", "its outputs: %.*s",
                              (int) reply.detail.len, reply.detail.data);
        child->status = NULL;
        return -1;
    }

    return 0;
}
