
/* Credentials of nodes, and the change of our own. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../trust/ic_cert.h"
#include "../trust/ic_sign.h"
#include "ngx_http_interconn_action.h"
#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_SWITCH_AFTER  3600        /* s */
#define NGX_HTTP_INTERCONN_FUTURE        300000      /* ms */


/* A key as its owner announces it. */
typedef struct {
    ngx_str_t             auth_type;
    ngx_str_t             credential;
    ngx_str_t             tls_spki;
    ngx_str_t             time;              /* of the proof, ms */
    ngx_str_t             proof;             /* the old key's, base64 */
    ngx_str_t             key_proof;         /* the credential's own */
    ngx_str_t             tls_key;           /* PEM or base64 */
    ngx_str_t             tls_proof;         /* its own */
    char                  spki[IC_SPKI_HEX]; /* of the credential */
} ngx_http_interconn_new_key_t;


static ngx_int_t ngx_http_interconn_own_credential_is(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_uint_t ngx_http_interconn_is_cert(ngx_str_t auth_type);
static const char *ngx_http_interconn_read_key(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_input_t *info,
    ngx_http_interconn_new_key_t *key);
static ngx_uint_t ngx_http_interconn_is_present(
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_new_key_t *key);
static ngx_uint_t ngx_http_interconn_is_credential(
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_new_key_t *key);
static const char *ngx_http_interconn_unproven(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_new_key_t *key);
static ngx_uint_t ngx_http_interconn_is_vouched(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_new_key_t *key,
    ic_str_t text);
static ngx_uint_t ngx_http_interconn_has_signed(
    ngx_http_interconn_ctx_t *ctx, ngx_str_t credential, ngx_str_t spki,
    ic_str_t text, ngx_str_t proof);


const char *
ngx_http_interconn_check_credential(ngx_http_interconn_ctx_t *ctx,
    ngx_str_t auth_type, ngx_str_t credential)
{
    char         hex[IC_SPKI_HEX];
    EVP_PKEY    *key;
    ngx_uint_t   good;

    key = ic_cert_public_key(ngx_ic_lib_str(credential));

    if (key == NULL) {
        return "must be a certificate or public key, PEM or base64";
    }

    good = ic_cert_spki_key(key, hex) == 0
           && (ngx_http_interconn_is_cert(auth_type)
               || ic_sign_key_is(key, ngx_ic_lib_str(auth_type)));

    EVP_PKEY_free(key);

    if (!good) {
        return "must be a key of its auth_type";
    }

    /* what signs may be another key than that of TLS, but for a CERT */

    if (ngx_http_interconn_is_cert(auth_type) && ctx->caller.spki.len
        && !ic_str_is(ngx_ic_lib_str(ctx->caller.spki), hex))
    {
        return "must be the key of the TLS certificate";
    }

    return NULL;
}


static ngx_uint_t
ngx_http_interconn_is_cert(ngx_str_t auth_type)
{
    return ic_str_is(ngx_ic_lib_str(auth_type), "CERT");
}


ngx_uint_t
ngx_http_interconn_same_key(ngx_str_t one, ngx_str_t two)
{
    char  a[IC_SPKI_HEX], b[IC_SPKI_HEX];

    return ngx_http_interconn_key_digest(one, a) == NGX_OK
           && ngx_http_interconn_key_digest(two, b) == NGX_OK
           && ngx_strcmp(a, b) == 0;
}


ngx_int_t
ngx_http_interconn_key_digest(ngx_str_t credential, char *hex)
{
    int        rc;
    EVP_PKEY  *key;

    key = ic_cert_public_key(ngx_ic_lib_str(credential));

    if (key == NULL) {
        return NGX_ERROR;
    }

    rc = ic_cert_spki_key(key, hex);
    EVP_PKEY_free(key);

    return rc == 0 ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_http_interconn_own_credential(ngx_http_request_t *r,
    ngx_http_interconn_reply_t *node, ngx_str_t *auth_type,
    ngx_str_t *credential)
{
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);

    *auth_type = ngx_http_interconn_reply_get(node, "auth_type");
    *credential = ngx_http_interconn_reply_get(node, "auth_credential");

    if (auth_type->len && credential->len) {
        return NGX_OK;
    }

    ngx_str_set(auth_type, "CERT");
    *credential = icf->certificate;

    return credential->len ? NGX_OK : NGX_DECLINED;
}


/* POST /v1/platform/node/rotate: the daemon signs and tells partners. */

ngx_int_t
ngx_http_interconn_action_node_rotate(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    const char                *reason;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    reason = ngx_http_interconn_check_credential(ctx,
                         ngx_http_interconn_input(ctx, "auth_type"),
                         ngx_http_interconn_input(ctx, "auth_credential"));
    if (reason) {
        return ngx_http_interconn_fail_field(r, ctx, "/auth_credential",
                                             reason);
    }

    return ngx_http_interconn_store(r, ctx, "node_key", &args,
                                    ngx_http_interconn_own_credential_is);
}


static ngx_int_t
ngx_http_interconn_own_credential_is(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    char                       *spki, *tls;
    int64_t                     limit;
    ngx_str_t                   own_type, own, next, certificate;
    ngx_http_interconn_args_t   args = { .argc = 0 };

    next = ngx_http_interconn_input(ctx, "auth_credential");
    certificate = ngx_http_interconn_input(ctx, "certificate");

    spki = ngx_pcalloc(r->pool, 2 * IC_SPKI_HEX);
    if (spki == NULL) {
        return NGX_ERROR;
    }

    tls = spki + IC_SPKI_HEX;

    if (ngx_http_interconn_own_credential(r, reply, &own_type, &own)
        == NGX_OK
        && certificate.len == 0 && ngx_http_interconn_same_key(own, next))
    {
        return ngx_http_interconn_fail_field(r, ctx, "/auth_credential",
                                             "is the present key");
    }

    (void) ngx_http_interconn_key_digest(next, spki);

    if (ngx_http_interconn_is_cert(ngx_http_interconn_input(ctx,
                                                            "auth_type")))
    {
        ngx_memcpy(tls, spki, IC_SPKI_HEX);

    } else if (certificate.len
               && ngx_http_interconn_key_digest(certificate, tls) != NGX_OK)
    {
        return ngx_http_interconn_fail_field(r, ctx, "/certificate",
                                             "must be a certificate, PEM");
    }

    limit = ic_input_int(&ctx->in, "limit", NGX_HTTP_INTERCONN_SWITCH_AFTER);

    ngx_http_interconn_arg_input(&args, ctx, "auth_type");
    ngx_http_interconn_arg(&args, next);
    ngx_http_interconn_arg_z(&args, spki);
    ngx_http_interconn_arg_z(&args, tls);
    ngx_http_interconn_arg(&args, ngx_ic_str(ic_str_fmt(&ctx->arena, "%lld",
                                              (long long) limit * 1000)));

    return ngx_http_interconn_store(r, ctx, "node_rotate", &args,
                                    ngx_http_interconn_answer);
}


/*
 * A partner's new key, in its node/update: NGX_DECLINED: go on, with the key
 * among the arguments if there is one.
 */

ngx_int_t
ngx_http_interconn_take_key(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_input_t *info,
    ngx_http_interconn_args_t *args)
{
    ic_str_t                       spki, overlap;
    const char                    *reason;
    ngx_http_interconn_new_key_t   key;

    if (ic_input_str(info, "auth_credential").len == 0) {
        return NGX_DECLINED;
    }

    ngx_memzero(&key, sizeof(ngx_http_interconn_new_key_t));

    reason = ngx_http_interconn_read_key(r, ctx, info, &key);
    if (reason) {
        return ngx_http_interconn_fail_field(r, ctx, "/auth_credential",
                                             reason);
    }

    if (ngx_http_interconn_is_present(ctx, &key)) {
        return NGX_DECLINED;
    }

    reason = ngx_http_interconn_unproven(r, ctx, &key);
    if (reason) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_key_not_proven, reason);
    }

    /* found by its TLS key, checked by its credential */

    spki = ic_str_dup(&ctx->arena, ngx_ic_lib_str(key.tls_spki));
    overlap = ic_str_fmt(&ctx->arena, "%llu", (unsigned long long)
                         ngx_http_interconn_conf(r)->key_overlap);

    if (spki.data == NULL || overlap.data == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_pair(args, "key_type", key.auth_type);
    ngx_http_interconn_pair(args, "key_credential", key.credential);
    ngx_http_interconn_pair(args, "key_spki", ngx_ic_str(spki));
    ngx_http_interconn_pair(args, "key_time", key.time);
    ngx_http_interconn_pair(args, "key_overlap", ngx_ic_str(overlap));

    return NGX_DECLINED;
}


