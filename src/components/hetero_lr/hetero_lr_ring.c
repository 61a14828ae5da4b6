
/*
 * Local arithmetic on shares. Shares are cut by the rule of SecureML
 * (Mohassel, Zhang, S&P 2017): one party drops the low bits of its share,
 * the other those of minus its share. What remains are integers whose sum is
 * the value, so that later cuts cannot go wrong.
 */


#include <math.h>

#include "hetero_lr_ring.h"


#define RING_CUT     32          /* of a gradient, before the factor */
#define RING_FACTOR  30          /* bits of a factor */

/* What is left of a gradient's scale, beyond that of weights. */
#define RING_EXTRA   (HETERO_E_BITS + HETERO_X_BITS - RING_CUT               \
                      - HETERO_W_BITS)


static int ring_factor(double factor, uint64_t *mantissa);


void
hetero_ring_rows(hetero_word_t *z, const int32_t *x, size_t rows,
    unsigned columns, const hetero_word_t *w)
{
    size_t         i;
    unsigned       j;
    hetero_word_t  sum;

    for (i = 0; i < rows; i++, x += columns) {
        for (sum = 0, j = 0; j < columns; j++) {
            sum += (hetero_word_t) (hetero_int_t) x[j] * w[j];
        }

        z[i] += sum;
    }
}


void
hetero_ring_columns(hetero_word_t *g, const int32_t *x, size_t rows,
    unsigned columns, const hetero_word_t *e)
{
    size_t    i;
    unsigned  j;

    for (i = 0; i < rows; i++, x += columns) {
        for (j = 0; j < columns; j++) {
            g[j] += (hetero_word_t) (hetero_int_t) x[j] * e[i];
        }
    }
}


hetero_word_t
hetero_ring_squares(const hetero_word_t *v, size_t count)
{
    size_t         i;
    hetero_word_t  sum;

    for (sum = 0, i = 0; i < count; i++) {
        sum += v[i] * v[i];
    }

    return sum;
}


/* factor = mantissa / 2^result, the mantissa of RING_FACTOR bits or 0. */

static int
ring_factor(double factor, uint64_t *mantissa)
{
    int     exponent;
    double  fraction;

    fraction = frexp(factor, &exponent);
    *mantissa = (uint64_t) llround(ldexp(fraction, RING_FACTOR));

    return RING_FACTOR - exponent;
}


hetero_word_t
hetero_ring_step(hetero_word_t share, double factor, bool first)
{
    int            shift;
    uint64_t       mantissa;
    hetero_word_t  word;

    shift = ring_factor(factor, &mantissa) + RING_EXTRA;
    word = first ? share : 0 - share;
    word = shift > 126 ? 0 : ((word >> RING_CUT) * mantissa) >> shift;

    return first ? word : 0 - word;
}


hetero_word_t
hetero_ring_scale(hetero_word_t share, double factor, bool first)
{
    int            shift;
    uint64_t       mantissa;
    hetero_int_t   high, low;
    hetero_word_t  word;

    shift = ring_factor(factor, &mantissa);
    word = first ? share : 0 - share;

    /* a factor below 1 has shifts of RING_FACTOR bits or more */

    high = (hetero_int_t) word >> 32;
    low = (hetero_int_t) (uint32_t) word * (hetero_int_t) mantissa;
    high *= (hetero_int_t) mantissa;

    if (shift >= 32) {
        high = shift - 32 > 126 ? 0
               : (high + (low >> 32)) >> (shift - 32);

    } else {
        high = high * ((hetero_int_t) 1 << (32 - shift)) + (low >> shift);
    }

    word = (hetero_word_t) high;

    return first ? word : 0 - word;
}


double
hetero_ring_value(hetero_word_t word, int bits)
{
    return ldexp((double) (hetero_int_t) word, -bits);
}
