
/*
 * What is told to who watches. A feed is one for each worker and node: it
 * waits on a store connection of its own for changes, asks for them as any
 * other call does, and hands them to the streams, which are open requests of
 * GET /v1/platform/events. A stream that is not where the feed is (it just
 * came, or the store was away) asks for what it missed by itself and joins
 * when there is no more.
 */


#ifndef _NGX_HTTP_INTERCONN_FEED_H_INCLUDED_
#define _NGX_HTTP_INTERCONN_FEED_H_INCLUDED_


#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_MARK  48


typedef struct ngx_http_interconn_feed_s    ngx_http_interconn_feed_t;
typedef struct ngx_http_interconn_stream_s  ngx_http_interconn_stream_t;


/* The id of an entry of a stream of Redis, "ms-seq". */
typedef struct {
    uint64_t                      ms;
    uint64_t                      seq;
    size_t                        len;
    u_char                        text[NGX_HTTP_INTERCONN_MARK];
} ngx_http_interconn_mark_t;

/* One thing that is told, in the reply of the store. */
typedef struct {
    ngx_http_interconn_mark_t     mark;      /* len 0: progress */
    uint64_t                      kind;      /* its bit */
    ngx_uint_t                    decides;   /* who may read what */
    ngx_str_t                     data;      /* JSON */
} ngx_http_interconn_change_t;

/* The reply of feed_read(). */
typedef struct {
    ngx_str_t                     rest;      /* changes not taken yet */
    ngx_http_interconn_mark_t     last;
    ngx_http_interconn_mark_t     ticks;
    unsigned                      lost:1;
    unsigned                      more:1;
} ngx_http_interconn_news_t;


typedef enum {
    NGX_HTTP_INTERCONN_STREAM_ASKING = 0,    /* whether it may go on */
    NGX_HTTP_INTERCONN_STREAM_BEHIND,        /* reads what it missed */
    NGX_HTTP_INTERCONN_STREAM_LIVE
} ngx_http_interconn_stream_e;

struct ngx_http_interconn_stream_s {
    ngx_queue_t                   queue;     /* of its feed */
    ngx_http_request_t           *request;
    ngx_http_interconn_ctx_t     *ctx;
    ngx_http_interconn_feed_t    *feed;      /* NULL: not yet, or ended */
    ngx_ic_redis_call_t          *call;      /* outstanding, or NULL */
    ngx_http_interconn_stream_e   state;
    ngx_http_interconn_mark_t     mark;      /* all up to it was told */
    uint64_t                      kinds;     /* bits of what it may be told */
    ngx_str_t                     id;        /* its name in the store */
    ngx_msec_t                    checked;
    ngx_msec_t                    wrote;
    ngx_chain_t                  *out;       /* not handed to nginx yet */
    ngx_chain_t                  *free;
    ngx_chain_t                  *busy;
    ngx_uint_t                    nbufs;
    ngx_uint_t                    nout;      /* buffers of out */
    unsigned                      begun:1;   /* it was told its mark */
    unsigned                      marked:1;  /* the client knows the mark */
    unsigned                      full:1;    /* there was no room */
    unsigned                      blocked:1; /* the client does not read */
};

struct ngx_http_interconn_feed_s {
    ngx_http_interconn_feed_t    *next;
    ngx_str_t                     key;       /* "ic:{<node_id>}" */
    ngx_queue_t                   streams;
    ngx_uint_t                    nstreams;
    ngx_http_interconn_store_conf_t  *store;
    ngx_ic_redis_conf_t           conf;
    ngx_ic_redis_t               *redis;     /* where it waits */
    ngx_ic_redis_call_t          *wait;      /* outstanding, or NULL */
    ngx_ic_redis_call_t          *read;      /* outstanding, or NULL */
    ngx_event_t                   tick;      /* set iff there are streams */
    ngx_event_t                   pause;
    ngx_http_interconn_mark_t     mark;
    ngx_http_interconn_mark_t     ticks;
    unsigned                      running:1; /* mark and ticks are known */
};


/* feed */

/* The feed of the request's node, made if there is none; NULL: no memory. */
ngx_http_interconn_feed_t *ngx_http_interconn_feed_of(ngx_http_request_t *r);

/* A stream is told of from now on; until it leaves. */
void ngx_http_interconn_feed_join(ngx_http_interconn_feed_t *feed,
    ngx_http_interconn_stream_t *stream);
void ngx_http_interconn_feed_leave(ngx_http_interconn_stream_t *stream);

/* A stream has all up to mark and ticks; NGX_AGAIN: the feed has more. */
ngx_int_t ngx_http_interconn_feed_meet(ngx_http_interconn_feed_t *feed,
    ngx_http_interconn_mark_t *mark, ngx_http_interconn_mark_t *ticks);

/* A function of the store by the worker's connection. NULL: it is away. */
ngx_ic_redis_call_t *ngx_http_interconn_feed_ask(
    ngx_http_interconn_feed_t *feed, ngx_uint_t argc, ngx_str_t *argv,
    ngx_ic_redis_done_pt done, void *data);

/* news of a reply; NGX_ERROR: it is none. */
ngx_int_t ngx_http_interconn_feed_news(ngx_str_t *reply,
    ngx_http_interconn_news_t *news);

/* The next change; NGX_DONE: there is none; NGX_ERROR. */
ngx_int_t ngx_http_interconn_feed_next(ngx_http_interconn_news_t *news,
    ngx_http_interconn_change_t *change);

/* True if one is before the other; before all is one that was never set. */
ngx_uint_t ngx_http_interconn_mark_before(ngx_http_interconn_mark_t *one,
    ngx_http_interconn_mark_t *other);

/* "ms-seq"; NGX_ERROR: it is no id. */
ngx_int_t ngx_http_interconn_mark_read(ngx_http_interconn_mark_t *mark,
    ngx_str_t text);


/* stream: flush(), end() and tick() may end it, and then it is gone */

/* Text for the client, sent by the next flush. */
void ngx_http_interconn_stream_tell(ngx_http_interconn_stream_t *stream,
    ngx_http_interconn_change_t *change);

/* All up to the mark was told; lost: something before it cannot be. */
void ngx_http_interconn_stream_mark(ngx_http_interconn_stream_t *stream,
    ngx_http_interconn_mark_t *mark, ngx_uint_t lost);

/* That there is nothing to tell. */
void ngx_http_interconn_stream_beat(ngx_http_interconn_stream_t *stream);

/* NGX_OK; NGX_DONE: it has ended. */
ngx_int_t ngx_http_interconn_stream_flush(
    ngx_http_interconn_stream_t *stream);

/* If it is behind and its client reads, it asks for more. */
void ngx_http_interconn_stream_resume(ngx_http_interconn_stream_t *stream);

/* The answer ends; with an error the client is told not to come back. */
void ngx_http_interconn_stream_end(ngx_http_interconn_stream_t *stream,
    ic_error_e error);

/* A second is over. */
void ngx_http_interconn_stream_tick(ngx_http_interconn_stream_t *stream);

/* It has to ask again whether it may go on, before it is told anything. */
void ngx_http_interconn_stream_doubt(ngx_http_interconn_stream_t *stream);


#endif /* _NGX_HTTP_INTERCONN_FEED_H_INCLUDED_ */
