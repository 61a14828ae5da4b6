
/* interconn_permit: its configuration and its variables. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../api/ic_schemas.h"
#include "ngx_http_interconn_core.h"


/* A server with a guarded location; its listeners are known last. */
typedef struct {
    ngx_http_core_srv_conf_t         *cscf;
    ngx_http_interconn_guard_conf_t  *guard;
    ngx_flag_t                        plain;
} ngx_http_interconn_guarded_t;


static ngx_int_t ngx_http_interconn_permit_variables(ngx_conf_t *cf);
static ngx_int_t ngx_http_interconn_permit_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_interconn_permit_init(ngx_conf_t *cf);
static ngx_int_t ngx_http_interconn_permit_handlers(ngx_conf_t *cf);
static const char *ngx_http_interconn_permit_listens(ngx_conf_t *cf,
    ngx_http_interconn_guarded_t *guarded);
static void *ngx_http_interconn_permit_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_interconn_permit_merge_loc_conf(ngx_conf_t *cf,
    void *parent, void *child);
static ngx_int_t ngx_http_interconn_permit_remember(ngx_conf_t *cf,
    ngx_http_interconn_guard_conf_t *igcf, ngx_flag_t plain);
static char *ngx_http_interconn_permit_set(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static ngx_uint_t ngx_http_interconn_permit_is_kind(const char *name);
static char *ngx_http_interconn_permit_value(ngx_conf_t *cf,
    ngx_http_interconn_guard_conf_t *igcf, ngx_str_t *parameter);
static ngx_int_t ngx_http_interconn_permit_arguments(ngx_conf_t *cf,
    ngx_http_interconn_guard_conf_t *igcf, ngx_str_t *value);


static ngx_str_t
    ngx_http_interconn_permit_names[NGX_HTTP_INTERCONN_GUARD_VALUES] =
{
    ngx_string("id="),
    ngx_string("project="),
    ngx_string("component="),
    ngx_string("algorithm="),
    ngx_string("use=")
};


static ngx_http_variable_t  ngx_http_interconn_permit_vars[] = {

    { ngx_string("interconn_permit_id"), NULL,
      ngx_http_interconn_permit_variable,
      offsetof(ngx_http_interconn_guard_t, permit_id),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("interconn_permit_left"), NULL,
      ngx_http_interconn_permit_variable,
      offsetof(ngx_http_interconn_guard_t, left),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("interconn_permit_resource"), NULL,
      ngx_http_interconn_permit_variable,
      offsetof(ngx_http_interconn_guard_t, resource),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


static ngx_command_t  ngx_http_interconn_permit_commands[] = {

    { ngx_string("interconn_permit"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_interconn_permit_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_interconn_permit_module_ctx = {
    ngx_http_interconn_permit_variables,   /* preconfiguration */
    ngx_http_interconn_permit_init,        /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_interconn_permit_create_loc_conf, /* create location conf */
    ngx_http_interconn_permit_merge_loc_conf   /* merge location conf */
};


ngx_module_t  ngx_http_interconn_permit_module = {
    NGX_MODULE_V1,
    &ngx_http_interconn_permit_module_ctx, /* module context */
    ngx_http_interconn_permit_commands,    /* module directives */
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
ngx_http_interconn_permit_variables(ngx_conf_t *cf)
{
    return ngx_http_interconn_add_variables(cf,
                                            ngx_http_interconn_permit_vars);
}


/*
 * limit_req and limit_conn ask before the access phase: what can be told
 * without the store is told then.
 */

static ngx_int_t
ngx_http_interconn_permit_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t                    none = ngx_null_string;
    ngx_http_interconn_guard_t  *guard;

    guard = ngx_http_interconn_guard(r->main);

    return ngx_http_interconn_set_variable(v,
                    guard ? (ngx_str_t *) ((char *) guard + data) : &none);
}


static ngx_int_t
ngx_http_interconn_permit_init(ngx_conf_t *cf)
{
    ngx_uint_t                       i;
    const char                      *fault;
    ngx_http_interconn_guarded_t    *guarded;
    ngx_http_interconn_main_conf_t  *imcf;

    imcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_interconn_module);

    if (imcf->guarded == NULL) {
        return NGX_OK;
    }

    guarded = imcf->guarded->elts;

    for (i = 0; i < imcf->guarded->nelts; i++) {

        fault = ngx_http_interconn_permit_listens(cf, &guarded[i]);

        if (fault) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "\"interconn_permit\" in %s:%ui is for callers "
                          "with certificates, and server \"%V\" in %s:%ui "
                          "%s", guarded[i].guard->file,
                          guarded[i].guard->line,
                          &guarded[i].cscf->server_name,
                          guarded[i].cscf->file_name,
                          guarded[i].cscf->line, fault);
            return NGX_ERROR;
        }
    }

    return ngx_http_interconn_permit_handlers(cf);
}


/*
 * The handlers of a phase run from the last to the first one: a use is
 * charged after everything else that may refuse has let the request in.
 */

static ngx_int_t
ngx_http_interconn_permit_handlers(ngx_conf_t *cf)
{
    ngx_array_t                *handlers;
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    handlers = &cmcf->phases[NGX_HTTP_ACCESS_PHASE].handlers;

    if (ngx_array_push(handlers) == NULL) {
        return NGX_ERROR;
    }

    h = handlers->elts;

    ngx_memmove(&h[1], &h[0],
                (handlers->nelts - 1) * sizeof(ngx_http_handler_pt));
    h[0] = ngx_http_interconn_guard_access;

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_LOG_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_interconn_guard_log;

    return NGX_OK;
}


/* What keeps every caller out, or NULL. */

static const char *
ngx_http_interconn_permit_listens(ngx_conf_t *cf,
    ngx_http_interconn_guarded_t *guarded)
{
    ngx_http_ssl_srv_conf_t  *sscf;

    if (guarded->plain) {
        return NULL;
    }

    if (!ngx_http_interconn_listens_tls(cf, guarded->cscf)) {
        return "has no \"listen ... ssl\"";
    }

    sscf = guarded->cscf->ctx->srv_conf[ngx_http_ssl_module.ctx_index];

    return sscf->verify ? NULL : "has no \"ssl_verify_client\"";
}


static void *
ngx_http_interconn_permit_create_loc_conf(ngx_conf_t *cf)
{
    /* everything is off, nowhere or NULL */

    return ngx_pcalloc(cf->pool, sizeof(ngx_http_interconn_guard_conf_t));
}


static char *
ngx_http_interconn_permit_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child)
{
    ngx_http_interconn_guard_conf_t *prev = parent;
    ngx_http_interconn_guard_conf_t *conf = child;

    const char                 *fault;
    ngx_http_core_loc_conf_t   *clcf;
    ngx_http_interconn_conf_t  *icf;

    if (conf->file == NULL) {
        *conf = *prev;
    }

    if (conf->kind == NULL) {
        return NGX_CONF_OK;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    icf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_interconn_module);

    fault = icf->node_id.len == 0 ? "needs \"interconn_node_id\""
            : icf->permit_key == NULL ? "needs \"interconn_permit_key\""
            : clcf->satisfy == NGX_HTTP_SATISFY_ANY
              ? "cannot be passed by, as \"satisfy any\" would"
              : NULL;

    if (fault) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"interconn_permit\" in %s:%ui %s", conf->file,
                      conf->line, fault);
        return NGX_CONF_ERROR;
    }

    if (ngx_http_interconn_permit_remember(cf, conf, icf->plain_identity)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_interconn_permit_remember(ngx_conf_t *cf,
    ngx_http_interconn_guard_conf_t *igcf, ngx_flag_t plain)
{
    ngx_http_interconn_guarded_t    *guarded;
    ngx_http_interconn_main_conf_t  *imcf;

    imcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_interconn_module);

    if (imcf->guarded == NULL) {
        imcf->guarded = ngx_array_create(cf->pool, 4,
                                    sizeof(ngx_http_interconn_guarded_t));
        if (imcf->guarded == NULL) {
            return NGX_ERROR;
        }
    }

    guarded = ngx_array_push(imcf->guarded);
    if (guarded == NULL) {
        return NGX_ERROR;
    }

    guarded->cscf = ngx_http_conf_get_module_srv_conf(cf,
                                                      ngx_http_core_module);
    guarded->guard = igcf;
    guarded->plain = plain;

    return NGX_OK;
}


static char *
ngx_http_interconn_permit_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_interconn_guard_conf_t *igcf = conf;

    char        *rv;
    ngx_str_t   *value;
    ngx_uint_t   i;

    if (igcf->file) {
        return "is duplicate";
    }

    igcf->file = cf->conf_file->file.name.data;
    igcf->line = cf->conf_file->line;

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        return cf->args->nelts == 2 ? NGX_CONF_OK : "has more than \"off\"";
    }

    igcf->kind = ic_kind(ngx_ic_lib_str(value[1]));

    if (igcf->kind == NULL
        || !ngx_http_interconn_permit_is_kind(igcf->kind->name))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "there are no permits for \"%V\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    if (ngx_array_init(&igcf->arguments, cf->pool, 1, sizeof(ngx_str_t))
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    for (i = 2; i < cf->args->nelts; i++) {
        rv = ngx_http_interconn_permit_value(cf, igcf, &value[i]);

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    if (igcf->values[NGX_HTTP_INTERCONN_GUARD_ID] == NULL) {
        return "has no id=";
    }

    ngx_http_interconn_need_store(cf);

    return NGX_CONF_OK;
}


