
/* Sealing the host's table. */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "../../math/ic_parallel.h"
#include "pir_entries.h"
#include "pir_wire.h"


#define ENTRIES_BLOCK  256                   /* points that share a batch */
#define ENTRIES_STEP   16384                 /* rows between two reports */
#define ENTRIES_ROUND  16                    /* of the labels' length */
#define ENTRIES_ROWS   ((int64_t) 1 << 31)


typedef struct {
    pir_t          *pir;
    pir_entries_t  *entries;
    const u_char   *scalar;
    size_t          first;
} entries_work_t;


static int measure_labels(pir_t *pir, pir_entries_t *entries);
static int seal_part(void *context, size_t first, size_t count);
static int seal_block(entries_work_t *work, pir_oprf_t *oprf, u_char *key,
    u_char *label, size_t first, size_t count);
static int seal_row(entries_work_t *work, pir_oprf_t *oprf, u_char *key,
    u_char *label, size_t row, const u_char *y);
static int order_rows(pir_t *pir, pir_entries_t *entries);
static int by_tag(const void *one, const void *two, void *context);
static int drop_duplicates(pir_t *pir, pir_entries_t *entries);


int
pir_entries_measure(pir_t *pir, pir_entries_t *entries)
{
    size_t    len;
    int64_t   row;
    uint64_t  bytes;

    for (row = 0; row < pir->rows.rows; row++) {
        len = pir_rows_key(&pir->rows, pir->params.nkeys, row, NULL);

        if (len > entries->key_bytes) {
            entries->key_bytes = len;
        }
    }

    if (measure_labels(pir, entries) != 0) {
        return -1;
    }

    entries->size = entries->label + PIR_OVERHEAD;
    bytes = (uint64_t) pir->rows.rows * entries->size;

    if (pir->rows.rows >= ENTRIES_ROWS || bytes > PIR_MAX_BYTES) {
        return pir_fail(pir, "data_out_of_range", NULL, 0,
                        "%lld rows of %zu bytes are more than pir takes, "
                        "%llu bytes; retrieve fewer or shorter labels",
                        (long long) pir->rows.rows, entries->size,
                        (unsigned long long) PIR_MAX_BYTES);
    }

    return 0;
}


static int
measure_labels(pir_t *pir, pir_entries_t *entries)
{
    size_t    len, most;
    int64_t   row;

    most = pir->params.label_bytes;
    entries->label = most > 0 ? most : ENTRIES_ROUND;

    for (row = 0; row < pir->rows.rows; row++) {
        len = pir_rows_label(&pir->rows, pir->params.nlabels, row, NULL);

        if (most > 0 && len > most) {
            return pir_fail(pir, "data_out_of_range", pir->params.labels[0],
                            row + 1, "the labels of row %lld are, with four "
                            "bytes more for each, longer than label_bytes, "
                            "%zu", (long long) row + 1, most);
        }

        if (len > entries->label) {
            entries->label = (len + ENTRIES_ROUND - 1)
                             & ~(size_t) (ENTRIES_ROUND - 1);
        }
    }

    return 0;
}


int
pir_entries_seal(pir_t *pir, pir_entries_t *entries,
    const u_char scalar[IC_X25519_SIZE])
{
    size_t          rows, n;
    entries_work_t  work = { pir, entries, scalar, 0 };

    rows = (size_t) pir->rows.rows;
    entries->bytes = malloc(rows * entries->size + 1);
    entries->order = malloc(rows * sizeof(uint32_t) + 1);

    if (pir->params.method == PIR_METHOD_LINEAR) {
        entries->places = malloc(rows * sizeof(uint64_t [2]) + 1);
    }

    if (entries->bytes == NULL || entries->order == NULL
        || (pir->params.method == PIR_METHOD_LINEAR
            && entries->places == NULL))
    {
        return pir_no_memory(pir);
    }

    for (work.first = 0; work.first < rows; work.first += n) {
        n = rows - work.first < ENTRIES_STEP ? rows - work.first
                                             : ENTRIES_STEP;

        if (ic_parallel(ic_parallel_processors(), n, ENTRIES_BLOCK,
                        seal_part, &work)
            != 0)
        {
            return pir_no_memory(pir);
        }

        pir_progress(pir, 5, 50, work.first + n, rows, "sealing rows");

        if (pir_working(pir) != 0) {
            return -1;
        }
    }

    return order_rows(pir, entries);
}


