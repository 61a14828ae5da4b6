
/*
 * Calls of store functions: their arguments, and the continuation that gets
 * the reply. The first call of a request may ask along who calls it.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_core.h"
#include "ngx_ic_resp.h"


#define NGX_HTTP_INTERCONN_FUNCTION  64              /* its name in Redis */


static ngx_ic_redis_call_t *ngx_http_interconn_command(
    ngx_http_request_t *r, ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_args_t *args);
static ngx_uint_t ngx_http_interconn_function(ngx_http_request_t *r,
    ngx_str_t *argv, u_char *name, const char *function);
static ngx_ic_redis_call_t *ngx_http_interconn_issue(ngx_http_request_t *r,
    ngx_str_t *argv, ngx_uint_t argc, ngx_http_interconn_args_t *args,
    ngx_ic_redis_done_pt done, void *data);
static ngx_str_t ngx_http_interconn_operator_subject(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_uint_t ngx_http_interconn_who_args(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_args_t *args,
    ngx_str_t *argv);
static ngx_str_t ngx_http_interconn_digits(ngx_http_request_t *r,
    ngx_uint_t n);
static ngx_uint_t ngx_http_interconn_watchable(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static void ngx_http_interconn_watch(ngx_http_request_t *r);
static void ngx_http_interconn_called(void *data, ngx_str_t *reply);
static ngx_int_t ngx_http_interconn_continue(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t *received);
static ngx_int_t ngx_http_interconn_identified(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_read_rest(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_take(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t *raw,
    ngx_http_interconn_done_pt done);
static ngx_str_t ngx_http_interconn_name(ngx_http_interconn_ctx_t *ctx);
static void ngx_http_interconn_told(void *data, ngx_str_t *reply);


void
ngx_http_interconn_arg(ngx_http_interconn_args_t *args, ngx_str_t value)
{
    if (args->argc == NGX_HTTP_INTERCONN_MAX_ARGS) {
        args->overflow = 1;
        return;
    }

    args->argv[args->argc++] = value;
}


void
ngx_http_interconn_arg_z(ngx_http_interconn_args_t *args, const char *value)
{
    ngx_str_t  s;

    s.data = (u_char *) value;
    s.len = ngx_strlen(value);

    ngx_http_interconn_arg(args, s);
}


void
ngx_http_interconn_pair(ngx_http_interconn_args_t *args, const char *name,
    ngx_str_t value)
{
    ngx_http_interconn_arg_z(args, name);
    ngx_http_interconn_arg(args, value);
}


void
ngx_http_interconn_arg_name(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_arg(args, ngx_http_interconn_name(ctx));

    if (ctx->who) {
        args->caller = args->argc;
    }
}


static ngx_str_t
ngx_http_interconn_name(ngx_http_interconn_ctx_t *ctx)
{
    return ctx->caller.operator.len ? ctx->caller.operator
                                    : ctx->caller.node_id;
}


ngx_int_t
ngx_http_interconn_store(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *function,
    ngx_http_interconn_args_t *args, ngx_http_interconn_done_pt done)
{
    ngx_str_t  detail = ngx_null_string;

    ctx->function = function;
    ctx->done = done;

    if (args->overflow) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "too many arguments for store function \"%s\"",
                      function);
        return ngx_http_interconn_fail(r, ctx, IC_E_internal, detail);
    }

    if (args->caller && ctx->who == NULL) {
        args->argv[args->caller - 1] = ngx_http_interconn_name(ctx);
        args->caller = 0;
    }

    ctx->call = ngx_http_interconn_command(r, ctx, args);

    if (ctx->call == NULL) {
        return ngx_http_interconn_fail(r, ctx, IC_E_store_unavailable,
                                       detail);
    }

    if (ngx_http_interconn_watchable(r, ctx)) {
        ngx_http_interconn_watch(r);
    }

    return NGX_AGAIN;
}


static ngx_ic_redis_call_t *
ngx_http_interconn_command(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_args_t *args)
{
    u_char      name[NGX_HTTP_INTERCONN_FUNCTION];
    ngx_str_t   argv[NGX_HTTP_INTERCONN_MAX_ARGS + 16];
    ngx_uint_t  argc;

    argc = ngx_http_interconn_function(r, argv, name,
                                  ctx->who ? "identified" : ctx->function);

    if (ctx->caller.operator.len && r->method != NGX_HTTP_GET) {
        ngx_str_set(&argv[2], "2");
        argv[argc] = ngx_http_interconn_operator_subject(r, ctx);

        if (argv[argc++].data == NULL) {
            return NULL;
        }

    } else if (ngx_http_interconn_tells_message(ctx)) {
        ngx_str_set(&argv[2], "2");

        if (ngx_http_interconn_message_args(r, ctx, &argv[argc]) != NGX_OK) {
            return NULL;
        }

        argc += NGX_HTTP_INTERCONN_MESSAGE_ARGS;
    }

    if (ctx->who) {
        argc += ngx_http_interconn_who_args(r, ctx, args, &argv[argc]);
    }

    return ngx_http_interconn_issue(r, argv, argc, args,
                                    ngx_http_interconn_called, ctx);
}


ngx_int_t
ngx_http_interconn_tell(ngx_http_request_t *r, const char *function,
    ngx_http_interconn_args_t *args, const char *lost)
{
    u_char      name[NGX_HTTP_INTERCONN_FUNCTION];
    ngx_str_t   argv[NGX_HTTP_INTERCONN_MAX_ARGS + 4];
    ngx_uint_t  argc;

    argc = ngx_http_interconn_function(r, argv, name, function);

    return ngx_http_interconn_issue(r, argv, argc, args,
                                    ngx_http_interconn_told, (void *) lost)
           ? NGX_OK : NGX_ERROR;
}


static void
ngx_http_interconn_told(void *data, ngx_str_t *reply)
{
    const char *lost = data;

    if (reply == NULL || reply->len == 0 || reply->data[0] != '*') {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0, "%s", lost);
    }
}


/* The words before a function's arguments; name must outlive them. */

static ngx_uint_t
ngx_http_interconn_function(ngx_http_request_t *r, ngx_str_t *argv,
    u_char *name, const char *function)
{
    ngx_str_set(&argv[0], "FCALL");
    argv[1].data = name;
    argv[1].len = ngx_snprintf(name, NGX_HTTP_INTERCONN_FUNCTION,
                               "interconn_%s", function)
                  - name;
    ngx_str_set(&argv[2], "1");
    argv[3] = ngx_http_interconn_conf(r)->key;

    return 4;
}


/* Sends the words in argv, which has room for those in args behind them. */

static ngx_ic_redis_call_t *
ngx_http_interconn_issue(ngx_http_request_t *r, ngx_str_t *argv,
    ngx_uint_t argc, ngx_http_interconn_args_t *args,
    ngx_ic_redis_done_pt done, void *data)
{
    ngx_http_interconn_store_conf_t  *iscf;

    iscf = ngx_http_get_module_main_conf(r, ngx_http_interconn_store_module);

    if (iscf->connection == NULL) {
        return NULL;
    }

    ngx_memcpy(&argv[argc], args->argv, args->argc * sizeof(ngx_str_t));

    return ngx_ic_redis_command(iscf->connection, argc + args->argc, argv,
                                done, data);
}


/* The second key of a change: the operator who asks for it. */

static ngx_str_t
ngx_http_interconn_operator_subject(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    size_t                      len;
    ngx_str_t                   key = ngx_null_string;
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);
    len = icf->key.len + sizeof(":operator:") - 1 + ctx->caller.operator.len;

    key.data = ngx_pnalloc(r->pool, len);

    if (key.data) {
        key.len = ngx_sprintf(key.data, "%V:operator:%V", &icf->key,
                              &ctx->caller.operator)
                  - key.data;
    }

    return key;
}


