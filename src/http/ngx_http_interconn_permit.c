
/* The permit that a request presents, and what it says. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_core.h"


/* What a request presents. */
typedef struct {
    ngx_str_t                  token;
    ngx_uint_t                 several;      /* and another one */
} ngx_http_interconn_presented_t;


static void ngx_http_interconn_present(
    ngx_http_interconn_presented_t *presented, ngx_str_t token);
static void ngx_http_interconn_present_headers(ngx_http_request_t *r,
    ngx_http_interconn_presented_t *presented);
static void ngx_http_interconn_present_set(ngx_http_request_t *r,
    ngx_http_interconn_presented_t *presented, ngx_str_t resource);
static ngx_str_t ngx_http_interconn_token_of(ngx_str_t entry,
    ngx_str_t resource);
static ngx_uint_t ngx_http_interconn_names(ngx_str_t name,
    ngx_str_t resource);
static const char *ngx_http_interconn_check_claims(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_use_t *use,
    const ic_permit_t *permit);


ic_error_e
ngx_http_interconn_find_permit(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_use_t *use,
    const ic_permit_t **permit, const char **reason)
{
    ngx_http_interconn_conf_t       *icf;
    ngx_http_interconn_presented_t   presented;

    icf = ngx_http_interconn_conf(r);

    if (icf->permit_key == NULL) {
        *reason = "set interconn_permit_key";
        return IC_E_internal;
    }

    ngx_memzero(&presented, sizeof(ngx_http_interconn_presented_t));

    ngx_http_interconn_present_headers(r, &presented);
    ngx_http_interconn_present_set(r, &presented, use->id);

    if (presented.several) {
        *reason = "present one permit";
        return IC_E_permit_invalid;
    }

    if (presented.token.len == 0) {
        *reason = "x-resource-permit";
        return IC_E_permit_missing;
    }

    *reason = ngx_http_interconn_verify_permit(r, ctx, icf->permit_key,
                                               presented.token, permit);

    if (*reason == NULL) {
        *reason = ngx_http_interconn_check_claims(r, ctx, use, *permit);
    }

    if (*reason) {
        return IC_E_permit_invalid;
    }

    *reason = ic_scope_refuses((*permit)->scope, &use->purpose);

    return *reason ? IC_E_permit_scope : IC_E_ok;
}


/* The same token by two ways is one. */

static void
ngx_http_interconn_present(ngx_http_interconn_presented_t *presented,
    ngx_str_t token)
{
    if (token.len == 0) {
        return;
    }

    if (presented->token.len && !ngx_ic_str_eq(presented->token, token)) {
        presented->several = 1;
    }

    presented->token = token;
}


/* x-resource-permit; Authorization: MPC-Permit. */

static void
ngx_http_interconn_present_headers(ngx_http_request_t *r,
    ngx_http_interconn_presented_t *presented)
{
    size_t      scheme;
    ngx_str_t   token;
    ngx_uint_t  n;

    n = ngx_http_interconn_headers(r, "x-resource-permit", &token);

    if (n > 1) {
        presented->several = 1;
    }

    ngx_http_interconn_present(presented, token);

    scheme = sizeof("MPC-Permit ") - 1;
    n = ngx_http_interconn_headers(r, "authorization", &token);

    if (token.len < scheme
        || ngx_strncasecmp(token.data, (u_char *) "MPC-Permit ", scheme)
           != 0)
    {
        return;
    }

    if (n > 1) {
        presented->several = 1;
    }

    for (n = scheme; n < token.len && token.data[n] == ' '; n++) {
        /* void */
    }

    token.data += n;
    token.len -= n;

    ngx_http_interconn_present(presented, token);
}


/* The resource's entry of x-mprac-token-set. */

static void
ngx_http_interconn_present_set(ngx_http_request_t *r,
    ngx_http_interconn_presented_t *presented, ngx_str_t resource)
{
    u_char     *p, *last;
    ngx_str_t   set, entry;

    set = ngx_http_interconn_header(r, "x-mprac-token-set");

    p = set.data;
    last = set.data + set.len;

    while (p < last) {
        entry.data = p;

        while (p < last && *p != ',') {
            p++;
        }

        entry.len = p++ - entry.data;

        ngx_http_interconn_present(presented,
                             ngx_http_interconn_token_of(entry, resource));
    }
}


/*
 * Of "<resource name>/<level>/<token>" the token, if the name ends with the
 * resource's id: a token has no slash, a name may.
 */

static ngx_str_t
ngx_http_interconn_token_of(ngx_str_t entry, ngx_str_t resource)
{
    u_char     *p;
    ngx_str_t   token, name;

    ngx_str_null(&token);

    while (entry.len && entry.data[0] == ' ') {
        entry.data++;
        entry.len--;
    }

    p = entry.data + entry.len;

    while (p > entry.data && p[-1] != '/') {
        p--;
    }

    if (p == entry.data) {
        return token;
    }

    name.data = entry.data;
    name.len = p - 1 - entry.data;

    while (name.len && name.data[name.len - 1] != '/') {
        name.len--;
    }

    if (name.len == 0) {
        return token;
    }

    name.len--;

    if (ngx_http_interconn_names(name, resource)) {
        token.data = p;
        token.len = entry.data + entry.len - p;
    }

    return token;
}


/* The id is the whole name or follows a separator: D1 is not the end of XD1. */

static ngx_uint_t
ngx_http_interconn_names(ngx_str_t name, ngx_str_t resource)
{
    size_t  before;

    if (resource.len == 0 || name.len < resource.len) {
        return 0;
    }

    before = name.len - resource.len;

    if (ngx_memcmp(name.data + before, resource.data, resource.len) != 0) {
        return 0;
    }

    return before == 0 || name.data[before - 1] == ':'
           || name.data[before - 1] == '/';
}


/*
 * Who holds it is the store's to compare where the caller's node is not known
 * yet, and its key always is: a partner may have changed it.
 */

static const char *
ngx_http_interconn_check_claims(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_use_t *use,
    const ic_permit_t *permit)
{
    ngx_http_interconn_conf_t    *icf;
    ngx_http_interconn_caller_t  *caller;

    icf = ngx_http_interconn_conf(r);
    caller = &ctx->caller;

    if (!ic_str_is(permit->type, use->kind)
        || !ic_str_eq(permit->resource_id, ngx_ic_lib_str(use->id)))
    {
        return "it is for something else";
    }

    if (!ic_str_eq(permit->node_id, ngx_ic_lib_str(icf->node_id))) {
        return "it is another node's";
    }

    if (caller->node_id.len
        && !ic_str_eq(permit->holder, ngx_ic_lib_str(caller->node_id)))
    {
        return "it is bound to another holder";
    }

    if (caller->spki.len && permit->spki.len == 0) {
        return "it is bound to no key";
    }

    return NULL;
}
