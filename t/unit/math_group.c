
/* P-256 and SM2: vectors, OpenSSL's own, edges; and what all groups keep. */


#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <stdlib.h>

#include "../../src/lib/ic_codec.h"
#include "../../src/math/ic_group.h"
#include "../../src/math/ic_short.h"
#include "tap.h"


typedef struct {
    const char  *item;
    const char  *u;
    const char  *x;
    const char  *y;
} vector_t;


/* RFC 9380, J.1.2 */
static const vector_t  p256[] = {
    { "",
      "b22d487045f80e9edcb0ecc8d4bf77833e2bf1f3a54004d7df1d57f4802d311f",
      "f871caad25ea3b59c16cf87c1894902f7e7b2c822c3d3f73596c5ace8ddd14d1",
      "87b9ae23335bee057b99bac1e68588b18b5691af476234b8971bc4f011ddc99b" },
    { "abc",
      "c7f96eadac763e176629b09ed0c11992225b3a5ae99479760601cbd69c221e58",
      "fc3f5d734e8dce41ddac49f47dd2b8a57257522a865c124ed02b92b5237befa4",
      "fe4d197ecf5a62645b9690599e1d80e82c500b22ac705a0b421fac7b47157866" }
};

/* of the definition in docs/algorithms.md, computed with other software */
static const vector_t  sm2[] = {
    { "",
      "f467ddaac3a48011de8586f47b6126899356ae7c00e5a514887ddbfd4c13cf6b",
      "7d8d319fc2e08cc024123b7e64993929a25f18750b8f762a204cd55f5911e080",
      "b82e6b836fca46ade5de7da6959069bbe1bf461efb4280c583e5250debc2dc33" },
    { "abc",
      "727ff9bc1a1c8aec3be82b1187d0e74339154d0fc5ff561345c8d0357a44714c",
      "a8f782e4befc86f3987effb9036a54969c5d318e32e7f5ae8fa647dc6f3387e7",
      "d4c37d47b15d33d64b7ca1f8917be386d331de9f88a238a7f9d2854f093e7018" },
    { "abcdef0123456789",
      "332b07ea1e53f66d950d334aa97671c27825eed3b1e7e35427a66d218369d073",
      "72fe4a7cf327e995dfde84c8e7c5be17eba6cc2a3fcb531f067e13ac72f0d8c7",
      "132a6991722f2be7c4b3e01f283f78fc876b5f7cbfc2adafa3dbe923abe156ff" }
};


static void
test_vectors(const ic_short_curve_t *curve, const vector_t *v, unsigned n)
{
    char         dst[64];
    u_char       u[32], expected[32], point[33];
    unsigned     i;
    ic_short_t  *ec;

    ec = ic_short_create(curve);
    (void) snprintf(dst, sizeof(dst), "QUUX-V01-CS02-with-%s", curve->name);

    for (i = 0; i < n; i++, v++) {
        ok(ic_short_hash(ec, dst, v->item, strlen(v->item), u) == 0
           && ic_unhex(expected, 32, ic_str(v->u)) == 0
           && memcmp(u, expected, 32) == 0,
           "%s: the field element of \"%s\"", curve->name, v->item);
        ok(ic_short_map(ec, u, NULL, point) == 0
           && ic_unhex(expected, 32, ic_str(v->x)) == 0
           && memcmp(point + 1, expected, 32) == 0, "... its x");
        ok(ic_unhex(expected, 32, ic_str(v->y)) == 0
           && point[0] == (expected[31] & 1) + 2, "... the sign of its y");
    }

    memset(u, 0, 32);
    ok(ic_short_map(ec, u, NULL, point) == 0, "0 is mapped too");
    ic_short_destroy(ec);
}


/* k (x, y) by OpenSSL in affine coordinates, from the compressed form. */

static void
test_multiply(const ic_short_curve_t *curve)
{
    int          i;
    u_char       k[32], inverse[32], point[33], out[33], expected[33];
    BIGNUM      *scalar;
    EC_GROUP    *group;
    EC_POINT    *p;
    ic_short_t  *ec;

    ec = ic_short_create(curve);
    group = EC_GROUP_new_by_curve_name(curve->nid);
    p = EC_POINT_new(group);

    for (i = 0; i < 20; i++) {
        ok(ic_short_blind(ec, k, inverse) == 0
           && ic_short_map(ec, inverse, NULL, point) == 0
           && ic_short_multiply(ec, k, point, out) == 0, "%s: k P",
           curve->name);
        scalar = BN_bin2bn(k, 32, NULL);
        EC_POINT_oct2point(group, p, point, 33, NULL);
        EC_POINT_mul(group, p, NULL, p, scalar, NULL);
        EC_POINT_point2oct(group, p, POINT_CONVERSION_COMPRESSED, expected,
                           33, NULL);
        ok(memcmp(out, expected, 33) == 0, "... is OpenSSL's");
        ok(ic_short_map(ec, inverse, k, expected) == 0
           && memcmp(out, expected, 33) == 0, "... also at once");
        ok(ic_short_multiply(ec, inverse, out, out) == 0
           && memcmp(out, point, 33) == 0, "the inverse undoes it");
        BN_free(scalar);
    }

    EC_POINT_free(p);
    EC_GROUP_free(group);
    ic_short_destroy(ec);
}


