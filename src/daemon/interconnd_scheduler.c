
/*
 * The scheduler: drives the jobs that this node initiated. Woken by the
 * stream of jobs, by answers of partners and by a tick.
 */


#include <stdio.h>
#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "interconnd_memory.h"
#include "interconnd_scheduler.h"


#define INTERCONND_JOB_NEXT      512
#define INTERCONND_JOB_REMEMBER  86400000    /* ms partners are told an end */


static int scheduler_create(interconnd_scheduler_t *s,
    const interconnd_conf_t *conf);
static void scheduler_destroy(interconnd_scheduler_t *s);
static int scheduler_recover(interconnd_scheduler_t *s);
static void scheduler_recover_page(interconnd_scheduler_t *s,
    ic_reply_t *reply);
static void scheduler_recover_job(interconnd_scheduler_t *s,
    const ic_record_t *record);
static void scheduler_take(interconnd_scheduler_t *s);
static interconnd_job_t *scheduler_job(interconnd_scheduler_t *s,
    ic_str_t id);
static int64_t scheduler_step(interconnd_scheduler_t *s);
static void scheduler_forget(interconnd_scheduler_t *s,
    interconnd_job_t *job);


int
interconnd_scheduler(const interconnd_conf_t *conf)
{
    int                      delay;
    bool                     busy;
    int64_t                  now, due, wake;
    interconnd_request_t    *request;
    interconnd_scheduler_t   s;

    if (scheduler_create(&s, conf) != 0) {
        scheduler_destroy(&s);
        return 1;
    }

    delay = 100;

    while (!interconnd_quit && scheduler_recover(&s) != 0) {
        interconnd_sleep(delay);
        delay = delay * 2 > 5000 ? 5000 : delay * 2;
    }

    while (!interconnd_quit) {
        interconnd_keys_follow(interconnd_peer_keys(s.caller), s.store);
        interconnd_listener_ask(&s.listener);

        interconnd_beat(&s.beat, s.store, s.scratch);

        now = ic_mono_ms();
        due = interconnd_timetables(&s);
        wake = scheduler_step(&s);
        wake = due < wake ? due : wake;

        if (s.listener.fd == -1 && s.listener.asleep < wake) {
            wake = s.listener.asleep;
        }

        interconnd_peer_wait(s.caller, s.listener.fd,
                             wake > now ? (int) (wake - now) : 0);

        scheduler_take(&s);
        busy = false;

        while ((request = interconnd_peer_next(s.caller)) != NULL) {
            interconnd_batch_answer(&s, request->context);
            busy = true;
        }

        (void) interconnd_memory_turn(busy);
    }

    scheduler_destroy(&s);

    return 0;
}


static int
scheduler_create(interconnd_scheduler_t *s, const interconnd_conf_t *conf)
{
    memset(s, 0, sizeof(interconnd_scheduler_t));

    s->conf = conf;
    s->store = interconnd_store(conf, INTERCONND_STORE_MS);
    s->caller = interconnd_peer_create(conf);
    s->scratch = ic_pool_create();
    s->addresses.arena = ic_pool_create();
    interconnd_beat_init(&s->beat, "scheduler");

    if (interconnd_listener_init(&s->listener, conf, "jobs", "scheduler") != 0
        || s->store == NULL || s->caller == NULL || s->scratch == NULL
        || s->addresses.arena == NULL)
    {
        interconnd_log("error", "the scheduler cannot start");
        return -1;
    }

    return 0;
}


static void
scheduler_destroy(interconnd_scheduler_t *s)
{
    while (s->jobs != NULL) {
        scheduler_forget(s, s->jobs);
    }

    interconnd_peer_free(s->caller);
    ic_store_close(s->listener.store);
    ic_store_close(s->store);
    ic_pool_destroy(s->scratch);
    ic_pool_destroy(s->addresses.arena);
}


/* Everything not finished goes on where the store says it is. */
static int
scheduler_recover(interconnd_scheduler_t *s)
{
    char        page[INTERCONND_JOB_NEXT];
    ic_str_t    next;
    ic_str_t    argv[5];
    ic_reply_t  reply;

    argv[0] = ic_str("");
    argv[1] = ic_str("");
    argv[2] = ic_str("");
    argv[3] = ic_str("1");
    argv[4] = ic_str("-1");

    for ( ;; ) {

        if (interconnd_job_store(s, &reply, "job_list", 5, argv) != 0) {
            return -1;
        }

        scheduler_recover_page(s, &reply);

        /* the reply ends with the scratch memory */

        next = ic_reply_get(&reply, "next");
        snprintf(page, sizeof(page), "%.*s", (int) next.len,
                 next.data ? (char *) next.data : "");
        ic_pool_reset(s->scratch);

        if (page[0] == '\0') {
            return 0;
        }

        argv[3] = ic_str(page);
    }
}


