
/* P-256 and SM2. */


#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <stdlib.h>
#include <string.h>

#include "ic_short.h"


#define SHORT_BLOCK   64             /* of both hashes */
#define SHORT_DIGEST  32
#define SHORT_WIDE    48             /* L */


struct ic_short_s {
    const ic_short_curve_t  *curve;
    EC_GROUP                *group;
    EC_POINT                *point;
    BN_CTX                  *ctx;
    BN_MONT_CTX             *mont;
    EVP_MD                  *md;
    EVP_MD_CTX              *hash;
    BIGNUM                  *p;
    BIGNUM                  *a;
    BIGNUM                  *b;
    BIGNUM                  *z;
    BIGNUM                  *root;       /* of -Z */
    BIGNUM                  *sqrt;       /* (p - 3) / 4 */
    BIGNUM                  *inverse;    /* p - 2 */
    BIGNUM                  *scalar;
};


static int short_constants(ic_short_t *ec);
static int short_expand(ic_short_t *ec, const char *dst, const void *item,
    size_t len, u_char wide[2 * SHORT_DIGEST]);
static int short_block(ic_short_t *ec, const u_char *before, unsigned number,
    const char *dst, u_char out[SHORT_DIGEST]);
static int short_affine(ic_short_t *ec, BIGNUM *u, BIGNUM *x, BIGNUM *y);
static int short_fraction(ic_short_t *ec, const BIGNUM *zu, BIGNUM *num,
    BIGNUM *den, BIGNUM *x);
static int short_root(ic_short_t *ec, const BIGNUM *num, const BIGNUM *den,
    BIGNUM *y, int *square);
static int short_times(ic_short_t *ec, const u_char *scalar,
    u_char out[IC_SHORT_POINT]);
static int short_choose(BIGNUM *to, const BIGNUM *from, int yes);


const ic_short_curve_t  ic_short_p256 = {
    "P256_XMD:SHA-256_SSWU_NU_", NID_X9_62_prime256v1, "SHA256", 10
};

const ic_short_curve_t  ic_short_sm2 = {
    "SM2_XMD:SM3_SSWU_NU_", NID_sm2, "SM3", 9
};


ic_short_t *
ic_short_create(const ic_short_curve_t *curve)
{
    ic_short_t  *ec;

    ec = calloc(1, sizeof(ic_short_t));

    if (ec == NULL) {
        return NULL;
    }

    ec->curve = curve;
    ec->group = EC_GROUP_new_by_curve_name(curve->nid);
    ec->point = ec->group != NULL ? EC_POINT_new(ec->group) : NULL;
    ec->ctx = BN_CTX_secure_new();
    ec->mont = BN_MONT_CTX_new();
    ec->md = EVP_MD_fetch(NULL, curve->md, NULL);
    ec->hash = EVP_MD_CTX_new();
    ec->p = BN_new();
    ec->a = BN_new();
    ec->b = BN_new();
    ec->z = BN_new();
    ec->root = BN_new();
    ec->sqrt = BN_new();
    ec->inverse = BN_new();
    ec->scalar = BN_secure_new();

    if (ec->point == NULL || ec->ctx == NULL || ec->mont == NULL
        || ec->md == NULL || ec->hash == NULL || ec->p == NULL
        || ec->a == NULL || ec->b == NULL || ec->z == NULL
        || ec->root == NULL || ec->sqrt == NULL || ec->inverse == NULL
        || ec->scalar == NULL || short_constants(ec) != 0)
    {
        ic_short_destroy(ec);
        return NULL;
    }

    return ec;
}


/* p is 3 modulo 4 for both: a root of a square is its power (p + 1) / 4. */

static int
short_constants(ic_short_t *ec)
{
    if (!EC_GROUP_get_curve(ec->group, ec->p, ec->a, ec->b, ec->ctx)
        || !BN_MONT_CTX_set(ec->mont, ec->p, ec->ctx)
        || BN_copy(ec->z, ec->p) == NULL
        || !BN_sub_word(ec->z, ec->curve->z)
        || BN_copy(ec->inverse, ec->p) == NULL
        || !BN_sub_word(ec->inverse, 2)
        || !BN_rshift(ec->sqrt, ec->p, 2)
        || !BN_set_word(ec->root, ec->curve->z)
        || !BN_add_word(ec->sqrt, 1)
        || !BN_mod_exp_mont(ec->root, ec->root, ec->sqrt, ec->p, ec->ctx,
                            ec->mont)
        || !BN_sub_word(ec->sqrt, 1))
    {
        return -1;
    }

    return 0;
}


