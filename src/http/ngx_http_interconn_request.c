
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_core.h"


static void *ngx_http_interconn_alloc(void *owner, size_t size);
static void ngx_http_interconn_cleanup(void *data);
static ngx_uint_t ngx_http_interconn_is_header(u_char *key,
    const char *name);


ngx_http_interconn_ctx_t *
ngx_http_interconn_ctx(ngx_http_request_t *r)
{
    ngx_http_cleanup_t        *cln;
    ngx_http_interconn_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_interconn_module);
    if (ctx) {
        return ctx;
    }

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_http_interconn_ctx_t));
    if (ctx == NULL) {
        return NULL;
    }

    /* a call must not outlive the request that it would wake */

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NULL;
    }

    cln->handler = ngx_http_interconn_cleanup;
    cln->data = ctx;

    ctx->request = r;
    ctx->arena.alloc = ngx_http_interconn_alloc;
    ctx->arena.owner = r->pool;

    ngx_http_set_ctx(r, ctx, ngx_http_interconn_module);

    return ctx;
}


static void *
ngx_http_interconn_alloc(void *owner, size_t size)
{
    return ngx_palloc(owner, size);
}


static void
ngx_http_interconn_cleanup(void *data)
{
    ngx_http_interconn_ctx_t  *ctx = data;

    if (ctx->call) {
        ngx_ic_redis_abandon(ctx->call);
        ctx->call = NULL;
    }

    if (ctx->parser) {
        ic_json_abort(ctx->parser);
        ctx->parser = NULL;
    }
}


ngx_str_t
ngx_http_interconn_header(ngx_http_request_t *r, const char *name)
{
    ngx_str_t  value;

    if (ngx_http_interconn_headers(r, name, &value) > 1) {
        ngx_str_null(&value);
    }

    return value;
}


/* Some implementations write x_node_id; names have the same length here. */

static ngx_uint_t
ngx_http_interconn_is_header(u_char *key, const char *name)
{
    u_char  c;

    for ( /* void */ ; *name; key++, name++) {
        c = (*key == '_') ? '-' : ngx_tolower(*key);

        if (c != ngx_tolower((u_char) *name)) {
            return 0;
        }
    }

    return 1;
}


ngx_uint_t
ngx_http_interconn_headers(ngx_http_request_t *r, const char *name,
    ngx_str_t *value)
{
    size_t            len;
    ngx_uint_t        i, found;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    len = ngx_strlen(name);
    part = &r->headers_in.headers.part;
    h = part->elts;
    found = 0;

    ngx_str_null(value);

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {
            if (part->next == NULL) {
                break;
            }

            part = part->next;
            h = part->elts;
            i = 0;
        }

        if (h[i].key.len == len
            && ngx_http_interconn_is_header(h[i].key.data, name))
        {
            *value = h[i].value;
            found++;
        }
    }

    return found;
}
