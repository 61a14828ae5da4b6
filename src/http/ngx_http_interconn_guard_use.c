
/* A use of a permit: what counts as the same one, and the bytes of it. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../lib/ic_codec.h"
#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_MAX_KEY  255


static ngx_str_t ngx_http_interconn_retry_key(ngx_http_request_t *r);
static ngx_uint_t ngx_http_interconn_has_body(ngx_http_request_t *r);
static ngx_int_t ngx_http_interconn_use_digest(ngx_http_request_t *r,
    ngx_str_t *use_id, ngx_str_t *parts, ngx_uint_t n);


ngx_int_t
ngx_http_interconn_guard_use(ngx_http_request_t *r,
    ngx_http_interconn_guard_t *guard)
{
    ngx_str_t  parts[3];

    /* use=: the operator says what counts once */

    if (guard->use_id.len && ic_id_valid(ngx_ic_lib_str(guard->use_id))) {
        return NGX_OK;
    }

    if (guard->use_id.len) {
        parts[0] = guard->use_id;
        return ngx_http_interconn_use_digest(r, &guard->use_id, parts, 1);
    }

    /* the caller says so, for this request and no other one */

    parts[0] = r->method_name;
    parts[1] = r->unparsed_uri;
    parts[2] = ngx_http_interconn_retry_key(r);

    if (parts[2].len) {
        guard->retry = 1;

        return ngx_http_interconn_use_digest(r, &guard->use_id, parts, 3);
    }

    guard->once = 1;

    return ngx_http_interconn_fresh_id(r, &guard->use_id);
}


/*
 * Idempotency-Key, or the nonce of a signed message. With a body, which nobody
 * has read yet, the same key may come with another question.
 */

static ngx_str_t
ngx_http_interconn_retry_key(ngx_http_request_t *r)
{
    ngx_str_t  key, sign;

    ngx_str_null(&key);

    if (ngx_http_interconn_has_body(r)) {
        return key;
    }

    key = ngx_http_interconn_header(r, "idempotency-key");

    if (key.len == 0) {
        sign = ngx_http_interconn_header(r, "x-auth-sign");

        if (sign.len) {
            key = ngx_http_interconn_header(r, "x-nonce");
        }
    }

    if (key.len > NGX_HTTP_INTERCONN_MAX_KEY) {
        key.len = 0;
    }

    return key;
}


static ngx_uint_t
ngx_http_interconn_has_body(ngx_http_request_t *r)
{
#if (NGX_HTTP_V2)

    if (r->stream && !r->stream->in_closed) {
        return 1;
    }

#endif

    return r->headers_in.content_length_n > 0 || r->headers_in.chunked;
}


static ngx_int_t
ngx_http_interconn_use_digest(ngx_http_request_t *r, ngx_str_t *use_id,
    ngx_str_t *parts, ngx_uint_t n)
{
    size_t       len;
    u_char      *text, *p, *hex;
    ngx_uint_t   i;

    len = 0;

    for (i = 0; i < n; i++) {
        len += parts[i].len + 1;
    }

    text = ngx_pnalloc(r->pool, len);
    hex = ngx_pnalloc(r->pool, 65);

    if (text == NULL || hex == NULL) {
        return NGX_ERROR;
    }

    p = text;

    for (i = 0; i < n; i++) {
        p = ngx_cpymem(p, parts[i].data, parts[i].len);
        *p++ = LF;
    }

    ic_sha256_hex((char *) hex, text, len);

    use_id->data = hex;
    use_id->len = 40;

    return NGX_OK;
}


/*
 * What was sent, headers included, is taken from the permit's bytes now: the
 * use was charged before, and nobody waits for this.
 */

ngx_int_t
ngx_http_interconn_guard_log(ngx_http_request_t *r)
{
    u_char                       text[NGX_OFF_T_LEN];
    ngx_str_t                    sent;
    ngx_http_interconn_args_t    args = { .argc = 0 };
    ngx_http_interconn_guard_t  *guard;

    guard = ngx_http_interconn_guard_find(r);

    if (guard == NULL || !guard->metered || r != r->main) {
        return NGX_OK;
    }

    guard->metered = 0;

    sent.data = text;
    sent.len = ngx_sprintf(text, "%O", r->connection->sent) - text;

    ngx_http_interconn_arg(&args, guard->permit_id);
    ngx_http_interconn_arg_z(&args, "");
    ngx_http_interconn_arg_z(&args, "0");
    ngx_http_interconn_arg(&args, sent);

    if (ngx_http_interconn_tell(r, "permit_settle", &args,
                      "bytes that were sent are not taken from a permit")
        != NGX_OK)
    {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "%V bytes are not taken from permit %V: "
                      "the store is away", &sent, &guard->permit_id);
    }

    return NGX_OK;
}
