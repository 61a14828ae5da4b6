
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>
#include <sys/prctl.h>

#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_MAX_BODY     (1024 * 1024)
#define NGX_HTTP_INTERCONN_KEY_OVERLAP  86400000

#define NGX_HTTP_INTERCONN_SESSION_IDLE      (30 * 60 * 1000)
#define NGX_HTTP_INTERCONN_SESSION_ABSOLUTE  (12 * 60 * 60 * 1000)

#define NGX_HTTP_INTERCONN_ANY_CONF                                           \
    NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF


static ngx_int_t ngx_http_interconn_postconfiguration(ngx_conf_t *cf);
static void *ngx_http_interconn_create_main_conf(ngx_conf_t *cf);
static void *ngx_http_interconn_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_interconn_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
static char *ngx_http_interconn_merge_key(ngx_conf_t *cf,
    ngx_http_interconn_conf_t *conf);
static ngx_int_t ngx_http_interconn_init_process(ngx_cycle_t *cycle);
static ngx_int_t ngx_http_interconn_seal(ngx_cycle_t *cycle);


static ngx_conf_post_t  ngx_http_interconn_id_post =
    { ngx_http_interconn_check_id };

static ngx_conf_post_t  ngx_http_interconn_plain_post =
    { ngx_http_interconn_check_plain };

static ngx_conf_post_t  ngx_http_interconn_size_post =
    { ngx_http_interconn_check_size };

static ngx_conf_post_t  ngx_http_interconn_time_post =
    { ngx_http_interconn_check_time };

static ngx_conf_post_t  ngx_http_interconn_channel_post =
    { ngx_http_interconn_check_channel };


static ngx_conf_enum_t  ngx_http_interconn_signatures[] = {
    { ngx_string("off"), NGX_HTTP_INTERCONN_SIGNATURE_OFF },
    { ngx_string("optional"), NGX_HTTP_INTERCONN_SIGNATURE_OPTIONAL },
    { ngx_string("required"), NGX_HTTP_INTERCONN_SIGNATURE_REQUIRED },
    { ngx_null_string, 0 }
};


static ngx_command_t  ngx_http_interconn_commands[] = {

    { ngx_string("interconn_api"),
      NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_interconn_set_api,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_interconn_conf_t, sides),
      NULL },

    { ngx_string("interconn_node_id"),
      NGX_HTTP_INTERCONN_ANY_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_interconn_conf_t, node_id),
      &ngx_http_interconn_id_post },

    { ngx_string("interconn_inst_id"),
      NGX_HTTP_INTERCONN_ANY_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_interconn_conf_t, inst_id),
      &ngx_http_interconn_id_post },

    { ngx_string("interconn_party"),
      NGX_HTTP_INTERCONN_ANY_CONF|NGX_CONF_TAKE23,
      ngx_http_interconn_set_party,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("interconn_infer"),
      NGX_HTTP_INTERCONN_ANY_CONF|NGX_CONF_TAKE12,
      ngx_http_interconn_set_infer,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("interconn_peer_allow"),
      NGX_HTTP_INTERCONN_ANY_CONF|NGX_CONF_1MORE,
      ngx_http_interconn_set_peer_allow,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("interconn_http_status"),
      NGX_HTTP_INTERCONN_ANY_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_interconn_conf_t, http_status),
      NULL },

    { ngx_string("interconn_errors"),
      NGX_HTTP_INTERCONN_ANY_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_interconn_conf_t, errors),
      NULL },

    { ngx_string("interconn_plain_identity"),
      NGX_HTTP_INTERCONN_ANY_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_interconn_conf_t, plain_identity),
      &ngx_http_interconn_plain_post },

    { ngx_string("interconn_key_overlap"),
      NGX_HTTP_INTERCONN_ANY_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_interconn_conf_t, key_overlap),
      NULL },

    { ngx_string("interconn_session_idle"),
      NGX_HTTP_INTERCONN_ANY_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_interconn_conf_t, session_idle),
      &ngx_http_interconn_time_post },

    { ngx_string("interconn_session_absolute"),
      NGX_HTTP_INTERCONN_ANY_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_interconn_conf_t, session_absolute),
      &ngx_http_interconn_time_post },

    { ngx_string("interconn_message_signature"),
      NGX_HTTP_INTERCONN_ANY_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_interconn_conf_t, message_signature),
      &ngx_http_interconn_signatures },

    { ngx_string("interconn_max_body"),
      NGX_HTTP_INTERCONN_ANY_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_interconn_conf_t, max_body),
      &ngx_http_interconn_size_post },

    { ngx_string("interconn_permit_key"),
      NGX_HTTP_INTERCONN_ANY_CONF|NGX_CONF_TAKE1,
      ngx_http_interconn_set_permit_key,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("interconn_certificate"),
      NGX_HTTP_INTERCONN_ANY_CONF|NGX_CONF_TAKE1,
      ngx_http_interconn_set_certificate,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("interconn_crl"),
      NGX_HTTP_INTERCONN_ANY_CONF|NGX_CONF_TAKE12,
      ngx_http_interconn_set_crl,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("interconn_channel"),
      NGX_HTTP_INTERCONN_ANY_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_interconn_conf_t, channel),
      &ngx_http_interconn_channel_post },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_interconn_module_ctx = {
    ngx_http_interconn_variables,          /* preconfiguration */
    ngx_http_interconn_postconfiguration,  /* postconfiguration */

    ngx_http_interconn_create_main_conf,   /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_interconn_create_loc_conf,    /* create location configuration */
    ngx_http_interconn_merge_loc_conf      /* merge location configuration */
};


