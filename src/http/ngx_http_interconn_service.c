
/* The federated-learning service, /model. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../api/ic_train.h"
#include "ngx_http_interconn_service.h"


static ngx_int_t ngx_http_interconn_train_order(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_train_t *train);
static ngx_int_t ngx_http_interconn_progress(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static void ngx_http_interconn_out_state(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *order, ic_json_out_t *out);
static ngx_int_t ngx_http_interconn_info(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static void ngx_http_interconn_out_volume(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *order,
    ic_json_out_t *out);
static ngx_int_t ngx_http_interconn_rows(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *order, ngx_str_t node_id, int64_t *rows);


/* The job's states as the document calls them. */

static const struct {
    const char  *status;
    const char  *name;
} ngx_http_interconn_train_states[] = {
    { "PENDING", "waiting" },
    { "RUNNING", "running" },
    { "SUCCESS", "success" },
    { "FAILED", "failed" }
};


ngx_int_t
ngx_http_interconn_action_model_train(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ic_str_t          message;
    ic_train_t        train;
    ngx_uint_t        n;
    ic_order_user_t  *users;

    if (ngx_http_interconn_order_users(r, &users, &n) != NGX_OK) {
        return NGX_ERROR;
    }

    train.self = ngx_ic_lib_str(ngx_http_interconn_conf(r)->node_id);

    if (ic_train_check(&ctx->arena, ctx->in.root, users, n, &train, &message)
        != 0)
    {
        return ngx_http_interconn_fail(r, ctx,
                         message.data ? IC_E_invalid_fields : IC_E_internal,
                         ngx_ic_str(message));
    }

    return ngx_http_interconn_train_order(r, ctx, &train);
}


