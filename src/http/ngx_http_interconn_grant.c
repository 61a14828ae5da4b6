
/* Answering a partner's request: POST /v1/platform/audit/confirm. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_action.h"


typedef struct {
    ngx_http_interconn_reply_t   audit;
    const ic_kind_t             *kind;
    ngx_str_t                    node_id;        /* the applicant's */
    ngx_str_t                    inst_id;
    ngx_str_t                    spki;
    ngx_str_t                    resource_id;
    ngx_str_t                    contract_id;
    ic_limits_t                  limits;
    ngx_str_t                    scope;
    ngx_str_t                    jti;
    ngx_str_t                    token;
} ngx_http_interconn_grant_t;


static ngx_int_t ngx_http_interconn_grant_audit(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_grant_contract(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_str_t ngx_http_interconn_mint_scoped(ngx_http_interconn_ctx_t *ctx,
    const ic_permit_key_t *key, ic_permit_t *permit);
static ngx_int_t ngx_http_interconn_mint(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_grant_send(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static void ngx_http_interconn_grant_pairs(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_args_t *args);
static void ngx_http_interconn_out_permit(ngx_http_request_t *r,
    ngx_http_interconn_grant_t *grant, ic_json_out_t *out);


ngx_int_t
ngx_http_interconn_action_audit_confirm(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_args_t  args = { .argc = 0 };

    ngx_http_interconn_arg_input(&args, ctx, "audit_id");
    ngx_http_interconn_arg_input(&args, ctx, "resource_type");
    ngx_http_interconn_arg_input(&args, ctx, "node_id");

    return ngx_http_interconn_store(r, ctx, "audit_get", &args,
                                    ngx_http_interconn_grant_audit);
}


static ngx_int_t
ngx_http_interconn_grant_audit(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t                    kind;
    ic_limits_fault_t            fault;
    ngx_http_interconn_args_t    args = { .argc = 0 };
    ngx_http_interconn_grant_t  *grant;

    if (!ic_str_is(ngx_ic_lib_str(ngx_http_interconn_reply_get(reply,
                                                               "dir")),
                   "in"))
    {
        return ngx_http_interconn_fail(r, ctx, IC_E_not_found,
                                 ngx_http_interconn_input(ctx, "audit_id"));
    }

    grant = ngx_pcalloc(r->pool, sizeof(ngx_http_interconn_grant_t));
    if (grant == NULL) {
        return NGX_ERROR;
    }

    kind = ngx_http_interconn_reply_get(reply, "resource_type");

    grant->audit = *reply;
    grant->kind = ic_kind(ngx_ic_lib_str(kind));
    grant->node_id = ngx_http_interconn_reply_get(reply, "node_id");
    grant->resource_id = ngx_http_interconn_reply_get(reply, "resource_id");
    grant->contract_id = ngx_http_interconn_reply_get(reply, "contract_id");

    if (grant->kind == NULL) {
        return ngx_http_interconn_fail(r, ctx, IC_E_internal, kind);
    }

    ctx->data = grant;

    if (!ic_str_is(ngx_ic_lib_str(ngx_http_interconn_input(ctx, "status")),
                   "APPROVED"))
    {
        return ngx_http_interconn_grant_send(r, ctx);
    }

    if (ngx_http_interconn_conf(r)->permit_key == NULL) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_internal,
                                         "set interconn_permit_key");
    }

    if (ngx_http_interconn_grant_limits(ctx, &grant->audit, &grant->limits,
                                        &fault)
        != NGX_OK)
    {
        return ngx_http_interconn_fail_limits(r, ctx, "/", &fault);
    }

    grant->scope = ngx_ic_str(ic_limits_scope(&ctx->arena, &grant->limits));
    if (grant->scope.data == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg(&args, grant->contract_id);

    return ngx_http_interconn_store(r, ctx, "contract_get", &args,
                                    ngx_http_interconn_grant_contract);
}


static ngx_int_t
ngx_http_interconn_grant_contract(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t                    mode;
    ngx_http_interconn_grant_t  *grant = ctx->data;

    mode = ngx_http_interconn_reply_get(reply, "mode");

    if (!ic_str_is(ngx_ic_lib_str(mode), "node")) {
        grant->spki = ngx_http_interconn_reply_get(reply, "spki");
    }

    grant->inst_id = ngx_http_interconn_reply_get(reply, "inst_id");

    /* who was applied to told no more than its id */

    if (grant->inst_id.len == 0) {
        grant->inst_id = grant->node_id;
    }

    if (ngx_http_interconn_mint(r, ctx) != NGX_OK) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_internal,
                                         "the permit cannot be signed");
    }

    return ngx_http_interconn_grant_send(r, ctx);
}


static ngx_int_t
ngx_http_interconn_mint(ngx_http_request_t *r, ngx_http_interconn_ctx_t *ctx)
{
    char                         jti[49];
    ic_permit_t                  permit;
    ngx_http_interconn_conf_t   *icf;
    ngx_http_interconn_grant_t  *grant = ctx->data;

    icf = ngx_http_interconn_conf(r);

    if (ic_permit_jti(icf->permit_key, jti) != 0) {
        return NGX_ERROR;
    }

    ngx_memzero(&permit, sizeof(ic_permit_t));

    permit.jti = ic_str_dup(&ctx->arena, ic_str(jti));
    permit.type = ic_str(grant->kind->name);
    permit.resource_id = ngx_ic_lib_str(grant->resource_id);
    permit.node_id = ngx_ic_lib_str(icf->node_id);
    permit.holder = ngx_ic_lib_str(grant->node_id);
    permit.spki = ngx_ic_lib_str(grant->spki);
    permit.audit_id = ngx_ic_lib_str(ngx_http_interconn_input(ctx,
                                                              "audit_id"));
    permit.contract_id = ngx_ic_lib_str(grant->contract_id);
    permit.issued = ic_now_ms() / 1000;

    permit.expires = grant->limits.numbers[IC_LIMIT_TIME] / 1000;
    permit.uses = grant->limits.numbers[IC_LIMIT_TIMES];
    permit.rows = grant->limits.numbers[IC_LIMIT_ROWS];
    permit.bytes = grant->limits.numbers[IC_LIMIT_BYTES];
    permit.scope = ngx_ic_lib_str(grant->scope);

    grant->jti = ngx_ic_str(permit.jti);
    grant->token = ngx_http_interconn_mint_scoped(ctx, icf->permit_key,
                                                  &permit);

    return grant->token.data && grant->jti.data ? NGX_OK : NGX_ERROR;
}


/* The scope, its digest, or nothing: as much as the token has room for. */

static ngx_str_t
ngx_http_interconn_mint_scoped(ngx_http_interconn_ctx_t *ctx,
    const ic_permit_key_t *key, ic_permit_t *permit)
{
    char       hex[65];
    ic_str_t   token;

    token = ic_permit_mint(&ctx->arena, key, permit);

    if (token.data == NULL && permit->scope.len) {
        ic_sha256_hex(hex, permit->scope.data, permit->scope.len);
        permit->scope = ic_str_fmt(&ctx->arena, "sha256=%s", hex);

        if (permit->scope.data) {
            token = ic_permit_mint(&ctx->arena, key, permit);
        }
    }

    if (token.data == NULL && permit->scope.len) {
        permit->scope.len = 0;
        token = ic_permit_mint(&ctx->arena, key, permit);
    }

    return ngx_ic_str(token);
}


static ngx_int_t
ngx_http_interconn_grant_send(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t                    audit_id, status, reason, body;
    ic_json_out_t                out;
    ngx_http_interconn_args_t    args = { .argc = 0 };
    ngx_http_interconn_grant_t  *grant = ctx->data;

    audit_id = ngx_http_interconn_input(ctx, "audit_id");
    status = ngx_http_interconn_input(ctx, "status");
    reason = ngx_http_interconn_reason(ctx);

    ic_out_init(&out, &ctx->arena);
    ic_out_object(&out, NULL);
    ic_out_str(&out, "audit_id", ngx_ic_lib_str(audit_id));
    ic_out_str(&out, "status", ngx_ic_lib_str(status));

    if (grant->token.len) {
        ngx_http_interconn_out_permit(r, grant, &out);
    }

    if (reason.len) {
        ic_out_str(&out, "reason", ngx_ic_lib_str(reason));
    }

    ic_out_object_end(&out);

    body = ngx_ic_str(ic_out_text(&out));
    if (body.data == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg_z(&args, grant->kind->name);
    ngx_http_interconn_arg(&args, audit_id);
    ngx_http_interconn_arg(&args, grant->node_id);
    ngx_http_interconn_arg(&args, status);
    ngx_http_interconn_arg(&args, body);

    if (grant->token.len) {
        ngx_http_interconn_pair(&args, "jti", grant->jti);
        ngx_http_interconn_pair(&args, "spki", grant->spki);
        ngx_http_interconn_pair(&args, "scope", grant->scope);
        ngx_http_interconn_grant_pairs(ctx, &args);

    } else {
        ngx_http_interconn_pair(&args, "reason", reason);
    }

    return ngx_http_interconn_store(r, ctx, "audit_confirm_out", &args,
                                    ngx_http_interconn_answer);
}


/* Of a refusal. */

ngx_str_t
ngx_http_interconn_reason(ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t  none = ngx_null_string;

    return ic_str_is(ngx_ic_lib_str(ngx_http_interconn_input(ctx, "status")),
                     "REJECTED")
           ? ngx_http_interconn_input(ctx, "reason") : none;
}


/* The numbers; none is empty. */

static void
ngx_http_interconn_grant_pairs(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_args_t *args)
{
    int64_t                      n;
    ngx_uint_t                   i;
    ngx_http_interconn_grant_t  *grant = ctx->data;

    static const char *const  names[IC_LIMIT_NUMBERS] = {
        "time_limit", "times_limit", "rows_limit", "bytes_limit"
    };

    for (i = 0; i < IC_LIMIT_NUMBERS; i++) {
        n = grant->limits.numbers[i];

        if (n > 0) {
            ngx_http_interconn_pair(args, names[i],
                ngx_ic_str(ic_str_fmt(&ctx->arena, "%lld", (long long) n)));
        }
    }
}


/* ResourcePermit of appendix A. */

static void
ngx_http_interconn_out_permit(ngx_http_request_t *r,
    ngx_http_interconn_grant_t *grant, ic_json_out_t *out)
{
    ic_str_t                    type;
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);

    /* "dataset" is "Dataset" there */

    type = ic_str_dup(out->arena, ic_str(grant->kind->name));

    if (type.data) {
        type.data[0] = ngx_toupper(type.data[0]);
    }

    ic_out_object(out, "resource_permit");
    ic_out_str(out, "token", ngx_ic_lib_str(grant->token));
    ic_out_int(out, "resource_level", 1);
    ic_out_str(out, "resource_type", type);
    ic_out_str(out, "resource_id", ngx_ic_lib_str(grant->resource_id));
    ic_out_str(out, "resource_node_id", ngx_ic_lib_str(icf->node_id));
    ic_out_str(out, "resource_inst_id", ngx_ic_lib_str(icf->inst_id));
    ic_out_str(out, "request_node_id", ngx_ic_lib_str(grant->node_id));
    ic_out_str(out, "request_inst_id", ngx_ic_lib_str(grant->inst_id));

    ic_limits_out(out, &grant->limits);
    ic_out_object_end(out);
}
