
/*
 * Cron expressions in zones: known times, the four kinds of clock changes,
 * refusals, and a comparison with a walk over years minute by minute by the
 * clocks of libc.
 */


#include "tap.h"

#include <stdlib.h>
#include <time.h>

#include "../../src/lib/ic_civil.h"
#include "../../src/lib/ic_cron.h"


#define EXPRESSIONS  8
#define YEARS        6
#define STEP         900         /* s: clocks change at quarters of hours */


typedef struct {
    bool       minutes[60];
    bool       hours[24];
    bool       days[32];
    bool       months[13];
    bool       weekdays[7];
    bool       any_day;
    bool       any_weekday;
    char       text[1024];
    ic_cron_t  cron;
    int64_t    due;              /* of ic_cron_next() */
    unsigned   count;
    unsigned   wrong;
} walked_t;


static void test_known(ic_arena_t *pool);
static void test_refused(ic_arena_t *pool);
static void test_instants(void);
static void test_walk(ic_arena_t *pool);
static void walk_zone(ic_arena_t *pool, const char *name, int year);
static void walk_step(walked_t *w, const ic_zone_t *zone, int64_t t,
    int64_t seen, int64_t civil);
static bool walk_matches(const walked_t *w, int64_t civil);
static void walk_make(ic_arena_t *pool, walked_t *w);
static void walk_field(char *text, size_t size, bool *set, int min, int max,
    int few);
static int64_t next_of(ic_arena_t *pool, const char *cron, const char *zone,
    const char *after);
static int64_t instant(const char *text);
static uint32_t dice(void);


static uint64_t  seed;


int
main(void)
{
    ic_arena_t  *pool;

    seed = (uint64_t) time(NULL);

    if (getenv("IC_SEED") != NULL) {
        seed = strtoull(getenv("IC_SEED"), NULL, 10);
    }

    printf("# IC_SEED=%llu\n", (unsigned long long) seed);

    pool = ic_pool_create();

    test_known(pool);
    test_refused(pool);
    test_instants();
    test_walk(pool);

    ic_pool_destroy(pool);

    return done();
}


