
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../lib/ic_codec.h"
#include "ngx_http_interconn_core.h"


/* One error on its way to the caller. */
typedef struct {
    const ic_error_t   *error;
    const ic_faults_t  *faults;              /* NULL but for invalid_fields */
    ic_str_t            detail;
    ic_str_t            text;                /* with the detail */
    ngx_uint_t          status;              /* of HTTP */
    ngx_str_t           code;                /* of the channel's dialect */
} ngx_http_interconn_failure_t;


static ngx_int_t ngx_http_interconn_fault_of(ngx_http_interconn_ctx_t *ctx,
    ic_str_t detail, ic_faults_t *faults);
static ngx_int_t ngx_http_interconn_fail_with(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_failure_t *failure);
static ngx_uint_t ngx_http_interconn_is_service(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_uint_t ngx_http_interconn_http_status(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const ic_error_t *error);
static ngx_uint_t ngx_http_interconn_in_envelope(
    ngx_http_interconn_ctx_t *ctx, int code);
static ngx_uint_t ngx_http_interconn_is_gate(int code);
static ic_str_t ngx_http_interconn_printable(ngx_http_interconn_ctx_t *ctx,
    ic_str_t text);
static ic_str_t ngx_http_interconn_fault_text(ngx_http_interconn_ctx_t *ctx,
    const ic_faults_t *faults, ngx_uint_t skip);
static void ngx_http_interconn_log_failure(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_failure_t *failure);
static ngx_int_t ngx_http_interconn_failure_headers(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_failure_t *failure);
static ngx_int_t ngx_http_interconn_send_failure(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_failure_t *failure);
static void ngx_http_interconn_out_failure(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_json_out_t *out,
    ngx_http_interconn_failure_t *failure);
static void ngx_http_interconn_out_envelope(ngx_http_interconn_ctx_t *ctx,
    ic_json_out_t *out, ngx_http_interconn_failure_t *failure);
static void ngx_http_interconn_out_service(ngx_http_interconn_ctx_t *ctx,
    ic_json_out_t *out, ngx_http_interconn_failure_t *failure);
static ic_str_t ngx_http_interconn_service_text(
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_failure_t *failure);
static void ngx_http_interconn_out_channel(ic_json_out_t *out,
    ngx_http_interconn_failure_t *failure);


ngx_int_t
ngx_http_interconn_fail(ngx_http_request_t *r, ngx_http_interconn_ctx_t *ctx,
    ic_error_e error, ngx_str_t detail)
{
    ngx_http_interconn_failure_t  failure;

    ngx_memzero(&failure, sizeof(ngx_http_interconn_failure_t));

    failure.error = &ic_errors[error];
    failure.detail = ngx_ic_lib_str(detail);

    return ngx_http_interconn_fail_with(r, ctx, &failure);
}


ngx_int_t
ngx_http_interconn_fail_named(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t name, ngx_str_t detail)
{
    ic_faults_t                   faults;
    ngx_http_interconn_failure_t  failure;

    ngx_memzero(&failure, sizeof(ngx_http_interconn_failure_t));

    failure.error = ic_error(ngx_ic_lib_str(name));
    failure.detail = ngx_ic_lib_str(detail);

    if (failure.error == &ic_errors[IC_E_invalid_fields]
        && ngx_http_interconn_fault_of(ctx, failure.detail, &faults)
           == NGX_OK)
    {
        return ngx_http_interconn_fail_faults(r, ctx, &faults);
    }

    return ngx_http_interconn_fail_with(r, ctx, &failure);
}


/* "/pointer: reason", as the store's functions have it. */

static ngx_int_t
ngx_http_interconn_fault_of(ngx_http_interconn_ctx_t *ctx, ic_str_t detail,
    ic_faults_t *faults)
{
    u_char   *colon;
    ic_str_t  reason;

    if (detail.len == 0 || detail.data[0] != '/') {
        return NGX_DECLINED;
    }

    colon = ngx_strlchr((u_char *) detail.data,
                        (u_char *) detail.data + detail.len, ':');

    if (colon == NULL || colon + 2 >= detail.data + detail.len) {
        return NGX_DECLINED;
    }

    reason.data = colon + 2;
    reason.len = detail.data + detail.len - reason.data;

    faults->count = 1;
    faults->items[0].pointer.data = detail.data;
    faults->items[0].pointer.len = colon - detail.data;
    faults->items[0].reason = ic_str_z(&ctx->arena, reason);

    return faults->items[0].reason ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_http_interconn_fail_faults(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const ic_faults_t *faults)
{
    ngx_http_interconn_failure_t  failure;

    ngx_memzero(&failure, sizeof(ngx_http_interconn_failure_t));

    failure.error = &ic_errors[IC_E_invalid_fields];
    failure.faults = faults;
    failure.detail = ngx_http_interconn_fault_text(ctx, faults, 0);

    return ngx_http_interconn_fail_with(r, ctx, &failure);
}


static ngx_int_t
ngx_http_interconn_fail_with(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_failure_t *failure)
{
    ngx_int_t          rc;
    const ic_error_t  *error;

    error = failure->error;

    failure->text = ic_str(error->text);

    if (failure->detail.len) {
        failure->text = ic_str_fmt(&ctx->arena, "%s: %.*s", error->text,
                                   (int) failure->detail.len,
                                   failure->detail.data);
        if (failure->text.data == NULL) {
            return NGX_ERROR;
        }
    }

    failure->status = ngx_http_interconn_http_status(r, ctx, error);

    if (ctx->channel) {
        failure->code = ngx_http_interconn_dialect_code(r, failure->error,
                                                        &failure->status);
    }

    ctx->error = ngx_ic_str(ic_str(error->name));

    ngx_http_interconn_log_failure(r, ctx, failure);
    ngx_http_interconn_count(r, ctx, error->code);

    /* in the middle of a list: the connection ends without the end of it */

    if (r->header_sent) {
        return NGX_ERROR;
    }

    if (ngx_http_interconn_failure_headers(r, ctx, failure) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = ngx_http_interconn_send_failure(r, ctx, failure);

    ngx_http_interconn_denied(r, ctx, error, ngx_ic_str(failure->detail));

    return rc;
}


ngx_int_t
ngx_http_interconn_page(ngx_http_request_t *r, ngx_http_interconn_ctx_t *ctx,
    ic_error_e error, ngx_uint_t *status, ngx_str_t *type, ngx_str_t *text)
{
    ngx_int_t                     rc;
    ic_json_out_t                 out;
    ngx_http_interconn_failure_t  failure;

    ngx_memzero(&failure, sizeof(ngx_http_interconn_failure_t));

    failure.error = &ic_errors[error];
    failure.text = ic_str(failure.error->text);
    failure.status = failure.error->code / 10;

    /* it may have been refused before the phase that looks */

    ctx->channel |= ngx_http_interconn_is_channel(r);

    if (ctx->channel) {
        failure.code = ngx_http_interconn_dialect_code(r, failure.error,
                                                       &failure.status);
    }

    *status = failure.status;
    ctx->error = ngx_ic_str(ic_str(failure.error->name));

    ngx_http_interconn_log_failure(r, ctx, &failure);
    ngx_http_interconn_count(r, ctx, failure.error->code);

    if (ngx_http_interconn_failure_headers(r, ctx, &failure) != NGX_OK
        || ngx_http_interconn_add_trace(r) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ctx->channel
         ? ngx_http_interconn_dialect_body(r, failure.code,
                                           ngx_ic_str(failure.text), type,
                                           text)
         : NGX_DECLINED;

    if (rc != NGX_DECLINED) {
        return rc;
    }

    ngx_http_interconn_out_failure(r, ctx, &out, &failure);
    *type = ngx_http_interconn_json;
    *text = ngx_ic_str(ic_out_text(&out));

    return text->data ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_http_interconn_send_failure(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_failure_t *failure)
{
    ngx_int_t      rc;
    ngx_str_t      type, body;
    ic_json_out_t  out;

    rc = ctx->channel
         ? ngx_http_interconn_dialect_body(r, failure->code,
                                           ngx_ic_str(failure->text), &type,
                                           &body)
         : NGX_DECLINED;

    if (rc == NGX_OK) {
        return ngx_http_interconn_send(r, ctx, failure->status, type, body);
    }

    if (rc == NGX_ERROR) {
        return rc;
    }

    ngx_http_interconn_out_failure(r, ctx, &out, failure);

    return ngx_http_interconn_send_json(r, ctx, failure->status, &out);
}


static void
ngx_http_interconn_out_failure(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_json_out_t *out,
    ngx_http_interconn_failure_t *failure)
{
    ic_out_init(out, &ctx->arena);
    ic_out_object(out, NULL);

    if (ctx->channel) {
        ngx_http_interconn_out_channel(out, failure);

    } else if (ngx_http_interconn_is_service(r, ctx)) {
        ngx_http_interconn_out_service(ctx, out, failure);

    } else {
        ngx_http_interconn_out_envelope(ctx, out, failure);
    }

    ic_out_object_end(out);
}


static ngx_uint_t
ngx_http_interconn_is_service(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    if (ctx->endpoint) {
        return ctx->endpoint->side == IC_SERVICE;
    }

    /* a request line that cannot be read has none */

    return r->uri.len >= sizeof("/model/") - 1
           && ngx_strncmp(r->uri.data, "/model/", sizeof("/model/") - 1) == 0;
}


static ngx_uint_t
ngx_http_interconn_http_status(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const ic_error_t *error)
{
    ngx_uint_t                  status;
    ic_side_e                   side;
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);

    /* causes of failed tasks have codes that are no status of HTTP */

    status = error->code < 6000 ? error->code / 10 : NGX_HTTP_BAD_REQUEST;

    if (ctx->endpoint == NULL || icf->http_status) {
        return status;
    }

    side = ctx->endpoint->side;

    if (side == IC_SERVICE
        || (side == IC_EAST_WEST
            && (!ngx_http_interconn_is_gate(error->code)
                || ngx_http_interconn_in_envelope(ctx, error->code))))
    {
        return NGX_HTTP_OK;
    }

    return status;
}


/* Some take any other status for a broken line, and try again. */

static ngx_uint_t
ngx_http_interconn_in_envelope(ngx_http_interconn_ctx_t *ctx, int code)
{
    return ctx->caller.profile.is[IC_SPEAKS_ERRORS] == IC_ERRORS_ENVELOPE
           && code / 1000 == 4;
}


/* Refused before the endpoint looked at what was asked for. */

static ngx_uint_t
ngx_http_interconn_is_gate(int code)
{
    switch (code / 10) {
    case NGX_HTTP_UNAUTHORIZED:
    case NGX_HTTP_FORBIDDEN:
    case NGX_HTTP_NOT_ALLOWED:
    case NGX_HTTP_REQUEST_ENTITY_TOO_LARGE:
    case NGX_HTTP_INTERNAL_SERVER_ERROR:
    case NGX_HTTP_SERVICE_UNAVAILABLE:
        return 1;
    }

    return code == ic_errors[IC_E_unknown_path].code;
}


/* "/node_id is required; /status must be one of ..." */

static ic_str_t
ngx_http_interconn_fault_text(ngx_http_interconn_ctx_t *ctx,
    const ic_faults_t *faults, ngx_uint_t skip)
{
    ic_str_t           text = ic_null_string;
    ngx_uint_t         i;
    const ic_fault_t  *fault;

    /* skip: the service names fields without the pointer's slash */

    for (i = 0; i < faults->count; i++) {
        fault = &faults->items[i];

        if (fault->pointer.len < skip) {
            skip = 0;
        }

        text = ic_str_fmt(&ctx->arena, "%.*s%s%.*s%s%s",
                          (int) text.len, text.data ? (char *) text.data : "",
                          i ? "; " : "",
                          (int) (fault->pointer.len - skip),
                          fault->pointer.data ? fault->pointer.data + skip
                                              : (u_char *) "",
                          skip ? ": " : " ", fault->reason);
    }

    return text;
}


static void
ngx_http_interconn_log_failure(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_failure_t *failure)
{
    ngx_str_t                   detail, peer, trace;
    ngx_uint_t                  level;
    const char                 *path;
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);

    detail = ngx_ic_str(ngx_http_interconn_printable(ctx, failure->detail));
    path = ctx->endpoint ? ctx->endpoint->path : "-";
    peer = ctx->caller.node_id.len ? ctx->caller.node_id : ctx->caller.ident;
    trace = ngx_http_interconn_trace(r, ctx);

    level = (failure->error->code / 1000 == 5) ? NGX_LOG_ERR : NGX_LOG_WARN;

    ngx_http_interconn_log_wrap(r->connection->log);
    ngx_log_error(level, r->connection->log, 0,
                  "%s (%d) \"%V\", node: %V, peer: \"%V\", operator: \"%V\","
                  " endpoint: %s, trace: %V",
                  failure->error->name, failure->error->code, &detail,
                  &icf->node_id, &peer, &ctx->caller.operator, path, &trace);
}


/* Names of fields are the caller's: no line of the log may be. */

static ic_str_t
ngx_http_interconn_printable(ngx_http_interconn_ctx_t *ctx, ic_str_t text)
{
    size_t    i;
    ic_str_t  copy;

    copy = ic_str_dup(&ctx->arena, text);

    for (i = 0; copy.data && i < copy.len; i++) {
        if (copy.data[i] < ' ' || copy.data[i] == 0x7f) {
            copy.data[i] = '?';
        }
    }

    return copy;
}


static ngx_int_t
ngx_http_interconn_failure_headers(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_failure_t *failure)
{
    int        code;
    ngx_str_t  value;

    code = failure->error->code;

    if (ctx->channel
        && ngx_http_interconn_add_header(r, "x-ptp-code", failure->code)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (code == ic_errors[IC_E_no_operator].code) {
        ngx_str_set(&value, "Bearer");
        return ngx_http_interconn_add_header(r, "WWW-Authenticate", value);
    }

    if (code == ic_errors[IC_E_session_expired].code) {
        return ngx_http_interconn_forget_session(r);
    }

    if (code == ic_errors[IC_E_permit_missing].code) {
        ngx_str_set(&value, "MPC-Permit");
        return ngx_http_interconn_add_header(r, "WWW-Authenticate", value);
    }

    if (code / 10 == NGX_HTTP_SERVICE_UNAVAILABLE
        || code == ic_errors[IC_E_too_many].code)
    {
        ngx_str_set(&value, "1");
        return ngx_http_interconn_add_header(r, "Retry-After", value);
    }

    return NGX_OK;
}


static void
ngx_http_interconn_out_envelope(ngx_http_interconn_ctx_t *ctx,
    ic_json_out_t *out, ngx_http_interconn_failure_t *failure)
{
    unsigned            i;
    const ic_error_t   *error;
    const ic_faults_t  *faults;

    error = failure->error;
    faults = failure->faults;

    ic_out_int(out, "code", error->code);
    ngx_http_interconn_out_message(ctx, out, failure->text);

    ic_out_object(out, "data");
    ic_out_z(out, "error", error->name);
    ic_out_z(out, "msg_zh", error->text_zh);

    if (ctx->size.len) {
        ic_out_raw(out, "size", ngx_ic_lib_str(ctx->size));
    }

    if (faults) {
        ic_out_array(out, "fields");

        for (i = 0; i < faults->count; i++) {
            ic_out_object(out, NULL);
            ic_out_str(out, "field", faults->items[i].pointer);
            ic_out_z(out, "reason", faults->items[i].reason);
            ic_out_object_end(out);
        }

        ic_out_array_end(out);
    }

    ic_out_object_end(out);
}


static void
ngx_http_interconn_out_service(ngx_http_interconn_ctx_t *ctx,
    ic_json_out_t *out, ngx_http_interconn_failure_t *failure)
{
    ic_out_int(out, "code", failure->error->code / 1000 == 5
                            ? NGX_HTTP_INTERNAL_SERVER_ERROR
                            : NGX_HTTP_BAD_REQUEST);
    ic_out_null(out, "data");
    ic_out_str(out, "message",
               ngx_http_interconn_service_text(ctx, failure));
}


/* The service's own text, "field: reason", or the error's. */

static ic_str_t
ngx_http_interconn_service_text(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_failure_t *failure)
{
    int          code;
    const char  *text;

    code = failure->error->code;

    if (failure->faults) {
        return ngx_http_interconn_fault_text(ctx, failure->faults, 1);
    }

    text = ctx->endpoint ? ic_service_text(ctx->endpoint->action, code)
                         : NULL;
    if (text) {
        return ic_str(text);
    }

    if (code == ic_errors[IC_E_invalid_fields].code && failure->detail.len) {
        return failure->detail;
    }

    return failure->text;
}


static void
ngx_http_interconn_out_channel(ic_json_out_t *out,
    ngx_http_interconn_failure_t *failure)
{
    ic_out_str(out, "code", ngx_ic_lib_str(failure->code));
    ic_out_str(out, "msg", failure->text);
    ic_out_str(out, "message", failure->text);
}
