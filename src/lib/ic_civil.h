
/*
 * Dates and times of day of the proleptic Gregorian calendar, years 1 to
 * 9999, without zones: "civil seconds" are those since 1970-01-01 00:00 of
 * whatever clock is meant. Pure functions.
 */


#ifndef _IC_CIVIL_H_INCLUDED_
#define _IC_CIVIL_H_INCLUDED_


#include "ic_str.h"


#define IC_DAY_SECONDS  86400


typedef struct {
    int  year;
    int  month;                  /* 1..12 */
    int  day;                    /* 1..31 */
    int  hour;
    int  minute;
    int  second;
    int  weekday;                /* 0: Sunday */
} ic_civil_t;


/* The days from 1970-01-01 to a date. */
int64_t ic_civil_days(int year, int month, int day);

/* Of a month, 28..31. */
int ic_civil_month_days(int year, int month);

void ic_civil_of(int64_t seconds, ic_civil_t *civil);

/*
 * An instant: digits are milliseconds since the epoch (below 10^11:
 * seconds), else ISO 8601 with date, time and offset, as
 * 2027-03-28T02:30:00.250+01:00 or 2027-03-28T01:30Z. 0 with milliseconds;
 * -1 with what is wrong in reason.
 */
int ic_instant_parse(ic_str_t text, int64_t *ms, const char **reason);


#endif /* _IC_CIVIL_H_INCLUDED_ */
