
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../trust/ic_cert.h"
#include "ngx_http_interconn_action.h"


static ngx_int_t ngx_http_interconn_overview_done(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_str_t ngx_http_interconn_overview_own(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);


ngx_int_t
ngx_http_interconn_action_overview(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_args_t  args = { .argc = 0 };

    ngx_http_interconn_arg(&args, ctx->caller.operator);

    return ngx_http_interconn_store(r, ctx, "overview", &args,
                                    ngx_http_interconn_overview_done);
}


/* The store knows the certificates of others: this node's is put first. */

static ngx_int_t
ngx_http_interconn_overview_done(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t   own;
    ngx_uint_t  i;
    ngx_str_t  *list;

    own = ngx_http_interconn_overview_own(r, ctx);

    for (i = 0; own.len && i < reply->npairs; i++) {
        list = &reply->pairs[2 * i + 1];

        if (!ic_str_is(ngx_ic_lib_str(reply->pairs[2 * i]), "certificates"))
        {
            continue;
        }

        *list = ngx_ic_str(ic_str_fmt(&ctx->arena, "[%s%s%.*s", own.data,
                                      list->len > 2 ? "," : "",
                                      (int) list->len - 1, list->data + 1));
        if (list->data == NULL) {
            return NGX_ERROR;
        }
    }

    return ngx_http_interconn_answer(r, ctx, reply);
}


/* Of interconn_certificate; empty if its end cannot be told. */

static ngx_str_t
ngx_http_interconn_overview_own(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    X509                       *cert;
    int64_t                     ends;
    ngx_str_t                   none = ngx_null_string;
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);

    if (icf->certificate.len == 0) {
        return none;
    }

    cert = ic_cert_parse(ngx_ic_lib_str(icf->certificate));
    if (cert == NULL) {
        return none;
    }

    ends = ic_cert_ends(cert);
    X509_free(cert);

    if (ends < 0) {
        return none;
    }

    return ngx_ic_str(ic_str_fmt(&ctx->arena, "{\"what\":\"node\","
                                 "\"node_id\":\"%.*s\",\"expires\":%lld}",
                                 (int) icf->node_id.len, icf->node_id.data,
                                 (long long) ends));
}