void
ic_short_destroy(ic_short_t *ec)
{
    if (ec == NULL) {
        return;
    }

    BN_clear_free(ec->scalar);
    BN_free(ec->inverse);
    BN_free(ec->sqrt);
    BN_free(ec->root);
    BN_free(ec->z);
    BN_free(ec->b);
    BN_free(ec->a);
    BN_free(ec->p);
    EVP_MD_CTX_free(ec->hash);
    EVP_MD_free(ec->md);
    BN_MONT_CTX_free(ec->mont);
    BN_CTX_free(ec->ctx);
    EC_POINT_clear_free(ec->point);
    EC_GROUP_free(ec->group);
    free(ec);
}


int
ic_short_hash(ic_short_t *ec, const char *dst, const void *item, size_t len,
    u_char u[IC_SHORT_FIELD])
{
    int      rc;
    u_char   wide[2 * SHORT_DIGEST];
    BIGNUM  *value;

    BN_CTX_start(ec->ctx);
    value = BN_CTX_get(ec->ctx);

    rc = value != NULL && short_expand(ec, dst, item, len, wide) == 0
         && BN_bin2bn(wide, SHORT_WIDE, value) != NULL
         && BN_nnmod(value, value, ec->p, ec->ctx)
         && BN_bn2binpad(value, u, IC_SHORT_FIELD) == IC_SHORT_FIELD
         ? 0 : -1;

    if (value != NULL) {
        BN_clear(value);
    }

    BN_CTX_end(ec->ctx);
    OPENSSL_cleanse(wide, sizeof(wide));

    return rc;
}


/* expand_message_xmd for 48 bytes: two blocks. */

static int
short_expand(ic_short_t *ec, const char *dst, const void *item, size_t len,
    u_char wide[2 * SHORT_DIGEST])
{
    int                  rc;
    u_char               first[SHORT_DIGEST], mixed[SHORT_DIGEST];
    size_t               i;

    static const u_char  pad[SHORT_BLOCK];
    static const u_char  length[2] = { 0, SHORT_WIDE };

    if (!EVP_DigestInit_ex(ec->hash, ec->md, NULL)
        || !EVP_DigestUpdate(ec->hash, pad, SHORT_BLOCK)
        || !EVP_DigestUpdate(ec->hash, item, len)
        || !EVP_DigestUpdate(ec->hash, length, sizeof(length)))
    {
        return -1;
    }

    rc = short_block(ec, NULL, 0, dst, first) != 0
         || short_block(ec, first, 1, dst, wide) != 0 ? -1 : 0;

    for (i = 0; i < SHORT_DIGEST; i++) {
        mixed[i] = first[i] ^ wide[i];
    }

    if (rc == 0) {
        rc = short_block(ec, mixed, 2, dst, wide + SHORT_DIGEST);
    }

    OPENSSL_cleanse(first, sizeof(first));
    OPENSSL_cleanse(mixed, sizeof(mixed));

    return rc;
}


/* The hash of before (NULL: what was begun), a number and the domain. */

static int
short_block(ic_short_t *ec, const u_char *before, unsigned number,
    const char *dst, u_char out[SHORT_DIGEST])
{
    u_char  n, length;

    n = (u_char) number;
    length = (u_char) strlen(dst);

    return (before == NULL
            || (EVP_DigestInit_ex(ec->hash, ec->md, NULL)
                && EVP_DigestUpdate(ec->hash, before, SHORT_DIGEST)))
           && EVP_DigestUpdate(ec->hash, &n, 1)
           && EVP_DigestUpdate(ec->hash, dst, length)
           && EVP_DigestUpdate(ec->hash, &length, 1)
           && EVP_DigestFinal_ex(ec->hash, out, NULL)
           ? 0 : -1;
}


int
ic_short_map(ic_short_t *ec, const u_char u[IC_SHORT_FIELD],
    const u_char *scalar, u_char point[IC_SHORT_POINT])
{
    int      rc;
    BIGNUM  *value, *x, *y;

    BN_CTX_start(ec->ctx);
    value = BN_CTX_get(ec->ctx);
    x = BN_CTX_get(ec->ctx);
    y = BN_CTX_get(ec->ctx);

    rc = y != NULL && BN_bin2bn(u, IC_SHORT_FIELD, value) != NULL
         && short_affine(ec, value, x, y) == 0
         && EC_POINT_set_affine_coordinates(ec->group, ec->point, x, y,
                                            ec->ctx)
         ? short_times(ec, scalar, point) : -1;

    BN_CTX_end(ec->ctx);

    return rc;
}


