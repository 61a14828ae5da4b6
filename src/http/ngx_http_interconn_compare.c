
/* What a peer's job has otherwise than the one that it goes on from. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../api/ic_job_reuse.h"
#include "ngx_http_interconn_action.h"


static ngx_int_t ngx_http_interconn_compare(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_compare_steps(
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply,
    const ic_job_form_t *was, const ic_job_form_t *is);
static const ic_json_t *ngx_http_interconn_compare_node(
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply,
    const char *name);


ngx_int_t
ngx_http_interconn_action_audit_query(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_args_t  args = { .argc = 0 };

    ngx_http_interconn_arg_input(&args, ctx, "audit_id");
    ngx_http_interconn_arg_input(&args, ctx, "resource_type");
    ngx_http_interconn_arg_input(&args, ctx, "node_id");

    return ngx_http_interconn_store(r, ctx, "audit_get", &args,
                                    ngx_http_interconn_compare);
}


static ngx_int_t
ngx_http_interconn_compare(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ic_job_form_t  was, is;

    was.dag = ngx_http_interconn_compare_node(ctx, reply, "was_dag");
    was.config = ngx_http_interconn_compare_node(ctx, reply, "was_config");
    is.dag = ngx_http_interconn_compare_node(ctx, reply, "dag");
    is.config = ngx_http_interconn_compare_node(ctx, reply, "config");

    if (was.dag && was.config && is.dag && is.config
        && ic_json_get(is.dag, "components")
        && ngx_http_interconn_compare_steps(ctx, reply, &was, &is) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_interconn_answer(r, ctx, reply);
}


static ngx_int_t
ngx_http_interconn_compare_steps(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *reply, const ic_job_form_t *was,
    const ic_job_form_t *is)
{
    ic_str_t          changes, reuses;
    ic_json_out_t     out;
    ic_job_reuse_t    steps;
    ic_job_fault_t    fault;
    const ic_json_t  *task;

    if (ic_job_changes(&ctx->arena, was, is, &steps, &fault) != 0) {
        return NGX_ERROR;
    }

    changes = ic_job_reuse_names(&ctx->arena, &steps, true);

    task = ic_json_path(is->config, "job_params/common/reuse/tasks");

    ic_out_init(&out, &ctx->arena);
    ic_out_array(&out, NULL);

    for (task = task ? task->child : NULL; task; task = task->next) {
        ic_out_str(&out, NULL, task->key);
    }

    ic_out_array_end(&out);
    reuses = ic_out_text(&out);

    if (changes.data == NULL || reuses.data == NULL
        || ngx_http_interconn_reply_add(ctx, reply, "changes",
                                        ngx_ic_str(changes))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_interconn_reply_add(ctx, reply, "reuses",
                                        ngx_ic_str(reuses));
}


static const ic_json_t *
ngx_http_interconn_compare_node(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *reply, const char *name)
{
    ngx_str_t  text;

    text = ngx_http_interconn_reply_get(reply, name);

    return text.len ? ic_json_parse(&ctx->arena, ngx_ic_lib_str(text), NULL)
                    : NULL;
}
