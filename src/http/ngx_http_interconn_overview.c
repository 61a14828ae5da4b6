
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../trust/ic_cert.h"
#include "ngx_http_interconn_action.h"
#include "ngx_http_interconn_core.h"


static ngx_int_t ngx_http_interconn_overview_done(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ic_str_t ngx_http_interconn_overview_join(
    ngx_http_interconn_ctx_t *ctx, const char *own, const char *crl,
    ngx_str_t list);
static const char *ngx_http_interconn_overview_end(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *what, int64_t ends);
static int64_t ngx_http_interconn_overview_own(ngx_http_request_t *r);


ngx_int_t
ngx_http_interconn_action_overview(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_args_t  args = { .argc = 0 };

    ngx_http_interconn_arg(&args, ctx->caller.operator);

    return ngx_http_interconn_store(r, ctx, "overview", &args,
                                    ngx_http_interconn_overview_done);
}


/*
 * The store knows the certificates of others: this node's, and the lists by
 * which it refuses others', are put first.
 */

static ngx_int_t
ngx_http_interconn_overview_done(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t   *list;
    ngx_uint_t   i;
    const char  *own, *crl;

    own = ngx_http_interconn_overview_end(r, ctx, "node",
              ngx_http_interconn_overview_own(r));
    crl = ngx_http_interconn_overview_end(r, ctx, "crl",
              ngx_http_interconn_crl_ends(r));

    for (i = 0; i < reply->npairs; i++) {
        list = &reply->pairs[2 * i + 1];

        if (!ic_str_is(ngx_ic_lib_str(reply->pairs[2 * i]), "certificates"))
        {
            continue;
        }

        *list = ngx_ic_str(ngx_http_interconn_overview_join(ctx, own, crl,
                                                            *list));
        if (list->data == NULL) {
            return NGX_ERROR;
        }
    }

    return ngx_http_interconn_answer(r, ctx, reply);
}


/* [own,crl,... of list, without what is empty. */

static ic_str_t
ngx_http_interconn_overview_join(ngx_http_interconn_ctx_t *ctx,
    const char *own, const char *crl, ngx_str_t list)
{
    const char  *rest;

    rest = list.len > 2 ? (const char *) list.data + 1 : "]";

    return ic_str_fmt(&ctx->arena, "[%s%s%s%s%.*s", own,
                      *own && *crl ? "," : "", crl,
                      (*own || *crl) && *rest != ']' ? "," : "",
                      list.len > 2 ? (int) list.len - 1 : 1, rest);
}


/* What ends then; empty if that cannot be told. */

static const char *
ngx_http_interconn_overview_end(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *what, int64_t ends)
{
    ic_str_t                    text;
    ngx_http_interconn_conf_t  *icf;

    if (ends < 0) {
        return "";
    }

    icf = ngx_http_interconn_conf(r);
    text = ic_str_fmt(&ctx->arena, "{\"what\":\"%s\",\"node_id\":\"%.*s\","
                      "\"expires\":%lld}", what, (int) icf->node_id.len,
                      icf->node_id.data, (long long) ends);

    return text.data != NULL ? (const char *) text.data : "";
}


/* interconn_certificate, epoch ms, or -1. */

static int64_t
ngx_http_interconn_overview_own(ngx_http_request_t *r)
{
    X509                       *cert;
    int64_t                     ends;
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);

    cert = icf->certificate.len != 0
           ? ic_cert_parse(ngx_ic_lib_str(icf->certificate)) : NULL;

    ends = cert != NULL ? ic_cert_ends(cert) : -1;
    X509_free(cert);

    return ends;
}
