
/*
 * Bytes for the owner of one key: version, algorithm, length of what makes
 * the secret (16 bits), that, AES-256-GCM of the bytes, tag. The secret makes
 * key and nonce, for this once.
 */


#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include "../lib/ic_codec.h"
#include "ic_cert.h"
#include "ic_escrow.h"
#include "ic_sign.h"


#define SEAL_VERSION  1
#define SEAL_HEAD     4
#define SEAL_SECRET   66         /* of P-521 and less */
#define SEAL_MAX      (1024 * 1024)


typedef struct seal_kind_s  seal_kind_t;

/* Where the secret comes from; what of it is sent. */
typedef struct {
    const seal_kind_t  *kind;
    ic_str_t            sent;
    u_char              secret[SEAL_SECRET];
    size_t              len;
    u_char              made[IC_ESCROW_KEY + IC_ESCROW_NONCE];
} seal_t;

struct seal_kind_s {
    const char  *type;
    u_char       algorithm;
    int        (*make)(ic_arena_t *arena, EVP_PKEY *to, seal_t *seal);
    int        (*take)(ic_arena_t *arena, EVP_PKEY *key, seal_t *seal);
};


static const seal_kind_t *seal_kind(EVP_PKEY *key);
static int seal_wrap(ic_arena_t *arena, EVP_PKEY *to, seal_t *seal);
static int seal_unwrap(ic_arena_t *arena, EVP_PKEY *key, seal_t *seal);
static bool seal_padding(EVP_PKEY *key, EVP_PKEY_CTX *ctx);
static int seal_agree(ic_arena_t *arena, EVP_PKEY *to, seal_t *seal);
static int seal_agreed(ic_arena_t *arena, EVP_PKEY *key, seal_t *seal);
static int seal_derive(EVP_PKEY *key, EVP_PKEY *peer, seal_t *seal);
static int seal_expand(ic_arena_t *arena, EVP_PKEY *key, ic_str_t context,
    seal_t *seal);
static int seal_gcm(const seal_t *seal, bool encrypt, ic_str_t context,
    ic_str_t in, u_char *out, u_char *tag);


static const seal_kind_t  seal_kinds[] = {
    { "RSA", 1, seal_wrap, seal_unwrap },
    { "EC",  2, seal_agree, seal_agreed },
    { "SM2", 3, seal_wrap, seal_unwrap },
    { NULL,  0, NULL, NULL }
};


ic_str_t
ic_escrow_seal(ic_arena_t *arena, EVP_PKEY *to, ic_str_t context,
    ic_str_t data)
{
    int       rc;
    seal_t    seal;
    u_char   *p;
    ic_str_t  sealed, none = ic_null_string;

    memset(&seal, 0, sizeof(seal_t));
    seal.kind = seal_kind(to);

    if (seal.kind == NULL || data.len > SEAL_MAX) {
        return none;
    }

    ERR_set_mark();
    sealed = none;
    rc = seal.kind->make(arena, to, &seal);

    if (rc == 0 && seal_expand(arena, to, context, &seal) == 0) {
        sealed.len = SEAL_HEAD + seal.sent.len + data.len + IC_ESCROW_TAG;
        sealed.data = ic_alloc(arena, sealed.len);
    }

    if (sealed.data != NULL) {
        p = sealed.data;
        p[0] = SEAL_VERSION;
        p[1] = seal.kind->algorithm;
        p[2] = (u_char) (seal.sent.len >> 8);
        p[3] = (u_char) seal.sent.len;
        p += SEAL_HEAD;
        memcpy(p, seal.sent.data, seal.sent.len);
        p += seal.sent.len;

        if (seal_gcm(&seal, true, context, data, p, p + data.len) != 0) {
            sealed = none;
        }
    }

    OPENSSL_cleanse(&seal, sizeof(seal_t));
    ERR_pop_to_mark();

    return sealed;
}


