
/* The keys of permits, and the ids that only their owner can make. */


#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include "../lib/ic_codec.h"
#include "ic_cert.h"
#include "ic_permit.h"


#define IC_PERMIT_KID      16
#define IC_PERMIT_RANDOM   16
#define IC_PERMIT_MAC      8
#define IC_PERMIT_SECRET   2048
#define IC_PERMIT_CONTEXT  "interconn permit jti v1"

_Static_assert(IC_PERMIT_JTI == 2 * (IC_PERMIT_RANDOM + IC_PERMIT_MAC),
               "a jti is the random part and its MAC, in hex");


static int ic_permit_derive(ic_permit_key_t *key);
static size_t ic_permit_secret(EVP_PKEY *key, u_char *secret);
static int ic_permit_hkdf(u_char *dst, size_t size, u_char *secret,
    size_t len);
static int ic_permit_mac(const ic_permit_key_t *key, const u_char *random,
    u_char mac[IC_PERMIT_MAC]);


int
ic_permit_key_load(ic_permit_key_t *key, const char *file, ic_arena_t *arena)
{
    int   rc;
    char  hex[IC_SPKI_HEX];

    memset(key, 0, sizeof(ic_permit_key_t));

    key->key = ic_cert_private_key(file);
    if (key->key == NULL) {
        return -1;
    }

    rc = ic_cert_spki_key(key->key, hex);

    if (rc == 0) {
        key->kid = ic_str_dup(arena, ic_str_n(hex, IC_PERMIT_KID));
        rc = key->kid.data == NULL ? -1 : ic_permit_derive(key);
    }

    if (rc != 0) {
        ic_permit_key_free(key);
    }

    return rc;
}


void
ic_permit_key_free(ic_permit_key_t *key)
{
    OPENSSL_cleanse(key->mac_key, sizeof(key->mac_key));
    EVP_PKEY_free(key->key);

    key->key = NULL;
    key->kid.data = NULL;
    key->kid.len = 0;
}


/*
 * Every front door that holds the signing key must find the same MAC key,
 * whatever form its file has: so it comes from the secret number alone.
 */

static int
ic_permit_derive(ic_permit_key_t *key)
{
    int     rc;
    size_t  len;
    u_char  secret[IC_PERMIT_SECRET];

    ERR_set_mark();

    rc = -1;
    len = ic_permit_secret(key->key, secret);

    if (len > 0) {
        rc = ic_permit_hkdf(key->mac_key, sizeof(key->mac_key), secret, len);
    }

    OPENSSL_cleanse(secret, sizeof(secret));
    ERR_pop_to_mark();

    return rc;
}


/* The private number of the key, big-endian; its length, 0 on failure. */

static size_t
ic_permit_secret(EVP_PKEY *key, u_char *secret)
{
    size_t       len;
    BIGNUM      *number;
    const char  *name;

    name = EVP_PKEY_is_a(key, "RSA") ? OSSL_PKEY_PARAM_RSA_D
                                     : OSSL_PKEY_PARAM_PRIV_KEY;
    number = NULL;
    len = 0;

    if (EVP_PKEY_get_bn_param(key, name, &number) == 1
        && BN_num_bytes(number) <= IC_PERMIT_SECRET)
    {
        len = (size_t) BN_bn2bin(number, secret);
    }

    BN_clear_free(number);

    return len;
}


static int
ic_permit_hkdf(u_char *dst, size_t size, u_char *secret, size_t len)
{
    int           rc;
    EVP_KDF      *kdf;
    OSSL_PARAM    params[4];
    EVP_KDF_CTX  *ctx;

    kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    ctx = EVP_KDF_CTX_new(kdf);
    EVP_KDF_free(kdf);

    if (ctx == NULL) {
        return -1;
    }

    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST,
                                                 (char *) "SHA256", 0);
    params[1] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, secret,
                                                  len);
    params[2] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO,
                                            (char *) IC_PERMIT_CONTEXT,
                                            sizeof(IC_PERMIT_CONTEXT) - 1);
    params[3] = OSSL_PARAM_construct_end();

    rc = EVP_KDF_derive(ctx, dst, size, params) == 1 ? 0 : -1;

    EVP_KDF_CTX_free(ctx);

    return rc;
}


int
ic_permit_jti(const ic_permit_key_t *key, char jti[49])
{
    u_char  bytes[IC_PERMIT_RANDOM + IC_PERMIT_MAC];

    if (RAND_bytes(bytes, IC_PERMIT_RANDOM) != 1) {
        ERR_clear_error();
        return -1;
    }

    if (ic_permit_mac(key, bytes, bytes + IC_PERMIT_RANDOM) != 0) {
        return -1;
    }

    ic_hex(jti, bytes, sizeof(bytes));

    return 0;
}


static int
ic_permit_mac(const ic_permit_key_t *key, const u_char *random,
    u_char mac[IC_PERMIT_MAC])
{
    size_t  len;
    u_char  full[EVP_MAX_MD_SIZE];

    ERR_set_mark();

    if (EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, key->mac_key,
                  sizeof(key->mac_key), random, IC_PERMIT_RANDOM, full,
                  sizeof(full), &len)
        == NULL)
    {
        ERR_pop_to_mark();
        return -1;
    }

    memcpy(mac, full, IC_PERMIT_MAC);
    OPENSSL_cleanse(full, sizeof(full));
    ERR_pop_to_mark();

    return 0;
}


bool
ic_permit_issued(const ic_permit_key_t *key, ic_str_t jti)
{
    u_char  mac[IC_PERMIT_MAC];
    u_char  bytes[IC_PERMIT_RANDOM + IC_PERMIT_MAC];

    if (jti.len != IC_PERMIT_JTI
        || ic_unhex(bytes, sizeof(bytes), jti) != 0
        || ic_permit_mac(key, bytes, mac) != 0)
    {
        return false;
    }

    return CRYPTO_memcmp(mac, bytes + IC_PERMIT_RANDOM, IC_PERMIT_MAC) == 0;
}
