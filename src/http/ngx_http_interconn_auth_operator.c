
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_action.h"
#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_MAX_TOKEN  512


static ngx_int_t ngx_http_interconn_shown(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_who_t *who,
    ngx_str_t *detail);
static ngx_int_t ngx_http_interconn_bearer(ngx_http_request_t *r,
    ngx_str_t *token);
static ngx_int_t ngx_http_interconn_operator_key(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t *spki, ngx_str_t *detail);
static ngx_int_t ngx_http_interconn_operated(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);


/*
 * An operator's certificate, its token, or both of the same one; without a
 * token, the session of a cookie. Nobody is told which of a token's
 * properties was wrong.
 */
ngx_int_t
ngx_http_interconn_ask_operator(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_int_t                  rc;
    ngx_str_t                  detail;
    const char                *foreign;
    ngx_http_interconn_who_t  *who;

    ngx_str_null(&detail);

    if (r->connection->ssl == NULL
        && !ngx_http_interconn_conf(r)->plain_identity)
    {
        ngx_str_set(&detail, "tokens are taken over TLS only");
        return ngx_http_interconn_fail(r, ctx, IC_E_no_operator, detail);
    }

    who = ngx_pcalloc(r->pool, sizeof(ngx_http_interconn_who_t));
    if (who == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_http_interconn_shown(r, ctx, who, &detail);

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED
               ? ngx_http_interconn_fail(r, ctx, IC_E_no_operator, detail)
               : rc;
    }

    foreign = ngx_http_interconn_foreign_site(r);

    if (foreign == NULL && who->is_session) {
        foreign = ngx_http_interconn_forged(r, ctx);
    }

    if (foreign) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_not_permitted, foreign);
    }

    who->argv[2] = ngx_ic_str(ic_str(ctx->endpoint->permission));
    who->argc = 3;
    who->is_unsigned = 1;
    who->done = ngx_http_interconn_operated;

    return ngx_http_interconn_ask(r, ctx, who);
}


/* NGX_DECLINED: nothing, or nothing good. A session begins no other one. */

static ngx_int_t
ngx_http_interconn_shown(ngx_http_request_t *r, ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_who_t *who, ngx_str_t *detail)
{
    ngx_str_t  token;

    who->function = "operator_identify";

    if (ngx_http_interconn_bearer(r, &token) != NGX_OK
        || ngx_http_interconn_operator_key(r, ctx, &who->argv[1], detail)
           != NGX_OK)
    {
        return NGX_DECLINED;
    }

    if (token.len) {
        who->argv[0] = ngx_http_interconn_digest(ctx, ngx_ic_lib_str(token));
        return who->argv[0].data ? NGX_OK : NGX_ERROR;
    }

    if (ctx->endpoint->action != IC_ACTION_session_create) {
        if (ngx_http_interconn_session_digest(r, ctx, &who->argv[0])
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (who->argv[0].len) {
            who->function = "signin_identify";
            who->is_session = 1;
            return NGX_OK;
        }
    }

    return who->argv[1].len ? NGX_OK : NGX_DECLINED;
}


/* token: empty without the header. NGX_DECLINED: it cannot be a token. */

static ngx_int_t
ngx_http_interconn_bearer(ngx_http_request_t *r, ngx_str_t *token)
{
    size_t  scheme;

    scheme = sizeof("Bearer ") - 1;

    ngx_str_null(token);

    if (r->headers_in.authorization == NULL) {
        return NGX_OK;
    }

    *token = r->headers_in.authorization->value;

    if (token->len <= scheme
        || token->len > scheme + NGX_HTTP_INTERCONN_MAX_TOKEN
        || ngx_strncasecmp(token->data, (u_char *) "Bearer ", scheme) != 0)
    {
        return NGX_DECLINED;
    }

    token->data += scheme;
    token->len -= scheme;

    return NGX_OK;
}


/* spki: empty without a certificate. NGX_DECLINED: it is not a good one. */

static ngx_int_t
ngx_http_interconn_operator_key(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t *spki, ngx_str_t *detail)
{
    ic_error_e  error;

    ngx_str_null(spki);

    if (r->connection->ssl == NULL) {
        return NGX_OK;
    }

    error = ngx_http_interconn_identify(r, ctx, detail);

    if (error == IC_E_ok) {
        *spki = ctx->caller.spki;

        /* a caller with a key would be a peer */

        ngx_memzero(&ctx->caller, sizeof(ngx_http_interconn_caller_t));
        return NGX_OK;
    }

    return error == IC_E_no_certificate ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
ngx_http_interconn_operated(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t  touch;

    ctx->caller.operator = ngx_http_interconn_reply_get(reply, "name");
    ctx->authenticated = 1;

    touch = ngx_http_interconn_reply_get(reply, "touch");

    if (touch.len) {
        ngx_http_interconn_touch_session(r, ctx, ctx->asked->argv[0]);
    }

    return ctx->next(r, ctx);
}
