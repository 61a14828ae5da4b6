
/*
 * What a request names, as nginx reads it and as what is behind it may: where
 * the two may differ, a permit for one resource would open another.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../lib/ic_codec.h"
#include "ngx_http_interconn_core.h"


static const char *ngx_http_interconn_path_faults(ngx_http_request_t *r);
static ngx_uint_t ngx_http_interconn_is_plain(ic_str_t segment);
static ngx_uint_t ngx_http_interconn_count_arg(ngx_http_request_t *r,
    ngx_str_t *argument);
static ngx_uint_t ngx_http_interconn_is_arg(ic_str_t name,
    ngx_str_t *argument);


const char *
ngx_http_interconn_guard_faults(ngx_http_request_t *r,
    ngx_http_interconn_guard_t *guard)
{
    ngx_str_t   *argument;
    ngx_uint_t   i;

    if (!ic_id_valid(ngx_ic_lib_str(guard->use.id))) {
        return "the request names no resource";
    }

    argument = guard->conf->arguments.elts;

    for (i = 0; i < guard->conf->arguments.nelts; i++) {
        if (ngx_http_interconn_count_arg(r, &argument[i]) > 1) {
            return "an argument that names the resource is there twice";
        }
    }

    return ngx_http_interconn_path_faults(r);
}


/* nginx takes a path to pieces after it has decoded it, many others before. */

static const char *
ngx_http_interconn_path_faults(ngx_http_request_t *r)
{
    u_char    *p, *last;
    ic_str_t   segment;

    p = r->unparsed_uri.data;
    last = p + r->unparsed_uri.len;

    while (p < last && *p == '/') {

        segment.data = ++p;

        while (p < last && *p != '/' && *p != '?' && *p != '#') {
            p++;
        }

        segment.len = p - segment.data;

        if (segment.len == 0 && (p == last || *p != '/')) {
            break;
        }

        segment = ic_unescape_uri(&ngx_http_interconn_ctx(r)->arena, segment);

        if (segment.data == NULL || !ngx_http_interconn_is_plain(segment)) {
            return "its path has \"//\", \".\", \"..\" or an encoded slash";
        }
    }

    return NULL;
}


/* Some take what follows a semicolon for parameters: "..;x" is "..". */

static ngx_uint_t
ngx_http_interconn_is_plain(ic_str_t segment)
{
    size_t  i, len;

    len = segment.len;

    for (i = 0; i < segment.len; i++) {

        switch (segment.data[i]) {

        case '/':
        case '\\':
        case '\0':
            return 0;

        case ';':
            len = ngx_min(len, i);
        }
    }

    return len > 2 || ngx_strncmp("..", segment.data, len) != 0;
}


/* How often the query has it, by any way of reading queries. */

static ngx_uint_t
ngx_http_interconn_count_arg(ngx_http_request_t *r, ngx_str_t *argument)
{
    u_char      *p, *last;
    ic_str_t     name;
    ngx_uint_t   n;

    n = 0;
    p = r->args.data;
    last = p + r->args.len;

    while (p < last) {

        name.data = p;

        while (p < last && *p != '=' && *p != '&' && *p != ';') {
            p++;
        }

        name.len = p - name.data;
        name = ic_unescape_uri(&ngx_http_interconn_ctx(r)->arena, name);

        if (name.data == NULL || ngx_http_interconn_is_arg(name, argument)) {
            n++;
        }

        while (p < last && *p != '&' && *p != ';') {
            p++;
        }

        p++;
    }

    return n;
}


/* " name", "name[]" and "na.me" are variables "name" and "na_me" to some. */

static ngx_uint_t
ngx_http_interconn_is_arg(ic_str_t name, ngx_str_t *argument)
{
    u_char  c;
    size_t  i;

    while (name.len && name.data[0] == ' ') {
        name.data++;
        name.len--;
    }

    for (i = 0; i < name.len && name.data[i] != '['; i++) {

        c = name.data[i];

        if (c == '.' || c == ' ') {
            c = '_';
        }

        if (i == argument->len
            || ngx_tolower(c) != ngx_tolower(argument->data[i]))
        {
            return 0;
        }
    }

    return i == argument->len;
}
