
/* Curve25519 on any machine: five digits of 51 bits, one point at a time. */


#include <openssl/crypto.h>
#include <stdint.h>
#include <string.h>

#include "ic_x25519.h"


#define FE_LANES  1
#define FE_BLOCK  64
#define FE_MASK   (((uint64_t) 1 << 51) - 1)


/* Digits below 2^52 after a product, below 2^54 after a sum of those. */
typedef struct {
    uint64_t  d[5];
} fe_t;

typedef uint64_t           fe_mask_t;        /* all ones: yes */
typedef unsigned __int128  fe_wide_t;


static void fe_set(fe_t *r, uint64_t value);
static void fe_load(fe_t *r, const u_char *bytes, size_t lanes);
static void fe_store(u_char *bytes, const fe_t *a, size_t lanes);
static void fe_carry(fe_t *r, fe_wide_t *t);
static void fe_canonical(fe_t *r, const fe_t *a);
static fe_mask_t fe_is_zero(const fe_t *a);


static inline void
fe_set(fe_t *r, uint64_t value)
{
    memset(r, 0, sizeof(fe_t));
    r->d[0] = value;
}


static inline void
fe_add(fe_t *r, const fe_t *a, const fe_t *b)
{
    unsigned  i;

    for (i = 0; i < 5; i++) {
        r->d[i] = a->d[i] + b->d[i];
    }
}


/* a - b + 4 p */
static inline void
fe_subtract(fe_t *r, const fe_t *a, const fe_t *b)
{
    unsigned  i;

    r->d[0] = a->d[0] + 4 * (FE_MASK - 18) - b->d[0];

    for (i = 1; i < 5; i++) {
        r->d[i] = a->d[i] + 4 * FE_MASK - b->d[i];
    }
}


static inline void
fe_carry(fe_t *r, fe_wide_t *t)
{
    unsigned  i;
    uint64_t  carry;

    carry = 0;

    for (i = 0; i < 5; i++) {
        t[i] += carry;
        r->d[i] = (uint64_t) t[i] & FE_MASK;
        carry = (uint64_t) (t[i] >> 51);
    }

    r->d[0] += 19 * carry;
    r->d[1] += r->d[0] >> 51;
    r->d[0] &= FE_MASK;
}


static inline void
fe_multiply(fe_t *r, const fe_t *a, const fe_t *b)
{
    uint64_t   b1, b2, b3, b4;
    fe_wide_t  t[5];

    b1 = 19 * b->d[1];
    b2 = 19 * b->d[2];
    b3 = 19 * b->d[3];
    b4 = 19 * b->d[4];

#define P(i, w)  ((fe_wide_t) a->d[i] * (w))
    t[0] = P(0, b->d[0]) + P(1, b4) + P(2, b3) + P(3, b2) + P(4, b1);
    t[1] = P(0, b->d[1]) + P(1, b->d[0]) + P(2, b4) + P(3, b3) + P(4, b2);
    t[2] = P(0, b->d[2]) + P(1, b->d[1]) + P(2, b->d[0]) + P(3, b4)
           + P(4, b3);
    t[3] = P(0, b->d[3]) + P(1, b->d[2]) + P(2, b->d[1]) + P(3, b->d[0])
           + P(4, b4);
    t[4] = P(0, b->d[4]) + P(1, b->d[3]) + P(2, b->d[2]) + P(3, b->d[1])
           + P(4, b->d[0]);

    fe_carry(r, t);
}


static inline void
fe_square(fe_t *r, const fe_t *a)
{
    uint64_t   d0, d1, a3, a4;
    fe_wide_t  t[5];

    d0 = 2 * a->d[0];
    d1 = 2 * a->d[1];
    a3 = 19 * a->d[3];
    a4 = 19 * a->d[4];

    t[0] = P(0, a->d[0]) + P(1, 2 * a4) + P(2, 2 * a3);
    t[1] = P(1, d0) + P(2, 2 * a4) + P(3, a3);
    t[2] = P(2, d0) + P(1, a->d[1]) + P(3, 2 * a4);
    t[3] = P(3, d0) + P(2, d1) + P(4, a4);
    t[4] = P(4, d0) + P(3, d1) + P(2, a->d[2]);
#undef P

    fe_carry(r, t);
}


/* r = k a, k below 2^20 */
static inline void
fe_small(fe_t *r, const fe_t *a, uint64_t k)
{
    unsigned   i;
    fe_wide_t  t[5];

    for (i = 0; i < 5; i++) {
        t[i] = (fe_wide_t) a->d[i] * k;
    }

    fe_carry(r, t);
}


static inline void
fe_select(fe_t *r, fe_mask_t mask, const fe_t *yes, const fe_t *no)
{
    unsigned  i;

    for (i = 0; i < 5; i++) {
        r->d[i] = (yes->d[i] & mask) | (no->d[i] & ~mask);
    }
}


/* swap: 0 or 1 */
static inline void
fe_swap(unsigned swap, fe_t *a, fe_t *b)
{
    unsigned  i;
    uint64_t  t, mask;

    mask = 0 - (uint64_t) swap;

    for (i = 0; i < 5; i++) {
        t = (a->d[i] ^ b->d[i]) & mask;
        a->d[i] ^= t;
        b->d[i] ^= t;
    }
}


static void
fe_load(fe_t *r, const u_char *bytes, size_t lanes)
{
    uint64_t  w[4];

    memcpy(w, bytes, 32);                    /* x86-64 and arm64: LE */

    r->d[0] = w[0] & FE_MASK;
    r->d[1] = (w[0] >> 51 | w[1] << 13) & FE_MASK;
    r->d[2] = (w[1] >> 38 | w[2] << 26) & FE_MASK;
    r->d[3] = (w[2] >> 25 | w[3] << 39) & FE_MASK;
    r->d[4] = (w[3] >> 12) & FE_MASK;
}


/* Digits below 2^51, the value below p. */
static void
fe_canonical(fe_t *r, const fe_t *a)
{
    unsigned   i, round;
    uint64_t   carry;
    fe_wide_t  t[5];

    for (i = 0; i < 5; i++) {
        t[i] = a->d[i];
    }

    fe_carry(r, t);

    /* now below 2 p; 19 more show in bit 255 whether p must go */

    carry = 19;

    for (i = 0; i < 5; i++) {
        carry = (r->d[i] + carry) >> 51;
    }

    carry *= 19;

    for (round = 0; round < 5; round++) {
        carry += r->d[round];
        r->d[round] = carry & FE_MASK;
        carry >>= 51;
    }
}


static void
fe_store(u_char *bytes, const fe_t *a, size_t lanes)
{
    fe_t      c;
    uint64_t  w[4];

    fe_canonical(&c, a);

    w[0] = c.d[0] | c.d[1] << 51;
    w[1] = c.d[1] >> 13 | c.d[2] << 38;
    w[2] = c.d[2] >> 26 | c.d[3] << 25;
    w[3] = c.d[3] >> 39 | c.d[4] << 12;

    memcpy(bytes, w, 32);
}


static fe_mask_t
fe_is_zero(const fe_t *a)
{
    fe_t      c;
    uint64_t  any;

    fe_canonical(&c, a);
    any = c.d[0] | c.d[1] | c.d[2] | c.d[3] | c.d[4];

    return ((any | (0 - any)) >> 63) - 1;
}


#include "ic_x25519_curve.h"


const ic_x25519_backend_t  ic_x25519_portable = {
    "portable", curve_multiply, curve_multiply_plain, curve_map
};
