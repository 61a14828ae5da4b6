
/*
 * The shortest text of a double: Giulietti, "The Schubfach way to render
 * doubles" (2020), with the powers of five that reading has too; printf() for
 * what is beyond them.
 */


#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ic_number.h"
#include "ic_number_power.h"


#define NUMBER_FIXED     1e9     /* and 10^6 more are below 2^53 */
#define NUMBER_SCALE     1e6

#define NUMBER_FRACTION  52
#define NUMBER_UNIT      1075    /* bias of the exponent of the last bit */
#define NUMBER_PLAIN     15      /* digits that are not written with an e */


/* digits * 10^power */
typedef struct {
    uint64_t  digits;
    int       power;
} number_decimal_t;


static int number_fixed(char text[IC_NUMBER_TEXT], double value);
static bool number_shortest(double value, number_decimal_t *decimal);
static uint64_t number_odd(const ic_number_power_t *power, uint64_t factor);
static int number_write(char text[IC_NUMBER_TEXT], bool minus,
    const number_decimal_t *decimal);
static int number_print(char text[IC_NUMBER_TEXT], double value);


size_t
ic_number_text(char text[IC_NUMBER_TEXT], double value)
{
    int               n;
    number_decimal_t  decimal;

    n = number_fixed(text, value);

    if (n == 0) {
        n = number_shortest(value, &decimal)
            ? number_write(text, signbit(value), &decimal)
            : number_print(text, value);
    }

    return (size_t) n;
}


/*
 * Values of few digits, as most are, without printf()'s arithmetic: 0 when
 * six places behind the point do not make the same double.
 */

static int
number_fixed(char text[IC_NUMBER_TEXT], double value)
{
    int      n, places;
    int64_t  scaled, whole;

    if (!(value > -NUMBER_FIXED && value < NUMBER_FIXED)
        || (value == 0 && signbit(value)))
    {
        return 0;
    }

    scaled = llrint(value * NUMBER_SCALE);

    if ((double) scaled / NUMBER_SCALE != value) {
        return 0;
    }

    for (places = 6; places > 0 && scaled % 10 == 0; places--) {
        scaled /= 10;
    }

    n = IC_NUMBER_TEXT;
    whole = (scaled < 0) ? -scaled : scaled;

    do {
        text[--n] = (char) ('0' + whole % 10);
        whole /= 10;

        if (--places == 0) {
            text[--n] = '.';
        }

    } while (whole != 0 || places >= 0);

    if (scaled < 0) {
        text[--n] = '-';
    }

    memmove(text, text + n, (size_t) (IC_NUMBER_TEXT - n));
    text[IC_NUMBER_TEXT - n] = '\0';

    return IC_NUMBER_TEXT - n;
}


/*
 * The shortest decimal in the interval that rounds to value, and of those
 * the closest; false: it is out of the table, or a zero.
 */

static bool
number_shortest(double value, number_decimal_t *decimal)
{
    int                 exponent, h, k, q;
    bool                closer, inside, over;
    uint64_t            bits, c, lower, s, upper, v;
    ic_number_power_t   power;

    memcpy(&bits, &value, sizeof(bits));
    c = bits & (((uint64_t) 1 << NUMBER_FRACTION) - 1);
    exponent = (int) (bits >> NUMBER_FRACTION & 0x7ff);

    if (exponent == 0 || exponent == 0x7ff) {
        return false;
    }

    /* below a power of two the neighbour is half as far away */

    closer = c == 0 && exponent > 1;
    c |= (uint64_t) 1 << NUMBER_FRACTION;
    q = exponent - NUMBER_UNIT;

    /* k = floor(log10(2^q)), of 3/4 2^q if closer */

    k = (q * 1262611 - (closer ? 524031 : 0)) >> 22;

    if (k < -IC_NUMBER_POWERS || k > IC_NUMBER_POWERS) {
        return false;
    }

    power = ic_number_fives[IC_NUMBER_POWERS - k];

    /* what was cut is made up for: the theorem wants a bound from above */

    if (-k < 0 || -k > IC_NUMBER_WHOLE) {
        power.low++;
        power.high += power.low == 0;
    }

    /* h = q + floor(log2(10^-k)) + 1 */

    h = q + ((-k * 1741647) >> 19) + 1;
    v = number_odd(&power, c << 2 << h);
    lower = number_odd(&power, ((c << 2) - 2 + closer) << h) + (c & 1);
    upper = number_odd(&power, ((c << 2) + 2) << h) - (c & 1);
    s = v / 4;

    inside = lower <= 40 * (s / 10);
    over = 40 * (s / 10) + 40 <= upper;

    if (s >= 10 && inside != over) {
        decimal->digits = s / 10 + over;
        decimal->power = k + 1;
        return true;
    }

    inside = lower <= 4 * s;
    over = 4 * s + 4 <= upper;

    if (inside == over) {
        over = v > 4 * s + 2 || (v == 4 * s + 2 && (s & 1));
    }

    decimal->digits = s + over;
    decimal->power = k;

    return true;
}


/* The 64 highest bits of the product, the last one set if more is behind. */

static uint64_t
number_odd(const ic_number_power_t *power, uint64_t factor)
{
    uint64_t           high, low;
    unsigned __int128  product;

    product = (unsigned __int128) power->low * factor;
    product = (unsigned __int128) power->high * factor
              + (uint64_t) (product >> 64);
    high = (uint64_t) (product >> 64);
    low = (uint64_t) product;

    return high | (low > 1);
}


/* As printf("%.17g") writes digits. */

static int
number_write(char text[IC_NUMBER_TEXT], bool minus,
    const number_decimal_t *decimal)
{
    int       count, exponent, n, point;
    char      buffer[24], *digits, *p;
    uint64_t  rest;

    for (rest = decimal->digits, exponent = decimal->power;
         rest % 10 == 0;
         rest /= 10)
    {
        exponent++;
    }

    for (digits = buffer + sizeof(buffer); rest != 0; rest /= 10) {
        *--digits = (char) ('0' + rest % 10);
    }

    count = (int) (buffer + sizeof(buffer) - digits);
    point = count + exponent;
    p = text;

    if (minus) {
        *p++ = '-';
    }

    if (point > -4 && point <= (count > NUMBER_PLAIN ? count : NUMBER_PLAIN))
    {
        if (point <= 0) {
            *p++ = '0';
            *p++ = '.';

            for (n = point; n < 0; n++) {
                *p++ = '0';
            }
        }

        for (n = 0; n < count || n < point; n++) {
            if (n == point && n > 0) {
                *p++ = '.';
            }

            *p++ = n < count ? digits[n] : '0';
        }

        *p = '\0';

        return (int) (p - text);
    }

    *p++ = digits[0];

    if (count > 1) {
        *p++ = '.';
        memcpy(p, digits + 1, (size_t) count - 1);
        p += count - 1;
    }

    n = snprintf(p, IC_NUMBER_TEXT - (size_t) (p - text), "e%c%02d",
                 point > 0 ? '+' : '-', abs(point - 1));

    return (int) (p - text) + n;
}


static int
number_print(char text[IC_NUMBER_TEXT], double value)
{
    int     digits, n;
    double  same;

    for (digits = 15; /* void */ ; digits++) {
        n = snprintf(text, IC_NUMBER_TEXT, "%.*g", digits, value);

        if (digits == 17
            || (ic_number_double(text, &same) != 0 && same == value))
        {
            return n;
        }
    }
}
