
/* How a job ends: why, who is told, what is entered. */


#include <stdio.h>
#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "interconnd_scheduler.h"


#define INTERCONND_STOP_CALL   1500          /* ms: a stop acts within 2 s */
#define INTERCONND_TELL_FIRST  5000          /* ms, then doubled */
#define INTERCONND_TELL_MAX    600000
#define INTERCONND_TELL_TRIES  150           /* about a day */


static void end_rejected(const interconnd_view_t *view,
    interconnd_cause_t *cause);
static bool end_all_done(interconnd_scheduler_t *s,
    interconnd_view_t *view);
static bool end_failed_part(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view);
static const ic_record_t *end_first_failure(interconnd_scheduler_t *s,
    interconnd_view_t *view, bool *follows);
static bool end_part_follows(interconnd_scheduler_t *s,
    const ic_record_t *part);
static ic_str_t end_part_cause(interconnd_scheduler_t *s,
    const ic_record_t *part);
static bool end_too_late(interconnd_scheduler_t *s,
    const interconnd_view_t *view);
static void end_begin(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view, const char *status, const char *task_id,
    ic_str_t cause);
static void end_stop(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view);
static void end_stop_tasks(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view, const interconnd_party_t *party,
    interconnd_batch_t *batch);
static void end_stop_job(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view, const interconnd_party_t *party,
    interconnd_batch_t *batch);
static void end_unstopped(interconnd_job_t *job);
static void end_unstopped_add(interconnd_job_t *job, const char *node_id);
static bool end_names(const char *list, const char *node_id);


bool
interconnd_job_ends(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view)
{
    interconnd_cause_t  cause;

    /* before a stop: partners may have been told of the success */
    if (end_all_done(s, view)) {
        interconnd_job_tolerates(s, job, view, true);
        interconnd_job_end(s, job, view, "SUCCESS", NULL);
        return true;
    }

    if (end_failed_part(s, job, view)) {
        return true;
    }

    interconnd_job_tolerates(s, job, view, false);
    interconnd_job_overdue(s, job, view);

    memset(&cause, 0, sizeof(interconnd_cause_t));

    if (ic_str_is(ic_reply_get(&view->reply, "cancel"), "1")) {
        cause.error = "task_stopped";
        end_rejected(view, &cause);
        interconnd_job_end(s, job, view, "FAILED", &cause);
        return true;
    }

    if (end_too_late(s, view)) {
        cause.error = "task_timeout";
        cause.detail = ic_str_fmt(s->scratch, "%d s", s->conf->task_timeout);
        interconnd_job_end(s, job, view, "FAILED", &cause);
        return true;
    }

    return interconnd_job_lost(s, job, view);
}


static bool
end_all_done(interconnd_scheduler_t *s, interconnd_view_t *view)
{
    unsigned  i;

    for (i = 0; i < view->dag->nsteps; i++) {
        if (!interconnd_step_done(s, view, &view->dag->steps[i])) {
            return false;
        }
    }

    return true;
}


/* A party took its approval back, or gave none after all. */
static void
end_rejected(const interconnd_view_t *view, interconnd_cause_t *cause)
{
    unsigned  i;
    ic_str_t  node_id;

    node_id = ic_reply_get(&view->reply, "rejected_by");

    for (i = 0; node_id.len > 0 && i < view->dag->nparties; i++) {

        if (ic_str_is(node_id, view->dag->parties[i].node_id)) {
            cause->error = "job_rejected";
            cause->party = view->dag->parties[i].name;
            cause->node_id = view->dag->parties[i].node_id;
            cause->detail = node_id;
        }
    }
}


static bool
end_failed_part(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view)
{
    bool                follows;
    const ic_record_t  *part;

    part = end_first_failure(s, view, &follows);

    if (part == NULL) {
        return false;
    }

    /* stopped parts of a stopped job are not why it ends */
    if (follows
        && (ic_str_is(ic_reply_get(&view->reply, "cancel"), "1")
            || interconnd_job_awaits_root(s, job, view, part)))
    {
        return false;
    }

    end_begin(s, job, view, "FAILED",
              ic_str_z(s->scratch, ic_record_get(part, "task_id")),
              end_part_cause(s, part));

    return true;
}


/* The earliest, of those that no other party's failure can have made. */
static const ic_record_t *
end_first_failure(interconnd_scheduler_t *s, interconnd_view_t *view,
    bool *follows)
{
    bool                consequence;
    int64_t             time, first;
    unsigned            i;
    const ic_record_t  *part, *found;

    found = NULL;
    first = 0;
    *follows = false;

    for (i = 0; i < view->reply.nrecords; i++) {
        part = &view->reply.records[i];

        if (!ic_str_is(ic_record_get(part, "status"), "FAILED")
            || interconnd_part_tolerated(s, view, part))
        {
            continue;
        }

        consequence = end_part_follows(s, part);

        if (ic_str_int(ic_record_get(part, "finish_time"), &time) != 0) {
            time = INT64_MAX;
        }

        if (found == NULL || (*follows && !consequence)
            || (*follows == consequence && time < first))
        {
            found = part;
            first = time;
            *follows = consequence;
        }
    }

    return found;
}


