
/*
 * Blinds on Curve25519: multiplication by scalars as they are, against affine
 * arithmetic with big numbers, and blind, multiply, unblind against multiply.
 */


#include <openssl/bn.h>
#include <stdlib.h>
#include <time.h>

#include "../../src/math/ic_cpu.h"
#include "../../src/math/ic_x25519.h"
#include "tap.h"


typedef struct {
    BIGNUM  *x;
    BIGNUM  *y;
    int      infinite;
} point_t;


static void test_backend(const ic_x25519_backend_t *b);
static void test_blind(const ic_x25519_backend_t *b);
static void test_fresh(void);
static void multiply(u_char *out, const u_char *scalar, const u_char *x);
static void add(point_t *r, const point_t *a, const point_t *b);
static void double_slope(BIGNUM *slope, const point_t *a);
static void invert(BIGNUM *r, const BIGNUM *a);
static void fill(u_char *bytes, size_t len);


static uint64_t   state;
static BIGNUM    *prime, *j;
static BN_CTX    *ctx;


int
main(void)
{
    const char  *seed;

    seed = getenv("IC_SEED");
    state = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t) time(NULL);
    printf("# IC_SEED=%llu\n", (unsigned long long) state);

    ctx = BN_CTX_new();
    prime = BN_new();
    j = BN_new();
    BN_set_bit(prime, 255);
    BN_sub_word(prime, 19);
    BN_set_word(j, 486662);

    test_backend(&ic_x25519_portable);
    test_blind(&ic_x25519_portable);

    if (ic_cpu_has(IC_CPU_IFMA) && ic_x25519_ifma.multiply != NULL) {
        test_backend(&ic_x25519_ifma);
        test_blind(&ic_x25519_ifma);

    } else {
        printf("# no AVX-512 IFMA here: its tests are left out\n");
    }

    test_fresh();

    BN_free(prime);
    BN_free(j);
    BN_CTX_free(ctx);

    return done();
}


static void
test_backend(const ic_x25519_backend_t *b)
{
    u_char    scalar[32], points[9 * 32], out[9 * 32], expected[32];
    unsigned  i, k, wrong;

    static const u_char  order[32] = {
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
        0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10
    };

    wrong = 0;

    for (k = 0; k < 12; k++) {
        fill(scalar, 32);
        scalar[31] &= 0x7f;

        if (k < 5) {                         /* 0 to 3, and 2^255 - 1 */
            memset(scalar, k < 4 ? 0 : 0xff, 32);
            scalar[0] = k < 4 ? (u_char) k : 0xff;
            scalar[31] &= 0x7f;

        } else if (k < 8) {                  /* around the order */
            memcpy(scalar, order, 32);
            scalar[0] = (u_char) (scalar[0] + k - 6);
        }

        fill(points, sizeof(points));
        b->map(points, points, 9);
        b->multiply_plain(out, scalar, points, 9);

        for (i = 0; i < 9; i += 4) {
            multiply(expected, scalar, points + 32 * i);
            wrong += memcmp(out + 32 * i, expected, 32) != 0;
        }
    }

    is_int(wrong, 0, "%s: scalars as they are, edges among them", b->name);
}


static void
test_blind(const ic_x25519_backend_t *b)
{
    u_char    k[32], blind[32], unblind[32], point[32], one[32], two[32];
    unsigned  i, wrong, odd;

    wrong = odd = 0;

    for (i = 0; i < 64; i++) {
        fill(point, 32);
        b->map(point, point, 1);

        wrong += ic_x25519_scalar(k) != 0
                 || ic_x25519_blind(blind, unblind) != 0;
        odd += (blind[0] & 7) != 0 || blind[31] > 0x7f || unblind[31] > 0x10;

        b->multiply_plain(one, blind, point, 1);
        wrong += memcmp(one, point, 32) == 0;
        b->multiply(one, k, one, 1);
        b->multiply_plain(one, unblind, one, 1);
        b->multiply(two, k, point, 1);
        wrong += memcmp(one, two, 32) != 0;
    }

    is_int(wrong, 0, "%s: unblinded is multiplied directly", b->name);
    is_int(odd, 0, "blinds clear the cofactor, inverses are below the order");
}


static void
test_fresh(void)
{
    u_char  a[32], b[32], c[32];

    ok(ic_x25519_blind(a, c) == 0 && ic_x25519_blind(b, c) == 0
       && memcmp(a, b, 32) != 0, "every blind is another");
}


