
/*
 * Redis's protocol (RESP 2): commands are written into, and replies read
 * from, buffers of the caller. Nothing is allocated and nothing is copied.
 */


#ifndef _NGX_IC_RESP_H_INCLUDED_
#define _NGX_IC_RESP_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* How far the search for the end of a reply has come; zeroed at first. */
typedef struct {
    size_t                pos;               /* of the next element */
    ngx_uint_t            open;              /* elements still to come */
} ngx_ic_resp_scan_t;

/* One element of a reply, by the first byte of its line. */
typedef struct {
    u_char                type;              /* + - : $ * */
    ngx_str_t             text;              /* of all but *; nil: empty */
    ngx_uint_t            elements;          /* of *, each follows; nil: 0 */
} ngx_ic_resp_t;


/* Room that a command needs, and writing it: p after it. */
size_t ngx_ic_resp_command_size(ngx_uint_t argc, const ngx_str_t *argv);
u_char *ngx_ic_resp_command(u_char *p, ngx_uint_t argc,
    const ngx_str_t *argv);

/*
 * NGX_OK: a reply begins at data and ends at data + scan->pos; NGX_AGAIN:
 * more bytes are needed, call again with all of them; NGX_ERROR: no RESP.
 */
ngx_int_t ngx_ic_resp_end(ngx_ic_resp_scan_t *scan, const u_char *data,
    size_t len);

/*
 * Takes the next element off a whole reply, which begins at reply->data. Its
 * text ends in a NUL, for the CR after it is overwritten. NGX_DONE: none is
 * left.
 */
ngx_int_t ngx_ic_resp_next(ngx_str_t *reply, ngx_ic_resp_t *element);


#endif /* _NGX_IC_RESP_H_INCLUDED_ */