static int
seal_part(void *context, size_t first, size_t count)
{
    int              rc;
    u_char          *key, *label;
    pir_oprf_t      *oprf;
    entries_work_t  *work;

    work = context;
    oprf = pir_oprf_create(work->pir->wire.context);
    key = malloc(work->entries->key_bytes + 1);
    label = malloc(work->entries->label);

    rc = oprf == NULL || key == NULL || label == NULL ? -1
         : seal_block(work, oprf, key, label, work->first + first, count);

    free(key);
    free(label);
    pir_oprf_destroy(oprf);

    return rc;
}


static int
seal_block(entries_work_t *work, pir_oprf_t *oprf, u_char *key,
    u_char *label, size_t first, size_t count)
{
    int     rc;
    size_t  i, len;
    u_char  points[ENTRIES_BLOCK * IC_X25519_SIZE];

    rc = 0;
    memset(points, 0, sizeof(points));

    for (i = 0; rc == 0 && i < count; i++) {
        len = pir_rows_key(&work->pir->rows, work->pir->params.nkeys,
                           (int64_t) (first + i), key);
        rc = ic_x25519_hash(oprf->hash, key, len,
                            points + i * IC_X25519_SIZE);
    }

    if (rc == 0) {
        ic_x25519_map(points, points, count);
        ic_x25519_multiply(points, work->scalar, points, count);
    }

    for (i = 0; rc == 0 && i < count; i++) {
        rc = seal_row(work, oprf, key, label, first + i,
                      points + i * IC_X25519_SIZE);
    }

    OPENSSL_cleanse(points, sizeof(points));

    return rc;
}


static int
seal_row(entries_work_t *work, pir_oprf_t *oprf, u_char *key, u_char *label,
    size_t row, const u_char *y)
{
    int             rc;
    size_t          len, labels;
    pir_value_t     value;
    pir_entries_t  *entries;

    entries = work->entries;
    len = pir_rows_key(&work->pir->rows, work->pir->params.nkeys,
                       (int64_t) row, key);
    labels = pir_rows_label(&work->pir->rows, work->pir->params.nlabels,
                            (int64_t) row, label);
    memset(label + labels, 0, entries->label - labels);

    rc = pir_oprf_value(oprf, key, len, y, &value);

    if (rc == 0) {
        rc = pir_oprf_seal(oprf, &value, label, entries->label,
                           entries->bytes + row * entries->size);
    }

    if (rc == 0 && entries->places != NULL) {
        entries->places[row][0] = value.places[0];
        entries->places[row][1] = value.places[1];
    }

    OPENSSL_cleanse(&value, sizeof(value));

    return rc;
}


/* Tags are pseudo-random: their order says nothing of keys or rows. */

static int
order_rows(pir_t *pir, pir_entries_t *entries)
{
    size_t  i, rows;

    rows = (size_t) pir->rows.rows;

    for (i = 0; i < rows; i++) {
        entries->order[i] = (uint32_t) i;
    }

    qsort_r(entries->order, rows, sizeof(uint32_t), by_tag, entries);

    return drop_duplicates(pir, entries);
}


static int
by_tag(const void *one, const void *two, void *context)
{
    int                   order;
    uint32_t              a, b;
    const pir_entries_t  *entries;

    entries = context;
    a = *(const uint32_t *) one;
    b = *(const uint32_t *) two;
    order = memcmp(entries->bytes + a * entries->size,
                   entries->bytes + b * entries->size, PIR_TAG);

    return order != 0 ? order : a < b ? -1 : a > b;
}


/* Equal keys have equal tags; different ones do not, but for n^2 / 2^97. */

static int
drop_duplicates(pir_t *pir, pir_entries_t *entries)
{
    size_t        i, rows;
    uint32_t      row, twice;
    const u_char  *last, *tag;

    rows = (size_t) pir->rows.rows;
    twice = UINT32_MAX;
    last = NULL;
    entries->count = 0;

    for (i = 0; i < rows; i++) {
        row = entries->order[i];
        tag = entries->bytes + row * entries->size;

        if (last != NULL && memcmp(last, tag, PIR_TAG) == 0) {
            twice = row < twice ? row : twice;
            continue;
        }

        last = tag;
        entries->order[entries->count++] = row;
    }

    if (twice != UINT32_MAX && !pir->params.first) {
        return pir_fail(pir, "data_duplicate_id", pir->params.keys[0],
                        (int64_t) twice + 1, "the key of row %lu occurs in "
                        "an earlier row; duplicates \"first\" takes the "
                        "first one", (unsigned long) twice + 1);
    }

    return 0;
}


void
pir_entries_free(pir_entries_t *entries)
{
    free(entries->order);
    free(entries->bytes);
    free(entries->places);
}
