
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_event_connect.h>

#include "ngx_ic_redis_in.h"
#include "ngx_ic_redis_queue.h"


#define NGX_IC_REDIS_BACKOFF_MIN  50
#define NGX_IC_REDIS_BACKOFF_MAX  1000


/*
 * down:       no connection, the retry timer runs
 * connecting: a connection, the retry timer is the connect time-out
 * handshake:  connected; AUTH or PING is the first pending call
 * ready:      takes commands
 *
 * The first connection of a worker takes commands from the beginning: they
 * follow the handshake, so that a reload answers nobody with 503. Once the
 * store was lost, only a proven connection does.
 */
struct ngx_ic_redis_s {
    ngx_ic_redis_conf_t    *conf;
    ngx_connection_t       *connection;      /* NULL when down */

    ngx_event_t             stall;           /* set iff pending > 0 */
    ngx_event_t             retry;
    ngx_msec_t              backoff;
    ngx_msec_t              progress;        /* the last reply, or the first
                                                call since there were none */

    ngx_ic_redis_queue_t    queue;
    ngx_ic_redis_in_t       in;
    ngx_log_t              *log;

    ngx_uint_t              calls;
    ngx_uint_t              unanswered;
    ngx_uint_t              losses;

    unsigned                connected:1;
    unsigned                ready:1;
    unsigned                lost:1;
    unsigned                closing:1;
};


static void ngx_ic_redis_connect(ngx_ic_redis_t *rd);
static ngx_int_t ngx_ic_redis_attach(ngx_ic_redis_t *rd);
static ngx_int_t ngx_ic_redis_test_connect(ngx_ic_redis_t *rd);
static void ngx_ic_redis_handshake(ngx_ic_redis_t *rd);
static void ngx_ic_redis_greeted(void *data, ngx_str_t *reply);
static void ngx_ic_redis_write_handler(ngx_event_t *wev);
static void ngx_ic_redis_read_handler(ngx_event_t *rev);
static ngx_int_t ngx_ic_redis_replies(ngx_ic_redis_t *rd);
static void ngx_ic_redis_reply(ngx_ic_redis_t *rd, ngx_str_t *reply);
static void ngx_ic_redis_stall_handler(ngx_event_t *ev);
static void ngx_ic_redis_retry_handler(ngx_event_t *ev);
static void ngx_ic_redis_later(ngx_ic_redis_t *rd);
static void ngx_ic_redis_lost(ngx_ic_redis_t *rd, const char *reason);
static void ngx_ic_redis_drop(ngx_ic_redis_t *rd);
static ngx_ic_redis_call_t *ngx_ic_redis_issue(ngx_ic_redis_t *rd,
    ngx_uint_t argc, const ngx_str_t *argv, ngx_ic_redis_done_pt done,
    void *data);


ngx_ic_redis_t *
ngx_ic_redis_create(ngx_cycle_t *cycle, ngx_ic_redis_conf_t *conf)
{
    ngx_ic_redis_t  *rd;

    rd = ngx_pcalloc(cycle->pool, sizeof(ngx_ic_redis_t));
    if (rd == NULL) {
        return NULL;
    }

    rd->conf = conf;
    rd->log = cycle->log;
    ngx_ic_redis_queue_init(&rd->queue, rd->log);
    ngx_ic_redis_in_init(&rd->in, rd->log);

    /* with debug logs a timer's data is read as an ngx_connection_t */

    rd->stall.handler = ngx_ic_redis_stall_handler;
    rd->stall.data = rd;
    rd->stall.log = rd->log;

    rd->retry.handler = ngx_ic_redis_retry_handler;
    rd->retry.data = rd;
    rd->retry.log = rd->log;
    rd->retry.cancelable = 1;

    ngx_ic_redis_connect(rd);

    return rd;
}


void
ngx_ic_redis_close(ngx_ic_redis_t *rd)
{
    rd->closing = 1;

    ngx_ic_redis_drop(rd);
    ngx_ic_redis_queue_free(&rd->queue);
    ngx_ic_redis_in_free(&rd->in);
}


