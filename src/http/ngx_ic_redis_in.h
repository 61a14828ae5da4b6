
/* What a store connection has received and not yet passed on. */


#ifndef _NGX_IC_REDIS_IN_H_INCLUDED_
#define _NGX_IC_REDIS_IN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_ic_resp.h"


typedef struct {
    u_char                 *data;            /* from the heap, or NULL */
    size_t                  pos;             /* where the next reply begins */
    size_t                  len;
    size_t                  size;
    ngx_ic_resp_scan_t      scan;            /* from pos */
    ngx_log_t              *log;
} ngx_ic_redis_in_t;


/* in is the caller's; what it holds is from the heap until free(). */
void ngx_ic_redis_in_init(ngx_ic_redis_in_t *in, ngx_log_t *log);
void ngx_ic_redis_in_free(ngx_ic_redis_in_t *in);

/* Nothing was received: the connection is another one. */
void ngx_ic_redis_in_reset(ngx_ic_redis_in_t *in);

/* Like recv(): the bytes that came, 0, NGX_AGAIN or NGX_ERROR. */
ssize_t ngx_ic_redis_in_read(ngx_ic_redis_in_t *in, ngx_connection_t *c);

/*
 * NGX_OK and the next whole reply, which lives until the next read;
 * NGX_AGAIN: there is none; NGX_ERROR: this is no RESP.
 */
ngx_int_t ngx_ic_redis_in_reply(ngx_ic_redis_in_t *in, ngx_str_t *reply);


#endif /* _NGX_IC_REDIS_IN_H_INCLUDED_ */
