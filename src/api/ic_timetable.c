
/* When the jobs of a timetable are due. */


#include "../lib/ic_civil.h"
#include "ic_timetable.h"


/* Due times that one plan looks at: a minute's of a month. */
#define TIMETABLE_LOOK  50000


static int timetable_times(ic_arena_t *arena,
    const ic_timetable_text_t *text, ic_timetable_t *timetable,
    ic_timetable_fault_t *fault);
static int timetable_cron(ic_arena_t *arena, const ic_timetable_text_t *text,
    ic_timetable_t *timetable, ic_timetable_fault_t *fault);
static void timetable_catch_up(const ic_timetable_text_t *text,
    ic_timetable_t *timetable);
static int timetable_refuse(ic_timetable_fault_t *fault, const char *pointer,
    const char *reason);


const char *const  ic_catch_ups[] = { "skip", "one", "all", NULL };


int
ic_timetable_read(ic_arena_t *arena, const ic_timetable_text_t *text,
    ic_timetable_t *timetable, ic_timetable_fault_t *fault)
{
    memset(timetable, 0, sizeof(ic_timetable_t));

    timetable_catch_up(text, timetable);

    if (timetable_times(arena, text, timetable, fault) != 0) {
        return -1;
    }

    if (timetable->at != 0) {

        if (text->cron.len > 0) {
            return timetable_refuse(fault, "/cron", "is one of two: give "
                                    "either cron or at");
        }

        return 0;
    }

    return timetable_cron(arena, text, timetable, fault);
}


static int
timetable_times(ic_arena_t *arena, const ic_timetable_text_t *text,
    ic_timetable_t *timetable, ic_timetable_fault_t *fault)
{
    unsigned     i;
    ic_str_t     value;
    ic_civil_t   date;
    const char  *reason;

    const struct {
        const char      *pointer;
        const ic_str_t  *text;
        int64_t         *ms;
    } times[] = {
        { "/at", &text->at, &timetable->at },
        { "/start_time", &text->start_time, &timetable->start },
        { "/end_time", &text->end_time, &timetable->end }
    };

    for (i = 0; i < 3; i++) {
        value = *times[i].text;

        if (value.len > 1 && value.data[0] == '"') {
            value = ic_str_n(value.data + 1, value.len - 2);
        }

        /* nothing, or the 0 that other times of the API have for it */
        if (value.len == 0 || ic_str_is(value, "0")) {
            continue;
        }

        if (ic_instant_parse(value, times[i].ms, &reason) != 0) {
            return timetable_refuse(fault, times[i].pointer, reason);
        }

        ic_civil_of(*times[i].ms / 1000, &date);

        if (date.year > IC_ZONE_LAST_YEAR) {
            return timetable_refuse(fault, times[i].pointer,
                                    "is after the year 2199");
        }
    }

    if (timetable->start != 0 && timetable->end != 0
        && timetable->end < timetable->start)
    {
        return timetable_refuse(fault, "/end_time", "is before start_time");
    }

    return 0;
}


static int
timetable_cron(ic_arena_t *arena, const ic_timetable_text_t *text,
    ic_timetable_t *timetable, ic_timetable_fault_t *fault)
{
    const char  *reason;

    if (text->cron.len == 0) {
        return timetable_refuse(fault, "/cron", "is required, or at");
    }

    fault->pointer = "/cron";

    if (ic_cron_parse(arena, text->cron, &timetable->cron, &fault->reason)
        != 0)
    {
        return -1;
    }

    if (text->time_zone.len == 0) {
        return timetable_refuse(fault, "/time_zone",
                                "is required with cron, as Asia/Shanghai");
    }

    timetable->zone = ic_zone_load(arena, text->time_zone, &reason);

    if (timetable->zone == NULL) {
        fault->pointer = "/time_zone";
        fault->reason = ic_str_fmt(arena, "%.*s %s",
                                   (int) text->time_zone.len,
                                   text->time_zone.data, reason);
        return -1;
    }

    return 0;
}


/* The field table has checked them. */
static void
timetable_catch_up(const ic_timetable_text_t *text,
    ic_timetable_t *timetable)
{
    int64_t  most;

    timetable->most = IC_TIMETABLE_CATCH_UP;

    if (ic_str_int(text->catch_up_max, &most) == 0 && most > 0
        && most <= IC_TIMETABLE_CATCH_UP_MAX)
    {
        timetable->most = (unsigned) most;
    }

    if (ic_str_is(text->catch_up, "one")) {
        timetable->catch_up = IC_CATCH_UP_ONE;

    } else if (ic_str_is(text->catch_up, "all")) {
        timetable->catch_up = IC_CATCH_UP_ALL;
    }
}


static int
timetable_refuse(ic_timetable_fault_t *fault, const char *pointer,
    const char *reason)
{
    fault->pointer = pointer;
    fault->reason = ic_str(reason);

    return -1;
}


int64_t
ic_timetable_next(const ic_timetable_t *timetable, int64_t after)
{
    int64_t  due;

    if (timetable->start > after) {
        after = timetable->start - 1;
    }

    if (timetable->zone == NULL) {
        due = timetable->at > after ? timetable->at : 0;

    } else {
        due = ic_cron_next(&timetable->cron, timetable->zone,
                           after < 0 ? 0 : after / 1000);
        due = due == -1 ? 0 : due * 1000;
    }

    return timetable->end != 0 && due > timetable->end ? 0 : due;
}


void
ic_timetable_plan(const ic_timetable_t *timetable, int64_t due, int64_t now,
    ic_timetable_plan_t *plan)
{
    bool      more;
    int64_t   ring[IC_TIMETABLE_CATCH_UP_MAX + 1], next;
    unsigned  n, keep, size;

    memset(plan, 0, sizeof(ic_timetable_plan_t));

    keep = timetable->catch_up == IC_CATCH_UP_ALL ? timetable->most : 1;
    size = keep + 1;

    /* the ring has the latest ones, and the one before them */

    ring[0] = due;
    next = ic_timetable_next(timetable, due);

    for (n = 1; next != 0 && next <= now && n < TIMETABLE_LOOK; n++) {
        ring[n % size] = next;
        next = ic_timetable_next(timetable, next);
    }

    more = next != 0 && next <= now;

    if (!more && timetable->catch_up == IC_CATCH_UP_SKIP
        && now - ring[(n - 1) % size] >= IC_TIMETABLE_LATE)
    {
        plan->missed = n;
        plan->last = ring[(n - 1) % size];
        plan->next = next;
        return;
    }

    if (n > keep) {
        plan->missed = n - keep;
        plan->last = ring[(n - keep - 1) % size];
    }

    /* more than one look takes: all but the latest are given up first */

    if (more) {
        plan->next = ring[(n - keep) % size];
        return;
    }

    plan->run = ring[(n > keep ? n - keep : 0) % size];
    plan->next = n > 1 && keep > 1
                 ? ic_timetable_next(timetable, plan->run) : next;
}
