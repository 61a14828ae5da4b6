
/* Cron expressions, and when they are due. */


#include "ic_civil.h"
#include "ic_cron.h"


#define CRON_FIELDS   5
#define CRON_MAX      256        /* bytes of an expression */


typedef struct {
    const char         *name;
    int                 min;
    int                 max;     /* weekday 7 is Sunday again */
    const char *const  *words;   /* of min, min + 1, ...; or NULL */
} cron_field_t;

typedef struct {
    ic_arena_t          *arena;
    const cron_field_t  *field;
    const u_char        *start;  /* of the whole expression */
    const u_char        *p;
    const u_char        *end;    /* of the field */
    ic_str_t            *reason;
} cron_text_t;


static ic_str_t cron_word(ic_str_t text);
static int cron_split(cron_text_t *text, ic_str_t whole, ic_str_t *fields);
static int cron_field(cron_text_t *text, uint64_t *bits);
static int cron_item(cron_text_t *text, uint64_t *bits);
static int cron_range(cron_text_t *text, int *low, int *high);
static int cron_value(cron_text_t *text, int *value);
static int cron_name(cron_text_t *text, int *value);
static int cron_number(cron_text_t *text, int *value);
static int cron_refuse(cron_text_t *text, const u_char *place,
    const char *what);
static bool cron_fires(const ic_cron_t *cron);
static bool cron_day(const ic_cron_t *cron, const ic_civil_t *civil);
static int64_t cron_civil(const ic_cron_t *cron, int64_t civil);
static int64_t cron_time(const ic_cron_t *cron, int64_t seconds);
static int cron_bit(uint64_t bits, int from);


static const char *const  cron_months[] = {
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct",
    "nov", "dec", NULL
};

static const char *const  cron_weekdays[] = {
    "sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL
};

static const cron_field_t  cron_fields[CRON_FIELDS] = {
    { "minute", 0, 59, NULL },
    { "hour", 0, 23, NULL },
    { "day", 1, 31, NULL },
    { "month", 1, 12, cron_months },
    { "weekday", 0, 7, cron_weekdays }
};

static const struct {
    const char  *word;
    const char  *fields;
} cron_words[] = {
    { "@hourly", "0 * * * *" },
    { "@daily", "0 0 * * *" },
    { "@midnight", "0 0 * * *" },
    { "@weekly", "0 0 * * 0" },
    { "@monthly", "0 0 1 * *" },
    { "@yearly", "0 0 1 1 *" },
    { "@annually", "0 0 1 1 *" },
    { NULL, NULL }
};


int
ic_cron_parse(ic_arena_t *arena, ic_str_t text, ic_cron_t *cron,
    ic_str_t *reason)
{
    unsigned      i;
    uint64_t     *bits[CRON_FIELDS];
    ic_str_t      fields[CRON_FIELDS];
    cron_text_t   t;

    memset(cron, 0, sizeof(ic_cron_t));
    memset(&t, 0, sizeof(cron_text_t));

    t.arena = arena;
    t.reason = reason;

    bits[0] = &cron->minutes;
    bits[1] = &cron->hours;
    bits[2] = &cron->days;
    bits[3] = &cron->months;
    bits[4] = &cron->weekdays;

    text = cron_word(text);

    if (cron_split(&t, text, fields) != 0) {
        return -1;
    }

    for (i = 0; i < CRON_FIELDS; i++) {
        t.field = &cron_fields[i];
        t.p = fields[i].data;
        t.end = t.p + fields[i].len;

        if (cron_field(&t, bits[i]) != 0) {
            return -1;
        }
    }

    cron->any_day = ic_str_is(fields[2], "*");
    cron->any_weekday = ic_str_is(fields[4], "*");

    if (cron->weekdays & (1 << 7)) {
        cron->weekdays = (cron->weekdays | 1) & 0x7f;
    }

    if (!cron_fires(cron)) {
        *reason = ic_str("never comes: none of its months has one of its "
                         "days");
        return -1;
    }

    return 0;
}


/* The fields that a word stands for; another text stays. */
static ic_str_t
cron_word(ic_str_t text)
{
    unsigned  i;

    for (i = 0; cron_words[i].word != NULL; i++) {
        if (ic_str_is_nocase(text, cron_words[i].word)) {
            return ic_str(cron_words[i].fields);
        }
    }

    return text;
}


