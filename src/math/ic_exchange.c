
/* Secrets between two parties. */


#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "ic_exchange.h"


#define MAX_INFO  512


struct ic_exchange_s {
    EVP_PKEY  *key;
};


static int agree(EVP_PKEY *key, EVP_PKEY *peer,
    u_char shared[IC_EXCHANGE_KEY]);
static int hmac(const void *key, size_t key_len, const void *data,
    size_t len, u_char out[IC_EXCHANGE_KEY]);


ic_exchange_t *
ic_exchange_create(u_char public_key[IC_EXCHANGE_KEY])
{
    size_t          len;
    ic_exchange_t  *exchange;

    exchange = calloc(1, sizeof(ic_exchange_t));

    if (exchange == NULL) {
        return NULL;
    }

    exchange->key = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
    len = IC_EXCHANGE_KEY;

    if (exchange->key == NULL
        || !EVP_PKEY_get_raw_public_key(exchange->key, public_key, &len))
    {
        ic_exchange_destroy(exchange);
        return NULL;
    }

    return exchange;
}


void
ic_exchange_destroy(ic_exchange_t *exchange)
{
    if (exchange == NULL) {
        return;
    }

    EVP_PKEY_free(exchange->key);
    free(exchange);
}


int
ic_exchange_secret(ic_exchange_t *exchange,
    const u_char peer[IC_EXCHANGE_KEY], const void *salt, size_t salt_len,
    u_char secret[IC_EXCHANGE_KEY])
{
    int        rc;
    u_char     shared[IC_EXCHANGE_KEY];
    EVP_PKEY  *peer_key;

    peer_key = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, peer,
                                           IC_EXCHANGE_KEY);
    if (peer_key == NULL) {
        return -1;
    }

    rc = agree(exchange->key, peer_key, shared);

    if (rc == 0) {
        rc = hmac(salt, salt_len, shared, sizeof(shared), secret);
    }

    OPENSSL_cleanse(shared, sizeof(shared));
    EVP_PKEY_free(peer_key);

    return rc;
}


/* OpenSSL refuses the all-zero result of a point of small order. */

static int
agree(EVP_PKEY *key, EVP_PKEY *peer, u_char shared[IC_EXCHANGE_KEY])
{
    int            rc;
    size_t         len;
    EVP_PKEY_CTX  *ctx;

    ctx = EVP_PKEY_CTX_new(key, NULL);
    len = IC_EXCHANGE_KEY;
    rc = -1;

    if (ctx != NULL && EVP_PKEY_derive_init(ctx) > 0
        && EVP_PKEY_derive_set_peer(ctx, peer) > 0
        && EVP_PKEY_derive(ctx, shared, &len) > 0
        && len == IC_EXCHANGE_KEY)
    {
        rc = 0;
    }

    EVP_PKEY_CTX_free(ctx);

    return rc;
}


/* One block of HKDF-Expand is all that is ever needed: 32 bytes. */

int
ic_exchange_derive(const u_char secret[IC_EXCHANGE_KEY], const void *info,
    size_t info_len, u_char key[IC_EXCHANGE_KEY])
{
    u_char  block[MAX_INFO + 1];

    if (info_len > MAX_INFO) {
        return -1;
    }

    memcpy(block, info, info_len);
    block[info_len] = 1;

    return hmac(secret, IC_EXCHANGE_KEY, block, info_len + 1, key);
}


static int
hmac(const void *key, size_t key_len, const void *data, size_t len,
    u_char out[IC_EXCHANGE_KEY])
{
    unsigned  out_len;

    return (HMAC(EVP_sha256(), key, (int) key_len, data, len, out, &out_len)
            == NULL)
           ? -1 : 0;
}
