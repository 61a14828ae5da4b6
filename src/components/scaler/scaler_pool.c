
/*
 * Scales of columns by the rows of all parties: counts first, then moments
 * (protocol/ic_moments.h) or order statistics (protocol/ic_ranks.h).
 */


#include <math.h>
#include <stdlib.h>

#include "../../math/ic_exact.h"
#include "../../protocol/ic_counts.h"
#include "../../protocol/ic_moments.h"
#include "../../protocol/ic_ranks.h"
#include "scaler.h"


#define POOL_RANKS  6            /* of robust: two for each quartile */


typedef struct {
    scaler_t          *scaler;
    ic_aggregate_t    *sums;
    double           **x;        /* of standard: the columns */
    ic_rank_column_t  *columns;  /* of the others */
    ic_rank_t         *ranks;
    unsigned           nranks;
    unsigned           each;     /* of a column */
} pool_t;


static int pool_fit(pool_t *pool);
static int pool_standard(pool_t *pool);
static int pool_column(pool_t *pool, unsigned n);
static int pool_moments(pool_t *pool);
static int pool_counts(pool_t *pool);
static int pool_ordered(pool_t *pool);
static int pool_sort(pool_t *pool, unsigned n);
static void pool_ask(pool_t *pool, unsigned n);
static int pool_found(pool_t *pool);
static double pool_quantile(const ic_rank_t *two, int64_t count, double q);
static double pool_value(const ic_rank_t *rank);


int
scaler_pool(scaler_t *scaler, ic_aggregate_t *sums)
{
    int       rc;
    pool_t    pool;
    unsigned  n;

    memset(&pool, 0, sizeof(pool_t));
    pool.scaler = scaler;
    pool.sums = sums;
    pool.each = scaler->method == SCALER_ROBUST ? POOL_RANKS
                : scaler->method == SCALER_MIN_MAX ? 2 : 1;
    pool.x = calloc(scaler->count, sizeof(double *));
    pool.columns = calloc(scaler->count, sizeof(ic_rank_column_t));
    pool.ranks = calloc(scaler->count, POOL_RANKS * sizeof(ic_rank_t));

    rc = pool.x != NULL && pool.columns != NULL && pool.ranks != NULL
         ? pool_fit(&pool)
         : ic_task_fail(scaler->task, "internal", NULL, 0,
                        "memory is short");

    for (n = 0; n < scaler->count; n++) {

        if (pool.x != NULL) {
            free(pool.x[n]);
        }

        if (pool.columns != NULL) {
            free(pool.columns[n].keys);
        }
    }

    free(pool.x);
    free(pool.columns);
    free(pool.ranks);

    return rc;
}


static int
pool_fit(pool_t *pool)
{
    return pool->scaler->method == SCALER_STANDARD ? pool_standard(pool)
                                                   : pool_ordered(pool);
}


static int
pool_standard(pool_t *pool)
{
    unsigned  n;

    for (n = 0; n < pool->scaler->count; n++) {
        if (pool_column(pool, n) != 0) {
            return -1;
        }
    }

    return pool_counts(pool) == 0 ? pool_moments(pool) : -1;
}


static int
pool_column(pool_t *pool, unsigned n)
{
    double    *x;
    int64_t    row;
    scaler_t  *scaler;

    scaler = pool->scaler;
    scaler->filled[n] = 0;
    x = pool->x[n] = malloc(((size_t) scaler->rows + 1) * sizeof(double));

    if (x == NULL) {
        return ic_task_fail(scaler->task, "internal", NULL, 0,
                            "memory is short");
    }

    if (scaler_values(scaler, n, x) != 0) {
        return -1;
    }

    for (row = 0; row < scaler->rows; row++) {
        scaler->filled[n] += !isnan(x[row]);

        if (fabs(x[row]) > IC_EXACT_LIMIT) {
            return ic_task_fail(scaler->task, "data_out_of_range",
                                scaler->names[n], row + 1, "column \"%s\" is "
                                "too large to be summed in row %lld; use "
                                "min_max or robust", scaler->names[n],
                                (long long) row + 1);
        }
    }

    return 0;
}


