
/*
 * GET /v1/platform/events: an answer without an end, text/event-stream. The
 * operator is asked for again and again while it is open.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_action.h"
#include "ngx_http_interconn_feed.h"


#define NGX_HTTP_INTERCONN_STREAM_CHECK  25000   /* ms */
#define NGX_HTTP_INTERCONN_STREAM_BEAT   15000
#define NGX_HTTP_INTERCONN_STREAM_ARGS   9


static ngx_int_t ngx_http_interconn_stream_opened(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_stream_head(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static void ngx_http_interconn_stream_from(
    ngx_http_interconn_stream_t *stream);
static void ngx_http_interconn_stream_cleanup(void *data);
static void ngx_http_interconn_stream_closed(void *data, ngx_str_t *reply);
static void ngx_http_interconn_stream_check(
    ngx_http_interconn_stream_t *stream);
static void ngx_http_interconn_stream_checked(void *data, ngx_str_t *reply);
static void ngx_http_interconn_stream_allowed(
    ngx_http_interconn_stream_t *stream, ngx_http_interconn_reply_t *reply);
static void ngx_http_interconn_stream_read(
    ngx_http_interconn_stream_t *stream);
static void ngx_http_interconn_stream_answered(void *data, ngx_str_t *reply);
static void ngx_http_interconn_stream_catch_up(
    ngx_http_interconn_stream_t *stream, ngx_http_interconn_news_t *news);


ngx_int_t
ngx_http_interconn_action_events(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_pool_cleanup_t           *cln;
    ngx_http_interconn_args_t     args = { .argc = 0 };
    ngx_http_interconn_stream_t  *stream;

    /* what nginx has not sent yet is in the pool's buffers */

    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_http_interconn_stream_t));
    if (cln == NULL) {
        return NGX_ERROR;
    }

    stream = cln->data;
    ngx_memzero(stream, sizeof(ngx_http_interconn_stream_t));

    stream->request = r;
    stream->ctx = ctx;
    stream->wrote = ngx_current_msec;

    if (ngx_http_interconn_fresh_id(r, &stream->id) != NGX_OK) {
        return NGX_ERROR;
    }

    ctx->data = stream;

    ngx_http_interconn_arg(&args, ctx->caller.operator);
    ngx_http_interconn_arg(&args, stream->id);

    return ngx_http_interconn_store(r, ctx, "feed_open", &args,
                                    ngx_http_interconn_stream_opened);
}


