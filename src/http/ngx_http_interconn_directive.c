
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../lib/ic_codec.h"
#include "../trust/ic_cert.h"
#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_MAX_CERTIFICATE  16384


static void *ngx_http_interconn_conf_alloc(void *owner, size_t size);
static void ngx_http_interconn_free_permit_key(void *data);


static ngx_conf_bitmask_t  ngx_http_interconn_sides[] = {
    { ngx_string("east-west"), 1 << IC_EAST_WEST },
    { ngx_string("north-south"), 1 << IC_NORTH_SOUTH },
    { ngx_string("service"), 1 << IC_SERVICE },
    { ngx_null_string, 0 }
};


void
ngx_http_interconn_need_store(ngx_conf_t *cf)
{
    ngx_http_interconn_main_conf_t  *imcf;

    imcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_interconn_module);

    if (imcf->file == NULL) {
        imcf->file = cf->conf_file->file.name.data;
        imcf->line = cf->conf_file->line;
    }
}


char *
ngx_http_interconn_set_api(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_interconn_conf_t *icf = conf;

    char                       *rv;
    ngx_command_t               sides;
    ngx_http_core_loc_conf_t   *clcf;

    if (icf->sides) {
        return "is duplicate";
    }

    sides = *cmd;
    sides.post = ngx_http_interconn_sides;

    rv = ngx_conf_set_bitmask_slot(cf, &sides, conf);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->handler) {
        return "has another handler in its location";
    }

    clcf->handler = ngx_http_interconn_handler;

    if (ngx_http_interconn_add_place(cf, icf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    ngx_http_interconn_need_store(cf);

    return NGX_CONF_OK;
}


char *
ngx_http_interconn_set_peer_allow(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_interconn_conf_t *icf = conf;

    ngx_int_t    rc;
    ngx_str_t   *value;
    ngx_uint_t   i;
    ngx_cidr_t  *cidr;

    if (icf->peer_allow == NGX_CONF_UNSET_PTR) {
        icf->peer_allow = ngx_array_create(cf->pool, 4, sizeof(ngx_cidr_t));
        if (icf->peer_allow == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        cidr = ngx_array_push(icf->peer_allow);
        if (cidr == NULL) {
            return NGX_CONF_ERROR;
        }

        rc = ngx_ptocidr(&value[i], cidr);

        if (rc == NGX_ERROR) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid network \"%V\"", &value[i]);
            return NGX_CONF_ERROR;
        }

        if (rc == NGX_DONE) {
            ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                               "low address bits of %V are meaningless",
                               &value[i]);
        }
    }

    return NGX_CONF_OK;
}


char *
ngx_http_interconn_set_permit_key(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_interconn_conf_t *icf = conf;

    ngx_str_t           *value;
    ic_arena_t          *arena;
    ic_permit_key_t     *key;
    ngx_pool_cleanup_t  *cln;

    if (icf->permit_key != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_conf_full_name(cf->cycle, &value[1], 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    key = ngx_pcalloc(cf->pool, sizeof(ic_permit_key_t));
    arena = ngx_palloc(cf->pool, sizeof(ic_arena_t));
    cln = ngx_pool_cleanup_add(cf->pool, 0);

    if (key == NULL || arena == NULL || cln == NULL) {
        return NGX_CONF_ERROR;
    }

    arena->alloc = ngx_http_interconn_conf_alloc;
    arena->owner = cf->pool;

    if (ic_permit_key_load(key, (char *) value[1].data, arena) != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no private key can be read from \"%V\"",
                           &value[1]);
        return NGX_CONF_ERROR;
    }

    cln->handler = ngx_http_interconn_free_permit_key;
    cln->data = key;

    icf->permit_key = key;

    ngx_http_interconn_warn_readable(cf, &value[1]);

    return NGX_CONF_OK;
}


void
ngx_http_interconn_warn_readable(ngx_conf_t *cf, ngx_str_t *name)
{
    ngx_file_info_t  fi;

    if (ngx_file_info(name->data, &fi) != NGX_FILE_ERROR
        && (ngx_file_access(&fi) & S_IROTH))
    {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "everybody on this host can read the secret in "
                           "\"%V\"", name);
    }
}


