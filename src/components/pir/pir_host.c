
/* The host: seals its table, multiplies blinded points, lets it be read. */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "../../math/ic_parallel.h"
#include "pir_entries.h"
#include "pir_hello.h"
#include "pir_linear.h"
#include "pir_wire.h"


#define HOST_BLOCK  1024


typedef struct {
    pir_t         *pir;
    u_char        *points;
    const u_char  *scalar;
    uint64_t       queries;
} host_points_t;


static int host_serve(pir_t *pir, pir_entries_t *entries,
    const u_char *scalar);
static int host_products(pir_t *pir, host_points_t *points);
static int host_take_points(void *ctx, uint64_t first, size_t n,
    const u_char *items);
static int host_multiply(void *ctx, size_t first, size_t count);
static int host_send_entries(pir_t *pir, const pir_entries_t *entries);
static int host_finish(pir_t *pir, const pir_entries_t *entries,
    uint64_t queries);


int
pir_host(pir_t *pir)
{
    int            rc;
    u_char         scalar[IC_X25519_SIZE];
    pir_entries_t  entries;

    memset(&entries, 0, sizeof(entries));
    rc = pir_entries_measure(pir, &entries);

    if (rc == 0 && ic_x25519_scalar(scalar) != 0) {
        rc = pir_fail(pir, "internal", NULL, 0, "no random numbers");
    }

    if (rc == 0) {
        rc = pir_entries_seal(pir, &entries, scalar);
    }

    if (rc == 0) {
        rc = host_serve(pir, &entries, scalar);
    }

    OPENSSL_cleanse(scalar, sizeof(scalar));
    pir_entries_free(&entries);

    return rc;
}


static int
host_serve(pir_t *pir, pir_entries_t *entries, const u_char *scalar)
{
    int            rc;
    host_points_t  points;
    pir_offer_t    offer;

    memset(&points, 0, sizeof(points));
    points.pir = pir;
    points.scalar = scalar;

    offer.rows = entries->count;
    offer.label_bytes = entries->label;
    offer.max_queries = pir->params.max_queries;
    offer.nlabels = pir->params.nlabels;
    offer.labels = pir->params.labels;

    rc = pir_offer_send(pir, &offer) == 0
         && pir_order_recv(pir, &points.queries) == 0
         && host_products(pir, &points) == 0
         ? 0 : -1;

    free(points.points);

    if (rc == 0) {
        rc = pir->params.method == PIR_METHOD_LINEAR
             ? pir_linear_serve(pir, entries, points.queries)
             : host_send_entries(pir, entries);
    }

    return rc == 0 ? host_finish(pir, entries, points.queries) : -1;
}


static int
host_products(pir_t *pir, host_points_t *points)
{
    int          rc;
    uint64_t     i;
    pir_out_t    out;

    points->points = malloc(points->queries * IC_X25519_SIZE);

    if (points->points == NULL) {
        return pir_no_memory(pir);
    }

    if (pir_take(pir, PIR_POINTS, IC_X25519_SIZE, points->queries,
                 host_take_points, points, NULL)
        != 0)
    {
        return -1;
    }

    if (ic_parallel(ic_parallel_processors(), points->queries, HOST_BLOCK,
                    host_multiply, points)
        != 0)
    {
        return pir_no_memory(pir);
    }

    if (pir_out_open(&out, pir, PIR_PRODUCTS, IC_X25519_SIZE) != 0) {
        return -1;
    }

    for (rc = 0, i = 0; rc == 0 && i < points->queries; i++) {
        rc = pir_out_put(&out, points->points + i * IC_X25519_SIZE);
    }

    if (rc != 0) {
        pir_out_close(&out);
        return -1;
    }

    return pir_out_end(&out, NULL);
}


static int
host_take_points(void *ctx, uint64_t first, size_t n, const u_char *items)
{
    size_t          bad;
    host_points_t  *points;

    points = ctx;

    if (ic_x25519_check(items, n, &bad) != IC_X25519_OK) {
        return pir_fail(points->pir, "peer_protocol", NULL, 0,
                        "point %llu of %s is not canonical or of small "
                        "order", (unsigned long long) (first + bad),
                        points->pir->peer->name);
    }

    memcpy(points->points + first * IC_X25519_SIZE, items,
           n * IC_X25519_SIZE);

    return 0;
}


static int
host_multiply(void *ctx, size_t first, size_t count)
{
    u_char         *p;
    host_points_t  *points;

    points = ctx;
    p = points->points + first * IC_X25519_SIZE;
    ic_x25519_multiply(p, points->scalar, p, count);

    return 0;
}


static int
host_send_entries(pir_t *pir, const pir_entries_t *entries)
{
    int        rc;
    uint64_t   i;
    pir_out_t  out;

    if (pir_out_open(&out, pir, PIR_ENTRIES, entries->size) != 0) {
        return -1;
    }

    for (rc = 0, i = 0; rc == 0 && i < entries->count; i++) {
        rc = pir_out_put(&out, entries->bytes
                         + entries->order[i] * entries->size);

        if (i % 16384 == 0) {
            pir_progress(pir, 50, 95, i, entries->count, "sending rows");
        }
    }

    if (rc != 0) {
        pir_out_close(&out);
        return -1;
    }

    return pir_out_end(&out, NULL);
}


/* What the guest found it does not say. */

static int
host_finish(pir_t *pir, const pir_entries_t *entries, uint64_t queries)
{
    size_t          len;
    ic_json_out_t   out;
    const u_char   *body;

    if (pir_recv(pir, PIR_DONE, 0, &body, &len) != 0) {
        return -1;
    }

    pir->over = true;

    if (len != 0) {
        return pir_fail(pir, "peer_protocol", NULL, 0,
                        "%s says more than that it is done",
                        pir->peer->name);
    }

    ic_out_init(&out, pir->arena);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "algorithm", "pir");
    ic_out_z(&out, "method", pir->params.method == PIR_METHOD_LINEAR
                             ? "linear" : "oprf");
    ic_out_int(&out, "rows", pir->rows.rows);
    ic_out_int(&out, "keys", (int64_t) entries->count);
    ic_out_int(&out, "label_bytes", (int64_t) entries->label);
    ic_out_int(&out, "queries", (int64_t) queries);
    ic_out_object_end(&out);

    ic_task_without(pir->task, "dataset");
    ic_task_output(pir->task, "report", ic_out_text(&out));
    ic_task_fact(pir->task, "rows", (int64_t) entries->count);
    ic_task_progress(pir->task, 100, "done");

    return 0;
}