static bool
end_part_follows(interconnd_scheduler_t *s, const ic_record_t *part)
{
    ic_json_t  *cause;

    cause = ic_json_parse(s->scratch, ic_record_get(part, "cause"), NULL);

    return interconnd_cause_follows(ic_json_str(ic_json_get(cause, "error")));
}


/* What the party says: as it is in our form, else its words or message. */
static ic_str_t
end_part_cause(interconnd_scheduler_t *s, const ic_record_t *part)
{
    ic_str_t             text, error, message;
    ic_json_t           *root;
    interconnd_cause_t   cause;

    text = ic_record_get(part, "cause");
    root = ic_json_parse(s->scratch, text, NULL);
    error = ic_json_str(ic_json_get(root, "error"));
    message = ic_json_str(ic_json_get(root, "message"));

    if (error.len > 0
        && ic_json_str(ic_json_get(root, "party")).len > 0)
    {
        return text;
    }

    memset(&cause, 0, sizeof(interconnd_cause_t));

    cause.party = ic_str_z(s->scratch, ic_record_get(part, "role"));
    cause.node_id = ic_str_z(s->scratch, ic_record_get(part, "node_id"));
    cause.component = ic_str_z(s->scratch, ic_record_get(part, "task_name"));
    cause.task_id = ic_str_z(s->scratch, ic_record_get(part, "task_id"));
    cause.error = interconnd_cause_known(error, "task_crashed");
    cause.detail = message.len > 0 ? message : text;

    return interconnd_cause(s->scratch, &cause);
}


static bool
end_too_late(interconnd_scheduler_t *s, const interconnd_view_t *view)
{
    int64_t  started, paused;

    if (ic_str_is(ic_reply_get(&view->reply, "paused"), "1")) {
        return false;
    }

    if (ic_str_int(ic_reply_get(&view->reply, "paused_ms"), &paused) != 0) {
        paused = 0;
    }

    return ic_str_int(ic_reply_get(&view->reply, "start_time"), &started) == 0
           && ic_now_ms() - started - paused
              > (int64_t) s->conf->task_timeout * 1000;
}


void
interconnd_job_end(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view, const char *status,
    const interconnd_cause_t *cause)
{
    ic_str_t  text;

    text = cause == NULL ? ic_str("") : interconnd_cause(s->scratch, cause);

    end_begin(s, job, view, status, cause == NULL ? NULL : cause->task_id,
              text);
}


/* task_id: whose failure it is; or NULL. It may be run again instead. */
static void
end_begin(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view, const char *status, const char *task_id,
    ic_str_t cause)
{
    if (task_id != NULL
        && interconnd_job_retries(s, job, view, task_id, &cause))
    {
        return;
    }

    free(job->cause);
    job->cause = strndup(cause.data == NULL ? "" : (char *) cause.data,
                         cause.len);

    if (job->cause == NULL) {
        interconnd_log("error", "memory is short");
        exit(1);
    }

    interconnd_log("info", "job %s ends: %s %s", job->id, status, job->cause);

    /* calls under way do not matter any more */
    interconnd_batch_drop(s, job);
    job->ending = status;

    if (view->dag != NULL) {
        end_stop(s, job, view);
    }

    if (job->batch == NULL) {
        interconnd_job_ended(s, job);
    }
}


static void
end_stop(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view)
{
    unsigned             i;
    interconnd_batch_t  *batch;
    interconnd_party_t  *party;

    batch = interconnd_batch_create(INTERCONND_BATCH_STOP,
                view->dag->nparties * (view->dag->nsteps + 1));

    if (batch == NULL) {
        interconnd_log("error", "job %s: memory is short", job->id);
        return;
    }

    for (i = 0; i < view->dag->nparties; i++) {
        party = &view->dag->parties[i];

        end_stop_tasks(s, job, view, party, batch);

        if (!party->self) {
            end_stop_job(s, job, view, party, batch);
        }
    }

    interconnd_batch_begin(batch, s, job, INTERCONND_STOP_CALL);
}


static void
end_stop_tasks(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view, const interconnd_party_t *party,
    interconnd_batch_t *batch)
{
    unsigned            i;
    ic_str_t            argv[2], body;
    ic_reply_t          reply;
    const ic_record_t  *part;
    interconnd_begun_t  begun;

    for (i = 0; i < view->dag->nsteps; i++) {
        begun = interconnd_step_begun(s, view, &view->dag->steps[i]);

        if (begun.task_id == NULL) {
            continue;
        }

        part = interconnd_view_part(view, begun.task_id, party->node_id);

        if (part == NULL || interconnd_part_over(part)) {
            continue;
        }

        if (party->self) {
            argv[0] = ic_str(s->conf->node_id);
            argv[1] = ic_str(begun.task_id);
            (void) interconnd_job_store(s, &reply, "sched_task_stop", 2,
                                        argv);
            continue;
        }

        body = ic_str_fmt(s->scratch, "{\"task_id\":\"%s\"}", begun.task_id);

        (void) interconnd_batch_add(batch, s, view, party,
                                    view->dag->steps[i].name, begun.task_id,
                                    "/v1/interconn/schedule/task/stop", body);
    }
}


