
/*
 * What becomes of due times that passed: the three policies, at any time that
 * the scheduler is away or dies.
 */


#include "tap.h"

#include <stdlib.h>
#include <time.h>

#include "../../src/api/ic_timetable.h"


#define MINUTE  INT64_C(60000)
#define NOON    INT64_C(1800014400000)       /* 2027-01-15T12:00Z */


static void test_read(ic_arena_t *pool);
static void test_next(ic_arena_t *pool);
static void test_policies(ic_arena_t *pool);
static void test_long(ic_arena_t *pool);
static void test_once(ic_arena_t *pool);
static ic_timetable_t timetable(ic_arena_t *pool, const char *cron,
    const char *at, const char *catch_up, const char *most);
static void is_plan(const ic_timetable_t *t, int64_t due, int64_t now,
    unsigned missed, int64_t last, int64_t run, int64_t next,
    const char *what);


int
main(void)
{
    ic_arena_t  *pool;

    pool = ic_pool_create();

    test_read(pool);
    test_next(pool);
    test_policies(pool);
    test_long(pool);
    test_once(pool);

    ic_pool_destroy(pool);

    return done();
}


static void
test_read(ic_arena_t *pool)
{
    unsigned              i;
    ic_timetable_t        t;
    ic_timetable_text_t   text;
    ic_timetable_fault_t  fault;

    static const struct {
        const char  *cron, *at, *zone, *start, *end, *pointer, *reason;
    } bad[] = {
        { "", "", "", "", "", "/cron", "is required, or at" },
        { "@daily", "1800014400000", "UTC", "", "", "/cron",
          "is one of two: give either cron or at" },
        { "@daily", "", "", "", "", "/time_zone",
          "is required with cron, as Asia/Shanghai" },
        { "@daily", "", "Asia/Atlantis", "", "", "/time_zone",
          "Asia/Atlantis is no time zone of the IANA database, as "
          "Asia/Shanghai or UTC" },
        { "", "\"2027-01-15T12:00\"", "", "", "", "/at",
          "needs an offset at its end: Z, +08:00 or another" },
        { "", "\"2200-01-01T00:00Z\"", "", "", "", "/at",
          "is after the year 2199" },
        { "@daily", "", "UTC", "x", "", "/start_time",
          "must be milliseconds or as 2027-03-28T02:30:00+01:00" },
        { "@daily", "", "UTC", "1800014400000", "1800014399999",
          "/end_time", "is before start_time" },
        { "0 0 30 2 *", "", "UTC", "", "", "/cron",
          "never comes: none of its months has one of its days" }
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        memset(&text, 0, sizeof(ic_timetable_text_t));
        text.cron = ic_str(bad[i].cron);
        text.at = ic_str(bad[i].at);
        text.time_zone = ic_str(bad[i].zone);
        text.start_time = ic_str(bad[i].start);
        text.end_time = ic_str(bad[i].end);

        is_int(ic_timetable_read(pool, &text, &t, &fault), -1, "refused: %s",
               bad[i].reason);
        is_str(fault.pointer, bad[i].pointer, "names the field");
        is_str(ic_str_z(pool, fault.reason), bad[i].reason, "says why");
    }
}


static void
test_next(ic_arena_t *pool)
{
    ic_timetable_t  t;

    t = timetable(pool, "*/10 * * * *", "", "", "");
    is_int(ic_timetable_next(&t, NOON), NOON + 10 * MINUTE, "next");
    is_int(ic_timetable_next(&t, NOON - 1), NOON, "a ms before");

    t.start = NOON + 15 * MINUTE;
    is_int(ic_timetable_next(&t, NOON), NOON + 20 * MINUTE, "not before");
    t.start = NOON + 20 * MINUTE;
    is_int(ic_timetable_next(&t, NOON), NOON + 20 * MINUTE, "at the start");
    t.end = NOON + 30 * MINUTE;
    is_int(ic_timetable_next(&t, NOON + 20 * MINUTE), NOON + 30 * MINUTE,
           "at the end");
    is_int(ic_timetable_next(&t, NOON + 30 * MINUTE), 0, "not after it");

    t = timetable(pool, "", "1800014400123", "", "");
    is_int(ic_timetable_next(&t, NOON), NOON + 123, "once");
    is_int(ic_timetable_next(&t, NOON + 123), 0, "and no more");
}


