
/* Keywords, blinded and unblinded, and the labels found for them. */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "../../math/ic_parallel.h"
#include "pir_queries.h"


#define QUERIES_PIECE  64


typedef struct {
    pir_t          *pir;
    pir_queries_t  *queries;
    size_t          key_bytes;
} queries_work_t;


static int queries_allocate(pir_t *pir, pir_queries_t *queries);
static int blind_part(void *context, size_t first, size_t count);
static int blind_one(queries_work_t *work, pir_oprf_t *oprf, u_char *key,
    uint64_t n);
static int unblind_part(void *context, size_t first, size_t count);
static int unblind_one(queries_work_t *work, pir_oprf_t *oprf, u_char *key,
    uint64_t n);
static size_t longest_key(const pir_t *pir);
static int by_tag(const void *one, const void *two, void *context);


int
pir_queries_blind(pir_t *pir, pir_queries_t *queries)
{
    queries_work_t  work = { pir, queries, longest_key(pir) };

    if (queries_allocate(pir, queries) != 0
        || ic_parallel(ic_parallel_processors(), queries->count,
                       QUERIES_PIECE, blind_part, &work)
           != 0)
    {
        return pir_no_memory(pir);
    }

    return 0;
}


static int
queries_allocate(pir_t *pir, pir_queries_t *queries)
{
    uint64_t  n;

    n = queries->keywords;
    queries->points = malloc(queries->count * IC_X25519_SIZE);
    queries->unblinds = malloc(n * IC_X25519_SIZE + 1);
    queries->values = calloc(n + 1, sizeof(pir_value_t));
    queries->order = malloc(n * sizeof(uint32_t) + 1);
    queries->labels = calloc(n + 1, sizeof(u_char *));
    queries->oprf = pir_oprf_create(pir->wire.context);

    return queries->points == NULL || queries->unblinds == NULL
           || queries->values == NULL || queries->order == NULL
           || queries->labels == NULL || queries->oprf == NULL
           ? -1 : 0;
}


static size_t
longest_key(const pir_t *pir)
{
    size_t   len, longest;
    int64_t  row;

    longest = 0;

    for (row = 0; row < pir->rows.rows; row++) {
        len = pir_rows_key(&pir->rows, pir->params.nkeys, row, NULL);
        longest = len > longest ? len : longest;
    }

    return longest;
}


static int
blind_part(void *context, size_t first, size_t count)
{
    int              rc;
    size_t           i;
    u_char          *key;
    pir_oprf_t      *oprf;
    queries_work_t  *work;

    work = context;
    oprf = pir_oprf_create(work->pir->wire.context);
    key = malloc(work->key_bytes + 1);
    rc = oprf == NULL || key == NULL ? -1 : 0;

    for (i = 0; rc == 0 && i < count; i++) {
        rc = blind_one(work, oprf, key, first + i);
    }

    free(key);
    pir_oprf_destroy(oprf);

    return rc;
}


/* Behind the keywords: random points, which nobody unblinds. */

static int
blind_one(queries_work_t *work, pir_oprf_t *oprf, u_char *key, uint64_t n)
{
    int      rc;
    size_t   len;
    u_char   blind[IC_X25519_SIZE], unblind[IC_X25519_SIZE], *point;

    point = work->queries->points + n * IC_X25519_SIZE;
    rc = ic_x25519_blind(blind, unblind);

    if (rc == 0 && n < work->queries->keywords) {
        memcpy(work->queries->unblinds + n * IC_X25519_SIZE, unblind,
               IC_X25519_SIZE);
        len = pir_rows_key(&work->pir->rows, work->pir->params.nkeys,
                           (int64_t) n, key);
        rc = ic_x25519_hash(oprf->hash, key, len, point);
        ic_x25519_map(point, point, 1);

    } else {
        memset(point, 0, IC_X25519_SIZE);
        point[0] = 9;
    }

    if (rc == 0) {
        ic_x25519_multiply_plain(point, blind, point, 1);
    }

    OPENSSL_cleanse(blind, sizeof(blind));
    OPENSSL_cleanse(unblind, sizeof(unblind));

    return rc;
}


