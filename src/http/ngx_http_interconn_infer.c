
/* Scores of a trained model for rows of a party, /model/infer. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../api/ic_infer.h"
#include "ngx_http_interconn_service.h"


static ngx_int_t ngx_http_interconn_infer_model(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_uint_t ngx_http_interconn_infer_has(
    ngx_http_interconn_reply_t *order, const ic_infer_t *infer,
    ngx_str_t task_id);
static ngx_int_t ngx_http_interconn_infer_untrained(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_infer_order(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_str_t config);
static ngx_int_t ngx_http_interconn_infer_progress(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static void ngx_http_interconn_out_result(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *order, ic_json_out_t *out);
static ic_str_t ngx_http_interconn_infer_why(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *order, const ic_json_t *cause);


/* The job's states as the document calls them. */

static const struct {
    const char  *status;
    const char  *name;
    const char  *of_model;       /* of the training, to who asks too early */
} ngx_http_interconn_infer_states[] = {
    { "PENDING", "waiting", "waits" },
    { "RUNNING", "running", "runs" },
    { "SUCCESS", "finished", "left no model" },
    { "FAILED", "failed", "failed" }
};

/* Causes that the document's server told in words of its own. */

static const struct {
    const char  *error;
    const char  *text;
} ngx_http_interconn_infer_texts[] = {
    { "data_empty", "没有满足条件的数据: " },
    { "data_unreadable", "Query data from database error. Error info: " },
    { "data_source_down", "Query data from database error. Error info: " },
    { "data_source_slow", "Query data from database error. Error info: " },
    { "data_source_refused", "Query data from database error. Error info: " },
    { "data_query_failed", "Query data from database error. Error info: " },
    { NULL, "" }
};


ngx_int_t
ngx_http_interconn_action_model_infer(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ic_str_t                    message;
    ic_infer_t                 *infer;
    ngx_uint_t                  n;
    ic_order_user_t            *users;
    ngx_http_interconn_args_t   args = { .argc = 0 };
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);
    infer = ngx_pcalloc(r->pool, sizeof(ic_infer_t));

    if (infer == NULL
        || ngx_http_interconn_order_users(r, &users, &n) != NGX_OK)
    {
        return NGX_ERROR;
    }

    infer->self = ngx_ic_lib_str(icf->node_id);
    infer->decimals = icf->infer_decimals;
    infer->rows = icf->infer_rows;

    if (ic_infer_check(&ctx->arena, ctx->in.root, users, n, infer, &message)
        != 0)
    {
        return ngx_http_interconn_fail(r, ctx,
                         message.data ? IC_E_invalid_fields : IC_E_internal,
                         ngx_ic_str(message));
    }

    ctx->data = infer;
    ngx_http_interconn_arg(&args, ngx_ic_str(infer->model_id));

    return ngx_http_interconn_store(r, ctx, "fl_model_get", &args,
                                    ngx_http_interconn_infer_model);
}


static ngx_int_t
ngx_http_interconn_infer_model(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ic_infer_t *infer = ctx->data;

    ic_str_t          config, params;
    ngx_str_t         task_id;
    const ic_json_t  *unique_id;

    task_id = ngx_http_interconn_reply_get(reply, "trained");

    if (task_id.len == 0) {
        return ngx_http_interconn_infer_untrained(r, ctx, reply);
    }

    if (!ngx_http_interconn_infer_has(reply, infer, task_id)) {
        return ngx_http_interconn_fail(r, ctx, IC_E_invalid_fields,
            ngx_ic_str(ic_str_fmt(&ctx->arena, "input_data.user_id: %lld "
                           "%s the training of model %.*s and does not have "
                           "it", (long long) infer->user_id,
                           ngx_http_interconn_takes_part(ctx, reply,
                                                         infer->user_id)
                           ? "was lost in" : "took no part in",
                           (int) infer->model_id.len,
                           infer->model_id.data)));
    }

    params = ngx_ic_lib_str(ngx_http_interconn_reply_get(reply, "params"));
    unique_id = ic_json_get(ic_json_parse(&ctx->arena, params, NULL),
                            "unique_id");

    if (unique_id == NULL) {
        return NGX_ERROR;
    }

    if (ic_str_is(ic_json_str(unique_id), "label")) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_invalid_fields,
                   "model_id: its unique_id is named \"label\", as the "
                   "scores are; train it with another name");
    }

    config = ic_infer_config(&ctx->arena, infer, ngx_ic_lib_str(task_id),
                             unique_id);

    return ngx_http_interconn_infer_order(r, ctx, config);
}


/* A training may succeed without hosts that were lost. */

