
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../api/ic_job_check.h"
#include "../api/ic_schemas.h"
#include "ngx_http_interconn_action.h"
#include "ngx_http_interconn_core.h"


static ngx_int_t ngx_http_interconn_arg_texts(
    ngx_http_interconn_args_t *args, ngx_http_interconn_ctx_t *ctx,
    ic_str_t *dag);
static void ngx_http_interconn_pair_texts(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx, ic_str_t dag);
static ngx_int_t ngx_http_interconn_ask_job(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_args_t *args,
    ic_str_t dag);
static ngx_int_t ngx_http_interconn_states(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static void ngx_http_interconn_arg_peer(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx, const char *id);


ngx_int_t
ngx_http_interconn_action_schedule_job_create(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ic_str_t                   dag;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    if (ngx_http_interconn_arg_texts(&args, ctx, &dag) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ctx->caller.profile.is[IC_SPEAKS_APPROVAL]) {
        return ngx_http_interconn_ask_job(r, ctx, &args, dag);
    }

    return ngx_http_interconn_store(r, ctx, "sched_job_create", &args,
                                    ngx_http_interconn_answer);
}


/* peer job_id digest: the texts that were approved, by their digest. */

static ngx_int_t
ngx_http_interconn_arg_texts(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx, ic_str_t *dag)
{
    ic_str_t   text;
    ngx_str_t  config, digest;

    *dag = ic_dag_text(&ctx->arena, ic_input_get(&ctx->in, "dag")->node);
    config = ngx_http_interconn_input(ctx, "config");

    if (dag->data == NULL) {
        return NGX_ERROR;
    }

    text = ic_str_fmt(&ctx->arena, "%.*s\n%.*s", (int) dag->len, dag->data,
                      (int) config.len, config.data);
    if (text.data == NULL) {
        return NGX_ERROR;
    }

    digest = ngx_http_interconn_digest(ctx, text);
    if (digest.data == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg_peer(args, ctx, "job_id");
    ngx_http_interconn_arg(args, digest);

    return NGX_OK;
}


/* A scheduler that sends no job/audit/apply: this is its application. */

static ngx_int_t
ngx_http_interconn_ask_job(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_args_t *args,
    ic_str_t dag)
{
    char                        jti[49];
    ic_str_t                    text;
    ngx_int_t                   rc;
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);

    rc = ngx_http_interconn_check_flow(r, ctx);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    ngx_http_interconn_pair_texts(args, ctx, dag);

    if (ctx->caller.profile.is[IC_SPEAKS_APPROVAL] == IC_APPROVAL_CONTRACT) {

        if (icf->permit_key == NULL) {
            return ngx_http_interconn_fail_z(r, ctx, IC_E_internal,
                                             "set interconn_permit_key");
        }

        if (ic_permit_jti(icf->permit_key, jti) != 0) {
            return NGX_ERROR;
        }

        text = ic_str_dup(&ctx->arena, ic_str(jti));
        if (text.data == NULL) {
            return NGX_ERROR;
        }

        ngx_http_interconn_pair(args, "jti", ngx_ic_str(text));
        ngx_http_interconn_pair(args, "spki", ctx->caller.spki);
    }

    return ngx_http_interconn_store(r, ctx, "sched_job_ask", args,
                                    ngx_http_interconn_answer);
}


static void
ngx_http_interconn_pair_texts(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx, ic_str_t dag)
{
    ngx_http_interconn_pair(args, "dag", ngx_ic_str(dag));
    ngx_http_interconn_pair(args, "config",
                            ngx_http_interconn_input(ctx, "config"));
    ngx_http_interconn_pair(args, "flow_id",
                            ngx_http_interconn_input(ctx, "flow_id"));
}


/* The initiator's job, for this node to schedule. */

ngx_int_t
ngx_http_interconn_action_schedule_job_create_all(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    u_char                     approval;
    ic_str_t                   dag, initiator;
    ngx_int_t                  rc;
    ngx_str_t                  yes = ngx_string("1"), no = ngx_string("");
    ngx_http_interconn_args_t  args = { .argc = 0 };

    rc = ngx_http_interconn_check_flow(r, ctx);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    initiator = ic_json_str(ic_json_path(ic_input_get(&ctx->in,
                                                      "config")->node,
                                         "initiator/node_id"));

    if (!ic_str_eq(initiator, ngx_ic_lib_str(ctx->caller.node_id))) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_invalid_config,
                                   "initiator.node_id must be the caller");
    }

    if (ngx_http_interconn_arg_texts(&args, ctx, &dag) != NGX_OK) {
        return NGX_ERROR;
    }

    approval = ctx->caller.profile.is[IC_SPEAKS_APPROVAL];

    ngx_http_interconn_arg(&args, approval == IC_APPROVAL_CONTRACT ? yes
                                                                   : no);
    ngx_http_interconn_pair_texts(&args, ctx, dag);

    return ngx_http_interconn_store(r, ctx, "sched_job_create_all", &args,
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


/* The same for an operator, of any job. */

ngx_int_t
ngx_http_interconn_action_schedule_job_words(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    return ngx_http_interconn_store_by(r, ctx, "job_words", "job_id",
                                       ngx_http_interconn_states);
}


ngx_int_t
ngx_http_interconn_action_schedule_job_list(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    return ngx_http_interconn_store_by(r, ctx, "job_words_list", "flow_id",
                                       ngx_http_interconn_states);
}


/* The records become the map of the answer: "status" or "job_list". */

static ngx_int_t
ngx_http_interconn_states(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    const char                 *name;
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
    name = ctx->endpoint->out == &ic_schedule_jobs ? "job_list" : "status";

    if (json.data == NULL
        || ngx_http_interconn_reply_add(ctx, reply, name, json) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_interconn_answer(r, ctx, reply);
}


ngx_int_t
ngx_http_interconn_action_schedule_task_start(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t                   session, any = ngx_string("*");
    ic_error_e                  error;
    const char                 *reason;
    const ic_permit_t          *permit;
    ngx_http_interconn_use_t    use;
    ngx_http_interconn_args_t   args = { .argc = 0 };

    ngx_memzero(&use, sizeof(ngx_http_interconn_use_t));

    use.kind = "job";
    use.id = ngx_http_interconn_input(ctx, "job_id");

    error = ngx_http_interconn_find_permit(r, ctx, &use, &permit, &reason);

    /* what the job is for the store knows */

    if (error == IC_E_permit_missing
        && ctx->caller.profile.is[IC_SPEAKS_PERMIT] == IC_PERMIT_IMPLIED)
    {
        permit = NULL;

    } else if (error != IC_E_ok && error != IC_E_permit_scope) {
        return ngx_http_interconn_fail_z(r, ctx, error, reason);
    }

    ngx_http_interconn_arg_peer(&args, ctx, "job_id");
    ngx_http_interconn_arg_input(&args, ctx, "task_id");
    ngx_http_interconn_arg_input(&args, ctx, "task_name");
    ngx_http_interconn_arg(&args, permit ? ngx_ic_str(permit->jti) : any);

    ngx_http_interconn_pair(&args, "mode", ctx->caller.mode);
    ngx_http_interconn_pair(&args, "ident", ctx->caller.ident);

    if (permit) {
        ngx_http_interconn_pair(&args, "cnf", ngx_ic_str(permit->spki));
    }

    session = ngx_http_interconn_input(ctx, "session_id");

    if (session.len) {
        ngx_http_interconn_pair(&args, "session_id", session);
        ngx_http_interconn_pair(&args, "token",
                                ngx_http_interconn_input(ctx, "token"));
    }

    return ngx_http_interconn_store(r, ctx, "sched_task_start", &args,
                                    ngx_http_interconn_answer);
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


/* A container: whose it is, its credential says. */

ngx_int_t
ngx_http_interconn_action_schedule_task_said(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t                  proof, http = ngx_string("http"), detail;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    static const char *const  apart[] = {
        "task_id", "status", "role", "token", NULL
    };

    proof = ngx_http_interconn_header(r, "x-ptp-token");

    /* what HTTP clients make of "user:password@" */

    if (proof.len == 0 && ngx_http_auth_basic_user(r) == NGX_OK) {
        proof = r->headers_in.passwd;
    }

    if (proof.len == 0) {
        proof = ngx_http_interconn_input(ctx, "token");
    }

    if (proof.len == 0
        || (r->connection->ssl == NULL
            && !ngx_http_interconn_conf(r)->plain_identity))
    {
        ngx_str_set(&detail, "use the URL of system.callback as it is given");
        return ngx_http_interconn_fail(r, ctx, IC_E_not_permitted, detail);
    }

    ngx_http_interconn_arg_input(&args, ctx, "task_id");
    ngx_http_interconn_arg(&args, proof);
    ngx_http_interconn_arg(&args, http);
    ngx_http_interconn_arg_input(&args, ctx, "status");
    ngx_http_interconn_arg_input(&args, ctx, "role");
    ngx_http_interconn_pairs_but(&args, &ctx->in, apart);

    return ngx_http_interconn_store(r, ctx, "task_said", &args,
                                    ngx_http_interconn_answer);
}


static void
ngx_http_interconn_arg_peer(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx, const char *id)
{
    ngx_http_interconn_arg(args, ctx->caller.node_id);
    ngx_http_interconn_arg_input(args, ctx, id);
}
