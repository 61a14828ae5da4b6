
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../api/ic_job_check.h"
#include "ngx_http_interconn_action.h"
#include "ngx_http_interconn_core.h"


static ngx_int_t ngx_http_interconn_check_token(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_permit_t *permit);
static const char *ngx_http_interconn_check_claims(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const ic_permit_t *permit);
static ngx_str_t ngx_http_interconn_presented(ngx_http_request_t *r,
    ngx_str_t job_id);
static ngx_str_t ngx_http_interconn_token_of(ngx_str_t entry,
    ngx_str_t resource);
static ngx_int_t ngx_http_interconn_states(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static void ngx_http_interconn_arg_peer(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx, const char *id);


ngx_int_t
ngx_http_interconn_action_schedule_job_create(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ic_str_t                   text, dag;
    ngx_str_t                  config, digest;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    /* the texts that were approved, by their digest */

    dag = ic_dag_text(&ctx->arena, ic_input_get(&ctx->in, "dag")->node);
    config = ngx_http_interconn_input(ctx, "config");

    text.len = dag.len + 1 + config.len;
    text.data = ngx_pnalloc(r->pool, text.len);
    if (dag.data == NULL || text.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(text.data, dag.data, dag.len);
    text.data[dag.len] = LF;
    ngx_memcpy(text.data + dag.len + 1, config.data, config.len);

    digest = ngx_http_interconn_digest(ctx, text);
    if (digest.data == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg_peer(&args, ctx, "job_id");
    ngx_http_interconn_arg(&args, digest);

    return ngx_http_interconn_store(r, ctx, "sched_job_create", &args,
                                    ngx_http_interconn_answer);
}


ngx_int_t
ngx_http_interconn_action_schedule_job_status(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_args_t  args = { .argc = 0 };

    ngx_http_interconn_arg_peer(&args, ctx, "job_id");

    return ngx_http_interconn_store(r, ctx, "sched_status_all", &args,
                                    ngx_http_interconn_states);
}


static ngx_int_t
ngx_http_interconn_states(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t                   json;
    ngx_uint_t                  i;
    ic_json_out_t               out;
    ngx_http_interconn_reply_t  task;

    ngx_memzero(&task, sizeof(ngx_http_interconn_reply_t));

    ic_out_init(&out, &ctx->arena);
    ic_out_object(&out, NULL);

    for (i = 0; i < reply->nrecords; i++) {
        task.pairs = reply->records[i];
        task.npairs = reply->nrecord_pairs[i];

        ic_out_key(&out, ngx_ic_lib_str(
                       ngx_http_interconn_reply_get(&task, "task_id")));
        ic_out_str(&out, NULL, ngx_ic_lib_str(
                       ngx_http_interconn_reply_get(&task, "status")));
    }

    ic_out_object_end(&out);

    json = ngx_ic_str(ic_out_text(&out));

    if (json.data == NULL
        || ngx_http_interconn_reply_add(ctx, reply, "status", json)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_interconn_answer(r, ctx, reply);
}


ngx_int_t
ngx_http_interconn_action_schedule_task_start(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_int_t                   rc;
    ngx_str_t                   session;
    ic_permit_t                 permit;
    ngx_http_interconn_args_t   args = { .argc = 0 };

    rc = ngx_http_interconn_check_token(r, ctx, &permit);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    ngx_http_interconn_arg_peer(&args, ctx, "job_id");
    ngx_http_interconn_arg_input(&args, ctx, "task_id");
    ngx_http_interconn_arg_input(&args, ctx, "task_name");
    ngx_http_interconn_arg(&args, ngx_ic_str(permit.jti));

    session = ngx_http_interconn_input(ctx, "session_id");

    if (session.len) {
        ngx_http_interconn_pair(&args, "session_id", session);
        ngx_http_interconn_pair(&args, "token",
                                ngx_http_interconn_input(ctx, "token"));
    }

    return ngx_http_interconn_store(r, ctx, "sched_task_start", &args,
                                    ngx_http_interconn_answer);
}


/* NGX_DECLINED: go on. */

static ngx_int_t
ngx_http_interconn_check_token(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_permit_t *permit)
{
    ngx_str_t                   token;
    const char                 *reason;
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);

    if (icf->permit_key == NULL) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_internal,
                                         "set interconn_permit_key");
    }

    token = ngx_http_interconn_presented(r,
                                   ngx_http_interconn_input(ctx, "job_id"));

    if (token.len == 0) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_permit_missing,
                                         "x-resource-permit");
    }

    reason = ic_permit_verify(&ctx->arena, icf->permit_key,
                              ngx_ic_lib_str(token), permit);

    if (reason == NULL) {
        reason = ngx_http_interconn_check_claims(r, ctx, permit);
    }

    if (reason) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_permit_invalid,
                                         reason);
    }

    return NGX_DECLINED;
}