ngx_module_t  ngx_http_interconn_module = {
    NGX_MODULE_V1,
    &ngx_http_interconn_module_ctx,        /* module context */
    ngx_http_interconn_commands,           /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    ngx_http_interconn_seal,               /* init module */
    ngx_http_interconn_init_process,       /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


ngx_http_interconn_conf_t *
ngx_http_interconn_conf(ngx_http_request_t *r)
{
    return ngx_http_get_module_loc_conf(r, ngx_http_interconn_module);
}


static ngx_int_t
ngx_http_interconn_postconfiguration(ngx_conf_t *cf)
{
    ngx_http_interconn_main_conf_t   *imcf;
    ngx_http_interconn_store_conf_t  *iscf;

    imcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_interconn_module);
    iscf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_interconn_store_module);

    if (imcf->file && iscf->redis.addr == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "no \"interconn_redis\" for what is used in %s:%ui",
                      imcf->file, imcf->line);
        return NGX_ERROR;
    }

    if (ngx_http_interconn_check_places(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_http_interconn_log_handler(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_interconn_init_errors();

    return ngx_http_interconn_init_routes(cf, imcf);
}


static void *
ngx_http_interconn_create_main_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_interconn_main_conf_t));
}


static void *
ngx_http_interconn_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_interconn_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_http_interconn_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     conf->sides = 0;
     *     conf->key = { 0, NULL };
     *     conf->node_id = { 0, NULL };
     *     conf->inst_id = { 0, NULL };
     *     conf->certificate = { 0, NULL };
     *     conf->channel = { 0, NULL };
     */

    conf->http_status = NGX_CONF_UNSET;
    conf->errors = NGX_CONF_UNSET;
    conf->plain_identity = NGX_CONF_UNSET;
    conf->message_signature = NGX_CONF_UNSET_UINT;
    conf->key_overlap = NGX_CONF_UNSET_MSEC;
    conf->session_idle = NGX_CONF_UNSET_MSEC;
    conf->session_absolute = NGX_CONF_UNSET_MSEC;
    conf->max_body = NGX_CONF_UNSET_SIZE;
    conf->parties = NGX_CONF_UNSET_PTR;
    conf->infer_decimals = NGX_CONF_UNSET;
    conf->infer_rows = NGX_CONF_UNSET;
    conf->peer_allow = NGX_CONF_UNSET_PTR;
    conf->permit_key = NGX_CONF_UNSET_PTR;
    conf->crl = NGX_CONF_UNSET_PTR;

    return conf;
}


