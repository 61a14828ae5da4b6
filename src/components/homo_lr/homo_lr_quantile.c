
/*
 * The median and the quartiles of each column over all parties' rows, exact:
 * numbers are ordered as 64-bit keys, and the key of each rank is found from
 * its highest bits down by the number of all rows below some keys. A
 * quantile between two ranks is interpolated between their values.
 */


#include <math.h>
#include <stdlib.h>

#include "homo_lr.h"


#define QUANTILES  3
#define RANKS      (2 * QUANTILES)       /* of a column */
#define KEY_BITS   64


typedef struct {
    homo_lr_t  *lr;
    unsigned    features;
    unsigned    bits;            /* found at a time */
    uint64_t   *keys;            /* our rows' of each column, sorted */
    uint64_t   *found;           /* features * RANKS */
    uint64_t   *counts;          /* of each: 2^bits - 1 */
    int64_t     rank[RANKS];     /* from 0 */
    double      part[QUANTILES]; /* of the way from one rank to the next */
} quantile_t;


static int quantile_begin(quantile_t *q);
static void quantile_keys(quantile_t *q);
static uint64_t quantile_key(double value);
static double quantile_value(uint64_t key);
static int quantile_by_key(const void *one, const void *two);
static int quantile_step(quantile_t *q, unsigned shift);
static uint64_t quantile_below(const quantile_t *q, unsigned column,
    uint64_t key);
static int quantile_use(quantile_t *q);


int
homo_lr_quantiles(homo_lr_t *lr)
{
    int         rc;
    unsigned    shift;
    quantile_t  q;

    memset(&q, 0, sizeof(q));
    q.lr = lr;
    rc = quantile_begin(&q);

    for (shift = KEY_BITS; rc == 0 && shift > 0; /* void */) {
        shift -= q.bits;
        rc = quantile_step(&q, shift);
    }

    if (rc == 0) {
        rc = quantile_use(&q);
    }

    free(q.keys);
    free(q.found);
    free(q.counts);

    return rc;
}


/* The more columns, the fewer bits at a time: some 1,200 words a sum. */

static int
quantile_begin(quantile_t *q)
{
    double    at;
    size_t    ranks;
    unsigned  i;

    static const double  which[QUANTILES] = { 0.25, 0.5, 0.75 };

    q->features = q->lr->params.features;
    q->bits = q->features <= 13 ? 4 : q->features <= 66 ? 2 : 1;
    ranks = (size_t) q->features * RANKS;

    q->keys = calloc((size_t) q->lr->set.rows * q->features + 1,
                     sizeof(uint64_t));
    q->found = calloc(ranks, sizeof(uint64_t));
    q->counts = calloc(ranks << q->bits, sizeof(uint64_t));

    if (q->keys == NULL || q->found == NULL || q->counts == NULL) {
        return homo_lr_no_memory(q->lr);
    }

    for (i = 0; i < QUANTILES; i++) {
        at = which[i] * (double) (q->lr->set.all - 1);
        q->rank[2 * i] = (int64_t) floor(at);
        q->rank[2 * i + 1] = (int64_t) ceil(at);
        q->part[i] = at - floor(at);
    }

    quantile_keys(q);

    return 0;
}


static void
quantile_keys(quantile_t *q)
{
    int64_t    i, row, rows;
    uint64_t  *keys;
    unsigned   column;

    rows = q->lr->set.rows;

    for (column = 0; column < q->features; column++) {
        keys = q->keys + (size_t) column * (size_t) rows;

        for (i = 0; i < rows; i++) {
            row = homo_lr_number(q->lr, i);
            keys[i] = quantile_key(q->lr->data.x[(size_t) row * q->features
                                                 + column]);
        }

        qsort(keys, (size_t) rows, sizeof(uint64_t), quantile_by_key);
    }
}


/* In the order of the numbers; there is one zero only. */

static uint64_t
quantile_key(double value)
{
    uint64_t  bits;

    value += 0.0;
    memcpy(&bits, &value, sizeof(bits));

    return bits >> 63 ? ~bits : bits | (uint64_t) 1 << 63;
}


static double
quantile_value(uint64_t key)
{
    double    value;
    uint64_t  bits;

    bits = key >> 63 ? key & ~((uint64_t) 1 << 63) : ~key;
    memcpy(&value, &bits, sizeof(value));

    return value;
}


static int
quantile_by_key(const void *one, const void *two)
{
    const uint64_t  *a = one, *b = two;

    return (*a > *b) - (*a < *b);
}


/* The next bits of all that are looked for. */

static int
quantile_step(quantile_t *q, unsigned shift)
{
    size_t     i, ranks;
    uint64_t  *counts;
    unsigned   d, steps;

    steps = (1u << q->bits) - 1;
    ranks = (size_t) q->features * RANKS;
    counts = q->counts;

    for (i = 0; i < ranks; i++) {
        for (d = 1; d <= steps; d++) {
            *counts++ = quantile_below(q, (unsigned) (i / RANKS),
                                       q->found[i] + ((uint64_t) d << shift));
        }
    }

    if (ic_aggregate_sum_words(q->lr->sums, q->counts,
                               (unsigned) (ranks * steps),
                               shift > 0 ? (unsigned) (ranks * steps) : 0)
        != 0)
    {
        return -1;
    }

    for (i = 0; i < ranks; i++) {
        counts = q->counts + i * steps;

        for (d = 0; d < steps && (int64_t) counts[d] <= q->rank[i % RANKS];
             d++)
        {
            /* void */
        }

        q->found[i] += (uint64_t) d << shift;
    }

    return 0;
}


/* How many of our rows have a smaller key there. */

static uint64_t
quantile_below(const quantile_t *q, unsigned column, uint64_t key)
{
    int64_t          low, high, middle;
    const uint64_t  *keys;

    low = 0;
    high = q->lr->set.rows;
    keys = q->keys + (size_t) column * (size_t) high;

    while (low < high) {
        middle = low + (high - low) / 2;

        if (keys[middle] < key) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    return (uint64_t) low;
}


static int
quantile_use(quantile_t *q)
{
    double            at[QUANTILES], low, high;
    unsigned          column, i;
    homo_lr_model_t  *model;

    model = &q->lr->model;
    model->shift = calloc(q->features, sizeof(double));
    model->scale = calloc(q->features, sizeof(double));

    if (model->shift == NULL || model->scale == NULL) {
        return homo_lr_no_memory(q->lr);
    }

    for (column = 0; column < q->features; column++) {
        for (i = 0; i < QUANTILES; i++) {
            low = quantile_value(q->found[column * RANKS + 2 * i]);
            high = quantile_value(q->found[column * RANKS + 2 * i + 1]);
            at[i] = low + q->part[i] * (high - low);
        }

        if (!isfinite(at[0]) || !isfinite(at[1]) || !isfinite(at[2])) {
            return ic_task_fail(q->lr->task, "peer_protocol",
                                q->lr->params.attributes[column], 0,
                                "the parties do not count alike");
        }

        model->shift[column] = at[1];
        model->scale[column] = at[2] > at[0] ? at[2] - at[0] : 1;
    }

    return 0;
}
