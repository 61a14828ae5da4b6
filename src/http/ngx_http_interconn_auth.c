
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../trust/ic_cert.h"
#include "ngx_http_interconn_action.h"
#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_KNOWN  1000           /* ms */


/* What a TLS connection keeps of its peer's certificate; from the heap. */
typedef struct {
    size_t                         name_len;
    u_char                         name[IC_ID_MAX];
    char                           spki[IC_SPKI_HEX];
    ngx_http_interconn_standing_t  standing;
} ngx_http_interconn_identity_t;


static ic_error_e ngx_http_interconn_identify_plain(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t *detail);
static ngx_http_interconn_identity_t *ngx_http_interconn_certificate(
    ngx_http_request_t *r, ngx_http_interconn_ctx_t *ctx, X509 *cert);
static void ngx_http_interconn_free_identity(void *parent, void *ptr,
    CRYPTO_EX_DATA *ad, int index, long argl, void *argp);
static ngx_uint_t ngx_http_interconn_asks_along(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_ask_peer(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_contracted(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);


/* In the spellings that peers use. */

static const char  *ngx_http_interconn_claims[] = {
    "x-source-node-id", "X-Node-Id", NULL
};


/* Like nginx's own ngx_ssl_connection_index; made in each worker. */

static int  ngx_http_interconn_identity_index = -1;


ngx_int_t
ngx_http_interconn_init_identity(ngx_cycle_t *cycle)
{
    if (ngx_http_interconn_identity_index != -1) {
        return NGX_OK;
    }

    ngx_http_interconn_identity_index = SSL_get_ex_new_index(0, NULL, NULL,
                                     NULL, ngx_http_interconn_free_identity);

    if (ngx_http_interconn_identity_index == -1) {
        ngx_ssl_error(NGX_LOG_ALERT, cycle->log, 0,
                      "SSL_get_ex_new_index() failed");
        return NGX_ERROR;
    }

    return NGX_OK;
}


static void
ngx_http_interconn_free_identity(void *parent, void *ptr, CRYPTO_EX_DATA *ad,
    int index, long argl, void *argp)
{
    if (ptr) {
        ngx_free(ptr);
    }
}


ngx_int_t
ngx_http_interconn_authenticate(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_auth_e auth,
    ngx_http_interconn_next_pt next)
{
    ngx_str_t   detail;
    ic_error_e  error;

    ctx->next = next;
    ngx_str_null(&detail);

    if (auth == IC_AUTH_OPERATOR) {
        return ngx_http_interconn_ask_operator(r, ctx);
    }

    error = ngx_http_interconn_identify(r, ctx, &detail);

    if (auth == IC_AUTH_NONE) {
        return next(r, ctx);
    }

    if (error != IC_E_ok) {
        return ngx_http_interconn_fail(r, ctx, error, detail);
    }

    if (auth == IC_AUTH_CONTRACT) {
        return ngx_http_interconn_ask_peer(r, ctx);
    }

    ctx->authenticated = 1;

    return next(r, ctx);
}


ic_error_e
ngx_http_interconn_identify(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t *detail)
{
    long                            rc;
    X509                           *cert;
    const char                     *why;
    ngx_ssl_connection_t           *ssl;
    ngx_http_interconn_caller_t    *caller;
    ngx_http_interconn_identity_t  *id;

    ssl = r->connection->ssl;

    if (ssl == NULL) {
        return ngx_http_interconn_identify_plain(r, ctx, detail);
    }

    cert = SSL_get_peer_certificate(ssl->connection);
    if (cert == NULL) {
        return IC_E_no_certificate;
    }

    rc = SSL_get_verify_result(ssl->connection);

    if (rc != X509_V_OK) {
        X509_free(cert);

        detail->data = (u_char *) ic_cert_advice(rc);
        detail->len = ngx_strlen(detail->data);

        return IC_E_certificate_refused;
    }

    id = ngx_http_interconn_certificate(r, ctx, cert);
    why = id ? ngx_http_interconn_refused(r, cert, &id->standing) : NULL;
    X509_free(cert);

    if (id == NULL) {
        return IC_E_internal;
    }

    if (why) {
        detail->data = (u_char *) why;
        detail->len = ngx_strlen(why);

        return IC_E_certificate_refused;
    }

    caller = &ctx->caller;

    ngx_str_set(&caller->mode, "spki");
    caller->ident.data = (u_char *) id->spki;
    caller->ident.len = IC_SPKI_HEX - 1;
    caller->spki = caller->ident;
    caller->cert_name.data = id->name;
    caller->cert_name.len = id->name_len;

    return IC_E_ok;
}


ngx_str_t
ngx_http_interconn_caller_key(ngx_http_request_t *r)
{
    X509                           *cert;
    ngx_str_t                       key;
    ngx_ssl_connection_t           *ssl;
    ngx_http_interconn_ctx_t       *ctx;
    ngx_http_interconn_identity_t  *id;

    ngx_str_null(&key);

    ssl = r->connection->ssl;
    ctx = ngx_http_interconn_ctx(r);

    if (ssl == NULL || ctx == NULL
        || SSL_get_verify_result(ssl->connection) != X509_V_OK)
    {
        return key;
    }

    cert = SSL_get_peer_certificate(ssl->connection);
    if (cert == NULL) {
        return key;
    }

    id = ngx_http_interconn_certificate(r, ctx, cert);
    X509_free(cert);

    if (id) {
        key.data = (u_char *) id->spki;
        key.len = IC_SPKI_HEX - 1;
    }

    return key;
}


static ic_error_e
ngx_http_interconn_identify_plain(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t *detail)
{
    ngx_str_t                     claim;
    ngx_http_interconn_conf_t    *icf;
    ngx_http_interconn_caller_t  *caller;

    icf = ngx_http_interconn_conf(r);

    if (!icf->plain_identity) {
        return IC_E_no_certificate;
    }

    claim = ngx_http_interconn_claim(r);

    if (!ic_id_valid(ngx_ic_lib_str(claim))) {
        ngx_str_set(detail, "or, without TLS, one valid x-source-node-id");
        return IC_E_no_certificate;
    }

    caller = &ctx->caller;

    ngx_str_set(&caller->mode, "node");
    caller->ident = claim;
    caller->cert_name = claim;

    return IC_E_ok;
}


ngx_str_t
ngx_http_interconn_claim(ngx_http_request_t *r)
{
    ngx_str_t     claim;
    const char  **name;

    ngx_str_null(&claim);

    for (name = ngx_http_interconn_claims; *name && claim.len == 0; name++) {
        claim = ngx_http_interconn_header(r, *name);
    }

    return claim;
}


/* Digesting the key costs more than the rest of a short request. */

static ngx_http_interconn_identity_t *
ngx_http_interconn_certificate(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, X509 *cert)
{
    SSL                            *ssl;
    ic_str_t                        name;
    ngx_http_interconn_identity_t  *id;

    ssl = r->connection->ssl->connection;
    id = SSL_get_ex_data(ssl, ngx_http_interconn_identity_index);

    if (id) {
        return id;
    }

    id = ngx_calloc(sizeof(ngx_http_interconn_identity_t),
                    r->connection->log);
    if (id == NULL) {
        return NULL;
    }

    name = ic_cert_name(&ctx->arena, cert);

    if (name.len <= sizeof(id->name)) {
        id->name_len = name.len;
        ngx_memcpy(id->name, name.data, name.len);
    }

    if (ic_cert_spki(cert, id->spki) != 0
        || SSL_set_ex_data(ssl, ngx_http_interconn_identity_index, id) == 0)
    {
        ngx_ssl_error(NGX_LOG_ERR, r->connection->log, 0,
                      "the client certificate's key cannot be digested");
        ngx_free(id);
        return NULL;
    }

    return id;
}


static ngx_int_t
ngx_http_interconn_ask_peer(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t                  value;
    ngx_http_interconn_who_t  *who;

    who = ngx_pcalloc(r->pool, sizeof(ngx_http_interconn_who_t));
    if (who == NULL) {
        return NGX_ERROR;
    }

    who->function = "peer_identify";
    who->argv[0] = ctx->caller.mode;
    who->argv[1] = ctx->caller.ident;
    who->argc = 2;

    /* only who verifies something needs the credential */

    who->is_unsigned = ngx_http_interconn_headers(r, "x-auth-sign", &value)
                       == 0;
    if (who->is_unsigned
        && (ctx->endpoint == NULL
            || (ctx->endpoint->action != IC_ACTION_node_update_in
                && ctx->endpoint->action != IC_ACTION_evidence_checkpoint)))
    {
        ngx_str_set(&who->argv[2], "brief");
        who->argc = 3;
    }

    who->done = ngx_http_interconn_contracted;

    return ngx_http_interconn_ask(r, ctx, who);
}


ngx_int_t
ngx_http_interconn_ask(ngx_http_request_t *r, ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_who_t *who)
{
    ctx->who = who;
    ctx->asked = who;
    ctx->asked_at = ngx_current_msec;

    if (ngx_http_interconn_asks_along(r, ctx)) {
        return ctx->next(r, ctx);
    }

    return ngx_http_interconn_ask_first(r, ctx, ctx->next);
}


/* Nothing but the one call is done before it is known who calls. */

static ngx_uint_t
ngx_http_interconn_asks_along(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    const ic_endpoint_t  *endpoint;

    endpoint = ctx->endpoint;

    if (ctx->channel) {
        return ctx->who->is_unsigned
               && ngx_http_interconn_header(r, "x-ptp-session-id").len > 0;
    }

    return endpoint && endpoint->action == IC_ACTION_call
           && r->method == NGX_HTTP_GET && ctx->who->is_unsigned
           && r->headers_in.content_length_n <= 0 && !r->headers_in.chunked;
}


ngx_int_t
ngx_http_interconn_ask_first(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_next_pt next)
{
    ngx_uint_t                 i;
    ngx_http_interconn_who_t  *who;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    who = ctx->who;

    ctx->who = NULL;
    ctx->asked_at = ngx_current_msec;
    ctx->next = next;

    for (i = 0; i < who->argc; i++) {
        ngx_http_interconn_arg(&args, who->argv[i]);
    }

    return ngx_http_interconn_store(r, ctx, who->function, &args, who->done);
}


ngx_int_t
ngx_http_interconn_ask_again(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_next_pt next)
{
    if (ctx->asked == NULL || ctx->who
        || ngx_current_msec - ctx->asked_at < NGX_HTTP_INTERCONN_KNOWN)
    {
        return next(r, ctx);
    }

    ctx->who = ctx->asked;

    return ngx_http_interconn_ask_first(r, ctx, next);
}


static ngx_int_t
ngx_http_interconn_contracted(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_http_interconn_caller_t  *caller;

    caller = &ctx->caller;

    caller->node_id = ngx_http_interconn_reply_get(reply, "node_id");
    caller->inst_id = ngx_http_interconn_reply_get(reply, "inst_id");
    caller->contract_id = ngx_http_interconn_reply_get(reply, "contract_id");
    caller->auth_type = ngx_http_interconn_reply_get(reply, "auth_type");
    caller->auth_credential = ngx_http_interconn_reply_get(reply,
                                                           "auth_credential");
    caller->old_type = ngx_http_interconn_reply_get(reply, "old_type");
    caller->old_credential = ngx_http_interconn_reply_get(reply,
                                                          "old_credential");
    caller->present = ngx_http_interconn_reply_get(reply, "spki");

    ngx_memzero(&caller->profile, sizeof(ic_profile_t));
    ic_profile_read(&caller->profile,
                    ngx_ic_lib_str(ngx_http_interconn_reply_get(reply,
                                                                "speaks")));

    ctx->authenticated = 1;

    return ctx->next(r, ctx);
}
