
/* Parts that fail without their job's failure: as the component declares. */


#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "interconnd_scheduler.h"


static const interconnd_step_t *tolerance_step(const interconnd_view_t *view,
    ic_str_t task_name);
static bool tolerance_has(const interconnd_step_t *step, ic_str_t party);
static ic_str_t tolerance_error(interconnd_scheduler_t *s,
    const ic_record_t *part);
static bool tolerance_others_done(const interconnd_view_t *view,
    const char *task_id, int64_t *last);


bool
interconnd_part_tolerated(interconnd_scheduler_t *s,
    const interconnd_view_t *view, const ic_record_t *part)
{
    unsigned                  i, failed;
    const ic_record_t        *other;
    const interconnd_step_t  *step;

    step = tolerance_step(view, ic_record_get(part, "task_name"));

    if (step == NULL || step->tolerated == 0
        || !ic_str_is(ic_record_get(part, "status"), "FAILED"))
    {
        return false;
    }

    for (failed = 0, i = 0; i < view->reply.nrecords; i++) {
        other = &view->reply.records[i];

        if (!ic_str_eq(ic_record_get(other, "task_id"),
                       ic_record_get(part, "task_id"))
            || !ic_str_is(ic_record_get(other, "status"), "FAILED"))
        {
            continue;
        }

        if (!tolerance_has(step, ic_record_get(other, "role"))
            || !interconnd_cause_passes(tolerance_error(s, other)))
        {
            return false;
        }

        failed++;
    }

    return failed <= step->tolerated;
}


static const interconnd_step_t *
tolerance_step(const interconnd_view_t *view, ic_str_t task_name)
{
    unsigned  i;

    for (i = 0; i < view->dag->nsteps; i++) {
        if (ic_str_is(task_name, view->dag->steps[i].name)) {
            return &view->dag->steps[i];
        }
    }

    return NULL;
}


/* "host.1" is one of the role "host". */
static bool
tolerance_has(const interconnd_step_t *step, ic_str_t party)
{
    size_t  len;

    len = strlen(step->lost_role);

    return party.len > len && party.data[len] == '.'
           && memcmp(party.data, step->lost_role, len) == 0;
}


static ic_str_t
tolerance_error(interconnd_scheduler_t *s, const ic_record_t *part)
{
    ic_json_t  *cause;

    cause = ic_json_parse(s->scratch, ic_record_get(part, "cause"), NULL);

    return ic_json_str(ic_json_get(cause, "error"));
}


bool
interconnd_party_tolerated(interconnd_scheduler_t *s, interconnd_job_t *job,
    const interconnd_view_t *view, const interconnd_cause_t *cause)
{
    unsigned                  i, failed;
    ic_str_t                  argv[5];
    ic_reply_t                reply;
    const ic_record_t        *part;
    const interconnd_step_t  *step;

    if (cause->task_id == NULL) {
        return false;
    }

    part = interconnd_view_part(view, cause->task_id, cause->node_id);
    step = cause->component == NULL ? NULL
           : tolerance_step(view, ic_str(cause->component));

    /* who has not begun is not lost in the middle */
    if (part == NULL || step == NULL || step->tolerated == 0
        || !ic_str_is(ic_record_get(part, "status"), "RUNNING")
        || !tolerance_has(step, ic_str(cause->party))
        || !interconnd_cause_passes(ic_str(cause->error)))
    {
        return false;
    }

    for (failed = 1, i = 0; i < view->reply.nrecords; i++) {
        failed += ic_str_is(ic_record_get(&view->reply.records[i],
                                          "task_id"), cause->task_id)
                  && ic_str_is(ic_record_get(&view->reply.records[i],
                                             "status"), "FAILED");
    }

    if (failed > step->tolerated) {
        return false;
    }

    argv[0] = ic_str(cause->task_id);
    argv[1] = ic_str(cause->node_id);
    argv[2] = ic_str("FAILED");
    argv[3] = ic_str("cause");
    argv[4] = interconnd_cause(s->scratch, cause);

    /* what the store does not hear now is told with the next step */
    (void) interconnd_job_store(s, &reply, "ptask_update", 5, argv);

    interconnd_log("warn", "job %s: %s (%s) is lost, %s: the others go on",
                   job->id, cause->party, cause->node_id, cause->error);
    job->wake = 0;

    return true;
}


