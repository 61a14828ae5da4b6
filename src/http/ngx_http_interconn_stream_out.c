
/*
 * What a stream sends. Its buffers are of one size and used again. Who does
 * not read fast enough gets behind and asks for the rest when he has read;
 * who reads nothing for send_timeout is dropped.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_feed.h"


#define NGX_HTTP_INTERCONN_STREAM_BUF   4096
#define NGX_HTTP_INTERCONN_STREAM_BUFS  64
#define NGX_HTTP_INTERCONN_STREAM_LATE  16       /* of them wait */


static void ngx_http_interconn_stream_text(
    ngx_http_interconn_stream_t *stream, ngx_str_t text);
static void ngx_http_interconn_stream_z(ngx_http_interconn_stream_t *stream,
    const char *text);
static void ngx_http_interconn_stream_id(ngx_http_interconn_stream_t *stream,
    ngx_http_interconn_mark_t *mark);
static ngx_buf_t *ngx_http_interconn_stream_room(
    ngx_http_interconn_stream_t *stream);
static ngx_uint_t ngx_http_interconn_stream_is_out(ngx_http_request_t *r);
static ngx_int_t ngx_http_interconn_stream_send(
    ngx_http_interconn_stream_t *stream, ngx_chain_t *out);
static ngx_int_t ngx_http_interconn_stream_wait(
    ngx_http_interconn_stream_t *stream);
static void ngx_http_interconn_stream_writer(ngx_http_request_t *r);
static void ngx_http_interconn_stream_finish(
    ngx_http_interconn_stream_t *stream, ngx_int_t rc);


void
ngx_http_interconn_stream_tell(ngx_http_interconn_stream_t *stream,
    ngx_http_interconn_change_t *change)
{
    if (stream->blocked && stream->nout >= NGX_HTTP_INTERCONN_STREAM_LATE) {
        stream->state = NGX_HTTP_INTERCONN_STREAM_BEHIND;
        return;
    }

    if (change->mark.len) {
        stream->mark = change->mark;
        stream->marked = 0;
    }

    if (!(stream->kinds & change->kind)) {
        return;
    }

    if (change->mark.len) {
        ngx_http_interconn_stream_id(stream, &change->mark);
    }

    ngx_http_interconn_stream_z(stream, "event: change\ndata: ");
    ngx_http_interconn_stream_text(stream, change->data);
    ngx_http_interconn_stream_z(stream, "\n\n");
}


/* The first mark lets a client come back that was told nothing else. */

void
ngx_http_interconn_stream_mark(ngx_http_interconn_stream_t *stream,
    ngx_http_interconn_mark_t *mark, ngx_uint_t lost)
{
    if (!stream->begun) {
        stream->begun = 1;
        ngx_http_interconn_stream_z(stream, "retry: 1000\n");
        ngx_http_interconn_stream_id(stream, mark);
        ngx_http_interconn_stream_z(stream, "\n");
    }

    if (lost) {
        ngx_http_interconn_stream_id(stream, mark);
        ngx_http_interconn_stream_z(stream, "event: reset\ndata: {}\n\n");

    } else if (ngx_http_interconn_mark_before(&stream->mark, mark)) {
        stream->marked = (stream->mark.len == 0);
    }

    stream->mark = *mark;
}


void
ngx_http_interconn_stream_beat(ngx_http_interconn_stream_t *stream)
{
    ngx_http_interconn_stream_z(stream, ":\n");

    if (!stream->marked && stream->begun) {
        ngx_http_interconn_stream_id(stream, &stream->mark);
    }

    ngx_http_interconn_stream_z(stream, "\n");
}


static void
ngx_http_interconn_stream_id(ngx_http_interconn_stream_t *stream,
    ngx_http_interconn_mark_t *mark)
{
    ngx_str_t  text;

    text.data = mark->text;
    text.len = mark->len;

    ngx_http_interconn_stream_z(stream, "id: ");
    ngx_http_interconn_stream_text(stream, text);
    ngx_http_interconn_stream_z(stream, "\n");

    stream->marked = 1;
}


