
/*
 * Evidence of refused callers. It is written when the request is over and
 * nobody waits for it, so that a caller learns nothing from the time.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../trust/ic_cert.h"
#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_DENIED_ANONYMOUS  100     /* a minute */
#define NGX_HTTP_INTERCONN_DENIED_TEXT       256     /* bytes of a text */


/* In the request's pool. */
typedef struct {
    ngx_http_request_t   *request;
    const char           *event;
    const char           *error;
    ngx_str_t             detail;
} ngx_http_interconn_denial_t;


static void ngx_http_interconn_denied_write(void *data);
static const char *ngx_http_interconn_denied_event(
    ngx_http_interconn_ctx_t *ctx, const ic_error_t *error);
static ngx_str_t ngx_http_interconn_denied_peer(
    ngx_http_interconn_ctx_t *ctx);
static ngx_str_t ngx_http_interconn_denied_spki(ngx_http_request_t *r);
static ngx_uint_t ngx_http_interconn_denied_often(ngx_http_request_t *r);
static ngx_str_t ngx_http_interconn_denied_text(ngx_str_t text);


/* Refusals of a caller; a refused permit is evidence of its own. */

static const struct {
    ic_error_e            error;
    const char           *event;
} ngx_http_interconn_denials[] = {
    { IC_E_no_certificate, "AUTHN_FAILED" },
    { IC_E_certificate_refused, "CERT_REJECTED" },
    { IC_E_no_operator, "AUTHN_FAILED" },
    { IC_E_session_expired, "AUTHN_FAILED" },
    { IC_E_bad_signature, "AUTHN_FAILED" },
    { IC_E_key_retired, "AUTHN_FAILED" },
    { IC_E_key_not_proven, "AUTHN_FAILED" },
    { IC_E_unknown_certificate, "AUTHZ_DENIED" },
    { IC_E_no_contract, "AUTHZ_DENIED" },
    { IC_E_contract_terminated, "AUTHZ_DENIED" },
    { IC_E_contract_expired, "AUTHZ_DENIED" },
    { IC_E_not_permitted, "AUTHZ_DENIED" },
    { IC_E_ok, NULL }
};


void
ngx_http_interconn_denied(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const ic_error_t *error, ngx_str_t detail)
{
    const char                   *event;
    ngx_http_cleanup_t           *cln;
    ngx_http_interconn_denial_t  *denial;

    event = ngx_http_interconn_denied_event(ctx, error);
    if (event == NULL) {
        return;
    }

    cln = ngx_http_cleanup_add(r, sizeof(ngx_http_interconn_denial_t));
    if (cln == NULL) {
        return;
    }

    cln->handler = ngx_http_interconn_denied_write;

    denial = cln->data;
    denial->request = r;
    denial->event = event;
    denial->error = error->name;
    denial->detail = detail;
}


static void
ngx_http_interconn_denied_write(void *data)
{
    ngx_http_interconn_denial_t *denial = data;

    ngx_str_t                   peer;
    ngx_http_request_t         *r;
    ngx_http_interconn_ctx_t   *ctx;
    ngx_http_interconn_args_t   args = { .argc = 0 };

    r = denial->request;
    ctx = ngx_http_get_module_ctx(r, ngx_http_interconn_module);

    if (ctx == NULL || ngx_http_interconn_conf(r)->key.len == 0) {
        return;
    }

    peer = ngx_http_interconn_denied_peer(ctx);

    if (peer.len == 0) {
        if (ngx_http_interconn_denied_often(r)) {
            return;
        }

        ngx_str_set(&peer, "-");
    }

    ngx_http_interconn_arg_z(&args, denial->event);
    ngx_http_interconn_arg(&args, peer);
    ngx_http_interconn_arg(&args, r->connection->addr_text);
    ngx_http_interconn_arg(&args, ctx->endpoint
                                  ? ngx_ic_str(ic_str(ctx->endpoint->path))
                                  : ngx_http_interconn_denied_text(r->uri));
    ngx_http_interconn_arg_z(&args, denial->error);
    ngx_http_interconn_arg(&args,
                           ngx_http_interconn_denied_text(denial->detail));
    ngx_http_interconn_arg(&args, ngx_http_interconn_denied_spki(r));

    (void) ngx_http_interconn_tell(r, "denied", &args,
                                   "a refusal left no evidence");
}


static const char *
ngx_http_interconn_denied_event(ngx_http_interconn_ctx_t *ctx,
    const ic_error_t *error)
{
    ngx_uint_t  i;

    if (ctx->foreign) {
        return "AUTHZ_DENIED";
    }

    for (i = 0; ngx_http_interconn_denials[i].event; i++) {
        if (error == &ic_errors[ngx_http_interconn_denials[i].error]) {
            return ngx_http_interconn_denials[i].event;
        }
    }

    return NULL;
}


/* By what was proved; a header's word is no name to count under. */

static ngx_str_t
ngx_http_interconn_denied_peer(ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_caller_t  *caller;

    caller = &ctx->caller;

    if (caller->operator.len) {
        return caller->operator;
    }

    if (caller->node_id.len) {
        return caller->node_id;
    }

    return caller->spki.len ? caller->cert_name : caller->spki;
}


/* Of the certificate that was shown, whether it is good or not; or empty. */

static ngx_str_t
ngx_http_interconn_denied_spki(ngx_http_request_t *r)
{
    char       *hex;
    X509       *cert;
    ngx_str_t   spki = ngx_null_string;

    if (r->connection->ssl == NULL) {
        return spki;
    }

    cert = SSL_get_peer_certificate(r->connection->ssl->connection);
    hex = cert ? ngx_pnalloc(r->pool, IC_SPKI_HEX) : NULL;

    if (hex && ic_cert_spki(cert, hex) == 0) {
        spki.data = (u_char *) hex;
        spki.len = IC_SPKI_HEX - 1;
    }

    X509_free(cert);

    return spki;
}


/* Whoever shows nothing must not make the store work for every refusal. */

static ngx_uint_t
ngx_http_interconn_denied_often(ngx_http_request_t *r)
{
    time_t                           minute;
    ngx_http_interconn_main_conf_t  *imcf;

    imcf = ngx_http_get_module_main_conf(r, ngx_http_interconn_module);
    minute = ngx_time() / 60;

    if (imcf->denied_minute != minute) {
        imcf->denied_minute = minute;
        imcf->denied = 0;
    }

    return imcf->denied++ >= NGX_HTTP_INTERCONN_DENIED_ANONYMOUS;
}


static ngx_str_t
ngx_http_interconn_denied_text(ngx_str_t text)
{
    text.len = ngx_min(text.len, NGX_HTTP_INTERCONN_DENIED_TEXT);

    return text;
}
