
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include <openssl/crypto.h>

#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_STORE_PORT      6379
#define NGX_HTTP_INTERCONN_STORE_TIMEOUT   1000
#define NGX_HTTP_INTERCONN_STORE_PENDING   1024
#define NGX_HTTP_INTERCONN_STORE_PASSWORD  512


static void *ngx_http_interconn_store_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_interconn_store_redis(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_interconn_store_address(ngx_conf_t *cf,
    ngx_ic_redis_conf_t *redis, ngx_str_t *url);
static char *ngx_http_interconn_store_parameter(ngx_conf_t *cf,
    ngx_ic_redis_conf_t *redis, ngx_str_t *value);
static char *ngx_http_interconn_store_password(ngx_conf_t *cf,
    ngx_ic_redis_conf_t *redis, ngx_str_t *name);
static void ngx_http_interconn_store_wipe(void *data);
static ngx_int_t ngx_http_interconn_store_init_process(ngx_cycle_t *cycle);
static void ngx_http_interconn_store_exit_process(ngx_cycle_t *cycle);


static ngx_command_t  ngx_http_interconn_store_commands[] = {

    { ngx_string("interconn_redis"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1234,
      ngx_http_interconn_store_redis,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_interconn_store_module_ctx = {
    NULL,                                  /* preconfiguration */
    ngx_http_interconn_memory_handler,     /* postconfiguration */

    ngx_http_interconn_store_create_main_conf, /* create main conf */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_interconn_store_module = {
    NGX_MODULE_V1,
    &ngx_http_interconn_store_module_ctx,  /* module context */
    ngx_http_interconn_store_commands,     /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ngx_http_interconn_store_init_process, /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_interconn_store_exit_process, /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_interconn_store_init_process(ngx_cycle_t *cycle)
{
    ngx_http_interconn_store_conf_t  *iscf;

    /* cache managers and loaders come here too */

    if (ngx_process != NGX_PROCESS_WORKER
        && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    ngx_http_interconn_memory_init(cycle);

    iscf = ngx_http_cycle_get_module_main_conf(cycle,
                                              ngx_http_interconn_store_module);

    if (iscf == NULL || iscf->redis.addr == NULL) {
        return NGX_OK;
    }

    iscf->connection = ngx_ic_redis_create(cycle, &iscf->redis);

    return iscf->connection ? NGX_OK : NGX_ERROR;
}


static void
ngx_http_interconn_store_exit_process(ngx_cycle_t *cycle)
{
    ngx_http_interconn_store_conf_t  *iscf;

    iscf = ngx_http_cycle_get_module_main_conf(cycle,
                                              ngx_http_interconn_store_module);

    if (iscf && iscf->connection) {
        ngx_ic_redis_close(iscf->connection);
        iscf->connection = NULL;
    }
}


static void *
ngx_http_interconn_store_create_main_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_interconn_store_conf_t));
}


static char *
ngx_http_interconn_store_redis(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_interconn_store_conf_t *iscf = conf;

    char        *rv;
    ngx_str_t   *value;
    ngx_uint_t   i;

    if (iscf->redis.addr) {
        return "is duplicate";
    }

    iscf->redis.timeout = NGX_HTTP_INTERCONN_STORE_TIMEOUT;
    iscf->redis.max_pending = NGX_HTTP_INTERCONN_STORE_PENDING;

    value = cf->args->elts;

    rv = ngx_http_interconn_store_address(cf, &iscf->redis, &value[1]);

    for (i = 2; i < cf->args->nelts && rv == NGX_CONF_OK; i++) {
        rv = ngx_http_interconn_store_parameter(cf, &iscf->redis, &value[i]);
    }

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    iscf->redis.connect_timeout = iscf->redis.timeout;

    if (iscf->redis.user.len && iscf->redis.password.len == 0) {
        return "has user= without password_file=";
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_interconn_store_address(ngx_conf_t *cf, ngx_ic_redis_conf_t *redis,
    ngx_str_t *url)
{
    ngx_url_t  u;

    ngx_memzero(&u, sizeof(ngx_url_t));

    /* a worker must never wait for a resolver */

    u.url = *url;
    u.default_port = NGX_HTTP_INTERCONN_STORE_PORT;
    u.no_resolve = 1;

    if ((ngx_strncmp(url->data, "unix:", 5) == 0 && url->data[5] != '/')
        || ngx_parse_url(cf->pool, &u) != NGX_OK || u.naddrs == 0)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the store's address \"%V\" is neither numeric "
                           "nor unix:/path%s%s", url, u.err ? ": " : "",
                           u.err ? u.err : "");
        return NGX_CONF_ERROR;
    }

    redis->addr = &u.addrs[0];

    return NGX_CONF_OK;
}


static char *
ngx_http_interconn_store_parameter(ngx_conf_t *cf,
    ngx_ic_redis_conf_t *redis, ngx_str_t *value)
{
    ngx_int_t  msec;
    ngx_str_t  s;

    if (ngx_strncmp(value->data, "user=", 5) == 0) {
        redis->user.data = value->data + 5;
        redis->user.len = value->len - 5;
        return NGX_CONF_OK;
    }

    if (ngx_strncmp(value->data, "timeout=", 8) == 0) {
        s.data = value->data + 8;
        s.len = value->len - 8;

        msec = ngx_parse_time(&s, 0);

        if (msec != NGX_ERROR && msec > 0) {
            redis->timeout = msec;
            return NGX_CONF_OK;
        }
    }

    if (ngx_strncmp(value->data, "password_file=", 14) == 0) {
        s.data = value->data + 14;
        s.len = value->len - 14;

        return ngx_http_interconn_store_password(cf, redis, &s);
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid parameter \"%V\"",
                       value);

    return NGX_CONF_ERROR;
}


static char *
ngx_http_interconn_store_password(ngx_conf_t *cf, ngx_ic_redis_conf_t *redis,
    ngx_str_t *name)
{
    ngx_str_t           *password;
    ngx_pool_cleanup_t  *cln;

    password = &redis->password;

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_CONF_ERROR;
    }

    if (ngx_http_interconn_read_file(cf, name,
                                     NGX_HTTP_INTERCONN_STORE_PASSWORD,
                                     password)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    ngx_http_interconn_warn_readable(cf, name);

    cln->handler = ngx_http_interconn_store_wipe;
    cln->data = password;

    while (password->len
           && (password->data[password->len - 1] == LF
               || password->data[password->len - 1] == CR))
    {
        password->len--;
    }

    if (password->len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "no password in \"%V\"",
                           name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static void
ngx_http_interconn_store_wipe(void *data)
{
    ngx_str_t  *password = data;

    OPENSSL_cleanse(password->data, password->len);
}
