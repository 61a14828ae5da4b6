
/* Fixed point in the ring Z_2^64. */


#include <math.h>

#include "ic_fixed.h"


#define WORD_LIMIT  ((int64_t) 1 << 62)


int
ic_fixed_encode(double v, unsigned parts, uint64_t *word)
{
    /* written so that NaN fails */

    if (!(fabs(v) <= IC_FIXED_LIMIT / parts)) {
        return -1;
    }

    *word = (uint64_t) (int64_t) rint(ldexp(v, IC_FIXED_BITS));

    return 0;
}


int
ic_fixed_decode(uint64_t word, double *v)
{
    int64_t  n;

    n = (int64_t) word;

    if (n < -WORD_LIMIT || n > WORD_LIMIT) {
        return -1;
    }

    *v = ldexp((double) n, -IC_FIXED_BITS);

    return 0;
}
