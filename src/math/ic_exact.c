
/* Sums of doubles without rounding. */


#include <math.h>
#include <stdbool.h>

#include "ic_exact.h"


#define MASK      (((int64_t) 1 << IC_EXACT_BITS) - 1)
#define MANTISSA  53

/* Words of up to 2^56 are added until 2^62 could be reached. */
#define MOST      64


static void carry(int64_t words[IC_EXACT_WORDS]);
static bool negate(int64_t words[IC_EXACT_WORDS]);
static bool divide(int64_t words[IC_EXACT_WORDS], int64_t count);
static double nearest(const int64_t words[IC_EXACT_WORDS], bool more);
static int highest(const int64_t words[IC_EXACT_WORDS]);
static unsigned bit(const int64_t words[IC_EXACT_WORDS], int n);


void
ic_exact_add(ic_exact_t *sum, double v)
{
    int                 exponent, place, word;
    int64_t             low, middle, high;
    uint64_t            mantissa;
    unsigned __int128   wide;

    if (v == 0) {
        return;
    }

    mantissa = (uint64_t) ldexp(frexp(fabs(v), &exponent), MANTISSA);
    place = exponent - MANTISSA + IC_EXACT_FRACTION;

    if (place < 0) {
        mantissa = (place > -MANTISSA) ? mantissa >> -place : 0;
        place = 0;
    }

    word = place / IC_EXACT_BITS;
    wide = (unsigned __int128) mantissa << (place % IC_EXACT_BITS);

    low = (int64_t) (uint64_t) wide & MASK;
    middle = (int64_t) (uint64_t) (wide >> IC_EXACT_BITS) & MASK;
    high = v < 0 ? -1 : 1;

    sum->words[word] += high * low;

    if (word + 1 < IC_EXACT_WORDS) {
        sum->words[word + 1] += high * middle;
    }

    if (++sum->pending == MOST) {
        carry(sum->words);
        sum->pending = 0;
    }
}


/* All but the highest word are then from 0 to 2^56 - 1. */

static void
carry(int64_t words[IC_EXACT_WORDS])
{
    int64_t   low;
    unsigned  i;

    for (i = 0; i + 1 < IC_EXACT_WORDS; i++) {
        low = words[i] & MASK;
        words[i + 1] += (words[i] - low) / (MASK + 1);
        words[i] = low;
    }
}


void
ic_exact_words(ic_exact_t *sum, uint64_t words[IC_EXACT_WORDS])
{
    unsigned  i;

    carry(sum->words);
    sum->pending = 0;

    for (i = 0; i < IC_EXACT_WORDS; i++) {
        words[i] = (uint64_t) sum->words[i];
    }
}


double
ic_exact_value(const uint64_t words[IC_EXACT_WORDS])
{
    return ic_exact_mean(words, 1);
}


double
ic_exact_mean(const uint64_t words[IC_EXACT_WORDS], int64_t count)
{
    bool      minus, more;
    double    value;
    int64_t   w[IC_EXACT_WORDS];
    unsigned  i;

    for (i = 0; i < IC_EXACT_WORDS; i++) {
        w[i] = (int64_t) words[i];
    }

    carry(w);
    minus = negate(w);
    more = divide(w, count);
    value = nearest(w, more);

    return minus ? -value : value;
}


/* Whether there is a remainder. */

static bool
divide(int64_t words[IC_EXACT_WORDS], int64_t count)
{
    int       i;
    __int128  rest;

    for (rest = 0, i = IC_EXACT_WORDS - 1; i >= 0; i--) {
        rest = (rest << IC_EXACT_BITS) + words[i];
        words[i] = (int64_t) (rest / count);
        rest %= count;
    }

    return rest != 0;
}


/* more: something beyond the last bit. */

static double
nearest(const int64_t words[IC_EXACT_WORDS], bool more)
{
    int       n, i;
    uint64_t  mantissa;

    n = highest(words);

    for (mantissa = 0, i = n; i > n - MANTISSA && i >= 0; i--) {
        mantissa = 2 * mantissa + bit(words, i);
    }

    if (i >= 0 && bit(words, i)) {

        for (n = i - 1; n >= 0 && !more; n--) {
            more = bit(words, n);
        }

        mantissa += more || (mantissa & 1);
    }

    return ldexp((double) mantissa, i + 1 - IC_EXACT_FRACTION);
}


/* The absolute value; whether it was below zero. */

static bool
negate(int64_t words[IC_EXACT_WORDS])
{
    unsigned  i;

    if (words[IC_EXACT_WORDS - 1] >= 0) {
        return false;
    }

    for (i = 0; i < IC_EXACT_WORDS; i++) {
        words[i] = -words[i];
    }

    carry(words);

    return true;
}


/* The number of the highest bit that is set, -1: there is none. */

static int
highest(const int64_t words[IC_EXACT_WORDS])
{
    int  n;

    for (n = IC_EXACT_WORDS * IC_EXACT_BITS + 6; n >= 0; n--) {
        if (bit(words, n)) {
            break;
        }
    }

    return n;
}


/* Of the highest word there are more than 56. */

static unsigned
bit(const int64_t words[IC_EXACT_WORDS], int n)
{
    int  word;

    word = n / IC_EXACT_BITS;

    if (word >= IC_EXACT_WORDS) {
        word = IC_EXACT_WORDS - 1;
    }

    return (unsigned) (words[word] >> (n - word * IC_EXACT_BITS)) & 1;
}
