
/*
 * Tasks that run again. Every try has a task id, a session and a token of its
 * own; what is left of the tries before is stopped and counts no more.
 */


#include <stdio.h>

#include "../lib/ic_codec.h"
#include "interconnd_scheduler.h"


#define INTERCONND_RETRY_CALL     1500       /* ms for a stop at most */
#define INTERCONND_RETRY_CRASHES  3          /* and the job ends */


static bool retry_is_old(interconnd_scheduler_t *s, interconnd_view_t *view,
    const ic_record_t *part);
static const interconnd_step_t *retry_step(interconnd_scheduler_t *s,
    interconnd_view_t *view, const char *task_id);
static unsigned retry_tries(const ic_json_t *tries, const char *name,
    unsigned *crashes);
static bool retry_is_crash(ic_str_t error);
static ic_str_t retry_poisoned(interconnd_scheduler_t *s,
    const interconnd_step_t *step, const char *task_id,
    const ic_json_t *cause);
static bool retry_note(interconnd_scheduler_t *s, interconnd_job_t *job,
    const interconnd_step_t *step, const char *task_id, int64_t delay,
    ic_str_t cause);
static bool retry_is_disabled(interconnd_scheduler_t *s,
    const interconnd_view_t *view, const interconnd_step_t *step);
static void retry_stop(interconnd_scheduler_t *s, interconnd_view_t *view,
    const ic_record_t *part, interconnd_batch_t *batch);
static const interconnd_party_t *retry_party(const interconnd_view_t *view,
    ic_str_t node_id);


void
interconnd_view_divide(interconnd_scheduler_t *s, interconnd_view_t *view)
{
    unsigned      i, n;
    ic_record_t   part;

    view->nold = 0;

    if (view->dag->retry.count == 0) {
        return;
    }

    n = view->reply.nrecords;

    for (i = 0; i < n; /* void */) {

        if (!retry_is_old(s, view, &view->reply.records[i])) {
            i++;
            continue;
        }

        part = view->reply.records[i];
        view->reply.records[i] = view->reply.records[--n];
        view->reply.records[n] = part;
    }

    view->nold = view->reply.nrecords - n;
    view->reply.nrecords = n;
}


static bool
retry_is_old(interconnd_scheduler_t *s, interconnd_view_t *view,
    const ic_record_t *part)
{
    return retry_step(s, view, ic_str_z(s->scratch,
                                        ic_record_get(part, "task_id")))
           == NULL;
}


/* The step whose try of now has that id, or NULL. */
static const interconnd_step_t *
retry_step(interconnd_scheduler_t *s, interconnd_view_t *view,
    const char *task_id)
{
    unsigned            i;
    interconnd_begun_t  begun;

    for (i = 0; task_id != NULL && i < view->dag->nsteps; i++) {
        begun = interconnd_step_begun(s, view, &view->dag->steps[i]);

        if (begun.task_id != NULL && strcmp(begun.task_id, task_id) == 0) {
            return &view->dag->steps[i];
        }
    }

    return NULL;
}


bool
interconnd_job_retries(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view, const char *task_id, ic_str_t *cause)
{
    unsigned                  tries, crashes;
    ic_str_t                  error;
    ic_json_t                *root;
    const interconnd_step_t  *step;

    if (view->dag == NULL || view->dag->retry.count == 0
        || ic_str_is(ic_reply_get(&view->reply, "cancel"), "1"))
    {
        return false;
    }

    step = retry_step(s, view, task_id);
    root = ic_json_parse(s->scratch, *cause, NULL);
    error = ic_json_str(ic_json_get(root, "error"));

    if (step == NULL || !interconnd_cause_passes(error)) {
        return false;
    }

    tries = 1 + retry_tries(ic_json_parse(s->scratch,
                                ic_reply_get(&view->reply, "tries"), NULL),
                            step->name, &crashes);
    crashes += retry_is_crash(error);

    if (crashes >= INTERCONND_RETRY_CRASHES) {
        *cause = retry_poisoned(s, step, task_id, root);
        return false;
    }

    return tries <= view->dag->retry.count
           && retry_note(s, job, step, task_id,
                         ic_job_retry_delay(&view->dag->retry, tries),
                         *cause);
}


