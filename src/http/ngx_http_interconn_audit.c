
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../api/ic_job_check.h"
#include "ngx_http_interconn_action.h"


/* What a request means beyond its fields; NGX_DECLINED: go on. */
typedef ngx_int_t (*ngx_http_interconn_audit_check_pt)(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);

typedef struct {
    const char                         *kind;
    ngx_http_interconn_audit_check_pt   check;
} ngx_http_interconn_audit_check_t;


static ngx_int_t ngx_http_interconn_check_apply(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_check_job(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_check_permit(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_input_t *permit, ngx_str_t *scope);
static ngx_int_t ngx_http_interconn_pair_queries(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_args_t *args);
static ngx_uint_t ngx_http_interconn_sendable(ic_str_t token);
static void ngx_http_interconn_arg_audit(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx);


static const ngx_http_interconn_audit_check_t
    ngx_http_interconn_audit_checks[] =
{
    { "flow", ngx_http_interconn_check_flow },
    { "job", ngx_http_interconn_check_job },
    { NULL, NULL }
};


ngx_int_t
ngx_http_interconn_action_audit_apply_in(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_int_t                   rc;
    ngx_str_t                   digest;
    const char                 *apart[5];
    ngx_http_interconn_args_t   args = { .argc = 0 };

    rc = ngx_http_interconn_check_apply(r, ctx);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    digest = ngx_http_interconn_body_digest(ctx);
    if (digest.data == NULL) {
        return NGX_ERROR;
    }

    apart[0] = "audit_id";
    apart[1] = "contract_id";
    apart[2] = "dag";
    apart[3] = ctx->kind->id;
    apart[4] = NULL;

    ngx_http_interconn_arg_z(&args, ctx->kind->name);
    ngx_http_interconn_arg(&args, ctx->caller.node_id);
    ngx_http_interconn_arg_input(&args, ctx, "contract_id");
    ngx_http_interconn_arg_input(&args, ctx, "audit_id");
    ngx_http_interconn_arg(&args, digest);
    ngx_http_interconn_arg_input(&args, ctx, ctx->kind->id);
    ngx_http_interconn_pairs_but(&args, &ctx->in, apart);

    if (ngx_http_interconn_pair_dag(&args, ctx) != NGX_OK
        || ngx_http_interconn_pair_queries(r, ctx, &args) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_interconn_store(r, ctx, "audit_apply_in", &args,
                                    ngx_http_interconn_answer);
}


/* What a job would run here, for the owner to answer. */

static ngx_int_t
ngx_http_interconn_pair_queries(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_args_t *args)
{
    ic_str_t           texts;
    const ic_value_t  *config;

    if (ngx_strcmp(ctx->kind->name, "job") != 0) {
        return NGX_OK;
    }

    config = ic_input_get(&ctx->in, "config");
    texts = ic_job_queries(&ctx->arena, config ? config->node : NULL,
                           ngx_ic_lib_str(ngx_http_interconn_conf(r)->node_id));

    if (texts.data == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_pair(args, "queries", ngx_ic_str(texts));

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_check_apply(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ic_limits_t                              limits;
    ic_limits_fault_t                        fault;
    const ngx_http_interconn_audit_check_t  *check;

    if (ngx_http_interconn_input_limits(ctx, &ctx->in, &limits, &fault) != 0)
    {
        return ngx_http_interconn_fail_limits(r, ctx, "/", &fault);
    }

    for (check = ngx_http_interconn_audit_checks; check->kind; check++) {
        if (ngx_strcmp(check->kind, ctx->kind->name) == 0) {
            return check->check(r, ctx);
        }
    }

    return NGX_DECLINED;
}


/* It is the caller's job, and this node takes part in it. */

static ngx_int_t
ngx_http_interconn_check_job(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    int                         i, n;
    ngx_int_t                   rc;
    ic_str_t                    initiator;
    ic_job_fault_t              fault;
    ic_job_party_t              parties[IC_JOB_MAX_PARTIES];
    const ic_json_t            *config;
    ngx_http_interconn_conf_t  *icf;

    rc = ngx_http_interconn_check_flow(r, ctx);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    icf = ngx_http_interconn_conf(r);
    config = ic_input_get(&ctx->in, "config")->node;
    initiator = ic_json_str(ic_json_path(config, "initiator/node_id"));

    if (!ic_str_eq(initiator, ngx_ic_lib_str(ctx->caller.node_id))) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_invalid_config,
                                    "initiator.node_id must be the sender");
    }

    n = ic_config_parties(&ctx->arena, config, parties, &fault);

    for (i = 0; i < n; i++) {
        if (ic_str_eq(parties[i].node_id, ngx_ic_lib_str(icf->node_id))) {
            return NGX_DECLINED;
        }
    }

    return ngx_http_interconn_fail_z(r, ctx, IC_E_invalid_config,
                                     "role: this node is no party");
}


ngx_int_t
ngx_http_interconn_action_audit_confirm_in(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_int_t                  rc;
    ngx_str_t                  permit_id, scope;
    ic_input_t                 permit;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    static const char *const  apart[] = {
        "resource_type", "resource_node_id", "request_node_id",
        "request_inst_id", "auth_scope", "scope_ids", "algorithms_allow",
        "algorithms_deny", NULL
    };

    permit.schema = NULL;

    if (ic_input_get(&ctx->in, "resource_permit")) {
        rc = ngx_http_interconn_check_permit(r, ctx, &permit, &scope);
        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    ngx_http_interconn_arg_audit(&args, ctx);
    ngx_http_interconn_arg_input(&args, ctx, "status");
    ngx_http_interconn_pair(&args, "reason",
                            ngx_http_interconn_input(ctx, "reason"));

    if (permit.schema) {

        /* whatever a token of another make says, it has an id here */

        permit_id = ngx_http_interconn_digest(ctx,
                                              ic_input_str(&permit, "token"));
        if (permit_id.data == NULL) {
            return NGX_ERROR;
        }

        permit_id.len = IC_PERMIT_JTI;

        ngx_http_interconn_pairs_but(&args, &permit, apart);
        ngx_http_interconn_pair(&args, "permit_id", permit_id);
        ngx_http_interconn_pair(&args, "scope", scope);
    }

    return ngx_http_interconn_store(r, ctx, "audit_confirm_in", &args,
                                    ngx_http_interconn_answer);
}


/*
 * A permit of the caller for us; that it is for what was asked for is the
 * store's to check. NGX_DECLINED: go on.
 */

static ngx_int_t
ngx_http_interconn_check_permit(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_input_t *permit, ngx_str_t *scope)
{
    ic_faults_t                 faults;
    ic_limits_t                 limits;
    ic_limits_fault_t           fault;
    const ic_value_t           *value;
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);
    value = ic_input_get(&ctx->in, "resource_permit");

    if (ic_schema_decode(&ic_permit_record, value->node, &ctx->arena, permit,
                         &faults)
        != 0)
    {
        return ngx_http_interconn_fail_faults(r, ctx, &faults);
    }

    if (!ic_str_is_nocase(ic_input_str(permit, "resource_type"),
                          ctx->kind->name))
    {
        return ngx_http_interconn_fail_field(r, ctx,
                     "/resource_permit/resource_type",
                     "must be the kind that was asked for");
    }

    if (!ngx_http_interconn_sendable(ic_input_str(permit, "token"))) {
        return ngx_http_interconn_fail_field(r, ctx,
                     "/resource_permit/token",
                     "must be printable ASCII");
    }

    if (!ic_str_eq(ic_input_str(permit, "resource_node_id"),
                   ngx_ic_lib_str(ctx->caller.node_id)))
    {
        return ngx_http_interconn_fail_field(r, ctx,
                     "/resource_permit/resource_node_id",
                     "must be the sender");
    }

    if (!ic_str_eq(ic_input_str(permit, "request_node_id"),
                   ngx_ic_lib_str(icf->node_id)))
    {
        return ngx_http_interconn_fail_field(r, ctx,
                     "/resource_permit/request_node_id",
                     "must be this node");
    }

    if (ngx_http_interconn_input_limits(ctx, permit, &limits, &fault) != 0) {
        return ngx_http_interconn_fail_limits(r, ctx, "/resource_permit/",
                                              &fault);
    }

    *scope = ngx_ic_str(ic_limits_scope(&ctx->arena, &limits));

    return scope->data ? NGX_DECLINED : NGX_ERROR;
}


/* A token goes back to its issuer in a header. */

static ngx_uint_t
ngx_http_interconn_sendable(ic_str_t token)
{
    size_t  i;

    for (i = 0; i < token.len; i++) {
        if (token.data[i] < 0x20 || token.data[i] > 0x7e) {
            return 0;
        }
    }

    return 1;
}


/* kind peer audit_id: how the store knows a partner's audit. */

static void
ngx_http_interconn_arg_audit(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_arg_z(args, ctx->kind->name);
    ngx_http_interconn_arg(args, ctx->caller.node_id);
    ngx_http_interconn_arg_input(args, ctx, "audit_id");
}
