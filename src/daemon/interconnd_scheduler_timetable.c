
/*
 * Timetables: counts what is due next, and has the store make the jobs. Looks
 * when something is due, when a timetable has changed, and once a minute in
 * case the clock of the store was set. The store takes each step only from
 * the due time that it was counted from, so that another scheduler, or this
 * one after its death, makes no second job for it.
 */


#include <stdio.h>

#include "../api/ic_job_check.h"
#include "../api/ic_timetable.h"
#include "../lib/ic_codec.h"
#include "interconnd_scheduler.h"


#define INTERCONND_TIMETABLE_BATCH  16
#define INTERCONND_TIMETABLE_LOOK   60000    /* ms between looks at most */
#define INTERCONND_TIMETABLE_AGAIN  1000     /* ms, when the store is away */


static int timetable_step(interconnd_scheduler_t *s,
    const ic_record_t *record, int64_t now);
static int timetable_run(interconnd_scheduler_t *s,
    const ic_record_t *record, const ic_timetable_plan_t *plan);
static ic_str_t timetable_fault(interconnd_scheduler_t *s,
    const ic_record_t *record, ic_str_t *installed);
static ic_str_t timetable_number(interconnd_scheduler_t *s, int64_t n);


int64_t
interconnd_timetables(interconnd_scheduler_t *s)
{
    int64_t     now, wait;
    ic_str_t    limit;
    unsigned    i;
    ic_reply_t  reply;

    if (s->timetables > ic_mono_ms()) {
        return s->timetables;
    }

    s->timetables = ic_mono_ms() + INTERCONND_TIMETABLE_AGAIN;
    limit = timetable_number(s, INTERCONND_TIMETABLE_BATCH);

    if (interconnd_job_store(s, &reply, "timetable_due", 1, &limit) != 0
        || ic_str_int(ic_reply_get(&reply, "now"), &now) != 0)
    {
        ic_pool_reset(s->scratch);
        return s->timetables;
    }

    for (i = 0; i < reply.nrecords; i++) {
        if (timetable_step(s, &reply.records[i], now) != 0) {
            ic_pool_reset(s->scratch);
            return s->timetables;
        }
    }

    if (reply.nrecords > 0) {
        wait = 0;

    } else if (ic_str_int(ic_reply_get(&reply, "wait"), &wait) != 0
               || wait > INTERCONND_TIMETABLE_LOOK)
    {
        wait = INTERCONND_TIMETABLE_LOOK;
    }

    s->timetables = ic_mono_ms() + wait;
    ic_pool_reset(s->scratch);

    return s->timetables;
}


/* One due time at most; -1: the store is away. */
static int
timetable_step(interconnd_scheduler_t *s, const ic_record_t *record,
    int64_t now)
{
    int64_t               due;
    ic_str_t              id, argv[3];
    ic_reply_t            reply;
    ic_timetable_t        timetable;
    ic_timetable_plan_t   plan;
    ic_timetable_text_t   text;
    ic_timetable_fault_t  fault;

    id = ic_record_get(record, "timetable_id");

    text.cron = ic_record_get(record, "cron");
    text.at = ic_record_get(record, "at");
    text.time_zone = ic_record_get(record, "time_zone");
    text.start_time = ic_record_get(record, "start_time");
    text.end_time = ic_record_get(record, "end_time");
    text.catch_up = ic_record_get(record, "catch_up");
    text.catch_up_max = ic_record_get(record, "catch_up_max");

    if (ic_str_int(ic_record_get(record, "due"), &due) != 0) {
        return 0;
    }

    argv[0] = id;

    /* it was good when it was made: the zone has gone from this host */

    if (ic_timetable_read(s->scratch, &text, &timetable, &fault) != 0) {
        argv[1] = ic_str_fmt(s->scratch, "%s: %.*s", fault.pointer,
                             (int) fault.reason.len, fault.reason.data);
        interconnd_log("error", "timetable %.*s is paused: %.*s",
                       (int) id.len, id.data, (int) argv[1].len,
                       argv[1].data);
        return interconnd_job_store(s, &reply, "timetable_pause", 2, argv)
               == -1 ? -1 : 0;
    }

    if (!ic_str_is(ic_record_get(record, "replan"), "1")) {
        ic_timetable_plan(&timetable, due, now, &plan);
        return timetable_run(s, record, &plan);
    }

    interconnd_log("warn", "timetable %.*s: the clock was put back",
                   (int) id.len, id.data);

    argv[1] = ic_record_get(record, "due");
    argv[2] = timetable_number(s, ic_timetable_next(&timetable, now));

    return interconnd_job_store(s, &reply, "timetable_replan", 3, argv) == -1
           ? -1 : 0;
}


static int
timetable_run(interconnd_scheduler_t *s, const ic_record_t *record,
    const ic_timetable_plan_t *plan)
{
    ic_str_t    argv[8];
    ic_reply_t  reply;

    argv[0] = ic_record_get(record, "timetable_id");
    argv[1] = ic_record_get(record, "due");
    argv[2] = ic_str_fmt(s->scratch, "%u", plan->missed);
    argv[3] = timetable_number(s, plan->last);
    argv[4] = timetable_number(s, plan->run);
    argv[5] = ic_str("");
    argv[6] = ic_str("");
    argv[7] = timetable_number(s, plan->next);

    if (plan->run != 0) {
        argv[5] = timetable_fault(s, record, &argv[6]);
    }

    return interconnd_job_store(s, &reply, "timetable_run", 8, argv) == -1
           ? -1 : 0;
}


/*
 * Why no job can be made, or nothing: the flow may have changed since the
 * front door looked at both. installed: components not built in.
 */
static ic_str_t
timetable_fault(interconnd_scheduler_t *s, const ic_record_t *record,
    ic_str_t *installed)
{
    ic_str_t          text;
    ic_json_t        *dag, *config;
    ic_job_fault_t    fault;

    dag = ic_json_parse(s->scratch, ic_record_get(record, "dag"), NULL);
    config = ic_json_parse(s->scratch, ic_record_get(record, "config"), NULL);

    if (dag == NULL || config == NULL) {
        return ic_str("invalid_config: the flow has no DAG or no "
                      "configuration");
    }

    if (ic_dag_check(s->scratch, dag, &fault) != 0
        || ic_config_check(s->scratch, dag, config, &fault) != 0)
    {
        text = ic_str_fmt(s->scratch, "%s: %.*s",
                          ic_errors[fault.error].name,
                          (int) fault.detail.len, fault.detail.data);

        return text.data != NULL ? text : ic_str("internal");
    }

    if (!ic_str_is(ic_json_str(ic_json_path(config, "initiator/node_id")),
                   s->conf->node_id))
    {
        return ic_str("invalid_config: initiator.node_id must be this node");
    }

    *installed = ic_dag_installed(s->scratch, dag);

    return ic_str(installed->data != NULL ? "" : "internal");
}


/* Empty for 0. */
static ic_str_t
timetable_number(interconnd_scheduler_t *s, int64_t n)
{
    return n == 0 ? ic_str("")
                  : ic_str_fmt(s->scratch, "%lld", (long long) n);
}
