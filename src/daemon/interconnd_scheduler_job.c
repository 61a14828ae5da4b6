
/* One job, one step. */


#include <stdio.h>

#include "../lib/ic_codec.h"
#include "interconnd_scheduler.h"


#define INTERCONND_JOB_RETRY  1000           /* ms after a call that failed */
#define INTERCONND_JOB_CALL   5000           /* ms for one at most */


static int job_view(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view);
static void job_go_on(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view);
static void job_answered(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view);
static bool job_poll_tells(const interconnd_view_t *view,
    const interconnd_request_t *r, interconnd_outcome_e outcome);
static const char *job_refusal(const interconnd_request_t *r);
static void job_prepare(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view, interconnd_batch_e kind);
static ic_str_t job_body(interconnd_scheduler_t *s, interconnd_job_t *job,
    const interconnd_view_t *view, interconnd_batch_e kind);
static void job_progress(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view);


void
interconnd_job_step(interconnd_scheduler_t *s, interconnd_job_t *job)
{
    interconnd_view_t  view;

    job->held = 0;

    if (job_view(s, job, &view) != 0) {
        return;
    }

    interconnd_flight_look(s, job, &view);

    if (job->ending != NULL) {
        if (job->batch == NULL || job->batch->left == 0) {
            interconnd_job_ended(s, job);
        }

        return;
    }

    if (!ic_str_is(view.status, "PENDING")
        && !ic_str_is(view.status, "RUNNING"))
    {
        interconnd_job_tell(s, job, &view);
        return;
    }

    if (interconnd_job_ends(s, job, &view)) {
        return;
    }

    job_progress(s, job, &view);

    if (job->batch != NULL) {
        if (job->batch->left > 0) {
            return;
        }

        /* what was seen is old now: the next step looks again */
        job_answered(s, job, &view);
        return;
    }

    if (ic_mono_ms() >= job->retry) {
        job_go_on(s, job, &view);
    }
}


/* 0, or -1: the store is away, or the job is nothing to drive. */
static int
job_view(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view)
{
    int                 rc;
    ic_str_t            id;
    const char         *error;
    interconnd_cause_t  cause;

    memset(view, 0, sizeof(interconnd_view_t));
    memset(&cause, 0, sizeof(interconnd_cause_t));

    id = ic_str(job->id);
    rc = interconnd_job_store(s, &view->reply, "job_result", 1, &id);

    if (rc != 0) {
        job->over = (rc == 1);
        return -1;
    }

    view->status = ic_reply_get(&view->reply, "status");

    if (!ic_str_is(ic_reply_get(&view->reply, "role"), "initiator")
        || (!ic_str_is(ic_reply_get(&view->reply, "started"), "1")
            && !ic_str_is(ic_reply_get(&view->reply, "cancel"), "1")))
    {
        job->over = 1;
        return -1;
    }

    view->dag = interconnd_dag_parse(s->scratch,
                                     ic_reply_get(&view->reply, "dag"),
                                     ic_reply_get(&view->reply, "config"),
                                     s->conf->node_id, &error, &cause.detail);
    if (view->dag == NULL && job->ending == NULL) {
        cause.error = error;
        interconnd_job_end(s, job, view, "FAILED", &cause);
    }

    if (view->dag != NULL) {
        interconnd_view_divide(s, view);
    }

    return view->dag == NULL && job->ending == NULL ? -1 : 0;
}


