
/*
 * Lists, of any length in constant memory. The store tells a page step by
 * step (docs/store.md, "next"): each reply is rendered and forgotten, the
 * text goes out when there is enough of it, and the next step is asked for
 * when the client has taken that. An answer of one piece has its length; a
 * longer one ends with the connection when the store fails on the way, so
 * that nobody takes a part for the whole.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_LIST_PIECE  (64 * 1024)
#define NGX_HTTP_INTERCONN_LIST_NEXT   512


typedef struct {
    const char                 *function;    /* of the store */
    ngx_http_interconn_args_t   args;        /* of its next call */
    ngx_uint_t                  opened;      /* the envelope */
    ngx_uint_t                  begun;       /* the header is sent */

    ngx_pool_t                 *reply;       /* of one call */
    ngx_pool_t                 *text;        /* of what is not sent yet */
    ic_arena_t                  arena;       /* over text */
    ic_json_out_t               out;
    ngx_chain_t                *free;
    ngx_chain_t                *busy;

    u_char                      next[NGX_HTTP_INTERCONN_LIST_NEXT];
} ngx_http_interconn_list_t;


static void ngx_http_interconn_list_cleanup(void *data);
static ngx_int_t ngx_http_interconn_list_text(ngx_http_request_t *r,
    ngx_http_interconn_list_t *list);
