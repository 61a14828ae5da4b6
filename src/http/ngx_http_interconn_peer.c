
/* How a peer speaks: POST /v1/platform/contract/profile. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_action.h"


static ngx_int_t ngx_http_interconn_profile_settings(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_profile_t *profile);


ngx_int_t
ngx_http_interconn_action_contract_profile(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_int_t                  rc;
    ngx_str_t                  name, speaks;
    ic_profile_t               profile;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    const ic_profile_row_t  *row;

    name = ngx_http_interconn_input_or(ctx, "profile", "standard");
    row = ic_profile(ngx_ic_lib_str(name));

    if (row == NULL) {
        return ngx_http_interconn_fail_field(r, ctx, "/profile",
                                             "is no profile of this node");
    }

    ngx_memzero(&profile, sizeof(ic_profile_t));
    ic_profile_read(&profile, ic_str(row->speaks));

    rc = ngx_http_interconn_profile_settings(r, ctx, &profile);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    speaks = ngx_ic_str(ic_profile_text(&ctx->arena, &profile));
    if (speaks.data == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg_input(&args, ctx, "contract_id");
    ngx_http_interconn_arg(&args, name);
    ngx_http_interconn_arg(&args, speaks);

    return ngx_http_interconn_store(r, ctx, "contract_profile", &args,
                                    ngx_http_interconn_answer);
}


/* NGX_DECLINED: go on. */

static ngx_int_t
ngx_http_interconn_profile_settings(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_profile_t *profile)
{
    ic_str_t            pointer, reason;
    const ic_value_t   *value;
    const ic_speech_t  *speech;

    for (speech = ic_speeches; speech->name; speech++) {
        value = ic_input_get(&ctx->in, speech->name);

        /* 200 and "200" are the same */

        if (value == NULL
            || ((value->node->type == IC_JSON_STR
                 || value->node->type == IC_JSON_INT)
                && ic_profile_set(profile, ic_str(speech->name),
                                  value->node->text)
                   == 0))
        {
            continue;
        }

        pointer = ic_str_fmt(&ctx->arena, "/%s", speech->name);
        reason = ic_str_fmt(&ctx->arena, "must be one of %s",
                            speech->values);

        if (pointer.data == NULL || reason.data == NULL) {
            return NGX_ERROR;
        }

        return ngx_http_interconn_fail_field(r, ctx, (char *) pointer.data,
                                             (char *) reason.data);
    }

    return NGX_DECLINED;
}
