
/* Strings with a length: comparing and reading numbers. */


#include <math.h>
#include <stdlib.h>

#include "ic_str.h"


static u_char lower(u_char c);
static size_t digits(ic_str_t s, size_t i);
static bool is_number(ic_str_t s);


ic_str_t
ic_str(const char *text)
{
    return ic_str_n(text, text == NULL ? 0 : strlen(text));
}


ic_str_t
ic_str_n(const void *data, size_t len)
{
    ic_str_t  s;

    s.len = len;
    s.data = (u_char *) data;

    return s;
}


bool
ic_str_eq(ic_str_t a, ic_str_t b)
{
    return a.len == b.len
           && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}


bool
ic_str_is(ic_str_t a, const char *text)
{
    return ic_str_eq(a, ic_str(text));
}


bool
ic_str_is_nocase(ic_str_t a, const char *text)
{
    size_t    i;
    ic_str_t  b;

    b = ic_str(text);

    if (a.len != b.len) {
        return false;
    }

    for (i = 0; i < a.len; i++) {
        if (lower(a.data[i]) != lower(b.data[i])) {
            return false;
        }
    }

    return true;
}


static u_char
lower(u_char c)
{
    return (c >= 'A' && c <= 'Z') ? (u_char) (c | 0x20) : c;
}


int
ic_str_int(ic_str_t s, int64_t *value)
{
    bool      negative;
    size_t    i;
    int64_t   n;
    unsigned  digit;

    negative = (s.len > 1 && s.data[0] == '-');
    i = negative ? 1 : 0;

    if (i == s.len || (s.data[i] == '0' && s.len > 1)) {
        return -1;
    }

    /* Summed up below zero, where INT64_MIN has room. */

    for (n = 0; i < s.len; i++) {
        digit = (unsigned) s.data[i] - '0';

        if (digit > 9
            || __builtin_mul_overflow(n, (int64_t) 10, &n)
            || __builtin_sub_overflow(n, (int64_t) digit, &n))
        {
            return -1;
        }
    }

    if (!negative && n == INT64_MIN) {
        return -1;
    }

    *value = negative ? n : -n;

    return 0;
}


int
ic_str_time(ic_str_t s, int64_t *ms)
{
    size_t    digits;
    int64_t   n;
    unsigned  i;

    static const struct {
        const char  *suffix;
        int64_t      ms;
    } units[] = {
        { "", 1000 }, { "s", 1000 }, { "ms", 1 }, { "m", 60000 },
        { "h", 3600000 }, { "d", 86400000 }
    };

    for (digits = 0; digits < s.len; digits++) {
        if (s.data[digits] < '0' || s.data[digits] > '9') {
            break;
        }
    }

    for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (ic_str_is(ic_str_n(s.data + digits, s.len - digits),
                      units[i].suffix))
        {
            return ic_str_int(ic_str_n(s.data, digits), &n) != 0
                   || __builtin_mul_overflow(n, units[i].ms, ms)
                   ? -1 : 0;
        }
    }

    return -1;
}


int
ic_str_num(ic_str_t s, double *value)
{
    char    text[IC_NUM_MAX + 1];
    double  real;

    if (s.len > IC_NUM_MAX || !is_number(s)) {
        return -1;
    }

    memcpy(text, s.data, s.len);
    text[s.len] = '\0';

    real = strtod(text, NULL);

    if (!isfinite(real)) {
        return -1;
    }

    *value = real;

    return 0;
}


/* The grammar of RFC 8259 section 6: strtod() alone takes hex and "inf". */
static bool
is_number(ic_str_t s)
{
    size_t  i, n;

    i = (s.len > 0 && s.data[0] == '-') ? 1 : 0;
    n = digits(s, i);

    if (n == 0 || (n > 1 && s.data[i] == '0')) {
        return false;
    }

    i += n;

    if (i < s.len && s.data[i] == '.') {
        n = digits(s, ++i);
        i += n;

        if (n == 0) {
            return false;
        }
    }

    if (i < s.len && (s.data[i] == 'e' || s.data[i] == 'E')) {
        i++;

        if (i < s.len && (s.data[i] == '+' || s.data[i] == '-')) {
            i++;
        }

        n = digits(s, i);
        i += n;

        if (n == 0) {
            return false;
        }
    }

    return i == s.len;
}


static size_t
digits(ic_str_t s, size_t i)
{
    size_t  start;

    start = i;

    while (i < s.len && s.data[i] >= '0' && s.data[i] <= '9') {
        i++;
    }

    return i - start;
}


unsigned
ic_utf8_char(ic_str_t s)
{
    u_char    c, low, high;
    unsigned  i, len;

    if (s.len == 0) {
        return 0;
    }

    c = s.data[0];

    if (c < 0x80) {
        return 1;
    }

    /* The second byte's range excludes overlong forms and surrogates. */

    low = (c == 0xe0) ? 0xa0 : (c == 0xf0) ? 0x90 : 0x80;
    high = (c == 0xed) ? 0x9f : (c == 0xf4) ? 0x8f : 0xbf;
    len = (c < 0xc2 || c > 0xf4) ? 0 : (c < 0xe0) ? 2 : (c < 0xf0) ? 3 : 4;

    if (len == 0 || s.len < len || s.data[1] < low || s.data[1] > high) {
        return 0;
    }

    for (i = 2; i < len; i++) {
        if ((s.data[i] & 0xc0) != 0x80) {
            return 0;
        }
    }

    return len;
}


bool
ic_utf8_valid(ic_str_t s)
{
    unsigned  len;

    while (s.len > 0) {
        len = ic_utf8_char(s);

        if (len == 0) {
            return false;
        }

        s.data += len;
        s.len -= len;
    }

    return true;
}