static void
test_refused(const ic_short_curve_t *curve)
{
    int          n, bad;
    u_char       k[32], inverse[32], point[33], out[33];
    BIGNUM      *prime;
    EC_GROUP    *group;
    ic_short_t  *ec;

    ec = ic_short_create(curve);
    (void) ic_short_blind(ec, k, inverse);
    (void) ic_short_map(ec, k, NULL, point);

    memset(out, 0, 33);
    is_int(ic_short_multiply(ec, k, out, out), 1, "infinity");
    memcpy(out, point, 33);
    out[0] = 4;
    is_int(ic_short_multiply(ec, k, out, out), 1, "another form");
    out[0] = 6;
    is_int(ic_short_multiply(ec, k, out, out), 1, "a hybrid one");
    memset(out, 0xff, 33);
    out[0] = 2;
    is_int(ic_short_multiply(ec, k, out, out), 1, "x beyond p");

    prime = BN_new();
    group = EC_GROUP_new_by_curve_name(curve->nid);
    EC_GROUP_get_curve(group, prime, NULL, NULL, NULL);
    BN_bn2binpad(prime, out + 1, 32);
    is_int(ic_short_multiply(ec, k, out, out), 1, "x = p");

    for (n = 0, bad = 0; n < 64; n++) {
        memcpy(out, point, 33);
        out[32] = (u_char) n;
        bad += ic_short_multiply(ec, k, out, out) == 1;
    }

    ok(bad > 10 && bad < 54, "%d of 64 x are of no point", bad);

    BN_free(prime);
    EC_GROUP_free(group);
    ic_short_destroy(ec);
}


/* What protocols rest on, of every group. */

static void
test_groups(const ic_group_t *group)
{
    u_char           a[32], b[32], back[32], one[2 * 33], two[2 * 33];
    u_char           plain[2 * 33];
    size_t           index, size;
    ic_group_hand_t  hand;

    size = group->size;
    ok(ic_group(group->name) == group, "%s by its name", group->name);
    ok(ic_group_open(&hand, group, "a domain") == 0
       && ic_group_secret(&hand, a, back) == 0
       && ic_group_secret(&hand, b, NULL) == 0, "secrets");

    ok(ic_group_hash(&hand, "item", 4, one) == 0
       && ic_group_hash(&hand, "other", 5, one + size) == 0, "hashes");
    memcpy(two, one, sizeof(one));
    memcpy(plain, one, sizeof(one));

    ok(ic_group_encrypt(&hand, a, one, 2) == 0
       && ic_group_encrypt(&hand, b, two, 2) == 0
       && ic_group_encrypt(&hand, b, plain, 2) == 0, "points");
    ok(memcmp(one, two, size) != 0, "secrets make a difference");
    ok(memcmp(one + group->x, one + size + group->x, 32) != 0,
       "... and items");

    ok(ic_group_multiply(&hand, b, one, 2, &index) == NULL
       && ic_group_multiply(&hand, a, two, 2, &index) == NULL
       && memcmp(one, two, 2 * size) == 0, "a b P is b a P");
    ok(ic_group_multiply(&hand, back, one, 2, &index) == NULL
       && memcmp(one, plain, 2 * size) == 0, "a is undone");

    memset(two + size, 0xff, size);
    ok(ic_group_multiply(&hand, a, two, 2, &index) != NULL && index == 1,
       "no point");
    ic_group_close(&hand);
}


int
main(void)
{
    unsigned  i;

    test_vectors(&ic_short_p256, p256, 2);
    test_vectors(&ic_short_sm2, sm2, 3);
    test_multiply(&ic_short_p256);
    test_multiply(&ic_short_sm2);
    test_refused(&ic_short_p256);
    test_refused(&ic_short_sm2);

    for (i = 0; ic_groups[i] != NULL; i++) {
        test_groups(ic_groups[i]);
    }

    ok(ic_group("ed448") == NULL, "no other one");

    return done();
}
