
/* The guest: blinds its keywords, and reads the host's table with them. */


#include "pir_hello.h"
#include "pir_linear.h"
#include "pir_queries.h"
#include "pir_wire.h"


typedef struct {
    pir_t          *pir;
    pir_queries_t  *queries;
    uint64_t        rows;
} guest_take_t;


static int guest_ask(pir_t *pir, pir_queries_t *queries,
    const pir_offer_t *offer);
static int guest_count(pir_t *pir, pir_queries_t *queries,
    const pir_offer_t *offer);
static int guest_points(pir_t *pir, pir_queries_t *queries);
static int guest_take_products(void *ctx, uint64_t first, size_t n,
    const u_char *items);
static int guest_take_entries(void *ctx, uint64_t first, size_t n,
    const u_char *items);


int
pir_guest(pir_t *pir)
{
    int            rc;
    pir_offer_t    offer;
    pir_queries_t  queries;

    if (ic_task_place(pir->task, "dataset") == NULL) {
        return pir_fail(pir, "bad_parameter", NULL, 0,
                        "the step declares no output of type dataset for "
                        "the answers");
    }

    memset(&queries, 0, sizeof(queries));
    pir_progress(pir, 5, 5, 0, 0, "waiting for the host");

    rc = pir_offer_recv(pir, &offer) == 0
         && guest_ask(pir, &queries, &offer) == 0
         && pir_send(pir, PIR_DONE, 0, NULL, 0) == 0
         ? 0 : -1;

    pir->over = rc == 0;

    if (rc == 0) {
        rc = pir_answers_write(pir, &queries, offer.labels, offer.nlabels);
    }

    pir_queries_free(&queries);

    return rc;
}


static int
guest_ask(pir_t *pir, pir_queries_t *queries, const pir_offer_t *offer)
{
    size_t        size;
    guest_take_t  take = { pir, queries, offer->rows };

    if (guest_count(pir, queries, offer) != 0
        || pir_order_send(pir, queries->count) != 0)
    {
        return -1;
    }

    pir_progress(pir, 10, 10, queries->count, queries->count,
                 "blinding keywords");

    if (pir_queries_blind(pir, queries) != 0
        || guest_points(pir, queries) != 0
        || pir_take(pir, PIR_PRODUCTS, IC_X25519_SIZE, queries->count,
                    guest_take_products, &take, NULL) != 0
        || pir_queries_unblind(pir, queries) != 0)
    {
        return -1;
    }

    if (pir->params.method == PIR_METHOD_LINEAR) {
        return pir_linear_ask(pir, queries, offer->rows);
    }

    size = offer->label_bytes + PIR_OVERHEAD;

    return pir_take(pir, PIR_ENTRIES, size, offer->rows, guest_take_entries,
                    &take, NULL);
}


/* So many that their number says only how many batches there are. */

static int
guest_count(pir_t *pir, pir_queries_t *queries, const pir_offer_t *offer)
{
    uint64_t  batch, most;

    batch = pir->params.batch_size;
    queries->keywords = (uint64_t) pir->rows.rows;
    queries->count = (queries->keywords + batch - 1) / batch * batch;
    queries->count += queries->count == 0 ? batch : 0;
    queries->label = offer->label_bytes;

    most = pir->params.max_queries < offer->max_queries
           ? pir->params.max_queries : offer->max_queries;

    if (queries->count > most) {
        return pir_fail(pir, "data_rows_exceeded", NULL, 0,
                        "the keywords fill %llu queries, max_queries allows "
                        "%llu", (unsigned long long) queries->count,
                        (unsigned long long) most);
    }

    return 0;
}


static int
guest_points(pir_t *pir, pir_queries_t *queries)
{
    int        rc;
    uint64_t   i;
    pir_out_t  out;

    if (pir_out_open(&out, pir, PIR_POINTS, IC_X25519_SIZE) != 0) {
        return -1;
    }

    for (rc = 0, i = 0; rc == 0 && i < queries->count; i++) {
        rc = pir_out_put(&out, queries->points + i * IC_X25519_SIZE);
    }

    if (rc != 0) {
        pir_out_close(&out);
        return -1;
    }

    return pir_out_end(&out, NULL);
}


static int
guest_take_products(void *ctx, uint64_t first, size_t n, const u_char *items)
{
    size_t         bad;
    guest_take_t  *take;

    take = ctx;

    if (ic_x25519_check(items, n, &bad) != IC_X25519_OK) {
        return pir_fail(take->pir, "peer_protocol", NULL, 0,
                        "product %llu of %s is not canonical or of small "
                        "order", (unsigned long long) (first + bad),
                        take->pir->peer->name);
    }

    memcpy(take->queries->points + first * IC_X25519_SIZE, items,
           n * IC_X25519_SIZE);

    return 0;
}


static int
guest_take_entries(void *ctx, uint64_t first, size_t n, const u_char *items)
{
    size_t         i, size;
    guest_take_t  *take;

    take = ctx;
    size = take->queries->label + PIR_OVERHEAD;

    for (i = 0; i < n; i++) {
        if (pir_queries_match(take->pir, take->queries, items + i * size)
            != 0)
        {
            return -1;
        }
    }

    pir_progress(take->pir, 20, 95, first + n, take->rows, "reading rows");

    return 0;
}