/* By the chord and tangent of y^2 = x^3 + J x^2 + x; out: x, or 0. */

static void
multiply(u_char *out, const u_char *scalar, const u_char *x)
{
    int      bit;
    BIGNUM  *t;
    point_t  p, r, sum;

    p.x = BN_lebin2bn(x, 32, NULL);
    p.y = BN_new();
    p.infinite = 0;
    r.x = BN_new();
    r.y = BN_new();
    r.infinite = 1;
    sum.x = BN_new();
    sum.y = BN_new();
    t = BN_new();

    /* y = sqrt(x (x (x + J) + 1)) */
    BN_mod_add(t, p.x, j, prime, ctx);
    BN_mod_mul(t, t, p.x, prime, ctx);
    BN_add_word(t, 1);
    BN_mod_mul(t, t, p.x, prime, ctx);
    ok(BN_mod_sqrt(p.y, t, prime, ctx) != NULL, "a point of the curve");

    for (bit = 254; bit >= 0; bit--) {
        add(&sum, &r, &r);
        r.infinite = sum.infinite;
        BN_copy(r.x, sum.x);
        BN_copy(r.y, sum.y);

        if (scalar[bit / 8] >> (bit % 8) & 1) {
            add(&sum, &r, &p);
            r.infinite = sum.infinite;
            BN_copy(r.x, sum.x);
            BN_copy(r.y, sum.y);
        }
    }

    memset(out, 0, 32);

    if (!r.infinite) {
        BN_bn2lebinpad(r.x, out, 32);
    }

    BN_free(p.x);
    BN_free(p.y);
    BN_free(r.x);
    BN_free(r.y);
    BN_free(sum.x);
    BN_free(sum.y);
    BN_free(t);
}


static void
add(point_t *r, const point_t *a, const point_t *b)
{
    BIGNUM  *slope, *t;

    if (a->infinite || b->infinite) {
        r->infinite = a->infinite && b->infinite;
        BN_copy(r->x, a->infinite ? b->x : a->x);
        BN_copy(r->y, a->infinite ? b->y : a->y);
        return;
    }

    slope = BN_new();
    t = BN_new();
    BN_mod_add(t, a->y, b->y, prime, ctx);
    r->infinite = BN_cmp(a->x, b->x) == 0 && BN_is_zero(t);

    if (!r->infinite) {

        if (BN_cmp(a->x, b->x) == 0) {
            double_slope(slope, a);

        } else {
            BN_mod_sub(t, b->x, a->x, prime, ctx);
            invert(t, t);
            BN_mod_sub(slope, b->y, a->y, prime, ctx);
            BN_mod_mul(slope, slope, t, prime, ctx);
        }

        BN_mod_sqr(r->x, slope, prime, ctx);
        BN_mod_sub(r->x, r->x, j, prime, ctx);
        BN_mod_sub(r->x, r->x, a->x, prime, ctx);
        BN_mod_sub(r->x, r->x, b->x, prime, ctx);

        BN_mod_sub(t, a->x, r->x, prime, ctx);
        BN_mod_mul(t, t, slope, prime, ctx);
        BN_mod_sub(r->y, t, a->y, prime, ctx);
    }

    BN_free(slope);
    BN_free(t);
}


/* (3 x^2 + 2 J x + 1) / 2 y */

static void
double_slope(BIGNUM *slope, const point_t *a)
{
    BIGNUM  *t;

    t = BN_new();
    BN_mod_sqr(slope, a->x, prime, ctx);
    BN_mul_word(slope, 3);
    BN_mod_mul(t, a->x, j, prime, ctx);
    BN_mul_word(t, 2);
    BN_add(slope, slope, t);
    BN_add_word(slope, 1);
    BN_mod_add(t, a->y, a->y, prime, ctx);
    invert(t, t);
    BN_mod_mul(slope, slope, t, prime, ctx);
    BN_free(t);
}


static void
invert(BIGNUM *r, const BIGNUM *a)
{
    if (BN_mod_inverse(r, a, prime, ctx) == NULL) {
        BN_zero(r);
    }
}


/* splitmix64 */

static void
fill(u_char *bytes, size_t len)
{
    size_t    i;
    uint64_t  z;

    z = 0;

    for (i = 0; i < len; i++) {

        if (i % 8 == 0) {
            z = state += 0x9e3779b97f4a7c15u;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
            z ^= z >> 31;
        }

        bytes[i] = (u_char) (z >> (8 * (i % 8)));
    }
}
