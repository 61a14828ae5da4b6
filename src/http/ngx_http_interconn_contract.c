
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_action.h"
#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_YEAR  (365 * 86400 * INT64_C(1000))


static ngx_int_t ngx_http_interconn_applicant(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_apply_out(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_str_t ngx_http_interconn_application(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *node);
static ngx_int_t ngx_http_interconn_confirm_as(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_confirm_out(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_str_t ngx_http_interconn_expiry(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *contract);


static const char *const  ngx_http_interconn_not_contract[] = {
    "node_id", "contract_id", "status", NULL
};


ngx_int_t
ngx_http_interconn_action_contract_apply_in(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_int_t                  rc;
    ngx_str_t                  digest, id;
    const char                *reason;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    rc = ngx_http_interconn_applicant(r, ctx);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    reason = ngx_http_interconn_check_address(r,
                                 ngx_http_interconn_input(ctx, "address"));
    if (reason) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_unsafe_address,
                                         reason);
    }

    reason = ngx_http_interconn_check_credential(ctx,
                         ngx_http_interconn_input(ctx, "auth_type"),
                         ngx_http_interconn_input(ctx, "auth_credential"));
    if (reason) {
        return ngx_http_interconn_fail_field(r, ctx, "/auth_credential",
                                             reason);
    }

    digest = ngx_http_interconn_body_digest(ctx);
    id = ngx_http_interconn_make_id(ctx, ctx->kind->prefix);

    if (digest.data == NULL || id.data == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg_caller(&args, ctx);
    ngx_http_interconn_arg(&args, digest);
    ngx_http_interconn_arg(&args, id);
    ngx_http_interconn_pairs_but(&args, &ctx->in,
                                 ngx_http_interconn_not_contract);

    return ngx_http_interconn_store(r, ctx, "contract_apply_in", &args,
                                    ngx_http_interconn_answer);
}


/*
 * The body describes its sender; version 1.0 of the specification had
 * node_id name the node applied to. NGX_DECLINED: go on.
 */

static ngx_int_t
ngx_http_interconn_applicant(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t                   node_id, caller;
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);
    node_id = ngx_http_interconn_input(ctx, "node_id");
    caller = ctx->caller.spki.len ? ctx->caller.cert_name
                                  : ctx->caller.ident;

    if (ngx_ic_str_eq(node_id, icf->node_id)) {
        node_id = ngx_http_interconn_claim(r);
    }

    if (node_id.len == 0
        || ngx_ic_str_eq(node_id, icf->node_id))
    {
        return ngx_http_interconn_fail_field(r, ctx, "/node_id",
                         "must be the sender's, or name it in "
                         "x-source-node-id");
    }

    if (!ngx_ic_str_eq(node_id, caller)) {
        return ngx_http_interconn_fail_field(r, ctx, "/node_id",
                         "must be the node of the client certificate");
    }

    return NGX_DECLINED;
}


ngx_int_t
ngx_http_interconn_action_contract_confirm_in(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t                  credential;
    const char                *reason;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    credential = ngx_http_interconn_input(ctx, "auth_credential");

    if (credential.len) {
        reason = ngx_http_interconn_check_credential(ctx,
                                 ngx_http_interconn_input(ctx, "auth_type"),
                                 credential);
        if (reason) {
            return ngx_http_interconn_fail_field(r, ctx, "/auth_credential",
                                                 reason);
        }
    }

    ngx_http_interconn_arg_caller(&args, ctx);
    ngx_http_interconn_arg_input(&args, ctx, "contract_id");
    ngx_http_interconn_arg_input(&args, ctx, "status");
    ngx_http_interconn_pairs_but(&args, &ctx->in,
                                 ngx_http_interconn_not_contract);

    return ngx_http_interconn_store(r, ctx, "contract_confirm_in", &args,
                                    ngx_http_interconn_answer);
}


ngx_int_t
ngx_http_interconn_action_contract_apply(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    const char                 *reason;
    ngx_http_interconn_conf_t  *icf;
    ngx_http_interconn_args_t   args = { .argc = 0 };

    icf = ngx_http_interconn_conf(r);

    if (ngx_ic_str_eq(ngx_http_interconn_input(ctx, "node_id"),
                      icf->node_id))
    {
        return ngx_http_interconn_fail_field(r, ctx, "/node_id",
                                             "is this node");
    }

    reason = ngx_http_interconn_check_address(r,
                                 ngx_http_interconn_input(ctx, "address"));
    if (reason) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_unsafe_address,
                                         reason);
    }

    return ngx_http_interconn_store(r, ctx, "node_get", &args,
                                    ngx_http_interconn_apply_out);
}


