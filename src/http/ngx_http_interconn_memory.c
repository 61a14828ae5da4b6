
/*
 * A worker that answered nothing for a while gives memory back: a handshake
 * alone maps three megabytes of libcrypto.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../lib/ic_memory.h"
#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_MEMORY_IDLE  2000


static ngx_int_t ngx_http_interconn_memory_log(ngx_http_request_t *r);
static void ngx_http_interconn_memory_wait(void);
static void ngx_http_interconn_memory_timer(ngx_event_t *ev);


/* of the process, the data a connection for what debug logging asks */
static ngx_event_t       ngx_http_interconn_memory_event;
static ngx_connection_t  ngx_http_interconn_memory_connection;
static ngx_msec_t        ngx_http_interconn_memory_busy;


ngx_int_t
ngx_http_interconn_memory_handler(ngx_conf_t *cf)
{
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_LOG_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_interconn_memory_log;

    return NGX_OK;
}


void
ngx_http_interconn_memory_init(ngx_cycle_t *cycle)
{
    ngx_event_t  *ev;

    ev = &ngx_http_interconn_memory_event;

    ngx_memzero(ev, sizeof(ngx_event_t));

    ngx_http_interconn_memory_connection.fd = (ngx_socket_t) -1;
    ev->data = &ngx_http_interconn_memory_connection;
    ev->handler = ngx_http_interconn_memory_timer;
    ev->log = cycle->log;
    ev->cancelable = 1;

    ngx_http_interconn_memory_wait();
}


static ngx_int_t
ngx_http_interconn_memory_log(ngx_http_request_t *r)
{
    ngx_http_interconn_memory_wait();

    return NGX_OK;
}


/* A timer that is set stays: it costs a request nothing but this. */

static void
ngx_http_interconn_memory_wait(void)
{
    ngx_http_interconn_memory_busy = ngx_current_msec;

    if (!ngx_http_interconn_memory_event.timer_set
        && ngx_http_interconn_memory_event.handler != NULL)
    {
        ngx_add_timer(&ngx_http_interconn_memory_event,
                      NGX_HTTP_INTERCONN_MEMORY_IDLE);
    }
}


static void
ngx_http_interconn_memory_timer(ngx_event_t *ev)
{
    ngx_msec_t  since;

    since = ngx_current_msec - ngx_http_interconn_memory_busy;

    if (since < NGX_HTTP_INTERCONN_MEMORY_IDLE) {
        ngx_add_timer(ev, NGX_HTTP_INTERCONN_MEMORY_IDLE - since);
        return;
    }

    ic_memory_trim();
}