static ngx_uint_t
ngx_http_interconn_infer_has(ngx_http_interconn_reply_t *order,
    const ic_infer_t *infer, ngx_str_t task_id)
{
    ngx_str_t   status;
    ngx_uint_t  i;

    for (i = 0; i < order->nrecords; i++) {
        status = ngx_http_interconn_of_part(order, i, "status");

        if (ngx_ic_str_eq(ngx_http_interconn_of_part(order, i, "task_id"),
                          task_id)
            && ngx_ic_str_eq(ngx_http_interconn_of_part(order, i, "node_id"),
                             ngx_ic_str(infer->node_id))
            && ic_str_is(ngx_ic_lib_str(status), "SUCCESS"))
        {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_http_interconn_infer_untrained(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ic_str_t     status, order_id;
    ic_infer_t  *infer = ctx->data;
    ngx_uint_t   i;

    status = ngx_ic_lib_str(ngx_http_interconn_reply_get(reply,
                                                         "job_status"));
    order_id = ngx_ic_lib_str(ngx_http_interconn_reply_get(reply,
                                                           "order_id"));

    for (i = 0; i < 3; i++) {
        if (ic_str_is(status, ngx_http_interconn_infer_states[i].status)) {
            break;
        }
    }

    return ngx_http_interconn_fail(r, ctx, IC_E_invalid_fields,
        ngx_ic_str(ic_str_fmt(&ctx->arena, "model_id: %.*s is not trained, "
                              "its order %.*s %s",
                              (int) infer->model_id.len,
                              infer->model_id.data, (int) order_id.len,
                              order_id.data,
                              ngx_http_interconn_infer_states[i].of_model)));
}


static ngx_int_t
ngx_http_interconn_infer_order(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_str_t config)
{
    ic_infer_t *infer = ctx->data;

    ic_str_t                   user, dag;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    user = ic_str_fmt(&ctx->arena, "%lld", (long long) infer->user_id);
    dag = ic_infer_dag(&ctx->arena);

    if (user.data == NULL || dag.data == NULL || config.data == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg(&args, ngx_ic_str(infer->model_id));
    ngx_http_interconn_arg(&args, ngx_ic_str(user));

    if (ngx_http_interconn_arg_new(ctx, &args, "J") != NGX_OK
        || ngx_http_interconn_arg_new(ctx, &args, "F") != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg(&args, ngx_ic_str(dag));
    ngx_http_interconn_arg(&args, ngx_ic_str(config));

    if (ngx_http_interconn_arg_party(ctx, &args, infer->user_id,
                                     infer->node_id)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_interconn_store(r, ctx, "order_infer", &args,
                                    ngx_http_interconn_answer);
}


ngx_int_t
ngx_http_interconn_action_model_infer_status(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    return ngx_http_interconn_number(r, ctx, "order_id", "order_result",
                                     ngx_http_interconn_infer_progress);
}


static ngx_int_t
ngx_http_interconn_infer_progress(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ic_str_t       status;
    ngx_uint_t     i;
    ic_json_out_t  out;

    if (!ngx_http_interconn_is_infer(reply)) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_invalid_fields,
                   "The order is not a inference order, please check your "
                   "order_id.");
    }

    status = ngx_ic_lib_str(ngx_http_interconn_reply_get(reply,
                                                         "job_status"));

    for (i = 0; i < 3; i++) {
        if (ic_str_is(status, ngx_http_interconn_infer_states[i].status)) {
            break;
        }
    }

    ic_out_init(&out, &ctx->arena);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "infer_status", ngx_http_interconn_infer_states[i].name);
    ngx_http_interconn_out_result(ctx, reply, &out);
    ic_out_object_end(&out);

    return ngx_http_interconn_answer_out(r, ctx, &out);
}


/* result, and beside it why there is none. */

static void
ngx_http_interconn_out_result(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *order, ic_json_out_t *out)
{
    ic_str_t          status, cause, told;
    const ic_json_t  *scores;

    status = ngx_ic_lib_str(ngx_http_interconn_reply_get(order,
                                                         "job_status"));
    cause = ngx_ic_lib_str(ngx_http_interconn_reply_get(order, "job_cause"));
    told = ngx_ic_lib_str(ngx_http_interconn_reply_get(order, "result"));
    scores = NULL;

    if (ic_str_is(status, "SUCCESS")) {
        scores = ic_json_get(ic_json_at(ic_json_get(
                                 ic_json_parse(&ctx->arena, told, NULL),
                                 "told"),
                                        0),
                             "scores");
    }

    if (scores) {
        ic_out_node(out, "result", scores);
        return;
    }

    ic_out_null(out, "result");

    if (ic_str_is(status, "SUCCESS")) {
        ic_out_z(out, "debug_info", "the result is not kept any more, the "
                 "order must be repeated");

    } else if (ic_str_is(status, "FAILED")) {
        ic_out_str(out, "debug_info",
                   ngx_http_interconn_infer_why(ctx, order,
                       ic_json_parse(&ctx->arena, cause, NULL)));

        if (cause.len) {
            ic_out_raw(out, "cause", cause);
        }

    } else {
        ngx_http_interconn_out_reason(ctx, order, out);
    }
}


/* "user 4, hospital-4: why; what to do" */

static ic_str_t
ngx_http_interconn_infer_why(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *order, const ic_json_t *cause)
{
    ic_str_t    user, who, party, error, message, remedy;
    ngx_uint_t  i;

    user = ngx_ic_lib_str(ngx_http_interconn_reply_get(order, "user_id"));
    party = ic_json_str(ic_json_get(cause, "party"));
    who = ic_json_str(ic_json_get(cause, "node_id"));
    error = ic_json_str(ic_json_get(cause, "error"));
    message = ic_json_str(ic_json_get(cause, "message"));
    remedy = ic_json_str(ic_json_get(cause, "remedy"));

    for (i = 0; ngx_http_interconn_infer_texts[i].error; i++) {
        if (ic_str_is(error, ngx_http_interconn_infer_texts[i].error)) {
            break;
        }
    }

    if (ic_str_is(party, "guest.0")) {
        party = ic_str_fmt(&ctx->arena, "user %.*s", (int) user.len,
                           user.data);
    }

    return ic_str_fmt(&ctx->arena, "%s%.*s%s%.*s%s%.*s%s%.*s",
                      ngx_http_interconn_infer_texts[i].text,
                      (int) party.len, party.data, who.len ? ", " : "",
                      (int) who.len, who.data, party.len ? ": " : "",
                      (int) message.len, message.data,
                      remedy.len ? "; " : "", (int) remedy.len, remedy.data);
}