static int
cron_split(cron_text_t *text, ic_str_t whole, ic_str_t *fields)
{
    unsigned       n;
    const u_char  *p, *end, *start;

    n = 0;
    p = whole.data;
    end = p + whole.len;
    text->start = p;

    if (whole.len > CRON_MAX) {
        *text->reason = ic_str("is longer than 256 characters");
        return -1;
    }

    if (whole.len > 0 && *p == '@') {
        *text->reason = ic_str("is no word of these: @hourly, @daily, "
                               "@weekly, @monthly, @yearly");
        return -1;
    }

    for ( ;; ) {

        while (p < end && (*p == ' ' || *p == '\t')) {
            p++;
        }

        if (p == end) {
            break;
        }

        for (start = p; p < end && *p != ' ' && *p != '\t'; p++) { /* void */ }

        if (n < CRON_FIELDS) {
            fields[n] = ic_str_n(start, (size_t) (p - start));
        }

        n++;
    }

    if (n != CRON_FIELDS) {
        *text->reason = ic_str_fmt(text->arena, "has %u fields, not five: "
                                   "minute hour day month weekday", n);
        return -1;
    }

    return 0;
}


/* Items between commas. */
static int
cron_field(cron_text_t *text, uint64_t *bits)
{
    for ( ;; ) {

        if (cron_item(text, bits) != 0) {
            return -1;
        }

        if (text->p == text->end) {
            return 0;
        }

        if (*text->p != ',') {
            return cron_refuse(text, text->p, "is not expected here");
        }

        text->p++;
    }
}


/* "*", a value or a range; the first and the last with a step */
static int
cron_item(cron_text_t *text, uint64_t *bits)
{
    int            low, high, step;
    const u_char  *start;

    start = text->p;
    step = 1;

    if (cron_range(text, &low, &high) != 0) {
        return -1;
    }

    if (text->p < text->end && *text->p == '/') {

        if (*start != '*'
            && memchr(start, '-', (size_t) (text->p - start)) == NULL)
        {
            return cron_refuse(text, text->p,
                               "a step needs \"*\" or a range before it");
        }

        start = ++text->p;

        if (cron_number(text, &step) != 0) {
            return cron_refuse(text, start, "is no step");
        }

        if (step < 1 || step > text->field->max) {
            return cron_refuse(text, start, "is no step of this field");
        }
    }

    for (/* void */; low <= high; low += step) {
        *bits |= UINT64_C(1) << low;
    }

    return 0;
}


static int
cron_range(cron_text_t *text, int *low, int *high)
{
    const u_char  *start;

    if (text->p < text->end && *text->p == '*') {
        text->p++;
        *low = text->field->min;

        /* every Sunday once */
        *high = text->field->max - (text->field->words == cron_weekdays);

        return 0;
    }

    start = text->p;

    if (cron_value(text, low) != 0) {
        return -1;
    }

    *high = *low;

    if (text->p < text->end && *text->p == '-') {
        text->p++;

        if (cron_value(text, high) != 0) {
            return -1;
        }

        if (*high < *low) {
            return cron_refuse(text, start, "a range ends before it begins");
        }
    }

    return 0;
}


static int
cron_value(cron_text_t *text, int *value)
{
    const u_char  *start;

    start = text->p;

    if (cron_name(text, value) == 0) {
        return 0;
    }

    if (cron_number(text, value) != 0) {
        return cron_refuse(text, start, "is no value");
    }

    if (*value < text->field->min || *value > text->field->max) {
        return cron_refuse(text, start, "is out of range");
    }

    return 0;
}


static int
cron_name(cron_text_t *text, int *value)
{
    size_t     len;
    unsigned   i;

    for (len = 0; text->p + len < text->end; len++) {
        if ((text->p[len] | 0x20) < 'a' || (text->p[len] | 0x20) > 'z') {
            break;
        }
    }

    for (i = 0; text->field->words != NULL && text->field->words[i] != NULL;
         i++)
    {
        if (ic_str_is_nocase(ic_str_n(text->p, len), text->field->words[i])) {
            text->p += len;
            *value = text->field->min + (int) i;
            return 0;
        }
    }

    return -1;
}


