
/*
 * How far a training is. The document knows reading, training and evaluating
 * as tasks of a third each; they are phases of our one component, whose own
 * percents are in src/components/homo_lr/homo_lr.c.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_service.h"


static double ngx_http_interconn_own_percent(
    ngx_http_interconn_reply_t *order);
static ngx_uint_t ngx_http_interconn_is_latest(
    ngx_http_interconn_reply_t *order, ngx_uint_t i);
static double ngx_http_interconn_part_number(
    ngx_http_interconn_reply_t *order, ngx_uint_t i, const char *name);


static const struct {
    double       to;             /* of the component's percents */
    int64_t      percent;        /* of the document, there */
    const char  *task;
} ngx_http_interconn_phases[] = {
    { 10, 33, "dataio_0" },
    { 95, 66, "homo_lr_0" },
    { 100, 100, "evaluation_0" }
};


int64_t
ngx_http_interconn_order_percent(ngx_http_interconn_reply_t *order,
    const char **task)
{
    double      from, part, percent;
    int64_t     low;
    ngx_uint_t  i;

    percent = ngx_http_interconn_own_percent(order);
    from = 0;
    low = 0;

    for (i = 0; i < 2 && percent > ngx_http_interconn_phases[i].to; i++) {
        from = ngx_http_interconn_phases[i].to;
        low = ngx_http_interconn_phases[i].percent;
    }

    part = (percent - from) / (ngx_http_interconn_phases[i].to - from);
    *task = ngx_http_interconn_phases[i].task;

    /* a whole part may come out a hair less */

    return low + (int64_t) (part * (ngx_http_interconn_phases[i].percent
                                    - low)
                            + 1e-9);
}


/*
 * Of the data parties, which all go the same way: the arbiter has none until
 * its end. What the job has told once it does not take back with a retry.
 */

static double
ngx_http_interconn_own_percent(ngx_http_interconn_reply_t *order)
{
    double      sum, told;
    ngx_str_t   role, status;
    ngx_uint_t  i, parts, parties;

    status = ngx_http_interconn_reply_get(order, "job_status");

    if (ic_str_is(ngx_ic_lib_str(status), "SUCCESS")) {
        return 100;
    }

    sum = 0;
    told = 0;
    parts = 0;
    parties = 0;

    for (i = 0; i < order->nrecords; i++) {

        if (!ngx_http_interconn_is_latest(order, i)) {
            continue;
        }

        parties++;
        role = ngx_http_interconn_of_part(order, i, "role");

        if (role.len >= 7 && ngx_strncmp(role.data, "arbiter", 7) == 0) {
            continue;
        }

        sum += ngx_http_interconn_part_number(order, i, "progress");
        parts++;
    }

    (void) ic_str_num(ngx_ic_lib_str(ngx_http_interconn_reply_get(order,
                                                "job_progress")),
                      &told);

    if (parts) {
        sum /= parts;
        told = told * parties / parts;
    }

    /* it is over when all have said so */

    return ngx_min(ngx_max(sum, told), 99);
}


static ngx_uint_t
ngx_http_interconn_is_latest(ngx_http_interconn_reply_t *order,
    ngx_uint_t i)
{
    double      time;
    ngx_str_t   node_id;
    ngx_uint_t  n;

    node_id = ngx_http_interconn_of_part(order, i, "node_id");
    time = ngx_http_interconn_part_number(order, i, "create_time");

    for (n = 0; n < order->nrecords; n++) {
        if (ngx_ic_str_eq(ngx_http_interconn_of_part(order, n, "node_id"),
                          node_id)
            && ngx_http_interconn_part_number(order, n, "create_time")
               > time)
        {
            return 0;
        }
    }

    return 1;
}


ngx_str_t
ngx_http_interconn_of_part(ngx_http_interconn_reply_t *order, ngx_uint_t i,
    const char *name)
{
    ngx_http_interconn_reply_t  part;

    ngx_memzero(&part, sizeof(ngx_http_interconn_reply_t));
    part.pairs = order->records[i];
    part.npairs = order->nrecord_pairs[i];

    return ngx_http_interconn_reply_get(&part, name);
}


static double
ngx_http_interconn_part_number(ngx_http_interconn_reply_t *order,
    ngx_uint_t i, const char *name)
{
    double  n;

    n = 0;
    (void) ic_str_num(ngx_ic_lib_str(ngx_http_interconn_of_part(order, i,
                                                                name)),
                      &n);
    return n;
}
