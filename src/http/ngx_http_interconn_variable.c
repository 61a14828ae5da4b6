
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_core.h"


static ngx_int_t ngx_http_interconn_ctx_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_interconn_conf_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_interconn_endpoint_variable(
    ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_interconn_code_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_interconn_trace_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_interconn_key_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


#define ngx_http_interconn_ctx_var(name, field)                               \
    { ngx_string(name), NULL, ngx_http_interconn_ctx_variable,                \
      offsetof(ngx_http_interconn_ctx_t, field),                              \
      NGX_HTTP_VAR_NOCACHEABLE, 0 }

#define ngx_http_interconn_conf_var(name, field)                              \
    { ngx_string(name), NULL, ngx_http_interconn_conf_variable,               \
      offsetof(ngx_http_interconn_conf_t, field), 0, 0 }


#define ngx_http_interconn_var(name, handler)                                 \
    { ngx_string(name), NULL, handler, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 }


static ngx_http_variable_t  ngx_http_interconn_api_variables[] = {
    ngx_http_interconn_ctx_var("interconn_peer", caller.node_id),
    ngx_http_interconn_ctx_var("interconn_contract", caller.contract_id),
    ngx_http_interconn_ctx_var("interconn_operator", caller.operator),
    ngx_http_interconn_ctx_var("interconn_error", error),
    ngx_http_interconn_var("interconn_endpoint",
                           ngx_http_interconn_endpoint_variable),
    ngx_http_interconn_var("interconn_code",
                           ngx_http_interconn_code_variable),
    ngx_http_interconn_var("interconn_trace",
                           ngx_http_interconn_trace_variable),
    ngx_http_interconn_var("interconn_key",
                           ngx_http_interconn_key_variable),
    ngx_http_interconn_conf_var("interconn_node_id", node_id),
    ngx_http_interconn_conf_var("interconn_channel", channel),
    ngx_http_null_variable
};


ngx_int_t
ngx_http_interconn_variables(ngx_conf_t *cf)
{
    return ngx_http_interconn_add_variables(cf,
                                            ngx_http_interconn_api_variables);
}


ngx_int_t
ngx_http_interconn_add_variables(ngx_conf_t *cf,
    ngx_http_variable_t *variables)
{
    ngx_http_variable_t  *var, *v;

    for (v = variables; v->name.len; v++) {
        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_ctx_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t                  none = ngx_null_string;
    ngx_http_interconn_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r->main, ngx_http_interconn_module);

    return ngx_http_interconn_set_variable(v,
                        ctx ? (ngx_str_t *) ((char *) ctx + data) : &none);
}


/* Also before the endpoint is called: limits ask early. */

static ngx_int_t
ngx_http_interconn_endpoint_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_uint_t                   method;
    ngx_str_t                    path = ngx_null_string;
    const ic_endpoint_t         *endpoint;
    ngx_http_interconn_conf_t   *icf;
    ngx_http_interconn_route_t  *route;

    icf = ngx_http_interconn_conf(r);
    route = icf->sides ? ngx_http_interconn_find_route(r, icf->sides) : NULL;
    method = (r->method == NGX_HTTP_GET) ? IC_GET : IC_POST;

    if (route && (r->method & (NGX_HTTP_GET|NGX_HTTP_POST))) {
        endpoint = route->endpoints[method - 1];

        if (endpoint) {
            path = ngx_ic_str(ic_str(endpoint->path));
        }
    }

    return ngx_http_interconn_set_variable(v, &path);
}


static ngx_int_t
ngx_http_interconn_code_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t                  text = ngx_null_string;
    ngx_http_interconn_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r->main, ngx_http_interconn_module);

    if (ctx && ctx->counted) {
        text.data = ngx_pnalloc(r->pool, NGX_INT_T_LEN);
        if (text.data == NULL) {
            return NGX_ERROR;
        }

        text.len = ngx_sprintf(text.data, "%i", ctx->code) - text.data;
    }

    return ngx_http_interconn_set_variable(v, &text);
}


static ngx_int_t
ngx_http_interconn_trace_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t                  trace;
    ngx_http_interconn_ctx_t  *ctx;

    ctx = ngx_http_interconn_ctx(r->main);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    trace = ngx_http_interconn_trace(r->main, ctx);

    return ngx_http_interconn_set_variable(v, &trace);
}


static ngx_int_t
ngx_http_interconn_key_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t  key;

    key = ngx_http_interconn_caller_key(r->main);

    return ngx_http_interconn_set_variable(v, &key);
}


static ngx_int_t
ngx_http_interconn_conf_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    char  *conf;

    conf = (char *) ngx_http_interconn_conf(r);

    return ngx_http_interconn_set_variable(v, (ngx_str_t *) (conf + data));
}


ngx_int_t
ngx_http_interconn_set_variable(ngx_http_variable_value_t *v,
    ngx_str_t *value)
{
    if (value->len == 0) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->len = value->len;
    v->data = value->data;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}
