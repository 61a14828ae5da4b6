
/*
 * Refusals of the channel in the dialect of who is refused: by the headers of
 * its call, as interconnd tells dialects apart. Others than our own kind look
 * for their code in the body of a 200.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_core.h"


typedef enum {
    NGX_HTTP_INTERCONN_NATIVE = 0,
    NGX_HTTP_INTERCONN_IN_JSON,              /* D1, D2 */
    NGX_HTTP_INTERCONN_D1,
    NGX_HTTP_INTERCONN_D3
} ngx_http_interconn_dialect_e;


/* By dialect: fields of the message, and its type. */

static const struct {
    u_char       code;                       /* 0: JSON */
    u_char       message;
    ngx_str_t    type;
} ngx_http_interconn_dialects[] = {
    { 0, 0, ngx_null_string },
    { 0, 0, ngx_null_string },
    { 3, 4, ngx_string("application/x-protobuf") },
    { 2, 3, ngx_string("application/proto") }
};


/* Any other error is E0000000403, "refused". */

static const struct {
    ic_error_e            error;
    ngx_uint_t            status;
    ngx_str_t             code;
} ngx_http_interconn_channel_errors[] = {
    { IC_E_unknown_path, NGX_HTTP_FORBIDDEN, ngx_string("E0000000614") },
    { IC_E_not_found, NGX_HTTP_NOT_FOUND, ngx_string("E0000000404") },
    { IC_E_internal, NGX_HTTP_INTERNAL_SERVER_ERROR,
      ngx_string("E0000000500") },
    { IC_E_store_unavailable, NGX_HTTP_SERVICE_UNAVAILABLE,
      ngx_string("E0000000503") },
    { IC_E_unavailable, NGX_HTTP_SERVICE_UNAVAILABLE,
      ngx_string("E0000000503") },
    { IC_E_no_upstream, NGX_HTTP_BAD_GATEWAY, ngx_string("E0000000503") },
    { IC_E_slow_upstream, NGX_HTTP_GATEWAY_TIME_OUT,
      ngx_string("E0000000601") },
    { IC_E_too_large, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE,
      ngx_string("E0000000413") },
    { IC_E_too_many, NGX_HTTP_TOO_MANY_REQUESTS, ngx_string("E0000000700") },
    { IC_E_bad_request, NGX_HTTP_BAD_REQUEST, ngx_string("E0000000400") },
    { IC_E_ok, 0, ngx_string("E0000000403") }
};


static ngx_http_interconn_dialect_e ngx_http_interconn_dialect(
    ngx_http_request_t *r);
static ngx_uint_t ngx_http_interconn_is_type(ngx_http_request_t *r,
    const char *prefix);
static u_char *ngx_http_interconn_out_field(u_char *p, u_char number,
    ngx_str_t text);


ngx_str_t
ngx_http_interconn_dialect_code(ngx_http_request_t *r,
    const ic_error_t *error, ngx_uint_t *status)
{
    ngx_uint_t  i;

    for (i = 0; ngx_http_interconn_channel_errors[i].status; i++) {
        if (&ic_errors[ngx_http_interconn_channel_errors[i].error] == error) {
            *status = ngx_http_interconn_channel_errors[i].status;
            break;
        }
    }

    if (ngx_http_interconn_dialect(r) != NGX_HTTP_INTERCONN_NATIVE) {
        *status = NGX_HTTP_OK;
    }

    return ngx_http_interconn_channel_errors[i].code;
}


ngx_int_t
ngx_http_interconn_dialect_body(ngx_http_request_t *r, ngx_str_t code,
    ngx_str_t message, ngx_str_t *type, ngx_str_t *body)
{
    u_char                        *p;
    ngx_http_interconn_dialect_e   dialect;

    dialect = ngx_http_interconn_dialect(r);

    if (ngx_http_interconn_dialects[dialect].code == 0) {
        return NGX_DECLINED;
    }

    /* a tag and at most three bytes of length each */

    message.len = ngx_min(message.len, 4096);

    p = ngx_pnalloc(r->pool, 8 + code.len + message.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = p;

    p = ngx_http_interconn_out_field(p,
                            ngx_http_interconn_dialects[dialect].code, code);
    p = ngx_http_interconn_out_field(p,
                      ngx_http_interconn_dialects[dialect].message, message);

    body->len = p - body->data;
    *type = ngx_http_interconn_dialects[dialect].type;

    return NGX_OK;
}


static ngx_http_interconn_dialect_e
ngx_http_interconn_dialect(ngx_http_request_t *r)
{
    ngx_str_t  provider;

    provider = ngx_http_interconn_header(r, "x-ptp-tech-provider-code");

    if (ngx_http_interconn_header(r, "x-interconn-seq").len
        || ic_str_is_nocase(ngx_ic_lib_str(provider), "interconn"))
    {
        return NGX_HTTP_INTERCONN_NATIVE;
    }

    if (ngx_http_interconn_is_type(r, "application/x-protobuf")
        || ngx_http_interconn_is_type(r, "application/protobuf"))
    {
        return NGX_HTTP_INTERCONN_D1;
    }

    if (ngx_http_interconn_is_type(r, "application/json")) {
        return NGX_HTTP_INTERCONN_IN_JSON;
    }

    /* its topic is never in the body */

    return ngx_http_interconn_header(r, "x-ptp-topic").len
           ? NGX_HTTP_INTERCONN_D3 : NGX_HTTP_INTERCONN_NATIVE;
}


static ngx_uint_t
ngx_http_interconn_is_type(ngx_http_request_t *r, const char *prefix)
{
    size_t     len;
    ngx_str_t  type;

    if (r->headers_in.content_type == NULL) {
        return 0;
    }

    len = ngx_strlen(prefix);
    type = r->headers_in.content_type->value;

    return type.len >= len
           && ngx_strncasecmp(type.data, (u_char *) prefix, len) == 0;
}


static u_char *
ngx_http_interconn_out_field(u_char *p, u_char number, ngx_str_t text)
{
    *p++ = (u_char) (number << 3 | 2);

    if (text.len > 0x7f) {
        *p++ = (u_char) (0x80 | (text.len & 0x7f));
        *p++ = (u_char) (text.len >> 7);

    } else {
        *p++ = (u_char) text.len;
    }

    return ngx_cpymem(p, text.data, text.len);
}
