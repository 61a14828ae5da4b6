
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../api/ic_job_check.h"
#include "../api/ic_sql.h"
#include "ngx_http_interconn_action.h"


static ngx_int_t ngx_http_interconn_create(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_args_t *args);
static ngx_int_t ngx_http_interconn_pair_query(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_args_t *args, const ic_json_t *location);
static ngx_int_t ngx_http_interconn_flow_checked(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_flow_write(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t version);
static ngx_int_t ngx_http_interconn_check_query(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_str_t query);
static ngx_int_t ngx_http_interconn_check_location(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const ic_json_t *location);
static ngx_int_t ngx_http_interconn_check_describe(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const ic_json_t *location);


ngx_int_t
ngx_http_interconn_action_dataset_create(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_int_t                   rc;
    const ic_json_t            *location;
    ngx_http_interconn_args_t   args = { .argc = 0 };

    static const char *const  apart[] = {
        "pub_scope", "describe", "content", "column_metas", NULL
    };

    location = ic_input_get(&ctx->in, "location")->node;

    rc = ngx_http_interconn_check_location(r, ctx, location);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    rc = ngx_http_interconn_check_describe(r, ctx, location);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    if (ngx_http_interconn_create(ctx, &args) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_interconn_pairs_but(&args, &ctx->in, apart);
    ngx_http_interconn_pair(&args, "pub_scope",
                 ngx_http_interconn_input_or(ctx, "pub_scope", "private"));
    ngx_http_interconn_pair(&args, "describe",
                 ngx_http_interconn_input_or(ctx, "describe", "metas"));
    ngx_http_interconn_pair(&args, "content",
                 ngx_http_interconn_input_or(ctx, "content", "live"));
    ngx_http_interconn_pair(&args, "column_metas",
                 ngx_http_interconn_input_or(ctx, "column_metas", "[]"));
    ngx_http_interconn_pair(&args, "status", ngx_ic_str(ic_str("1")));

    if (ngx_http_interconn_pair_query(ctx, &args, location) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_interconn_store(r, ctx, "object_create", &args,
                                    ngx_http_interconn_answer_id);
}


ngx_int_t
ngx_http_interconn_action_dataset_update(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_int_t                   rc;
    const ic_value_t           *location;
    ngx_http_interconn_args_t   args = { .argc = 0 };

    static const char *const  apart[] = { "dataset_id", NULL };

    location = ic_input_get(&ctx->in, "location");

    if (location) {
        rc = ngx_http_interconn_check_location(r, ctx, location->node);
        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    ngx_http_interconn_arg_z(&args, ctx->kind->name);
    ngx_http_interconn_arg_input(&args, ctx, "dataset_id");
    ngx_http_interconn_pairs_but(&args, &ctx->in, apart);

    if (location
        && ngx_http_interconn_pair_query(ctx, &args, location->node)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_interconn_store(r, ctx, "object_update", &args,
                                    ngx_http_interconn_answer);
}


/* By its digest a query finds the dataset; "" is none. */

static ngx_int_t
ngx_http_interconn_pair_query(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_args_t *args, const ic_json_t *location)
{
    char      hex[65];
    ic_str_t  query;

    query = ic_json_str(ic_json_get(location, "query"));

    if (query.len) {
        if (ic_sql_digest(&ctx->arena, query, hex) != 0) {
            return NGX_ERROR;
        }

        query = ic_str_dup(&ctx->arena, ic_str(hex));
        if (query.data == NULL) {
            return NGX_ERROR;
        }
    }

    ngx_http_interconn_pair(args, "query_digest",
                            ngx_ic_str(query.len ? query : ic_str("")));

    return NGX_OK;
}


/* The source itself is the runner's matter. NGX_DECLINED: go on. */

static ngx_int_t
ngx_http_interconn_check_location(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const ic_json_t *location)
{
    ic_str_t    type, value;
    ngx_uint_t  i;

    static const struct {
        const char  *type;
        const char  *name;
        const char  *instead;
        const char  *field;
    } needs[] = {
        { "csv", "path", "path", "/location/path" },
        { "sqlite", "path", "path", "/location/path" },
        { "sqlite", "table", "table", "/location/table" },
        { "odbc", "dsn", "dsn", "/location/dsn" },
        { "odbc", "table", "query", "/location/table" }
    };

    type = ic_json_str(ic_json_get(location, "type"));

    for (i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
        if (ic_str_is(type, needs[i].type)
            && ic_json_str(ic_json_get(location, needs[i].name)).len == 0
            && ic_json_str(ic_json_get(location, needs[i].instead)).len == 0)
        {
            return ngx_http_interconn_fail_field(r, ctx, needs[i].field,
                                                 "is required");
        }
    }

    value = ic_json_str(ic_json_get(location, "path"));

    if (value.len && value.data[0] != '/') {
        return ngx_http_interconn_fail_field(r, ctx, "/location/path",
                                             "must be absolute");
    }

    value = ic_json_str(ic_json_get(location, "dsn"));

    for (i = 0; i < value.len; i++) {
        if (value.data[i] < ' ' || strchr(";{}=[]", value.data[i])) {
            return ngx_http_interconn_fail_field(r, ctx, "/location/dsn",
                               "must be the name of a data source");
        }
    }

    return ngx_http_interconn_check_query(r, ctx,
                         ic_json_str(ic_json_get(location, "query")));
}


/* One that a partner could not get approved either. */

static ngx_int_t
ngx_http_interconn_check_query(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_str_t query)
{
    ic_str_t        text;
    const char     *reason;
    ic_sql_fault_t  fault;

    if (query.len == 0) {
        return NGX_DECLINED;
    }

    reason = ic_sql_refused(query);

    if (reason == NULL && ic_sql_unsafe(query, &fault)) {
        text = ic_str_fmt(&ctx->arena, "at character %zu: %s", fault.at,
                          fault.reason);
        reason = text.data ? (char *) text.data : fault.reason;
    }

    return reason ? ngx_http_interconn_fail_field(r, ctx, "/location/query",
                                                  reason)
                  : NGX_DECLINED;
}


/* What is not read has no digest, and nobody finds out its columns. */

static ngx_int_t
ngx_http_interconn_check_describe(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const ic_json_t *location)
{
    const ic_value_t  *metas;

    if (ic_str_is(ic_input_str(&ctx->in, "describe"), "none")) {
        metas = ic_input_get(&ctx->in, "column_metas");

        if (metas == NULL || metas->node->count == 0) {
            return ngx_http_interconn_fail_field(r, ctx, "/column_metas",
                                        "is required with describe none");
        }

        if (ic_str_is(ic_input_str(&ctx->in, "content"), "fixed")) {
            return ngx_http_interconn_fail_field(r, ctx, "/content",
                                        "fixed needs to be described");
        }
    }

    if (ic_str_is(ic_input_str(&ctx->in, "content"), "fixed")
        && ic_json_get(location, "dsn")
        && ic_json_get(location, "table")
        && ic_json_get(location, "key") == NULL)
    {
        return ngx_http_interconn_fail_field(r, ctx, "/location/key",
                            "is required with content fixed: rows of a "
                            "table have no order");
    }

    return NGX_DECLINED;
}


ngx_int_t
ngx_http_interconn_action_project_create(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_args_t  args = { .argc = 0 };

    static const char *const  apart[] = { "contract_ids", NULL };

    if (ngx_http_interconn_create(ctx, &args) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_interconn_pairs_but(&args, &ctx->in, apart);
    ngx_http_interconn_pair(&args, "contract_ids",
                 ngx_http_interconn_input_or(ctx, "contract_ids", "[]"));

    return ngx_http_interconn_store(r, ctx, "object_create", &args,
                                    ngx_http_interconn_answer_id);
}


ngx_int_t
ngx_http_interconn_action_flow_create(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_int_t                  rc;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    static const char *const  apart[] = { "dag", NULL };

    rc = ngx_http_interconn_check_flow(r, ctx);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    if (ngx_http_interconn_create(ctx, &args) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_interconn_pairs_but(&args, &ctx->in, apart);

    if (ngx_http_interconn_pair_dag(&args, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_interconn_store(r, ctx, "object_create", &args,
                                    ngx_http_interconn_answer_id);
}


/* What is given must fit what stays: both are checked together. */

ngx_int_t
ngx_http_interconn_action_flow_update(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_int_t                  rc;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    rc = ngx_http_interconn_check_flow(r, ctx);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    ngx_http_interconn_arg_z(&args, ctx->kind->name);
    ngx_http_interconn_arg_input(&args, ctx, "flow_id");

    return ngx_http_interconn_store(r, ctx, "object_get", &args,
                                    ngx_http_interconn_flow_checked);
}


static ngx_int_t
ngx_http_interconn_flow_checked(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    unsigned           i;
    ngx_str_t          text;
    ic_job_fault_t     fault;
    const ic_json_t   *nodes[2];
    const ic_value_t  *given;

    static const char *const  names[] = { "dag", "config" };

    for (i = 0; i < 2; i++) {
        given = ic_input_get(&ctx->in, names[i]);
        text = ngx_http_interconn_reply_get(reply, names[i]);

        nodes[i] = given ? given->node
                   : text.len ? ic_json_parse(&ctx->arena,
                                              ngx_ic_lib_str(text), NULL)
                              : NULL;
    }

    if (nodes[0] && nodes[1]
        && ic_config_check(&ctx->arena, nodes[0], nodes[1], &fault) != 0)
    {
        return ngx_http_interconn_fail(r, ctx, fault.error,
                                       ngx_ic_str(fault.detail));
    }

    return ngx_http_interconn_flow_write(r, ctx,
                          ngx_http_interconn_reply_get(reply, "version"));
}


/* Not over what somebody else has written since it was checked. */

static ngx_int_t
ngx_http_interconn_flow_write(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t version)
{
    ngx_http_interconn_args_t  args = { .argc = 0 };

    static const char *const  apart[] = {
        "flow_id", "version", "dag", NULL
    };

    if (ic_input_get(&ctx->in, "version")) {
        version = ngx_http_interconn_input(ctx, "version");
    }

    ngx_http_interconn_arg_z(&args, ctx->kind->name);
    ngx_http_interconn_arg_input(&args, ctx, "flow_id");
    ngx_http_interconn_pair(&args, "version", version);
    ngx_http_interconn_pairs_but(&args, &ctx->in, apart);

    if (ngx_http_interconn_pair_dag(&args, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_interconn_store(r, ctx, "object_update", &args,
                                    ngx_http_interconn_answer);
}


/* kind and a new id, which answer_id() answers. */

static ngx_int_t
ngx_http_interconn_create(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_args_t *args)
{
    ngx_str_t  *id;

    id = ngx_http_interconn_new_id(ctx);
    if (id == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg_z(args, ctx->kind->name);
    ngx_http_interconn_arg(args, *id);

    return NGX_OK;
}
