
/*
 * Where interconn_api is: what nginx -t finds between it and the directives
 * of nginx around it. What can answer nobody as it should is refused; what
 * may be meant is a warning.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_core.h"


typedef struct {
    ngx_http_core_srv_conf_t   *cscf;
    ngx_http_core_loc_conf_t   *clcf;
    ngx_http_interconn_conf_t  *icf;
    u_char                     *file;
    ngx_uint_t                  line;
} ngx_http_interconn_place_t;

/* One thing that is wrong with a place. */
typedef struct {
    ngx_uint_t                  sides;       /* bits, for which it matters */
    ngx_uint_t                (*has)(ngx_conf_t *cf,
                                    ngx_http_interconn_place_t *place);
    const char                 *text;
} ngx_http_interconn_flaw_t;


static ngx_int_t ngx_http_interconn_check_place(ngx_conf_t *cf,
    ngx_http_interconn_place_t *place);
static ngx_uint_t ngx_http_interconn_seen(ngx_array_t *places,
    ngx_uint_t n);
static ngx_uint_t ngx_http_interconn_no_tls(ngx_conf_t *cf,
    ngx_http_interconn_place_t *place);
static ngx_uint_t ngx_http_interconn_no_verify(ngx_conf_t *cf,
    ngx_http_interconn_place_t *place);
static ngx_uint_t ngx_http_interconn_resumes(ngx_conf_t *cf,
    ngx_http_interconn_place_t *place);


#define NGX_HTTP_INTERCONN_PEERS      (1 << IC_EAST_WEST)
#define NGX_HTTP_INTERCONN_OPERATORS  (1 << IC_NORTH_SOUTH)


/* The first that a place has is told. */

static const ngx_http_interconn_flaw_t  ngx_http_interconn_flaws[] = {

    { NGX_HTTP_INTERCONN_PEERS|NGX_HTTP_INTERCONN_OPERATORS,
      ngx_http_interconn_no_tls,
      "has no \"listen ... ssl\": callers cannot prove who they are" },

    { NGX_HTTP_INTERCONN_PEERS,
      ngx_http_interconn_no_verify,
      "has no \"ssl_verify_client\": partners cannot prove who they are" },

    { NGX_HTTP_INTERCONN_PEERS,
      ngx_http_interconn_resumes,
      "lets TLS sessions be resumed, and a resumed one outlives a "
      "revocation: set \"ssl_session_cache off\" and "
      "\"ssl_session_tickets off\"" },

    { 0, NULL, NULL }
};


ngx_int_t
ngx_http_interconn_add_place(ngx_conf_t *cf, ngx_http_interconn_conf_t *icf)
{
    ngx_http_interconn_place_t      *place;
    ngx_http_interconn_main_conf_t  *imcf;

    imcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_interconn_module);

    if (imcf->places == NULL) {
        imcf->places = ngx_array_create(cf->pool, 4,
                                        sizeof(ngx_http_interconn_place_t));
        if (imcf->places == NULL) {
            return NGX_ERROR;
        }
    }

    place = ngx_array_push(imcf->places);
    if (place == NULL) {
        return NGX_ERROR;
    }

    place->cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);
    place->clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    place->icf = icf;
    place->file = cf->conf_file->file.name.data;
    place->line = cf->conf_file->line;

    return NGX_OK;
}


ngx_int_t
ngx_http_interconn_check_places(ngx_conf_t *cf)
{
    ngx_uint_t                       i;
    ngx_http_interconn_place_t      *place;
    ngx_http_interconn_main_conf_t  *imcf;

    imcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_interconn_module);

    if (imcf->places == NULL) {
        return NGX_OK;
    }

    place = imcf->places->elts;

    for (i = 0; i < imcf->places->nelts; i++) {

        if (place[i].icf->node_id.len == 0) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "\"interconn_api\" needs \"interconn_node_id\" in "
                          "%s:%ui", place[i].file, place[i].line);
            return NGX_ERROR;
        }

        if (place[i].clcf->handler != ngx_http_interconn_handler) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "\"interconn_api\" has another handler in its "
                          "location in %s:%ui", place[i].file,
                          place[i].line);
            return NGX_ERROR;
        }

        if (!ngx_http_interconn_seen(imcf->places, i)
            && ngx_http_interconn_check_place(cf, &place[i]) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_check_place(ngx_conf_t *cf,
    ngx_http_interconn_place_t *place)
{
    const ngx_http_interconn_flaw_t  *flaw;

    if (place->icf->plain_identity) {
        return NGX_OK;
    }

    for (flaw = ngx_http_interconn_flaws; flaw->sides; flaw++) {

        if ((place->icf->sides & flaw->sides) && flaw->has(cf, place)) {
            ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                          "the server of \"interconn_api\" in %s:%ui %s",
                          place->file, place->line, flaw->text);
            break;
        }
    }

    return NGX_OK;
}


/* A server's flaws are told once. */

static ngx_uint_t
ngx_http_interconn_seen(ngx_array_t *places, ngx_uint_t n)
{
    ngx_uint_t                   i;
    ngx_http_interconn_place_t  *place;

    place = places->elts;

    for (i = 0; i < n; i++) {
        if (place[i].cscf == place[n].cscf
            && (place[i].icf->sides & place[n].icf->sides)
               == place[n].icf->sides)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_interconn_no_tls(ngx_conf_t *cf, ngx_http_interconn_place_t *place)
{
    return !ngx_http_interconn_listens_tls(cf, place->cscf);
}


static ngx_uint_t
ngx_http_interconn_no_verify(ngx_conf_t *cf,
    ngx_http_interconn_place_t *place)
{
    ngx_http_ssl_srv_conf_t  *sscf;

    sscf = place->cscf->ctx->srv_conf[ngx_http_ssl_module.ctx_index];

    return sscf->verify == 0;
}


static ngx_uint_t
ngx_http_interconn_resumes(ngx_conf_t *cf, ngx_http_interconn_place_t *place)
{
    ngx_http_ssl_srv_conf_t  *sscf;

    sscf = place->cscf->ctx->srv_conf[ngx_http_ssl_module.ctx_index];

    return sscf->session_tickets || sscf->shm_zone
           || (sscf->builtin_session_cache != NGX_SSL_NO_SCACHE
               && sscf->builtin_session_cache != NGX_SSL_NONE_SCACHE);
}


ngx_uint_t
ngx_http_interconn_listens_tls(ngx_conf_t *cf,
    ngx_http_core_srv_conf_t *cscf)
{
    ngx_uint_t                   i, j, k;
    ngx_http_conf_port_t        *port;
    ngx_http_conf_addr_t        *addr;
    ngx_http_core_srv_conf_t   **server;
    ngx_http_core_main_conf_t   *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    port = cmcf->ports ? cmcf->ports->elts : NULL;

    for (i = 0; port && i < cmcf->ports->nelts; i++) {
        addr = port[i].addrs.elts;

        for (j = 0; j < port[i].addrs.nelts; j++) {
            server = addr[j].servers.elts;

            for (k = 0; addr[j].opt.ssl && k < addr[j].servers.nelts; k++) {
                if (server[k] == cscf) {
                    return 1;
                }
            }
        }
    }

    return 0;
}