static void
ngx_http_interconn_stream_z(ngx_http_interconn_stream_t *stream,
    const char *text)
{
    ngx_http_interconn_stream_text(stream, ngx_ic_str(ic_str(text)));
}


static void
ngx_http_interconn_stream_text(ngx_http_interconn_stream_t *stream,
    ngx_str_t text)
{
    size_t      n;
    ngx_buf_t  *b;

    while (text.len) {
        b = ngx_http_interconn_stream_room(stream);

        if (b == NULL) {
            stream->full = 1;
            return;
        }

        n = ngx_min(text.len, (size_t) (b->end - b->last));

        b->last = ngx_cpymem(b->last, text.data, n);
        text.data += n;
        text.len -= n;
    }
}


/* The last buffer of the text that waits, if it has room, or one more. */

static ngx_buf_t *
ngx_http_interconn_stream_room(ngx_http_interconn_stream_t *stream)
{
    ngx_buf_t     *b;
    ngx_chain_t   *cl, **last;
    ngx_pool_t    *pool;

    pool = stream->request->pool;

    for (last = &stream->out; *last; last = &(*last)->next) {
        if ((*last)->next == NULL && (*last)->buf->last < (*last)->buf->end) {
            return (*last)->buf;
        }
    }

    if (stream->free == NULL) {

        if (stream->nbufs == NGX_HTTP_INTERCONN_STREAM_BUFS) {
            return NULL;
        }

        stream->nbufs++;
    }

    cl = ngx_chain_get_free_buf(pool, &stream->free);
    if (cl == NULL) {
        return NULL;
    }

    b = cl->buf;

    if (b->start == NULL) {
        b->start = ngx_palloc(pool, NGX_HTTP_INTERCONN_STREAM_BUF);
        if (b->start == NULL) {
            return NULL;
        }

        b->end = b->start + NGX_HTTP_INTERCONN_STREAM_BUF;
        b->tag = (ngx_buf_tag_t) &ngx_http_interconn_module;
        b->temporary = 1;
    }

    b->pos = b->start;
    b->last = b->start;
    b->flush = 0;

    cl->next = NULL;
    *last = cl;
    stream->nout++;

    return b;
}


ngx_int_t
ngx_http_interconn_stream_flush(ngx_http_interconn_stream_t *stream)
{
    ngx_int_t     rc;
    ngx_chain_t  *out, *cl;

    if (stream->full) {
        ngx_log_error(NGX_LOG_ERR, stream->request->connection->log, 0,
                      "no room for what is told of changes");
        ngx_http_interconn_stream_finish(stream, NGX_ERROR);
        return NGX_DONE;
    }

    if (stream->out == NULL || stream->blocked) {
        return NGX_OK;
    }

    out = stream->out;
    stream->out = NULL;
    stream->nout = 0;
    stream->wrote = ngx_current_msec;

    for (cl = out; cl->next; cl = cl->next) { /* void */ }

    cl->buf->flush = 1;

    rc = ngx_http_interconn_stream_send(stream, out);

    if (rc == NGX_AGAIN) {
        rc = ngx_http_interconn_stream_wait(stream);
    }

    if (rc == NGX_ERROR) {
        ngx_http_interconn_stream_finish(stream, NGX_ERROR);
        return NGX_DONE;
    }

    return NGX_OK;
}


/* NGX_OK: it is all out; NGX_AGAIN; NGX_ERROR. */

static ngx_int_t
ngx_http_interconn_stream_send(ngx_http_interconn_stream_t *stream,
    ngx_chain_t *out)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = stream->request;

    rc = ngx_http_output_filter(r, out);

    ngx_chain_update_chains(r->pool, &stream->free, &stream->busy, &out,
                            (ngx_buf_tag_t) &ngx_http_interconn_module);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    return ngx_http_interconn_stream_is_out(r) ? NGX_OK : NGX_AGAIN;
}


