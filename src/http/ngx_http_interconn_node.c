
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../api/ic_address.h"
#include "ngx_http_interconn_action.h"


static ngx_int_t ngx_http_interconn_own_node(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_node_record(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *function);
static ngx_int_t ngx_http_interconn_node_keyed(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static const char *ngx_http_interconn_check_own_address(
    ngx_http_request_t *r, ngx_http_interconn_ctx_t *ctx, const char *name);
static const char *ngx_http_interconn_check_own_credential(
    ngx_http_request_t *r, ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *key);
static ngx_int_t ngx_http_interconn_node_info(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_input_t *info);


/* Never changed by an update, or not the store's. */

static const char *const  ngx_http_interconn_not_info[] = {
    "contract_id", "node_info", "auth_type", "auth_credential", "tls_spki",
    "proof_time", "proof", "key_proof", "tls_key", "tls_proof", NULL
};


ngx_int_t
ngx_http_interconn_action_node_health(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t  json = ngx_string("{\"status\":\"ok\"}");

    return ngx_http_interconn_answer_json(r, ctx, json);
}


ngx_int_t
ngx_http_interconn_action_node_query(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_uint_t  own;

    own = ngx_ic_str_eq(ngx_http_interconn_input(ctx, "node_id"),
                        ngx_http_interconn_conf(r)->node_id);

    return ngx_http_interconn_store_by(r, ctx, "node_query", "node_id",
                                       own ? ngx_http_interconn_own_node
                                           : ngx_http_interconn_answer);
}


static ngx_int_t
ngx_http_interconn_own_node(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t  type, credential;

    if (ngx_http_interconn_reply_get(reply, "auth_credential").len == 0
        && ngx_http_interconn_own_credential(r, reply, &type, &credential)
           == NGX_OK
        && (ngx_http_interconn_reply_add(ctx, reply, "auth_type", type)
            != NGX_OK
            || ngx_http_interconn_reply_add(ctx, reply, "auth_credential",
                                            credential)
            != NGX_OK))
    {
        return NGX_ERROR;
    }

    return ngx_http_interconn_answer(r, ctx, reply);
}


ngx_int_t
ngx_http_interconn_action_node_update(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    return ngx_http_interconn_node_record(r, ctx, "node_update");
}


ngx_int_t
ngx_http_interconn_action_node_register(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    return ngx_http_interconn_node_record(r, ctx, "node_register");
}


/* Hands the record of this node to a store function, if it can be ours. */

static ngx_int_t
ngx_http_interconn_node_record(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *function)
{
    ngx_http_interconn_args_t  args = { .argc = 0 };

    if (!ngx_ic_str_eq(ngx_http_interconn_input(ctx, "node_id"),
                       ngx_http_interconn_conf(r)->node_id))
    {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_conflict,
                                         "node_id must stay this node's");
    }

    ctx->data = (void *) function;

    return ngx_http_interconn_store(r, ctx, "node_key", &args,
                                    ngx_http_interconn_node_keyed);
}


static ngx_int_t
ngx_http_interconn_node_keyed(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t                  json;
    const char                *reason, *function;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    static const char *const  keys[] = {
        "auth_type", "auth_credential", NULL
    };

    reason = ngx_http_interconn_check_own_credential(r, ctx, reply);
    if (reason) {
        return ngx_http_interconn_fail_field(r, ctx, "/auth_credential",
                                             reason);
    }

    reason = ngx_http_interconn_check_own_address(r, ctx, "compute_address");
    if (reason) {
        return ngx_http_interconn_fail_field(r, ctx, "/compute_address",
                                             reason);
    }

    reason = ngx_http_interconn_check_own_address(r, ctx, "address");
    if (reason) {
        return ngx_http_interconn_fail_field(r, ctx, "/address", reason);
    }

    /* partners get the fields of ic_node_info, so nothing internal */

    json = ngx_http_interconn_input_json(ctx, &ic_node_info, &ctx->in);
    if (json.data == NULL) {
        return NGX_ERROR;
    }

    function = ctx->data;

    if (ctx->endpoint->action == IC_ACTION_node_register) {
        ngx_http_interconn_arg_name(&args, ctx);
    }

    ngx_http_interconn_arg(&args, json);
    ngx_http_interconn_pairs_but(&args, &ctx->in, keys);

    return ngx_http_interconn_store(r, ctx, function, &args,
                                    ngx_http_interconn_answer);
}


/* Others reach us there: HTTPS, except in development; NULL if it is good. */

static const char *
ngx_http_interconn_check_own_address(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *name)
{
    ngx_str_t     url;
    ic_address_t  address;

    url = ngx_http_interconn_input(ctx, name);

    if (url.len == 0) {
        return NULL;
    }

    return ic_address_parse(&address, ngx_ic_lib_str(url),
                            ngx_http_interconn_conf(r)->plain_identity);
}


ngx_int_t
ngx_http_interconn_action_node_add(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    const char                 *reason;
    ngx_http_interconn_args_t   args = { .argc = 0 };

    static const char *const  id[] = { "node_id", NULL };

    reason = ngx_http_interconn_check_address(r,
                                 ngx_http_interconn_input(ctx, "address"));
    if (reason) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_unsafe_address,
                                         reason);
    }

    ngx_http_interconn_arg_input(&args, ctx, "node_id");
    ngx_http_interconn_pairs_but(&args, &ctx->in, id);

    return ngx_http_interconn_store(r, ctx, "node_add", &args,
                                    ngx_http_interconn_answer);
}


