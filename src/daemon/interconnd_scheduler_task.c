
/* Tasks of a job: beginning them at all parties, asking how they are. */


#include <openssl/rand.h>
#include <stdio.h>

#include "../lib/ic_codec.h"
#include "interconnd_scheduler.h"


#define INTERCONND_TASK_CALL  5000           /* ms for one at most */


static bool step_ready(interconnd_scheduler_t *s, interconnd_view_t *view,
    const interconnd_step_t *step);
static int step_make_up(interconnd_scheduler_t *s, interconnd_job_t *job,
    const interconnd_step_t *step, interconnd_begun_t *begun);
static int step_note(interconnd_scheduler_t *s, interconnd_job_t *job,
    const char *name, const interconnd_begun_t *begun);
static int step_begin(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view, const interconnd_step_t *step,
    const interconnd_begun_t *begun, interconnd_batch_t *batch);
static int step_begin_party(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view, const interconnd_step_t *step,
    const interconnd_begun_t *begun, const interconnd_party_t *party,
    interconnd_batch_t *batch);
static int step_begin_own(interconnd_scheduler_t *s, interconnd_job_t *job,
    const interconnd_step_t *step, const interconnd_begun_t *begun,
    ic_reply_t *reply);
static ic_str_t step_body(interconnd_scheduler_t *s, interconnd_job_t *job,
    const interconnd_step_t *step, const interconnd_begun_t *begun);


void
interconnd_job_tasks(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view)
{
    unsigned             i;
    interconnd_begun_t   begun;
    interconnd_step_t   *step;
    interconnd_batch_t  *batch;

    batch = interconnd_batch_create(INTERCONND_BATCH_TASK,
                                    view->dag->nsteps * view->dag->nparties);
    if (batch == NULL) {
        interconnd_log("error", "job %s: memory is short", job->id);
        return;
    }

    for (i = 0; i < view->dag->nsteps; i++) {
        step = &view->dag->steps[i];
        begun = interconnd_step_begun(s, view, step);

        if (begun.sent || step->reused || !step_ready(s, view, step)) {
            continue;
        }

        if (begun.task_id == NULL
            && (interconnd_step_waits(s, job, view, step)
                || interconnd_flight_held(s, job)
                || step_make_up(s, job, step, &begun) != 0))
        {
            continue;
        }

        if (step_begin(s, job, view, step, &begun, batch) != 0) {
            ic_pool_destroy(batch->arena);
            return;
        }
    }

    interconnd_flight_tell(s, job, view);
    interconnd_batch_begin(batch, s, job, INTERCONND_TASK_CALL);
}


static bool
step_ready(interconnd_scheduler_t *s, interconnd_view_t *view,
    const interconnd_step_t *step)
{
    unsigned  i;

    for (i = 0; i < step->ninputs; i++) {
        if (!interconnd_step_done(s, view,
                                  &view->dag->steps[step->inputs[i]]))
        {
            return false;
        }
    }

    return true;
}


/*
 * The id and the token are in the store before any party hears of them:
 * whoever goes on after a crash repeats the same call, not another.
 */
static int
step_make_up(interconnd_scheduler_t *s, interconnd_job_t *job,
    const interconnd_step_t *step, interconnd_begun_t *begun)
{
    char    hex[65];
    u_char  bytes[32];

    if (RAND_bytes(bytes, sizeof(bytes)) != 1) {
        interconnd_log("error", "job %s: no entropy", job->id);
        return -1;
    }

    ic_hex(hex, bytes, sizeof(bytes));

    begun->task_id = (char *) ic_str_fmt(s->scratch, "task_%.32s", hex).data;
    begun->token = ic_str_z(s->scratch, ic_str_n(hex + 32, 32));
    begun->sent = false;

    if (begun->task_id == NULL || begun->token == NULL) {
        return -1;
    }

    job->flight++;

    return step_note(s, job, step->name, begun);
}


static int
step_note(interconnd_scheduler_t *s, interconnd_job_t *job, const char *name,
    const interconnd_begun_t *begun)
{
    ic_str_t    argv[4];
    ic_reply_t  reply;

    argv[0] = ic_str(job->id);
    argv[1] = ic_str("RUNNING");
    argv[2] = ic_str_fmt(s->scratch, "begun.%s", name);
    argv[3] = ic_str_fmt(s->scratch, "%s %s %s", begun->task_id, begun->token,
                         begun->sent ? "sent" : "new");

    return interconnd_job_store(s, &reply, "job_advance", 4, argv);
}


