
/*
 * The id of an exchange: the caller's x-trace-id or, without one, one of ours.
 * nginx's $request_id would ask OpenSSL for 16 bytes at every request, which
 * costs a tenth of a short answer; here a worker asks for many at once.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include <openssl/rand.h>

#include "../lib/ic_codec.h"
#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_TRACE_BYTES  16


ngx_str_t
ngx_http_interconn_trace(ngx_http_request_t *r, ngx_http_interconn_ctx_t *ctx)
{
    if (ctx->trace.len) {
        return ctx->trace;
    }

    ctx->trace = ngx_http_interconn_header(r, "x-trace-id");

    if (!ic_id_valid(ngx_ic_lib_str(ctx->trace))
        && ngx_http_interconn_fresh_id(r, &ctx->trace) != NGX_OK)
    {
        ngx_str_null(&ctx->trace);
    }

    return ctx->trace;
}


ngx_int_t
ngx_http_interconn_fresh_id(ngx_http_request_t *r, ngx_str_t *id)
{
    ngx_http_interconn_main_conf_t  *imcf;

    imcf = ngx_http_get_module_main_conf(r, ngx_http_interconn_module);

    if (imcf->random_left < NGX_HTTP_INTERCONN_TRACE_BYTES) {

        if (RAND_bytes(imcf->random, sizeof(imcf->random)) != 1) {
            ngx_ssl_error(NGX_LOG_ERR, r->connection->log, 0,
                          "RAND_bytes() failed");
            return NGX_ERROR;
        }

        imcf->random_left = sizeof(imcf->random);
    }

    imcf->random_left -= NGX_HTTP_INTERCONN_TRACE_BYTES;

    id->len = 2 * NGX_HTTP_INTERCONN_TRACE_BYTES;
    id->data = ngx_pnalloc(r->pool, id->len);

    if (id->data == NULL) {
        return NGX_ERROR;
    }

    ngx_hex_dump(id->data, imcf->random + imcf->random_left,
                 NGX_HTTP_INTERCONN_TRACE_BYTES);

    return NGX_OK;
}


ngx_int_t
ngx_http_interconn_add_trace(ngx_http_request_t *r)
{
    ngx_str_t                  trace;
    ngx_http_interconn_ctx_t  *ctx;

    ctx = ngx_http_interconn_ctx(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    trace = ngx_http_interconn_trace(r, ctx);

    return trace.len ? ngx_http_interconn_add_header(r, "X-Trace-Id", trace)
                     : NGX_OK;
}