/* The arguments of identified() before those of the other function. */

static ngx_uint_t
ngx_http_interconn_who_args(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_args_t *args,
    ngx_str_t *argv)
{
    ngx_uint_t                 i, argc;
    ngx_http_interconn_who_t  *who;

    who = ctx->who;
    argc = 0;

    argv[argc++] = ngx_ic_str(ic_str(who->function));
    argv[argc++] = ngx_http_interconn_digits(r, who->argc);

    for (i = 0; i < who->argc; i++) {
        argv[argc++] = who->argv[i];
    }

    argv[argc++] = ngx_http_interconn_digits(r, args->caller);
    argv[argc++] = ngx_ic_str(ic_str(ctx->function));

    return argc;
}


static ngx_str_t
ngx_http_interconn_digits(ngx_http_request_t *r, ngx_uint_t n)
{
    ngx_str_t  text = ngx_null_string;

    text.data = ngx_pnalloc(r->pool, NGX_INT_T_LEN);

    if (text.data) {
        text.len = ngx_sprintf(text.data, "%ui", n) - text.data;
    }

    return text;
}


/* What was sent to change something cannot be recalled. */

static ngx_uint_t
ngx_http_interconn_watchable(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    if (r->method != NGX_HTTP_GET || ctx->endpoint == NULL
        || r->reading_body)
    {
        return 0;
    }

    /* an unread body would be taken for the next request */

    return r->request_body
           || (r->headers_in.content_length_n <= 0
               && !r->headers_in.chunked);
}


