
/* Pairs modulo m^2 in every back end against OpenSSL's numbers. */


#include <openssl/bn.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../src/math/ic_cpu.h"
#include "../../src/math/ic_limbs.h"
#include "../../src/math/ic_pair.h"
#include "tap.h"


#define LANES  IC_PAIR_LANES


static void test_backend(const ic_pair_backend_t *backend, unsigned bits);
static void test_products(const ic_pair_t *pair);
static void test_powers(const ic_pair_t *pair);
static void test_table(const ic_pair_t *pair);
static void test_dot(const ic_pair_t *pair, size_t n, unsigned bits);
static unsigned dot_column(const ic_pair_t *pair, BIGNUM *const *c,
    const int64_t *x, size_t n, size_t columns, const uint64_t *positive,
    const uint64_t *negative);
static void test_plaintexts(const ic_pair_t *pair);
static void test_limbs(void);
static void test_create(void);
static void number(const ic_pair_t *pair, BIGNUM *x, unsigned n);
static uint64_t next(void);


static BN_CTX    *ctx;
static BIGNUM    *in[LANES], *other[LANES], *out[LANES], *expected;
static uint64_t   state;


int
main(void)
{
    unsigned     i;
    const char  *seed;

    static const unsigned  sizes[] = { 512, 1024, 1536, 2048, 3072, 4096 };

    seed = getenv("IC_SEED");
    state = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t) time(NULL);
    printf("# IC_SEED=%llu\n", (unsigned long long) state);

    ctx = BN_CTX_new();
    expected = BN_new();

    for (i = 0; i < LANES; i++) {
        in[i] = BN_new();
        other[i] = BN_new();
        out[i] = BN_new();
    }

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        test_backend(&ic_pair_portable, sizes[i]);
        ic_cpu_hide(IC_CPU_ADX);
        test_backend(&ic_pair_portable, sizes[i]);
        ic_cpu_hide(0);

        if (ic_cpu_has(IC_CPU_IFMA) && ic_pair_ifma.multiply != NULL) {
            test_backend(&ic_pair_ifma, sizes[i]);
        }
    }

    test_limbs();
    test_create();

    return done();
}


/* An odd number of all ones and one at random: both ends of the range. */
static void
test_backend(const ic_pair_backend_t *backend, unsigned bits)
{
    int         round;
    BIGNUM     *m;
    ic_pair_t  *pair;

    printf("# %s, %u bits\n", backend->name, bits);
    m = BN_new();

    for (round = 0; round < 2; round++) {
        if (round == 0) {
            BN_one(m);
            BN_lshift(m, m, (int) bits);
            BN_sub_word(m, 1);

        } else {
            BN_rand(m, (int) bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD);
        }

        pair = ic_pair_create(backend, m);
        ok(pair != NULL, "a modulus");
        test_products(pair);
        test_powers(pair);
        test_plaintexts(pair);

        if (bits <= 2048) {
            test_table(pair);
            test_dot(pair, 37, 16);
            test_dot(pair, 5, 31);
        }

        ic_pair_destroy(pair);
    }

    BN_free(m);
}


/* Long chains, so that what bounds allow is met. */
static void
test_products(const ic_pair_t *pair)
{
    unsigned   i, round, wrong, lanes;
    uint64_t  *blocks, *a, *b;

    lanes = pair->backend->lanes;
    blocks = ic_pair_blocks(pair, 2);
    a = blocks;
    b = blocks + pair->block;
    wrong = 0;

    for (round = 0; round < 4; round++) {
        for (i = 0; i < lanes; i++) {
            number(pair, in[i], round * lanes + i);
            number(pair, other[i], round * lanes + i + 5);
        }

        wrong += ic_pair_enter(pair, a, (const BIGNUM *const *) in, lanes)
                 != 0;
        wrong += ic_pair_enter(pair, b, (const BIGNUM *const *) other, lanes)
                 != 0;

        for (i = 0; i < 50; i++) {
            pair->backend->multiply(pair, a, a, b);
            pair->backend->square(pair, b, a);
            pair->backend->multiply(pair, b, b, b);
        }

        wrong += ic_pair_leave(pair, out, b, lanes, false) != 0;

        for (i = 0; i < lanes; i++) {
            unsigned  k;

            for (k = 0; k < 50; k++) {
                BN_mod_mul(in[i], in[i], other[i], pair->square, ctx);
                BN_mod_sqr(other[i], in[i], pair->square, ctx);
                BN_mod_sqr(other[i], other[i], pair->square, ctx);
            }

            wrong += BN_cmp(other[i], out[i]) != 0;
        }
    }

    is_int(wrong, 0, "products, squares, in and out");
    ic_pair_blocks_free(pair, blocks, 2);
}