/* What audits, and so permits, are about. */

static ngx_uint_t
ngx_http_interconn_permit_is_kind(const char *name)
{
    const char *const  *type;

    for (type = ic_resource_types; *type; type++) {
        if (ngx_strcmp(*type, name) == 0) {
            return 1;
        }
    }

    return 0;
}


static char *
ngx_http_interconn_permit_value(ngx_conf_t *cf,
    ngx_http_interconn_guard_conf_t *igcf, ngx_str_t *parameter)
{
    ngx_str_t                          value, *name;
    ngx_uint_t                         i;
    ngx_http_compile_complex_value_t   ccv;

    for (i = 0; i < NGX_HTTP_INTERCONN_GUARD_VALUES; i++) {
        name = &ngx_http_interconn_permit_names[i];

        if (parameter->len > name->len && igcf->values[i] == NULL
            && ngx_strncmp(parameter->data, name->data, name->len) == 0)
        {
            break;
        }
    }

    if (i == NGX_HTTP_INTERCONN_GUARD_VALUES) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid parameter \"%V\"",
                           parameter);
        return NGX_CONF_ERROR;
    }

    value.data = parameter->data + name->len;
    value.len = parameter->len - name->len;

    igcf->values[i] = ngx_palloc(cf->pool, sizeof(ngx_http_complex_value_t));
    if (igcf->values[i] == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = &value;
    ccv.complex_value = igcf->values[i];

    if (ngx_http_compile_complex_value(&ccv) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return ngx_http_interconn_permit_arguments(cf, igcf, &value) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* The names of the query's arguments that a value has. */

static ngx_int_t
ngx_http_interconn_permit_arguments(ngx_conf_t *cf,
    ngx_http_interconn_guard_conf_t *igcf, ngx_str_t *value)
{
    u_char     *p, *last;
    size_t      len;
    ngx_str_t  *argument;

    last = value->data + value->len;

    for (p = value->data; p + 5 < last; p++) {

        if (*p != '$') {
            continue;
        }

        p += (p[1] == '{') ? 2 : 1;

        if (ngx_strncmp(p, "arg_", 4) != 0) {
            continue;
        }

        p += 4;

        for (len = 0; p + len < last; len++) {
            if ((p[len] < 'a' || p[len] > 'z')
                && (p[len] < 'A' || p[len] > 'Z')
                && (p[len] < '0' || p[len] > '9') && p[len] != '_')
            {
                break;
            }
        }

        argument = ngx_array_push(&igcf->arguments);
        if (argument == NULL) {
            return NGX_ERROR;
        }

        argument->len = len;
        argument->data = ngx_pnalloc(cf->pool, len + 1);
        if (argument->data == NULL) {
            return NGX_ERROR;
        }

        ngx_cpystrn(argument->data, p, len + 1);
        p += len - 1;
    }

    return NGX_OK;
}