static void
scheduler_recover_page(interconnd_scheduler_t *s, ic_reply_t *reply)
{
    unsigned  i;

    for (i = 0; i < reply->nrecords; i++) {
        scheduler_recover_job(s, &reply->records[i]);
    }
}


static void
scheduler_recover_job(interconnd_scheduler_t *s, const ic_record_t *record)
{
    int64_t            finished;
    ic_str_t           status, unstopped;
    interconnd_job_t  *job;

    if (!ic_str_is(ic_record_get(record, "role"), "initiator")) {
        return;
    }

    status = ic_record_get(record, "status");

    if (ic_str_is(status, "PENDING") || ic_str_is(status, "RUNNING")) {

        if (ic_str_is(ic_record_get(record, "started"), "1")
            || ic_str_is(ic_record_get(record, "cancel"), "1"))
        {
            job = scheduler_job(s, ic_record_get(record, "job_id"));
            job->polled = 0;
        }

        return;
    }

    unstopped = ic_record_get(record, "unstopped");

    if (unstopped.len == 0
        || ic_str_int(ic_record_get(record, "finish_time"), &finished) != 0
        || ic_now_ms() - finished > INTERCONND_JOB_REMEMBER)
    {
        return;
    }

    job = scheduler_job(s, ic_record_get(record, "job_id"));
    job->unstopped = strndup((char *) unstopped.data, unstopped.len);
}


static void
scheduler_take(interconnd_scheduler_t *s)
{
    ic_str_t           id, job_id;
    ic_record_t        entry;
    interconnd_job_t  *job;

    if (interconnd_listener_take(&s->listener, s->scratch, &id, &entry) == 1)
    {
        job_id = ic_record_get(&entry, "job_id");

        if (ic_id_valid(job_id)) {
            job = scheduler_job(s, job_id);
            job->wake = 0;

        } else {
            /* a timetable has changed */
            s->timetables = 0;
        }

        if (ic_store_done(s->store, "jobs", id) != 0) {
            interconnd_log("error", "stream jobs: %s",
                           ic_store_error(s->store));
            ic_store_again(s->listener.store, "jobs");
        }
    }

    ic_pool_reset(s->scratch);
}


static interconnd_job_t *
scheduler_job(interconnd_scheduler_t *s, ic_str_t id)
{
    interconnd_job_t  *job;

    for (job = s->jobs; job != NULL; job = job->next) {
        if (ic_str_is(id, job->id)) {
            return job;
        }
    }

    job = calloc(1, sizeof(interconnd_job_t) + id.len + 1);
    if (job == NULL) {
        interconnd_log("error", "memory is short");
        exit(1);
    }

    memcpy(job->id, id.data, id.len);

    /* whatever begins now has not to be asked for at once */
    job->polled = ic_mono_ms();

    job->next = s->jobs;
    s->jobs = job;

    return job;
}


/* Steps the jobs whose time has come; returns the next time. */
static int64_t
scheduler_step(interconnd_scheduler_t *s)
{
    int64_t            now, wake;
    interconnd_job_t  *job, *next;

    now = ic_mono_ms();
    wake = now + INTERCONND_JOB_TICK;

    for (job = s->jobs; job != NULL; job = next) {
        next = job->next;

        if (job->wake <= now) {
            job->wake = now + INTERCONND_JOB_TICK;
            interconnd_job_step(s, job);
            ic_pool_reset(s->scratch);
        }

        if (job->over) {
            scheduler_forget(s, job);
            continue;
        }

        wake = job->wake < wake ? job->wake : wake;
    }

    return interconnd_flight_next(s) ? now : wake;
}


static void
scheduler_forget(interconnd_scheduler_t *s, interconnd_job_t *job)
{
    interconnd_job_t      **p;
    interconnd_contact_t   *contact;

    interconnd_batch_drop(s, job);

    for (p = &s->jobs; *p != job; p = &(*p)->next) { /* void */ }

    *p = job->next;

    while (job->contacts != NULL) {
        contact = job->contacts;
        job->contacts = contact->next;
        free(contact);
    }

    free(job->cause);
    free(job->unstopped);
    free(job);
}