static void *
ngx_http_interconn_conf_alloc(void *owner, size_t size)
{
    return ngx_palloc(owner, size);
}


static void
ngx_http_interconn_free_permit_key(void *data)
{
    ic_permit_key_free(data);
}


char *
ngx_http_interconn_set_certificate(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_interconn_conf_t *icf = conf;

    X509       *cert;
    ngx_str_t  *value;

    if (icf->certificate.data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_http_interconn_read_file(cf, &value[1],
                                     NGX_HTTP_INTERCONN_MAX_CERTIFICATE,
                                     &icf->certificate)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    cert = ic_cert_parse(ngx_ic_lib_str(icf->certificate));

    if (cert == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no PEM certificate in \"%V\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    if (X509_cmp_current_time(X509_get0_notAfter(cert)) < 0) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "the certificate in \"%V\" has expired",
                           &value[1]);
    }

    X509_free(cert);

    return NGX_CONF_OK;
}


char *
ngx_http_interconn_check_size(ngx_conf_t *cf, void *post, void *data)
{
    size_t  *size = data;

    return *size ? NGX_CONF_OK : "must be greater than 0";
}


char *
ngx_http_interconn_check_time(ngx_conf_t *cf, void *post, void *data)
{
    ngx_msec_t  *time = data;

    return *time ? NGX_CONF_OK : "must be greater than 0";
}


char *
ngx_http_interconn_check_id(ngx_conf_t *cf, void *post, void *data)
{
    ngx_str_t  *id = data;

    if (!ic_id_valid(ngx_ic_lib_str(*id))) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid id \"%V\": letters, digits and ._:@- only,"
                           " at most %d of them", id, IC_ID_MAX);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_interconn_check_plain(ngx_conf_t *cf, void *post, void *data)
{
    ngx_flag_t  *on = data;

    if (*on) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "\"interconn_plain_identity\" believes whoever a "
                           "caller without TLS says it is; "
                           "for development only");
    }

    return NGX_CONF_OK;
}


char *
ngx_http_interconn_check_channel(ngx_conf_t *cf, void *post, void *data)
{
    ngx_str_t  *channel = data;

    ngx_url_t  u;

    ngx_memzero(&u, sizeof(ngx_url_t));

    u.url = *channel;
    u.no_resolve = 1;

    if (ngx_strncmp(channel->data, "unix:/", 6) != 0) {
        u.err = "not unix:/path";

    } else if (ngx_parse_url(cf->pool, &u) == NGX_OK) {
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid socket \"%V\": %s",
                       channel, u.err ? u.err : "cannot be parsed");

    return NGX_CONF_ERROR;
}


ngx_int_t
ngx_http_interconn_read_file(ngx_conf_t *cf, ngx_str_t *name, size_t limit,
    ngx_str_t *text)
{
    ssize_t          n;
    ngx_file_t       file;
    ngx_file_info_t  fi;

    if (ngx_conf_full_name(cf->cycle, name, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_memzero(&file, sizeof(ngx_file_t));

    file.name = *name;
    file.log = cf->log;

    file.fd = ngx_open_file(name->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (file.fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%V\" failed", name);
        return NGX_ERROR;
    }

    n = NGX_ERROR;
    text->data = NULL;

    if (ngx_fd_info(file.fd, &fi) == NGX_FILE_ERROR
        || !ngx_is_file(&fi) || (size_t) ngx_file_size(&fi) > limit)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" is not a file of at most %uz bytes",
                           name, limit);

    } else {
        text->data = ngx_pcalloc(cf->pool, ngx_file_size(&fi) + 1);
    }

    if (text->data) {
        n = ngx_read_file(&file, text->data, ngx_file_size(&fi), 0);
    }

    if (ngx_close_file(file.fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           ngx_close_file_n " \"%V\" failed", name);
    }

    if (n == NGX_ERROR) {
        return NGX_ERROR;
    }

    text->len = n;

    return NGX_OK;
}
