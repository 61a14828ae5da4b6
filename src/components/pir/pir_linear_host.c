
/* The host's part of linear retrieval. */


#include <openssl/rand.h>
#include <stdlib.h>

#include "pir_linear.h"
#include "pir_wire.h"


#define LINEAR_ATTEMPTS  64


typedef struct {
    pir_t          *pir;
    pir_entries_t  *entries;
    pir_shape_t     shape;
    unsigned        attempt;
    uint32_t       *slots;
    ic_cells_t     *cells;
    uint32_t       *hint;
    u_char          seed[IC_STREAM_KEY];
    u_char          digest[PIR_DIGEST];
} linear_host_t;


static int linear_place(linear_host_t *host);
static int linear_fill(void *ctx);
static int linear_hint(void *ctx);
static int linear_offer(linear_host_t *host);
static int linear_answer(linear_host_t *host);
static int linear_round(linear_host_t *host, uint32_t *const *vectors,
    uint32_t *const *answers, uint32_t number, size_t count);
static int linear_vectors(linear_host_t *host, uint32_t number,
    uint32_t *const *vectors, size_t count);


int
pir_linear_serve(pir_t *pir, pir_entries_t *entries, uint64_t queries)
{
    int            rc;
    linear_host_t  host;

    memset(&host, 0, sizeof(host));
    host.pir = pir;
    host.entries = entries;
    pir_linear_seed(pir, host.seed);

    if (pir_shape(&host.shape, entries->count, entries->size, queries) != 0) {
        return pir_fail(pir, "data_out_of_range", NULL, 0,
                        "%llu entries of %zu bytes need a table larger than "
                        "pir takes", (unsigned long long) entries->count,
                        entries->size);
    }

    pir_progress(pir, 50, 50, entries->count, entries->count, "making cells");

    rc = linear_place(&host);

    if (rc == 0) {
        rc = pir_work(pir, linear_fill, &host);
    }

    free(host.slots);
    free(entries->bytes);                    /* the cells have them now */
    entries->bytes = NULL;

    if (rc == 0) {
        pir_progress(pir, 60, 60, entries->count, entries->count,
                     "making the hint");
        rc = pir_work(pir, linear_hint, &host);
    }

    rc = rc == 0 && linear_offer(&host) == 0 && linear_answer(&host) == 0
         ? 0 : -1;

    free(host.hint);
    ic_cells_destroy(host.cells);

    return rc;
}


static int
linear_place(linear_host_t *host)
{
    host->slots = malloc(host->shape.buckets * sizeof(uint32_t));

    if (host->slots == NULL) {
        return pir_no_memory(host->pir);
    }

    while (host->attempt < LINEAR_ATTEMPTS) {

        if (pir_cuckoo_build((const uint64_t (*)[2]) host->entries->places,
                             host->entries->order, host->entries->count,
                             host->shape.buckets, host->attempt, host->slots)
            == 0)
        {
            return 0;
        }

        host->attempt++;
    }

    return pir_fail(host->pir, "internal", NULL, 0,
                    "the keys do not fit into their buckets");
}


/* Empty buckets hold random bytes: which ones they are does not show. */

static int
linear_fill(void *ctx)
{
    size_t          column, first, i;
    u_char         *noise;
    uint64_t        b;
    const u_char   *entry;
    linear_host_t  *host;

    host = ctx;
    noise = malloc(host->shape.entry);
    host->cells = ic_cells_create(host->shape.rows, host->shape.columns);

    if (noise == NULL || host->cells == NULL) {
        free(noise);
        return -1;
    }

    for (b = 0; b < host->shape.buckets; b++) {
        entry = noise;

        if (host->slots[b] != PIR_EMPTY) {
            entry = host->entries->bytes
                    + host->slots[b] * host->shape.entry;

        } else if (RAND_bytes(noise, (int) host->shape.entry) != 1) {
            break;
        }

        column = (size_t) (b % host->shape.columns);
        first = (size_t) (b / host->shape.columns) * host->shape.entry;

        for (i = 0; i < host->shape.entry; i++) {
            ic_cells_set(host->cells, first + i, column, (int8_t) entry[i]);
        }
    }

    free(noise);

    return b == host->shape.buckets ? 0 : -1;
}


