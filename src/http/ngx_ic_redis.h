
/*
 * The store connection of a worker, over nginx's own connection and timers.
 * command() either refuses at once (NULL) or calls done(data, reply) exactly
 * once, later, from the event loop. The reply is one whole RESP reply, to be
 * read with ngx_ic_resp_next(), and lives as long as done(); NULL: the
 * connection was lost and the outcome is unknown. A call may be abandoned;
 * its reply is then read and dropped.
 */


#ifndef _NGX_IC_REDIS_H_INCLUDED_
#define _NGX_IC_REDIS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct ngx_ic_redis_s       ngx_ic_redis_t;
typedef struct ngx_ic_redis_call_s  ngx_ic_redis_call_t;

typedef void (*ngx_ic_redis_done_pt)(void *data, ngx_str_t *reply);


typedef struct {
    ngx_addr_t           *addr;
    ngx_str_t             user;              /* empty: no AUTH */
    ngx_str_t             password;
    ngx_msec_t            connect_timeout;
    ngx_msec_t            timeout;           /* without progress */
    ngx_uint_t            max_pending;
} ngx_ic_redis_conf_t;


/* In init_process; connects at once, without waiting. NULL: no memory. */
ngx_ic_redis_t *ngx_ic_redis_create(ngx_cycle_t *cycle,
    ngx_ic_redis_conf_t *conf);

/* In exit_process, or until open(): no done() any more. */
void ngx_ic_redis_close(ngx_ic_redis_t *rd);

/* Connects again what was closed. */
void ngx_ic_redis_open(ngx_ic_redis_t *rd);

/* What is told of a store connection. */
typedef struct {
    ngx_uint_t            ready;             /* it takes commands */
    ngx_uint_t            pending;           /* calls without an answer */
    ngx_uint_t            calls;             /* issued since the start */
    ngx_uint_t            unanswered;        /* of those, lost */
    ngx_uint_t            losses;            /* of the connection */
} ngx_ic_redis_state_t;

ngx_ic_redis_state_t ngx_ic_redis_state(ngx_ic_redis_t *rd);

ngx_ic_redis_call_t *ngx_ic_redis_command(ngx_ic_redis_t *rd,
    ngx_uint_t argc, const ngx_str_t *argv, ngx_ic_redis_done_pt done,
    void *data);
void ngx_ic_redis_abandon(ngx_ic_redis_call_t *call);


#endif /* _NGX_IC_REDIS_H_INCLUDED_ */
