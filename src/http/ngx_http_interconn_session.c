
/*
 * Sessions of the console: a cookie instead of a token. What a browser sends
 * by itself proves nothing of who made it send that, so a request with the
 * cookie alone must have a header that no other site can make it add, and no
 * operator's request may come from another site.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include <openssl/rand.h>

#include "ngx_http_interconn_action.h"
#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_SESSION_BYTES  32
#define NGX_HTTP_INTERCONN_SESSION_HEX                                        \
    (2 * NGX_HTTP_INTERCONN_SESSION_BYTES)

#define NGX_HTTP_INTERCONN_COOKIE  "interconn_session_"


static ngx_uint_t ngx_http_interconn_cookie(ngx_http_request_t *r,
    ngx_str_t *name, ngx_str_t *value);
static ngx_uint_t ngx_http_interconn_other_site(ngx_http_request_t *r,
    ngx_str_t origin);
static ngx_int_t ngx_http_interconn_cookie_name(ngx_http_request_t *r,
    ngx_str_t *name);
static ngx_int_t ngx_http_interconn_session_answer(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_session_ended(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_set_cookie(ngx_http_request_t *r,
    ngx_str_t secret, ngx_msec_t lasts);


/* With that value nobody's hand asked, but a page that is kept up to date. */

static ngx_str_t  ngx_http_interconn_by_itself = ngx_string("live");

/* Who asks, as browsers say it: a page of ours, or an address typed in. */

static ngx_str_t  ngx_http_interconn_same_origin = ngx_string("same-origin");
static ngx_str_t  ngx_http_interconn_typed = ngx_string("none");


ngx_int_t
ngx_http_interconn_session_digest(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t *digest)
{
    ngx_str_t  name, secret;

    ngx_str_null(digest);

    if (ngx_http_interconn_cookie_name(r, &name) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!ngx_http_interconn_cookie(r, &name, &secret)) {
        return NGX_OK;
    }

    *digest = ngx_http_interconn_digest(ctx, ngx_ic_lib_str(secret));

    return digest->data ? NGX_OK : NGX_ERROR;
}


const char *
ngx_http_interconn_foreign_site(ngx_http_request_t *r)
{
    ngx_str_t  origin, site;

    if (ngx_http_interconn_headers(r, "origin", &origin)
        && ngx_http_interconn_other_site(r, origin))
    {
        return "the page that asks is of another site";
    }

    if (ngx_http_interconn_headers(r, "sec-fetch-site", &site)
        && !ngx_ic_str_eq(site, ngx_http_interconn_same_origin)
        && !ngx_ic_str_eq(site, ngx_http_interconn_typed))
    {
        return "the page that asks is of another site";
    }

    return NULL;
}


const char *
ngx_http_interconn_forged(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t  value;

    /* EventSource sends no header; what changes nothing tells no other site */

    if (ngx_http_interconn_headers(r, "x-interconn-console", &value) == 1
        || ctx->endpoint->action == IC_ACTION_events)
    {
        return NULL;
    }

    return "a session needs the header x-interconn-console";
}


void
ngx_http_interconn_touch_session(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t sha256)
{
    ngx_str_t                  value;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    (void) ngx_http_interconn_headers(r, "x-interconn-console", &value);

    if (ngx_ic_str_eq(value, ngx_http_interconn_by_itself)
        || ctx->endpoint->action == IC_ACTION_events)
    {
        return;
    }

    ngx_http_interconn_arg(&args, sha256);

    (void) ngx_http_interconn_tell(r, "signin_touch", &args,
                                   "a session was not prolonged");
}


static ngx_uint_t
ngx_http_interconn_cookie(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *value)
{
#if (nginx_version >= 1023000)
    return ngx_http_parse_multi_header_lines(r, r->headers_in.cookie, name,
                                             value)
           != NULL;
#else
    return ngx_http_parse_multi_header_lines(&r->headers_in.cookies, name,
                                             value)
           != NGX_DECLINED;
#endif
}


/* By the host alone: what ends TLS before us changes the scheme. */

static ngx_uint_t
ngx_http_interconn_other_site(ngx_http_request_t *r, ngx_str_t origin)
{
    u_char     *p;
    ngx_str_t   host;

    p = ngx_strlchr(origin.data, origin.data + origin.len, '/');

    if (p == NULL || p + 1 >= origin.data + origin.len || p[1] != '/'
        || r->headers_in.host == NULL)
    {
        return 1;
    }

    p += 2;
    host = r->headers_in.host->value;

    return (size_t) (origin.data + origin.len - p) != host.len
           || ngx_strncasecmp(p, host.data, host.len) != 0;
}