void
interconnd_job_overdue(interconnd_scheduler_t *s, interconnd_job_t *job,
    const interconnd_view_t *view)
{
    int64_t                    last, left;
    unsigned                   i;
    interconnd_cause_t         cause;
    const ic_record_t         *part;
    const interconnd_step_t   *step;

    memset(&cause, 0, sizeof(interconnd_cause_t));
    cause.error = "task_lost";
    cause.detail = ic_str("the others have ended without it");

    for (i = 0; i < view->reply.nrecords; i++) {
        part = &view->reply.records[i];
        step = tolerance_step(view, ic_record_get(part, "task_name"));
        cause.task_id = ic_str_z(s->scratch, ic_record_get(part, "task_id"));

        if (interconnd_part_over(part) || step == NULL
            || step->tolerated == 0 || cause.task_id == NULL
            || !tolerance_others_done(view, cause.task_id, &last))
        {
            continue;
        }

        left = last + s->conf->party_timeout - ic_now_ms();

        if (left > 0) {
            job->wake = ic_mono_ms() + left < job->wake ? ic_mono_ms() + left
                                                        : job->wake;
            continue;
        }

        cause.party = ic_str_z(s->scratch, ic_record_get(part, "role"));
        cause.node_id = ic_str_z(s->scratch, ic_record_get(part, "node_id"));
        cause.component = step->name;
        (void) interconnd_party_tolerated(s, job, view, &cause);
    }
}


/* Of this task nobody runs who may not be lost; last: the latest end. */
static bool
tolerance_others_done(const interconnd_view_t *view, const char *task_id,
    int64_t *last)
{
    int64_t                   ended;
    unsigned                  i;
    const ic_record_t        *part;
    const interconnd_step_t  *step;

    *last = 0;

    for (i = 0; i < view->reply.nrecords; i++) {
        part = &view->reply.records[i];
        step = tolerance_step(view, ic_record_get(part, "task_name"));

        if (!ic_str_is(ic_record_get(part, "task_id"), task_id)) {
            continue;
        }

        if (!interconnd_part_over(part)) {

            if (!tolerance_has(step, ic_record_get(part, "role"))) {
                return false;
            }

            continue;
        }

        if (ic_str_int(ic_record_get(part, "finish_time"), &ended) == 0
            && ended > *last)
        {
            *last = ended;
        }
    }

    return *last > 0;
}


/*
 * Who only says that others are silent may be the first to tell of what ends
 * the job: that is noted when it is done.
 */
void
interconnd_job_tolerates(interconnd_scheduler_t *s, interconnd_job_t *job,
    const interconnd_view_t *view, bool done)
{
    unsigned            i;
    ic_str_t            argv[2];
    ic_reply_t          reply;
    const ic_record_t  *part;

    for (i = 0; i < view->reply.nrecords; i++) {
        part = &view->reply.records[i];

        if (ic_record_get(part, "tolerated").len > 0
            || !interconnd_part_tolerated(s, view, part)
            || (!done
                && interconnd_cause_follows(tolerance_error(s, part))))
        {
            continue;
        }

        argv[0] = ic_record_get(part, "task_id");
        argv[1] = ic_record_get(part, "node_id");

        (void) interconnd_job_store(s, &reply, "ptask_tolerate", 2, argv);

        interconnd_log("info", "job %s: goes on without %.*s", job->id,
                       (int) ic_record_get(part, "role").len,
                       ic_record_get(part, "role").data);
    }
}
