
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>

#include "../lib/ic_codec.h"
#include "ic_sign.h"


#define IC_SIGN_SM2_ID    "1234567812345678"
#define IC_SIGN_MAX       1024


typedef struct {
    const char  *type;
    const char  *group;          /* NULL: any */
    const char  *digest;
    const char  *id;             /* distinguishing id, or NULL */
    int          bits;           /* at least */
    const char  *auth_type;
} ic_sign_algorithm_t;


static const ic_sign_algorithm_t *ic_sign_algorithm(EVP_PKEY *key);
static EVP_MD_CTX *ic_sign_begin(EVP_PKEY *key, bool verify);
static ic_str_t ic_sign_finish(ic_arena_t *arena, EVP_MD_CTX *ctx,
    ic_str_t data);
static bool ic_sign_printable(ic_str_t s);
static void ic_sign_body_digest(char digest[65], const ic_message_t *message);


/* RSA without a padding set is PKCS#1 v1.5. */

static const ic_sign_algorithm_t  ic_sign_algorithms[] = {
    { "RSA", NULL,         "SHA256", NULL,           2048, "SHA256_RSA" },
    { "EC",  "prime256v1", "SHA256", NULL,            256, "SHA256_ECDSA" },
    { "EC",  "secp384r1",  "SHA256", NULL,            384, "SHA256_ECDSA" },
    { "SM2", NULL,         "SM3",    IC_SIGN_SM2_ID,  256, "SM3_SM2" },
    { NULL,  NULL,         NULL,     NULL,              0, NULL }
};


static const ic_sign_algorithm_t *
ic_sign_algorithm(EVP_PKEY *key)
{
    char                        group[64];
    size_t                      len;
    const ic_sign_algorithm_t  *a;

    for (a = ic_sign_algorithms; a->type != NULL; a++) {
        if (!EVP_PKEY_is_a(key, a->type) || EVP_PKEY_get_bits(key) < a->bits) {
            continue;
        }

        if (a->group == NULL) {
            return a;
        }

        if (EVP_PKEY_get_group_name(key, group, sizeof(group), &len) == 1
            && strcmp(group, a->group) == 0)
        {
            return a;
        }
    }

    return NULL;
}


const char *
ic_sign_auth_type(EVP_PKEY *key)
{
    const ic_sign_algorithm_t  *a;

    a = ic_sign_algorithm(key);

    return a == NULL ? NULL : a->auth_type;
}


bool
ic_sign_key_is(EVP_PKEY *key, ic_str_t auth_type)
{
    const char  *type;

    type = ic_sign_auth_type(key);

    return type != NULL
           && (ic_str_is(auth_type, "CERT") || ic_str_is(auth_type, type)
               || auth_type.len == 0);
}


ic_str_t
ic_sign(ic_arena_t *arena, EVP_PKEY *key, ic_str_t data)
{
    ic_str_t     signature = ic_null_string;
    EVP_MD_CTX  *ctx;

    ERR_set_mark();

    ctx = ic_sign_begin(key, false);

    if (ctx != NULL) {
        signature = ic_sign_finish(arena, ctx, data);
        EVP_MD_CTX_free(ctx);
    }

    ERR_pop_to_mark();

    return signature;
}


static EVP_MD_CTX *
ic_sign_begin(EVP_PKEY *key, bool verify)
{
    int                         rc;
    EVP_MD_CTX                 *ctx;
    OSSL_PARAM                  params[2], *p;
    const ic_sign_algorithm_t  *a;

    a = ic_sign_algorithm(key);
    if (a == NULL) {
        return NULL;
    }

    ctx = EVP_MD_CTX_new();
    if (ctx == NULL) {
        return NULL;
    }

    p = params;

    if (a->id != NULL) {
        *p++ = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_DIST_ID,
                                             (void *) a->id, strlen(a->id));
    }

    *p = OSSL_PARAM_construct_end();

    if (verify) {
        rc = EVP_DigestVerifyInit_ex(ctx, NULL, a->digest, NULL, NULL, key,
                                     params);
    } else {
        rc = EVP_DigestSignInit_ex(ctx, NULL, a->digest, NULL, NULL, key,
                                   params);
    }

    if (rc != 1) {
        EVP_MD_CTX_free(ctx);
        return NULL;
    }

    return ctx;
}


static ic_str_t
ic_sign_finish(ic_arena_t *arena, EVP_MD_CTX *ctx, ic_str_t data)
{
    size_t    len;
    u_char   *bytes;
    ic_str_t  none = ic_null_string;

    if (EVP_DigestSign(ctx, NULL, &len, data.data, data.len) != 1) {
        return none;
    }

    bytes = ic_alloc(arena, len);
    if (bytes == NULL) {
        return none;
    }

    if (EVP_DigestSign(ctx, bytes, &len, data.data, data.len) != 1) {
        return none;
    }

    return ic_str_n(bytes, len);
}


