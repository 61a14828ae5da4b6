
/* Pairs modulo m^2: set-up and conversions. */


#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "ic_cpu.h"
#include "ic_pair.h"


#define PAIR_MIN_BITS  512
#define PAIR_ALIGN     64
#define PAIR_BYTES     (2 * IC_PAIR_MAX_BITS / 8 + 64)


static int pair_fill(ic_pair_t *pair, BN_CTX *ctx);
static int pair_lift(ic_pair_t *pair, BN_CTX *ctx);
static int pair_constant(ic_pair_t *pair, uint64_t *block, const BIGNUM *x,
    BN_CTX *ctx);
static int pair_digits(const ic_pair_t *pair, uint64_t *digits,
    unsigned count, const BIGNUM *x);
static int pair_number(const ic_pair_t *pair, BIGNUM *x,
    const uint64_t *digits);
static uint64_t pair_inverse(uint64_t m, unsigned radix);


const ic_pair_backend_t *
ic_pair_backend(void)
{
    return ic_cpu_has(IC_CPU_IFMA) && ic_pair_ifma.multiply != NULL
           ? &ic_pair_ifma : &ic_pair_portable;
}


ic_pair_t *
ic_pair_create(const ic_pair_backend_t *backend, const BIGNUM *m)
{
    unsigned    bits;
    BN_CTX     *ctx;
    ic_pair_t  *pair;

    bits = (unsigned) BN_num_bits(m);

    if (bits < PAIR_MIN_BITS || bits > IC_PAIR_MAX_BITS || bits % 256 != 0
        || !BN_is_odd(m))
    {
        return NULL;
    }

    ctx = BN_CTX_new();
    pair = calloc(1, sizeof(ic_pair_t));

    if (ctx == NULL || pair == NULL) {
        BN_CTX_free(ctx);
        free(pair);
        return NULL;
    }

    pair->backend = backend;
    pair->bits = bits;
    pair->limbs = bits / 64;
    pair->digits = backend->digits(bits);
    pair->words = 2 * (size_t) pair->digits;
    pair->block = pair->words * backend->lanes;
    pair->modulus = BN_dup(m);
    pair->square = BN_new();

    if (pair->modulus == NULL || pair->square == NULL
        || !BN_sqr(pair->square, m, ctx) || pair_fill(pair, ctx) != 0)
    {
        ic_pair_destroy(pair);
        pair = NULL;
    }

    BN_CTX_free(ctx);

    return pair;
}


void
ic_pair_destroy(ic_pair_t *pair)
{
    if (pair == NULL) {
        return;
    }

    BN_clear_free(pair->modulus);
    BN_clear_free(pair->square);
    ic_pair_blocks_free(pair, pair->m, 1);
    ic_pair_blocks_free(pair, pair->k, 1);
    ic_pair_blocks_free(pair, pair->r2, 1);
    ic_pair_blocks_free(pair, pair->r3, 1);
    ic_pair_blocks_free(pair, pair->one, 1);
    ic_pair_blocks_free(pair, pair->one_row, 1);
    ic_pair_blocks_free(pair, pair->unit, 1);
    free(pair);
}


/* All that is made of m: its digits, K, powers of R. */
static int
pair_fill(ic_pair_t *pair, BN_CTX *ctx)
{
    int        rc;
    BIGNUM    *power;
    uint64_t  *rows[IC_PAIR_LANES] = { NULL };
    unsigned   i;

    uint64_t **const  all[] = {
        &pair->m, &pair->k, &pair->one_row,
        &pair->unit, &pair->one, &pair->r2, &pair->r3    /* 1, R, R^2, R^3 */
    };

    for (i = 0; i < 7; i++) {
        *all[i] = ic_pair_blocks(pair, 1);

        if (*all[i] == NULL) {
            return -1;
        }
    }

    BN_CTX_start(ctx);
    power = BN_CTX_get(ctx);

    rc = power != NULL && BN_one(power)
         && pair_digits(pair, pair->m, pair->digits, pair->modulus) == 0
         && pair_lift(pair, ctx) == 0 ? 0 : -1;

    for (i = 3; rc == 0 && i < 7; i++) {
        rc = pair_constant(pair, *all[i], power, ctx) == 0
             && BN_lshift(power, power, (int) (pair->backend->radix
                                               * pair->digits))
             && BN_mod(power, power, pair->square, ctx) ? 0 : -1;
    }

    BN_CTX_end(ctx);

    rows[0] = pair->one_row;
    pair->backend->store(pair, rows, pair->one);
    pair->inverse = pair_inverse(pair->m[0], pair->backend->radix);

    return rc;
}


/*
 * K, the smallest multiple of m that is not below R, its digits with borrows:
 * every one of K - Q is then not negative.
 */