/* No call is under way: what is the next thing to do? */
static void
job_go_on(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view)
{
    unsigned    i;
    int64_t     poll;
    ic_str_t    argv[2];
    ic_reply_t  reply;

    if (ic_str_is(view->status, "PENDING")) {
        argv[0] = ic_str(job->id);
        argv[1] = ic_str("RUNNING");

        if (interconnd_job_store(s, &reply, "job_advance", 2, argv) != 0) {
            return;
        }
    }

    /* a task was begun, so the partners have the job */
    for (i = 0; i < view->dag->nsteps && !job->prepared; i++) {
        if (interconnd_step_begun(s, view, &view->dag->steps[i]).task_id
            != NULL)
        {
            job->prepared = 1;
        }
    }

    if (!job->prepared) {

        /* some say themselves when they are ready */
        if (job->created && ic_reply_get(&view->reply, "unready").len > 0) {
            return;
        }

        job_prepare(s, job, view, job->created ? INTERCONND_BATCH_START
                                               : INTERCONND_BATCH_CREATE);
    }

    if (job->batch == NULL && job->prepared && job->ending == NULL) {
        interconnd_job_tasks(s, job, view);
    }

    if (job->batch == NULL) {
        interconnd_job_clear(s, job, view);
    }

    poll = job->polled + s->conf->poll_interval;

    if (job->batch == NULL && job->prepared && job->ending == NULL
        && poll <= ic_mono_ms())
    {
        job->polled = ic_mono_ms();
        poll = job->polled + s->conf->poll_interval;
        interconnd_job_poll(s, job, view);
    }

    if (poll < job->wake) {
        job->wake = poll;
    }
}


/* All calls of the batch have been answered somehow. */
static void
job_answered(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view)
{
    unsigned               i, again;
    interconnd_batch_e     kind;
    interconnd_cause_t     cause;
    interconnd_errand_t   *errand;
    interconnd_outcome_e   outcome;

    again = 0;
    kind = job->batch->kind;

    if (kind == INTERCONND_BATCH_STOP) {
        interconnd_job_cleared(s, job);
        return;
    }

    for (i = 0; i < job->batch->count; i++) {
        errand = &job->batch->errands[i];
        outcome = interconnd_peer_outcome(&errand->request);

        again += (outcome == INTERCONND_AGAIN);

        if (outcome == INTERCONND_DONE
            && interconnd_components_differ(s, job, errand, &cause))
        {
            interconnd_job_end(s, job, view, "FAILED", &cause);
            return;
        }

        if (outcome == INTERCONND_DONE || outcome == INTERCONND_AGAIN
            || (kind == INTERCONND_BATCH_POLL
                && !job_poll_tells(view, &errand->request, outcome)))
        {
            continue;
        }

        /* a task that its party knew and has lost will not end there */
        cause.party = errand->party;
        cause.node_id = errand->node_id;
        cause.component = errand->task_name;
        cause.task_id = errand->task_id;
        cause.detail = ic_str_dup(s->scratch, ic_str(errand->request.error));
        cause.error = kind == INTERCONND_BATCH_POLL
                      && outcome == INTERCONND_MISSING
                      ? "task_lost"
                      : job_refusal(&errand->request);

        if (kind == INTERCONND_BATCH_POLL
            && interconnd_party_tolerated(s, job, view, &cause))
        {
            continue;
        }

        interconnd_job_end(s, job, view, "FAILED", &cause);
        return;
    }

    if (again > 0) {
        job->retry = ic_mono_ms() + INTERCONND_JOB_RETRY;

    } else if (kind == INTERCONND_BATCH_TASK) {
        interconnd_job_begun(s, job, view);

    } else if (kind == INTERCONND_BATCH_CREATE) {
        job->created = 1;

    } else if (kind == INTERCONND_BATCH_START) {
        job->prepared = 1;
    }

    interconnd_batch_drop(s, job);
    job->wake = again ? job->retry : 0;
}


/*
 * A party that only calls back has no such endpoint, or refuses in a job that
 * is not polled: then its silence is for the limits of time to judge.
 */
static bool
job_poll_tells(const interconnd_view_t *view, const interconnd_request_t *r,
    interconnd_outcome_e outcome)
{
    if (r->code < 0) {
        return false;
    }

    return outcome == INTERCONND_MISSING
           || !ic_str_is(ic_reply_get(&view->reply, "sync_type"),
                         "CALLBACK");
}


/* Codes of a peer with a profile are its own: FATE's 6000 is not ours. */
static const char *
job_refusal(const interconnd_request_t *r)
{
    if (r->speaks != NULL && r->speaks[0] != '\0') {
        return interconnd_cause_known(ic_json_str(ic_json_get(r->data,
                                                              "error")),
                                      "job_rejected");
    }

    return interconnd_cause_name(r->code, "job_rejected");
}