/* NULL, or what is wrong with it. */

static const char *
ngx_http_interconn_read_key(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_input_t *info,
    ngx_http_interconn_new_key_t *key)
{
    int64_t      time;
    ngx_str_t    own;
    const char  *reason;

    key->auth_type = ngx_ic_str(ic_input_str(info, "auth_type"));
    key->credential = ngx_ic_str(ic_input_str(info, "auth_credential"));
    key->tls_spki = ngx_ic_str(ic_input_str(info, "tls_spki"));
    key->time = ngx_ic_str(ic_input_str(info, "proof_time"));
    key->proof = ngx_ic_str(ic_input_str(info, "proof"));
    key->key_proof = ngx_ic_str(ic_input_str(info, "key_proof"));
    key->tls_key = ngx_ic_str(ic_input_str(info, "tls_key"));
    key->tls_proof = ngx_ic_str(ic_input_str(info, "tls_proof"));

    if (key->auth_type.len == 0) {
        key->auth_type = ctx->caller.auth_type;
    }

    /* not yet that of the connection */

    own = ctx->caller.spki;
    ngx_str_null(&ctx->caller.spki);

    reason = ngx_http_interconn_check_credential(ctx, key->auth_type,
                                                 key->credential);
    ctx->caller.spki = own;

    if (reason) {
        return reason;
    }

    (void) ngx_http_interconn_key_digest(key->credential, key->spki);

    if (own.len == 0 || key->tls_spki.len == 0) {
        key->tls_spki = ctx->caller.present;
    }

    if (own.len && ngx_http_interconn_is_cert(key->auth_type)) {
        key->tls_spki.data = (u_char *) key->spki;
        key->tls_spki.len = IC_SPKI_HEX - 1;
    }

    if (own.len
        && (key->tls_spki.len != IC_SPKI_HEX - 1
            || strspn((char *) key->tls_spki.data, "0123456789abcdef")
               < IC_SPKI_HEX - 1))
    {
        return "comes with a tls_spki that is no SHA-256 in hex";
    }

    time = ic_input_int(info, "proof_time", 0);

    if (time > ic_now_ms() + NGX_HTTP_INTERCONN_FUTURE) {
        return "comes with a proof_time in the future";
    }

    return NULL;
}


