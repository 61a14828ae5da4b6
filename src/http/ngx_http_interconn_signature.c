
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../lib/ic_codec.h"
#include "../trust/ic_sign.h"
#include "ngx_http_interconn_action.h"
#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_CLOCK_SKEW  (300 * 1000)
#define NGX_HTTP_INTERCONN_NONCE_MIN   8
#define NGX_HTTP_INTERCONN_NONCE_MAX   64
#define NGX_HTTP_INTERCONN_TIME_MAX    15

/* Smaller numbers are seconds: as milliseconds they are before 1973. */
#define NGX_HTTP_INTERCONN_SECONDS     INT64_C(100000000000)


/* Of one request, from its headers to the end of its body. */
struct ngx_http_interconn_signature_s {
    ngx_str_t                    value;      /* x-auth-sign */
    ngx_str_t                    nonce;
    ngx_str_t                    timestamp;
    int64_t                      time;       /* the same, in ms */
    unsigned                     present:1;  /* verified, by that key */
};


static ngx_uint_t ngx_http_interconn_signature_policy(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_bad_signature(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *reason);
static const char *ngx_http_interconn_signed_headers(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_signature_t *signature);
static ngx_uint_t ngx_http_interconn_nonce_valid(ngx_str_t nonce);
static int64_t ngx_http_interconn_signed_time(ngx_str_t timestamp);
static ngx_uint_t ngx_http_interconn_timely(int64_t time);
static EVP_PKEY *ngx_http_interconn_credential_key(ngx_http_request_t *r,
    ngx_str_t auth_type, ngx_str_t credential, const char **reason);
static EVP_PKEY *ngx_http_interconn_tls_key(ngx_http_request_t *r);
static ngx_int_t ngx_http_interconn_check_keys(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char **reason);
static ngx_uint_t ngx_http_interconn_check_message(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, EVP_PKEY *key);
static ngx_int_t ngx_http_interconn_ask_nonce(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_nonce_is_new(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);


ngx_int_t
ngx_http_interconn_expect_signature(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t                        value;
    ngx_uint_t                       n, policy;
    const char                      *reason;
    ngx_http_interconn_signature_t  *signature;

    /* asked again when it is known who calls; messages are not signed */

    if (ctx->who || ctx->endpoint == NULL) {
        return NGX_DECLINED;
    }

    policy = ngx_http_interconn_signature_policy(r, ctx);

    if (policy == NGX_HTTP_INTERCONN_SIGNATURE_OFF
        || ctx->endpoint->auth != IC_AUTH_CONTRACT)
    {
        return NGX_DECLINED;
    }

    n = ngx_http_interconn_headers(r, "x-auth-sign", &value);

    /* some peers send the header without a value */

    if (n < 2 && value.len == 0
        && policy != NGX_HTTP_INTERCONN_SIGNATURE_REQUIRED)
    {
        return NGX_DECLINED;
    }

    if (n != 1 || value.len == 0) {
        return ngx_http_interconn_bad_signature(r, ctx,
                                                "send one x-auth-sign");
    }

    signature = ngx_pcalloc(r->pool, sizeof(ngx_http_interconn_signature_t));
    if (signature == NULL) {
        return NGX_ERROR;
    }

    signature->value = value;

    reason = ngx_http_interconn_signed_headers(r, ctx, signature);
    if (reason) {
        return ngx_http_interconn_bad_signature(r, ctx, reason);
    }

    if (ngx_http_interconn_begin_message(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    ctx->signature = signature;

    return NGX_DECLINED;
}


/* The contract's, else the directive's. */

static ngx_uint_t
ngx_http_interconn_signature_policy(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    switch (ctx->caller.profile.is[IC_SPEAKS_SIGNATURE]) {

    case IC_SIGNATURE_OFF:
        return NGX_HTTP_INTERCONN_SIGNATURE_OFF;

    case IC_SIGNATURE_OPTIONAL:
        return NGX_HTTP_INTERCONN_SIGNATURE_OPTIONAL;

    case IC_SIGNATURE_REQUIRED:
        return NGX_HTTP_INTERCONN_SIGNATURE_REQUIRED;

    default:
        return ngx_http_interconn_conf(r)->message_signature;
    }
}


static ngx_int_t
ngx_http_interconn_bad_signature(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *reason)
{
    ngx_str_t  detail;

    detail.data = (u_char *) reason;
    detail.len = ngx_strlen(reason);

    return ngx_http_interconn_fail(r, ctx, IC_E_bad_signature, detail);
}


/* What needs neither the body nor the key; NULL if it is good. */

static const char *
ngx_http_interconn_signed_headers(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_signature_t *signature)
{
    ngx_str_t                   node;
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);

    node = ngx_http_interconn_claim(r);

    if (!ngx_ic_str_eq(node, ctx->caller.node_id)) {
        return "x-source-node-id is not the caller";
    }

    node = ngx_http_interconn_header(r, "x-target-node-id");

    if (!ngx_ic_str_eq(node, icf->node_id)) {
        return "x-target-node-id is not this node";
    }

    signature->nonce = ngx_http_interconn_header(r, "x-nonce");

    if (!ngx_http_interconn_nonce_valid(signature->nonce)) {
        return "x-nonce must be 8 to 64 of A-Z a-z 0-9 + / = . _ ~ -";
    }

    signature->timestamp = ngx_http_interconn_header(r, "x-timestamp");
    signature->time = ngx_http_interconn_signed_time(signature->timestamp);

    if (signature->time < 0) {
        return "x-timestamp must be milliseconds or seconds since the epoch";
    }

    if (!ngx_http_interconn_timely(signature->time)) {
        return "x-timestamp is not within 300 s of this node's clock";
    }

    return NULL;
}


/* No colon: it ends the peer's id in the name of the nonce's key. */

static ngx_uint_t
ngx_http_interconn_nonce_valid(ngx_str_t nonce)
{
    u_char      c;
    ngx_uint_t  i;

    if (nonce.len < NGX_HTTP_INTERCONN_NONCE_MIN
        || nonce.len > NGX_HTTP_INTERCONN_NONCE_MAX)
    {
        return 0;
    }

    for (i = 0; i < nonce.len; i++) {
        c = nonce.data[i];

        if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
            && (c < '0' || c > '9')
            && (c == '\0' || ngx_strchr("+/=._~-", c) == NULL))
        {
            return 0;
        }
    }

    return 1;
}


/* Milliseconds, -1 if it is no number. */

static int64_t
ngx_http_interconn_signed_time(ngx_str_t timestamp)
{
    int64_t     time;
    ngx_uint_t  i;

    if (timestamp.len == 0 || timestamp.len > NGX_HTTP_INTERCONN_TIME_MAX) {
        return -1;
    }

    time = 0;

    for (i = 0; i < timestamp.len; i++) {
        if (timestamp.data[i] < '0' || timestamp.data[i] > '9') {
            return -1;
        }

        time = time * 10 + (timestamp.data[i] - '0');
    }

    return time < NGX_HTTP_INTERCONN_SECONDS ? time * 1000 : time;
}


static ngx_uint_t
ngx_http_interconn_timely(int64_t time)
{
    int64_t      now;
    ngx_time_t  *tp;

    tp = ngx_timeofday();
    now = (int64_t) tp->sec * 1000 + tp->msec;

    return time >= now - NGX_HTTP_INTERCONN_CLOCK_SKEW
           && time <= now + NGX_HTTP_INTERCONN_CLOCK_SKEW;
}


ngx_int_t
ngx_http_interconn_verify_signature(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_next_pt next)
{
    const char  *reason;

    if (ngx_http_interconn_end_message(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ctx->signature == NULL) {
        return next(r, ctx);
    }

    ctx->next = next;

    /* again: a slow body must not outlive the memory of nonces */

    if (!ngx_http_interconn_timely(ctx->signature->time)) {
        return ngx_http_interconn_bad_signature(r, ctx,
                       "x-timestamp left its 300 s while the body came");
    }

    if (ngx_http_interconn_check_keys(r, ctx, &reason) != NGX_OK) {
        return ngx_http_interconn_bad_signature(r, ctx, reason);
    }

    return ngx_http_interconn_ask_nonce(r, ctx);
}


/* By the present key or, for a while, the one before. */

static ngx_int_t
ngx_http_interconn_check_keys(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char **reason)
{
    EVP_PKEY                     *key;
    ngx_uint_t                    good;
    const char                   *unused;
    ngx_http_interconn_caller_t  *caller;

    caller = &ctx->caller;

    key = ngx_http_interconn_peer_key(r, ctx, reason);
    if (key == NULL) {
        return NGX_DECLINED;
    }

    good = ngx_http_interconn_check_message(r, ctx, key);
    EVP_PKEY_free(key);

    if (good) {
        ctx->signature->present = 1;
        return NGX_OK;
    }

    *reason = "x-auth-sign does not verify with the contract's key";

    if (caller->old_credential.len == 0) {
        return NGX_DECLINED;
    }

    key = ngx_http_interconn_credential_key(r, caller->old_type,
                                            caller->old_credential, &unused);
    if (key == NULL) {
        return NGX_DECLINED;
    }

    good = ngx_http_interconn_check_message(r, ctx, key);
    EVP_PKEY_free(key);

    return good ? NGX_OK : NGX_DECLINED;
}


ngx_uint_t
ngx_http_interconn_is_signed(ngx_http_interconn_ctx_t *ctx)
{
    return ctx->signature && ctx->signature->present;
}


EVP_PKEY *
ngx_http_interconn_peer_key(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char **reason)
{
    ngx_http_interconn_caller_t  *caller;

    caller = &ctx->caller;

    if (caller->auth_credential.len) {
        return ngx_http_interconn_credential_key(r, caller->auth_type,
                                                 caller->auth_credential,
                                                 reason);
    }

    *reason = "the contract has no credential";

    if (!ngx_ic_str_eq(caller->spki, caller->present)) {
        return NULL;
    }

    return ngx_http_interconn_tls_key(r);
}


static EVP_PKEY *
ngx_http_interconn_credential_key(ngx_http_request_t *r, ngx_str_t auth_type,
    ngx_str_t credential, const char **reason)
{
    EVP_PKEY  *key;

    key = ngx_http_interconn_public_key(r, credential);

    if (key == NULL) {
        *reason = "the contract's credential has no key";
        return NULL;
    }

    if (!ic_sign_key_is(key, ngx_ic_lib_str(auth_type))) {
        *reason = "the contract's key is not of its auth_type";
        EVP_PKEY_free(key);
        return NULL;
    }

    return key;
}


/*
 * A partner may approve a contract without naming a credential; the key of
 * its certificate, by which the contract was found, is the same one.
 */

static EVP_PKEY *
ngx_http_interconn_tls_key(ngx_http_request_t *r)
{
    X509      *cert;
    EVP_PKEY  *key;

    if (r->connection->ssl == NULL) {
        return NULL;
    }

    cert = SSL_get_peer_certificate(r->connection->ssl->connection);
    if (cert == NULL) {
        return NULL;
    }

    key = X509_get_pubkey(cert);
    X509_free(cert);

    return key;
}


static ngx_uint_t
ngx_http_interconn_check_message(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, EVP_PKEY *key)
{
    ic_str_t                         text, bytes;
    ic_message_t                     message;
    ngx_http_interconn_conf_t       *icf;
    ngx_http_interconn_signature_t  *signature;

    icf = ngx_http_interconn_conf(r);
    signature = ctx->signature;

    ngx_memzero(&message, sizeof(ic_message_t));

    message.method = ngx_ic_lib_str(r->method_name);
    message.target_uri = ngx_ic_lib_str(r->unparsed_uri);
    message.source_node_id = ngx_ic_lib_str(ctx->caller.node_id);
    message.target_node_id = ngx_ic_lib_str(icf->node_id);
    message.nonce = ngx_ic_lib_str(signature->nonce);
    message.timestamp = ngx_ic_lib_str(signature->timestamp);

    text = ic_sign_message_text(&ctx->arena, &message,
                                ctx->message->body_digest);
    bytes = ic_unbase64(&ctx->arena, ngx_ic_lib_str(signature->value));

    if (text.data == NULL || bytes.data == NULL
        || !ic_sign_verify(key, text, bytes))
    {
        return 0;
    }

    ctx->message->text = ngx_ic_str(text);
    ctx->message->sign = signature->value;

    return 1;
}


/* Last, so that nobody but the peer itself fills the memory of nonces. */

static ngx_int_t
ngx_http_interconn_ask_nonce(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_args_t  args = { .argc = 0 };

    ngx_http_interconn_arg(&args, ctx->caller.node_id);
    ngx_http_interconn_arg(&args, ctx->signature->nonce);

    return ngx_http_interconn_store(r, ctx, "nonce_seen", &args,
                                    ngx_http_interconn_nonce_is_new);
}


static ngx_int_t
ngx_http_interconn_nonce_is_new(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    return ctx->next(r, ctx);
}
