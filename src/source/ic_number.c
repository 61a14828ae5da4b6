
/*
 * A decimal number is w * 10^q with an integer w. Small ones are computed in
 * doubles, which is exact; others as the product of w and the 128 highest
 * bits of 5^q, whose error is known: where it could change the rounding, and
 * for what is out of the table, strtod() decides.
 */


#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ic_number.h"
#include "ic_number_power.h"


#define NUMBER_DIGITS   19       /* that w has room for */
#define NUMBER_EXACT    22       /* 10^22 is a double */
#define NUMBER_FAR      100000   /* an exponent that no double has */

#define NUMBER_FRACTION 52
#define NUMBER_BIAS     1023


typedef struct {
    uint64_t     w;
    int          q;
    unsigned     minus:1;
    unsigned     digits:1;       /* w has them all */
} number_t;


static const char *number_scan(const char *p, number_t *number);
static const char *number_exponent(const char *p, int *q);
static bool number_fits(const char *p, size_t digits);
static bool number_small(const number_t *number, double *value);
static bool number_large(const number_t *number, double *value);
static bool number_round(uint64_t high, uint64_t middle, uint64_t low,
    bool exact, uint64_t *fraction);
static int number_log2(int q);


static const double  number_tens[] = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13,
    1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
};

const ic_number_power_t  ic_number_fives[] = {
#include "ic_number_fives.def"
};


size_t
ic_number_double(const char *text, double *value)
{
    number_t     number;
    const char  *end;

    end = number_scan(text, &number);

    if (end == NULL) {
        return 0;
    }

    if (!number.digits
        || (!number_small(&number, value) && !number_large(&number, value)))
    {
        *value = strtod(text, NULL);

        return isfinite(*value) ? (size_t) (end - text) : 0;
    }

    if (number.minus) {
        *value = -*value;
    }

    return (size_t) (end - text);
}


/* The end of the number, or NULL. */

static const char *
number_scan(const char *p, number_t *number)
{
    size_t       digits;
    uint64_t     w;
    unsigned     c;
    const char  *point, *start;

    number->minus = (*p == '-');
    number->q = 0;
    p += (*p == '-' || *p == '+');
    start = p;
    w = 0;

    while ((c = (u_char) *p - (unsigned) '0') < 10) {
        w = 10 * w + c;
        p++;
    }

    digits = (size_t) (p - start);

    if (*p == '.') {
        point = ++p;

        while ((c = (u_char) *p - (unsigned) '0') < 10) {
            w = 10 * w + c;
            p++;
        }

        digits += (size_t) (p - point);
        number->q = (p - point < NUMBER_FAR) ? (int) (point - p)
                                             : -NUMBER_FAR;
    }

    if (digits == 0) {
        return NULL;
    }

    number->w = w;
    number->digits = digits <= NUMBER_DIGITS || number_fits(start, digits);

    return (*p == 'e' || *p == 'E') ? number_exponent(p + 1, &number->q) : p;
}


static const char *
number_exponent(const char *p, int *q)
{
    int       exponent;
    bool      minus;
    unsigned  c;

    minus = (*p == '-');
    p += (*p == '-' || *p == '+');
    exponent = 0;

    if ((u_char) *p - (unsigned) '0' >= 10) {
        return NULL;
    }

    while ((c = (u_char) *p - (unsigned) '0') < 10) {

        if (exponent < NUMBER_FAR) {
            exponent = 10 * exponent + (int) c;
        }

        p++;
    }

    *q += minus ? -exponent : exponent;

    return p;
}


/* Leading zeros take no room. */

static bool
number_fits(const char *p, size_t digits)
{
    for ( /* void */ ; *p == '0' || *p == '.'; p++) {
        digits -= (*p == '0');
    }

    return digits <= NUMBER_DIGITS;
}


/* Both operands are exact, so the one operation rounds correctly. */

static bool
number_small(const number_t *number, double *value)
{
    if (number->w >> (NUMBER_FRACTION + 1) != 0
        || number->q < -NUMBER_EXACT || number->q > NUMBER_EXACT)
    {
        *value = 0;

        return number->w == 0;
    }

    *value = (number->q < 0)
             ? (double) number->w / number_tens[-number->q]
             : (double) number->w * number_tens[number->q];

    return true;
}


static bool
number_large(const number_t *number, double *value)
{
    int                     shift, top;
    uint64_t                bits, fraction, high, low, middle, w;
    unsigned __int128       product, lower;
    const ic_number_power_t  *five;

    if (number->q < -IC_NUMBER_POWERS || number->q > IC_NUMBER_POWERS) {
        return false;
    }

    five = &ic_number_fives[number->q + IC_NUMBER_POWERS];
    shift = __builtin_clzll(number->w);
    w = number->w << shift;

    lower = (unsigned __int128) w * five->low;
    product = (unsigned __int128) w * five->high + (uint64_t) (lower >> 64);
    high = (uint64_t) (product >> 64);
    middle = (uint64_t) product;
    low = (uint64_t) lower;

    /* the highest bit is the first or the second one */

    top = (int) (high >> 63);

    if (!top) {
        high = high << 1 | middle >> 63;
        middle = middle << 1 | low >> 63;
        low <<= 1;
    }

    if (!number_round(high, middle, low,
                      number->q >= 0 && number->q <= IC_NUMBER_WHOLE,
                      &fraction))
    {
        return false;
    }

    /* rounding up may carry into the exponent, as it should */

    bits = (uint64_t) (NUMBER_BIAS + 63 + top + number_log2(number->q)
                       + number->q - shift);
    bits = (bits << NUMBER_FRACTION) + (fraction
                                        - ((uint64_t) 1 << NUMBER_FRACTION));
    memcpy(value, &bits, sizeof(double));

    return true;
}


/*
 * 53 bits of 192. The product is too small by less than one of the middle
 * word's lowest bit, unless it is exact. False: that could matter.
 */

static bool
number_round(uint64_t high, uint64_t middle, uint64_t low, bool exact,
    uint64_t *fraction)
{
    uint64_t  half, rest;

    *fraction = high >> 11;
    rest = high & 0x7ff;
    half = 0x400;

    if (!exact
        && ((rest == half && middle <= 1)
            || (rest == half - 1 && middle >= UINT64_MAX - 2)))
    {
        return false;
    }

    if (rest > half || (rest == half && (middle | low) != 0)
        || (rest == half && (*fraction & 1)))
    {
        (*fraction)++;
    }

    return true;
}


/* floor(log2(5^q)), right for all of the table */

static int
number_log2(int q)
{
    return (q * 152170) >> 16;
}


size_t
ic_number_int64(const char *text, int64_t *value)
{
    bool         minus;
    uint64_t     w, limit;
    unsigned     c;
    const char  *p, *start;

    minus = (*text == '-');
    start = p = text + minus;
    w = 0;

    while ((c = (u_char) *p - (unsigned) '0') < 10) {
        w = 10 * w + c;
        p++;
    }

    limit = (uint64_t) INT64_MAX + minus;

    /* 19 digits do not overflow 64 bits */

    if (p == start || p - start > NUMBER_DIGITS || w > limit
        || (*start == '0' && (p - start > 1 || minus)))
    {
        return 0;
    }

    *value = minus ? (int64_t) (0 - w) : (int64_t) w;

    return (size_t) (p - text);
}
