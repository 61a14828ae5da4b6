
/* Quantiles and extremes, by searches that go on at the same time. */


#include <math.h>
#include <stdlib.h>

#include "secure_stats.h"


static int plan(secure_stats_t *stats);
static void plan_column(secure_stats_t *stats, unsigned column,
    secure_stats_rank_t *ranks);
static void plan_quantile(const secure_stats_t *stats,
    secure_stats_rank_t *rank);
static void plan_extreme(const secure_stats_t *stats,
    secure_stats_rank_t *rank);
static int sort_columns(secure_stats_t *stats, ic_rank_column_t *columns);
static int search(secure_stats_t *stats, const ic_rank_column_t *columns);
static double lower_edge(uint64_t low);
static double upper_edge(uint64_t high);


int
secure_stats_ranks(secure_stats_t *stats)
{
    int                rc;
    unsigned           i, n;
    ic_rank_column_t  *columns;

    n = stats->params.ncolumns;

    if (plan(stats) != 0) {
        return -1;
    }

    columns = calloc(n, sizeof(ic_rank_column_t));

    if (columns == NULL) {
        return secure_stats_no_memory(stats);
    }

    rc = sort_columns(stats, columns);

    if (rc == 0) {
        rc = search(stats, columns);
    }

    for (i = 0; i < n; i++) {
        free(columns[i].keys);
    }

    free(columns);

    return rc;
}


static int
plan(secure_stats_t *stats)
{
    unsigned  i, n;

    n = stats->params.ncolumns;
    stats->nranks = stats->params.nquantiles
                    + (stats->params.extremes != SECURE_STATS_NONE ? 2 : 0);
    stats->ranks = ic_zalloc(ic_task_arena(stats->task),
                             ((size_t) n * stats->nranks + 1)
                             * sizeof(secure_stats_rank_t));

    if (stats->ranks == NULL) {
        return secure_stats_no_memory(stats);
    }

    for (i = 0; i < n; i++) {
        plan_column(stats, i, stats->ranks + (size_t) i * stats->nranks);
    }

    return 0;
}


static void
plan_column(secure_stats_t *stats, unsigned column,
    secure_stats_rank_t *ranks)
{
    unsigned  i;

    for (i = 0; i < stats->nranks; i++) {
        ranks[i].rank.column = column;
        ranks[i].rank.count = stats->total[column].count;
        ranks[i].shown = stats->total_shown[column];

        if (i < stats->params.nquantiles) {
            ranks[i].q = stats->params.quantiles[i];
            plan_quantile(stats, &ranks[i]);

        } else {
            ranks[i].q = (i == stats->params.nquantiles) ? SECURE_STATS_MIN
                                                         : SECURE_STATS_MAX;
            plan_extreme(stats, &ranks[i]);
        }
    }
}


/* The smallest value with q of all at or below it, not too near an end. */

static void
plan_quantile(const secure_stats_t *stats, secure_stats_rank_t *rank)
{
    int64_t     k;
    ic_rank_t  *r;

    r = &rank->rank;
    k = (int64_t) ceil(rank->q * (double) r->count);
    r->rank = k < 1 ? 1 : k > r->count ? r->count : k;
    r->bits = 64;
    r->resolution = stats->params.resolution;
    r->least = stats->params.method == SECURE_STATS_GROUPED
               ? stats->params.least : 0;

    rank->shown &= r->rank >= stats->params.least
                   && r->count - r->rank + 1 >= stats->params.least;
}


static void
plan_extreme(const secure_stats_t *stats, secure_stats_rank_t *rank)
{
    rank->rank.rank = rank->q == SECURE_STATS_MIN ? 1 : rank->rank.count;
    rank->rank.bits = stats->params.extremes == SECURE_STATS_BINS
                      ? SECURE_STATS_BITS : 64;
}


static int
sort_columns(secure_stats_t *stats, ic_rank_column_t *columns)
{
    unsigned  i;

    for (i = 0; stats->nranks > 0 && i < stats->params.ncolumns; i++) {
        if (ic_rank_column(stats->x[i], stats->rows, &columns[i]) != 0) {
            return secure_stats_no_memory(stats);
        }
    }

    return 0;
}


static int
search(secure_stats_t *stats, const ic_rank_column_t *columns)
{
    int         rc;
    size_t      all, i;
    unsigned    n;
    ic_rank_t  *ranks;

    all = (size_t) stats->params.ncolumns * stats->nranks;
    ranks = calloc(all + 1, sizeof(ic_rank_t));

    if (ranks == NULL) {
        return secure_stats_no_memory(stats);
    }

    for (n = 0, i = 0; i < all; i++) {
        if (stats->ranks[i].shown) {
            ranks[n++] = stats->ranks[i].rank;
        }
    }

    rc = ic_ranks(stats->task, stats->sums, columns, ranks, n);

    for (n = 0, i = 0; rc == 0 && i < all; i++) {
        if (stats->ranks[i].shown) {
            stats->ranks[i].rank = ranks[n++];
            stats->ranks[i].shown = !stats->ranks[i].rank.wide;
        }
    }

    free(ranks);

    return rc;
}


void
secure_stats_found(const secure_stats_t *stats,
    const secure_stats_rank_t *rank, double *value, double *lower,
    double *upper)
{
    double            part;
    const ic_rank_t  *r;

    r = &rank->rank;
    *lower = ic_rank_value(r->low + 1);
    *upper = ic_rank_value(r->high);
    *value = *upper;

    if (r->bits < 64) {
        *lower = lower_edge(r->low);
        *upper = upper_edge(r->high);
        *value = NAN;

    } else if (r->low + 1 != r->high) {
        part = ((double) (r->rank - r->below) - 0.5)
               / (double) (r->upto - r->below);
        *value = *lower + part * (*upper - *lower);
    }
}


/* Of the bins of powers of two: outwards to the power itself. */

static double
lower_edge(uint64_t low)
{
    return ic_rank_value(low + 1) < 0 ? ic_rank_value(low)
                                      : ic_rank_value(low + 1);
}


static double
upper_edge(uint64_t high)
{
    return ic_rank_value(high) < 0 ? ic_rank_value(high)
                                   : ic_rank_value(high + 1);
}
