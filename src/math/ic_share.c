
/* Additive sharing in Z_2^64: local steps. */


#include <math.h>
#include <string.h>

#include "ic_share.h"


static void share_transpose(uint64_t block[64]);


int
ic_share_encode(double v, unsigned bits, uint64_t *word)
{
    double  scaled;

    scaled = rint(ldexp(v, (int) bits));

    /* written so that NaN fails */

    if (bits > IC_SHARE_MAX_BITS || !(fabs(scaled) < IC_SHARE_LIMIT)) {
        return -1;
    }

    *word = (uint64_t) (int64_t) scaled;

    return 0;
}


double
ic_share_decode(uint64_t word, unsigned bits)
{
    return ldexp((double) (int64_t) word, -(int) bits);
}


int
ic_share_split(const u_char *const *keys, unsigned count, uint64_t first,
    uint64_t *words, size_t n)
{
    unsigned  i;

    for (i = 0; i < count; i++) {
        if (ic_stream_add(keys[i], first, -1, words, n) != 0) {
            return -1;
        }
    }

    return 0;
}


int
ic_share_expand(const u_char key[IC_STREAM_KEY], uint64_t first,
    uint64_t *words, size_t n)
{
    memset(words, 0, n * sizeof(uint64_t));

    return ic_stream_add(key, first, 1, words, n);
}


void
ic_share_add(uint64_t *r, const uint64_t *a, const uint64_t *b, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        r[i] = a[i] + b[i];
    }
}


void
ic_share_subtract(uint64_t *r, const uint64_t *a, const uint64_t *b,
    size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        r[i] = a[i] - b[i];
    }
}


void
ic_share_scale(uint64_t *r, const uint64_t *a, uint64_t k, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        r[i] = a[i] * k;
    }
}


void
ic_share_xor(uint64_t *r, const uint64_t *a, const uint64_t *b, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        r[i] = a[i] ^ b[i];
    }
}


void
ic_share_product(uint64_t *r, const uint64_t *d, const uint64_t *e,
    const uint64_t *a, const uint64_t *b, const uint64_t *c, bool first,
    size_t n)
{
    size_t    i;
    uint64_t  one;

    one = first;

    for (i = 0; i < n; i++) {
        r[i] = c[i] + d[i] * b[i] + e[i] * (a[i] + one * d[i]);
    }
}


void
ic_share_and(uint64_t *r, const uint64_t *d, const uint64_t *e,
    const uint64_t *a, const uint64_t *b, const uint64_t *c, bool first,
    size_t n)
{
    size_t    i;
    uint64_t  one;

    one = 0 - (uint64_t) first;

    for (i = 0; i < n; i++) {
        r[i] = c[i] ^ (d[i] & b[i]) ^ (e[i] & (a[i] ^ (one & d[i])));
    }
}


/*
 * x + lift + (mask mod 2^63) = (open mod 2^63) + over 2^63, where over is
 * whether bits 63 of open and mask differ. Shifted, the low halves carry at
 * most one.
 */

void
ic_share_shift_masked(uint64_t *r, const uint64_t *open,
    const uint64_t *low, const uint64_t *top, unsigned bits, bool first,
    size_t n)
{
    size_t    i;
    uint64_t  c, one, over, public;

    one = first;

    for (i = 0; i < n; i++) {
        c = open[i] >> 63;
        over = top[i] - 2 * c * top[i] + one * c;
        public = ((open[i] << 1) >> 1 >> bits) - (IC_SHARE_LIFT >> bits);
        r[i] = one * public - low[i] + (over << (63 - bits));
    }
}


void
ic_share_shift_pair(uint64_t *r, const uint64_t *x,
    const uint64_t *wrapped, unsigned bits, bool first, size_t n)
{
    size_t    i;
    uint64_t  one;

    /* both floors lose what together may be one */

    one = first ? 1 - (IC_SHARE_LIFT >> bits) : 0;

    for (i = 0; i < n; i++) {
        r[i] = (x[i] >> bits) - (wrapped[i] << (64 - bits)) + one;
    }
}


void
ic_share_planes(uint64_t *planes, const uint64_t *words, size_t n,
    unsigned bits)
{
    size_t    i, width;
    uint64_t  block[64];
    unsigned  b;

    width = n / 64;

    for (i = 0; i < width; i++) {
        memcpy(block, words + 64 * i, sizeof(block));
        share_transpose(block);

        for (b = 0; b < bits; b++) {
            planes[b * width + i] = block[b];
        }
    }

    explicit_bzero(block, sizeof(block));
}


/* Halves, quarters and so on of a square of 64 bits change places. */

static void
share_transpose(uint64_t block[64])
{
    unsigned  size, i;
    uint64_t  mask, t;

    for (size = 32, mask = 0xffffffff; size > 0;
         size >>= 1, mask ^= mask << size)
    {
        for (i = 0; i < 64; i = (i + size + 1) & ~size) {
            t = ((block[i] >> size) ^ block[i + size]) & mask;
            block[i] ^= t << size;
            block[i + size] ^= t;
        }
    }
}


void
ic_share_unmask(uint64_t *r, const uint64_t *open, const uint64_t *mask,
    bool first, size_t n)
{
    size_t    i;
    uint64_t  bit, one;

    one = first;

    for (i = 0; i < n; i++) {
        bit = open[i / 64] >> (i % 64) & 1;
        r[i] = one * bit + mask[i] - 2 * bit * mask[i];
    }
}
