
/*
 * Timetables: what is given is checked together with what stays, and with
 * the flow; when it is due next is counted from the store's time.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../api/ic_job_check.h"
#include "../api/ic_timetable.h"
#include "ngx_http_interconn_action.h"


static ngx_int_t ngx_http_interconn_timetable_look(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_done_pt done);
static ngx_int_t ngx_http_interconn_timetable_make(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_timetable_change(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_timetable_go_on(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_timetable_job(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply,
    ngx_str_t *installed);
static const ic_json_t *ngx_http_interconn_timetable_part(
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply,
    const char *name, const char *of_flow);
static ngx_int_t ngx_http_interconn_timetable_read(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply,
    ic_timetable_t *timetable, int64_t *next);
static ic_str_t ngx_http_interconn_timetable_text(
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply,
    const char *name, const char *other);
static ngx_int_t ngx_http_interconn_timetable_fault(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *pointer, ic_str_t reason);
static ngx_int_t ngx_http_interconn_timetable_pairs(
    ngx_http_interconn_args_t *args, ngx_http_interconn_ctx_t *ctx,
    const ic_timetable_t *timetable);
static ngx_int_t ngx_http_interconn_timetable_number(
    ngx_http_interconn_ctx_t *ctx, int64_t n, ngx_str_t *text);
static ngx_uint_t ngx_http_interconn_timetable_timed(
    ngx_http_interconn_ctx_t *ctx);


/* What a due time depends on. */

static const char *const  ngx_http_interconn_timetable_timing[] = {
    "cron", "at", "time_zone", "start_time", "end_time", NULL
};


ngx_int_t
ngx_http_interconn_action_timetable_create(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    return ngx_http_interconn_timetable_look(r, ctx,
                                        ngx_http_interconn_timetable_make);
}


ngx_int_t
ngx_http_interconn_action_timetable_update(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    return ngx_http_interconn_timetable_look(r, ctx,
                                        ngx_http_interconn_timetable_change);
}


ngx_int_t
ngx_http_interconn_action_timetable_resume(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    return ngx_http_interconn_timetable_look(r, ctx,
                                        ngx_http_interconn_timetable_go_on);
}


/* The timetable, if there is one yet, its flow and the time. */

static ngx_int_t
ngx_http_interconn_timetable_look(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_done_pt done)
{
    ngx_http_interconn_args_t  args = { .argc = 0 };

    ngx_http_interconn_arg_input(&args, ctx, "timetable_id");
    ngx_http_interconn_arg_input(&args, ctx, "flow_id");

    return ngx_http_interconn_store(r, ctx, "timetable_look", &args, done);
}


