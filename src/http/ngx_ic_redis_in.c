
#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_ic_redis_in.h"


#define NGX_IC_REDIS_IN_SIZE  (32 * 1024)
#define NGX_IC_REDIS_IN_MAX   (512 * 1024 * 1024)


static ngx_int_t ngx_ic_redis_in_room(ngx_ic_redis_in_t *in);


void
ngx_ic_redis_in_init(ngx_ic_redis_in_t *in, ngx_log_t *log)
{
    ngx_memzero(in, sizeof(ngx_ic_redis_in_t));

    in->log = log;
}


void
ngx_ic_redis_in_free(ngx_ic_redis_in_t *in)
{
    if (in->data) {
        ngx_free(in->data);
        in->data = NULL;
    }

    in->size = 0;

    ngx_ic_redis_in_reset(in);
}


void
ngx_ic_redis_in_reset(ngx_ic_redis_in_t *in)
{
    in->pos = 0;
    in->len = 0;

    ngx_memzero(&in->scan, sizeof(ngx_ic_resp_scan_t));
}


ssize_t
ngx_ic_redis_in_read(ngx_ic_redis_in_t *in, ngx_connection_t *c)
{
    ssize_t  n;

    if (ngx_ic_redis_in_room(in) != NGX_OK) {
        return NGX_ERROR;
    }

    n = c->recv(c, in->data + in->len, in->size - in->len);

    if (n > 0) {
        in->len += n;
    }

    return n;
}


ngx_int_t
ngx_ic_redis_in_reply(ngx_ic_redis_in_t *in, ngx_str_t *reply)
{
    ngx_int_t  rc;

    if (in->pos == in->len) {

        if (in->size > NGX_IC_REDIS_IN_SIZE) {
            ngx_ic_redis_in_free(in);

        } else {
            ngx_ic_redis_in_reset(in);
        }

        return NGX_AGAIN;
    }

    rc = ngx_ic_resp_end(&in->scan, in->data + in->pos, in->len - in->pos);

    if (rc == NGX_OK) {
        reply->data = in->data + in->pos;
        reply->len = in->scan.pos;

        in->pos += in->scan.pos;
        ngx_memzero(&in->scan, sizeof(ngx_ic_resp_scan_t));
    }

    return rc;
}


/* The beginning of a reply moves to the front; one that fills all grows. */

static ngx_int_t
ngx_ic_redis_in_room(ngx_ic_redis_in_t *in)
{
    u_char  *data;
    size_t   size;

    if (in->pos) {
        in->len -= in->pos;
        ngx_memmove(in->data, in->data + in->pos, in->len);
        in->pos = 0;
    }

    if (in->len < in->size) {
        return NGX_OK;
    }

    size = in->size ? in->size * 2 : NGX_IC_REDIS_IN_SIZE;

    if (size > NGX_IC_REDIS_IN_MAX) {
        ngx_log_error(NGX_LOG_ERR, in->log, 0,
                      "a reply of the store is too long");
        return NGX_ERROR;
    }

    data = ngx_alloc(size, in->log);
    if (data == NULL) {
        return NGX_ERROR;
    }

    if (in->data) {
        ngx_memcpy(data, in->data, in->len);
        ngx_free(in->data);
    }

    in->data = data;
    in->size = size;

    return NGX_OK;
}
