
/*
 * Signatures of permits that verified: checking one costs more than the rest
 * of a short request. Only that a token is ours and what it says is kept, of
 * one worker, for a minute; whether it may be used is asked every time.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../lib/ic_codec.h"
#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_PERMITS     4096
#define NGX_HTTP_INTERCONN_PERMIT_AGE  60

/* a byte behind every string of a permit */
#define NGX_HTTP_INTERCONN_PERMIT_NULS  16


typedef struct {
    u_char                   digest[32];     /* of the token */
    const ic_permit_key_t   *key;            /* that it verified with */
    time_t                   end;
    ic_permit_t              permit;
    u_char                  *free;           /* of text */
    u_char                   text[1];
} ngx_http_interconn_known_t;

/* By the beginning of the digest; who comes later takes the place. */
struct ngx_http_interconn_permits_s {
    ngx_http_interconn_known_t  *known[NGX_HTTP_INTERCONN_PERMITS];
};


static ngx_http_interconn_permits_t *ngx_http_interconn_permits(
    ngx_http_request_t *r);
static void ngx_http_interconn_free_permits(void *data);
static ngx_http_interconn_known_t *ngx_http_interconn_know(
    ngx_http_request_t *r, const ic_permit_t *permit, size_t len);
static void *ngx_http_interconn_know_alloc(void *owner, size_t size);


const char *
ngx_http_interconn_verify_permit(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const ic_permit_key_t *key,
    ngx_str_t token, const ic_permit_t **permit)
{
    u_char                          digest[32];
    const char                     *reason;
    ic_permit_t                    *verified;
    ngx_http_interconn_known_t     *known, **place;
    ngx_http_interconn_permits_t   *permits;

    if (token.len > IC_PERMIT_MAX) {
        return "malformed";
    }

    permits = ngx_http_interconn_permits(r);
    verified = ngx_palloc(r->pool, sizeof(ic_permit_t));

    if (permits == NULL || verified == NULL) {
        return "no memory";
    }

    ic_sha256(digest, token.data, token.len);

    place = &permits->known[(digest[0] << 8 | digest[1])
                            % NGX_HTTP_INTERCONN_PERMITS];
    known = *place;

    if (known && known->key == key && known->end > ngx_time()
        && ngx_memcmp(known->digest, digest, sizeof(digest)) == 0)
    {
        *permit = &known->permit;
        return NULL;
    }

    reason = ic_permit_verify(&ctx->arena, key, ngx_ic_lib_str(token),
                              verified);
    if (reason) {
        return reason;
    }

    *permit = verified;
    known = ngx_http_interconn_know(r, verified, token.len);

    if (known) {
        ngx_memcpy(known->digest, digest, sizeof(digest));
        known->key = key;
        known->end = ngx_time() + NGX_HTTP_INTERCONN_PERMIT_AGE;

        ngx_free(*place);
        *place = known;
    }

    return NULL;
}


static ngx_http_interconn_permits_t *
ngx_http_interconn_permits(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t              *cln;
    ngx_http_interconn_main_conf_t  *imcf;

    imcf = ngx_http_get_module_main_conf(r, ngx_http_interconn_module);

    if (imcf->permits) {
        return imcf->permits;
    }

    cln = ngx_pool_cleanup_add(ngx_cycle->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    imcf->permits = ngx_pcalloc(ngx_cycle->pool,
                                sizeof(ngx_http_interconn_permits_t));
    cln->handler = ngx_http_interconn_free_permits;
    cln->data = imcf->permits;

    return imcf->permits;
}


static void
ngx_http_interconn_free_permits(void *data)
{
    ngx_http_interconn_permits_t *permits = data;

    ngx_uint_t  i;

    for (i = 0; permits && i < NGX_HTTP_INTERCONN_PERMITS; i++) {
        ngx_free(permits->known[i]);
        permits->known[i] = NULL;
    }
}


/* The strings of a permit are no longer than the token that has them. */

static ngx_http_interconn_known_t *
ngx_http_interconn_know(ngx_http_request_t *r, const ic_permit_t *permit,
    size_t len)
{
    ic_arena_t                   arena;
    ngx_http_interconn_known_t  *known;

    known = ngx_alloc(sizeof(ngx_http_interconn_known_t) + len
                      + NGX_HTTP_INTERCONN_PERMIT_NULS, r->connection->log);
    if (known == NULL) {
        return NULL;
    }

    known->free = known->text;

    arena.alloc = ngx_http_interconn_know_alloc;
    arena.owner = known;

    if (ic_permit_copy(&arena, &known->permit, permit) != 0) {
        ngx_free(known);
        return NULL;
    }

    return known;
}


static void *
ngx_http_interconn_know_alloc(void *owner, size_t size)
{
    ngx_http_interconn_known_t *known = owner;

    u_char  *text;

    text = known->free;
    known->free += size;

    return text;
}