static void
test_powers(const ic_pair_t *pair)
{
    BIGNUM    *exponent;
    u_char     bytes[64];
    unsigned   i, round, wrong, lanes, bits;
    uint64_t  *blocks, *r, k[LANES];

    lanes = pair->backend->lanes;
    blocks = ic_pair_blocks(pair, 2);
    r = blocks + pair->block;
    exponent = BN_new();
    wrong = 0;

    for (round = 0; round < 4; round++) {
        static const unsigned  lengths[] = { 1, 16, 63, 448 };

        bits = lengths[round];
        BN_rand(exponent, (int) bits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY);
        BN_bn2binpad(exponent, bytes, (int) (bits + 7) / 8);

        for (i = 0; i < lanes; i++) {
            number(pair, in[i], round + i);
            k[i] = next() >> (64 - (bits < 64 ? bits : 64));
        }

        (void) ic_pair_enter(pair, blocks, (const BIGNUM *const *) in, lanes);
        wrong += ic_pair_power(pair, r, blocks, bytes, bits) != 0;
        wrong += ic_pair_leave(pair, out, r, lanes, false) != 0;

        for (i = 0; i < lanes; i++) {
            BN_mod_exp(expected, in[i], exponent, pair->square, ctx);
            wrong += BN_cmp(expected, out[i]) != 0;
        }

        if (bits > 64) {
            continue;
        }

        wrong += ic_pair_powers(pair, r, blocks, k, bits) != 0;
        wrong += ic_pair_leave(pair, out, r, lanes, false) != 0;

        for (i = 0; i < lanes; i++) {
            BN_set_word(exponent, k[i]);
            BN_mod_exp(expected, in[i], exponent, pair->square, ctx);
            wrong += BN_cmp(expected, out[i]) != 0;
        }
    }

    is_int(wrong, 0, "powers, one for all lanes and one for each");
    BN_free(exponent);
    ic_pair_blocks_free(pair, blocks, 2);
}


static void
test_table(const ic_pair_t *pair)
{
    BIGNUM           *x;
    u_char            exponents[LANES * 56];
    unsigned          i, k, wrong, lanes;
    uint64_t         *r;
    ic_pair_table_t  *table;

    lanes = pair->backend->lanes;
    r = ic_pair_blocks(pair, 1);
    x = BN_new();
    wrong = 0;

    number(pair, in[0], 9);
    table = ic_pair_table_create(pair, in[0], 443);

    for (i = 0; i < lanes; i++) {
        for (k = 0; k < 56; k++) {
            exponents[i * 56 + k] = i == 0 ? 0xff : (u_char) next();
        }

        exponents[i * 56] &= 7;
    }

    ic_pair_table_power(table, r, exponents);
    wrong += ic_pair_leave(pair, out, r, lanes, false) != 0;

    for (i = 0; i < lanes; i++) {
        BN_bin2bn(exponents + i * 56, 56, x);
        BN_mod_exp(expected, in[0], x, pair->square, ctx);
        wrong += BN_cmp(expected, out[i]) != 0;
    }

    is_int(wrong, 0, "powers by a table");
    BN_free(x);
    ic_pair_table_destroy(table);
    ic_pair_blocks_free(pair, r, 1);
}


static void
test_dot(const ic_pair_t *pair, size_t n, unsigned bits)
{
    size_t      i, j, columns, width;
    BIGNUM    **c;
    int64_t    *x;
    unsigned    lanes, wrong;
    uint64_t   *rows, *results, *block, *at[LANES], *to[2][LANES];

    lanes = pair->backend->lanes;
    columns = lanes == 1 ? 3 : 5;
    width = lanes == 1 ? 1 : 4;
    rows = ic_pair_blocks(pair, n);
    results = ic_pair_blocks(pair, 2);
    block = ic_pair_blocks(pair, 1);
    x = malloc(n * columns * sizeof(int64_t));
    c = malloc(n * sizeof(BIGNUM *));
    memset(at, 0, sizeof(at));
    wrong = 0;

    for (i = 0; i < n; i++) {
        c[i] = BN_new();
        number(pair, c[i], 100);
        (void) ic_pair_enter(pair, block, (const BIGNUM *const *) &c[i], 1);
        at[0] = rows + i * pair->words;
        pair->backend->store(pair, at, block);

        for (j = 0; j < columns; j++) {
            x[i * columns + j] = (int64_t) (next() >> (64 - bits));
            x[i * columns + j] *= next() % 2 == 0 ? 1 : -1;
        }
    }

    x[0] = x[1] = 0;
    x[columns] = ((int64_t) 1 << bits) - 1;
    x[columns + 1] = -x[columns];

    for (i = 0; i < width; i++) {
        to[0][i] = results + 2 * i * pair->words;
        to[1][i] = to[0][i] + pair->words;
    }

    wrong += ic_pair_dot(pair, to[0], to[1], rows, x, n, columns, 1,
                         (unsigned) width, bits) != 0;

    for (j = 0; j < width; j++) {
        wrong += dot_column(pair, c, x + 1 + j, n, columns, to[0][j],
                            to[1][j]);
    }

    is_int(wrong, 0, "%zu rows of %u bits, products of powers", n, bits);

    for (i = 0; i < n; i++) {
        BN_free(c[i]);
    }

    free(c);
    free(x);
    ic_pair_blocks_free(pair, rows, n);
    ic_pair_blocks_free(pair, results, 2);
    ic_pair_blocks_free(pair, block, 1);
}


