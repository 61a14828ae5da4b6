
/* The k-th smallest value over all rows. */


#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "ic_counts.h"
#include "ic_ranks.h"


#define SIGN  ((uint64_t) 1 << 63)


static void rank_begin(ic_rank_t *rank);
static bool rank_found(const ic_rank_t *rank);
static unsigned rank_thresholds(const ic_rank_t *rank);
static uint64_t rank_place(const ic_rank_t *rank, unsigned k);
static uint64_t rank_threshold(const ic_rank_t *rank);
static unsigned ranks_count(const ic_rank_column_t *columns,
    const ic_rank_t *ranks, const bool *open, unsigned nranks,
    int64_t *counts);
static int rank_take(ic_task_t *task, ic_rank_t *rank,
    const int64_t *counts);
static uint64_t rank_mask(const ic_rank_t *rank);
static int64_t rank_below(const ic_rank_column_t *column, uint64_t key);
static void rank_step(ic_rank_t *rank, int64_t count);
static int rank_compare(const void *one, const void *two);


uint64_t
ic_rank_key(double v)
{
    uint64_t  bits;

    v += 0.0;
    memcpy(&bits, &v, sizeof(bits));

    return (bits & SIGN) ? ~bits : bits | SIGN;
}


double
ic_rank_value(uint64_t key)
{
    double  v;

    key = (key & SIGN) ? key & ~SIGN : ~key;
    memcpy(&v, &key, sizeof(v));

    return v;
}


int
ic_rank_column(const double *values, int64_t rows, ic_rank_column_t *column)
{
    int64_t  row;

    column->count = 0;
    column->keys = malloc((size_t) rows * sizeof(uint64_t) + 1);

    if (column->keys == NULL) {
        return -1;
    }

    for (row = 0; row < rows; row++) {
        if (!isnan(values[row])) {
            column->keys[column->count++] = ic_rank_key(values[row]);
        }
    }

    qsort(column->keys, (size_t) column->count, sizeof(uint64_t),
          rank_compare);

    return 0;
}


static int
rank_compare(const void *one, const void *two)
{
    uint64_t  a, b;

    memcpy(&a, one, sizeof(a));
    memcpy(&b, two, sizeof(b));

    return (a > b) - (a < b);
}


int
ic_ranks(ic_task_t *task, ic_aggregate_t *a,
    const ic_rank_column_t *columns, ic_rank_t *ranks, unsigned nranks)
{
    int        rc;
    bool      *open;
    size_t     most;
    int64_t   *counts;
    unsigned   i, n, left, told;

    for (most = 1, i = 0; i < nranks; i++) {
        most += ((size_t) 1 << ranks[i].ways) + 1;
    }

    counts = calloc(most, sizeof(int64_t));
    open = calloc(nranks + 1, sizeof(bool));
    rc = counts != NULL && open != NULL ? 0
         : ic_task_fail(task, "internal", NULL, 0, "memory is short");

    for (left = 0, i = 0; rc == 0 && i < nranks; i++) {
        rank_begin(&ranks[i]);
        open[i] = !rank_found(&ranks[i]);
        left += open[i];
    }

    while (rc == 0 && left > 0) {
        n = ranks_count(columns, ranks, open, nranks, counts);
        rc = ic_counts_sum(task, a, counts, n);

        for (n = 0, i = 0; rc == 0 && i < nranks; i++) {

            if (!open[i]) {
                continue;
            }

            told = rank_thresholds(&ranks[i]);
            rc = rank_take(task, &ranks[i], counts + n);
            n += told;
            open[i] = !rank_found(&ranks[i]);
            left -= !open[i];
        }
    }

    for (i = 0; rc == 0 && i < nranks; i++) {
        ranks[i].wide = ranks[i].low == ic_rank_key(-DBL_MAX) - 1
                        || ranks[i].high == ic_rank_key(DBL_MAX);
    }

    free(counts);
    free(open);

    return rc;
}


static void
rank_begin(ic_rank_t *rank)
{
    rank->low = ic_rank_key(-DBL_MAX) - 1;
    rank->high = ic_rank_key(DBL_MAX);
    rank->below = 0;
    rank->upto = rank->count;
    rank->side = 0;
}


