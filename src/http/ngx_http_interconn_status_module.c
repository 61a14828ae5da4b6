
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_STATUS_CLASSES  3
#define NGX_HTTP_INTERCONN_STATUS_LINE     256

#define NGX_HTTP_INTERCONN_STATUS_UNKNOWN  0
#define NGX_HTTP_INTERCONN_STATUS_ACCESS   1
#define NGX_HTTP_INTERCONN_STATUS_PERMIT   2
#define NGX_HTTP_INTERCONN_STATUS_FIRST    3


/* In shared memory: one row per endpoint after those of the names below. */
typedef struct {
    ngx_uint_t            nrows;
    ngx_atomic_t          counts[1];         /* nrows * classes */
} ngx_http_interconn_counters_t;

typedef struct {
    ngx_shm_zone_t       *zone;
    ngx_uint_t            nrows;
} ngx_http_interconn_status_conf_t;

typedef struct {
    const char           *method;
    const char           *path;
    ngx_uint_t            counts[NGX_HTTP_INTERCONN_STATUS_CLASSES];
} ngx_http_interconn_status_row_t;


static ngx_int_t ngx_http_interconn_status_handler(ngx_http_request_t *r);
static void ngx_http_interconn_status_row(
    ngx_http_interconn_counters_t *counters, ngx_uint_t n,
    ngx_http_interconn_status_row_t *row);
static ngx_int_t ngx_http_interconn_status_json(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_counters_t *counters,
    ngx_ic_redis_state_t *store);
static ngx_int_t ngx_http_interconn_status_prometheus(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_counters_t *counters,
    ngx_ic_redis_state_t *store);
static ngx_ic_redis_state_t ngx_http_interconn_status_store(
    ngx_http_request_t *r);
static ngx_http_interconn_counters_t *ngx_http_interconn_status_counters(
    ngx_http_request_t *r);
static void *ngx_http_interconn_status_create_main_conf(ngx_conf_t *cf);
static ngx_int_t ngx_http_interconn_status_init(ngx_conf_t *cf);
static ngx_int_t ngx_http_interconn_status_init_zone(
    ngx_shm_zone_t *shm_zone, void *data);
