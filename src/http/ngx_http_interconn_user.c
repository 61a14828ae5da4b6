
/* Directives of the federated-learning service: its users, its answers. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../api/ic_infer.h"
#include "ngx_http_interconn_core.h"


static ngx_int_t ngx_http_interconn_party_console(ngx_conf_t *cf,
    ngx_http_interconn_party_t *party, ngx_str_t *value);
static ngx_int_t ngx_http_interconn_infer_number(ngx_str_t *value,
    const char *name, ngx_int_t least, ngx_int_t most, ngx_int_t *n);


char *
ngx_http_interconn_set_party(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_interconn_conf_t *icf = conf;

    ngx_int_t                    user_id;
    ngx_str_t                   *value;
    ngx_uint_t                   i;
    ngx_http_interconn_party_t  *party;

    value = cf->args->elts;
    user_id = ngx_atoi(value[1].data, value[1].len);

    if (user_id == NGX_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid user id \"%V\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    if (icf->parties == NGX_CONF_UNSET_PTR) {
        icf->parties = ngx_array_create(cf->pool, 4,
                                        sizeof(ngx_http_interconn_party_t));
        if (icf->parties == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    party = icf->parties->elts;

    for (i = 0; i < icf->parties->nelts; i++) {
        if (party[i].user_id == user_id) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "duplicate user id \"%V\"", &value[1]);
            return NGX_CONF_ERROR;
        }
    }

    party = ngx_array_push(icf->parties);
    if (party == NULL) {
        return NGX_CONF_ERROR;
    }

    party->user_id = user_id;
    party->node_id = value[2];

    ngx_str_null(&party->console);

    if (cf->args->nelts == 4
        && ngx_http_interconn_party_console(cf, party, &value[3]) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return ngx_http_interconn_check_id(cf, NULL, &party->node_id);
}


/* console=URL of pages: nothing that ends it, or that a page could misread. */

static ngx_int_t
ngx_http_interconn_party_console(ngx_conf_t *cf,
    ngx_http_interconn_party_t *party, ngx_str_t *value)
{
    u_char     *p, *last;
    ngx_str_t   url;

    static const char  name[] = "console=";

    url.data = value->data + sizeof(name) - 1;
    url.len = value->len - (sizeof(name) - 1);

    if (value->len < sizeof(name)
        || ngx_strncmp(value->data, name, sizeof(name) - 1) != 0
        || (ngx_strncmp(url.data, "https://", 8) != 0
            && ngx_strncmp(url.data, "http://", 7) != 0))
    {
        goto invalid;
    }

    while (url.len && url.data[url.len - 1] == '/') {
        url.len--;
    }

    last = url.data + url.len;

    for (p = url.data; p < last; p++) {
        if (*p <= ' ' || *p >= 0x7f || ngx_strchr("\"#<>?\\`", *p)) {
            goto invalid;
        }
    }

    party->console = url;

    return NGX_OK;

invalid:

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\", must be "
                       "console=https://host[:port][/path]", value);

    return NGX_ERROR;
}


char *
ngx_http_interconn_set_infer(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_interconn_conf_t *icf = conf;

    ngx_int_t    rc;
    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_strcmp(value[i].data, "decimals=full") == 0) {
            rc = icf->infer_decimals == NGX_CONF_UNSET ? NGX_OK
                                                       : NGX_DECLINED;
            icf->infer_decimals = IC_INFER_FULL;

        } else if (ngx_strncmp(value[i].data, "rows=", 5) == 0) {
            rc = ngx_http_interconn_infer_number(&value[i], "rows=", 1,
                                                 IC_INFER_MAX_ROWS,
                                                 &icf->infer_rows);

        } else {
            rc = ngx_http_interconn_infer_number(&value[i], "decimals=", 0,
                                                 IC_INFER_MAX_DECIMALS,
                                                 &icf->infer_decimals);
        }

        if (rc == NGX_DECLINED) {
            return "is duplicate";
        }

        if (rc != NGX_OK) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid parameter \"%V\", must be "
                               "decimals=0..%d, decimals=full or "
                               "rows=1..%d", &value[i],
                               IC_INFER_MAX_DECIMALS, IC_INFER_MAX_ROWS);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_interconn_infer_number(ngx_str_t *value, const char *name,
    ngx_int_t least, ngx_int_t most, ngx_int_t *n)
{
    size_t     len;
    ngx_int_t  number;

    len = ngx_strlen(name);

    if (value->len <= len || ngx_strncmp(value->data, name, len) != 0) {
        return NGX_ERROR;
    }

    number = ngx_atoi(value->data + len, value->len - len);

    if (number < least || number > most) {
        return NGX_ERROR;
    }

    if (*n != NGX_CONF_UNSET) {
        return NGX_DECLINED;
    }

    *n = number;

    return NGX_OK;
}


void
ngx_http_interconn_merge_infer(ngx_http_interconn_conf_t *conf,
    const ngx_http_interconn_conf_t *prev)
{
    ngx_conf_merge_value(conf->infer_decimals, prev->infer_decimals,
                         IC_INFER_DECIMALS);
    ngx_conf_merge_value(conf->infer_rows, prev->infer_rows, IC_INFER_ROWS);
}