static int
pair_lift(ic_pair_t *pair, BN_CTX *ctx)
{
    int       rc;
    BIGNUM   *k, *rest;
    unsigned  i, radix;

    radix = pair->backend->radix;

    if (radix == 64) {
        return 0;
    }

    BN_CTX_start(ctx);
    k = BN_CTX_get(ctx);
    rest = BN_CTX_get(ctx);

    rc = rest != NULL && BN_one(k)
         && BN_lshift(k, k, (int) (radix * pair->digits))
         && BN_mod(rest, k, pair->modulus, ctx)
         && BN_sub(k, k, rest) && BN_add(k, k, pair->modulus)
         && pair_digits(pair, pair->k, pair->digits + 1, k) == 0 ? 0 : -1;

    BN_CTX_end(ctx);

    pair->k[0] += (uint64_t) 1 << radix;

    for (i = 1; i < pair->digits; i++) {
        pair->k[i] += ((uint64_t) 1 << radix) - 1;
    }

    pair->k[i]--;

    return rc;
}


/* x in all lanes, plain: once for a key, so a division will do. */
static int
pair_constant(ic_pair_t *pair, uint64_t *block, const BIGNUM *x, BN_CTX *ctx)
{
    int              rc;
    BIGNUM          *a, *b;
    unsigned         lane;
    uint64_t        *row;
    const uint64_t  *rows[IC_PAIR_LANES];

    row = ic_pair_blocks(pair, 1);
    if (row == NULL) {
        return -1;
    }

    BN_CTX_start(ctx);
    a = BN_CTX_get(ctx);
    b = BN_CTX_get(ctx);

    rc = b != NULL && BN_div(b, a, x, pair->modulus, ctx)
         && pair_digits(pair, row, pair->digits, a) == 0
         && pair_digits(pair, row + pair->digits, pair->digits, b) == 0
         ? 0 : -1;

    BN_CTX_end(ctx);

    for (lane = 0; lane < IC_PAIR_LANES; lane++) {
        rows[lane] = row;
    }

    pair->backend->load(pair, block, rows);
    ic_pair_blocks_free(pair, row, 1);

    return rc;
}


/* -1 / m modulo 2^radix, by Newton: each step doubles the bits. */
static uint64_t
pair_inverse(uint64_t m, unsigned radix)
{
    uint64_t  x;
    unsigned  i;

    x = m;                                   /* 3 bits */

    for (i = 0; i < 5; i++) {
        x *= 2 - m * x;
    }

    x = 0 - x;

    return radix == 64 ? x : x & (((uint64_t) 1 << radix) - 1);
}


static int
pair_digits(const ic_pair_t *pair, uint64_t *digits, unsigned count,
    const BIGNUM *x)
{
    u_char    bytes[PAIR_BYTES];
    unsigned  i, k, bit, radix;
    uint64_t  low, high;

    radix = pair->backend->radix;
    memset(bytes, 0, sizeof(bytes));

    if (BN_bn2lebinpad(x, bytes, PAIR_BYTES - 16) < 0) {
        return -1;
    }

    for (i = 0; i < count; i++) {
        bit = i * radix;
        low = high = 0;

        for (k = 0; k < 8; k++) {
            low |= (uint64_t) bytes[bit / 8 + k] << (8 * k);
        }

        high = bytes[bit / 8 + 8];
        digits[i] = bit % 8 == 0 ? low
                                 : low >> (bit % 8) | high << (64 - bit % 8);

        if (radix < 64) {
            digits[i] &= ((uint64_t) 1 << radix) - 1;
        }
    }

    OPENSSL_cleanse(bytes, sizeof(bytes));

    return 0;
}


/* One half of a row. */
static int
pair_number(const ic_pair_t *pair, BIGNUM *x, const uint64_t *digits)
{
    int       rc;
    u_char    bytes[PAIR_BYTES];
    unsigned  i, k, bit;
    uint64_t  shifted;

    memset(bytes, 0, sizeof(bytes));

    for (i = 0; i < pair->digits; i++) {
        bit = i * pair->backend->radix;
        shifted = digits[i] << (bit % 8);

        for (k = 0; k < 8; k++) {
            bytes[bit / 8 + k] |= (u_char) (shifted >> (8 * k));
        }

        if (bit % 8 != 0) {
            bytes[bit / 8 + 8] |= (u_char) (digits[i] >> (64 - bit % 8));
        }
    }

    rc = BN_lebin2bn(bytes, PAIR_BYTES, x) == NULL ? -1 : 0;
    OPENSSL_cleanse(bytes, sizeof(bytes));

    return rc;
}


uint64_t *
ic_pair_blocks(const ic_pair_t *pair, size_t count)
{
    size_t     bytes;
    uint64_t  *blocks;

    if (__builtin_mul_overflow(count, pair->block * sizeof(uint64_t), &bytes)
        || bytes > SIZE_MAX - PAIR_ALIGN)
    {
        return NULL;
    }

    bytes = (bytes + PAIR_ALIGN - 1) / PAIR_ALIGN * PAIR_ALIGN;
    blocks = aligned_alloc(PAIR_ALIGN, bytes == 0 ? PAIR_ALIGN : bytes);

    if (blocks != NULL) {
        memset(blocks, 0, bytes);
    }

    return blocks;
}