static void *ngx_http_interconn_list_alloc(void *owner, size_t size);
static ngx_int_t ngx_http_interconn_list_ask(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_list_step(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_list_take(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static void ngx_http_interconn_list_render(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *reply);
static void ngx_http_interconn_list_close(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_list_end(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_list_piece(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_uint_t ngx_http_interconn_list_is_out(ngx_http_request_t *r);
static ngx_int_t ngx_http_interconn_list_send(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_uint_t last);
static ngx_int_t ngx_http_interconn_list_sent(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static void ngx_http_interconn_list_writer(ngx_http_request_t *r);
static ngx_int_t ngx_http_interconn_list_wait(ngx_http_request_t *r);


const ic_schema_t *
ngx_http_interconn_lists(const ic_endpoint_t *endpoint)
{
    const ic_field_t  *field;

    if (endpoint->out == NULL) {
        return NULL;
    }

    for (field = endpoint->out->fields; field->name; field++) {
        if (ngx_strcmp(field->name, "records") == 0) {
            return field->of;
        }
    }

    return NULL;
}


ngx_int_t
ngx_http_interconn_list(ngx_http_request_t *r, ngx_http_interconn_ctx_t *ctx,
    const char *function, ngx_http_interconn_args_t *args)
{
    ngx_pool_cleanup_t         *cln;
    ngx_http_interconn_list_t  *list;

    list = ngx_pcalloc(r->pool, sizeof(ngx_http_interconn_list_t));
    if (list == NULL) {
        return NGX_ERROR;
    }

    /*
     * not with the request's cleanups: they run before HTTP/2 has sent what
     * points into the text
     */

    cln = ngx_pool_cleanup_add(r->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_interconn_list_cleanup;
    cln->data = list;

    list->function = function;
    list->args = *args;
    list->arena.alloc = ngx_http_interconn_list_alloc;

    if (ngx_http_interconn_list_text(r, list) != NGX_OK) {
        return NGX_ERROR;
    }

    ctx->data = list;

    return ngx_http_interconn_list_ask(r, ctx);
}


static void
ngx_http_interconn_list_cleanup(void *data)
{
    ngx_http_interconn_list_t  *list = data;

    if (list->reply) {
        ngx_destroy_pool(list->reply);
        list->reply = NULL;
    }

    if (list->text) {
        ngx_destroy_pool(list->text);
        list->text = NULL;
    }
}


/* Memory for the next piece of text, in place of the last one's. */

static ngx_int_t
ngx_http_interconn_list_text(ngx_http_request_t *r,
    ngx_http_interconn_list_t *list)
{
    if (list->text) {
        ngx_destroy_pool(list->text);
    }

    list->text = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, r->connection->log);
    list->arena.owner = list->text;

    return list->text ? NGX_OK : NGX_ERROR;
}


static void *
ngx_http_interconn_list_alloc(void *owner, size_t size)
{
    return ngx_palloc(owner, size);
}


static ngx_int_t
ngx_http_interconn_list_ask(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    return ngx_http_interconn_ask_again(r, ctx,
                                        ngx_http_interconn_list_step);
}


static ngx_int_t
ngx_http_interconn_list_step(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_list_t  *list = ctx->data;

    list->reply = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, r->connection->log);
    if (list->reply == NULL) {
        return NGX_ERROR;
    }

    ctx->reply_pool = list->reply;

    return ngx_http_interconn_store(r, ctx, list->function, &list->args,
                                    ngx_http_interconn_list_take);
}


static ngx_int_t
ngx_http_interconn_list_take(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t                   next;
    ngx_uint_t                  more;
    ngx_http_interconn_list_t  *list = ctx->data;

    /* now it is known who calls, and how to answer it */

    if (!list->opened) {
        list->opened = 1;

        ngx_http_interconn_open_envelope(ctx, &list->out, &list->arena);
        ic_out_object(&list->out, "data");
        ic_out_array(&list->out, "records");
    }

    ngx_http_interconn_list_render(ctx, reply);

    next = ngx_http_interconn_reply_get(reply, "next");

    if (next.len > sizeof(list->next)
        || (next.len && list->args.page == 0))
    {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "store function \"%s\" has more that cannot be asked "
                      "for", list->function);
        return ngx_http_interconn_fail(r, ctx, IC_E_internal, next);
    }

    if (next.len) {
        ngx_memcpy(list->next, next.data, next.len);
        list->args.argv[list->args.page - 1].data = list->next;
        list->args.argv[list->args.page - 1].len = next.len;

    } else {
        ngx_http_interconn_list_close(ctx, reply);
    }

    more = next.len;

    ctx->reply_pool = NULL;
    ngx_destroy_pool(list->reply);
    list->reply = NULL;

    return more ? ngx_http_interconn_list_piece(r, ctx)
                : ngx_http_interconn_list_end(r, ctx);
}


static void
ngx_http_interconn_list_render(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *reply)
{
    ngx_uint_t                  i;
    ic_json_out_t              *out;
    const ic_schema_t          *schema;
    ngx_http_interconn_list_t  *list = ctx->data;

    out = &list->out;
    schema = ngx_http_interconn_lists(ctx->endpoint);

    for (i = 0; i < reply->nrecords; i++) {
        ic_out_object(out, NULL);
        ic_schema_render(schema, (ic_str_t *) reply->records[i],
                         reply->nrecord_pairs[i], out);
        ic_out_object_end(out);
    }
}


/* What follows the records: their number, and what else the row has. */

static void
ngx_http_interconn_list_close(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *reply)
{
    ic_field_t                  one[2];
    ic_schema_t                 schema;
    const ic_field_t           *field;
    ngx_http_interconn_list_t  *list = ctx->data;

    ic_out_array_end(&list->out);
    ic_out_int(&list->out, "total", reply->total);

    ngx_memzero(one, sizeof(one));
    schema.name = ctx->endpoint->out->name;
    schema.fields = one;

    for (field = ctx->endpoint->out->fields; field->name; field++) {
        if (ngx_strcmp(field->name, "records") == 0
            || ngx_strcmp(field->name, "total") == 0)
        {
            continue;
        }

        one[0] = *field;
        ic_schema_render(&schema, (ic_str_t *) reply->pairs, reply->npairs,
                         &list->out);
    }

    ic_out_object_end(&list->out);
}


static ngx_int_t
ngx_http_interconn_list_end(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ic_json_out_t              *out;
    ngx_http_interconn_list_t  *list = ctx->data;

    out = &list->out;

    ngx_http_interconn_close_envelope(ctx, out);

    ngx_http_interconn_count(r, ctx, 0);

    return list->begun
           ? ngx_http_interconn_list_send(r, ctx, 1)
           : ngx_http_interconn_send_json(r, ctx, NGX_HTTP_OK, out);
}


static ngx_int_t
ngx_http_interconn_list_piece(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_int_t                   rc;
    ngx_http_interconn_list_t  *list = ctx->data;

    /* what a page includes waits for its turn, in one piece */

    if (list->out.len < NGX_HTTP_INTERCONN_LIST_PIECE || r != r->main) {
        return ngx_http_interconn_list_ask(r, ctx);
    }

    if (!list->begun) {
        rc = ngx_http_interconn_send_head(r, ctx, NGX_HTTP_OK,
                                          ngx_http_interconn_json, -1);
        if (rc != NGX_DECLINED) {
            return rc;
        }

        list->begun = 1;
    }

    rc = ngx_http_interconn_list_send(r, ctx, 0);
    if (rc != NGX_OK) {
        return rc;
    }

    if (!ngx_http_interconn_list_is_out(r)) {
        return ngx_http_interconn_list_wait(r);
    }

    return ngx_http_interconn_list_sent(r, ctx);
}


/* Behind a subrequest, as add_before_body makes one, it is only postponed. */

static ngx_uint_t
ngx_http_interconn_list_is_out(ngx_http_request_t *r)
{
    return !r->buffered && !r->connection->buffered
           && r->postponed == NULL && r->connection->data == r;
}


static ngx_int_t
ngx_http_interconn_list_send(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_uint_t last)
{
    ngx_int_t                   rc;
    ngx_str_t                   text;
    ngx_buf_t                  *b;
    ngx_chain_t                *out;
    ngx_http_interconn_list_t  *list = ctx->data;

    text = ngx_ic_str(ic_out_text(&list->out));
    if (text.data == NULL) {
        return NGX_ERROR;
    }

    /* filters keep a sent buffer until they see the next one */

    out = ngx_chain_get_free_buf(r->pool, &list->free);
    if (out == NULL) {
        return NGX_ERROR;
    }

    b = out->buf;
    ngx_memzero(b, sizeof(ngx_buf_t));

    b->tag = (ngx_buf_tag_t) &ngx_http_interconn_module;
    b->pos = text.data;
    b->last = text.data + text.len;
    b->memory = 1;
    b->flush = !last;
    b->last_buf = (last && r == r->main) ? 1 : 0;
    b->last_in_chain = last;

    rc = ngx_http_output_filter(r, out);

    ngx_chain_update_chains(r->pool, &list->free, &list->busy, &out,
                            (ngx_buf_tag_t) &ngx_http_interconn_module);

    return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


/* The client has the piece: the next one. */

static ngx_int_t
ngx_http_interconn_list_sent(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_list_t  *list = ctx->data;

    if (ngx_http_interconn_list_text(r, list) != NGX_OK) {
        return NGX_ERROR;
    }

    ic_out_continue(&list->out, &list->arena);

    return ngx_http_interconn_list_ask(r, ctx);
}


static void
ngx_http_interconn_list_writer(ngx_http_request_t *r)
{
    ngx_int_t                  rc;
    ngx_event_t               *wev;
    ngx_http_interconn_ctx_t  *ctx;

    wev = r->connection->write;
    ctx = ngx_http_get_module_ctx(r, ngx_http_interconn_module);

    if (wev->timedout) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, NGX_ETIMEDOUT,
                      "client timed out");
        r->connection->timedout = 1;
        ctx->resume(r, ctx, NGX_HTTP_REQUEST_TIME_OUT);
        return;
    }

    if (wev->delayed || r->aio) {
        rc = ngx_http_interconn_list_wait(r);

    } else if (ngx_http_output_filter(r, NULL) == NGX_ERROR) {
        rc = NGX_ERROR;

    } else if (!ngx_http_interconn_list_is_out(r)) {
        rc = ngx_http_interconn_list_wait(r);

    } else {
        if (wev->timer_set) {
            ngx_del_timer(wev);
        }

        r->write_event_handler = ngx_http_request_empty_handler;
        rc = ngx_http_interconn_list_sent(r, ctx);
    }

    if (rc != NGX_AGAIN) {
        ctx->resume(r, ctx, rc);
    }
}


static ngx_int_t
ngx_http_interconn_list_wait(ngx_http_request_t *r)
{
    ngx_event_t               *wev;
    ngx_http_core_loc_conf_t  *clcf;

    wev = r->connection->write;
    clcf = ngx_http_get_module_loc_conf(r->main, ngx_http_core_module);

    r->write_event_handler = ngx_http_interconn_list_writer;

    /* limit_rate has its own timer, and so has who is before us */

    if (!wev->delayed && r->connection->data == r) {
        ngx_add_timer(wev, clcf->send_timeout);
    }

    return ngx_handle_write_event(wev, clcf->send_lowat) == NGX_OK
           ? NGX_AGAIN : NGX_ERROR;
}
