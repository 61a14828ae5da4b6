
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_feed.h"
#include "ngx_ic_resp.h"


#define NGX_HTTP_INTERCONN_FEED_WAIT   10000     /* ms */
#define NGX_HTTP_INTERCONN_FEED_STALL  20000
#define NGX_HTTP_INTERCONN_FEED_PAUSE  200
#define NGX_HTTP_INTERCONN_FEED_TICK   1000


typedef void (*ngx_http_interconn_stream_pt)(
    ngx_http_interconn_stream_t *stream);


static ngx_http_interconn_feed_t *ngx_http_interconn_feed_create(
    ngx_http_request_t *r);
static void ngx_http_interconn_feed_wait(ngx_http_interconn_feed_t *feed);
static void ngx_http_interconn_feed_woken(void *data, ngx_str_t *reply);
static void ngx_http_interconn_feed_read(ngx_http_interconn_feed_t *feed);
static void ngx_http_interconn_feed_answered(void *data, ngx_str_t *reply);
static void ngx_http_interconn_feed_spread(ngx_http_interconn_feed_t *feed,
    ngx_http_interconn_news_t *news);
static void ngx_http_interconn_feed_flush(
    ngx_http_interconn_stream_t *stream);
static void ngx_http_interconn_feed_tell(ngx_http_interconn_feed_t *feed,
    ngx_http_interconn_change_t *change);
static void ngx_http_interconn_feed_lost(ngx_http_interconn_feed_t *feed);
static void ngx_http_interconn_feed_pause_handler(ngx_event_t *ev);
static void ngx_http_interconn_feed_tick_handler(ngx_event_t *ev);
static void ngx_http_interconn_feed_each(ngx_http_interconn_feed_t *feed,
    ngx_http_interconn_stream_pt handler);


ngx_http_interconn_feed_t *
ngx_http_interconn_feed_of(ngx_http_request_t *r)
{
    ngx_http_interconn_feed_t       *feed;
    ngx_http_interconn_conf_t       *icf;
    ngx_http_interconn_main_conf_t  *imcf;

    icf = ngx_http_interconn_conf(r);
    imcf = ngx_http_get_module_main_conf(r, ngx_http_interconn_module);

    for (feed = imcf->feeds; feed; feed = feed->next) {
        if (ngx_ic_str_eq(feed->key, icf->key)) {
            return feed;
        }
    }

    feed = ngx_http_interconn_feed_create(r);

    if (feed) {
        feed->next = imcf->feeds;
        imcf->feeds = feed;
    }

    return feed;
}


/* It lives as long as the worker; its connection as long as streams do. */

static ngx_http_interconn_feed_t *
ngx_http_interconn_feed_create(ngx_http_request_t *r)
{
    ngx_cycle_t                *cycle;
    ngx_http_interconn_feed_t  *feed;

    cycle = (ngx_cycle_t *) ngx_cycle;

    feed = ngx_pcalloc(cycle->pool, sizeof(ngx_http_interconn_feed_t));
    if (feed == NULL) {
        return NULL;
    }

    feed->key = ngx_http_interconn_conf(r)->key;
    feed->store = ngx_http_get_module_main_conf(r,
                                              ngx_http_interconn_store_module);

    feed->conf = feed->store->redis;
    feed->conf.timeout = NGX_HTTP_INTERCONN_FEED_STALL;

    ngx_queue_init(&feed->streams);

    feed->tick.handler = ngx_http_interconn_feed_tick_handler;
    feed->tick.data = feed;
    feed->tick.log = cycle->log;

    feed->pause.handler = ngx_http_interconn_feed_pause_handler;
    feed->pause.data = feed;
    feed->pause.log = cycle->log;
    feed->pause.cancelable = 1;

    return feed;
}


void
ngx_http_interconn_feed_join(ngx_http_interconn_feed_t *feed,
    ngx_http_interconn_stream_t *stream)
{
    ngx_queue_insert_tail(&feed->streams, &stream->queue);
    stream->feed = feed;

    if (feed->nstreams++ == 0) {
        ngx_add_timer(&feed->tick, NGX_HTTP_INTERCONN_FEED_TICK);
    }
}


