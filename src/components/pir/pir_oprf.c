
/* The oblivious pseudo-random function, and entries sealed under it. */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "pir_oprf.h"


#define OPRF_DST     "interconn-pir-v1-curve25519_XMD:SHA-512_ELL2_NU_"
#define OPRF_DOMAIN  "interconn pir value v1"
#define OPRF_GCM     16


static uint64_t oprf_word(const u_char *p);


static const u_char  oprf_nonce[12];


pir_oprf_t *
pir_oprf_create(const u_char context[PIR_DIGEST])
{
    pir_oprf_t  *oprf;

    oprf = calloc(1, sizeof(pir_oprf_t));

    if (oprf == NULL) {
        return NULL;
    }

    memcpy(oprf->context, context, PIR_DIGEST);
    oprf->hash = ic_x25519_hash_create(OPRF_DST);
    oprf->md = EVP_MD_fetch(NULL, "SHA512", NULL);
    oprf->ctx = EVP_MD_CTX_new();
    oprf->gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    oprf->cipher = EVP_CIPHER_CTX_new();

    if (oprf->hash == NULL || oprf->md == NULL || oprf->ctx == NULL
        || oprf->gcm == NULL || oprf->cipher == NULL)
    {
        pir_oprf_destroy(oprf);
        return NULL;
    }

    return oprf;
}


void
pir_oprf_destroy(pir_oprf_t *oprf)
{
    if (oprf == NULL) {
        return;
    }

    ic_x25519_hash_destroy(oprf->hash);
    EVP_MD_CTX_free(oprf->ctx);
    EVP_MD_free(oprf->md);
    EVP_CIPHER_CTX_free(oprf->cipher);
    EVP_CIPHER_free(oprf->gcm);
    free(oprf);
}


int
pir_oprf_value(pir_oprf_t *oprf, const void *item, size_t len,
    const u_char y[IC_X25519_SIZE], pir_value_t *value)
{
    int      ok, i;
    u_char   bytes[64], length[8];

    for (i = 0; i < 8; i++) {
        length[i] = (u_char) ((uint64_t) len >> (56 - 8 * i));
    }

    ok = EVP_DigestInit_ex(oprf->ctx, oprf->md, NULL)
         && EVP_DigestUpdate(oprf->ctx, OPRF_DOMAIN, sizeof(OPRF_DOMAIN))
         && EVP_DigestUpdate(oprf->ctx, oprf->context, PIR_DIGEST)
         && EVP_DigestUpdate(oprf->ctx, length, sizeof(length))
         && EVP_DigestUpdate(oprf->ctx, item, len)
         && EVP_DigestUpdate(oprf->ctx, y, IC_X25519_SIZE)
         && EVP_DigestFinal_ex(oprf->ctx, bytes, NULL);

    if (ok) {
        memcpy(value->tag, bytes, PIR_TAG);
        memcpy(value->key, bytes + PIR_TAG, PIR_KEY);
        value->places[0] = oprf_word(bytes + PIR_TAG + PIR_KEY);
        value->places[1] = oprf_word(bytes + PIR_TAG + PIR_KEY + 8);
    }

    OPENSSL_cleanse(bytes, sizeof(bytes));

    return ok ? 0 : -1;
}


static uint64_t
oprf_word(const u_char *p)
{
    unsigned  i;
    uint64_t  word;

    for (word = 0, i = 0; i < 8; i++) {
        word = word << 8 | p[i];
    }

    return word;
}


int
pir_oprf_seal(pir_oprf_t *oprf, const pir_value_t *value,
    const u_char *label, size_t len, u_char *entry)
{
    int              written;
    u_char          *out;
    EVP_CIPHER_CTX  *ctx;

    ctx = oprf->cipher;
    memcpy(entry, value->tag, PIR_TAG);
    out = entry + PIR_TAG;

    return EVP_EncryptInit_ex(ctx, oprf->gcm, NULL, value->key, oprf_nonce)
           && EVP_EncryptUpdate(ctx, out, &written, label, (int) len)
           && EVP_EncryptFinal_ex(ctx, out + written, &written)
           && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, OPRF_GCM,
                                  out + len)
           ? 0 : -1;
}


int
pir_oprf_open(pir_oprf_t *oprf, const pir_value_t *value,
    const u_char *entry, size_t len, u_char *label)
{
    int              written;
    u_char           tag[OPRF_GCM];
    const u_char    *in;
    EVP_CIPHER_CTX  *ctx;

    if (CRYPTO_memcmp(entry, value->tag, PIR_TAG) != 0) {
        return -1;
    }

    ctx = oprf->cipher;
    in = entry + PIR_TAG;
    memcpy(tag, in + len, OPRF_GCM);

    if (EVP_DecryptInit_ex(ctx, oprf->gcm, NULL, value->key, oprf_nonce)
        && EVP_DecryptUpdate(ctx, label, &written, in, (int) len)
        && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, OPRF_GCM, tag)
        && EVP_DecryptFinal_ex(ctx, label + written, &written) > 0)
    {
        return 0;
    }

    OPENSSL_cleanse(label, len);

    return -1;
}