void
ic_pair_blocks_free(const ic_pair_t *pair, uint64_t *blocks, size_t count)
{
    if (blocks != NULL) {
        OPENSSL_cleanse(blocks, count * pair->block * sizeof(uint64_t));
        free(blocks);
    }
}


int
ic_pair_enter(const ic_pair_t *pair, uint64_t *block,
    const BIGNUM *const *x, unsigned count)
{
    size_t           bytes;
    uint64_t         limbs[IC_PAIR_LANES][2 * IC_PAIR_MAX_BITS / 64];
    unsigned         lane;
    const uint64_t  *at[IC_PAIR_LANES];

    bytes = 2 * pair->limbs * sizeof(uint64_t);

    /* lanes without a number do what the first one does */

    for (lane = 0; lane < pair->backend->lanes; lane++) {
        at[lane] = limbs[lane < count ? lane : 0];

        if (lane < count
            && BN_bn2lebinpad(x[lane], (u_char *) limbs[lane], (int) bytes)
               < 0)
        {
            return -1;
        }
    }

    pair->backend->enter(pair, block, at);
    pair->backend->multiply(pair, block, block, pair->r3);
    OPENSSL_cleanse(limbs, sizeof(limbs));

    return 0;
}


int
ic_pair_halves(const ic_pair_t *pair, BIGNUM *const *a, BIGNUM *const *b,
    const uint64_t *block, unsigned count)
{
    int        rc;
    unsigned   lane;
    uint64_t  *rows, *at[IC_PAIR_LANES];

    rows = ic_pair_blocks(pair, 1);
    if (rows == NULL) {
        return -1;
    }

    for (lane = 0; lane < pair->backend->lanes; lane++) {
        at[lane] = rows + lane * pair->words;
    }

    pair->backend->store(pair, at, block);
    rc = 0;

    for (lane = 0; rc == 0 && lane < count; lane++) {
        rc = pair_number(pair, a[lane], at[lane]) == 0
             && pair_number(pair, b[lane], at[lane] + pair->digits) == 0
             ? 0 : -1;
    }

    ic_pair_blocks_free(pair, rows, 1);

    return rc;
}


int
ic_pair_leave(const ic_pair_t *pair, BIGNUM *const *x, const uint64_t *block,
    unsigned count, bool plain)
{
    int        rc;
    BIGNUM    *high[IC_PAIR_LANES];
    BN_CTX    *ctx;
    uint64_t  *space;
    unsigned   lane;

    memset(high, 0, sizeof(high));
    space = ic_pair_blocks(pair, 1);
    ctx = BN_CTX_new();
    rc = space == NULL || ctx == NULL ? -1 : 0;

    if (rc == 0 && !plain) {
        pair->backend->multiply(pair, space, block, pair->unit);
        block = space;
    }

    for (lane = 0; lane < count; lane++) {
        high[lane] = BN_new();
        rc = high[lane] == NULL ? -1 : rc;
    }

    if (rc == 0) {
        rc = ic_pair_halves(pair, x, high, block, count);
    }

    for (lane = 0; lane < count; lane++) {
        if (rc == 0
            && (!BN_mul(high[lane], high[lane], pair->modulus, ctx)
                || !BN_add(x[lane], x[lane], high[lane])))
        {
            rc = -1;
        }

        /* below 2 m^2 + 2 m */

        while (rc == 0 && BN_cmp(x[lane], pair->square) >= 0) {
            rc = BN_sub(x[lane], x[lane], pair->square) ? 0 : -1;
        }

        BN_clear_free(high[lane]);
    }

    BN_CTX_free(ctx);
    ic_pair_blocks_free(pair, space, 1);

    return rc;
}


int
ic_pair_plaintexts(const ic_pair_t *pair, uint64_t *block,
    const BIGNUM *const *b, unsigned count)
{
    int              rc;
    unsigned         lane;
    uint64_t        *rows;
    const uint64_t  *at[IC_PAIR_LANES];

    rows = ic_pair_blocks(pair, 1);
    if (rows == NULL) {
        return -1;
    }

    rc = 0;

    for (lane = 0; lane < pair->backend->lanes; lane++) {
        at[lane] = rows + lane * pair->words;
        rows[lane * pair->words] = 1;

        if (rc == 0 && lane < count) {
            rc = pair_digits(pair, rows + lane * pair->words + pair->digits,
                             pair->digits, b[lane]);
        }
    }

    pair->backend->load(pair, block, at);
    ic_pair_blocks_free(pair, rows, 1);

    return rc;
}