void
ngx_http_interconn_feed_leave(ngx_http_interconn_stream_t *stream)
{
    ngx_http_interconn_feed_t  *feed;

    feed = stream->feed;

    if (feed == NULL) {
        return;
    }

    ngx_queue_remove(&stream->queue);
    stream->feed = NULL;

    if (--feed->nstreams) {
        return;
    }

    ngx_del_timer(&feed->tick);

    if (feed->pause.timer_set) {
        ngx_del_timer(&feed->pause);
    }

    if (feed->read) {
        ngx_ic_redis_abandon(feed->read);
        feed->read = NULL;
    }

    if (feed->redis) {
        ngx_ic_redis_close(feed->redis);
        feed->wait = NULL;
    }

    feed->running = 0;
}


ngx_int_t
ngx_http_interconn_feed_meet(ngx_http_interconn_feed_t *feed,
    ngx_http_interconn_mark_t *mark, ngx_http_interconn_mark_t *ticks)
{
    if (feed->running) {
        return ngx_http_interconn_mark_before(mark, &feed->mark) ? NGX_AGAIN
                                                                 : NGX_OK;
    }

    feed->running = 1;
    feed->mark = *mark;
    feed->ticks = *ticks;

    ngx_http_interconn_feed_wait(feed);

    return NGX_OK;
}


ngx_ic_redis_call_t *
ngx_http_interconn_feed_ask(ngx_http_interconn_feed_t *feed, ngx_uint_t argc,
    ngx_str_t *argv, ngx_ic_redis_done_pt done, void *data)
{
    ngx_str_set(&argv[0], "FCALL");
    ngx_str_set(&argv[2], "1");
    argv[3] = feed->key;

    return feed->store->connection
           ? ngx_ic_redis_command(feed->store->connection, argc, argv, done,
                                  data)
           : NULL;
}


/* Only to be woken: what there is, feed_read() tells. */

static void
ngx_http_interconn_feed_wait(ngx_http_interconn_feed_t *feed)
{
    u_char     changes[512], ticks[512], block[NGX_INT_T_LEN];
    ngx_str_t  argv[10];

    if (feed->redis == NULL) {
        feed->redis = ngx_ic_redis_create((ngx_cycle_t *) ngx_cycle,
                                          &feed->conf);
        if (feed->redis == NULL) {
            return;
        }
    }

    ngx_ic_redis_open(feed->redis);

    argv[2].data = block;
    argv[2].len = ngx_sprintf(block, "%d", NGX_HTTP_INTERCONN_FEED_WAIT)
                  - block;
    argv[6].data = changes;
    argv[6].len = ngx_snprintf(changes, sizeof(changes), "%V:changes",
                               &feed->key)
                  - changes;
    argv[7].data = ticks;
    argv[7].len = ngx_snprintf(ticks, sizeof(ticks), "%V:ticks", &feed->key)
                  - ticks;

    ngx_str_set(&argv[0], "XREAD");
    ngx_str_set(&argv[1], "BLOCK");
    ngx_str_set(&argv[3], "COUNT");
    ngx_str_set(&argv[4], "1");
    ngx_str_set(&argv[5], "STREAMS");
    argv[8].data = feed->mark.text;
    argv[8].len = feed->mark.len;
    argv[9].data = feed->ticks.text;
    argv[9].len = feed->ticks.len;

    feed->wait = ngx_ic_redis_command(feed->redis, 10, argv,
                                      ngx_http_interconn_feed_woken, feed);
}


static void
ngx_http_interconn_feed_woken(void *data, ngx_str_t *reply)
{
    ngx_http_interconn_feed_t *feed = data;

    feed->wait = NULL;

    if (reply == NULL) {
        ngx_http_interconn_feed_lost(feed);
        return;
    }

    if (reply->data[0] == '*') {
        ngx_http_interconn_feed_read(feed);
        return;
    }

    ngx_log_error(NGX_LOG_ERR, feed->tick.log, 0,
                  "the store does not tell of changes: \"%*s\"",
                  reply->len - 3, reply->data + 1);

    /* the tick tries again */
}


static void
ngx_http_interconn_feed_read(ngx_http_interconn_feed_t *feed)
{
    ngx_str_t  argv[6];

    ngx_str_set(&argv[1], "interconn_feed_read");
    argv[4].data = feed->mark.text;
    argv[4].len = feed->mark.len;
    argv[5].data = feed->ticks.text;
    argv[5].len = feed->ticks.len;

    feed->read = ngx_http_interconn_feed_ask(feed, 6, argv,
                                           ngx_http_interconn_feed_answered,
                                           feed);
}