/*
 * With the node's id in it: consoles of nodes on several ports of one host
 * share its cookies. What may be in ids but not in such names becomes a dot.
 */
static ngx_int_t
ngx_http_interconn_cookie_name(ngx_http_request_t *r, ngx_str_t *name)
{
    u_char     *p;
    ngx_str_t   node_id;

    node_id = ngx_http_interconn_conf(r)->node_id;

    name->len = sizeof(NGX_HTTP_INTERCONN_COOKIE) - 1 + node_id.len;
    name->data = ngx_pnalloc(r->pool, name->len);

    if (name->data == NULL) {
        return NGX_ERROR;
    }

    ngx_sprintf(name->data, NGX_HTTP_INTERCONN_COOKIE "%V", &node_id);

    for (p = name->data; p < name->data + name->len; p++) {
        *p = (*p == ':' || *p == '@') ? '.' : *p;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_interconn_action_session_create(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    u_char                      bytes[NGX_HTTP_INTERCONN_SESSION_BYTES];
    ngx_str_t                  *secret;
    ngx_http_interconn_args_t   args = { .argc = 0 };
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);

    secret = ic_alloc(&ctx->arena, sizeof(ngx_str_t)
                                   + NGX_HTTP_INTERCONN_SESSION_HEX + 1);

    if (secret == NULL || RAND_bytes(bytes, sizeof(bytes)) != 1) {
        return NGX_ERROR;
    }

    secret->data = (u_char *) (secret + 1);
    secret->len = NGX_HTTP_INTERCONN_SESSION_HEX;

    ic_hex((char *) secret->data, bytes, sizeof(bytes));
    ngx_explicit_memzero(bytes, sizeof(bytes));
    ctx->data = secret;

    /* what authentication asked with: the token's digest, the key's */

    ngx_http_interconn_arg(&args, ctx->caller.operator);
    ngx_http_interconn_arg(&args, ngx_http_interconn_digest(ctx,
                                                ngx_ic_lib_str(*secret)));
    ngx_http_interconn_arg(&args, ctx->asked->argv[0]);
    ngx_http_interconn_arg(&args, ctx->asked->argv[1]);
    ngx_http_interconn_arg_number(&args, ctx, icf->session_idle);
    ngx_http_interconn_arg_number(&args, ctx, icf->session_absolute);

    return ngx_http_interconn_store(r, ctx, "signin_create", &args,
                                    ngx_http_interconn_session_answer);
}


static ngx_int_t
ngx_http_interconn_session_answer(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t  *secret = ctx->data;

    ngx_int_t  rc;

    rc = ngx_http_interconn_set_cookie(r, *secret,
                            ngx_http_interconn_conf(r)->session_absolute);

    ngx_explicit_memzero(secret->data, secret->len);

    return rc == NGX_OK ? ngx_http_interconn_answer(r, ctx, reply) : rc;
}


ngx_int_t
ngx_http_interconn_action_session_delete(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t                  sha256;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    if (ngx_http_interconn_session_digest(r, ctx, &sha256) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg(&args, ctx->caller.operator);
    ngx_http_interconn_arg(&args, sha256);

    return ngx_http_interconn_store(r, ctx, "signin_delete", &args,
                                    ngx_http_interconn_session_ended);
}


static ngx_int_t
ngx_http_interconn_session_ended(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    if (ngx_http_interconn_forget_session(r) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_interconn_answer(r, ctx, reply);
}


ngx_int_t
ngx_http_interconn_forget_session(ngx_http_request_t *r)
{
    ngx_str_t  none = ngx_string("");

    return ngx_http_interconn_set_cookie(r, none, 0);
}


static ngx_int_t
ngx_http_interconn_set_cookie(ngx_http_request_t *r, ngx_str_t secret,
    ngx_msec_t lasts)
{
    ngx_str_t    name, value, cache = ngx_string("no-store");
    const char  *secure;

    if (ngx_http_interconn_cookie_name(r, &name) != NGX_OK) {
        return NGX_ERROR;
    }

    secure = r->connection->ssl ? "; Secure" : "";

    value.data = ngx_pnalloc(r->pool, name.len + secret.len
                             + sizeof("=; Path=/v1/platform; Max-Age=; "
                                      "HttpOnly; SameSite=Strict; Secure")
                             + NGX_INT_T_LEN);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    value.len = ngx_sprintf(value.data, "%V=%V; Path=/v1/platform; "
                            "Max-Age=%M; HttpOnly; SameSite=Strict%s",
                            &name, &secret, lasts / 1000, secure)
                - value.data;

    if (ngx_http_interconn_add_header(r, "Cache-Control", cache) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_interconn_add_header(r, "Set-Cookie", value);
}
