
/*
 * nginx's error log tells of a request what its client has sent: the line,
 * the host, where it came from. nginx takes no line ends and no NUL in these,
 * but escapes, and text that turns its direction; here they become '?'.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../lib/ic_odd.h"
#include "ngx_http_interconn_core.h"


static ngx_int_t ngx_http_interconn_log_request(ngx_http_request_t *r);
static void ngx_http_interconn_log_connection(ngx_connection_t *c);
static u_char *ngx_http_interconn_log_told(ngx_log_t *log, u_char *buf,
    size_t len);


/* nginx's own, the same for all connections */
static ngx_log_handler_pt  ngx_http_interconn_log_next;


ngx_int_t
ngx_http_interconn_log_handler(ngx_conf_t *cf)
{
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_POST_READ_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_interconn_log_request;

    return NGX_OK;
}


void
ngx_http_interconn_log_init(ngx_cycle_t *cycle)
{
    ngx_uint_t        n;
    ngx_listening_t  *ls;

    ls = cycle->listening.elts;

    for (n = 0; n < cycle->listening.nelts; n++) {
        if (ls[n].handler == ngx_http_init_connection) {
            ls[n].handler = ngx_http_interconn_log_connection;
        }
    }
}


/* Before a request is there: its line may be what is told of. */

static void
ngx_http_interconn_log_connection(ngx_connection_t *c)
{
    ngx_http_init_connection(c);

    if (!c->destroyed) {
        ngx_http_interconn_log_wrap(c->log);
    }
}


/* nginx sets its own again when a connection was idle. */

static ngx_int_t
ngx_http_interconn_log_request(ngx_http_request_t *r)
{
    ngx_http_interconn_log_wrap(r->connection->log);

    return NGX_DECLINED;
}


void
ngx_http_interconn_log_wrap(ngx_log_t *log)
{
    if (log->handler == NULL
        || log->handler == ngx_http_interconn_log_told)
    {
        return;
    }

    ngx_http_interconn_log_next = log->handler;
    log->handler = ngx_http_interconn_log_told;
}


static u_char *
ngx_http_interconn_log_told(ngx_log_t *log, u_char *buf, size_t len)
{
    size_t   n;
    u_char  *p, *last;

    last = ngx_http_interconn_log_next(log, buf, len);

    for (p = buf; p < last; p += n) {
        n = ic_odd(p, last);

        if (n == 0) {
            n = 1;
            continue;
        }

        ngx_memset(p, '?', n);
    }

    return last;
}