static ngx_int_t
ngx_http_interconn_apply_out(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t                  id, body, expiry, type, credential;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    if (ngx_http_interconn_own_credential(r, reply, &type, &credential)
        != NGX_OK)
    {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_internal,
                                         "set interconn_certificate");
    }

    if (ngx_http_interconn_reply_get(reply, "inst_id").len == 0
        || ngx_http_interconn_reply_get(reply, "address").len == 0)
    {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_wrong_state,
                              "complete this node's record first");
    }

    id = ngx_http_interconn_make_id(ctx, ctx->kind->prefix);
    body = ngx_http_interconn_application(r, ctx, reply);

    if (id.data == NULL || body.data == NULL) {
        return NGX_ERROR;
    }

    expiry = ngx_http_interconn_input(ctx, "expired_time");

    ngx_http_interconn_arg(&args, id);
    ngx_http_interconn_arg_input(&args, ctx, "node_id");
    ngx_http_interconn_arg_input(&args, ctx, "address");
    ngx_http_interconn_arg(&args, body);

    if (expiry.len) {
        ngx_http_interconn_pair(&args, "expired_time", expiry);
    }

    return ngx_http_interconn_store(r, ctx, "contract_apply_out", &args,
                                    ngx_http_interconn_answer);
}


/* Our record as A.1.1.2 has it. */

static ngx_str_t
ngx_http_interconn_application(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *node)
{
    ngx_str_t      expiry, type, credential;
    ic_json_out_t  out;

    (void) ngx_http_interconn_own_credential(r, node, &type, &credential);
    expiry = ngx_http_interconn_input(ctx, "expired_time");

    ic_out_init(&out, &ctx->arena);
    ic_out_object(&out, NULL);
    ic_schema_render(&ic_node_public, (ic_str_t *) node->pairs,
                     node->npairs, &out);
    ic_out_str(&out, "auth_type", ngx_ic_lib_str(type));
    ic_out_str(&out, "auth_credential", ngx_ic_lib_str(credential));

    if (expiry.len) {
        ic_out_raw(&out, "expired_time", ngx_ic_lib_str(expiry));
    }

    ic_out_object_end(&out);

    return ngx_ic_str(ic_out_text(&out));
}


ngx_int_t
ngx_http_interconn_action_contract_confirm(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_args_t  args = { .argc = 0 };

    return ngx_http_interconn_store(r, ctx, "node_key", &args,
                                    ngx_http_interconn_confirm_as);
}


static ngx_int_t
ngx_http_interconn_confirm_as(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ctx->data = reply;

    return ngx_http_interconn_store_by(r, ctx, "contract_get",
                                       "contract_id",
                                       ngx_http_interconn_confirm_out);
}


static ngx_int_t
ngx_http_interconn_confirm_out(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t                  id, status, expiry, reason, body, type,
                               credential;
    ic_json_out_t              out;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    if (ngx_http_interconn_own_credential(r, ctx->data, &type, &credential)
        != NGX_OK)
    {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_internal,
                                         "set interconn_certificate");
    }

    id = ngx_http_interconn_reply_get(reply, "contract_id");
    status = ngx_http_interconn_input(ctx, "status");
    expiry = ngx_http_interconn_expiry(ctx, reply);
    reason = ngx_http_interconn_reason(ctx);

    if (expiry.data == NULL) {
        return NGX_ERROR;
    }

    ic_out_init(&out, &ctx->arena);
    ic_out_object(&out, NULL);
    ic_out_str(&out, "contract_id", ngx_ic_lib_str(id));
    ic_out_str(&out, "status", ngx_ic_lib_str(status));

    if (ic_str_is(ngx_ic_lib_str(status), "APPROVED")) {
        ic_out_str(&out, "auth_type", ngx_ic_lib_str(type));
        ic_out_str(&out, "auth_credential", ngx_ic_lib_str(credential));
        ic_out_raw(&out, "expired_time", ngx_ic_lib_str(expiry));

    } else if (reason.len) {
        ic_out_str(&out, "reason", ngx_ic_lib_str(reason));
    }

    ic_out_object_end(&out);

    body = ngx_ic_str(ic_out_text(&out));
    if (body.data == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg(&args, id);
    ngx_http_interconn_arg(&args, status);
    ngx_http_interconn_arg(&args, body);

    if (ic_str_is(ngx_ic_lib_str(status), "APPROVED")) {
        ngx_http_interconn_pair(&args, "expired_time", expiry);

    } else {
        ngx_http_interconn_pair(&args, "reason", reason);
    }

    return ngx_http_interconn_store(r, ctx, "contract_confirm_out", &args,
                                    ngx_http_interconn_answer);
}


/* The operator's, else the applicant's, else in a year: the standard wants
   one in every approval. */

static ngx_str_t
ngx_http_interconn_expiry(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *contract)
{
    ngx_str_t  expiry;

    expiry = ngx_http_interconn_input(ctx, "expired_time");

    if (expiry.len) {
        return expiry;
    }

    expiry = ngx_http_interconn_reply_get(contract, "expired_time");

    if (expiry.len && !ic_str_is(ngx_ic_lib_str(expiry), "0")) {
        return expiry;
    }

    return ngx_ic_str(ic_str_fmt(&ctx->arena, "%lld",
                       (long long) (ic_now_ms() + NGX_HTTP_INTERCONN_YEAR)));
}