static ngx_int_t
ngx_http_interconn_stream_opened(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_int_t                     rc;
    ngx_http_cleanup_t           *cln;
    ngx_http_interconn_feed_t    *feed;
    ngx_http_interconn_stream_t  *stream = ctx->data;

    feed = ngx_http_interconn_feed_of(r);
    cln = ngx_http_cleanup_add(r, 0);

    if (feed == NULL || cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_interconn_stream_cleanup;
    cln->data = stream;

    rc = ngx_http_interconn_stream_head(r, ctx);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    ngx_http_interconn_stream_from(stream);
    ngx_http_interconn_feed_join(feed, stream);
    ngx_http_interconn_stream_allowed(stream, reply);

    return NGX_AGAIN;
}


static ngx_int_t
ngx_http_interconn_stream_head(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t  type = ngx_string("text/event-stream");
    ngx_str_t  cache = ngx_string("no-store"), buffering = ngx_string("no");

    /* a proxy before us is not to collect it */

    if (ngx_http_interconn_add_header(r, "Cache-Control", cache) != NGX_OK
        || ngx_http_interconn_add_header(r, "X-Accel-Buffering", buffering)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_interconn_count(r, ctx, 0);

    return ngx_http_interconn_send_head(r, ctx, NGX_HTTP_OK, type, -1);
}


/* What the client has: by the header of its reconnect, or as it says. */

static void
ngx_http_interconn_stream_from(ngx_http_interconn_stream_t *stream)
{
    ngx_str_t  text;

    text = ngx_http_interconn_header(stream->request, "last-event-id");

    if (text.len == 0) {
        text = ngx_http_interconn_input(stream->ctx, "last_event_id");
    }

    if (text.len
        && ngx_http_interconn_mark_read(&stream->mark, text) != NGX_OK)
    {
        /* no id of the store is behind that one: all is to be asked for */

        ngx_str_set(&text, "9999999999999999999-0");
        (void) ngx_http_interconn_mark_read(&stream->mark, text);
    }
}


static void
ngx_http_interconn_stream_cleanup(void *data)
{
    ngx_http_interconn_stream_t *stream = data;

    ngx_str_t                   argv[6];
    ngx_http_interconn_feed_t  *feed;

    feed = stream->feed;

    if (stream->call) {
        ngx_ic_redis_abandon(stream->call);
        stream->call = NULL;
    }

    if (feed == NULL) {
        return;
    }

    ngx_http_interconn_feed_leave(stream);

    ngx_str_set(&argv[1], "interconn_feed_close");
    argv[4] = stream->ctx->caller.operator;
    argv[5] = stream->id;

    /* else the store forgets it when it is not renewed */

    (void) ngx_http_interconn_feed_ask(feed, 6, argv,
                                       ngx_http_interconn_stream_closed,
                                       NULL);
}


static void
ngx_http_interconn_stream_closed(void *data, ngx_str_t *reply)
{
}


void
ngx_http_interconn_stream_doubt(ngx_http_interconn_stream_t *stream)
{
    stream->state = NGX_HTTP_INTERCONN_STREAM_ASKING;

    if (stream->call == NULL) {
        ngx_http_interconn_stream_check(stream);
    }
}


void
ngx_http_interconn_stream_tick(ngx_http_interconn_stream_t *stream)
{
    if (ngx_exiting || ngx_terminate) {
        ngx_http_interconn_stream_end(stream, IC_E_ok);
        return;
    }

    if (stream->call == NULL) {

        if (stream->state == NGX_HTTP_INTERCONN_STREAM_ASKING
            || ngx_current_msec - stream->checked
               >= NGX_HTTP_INTERCONN_STREAM_CHECK)
        {
            ngx_http_interconn_stream_check(stream);

        } else {
            ngx_http_interconn_stream_resume(stream);
        }
    }

    if (ngx_current_msec - stream->wrote >= NGX_HTTP_INTERCONN_STREAM_BEAT
        && !stream->blocked)
    {
        ngx_http_interconn_stream_beat(stream);
        (void) ngx_http_interconn_stream_flush(stream);
    }
}


void
ngx_http_interconn_stream_resume(ngx_http_interconn_stream_t *stream)
{
    if (stream->state == NGX_HTTP_INTERCONN_STREAM_BEHIND
        && stream->call == NULL && !stream->blocked)
    {
        ngx_http_interconn_stream_read(stream);
    }
}


/* As it was when the stream was opened, and what it may be told now. */

static void
ngx_http_interconn_stream_check(ngx_http_interconn_stream_t *stream)
{
    ngx_str_t                  argv[NGX_HTTP_INTERCONN_STREAM_ARGS];
    ngx_http_interconn_who_t  *who;

    who = stream->ctx->asked;

    ngx_str_set(&argv[1], "interconn_feed_check");
    argv[4] = ngx_ic_str(ic_str(who->function));
    argv[5] = who->argv[0];
    argv[6] = who->argv[1];
    argv[7] = stream->ctx->caller.operator;
    argv[8] = stream->id;

    stream->call = ngx_http_interconn_feed_ask(stream->feed, 9, argv,
                                           ngx_http_interconn_stream_checked,
                                           stream);
}


/* A lost answer decides nothing: the tick asks again. */

static void
ngx_http_interconn_stream_checked(void *data, ngx_str_t *reply)
{
    ngx_http_interconn_stream_t *stream = data;

    ngx_str_t                    raw;
    ngx_pool_t                  *pool;
    ic_error_e                   error;
    ngx_http_interconn_reply_t   answer;

    stream->call = NULL;

    if (reply == NULL || reply->data[0] != '*') {
        return;
    }

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE,
                           stream->request->connection->log);
    if (pool == NULL) {
        return;
    }

    ngx_memzero(&answer, sizeof(ngx_http_interconn_reply_t));
    stream->ctx->reply_pool = pool;
    raw = *reply;

    error = ngx_http_interconn_decode_reply(stream->request, stream->ctx,
                                            &raw, &answer);
    stream->ctx->reply_pool = NULL;

    if (error == IC_E_ok && ngx_http_interconn_reply_ok(&answer)) {
        ngx_http_interconn_stream_allowed(stream, &answer);

    } else if (error == IC_E_ok) {
        error = ic_error(ngx_ic_lib_str(answer.status)) - ic_errors;
        ngx_http_interconn_stream_end(stream, error);
    }

    ngx_destroy_pool(pool);
}


static void
ngx_http_interconn_stream_allowed(ngx_http_interconn_stream_t *stream,
    ngx_http_interconn_reply_t *reply)
{
    ngx_int_t  mask;
    ngx_str_t  kinds;

    kinds = ngx_http_interconn_reply_get(reply, "kinds");
    mask = ngx_atoi(kinds.data, kinds.len);

    stream->kinds = (mask == NGX_ERROR) ? 0 : mask;
    stream->checked = ngx_current_msec;

    if (stream->state == NGX_HTTP_INTERCONN_STREAM_ASKING) {
        stream->state = NGX_HTTP_INTERCONN_STREAM_BEHIND;
        ngx_http_interconn_stream_read(stream);
    }
}


static void
ngx_http_interconn_stream_read(ngx_http_interconn_stream_t *stream)
{
    ngx_str_t  argv[6];

    ngx_str_set(&argv[1], "interconn_feed_read");
    argv[4].data = stream->mark.text;
    argv[4].len = stream->mark.len;
    argv[5] = argv[4];

    stream->call = ngx_http_interconn_feed_ask(stream->feed, 6, argv,
                                          ngx_http_interconn_stream_answered,
                                          stream);
}


static void
ngx_http_interconn_stream_answered(void *data, ngx_str_t *reply)
{
    ngx_http_interconn_stream_t *stream = data;

    ngx_http_interconn_news_t  news;

    stream->call = NULL;

    if (stream->state != NGX_HTTP_INTERCONN_STREAM_BEHIND) {
        ngx_http_interconn_stream_check(stream);
        return;
    }

    if (reply == NULL || ngx_http_interconn_feed_news(reply, &news) != NGX_OK)
    {
        return;
    }

    ngx_http_interconn_stream_catch_up(stream, &news);
}


static void
ngx_http_interconn_stream_catch_up(ngx_http_interconn_stream_t *stream,
    ngx_http_interconn_news_t *news)
{
    ngx_http_interconn_change_t  change;

    while (ngx_http_interconn_feed_next(news, &change) == NGX_OK) {
        ngx_http_interconn_stream_tell(stream, &change);
    }

    ngx_http_interconn_stream_mark(stream, &news->last, news->lost);

    if (!news->more
        && ngx_http_interconn_feed_meet(stream->feed, &news->last,
                                        &news->ticks)
           == NGX_OK)
    {
        stream->state = NGX_HTTP_INTERCONN_STREAM_LIVE;
    }

    /* one that does not read gets no more before it does */

    if (ngx_http_interconn_stream_flush(stream) != NGX_DONE) {
        ngx_http_interconn_stream_resume(stream);
    }
}