static const struct {
    const char  *cron, *zone, *after, *next;
}  known[] = {
    { "* * * * *", "UTC", "2026-01-01T00:00:00Z", "2026-01-01T00:01Z" },
    { "* * * * *", "UTC", "2026-01-01T00:00:59Z", "2026-01-01T00:01Z" },
    { "*/15 * * * *", "UTC", "2026-01-01T00:46Z", "2026-01-01T01:00Z" },
    { "5-10/2 3 * * *", "UTC", "2026-01-01T03:07Z", "2026-01-01T03:09Z" },
    { "5-10/2 3 * * *", "UTC", "2026-01-01T03:09Z", "2026-01-02T03:05Z" },
    { "59 23 31 12 *", "UTC", "2026-12-31T23:59Z", "2027-12-31T23:59Z" },
    { "@daily", "Asia/Shanghai", "2026-01-01T00:00Z",
      "2026-01-01T16:00Z" },
    { "@Hourly", "Asia/Kolkata", "2026-01-01T00:00Z",
      "2026-01-01T00:30Z" },
    { "@weekly", "UTC", "2026-11-21T00:00Z", "2026-11-22T00:00Z" },
    { "@monthly", "UTC", "2026-11-21T00:00Z", "2026-12-01T00:00Z" },
    { "@yearly", "UTC", "2026-11-21T00:00Z", "2027-01-01T00:00Z" },
    { "0 9 * * mon-fri", "UTC", "2026-11-20T09:00Z",
      "2026-11-23T09:00Z" },
    { "0 9 * JAN,mar Sun", "UTC", "2026-11-20T09:00Z",
      "2027-01-03T09:00Z" },
    { "0 0 * * 7", "UTC", "2026-11-21T00:00Z", "2026-11-22T00:00Z" },
    { "0 0 * * 5-7", "UTC", "2026-11-21T00:00Z", "2026-11-22T00:00Z" },

    /* both day fields: one is enough */
    { "0 0 13 * 5", "UTC", "2026-11-21T00:00Z", "2026-11-27T00:00Z" },
    { "0 0 13 * 5", "UTC", "2026-12-12T00:00Z", "2026-12-13T00:00Z" },
    { "0 0 */2 * 5", "UTC", "2026-11-23T00:00Z", "2026-11-25T00:00Z" },
    { "0 0 * * 5", "UTC", "2026-11-21T00:00Z", "2026-11-27T00:00Z" },
    { "0 0 30 2 1", "UTC", "2026-11-21T00:00Z", "2027-02-01T00:00Z" },

    /* leap days */
    { "0 0 29 2 *", "UTC", "2028-02-29T00:00Z", "2032-02-29T00:00Z" },
    { "0 0 29 2 *", "UTC", "2096-02-29T00:00Z", "2104-02-29T00:00Z" },
    { "0 0 31 * *", "UTC", "2026-01-31T00:00Z", "2026-03-31T00:00Z" },
    { "0 0 1 1 *", "UTC", "2199-01-01T00:00Z", NULL },

    /* Berlin skips 02:00 to 03:00 on 2027-03-28 */
    { "30 2 * * *", "Europe/Berlin", "2027-03-27T12:00Z",
      "2027-03-28T01:00Z" },
    { "30 2 * * *", "Europe/Berlin", "2027-03-28T01:00Z",
      "2027-03-29T00:30Z" },
    { "*/20 2 * * *", "Europe/Berlin", "2027-03-28T01:00Z",
      "2027-03-29T00:00Z" },
    { "0 3 * * *", "Europe/Berlin", "2027-03-28T00:59Z",
      "2027-03-28T01:00Z" },
    { "30 1 * * *", "Europe/Berlin", "2027-03-28T00:00Z",
      "2027-03-28T00:30Z" },

    /* and has 02:00 to 03:00 twice on 2027-10-31 */
    { "30 2 * * *", "Europe/Berlin", "2027-10-30T12:00Z",
      "2027-10-31T00:30Z" },
    { "30 2 * * *", "Europe/Berlin", "2027-10-31T00:30Z",
      "2027-11-01T01:30Z" },
    { "*/30 * * * *", "Europe/Berlin", "2027-10-31T00:30Z",
      "2027-10-31T02:00Z" },
    { "0 3 * * *", "Europe/Berlin", "2027-10-31T00:30Z",
      "2027-10-31T02:00Z" },

    /* New York: 2027-03-14 and 2027-11-07, at 02:00 */
    { "15 2 * * *", "America/New_York", "2027-03-14T00:00Z",
      "2027-03-14T07:00Z" },
    { "15 1 * * *", "America/New_York", "2027-11-07T05:15Z",
      "2027-11-08T06:15Z" },
    { "0 0 * * sun", "America/New_York", "2027-11-01T00:00Z",
      "2027-11-07T04:00Z" },

    /* Shanghai has had one offset since 1991 */
    { "30 2 * * *", "Asia/Shanghai", "2027-03-28T00:00Z",
      "2027-03-28T18:30Z" },

    /* Lord Howe changes by half an hour: at 02:00 to 02:30, and back */
    { "10 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00Z",
      "2026-10-03T15:30Z" },
    { "30 2 * * *", "Australia/Lord_Howe", "2026-10-03T15:29Z",
      "2026-10-03T15:30Z" },
    { "10 2 * * *", "Australia/Lord_Howe", "2026-10-03T15:30Z",
      "2026-10-04T15:10Z" },
    { "45 1 * * *", "Australia/Lord_Howe", "2027-04-03T12:00Z",
      "2027-04-03T14:45Z" },
    { "45 1 * * *", "Australia/Lord_Howe", "2027-04-03T14:45Z",
      "2027-04-04T15:15Z" },
    { "0 2 * * *", "Australia/Lord_Howe", "2027-04-03T14:45Z",
      "2027-04-03T15:30Z" },

    /* a day that was never there */
    { "0 12 30 12 *", "Pacific/Apia", "2011-12-29T23:00Z",
      "2011-12-30T10:00Z" },

    /* by the rules behind the file's last time */
    { "30 2 * * *", "Europe/Berlin", "2150-03-28T12:00Z",
      "2150-03-29T01:00Z" }
};


