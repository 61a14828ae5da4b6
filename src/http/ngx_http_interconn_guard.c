
/*
 * A location behind a permit: who calls and what it presents is checked here
 * without the store, contract and use in one call to it.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../lib/ic_codec.h"
#include "ngx_http_interconn_core.h"


static ngx_http_interconn_guard_t *ngx_http_interconn_guard_create(
    ngx_http_request_t *r);
static void ngx_http_interconn_guard_cleanup(void *data);
static ngx_int_t ngx_http_interconn_guard_target(ngx_http_request_t *r,
    ngx_http_interconn_guard_t *guard,
    ngx_http_interconn_guard_conf_t *igcf);
static ngx_uint_t ngx_http_interconn_guard_again(
    ngx_http_interconn_use_t *one, ngx_http_interconn_use_t *other);
static void ngx_http_interconn_guard_check(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_guard_t *guard);
static ngx_int_t ngx_http_interconn_guard_keep(ngx_http_request_t *r,
    ngx_http_interconn_guard_t *guard, const ic_permit_t *permit);
static ngx_int_t ngx_http_interconn_guard_start(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_guard_t *guard);
static ngx_int_t ngx_http_interconn_guard_ask(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_guard_t *guard);
static ngx_int_t ngx_http_interconn_guard_used(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static void ngx_http_interconn_guard_caller(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_guard_t *guard);
static void ngx_http_interconn_guard_resume(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_int_t rc);


ngx_int_t
ngx_http_interconn_guard_access(ngx_http_request_t *r)
{
    ngx_int_t                         rc;
    ngx_http_interconn_ctx_t         *ctx;
    ngx_http_interconn_guard_t       *guard;
    ngx_http_interconn_guard_conf_t  *igcf;

    igcf = ngx_http_get_module_loc_conf(r, ngx_http_interconn_permit_module);

    if (igcf->kind == NULL || r != r->main) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_interconn_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    /* the phase is entered again at every event of the client */

    if (ctx->call) {
        return NGX_AGAIN;
    }

    guard = ngx_http_interconn_guard(r);
    if (guard == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (guard->passed) {
        ngx_http_interconn_guard_caller(ctx, guard);
        return NGX_OK;
    }

    ctx->guarded = 1;
    ctx->resume = ngx_http_interconn_guard_resume;

    rc = ngx_http_interconn_guard_start(r, ctx, guard);

    if (rc == NGX_AGAIN) {
        return NGX_AGAIN;
    }

    /* it was answered here, or cannot be */

    ngx_http_finalize_request(r, rc);

    return NGX_DONE;
}


ngx_http_interconn_guard_t *
ngx_http_interconn_guard(ngx_http_request_t *r)
{
    ngx_http_interconn_ctx_t         *ctx;
    ngx_http_interconn_guard_t       *guard;
    ngx_http_interconn_guard_conf_t  *igcf;

    guard = ngx_http_interconn_guard_find(r);
    igcf = ngx_http_get_module_loc_conf(r, ngx_http_interconn_permit_module);

    if (igcf->kind == NULL || r != r->main) {
        return guard;
    }

    /* a location may be entered again, with another resource */

    if (guard && guard->conf == igcf && guard->uri == r->uri.data
        && guard->args == r->args.data)
    {
        return guard;
    }

    ctx = ngx_http_interconn_ctx(r);

    if (guard == NULL) {
        guard = ngx_http_interconn_guard_create(r);
    }

    if (ctx == NULL || guard == NULL
        || ngx_http_interconn_guard_target(r, guard, igcf) != NGX_OK)
    {
        return NULL;
    }

    if (!guard->passed) {
        ngx_http_interconn_guard_check(r, ctx, guard);
    }

    return guard;
}


/*
 * An internal redirect forgets the contexts of modules and goes through the
 * phases again; what was charged for is remembered with the pool, as
 * ngx_http_realip_module does.
 */

ngx_http_interconn_guard_t *
ngx_http_interconn_guard_find(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t          *cln;
    ngx_http_interconn_guard_t  *guard;

    r = r->main;
    guard = ngx_http_get_module_ctx(r, ngx_http_interconn_permit_module);

    if (guard || !(r->internal || r->filter_finalize)) {
        return guard;
    }

    for (cln = r->pool->cleanup; cln; cln = cln->next) {
        if (cln->handler == ngx_http_interconn_guard_cleanup) {
            ngx_http_set_ctx(r, cln->data, ngx_http_interconn_permit_module);
            return cln->data;
        }
    }

    return NULL;
}


