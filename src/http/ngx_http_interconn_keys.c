
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../lib/ic_codec.h"
#include "../trust/ic_cert.h"
#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_KEYS  64


typedef struct {
    u_char                      digest[32];  /* of the credential */
    EVP_PKEY                   *key;
    ngx_uint_t                  used;        /* tick; 0: a free entry */
} ngx_http_interconn_key_t;

/* Of one worker: reading a key costs ten times what using it does. */
struct ngx_http_interconn_keys_s {
    ngx_uint_t                  tick;
    ngx_http_interconn_key_t    keys[NGX_HTTP_INTERCONN_KEYS];
};


static ngx_http_interconn_keys_t *ngx_http_interconn_create_keys(void);
static void ngx_http_interconn_free_keys(void *data);
static ngx_http_interconn_key_t *ngx_http_interconn_find_key(
    ngx_http_interconn_keys_t *keys, u_char digest[32]);


EVP_PKEY *
ngx_http_interconn_public_key(ngx_http_request_t *r, ngx_str_t credential)
{
    u_char                           digest[32];
    ngx_http_interconn_key_t        *key;
    ngx_http_interconn_main_conf_t  *imcf;

    imcf = ngx_http_get_module_main_conf(r, ngx_http_interconn_module);

    if (imcf->keys == NULL) {
        imcf->keys = ngx_http_interconn_create_keys();
        if (imcf->keys == NULL) {
            return NULL;
        }
    }

    ic_sha256(digest, credential.data, credential.len);

    key = ngx_http_interconn_find_key(imcf->keys, digest);

    if (key->used == 0) {
        key->key = ic_cert_public_key(ngx_ic_lib_str(credential));
        if (key->key == NULL) {
            return NULL;
        }

        ngx_memcpy(key->digest, digest, sizeof(digest));
    }

    key->used = ++imcf->keys->tick;
    EVP_PKEY_up_ref(key->key);

    return key->key;
}


/* Lazily, so that only a worker that verifies has one. */

static ngx_http_interconn_keys_t *
ngx_http_interconn_create_keys(void)
{
    ngx_pool_cleanup_t         *cln;
    ngx_http_interconn_keys_t  *keys;

    cln = ngx_pool_cleanup_add(ngx_cycle->pool, 0);
    keys = ngx_pcalloc(ngx_cycle->pool, sizeof(ngx_http_interconn_keys_t));

    if (cln == NULL || keys == NULL) {
        return NULL;
    }

    cln->handler = ngx_http_interconn_free_keys;
    cln->data = keys;

    return keys;
}


static void
ngx_http_interconn_free_keys(void *data)
{
    ngx_http_interconn_keys_t *keys = data;

    ngx_uint_t  i;

    for (i = 0; i < NGX_HTTP_INTERCONN_KEYS; i++) {
        EVP_PKEY_free(keys->keys[i].key);
        keys->keys[i].key = NULL;
    }
}


/* The credential's entry; else a free one, or the one unused for longest. */

static ngx_http_interconn_key_t *
ngx_http_interconn_find_key(ngx_http_interconn_keys_t *keys,
    u_char digest[32])
{
    ngx_uint_t                 i;
    ngx_http_interconn_key_t  *key, *oldest;

    oldest = keys->keys;

    for (i = 0; i < NGX_HTTP_INTERCONN_KEYS; i++) {
        key = &keys->keys[i];

        if (key->used && ngx_memcmp(key->digest, digest, 32) == 0) {
            return key;
        }

        if (key->used < oldest->used) {
            oldest = key;
        }
    }

    EVP_PKEY_free(oldest->key);
    oldest->key = NULL;
    oldest->used = 0;

    return oldest;
}
