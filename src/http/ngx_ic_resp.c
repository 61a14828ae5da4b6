
#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_ic_resp.h"


/* As Redis itself: longer ones are no replies. */
#define NGX_IC_RESP_MAX_LINE    (64 * 1024)
#define NGX_IC_RESP_MAX_BULK    (512 * 1024 * 1024)
#define NGX_IC_RESP_MAX_DIGITS  10


static u_char *ngx_ic_resp_number(u_char *p, u_char type, size_t n);
static ngx_int_t ngx_ic_resp_bulk(const u_char *data, size_t len,
    size_t *size, ngx_ic_resp_t *element);
static ngx_int_t ngx_ic_resp_line(const u_char *data, size_t len,
    size_t *line);
static ngx_int_t ngx_ic_resp_count(const u_char *digits, size_t len,
    ngx_int_t *n);
static ngx_int_t ngx_ic_resp_element(const u_char *data, size_t len,
    size_t *size, ngx_ic_resp_t *element);
static ngx_int_t ngx_ic_resp_counted(const u_char *data, size_t len,
    size_t line, size_t *size, ngx_ic_resp_t *element);


size_t
ngx_ic_resp_command_size(ngx_uint_t argc, const ngx_str_t *argv)
{
    size_t      size;
    ngx_uint_t  i;

    size = NGX_IC_RESP_MAX_DIGITS + 3;

    for (i = 0; i < argc; i++) {
        size += argv[i].len + NGX_IC_RESP_MAX_DIGITS + 5;
    }

    return size;
}


u_char *
ngx_ic_resp_command(u_char *p, ngx_uint_t argc, const ngx_str_t *argv)
{
    ngx_uint_t  i;

    p = ngx_ic_resp_number(p, '*', argc);

    for (i = 0; i < argc; i++) {
        p = ngx_ic_resp_number(p, '$', argv[i].len);

        if (argv[i].len) {
            p = ngx_cpymem(p, argv[i].data, argv[i].len);
        }

        *p++ = CR;
        *p++ = LF;
    }

    return p;
}


static u_char *
ngx_ic_resp_number(u_char *p, u_char type, size_t n)
{
    u_char  digits[NGX_IC_RESP_MAX_DIGITS], *d;

    d = digits + NGX_IC_RESP_MAX_DIGITS;

    do {
        *--d = '0' + n % 10;
        n /= 10;
    } while (n && d > digits);

    *p++ = type;
    p = ngx_cpymem(p, d, digits + NGX_IC_RESP_MAX_DIGITS - d);
    *p++ = CR;
    *p++ = LF;

    return p;
}


/* A count of what is open instead of a stack: depth is no matter here. */

ngx_int_t
ngx_ic_resp_end(ngx_ic_resp_scan_t *scan, const u_char *data, size_t len)
{
    size_t         size;
    ngx_int_t      rc;
    ngx_ic_resp_t  element;

    if (scan->pos == 0) {
        scan->open = 1;
    }

    while (scan->open) {
        rc = ngx_ic_resp_element(data + scan->pos, len - scan->pos, &size,
                                 &element);
        if (rc != NGX_OK) {
            return rc;
        }

        scan->pos += size;
        scan->open += element.elements;
        scan->open--;
    }

    return NGX_OK;
}


ngx_int_t
ngx_ic_resp_next(ngx_str_t *reply, ngx_ic_resp_t *element)
{
    size_t     size;
    ngx_int_t  rc;

    if (reply->len == 0) {
        return NGX_DONE;
    }

    rc = ngx_ic_resp_element(reply->data, reply->len, &size, element);
    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    if (element->text.len) {
        element->text.data[element->text.len] = '\0';

    } else {
        element->text.data = (u_char *) "";
    }

    reply->data += size;
    reply->len -= size;

    return NGX_OK;
}


/* Its size in bytes; of an array, that of its line alone. */

