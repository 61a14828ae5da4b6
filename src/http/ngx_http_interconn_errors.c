
/*
 * interconn_errors: what nginx itself refuses, in any phase (a malformed
 * request line, headers that are too long, limits, a proxied service that is
 * away), is answered with the envelope instead of nginx's page. Pages that
 * the configuration names by error_page stay, and so do those of proxied
 * services. The filters of a dynamic module come first, so whatever follows
 * (chunks, compression) sees the envelope only.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_core.h"


static ngx_int_t ngx_http_interconn_errors_header(ngx_http_request_t *r);
static ngx_uint_t ngx_http_interconn_is_page(ngx_http_request_t *r);
static ic_error_e ngx_http_interconn_errors_find(ngx_uint_t status);
static ngx_int_t ngx_http_interconn_errors_body(ngx_http_request_t *r,
    ngx_chain_t *in);


static ngx_http_output_header_filter_pt  ngx_http_interconn_next_header;
static ngx_http_output_body_filter_pt    ngx_http_interconn_next_body;


/* The statuses that nginx gives by itself. */

static const struct {
    ngx_uint_t   status;
    ic_error_e   error;
} ngx_http_interconn_statuses[] = {
    { NGX_HTTP_BAD_REQUEST, IC_E_bad_request },
    { NGX_HTTP_UNAUTHORIZED, IC_E_no_operator },
    { NGX_HTTP_FORBIDDEN, IC_E_not_permitted },
    { NGX_HTTP_NOT_FOUND, IC_E_unknown_path },
    { NGX_HTTP_NOT_ALLOWED, IC_E_wrong_method },
    { NGX_HTTP_REQUEST_ENTITY_TOO_LARGE, IC_E_too_large },
    { NGX_HTTP_REQUEST_URI_TOO_LARGE, IC_E_uri_too_long },
    { NGX_HTTP_TOO_MANY_REQUESTS, IC_E_too_many },
    { NGX_HTTP_INTERNAL_SERVER_ERROR, IC_E_internal },
    { NGX_HTTP_BAD_GATEWAY, IC_E_no_upstream },
    { NGX_HTTP_SERVICE_UNAVAILABLE, IC_E_unavailable },
    { NGX_HTTP_GATEWAY_TIME_OUT, IC_E_slow_upstream },
    { NGX_HTTP_LENGTH_REQUIRED, IC_E_bad_request },
    { NGX_HTTP_PRECONDITION_FAILED, IC_E_bad_request },
    { NGX_HTTP_UNSUPPORTED_MEDIA_TYPE, IC_E_bad_request },
    { NGX_HTTP_RANGE_NOT_SATISFIABLE, IC_E_bad_request },
    { NGX_HTTP_MISDIRECTED_REQUEST, IC_E_bad_request },
    { NGX_HTTP_NOT_IMPLEMENTED, IC_E_bad_request },
    { NGX_HTTP_VERSION_NOT_SUPPORTED, IC_E_bad_request },
    { NGX_HTTP_INSUFFICIENT_STORAGE, IC_E_internal },
    { 0, IC_E_ok }
};


void
ngx_http_interconn_init_errors(void)
{
    ngx_http_interconn_next_header = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_interconn_errors_header;

    ngx_http_interconn_next_body = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_interconn_errors_body;
}


static ngx_int_t
ngx_http_interconn_errors_header(ngx_http_request_t *r)
{
    ngx_str_t                  type;
    ngx_uint_t                 status;
    ic_error_e                 error;
    ngx_http_interconn_ctx_t  *ctx;

    error = ngx_http_interconn_is_page(r)
            ? ngx_http_interconn_errors_find(r->headers_out.status) : IC_E_ok;

    if (error == IC_E_ok) {
        return ngx_http_interconn_next_header(r);
    }

    ctx = ngx_http_interconn_ctx(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_interconn_page(r, ctx, error, &status, &type, &ctx->page)
        != NGX_OK) {
        return NGX_ERROR;
    }

    ctx->paged = 1;

    ngx_http_clear_accept_ranges(r);
    ngx_http_clear_last_modified(r);
    ngx_http_clear_content_length(r);

    r->headers_out.status = status;
    ngx_str_null(&r->headers_out.status_line);
    r->headers_out.content_length_n = ctx->page.len;
    r->headers_out.content_type = type;
    r->headers_out.content_type_len = type.len;
    r->headers_out.content_type_lowcase = NULL;

    return ngx_http_interconn_next_header(r);
}


/*
 * err_status is of nginx's pages and of what error_page leads to, which is a
 * request within; error_page alone says that there is one for some status.
 */

static ngx_uint_t
ngx_http_interconn_is_page(ngx_http_request_t *r)
{
    ngx_http_interconn_ctx_t   *ctx;
    ngx_http_interconn_conf_t  *icf;

    if (r != r->main || r->err_status < NGX_HTTP_BAD_REQUEST
        || (r->error_page && r->internal))
    {
        return 0;
    }

    icf = ngx_http_interconn_conf(r);
    ctx = ngx_http_get_module_ctx(r, ngx_http_interconn_module);

    return icf->errors == 1 && (ctx == NULL || !ctx->answered);
}


static ic_error_e
ngx_http_interconn_errors_find(ngx_uint_t status)
{
    ngx_uint_t  i;

    for (i = 0; ngx_http_interconn_statuses[i].status; i++) {
        if (ngx_http_interconn_statuses[i].status == status) {
            break;
        }
    }

    return ngx_http_interconn_statuses[i].error;
}


static ngx_int_t
ngx_http_interconn_errors_body(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_buf_t                 *b;
    ngx_chain_t                out, *cl;
    ngx_http_interconn_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_interconn_module);

    if (ctx == NULL || !ctx->paged || in == NULL) {
        return ngx_http_interconn_next_body(r, in);
    }

    for (cl = in; cl; cl = cl->next) {
        cl->buf->pos = cl->buf->last;
        cl->buf->file_pos = cl->buf->file_last;
    }

    if (ctx->page.len == 0) {
        return NGX_OK;
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = ctx->page.data;
    b->last = b->pos + ctx->page.len;
    b->memory = 1;
    b->last_buf = 1;
    b->last_in_chain = 1;

    ctx->page.len = 0;

    out.buf = b;
    out.next = NULL;

    return ngx_http_interconn_next_body(r, &out);
}
