
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_MAX_PATH   128
#define NGX_HTTP_INTERCONN_HASH_SIZE  1024


static ngx_http_interconn_route_t *ngx_http_interconn_add_route(
    ngx_conf_t *cf, ngx_array_t *keys, const ic_endpoint_t *endpoint);
static ngx_uint_t ngx_http_interconn_is_permission(const char *text);
static ngx_int_t ngx_http_interconn_route_side(
    ngx_http_interconn_route_t *route, ngx_uint_t sides);


ngx_int_t
ngx_http_interconn_init_routes(ngx_conf_t *cf,
    ngx_http_interconn_main_conf_t *imcf)
{
    ngx_array_t                   keys;
    ngx_hash_init_t               hash;
    const ic_endpoint_t          *endpoint;
    ngx_http_interconn_route_t   *route;

    if (ngx_array_init(&keys, cf->temp_pool, 64, sizeof(ngx_hash_key_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (endpoint = ic_endpoints; endpoint->path; endpoint++) {
        route = ngx_http_interconn_add_route(cf, &keys, endpoint);
        if (route == NULL) {
            return NGX_ERROR;
        }

        if (route->endpoints[endpoint->method - 1]) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "two endpoints for one method of \"%s\"",
                          endpoint->path);
            return NGX_ERROR;
        }

        if ((endpoint->auth == IC_AUTH_OPERATOR)
            != ngx_http_interconn_is_permission(endpoint->permission))
        {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "endpoint \"%s\" needs a permission exactly if it "
                          "is for operators", endpoint->path);
            return NGX_ERROR;
        }

        route->endpoints[endpoint->method - 1] = endpoint;
    }

    hash.hash = &imcf->routes;
    hash.key = ngx_hash_key_lc;
    hash.max_size = NGX_HTTP_INTERCONN_HASH_SIZE;
    hash.bucket_size = ngx_align(2 * NGX_HTTP_INTERCONN_MAX_PATH,
                                 ngx_cacheline_size);
    hash.name = "interconn_routes";
    hash.pool = cf->pool;
    hash.temp_pool = NULL;

    return ngx_hash_init(&hash, keys.elts, keys.nelts);
}


/* "kind.right"; without one an endpoint would be everybody's. */

static ngx_uint_t
ngx_http_interconn_is_permission(const char *text)
{
    const char         *dot;
    const char *const  *right;

    dot = text ? strchr(text, '.') : NULL;

    if (dot == NULL || dot == text) {
        return 0;
    }

    for (right = ic_rights; *right; right++) {
        if (ngx_strcmp(*right, dot + 1) == 0) {
            return 1;
        }
    }

    return 0;
}


static ngx_http_interconn_route_t *
ngx_http_interconn_add_route(ngx_conf_t *cf, ngx_array_t *keys,
    const ic_endpoint_t *endpoint)
{
    ngx_str_t        path;
    ngx_uint_t       i;
    ngx_hash_key_t  *key;

    path.data = (u_char *) endpoint->path;
    path.len = ngx_strlen(endpoint->path);

    key = keys->elts;

    for (i = 0; i < keys->nelts; i++) {
        if (key[i].key.len == path.len
            && ngx_strncmp(key[i].key.data, path.data, path.len) == 0)
        {
            return key[i].value;
        }
    }

    if (path.len > NGX_HTTP_INTERCONN_MAX_PATH) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "the path of endpoint \"%V\" is too long", &path);
        return NULL;
    }

    key = ngx_array_push(keys);
    if (key == NULL) {
        return NULL;
    }

    key->key = path;
    key->key_hash = ngx_hash_key_lc(path.data, path.len);
    key->value = ngx_pcalloc(cf->pool, sizeof(ngx_http_interconn_route_t));

    return key->value;
}


ngx_http_interconn_route_t *
ngx_http_interconn_find_route(ngx_http_request_t *r, ngx_uint_t sides)
{
    u_char                           path[NGX_HTTP_INTERCONN_MAX_PATH];
    size_t                           len;
    ngx_uint_t                       key;
    const ic_endpoint_t             *endpoint;
    ngx_http_interconn_route_t      *route;
    ngx_http_interconn_main_conf_t  *imcf;

    imcf = ngx_http_get_module_main_conf(r, ngx_http_interconn_module);
    len = r->uri.len;

    /* clients of the federated-learning service send "/model/train/" */

    if (len > sizeof("/model/") - 1
        && ngx_strncmp(r->uri.data, "/model/", sizeof("/model/") - 1) == 0
        && r->uri.data[len - 1] == '/')
    {
        len--;
    }

    if (len > NGX_HTTP_INTERCONN_MAX_PATH) {
        return NULL;
    }

    key = ngx_hash_strlow(path, r->uri.data, len);
    route = ngx_hash_find(&imcf->routes, key, path, len);

    if (route == NULL || !ngx_http_interconn_route_side(route, sides)) {
        return NULL;
    }

    /* nginx's hashes know no case, paths do */

    endpoint = route->endpoints[0] ? route->endpoints[0]
                                   : route->endpoints[1];

    if (ngx_strncmp(endpoint->path, r->uri.data, len) != 0) {
        return NULL;
    }

    return route;
}


static ngx_int_t
ngx_http_interconn_route_side(ngx_http_interconn_route_t *route,
    ngx_uint_t sides)
{
    ngx_uint_t            i;
    const ic_endpoint_t  *endpoint;

    for (i = 0; i < 2; i++) {
        endpoint = route->endpoints[i];

        if (endpoint && (sides & ((ngx_uint_t) 1 << endpoint->side))) {
            return 1;
        }
    }

    return 0;
}