static const char *
ngx_http_interconn_check_claims(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const ic_permit_t *permit)
{
    ic_str_t                    spki;
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);
    spki = ngx_ic_lib_str(ctx->caller.spki);

    if (!ic_str_is(permit->type, "job")
        || !ic_str_eq(permit->resource_id,
                      ic_input_str(&ctx->in, "job_id")))
    {
        return "it is for something else";
    }

    if (!ic_str_eq(permit->node_id, ngx_ic_lib_str(icf->node_id))) {
        return "it is another node's";
    }

    if (!ic_str_eq(permit->holder, ngx_ic_lib_str(ctx->caller.node_id))
        || (spki.len && !ic_str_eq(permit->spki, spki)))
    {
        return "it is bound to another holder";
    }

    return NULL;
}


/* x-resource-permit, or the job's entry of x-mprac-token-set. */

static ngx_str_t
ngx_http_interconn_presented(ngx_http_request_t *r, ngx_str_t job_id)
{
    u_char     *p, *last;
    ngx_str_t   token, set, entry;

    token = ngx_http_interconn_header(r, "x-resource-permit");

    if (token.len) {
        return token;
    }

    set = ngx_http_interconn_header(r, "x-mprac-token-set");

    p = set.data;
    last = set.data + set.len;

    while (p < last) {
        entry.data = p;

        while (p < last && *p != ',') {
            p++;
        }

        entry.len = p++ - entry.data;
        token = ngx_http_interconn_token_of(entry, job_id);

        if (token.len) {
            return token;
        }
    }

    return token;
}


/*
 * Of "<resource name>/<level>/<token>" the token, if the name ends with the
 * resource's id: a token has no slash, a name may.
 */

static ngx_str_t
ngx_http_interconn_token_of(ngx_str_t entry, ngx_str_t resource)
{
    u_char     *p;
    ngx_str_t   token, name;

    ngx_str_null(&token);

    while (entry.len && entry.data[0] == ' ') {
        entry.data++;
        entry.len--;
    }

    p = entry.data + entry.len;

    while (p > entry.data && p[-1] != '/') {
        p--;
    }

    if (p == entry.data) {
        return token;
    }

    name.data = entry.data;
    name.len = p - 1 - entry.data;

    while (name.len && name.data[name.len - 1] != '/') {
        name.len--;
    }

    if (name.len == 0 || name.len - 1 < resource.len
        || ngx_memcmp(name.data + name.len - 1 - resource.len,
                      resource.data, resource.len)
           != 0)
    {
        return token;
    }

    token.data = p;
    token.len = entry.data + entry.len - p;

    return token;
}


ngx_int_t
ngx_http_interconn_action_schedule_task_callback(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t                  status;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    static const char *const  apart[] = {
        "task_id", "status", "role", NULL
    };

    /* the ecosystem's state between PENDING and RUNNING */

    status = ngx_http_interconn_input(ctx, "status");

    if (ic_str_is(ngx_ic_lib_str(status), "READY")) {
        ngx_str_set(&status, "PENDING");
    }

    ngx_http_interconn_arg_peer(&args, ctx, "task_id");
    ngx_http_interconn_arg(&args, status);
    ngx_http_interconn_arg_input(&args, ctx, "role");
    ngx_http_interconn_pairs_but(&args, &ctx->in, apart);

    return ngx_http_interconn_store(r, ctx, "sched_task_callback", &args,
                                    ngx_http_interconn_answer);
}


static void
ngx_http_interconn_arg_peer(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx, const char *id)
{
    ngx_http_interconn_arg(args, ctx->caller.node_id);
    ngx_http_interconn_arg_input(args, ctx, id);
}
