
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../lib/ic_codec.h"
#include "ngx_http_interconn_core.h"


static ngx_int_t ngx_http_interconn_close(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_json_out_t *out);
static ngx_int_t ngx_http_interconn_output(ngx_http_request_t *r,
    ngx_str_t body);


const ngx_str_t  ngx_http_interconn_json =
    ngx_string("application/json; charset=utf-8");


ngx_int_t
ngx_http_interconn_answer(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ic_json_out_t         out;
    const ic_endpoint_t  *endpoint;

    endpoint = ctx->endpoint;

    ngx_http_interconn_open_envelope(ctx, &out, &ctx->arena);
    ic_out_object(&out, "data");

    if (endpoint->out) {
        if (endpoint->wrapper) {
            ic_out_object(&out, endpoint->wrapper);
        }

        ic_schema_render(endpoint->out, (ic_str_t *) reply->pairs,
                         reply->npairs, &out);

        if (endpoint->wrapper) {
            ic_out_object_end(&out);
        }
    }

    ic_out_object_end(&out);

    return ngx_http_interconn_close(r, ctx, &out);
}


ngx_int_t
ngx_http_interconn_answer_json(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t json)
{
    ic_json_out_t  out;

    ngx_http_interconn_open_envelope(ctx, &out, &ctx->arena);
    ic_out_raw(&out, "data", ngx_ic_lib_str(json));

    return ngx_http_interconn_close(r, ctx, &out);
}


void
ngx_http_interconn_open_envelope(ngx_http_interconn_ctx_t *ctx,
    ic_json_out_t *out, ic_arena_t *arena)
{
    u_char  *is;

    ic_out_init(out, arena);
    ic_out_object(out, NULL);

    if (ctx->endpoint->side == IC_SERVICE) {
        ic_out_int(out, "code", 200);
        return;
    }

    is = ctx->caller.profile.is;

    out->seconds = (is[IC_SPEAKS_TIME] == IC_TIME_SECONDS);

    ic_out_int(out, "code",
               is[IC_SPEAKS_SUCCESS] == IC_SUCCESS_200 ? 200 : 0);
    ngx_http_interconn_out_message(ctx, out, ic_str("success"));
}


void
ngx_http_interconn_out_message(ngx_http_interconn_ctx_t *ctx,
    ic_json_out_t *out, ic_str_t text)
{
    u_char  key;

    key = ctx->caller.profile.is[IC_SPEAKS_MESSAGE];

    if (key != IC_MESSAGE_MESSAGE) {
        ic_out_str(out, "msg", text);
    }

    if (key == IC_MESSAGE_MESSAGE || key == IC_MESSAGE_BOTH) {
        ic_out_str(out, "message", text);
    }
}


void
ngx_http_interconn_close_envelope(ngx_http_interconn_ctx_t *ctx,
    ic_json_out_t *out)
{
    if (ctx->endpoint->side == IC_SERVICE) {
        ic_out_null(out, "message");
    }

    ic_out_object_end(out);
}


static ngx_int_t
ngx_http_interconn_close(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_json_out_t *out)
{
    ngx_http_interconn_close_envelope(ctx, out);
    ngx_http_interconn_count(r, ctx, 0);

    return ngx_http_interconn_send_json(r, ctx, NGX_HTTP_OK, out);
}


ngx_int_t
ngx_http_interconn_send_json(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_uint_t status, ic_json_out_t *out)
{
    ngx_str_t  text;

    text = ngx_ic_str(ic_out_text(out));

    if (text.data == NULL) {
        return NGX_ERROR;
    }

    return ngx_http_interconn_send(r, ctx, status, ngx_http_interconn_json,
                                   text);
}


ngx_int_t
ngx_http_interconn_send(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_uint_t status, ngx_str_t type,
    ngx_str_t body)
{
    ngx_int_t  rc;

    rc = ngx_http_interconn_send_head(r, ctx, status, type, body.len);

    return rc == NGX_DECLINED ? ngx_http_interconn_output(r, body) : rc;
}


ngx_int_t
ngx_http_interconn_send_head(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_uint_t status, ngx_str_t type,
    off_t length)
{
    ngx_int_t  rc;

    /* an unread body would be parsed as the next request */

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    if (r->reading_body) {
        r->keepalive = 0;
    }

    if (ctx) {
        ctx->answered = 1;
    }

    r->headers_out.status = status;
    r->headers_out.content_length_n = length;
    r->headers_out.content_type = type;
    r->headers_out.content_type_len = type.len;
    r->headers_out.content_type_lowcase = NULL;

    if (ngx_http_interconn_add_trace(r) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc == NGX_AGAIN ? NGX_OK : rc;
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_http_interconn_output(ngx_http_request_t *r, ngx_str_t body)
{
    ngx_buf_t    *b;
    ngx_int_t     rc;
    ngx_chain_t   out;

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = body.data;
    b->last = body.data + body.len;
    b->memory = body.len ? 1 : 0;
    b->last_buf = (r == r->main) ? 1 : 0;
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    rc = ngx_http_output_filter(r, &out);

    /* NGX_AGAIN means waiting for the store here; nginx has the rest */

    return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


ngx_int_t
ngx_http_interconn_add_header(ngx_http_request_t *r, const char *name,
    ngx_str_t value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    h->hash = 1;
    h->key.data = (u_char *) name;
    h->key.len = ngx_strlen(name);
    h->value = value;

    return NGX_OK;
}
