
/*
 * What the evidence has of a peer's message: its path, the digest of its
 * body and, if it was signed, what was signed and the signature. So whoever
 * sent it cannot say that it was another one.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../lib/ic_codec.h"
#include "ngx_http_interconn_core.h"


static void ngx_http_interconn_free_message(void *data);


ngx_int_t
ngx_http_interconn_expect_message(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    const ic_endpoint_t  *endpoint;

    endpoint = ctx->endpoint;

    if (endpoint->side != IC_EAST_WEST || endpoint->event == NULL) {
        return NGX_OK;
    }

    return ngx_http_interconn_begin_message(r, ctx);
}


ngx_int_t
ngx_http_interconn_begin_message(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_pool_cleanup_t            *cln;
    ngx_http_interconn_message_t  *message;

    if (ctx->message) {
        return NGX_OK;
    }

    message = ngx_pcalloc(r->pool, sizeof(ngx_http_interconn_message_t));
    if (message == NULL) {
        return NGX_ERROR;
    }

    cln = ngx_pool_cleanup_add(r->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    message->digest = EVP_MD_CTX_new();

    cln->handler = ngx_http_interconn_free_message;
    cln->data = message;

    if (message->digest == NULL
        || EVP_DigestInit_ex(message->digest, EVP_sha256(), NULL) != 1)
    {
        ngx_ssl_error(NGX_LOG_ERR, r->connection->log, 0,
                      "the digest of a body cannot be taken");
        return NGX_ERROR;
    }

    ctx->message = message;

    return NGX_OK;
}


static void
ngx_http_interconn_free_message(void *data)
{
    ngx_http_interconn_message_t  *message = data;

    EVP_MD_CTX_free(message->digest);
    message->digest = NULL;
}


ngx_int_t
ngx_http_interconn_feed_message(ngx_http_interconn_ctx_t *ctx, ngx_buf_t *b)
{
    if (ctx->message == NULL) {
        return NGX_OK;
    }

    if (EVP_DigestUpdate(ctx->message->digest, b->pos, b->last - b->pos)
        != 1)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_interconn_end_message(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    u_char    digest[EVP_MAX_MD_SIZE];
    unsigned  len;

    if (ctx->message == NULL) {
        return NGX_OK;
    }

    if (EVP_DigestFinal_ex(ctx->message->digest, digest, &len) != 1) {
        ngx_ssl_error(NGX_LOG_ERR, r->connection->log, 0,
                      "the digest of a body cannot be taken");
        return NGX_ERROR;
    }

    ic_hex(ctx->message->body_digest, digest, len);

    return NGX_OK;
}


ngx_uint_t
ngx_http_interconn_tells_message(ngx_http_interconn_ctx_t *ctx)
{
    return ctx->message && ctx->message->told
           && ctx->endpoint->event != NULL;
}


ngx_int_t
ngx_http_interconn_message_args(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t *argv)
{
    ngx_str_t                     *key;
    ngx_http_interconn_message_t  *message;

    key = &ngx_http_interconn_conf(r)->key;
    message = ctx->message;

    argv[0].data = ngx_pnalloc(r->pool, key->len + sizeof(":message") - 1);
    if (argv[0].data == NULL) {
        return NGX_ERROR;
    }

    argv[0].len = ngx_sprintf(argv[0].data, "%V:message", key)
                  - argv[0].data;
    argv[1] = ngx_ic_str(ic_str(ctx->endpoint->path));
    argv[2] = ngx_ic_str(ic_str(message->body_digest));
    argv[3] = message->text;
    argv[4] = message->sign;

    return NGX_OK;
}
