
/*
 * Pairs on any machine: limbs of 64 bits by GMP's mpn functions, one element
 * at a time, R = 2^bits. Both halves stay below m, by subtractions that are
 * always done and kept by mask. Products are row by row or those of
 * mpn_sec_*: the others take shortcuts that depend on the numbers.
 */


#include <gmp.h>
#include <string.h>

#include "ic_limbs.h"
#include "ic_pair.h"


#define PAIR_MOST   (IC_PAIR_MAX_BITS / 64)
#define PAIR_ROWS   24                       /* limbs from which they pay */
#define PAIR_EIGHT  8                        /* bits: a multiple of 256 */
#define PAIR_SPACE  (16 * PAIR_MOST)         /* of mpn_sec_*, at most */


static unsigned pair_digits(unsigned bits);
static void pair_multiply(const ic_pair_t *pair, uint64_t *r,
    const uint64_t *a, const uint64_t *b);
static void pair_square(const ic_pair_t *pair, uint64_t *r,
    const uint64_t *a);
static void pair_load(const ic_pair_t *pair, uint64_t *block,
    const uint64_t *const *rows);
static void pair_store(const ic_pair_t *pair, uint64_t *const *rows,
    const uint64_t *block);
static void pair_pick(const ic_pair_t *pair, uint64_t *r,
    const uint64_t *blocks, unsigned count, const uint32_t *index);
static void pair_enter(const ic_pair_t *pair, uint64_t *block,
    const uint64_t *const *limbs);
static void pair_product(const ic_pair_t *pair, mp_limb_t *r,
    const mp_limb_t *a, const mp_limb_t *b);
static void pair_own_product(const ic_pair_t *pair, mp_limb_t *r,
    const mp_limb_t *a);
static mp_limb_t pair_reduce(const ic_pair_t *pair, mp_limb_t *t,
    mp_limb_t *q, mp_limb_t *wide);
static mp_limb_t pair_subtract(const ic_pair_t *pair, mp_limb_t *r,
    mp_limb_t carry);
static void pair_half(const ic_pair_t *pair, mp_limb_t *r, mp_limb_t *wide,
    mp_limb_t carry, const mp_limb_t *q, mp_limb_t taken);


const ic_pair_backend_t  ic_pair_portable = {
    "portable", 1, pair_digits, 64, pair_multiply, pair_square,
    pair_load, pair_store, pair_pick, pair_pick, pair_enter
};


static unsigned
pair_digits(unsigned bits)
{
    return bits / 64;
}


static void
pair_multiply(const ic_pair_t *pair, uint64_t *r, const uint64_t *a,
    const uint64_t *b)
{
    unsigned   n;
    mp_limb_t  wide[2 * PAIR_MOST], cross[2 * PAIR_MOST], q[PAIR_MOST];
    mp_limb_t  t[PAIR_MOST], taken, carry;

    n = pair->digits;

    pair_product(pair, wide, a, b);
    taken = pair_reduce(pair, t, q, wide);

    pair_product(pair, wide, a, b + n);
    pair_product(pair, cross, a + n, b);
    carry = mpn_add_n(wide, wide, cross, 2 * n);

    pair_half(pair, r + n, wide, carry, q, taken);
    memcpy(r, t, n * sizeof(mp_limb_t));
}


static void
pair_square(const ic_pair_t *pair, uint64_t *r, const uint64_t *a)
{
    unsigned   n;
    mp_limb_t  wide[2 * PAIR_MOST], q[PAIR_MOST], t[PAIR_MOST], taken, carry;

    n = pair->digits;

    pair_own_product(pair, wide, a);
    taken = pair_reduce(pair, t, q, wide);

    pair_product(pair, wide, a, a + n);
    carry = mpn_lshift(wide, wide, 2 * n, 1);

    pair_half(pair, r + n, wide, carry, q, taken);
    memcpy(r, t, n * sizeof(mp_limb_t));
}


static void
pair_product(const ic_pair_t *pair, mp_limb_t *r, const mp_limb_t *a,
    const mp_limb_t *b)
{
    unsigned          i, n;
    mp_limb_t         space[PAIR_SPACE];
    ic_limbs_add_pt   add;

    n = pair->digits;
    add = ic_limbs_add(n);

    if (add == ic_limbs_add_gmp || n < PAIR_ROWS) {
        mpn_sec_mul(r, a, n, b, n, space);
        return;
    }

    memset(r, 0, n * sizeof(mp_limb_t));

    for (i = 0; i < n; i++) {
        r[n + i] = add(r + i, a, n, b[i]);
    }
}