static char *
ngx_http_interconn_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_interconn_conf_t *prev = parent;
    ngx_http_interconn_conf_t *conf = child;

    ngx_http_core_loc_conf_t  *clcf;

    ngx_conf_merge_value(conf->http_status, prev->http_status, 0);
    ngx_conf_merge_value(conf->plain_identity, prev->plain_identity, 0);
    ngx_conf_merge_uint_value(conf->message_signature,
                              prev->message_signature,
                              NGX_HTTP_INTERCONN_SIGNATURE_OPTIONAL);
    ngx_conf_merge_msec_value(conf->key_overlap, prev->key_overlap,
                              NGX_HTTP_INTERCONN_KEY_OVERLAP);
    ngx_conf_merge_msec_value(conf->session_idle, prev->session_idle,
                              NGX_HTTP_INTERCONN_SESSION_IDLE);
    ngx_conf_merge_msec_value(conf->session_absolute, prev->session_absolute,
                              NGX_HTTP_INTERCONN_SESSION_ABSOLUTE);
    ngx_conf_merge_size_value(conf->max_body, prev->max_body,
                              NGX_HTTP_INTERCONN_MAX_BODY);
    ngx_conf_merge_ptr_value(conf->parties, prev->parties, NULL);
    ngx_http_interconn_merge_infer(conf, prev);
    ngx_conf_merge_ptr_value(conf->peer_allow, prev->peer_allow, NULL);
    ngx_conf_merge_ptr_value(conf->permit_key, prev->permit_key, NULL);
    ngx_conf_merge_ptr_value(conf->crl, prev->crl, NULL);
    ngx_conf_merge_str_value(conf->node_id, prev->node_id, "");
    ngx_conf_merge_str_value(conf->inst_id, prev->inst_id, "");
    ngx_conf_merge_str_value(conf->certificate, prev->certificate, "");
    ngx_conf_merge_str_value(conf->channel, prev->channel, "");

    /* unset above, it is still for the location to know */

    if (conf->errors == NGX_CONF_UNSET) {
        conf->errors = (prev->errors == NGX_CONF_UNSET && conf->sides)
                       ? 1 : prev->errors;
    }

    if (conf->sides) {

        /* our own limit answers in the envelope and holds while reading */

        clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
        clcf->client_max_body_size = 0;
    }

    return ngx_http_interconn_merge_key(cf, conf);
}


static char *
ngx_http_interconn_merge_key(ngx_conf_t *cf, ngx_http_interconn_conf_t *conf)
{
    if (conf->node_id.len == 0) {
        return NGX_CONF_OK;
    }

    conf->key.len = sizeof("ic:{}") - 1 + conf->node_id.len;

    conf->key.data = ngx_pnalloc(cf->pool, conf->key.len);
    if (conf->key.data == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_sprintf(conf->key.data, "ic:{%V}", &conf->node_id);

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_interconn_init_process(ngx_cycle_t *cycle)
{
    if (ngx_http_interconn_seal(cycle) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_interconn_log_init(cycle);

    return ngx_http_interconn_init_identity(cycle);
}


/*
 * Workers hold the node's keys, and their user may be that of other services:
 * nginx lets such look into them after it changes users, for the sake of
 * cores. Who asks for cores with worker_rlimit_core gets them.
 */

static ngx_int_t
ngx_http_interconn_seal(ngx_cycle_t *cycle)
{
    ngx_core_conf_t  *ccf;

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    if (ccf->rlimit_core != NGX_CONF_UNSET && ccf->rlimit_core != 0) {
        return NGX_OK;
    }

    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, ngx_errno,
                      "prctl(PR_SET_DUMPABLE) failed");
        return NGX_ERROR;
    }

    return NGX_OK;
}
