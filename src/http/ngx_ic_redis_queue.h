
/*
 * The calls of a store connection in the order in which they were issued,
 * and the bytes of theirs that are not sent yet.
 */


#ifndef _NGX_IC_REDIS_QUEUE_H_INCLUDED_
#define _NGX_IC_REDIS_QUEUE_H_INCLUDED_


#include "ngx_ic_redis.h"


struct ngx_ic_redis_call_s {
    ngx_ic_redis_done_pt    done;            /* NULL: abandoned */
    void                   *data;
    ngx_ic_redis_call_t    *next;
};

typedef struct {
    ngx_ic_redis_call_t    *first;           /* from the heap */
    ngx_ic_redis_call_t   **last;
    ngx_ic_redis_call_t    *free;            /* to be used again */
    ngx_uint_t              pending;

    u_char                 *out;             /* unsent: [pos, len) */
    size_t                  pos;
    size_t                  len;
    size_t                  size;

    ngx_log_t              *log;
} ngx_ic_redis_queue_t;


/* queue is the caller's; what it holds is from the heap until free(). */
void ngx_ic_redis_queue_init(ngx_ic_redis_queue_t *queue, ngx_log_t *log);
void ngx_ic_redis_queue_free(ngx_ic_redis_queue_t *queue);

/* NULL: too many unsent bytes or no memory. */
ngx_ic_redis_call_t *ngx_ic_redis_queue_push(ngx_ic_redis_queue_t *queue,
    ngx_uint_t argc, const ngx_str_t *argv, ngx_ic_redis_done_pt done,
    void *data);

/* The oldest call, which may be used again at once; done may be NULL. */
void ngx_ic_redis_queue_pop(ngx_ic_redis_queue_t *queue,
    ngx_ic_redis_done_pt *done, void **data);

/* Empties the queue; returns its calls, to be given to _queue_put(). */
ngx_ic_redis_call_t *ngx_ic_redis_queue_detach(ngx_ic_redis_queue_t *queue);
void ngx_ic_redis_queue_put(ngx_ic_redis_queue_t *queue,
    ngx_ic_redis_call_t *call);

/* NGX_OK: all is sent; NGX_AGAIN; NGX_ERROR. */
ngx_int_t ngx_ic_redis_queue_send(ngx_ic_redis_queue_t *queue,
    ngx_connection_t *c);


#endif /* _NGX_IC_REDIS_QUEUE_H_INCLUDED_ */