/* How many of the two results of a column are wrong. */
static unsigned
dot_column(const ic_pair_t *pair, BIGNUM *const *c, const int64_t *x,
    size_t n, size_t columns, const uint64_t *positive,
    const uint64_t *negative)
{
    size_t           i;
    BIGNUM          *power, *sign[2];
    uint64_t        *block;
    unsigned         lane, side, wrong;
    const uint64_t  *from[LANES];

    power = BN_new();
    sign[0] = BN_new();
    sign[1] = BN_new();
    block = ic_pair_blocks(pair, 1);
    BN_one(sign[0]);
    BN_one(sign[1]);
    wrong = 0;

    for (i = 0; i < n; i++) {
        side = x[i * columns] < 0;
        BN_set_word(power, (BN_ULONG) llabs(x[i * columns]));
        BN_mod_exp(power, c[i], power, pair->square, ctx);
        BN_mod_mul(sign[side], sign[side], power, pair->square, ctx);
    }

    for (side = 0; side < 2; side++) {
        for (lane = 0; lane < LANES; lane++) {
            from[lane] = side == 0 ? positive : negative;
        }

        pair->backend->load(pair, block, from);
        (void) ic_pair_leave(pair, out, block, 1, false);
        wrong += BN_cmp(out[0], sign[side]) != 0;
    }

    BN_free(power);
    BN_free(sign[0]);
    BN_free(sign[1]);
    ic_pair_blocks_free(pair, block, 1);

    return wrong;
}


/* (1 + b m) x, which leaves Montgomery form by that product. */
static void
test_plaintexts(const ic_pair_t *pair)
{
    unsigned   i, wrong, lanes;
    uint64_t  *blocks, *b;

    lanes = pair->backend->lanes;
    blocks = ic_pair_blocks(pair, 2);
    b = blocks + pair->block;
    wrong = 0;

    for (i = 0; i < lanes; i++) {
        number(pair, in[i], 50 + i);
        BN_rand_range(other[i], pair->modulus);
    }

    BN_zero(other[0]);
    (void) ic_pair_enter(pair, blocks, (const BIGNUM *const *) in, lanes);
    wrong += ic_pair_plaintexts(pair, b, (const BIGNUM *const *) other, lanes)
             != 0;
    pair->backend->multiply(pair, b, b, blocks);
    wrong += ic_pair_leave(pair, out, b, lanes, true) != 0;

    for (i = 0; i < lanes; i++) {
        BN_mul(expected, other[i], pair->modulus, ctx);
        BN_add_word(expected, 1);
        BN_mod_mul(expected, expected, in[i], pair->square, ctx);
        wrong += BN_cmp(expected, out[i]) != 0;
    }

    is_int(wrong, 0, "products with 1 + b m");
    ic_pair_blocks_free(pair, blocks, 2);
}


/* Both ways to add a row, all ones among the limbs. */
static void
test_limbs(void)
{
    unsigned  i, n, round, wrong;
    uint64_t  m[64], one[64], two[64], q;

    if (!ic_cpu_has(IC_CPU_ADX)) {
        printf("# no ADX here\n");
        return;
    }

    wrong = 0;

    for (round = 0; round < 4000; round++) {
        n = 8 * (1 + round % 8);
        q = round % 3 == 0 ? UINT64_MAX : next();

        for (i = 0; i < n; i++) {
            m[i] = round % 5 == 0 ? UINT64_MAX : next();
            one[i] = two[i] = round % 7 == 0 ? UINT64_MAX : next();
        }

        wrong += ic_limbs_add_gmp(one, m, n, q)
                 != ic_limbs_add_adx(two, m, n, q);
        wrong += memcmp(one, two, n * sizeof(uint64_t)) != 0;
    }

    is_int(wrong, 0, "rows of limbs, both ways");
}


static void
test_create(void)
{
    BIGNUM  *m;

    m = BN_new();
    BN_rand(m, 1024, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD);
    BN_sub_word(m, 1);
    ok(ic_pair_create(&ic_pair_portable, m) == NULL, "m is odd");
    BN_rand(m, 1023, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD);
    ok(ic_pair_create(&ic_pair_portable, m) == NULL, "of full size");
    BN_rand(m, 8192, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD);
    ok(ic_pair_create(&ic_pair_portable, m) == NULL, "not too large");
    BN_free(m);
}


/* 0, 1, m - 1, m, m + 1, m^2 - 1, then any below m^2. */
static void
number(const ic_pair_t *pair, BIGNUM *x, unsigned n)
{
    switch (n) {
    case 0:
    case 1:
        BN_set_word(x, n);
        break;
    case 2:
    case 3:
    case 4:
        BN_copy(x, pair->modulus);
        BN_sub_word(x, 1);
        BN_add_word(x, n - 2);
        break;
    case 5:
        BN_copy(x, pair->square);
        BN_sub_word(x, 1);
        break;
    default:
        BN_rand_range(x, pair->square);
    }
}


/* splitmix64 */
static uint64_t
next(void)
{
    uint64_t  z;

    z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;

    return z ^ z >> 31;
}