/* How many tries of a task have failed, and how many of them by a crash. */
static unsigned
retry_tries(const ic_json_t *tries, const char *name, unsigned *crashes)
{
    unsigned          n;
    const ic_json_t  *one;

    n = 0;
    *crashes = 0;

    for (one = tries == NULL ? NULL : tries->child; one != NULL;
         one = one->next)
    {
        if (ic_str_is(ic_json_str(ic_json_get(one, "task_name")), name)) {
            n++;
            *crashes += retry_is_crash(ic_json_str(ic_json_path(one,
                                                       "cause/error")));
        }
    }

    return n;
}


/* A task that takes its runner with it is known by the loss alone. */
static bool
retry_is_crash(ic_str_t error)
{
    return ic_str_is(error, "task_crashed") || ic_str_is(error, "task_lost");
}


static ic_str_t
retry_poisoned(interconnd_scheduler_t *s, const interconnd_step_t *step,
    const char *task_id, const ic_json_t *cause)
{
    interconnd_cause_t  poisoned;

    poisoned.party = ic_str_z(s->scratch,
                              ic_json_str(ic_json_get(cause, "party")));
    poisoned.node_id = ic_str_z(s->scratch,
                                ic_json_str(ic_json_get(cause, "node_id")));
    poisoned.component = step->name;
    poisoned.task_id = task_id;
    poisoned.error = "task_poisoned";
    poisoned.detail = ic_json_str(ic_json_get(cause, "message"));

    return interconnd_cause(s->scratch, &poisoned);
}


/* False: the store refuses, so there will be no other try. */
static bool
retry_note(interconnd_scheduler_t *s, interconnd_job_t *job,
    const interconnd_step_t *step, const char *task_id, int64_t delay,
    ic_str_t cause)
{
    int                    rc;
    ic_str_t               argv[5];
    ic_reply_t             reply;
    interconnd_contact_t  *contact;

    argv[0] = ic_str(job->id);
    argv[1] = ic_str(step->name);
    argv[2] = ic_str(task_id);
    argv[3] = ic_str_fmt(s->scratch, "%lld", (long long) delay);
    argv[4] = cause;

    rc = interconnd_job_store(s, &reply, "job_retry", 5, argv);

    if (rc == 1) {
        return false;
    }

    if (rc == 0) {
        interconnd_log("warn", "job %s: task %s (%s) runs again in %lld ms: "
                       "%.*s", job->id, task_id, step->name,
                       (long long) delay, (int) cause.len, cause.data);

        /* calls under way may be of the old try; the others are repeated */
        interconnd_batch_drop(s, job);

        for (contact = job->contacts; contact != NULL;
             contact = contact->next)
        {
            contact->failing = 0;
            interconnd_contact_tell(s, job, contact);
        }

        job->cleared = 0;
        job->wake = 0;
    }

    return true;
}


bool
interconnd_step_waits(interconnd_scheduler_t *s, interconnd_job_t *job,
    const interconnd_view_t *view, const interconnd_step_t *step)
{
    int64_t   due, left;
    ic_str_t  name;

    if (ic_str_is(ic_reply_get(&view->reply, "paused"), "1")
        || retry_is_disabled(s, view, step))
    {
        return true;
    }

    name = ic_str_fmt(s->scratch, "retry.%s", step->name);

    if (name.data == NULL
        || ic_str_int(ic_reply_get(&view->reply, (char *) name.data), &due)
           != 0)
    {
        return false;
    }

    left = due - ic_now_ms();

    /* a clock that was set back must not hold a job */
    if (left <= 0 || left > IC_JOB_RETRY_LONGEST) {
        return false;
    }

    if (ic_mono_ms() + left < job->wake) {
        job->wake = ic_mono_ms() + left;
    }

    return true;
}


