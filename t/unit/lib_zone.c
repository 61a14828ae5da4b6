
/* Time zones: what is none, offsets against those of libc. */


#include "tap.h"

#include <stdlib.h>
#include <time.h>

#include "../../src/lib/ic_zone.h"


static void test_zones(ic_arena_t *pool);
static void test_offsets(ic_arena_t *pool);


static unsigned  dice;


int
main(void)
{
    ic_arena_t  *pool;

    dice = (unsigned) time(NULL);

    if (getenv("IC_SEED") != NULL) {
        dice = (unsigned) strtoul(getenv("IC_SEED"), NULL, 10);
    }

    printf("# IC_SEED=%u\n", dice);

    pool = ic_pool_create();
    test_zones(pool);
    test_offsets(pool);
    ic_pool_destroy(pool);

    return done();
}


static void
test_zones(ic_arena_t *pool)
{
    char         broken[128];
    unsigned     i;
    const char  *reason;

    static const char *const  none[] = {
        "", "Mars/Olympus", "europe/berlin", "../../etc/passwd", "/etc/hosts",
        "Europe", "Europe/", "right/UTC", "posix/UTC", "tzdata.zi",
        "Europe/../UTC", "CST 6", "Asia/Shanghai/Pudong",
        "Asia/Shanghai_________________________________________________"
        "_______"
    };

    for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        ok(ic_zone_load(pool, ic_str(none[i]), &reason) == NULL,
           "no zone: %s", none[i]);
    }

    memset(broken, 0, sizeof(broken));
    ok(ic_zone_read(pool, ic_str_n(broken, sizeof(broken))) == NULL,
       "a file of zeros");
    memcpy(broken, "TZif2", 5);
    memset(broken + 20, 0xff, 24);
    ok(ic_zone_read(pool, ic_str_n(broken, sizeof(broken))) == NULL,
       "a file that promises more than it has");
    ok(ic_zone_read(pool, ic_str("")) == NULL, "an empty file");
}


/* The same as libc says of all zones named here, at many instants. */

static void
test_offsets(ic_arena_t *pool)
{
    time_t             t;
    unsigned           i, n, wrong;
    struct tm          tm;
    const char        *reason;
    const ic_zone_t   *zone;

    static const char *const  names[] = {
        "UTC", "Europe/Berlin", "America/New_York", "Asia/Shanghai",
        "Australia/Lord_Howe", "Africa/Casablanca", "America/Nuuk",
        "Asia/Gaza", "Pacific/Apia", "America/Sao_Paulo", "Europe/Dublin",
        "Antarctica/Troll", "Asia/Kathmandu", "Asia/Tehran"
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        setenv("TZ", names[i], 1);
        tzset();
        wrong = n = 0;
        zone = ic_zone_load(pool, ic_str(names[i]), &reason);

        if (!ok(zone != NULL, "zone %s", names[i])) {
            continue;
        }

        /* 1970 to 2199, every 20 hours or so */
        for (t = 0;
             t < INT64_C(7258118400);
             t += 70000 + rand_r(&dice) % 9000)
        {
            localtime_r(&t, &tm);

            while (n + 1 < zone->n && zone->spans[n + 1].from <= t) {
                n++;
            }

            wrong += zone->spans[n].offset != tm.tm_gmtoff;
        }

        is_int(wrong, 0, "offsets of %s", names[i]);
    }
}