/* Also after a success: partners then clean up. */
static void
end_stop_job(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view, const interconnd_party_t *party,
    interconnd_batch_t *batch)
{
    int            rc;
    ic_str_t       status;
    ic_json_out_t  out;

    status = job->ending != NULL ? ic_str(job->ending) : view->status;

    ic_out_init(&out, s->scratch);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "job_id", job->id);
    ic_out_str(&out, "status", status);

    if (ic_str_is(status, "FAILED") && job->cause != NULL
        && job->cause[0] != '\0')
    {
        ic_out_z(&out, "cause", job->cause);
    }

    ic_out_object_end(&out);

    rc = interconnd_batch_add(batch, s, view, party, NULL, NULL,
                              "/v1/interconn/schedule/job/stop",
                              ic_out_text(&out));
    if (rc == -1) {
        end_unstopped_add(job, party->node_id);
    }

    if (rc == 1) {
        interconnd_log("warn", "job %s: %s (%s) is not told of its end: no "
                       "contract", job->id, party->name, party->node_id);
    }
}


void
interconnd_job_ended(interconnd_scheduler_t *s, interconnd_job_t *job)
{
    int         rc;
    ic_str_t    argv[6];
    ic_reply_t  reply;

    if (job->batch != NULL) {
        end_unstopped(job);
        interconnd_batch_drop(s, job);
    }

    argv[0] = ic_str(job->id);
    argv[1] = ic_str(job->ending);
    argv[2] = ic_str("cause");
    argv[3] = ic_str(job->cause);
    argv[4] = ic_str("unstopped");
    argv[5] = ic_str(job->unstopped == NULL ? "" : job->unstopped);

    rc = interconnd_job_store(s, &reply, "job_advance", 6, argv);

    if (rc == -1) {
        return;
    }

    job->ending = NULL;

    if (rc == 1 || job->unstopped == NULL) {
        job->over = 1;
        return;
    }

    job->retry = ic_mono_ms() + INTERCONND_TELL_FIRST;
    job->wake = job->retry;
}


void
interconnd_job_tell(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view)
{
    char                *left;
    int64_t              delay;
    unsigned             i;
    interconnd_batch_t  *batch;
    interconnd_party_t  *party;

    if (job->batch != NULL) {

        if (job->batch->left > 0) {
            return;
        }

        end_unstopped(job);
        interconnd_batch_drop(s, job);

        delay = job->tellings < 8 ? INTERCONND_TELL_FIRST << job->tellings
                                  : INTERCONND_TELL_MAX;
        delay = delay > INTERCONND_TELL_MAX ? INTERCONND_TELL_MAX : delay;

        job->retry = ic_mono_ms() + delay;
        job->tellings++;
    }

    if (job->unstopped == NULL || job->tellings > INTERCONND_TELL_TRIES
        || view->dag == NULL)
    {
        job->over = 1;
        return;
    }

    job->wake = job->retry;

    if (ic_mono_ms() < job->retry) {
        return;
    }

    batch = interconnd_batch_create(INTERCONND_BATCH_STOP,
                                    view->dag->nparties);
    if (batch == NULL) {
        return;
    }

    job->retry = ic_mono_ms() + INTERCONND_TELL_FIRST;
    job->wake = job->retry;

    left = job->unstopped;
    job->unstopped = NULL;

    for (i = 0; i < view->dag->nparties; i++) {
        party = &view->dag->parties[i];

        if (!party->self && end_names(left, party->node_id)) {
            end_stop_job(s, job, view, party, batch);
        }
    }

    free(left);

    interconnd_batch_begin(batch, s, job, INTERCONND_STOP_CALL);
}


/* The nodes that could not be told. */
static void
end_unstopped(interconnd_job_t *job)
{
    unsigned              i;
    interconnd_errand_t  *errand;

    for (i = 0; i < job->batch->count; i++) {
        errand = &job->batch->errands[i];

        if (interconnd_peer_outcome(&errand->request) == INTERCONND_AGAIN) {
            end_unstopped_add(job, errand->node_id);
        }
    }
}


static void
end_unstopped_add(interconnd_job_t *job, const char *node_id)
{
    int    rc;
    char  *list;

    if (job->unstopped == NULL) {
        rc = asprintf(&list, "%s", node_id);

    } else if (end_names(job->unstopped, node_id)) {
        return;

    } else {
        rc = asprintf(&list, "%s %s", job->unstopped, node_id);
    }

    if (rc == -1) {
        interconnd_log("error", "memory is short");
        exit(1);
    }

    free(job->unstopped);
    job->unstopped = list;
}


static bool
end_names(const char *list, const char *node_id)
{
    size_t       len;
    const char  *p;

    len = strlen(node_id);

    for (p = list; *p != '\0'; p += strspn(p, " ")) {
        if (strcspn(p, " ") == len && strncmp(p, node_id, len) == 0) {
            return true;
        }

        p += strcspn(p, " ");
    }

    return false;
}