int
pir_queries_unblind(pir_t *pir, pir_queries_t *queries)
{
    uint64_t        i;
    queries_work_t  work = { pir, queries, longest_key(pir) };

    if (ic_parallel(ic_parallel_processors(), queries->keywords,
                    QUERIES_PIECE, unblind_part, &work)
        != 0)
    {
        return pir_no_memory(pir);
    }

    for (i = 0; i < queries->keywords; i++) {
        queries->order[i] = (uint32_t) i;
    }

    qsort_r(queries->order, queries->keywords, sizeof(uint32_t), by_tag,
            queries);

    return 0;
}


static int
unblind_part(void *context, size_t first, size_t count)
{
    int              rc;
    size_t           i;
    u_char          *key;
    pir_oprf_t      *oprf;
    queries_work_t  *work;

    work = context;
    oprf = pir_oprf_create(work->pir->wire.context);
    key = malloc(work->key_bytes + 1);
    rc = oprf == NULL || key == NULL ? -1 : 0;

    for (i = 0; rc == 0 && i < count; i++) {
        rc = unblind_one(work, oprf, key, first + i);
    }

    free(key);
    pir_oprf_destroy(oprf);

    return rc;
}


static int
unblind_one(queries_work_t *work, pir_oprf_t *oprf, u_char *key, uint64_t n)
{
    int      rc;
    size_t   len;
    u_char  *unblind, *point;

    point = work->queries->points + n * IC_X25519_SIZE;
    unblind = work->queries->unblinds + n * IC_X25519_SIZE;
    ic_x25519_multiply_plain(point, unblind, point, 1);
    OPENSSL_cleanse(unblind, IC_X25519_SIZE);

    len = pir_rows_key(&work->pir->rows, work->pir->params.nkeys,
                       (int64_t) n, key);
    rc = pir_oprf_value(oprf, key, len, point, &work->queries->values[n]);
    OPENSSL_cleanse(point, IC_X25519_SIZE);

    return rc;
}


static int
by_tag(const void *one, const void *two, void *context)
{
    const pir_queries_t  *queries;

    queries = context;

    return memcmp(queries->values[*(const uint32_t *) one].tag,
                  queries->values[*(const uint32_t *) two].tag, PIR_TAG);
}


int
pir_queries_match(pir_t *pir, pir_queries_t *queries, const u_char *entry)
{
    size_t    low, high, middle;
    uint32_t  n;

    low = 0;
    high = queries->keywords;

    while (low < high) {
        middle = (low + high) / 2;

        if (memcmp(queries->values[queries->order[middle]].tag, entry,
                   PIR_TAG)
            < 0)
        {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    for (/* void */; low < queries->keywords; low++) {
        n = queries->order[low];

        if (memcmp(queries->values[n].tag, entry, PIR_TAG) != 0) {
            break;
        }

        if (pir_queries_open(pir, queries, n, entry) != 0) {
            return -1;
        }
    }

    return 0;
}


/*
 * An entry that does not open is as good as none: were it a failure, a host
 * could learn from it which keyword was asked for.
 */

int
pir_queries_open(pir_t *pir, pir_queries_t *queries, uint64_t keyword,
    const u_char *entry)
{
    u_char  *label;

    if (queries->labels[keyword] != NULL
        || memcmp(queries->values[keyword].tag, entry, PIR_TAG) != 0)
    {
        return 0;
    }

    label = malloc(queries->label);

    if (label == NULL) {
        return pir_no_memory(pir);
    }

    if (pir_oprf_open(queries->oprf, &queries->values[keyword], entry,
                      queries->label, label)
        != 0)
    {
        queries->spoilt++;
        free(label);
        return 0;
    }

    queries->labels[keyword] = label;
    queries->found++;

    return 0;
}


void
pir_queries_free(pir_queries_t *queries)
{
    uint64_t  i;

    if (queries->unblinds != NULL) {
        OPENSSL_cleanse(queries->unblinds,
                        queries->keywords * IC_X25519_SIZE);
    }

    if (queries->values != NULL) {
        OPENSSL_cleanse(queries->values,
                        queries->keywords * sizeof(pir_value_t));
    }

    for (i = 0; queries->labels != NULL && i < queries->keywords; i++) {
        free(queries->labels[i]);
    }

    free(queries->points);
    free(queries->unblinds);
    free(queries->values);
    free(queries->order);
    free(queries->labels);
    pir_oprf_destroy(queries->oprf);
}
