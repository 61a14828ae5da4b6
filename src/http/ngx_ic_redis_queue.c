
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include <openssl/crypto.h>

#include "ngx_ic_redis_queue.h"
#include "ngx_ic_resp.h"


#define NGX_IC_REDIS_OUT_SIZE    (64 * 1024)
#define NGX_IC_REDIS_MAX_UNSENT  (64 * 1024 * 1024)


static ngx_ic_redis_call_t *ngx_ic_redis_queue_call(
    ngx_ic_redis_queue_t *queue);
static u_char *ngx_ic_redis_queue_room(ngx_ic_redis_queue_t *queue,
    size_t len);
static ngx_int_t ngx_ic_redis_queue_grow(ngx_ic_redis_queue_t *queue,
    size_t len);
static void ngx_ic_redis_queue_empty(ngx_ic_redis_queue_t *queue);


void
ngx_ic_redis_queue_init(ngx_ic_redis_queue_t *queue, ngx_log_t *log)
{
    ngx_memzero(queue, sizeof(ngx_ic_redis_queue_t));

    queue->last = &queue->first;
    queue->log = log;
}


void
ngx_ic_redis_queue_free(ngx_ic_redis_queue_t *queue)
{
    ngx_ic_redis_call_t  *call;

    while (queue->free) {
        call = queue->free;
        queue->free = call->next;
        ngx_free(call);
    }

    if (queue->out) {
        OPENSSL_cleanse(queue->out, queue->len);
        ngx_free(queue->out);
        queue->out = NULL;
        queue->size = 0;
    }
}


ngx_ic_redis_call_t *
ngx_ic_redis_queue_push(ngx_ic_redis_queue_t *queue, ngx_uint_t argc,
    const ngx_str_t *argv, ngx_ic_redis_done_pt done, void *data)
{
    u_char               *p;
    ngx_ic_redis_call_t  *call;

    call = ngx_ic_redis_queue_call(queue);
    if (call == NULL) {
        return NULL;
    }

    p = ngx_ic_redis_queue_room(queue, ngx_ic_resp_command_size(argc, argv));
    if (p == NULL) {
        ngx_ic_redis_queue_put(queue, call);
        return NULL;
    }

    queue->len = ngx_ic_resp_command(p, argc, argv) - queue->out;

    call->done = done;
    call->data = data;
    call->next = NULL;

    *queue->last = call;
    queue->last = &call->next;
    queue->pending++;

    return call;
}


void
ngx_ic_redis_queue_pop(ngx_ic_redis_queue_t *queue,
    ngx_ic_redis_done_pt *done, void **data)
{
    ngx_ic_redis_call_t  *call;

    call = queue->first;

    *done = call->done;
    *data = call->data;

    queue->first = call->next;
    queue->pending--;

    if (queue->first == NULL) {
        queue->last = &queue->first;
    }

    ngx_ic_redis_queue_put(queue, call);
}


ngx_ic_redis_call_t *
ngx_ic_redis_queue_detach(ngx_ic_redis_queue_t *queue)
{
    ngx_ic_redis_call_t  *first;

    first = queue->first;

    queue->first = NULL;
    queue->last = &queue->first;
    queue->pending = 0;

    ngx_ic_redis_queue_empty(queue);

    return first;
}


void
ngx_ic_redis_queue_put(ngx_ic_redis_queue_t *queue,
    ngx_ic_redis_call_t *call)
{
    call->done = NULL;
    call->next = queue->free;
    queue->free = call;
}


ngx_int_t
ngx_ic_redis_queue_send(ngx_ic_redis_queue_t *queue, ngx_connection_t *c)
{
    ssize_t  n;

    while (queue->pos < queue->len) {
        n = c->send(c, queue->out + queue->pos, queue->len - queue->pos);

        if (n == NGX_AGAIN || n == NGX_ERROR) {
            return n;
        }

        queue->pos += n;
    }

    ngx_ic_redis_queue_empty(queue);

    return NGX_OK;
}


static ngx_ic_redis_call_t *
ngx_ic_redis_queue_call(ngx_ic_redis_queue_t *queue)
{
    ngx_ic_redis_call_t  *call;

    call = queue->free;

    if (call) {
        queue->free = call->next;
        return call;
    }

    return ngx_alloc(sizeof(ngx_ic_redis_call_t), queue->log);
}


/* Where len more bytes can be written, or NULL. */

static u_char *
ngx_ic_redis_queue_room(ngx_ic_redis_queue_t *queue, size_t len)
{
    if (queue->len - queue->pos + len > NGX_IC_REDIS_MAX_UNSENT) {
        return NULL;
    }

    if (queue->len + len > queue->size
        && ngx_ic_redis_queue_grow(queue, len) != NGX_OK)
    {
        return NULL;
    }

    return queue->out + queue->len;
}


static ngx_int_t
ngx_ic_redis_queue_grow(ngx_ic_redis_queue_t *queue, size_t len)
{
    u_char  *out;
    size_t   unsent, size;

    unsent = queue->len - queue->pos;
    size = ngx_max(queue->size, NGX_IC_REDIS_OUT_SIZE);

    while (size < unsent + len) {
        size *= 2;
    }

    out = ngx_alloc(size, queue->log);
    if (out == NULL) {
        return NGX_ERROR;
    }

    if (queue->out) {
        ngx_memcpy(out, queue->out + queue->pos, unsent);
        OPENSSL_cleanse(queue->out, queue->len);
        ngx_free(queue->out);
    }

    queue->out = out;
    queue->size = size;
    queue->pos = 0;
    queue->len = unsent;

    return NGX_OK;
}


/*
 * Sent bytes are wiped: a password, tokens of sessions. A buffer that had
 * to grow is not kept.
 */

static void
ngx_ic_redis_queue_empty(ngx_ic_redis_queue_t *queue)
{
    if (queue->out == NULL) {
        return;
    }

    OPENSSL_cleanse(queue->out, queue->len);

    queue->pos = 0;
    queue->len = 0;

    if (queue->size > NGX_IC_REDIS_OUT_SIZE) {
        ngx_free(queue->out);
        queue->out = NULL;
        queue->size = 0;
    }
}
