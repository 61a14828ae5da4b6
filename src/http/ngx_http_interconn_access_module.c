
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_ACCESS_OFF      0
#define NGX_HTTP_INTERCONN_ACCESS_PEER     1
#define NGX_HTTP_INTERCONN_ACCESS_CHANNEL  2
#define NGX_HTTP_INTERCONN_ACCESS_PACKAGE  3


typedef struct {
    ngx_uint_t            access;            /* interconn_access */
    u_char               *file;              /* where it is */
    ngx_uint_t            line;
} ngx_http_interconn_access_conf_t;


static ngx_int_t ngx_http_interconn_access_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_interconn_access_start(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_access_package(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_uint_t ngx_http_interconn_access_path(ngx_http_request_t *r);
static ngx_int_t ngx_http_interconn_access_session(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_access_checked(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_access_grant(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static void ngx_http_interconn_access_resume(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_int_t rc);
static ngx_int_t ngx_http_interconn_access_init(ngx_conf_t *cf);
static void *ngx_http_interconn_access_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_interconn_access_merge_loc_conf(ngx_conf_t *cf,
    void *parent, void *child);
static char *ngx_http_interconn_access_set(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);


static ngx_conf_enum_t  ngx_http_interconn_access_modes[] = {
    { ngx_string("off"), NGX_HTTP_INTERCONN_ACCESS_OFF },
    { ngx_string("peer"), NGX_HTTP_INTERCONN_ACCESS_PEER },
    { ngx_string("channel"), NGX_HTTP_INTERCONN_ACCESS_CHANNEL },
    { ngx_string("package"), NGX_HTTP_INTERCONN_ACCESS_PACKAGE },
    { ngx_null_string, 0 }
};


/* What a peer may send; taking messages is for our own tasks. */

static ngx_str_t  ngx_http_interconn_access_calls[] = {
    ngx_string("/chan/invoke"),
    ngx_string("/chan/push"),
    ngx_string("/chan/transport"),
    ngx_null_string
};


static ngx_command_t  ngx_http_interconn_access_commands[] = {

    { ngx_string("interconn_access"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_interconn_access_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_interconn_access_conf_t, access),
      ngx_http_interconn_access_modes },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_interconn_access_module_ctx = {
    NULL,                                  /* preconfiguration */
    ngx_http_interconn_access_init,        /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_interconn_access_create_loc_conf, /* create location conf */
    ngx_http_interconn_access_merge_loc_conf   /* merge location conf */
};


ngx_module_t  ngx_http_interconn_access_module = {
    NGX_MODULE_V1,
    &ngx_http_interconn_access_module_ctx, /* module context */
    ngx_http_interconn_access_commands,    /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_interconn_access_handler(ngx_http_request_t *r)
{
    ngx_int_t                          rc;
    ngx_http_interconn_ctx_t          *ctx;
    ngx_http_interconn_guard_conf_t   *igcf;
    ngx_http_interconn_access_conf_t  *iacf;

    iacf = ngx_http_get_module_loc_conf(r, ngx_http_interconn_access_module);
    igcf = ngx_http_get_module_loc_conf(r, ngx_http_interconn_permit_module);

    if (iacf->access == NGX_HTTP_INTERCONN_ACCESS_OFF || r != r->main) {
        return NGX_DECLINED;
    }

    /* interconn_permit asks the same, and more, in one call */

    if (iacf->access == NGX_HTTP_INTERCONN_ACCESS_PEER && igcf->kind) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_interconn_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    /* the phase is entered again at every event of the client */

    if (ctx->granted) {
        return NGX_OK;
    }

    if (ctx->call) {
        return NGX_AGAIN;
    }

    ctx->channel = (iacf->access == NGX_HTTP_INTERCONN_ACCESS_CHANNEL);
    ctx->resume = ngx_http_interconn_access_resume;

    rc = iacf->access == NGX_HTTP_INTERCONN_ACCESS_PACKAGE
         ? ngx_http_interconn_access_package(r, ctx)
         : ngx_http_interconn_access_start(r, ctx);

    if (rc == NGX_AGAIN || ctx->granted) {
        return rc;
    }

    /* it was answered here, or cannot be */

    ngx_http_finalize_request(r, rc);

    return NGX_DONE;
}


ngx_uint_t
ngx_http_interconn_is_channel(ngx_http_request_t *r)
{
    ngx_http_interconn_access_conf_t  *iacf;

    iacf = ngx_http_get_module_loc_conf(r, ngx_http_interconn_access_module);

    return iacf->access == NGX_HTTP_INTERCONN_ACCESS_CHANNEL;
}


static ngx_int_t
ngx_http_interconn_access_start(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t  detail = ngx_null_string;

    if (!ctx->channel) {
        return ngx_http_interconn_authenticate(r, ctx, IC_AUTH_CONTRACT,
                                             ngx_http_interconn_access_grant);
    }

    if (!ngx_http_interconn_access_path(r)) {
        return ngx_http_interconn_fail(r, ctx, IC_E_unknown_path, detail);
    }

    return ngx_http_interconn_authenticate(r, ctx, IC_AUTH_CONTRACT,
                                           ngx_http_interconn_access_session);
}


/*
 * An endpoint whose body is no worker's matter: its operator is asked for
 * here, and whoever the location passes it to does the rest. What is told
 * there in a header cannot have come from the caller.
 */

static ngx_int_t
ngx_http_interconn_access_package(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t                    value, detail = ngx_null_string;
    ngx_http_interconn_route_t  *route;

    route = ngx_http_interconn_find_route(r, 1 << IC_NORTH_SOUTH);

    if (route && (r->method == NGX_HTTP_GET || r->method == NGX_HTTP_POST)) {
        ctx->endpoint = route->endpoints[r->method == NGX_HTTP_GET
                                         ? IC_GET - 1 : IC_POST - 1];
    }

    if (ctx->endpoint == NULL
        || ctx->endpoint->action != IC_ACTION_component_package
        || ctx->endpoint->auth != IC_AUTH_OPERATOR)
    {
        ctx->endpoint = NULL;
        return ngx_http_interconn_fail(r, ctx,
                                       route ? IC_E_wrong_method
                                             : IC_E_unknown_path, detail);
    }

    if (ngx_http_interconn_headers(r, "x-interconn-operator", &value)) {
        ngx_str_set(&detail, "x-interconn-operator is not for callers");
        return ngx_http_interconn_fail(r, ctx, IC_E_bad_request, detail);
    }

    return ngx_http_interconn_authenticate(r, ctx, IC_AUTH_OPERATOR,
                                           ngx_http_interconn_access_grant);
}


static ngx_uint_t
ngx_http_interconn_access_path(ngx_http_request_t *r)
{
    ngx_str_t  *call;

    for (call = ngx_http_interconn_access_calls; call->len; call++) {
        if (r->uri.len > call->len
            && ngx_strncmp(r->uri.data + r->uri.len - call->len, call->data,
                           call->len)
               == 0)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_http_interconn_access_session(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t                  session, detail;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    session = ngx_http_interconn_header(r, "x-ptp-session-id");

    if (session.len == 0) {
        ngx_str_set(&detail, "send one x-ptp-session-id");
        return ngx_http_interconn_fail(r, ctx, IC_E_not_permitted, detail);
    }

    ngx_http_interconn_arg(&args, session);
    ngx_http_interconn_arg_name(&args, ctx);
    ngx_http_interconn_arg(&args,
                           ngx_http_interconn_header(r, "x-ptp-token"));

    return ngx_http_interconn_store(r, ctx, "session_check", &args,
                                    ngx_http_interconn_access_checked);
}


static ngx_int_t
ngx_http_interconn_access_checked(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    return ngx_http_interconn_access_grant(r, ctx);
}


static ngx_int_t
ngx_http_interconn_access_grant(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ctx->granted = 1;

    return NGX_OK;
}


static void
ngx_http_interconn_access_resume(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_int_t rc)
{
    if (ctx->granted) {
        ngx_http_core_run_phases(r);
        return;
    }

    ngx_http_finalize_request(r, rc);
}


static ngx_int_t
ngx_http_interconn_access_init(ngx_conf_t *cf)
{
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_ACCESS_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_interconn_access_handler;

    return NGX_OK;
}


static void *
ngx_http_interconn_access_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_interconn_access_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_http_interconn_access_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    conf->access = NGX_CONF_UNSET_UINT;

    return conf;
}


static char *
ngx_http_interconn_access_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child)
{
    ngx_http_interconn_access_conf_t *prev = parent;
    ngx_http_interconn_access_conf_t *conf = child;

    const char                 *fault;
    ngx_http_core_loc_conf_t   *clcf;
    ngx_http_interconn_conf_t  *icf;

    if (conf->access == NGX_CONF_UNSET_UINT) {
        conf->file = prev->file;
        conf->line = prev->line;
    }

    ngx_conf_merge_uint_value(conf->access, prev->access,
                              NGX_HTTP_INTERCONN_ACCESS_OFF);

    if (conf->access == NGX_HTTP_INTERCONN_ACCESS_OFF) {
        return NGX_CONF_OK;
    }

    icf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_interconn_module);
    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    fault = icf->node_id.len == 0 ? "needs \"interconn_node_id\""
            : clcf->satisfy == NGX_HTTP_SATISFY_ANY
              ? "cannot be passed by, as \"satisfy any\" would"
              : NULL;

    if (fault) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"interconn_access\" %s in %s:%ui", fault,
                      conf->file, conf->line);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_interconn_access_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_interconn_access_conf_t *iacf = conf;

    char  *rv;

    rv = ngx_conf_set_enum_slot(cf, cmd, conf);

    iacf->file = cf->conf_file->file.name.data;
    iacf->line = cf->conf_file->line;

    if (rv == NGX_CONF_OK && iacf->access) {
        ngx_http_interconn_need_store(cf);
    }

    return rv;
}