static bool
rank_found(const ic_rank_t *rank)
{
    uint64_t  mask;

    mask = rank_mask(rank);

    return ((rank->low + 1) | mask) == (rank->high | mask)
           || (rank->resolution > 0
               && ic_rank_value(rank->high) - ic_rank_value(rank->low + 1)
                  <= rank->resolution)
           || rank->upto - rank->below < 2 * rank->least
           || (rank->side < 0 && rank->edge - rank->low < 2)
           || (rank->side > 0 && rank->high - rank->edge < 2);
}


/* Where a few numbers are left, one at a time. */

static unsigned
rank_thresholds(const ic_rank_t *rank)
{
    return rank->ways > 1 && (rank->high - rank->low) >> rank->ways > 0
           ? (1u << rank->ways) - 1 : 1;
}


/* The k-th of them, from 0, rising. */

static uint64_t
rank_place(const ic_rank_t *rank, unsigned k)
{
    return rank_thresholds(rank) == 1 ? rank_threshold(rank)
           : rank->low + ((rank->high - rank->low) >> rank->ways) * (k + 1);
}


/* Half way, at the end of a prefix: above low, below high. */

static uint64_t
rank_threshold(const ic_rank_t *rank)
{
    uint64_t  low, high;

    low = rank->side > 0 ? rank->edge : rank->low;
    high = rank->side < 0 ? rank->edge : rank->high;

    return (low + (high - low) / 2) | rank_mask(rank);
}


static uint64_t
rank_mask(const ic_rank_t *rank)
{
    return rank->bits < 64 ? UINT64_MAX >> rank->bits : 0;
}


/* How many own values are at most that. */

static int64_t
rank_below(const ic_rank_column_t *column, uint64_t key)
{
    int64_t  first, end, middle;

    first = 0;
    end = column->count;

    while (first < end) {
        middle = first + (end - first) / 2;

        if (column->keys[middle] <= key) {
            first = middle + 1;

        } else {
            end = middle;
        }
    }

    return first;
}


/* Own counts at the thresholds of all that are open; how many. */

static unsigned
ranks_count(const ic_rank_column_t *columns, const ic_rank_t *ranks,
    const bool *open, unsigned nranks, int64_t *counts)
{
    unsigned  i, k, n;

    for (n = 0, i = 0; i < nranks; i++) {
        for (k = 0; open[i] && k < rank_thresholds(&ranks[i]); k++) {
            counts[n++] = rank_below(&columns[ranks[i].column],
                                     rank_place(&ranks[i], k));
        }
    }

    return n;
}


/* The counts of all parties at its thresholds. */

static int
rank_take(ic_task_t *task, ic_rank_t *rank, const int64_t *counts)
{
    int64_t   last;
    uint64_t  low, high;
    unsigned  k, n;

    n = rank_thresholds(rank);

    for (last = rank->below, k = 0; k < n && counts[k] >= last; k++) {
        last = counts[k];
    }

    if (k < n || last > rank->upto) {
        return ic_task_fail(task, "peer_protocol", NULL, 0,
                            "counts that do not fit together");
    }

    if (n == 1) {
        rank_step(rank, counts[0]);
        return 0;
    }

    for (k = 0; k < n && counts[k] < rank->rank; k++) {
        /* void */
    }

    low = k > 0 ? rank_place(rank, k - 1) : rank->low;
    high = k < n ? rank_place(rank, k) : rank->high;

    rank->below = k > 0 ? counts[k - 1] : rank->below;
    rank->upto = k < n ? counts[k] : rank->upto;
    rank->low = low;
    rank->high = high;

    return 0;
}


/*
 * Into the half that has the rank. If that has too few rows, the other one is
 * cut down as far as leaves enough.
 */

static void
rank_step(ic_rank_t *rank, int64_t count)
{
    bool      up;
    uint64_t  threshold;

    threshold = rank_threshold(rank);
    up = rank->side != 0 ? rank->side < 0 : count < rank->rank;

    if ((up ? rank->upto - count : count - rank->below) < rank->least) {
        rank->side = up ? -1 : 1;
        rank->edge = threshold;

    } else if (up) {
        rank->low = threshold;
        rank->below = count;

    } else {
        rank->high = threshold;
        rank->upto = count;
    }
}
