
/*
 * interconn_crl, and whether the certificate of a connection still is good.
 * nginx asks that once, when the connection begins, with lists of the time
 * when it was started, and refuses everybody when one of them is out of date;
 * here it is asked at every request, of the file as it is.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../lib/ic_codec.h"
#include "../trust/ic_cert.h"
#include "../trust/ic_crl.h"
#include "ngx_http_interconn_core.h"


static ngx_int_t ngx_http_interconn_crl_grace(ngx_conf_t *cf,
    ngx_str_t *value, ngx_msec_t *grace);
static void ngx_http_interconn_free_crl(void *data);
static long ngx_http_interconn_ocsp_error(ngx_connection_t *c);
static void ngx_http_interconn_crl_look(ngx_http_request_t *r, ic_crl_t *crl);
static void ngx_http_interconn_crl_log(ngx_log_t *log, ic_crl_t *crl);


char *
ngx_http_interconn_set_crl(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_interconn_conf_t *icf = conf;

    char                 error[NGX_MAX_CONF_ERRSTR];
    ngx_str_t           *value;
    ngx_msec_t           grace;
    ngx_pool_cleanup_t  *cln;

    if (icf->crl != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;
    icf->crl = NULL;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        return NGX_CONF_OK;
    }

    grace = 0;

    if (cf->args->nelts == 3
        && ngx_http_interconn_crl_grace(cf, &value[2], &grace) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);

    if (cln == NULL
        || ngx_conf_full_name(cf->cycle, &value[1], 1) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    icf->crl = ic_crl_open((char *) value[1].data, (int64_t) grace, error,
                           sizeof(error));
    if (icf->crl == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s", error);
        return NGX_CONF_ERROR;
    }

    cln->handler = ngx_http_interconn_free_crl;
    cln->data = icf->crl;

    ngx_http_interconn_crl_log(cf->log, icf->crl);

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_interconn_crl_grace(ngx_conf_t *cf, ngx_str_t *value,
    ngx_msec_t *grace)
{
    ngx_int_t  ms;
    ngx_str_t  time;

    if (ngx_strncmp(value->data, "grace=", 6) == 0) {
        time.data = value->data + 6;
        time.len = value->len - 6;

        ms = ngx_parse_time(&time, 0);

        if (ms != NGX_ERROR) {
            *grace = ms;
            return NGX_OK;
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid parameter \"%V\": "
                       "grace=<time> is how long a list counts after its end",
                       value);

    return NGX_ERROR;
}


static void
ngx_http_interconn_free_crl(void *data)
{
    ic_crl_close(data);
}


const char *
ngx_http_interconn_refused(ngx_http_request_t *r, X509 *cert,
    ngx_http_interconn_standing_t *standing)
{
    long                        error;
    uint64_t                    epoch;
    STACK_OF(X509)             *chain;
    ngx_http_interconn_conf_t  *icf;

    /* NULL of a session that was resumed */

    chain = SSL_get0_verified_chain(r->connection->ssl->connection);
    icf = ngx_http_interconn_conf(r);

    if (standing->ends == 0) {
        standing->ends = chain ? ic_cert_chain_ends(chain)
                               : ic_cert_ends(cert);
        standing->ocsp = ngx_http_interconn_ocsp_error(r->connection);
    }

    error = standing->ocsp;

    if (error == X509_V_OK && standing->ends != -1
        && standing->ends <= ic_now_ms())
    {
        error = X509_V_ERR_CERT_HAS_EXPIRED;
    }

    if (error == X509_V_OK && icf->crl) {
        ngx_http_interconn_crl_look(r, icf->crl);

        epoch = ic_crl_epoch(icf->crl);

        if (standing->crl != icf->crl || standing->epoch != epoch) {
            standing->crl = icf->crl;
            standing->epoch = epoch;
            standing->error = ic_crl_check(icf->crl, chain);
        }

        error = standing->error;
    }

    return error == X509_V_OK ? NULL : ic_cert_advice(error);
}


int64_t
ngx_http_interconn_crl_ends(ngx_http_request_t *r)
{
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);

    if (icf->crl == NULL) {
        return -1;
    }

    ngx_http_interconn_crl_look(r, icf->crl);

    return ic_crl_ends(icf->crl);
}


/*
 * nginx leads whom its ssl_ocsp refuses to the page of error 495, as it does
 * with certificates that it could not verify; but these it could.
 */

static long
ngx_http_interconn_ocsp_error(ngx_connection_t *c)
{
    const char  *why;

    if (ngx_ssl_ocsp_get_status(c, &why) == NGX_OK) {
        return X509_V_OK;
    }

    return ngx_strcmp(why, "certificate revoked") == 0
           ? X509_V_ERR_CERT_REVOKED
           : ngx_strcmp(why, "certificate status request failed") == 0
             ? X509_V_ERR_OCSP_VERIFY_FAILED : X509_V_ERR_OCSP_CERT_UNKNOWN;
}


static void
ngx_http_interconn_crl_look(ngx_http_request_t *r, ic_crl_t *crl)
{
    ngx_log_t  *log;

    /* it is an affair of the worker's, not of this request's */

    log = ngx_cycle->log;

    switch (ic_crl_look(crl)) {

    case IC_CRL_SAME:
        break;

    case IC_CRL_READ:
        ngx_log_error(NGX_LOG_NOTICE, log, 0, "revocation list %s was read",
                      ic_crl_file(crl));
        ngx_http_interconn_crl_log(log, crl);
        break;

    case IC_CRL_AGED:
        ngx_http_interconn_crl_log(log, crl);
        break;

    case IC_CRL_BROKEN:
        ngx_log_error(NGX_LOG_ERR, log, 0, "revocation list %s; what was "
                      "read before goes on to count", ic_crl_error(crl));
        break;
    }
}


static void
ngx_http_interconn_crl_log(ngx_log_t *log, ic_crl_t *crl)
{
    ngx_uint_t    level;
    ic_crl_age_e  age;

    age = ic_crl_age(crl);

    if (age != IC_CRL_FRESH) {
        level = age == IC_CRL_ENDING ? NGX_LOG_WARN : NGX_LOG_ERR;
        ngx_log_error(level, log, 0, "revocation list %s %s",
                      ic_crl_file(crl), ic_crl_words(age));
    }
}
