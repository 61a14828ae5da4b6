
/* What the actions share: reading input, building calls, plain failures. */


#ifndef _NGX_HTTP_INTERCONN_ACTION_H_INCLUDED_
#define _NGX_HTTP_INTERCONN_ACTION_H_INCLUDED_


#include "../api/ic_schemas.h"
#include "../lib/ic_codec.h"
#include "ngx_http_interconn.h"


/* A field's text; empty when it was not given. */
ngx_str_t ngx_http_interconn_input(ngx_http_interconn_ctx_t *ctx,
    const char *name);

/* The same, or other when it was not given. */
ngx_str_t ngx_http_interconn_input_or(ngx_http_interconn_ctx_t *ctx,
    const char *name, const char *other);

/* The pairs of an input without those of a NULL-ended list. */
void ngx_http_interconn_pairs_but(ngx_http_interconn_args_t *args,
    const ic_input_t *in, const char *const *names);

/* The input's DAG, if it has one, as this node keeps it. */
ngx_int_t ngx_http_interconn_pair_dag(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx);

/* mode, ident, cert_name: how the store knows a caller without contract. */
void ngx_http_interconn_arg_caller(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx);

/* page_num, page_size. */
void ngx_http_interconn_arg_page(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx);

/* An id of our own; data NULL on failure. */
ngx_str_t ngx_http_interconn_make_id(ngx_http_interconn_ctx_t *ctx,
    const char *prefix);

/* Hex SHA-256 of the body's canonical text; data NULL on failure. */
ngx_str_t ngx_http_interconn_body_digest(ngx_http_interconn_ctx_t *ctx);

/* The pairs of an input as a JSON object by a schema. */
ngx_str_t ngx_http_interconn_input_json(ngx_http_interconn_ctx_t *ctx,
    const ic_schema_t *schema, const ic_input_t *in);

/* One more pair of a reply; name must be static. */
ngx_int_t ngx_http_interconn_reply_add(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *reply, const char *name, ngx_str_t value);

ngx_uint_t ngx_http_interconn_str_eq(ngx_str_t a, ngx_str_t b);

/* fail() with a C string; with one named field. */
ngx_int_t ngx_http_interconn_fail_z(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_error_e error, const char *detail);
ngx_int_t ngx_http_interconn_fail_field(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *pointer, const char *reason);

/* A call that needs no more than the caller's answer in data: {id: value}. */
ngx_int_t ngx_http_interconn_answer_id(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);

/* NULL if a peer may have this base URL, else why not. */
const char *ngx_http_interconn_check_address(ngx_http_request_t *r,
    ngx_str_t url);

/*
 * NULL if the credential is a public key or certificate and, for a caller
 * with a certificate, its own key; else why not.
 */
const char *ngx_http_interconn_check_credential(
    ngx_http_interconn_ctx_t *ctx, ngx_str_t credential);

/* True if both are of one key. */
ngx_uint_t ngx_http_interconn_same_key(ngx_str_t one, ngx_str_t two);


#endif /* _NGX_HTTP_INTERCONN_ACTION_H_INCLUDED_ */
