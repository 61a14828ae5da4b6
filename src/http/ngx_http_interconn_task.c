
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_action.h"


static ngx_int_t ngx_http_interconn_task_parameters(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);


ngx_int_t
ngx_http_interconn_action_task_query(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_args_t  args = { .argc = 0 };

    ngx_http_interconn_arg_input(&args, ctx, "task_id");
    ngx_http_interconn_arg(&args, ctx->caller.operator);

    return ngx_http_interconn_store(r, ctx, "task_get", &args,
                                    ngx_http_interconn_task_parameters);
}


/* Merged here: numbers keep the digits that they were written with. */

static ngx_int_t
ngx_http_interconn_task_parameters(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    u_char           *p;
    ic_str_t          common, own, params;
    ngx_str_t         name, role;
    ic_json_t        *config, *merged;
    const ic_json_t  *all, *one;

    config = ic_json_parse(&ctx->arena,
             ngx_ic_lib_str(ngx_http_interconn_reply_get(reply,
                                                         "job_config")),
             NULL);

    name = ngx_http_interconn_reply_get(reply, "task_name");
    role = ngx_http_interconn_reply_get(reply, "role");

    common = ic_str_fmt(&ctx->arena, "task_params/common/%.*s",
                        (int) name.len, name.data);
    own = ic_str_fmt(&ctx->arena, "task_params/%.*s/%.*s", (int) role.len,
                     role.data, (int) name.len, name.data);

    if (common.data == NULL || own.data == NULL) {
        return NGX_ERROR;
    }

    /* "host.0" */

    for (p = own.data; *p; p++) {
        if (*p == '.') {
            *p = '/';
        }
    }

    params = ic_str("{}");
    all = ic_json_path(config, (char *) common.data);
    one = ic_json_path(config, (char *) own.data);

    if (all || one) {
        merged = ic_json_merge(&ctx->arena, all ? all : one, one);
        params = merged ? ic_json_text(&ctx->arena, merged) : ic_str(NULL);
    }

    if (params.data == NULL
        || ngx_http_interconn_reply_add(ctx, reply, "parameters",
                                        ngx_ic_str(params))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_interconn_answer(r, ctx, reply);
}
