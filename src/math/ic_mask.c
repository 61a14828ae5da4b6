
/* Pairwise masks and sealed messages. */


#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "ic_mask.h"
#include "ic_stream.h"


#define MAX_LABEL    128
#define NONCE        12
#define TAG          16


static int label_key(const u_char secret[IC_EXCHANGE_KEY],
    const ic_label_t *label, u_char key[IC_EXCHANGE_KEY]);
static size_t label_bytes(const ic_label_t *label, u_char bytes[MAX_LABEL]);
static u_char *put_u32(u_char *p, uint32_t n);
static int start_cipher(EVP_CIPHER_CTX *ctx, const EVP_CIPHER *cipher,
    const u_char secret[IC_EXCHANGE_KEY], const ic_label_t *label,
    const u_char *nonce, int encrypt);
static int add_associated(EVP_CIPHER_CTX *ctx, const ic_label_t *label,
    const void *aad, size_t aad_len);
static int seal_body(EVP_CIPHER_CTX *ctx, const void *data, size_t len,
    u_char *out);
static int unseal_body(EVP_CIPHER_CTX *ctx, const u_char *data, size_t len,
    u_char *out);


int
ic_mask_apply(const u_char secret[IC_EXCHANGE_KEY], const ic_label_t *label,
    int sign, uint64_t *words, unsigned count)
{
    int     rc;
    u_char  key[IC_EXCHANGE_KEY];

    if (label_key(secret, label, key) != 0) {
        return -1;
    }

    rc = ic_stream_add(key, 0, sign, words, count);
    OPENSSL_cleanse(key, sizeof(key));

    return rc;
}


static int
label_key(const u_char secret[IC_EXCHANGE_KEY], const ic_label_t *label,
    u_char key[IC_EXCHANGE_KEY])
{
    u_char  info[MAX_LABEL];
    size_t  len;

    len = label_bytes(label, info);

    return len == 0 ? -1 : ic_exchange_derive(secret, info, len, key);
}


static int
start_cipher(EVP_CIPHER_CTX *ctx, const EVP_CIPHER *cipher,
    const u_char secret[IC_EXCHANGE_KEY], const ic_label_t *label,
    const u_char *nonce, int encrypt)
{
    int     rc;
    u_char  key[IC_EXCHANGE_KEY];

    if (label_key(secret, label, key) != 0) {
        return -1;
    }

    rc = EVP_CipherInit_ex(ctx, cipher, NULL, key, nonce, encrypt) ? 0 : -1;
    OPENSSL_cleanse(key, sizeof(key));

    return rc;
}


/* 0 if the purpose is too long. */

static size_t
label_bytes(const ic_label_t *label, u_char bytes[MAX_LABEL])
{
    size_t   len;
    u_char  *p;

    len = strlen(label->purpose);

    if (len > MAX_LABEL - IC_MASK_CONTEXT - 5 * sizeof(uint32_t)) {
        return 0;
    }

    p = bytes;
    memcpy(p, label->context, IC_MASK_CONTEXT);
    p = put_u32(p + IC_MASK_CONTEXT, label->round);
    p = put_u32(p, label->attempt);
    p = put_u32(p, label->from);
    p = put_u32(p, label->to);
    p = put_u32(p, (uint32_t) len);
    memcpy(p, label->purpose, len);

    return (size_t) (p - bytes) + len;
}


static u_char *
put_u32(u_char *p, uint32_t n)
{
    *p++ = (u_char) (n >> 24);
    *p++ = (u_char) (n >> 16);
    *p++ = (u_char) (n >> 8);
    *p++ = (u_char) n;

    return p;
}


int
ic_seal(const u_char secret[IC_EXCHANGE_KEY], const ic_label_t *label,
    const void *aad, size_t aad_len, const void *data, size_t len,
    u_char *out)
{
    int              rc;
    EVP_CIPHER_CTX  *ctx;

    ctx = EVP_CIPHER_CTX_new();
    rc = -1;

    if (ctx != NULL && RAND_bytes(out, NONCE) == 1
        && start_cipher(ctx, EVP_aes_256_gcm(), secret, label, out, 1) == 0
        && add_associated(ctx, label, aad, aad_len) == 0)
    {
        rc = seal_body(ctx, data, len, out + NONCE);
    }

    EVP_CIPHER_CTX_free(ctx);

    return rc;
}


int
ic_unseal(const u_char secret[IC_EXCHANGE_KEY], const ic_label_t *label,
    const void *aad, size_t aad_len, const u_char *data, size_t len,
    u_char *out)
{
    int              rc;
    EVP_CIPHER_CTX  *ctx;

    if (len < IC_SEAL_OVERHEAD) {
        return -1;
    }

    ctx = EVP_CIPHER_CTX_new();
    rc = -1;

    if (ctx != NULL
        && start_cipher(ctx, EVP_aes_256_gcm(), secret, label, data, 0) == 0
        && add_associated(ctx, label, aad, aad_len) == 0)
    {
        rc = unseal_body(ctx, data + NONCE, len - IC_SEAL_OVERHEAD, out);
    }

    EVP_CIPHER_CTX_free(ctx);

    return rc;
}


static int
add_associated(EVP_CIPHER_CTX *ctx, const ic_label_t *label, const void *aad,
    size_t aad_len)
{
    int     written;
    u_char  bytes[MAX_LABEL];
    size_t  len;

    len = label_bytes(label, bytes);

    if (!EVP_CipherUpdate(ctx, NULL, &written, bytes, (int) len)) {
        return -1;
    }

    if (aad_len > 0
        && !EVP_CipherUpdate(ctx, NULL, &written, aad, (int) aad_len))
    {
        return -1;
    }

    return 0;
}


static int
seal_body(EVP_CIPHER_CTX *ctx, const void *data, size_t len, u_char *out)
{
    int  written;

    if (!EVP_EncryptUpdate(ctx, out, &written, data, (int) len)
        || !EVP_EncryptFinal_ex(ctx, out + written, &written)
        || !EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG, out + len))
    {
        return -1;
    }

    return 0;
}


static int
unseal_body(EVP_CIPHER_CTX *ctx, const u_char *data, size_t len, u_char *out)
{
    int     written;
    u_char  tag[TAG];

    memcpy(tag, data + len, TAG);

    if (!EVP_DecryptUpdate(ctx, out, &written, data, (int) len)
        || !EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG, tag)
        || EVP_DecryptFinal_ex(ctx, out + written, &written) <= 0)
    {
        OPENSSL_cleanse(out, len);
        return -1;
    }

    return 0;
}
