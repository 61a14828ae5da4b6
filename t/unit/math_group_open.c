
/* The open protocol's ways from a key to a point, against OpenSSL alone. */


#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/sha.h>
#include <string.h>

#include "../../src/math/ic_group_open.h"
#include "tap.h"


#define KEYS  200


/* secret * x by OpenSSL's X25519. */

static void
by_evp(const u_char *secret, const u_char *x, u_char *out)
{
    size_t         len;
    EVP_PKEY      *own, *peer;
    EVP_PKEY_CTX  *ctx;

    len = 32;
    own = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, secret, 32);
    peer = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, x, 32);
    ctx = EVP_PKEY_CTX_new(own, NULL);
    (void) EVP_PKEY_derive_init(ctx);
    (void) EVP_PKEY_derive_set_peer(ctx, peer);
    (void) EVP_PKEY_derive(ctx, out, &len);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(own);
    EVP_PKEY_free(peer);
}


static void
test_direct(void)
{
    char             key[16];
    u_char           secret[32], points[KEYS][32], expected[32], x[32];
    size_t           index;
    unsigned         i, wrong;
    ic_group_hand_t  hand;

    ok(ic_group_open(&hand, &ic_group_x25519_direct, "") == 0
       && ic_group_secret(&hand, secret, NULL) == 0, "curve25519: a secret");

    for (i = 0; i < KEYS; i++) {
        (void) snprintf(key, sizeof(key), "key %u", i);
        (void) ic_group_hash(&hand, key, strlen(key), points[i]);
    }

    is_int(ic_group_encrypt(&hand, secret, points[0], KEYS), 0, "points");
    wrong = 0;

    for (i = 0; i < KEYS; i++) {
        (void) snprintf(key, sizeof(key), "key %u", i);
        SHA256((u_char *) key, strlen(key), x);
        by_evp(secret, x, expected);
        wrong += memcmp(points[i], expected, 32) != 0;
    }

    is_int(wrong, 0, "are X25519 of the hashes of keys");
    ok(ic_group_multiply(&hand, secret, points[0], KEYS, &index) == NULL,
       "again");
    by_evp(secret, expected, expected);
    ok(memcmp(points[KEYS - 1], expected, 32) == 0, "so is that");
    memset(points[7], 0, 32);
    is_str(ic_group_multiply(&hand, secret, points[0], KEYS, &index),
           "of small order", "0 is refused");
    is_int((long long) index, 7, "... by its number");
    ic_group_close(&hand);
}


/* x of the key by the definition, in OpenSSL's numbers; times the secret. */

static void
by_definition(const EC_GROUP *sm2, const char *key, const u_char *secret,
    u_char out[33], unsigned *tries)
{
    u_char     hash[32];
    BIGNUM    *x, *p, *k;
    EC_POINT  *point;

    x = BN_new();
    p = BN_new();
    k = BN_bin2bn(secret, 32, NULL);
    point = EC_POINT_new(sm2);
    (void) EC_GROUP_get_curve(sm2, p, NULL, NULL, NULL);
    SHA256((const u_char *) key, strlen(key), hash);

    for ( ;; ) {
        BN_CTX  *ctx = BN_CTX_new();

        (void) BN_bin2bn(hash, 32, x);
        (void) BN_nnmod(x, x, p, ctx);
        BN_CTX_free(ctx);

        if (EC_POINT_set_compressed_coordinates(sm2, point, x, 0, NULL)) {
            break;
        }

        (void) BN_bn2binpad(x, hash, 32);
        SHA256(hash, 32, hash);
        (*tries)++;
    }

    (void) EC_POINT_mul(sm2, point, NULL, point, k, NULL);
    (void) EC_POINT_point2oct(sm2, point, POINT_CONVERSION_COMPRESSED, out,
                              33, NULL);
    EC_POINT_free(point);
    BN_free(x);
    BN_free(p);
    BN_free(k);
}


static void
test_rehash(void)
{
    char             key[16];
    u_char           secret[32], points[KEYS][33], expected[33];
    size_t           index;
    unsigned         i, wrong, tries;
    EC_GROUP        *sm2;
    ic_group_hand_t  hand;

    sm2 = EC_GROUP_new_by_curve_name(NID_sm2);
    ok(ic_group_open(&hand, &ic_group_sm2_rehash, "") == 0
       && ic_group_secret(&hand, secret, NULL) == 0, "SM2: a secret");

    for (i = 0; i < KEYS; i++) {
        (void) snprintf(key, sizeof(key), "key %u", i);
        (void) ic_group_hash(&hand, key, strlen(key), points[i]);
    }

    is_int(ic_group_encrypt(&hand, secret, points[0], KEYS), 0, "points");
    wrong = tries = 0;

    for (i = 0; i < KEYS; i++) {
        (void) snprintf(key, sizeof(key), "key %u", i);
        by_definition(sm2, key, secret, expected, &tries);
        wrong += memcmp(points[i], expected, 33) != 0;
    }

    is_int(wrong, 0, "are those of the definition");
    ok(tries > KEYS / 4, "with %u hashes more than keys", tries);
    memset(points[3], 0xff, 33);
    is_str(ic_group_multiply(&hand, secret, points[0], KEYS, &index),
           "that is not on the curve", "what is no point is refused");
    is_int((long long) index, 3, "... by its number");

    ic_group_close(&hand);
    EC_GROUP_free(sm2);
}


int
main(void)
{
    test_direct();
    test_rehash();

    return done();
}
