
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_core.h"


static ngx_int_t ngx_http_interconn_route(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_wrong_method(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_route_t *route);
static void ngx_http_interconn_finalize(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_int_t rc);
static ngx_int_t ngx_http_interconn_read_body(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static void ngx_http_interconn_body_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_interconn_verify(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_take_body(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_feed(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_parse(ngx_http_interconn_ctx_t *ctx,
    ngx_buf_t *b);
static ngx_int_t ngx_http_interconn_too_large(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_decode(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static int ngx_http_interconn_decode_input(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_json_t *root, ic_faults_t *faults);


ngx_int_t
ngx_http_interconn_handler(ngx_http_request_t *r)
{
    ngx_int_t                  rc;
    ngx_http_interconn_ctx_t  *ctx;

    ctx = ngx_http_interconn_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->channel = 0;
    ctx->resume = ngx_http_interconn_finalize;

    rc = ngx_http_interconn_route(r, ctx);

    if (rc == NGX_AGAIN) {
        r->main->count++;
        return NGX_DONE;
    }

    return rc;
}


static ngx_int_t
ngx_http_interconn_route(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t                    detail = ngx_null_string;
    ngx_http_interconn_conf_t   *icf;
    ngx_http_interconn_route_t  *route;

    icf = ngx_http_interconn_conf(r);
    route = ngx_http_interconn_find_route(r, icf->sides);

    if (route == NULL) {
        return ngx_http_interconn_fail(r, ctx, IC_E_unknown_path, detail);
    }

    if (r->method == NGX_HTTP_GET) {
        ctx->endpoint = route->endpoints[IC_GET - 1];

    } else if (r->method == NGX_HTTP_POST) {
        ctx->endpoint = route->endpoints[IC_POST - 1];
    }

    if (ctx->endpoint == NULL) {
        return ngx_http_interconn_wrong_method(r, ctx, route);
    }

    if (ctx->endpoint->kind) {
        ctx->kind = ic_kind(ic_str(ctx->endpoint->kind));
    }

    return ngx_http_interconn_authenticate(r, ctx, ctx->endpoint->auth,
                                           ngx_http_interconn_read_body);
}


static ngx_int_t
ngx_http_interconn_wrong_method(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_route_t *route)
{
    ngx_str_t  allow;

    if (route->endpoints[IC_GET - 1] && route->endpoints[IC_POST - 1]) {
        ngx_str_set(&allow, "GET, POST");

    } else if (route->endpoints[IC_GET - 1]) {
        ngx_str_set(&allow, "GET");

    } else {
        ngx_str_set(&allow, "POST");
    }

    if (ngx_http_interconn_add_header(r, "Allow", allow) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_interconn_fail(r, ctx, IC_E_wrong_method, allow);
}


static void
ngx_http_interconn_finalize(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_int_t rc)
{
    ngx_http_finalize_request(r, rc);
}


/*
 * The body is taken piece by piece as it arrives: no file, no limit but
 * ours, which holds for chunked bodies too. What is returned releases the
 * reference that reading took.
 */

static ngx_int_t
ngx_http_interconn_read_body(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_int_t                   rc;
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);

    if (r->headers_in.content_length_n > (off_t) icf->max_body) {
        return ngx_http_interconn_too_large(r, ctx);
    }

    rc = ngx_http_interconn_expect_signature(r, ctx);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    if (ngx_http_interconn_expect_message(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    r->request_body_no_buffering = 1;

    rc = ngx_http_read_client_request_body(r,
                                           ngx_http_interconn_body_handler);

    return rc >= NGX_HTTP_SPECIAL_RESPONSE ? rc : NGX_DONE;
}


/* Also the read event's handler until the body is complete. */

static void
ngx_http_interconn_body_handler(ngx_http_request_t *r)
{
    ngx_int_t                  rc;
    ngx_http_interconn_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_interconn_module);

    rc = ngx_http_interconn_take_body(r, ctx);

    if (rc == NGX_OK) {
        r->read_event_handler = ngx_http_block_reading;
        rc = ngx_http_interconn_ask_again(r, ctx,
                                          ngx_http_interconn_verify);

    } else if (rc == NGX_DECLINED) {
        rc = ngx_http_interconn_too_large(r, ctx);

    } else if (rc == NGX_AGAIN) {
        r->read_event_handler = ngx_http_interconn_body_handler;
    }

    if (rc != NGX_AGAIN) {
        ngx_http_finalize_request(r, rc);
    }
}


static ngx_int_t
ngx_http_interconn_verify(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    return ngx_http_interconn_verify_signature(r, ctx,
                                               ngx_http_interconn_decode);
}


/* NGX_OK: complete; NGX_DECLINED: too large; NGX_AGAIN; or a status. */

static ngx_int_t
ngx_http_interconn_take_body(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_int_t  rc;

    for ( ;; ) {
        rc = ngx_http_interconn_feed(r, ctx);
        if (rc != NGX_OK) {
            return rc;
        }

        if (!r->reading_body) {
            return NGX_OK;
        }

        rc = ngx_http_read_unbuffered_request_body(r);

        if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
            return rc;
        }

        if (rc == NGX_AGAIN && r->request_body->bufs == NULL) {
            return NGX_AGAIN;
        }
    }
}


static ngx_int_t
ngx_http_interconn_feed(ngx_http_request_t *r, ngx_http_interconn_ctx_t *ctx)
{
    ngx_buf_t                  *b;
    ngx_int_t                   rc;
    ngx_chain_t                *cl;
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);

    /* no request_body: a subrequest, or something discarded the body */

    while (r->request_body && r->request_body->bufs) {
        cl = r->request_body->bufs;
        r->request_body->bufs = cl->next;

        b = cl->buf;
        ngx_free_chain(r->pool, cl);

        if (b->in_file) {
            return NGX_DECLINED;
        }

        ctx->received += b->last - b->pos;

        if (ctx->received > icf->max_body) {
            return NGX_DECLINED;
        }

        rc = ngx_http_interconn_feed_message(ctx, b);
        if (rc != NGX_OK) {
            return rc;
        }

        rc = ngx_http_interconn_parse(ctx, b);
        if (rc != NGX_OK) {
            return rc;
        }

        b->pos = b->last;
    }

    return NGX_OK;
}


/* After a fault the rest is only read: the connection stays usable. */

static ngx_int_t
ngx_http_interconn_parse(ngx_http_interconn_ctx_t *ctx, ngx_buf_t *b)
{
    if (ctx->endpoint->body == IC_BODY_NONE || b->pos == b->last
        || ctx->bad_body)
    {
        return NGX_OK;
    }

    if (ctx->parser == NULL) {
        ctx->parser = ic_json_parser(&ctx->arena);
        if (ctx->parser == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    if (ic_json_feed(ctx->parser, b->pos, b->last - b->pos) != 0) {
        ctx->bad_body = 1;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_too_large(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    u_char                     *p;
    ngx_str_t                   detail;
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);

    detail.data = ngx_pnalloc(r->pool, sizeof("limit  bytes")
                                       + NGX_SIZE_T_LEN);
    if (detail.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_sprintf(detail.data, "limit %uz bytes", icf->max_body);
    detail.len = p - detail.data;

    return ngx_http_interconn_fail(r, ctx, IC_E_too_large, detail);
}


static ngx_int_t
ngx_http_interconn_decode(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ic_str_t      error;
    ic_json_t    *root;
    ngx_str_t     detail = ngx_null_string;
    ic_faults_t  *faults;

    root = NULL;

    if (ctx->message) {
        ctx->message->told = 1;
    }

    if (ctx->parser) {
        root = ic_json_finish(ctx->parser, &error);
        ctx->parser = NULL;

        if (root == NULL) {
            return ngx_http_interconn_fail(r, ctx, IC_E_malformed_json,
                                           ngx_ic_str(error));
        }
    }

    if (ctx->endpoint->in) {
        faults = ngx_pcalloc(r->pool, sizeof(ic_faults_t));
        if (faults == NULL) {
            return NGX_ERROR;
        }

        if (ngx_http_interconn_decode_input(r, ctx, root, faults) != 0) {

            /* a stranger is told nothing about fields */

            if (ctx->who) {
                return ngx_http_interconn_ask_first(r, ctx,
                                                   ngx_http_interconn_decode);
            }

            return faults->count
                   ? ngx_http_interconn_fail_faults(r, ctx, faults)
                   : ngx_http_interconn_fail(r, ctx, IC_E_internal, detail);
        }
    }

    return ngx_http_interconn_actions[ctx->endpoint->action](r, ctx);
}


static int
ngx_http_interconn_decode_input(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_json_t *root, ic_faults_t *faults)
{
    ic_str_t           empty = ic_string("{}");
    const ic_schema_t  *in;

    in = ctx->endpoint->in;

    /* some peers send the fields of a GET in its body */

    if (ctx->endpoint->body == IC_BODY_ARGS
        && (root == NULL || r->args.len))
    {
        return ic_schema_decode_args(in, ngx_ic_lib_str(r->args),
                                     &ctx->arena, &ctx->in, faults);
    }

    /* no body at all: every required field is named */

    if (root == NULL) {
        root = ic_json_parse(&ctx->arena, empty, NULL);
        if (root == NULL) {
            return -1;
        }
    }

    return ic_schema_decode(in, root, &ctx->arena, &ctx->in, faults);
}
