
/* What the actions share: reading input, building calls, plain failures. */


#ifndef _NGX_HTTP_INTERCONN_ACTION_H_INCLUDED_
#define _NGX_HTTP_INTERCONN_ACTION_H_INCLUDED_


#include "../api/ic_limits.h"
#include "../api/ic_schemas.h"
#include "../lib/ic_codec.h"
#include "ngx_http_interconn.h"


/* A field's text; empty when it was not given. */
ngx_str_t ngx_http_interconn_input(ngx_http_interconn_ctx_t *ctx,
    const char *name);

/* The same, or other when it was not given. */
ngx_str_t ngx_http_interconn_input_or(ngx_http_interconn_ctx_t *ctx,
    const char *name, const char *other);

/* One more argument: a field's text; empty when it was not given. */
void ngx_http_interconn_arg_input(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx, const char *name);

/* One more argument: a number in decimal. */
void ngx_http_interconn_arg_number(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx, uint64_t n);

/* Every field that was given as a pair, but those of a NULL-ended list. */
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

/*
 * An id for a new object of the endpoint's kind, kept in ctx->data for
 * answer_id(); NULL on failure.
 */
ngx_str_t *ngx_http_interconn_new_id(ngx_http_interconn_ctx_t *ctx);

/* Hex SHA-256 of a text; data NULL on failure, as when text has none. */
ngx_str_t ngx_http_interconn_digest(ngx_http_interconn_ctx_t *ctx,
    ic_str_t text);

/* Hex SHA-256 of the body's canonical text; data NULL on failure. */
ngx_str_t ngx_http_interconn_body_digest(ngx_http_interconn_ctx_t *ctx);

/* The pairs of an input as a JSON object by a schema. */
ngx_str_t ngx_http_interconn_input_json(ngx_http_interconn_ctx_t *ctx,
    const ic_schema_t *schema, const ic_input_t *in);

/* One more pair of a reply; name must be static. */
ngx_int_t ngx_http_interconn_reply_add(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *reply, const char *name, ngx_str_t value);

/* fail() with a C string; with one named field. */
ngx_int_t ngx_http_interconn_fail_z(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_error_e error, const char *detail);
ngx_int_t ngx_http_interconn_fail_field(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *pointer, const char *reason);

/* ic_limits_read() of what the caller sent. */
int ngx_http_interconn_input_limits(ngx_http_interconn_ctx_t *ctx,
    const ic_input_t *in, ic_limits_t *limits, ic_limits_fault_t *fault);

/*
 * What the answer to a request grants: what was asked for, within the
 * dataset's own limits, and no more than the operator says. NGX_OK, or
 * NGX_ERROR with a fault.
 */
ngx_int_t ngx_http_interconn_grant_limits(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *audit, ic_limits_t *limits,
    ic_limits_fault_t *fault);

/* Why an answer refuses; empty: it does not, or does not say. */
ngx_str_t ngx_http_interconn_reason(ngx_http_interconn_ctx_t *ctx);

/* invalid_fields, by the pointer of the object that has the member. */
ngx_int_t ngx_http_interconn_fail_limits(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *pointer,
    const ic_limits_fault_t *fault);

/* A store call with one field of the input as its only argument. */
ngx_int_t ngx_http_interconn_store_by(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *function, const char *name,
    ngx_http_interconn_done_pt done);

/* data is the JSON text that was written. */
ngx_int_t ngx_http_interconn_answer_out(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_json_out_t *out);

/* data is the reply's pairs and the id that new_id() made. */
ngx_int_t ngx_http_interconn_answer_id(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);

/*
 * The input's "dag" and "config", as far as it has them: NGX_DECLINED if a
 * job could be made of them, else what the action returns.
 */
ngx_int_t ngx_http_interconn_check_flow(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);

/* NULL if a peer may have this base URL, else why not. */
const char *ngx_http_interconn_check_address(ngx_http_request_t *r,
    ngx_str_t url);

/*
 * NULL if the credential is a certificate or public key of that auth_type
 * and, for a caller with a certificate, a CERT that is of the same key; else
 * why not.
 */
const char *ngx_http_interconn_check_credential(
    ngx_http_interconn_ctx_t *ctx, ngx_str_t auth_type,
    ngx_str_t credential);

/* True if both are of one key. */
ngx_uint_t ngx_http_interconn_same_key(ngx_str_t one, ngx_str_t two);

/*
 * The digest of the key in a credential, as peers are known by, in
 * hex[IC_SPKI_HEX]. NGX_ERROR: there is none.
 */
ngx_int_t ngx_http_interconn_key_digest(ngx_str_t credential, char *hex);

/*
 * What this node's messages are signed with, as the daemon entered it in the
 * node's record (of node_get or node_key), else interconn_certificate.
 * NGX_DECLINED: there is neither.
 */
ngx_int_t ngx_http_interconn_own_credential(ngx_http_request_t *r,
    ngx_http_interconn_reply_t *node, ngx_str_t *auth_type,
    ngx_str_t *credential);

/*
 * A partner's new key in its new record (NodeInfo): NGX_DECLINED: go on, the
 * key is in the arguments if there is one and it is proven; else it was
 * answered.
 */
ngx_int_t ngx_http_interconn_take_key(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_input_t *info,
    ngx_http_interconn_args_t *args);


#endif /* _NGX_HTTP_INTERCONN_ACTION_H_INCLUDED_ */