ic_str_t
ic_escrow_open(ic_arena_t *arena, EVP_PKEY *key, ic_str_t context,
    ic_str_t sealed)
{
    size_t    len;
    seal_t    seal;
    u_char    tag[IC_ESCROW_TAG];
    ic_str_t  data, none = ic_null_string;

    memset(&seal, 0, sizeof(seal_t));
    seal.kind = seal_kind(key);

    if (seal.kind == NULL || sealed.len < SEAL_HEAD + IC_ESCROW_TAG
        || sealed.len > 2 * SEAL_MAX
        || sealed.data[0] != SEAL_VERSION
        || sealed.data[1] != seal.kind->algorithm)
    {
        return none;
    }

    len = (size_t) sealed.data[2] << 8 | sealed.data[3];

    if (len > sealed.len - SEAL_HEAD - IC_ESCROW_TAG) {
        return none;
    }

    seal.sent = ic_str_n(sealed.data + SEAL_HEAD, len);
    data = ic_str_n(sealed.data + SEAL_HEAD + len,
                    sealed.len - SEAL_HEAD - len - IC_ESCROW_TAG);
    memcpy(tag, data.data + data.len, IC_ESCROW_TAG);

    sealed = data;
    data.data = ic_alloc(arena, data.len + 1);

    ERR_set_mark();

    if (data.data == NULL || seal.kind->take(arena, key, &seal) != 0
        || seal_expand(arena, key, context, &seal) != 0
        || seal_gcm(&seal, false, context, sealed, data.data, tag) != 0)
    {
        if (data.data != NULL) {
            OPENSSL_cleanse(data.data, data.len);
        }

        data = none;

    } else {
        data.data[data.len] = '\0';
    }

    OPENSSL_cleanse(&seal, sizeof(seal_t));
    ERR_pop_to_mark();

    return data;
}


static const seal_kind_t *
seal_kind(EVP_PKEY *key)
{
    const seal_kind_t  *kind;

    if (ic_sign_auth_type(key) == NULL) {
        return NULL;
    }

    for (kind = seal_kinds; kind->type != NULL; kind++) {
        if (EVP_PKEY_is_a(key, kind->type)) {
            return kind;
        }
    }

    return NULL;
}


/* RSA and SM2: a random secret, encrypted. */

static int
seal_wrap(ic_arena_t *arena, EVP_PKEY *to, seal_t *seal)
{
    int            rc;
    EVP_PKEY_CTX  *ctx;

    rc = -1;
    seal->len = IC_ESCROW_KEY;
    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, to, NULL);

    if (ctx != NULL
        && RAND_priv_bytes(seal->secret, (int) seal->len) == 1
        && EVP_PKEY_encrypt_init(ctx) == 1
        && seal_padding(to, ctx)
        && EVP_PKEY_encrypt(ctx, NULL, &seal->sent.len, seal->secret,
                            seal->len) == 1
        && (seal->sent.data = ic_alloc(arena, seal->sent.len)) != NULL
        && EVP_PKEY_encrypt(ctx, seal->sent.data, &seal->sent.len,
                            seal->secret, seal->len) == 1)
    {
        rc = 0;
    }

    EVP_PKEY_CTX_free(ctx);

    return rc;
}


static int
seal_unwrap(ic_arena_t *arena, EVP_PKEY *key, seal_t *seal)
{
    int            rc;
    size_t         len, room;
    u_char        *secret;
    EVP_PKEY_CTX  *ctx;

    rc = -1;
    room = 0;
    secret = NULL;
    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);

    /* room for what the algorithm may need, which is more than it gives */

    if (ctx != NULL
        && EVP_PKEY_decrypt_init(ctx) == 1
        && seal_padding(key, ctx)
        && EVP_PKEY_decrypt(ctx, NULL, &room, seal->sent.data,
                            seal->sent.len) == 1
        && (secret = ic_zalloc(arena, len = room + 1)) != NULL
        && EVP_PKEY_decrypt(ctx, secret, &len, seal->sent.data,
                            seal->sent.len) == 1
        && len == IC_ESCROW_KEY)
    {
        memcpy(seal->secret, secret, len);
        seal->len = len;
        rc = 0;
    }

    if (secret != NULL) {
        OPENSSL_cleanse(secret, room);
    }

    EVP_PKEY_CTX_free(ctx);

    return rc;
}


static bool
seal_padding(EVP_PKEY *key, EVP_PKEY_CTX *ctx)
{
    return !EVP_PKEY_is_a(key, "RSA")
           || (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) == 1
               && EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha256()) == 1
               && EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) == 1);
}


/* Elliptic curves: Diffie-Hellman with a key that is forgotten. */

static int
seal_agree(ic_arena_t *arena, EVP_PKEY *to, seal_t *seal)
{
    int            rc;
    u_char        *point;
    EVP_PKEY      *ephemeral;
    EVP_PKEY_CTX  *ctx;

    rc = -1;
    point = NULL;
    ephemeral = NULL;
    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, to, NULL);

    if (ctx != NULL
        && EVP_PKEY_keygen_init(ctx) == 1
        && EVP_PKEY_keygen(ctx, &ephemeral) == 1
        && (seal->sent.len = EVP_PKEY_get1_encoded_public_key(ephemeral,
                                                              &point))
           != 0
        && (seal->sent = ic_str_dup(arena, ic_str_n(point, seal->sent.len)))
           .data != NULL)
    {
        rc = seal_derive(ephemeral, to, seal);
    }

    OPENSSL_free(point);
    EVP_PKEY_free(ephemeral);
    EVP_PKEY_CTX_free(ctx);

    return rc;
}