interconnd_begun_t
interconnd_step_begun(interconnd_scheduler_t *s, interconnd_view_t *view,
    const interconnd_step_t *step)
{
    char                *text, *token, *state;
    ic_str_t             value;
    interconnd_begun_t   begun = { NULL, NULL, false };

    text = (char *) ic_str_fmt(s->scratch, "begun.%s", step->name).data;
    if (text == NULL) {
        return begun;
    }

    value = ic_reply_get(&view->reply, text);
    text = value.len > 0 ? ic_str_z(s->scratch, value) : NULL;

    token = text == NULL ? NULL : strchr(text, ' ');
    state = token == NULL ? NULL : strchr(token + 1, ' ');

    if (state == NULL) {
        return begun;
    }

    *token++ = '\0';
    *state++ = '\0';

    begun.task_id = text;
    begun.token = token;
    begun.sent = strcmp(state, "sent") == 0;

    return begun;
}


bool
interconnd_step_done(interconnd_scheduler_t *s, interconnd_view_t *view,
    const interconnd_step_t *step)
{
    unsigned             i;
    const ic_record_t   *part;
    interconnd_begun_t   begun;

    if (step->reused) {
        return true;
    }

    begun = interconnd_step_begun(s, view, step);

    if (begun.task_id == NULL) {
        return false;
    }

    for (i = 0; i < view->dag->nparties; i++) {
        part = interconnd_view_part(view, begun.task_id,
                                    view->dag->parties[i].node_id);

        if (part == NULL
            || (!ic_str_is(ic_record_get(part, "status"), "SUCCESS")
                && !interconnd_part_tolerated(s, view, part)))
        {
            return false;
        }
    }

    return true;
}


const ic_record_t *
interconnd_view_part(const interconnd_view_t *view, const char *task_id,
    const char *node_id)
{
    unsigned            i;
    const ic_record_t  *part;

    for (i = 0; i < view->reply.nrecords; i++) {
        part = &view->reply.records[i];

        if (ic_str_is(ic_record_get(part, "task_id"), task_id)
            && ic_str_is(ic_record_get(part, "node_id"), node_id))
        {
            return part;
        }
    }

    return NULL;
}


bool
interconnd_part_over(const ic_record_t *part)
{
    ic_str_t  status;

    status = ic_record_get(part, "status");

    return ic_str_is(status, "SUCCESS") || ic_str_is(status, "FAILED");
}


/* 0, or -1: the job ends, or the store is away. */
static int
step_begin(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view, const interconnd_step_t *step,
    const interconnd_begun_t *begun, interconnd_batch_t *batch)
{
    unsigned             i, remote;
    ic_str_t             argv[5];
    ic_reply_t           reply;
    interconnd_begun_t   done;
    interconnd_party_t  *party;

    /* all parts before the first start: a partner may call back at once */
    for (i = 0; i < view->dag->nparties; i++) {
        party = &view->dag->parties[i];

        argv[0] = ic_str(job->id);
        argv[1] = ic_str(begun->task_id);
        argv[2] = ic_str(party->node_id);
        argv[3] = ic_str(step->name);
        argv[4] = ic_str(party->name);

        if (interconnd_view_part(view, begun->task_id, party->node_id) == NULL
            && interconnd_job_store(s, &reply, "ptask_put", 5, argv) != 0)
        {
            return -1;
        }
    }

    remote = batch->count;

    for (i = 0; i < view->dag->nparties; i++) {
        if (step_begin_party(s, job, view, step, begun,
                             &view->dag->parties[i], batch)
            != 0)
        {
            return -1;
        }
    }

    interconnd_log("info", "job %s: task %s (%s) begins", job->id,
                   begun->task_id, step->name);

    if (batch->count > remote) {
        return 0;
    }

    /* no partner is to be called, so none has to answer */
    done = *begun;
    done.sent = true;

    return step_note(s, job, step->name, &done) == 0 ? 0 : -1;
}