static void
test_policies(ic_arena_t *pool)
{
    ic_timetable_t  skip, one, all;

    skip = timetable(pool, "*/10 * * * *", "", "skip", "");
    one = timetable(pool, "*/10 * * * *", "", "one", "");
    all = timetable(pool, "*/10 * * * *", "", "all", "3");

    is_plan(&skip, NOON, NOON, 0, 0, NOON, NOON + 10 * MINUTE,
            "skip: in time");
    is_plan(&skip, NOON, NOON + MINUTE - 1, 0, 0, NOON, NOON + 10 * MINUTE,
            "skip: nearly");
    is_plan(&skip, NOON, NOON + MINUTE, 1, NOON, 0, NOON + 10 * MINUTE,
            "skip: late");
    is_plan(&skip, NOON, NOON + 35 * MINUTE, 4, NOON + 30 * MINUTE, 0,
            NOON + 40 * MINUTE, "skip: four");
    is_plan(&skip, NOON, NOON + 30 * MINUTE, 3, NOON + 20 * MINUTE,
            NOON + 30 * MINUTE, NOON + 40 * MINUTE,
            "skip: three, and one in time");

    is_plan(&one, NOON, NOON + 9 * MINUTE, 0, 0, NOON, NOON + 10 * MINUTE,
            "one: late");
    is_plan(&one, NOON, NOON + 35 * MINUTE, 3, NOON + 20 * MINUTE,
            NOON + 30 * MINUTE, NOON + 40 * MINUTE, "one: the last of four");

    is_plan(&all, NOON, NOON + 25 * MINUTE, 0, 0, NOON, NOON + 10 * MINUTE,
            "all: the first of three");
    is_plan(&all, NOON, NOON + 45 * MINUTE, 2, NOON + 10 * MINUTE,
            NOON + 20 * MINUTE, NOON + 30 * MINUTE,
            "all: the first of the last three");
    is_plan(&all, NOON + 40 * MINUTE, NOON + 45 * MINUTE, 0, 0,
            NOON + 40 * MINUTE, NOON + 50 * MINUTE, "all: the last one");

    /* a time that no expression gives, as when it was changed */
    is_plan(&one, NOON + 3, NOON + 4, 0, 0, NOON + 3, NOON + 10 * MINUTE,
            "a time of its own");
}


/* Years of minutes, step by step, each one once. */
static void
test_long(ic_arena_t *pool)
{
    int64_t              due, now, before;
    unsigned             plans, missed, runs, wrong;
    ic_timetable_t       t;
    ic_timetable_plan_t  plan;

    t = timetable(pool, "* * * * *", "", "all", "1000");
    now = NOON + 1000000 * MINUTE;
    plans = missed = runs = wrong = 0;
    before = NOON - MINUTE;

    for (due = NOON; due != 0 && due <= now; due = plan.next) {
        ic_timetable_plan(&t, due, now, &plan);
        plans++;
        missed += plan.missed;
        runs += plan.run != 0;

        before += plan.missed * MINUTE;
        wrong += plan.missed > 0 && plan.last != before;
        before += plan.run ? MINUTE : 0;
        wrong += plan.run && plan.run != before;
        wrong += plan.next != before + MINUTE;
    }

    is_int(runs, 1000, "as many runs as catch_up_max");
    is_int(missed, 1000001 - 1000, "and all others missed");
    is_int(wrong, 0, "every minute once, in order");
    ok(plans < 1100, "in %u steps", plans);
}


static void
test_once(ic_arena_t *pool)
{
    ic_timetable_t  t;

    t = timetable(pool, "", "1800014400000", "skip", "");
    is_plan(&t, NOON, NOON + 59999, 0, 0, NOON, 0, "once: in time");
    is_plan(&t, NOON, NOON + 60000, 1, NOON, 0, 0, "once: missed");
    t.catch_up = IC_CATCH_UP_ONE;
    is_plan(&t, NOON, NOON + 600000, 0, 0, NOON, 0, "once: caught up with");
}


static ic_timetable_t
timetable(ic_arena_t *pool, const char *cron, const char *at,
    const char *catch_up, const char *most)
{
    ic_timetable_t        t;
    ic_timetable_text_t   text;
    ic_timetable_fault_t  fault;

    memset(&text, 0, sizeof(ic_timetable_text_t));
    text.cron = ic_str(cron);
    text.at = ic_str(at);
    text.time_zone = ic_str("UTC");
    text.catch_up = ic_str(catch_up);
    text.catch_up_max = ic_str(most);

    is_int(ic_timetable_read(pool, &text, &t, &fault), 0, "%s%s %s", cron, at,
           catch_up);

    return t;
}


static void
is_plan(const ic_timetable_t *t, int64_t due, int64_t now, unsigned missed,
    int64_t last, int64_t run, int64_t next, const char *what)
{
    ic_timetable_plan_t  plan;

    ic_timetable_plan(t, due, now, &plan);

    is_int(plan.missed, missed, "%s: missed", what);
    is_int(plan.last, last, "%s: last", what);
    is_int(plan.run, run, "%s: run", what);
    is_int(plan.next, next, "%s: next", what);
}