static void
pair_own_product(const ic_pair_t *pair, mp_limb_t *r, const mp_limb_t *a)
{
    mp_limb_t  space[PAIR_SPACE];

    mpn_sec_sqr(r, a, pair->digits, space);
}


/*
 * t = (wide + Q m) / R, below m; q = Q. What was subtracted, 0 or 1 times m,
 * is one more in b. wide < m R, overwritten.
 */
static mp_limb_t
pair_reduce(const ic_pair_t *pair, mp_limb_t *t, mp_limb_t *q,
    mp_limb_t *wide)
{
    unsigned          i, n;
    mp_limb_t         carry;
    ic_limbs_add_pt   add;

    n = pair->digits;
    add = ic_limbs_add(n);

    for (i = 0; i < n; i++) {
        q[i] = wide[i] * pair->inverse;
        wide[i] = add(wide + i, pair->m, n, q[i]);
    }

    carry = mpn_add_n(t, wide + n, wide, n);

    return pair_subtract(pair, t, carry);
}


/* r + carry R, below 2 m, less m if it is not below m. 1 if so. */
static mp_limb_t
pair_subtract(const ic_pair_t *pair, mp_limb_t *r, mp_limb_t carry)
{
    unsigned   i, n;
    mp_limb_t  less[PAIR_MOST], borrow, mask;

    n = pair->digits;
    borrow = mpn_sub_n(less, r, pair->m, n);

    /* below m: no carry to pay the borrow */
    mask = (mp_limb_t) 0 - (borrow & (carry ^ 1));

    for (i = 0; i < n; i++) {
        r[i] = (r[i] & mask) | (less[i] & ~mask);
    }

    return mask + 1;
}


/*
 * r = REDC(wide + carry R^2 + 2 m - Q + taken R), below m; the sum is below
 * 2 m R, and m R is taken from it if it is not below that.
 */
static void
pair_half(const ic_pair_t *pair, mp_limb_t *r, mp_limb_t *wide,
    mp_limb_t carry, const mp_limb_t *q, mp_limb_t taken)
{
    unsigned   n;
    mp_limb_t  lift[PAIR_MOST + 1], rest[PAIR_MOST];

    n = pair->digits;

    lift[n] = mpn_lshift(lift, pair->m, n, 1);
    lift[n] -= mpn_sub_n(lift, lift, q, n);
    lift[n] += taken;

    carry += mpn_add_1(wide + n, wide + n, n,
                       lift[n] + mpn_add_n(wide, wide, lift, n));
    (void) pair_subtract(pair, wide + n, carry);
    (void) pair_reduce(pair, r, rest, wide);
}


static void
pair_load(const ic_pair_t *pair, uint64_t *block, const uint64_t *const *rows)
{
    memcpy(block, rows[0], pair->words * sizeof(uint64_t));
}


static void
pair_store(const ic_pair_t *pair, uint64_t *const *rows,
    const uint64_t *block)
{
    if (rows[0] != NULL) {
        memcpy(rows[0], block, pair->words * sizeof(uint64_t));
    }
}


/* A block is a row here. Eight words at a time stay in registers. */
static void
pair_pick(const ic_pair_t *pair, uint64_t *r, const uint64_t *blocks,
    unsigned count, const uint32_t *index)
{
    size_t           first;
    uint64_t         mask, sum[PAIR_EIGHT];
    unsigned         t, i;
    const uint64_t  *from;

    for (first = 0; first < pair->words; first += PAIR_EIGHT) {
        memset(sum, 0, sizeof(sum));
        from = blocks + first;

        for (t = 0; t < count; t++) {
            mask = (uint64_t) (t ^ index[0]);
            mask = ((mask | (0 - mask)) >> 63) - 1;

            for (i = 0; i < PAIR_EIGHT; i++) {
                sum[i] |= from[i] & mask;
            }

            from += pair->words;
        }

        memcpy(r + first, sum, sizeof(sum));
    }
}


/* The upper half of x is below R < 2 m: once less m, x is below m R. */
static void
pair_enter(const ic_pair_t *pair, uint64_t *block,
    const uint64_t *const *limbs)
{
    unsigned   n;
    mp_limb_t  wide[2 * PAIR_MOST], q[PAIR_MOST], taken;

    n = pair->digits;

    memcpy(wide, limbs[0], 2 * n * sizeof(mp_limb_t));
    (void) pair_subtract(pair, wide + n, 0);
    taken = pair_reduce(pair, block, q, wide);

    memset(wide, 0, 2 * n * sizeof(mp_limb_t));
    pair_half(pair, block + n, wide, 0, q, taken);
}
