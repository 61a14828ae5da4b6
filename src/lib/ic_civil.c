
/* Dates, times of day, and instants as text. */


#include "ic_civil.h"


#define INSTANT_SECONDS  INT64_C(100000000000)    /* below it: seconds */
#define INSTANT_MAX      INT64_C(253402300799999) /* the end of 9999 */


/* Years begin in March here, so that the leap day is a year's last one. */
#define CIVIL_EPOCH      719468      /* days from 0000-03-01 to 1970-01-01 */
#define CIVIL_ERA        146097      /* days of 400 years */


static int64_t civil_year_days(int64_t year);
static int instant_digits(const u_char **p, const u_char *end, int n,
    int *value);
static int instant_date(const u_char **p, const u_char *end,
    ic_civil_t *civil, const char **reason);
static int instant_time(const u_char **p, const u_char *end,
    ic_civil_t *civil, int *ms, const char **reason);
static int instant_offset(const u_char **p, const u_char *end, int *seconds,
    const char **reason);


int64_t
ic_civil_days(int year, int month, int day)
{
    int      march;
    int64_t  y;

    y = month > 2 ? year : year - 1;
    march = (month + 9) % 12;

    return civil_year_days(y) + (march * 306 + 5) / 10 + day - 1
           - CIVIL_EPOCH;
}


/* Days before the March of that year. */
static int64_t
civil_year_days(int64_t year)
{
    return 365 * year + year / 4 - year / 100 + year / 400;
}


int
ic_civil_month_days(int year, int month)
{
    if (month == 2) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
               ? 29 : 28;
    }

    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}


void
ic_civil_of(int64_t seconds, ic_civil_t *civil)
{
    int      rest, march;
    int64_t  days, year;

    days = seconds / IC_DAY_SECONDS;
    rest = (int) (seconds % IC_DAY_SECONDS);

    if (rest < 0) {
        rest += IC_DAY_SECONDS;
        days--;
    }

    /* 1970-01-01 was a Thursday */
    civil->weekday = (int) (((days + 4) % 7 + 7) % 7);
    civil->hour = rest / 3600;
    civil->minute = rest / 60 % 60;
    civil->second = rest % 60;

    days += CIVIL_EPOCH;
    year = days * 400 / CIVIL_ERA;

    /* the estimate is off by one at most */
    if (civil_year_days(year) > days) {
        year--;

    } else if (civil_year_days(year + 1) <= days) {
        year++;
    }

    days -= civil_year_days(year);
    march = (int) ((5 * days + 2) / 153);

    civil->day = (int) days - (153 * march + 2) / 5 + 1;
    civil->month = march < 10 ? march + 3 : march - 9;
    civil->year = (int) year + (civil->month <= 2);
}


int
ic_instant_parse(ic_str_t text, int64_t *ms, const char **reason)
{
    int            part, offset;
    ic_civil_t     civil;
    const u_char  *p, *end;

    if (ic_str_int(text, ms) == 0) {

        if (*ms > 0 && *ms < INSTANT_SECONDS) {
            *ms *= 1000;
        }

        *reason = "is no instant between 1970 and 9999";

        return *ms > 0 && *ms <= INSTANT_MAX ? 0 : -1;
    }

    p = text.data;
    end = p + text.len;

    if (instant_date(&p, end, &civil, reason) != 0
        || instant_time(&p, end, &civil, &part, reason) != 0
        || instant_offset(&p, end, &offset, reason) != 0)
    {
        return -1;
    }

    *ms = (ic_civil_days(civil.year, civil.month, civil.day) * IC_DAY_SECONDS
           + civil.hour * 3600 + civil.minute * 60 + civil.second - offset)
          * 1000 + part;

    *reason = "is no instant between 1970 and 9999";

    return *ms > 0 && *ms <= INSTANT_MAX ? 0 : -1;
}


static int
instant_digits(const u_char **p, const u_char *end, int n, int *value)
{
    *value = 0;

    for (/* void */; n > 0; n--, (*p)++) {

        if (*p >= end || **p < '0' || **p > '9') {
            return -1;
        }

        *value = *value * 10 + (**p - '0');
    }

    return 0;
}


static int
instant_date(const u_char **p, const u_char *end, ic_civil_t *civil,
    const char **reason)
{
    *reason = "must be milliseconds or as 2027-03-28T02:30:00+01:00";

    if (instant_digits(p, end, 4, &civil->year) != 0
        || *p >= end || *(*p)++ != '-'
        || instant_digits(p, end, 2, &civil->month) != 0
        || *p >= end || *(*p)++ != '-'
        || instant_digits(p, end, 2, &civil->day) != 0
        || *p >= end || (**p != 'T' && **p != 't'))
    {
        return -1;
    }

    (*p)++;
    *reason = "has a date that does not exist";

    return civil->year >= 1 && civil->month >= 1 && civil->month <= 12
           && civil->day >= 1
           && civil->day <= ic_civil_month_days(civil->year, civil->month)
           ? 0 : -1;
}


/* Seconds and up to three digits behind them may be left out. */
static int
instant_time(const u_char **p, const u_char *end, ic_civil_t *civil, int *ms,
    const char **reason)
{
    int  digit, weight;

    *ms = 0;
    civil->second = 0;
    *reason = "has a time of day that does not exist";

    if (instant_digits(p, end, 2, &civil->hour) != 0
        || *p >= end || *(*p)++ != ':'
        || instant_digits(p, end, 2, &civil->minute) != 0)
    {
        return -1;
    }

    if (*p < end && **p == ':') {
        (*p)++;

        if (instant_digits(p, end, 2, &civil->second) != 0) {
            return -1;
        }

        if (*p < end && **p == '.') {
            (*p)++;

            for (weight = 100; weight > 0; weight /= 10) {
                if (instant_digits(p, end, 1, &digit) != 0) {
                    break;
                }

                *ms += digit * weight;
            }

            if (weight == 100) {
                return -1;
            }
        }
    }

    return civil->hour < 24 && civil->minute < 60 && civil->second < 60
           ? 0 : -1;
}


static int
instant_offset(const u_char **p, const u_char *end, int *seconds,
    const char **reason)
{
    int     hours, minutes;
    u_char  sign;

    *reason = "needs an offset at its end: Z, +08:00 or another";
    minutes = 0;

    if (*p >= end) {
        return -1;
    }

    sign = *(*p)++;

    if (sign == 'Z' || sign == 'z') {
        *seconds = 0;
        return *p == end ? 0 : -1;
    }

    if ((sign != '+' && sign != '-')
        || instant_digits(p, end, 2, &hours) != 0)
    {
        return -1;
    }

    if (*p < end) {
        *p += (**p == ':');

        if (instant_digits(p, end, 2, &minutes) != 0) {
            return -1;
        }
    }

    *seconds = (hours * 60 + minutes) * 60 * (sign == '-' ? -1 : 1);

    return *p == end && hours < 24 && minutes < 60 ? 0 : -1;
}
