
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_core.h"


static ic_error_e ngx_http_interconn_redis_error(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, redisReply *rr);
static ngx_int_t ngx_http_interconn_fill_reply(ngx_pool_t *pool,
    redisReply *rr, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_fill_pair(ngx_pool_t *pool,
    redisReply **element, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_fill_records(ngx_pool_t *pool,
    redisReply *rr, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_copy_text(ngx_pool_t *pool,
    redisReply *rr, ngx_str_t *text);


/* The store is there but cannot serve now; anything else is a defect. */

static const char  *ngx_http_interconn_redis_busy[] = {
    "LOADING", "BUSY", "MISCONF", "OOM", "READONLY", "NOAUTH", "NOPERM",
    "MASTERDOWN", "NOREPLICAS", "CLUSTERDOWN", "TRYAGAIN", "MOVED", "ASK",
    NULL
};


ic_error_e
ngx_http_interconn_decode_reply(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, redisReply *rr,
    ngx_http_interconn_reply_t *reply)
{
    ngx_pool_t  *pool;

    if (rr->type == REDIS_REPLY_ERROR) {
        return ngx_http_interconn_redis_error(r, ctx, rr);
    }

    pool = ctx->reply_pool ? ctx->reply_pool : r->pool;

    if (rr->type != REDIS_REPLY_ARRAY || rr->elements == 0
        || ngx_http_interconn_fill_reply(pool, rr, reply) != NGX_OK)
    {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "store function \"%s\" answered in an unknown form",
                      ctx->function);
        return IC_E_internal;
    }

    return IC_E_ok;
}


static ic_error_e
ngx_http_interconn_redis_error(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, redisReply *rr)
{
    size_t        len;
    const char  **busy;

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "store function \"%s\" failed: \"%*s\"", ctx->function,
                  (size_t) rr->len, rr->str);

    for (busy = ngx_http_interconn_redis_busy; *busy; busy++) {
        len = ngx_strlen(*busy);

        if ((size_t) rr->len >= len
            && ngx_strncmp(rr->str, *busy, len) == 0)
        {
            return IC_E_store_unavailable;
        }
    }

    return IC_E_internal;
}


/*
 * The reply is copied: continuations keep its strings while they issue the
 * next call, redisReply lives only as long as done().
 */

static ngx_int_t
ngx_http_interconn_fill_reply(ngx_pool_t *pool, redisReply *rr,
    ngx_http_interconn_reply_t *reply)
{
    size_t        i;
    redisReply  **element;

    element = rr->element;

    if (ngx_http_interconn_copy_text(pool, element[0], &reply->status)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!ngx_http_interconn_reply_ok(reply)) {
        return rr->elements < 2 ? NGX_OK
                                : ngx_http_interconn_copy_text(pool,
                                                 element[1], &reply->detail);
    }

    if (rr->elements % 2 == 0) {
        return NGX_ERROR;
    }

    reply->pairs = ngx_palloc(pool, rr->elements * sizeof(ngx_str_t));
    if (reply->pairs == NULL) {
        return NGX_ERROR;
    }

    for (i = 1; i < rr->elements; i += 2) {
        if (ngx_http_interconn_fill_pair(pool, &element[i], reply)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_fill_pair(ngx_pool_t *pool, redisReply **element,
    ngx_http_interconn_reply_t *reply)
{
    ngx_str_t  *pair;

    if (element[1]->type == REDIS_REPLY_ARRAY) {
        return ngx_http_interconn_fill_records(pool, element[1], reply);
    }

    pair = &reply->pairs[2 * reply->npairs++];

    if (ngx_http_interconn_copy_text(pool, element[0], &pair[0]) != NGX_OK
        || ngx_http_interconn_copy_text(pool, element[1], &pair[1])
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (pair[0].len == 5 && ngx_strncmp(pair[0].data, "total", 5) == 0) {
        reply->total = ngx_atoi(pair[1].data, pair[1].len);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_fill_records(ngx_pool_t *pool, redisReply *rr,
    ngx_http_interconn_reply_t *reply)
{
    size_t       i, n;
    redisReply  *record;

    reply->records = ngx_palloc(pool, rr->elements * sizeof(ngx_str_t *));
    reply->nrecord_pairs = ngx_palloc(pool,
                                      rr->elements * sizeof(ngx_uint_t));

    if (reply->records == NULL || reply->nrecord_pairs == NULL) {
        return NGX_ERROR;
    }

    for (n = 0; n < rr->elements; n++) {
        record = rr->element[n];

        if (record->type != REDIS_REPLY_ARRAY || record->elements % 2) {
            return NGX_ERROR;
        }

        reply->records[n] = ngx_palloc(pool,
                                       record->elements * sizeof(ngx_str_t));
        if (reply->records[n] == NULL) {
            return NGX_ERROR;
        }

        for (i = 0; i < record->elements; i++) {
            if (ngx_http_interconn_copy_text(pool, record->element[i],
                                             &reply->records[n][i])
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }

        reply->nrecord_pairs[n] = record->elements / 2;
    }

    reply->nrecords = rr->elements;

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_copy_text(ngx_pool_t *pool, redisReply *rr,
    ngx_str_t *text)
{
    switch (rr->type) {

    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
        text->len = rr->len;
        text->data = ngx_pnalloc(pool, rr->len + 1);
        if (text->data == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(text->data, rr->str, rr->len);
        text->data[rr->len] = '\0';

        return NGX_OK;

    case REDIS_REPLY_INTEGER:
        text->data = ngx_pnalloc(pool, NGX_INT64_LEN + 1);
        if (text->data == NULL) {
            return NGX_ERROR;
        }

        text->len = ngx_sprintf(text->data, "%L%Z", (int64_t) rr->integer)
                    - text->data - 1;

        return NGX_OK;

    case REDIS_REPLY_NIL:
        ngx_str_set(text, "");
        return NGX_OK;

    default:
        return NGX_ERROR;
    }
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