/* What partners are told must be the key that signs. */

static const char *
ngx_http_interconn_check_own_credential(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *key)
{
    ngx_str_t    given, type, own;
    const char  *reason;

    given = ngx_http_interconn_input(ctx, "auth_credential");

    reason = ngx_http_interconn_check_credential(ctx,
                         ngx_http_interconn_input(ctx, "auth_type"), given);
    if (reason) {
        return reason;
    }

    if (ngx_http_interconn_own_credential(r, key, &type, &own) == NGX_OK
        && !ngx_http_interconn_same_key(own, given))
    {
        return "must be this node's key; node/rotate changes it";
    }

    return NULL;
}


ngx_int_t
ngx_http_interconn_action_node_update_in(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_int_t                  rc;
    ngx_str_t                  value;
    ic_input_t                 info;
    const char                *reason;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    rc = ngx_http_interconn_node_info(r, ctx, &info);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    value = ngx_ic_str(ic_input_str(&info, "address"));

    if (value.len) {
        reason = ngx_http_interconn_check_address(r, value);
        if (reason) {
            return ngx_http_interconn_fail_z(r, ctx, IC_E_unsafe_address,
                                             reason);
        }
    }

    ngx_http_interconn_arg(&args, ctx->caller.node_id);
    ngx_http_interconn_arg_input(&args, ctx, "contract_id");
    ngx_http_interconn_pairs_but(&args, &info, ngx_http_interconn_not_info);

    rc = ngx_http_interconn_take_key(r, ctx, &info, &args);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    return ngx_http_interconn_store(r, ctx, "peer_node_update", &args,
                                    ngx_http_interconn_answer);
}


/* The new record, nested or flat; NGX_DECLINED: go on. */

static ngx_int_t
ngx_http_interconn_node_info(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_input_t *info)
{
    ic_faults_t        faults;
    ngx_uint_t         i;
    const ic_value_t  *nested;

    *info = ctx->in;

    nested = ic_input_get(&ctx->in, "node_info");

    if (nested) {
        if (ic_schema_decode(&ic_node_info, nested->node, &ctx->arena, info,
                             &faults)
            != 0)
        {
            return ngx_http_interconn_fail_faults(r, ctx, &faults);
        }

        return NGX_DECLINED;
    }

    for (i = 0; info->schema->fields[i].name; i++) {
        if (info->values[i].set
            && ngx_strcmp(info->schema->fields[i].name, "contract_id") != 0)
        {
            return NGX_DECLINED;
        }
    }

    return ngx_http_interconn_fail_field(r, ctx, "/node_info",
                                         "is required");
}