static int
linear_hint(void *ctx)
{
    linear_host_t  *host;

    host = ctx;
    host->hint = malloc(host->shape.rows * IC_LWE_SIZE * sizeof(uint32_t));

    return host->hint == NULL ? -1
           : ic_lwe_hint(host->cells, host->seed, host->hint);
}


static int
linear_offer(linear_host_t *host)
{
    int        rc;
    size_t     i;
    u_char     attempt[1];
    pir_out_t  out;

    attempt[0] = (u_char) host->attempt;

    if (pir_send(host->pir, PIR_HELLO, 1, attempt, sizeof(attempt)) != 0
        || pir_out_open(&out, host->pir, PIR_HINT, IC_LWE_SIZE * 4) != 0)
    {
        return -1;
    }

    pir_linear_words(host->hint, host->shape.rows * IC_LWE_SIZE);

    for (rc = 0, i = 0; rc == 0 && i < host->shape.rows; i++) {
        rc = pir_out_put(&out, (u_char *) (host->hint + i * IC_LWE_SIZE));
    }

    free(host->hint);
    host->hint = NULL;

    if (rc != 0) {
        pir_out_close(&out);
        return -1;
    }

    return pir_out_end(&out, host->digest);
}


static int
linear_answer(linear_host_t *host)
{
    int         rc;
    size_t      round, count, k;
    uint32_t  **vectors, **answers, *space, number;
    uint64_t    done;

    round = host->shape.round;
    vectors = calloc(2 * round, sizeof(uint32_t *));
    space = malloc(round * (host->shape.columns + host->shape.rows)
                   * sizeof(uint32_t));

    if (vectors == NULL || space == NULL) {
        free(vectors);
        free(space);
        return pir_no_memory(host->pir);
    }

    answers = vectors + round;

    for (k = 0; k < round; k++) {
        vectors[k] = space + k * host->shape.columns;
        answers[k] = space + round * host->shape.columns
                     + k * host->shape.rows;
    }

    number = 0;

    for (rc = 0, done = 0; rc == 0 && done < host->shape.vectors;
         done += count)
    {
        count = host->shape.vectors - done < round
                ? (size_t) (host->shape.vectors - done) : round;
        rc = linear_round(host, vectors, answers, number++, count);
        pir_progress(host->pir, 70, 99, done + count, host->shape.vectors,
                     "answering queries");
    }

    free(space);
    free(vectors);

    return rc;
}


static int
linear_round(linear_host_t *host, uint32_t *const *vectors,
    uint32_t *const *answers, uint32_t number, size_t count)
{
    if (linear_vectors(host, number, vectors, count) != 0) {
        return -1;
    }

    if (ic_cells_multiply(host->cells, (const uint32_t *const *) vectors,
                          answers, count)
        != 0)
    {
        return pir_no_memory(host->pir);
    }

    pir_linear_words(answers[0], count * host->shape.rows);

    return pir_send(host->pir, PIR_ANSWER, number, answers[0],
                    count * host->shape.rows * sizeof(uint32_t));
}


/* They say for which hint they were made. */

static int
linear_vectors(linear_host_t *host, uint32_t number,
    uint32_t *const *vectors, size_t count)
{
    size_t         len, bytes;
    const u_char  *body;

    if (pir_recv(host->pir, PIR_QUERY, number, &body, &len) != 0) {
        return -1;
    }

    bytes = count * host->shape.columns * sizeof(uint32_t);

    if (len != PIR_DIGEST + bytes) {
        return pir_fail(host->pir, "peer_protocol", NULL, 0,
                        "QUERY %lu of %s has %zu bytes, %zu are due",
                        (unsigned long) number, host->pir->peer->name, len,
                        PIR_DIGEST + bytes);
    }

    if (memcmp(body, host->digest, PIR_DIGEST) != 0) {
        return pir_fail(host->pir, "peer_protocol", NULL, 0,
                        "QUERY %lu of %s is for another hint",
                        (unsigned long) number, host->pir->peer->name);
    }

    memcpy(vectors[0], body + PIR_DIGEST, bytes);
    pir_linear_words(vectors[0], count * host->shape.columns);

    return 0;
}
