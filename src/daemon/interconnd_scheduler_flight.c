
/*
 * How many tasks are under way at a time. Parties run them in the order in
 * which they hear of them; who begins all at once fills places at each party
 * with tasks that wait for others, and has no say any more in what goes first.
 */


#include "../lib/ic_codec.h"
#include "interconnd_scheduler.h"


#define FLIGHT_WORKER  4                 /* tasks, for each of this node's */
#define FLIGHT_POINT   10000             /* ms of waiting, as in the store */


static bool flight_room(const interconnd_scheduler_t *s);
static interconnd_job_t *flight_first(const interconnd_scheduler_t *s);


void
interconnd_flight_look(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view)
{
    int64_t   since, priority;
    unsigned  i;

    job->held = 0;
    job->flight = 0;

    for (i = 0; view->dag != NULL && i < view->dag->nsteps; i++) {

        if (interconnd_step_begun(s, view, &view->dag->steps[i]).task_id
            != NULL
            && !interconnd_step_done(s, view, &view->dag->steps[i]))
        {
            job->flight++;
        }
    }

    if (ic_str_int(ic_reply_get(&view->reply, "create_time"), &since) != 0) {
        since = 0;
    }

    if (ic_str_int(ic_reply_get(&view->reply, "priority"), &priority) != 0) {
        priority = 0;
    }

    job->urgency = since - priority * FLIGHT_POINT;
}


bool
interconnd_flight_held(interconnd_scheduler_t *s, interconnd_job_t *job)
{
    interconnd_job_t  *first;

    job->held = 1;
    first = flight_first(s);

    if (!flight_room(s) || first->urgency < job->urgency) {
        return true;
    }

    job->held = 0;

    return false;
}


void
interconnd_flight_tell(interconnd_scheduler_t *s, const interconnd_job_t *job,
    const interconnd_view_t *view)
{
    ic_str_t    argv[2];
    ic_reply_t  reply;

    if (job->held == (ic_reply_get(&view->reply, "held").len != 0)) {
        return;
    }

    argv[0] = ic_str(job->id);
    argv[1] = ic_str(job->held ? "1" : "");

    /* what the store does not hear now is told with the next step */
    (void) interconnd_job_store(s, &reply, "job_held", 2, argv);
}


bool
interconnd_flight_next(interconnd_scheduler_t *s)
{
    interconnd_job_t  *first;

    first = flight_first(s);

    if (first == NULL || !flight_room(s)) {
        return false;
    }

    first->wake = 0;

    return true;
}


static bool
flight_room(const interconnd_scheduler_t *s)
{
    unsigned                 n;
    const interconnd_job_t  *job;

    n = 0;

    for (job = s->jobs; job != NULL; job = job->next) {
        n += job->ending == NULL && !job->over ? job->flight : 0;
    }

    return n < (unsigned) s->conf->workers * FLIGHT_WORKER;
}


/* The most urgent of those that are held; or NULL. */
static interconnd_job_t *
flight_first(const interconnd_scheduler_t *s)
{
    interconnd_job_t  *job, *first;

    first = NULL;

    for (job = s->jobs; job != NULL; job = job->next) {

        if (job->held && job->ending == NULL && !job->over
            && (first == NULL || job->urgency < first->urgency))
        {
            first = job;
        }
    }

    return first;
}