static void
test_known(ic_arena_t *pool)
{
    unsigned  i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        is_int(next_of(pool, known[i].cron, known[i].zone, known[i].after),
               known[i].next != NULL ? instant(known[i].next) : -1,
               "%s, %s, after %s", known[i].cron, known[i].zone,
               known[i].after);
    }
}


static void
test_refused(ic_arena_t *pool)
{
    unsigned   i;
    ic_str_t   reason;
    ic_cron_t  cron;

    static const struct {
        const char  *cron, *reason;
    } bad[] = {
        { "60 * * * *", "minute: '60' at character 1: is out of range (0 to "
                        "59)" },
        { "0 1-24 * * *", "hour: '24' at character 5: is out of range (0 to "
                          "23)" },
        { "0 0 0 * *", "day: '0' at character 5: is out of range (1 to 31)" },
        { "0 0 * foo *", "month: 'foo' at character 7: is no value (1 to 12, "
                         "jan to dec)" },
        { "0 0 * * 8", "weekday: '8' at character 9: is out of range (0 to 7,"
                       " sun to sat)" },
        { "0 0 * * fri-mon", "weekday: 'fri-mon' at character 9: a range "
                             "ends before it begins (0 to 7, sun to sat)" },
        { "0 0 L * *", "day: 'L' at character 5: is no value (1 to 31)" },
        { "0 0 ? * *", "day: '?' at character 5: is no value (1 to 31)" },
        { "0 0 * * 5#2", "weekday: '#2' at character 10: is not expected "
                         "here (0 to 7, sun to sat)" },
        { "5/15 * * * *", "minute: '/15' at character 2: a step needs \"*\" "
                          "or a range before it (0 to 59)" },
        { "*/0 * * * *", "minute: '0' at character 3: is no step of this "
                         "field (0 to 59)" },
        { "*/99999999999 * * * *", "minute: '99999999999' at character 3: is "
                                   "no step of this field (0 to 59)" },
        { "1,,2 * * * *", "minute: '' at character 3: is no value (0 to "
                          "59)" },
        { "1, * * * *", "minute: '' at character 3: is no value (0 to 59)" },
        { "- * * * *", "minute: '-' at character 1: is no value (0 to 59)" },
        { "1- * * * *", "minute: '' at character 3: is no value (0 to 59)" },
        { "-1 * * * *", "minute: '-1' at character 1: is no value (0 to "
                        "59)" },
        { "* * * *", "has 4 fields, not five: minute hour day month "
                     "weekday" },
        { "0 * * * * *", "has 6 fields, not five: minute hour day month "
                         "weekday" },
        { "", "has 0 fields, not five: minute hour day month weekday" },
        { "@reboot", "is no word of these: @hourly, @daily, @weekly, "
                     "@monthly, @yearly" },
        { "0 0 30 2 *", "never comes: none of its months has one of its "
                        "days" },
        { "0 0 31 2,4,jun,9,11 *", "never comes: none of its months has one "
                                   "of its days" }
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        is_int(ic_cron_parse(pool, ic_str(bad[i].cron), &cron, &reason), -1,
               "refused: %s", bad[i].cron);
        is_str(ic_str_z(pool, reason), bad[i].reason, "says why");
    }
}