/* Nothing new: what the contract has. */

static ngx_uint_t
ngx_http_interconn_is_present(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_new_key_t *key)
{
    return ngx_ic_str_eq(key->tls_spki, ctx->caller.present)
           && ngx_http_interconn_is_credential(ctx, key);
}


/* What signs is what signed; without a credential that is the TLS key. */

static ngx_uint_t
ngx_http_interconn_is_credential(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_new_key_t *key)
{
    ngx_str_t                     spki;
    ngx_http_interconn_caller_t  *caller;

    caller = &ctx->caller;

    if (caller->auth_credential.len) {
        return ngx_http_interconn_same_key(key->credential,
                                           caller->auth_credential);
    }

    spki.data = (u_char *) key->spki;
    spki.len = IC_SPKI_HEX - 1;

    return caller->spki.len == 0
           || ngx_ic_str_eq(spki, caller->present);
}


/*
 * NULL, or whose signature is missing or wrong. The old key names the new
 * ones; each of them shows that it is there, or it would keep a key's owner
 * from ever using it here.
 */

static const char *
ngx_http_interconn_unproven(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_new_key_t *key)
{
    ic_str_t   text;
    ngx_str_t  spki;

    spki.data = (u_char *) key->spki;
    spki.len = IC_SPKI_HEX - 1;

    text = ic_sign_key_text(&ctx->arena,
                            ngx_ic_lib_str(ctx->caller.node_id),
                            ngx_ic_lib_str(key->auth_type),
                            ngx_ic_lib_str(spki),
                            ngx_ic_lib_str(key->tls_spki),
                            ngx_ic_lib_str(key->time));

    if (key->time.len == 0 || text.data == NULL) {
        return "proof_time: no time to sign";
    }

    if (!ngx_http_interconn_is_vouched(r, ctx, key, text)) {
        return "proof: by the contract's present key";
    }

    if (!ngx_http_interconn_is_credential(ctx, key)
        && !ngx_http_interconn_has_signed(ctx, key->credential, spki, text,
                                          key->key_proof))
    {
        return "key_proof: by the new key, that of auth_credential";
    }

    if (!ngx_ic_str_eq(key->tls_spki, ctx->caller.present)
        && !ngx_ic_str_eq(key->tls_spki, spki)
        && !ngx_http_interconn_has_signed(ctx, key->tls_key, key->tls_spki,
                                          text, key->tls_proof))
    {
        return "tls_proof: by the new TLS key, tls_key";
    }

    return NULL;
}


/* The old key says so: in the message, or by signing the message. */

static ngx_uint_t
ngx_http_interconn_is_vouched(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_new_key_t *key,
    ic_str_t text)
{
    EVP_PKEY    *old;
    ic_str_t     proof;
    ngx_uint_t   good;
    const char  *unused;

    if (key->proof.len == 0) {
        return ngx_http_interconn_is_signed(ctx);
    }

    old = ngx_http_interconn_peer_key(r, ctx, &unused);
    if (old == NULL) {
        return 0;
    }

    proof = ic_unbase64(&ctx->arena, ngx_ic_lib_str(key->proof));
    good = proof.data != NULL && ic_sign_verify(old, text, proof);

    EVP_PKEY_free(old);

    return good;
}


/* The key of a credential, if it is the one of that spki. */

static ngx_uint_t
ngx_http_interconn_has_signed(ngx_http_interconn_ctx_t *ctx,
    ngx_str_t credential, ngx_str_t spki, ic_str_t text, ngx_str_t proof)
{
    char         hex[IC_SPKI_HEX];
    EVP_PKEY    *own;
    ic_str_t     bytes;
    ngx_uint_t   good;

    own = ic_cert_public_key(ngx_ic_lib_str(credential));
    if (own == NULL) {
        return 0;
    }

    bytes = ic_unbase64(&ctx->arena, ngx_ic_lib_str(proof));

    good = bytes.data != NULL && ic_cert_spki_key(own, hex) == 0
           && ic_str_is(ngx_ic_lib_str(spki), hex)
           && ic_sign_verify(own, text, bytes);

    EVP_PKEY_free(own);

    return good;
}
