
/* Rules for clocks. */


#include "ic_civil.h"
#include "ic_zone_rule.h"


typedef struct {
    const u_char  *p;
    const u_char  *end;
} rule_text_t;


static int rule_name(rule_text_t *text);
static int rule_time(rule_text_t *text, int32_t *seconds);
static int rule_number(rule_text_t *text, int max, int *value);
static bool rule_next(rule_text_t *text, u_char c);
static int rule_day(rule_text_t *text, ic_zone_day_t *day);
static int64_t rule_days(const ic_zone_day_t *day, int year);


int
ic_zone_rule_parse(ic_str_t text, ic_zone_rule_t *rule)
{
    int32_t      west;
    rule_text_t  t = { text.data, text.data + text.len };

    memset(rule, 0, sizeof(ic_zone_rule_t));

    if (rule_name(&t) != 0 || rule_time(&t, &west) != 0) {
        return -1;
    }

    rule->offset[0] = -west;

    if (t.p == t.end) {
        return 0;
    }

    rule->changes = true;
    rule->offset[1] = rule->offset[0] + 3600;

    if (rule_name(&t) != 0) {
        return -1;
    }

    if (t.p < t.end && *t.p != ',') {

        if (rule_time(&t, &west) != 0) {
            return -1;
        }

        rule->offset[1] = -west;
    }

    /* daylight saving begins first in the text, whatever the year has */

    if (!rule_next(&t, ',') || rule_day(&t, &rule->begin[1]) != 0
        || !rule_next(&t, ',') || rule_day(&t, &rule->begin[0]) != 0)
    {
        return -1;
    }

    return t.p == t.end ? 0 : -1;
}


/* Letters, or anything between < and >. */
static int
rule_name(rule_text_t *text)
{
    bool           quoted;
    const u_char  *start;

    quoted = rule_next(text, '<');
    start = text->p;

    while (text->p < text->end
           && (quoted ? *text->p != '>'
                      : ((*text->p | 0x20) >= 'a'
                         && (*text->p | 0x20) <= 'z')))
    {
        text->p++;
    }

    if (text->p - start < 3) {
        return -1;
    }

    return quoted && !rule_next(text, '>') ? -1 : 0;
}


/* [+-]h[:m[:s]] */
static int
rule_time(rule_text_t *text, int32_t *seconds)
{
    int  sign, hours, minutes, rest;

    minutes = 0;
    rest = 0;
    sign = 1;

    if (rule_next(text, '-')) {
        sign = -1;

    } else {
        (void) rule_next(text, '+');
    }

    if (rule_number(text, 167, &hours) != 0
        || (rule_next(text, ':') && rule_number(text, 59, &minutes) != 0)
        || (rule_next(text, ':') && rule_number(text, 59, &rest) != 0))
    {
        return -1;
    }

    *seconds = sign * (hours * 3600 + minutes * 60 + rest);

    return 0;
}


static int
rule_number(rule_text_t *text, int max, int *value)
{
    const u_char  *start;

    start = text->p;
    *value = 0;

    while (text->p < text->end && *text->p >= '0' && *text->p <= '9'
           && *value <= max)
    {
        *value = *value * 10 + (*text->p++ - '0');
    }

    return text->p > start && *value <= max ? 0 : -1;
}


static bool
rule_next(rule_text_t *text, u_char c)
{
    if (text->p < text->end && *text->p == c) {
        text->p++;
        return true;
    }

    return false;
}


/* Mm.w.d, Jn or n, and a time */
static int
rule_day(rule_text_t *text, ic_zone_day_t *day)
{
    day->time = 2 * 3600;

    if (rule_next(text, 'M')) {
        day->form = 'M';

        if (rule_number(text, 12, &day->month) != 0 || day->month < 1
            || !rule_next(text, '.')
            || rule_number(text, 5, &day->week) != 0 || day->week < 1
            || !rule_next(text, '.')
            || rule_number(text, 6, &day->day) != 0)
        {
            return -1;
        }

    } else {
        day->form = rule_next(text, 'J') ? 'J' : 0;

        if (rule_number(text, 365, &day->day) != 0
            || (day->form == 'J' && day->day < 1))
        {
            return -1;
        }
    }

    return rule_next(text, '/') ? rule_time(text, &day->time) : 0;
}


void
ic_zone_rule_year(const ic_zone_rule_t *rule, int year,
    ic_zone_span_t change[2])
{
    int             i;
    ic_zone_span_t  first;

    for (i = 0; i < 2; i++) {
        change[i].offset = rule->offset[i];
        change[i].from = rule_days(&rule->begin[i], year) * IC_DAY_SECONDS
                         + rule->begin[i].time - rule->offset[1 - i];
    }

    if (change[1].from < change[0].from) {
        first = change[1];
        change[1] = change[0];
        change[0] = first;
    }
}


/* Days since the epoch. */
static int64_t
rule_days(const ic_zone_day_t *day, int year)
{
    int      date, weekday;
    int64_t  first;

    if (day->form == 'J') {

        /* 29 February is never counted */
        date = day->day - 1;
        date += date >= 59 && ic_civil_month_days(year, 2) == 29;

        return ic_civil_days(year, 1, 1) + date;
    }

    if (day->form == 0) {
        return ic_civil_days(year, 1, 1) + day->day;
    }

    first = ic_civil_days(year, day->month, 1);
    weekday = (int) ((first + 4) % 7);
    date = (day->day - weekday + 7) % 7 + 7 * (day->week - 1);

    while (date >= ic_civil_month_days(year, day->month)) {
        date -= 7;
    }

    return first + date;
}
