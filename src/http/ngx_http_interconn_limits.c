
/* What a permit is limited to: asked for, at most, and granted. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_action.h"


/* A dataset's usage_limits. */
typedef struct {
    ic_arena_t       *arena;
    const ic_json_t  *object;
} ngx_http_interconn_bound_t;


static ic_str_t ngx_http_interconn_limit_in(void *data, const char *name);
static ic_str_t ngx_http_interconn_limit_asked(void *data, const char *name);
static ic_str_t ngx_http_interconn_limit_bound(void *data, const char *name);


int
ngx_http_interconn_input_limits(ngx_http_interconn_ctx_t *ctx,
    const ic_input_t *in, ic_limits_t *limits, ic_limits_fault_t *fault)
{
    return ic_limits_read(limits, &ctx->arena, ngx_http_interconn_limit_in,
                          (void *) in, fault);
}


static ic_str_t
ngx_http_interconn_limit_in(void *data, const char *name)
{
    const ic_input_t *in = data;

    return ic_input_str(in, name);
}


ngx_int_t
ngx_http_interconn_fail_limits(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *pointer,
    const ic_limits_fault_t *fault)
{
    ic_str_t  name;

    if (fault->field == NULL) {
        return NGX_ERROR;
    }

    name = ic_str_fmt(&ctx->arena, "%s%s", pointer, fault->field);
    if (name.data == NULL) {
        return NGX_ERROR;
    }

    return ngx_http_interconn_fail_field(r, ctx, (char *) name.data,
                                         fault->reason);
}


ngx_int_t
ngx_http_interconn_grant_limits(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *audit, ic_limits_t *limits,
    ic_limits_fault_t *fault)
{
    ic_str_t                    text;
    ic_limits_t                 most, answer;
    ngx_http_interconn_bound_t  bound;

    text = ngx_http_interconn_limit_asked(audit, "usage_limits");

    bound.arena = &ctx->arena;
    bound.object = text.len ? ic_json_parse(&ctx->arena, text, NULL) : NULL;

    if (ic_limits_read(limits, &ctx->arena, ngx_http_interconn_limit_asked,
                       audit, fault)
           != 0
        || ic_limits_read(&most, &ctx->arena, ngx_http_interconn_limit_bound,
                          &bound, fault)
           != 0
        || ngx_http_interconn_input_limits(ctx, &ctx->in, &answer, fault)
           != 0
        || ic_limits_narrow(limits, &ctx->arena, &most, fault) != 0)
    {
        return NGX_ERROR;
    }

    fault->field = ic_limits_wider(limits, &answer);

    if (fault->field) {
        fault->reason = "is more than was asked for, or than the dataset's "
                        "usage_limits";
        return NGX_ERROR;
    }

    return ic_limits_narrow(limits, &ctx->arena, &answer, fault) == 0
           ? NGX_OK : NGX_ERROR;
}


static ic_str_t
ngx_http_interconn_limit_asked(void *data, const char *name)
{
    return ngx_ic_lib_str(ngx_http_interconn_reply_get(data, name));
}


static ic_str_t
ngx_http_interconn_limit_bound(void *data, const char *name)
{
    ngx_http_interconn_bound_t *bound = data;

    ic_str_t          none = ic_null_string;
    const ic_json_t  *node;

    node = ic_json_get(bound->object, name);

    return node ? ic_json_text(bound->arena, node) : none;
}