static void
test_instants(void)
{
    int64_t      ms;
    unsigned     i;
    const char  *reason;

    static const struct {
        const char  *text;
        int64_t      ms;         /* -1: refused */
    } texts[] = {
        { "1800000000000", INT64_C(1800000000000) },
        { "1800000000", INT64_C(1800000000000) },
        { "2027-01-15T08:00:00Z", INT64_C(1800000000000) },
        { "2027-01-15t08:00z", INT64_C(1800000000000) },
        { "2027-01-15T16:00:00.125+08:00", INT64_C(1800000000125) },
        { "2027-01-15T03:00:00.5-0500", INT64_C(1800000000500) },
        { "2027-01-15T10:00+02", INT64_C(1800000000000) },
        { "2028-02-29T00:00Z", INT64_C(1835395200000) },
        { "2027-02-29T00:00Z", -1 }, { "2027-01-15T08:00:00", -1 },
        { "2027-01-15", -1 }, { "2027-01-15T24:00Z", -1 },
        { "2027-01-15T08:00:60Z", -1 }, { "2027-13-01T00:00Z", -1 },
        { "2027-01-15T08:00:00.Z", -1 }, { "2027-01-15T08:00Zx", -1 },
        { "2027-01-15T08:00+24:00", -1 }, { "2027-01-15 08:00Z", -1 },
        { "1900-01-01T00:00Z", -1 }, { "-5", -1 }, { "0", -1 }, { "", -1 },
        { "tomorrow", -1 }, { "999999999999999999", -1 }
    };

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {

        if (ic_instant_parse(ic_str(texts[i].text), &ms, &reason) != 0) {
            ms = -1;
        }

        is_int(ms, texts[i].ms, "instant '%s'", texts[i].text);
    }
}


static void
test_walk(ic_arena_t *pool)
{
    unsigned  i;

    static const char *const  names[] = {
        "Europe/Berlin", "America/New_York", "Asia/Shanghai",
        "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia"
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        /* Apia's missing day is in 2011, Brazil's last changes in 2019 */
        walk_zone(pool, names[i], i < 4 ? 2024 : i == 4 ? 2015 : 2009);
    }
}


/*
 * What an expression means: a civil minute that it has is due at the first
 * moment at which clocks have come to it or gone past it.
 */
static void
walk_zone(ic_arena_t *pool, const char *name, int year)
{
    time_t            t, end;
    int64_t           civil, seen;
    unsigned          i, k;
    struct tm         tm;
    walked_t         *list;
    const char       *reason;
    const ic_zone_t  *zone;

    list = calloc(EXPRESSIONS, sizeof(walked_t));
    zone = ic_zone_load(pool, ic_str(name), &reason);

    setenv("TZ", name, 1);
    tzset();

    t = ic_civil_days(year, 1, 1) * IC_DAY_SECONDS;
    end = ic_civil_days(year + YEARS, 1, 1) * IC_DAY_SECONDS;
    localtime_r(&t, &tm);
    seen = t + tm.tm_gmtoff - 60;

    for (i = 0; i < EXPRESSIONS; i++) {
        walk_make(pool, &list[i]);
        list[i].due = ic_cron_next(&list[i].cron, zone, t - 1);
    }

    for (/* void */; t < end; t += STEP) {
        localtime_r(&t, &tm);

        for (k = 0; k < STEP; k += 60) {
            civil = t + k + tm.tm_gmtoff;

            for (i = 0; civil > seen && i < EXPRESSIONS; i++) {
                walk_step(&list[i], zone, t + k, seen, civil);
            }

            seen = civil > seen ? civil : seen;
        }
    }

    for (i = 0; i < EXPRESSIONS; i++) {
        is_int(list[i].wrong, 0, "%s: %u times of %s", name, list[i].count,
               list[i].text);
    }

    free(list);
}


static void
walk_step(walked_t *w, const ic_zone_t *zone, int64_t t, int64_t seen,
    int64_t civil)
{
    bool  due;

    for (due = false; !due && civil > seen; civil -= 60) {
        due = walk_matches(w, civil);
    }

    w->wrong += due != (w->due == t);

    if (due) {
        w->count++;
        w->due = ic_cron_next(&w->cron, zone, t);
    }
}