static ngx_uint_t
ngx_http_interconn_stream_is_out(ngx_http_request_t *r)
{
    return !r->buffered && !r->connection->buffered
           && r->postponed == NULL && r->connection->data == r;
}


static ngx_int_t
ngx_http_interconn_stream_wait(ngx_http_interconn_stream_t *stream)
{
    ngx_event_t               *wev;
    ngx_http_request_t        *r;
    ngx_http_core_loc_conf_t  *clcf;

    r = stream->request;
    wev = r->connection->write;
    clcf = ngx_http_get_module_loc_conf(r->main, ngx_http_core_module);

    stream->blocked = 1;
    r->write_event_handler = ngx_http_interconn_stream_writer;

    /* limit_rate has its own timer */

    if (!wev->delayed) {
        ngx_add_timer(wev, clcf->send_timeout);
    }

    return ngx_handle_write_event(wev, clcf->send_lowat);
}


/* The client reads on. */

static void
ngx_http_interconn_stream_writer(ngx_http_request_t *r)
{
    ngx_int_t                     rc;
    ngx_event_t                  *wev;
    ngx_http_interconn_ctx_t     *ctx;
    ngx_http_interconn_stream_t  *stream;

    wev = r->connection->write;
    ctx = ngx_http_get_module_ctx(r, ngx_http_interconn_module);
    stream = ctx->data;

    if (wev->timedout) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, NGX_ETIMEDOUT,
                      "client timed out");
        r->connection->timedout = 1;
        ngx_http_interconn_stream_finish(stream, NGX_HTTP_REQUEST_TIME_OUT);
        return;
    }

    rc = (wev->delayed || r->aio)
         ? NGX_AGAIN : ngx_http_interconn_stream_send(stream, NULL);

    if (rc == NGX_AGAIN) {
        rc = ngx_http_interconn_stream_wait(stream);

    } else if (rc == NGX_OK) {
        if (wev->timer_set) {
            ngx_del_timer(wev);
        }

        stream->blocked = 0;
        r->write_event_handler = ngx_http_request_empty_handler;

        if (ngx_http_interconn_stream_flush(stream) != NGX_DONE) {
            ngx_http_interconn_stream_resume(stream);
        }

        return;
    }

    if (rc == NGX_ERROR) {
        ngx_http_interconn_stream_finish(stream, NGX_ERROR);
    }
}


void
ngx_http_interconn_stream_end(ngx_http_interconn_stream_t *stream,
    ic_error_e error)
{
    u_char               text[256];
    ngx_int_t            rc;
    ngx_str_t            end;
    ngx_http_request_t  *r;

    r = stream->request;

    /* what a client that does not read has not got it will ask for */

    if (stream->blocked) {
        ngx_http_interconn_stream_finish(stream, NGX_ERROR);
        return;
    }

    if (error != IC_E_ok) {
        end.data = text;
        end.len = ngx_snprintf(text, sizeof(text), "event: end\n"
                               "data: {\"error\":\"%s\",\"code\":%d}\n\n",
                               ic_errors[error].name, ic_errors[error].code)
                  - text;
        ngx_http_interconn_stream_text(stream, end);
    }

    rc = stream->out ? ngx_http_interconn_stream_send(stream, stream->out)
                     : NGX_OK;
    stream->out = NULL;

    if (rc != NGX_ERROR) {
        rc = ngx_http_send_special(r, NGX_HTTP_LAST);
    }

    ngx_http_interconn_stream_finish(stream, rc);
}


/* Also from the event of another connection or of a timer. */

static void
ngx_http_interconn_stream_finish(ngx_http_interconn_stream_t *stream,
    ngx_int_t rc)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = stream->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    stream->ctx->resume(r, stream->ctx, rc);

    ngx_http_run_posted_requests(c);
}