/* RFC 9380, F.2: no branch depends on u. */

static int
short_affine(ic_short_t *ec, BIGNUM *u, BIGNUM *x, BIGNUM *y)
{
    int      ok, square;
    BIGNUM  *zu, *num, *den, *gx, *cube;

    BN_CTX_start(ec->ctx);
    zu = BN_CTX_get(ec->ctx);
    num = BN_CTX_get(ec->ctx);
    den = BN_CTX_get(ec->ctx);
    gx = BN_CTX_get(ec->ctx);
    cube = BN_CTX_get(ec->ctx);

    /* x of the first candidate is num / den, g(x) is gx / cube */

    ok = cube != NULL
         && BN_mod_sqr(zu, u, ec->p, ec->ctx)
         && BN_mod_mul(zu, zu, ec->z, ec->p, ec->ctx)
         && short_fraction(ec, zu, num, den, x) == 0
         && BN_mod_sqr(gx, num, ec->p, ec->ctx)
         && BN_mod_sqr(cube, den, ec->p, ec->ctx)
         && BN_mod_mul(y, ec->a, cube, ec->p, ec->ctx)
         && BN_mod_add(gx, gx, y, ec->p, ec->ctx)
         && BN_mod_mul(gx, gx, num, ec->p, ec->ctx)
         && BN_mod_mul(cube, cube, den, ec->p, ec->ctx)
         && BN_mod_mul(y, ec->b, cube, ec->p, ec->ctx)
         && BN_mod_add(gx, gx, y, ec->p, ec->ctx)
         && short_root(ec, gx, cube, gx, &square) == 0

         /* of the second one x is Z u^2 times as much, and y so much */

         && BN_mod_mul(x, zu, num, ec->p, ec->ctx)
         && BN_mod_mul(y, zu, u, ec->p, ec->ctx)
         && BN_mod_mul(y, y, gx, ec->p, ec->ctx);

    ok = ok && short_choose(x, num, square) == 0
         && short_choose(y, gx, square) == 0
         && BN_mod_exp_mont_consttime(den, den, ec->inverse, ec->p, ec->ctx,
                                      ec->mont)
         && BN_mod_mul(x, x, den, ec->p, ec->ctx)
         && BN_sub(num, ec->p, y)
         && short_choose(y, num, BN_is_odd(u) != BN_is_odd(y)) == 0;

    BN_CTX_end(ec->ctx);

    return ok ? 0 : -1;
}


/* num = B (t + 1), den = A (Z if t = 0, else -t) with t = zu^2 + zu. */

static int
short_fraction(ic_short_t *ec, const BIGNUM *zu, BIGNUM *num, BIGNUM *den,
    BIGNUM *x)
{
    if (!BN_mod_sqr(x, zu, ec->p, ec->ctx)
        || !BN_mod_add(x, x, zu, ec->p, ec->ctx)
        || BN_copy(num, x) == NULL
        || !BN_add_word(num, 1)
        || !BN_mod_mul(num, num, ec->b, ec->p, ec->ctx)
        || !BN_sub(den, ec->p, x))
    {
        return -1;
    }

    /* happens to nobody: u = 0, or Z u^2 = -1 */

    if (BN_is_zero(x) && BN_copy(den, ec->z) == NULL) {
        return -1;
    }

    return BN_mod_mul(den, den, ec->a, ec->p, ec->ctx) ? 0 : -1;
}


/*
 * y = root of num / den, or, if that is none, of Z num / den (RFC 9380,
 * F.2.1.2). y may be num.
 */

