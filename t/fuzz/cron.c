
/*
 * Cron expressions and zones: the next due time is due, later than what was
 * asked for, and no minute of the two days before it is. The first line is
 * the expression, the second an instant; what follows is a zone's file.
 */


#include "../../src/lib/ic_civil.h"
#include "../../src/lib/ic_cron.h"
#include "fuzz.h"


#define DAYS  2


static const ic_zone_span_t  greenwich = { INT64_MIN, 0 };


static bool
due(const ic_cron_t *cron, int64_t t)
{
    bool       day, weekday;
    time_t     at;
    struct tm  tm;

    at = t;
    gmtime_r(&at, &tm);

    if ((cron->minutes >> tm.tm_min & 1) == 0
        || (cron->hours >> tm.tm_hour & 1) == 0
        || (cron->months >> (tm.tm_mon + 1) & 1) == 0)
    {
        return false;
    }

    day = cron->days >> tm.tm_mday & 1;
    weekday = cron->weekdays >> tm.tm_wday & 1;

    return cron->any_day || cron->any_weekday ? day && weekday
                                              : day || weekday;
}


static void
check(const ic_cron_t *cron, int64_t t)
{
    int64_t    next, minute;
    ic_zone_t  utc = { (ic_zone_span_t *) &greenwich, 1 };

    next = ic_cron_next(cron, &utc, t);

    if (next != -1) {
        FUZZ_TRUE(next > t && due(cron, next));
    }

    for (minute = (t / 60 + 1) * 60; minute < t + DAYS * 86400;
         minute += 60)
    {
        if (next != -1 && minute >= next) {
            break;
        }

        FUZZ_TRUE(!due(cron, minute));
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_t            fuzz = { data, size };
    int64_t           t;
    ic_cron_t         cron;
    ic_str_t          text, reason;
    ic_arena_t       *arena;
    const ic_zone_t  *zone;

    arena = ic_pool_create();
    text = fuzz_until(&fuzz, '\n');
    t = 1700000000;

    if (ic_str_int(fuzz_until(&fuzz, '\n'), &t) != 0 || t < 0
        || t > INT64_C(7200000000))
    {
        t = 1700000000;
    }

    if (ic_cron_parse(arena, text, &cron, &reason) != 0) {
        FUZZ_TRUE(reason.len != 0);
        (void) ic_cron_parse(arena, ic_str("0 3 * * 1"), &cron, &reason);

    } else {
        check(&cron, t);
    }

    zone = ic_zone_read(arena, ic_str_n(fuzz.data, fuzz.size));

    if (zone != NULL) {
        FUZZ_TRUE(zone->n > 0);
        t = ic_cron_next(&cron, zone, t);
        FUZZ_TRUE(t == -1 || ic_zone_unseen(zone, t) >= INT64_MIN);
    }

    ic_pool_destroy(arena);

    return 0;
}