bool
ic_sign_verify(EVP_PKEY *key, ic_str_t data, ic_str_t signature)
{
    bool         good;
    EVP_MD_CTX  *ctx;

    if (signature.len == 0 || signature.len > IC_SIGN_MAX) {
        return false;
    }

    ERR_set_mark();

    good = false;
    ctx = ic_sign_begin(key, true);

    if (ctx != NULL) {
        good = EVP_DigestVerify(ctx, signature.data, signature.len, data.data,
                                data.len)
               == 1;
        EVP_MD_CTX_free(ctx);
    }

    ERR_pop_to_mark();

    return good;
}


ic_str_t
ic_sign_message(ic_arena_t *arena, EVP_PKEY *key, const ic_message_t *message)
{
    char      digest[65];
    ic_str_t  text, signature, none = ic_null_string;

    ic_sign_body_digest(digest, message);

    text = ic_sign_message_text(arena, message, digest);
    if (text.data == NULL) {
        return none;
    }

    signature = ic_sign(arena, key, text);
    if (signature.data == NULL) {
        return none;
    }

    return ic_base64(arena, signature, false);
}


bool
ic_sign_check_message(ic_arena_t *arena, EVP_PKEY *key,
    const ic_message_t *message, ic_str_t signature)
{
    char  digest[65];

    ic_sign_body_digest(digest, message);

    return ic_sign_check_digest(arena, key, message, digest, signature);
}


bool
ic_sign_check_digest(ic_arena_t *arena, EVP_PKEY *key,
    const ic_message_t *message, const char *body_sha256, ic_str_t signature)
{
    ic_str_t  text, bytes;

    if (signature.len == 0 || signature.len > 2 * IC_SIGN_MAX) {
        return false;
    }

    bytes = ic_unbase64(arena, signature);
    if (bytes.data == NULL) {
        return false;
    }

    text = ic_sign_message_text(arena, message, body_sha256);
    if (text.data == NULL) {
        return false;
    }

    return ic_sign_verify(key, text, bytes);
}


static void
ic_sign_body_digest(char digest[65], const ic_message_t *message)
{
    const ic_str_t  *body;

    body = &message->body;
    ic_sha256_hex(digest, body->len ? (void *) body->data : "", body->len);
}


ic_str_t
ic_sign_message_text(ic_arena_t *arena, const ic_message_t *message,
    const char *body_sha256)
{
    ic_str_t  none = ic_null_string;

    if (!ic_sign_printable(message->method)
        || !ic_sign_printable(message->target_uri)
        || !ic_sign_printable(message->source_node_id)
        || !ic_sign_printable(message->target_node_id)
        || !ic_sign_printable(message->nonce)
        || !ic_sign_printable(message->timestamp))
    {
        return none;
    }

    return ic_str_fmt(arena, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s\n%.*s\n%s",
                      (int) message->method.len, message->method.data,
                      (int) message->target_uri.len, message->target_uri.data,
                      (int) message->source_node_id.len,
                      message->source_node_id.data,
                      (int) message->target_node_id.len,
                      message->target_node_id.data,
                      (int) message->nonce.len, message->nonce.data,
                      (int) message->timestamp.len, message->timestamp.data,
                      body_sha256);
}


/* A line of the text: without control bytes no two messages share one. */

static bool
ic_sign_printable(ic_str_t s)
{
    size_t  i;

    if (s.len > 65536) {
        return false;
    }

    for (i = 0; i < s.len; i++) {
        if (s.data[i] < 0x20 || s.data[i] == 0x7f) {
            return false;
        }
    }

    return true;
}


ic_str_t
ic_sign_key_text(ic_arena_t *arena, ic_str_t node_id, ic_str_t auth_type,
    ic_str_t spki, ic_str_t tls_spki, ic_str_t time)
{
    ic_str_t  none = ic_null_string;

    if (!ic_sign_printable(node_id) || !ic_sign_printable(auth_type)
        || !ic_sign_printable(spki) || !ic_sign_printable(tls_spki)
        || !ic_sign_printable(time))
    {
        return none;
    }

    return ic_str_fmt(arena, "interconn key v1\n%.*s\n%.*s\n%.*s\n%.*s\n%.*s",
                      (int) node_id.len, node_id.data,
                      (int) auth_type.len, auth_type.data,
                      (int) spki.len, spki.data,
                      (int) tls_spki.len, tls_spki.data,
                      (int) time.len, time.data);
}


ic_str_t
ic_sign_task_text(ic_arena_t *arena, ic_str_t job, ic_str_t task,
    ic_str_t party, ic_str_t data)
{
    char      digest[65];
    ic_str_t  none = ic_null_string;

    if (!ic_sign_printable(job) || !ic_sign_printable(task)
        || !ic_sign_printable(party))
    {
        return none;
    }

    ic_sha256_hex(digest, data.len ? (void *) data.data : "", data.len);

    return ic_str_fmt(arena, "interconn task v1\n%.*s\n%.*s\n%.*s\n%s",
                      (int) job.len, job.data, (int) task.len, task.data,
                      (int) party.len, party.data, digest);
}