static ngx_int_t
ngx_ic_resp_element(const u_char *data, size_t len, size_t *size,
    ngx_ic_resp_t *element)
{
    size_t     line;
    ngx_int_t  rc;

    if (len == 0) {
        return NGX_AGAIN;
    }

    if (data[0] == '$' && ngx_ic_resp_bulk(data, len, size, element)
                          == NGX_OK)
    {
        return NGX_OK;
    }

    rc = ngx_ic_resp_line(data, len, &line);
    if (rc != NGX_OK) {
        return rc;
    }

    element->type = data[0];
    element->text.data = (u_char *) "";
    element->text.len = 0;
    element->elements = 0;

    *size = line + 2;

    switch (data[0]) {

    case '+':
    case '-':
    case ':':
        element->text.data = (u_char *) data + 1;
        element->text.len = line - 1;
        return NGX_OK;

    case '*':
    case '$':
        return ngx_ic_resp_counted(data, len, line, size, element);
    }

    return NGX_ERROR;
}


/* What begins with its number: of elements, or of bytes. */

static ngx_int_t
ngx_ic_resp_counted(const u_char *data, size_t len, size_t line, size_t *size,
    ngx_ic_resp_t *element)
{
    ngx_int_t  n;

    if (ngx_ic_resp_count(data + 1, line - 1, &n) != NGX_OK) {
        return NGX_ERROR;
    }

    if (n < 0) {
        return NGX_OK;
    }

    if (data[0] == '*') {
        element->elements = n;
        return NGX_OK;
    }

    if (len - *size < (size_t) n + 2) {
        return NGX_AGAIN;
    }

    element->text.data = (u_char *) data + *size;
    element->text.len = n;

    *size += n + 2;

    return data[*size - 2] == CR && data[*size - 1] == LF ? NGX_OK
                                                          : NGX_ERROR;
}


/*
 * A string that is there with all of its bytes, which nearly all are; else
 * NGX_DECLINED.
 */

static ngx_int_t
ngx_ic_resp_bulk(const u_char *data, size_t len, size_t *size,
    ngx_ic_resp_t *element)
{
    size_t  i, n;

    n = 0;

    for (i = 1; i < len && data[i] >= '0' && data[i] <= '9'; i++) {

        if (i == NGX_IC_RESP_MAX_DIGITS) {
            return NGX_DECLINED;
        }

        n = n * 10 + (data[i] - '0');
    }

    if (i == 1 || len - i < n + 4 || data[i] != CR || data[i + 1] != LF
        || data[i + 2 + n] != CR || data[i + 3 + n] != LF)
    {
        return NGX_DECLINED;
    }

    element->type = '$';
    element->text.data = (u_char *) data + i + 2;
    element->text.len = n;
    element->elements = 0;

    *size = i + n + 4;

    return NGX_OK;
}


/* line: without its CR LF. */

static ngx_int_t
ngx_ic_resp_line(const u_char *data, size_t len, size_t *line)
{
    const u_char  *lf;

    lf = memchr(data, LF, ngx_min(len, NGX_IC_RESP_MAX_LINE));

    if (lf == NULL) {
        return len < NGX_IC_RESP_MAX_LINE ? NGX_AGAIN : NGX_ERROR;
    }

    *line = lf - data - 1;

    return lf - data >= 2 && lf[-1] == CR ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_ic_resp_count(const u_char *digits, size_t len, ngx_int_t *n)
{
    size_t  i;

    if (len == 2 && digits[0] == '-' && digits[1] == '1') {
        *n = -1;
        return NGX_OK;
    }

    *n = 0;

    if (len == 0 || len >= NGX_IC_RESP_MAX_DIGITS) {
        return NGX_ERROR;
    }

    for (i = 0; i < len; i++) {
        if (digits[i] < '0' || digits[i] > '9') {
            return NGX_ERROR;
        }

        *n = *n * 10 + (digits[i] - '0');
    }

    return *n <= NGX_IC_RESP_MAX_BULK ? NGX_OK : NGX_ERROR;
}