/* That the point is one of the curve is checked where it is taken. */

static int
seal_agreed(ic_arena_t *arena, EVP_PKEY *key, seal_t *seal)
{
    int        rc;
    EVP_PKEY  *peer;

    (void) arena;

    rc = -1;
    peer = EVP_PKEY_new();

    if (peer != NULL
        && EVP_PKEY_copy_parameters(peer, key) == 1
        && EVP_PKEY_set1_encoded_public_key(peer, seal->sent.data,
                                            seal->sent.len) == 1)
    {
        rc = seal_derive(key, peer, seal);
    }

    EVP_PKEY_free(peer);

    return rc;
}


static int
seal_derive(EVP_PKEY *key, EVP_PKEY *peer, seal_t *seal)
{
    int            rc;
    EVP_PKEY_CTX  *ctx;

    rc = -1;
    seal->len = SEAL_SECRET;
    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);

    if (ctx != NULL
        && EVP_PKEY_derive_init(ctx) == 1
        && EVP_PKEY_derive_set_peer(ctx, peer) == 1
        && EVP_PKEY_derive(ctx, seal->secret, &seal->len) == 1)
    {
        rc = 0;
    }

    EVP_PKEY_CTX_free(ctx);

    return rc;
}


/* HKDF over the secret, bound to the key, to what was sent, to what for. */

static int
seal_expand(ic_arena_t *arena, EVP_PKEY *key, ic_str_t context, seal_t *seal)
{
    int           rc;
    char          spki[IC_SPKI_HEX];
    ic_str_t      info;
    EVP_KDF      *kdf;
    OSSL_PARAM    params[4];
    EVP_KDF_CTX  *ctx;

    if (ic_cert_spki_key(key, spki) != 0) {
        return -1;
    }

    info.len = IC_SPKI_HEX + 2 + seal->sent.len + context.len;
    info.data = ic_alloc(arena, info.len);

    if (info.data == NULL) {
        return -1;
    }

    memcpy(info.data, spki, IC_SPKI_HEX);
    info.data[IC_SPKI_HEX] = (u_char) (seal->sent.len >> 8);
    info.data[IC_SPKI_HEX + 1] = (u_char) seal->sent.len;
    memcpy(info.data + IC_SPKI_HEX + 2, seal->sent.data, seal->sent.len);

    if (context.len != 0) {
        memcpy(info.data + IC_SPKI_HEX + 2 + seal->sent.len, context.data,
               context.len);
    }

    kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    ctx = (kdf != NULL) ? EVP_KDF_CTX_new(kdf) : NULL;
    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST,
                                                 "SHA256", 0);
    params[1] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
                                                  seal->secret, seal->len);
    params[2] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO,
                                                  info.data, info.len);
    params[3] = OSSL_PARAM_construct_end();
    rc = (ctx != NULL
          && EVP_KDF_derive(ctx, seal->made, sizeof(seal->made), params) == 1)
         ? 0 : -1;

    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);

    return rc;
}


/* tag: written when it encrypts, else what it must be. */

static int
seal_gcm(const seal_t *seal, bool encrypt, ic_str_t context, ic_str_t in,
    u_char *out, u_char *tag)
{
    int              n, rc;
    EVP_CIPHER_CTX  *ctx;

    rc = -1;
    ctx = EVP_CIPHER_CTX_new();

    if (ctx != NULL
        && EVP_CipherInit_ex(ctx, EVP_aes_256_gcm(), NULL, seal->made,
                             seal->made + IC_ESCROW_KEY, encrypt) == 1
        && EVP_CipherUpdate(ctx, NULL, &n, context.data, (int) context.len)
           == 1
        && EVP_CipherUpdate(ctx, out, &n, in.data, (int) in.len) == 1
        && (encrypt || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG,
                                           IC_ESCROW_TAG, tag) == 1)
        && EVP_CipherFinal_ex(ctx, out + n, &n) == 1
        && (!encrypt || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG,
                                            IC_ESCROW_TAG, tag) == 1))
    {
        rc = 0;
    }

    EVP_CIPHER_CTX_free(ctx);

    return rc;
}
