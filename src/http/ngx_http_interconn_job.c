
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../api/ic_job_check.h"
#include "ngx_http_interconn_action.h"


static ngx_int_t ngx_http_interconn_job_parties(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t *parties);
static ngx_int_t ngx_http_interconn_job_states(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_job_tasks(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);


ngx_int_t
ngx_http_interconn_action_job_create(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_int_t                   rc;
    ngx_str_t                  *id, parties, sync, installed;
    ngx_http_interconn_args_t   args = { .argc = 0 };

    static const char *const  apart[] = {
        "flow_id", "sync_type", "dag", NULL
    };

    rc = ngx_http_interconn_job_parties(r, ctx, &parties);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    id = ngx_http_interconn_new_id(ctx);
    installed = ngx_ic_str(ic_dag_installed(&ctx->arena,
                                       ic_input_get(&ctx->in, "dag")->node));

    if (id == NULL || installed.data == NULL) {
        return NGX_ERROR;
    }

    /* either case is taken, the standard's is kept */

    sync = ngx_http_interconn_input(ctx, "sync_type");

    if (ic_str_is_nocase(ngx_ic_lib_str(sync), "callback")) {
        ngx_str_set(&sync, "CALLBACK");

    } else {
        ngx_str_set(&sync, "POLL");
    }

    ngx_http_interconn_arg(&args, *id);
    ngx_http_interconn_arg_input(&args, ctx, "flow_id");
    ngx_http_interconn_arg(&args, parties);
    ngx_http_interconn_pairs_but(&args, &ctx->in, apart);
    ngx_http_interconn_pair(&args, "sync_type", sync);
    ngx_http_interconn_pair(&args, "installed", installed);

    if (ngx_http_interconn_pair_dag(&args, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_interconn_store(r, ctx, "job_create", &args,
                                    ngx_http_interconn_answer_id);
}


/* The call that creates, asks the parties and starts. */

ngx_int_t
ngx_http_interconn_action_job_create_all(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_int_t                   rc;
    ngx_str_t                  *id, parties;
    ngx_http_interconn_args_t   args = { .argc = 0 };

    static const char *const  apart[] = { "dag", NULL };

    rc = ngx_http_interconn_job_parties(r, ctx, &parties);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    id = ngx_http_interconn_new_id(ctx);
    if (id == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg(&args, *id);
    ngx_http_interconn_pairs_but(&args, &ctx->in, apart);

    if (ngx_http_interconn_pair_dag(&args, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_interconn_store(r, ctx, "job_create_all", &args,
                                    ngx_http_interconn_answer_id);
}


/* The remote parties of a job that may run; NGX_DECLINED: go on. */

static ngx_int_t
ngx_http_interconn_job_parties(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t *parties)
{
    int               n;
    ic_str_t          self, initiator;
    ngx_int_t         rc;
    ic_job_fault_t    fault;
    ic_job_party_t    list[IC_JOB_MAX_PARTIES];
    const ic_json_t  *config;

    rc = ngx_http_interconn_check_flow(r, ctx);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    self = ngx_ic_lib_str(ngx_http_interconn_conf(r)->node_id);
    config = ic_input_get(&ctx->in, "config")->node;
    initiator = ic_json_str(ic_json_path(config, "initiator/node_id"));

    if (!ic_str_eq(initiator, self)) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_invalid_config,
                                   "initiator.node_id must be this node");
    }

    /* an output is taken over only by who compares both jobs */

    if (ic_json_path(config, "job_params/common/reuse")) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_invalid_config,
                     "job_params.common.reuse: job/rerun writes it");
    }

    n = ic_config_parties(&ctx->arena, config, list, &fault);
    *parties = ngx_ic_str(ic_job_remote(&ctx->arena, list, n, self));

    return parties->data ? NGX_DECLINED : NGX_ERROR;
}


ngx_int_t
ngx_http_interconn_action_job_status(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    return ngx_http_interconn_store_by(r, ctx, "job_status", "job_id",
                                    ngx_http_interconn_job_states);
}


/* The store's pairs are task_id and state. */

static ngx_int_t
ngx_http_interconn_job_states(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_uint_t     i;
    ic_json_out_t  out;

    ic_out_init(&out, &ctx->arena);
    ic_out_object(&out, NULL);
    ic_out_object(&out, "status");

    for (i = 0; i < reply->npairs; i++) {
        ic_out_key(&out, ngx_ic_lib_str(reply->pairs[2 * i]));
        ic_out_str(&out, NULL, ngx_ic_lib_str(reply->pairs[2 * i + 1]));
    }

    ic_out_object_end(&out);
    ic_out_object_end(&out);

    return ngx_http_interconn_answer_out(r, ctx, &out);
}


ngx_int_t
ngx_http_interconn_action_job_query(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    return ngx_http_interconn_store_by(r, ctx, "job_explain", "job_id",
                                    ngx_http_interconn_job_tasks);
}


/* The records become the member "tasks". */

static ngx_int_t
ngx_http_interconn_job_tasks(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t           json;
    ngx_uint_t          i;
    ic_json_out_t       out;
    const ic_field_t   *field;

    for (field = ctx->endpoint->out->fields; field->name; field++) {
        if (ngx_strcmp(field->name, "tasks") == 0) {
            break;
        }
    }

    ic_out_init(&out, &ctx->arena);
    ic_out_array(&out, NULL);

    for (i = 0; i < reply->nrecords; i++) {
        ic_out_object(&out, NULL);
        ic_schema_render(field->of, (ic_str_t *) reply->records[i],
                         reply->nrecord_pairs[i], &out);
        ic_out_object_end(&out);
    }

    ic_out_array_end(&out);

    json = ngx_ic_str(ic_out_text(&out));

    if (json.data == NULL
        || ngx_http_interconn_reply_add(ctx, reply, "tasks", json) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_interconn_answer(r, ctx, reply);
}
