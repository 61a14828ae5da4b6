
/* Edges of bins by the rows of all parties. */


#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "binning_pool.h"


#define POOL_PREFIX  12              /* bits of a double: sign and power */


static void pool_ask(binning_pool_t *pool, unsigned n);
static void pool_ask_one(binning_pool_t *pool, unsigned n, int64_t rank);
static const ic_rank_t *pool_found(binning_pool_t *pool,
    binning_feature_t *feature, const ic_rank_t *rank, unsigned n);
static void pool_widths(binning_pool_t *pool, binning_feature_t *feature,
    const ic_rank_t *rank);
static double pool_bound(const binning_pool_t *pool, uint64_t key, bool high);
static int pool_by_value(const void *one, const void *two);


int
binning_pool_edges(binning_pool_t *pool)
{
    unsigned          n;
    binning_t        *binning;
    const ic_rank_t  *rank;

    binning = pool->binning;

    for (n = 0; n < binning->count; n++) {
        pool_ask(pool, n);
    }

    if (ic_ranks(binning->task, pool->sums, pool->columns, pool->ranks,
                 pool->nranks)
        != 0)
    {
        return -1;
    }

    rank = pool->ranks;

    for (n = 0; n < binning->count; n++) {
        rank = pool_found(pool, &binning->features[n], rank, n);
    }

    return 0;
}


/* The ends, or the quantiles that leave min_rows rows at either side. */

static void
pool_ask(binning_pool_t *pool, unsigned n)
{
    int64_t     count, least, rank;
    unsigned    i, bins;
    binning_t  *binning;

    binning = pool->binning;
    count = pool->filled[n];
    least = binning->min_rows;
    bins = binning->bins;

    if (count < 2 * least || binning->method == BINNING_EDGES) {
        return;
    }

    if (binning->method == BINNING_WIDTHS) {
        pool_ask_one(pool, n, 1);
        pool_ask_one(pool, n, count);
        return;
    }

    for (i = 1; i < bins; i++) {
        rank = (int64_t) (((__int128_t) count * i + bins - 1) / bins);

        if (rank >= least && count - rank >= least) {
            pool_ask_one(pool, n, rank);
        }
    }
}


static void
pool_ask_one(binning_pool_t *pool, unsigned n, int64_t rank)
{
    bool        exact;
    ic_rank_t  *asked;

    exact = ic_setting_choice(&pool->binning->settings, "bounds") == 1;
    asked = &pool->ranks[pool->nranks++];
    asked->column = n;
    asked->rank = rank;
    asked->count = pool->filled[n];
    asked->bits = 64;

    if (!exact && pool->binning->method == BINNING_WIDTHS) {
        asked->bits = POOL_PREFIX;

    } else if (!exact) {
        asked->least = pool->binning->min_rows;
    }
}


/* Those of the column; edges that are above all values leave bins empty. */

static const ic_rank_t *
pool_found(binning_pool_t *pool, binning_feature_t *feature,
    const ic_rank_t *rank, unsigned n)
{
    double           *edges;
    unsigned          i, count;
    const ic_rank_t  *end;

    if (pool->binning->method == BINNING_EDGES) {
        binning_given_edges(pool->binning, feature);
        return rank;
    }

    end = pool->ranks + pool->nranks;

    if (pool->binning->method == BINNING_WIDTHS) {
        if (rank == end || rank->column != n) {
            return rank;
        }

        pool_widths(pool, feature, rank);
        return rank + 2;
    }

    edges = feature->edges;

    for (count = 0; rank < end && rank->column == n; rank++) {
        edges[count++] = ic_rank_value(rank->high);
    }

    qsort(edges, count, sizeof(double), pool_by_value);

    for (i = 0; i < count; i++) {
        if (feature->nedges == 0 || edges[i] > edges[feature->nedges - 1]) {
            edges[feature->nedges++] = edges[i];
        }
    }

    return rank;
}


static void
pool_widths(binning_pool_t *pool, binning_feature_t *feature,
    const ic_rank_t *rank)
{
    feature->nedges = ic_bins_width(pool_bound(pool, rank[0].low + 1, false),
                                    pool_bound(pool, rank[1].high, true),
                                    pool->binning->bins, feature->edges);
}


/* Of powers of two: outwards to the power itself, or the end of doubles. */

static double
pool_bound(const binning_pool_t *pool, uint64_t key, bool high)
{
    double  bound;

    bound = ic_rank_value(key);

    if (ic_setting_choice(&pool->binning->settings, "bounds") == 0) {

        if (high && bound >= 0) {
            bound = ic_rank_value(key + 1);

        } else if (!high && bound < 0) {
            bound = ic_rank_value(key - 1);
        }
    }

    return fmax(-DBL_MAX, fmin(DBL_MAX, bound));
}


static int
pool_by_value(const void *one, const void *two)
{
    double  a, b;

    a = *(const double *) one;
    b = *(const double *) two;

    return (a > b) - (a < b);
}