static char *ngx_http_interconn_status(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


/* By the thousands of the envelope's code: 0, 4xxx and 6xxx, 5xxx. */

static const char  *ngx_http_interconn_status_classes[] = {
    "success", "caller", "node"
};


static ngx_command_t  ngx_http_interconn_status_commands[] = {

    { ngx_string("interconn_status"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_interconn_status,
      0,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_interconn_status_module_ctx = {
    NULL,                                  /* preconfiguration */
    ngx_http_interconn_status_init,        /* postconfiguration */

    ngx_http_interconn_status_create_main_conf, /* create main conf */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_interconn_status_module = {
    NGX_MODULE_V1,
    &ngx_http_interconn_status_module_ctx, /* module context */
    ngx_http_interconn_status_commands,    /* module directives */
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


void
ngx_http_interconn_count(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, int code)
{
    ngx_uint_t                      row, class;
    ngx_http_interconn_counters_t  *counters;

    ctx->code = code;
    ctx->counted = 1;

    counters = ngx_http_interconn_status_counters(r);
    if (counters == NULL) {
        return;
    }

    class = (code == 0) ? 0 : (code / 1000 == 5) ? 2 : 1;

    if (ctx->endpoint) {
        row = NGX_HTTP_INTERCONN_STATUS_FIRST
              + (ctx->endpoint - ic_endpoints);

    } else if (ctx->guarded) {
        row = NGX_HTTP_INTERCONN_STATUS_PERMIT;

    } else if (ctx->next) {
        row = NGX_HTTP_INTERCONN_STATUS_ACCESS;

    } else {
        row = NGX_HTTP_INTERCONN_STATUS_UNKNOWN;
    }

    (void) ngx_atomic_fetch_add(&counters->counts[
                     row * NGX_HTTP_INTERCONN_STATUS_CLASSES + class], 1);
}


static ngx_int_t
ngx_http_interconn_status_handler(ngx_http_request_t *r)
{
    ngx_int_t                       rc;
    ngx_str_t                       format;
    ngx_ic_redis_state_t            store;
    ngx_http_interconn_ctx_t       *ctx;
    ngx_http_interconn_counters_t  *counters;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    ctx = ngx_http_interconn_ctx(r);
    counters = ngx_http_interconn_status_counters(r);

    if (ctx == NULL || counters == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    store = ngx_http_interconn_status_store(r);

    if (ngx_http_arg(r, (u_char *) "format", 6, &format) == NGX_OK
        && format.len == 10
        && ngx_strncmp(format.data, "prometheus", 10) == 0)
    {
        return ngx_http_interconn_status_prometheus(r, ctx, counters, &store);
    }

    return ngx_http_interconn_status_json(r, ctx, counters, &store);
}


static void
ngx_http_interconn_status_row(ngx_http_interconn_counters_t *counters,
    ngx_uint_t n, ngx_http_interconn_status_row_t *row)
{
    ngx_uint_t            i;
    const ic_endpoint_t  *endpoint;

    static const char  *names[NGX_HTTP_INTERCONN_STATUS_FIRST] = {
        "unknown", "access", "permit"
    };

    row->method = "";
    row->path = (n < NGX_HTTP_INTERCONN_STATUS_FIRST) ? names[n] : "";

    if (n >= NGX_HTTP_INTERCONN_STATUS_FIRST) {
        endpoint = &ic_endpoints[n - NGX_HTTP_INTERCONN_STATUS_FIRST];

        row->method = (endpoint->method == IC_GET) ? "GET" : "POST";
        row->path = endpoint->path;
    }

    for (i = 0; i < NGX_HTTP_INTERCONN_STATUS_CLASSES; i++) {
        row->counts[i] =
            counters->counts[n * NGX_HTTP_INTERCONN_STATUS_CLASSES + i];
    }
}


static ngx_int_t
ngx_http_interconn_status_json(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_counters_t *counters,
    ngx_ic_redis_state_t *store)
{
    ngx_uint_t                       i, n;
    ic_json_out_t                    out;
    ngx_http_interconn_status_row_t  row;

    ic_out_init(&out, &ctx->arena);
    ic_out_object(&out, NULL);
    ic_out_int(&out, "worker", ngx_pid);
    ic_out_bool(&out, "store_ready", store->ready);
    ic_out_int(&out, "store_pending", store->pending);
    ic_out_int(&out, "store_calls", store->calls);
    ic_out_int(&out, "store_unanswered", store->unanswered);
    ic_out_int(&out, "store_losses", store->losses);
    ic_out_array(&out, "requests");

    for (n = 0; n < counters->nrows; n++) {
        ngx_http_interconn_status_row(counters, n, &row);

        ic_out_object(&out, NULL);
        ic_out_z(&out, "method", row.method);
        ic_out_z(&out, "path", row.path);

        for (i = 0; i < NGX_HTTP_INTERCONN_STATUS_CLASSES; i++) {
            ic_out_int(&out, ngx_http_interconn_status_classes[i],
                       row.counts[i]);
        }

        ic_out_object_end(&out);
    }

    ic_out_array_end(&out);
    ic_out_object_end(&out);

    return ngx_http_interconn_send_json(r, ctx, NGX_HTTP_OK, &out);
}


static ngx_int_t
ngx_http_interconn_status_prometheus(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_counters_t *counters,
    ngx_ic_redis_state_t *store)
{
    size_t                           size;
    u_char                          *p, *last;
    ngx_str_t                        text, type;
    ngx_uint_t                       i, n;
    ngx_http_interconn_status_row_t  row;

    size = (counters->nrows * NGX_HTTP_INTERCONN_STATUS_CLASSES + 8)
           * NGX_HTTP_INTERCONN_STATUS_LINE;

    text.data = ngx_pnalloc(r->pool, size);
    if (text.data == NULL) {
        return NGX_ERROR;
    }

    last = text.data + size;

    p = ngx_slprintf(text.data, last,
                     "# HELP interconn_store_ready whether the answering "
                     "worker has its store\n"
                     "# TYPE interconn_store_ready gauge\n"
                     "interconn_store_ready %ui\n"
                     "# HELP interconn_store_pending its calls without an "
                     "answer\n"
                     "# TYPE interconn_store_pending gauge\n"
                     "interconn_store_pending %ui\n"
                     "# HELP interconn_store_calls_total its calls\n"
                     "# TYPE interconn_store_calls_total counter\n"
                     "interconn_store_calls_total{worker=\"%P\"} %ui\n"
                     "# HELP interconn_store_unanswered_total those whose "
                     "outcome is unknown\n"
                     "# TYPE interconn_store_unanswered_total counter\n"
                     "interconn_store_unanswered_total{worker=\"%P\"} %ui\n"
                     "# HELP interconn_store_losses_total how often it lost "
                     "the store\n"
                     "# TYPE interconn_store_losses_total counter\n"
                     "interconn_store_losses_total{worker=\"%P\"} %ui\n"
                     "# HELP interconn_requests_total answers by whose "
                     "fault it was\n"
                     "# TYPE interconn_requests_total counter\n",
                     store->ready, store->pending, ngx_pid, store->calls,
                     ngx_pid, store->unanswered, ngx_pid, store->losses);

    for (n = 0; n < counters->nrows; n++) {
        ngx_http_interconn_status_row(counters, n, &row);

        for (i = 0; i < NGX_HTTP_INTERCONN_STATUS_CLASSES; i++) {
            p = ngx_slprintf(p, last,
                             "interconn_requests_total{method=\"%s\","
                             "path=\"%s\",class=\"%s\"} %ui\n",
                             row.method, row.path,
                             ngx_http_interconn_status_classes[i],
                             row.counts[i]);
        }
    }

    text.len = p - text.data;

    ngx_str_set(&type, "text/plain; version=0.0.4; charset=utf-8");

    return ngx_http_interconn_send(r, ctx, NGX_HTTP_OK, type, text);
}


/* All zero without a store. */

static ngx_ic_redis_state_t
ngx_http_interconn_status_store(ngx_http_request_t *r)
{
    ngx_ic_redis_state_t              state;
    ngx_http_interconn_store_conf_t  *iscf;

    iscf = ngx_http_get_module_main_conf(r, ngx_http_interconn_store_module);

    if (iscf->connection) {
        return ngx_ic_redis_state(iscf->connection);
    }

    ngx_memzero(&state, sizeof(ngx_ic_redis_state_t));

    return state;
}


static ngx_http_interconn_counters_t *
ngx_http_interconn_status_counters(ngx_http_request_t *r)
{
    ngx_http_interconn_status_conf_t  *istcf;

    istcf = ngx_http_get_module_main_conf(r,
                                          ngx_http_interconn_status_module);

    return istcf->zone->data;
}


static void *
ngx_http_interconn_status_create_main_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_interconn_status_conf_t));
}


static ngx_int_t
ngx_http_interconn_status_init(ngx_conf_t *cf)
{
    const ic_endpoint_t               *endpoint;
    ngx_http_interconn_status_conf_t  *istcf;

    static ngx_str_t  name = ngx_string("interconn_status");

    istcf = ngx_http_conf_get_module_main_conf(cf,
                                             ngx_http_interconn_status_module);

    for (endpoint = ic_endpoints; endpoint->path; endpoint++) { /* void */ }

    istcf->nrows = NGX_HTTP_INTERCONN_STATUS_FIRST
                   + (endpoint - ic_endpoints);

    istcf->zone = ngx_shared_memory_add(cf, &name, 8 * ngx_pagesize,
                                        &ngx_http_interconn_status_module);
    if (istcf->zone == NULL) {
        return NGX_ERROR;
    }

    istcf->zone->init = ngx_http_interconn_status_init_zone;
    istcf->zone->data = istcf;

    return NGX_OK;
}


/* The zone's data is the configuration until here, then the counters. */

static ngx_int_t
ngx_http_interconn_status_init_zone(ngx_shm_zone_t *shm_zone, void *data)
{
    size_t                             size;
    ngx_uint_t                         nrows;
    ngx_slab_pool_t                   *shpool;
    ngx_http_interconn_counters_t     *counters;
    ngx_http_interconn_status_conf_t  *istcf;

    istcf = shm_zone->data;
    nrows = istcf->nrows;
    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    counters = data;

    if (counters == NULL && shm_zone->shm.exists) {
        counters = shpool->data;
    }

    if (counters && counters->nrows == nrows) {
        shm_zone->data = counters;
        return NGX_OK;
    }

    size = sizeof(ngx_http_interconn_counters_t)
           + nrows * NGX_HTTP_INTERCONN_STATUS_CLASSES * sizeof(ngx_atomic_t);

    counters = ngx_slab_calloc(shpool, size);
    if (counters == NULL) {
        return NGX_ERROR;
    }

    counters->nrows = nrows;

    shpool->data = counters;
    shm_zone->data = counters;

    return NGX_OK;
}


static char *
ngx_http_interconn_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->handler) {
        return clcf->handler == ngx_http_interconn_status_handler
               ? "is duplicate" : "has another handler in its location";
    }

    clcf->handler = ngx_http_interconn_status_handler;

    return NGX_CONF_OK;
}
