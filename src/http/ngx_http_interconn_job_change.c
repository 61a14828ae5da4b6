
/*
 * A job once more, from one of its steps or with other parameters, and a job
 * that is changed before it starts. The store gives what there is; what is
 * sent is put into it, the result is checked as a new job is, and written
 * unless somebody else has changed it meanwhile.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../api/ic_job_reuse.h"
#include "ngx_http_interconn_action.h"


/* A job as it was and as it is to be. */
typedef struct {
    ic_job_form_t                    was;
    ic_job_form_t                    is;
    ic_job_reuse_t                   reuse;
    ngx_str_t                        dag;        /* texts */
    ngx_str_t                        config;
    ngx_str_t                        installed;
    ngx_str_t                       *id;         /* of a new job */
} ngx_http_interconn_change_t;


static ngx_int_t ngx_http_interconn_rerun_planned(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_rerun_answer(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_update_planned(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_update_write(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_change_t *change,
    ngx_str_t version);
static ngx_int_t ngx_http_interconn_change_read(
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply,
    ngx_http_interconn_change_t *change);
static ngx_int_t ngx_http_interconn_change_check(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_change_t *change);
static ngx_int_t ngx_http_interconn_change_texts(
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_change_t *change,
    ngx_http_interconn_reply_t *reply, ngx_str_t job_id);
static const ic_json_t *ngx_http_interconn_given(
    ngx_http_interconn_ctx_t *ctx, const char *name);
static const ic_json_t *ngx_http_interconn_from(
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_change_refused(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const ic_job_fault_t *fault);


/* What a job is made of: whoever approved it approved this. */

static const char *const  ngx_http_interconn_forms[] = {
    "dag", "config", "task_params", "job_params", NULL
};


ngx_int_t
ngx_http_interconn_action_job_rerun(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    return ngx_http_interconn_store_by(r, ctx, "job_rerun_of", "job_id",
                                       ngx_http_interconn_rerun_planned);
}


static ngx_int_t
ngx_http_interconn_rerun_planned(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_int_t                     rc;
    ic_job_fault_t                fault;
    const ic_json_t              *from, *tasks;
    ngx_http_interconn_args_t     args = { .argc = 0 };
    ngx_http_interconn_change_t  *change;

    static const char *const  apart[] = {
        "job_id", "from_task", "from_tasks", "dag", "task_params",
        "job_params", NULL
    };

    change = ic_zalloc(&ctx->arena, sizeof(ngx_http_interconn_change_t));

    if (change == NULL
        || ngx_http_interconn_change_read(ctx, reply, change) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_http_interconn_change_check(r, ctx, change);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    from = ngx_http_interconn_from(ctx);
    tasks = from ? ic_json_parse(&ctx->arena,
                        ngx_ic_lib_str(ngx_http_interconn_reply_get(reply,
                                                                    "tasks")),
                        NULL)
                 : NULL;

    if (ic_job_reuse(&ctx->arena, &change->was, &change->is, from, tasks,
                     from != NULL, &change->reuse, &fault)
        != 0)
    {
        return ngx_http_interconn_change_refused(r, ctx, &fault);
    }

    change->id = ngx_http_interconn_new_id(ctx);

    if (change->id == NULL
        || ngx_http_interconn_change_texts(ctx, change, reply,
                           ngx_http_interconn_input(ctx, "job_id"))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ctx->data = change;

    ngx_http_interconn_arg(&args, *change->id);
    ngx_http_interconn_arg_input(&args, ctx, "job_id");
    ngx_http_interconn_pairs_but(&args, &ctx->in, apart);
    ngx_http_interconn_pair(&args, "dag", change->dag);
    ngx_http_interconn_pair(&args, "config", change->config);
    ngx_http_interconn_pair(&args, "installed", change->installed);

    return ngx_http_interconn_store(r, ctx, "job_rerun", &args,
                                    ngx_http_interconn_rerun_answer);
}


/* The new job, and what of it runs. */

static ngx_int_t
ngx_http_interconn_rerun_answer(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ic_json_out_t                 out;
    ngx_http_interconn_change_t  *change = ctx->data;

    ic_out_init(&out, &ctx->arena);
    ic_out_object(&out, NULL);
    ic_out_str(&out, "job_id", ngx_ic_lib_str(*change->id));
    ic_out_raw(&out, "runs", ic_job_reuse_names(&ctx->arena, &change->reuse,
                                                true));
    ic_out_raw(&out, "reuses", ic_job_reuse_names(&ctx->arena,
                                                  &change->reuse, false));
    ic_out_object_end(&out);

    return ngx_http_interconn_answer_out(r, ctx, &out);
}


ngx_int_t
ngx_http_interconn_action_job_update(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_uint_t                   i;
    ngx_http_interconn_change_t  none;

    for (i = 0; ngx_http_interconn_forms[i]; i++) {
        if (ic_input_get(&ctx->in, ngx_http_interconn_forms[i])) {
            return ngx_http_interconn_store_by(r, ctx, "job_update_of",
                                   "job_id",
                                   ngx_http_interconn_update_planned);
        }
    }

    ngx_memzero(&none, sizeof(ngx_http_interconn_change_t));

    return ngx_http_interconn_update_write(r, ctx, &none,
                            ngx_http_interconn_input(ctx, "version"));
}


/* A step that it takes over stays so if nothing of it changes. */

static ngx_int_t
ngx_http_interconn_update_planned(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_int_t                     rc;
    ngx_str_t                     version, job_id;
    ic_job_fault_t                fault;
    const ic_json_t              *said;
    ngx_http_interconn_change_t  *change;

    change = ic_zalloc(&ctx->arena, sizeof(ngx_http_interconn_change_t));

    if (change == NULL
        || ngx_http_interconn_change_read(ctx, reply, change) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_http_interconn_change_check(r, ctx, change);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    said = ic_json_path(change->was.config, "job_params/common/reuse");

    if (ic_job_reuse(&ctx->arena, &change->was, &change->is, NULL,
                     ic_json_get(said, "tasks"), false, &change->reuse,
                     &fault)
        != 0)
    {
        return ngx_http_interconn_change_refused(r, ctx, &fault);
    }

    job_id = ngx_ic_str(ic_json_str(ic_json_get(said, "job_id")));

    if (ngx_http_interconn_change_texts(ctx, change, reply, job_id) != NGX_OK)
    {
        return NGX_ERROR;
    }

    version = ic_input_get(&ctx->in, "version")
              ? ngx_http_interconn_input(ctx, "version")
              : ngx_http_interconn_reply_get(reply, "version");

    return ngx_http_interconn_update_write(r, ctx, change, version);
}


/* change->dag empty: what it is made of stays. */

static ngx_int_t
ngx_http_interconn_update_write(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_change_t *change,
    ngx_str_t version)
{
    int                         n;
    ic_str_t                    self, parties;
    ic_job_fault_t              fault;
    ic_job_party_t              list[IC_JOB_MAX_PARTIES];
    ngx_http_interconn_args_t   args = { .argc = 0 };

    static const char *const  apart[] = {
        "job_id", "version", "dag", "config", "task_params", "job_params",
        NULL
    };

    ngx_http_interconn_arg_input(&args, ctx, "job_id");
    ngx_http_interconn_arg(&args, version);
    ngx_http_interconn_pairs_but(&args, &ctx->in, apart);

    if (change->dag.len) {
        self = ngx_ic_lib_str(ngx_http_interconn_conf(r)->node_id);
        n = ic_config_parties(&ctx->arena, change->is.config, list, &fault);

        if (n < 0) {
            return ngx_http_interconn_change_refused(r, ctx, &fault);
        }

        parties = ic_job_remote(&ctx->arena, list, n, self);
        if (parties.data == NULL) {
            return NGX_ERROR;
        }

        ngx_http_interconn_pair(&args, "parties", ngx_ic_str(parties));
        ngx_http_interconn_pair(&args, "dag", change->dag);
        ngx_http_interconn_pair(&args, "config", change->config);
        ngx_http_interconn_pair(&args, "installed", change->installed);
    }

    return ngx_http_interconn_store(r, ctx, "job_update", &args,
                                    ngx_http_interconn_answer);
}


/* The job of the store, and what the input makes of it. */

static ngx_int_t
ngx_http_interconn_change_read(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *reply, ngx_http_interconn_change_t *change)
{
    ngx_uint_t        i;
    ic_json_out_t     out;
    const ic_json_t  *given, *base;

    change->was.dag = ic_json_parse(&ctx->arena,
            ngx_ic_lib_str(ngx_http_interconn_reply_get(reply, "dag")), NULL);
    change->was.config = ic_json_parse(&ctx->arena,
            ngx_ic_lib_str(ngx_http_interconn_reply_get(reply, "config")),
            NULL);

    if (change->was.dag == NULL || change->was.config == NULL) {
        return NGX_ERROR;
    }

    given = ngx_http_interconn_given(ctx, "dag");
    change->is.dag = given ? given : change->was.dag;

    given = ngx_http_interconn_given(ctx, "config");
    base = given ? given : change->was.config;

    ic_out_init(&out, &ctx->arena);
    ic_out_object(&out, NULL);

    /* both are merged, the other two taken as a whole */

    for (i = 2; ngx_http_interconn_forms[i]; i++) {
        given = ngx_http_interconn_given(ctx, ngx_http_interconn_forms[i]);

        if (given) {
            ic_out_node(&out, ngx_http_interconn_forms[i], given);
        }
    }

    ic_out_object_end(&out);

    change->is.config = ic_json_merge(&ctx->arena, base,
                                      ic_json_parse(&ctx->arena,
                                                    ic_out_text(&out), NULL));
    if (change->is.config == NULL) {
        return NGX_ERROR;
    }

    /* what is taken over is found out, whatever the input says of it */

    change->is.config = ic_job_reuse_config(&ctx->arena, change->is.config,
                                            ic_str(""), NULL);

    return change->is.config ? NGX_OK : NGX_ERROR;
}


/* As a new job; one that is only repeated was checked when it was made. */

static ngx_int_t
ngx_http_interconn_change_check(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_change_t *change)
{
    ic_str_t        initiator;
    ngx_uint_t      i;
    ic_job_fault_t  fault;

    for (i = 0; ngx_http_interconn_forms[i]; i++) {
        if (ngx_http_interconn_given(ctx, ngx_http_interconn_forms[i])) {
            break;
        }
    }

    if (ngx_http_interconn_forms[i] == NULL) {
        return NGX_DECLINED;
    }

    if (ic_dag_check(&ctx->arena, change->is.dag, &fault) != 0
        || ic_config_check(&ctx->arena, change->is.dag, change->is.config,
                           &fault)
           != 0)
    {
        return ngx_http_interconn_change_refused(r, ctx, &fault);
    }

    initiator = ic_json_str(ic_json_path(change->is.config,
                                         "initiator/node_id"));

    if (!ic_str_eq(initiator,
                   ngx_ic_lib_str(ngx_http_interconn_conf(r)->node_id)))
    {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_invalid_config,
                                   "initiator.node_id must be this node");
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_http_interconn_change_texts(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_change_t *change, ngx_http_interconn_reply_t *reply,
    ngx_str_t job_id)
{
    ic_json_t  *config;

    config = ic_job_reuse_config(&ctx->arena, change->is.config,
                                 ngx_ic_lib_str(job_id), &change->reuse);
    if (config == NULL) {
        return NGX_ERROR;
    }

    change->config = ngx_ic_str(ic_json_text(&ctx->arena, config));
    change->installed = ngx_ic_str(ic_dag_installed(&ctx->arena,
                                                    change->is.dag));
    change->dag = change->is.dag == change->was.dag
                  ? ngx_http_interconn_reply_get(reply, "dag")
                  : ngx_ic_str(ic_dag_text(&ctx->arena, change->is.dag));

    return change->config.data && change->installed.data && change->dag.data
           ? NGX_OK : NGX_ERROR;
}


static const ic_json_t *
ngx_http_interconn_given(ngx_http_interconn_ctx_t *ctx, const char *name)
{
    const ic_value_t  *value;

    value = ic_input_get(&ctx->in, name);

    return value ? value->node : NULL;
}


/* The steps that are named, as one list; NULL: none is. */

static const ic_json_t *
ngx_http_interconn_from(ngx_http_interconn_ctx_t *ctx)
{
    ic_json_out_t     out;
    const ic_json_t  *one, *list;

    one = ngx_http_interconn_given(ctx, "from_task");
    list = ngx_http_interconn_given(ctx, "from_tasks");

    if (one == NULL) {
        return list;
    }

    ic_out_init(&out, &ctx->arena);
    ic_out_array(&out, NULL);
    ic_out_node(&out, NULL, one);

    for (one = list ? list->child : NULL; one; one = one->next) {
        ic_out_node(&out, NULL, one);
    }

    ic_out_array_end(&out);

    return ic_json_parse(&ctx->arena, ic_out_text(&out), NULL);
}


static ngx_int_t
ngx_http_interconn_change_refused(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const ic_job_fault_t *fault)
{
    return ngx_http_interconn_fail(r, ctx, fault->error,
                                   ngx_ic_str(fault->detail));
}
