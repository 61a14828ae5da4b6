
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_core.h"
#include "ngx_ic_resp.h"


static ic_error_e ngx_http_interconn_redis_error(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t *raw);
static ngx_int_t ngx_http_interconn_fill_reply(ngx_pool_t *pool,
    ngx_str_t *raw, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_fill_pair(ngx_pool_t *pool,
    ngx_str_t *raw, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_fill_records(ngx_pool_t *pool,
    ngx_str_t *raw, ngx_uint_t n, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_fill_record(ngx_pool_t *pool,
    ngx_str_t *raw, ngx_str_t **record, ngx_uint_t *npairs);
static ngx_int_t ngx_http_interconn_fill_text(ngx_str_t *raw,
    ngx_str_t *text);


/* The store is there but cannot serve now; anything else is a defect. */

static const char  *ngx_http_interconn_redis_busy[] = {
    "LOADING", "BUSY", "MISCONF", "OOM", "READONLY", "NOAUTH", "NOPERM",
    "MASTERDOWN", "NOREPLICAS", "CLUSTERDOWN", "TRYAGAIN", "MOVED", "ASK",
    NULL
};


ic_error_e
ngx_http_interconn_decode_reply(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t *raw,
    ngx_http_interconn_reply_t *reply)
{
    ngx_pool_t  *pool;

    if (raw->len && raw->data[0] == '-') {
        return ngx_http_interconn_redis_error(r, ctx, raw);
    }

    pool = ctx->reply_pool ? ctx->reply_pool : r->pool;

    if (ngx_http_interconn_fill_reply(pool, raw, reply) != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "store function \"%s\" answered in an unknown form",
                      ctx->function);
        return IC_E_internal;
    }

    return IC_E_ok;
}


static ic_error_e
ngx_http_interconn_redis_error(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t *raw)
{
    size_t        len;
    const char  **busy;
    ngx_str_t     text;

    if (ngx_http_interconn_fill_text(raw, &text) != NGX_OK) {
        return IC_E_internal;
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "store function \"%s\" failed: \"%V\"", ctx->function,
                  &text);

    for (busy = ngx_http_interconn_redis_busy; *busy; busy++) {
        len = ngx_strlen(*busy);

        if (text.len >= len && ngx_strncmp(text.data, *busy, len) == 0) {
            return IC_E_store_unavailable;
        }
    }

    return IC_E_internal;
}


static ngx_int_t
ngx_http_interconn_fill_reply(ngx_pool_t *pool, ngx_str_t *raw,
    ngx_http_interconn_reply_t *reply)
{
    ngx_uint_t     i;
    ngx_ic_resp_t  array;

    if (ngx_ic_resp_next(raw, &array) != NGX_OK || array.elements == 0
        || ngx_http_interconn_fill_text(raw, &reply->status) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!ngx_http_interconn_reply_ok(reply)) {
        reply->foreign = array.elements > 2;

        return array.elements < 2
               ? NGX_OK : ngx_http_interconn_fill_text(raw, &reply->detail);
    }

    if (array.elements % 2 == 0) {
        return NGX_ERROR;
    }

    reply->pairs = ngx_palloc(pool, array.elements * sizeof(ngx_str_t));
    if (reply->pairs == NULL) {
        return NGX_ERROR;
    }

    for (i = 1; i < array.elements; i += 2) {
        if (ngx_http_interconn_fill_pair(pool, raw, reply) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_fill_pair(ngx_pool_t *pool, ngx_str_t *raw,
    ngx_http_interconn_reply_t *reply)
{
    ngx_str_t      *pair;
    ngx_ic_resp_t   value;

    pair = &reply->pairs[2 * reply->npairs];

    if (ngx_http_interconn_fill_text(raw, &pair[0]) != NGX_OK
        || ngx_ic_resp_next(raw, &value) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (value.type == '*') {
        return ngx_http_interconn_fill_records(pool, raw, value.elements,
                                               reply);
    }

    pair[1] = value.text;
    reply->npairs++;

    if (pair[0].len == 5 && ngx_strncmp(pair[0].data, "total", 5) == 0) {
        reply->total = ngx_atoi(pair[1].data, pair[1].len);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_fill_records(ngx_pool_t *pool, ngx_str_t *raw,
    ngx_uint_t n, ngx_http_interconn_reply_t *reply)
{
    ngx_uint_t  i;

    reply->records = ngx_palloc(pool, n * sizeof(ngx_str_t *));
    reply->nrecord_pairs = ngx_palloc(pool, n * sizeof(ngx_uint_t));

    if (reply->records == NULL || reply->nrecord_pairs == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        if (ngx_http_interconn_fill_record(pool, raw, &reply->records[i],
                                           &reply->nrecord_pairs[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    reply->nrecords = n;

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_fill_record(ngx_pool_t *pool, ngx_str_t *raw,
    ngx_str_t **record, ngx_uint_t *npairs)
{
    ngx_uint_t     i;
    ngx_ic_resp_t  array;

    if (ngx_ic_resp_next(raw, &array) != NGX_OK || array.type != '*'
        || array.elements % 2)
    {
        return NGX_ERROR;
    }

    *record = ngx_palloc(pool, array.elements * sizeof(ngx_str_t));
    if (*record == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < array.elements; i++) {
        if (ngx_http_interconn_fill_text(raw, &(*record)[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    *npairs = array.elements / 2;

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_fill_text(ngx_str_t *raw, ngx_str_t *text)
{
    ngx_ic_resp_t  element;

    if (ngx_ic_resp_next(raw, &element) != NGX_OK || element.type == '*') {
        return NGX_ERROR;
    }

    *text = element.text;

    return NGX_OK;
}


ngx_uint_t
ngx_http_interconn_reply_ok(ngx_http_interconn_reply_t *reply)
{
    return reply->status.len == 2
           && ngx_strncmp(reply->status.data, "ok", 2) == 0;
}


ngx_str_t
ngx_http_interconn_reply_get(ngx_http_interconn_reply_t *reply,
    const char *name)
{
    size_t      len;
    ngx_str_t   none = ngx_null_string;
    ngx_str_t  *pair;
    ngx_uint_t  i;

    len = ngx_strlen(name);

    for (i = 0; i < reply->npairs; i++) {
        pair = &reply->pairs[2 * i];

        if (pair[0].len == len
            && ngx_strncmp(pair[0].data, name, len) == 0)
        {
            return pair[1];
        }
    }

    return none;
}