void
ngx_ic_redis_open(ngx_ic_redis_t *rd)
{
    if (!rd->closing) {
        return;
    }

    rd->closing = 0;
    rd->lost = 0;
    rd->backoff = 0;

    ngx_ic_redis_connect(rd);
}


ngx_ic_redis_state_t
ngx_ic_redis_state(ngx_ic_redis_t *rd)
{
    ngx_ic_redis_state_t  state;

    state.ready = rd->ready;
    state.pending = rd->queue.pending;
    state.calls = rd->calls;
    state.unanswered = rd->unanswered;
    state.losses = rd->losses;

    return state;
}


ngx_ic_redis_call_t *
ngx_ic_redis_command(ngx_ic_redis_t *rd, ngx_uint_t argc,
    const ngx_str_t *argv, ngx_ic_redis_done_pt done, void *data)
{
    if (rd->connection == NULL || (!rd->ready && rd->lost) || rd->closing
        || rd->queue.pending >= rd->conf->max_pending)
    {
        return NULL;
    }

    return ngx_ic_redis_issue(rd, argc, argv, done, data);
}


void
ngx_ic_redis_abandon(ngx_ic_redis_call_t *call)
{
    call->done = NULL;
}


static void
ngx_ic_redis_connect(ngx_ic_redis_t *rd)
{
    ngx_int_t              rc;
    ngx_addr_t            *addr;
    ngx_peer_connection_t  pc;

    addr = rd->conf->addr;

    ngx_memzero(&pc, sizeof(ngx_peer_connection_t));

    pc.sockaddr = addr->sockaddr;
    pc.socklen = addr->socklen;
    pc.name = &addr->name;
    pc.get = ngx_event_get_peer;
    pc.log = rd->log;
    pc.log_error = NGX_ERROR_ERR;

    rc = ngx_event_connect_peer(&pc);

    /* on an error nginx has closed the connection already */

    if (rc != NGX_OK && rc != NGX_AGAIN) {
        ngx_ic_redis_later(rd);
        return;
    }

    rd->connection = pc.connection;

    if (ngx_ic_redis_attach(rd) != NGX_OK) {
        ngx_ic_redis_lost(rd, "no memory for the connection");
        return;
    }

    rd->connected = (rc == NGX_OK);

    if (rc == NGX_AGAIN) {
        ngx_add_timer(&rd->retry, rd->conf->connect_timeout);
    }

    ngx_ic_redis_handshake(rd);
}


