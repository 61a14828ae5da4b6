
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include <openssl/rand.h>

#include "../trust/ic_cert.h"
#include "ngx_http_interconn_action.h"
#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_TOKEN_BYTES  24


static ngx_int_t ngx_http_interconn_new_token(ngx_http_interconn_ctx_t *ctx,
    ngx_str_t *digest);
static ngx_int_t ngx_http_interconn_answer_token(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_str_t ngx_http_interconn_certificate_keys(
    ngx_http_interconn_ctx_t *ctx, ngx_uint_t *bad);
static ngx_str_t ngx_http_interconn_operator_name(
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_bad_certificate(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_uint_t n);


/* What a new operator or an update does not hand on as it came. */

static const char *const  ngx_http_interconn_not_operator[] = {
    "name", "certificates", NULL
};


ngx_int_t
ngx_http_interconn_action_operator_create(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t                  digest, keys;
    ngx_uint_t                 bad;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    keys = ngx_http_interconn_certificate_keys(ctx, &bad);
    if (keys.data == NULL) {
        return ngx_http_interconn_bad_certificate(r, ctx, bad);
    }

    if (ngx_http_interconn_new_token(ctx, &digest) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg(&args, ctx->caller.operator);
    ngx_http_interconn_arg_input(&args, ctx, "name");
    ngx_http_interconn_arg(&args, digest);
    ngx_http_interconn_arg(&args, keys);
    ngx_http_interconn_pairs_but(&args, &ctx->in,
                                 ngx_http_interconn_not_operator);

    return ngx_http_interconn_store(r, ctx, "operator_create", &args,
                                    ngx_http_interconn_answer_token);
}


ngx_int_t
ngx_http_interconn_action_operator_update(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t                  keys;
    ngx_uint_t                 bad;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    ngx_http_interconn_arg(&args, ctx->caller.operator);
    ngx_http_interconn_arg_input(&args, ctx, "name");
    ngx_http_interconn_pairs_but(&args, &ctx->in,
                                 ngx_http_interconn_not_operator);

    if (ic_input_get(&ctx->in, "certificates")) {
        keys = ngx_http_interconn_certificate_keys(ctx, &bad);
        if (keys.data == NULL) {
            return ngx_http_interconn_bad_certificate(r, ctx, bad);
        }

        ngx_http_interconn_pair(&args, "keys", keys);
    }

    return ngx_http_interconn_store(r, ctx, "operator_update", &args,
                                    ngx_http_interconn_answer);
}


/* The named operator's token, or the caller's. */

ngx_int_t
ngx_http_interconn_action_operator_rotate(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t                  digest;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    if (ngx_http_interconn_new_token(ctx, &digest) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg(&args, ctx->caller.operator);
    ngx_http_interconn_arg(&args, ngx_http_interconn_operator_name(ctx));
    ngx_http_interconn_arg(&args, digest);

    return ngx_http_interconn_store(r, ctx, "operator_rotate", &args,
                                    ngx_http_interconn_answer_token);
}


static ngx_str_t
ngx_http_interconn_operator_name(ngx_http_interconn_ctx_t *ctx)
{
    return ctx->endpoint->in == &ic_no_fields
           ? ctx->caller.operator : ngx_http_interconn_input(ctx, "name");
}


/* A token, kept in ctx->data for the answer, and what the store gets of it. */

static ngx_int_t
ngx_http_interconn_new_token(ngx_http_interconn_ctx_t *ctx,
    ngx_str_t *digest)
{
    u_char      bytes[NGX_HTTP_INTERCONN_TOKEN_BYTES];
    ngx_str_t  *token;

    token = ic_alloc(&ctx->arena, sizeof(ngx_str_t));
    if (token == NULL) {
        return NGX_ERROR;
    }

    token->len = 2 * sizeof(bytes);
    token->data = ic_alloc(&ctx->arena, token->len + 1);

    if (token->data == NULL || RAND_bytes(bytes, sizeof(bytes)) != 1) {
        return NGX_ERROR;
    }

    ic_hex((char *) token->data, bytes, sizeof(bytes));
    ngx_explicit_memzero(bytes, sizeof(bytes));

    *digest = ngx_http_interconn_digest(ctx, ngx_ic_lib_str(*token));
    ctx->data = token;

    return digest->data ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_http_interconn_answer_token(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t  *token = ctx->data;

    ngx_int_t  rc;
    ngx_str_t  value = ngx_string("no-store");

    if (ngx_http_interconn_reply_add(ctx, reply, "token", *token) != NGX_OK
        || ngx_http_interconn_reply_add(ctx, reply, "name",
                                     ngx_http_interconn_operator_name(ctx))
           != NGX_OK
        || ngx_http_interconn_add_header(r, "Cache-Control", value)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_http_interconn_answer(r, ctx, reply);

    ngx_explicit_memzero(token->data, token->len);

    return rc;
}


/*
 * The digests of the keys in the input's certificates as a JSON list; data
 * NULL and the number of the first that has none, or of no one when memory is
 * short.
 */

static ngx_str_t
ngx_http_interconn_certificate_keys(ngx_http_interconn_ctx_t *ctx,
    ngx_uint_t *bad)
{
    char               hex[IC_SPKI_HEX];
    unsigned           i;
    ngx_str_t          none = ngx_null_string;
    ic_json_out_t      out;
    const ic_json_t   *item;
    const ic_value_t  *value;

    value = ic_input_get(&ctx->in, "certificates");

    ic_out_init(&out, &ctx->arena);
    ic_out_array(&out, NULL);

    for (i = 0, item = value ? value->node->child : NULL;
         item;
         i++, item = item->next)
    {
        *bad = i;

        if (ngx_http_interconn_key_digest(ngx_ic_str(ic_json_str(item)), hex)
            != NGX_OK)
        {
            return none;
        }

        ic_out_z(&out, NULL, hex);
    }

    *bad = i;
    ic_out_array_end(&out);

    return ngx_ic_str(ic_out_text(&out));
}


static ngx_int_t
ngx_http_interconn_bad_certificate(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_uint_t n)
{
    char  pointer[64];

    snprintf(pointer, sizeof(pointer), "/certificates/%u", (unsigned) n);

    return ngx_http_interconn_fail_field(r, ctx, pointer,
                         "must be a certificate or public key, PEM");
}