static int
pool_moments(pool_t *pool)
{
    int                 rc;
    bool               *wanted;
    unsigned            n;
    scaler_t           *scaler;
    ic_moments_t       *moments;
    ic_moments_rows_t   rows;

    scaler = pool->scaler;
    memset(&rows, 0, sizeof(rows));
    rows.columns = (const double *const *) pool->x;
    rows.ncolumns = scaler->count;
    rows.rows = scaler->rows;
    rows.ngroups = 1;

    moments = calloc(scaler->count, sizeof(ic_moments_t));
    wanted = calloc(scaler->count, sizeof(bool));

    rc = moments != NULL && wanted != NULL ? 0
         : ic_task_fail(scaler->task, "internal", NULL, 0,
                        "memory is short");

    for (n = 0; rc == 0 && n < scaler->count; n++) {
        moments[n].count = scaler->filled[n];
        wanted[n] = true;
    }

    if (rc == 0) {
        rc = ic_moments_sum(scaler->task, pool->sums, &rows, wanted,
                            moments);
    }

    for (n = 0; rc == 0 && n < scaler->count; n++) {
        rc = scaler_set(scaler, n, moments[n].mean,
                        moments[n].count > 0
                        ? sqrt(moments[n].squares
                               / (double) moments[n].count) : 0);
    }

    free(moments);
    free(wanted);

    return rc;
}


/* How many values all parties have; nothing is opened of too few. */

static int
pool_counts(pool_t *pool)
{
    int64_t    least;
    unsigned   n;
    scaler_t  *scaler;

    scaler = pool->scaler;
    least = ic_setting_int(&scaler->settings, "min_rows");

    if (ic_counts_sum(scaler->task, pool->sums, scaler->filled,
                      scaler->count)
        != 0)
    {
        return -1;
    }

    for (n = 0; n < scaler->count; n++) {
        if (scaler->filled[n] < least) {
            return ic_task_fail(scaler->task, "data_too_few",
                                scaler->names[n], 0, "column \"%s\" has "
                                "fewer values over all parties than "
                                "min_rows", scaler->names[n]);
        }
    }

    return 0;
}


static int
pool_ordered(pool_t *pool)
{
    unsigned  n;

    for (n = 0; n < pool->scaler->count; n++) {
        if (pool_sort(pool, n) != 0) {
            return -1;
        }
    }

    if (pool_counts(pool) != 0) {
        return -1;
    }

    for (n = 0; n < pool->scaler->count; n++) {
        pool_ask(pool, n);
    }

    if (ic_ranks(pool->scaler->task, pool->sums, pool->columns, pool->ranks,
                 pool->nranks)
        != 0)
    {
        return -1;
    }

    return pool_found(pool);
}


static int
pool_sort(pool_t *pool, unsigned n)
{
    int      rc;
    double  *sorted;

    sorted = scaler_sorted(pool->scaler, n);

    if (sorted == NULL) {
        return -1;
    }

    rc = ic_rank_column(sorted, pool->scaler->filled[n], &pool->columns[n]);
    free(sorted);

    return rc == 0 ? 0
           : ic_task_fail(pool->scaler->task, "internal", NULL, 0,
                          "memory is short");
}


/* The ends, or the two values next to each quartile. */

static void
pool_ask(pool_t *pool, unsigned n)
{
    int64_t     count, place;
    unsigned    k;
    ic_rank_t  *rank;

    count = pool->scaler->filled[n];

    for (k = 0; count > 0 && k < pool->each; k++) {
        place = k == pool->each - 1 ? count - 1 : 0;

        if (pool->each == POOL_RANKS) {
            (void) scaler_quantile(count, 0.25 * (1 + k / 2), &place);
            place += k % 2;
            place = place < count ? place : count - 1;
        }

        rank = &pool->ranks[pool->nranks++];
        rank->column = n;
        rank->rank = place + 1;
        rank->count = count;
        rank->bits = 64;
    }
}


static int
pool_found(pool_t *pool)
{
    int               rc;
    double            low;
    int64_t           count;
    unsigned          n;
    scaler_t         *scaler;
    const ic_rank_t  *rank;

    scaler = pool->scaler;
    rank = pool->ranks;

    for (rc = 0, n = 0; rc == 0 && n < scaler->count; n++) {
        count = scaler->filled[n];

        if (count == 0) {
            rc = scaler_set(scaler, n, 0, 0);
            continue;
        }

        low = pool_value(&rank[0]);

        if (scaler->method == SCALER_MAX_ABS) {
            rc = scaler_set(scaler, n, 0, low);

        } else if (scaler->method == SCALER_MIN_MAX) {
            rc = scaler_set(scaler, n, low, pool_value(&rank[1]) - low);

        } else {
            rc = scaler_set(scaler, n, pool_quantile(rank + 2, count, 0.5),
                            pool_quantile(rank + 4, count, 0.75)
                            - pool_quantile(rank, count, 0.25));
        }

        rank += pool->each;
    }

    return rc;
}


static double
pool_quantile(const ic_rank_t *two, int64_t count, double q)
{
    double   rest, low;
    int64_t  place;

    rest = scaler_quantile(count, q, &place);
    low = pool_value(&two[0]);

    return rest == 0 ? low : low + rest * (pool_value(&two[1]) - low);
}


static double
pool_value(const ic_rank_t *rank)
{
    return ic_rank_value(rank->high);
}