/* All partners at once: job/create, and when all have it job/start. */
static void
job_prepare(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view, interconnd_batch_e kind)
{
    int                  rc;
    unsigned             i;
    ic_str_t             body;
    const char          *path;
    interconnd_cause_t   cause;
    interconnd_party_t  *party;
    interconnd_batch_t  *batch;

    path = kind == INTERCONND_BATCH_CREATE
           ? "/v1/interconn/schedule/job/create"
           : "/v1/interconn/schedule/job/start";

    body = job_body(s, job, view, kind);
    batch = interconnd_batch_create(kind, view->dag->nparties);

    if (batch == NULL || body.data == NULL) {
        interconnd_log("error", "job %s: memory is short", job->id);
        return;
    }

    for (i = 0; i < view->dag->nparties; i++) {
        party = &view->dag->parties[i];

        rc = party->self ? 0 : interconnd_batch_add(batch, s, view, party,
                                                    NULL, NULL, path, body);
        if (rc == 0) {
            continue;
        }

        ic_pool_destroy(batch->arena);

        if (rc == -1) {
            return;
        }

        memset(&cause, 0, sizeof(interconnd_cause_t));
        cause.party = party->name;
        cause.node_id = party->node_id;
        cause.error = "no_contract";
        interconnd_job_end(s, job, view, "FAILED", &cause);
        return;
    }

    /* nobody but this node takes part */
    if (batch->count == 0) {
        job->prepared = 1;
    }

    interconnd_batch_begin(batch, s, job, INTERCONND_JOB_CALL);
}


static ic_str_t
job_body(interconnd_scheduler_t *s, interconnd_job_t *job,
    const interconnd_view_t *view, interconnd_batch_e kind)
{
    ic_json_out_t  out;

    ic_out_init(&out, s->scratch);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "job_id", job->id);

    if (kind == INTERCONND_BATCH_CREATE) {
        ic_out_str(&out, "flow_id", ic_reply_get(&view->reply, "flow_id"));
        ic_out_raw(&out, "dag", ic_reply_get(&view->reply, "dag"));
        ic_out_raw(&out, "config", ic_reply_get(&view->reply, "config"));
    }

    ic_out_object_end(&out);

    return ic_out_text(&out);
}


/* Of all tasks at all parties, as a whole number; the store keeps the most. */
static void
job_progress(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view)
{
    char         text[16];
    double       sum, percent;
    int64_t      known;
    unsigned     i;
    ic_str_t     argv[4];
    ic_reply_t   reply;

    sum = 0;

    for (i = 0; i < view->dag->nsteps; i++) {
        sum += view->dag->steps[i].reused ? 100.0 * view->dag->nparties : 0;
    }

    for (i = 0; i < view->reply.nrecords; i++) {
        if (ic_str_num(ic_record_get(&view->reply.records[i], "progress"),
                       &percent) == 0
            && percent > 0 && percent <= 100)
        {
            sum += percent;
        }
    }

    snprintf(text, sizeof(text), "%d",
             (int) (sum / (view->dag->nsteps * view->dag->nparties)));

    if (!ic_str_is(view->status, "RUNNING")
        || ic_str_int(ic_reply_get(&view->reply, "progress"), &known) != 0
        || (int64_t) (sum / (view->dag->nsteps * view->dag->nparties))
           <= known)
    {
        return;
    }

    argv[0] = ic_str(job->id);
    argv[1] = view->status;
    argv[2] = ic_str("progress");
    argv[3] = ic_str(text);

    (void) interconnd_job_store(s, &reply, "job_advance", 4, argv);
}


int
interconnd_job_store(interconnd_scheduler_t *s, ic_reply_t *reply,
    const char *function, unsigned argc, const ic_str_t *argv)
{
    if (ic_store_call(s->store, s->scratch, reply, function, argc, argv)
        != 0)
    {
        interconnd_log("error", "%s: %s", function, ic_store_error(s->store));
        return -1;
    }

    if (!ic_reply_ok(reply)) {
        interconnd_log("error", "%s %.*s: %.*s %.*s", function,
                       (int) argv[0].len, argv[0].data,
                       (int) reply->status.len, reply->status.data,
                       (int) reply->detail.len, reply->detail.data);
        return 1;
    }

    return 0;
}
