
/*
 * Cron expressions: five fields, minute hour day month weekday, as POSIX
 * crontab has them, with steps, names and the words @hourly, @daily
 * (@midnight), @weekly, @monthly, @yearly (@annually).
 *
 * A day is meant when month and both day fields have it; but when both day
 * fields are restricted, one of them is enough (POSIX). A field is
 * unrestricted if it is "*" and nothing else.
 *
 * Times of day are civil times of a zone. One that clocks skip is due when
 * they are put forward, one that they show twice is due the first time only.
 */


#ifndef _IC_CRON_H_INCLUDED_
#define _IC_CRON_H_INCLUDED_


#include "ic_zone.h"


/* One bit for each value. */
typedef struct {
    uint64_t  minutes;
    uint64_t  hours;
    uint64_t  days;              /* 1..31 */
    uint64_t  months;            /* 1..12 */
    uint64_t  weekdays;          /* 0..6, 0: Sunday */
    bool      any_day;
    bool      any_weekday;
} ic_cron_t;


/*
 * 0, or -1 with a reason in the arena that names the field and the place in
 * the text. An expression that no date ever meets is refused too.
 */
int ic_cron_parse(ic_arena_t *arena, ic_str_t text, ic_cron_t *cron,
    ic_str_t *reason);

/*
 * The first instant after t, in s since the epoch, that it is due at in the
 * zone; -1: none until the end of IC_ZONE_LAST_YEAR.
 */
int64_t ic_cron_next(const ic_cron_t *cron, const ic_zone_t *zone,
    int64_t t);


#endif /* _IC_CRON_H_INCLUDED_ */