static ngx_int_t
ngx_ic_redis_attach(ngx_ic_redis_t *rd)
{
    ngx_connection_t  *c;

    c = rd->connection;

    c->data = rd;
    c->read->handler = ngx_ic_redis_read_handler;
    c->write->handler = ngx_ic_redis_write_handler;

    if (rd->conf->addr->sockaddr->sa_family != AF_UNIX
        && ngx_tcp_nodelay(c) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_ic_redis_test_connect(ngx_ic_redis_t *rd)
{
    int        err;
    socklen_t  len;

    if (rd->connected) {
        return NGX_OK;
    }

    err = 0;
    len = sizeof(int);

    if (getsockopt(rd->connection->fd, SOL_SOCKET, SO_ERROR, &err, &len)
        == -1)
    {
        err = ngx_socket_errno;
    }

    if (err) {
        ngx_log_error(NGX_LOG_ERR, rd->log, err,
                      "connect() to the store at %V failed",
                      &rd->conf->addr->name);
        ngx_ic_redis_drop(rd);
        return NGX_ERROR;
    }

    rd->connected = 1;

    if (rd->retry.timer_set) {
        ngx_del_timer(&rd->retry);
    }

    return NGX_OK;
}


/* Until it is answered a stopped server would look like a working one. */

static void
ngx_ic_redis_handshake(ngx_ic_redis_t *rd)
{
    ngx_str_t             argv[3];
    ngx_uint_t            argc;
    ngx_ic_redis_conf_t  *conf;

    conf = rd->conf;
    argc = 0;

    if (conf->password.len == 0) {
        ngx_str_set(&argv[argc], "PING");
        argc++;

    } else {
        ngx_str_set(&argv[argc], "AUTH");
        argc++;

        if (conf->user.len) {
            argv[argc++] = conf->user;
        }

        argv[argc++] = conf->password;
    }

    if (ngx_ic_redis_issue(rd, argc, argv, ngx_ic_redis_greeted, rd)
        == NULL)
    {
        ngx_ic_redis_lost(rd, "no memory for the handshake");
    }
}


static void
ngx_ic_redis_greeted(void *data, ngx_str_t *reply)
{
    ngx_ic_redis_t  *rd = data;

    if (reply == NULL) {
        return;
    }

    if (reply->data[0] == '-') {
        ngx_log_error(NGX_LOG_ERR, rd->log, 0,
                      "the store at %V refused the connection: \"%*s\"",
                      &rd->conf->addr->name, reply->len - 3,
                      reply->data + 1);

        /* not here: the caller still reads from this connection */

        ngx_add_timer(&rd->retry, 0);
        return;
    }

    rd->ready = 1;
    rd->backoff = 0;

    ngx_log_error(NGX_LOG_NOTICE, rd->log, 0, "connected to the store at %V",
                  &rd->conf->addr->name);
}


static void
ngx_ic_redis_write_handler(ngx_event_t *wev)
{
    ngx_ic_redis_t    *rd;
    ngx_connection_t  *c;

    c = wev->data;
    rd = c->data;

    if (ngx_ic_redis_test_connect(rd) != NGX_OK || rd->connection != c) {
        return;
    }

    if (ngx_ic_redis_queue_send(&rd->queue, c) == NGX_ERROR) {
        ngx_ic_redis_lost(rd, "sending failed");
        return;
    }

    if (ngx_handle_write_event(wev, 0) != NGX_OK) {
        ngx_ic_redis_lost(rd, "its events failed");
    }
}


static void
ngx_ic_redis_read_handler(ngx_event_t *rev)
{
    ssize_t            n;
    ngx_ic_redis_t    *rd;
    ngx_connection_t  *c;

    c = rev->data;
    rd = c->data;

    if (ngx_ic_redis_test_connect(rd) != NGX_OK || rd->connection != c) {
        return;
    }

    /* the events are edge-triggered: read until there is no more */

    for ( ;; ) {
        n = ngx_ic_redis_in_read(&rd->in, c);

        if (n == NGX_AGAIN) {
            break;
        }

        if (n == NGX_ERROR || n == 0) {
            ngx_ic_redis_lost(rd, "it closed the connection");
            return;
        }

        if (ngx_ic_redis_replies(rd) != NGX_OK) {
            ngx_ic_redis_lost(rd, "a reply that cannot be read or that "
                                  "nobody asked for");
            return;
        }

        if (!rev->ready) {
            break;
        }
    }

    if (ngx_handle_read_event(rev, 0) != NGX_OK) {
        ngx_ic_redis_lost(rd, "its events failed");
    }
}


static ngx_int_t
ngx_ic_redis_replies(ngx_ic_redis_t *rd)
{
    ngx_int_t  rc;
    ngx_str_t  reply;

    for ( ;; ) {
        rc = ngx_ic_redis_in_reply(&rd->in, &reply);

        if (rc == NGX_AGAIN) {
            return NGX_OK;
        }

        if (rc != NGX_OK || rd->queue.first == NULL) {
            return NGX_ERROR;
        }

        ngx_ic_redis_reply(rd, &reply);
    }
}


static void
ngx_ic_redis_reply(ngx_ic_redis_t *rd, ngx_str_t *reply)
{
    void                  *data;
    ngx_ic_redis_done_pt   done;

    ngx_ic_redis_queue_pop(&rd->queue, &done, &data);

    /* the timer itself finds out how long ago this was */

    rd->progress = ngx_current_msec;

    if (rd->queue.pending == 0) {
        ngx_del_timer(&rd->stall);
    }

    if (done) {
        done(data, reply);
    }
}


static void
ngx_ic_redis_stall_handler(ngx_event_t *ev)
{
    ngx_msec_t       quiet;
    ngx_ic_redis_t  *rd = ev->data;

    quiet = ngx_current_msec - rd->progress;

    if (quiet < rd->conf->timeout) {
        ngx_add_timer(ev, rd->conf->timeout - quiet);
        return;
    }

    ngx_ic_redis_lost(rd, "it does not answer");
}


static void
ngx_ic_redis_retry_handler(ngx_event_t *ev)
{
    ngx_ic_redis_t  *rd = ev->data;

    if (rd->connection == NULL) {
        ngx_ic_redis_connect(rd);
        return;
    }

    if (rd->connected) {
        ngx_ic_redis_drop(rd);
        return;
    }

    ngx_ic_redis_lost(rd, "connecting took too long");
}


/*
 * Doubling from 50 ms to 1 s and as much again at random: so a store that
 * is back is noticed within 2 s, and workers do not come at the same time.
 */

static void
ngx_ic_redis_later(ngx_ic_redis_t *rd)
{
    if (rd->closing) {
        return;
    }

    rd->backoff = ngx_min(rd->backoff * 2, NGX_IC_REDIS_BACKOFF_MAX);
    rd->backoff = ngx_max(rd->backoff, NGX_IC_REDIS_BACKOFF_MIN);

    ngx_add_timer(&rd->retry,
                  rd->backoff + ngx_random() % (rd->backoff + 1));
}


static void
ngx_ic_redis_lost(ngx_ic_redis_t *rd, const char *reason)
{
    ngx_log_error(NGX_LOG_ERR, rd->log, 0,
                  "lost the store at %V: %s; %ui calls without an answer",
                  &rd->conf->addr->name, reason, rd->queue.pending);

    ngx_ic_redis_drop(rd);
}


/* Everything is detached before the waiters, who may come back, are told. */

static void
ngx_ic_redis_drop(ngx_ic_redis_t *rd)
{
    void                  *data;
    ngx_connection_t      *c;
    ngx_ic_redis_call_t   *call, *first;
    ngx_ic_redis_done_pt   done;

    c = rd->connection;
    first = ngx_ic_redis_queue_detach(&rd->queue);

    rd->losses += rd->ready;
    rd->connection = NULL;
    rd->connected = 0;
    rd->ready = 0;
    rd->lost = 1;

    if (rd->stall.timer_set) {
        ngx_del_timer(&rd->stall);
    }

    if (rd->retry.timer_set) {
        ngx_del_timer(&rd->retry);
    }

    if (c) {
        ngx_close_connection(c);
    }

    ngx_ic_redis_in_reset(&rd->in);

    ngx_ic_redis_later(rd);

    while (first) {
        call = first;
        first = call->next;

        done = call->done;
        data = call->data;

        ngx_ic_redis_queue_put(&rd->queue, call);
        rd->unanswered++;

        if (done && !rd->closing) {
            done(data, NULL);
        }
    }
}


static ngx_ic_redis_call_t *
ngx_ic_redis_issue(ngx_ic_redis_t *rd, ngx_uint_t argc,
    const ngx_str_t *argv, ngx_ic_redis_done_pt done, void *data)
{
    ngx_ic_redis_call_t  *call;

    call = ngx_ic_redis_queue_push(&rd->queue, argc, argv, done, data);

    if (call == NULL) {
        return NULL;
    }

    rd->calls++;

    if (rd->queue.pending == 1) {
        rd->progress = ngx_current_msec;
        ngx_add_timer(&rd->stall, rd->conf->timeout);
    }

    /*
     * commands of one turn of the event loop leave together; while
     * connecting, the event itself tells when they can
     */

    if (rd->connected) {
        ngx_post_event(rd->connection->write, &ngx_posted_events);
    }

    return call;
}
