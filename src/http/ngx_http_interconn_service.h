/* What the files of the federated-learning service share, /model. */


#ifndef _NGX_HTTP_INTERCONN_SERVICE_H_INCLUDED_
#define _NGX_HTTP_INTERCONN_SERVICE_H_INCLUDED_


#include "../api/ic_order.h"
#include "ngx_http_interconn_action.h"


/* The rows of interconn_party. NGX_OK or NGX_ERROR. */
ngx_int_t ngx_http_interconn_order_users(ngx_http_request_t *r,
    ic_order_user_t **users, ngx_uint_t *n);

/* A new id of that prefix as the next argument. NGX_OK or NGX_ERROR. */
ngx_int_t ngx_http_interconn_arg_new(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_args_t *args, const char *prefix);

/*
 * A party as the functions that create orders take it: user_id node_id and
 * the id of a new request for its consent. NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_http_interconn_arg_party(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_args_t *args, int64_t user_id, ic_str_t node_id);

/*
 * Asks the store by the order's or model's number of the request; answers
 * with the document's texts if it is none.
 */
ngx_int_t ngx_http_interconn_number(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *name, const char *function,
    ngx_http_interconn_done_pt done);

/* True if it is an order of /model/infer. */
ngx_uint_t ngx_http_interconn_is_infer(ngx_http_interconn_reply_t *order);

/* True if the user is one of the parties of a training. */
ngx_uint_t ngx_http_interconn_takes_part(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *order, int64_t user_id);

/* A field of the order's nth record, of a part of its tasks. */
ngx_str_t ngx_http_interconn_of_part(ngx_http_interconn_reply_t *order,
    ngx_uint_t i, const char *name);

/*
 * How far a training is as the document counts, 0 to 100, which never goes
 * back; and the task that it would name.
 */
int64_t ngx_http_interconn_order_percent(ngx_http_interconn_reply_t *order,
    const char **task);

/* reason, remaining_ms: what an order waits for or why it failed. */
void ngx_http_interconn_out_reason(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *order, ic_json_out_t *out);


#endif /* _NGX_HTTP_INTERCONN_SERVICE_H_INCLUDED_ */