static bool
walk_matches(const walked_t *w, int64_t civil)
{
    bool       day, weekday;
    time_t     t;
    struct tm  tm;

    if (!w->minutes[civil / 60 % 60] || !w->hours[civil / 3600 % 24]) {
        return false;
    }

    t = civil;
    gmtime_r(&t, &tm);

    day = w->days[tm.tm_mday];
    weekday = w->weekdays[tm.tm_wday];

    return w->months[tm.tm_mon + 1]
           && (w->any_day || w->any_weekday ? day && weekday
                                            : day || weekday);
}


static void
walk_make(ic_arena_t *pool, walked_t *w)
{
    char      fields[5][200];
    ic_str_t  reason;

    do {
        memset(w, 0, sizeof(walked_t));

        walk_field(fields[0], 200, w->minutes, 0, 59, 3);
        walk_field(fields[1], 200, w->hours, 0, 23, 4);
        walk_field(fields[2], 200, w->days, 1, 31, 3);
        walk_field(fields[3], 200, w->months, 1, 12, 4);
        walk_field(fields[4], 200, w->weekdays, 0, 6, 2);

        snprintf(w->text, sizeof(w->text), "%s %s %s %s %s", fields[0],
                 fields[1], fields[2], fields[3], fields[4]);

        w->any_day = strcmp(fields[2], "*") == 0;
        w->any_weekday = strcmp(fields[4], "*") == 0;

    } while (ic_cron_parse(pool, ic_str(w->text), &w->cron, &reason) != 0);
}


/* "*", or up to few items of each form */
static void
walk_field(char *text, size_t size, bool *set, int min, int max, int few)
{
    int     i, n, low, high, step;
    size_t  len;

    if (dice() % 2 == 0) {
        snprintf(text, size, "*");
        memset(set + min, 1, (size_t) (max - min + 1) * sizeof(bool));
        return;
    }

    n = 1 + (int) (dice() % (unsigned) few);

    for (len = 0; n > 0; n--) {
        low = min + (int) (dice() % (unsigned) (max - min + 1));
        high = low + (int) (dice() % (unsigned) (max - low + 1));
        step = 1 + (int) (dice() % (unsigned) max);

        switch (dice() % 4) {

        case 0:
            high = low;
            step = 1;
            len += (size_t) snprintf(text + len, size - len, "%d", low);
            break;

        case 1:
            step = 1;
            len += (size_t) snprintf(text + len, size - len, "%d-%d", low,
                                     high);
            break;

        case 2:
            len += (size_t) snprintf(text + len, size - len, "%d-%d/%d", low,
                                     high, step);
            break;

        default:
            low = min;
            high = max;
            len += (size_t) snprintf(text + len, size - len, "*/%d", step);
        }

        for (i = low; i <= high; i += step) {
            set[i] = true;
        }

        if (n > 1) {
            len += (size_t) snprintf(text + len, size - len, ",");
        }
    }
}


static int64_t
next_of(ic_arena_t *pool, const char *text, const char *name,
    const char *after)
{
    ic_str_t          why;
    ic_cron_t         cron;
    const char       *reason;
    const ic_zone_t  *zone;

    zone = ic_zone_load(pool, ic_str(name), &reason);

    if (zone == NULL
        || ic_cron_parse(pool, ic_str(text), &cron, &why) != 0)
    {
        return -2;
    }

    return ic_cron_next(&cron, zone, instant(after));
}


/* In seconds. */
static int64_t
instant(const char *text)
{
    int64_t      ms;
    const char  *reason;

    return ic_instant_parse(ic_str(text), &ms, &reason) == 0 ? ms / 1000
                                                             : -3;
}


/* xorshift */
static uint32_t
dice(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;

    return (uint32_t) (seed >> 16);
}