static int
short_root(ic_short_t *ec, const BIGNUM *num, const BIGNUM *den, BIGNUM *y,
    int *square)
{
    int      ok;
    BIGNUM  *one, *two, *check;

    BN_CTX_start(ec->ctx);
    one = BN_CTX_get(ec->ctx);
    two = BN_CTX_get(ec->ctx);
    check = BN_CTX_get(ec->ctx);

    ok = check != NULL
         && BN_mod_mul(two, num, den, ec->p, ec->ctx)
         && BN_mod_sqr(one, den, ec->p, ec->ctx)
         && BN_mod_mul(one, one, two, ec->p, ec->ctx)
         && BN_mod_exp_mont_consttime(one, one, ec->sqrt, ec->p, ec->ctx,
                                      ec->mont)
         && BN_mod_mul(one, one, two, ec->p, ec->ctx)
         && BN_mod_mul(two, one, ec->root, ec->p, ec->ctx)
         && BN_mod_sqr(check, one, ec->p, ec->ctx)
         && BN_mod_mul(check, check, den, ec->p, ec->ctx);

    if (ok) {
        *square = BN_cmp(check, num) == 0;
        ok = short_choose(two, one, *square) == 0 && BN_copy(y, two) != NULL;
    }

    BN_CTX_end(ec->ctx);

    return ok ? 0 : -1;
}


/* to = from if yes, without a branch. 0 or -1. */

static int
short_choose(BIGNUM *to, const BIGNUM *from, int yes)
{
    int       rc;
    u_char    a[IC_SHORT_FIELD], b[IC_SHORT_FIELD], mask;
    unsigned  i;

    mask = (u_char) -yes;

    if (BN_bn2binpad(to, a, IC_SHORT_FIELD) != IC_SHORT_FIELD
        || BN_bn2binpad(from, b, IC_SHORT_FIELD) != IC_SHORT_FIELD)
    {
        return -1;
    }

    for (i = 0; i < IC_SHORT_FIELD; i++) {
        a[i] ^= mask & (a[i] ^ b[i]);
    }

    rc = BN_bin2bn(a, IC_SHORT_FIELD, to) != NULL ? 0 : -1;
    OPENSSL_cleanse(a, sizeof(a));
    OPENSSL_cleanse(b, sizeof(b));

    return rc;
}


int
ic_short_multiply(ic_short_t *ec, const u_char scalar[IC_SHORT_SCALAR],
    const u_char point[IC_SHORT_POINT], u_char out[IC_SHORT_POINT])
{
    /* a single 0 is the encoding of infinity: the first byte excludes it */

    if ((point[0] != POINT_CONVERSION_COMPRESSED
         && point[0] != POINT_CONVERSION_COMPRESSED + 1)
        || !EC_POINT_oct2point(ec->group, ec->point, point, IC_SHORT_POINT,
                               ec->ctx))
    {
        return 1;
    }

    return short_times(ec, scalar, out);
}


/* ec->point times the scalar (NULL: 1). */

static int
short_times(ic_short_t *ec, const u_char *scalar,
    u_char out[IC_SHORT_POINT])
{
    if (scalar != NULL
        && (BN_bin2bn(scalar, IC_SHORT_SCALAR, ec->scalar) == NULL
            || !EC_POINT_mul(ec->group, ec->point, NULL, ec->point,
                             ec->scalar, ec->ctx)))
    {
        return -1;
    }

    return EC_POINT_point2oct(ec->group, ec->point,
                              POINT_CONVERSION_COMPRESSED, out,
                              IC_SHORT_POINT, ec->ctx)
           == IC_SHORT_POINT ? 0 : -1;
}


int
ic_short_blind(ic_short_t *ec, u_char blind[IC_SHORT_SCALAR],
    u_char unblind[IC_SHORT_SCALAR])
{
    int            ok;
    BIGNUM        *value, *power;
    BN_MONT_CTX   *mont;
    const BIGNUM  *order;

    BN_CTX_start(ec->ctx);
    value = BN_CTX_get(ec->ctx);
    power = BN_CTX_get(ec->ctx);
    order = EC_GROUP_get0_order(ec->group);
    mont = BN_MONT_CTX_new();

    ok = power != NULL && mont != NULL
         && BN_MONT_CTX_set(mont, order, ec->ctx);

    do {
        ok = ok && BN_priv_rand_range(value, order);
    } while (ok && BN_is_zero(value));

    /* by Fermat's theorem: the order is a prime */

    ok = ok && BN_bn2binpad(value, blind, IC_SHORT_SCALAR) == IC_SHORT_SCALAR
         && BN_copy(power, order) != NULL && BN_sub_word(power, 2)
         && BN_mod_exp_mont_consttime(value, value, power, order, ec->ctx,
                                      mont)
         && BN_bn2binpad(value, unblind, IC_SHORT_SCALAR)
            == IC_SHORT_SCALAR;

    if (value != NULL) {
        BN_clear(value);
    }

    BN_MONT_CTX_free(mont);
    BN_CTX_end(ec->ctx);

    return ok ? 0 : -1;
}