static ngx_int_t
ngx_http_interconn_timetable_make(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    int64_t                    next;
    ngx_int_t                  rc;
    ngx_str_t                 *id, due, installed;
    ic_timetable_t             timetable;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    rc = ngx_http_interconn_timetable_job(r, ctx, reply, &installed);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    rc = ngx_http_interconn_timetable_read(r, ctx, reply, &timetable, &next);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    id = ngx_http_interconn_new_id(ctx);

    if (id == NULL
        || ngx_http_interconn_timetable_number(ctx, next, &due) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg(&args, *id);
    ngx_http_interconn_arg_input(&args, ctx, "flow_id");
    ngx_http_interconn_arg(&args, due);
    ngx_http_interconn_pair(&args, "installed", installed);

    if (ngx_http_interconn_timetable_pairs(&args, ctx, &timetable) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_interconn_store(r, ctx, "timetable_create", &args,
                                    ngx_http_interconn_answer_id);
}


static ngx_int_t
ngx_http_interconn_timetable_change(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    int64_t                    next;
    ngx_int_t                  rc;
    ngx_str_t                  due, version, installed;
    ic_timetable_t             timetable;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    ngx_str_null(&due);
    ngx_str_null(&installed);

    if (ic_input_get(&ctx->in, "dag") || ic_input_get(&ctx->in, "config")) {

        rc = ngx_http_interconn_timetable_job(r, ctx, reply, &installed);
        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    ngx_memzero(&timetable, sizeof(ic_timetable_t));

    if (ngx_http_interconn_timetable_timed(ctx)) {

        rc = ngx_http_interconn_timetable_read(r, ctx, reply, &timetable,
                                               &next);
        if (rc != NGX_DECLINED) {
            return rc;
        }

        if (ngx_http_interconn_timetable_number(ctx, next, &due) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    /* not over what somebody else has written since it was looked at */

    version = ic_input_get(&ctx->in, "version")
              ? ngx_http_interconn_input(ctx, "version")
              : ngx_http_interconn_reply_get(reply, "version");

    ngx_http_interconn_arg_input(&args, ctx, "timetable_id");
    ngx_http_interconn_arg(&args, version);
    ngx_http_interconn_arg(&args, due);

    if (installed.data) {
        ngx_http_interconn_pair(&args, "installed", installed);
    }

    if (ngx_http_interconn_timetable_pairs(&args, ctx, &timetable) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_interconn_store(r, ctx, "timetable_update", &args,
                                    ngx_http_interconn_answer);
}


static ngx_int_t
ngx_http_interconn_timetable_go_on(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    int64_t                    next;
    ngx_int_t                  rc;
    ngx_str_t                  due;
    ic_timetable_t             timetable;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    ngx_str_null(&due);

    if (ngx_ic_str_eq(ngx_http_interconn_reply_get(reply, "status"),
                      ngx_ic_str(ic_str("PAUSED"))))
    {
        rc = ngx_http_interconn_timetable_read(r, ctx, reply, &timetable,
                                               &next);
        if (rc != NGX_DECLINED) {
            return rc;
        }

        if (ngx_http_interconn_timetable_number(ctx, next, &due) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    ngx_http_interconn_arg_input(&args, ctx, "timetable_id");
    ngx_http_interconn_arg(&args,
                           ngx_http_interconn_reply_get(reply, "version"));
    ngx_http_interconn_arg(&args, due);

    return ngx_http_interconn_store(r, ctx, "timetable_resume", &args,
                                    ngx_http_interconn_answer);
}


/*
 * What a run would be made of is a job that this node may begin, if the
 * components of that list are registered. NGX_DECLINED: go on.
 */

static ngx_int_t
ngx_http_interconn_timetable_job(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply,
    ngx_str_t *installed)
{
    ic_str_t          initiator;
    ic_job_fault_t    fault;
    const ic_json_t  *dag, *config;

    dag = ngx_http_interconn_timetable_part(ctx, reply, "dag", "flow_dag");

    if (dag == NULL) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_invalid_dag,
                                         "its flow has none: give dag");
    }

    config = ngx_http_interconn_timetable_part(ctx, reply, "config",
                                               "flow_config");
    if (config == NULL) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_invalid_config,
                                         "its flow has none: give config");
    }

    if (ic_dag_check(&ctx->arena, dag, &fault) != 0
        || ic_config_check(&ctx->arena, dag, config, &fault) != 0)
    {
        return ngx_http_interconn_fail(r, ctx, fault.error,
                                       ngx_ic_str(fault.detail));
    }

    initiator = ic_json_str(ic_json_path(config, "initiator/node_id"));

    if (!ic_str_eq(initiator,
                   ngx_ic_lib_str(ngx_http_interconn_conf(r)->node_id)))
    {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_invalid_config,
                                   "initiator.node_id must be this node");
    }

    *installed = ngx_ic_str(ic_dag_installed(&ctx->arena, dag));

    return installed->data ? NGX_DECLINED : NGX_ERROR;
}


/* Its own, given now or before, or else the flow's; NULL: neither. */

static const ic_json_t *
ngx_http_interconn_timetable_part(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *reply, const char *name, const char *of_flow)
{
    ngx_str_t          text;
    const ic_value_t  *given;

    given = ic_input_get(&ctx->in, name);

    if (given && given->node->count > 0) {
        return given->node;
    }

    ngx_str_null(&text);

    if (given == NULL) {
        text = ngx_http_interconn_reply_get(reply, name);
    }

    if (text.len == 0) {
        text = ngx_http_interconn_reply_get(reply, of_flow);
    }

    return text.len ? ic_json_parse(&ctx->arena, ngx_ic_lib_str(text), NULL)
                    : NULL;
}


/* NGX_DECLINED with the next due time; else it was answered. */

static ngx_int_t
ngx_http_interconn_timetable_read(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply,
    ic_timetable_t *timetable, int64_t *next)
{
    int64_t                now;
    const char            *pointer;
    ic_timetable_text_t    text;
    ic_timetable_fault_t   fault;

    ngx_memzero(&text, sizeof(ic_timetable_text_t));

    text.cron = ngx_http_interconn_timetable_text(ctx, reply, "cron", "at");
    text.at = ngx_http_interconn_timetable_text(ctx, reply, "at", "cron");
    text.time_zone = ngx_http_interconn_timetable_text(ctx, reply,
                                                       "time_zone", NULL);
    text.start_time = ngx_http_interconn_timetable_text(ctx, reply,
                                                        "start_time", NULL);
    text.end_time = ngx_http_interconn_timetable_text(ctx, reply, "end_time",
                                                      NULL);

    if (ic_timetable_read(&ctx->arena, &text, timetable, &fault) != 0) {
        return ngx_http_interconn_timetable_fault(r, ctx, fault.pointer,
                                                  fault.reason);
    }

    if (ic_str_int(ngx_ic_lib_str(ngx_http_interconn_reply_get(reply,
                                                               "now")),
                   &now)
        != 0)
    {
        return NGX_ERROR;
    }

    *next = ic_timetable_next(timetable, now);

    if (*next == 0) {
        pointer = timetable->end ? "/end_time"
                  : timetable->at ? "/at" : "/cron";

        return ngx_http_interconn_timetable_fault(r, ctx, pointer,
                             ic_str("leaves no time to come, until 2199"));
    }

    return NGX_DECLINED;
}


/* What is given, or what stays unless the other one of two is given. */

static ic_str_t
ngx_http_interconn_timetable_text(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *reply, const char *name, const char *other)
{
    if (ic_input_get(&ctx->in, name)) {
        return ic_input_str(&ctx->in, name);
    }

    if (other && ic_input_get(&ctx->in, other)) {
        return ic_str("");
    }

    return ngx_ic_lib_str(ngx_http_interconn_reply_get(reply, name));
}


static ngx_int_t
ngx_http_interconn_timetable_fault(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *pointer, ic_str_t reason)
{
    char  *text;

    text = reason.data ? ic_str_z(&ctx->arena, reason) : NULL;

    if (text == NULL) {
        return NGX_ERROR;
    }

    return ngx_http_interconn_fail_field(r, ctx, pointer, text);
}


/* All that was given; times as the store has them, {} as nothing. */

static ngx_int_t
ngx_http_interconn_timetable_pairs(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx, const ic_timetable_t *timetable)
{
    ngx_str_t          text;
    ngx_uint_t         i;
    const ic_value_t  *given;

    const struct {
        const char     *name;
        int64_t         ms;
    } times[] = {
        { "at", timetable->at },
        { "start_time", timetable->start },
        { "end_time", timetable->end }
    };

    static const char *const  apart[] = {
        "timetable_id", "flow_id", "version", "at", "start_time", "end_time",
        "dag", "config", NULL
    };

    ngx_http_interconn_pairs_but(args, &ctx->in, apart);

    for (i = 0; i < 3; i++) {

        if (ic_input_get(&ctx->in, times[i].name) == NULL) {
            continue;
        }

        if (ngx_http_interconn_timetable_number(ctx, times[i].ms, &text)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        ngx_http_interconn_pair(args, times[i].name, text);
    }

    given = ic_input_get(&ctx->in, "config");

    if (given) {
        ngx_http_interconn_pair(args, "config",
                                ngx_ic_str(given->node->count > 0
                                           ? given->text : ic_str("")));
    }

    given = ic_input_get(&ctx->in, "dag");

    if (given && given->node->count == 0) {
        ngx_http_interconn_pair(args, "dag", ngx_ic_str(ic_str("")));
        return NGX_OK;
    }

    return ngx_http_interconn_pair_dag(args, ctx);
}


/* Empty for 0. */

static ngx_int_t
ngx_http_interconn_timetable_number(ngx_http_interconn_ctx_t *ctx, int64_t n,
    ngx_str_t *text)
{
    *text = ngx_ic_str(n == 0 ? ic_str("")
                              : ic_str_fmt(&ctx->arena, "%lld",
                                           (long long) n));

    return text->data ? NGX_OK : NGX_ERROR;
}


static ngx_uint_t
ngx_http_interconn_timetable_timed(ngx_http_interconn_ctx_t *ctx)
{
    ngx_uint_t  i;

    for (i = 0; ngx_http_interconn_timetable_timing[i]; i++) {
        if (ic_input_get(&ctx->in, ngx_http_interconn_timetable_timing[i])) {
            return 1;
        }
    }

    return 0;
}
