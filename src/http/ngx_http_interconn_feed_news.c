
/* What feed_read() of the store answers, piece by piece. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_feed.h"
#include "ngx_ic_resp.h"


static ngx_int_t ngx_http_interconn_news_text(
    ngx_http_interconn_news_t *news, ngx_str_t *text);
static ngx_int_t ngx_http_interconn_news_mark(
    ngx_http_interconn_news_t *news, ngx_http_interconn_mark_t *mark);
static u_char *ngx_http_interconn_mark_number(u_char *p, u_char *last,
    uint64_t *n);


ngx_int_t
ngx_http_interconn_feed_news(ngx_str_t *reply,
    ngx_http_interconn_news_t *news)
{
    ngx_str_t      status, lost, more;
    ngx_ic_resp_t  head;

    ngx_memzero(news, sizeof(ngx_http_interconn_news_t));
    news->rest = *reply;

    if (ngx_ic_resp_next(&news->rest, &head) != NGX_OK || head.type != '*'
        || ngx_http_interconn_news_text(news, &status) != NGX_OK
        || ngx_http_interconn_news_mark(news, &news->last) != NGX_OK
        || ngx_http_interconn_news_mark(news, &news->ticks) != NGX_OK
        || ngx_http_interconn_news_text(news, &lost) != NGX_OK
        || ngx_http_interconn_news_text(news, &more) != NGX_OK)
    {
        return NGX_ERROR;
    }

    news->lost = lost.len ? 1 : 0;
    news->more = more.len ? 1 : 0;

    return NGX_OK;
}


ngx_int_t
ngx_http_interconn_feed_next(ngx_http_interconn_news_t *news,
    ngx_http_interconn_change_t *change)
{
    ngx_int_t  bit;
    ngx_str_t  id, kind, decides;

    if (news->rest.len == 0) {
        return NGX_DONE;
    }

    if (ngx_http_interconn_news_text(news, &id) != NGX_OK
        || ngx_http_interconn_news_text(news, &kind) != NGX_OK
        || ngx_http_interconn_news_text(news, &decides) != NGX_OK
        || ngx_http_interconn_news_text(news, &change->data) != NGX_OK)
    {
        return NGX_ERROR;
    }

    bit = ngx_atoi(kind.data, kind.len);

    if (bit < 0 || bit > 63) {
        return NGX_ERROR;
    }

    change->kind = (uint64_t) 1 << bit;
    change->decides = decides.len;
    change->mark.len = 0;

    return id.len ? ngx_http_interconn_mark_read(&change->mark, id) : NGX_OK;
}


static ngx_int_t
ngx_http_interconn_news_text(ngx_http_interconn_news_t *news, ngx_str_t *text)
{
    ngx_ic_resp_t  element;

    if (ngx_ic_resp_next(&news->rest, &element) != NGX_OK
        || element.type != '$')
    {
        return NGX_ERROR;
    }

    *text = element.text;

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_news_mark(ngx_http_interconn_news_t *news,
    ngx_http_interconn_mark_t *mark)
{
    ngx_str_t  text;

    if (ngx_http_interconn_news_text(news, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_interconn_mark_read(mark, text);
}


ngx_int_t
ngx_http_interconn_mark_read(ngx_http_interconn_mark_t *mark, ngx_str_t text)
{
    u_char  *p, *last;

    last = text.data + text.len;

    p = ngx_http_interconn_mark_number(text.data, last, &mark->ms);

    if (p == NULL || p == last || *p != '-') {
        return NGX_ERROR;
    }

    p = ngx_http_interconn_mark_number(p + 1, last, &mark->seq);

    if (p != last) {
        return NGX_ERROR;
    }

    mark->len = text.len;
    ngx_memcpy(mark->text, text.data, text.len);

    return NGX_OK;
}


/* At most 19 digits, of which two and a dash fit into a mark; else NULL. */

static u_char *
ngx_http_interconn_mark_number(u_char *p, u_char *last, uint64_t *n)
{
    u_char  *first;

    first = p;

    for (*n = 0; p < last && *p >= '0' && *p <= '9'; p++) {

        if (p - first == 19) {
            return NULL;
        }

        *n = *n * 10 + (*p - '0');
    }

    return p == first ? NULL : p;
}


ngx_uint_t
ngx_http_interconn_mark_before(ngx_http_interconn_mark_t *one,
    ngx_http_interconn_mark_t *other)
{
    return one->ms < other->ms
           || (one->ms == other->ms && one->seq < other->seq);
}