/* A FIN that came with the request causes no event later. */

static void
ngx_http_interconn_watch(ngx_http_request_t *r)
{
    ngx_event_t  *rev;

    rev = r->connection->read;
    r->read_event_handler = ngx_http_test_reading;

    if (rev->ready) {
        ngx_post_event(rev, &ngx_posted_events);

    } else if (ngx_handle_read_event(rev, 0) != NGX_OK) {
        r->read_event_handler = ngx_http_block_reading;
    }
}


/* From the store connection's event, never from one of the client's. */

static void
ngx_http_interconn_called(void *data, ngx_str_t *reply)
{
    ngx_http_interconn_ctx_t  *ctx = data;

    ngx_int_t            rc;
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    ctx->call = NULL;

    r = ctx->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    rc = ngx_http_interconn_continue(r, ctx, reply);

    if (rc != NGX_AGAIN) {
        ctx->resume(r, ctx, rc);
    }

    ngx_http_run_posted_requests(c);
}


static ngx_int_t
ngx_http_interconn_continue(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t *received)
{
    ngx_str_t       raw, detail = ngx_null_string;
    ngx_pool_t     *pool;
    ngx_ic_resp_t   both;

    if (received == NULL) {
        ngx_str_set(&detail, "no answer; the outcome is unknown");
        return ngx_http_interconn_fail(r, ctx, IC_E_store_unavailable,
                                       detail);
    }

    /*
     * one copy of it all: continuations keep its strings while they issue
     * the next call
     */

    pool = (ctx->reply_pool && ctx->who == NULL) ? ctx->reply_pool : r->pool;

    raw.len = received->len;
    raw.data = ngx_pstrdup(pool, received);

    if (raw.data == NULL) {
        return NGX_ERROR;
    }

    if (ctx->who == NULL) {
        return ngx_http_interconn_take(r, ctx, &raw, ctx->done);
    }

    if (raw.data[0] == '*') {
        (void) ngx_ic_resp_next(&raw, &both);
    }

    return ngx_http_interconn_take(r, ctx, &raw,
                                   ngx_http_interconn_identified);
}


static ngx_int_t
ngx_http_interconn_take(ngx_http_request_t *r, ngx_http_interconn_ctx_t *ctx,
    ngx_str_t *raw, ngx_http_interconn_done_pt done)
{
    ngx_str_t                    detail = ngx_null_string;
    ic_error_e                   error;
    ngx_http_interconn_reply_t  *reply;

    reply = ngx_pcalloc(ctx->reply_pool ? ctx->reply_pool : r->pool,
                        sizeof(ngx_http_interconn_reply_t));
    if (reply == NULL) {
        return NGX_ERROR;
    }

    error = ngx_http_interconn_decode_reply(r, ctx, raw, reply);

    if (error != IC_E_ok) {
        return ngx_http_interconn_fail(r, ctx, error, detail);
    }

    if (!ngx_http_interconn_reply_ok(reply)) {
        ctx->foreign = reply->foreign;

        return ngx_http_interconn_fail_named(r, ctx, reply->status,
                                             reply->detail);
    }

    ctx->rest = *raw;

    return done(r, ctx, reply);
}


/* The first of two replies: who calls. */

static ngx_int_t
ngx_http_interconn_identified(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_http_interconn_who_t  *who;

    who = ctx->who;

    ctx->who = NULL;
    ctx->next = ngx_http_interconn_read_rest;

    return who->done(r, ctx, reply);
}


static ngx_int_t
ngx_http_interconn_read_rest(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_int_t  rc;
    ngx_str_t  rest;

    /* now it is known what this caller must sign */

    rc = ngx_http_interconn_expect_signature(r, ctx);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    rest = ctx->rest;

    return ngx_http_interconn_take(r, ctx, &rest, ctx->done);
}
