
/* Where the parties of a training show it, /model/board_url. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_service.h"


/* Operators' port in conf/nginx.conf. */
#define NGX_HTTP_INTERCONN_BOARD_PORT  "8443"


static ngx_int_t ngx_http_interconn_board(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static void ngx_http_interconn_out_board(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *order, ngx_http_interconn_party_t *party,
    ic_json_out_t *out);
static ic_str_t ngx_http_interconn_board_console(
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *order,
    ngx_http_interconn_party_t *party);
static ngx_str_t ngx_http_interconn_board_address(
    ngx_http_interconn_reply_t *order, ngx_str_t node_id);


ngx_int_t
ngx_http_interconn_action_model_board_url(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    return ngx_http_interconn_number(r, ctx, "order_id", "order_places",
                                     ngx_http_interconn_board);
}


static ngx_int_t
ngx_http_interconn_board(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_uint_t                   i;
    ngx_array_t                 *parties;
    ic_json_out_t                out;
    ngx_http_interconn_party_t  *party;

    if (ngx_http_interconn_is_infer(reply)) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_invalid_fields,
                                         "Not a training order.");
    }

    if (reply->nrecords == 0) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_invalid_fields,
                   "No job id found, please check order status.");
    }

    parties = ngx_http_interconn_conf(r)->parties;
    party = parties ? parties->elts : NULL;

    ic_out_init(&out, &ctx->arena);
    ic_out_object(&out, NULL);
    ic_out_object(&out, "board_url");

    for (i = 0; parties && i < parties->nelts; i++) {
        if (ngx_http_interconn_takes_part(ctx, reply, party[i].user_id)) {
            ngx_http_interconn_out_board(ctx, reply, &party[i], &out);
        }
    }

    ic_out_object_end(&out);
    ic_out_object_end(&out);

    return ngx_http_interconn_answer_out(r, ctx, &out);
}


/* Of ids every byte is good in an address. */

static void
ngx_http_interconn_out_board(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *order, ngx_http_interconn_party_t *party,
    ic_json_out_t *out)
{
    int64_t    user_id;
    ic_str_t   console;
    ngx_str_t  job_id, guest;

    console = ngx_http_interconn_board_console(ctx, order, party);
    job_id = ngx_http_interconn_reply_get(order, "job_id");
    guest = ngx_http_interconn_reply_get(order, "user_id");

    if (ic_str_int(ngx_ic_lib_str(guest), &user_id) != 0) {
        user_id = -1;
    }

    ic_out_key(out, ic_str_fmt(&ctx->arena, "%lld",
                               (long long) party->user_id));
    ic_out_str(out, NULL,
               ic_str_fmt(&ctx->arena, "%.*s/#/dashboard?job_id=%.*s&role=%s"
                          "&party_id=%.*s", (int) console.len, console.data,
                          (int) job_id.len, job_id.data,
                          party->user_id == user_id ? "guest" : "host",
                          (int) party->node_id.len, party->node_id.data));
}


/* As configured, else the host of the partner and the usual port. */

static ic_str_t
ngx_http_interconn_board_console(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *order, ngx_http_interconn_party_t *party)
{
    u_char     *p, *host, *last;
    ngx_str_t   address;

    if (party->console.len) {
        return ngx_ic_lib_str(party->console);
    }

    address = ngx_http_interconn_board_address(order, party->node_id);
    last = address.data + address.len;
    host = ngx_strlchr(address.data, last, '/');

    if (host == NULL || last - host <= 2) {
        return ngx_ic_lib_str(address);
    }

    host += 2;

    /* an address of IPv6 has colons in brackets */

    p = *host == '[' ? ngx_strlchr(host, last, ']') : host;

    while (p && p < last && *p != ':' && *p != '/') {
        p++;
    }

    if (p == NULL) {
        return ngx_ic_lib_str(address);
    }

    return ic_str_fmt(&ctx->arena, "https://%.*s:"
                      NGX_HTTP_INTERCONN_BOARD_PORT, (int) (p - host), host);
}


static ngx_str_t
ngx_http_interconn_board_address(ngx_http_interconn_reply_t *order,
    ngx_str_t node_id)
{
    ngx_uint_t                  i;
    ngx_http_interconn_reply_t  one;

    ngx_memzero(&one, sizeof(ngx_http_interconn_reply_t));

    for (i = 0; i < order->nrecords; i++) {
        one.pairs = order->records[i];
        one.npairs = order->nrecord_pairs[i];

        if (ngx_ic_str_eq(ngx_http_interconn_reply_get(&one, "node_id"),
                          node_id))
        {
            break;
        }
    }

    return ngx_http_interconn_reply_get(&one, "address");
}