static int
step_begin_party(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view, const interconnd_step_t *step,
    const interconnd_begun_t *begun, const interconnd_party_t *party,
    interconnd_batch_t *batch)
{
    int                  rc;
    ic_reply_t           reply;
    const ic_record_t   *part;
    interconnd_cause_t   cause;

    part = interconnd_view_part(view, begun->task_id, party->node_id);

    if (part != NULL && interconnd_part_over(part)) {
        return 0;
    }

    memset(&cause, 0, sizeof(interconnd_cause_t));
    cause.party = party->name;
    cause.node_id = party->node_id;
    cause.component = step->name;
    cause.task_id = begun->task_id;

    if (!party->self) {
        rc = interconnd_batch_add(batch, s, view, party, step->name,
                                  begun->task_id,
                                  "/v1/interconn/schedule/task/start",
                                  step_body(s, job, step, begun));
        if (rc == 1) {
            cause.error = "no_contract";
            interconnd_job_end(s, job, view, "FAILED", &cause);
        }

        return rc == 0 ? 0 : -1;
    }

    rc = step_begin_own(s, job, step, begun, &reply);

    if (rc == 1) {
        cause.error = ic_str_z(s->scratch, reply.status);
        cause.detail = reply.detail;
        interconnd_job_end(s, job, view, "FAILED", &cause);
    }

    return rc == 0 ? 0 : -1;
}


static int
step_begin_own(interconnd_scheduler_t *s, interconnd_job_t *job,
    const interconnd_step_t *step, const interconnd_begun_t *begun,
    ic_reply_t *reply)
{
    ic_str_t  argv[7];

    argv[0] = ic_str(job->id);
    argv[1] = ic_str(begun->task_id);
    argv[2] = ic_str(step->name);
    argv[3] = ic_str("session_id");
    argv[4] = ic_str_fmt(s->scratch, "session_%s", begun->task_id);
    argv[5] = ic_str("token");
    argv[6] = ic_str(begun->token);

    return interconnd_job_store(s, reply, "task_start", 7, argv);
}


static ic_str_t
step_body(interconnd_scheduler_t *s, interconnd_job_t *job,
    const interconnd_step_t *step, const interconnd_begun_t *begun)
{
    ic_json_out_t  out;

    ic_out_init(&out, s->scratch);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "job_id", job->id);
    ic_out_z(&out, "task_id", begun->task_id);
    ic_out_z(&out, "task_name", step->name);
    ic_out_str(&out, "session_id",
               ic_str_fmt(s->scratch, "session_%s", begun->task_id));
    ic_out_z(&out, "token", begun->token);
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


void
interconnd_job_begun(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view)
{
    unsigned             i, k;
    interconnd_begun_t   begun;
    interconnd_step_t   *step;

    for (i = 0; i < view->dag->nsteps; i++) {
        step = &view->dag->steps[i];
        begun = interconnd_step_begun(s, view, step);

        if (begun.task_id == NULL || begun.sent) {
            continue;
        }

        for (k = 0; k < job->batch->count; k++) {
            if (strcmp(job->batch->errands[k].task_id, begun.task_id) == 0) {
                begun.sent = true;
                (void) step_note(s, job, step->name, &begun);
                break;
            }
        }
    }
}


void
interconnd_job_poll(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view)
{
    unsigned                   i, k;
    ic_str_t                   body;
    const ic_record_t         *part;
    interconnd_begun_t         begun;
    interconnd_batch_t        *batch;
    const interconnd_party_t  *party;

    batch = interconnd_batch_create(INTERCONND_BATCH_POLL,
                                    view->dag->nsteps * view->dag->nparties);
    if (batch == NULL) {
        return;
    }

    for (i = 0; i < view->dag->nsteps; i++) {
        begun = interconnd_step_begun(s, view, &view->dag->steps[i]);

        for (k = 0; begun.sent && k < view->dag->nparties; k++) {
            party = &view->dag->parties[k];
            part = interconnd_view_part(view, begun.task_id, party->node_id);

            if (party->self || part == NULL || interconnd_part_over(part)) {
                continue;
            }

            body = ic_str_fmt(s->scratch,
                              "{\"task_id\":\"%s\",\"role\":\"%s\"}",
                              begun.task_id, party->role);

            (void) interconnd_batch_add(batch, s, view, party,
                                        view->dag->steps[i].name,
                                        begun.task_id,
                                        "/v1/interconn/schedule/task/poll",
                                        body);
        }
    }

    interconnd_batch_begin(batch, s, job, INTERCONND_TASK_CALL);
}