ngx_int_t
ngx_http_interconn_order_users(ngx_http_request_t *r,
    ic_order_user_t **users, ngx_uint_t *n)
{
    ngx_uint_t                   i;
    ngx_array_t                 *parties;
    ngx_http_interconn_party_t  *party;

    parties = ngx_http_interconn_conf(r)->parties;

    *n = parties ? parties->nelts : 0;
    *users = ngx_palloc(r->pool, (*n + 1) * sizeof(ic_order_user_t));

    if (*users == NULL) {
        return NGX_ERROR;
    }

    party = parties ? parties->elts : NULL;

    for (i = 0; i < *n; i++) {
        (*users)[i].user_id = party[i].user_id;
        (*users)[i].node_id = ngx_ic_lib_str(party[i].node_id);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_train_order(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_train_t *train)
{
    ic_str_t                   user, dag, config;
    ngx_uint_t                 i;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    static const char *const  prefixes[] = { "J", "F", "P", NULL };

    user = ic_str_fmt(&ctx->arena, "%lld",
                      (long long) train->parties[0].user_id);
    dag = ic_train_dag(&ctx->arena);
    config = ic_train_config(&ctx->arena, train);

    if (user.data == NULL || dag.data == NULL || config.data == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg(&args, ngx_ic_str(user));
    ngx_http_interconn_arg(&args, ngx_ic_str(train->party_id));
    ngx_http_interconn_arg(&args, ngx_ic_str(train->shown));

    for (i = 0; prefixes[i]; i++) {
        if (ngx_http_interconn_arg_new(ctx, &args, prefixes[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    ngx_http_interconn_arg(&args, ngx_ic_str(dag));
    ngx_http_interconn_arg(&args, ngx_ic_str(config));

    for (i = 0; i < train->nparties; i++) {
        if (ngx_http_interconn_arg_party(ctx, &args,
                                         train->parties[i].user_id,
                                         train->parties[i].node_id)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return ngx_http_interconn_store(r, ctx, "order_train", &args,
                                    ngx_http_interconn_answer);
}


ngx_int_t
ngx_http_interconn_arg_new(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_args_t *args, const char *prefix)
{
    ngx_str_t  id;

    id = ngx_http_interconn_make_id(ctx, prefix);

    if (id.data == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg(args, id);

    return NGX_OK;
}


ngx_int_t
ngx_http_interconn_arg_party(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_args_t *args, int64_t user_id, ic_str_t node_id)
{
    ic_str_t  user;

    user = ic_str_fmt(&ctx->arena, "%lld", (long long) user_id);

    if (user.data == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg(args, ngx_ic_str(user));
    ngx_http_interconn_arg(args, ngx_ic_str(node_id));

    return ngx_http_interconn_arg_new(ctx, args, "A");
}


ngx_int_t
ngx_http_interconn_action_model_train_status(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    return ngx_http_interconn_number(r, ctx, "order_id", "order_get",
                                     ngx_http_interconn_progress);
}


ngx_int_t
ngx_http_interconn_action_model_info(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    return ngx_http_interconn_number(r, ctx, "model_id", "fl_model_get",
                                     ngx_http_interconn_info);
}


/* By the order's or model's number, with the document's texts. */

ngx_int_t
ngx_http_interconn_number(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *name, const char *function,
    ngx_http_interconn_done_pt done)
{
    int64_t                    n;
    ic_str_t                   text;
    const char                *fault;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    text = ngx_ic_lib_str(ngx_http_interconn_input(ctx, name));

    if (text.len > 1 && text.data[0] == '"') {
        text = ic_str_n(text.data + 1, text.len - 2);
    }

    fault = text.len == 0 ? "None"
                          : ic_str_int(text, &n) != 0 || n < 1 ? "Error"
                                                               : NULL;

    if (fault) {
        return ngx_http_interconn_fail(r, ctx, IC_E_invalid_fields,
                         ngx_ic_str(ic_str_fmt(&ctx->arena, "%s %s.", fault,
                                               name)));
    }

    ngx_http_interconn_arg(&args, ngx_ic_str(text));

    return ngx_http_interconn_store(r, ctx, function, &args, done);
}


static ngx_int_t
ngx_http_interconn_progress(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t      cause;
    ic_json_out_t  out;

    if (ngx_http_interconn_is_infer(reply)) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_invalid_fields,
                                         "Not a training order.");
    }

    cause = ngx_http_interconn_reply_get(reply, "job_cause");

    ic_out_init(&out, &ctx->arena);
    ic_out_object(&out, NULL);
    ngx_http_interconn_out_volume(r, ctx, reply, &out);
    ic_out_raw(&out, "model_id",
               ngx_ic_lib_str(ngx_http_interconn_reply_get(reply,
                                                           "model_id")));
    ngx_http_interconn_out_state(ctx, reply, &out);

    if (cause.len) {
        ic_out_raw(&out, "cause", ngx_ic_lib_str(cause));
    }

    ic_out_object_end(&out);

    return ngx_http_interconn_answer_out(r, ctx, &out);
}


static void
ngx_http_interconn_out_state(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *order, ic_json_out_t *out)
{
    int64_t      shown;
    ic_str_t     status, job_id;
    ngx_uint_t   i;
    const char  *state, *task;

    status = ngx_ic_lib_str(ngx_http_interconn_reply_get(order,
                                                         "job_status"));
    job_id = ngx_ic_lib_str(ngx_http_interconn_reply_get(order, "job_id"));
    state = "waiting";

    for (i = 0; i < 4; i++) {
        if (ic_str_is(status, ngx_http_interconn_train_states[i].status)) {
            state = ngx_http_interconn_train_states[i].name;
        }
    }

    shown = ngx_http_interconn_order_percent(order, &task);

    ic_out_object(out, "train_status");
    ic_out_str(out, "current_tasks",
               ic_str_fmt(&ctx->arena, "[\"%.*s_%s\"]",
                          (int) job_id.len, job_id.data, task));
    ic_out_int(out, "train_progress", shown);
    ic_out_z(out, "train_status", state);

    ngx_http_interconn_out_reason(ctx, order, out);
    ic_out_object_end(out);
}


void
ngx_http_interconn_out_reason(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *order, ic_json_out_t *out)
{
    ic_str_t   reason, left, note;
    ngx_str_t  cause;

    cause = ngx_http_interconn_reply_get(order, "job_cause");
    reason = ic_json_str(ic_json_get(ic_json_parse(&ctx->arena,
                                                   ngx_ic_lib_str(cause),
                                                   NULL),
                                     "message"));
    if (cause.len == 0) {
        reason = ngx_ic_lib_str(ngx_http_interconn_reply_get(order,
                                                "job_pending_reason"));
    }

    if (reason.len) {
        ic_out_str(out, "reason", reason);
    }

    note = ngx_ic_lib_str(ngx_http_interconn_reply_get(order, "job_note"));

    if (note.len) {
        ic_out_str(out, "message", note);
    }

    left = ngx_ic_lib_str(ngx_http_interconn_reply_get(order,
                                                "job_remaining_ms"));
    if (left.len) {
        ic_out_raw(out, "remaining_ms", left);
    }
}


static ngx_int_t
ngx_http_interconn_info(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_uint_t     i;
    ic_json_out_t  out;

    static const struct {
        const char  *name;
        const char  *field;
    } members[] = {
        { "model_params", "params" },
        { "party_id", "party_id" },
        { "user_id", "user_id" }
    };

    ic_out_init(&out, &ctx->arena);
    ic_out_object(&out, NULL);
    ngx_http_interconn_out_volume(r, ctx, reply, &out);
    ic_out_z(&out, "model_type", "Logistic Regression");

    for (i = 0; i < 3; i++) {
        ic_out_raw(&out, members[i].name,
                   ngx_ic_lib_str(ngx_http_interconn_reply_get(reply,
                                                      members[i].field)));
    }

    ic_out_object_end(&out);

    return ngx_http_interconn_answer_out(r, ctx, &out);
}


ngx_uint_t
ngx_http_interconn_is_infer(ngx_http_interconn_reply_t *order)
{
    return ic_str_is(ngx_ic_lib_str(ngx_http_interconn_reply_get(order,
                                                                 "type")),
                     "infer");
}


/* Rows per user id, as the parties told; {} until then. */

static void
ngx_http_interconn_out_volume(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *order,
    ic_json_out_t *out)
{
    int64_t                      rows;
    ngx_uint_t                   i;
    ngx_array_t                 *parties;
    ngx_http_interconn_party_t  *party;

    parties = ngx_http_interconn_conf(r)->parties;
    party = parties ? parties->elts : NULL;

    ic_out_object(out, "data_volum");

    for (i = 0; parties && i < parties->nelts; i++) {

        if (!ngx_http_interconn_takes_part(ctx, order, party[i].user_id)
            || ngx_http_interconn_rows(ctx, order, party[i].node_id, &rows)
               != NGX_OK)
        {
            continue;
        }

        ic_out_key(out, ic_str_fmt(&ctx->arena, "%lld",
                                   (long long) party[i].user_id));
        ic_out_int(out, NULL, rows);
    }

    ic_out_object_end(out);
}


ngx_uint_t
ngx_http_interconn_takes_part(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *order, int64_t user_id)
{
    int64_t           n;
    ngx_str_t         text;
    const ic_json_t  *list, *item;

    text = ngx_http_interconn_reply_get(order, "user_id");

    if (ic_str_int(ngx_ic_lib_str(text), &n) == 0 && n == user_id) {
        return 1;
    }

    text = ngx_http_interconn_reply_get(order, "party_id");
    list = ic_json_parse(&ctx->arena, ngx_ic_lib_str(text), NULL);
    item = list ? list->child : NULL;

    for (/* void */; item; item = item->next) {
        if (item->type == IC_JSON_INT && item->num == user_id) {
            return 1;
        }
    }

    return 0;
}


/* The fact "rows" of a node's part, of the latest attempt. */

static ngx_int_t
ngx_http_interconn_rows(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *order, ngx_str_t node_id, int64_t *rows)
{
    int64_t                      time, latest;
    ngx_str_t                    facts, created;
    ngx_uint_t                   i;
    const ic_json_t             *value;
    ngx_http_interconn_reply_t   task;

    ngx_memzero(&task, sizeof(ngx_http_interconn_reply_t));
    latest = -1;

    for (i = 0; i < order->nrecords; i++) {
        task.pairs = order->records[i];
        task.npairs = order->nrecord_pairs[i];

        facts = ngx_http_interconn_reply_get(&task, "facts");
        created = ngx_http_interconn_reply_get(&task, "create_time");

        if (facts.len == 0
            || !ngx_ic_str_eq(node_id,
                              ngx_http_interconn_reply_get(&task, "node_id"))
            || ic_str_int(ngx_ic_lib_str(created), &time) != 0
            || time < latest)
        {
            continue;
        }

        value = ic_json_get(ic_json_parse(&ctx->arena, ngx_ic_lib_str(facts),
                                          NULL),
                            "rows");

        if (value && value->type == IC_JSON_INT) {
            *rows = value->num;
            latest = time;
        }
    }

    return latest < 0 ? NGX_DECLINED : NGX_OK;
}