static void
ngx_http_interconn_feed_answered(void *data, ngx_str_t *reply)
{
    ngx_http_interconn_feed_t *feed = data;

    ngx_http_interconn_news_t  news;

    feed->read = NULL;

    if (reply == NULL || ngx_http_interconn_feed_news(reply, &news) != NGX_OK)
    {
        ngx_http_interconn_feed_lost(feed);
        return;
    }

    ngx_http_interconn_feed_spread(feed, &news);

    if (!feed->running) {
        return;
    }

    if (news.more) {
        ngx_http_interconn_feed_read(feed);
        return;
    }

    /* many changes one after the other are told together */

    ngx_add_timer(&feed->pause, NGX_HTTP_INTERCONN_FEED_PAUSE);
}


static void
ngx_http_interconn_feed_spread(ngx_http_interconn_feed_t *feed,
    ngx_http_interconn_news_t *news)
{
    ngx_queue_t                  *q;
    ngx_http_interconn_change_t   change;
    ngx_http_interconn_stream_t  *stream;

    while (ngx_http_interconn_feed_next(news, &change) == NGX_OK) {
        ngx_http_interconn_feed_tell(feed, &change);
    }

    feed->mark = news->last;
    feed->ticks = news->ticks;

    for (q = ngx_queue_head(&feed->streams);
         q != ngx_queue_sentinel(&feed->streams);
         q = ngx_queue_next(q))
    {
        stream = ngx_queue_data(q, ngx_http_interconn_stream_t, queue);

        if (stream->state == NGX_HTTP_INTERCONN_STREAM_LIVE
            && (news->lost
                || ngx_http_interconn_mark_before(&stream->mark,
                                                  &news->last)))
        {
            ngx_http_interconn_stream_mark(stream, &news->last, news->lost);
        }
    }

    ngx_http_interconn_feed_each(feed, ngx_http_interconn_feed_flush);
}


static void
ngx_http_interconn_feed_flush(ngx_http_interconn_stream_t *stream)
{
    (void) ngx_http_interconn_stream_flush(stream);
}


static void
ngx_http_interconn_feed_tell(ngx_http_interconn_feed_t *feed,
    ngx_http_interconn_change_t *change)
{
    ngx_queue_t                  *q;
    ngx_http_interconn_stream_t  *stream;

    for (q = ngx_queue_head(&feed->streams);
         q != ngx_queue_sentinel(&feed->streams);
         q = ngx_queue_next(q))
    {
        stream = ngx_queue_data(q, ngx_http_interconn_stream_t, queue);

        if (stream->state != NGX_HTTP_INTERCONN_STREAM_LIVE) {
            continue;
        }

        /* progress has no mark and is good at any time */

        if (change->mark.len == 0
            || ngx_http_interconn_mark_before(&stream->mark, &change->mark))
        {
            ngx_http_interconn_stream_tell(stream, change);
        }

        if (change->decides) {
            ngx_http_interconn_stream_doubt(stream);
        }
    }
}


/* Streams go on by themselves from where they are. */

static void
ngx_http_interconn_feed_lost(ngx_http_interconn_feed_t *feed)
{
    feed->running = 0;

    ngx_http_interconn_feed_each(feed, ngx_http_interconn_stream_doubt);
}


static void
ngx_http_interconn_feed_pause_handler(ngx_event_t *ev)
{
    ngx_http_interconn_feed_t *feed = ev->data;

    ngx_http_interconn_feed_wait(feed);
}


static void
ngx_http_interconn_feed_tick_handler(ngx_event_t *ev)
{
    ngx_http_interconn_feed_t *feed = ev->data;

    ngx_add_timer(ev, NGX_HTTP_INTERCONN_FEED_TICK);

    if (feed->running && feed->wait == NULL && feed->read == NULL
        && !feed->pause.timer_set)
    {
        ngx_http_interconn_feed_wait(feed);
    }

    ngx_http_interconn_feed_each(feed, ngx_http_interconn_stream_tick);
}


/* Any of them may end meanwhile, also others than the one that is at hand. */

static void
ngx_http_interconn_feed_each(ngx_http_interconn_feed_t *feed,
    ngx_http_interconn_stream_pt handler)
{
    ngx_queue_t  work, *q;

    if (ngx_queue_empty(&feed->streams)) {
        return;
    }

    work = feed->streams;
    work.next->prev = &work;
    work.prev->next = &work;

    ngx_queue_init(&feed->streams);

    while (!ngx_queue_empty(&work)) {
        q = ngx_queue_head(&work);

        ngx_queue_remove(q);
        ngx_queue_insert_tail(&feed->streams, q);

        handler(ngx_queue_data(q, ngx_http_interconn_stream_t, queue));
    }
}