static int
cron_number(cron_text_t *text, int *value)
{
    const u_char  *start;

    start = text->p;

    for (*value = 0; text->p < text->end && *text->p >= '0'
                     && *text->p <= '9' && *value < 1000; text->p++)
    {
        *value = *value * 10 + (*text->p - '0');
    }

    return text->p > start ? 0 : -1;
}


/* "minute: '61' at character 1 is out of range (0 to 59)" */
static int
cron_refuse(cron_text_t *text, const u_char *place, const char *what)
{
    size_t               len;
    const cron_field_t  *field;

    field = text->field;

    for (len = 0; place + len < text->end && len < 16; len++) {
        if (place[len] == ',' || (len > 0 && place[len] == '/')) {
            break;
        }
    }

    /* what is no letter of a name, but part of a longer character, whole */
    while (place + len < text->end && (place[len] & 0xc0) == 0x80) {
        len++;
    }

    *text->reason = ic_str_fmt(text->arena,
                               "%s: '%.*s' at character %u: %s (%d to %d%s)",
                               field->name, (int) len, place,
                               (unsigned) (place - text->start) + 1, what,
                               field->min, field->max,
                               field->words == cron_months ? ", jan to dec"
                               : field->words ? ", sun to sat" : "");

    return -1;
}


/* Only by the day of the month an expression can miss all dates. */
static bool
cron_fires(const ic_cron_t *cron)
{
    int       month;
    uint64_t  days;

    if (!cron->any_weekday || cron->any_day) {
        return true;
    }

    for (month = 1; month <= 12; month++) {
        days = (UINT64_C(2) << ic_civil_month_days(2000, month)) - 1;

        if ((cron->months & (UINT64_C(1) << month)) && (cron->days & days)) {
            return true;
        }
    }

    return false;
}


int64_t
ic_cron_next(const ic_cron_t *cron, const ic_zone_t *zone, int64_t t)
{
    int64_t  civil;

    /* clocks that skip a time reach it when they are put forward */

    civil = cron_civil(cron, ic_zone_unseen(zone, t));

    return civil == -1 ? -1 : ic_zone_reached(zone, civil);
}


/* The first civil time from that one on; -1: none. */
static int64_t
cron_civil(const ic_cron_t *cron, int64_t civil)
{
    int         rest;
    int64_t     day, second;
    ic_civil_t  date;

    rest = (int) (((civil % IC_DAY_SECONDS) + IC_DAY_SECONDS)
                  % IC_DAY_SECONDS);
    day = civil - rest;

    for (ic_civil_of(day, &date);
         date.year <= IC_ZONE_LAST_YEAR;
         ic_civil_of(day, &date))
    {
        if ((cron->months & (UINT64_C(1) << date.month)) == 0) {
            day += (int64_t) (ic_civil_month_days(date.year, date.month)
                              - date.day + 1) * IC_DAY_SECONDS;
            rest = 0;
            continue;
        }

        if (cron_day(cron, &date)) {
            second = cron_time(cron, rest);

            if (second != -1) {
                return day + second;
            }
        }

        day += IC_DAY_SECONDS;
        rest = 0;
    }

    return -1;
}


static bool
cron_day(const ic_cron_t *cron, const ic_civil_t *date)
{
    bool  day, weekday;

    day = (cron->days & (UINT64_C(1) << date->day)) != 0;
    weekday = (cron->weekdays & (UINT64_C(1) << date->weekday)) != 0;

    if (cron->any_day || cron->any_weekday) {
        return day && weekday;
    }

    return day || weekday;
}


/* The first time of day from that second on, in s; -1: none. */
static int64_t
cron_time(const ic_cron_t *cron, int64_t seconds)
{
    int  hour, minute;

    /* due times are whole minutes */
    seconds = (seconds + 59) / 60;

    hour = (int) (seconds / 60);
    minute = hour > 23 ? -1 : cron_bit(cron->minutes, (int) (seconds % 60));

    if (minute == -1 || (cron->hours & (UINT64_C(1) << hour)) == 0) {
        hour = hour > 22 ? -1 : cron_bit(cron->hours, hour + 1);
        minute = cron_bit(cron->minutes, 0);
    }

    return hour == -1 ? -1 : (hour * 60 + minute) * 60;
}


/* The lowest bit from that one on, or -1. */
static int
cron_bit(uint64_t bits, int from)
{
    bits &= UINT64_MAX << from;

    return bits == 0 ? -1 : __builtin_ctzll(bits);
}