static bool
retry_is_disabled(interconnd_scheduler_t *s, const interconnd_view_t *view,
    const interconnd_step_t *step)
{
    ic_str_t          list;
    const ic_json_t  *name;

    list = ic_reply_get(&view->reply, "disabled");

    if (list.len <= 2) {
        return false;
    }

    name = ic_json_parse(s->scratch, list, NULL);
    name = name == NULL ? NULL : name->child;

    while (name != NULL && !ic_str_is(ic_json_str(name), step->name)) {
        name = name->next;
    }

    return name != NULL;
}


void
interconnd_job_clear(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view)
{
    unsigned             i;
    interconnd_batch_t  *batch;

    if (view->nold == 0 || job->ending != NULL
        || (job->cleared != 0
            && ic_mono_ms() - job->cleared < s->conf->poll_interval))
    {
        return;
    }

    job->cleared = ic_mono_ms();

    batch = interconnd_batch_create(INTERCONND_BATCH_STOP, view->nold);
    if (batch == NULL) {
        return;
    }

    for (i = 0; i < view->nold; i++) {
        retry_stop(s, view, &view->reply.records[view->reply.nrecords + i],
                   batch);
    }

    interconnd_batch_begin(batch, s, job, INTERCONND_RETRY_CALL);
}


static void
retry_stop(interconnd_scheduler_t *s, interconnd_view_t *view,
    const ic_record_t *part, interconnd_batch_t *batch)
{
    char                      *task_id, *task_name;
    ic_str_t                   argv[2];
    ic_reply_t                 reply;
    const interconnd_party_t  *party;

    party = retry_party(view, ic_record_get(part, "node_id"));

    if (party == NULL || interconnd_part_over(part)) {
        return;
    }

    task_id = ic_str_z(s->scratch, ic_record_get(part, "task_id"));
    task_name = ic_str_z(s->scratch, ic_record_get(part, "task_name"));

    if (task_id == NULL || task_name == NULL) {
        return;
    }

    if (party->self) {
        argv[0] = ic_str(s->conf->node_id);
        argv[1] = ic_str(task_id);
        (void) interconnd_job_store(s, &reply, "sched_task_stop", 2, argv);
        return;
    }

    (void) interconnd_batch_add(batch, s, view, party, task_name, task_id,
                                "/v1/interconn/schedule/task/stop",
                                ic_str_fmt(s->scratch, "{\"task_id\":\"%s\"}",
                                           task_id));
}


static const interconnd_party_t *
retry_party(const interconnd_view_t *view, ic_str_t node_id)
{
    unsigned  i;

    for (i = 0; i < view->dag->nparties; i++) {
        if (ic_str_is(node_id, view->dag->parties[i].node_id)) {
            return &view->dag->parties[i];
        }
    }

    return NULL;
}


/* A part whose party has heard of the stop, or never of the task, is over. */
void
interconnd_job_cleared(interconnd_scheduler_t *s, interconnd_job_t *job)
{
    unsigned              i;
    ic_str_t              argv[5];
    ic_reply_t            reply;
    interconnd_cause_t    cause;
    interconnd_errand_t  *errand;

    for (i = 0; i < job->batch->count; i++) {
        errand = &job->batch->errands[i];

        if (interconnd_peer_outcome(&errand->request) == INTERCONND_AGAIN) {
            continue;
        }

        memset(&cause, 0, sizeof(interconnd_cause_t));
        cause.party = errand->party;
        cause.node_id = errand->node_id;
        cause.component = errand->task_name;
        cause.task_id = errand->task_id;
        cause.error = "task_stopped";

        argv[0] = ic_str(errand->task_id);
        argv[1] = ic_str(errand->node_id);
        argv[2] = ic_str("FAILED");
        argv[3] = ic_str("cause");
        argv[4] = interconnd_cause(s->scratch, &cause);

        (void) interconnd_job_store(s, &reply, "ptask_update", 5, argv);
    }

    interconnd_batch_drop(s, job);
    job->wake = 0;
}