static ngx_http_interconn_guard_t *
ngx_http_interconn_guard_create(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t          *cln;
    ngx_http_interconn_guard_t  *guard;

    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_http_interconn_guard_t));
    if (cln == NULL) {
        return NULL;
    }

    guard = cln->data;
    ngx_memzero(guard, sizeof(ngx_http_interconn_guard_t));

    cln->handler = ngx_http_interconn_guard_cleanup;

    ngx_http_set_ctx(r, guard, ngx_http_interconn_permit_module);

    return guard;
}


static void
ngx_http_interconn_guard_cleanup(void *data)
{
}


/*
 * What this location wants to be used. A request that was let in for the same
 * is still in.
 */

static ngx_int_t
ngx_http_interconn_guard_target(ngx_http_request_t *r,
    ngx_http_interconn_guard_t *guard, ngx_http_interconn_guard_conf_t *igcf)
{
    ngx_str_t                 value[NGX_HTTP_INTERCONN_GUARD_VALUES];
    ngx_uint_t                i;
    ngx_http_interconn_use_t  use;

    for (i = 0; i < NGX_HTTP_INTERCONN_GUARD_VALUES; i++) {

        ngx_str_null(&value[i]);

        if (igcf->values[i]
            && ngx_http_complex_value(r, igcf->values[i], &value[i])
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    ngx_memzero(&use, sizeof(ngx_http_interconn_use_t));

    use.kind = igcf->kind->name;
    use.id = value[NGX_HTTP_INTERCONN_GUARD_ID];
    use.purpose.project =
               ngx_ic_lib_str(value[NGX_HTTP_INTERCONN_GUARD_PROJECT]);
    use.purpose.component =
               ngx_ic_lib_str(value[NGX_HTTP_INTERCONN_GUARD_COMPONENT]);
    use.purpose.algorithm =
               ngx_ic_lib_str(value[NGX_HTTP_INTERCONN_GUARD_ALGORITHM]);

    if (!guard->passed
        || !ngx_http_interconn_guard_again(&use, &guard->use))
    {
        ngx_memzero(guard, sizeof(ngx_http_interconn_guard_t));

        guard->use = use;
        guard->use_id = value[NGX_HTTP_INTERCONN_GUARD_USE];
    }

    guard->conf = igcf;
    guard->uri = r->uri.data;
    guard->args = r->args.data;

    return NGX_OK;
}


static ngx_uint_t
ngx_http_interconn_guard_again(ngx_http_interconn_use_t *one,
    ngx_http_interconn_use_t *other)
{
    return one->kind == other->kind
           && ngx_ic_str_eq(one->id, other->id)
           && ic_str_eq(one->purpose.project, other->purpose.project)
           && ic_str_eq(one->purpose.component, other->purpose.component)
           && ic_str_eq(one->purpose.algorithm, other->purpose.algorithm);
}


/* All that needs no store, in the order of docs/security.md. */

static void
ngx_http_interconn_guard_check(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_guard_t *guard)
{
    ngx_str_t           detail = ngx_null_string;
    const char         *fault;
    const ic_permit_t  *permit;

    guard->error = ngx_http_interconn_identify(r, ctx, &detail);
    guard->reason = (char *) detail.data;

    if (guard->error != IC_E_ok) {
        return;
    }

    fault = ngx_http_interconn_guard_faults(r, guard);

    if (fault) {
        guard->error = IC_E_invalid_fields;
        guard->reason = fault;
        return;
    }

    guard->error = ngx_http_interconn_find_permit(r, ctx, &guard->use,
                                                  &permit, &guard->reason);

    if (guard->error == IC_E_ok
        && ngx_http_interconn_guard_keep(r, guard, permit) != NGX_OK)
    {
        guard->error = IC_E_internal;
        guard->reason = "no memory";
    }
}


/* The permit is the cache's, and gone at the next event. */

static ngx_int_t
ngx_http_interconn_guard_keep(ngx_http_request_t *r,
    ngx_http_interconn_guard_t *guard, const ic_permit_t *permit)
{
    size_t   kind;
    u_char  *p;

    kind = ngx_strlen(guard->use.kind);

    p = ngx_pnalloc(r->pool, permit->jti.len + permit->spki.len + kind + 1
                             + guard->use.id.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    guard->permit_id.data = p;
    guard->permit_id.len = permit->jti.len;
    p = ngx_cpymem(p, permit->jti.data, permit->jti.len);

    guard->cnf.data = p;
    guard->cnf.len = permit->spki.len;
    p = ngx_cpymem(p, permit->spki.data, permit->spki.len);

    guard->resource.data = p;
    guard->resource.len = kind + 1 + guard->use.id.len;
    ngx_sprintf(p, "%s:%V", guard->use.kind, &guard->use.id);

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_guard_start(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_guard_t *guard)
{
    ngx_str_t   detail = ngx_null_string;
    ic_error_e  error;

    /* it was asked before, for a variable; the context may be a new one */

    if (ctx->caller.ident.len == 0) {
        error = ngx_http_interconn_identify(r, ctx, &detail);

        if (error != IC_E_ok) {
            return ngx_http_interconn_fail(r, ctx, error, detail);
        }
    }

    if (guard->error != IC_E_ok) {

        if (guard->reason) {
            detail.data = (u_char *) guard->reason;
            detail.len = ngx_strlen(guard->reason);
        }

        return ngx_http_interconn_fail(r, ctx, guard->error, detail);
    }

    if (ngx_http_interconn_guard_use(r, guard) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_interconn_guard_ask(r, ctx, guard);
}


static ngx_int_t
ngx_http_interconn_guard_ask(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_guard_t *guard)
{
    ic_purpose_t               *purpose;
    ngx_http_interconn_args_t   args = { .argc = 0 };

    purpose = &guard->use.purpose;

    ngx_http_interconn_arg(&args, ctx->caller.mode);
    ngx_http_interconn_arg(&args, ctx->caller.ident);
    ngx_http_interconn_arg(&args, guard->permit_id);
    ngx_http_interconn_arg(&args, guard->cnf);
    ngx_http_interconn_arg(&args, guard->use_id);
    ngx_http_interconn_arg_z(&args, guard->once ? "1"
                                    : guard->retry ? "retry" : "0");
    ngx_http_interconn_arg_z(&args, guard->use.kind);
    ngx_http_interconn_arg(&args, guard->use.id);
    ngx_http_interconn_arg(&args, ngx_ic_str(purpose->project));
    ngx_http_interconn_arg(&args, ngx_ic_str(purpose->component));
    ngx_http_interconn_arg(&args, ngx_ic_str(purpose->algorithm));

    return ngx_http_interconn_store(r, ctx, "permit_guard", &args,
                                    ngx_http_interconn_guard_used);
}


static ngx_int_t
ngx_http_interconn_guard_used(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t                    left;
    ngx_http_interconn_guard_t  *guard;

    guard = ngx_http_interconn_guard_find(r);
    if (guard == NULL) {
        return NGX_ERROR;
    }

    guard->node_id = ngx_http_interconn_reply_get(reply, "node_id");
    guard->contract_id = ngx_http_interconn_reply_get(reply, "contract_id");
    guard->passed = 1;

    left = ngx_http_interconn_reply_get(reply, "left");

    if (!ic_str_is(ngx_ic_lib_str(left), "-1")) {
        guard->left = left;
    }

    left = ngx_http_interconn_reply_get(reply, "bytes_left");
    guard->metered = left.len && !ic_str_is(ngx_ic_lib_str(left), "-1");

    ngx_http_interconn_guard_caller(ctx, guard);
    ngx_http_interconn_count(r, ctx, 0);

    return NGX_OK;
}


static void
ngx_http_interconn_guard_caller(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_guard_t *guard)
{
    ctx->caller.node_id = guard->node_id;
    ctx->caller.contract_id = guard->contract_id;
    ctx->authenticated = 1;
}


static void
ngx_http_interconn_guard_resume(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_int_t rc)
{
    ngx_http_interconn_guard_t  *guard;

    guard = ngx_http_interconn_guard_find(r);

    if (guard && guard->passed) {
        ngx_http_core_run_phases(r);
        return;
    }

    ngx_http_finalize_request(r, rc);
}
