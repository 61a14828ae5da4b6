
/*
 * Scales of columns by the rows of all parties: secure sums, and order
 * statistics by bisection of secure counts. A double's place among all
 * doubles is a whole number of 64 bits, so that 64 counts find it exactly.
 */


#include <math.h>
#include <stdlib.h>

#include "scaler.h"


#define POOL_BITS     24             /* as fixed point behind the point */
#define POOL_MORE     40             /* bits of the second part */
#define POOL_LIMIT    274877906944.0 /* 2^38 */
#define POOL_TARGETS  6              /* of robust: two for each quartile */


/* The value with `rank` values before it is searched for. */
typedef struct {
    unsigned  column;
    uint64_t  rank;
    uint64_t  low;
    uint64_t  high;
} pool_target_t;

typedef struct {
    scaler_t        *scaler;
    ic_aggregate_t  *sums;
    double         **sorted;     /* of each column, own values */
    int64_t         *own;        /* how many of them */
    pool_target_t   *targets;
    unsigned         ntargets;
    uint64_t        *words;
} pool_t;


static int pool_standard(scaler_t *scaler, ic_aggregate_t *sums);
static int pool_moment(scaler_t *scaler, unsigned n, bool squares,
    double *parts);
static double pool_join(const double *parts);
static int pool_split(scaler_t *scaler, unsigned n, double sum,
    double *parts);
static int pool_ordered(pool_t *pool);
static int pool_counts(scaler_t *scaler, ic_aggregate_t *sums,
    unsigned next);
static void pool_ask(pool_t *pool);
static int pool_search(pool_t *pool);
static uint64_t pool_below(const pool_t *pool, const pool_target_t *target,
    uint64_t key);
static int pool_found(pool_t *pool);
static double pool_value(const pool_target_t *two, int64_t count, double q);
static uint64_t pool_key(double value);
static double pool_double(uint64_t key);


int
scaler_pool(scaler_t *scaler, ic_aggregate_t *sums)
{
    int       rc;
    pool_t    pool;
    unsigned  n;

    if (scaler->method == SCALER_STANDARD) {
        return pool_standard(scaler, sums);
    }

    memset(&pool, 0, sizeof(pool_t));
    pool.scaler = scaler;
    pool.sums = sums;
    pool.sorted = calloc(scaler->count, sizeof(double *));
    pool.own = calloc(scaler->count, sizeof(int64_t));
    pool.targets = calloc(scaler->count, POOL_TARGETS
                                         * sizeof(pool_target_t));
    pool.words = calloc(scaler->count, POOL_TARGETS * sizeof(uint64_t));

    if (pool.sorted == NULL || pool.own == NULL || pool.targets == NULL
        || pool.words == NULL)
    {
        rc = ic_task_fail(scaler->task, "internal", NULL, 0,
                          "memory is short");
    } else {
        rc = pool_ordered(&pool);
    }

    for (n = 0; pool.sorted != NULL && n < scaler->count; n++) {
        free(pool.sorted[n]);
    }

    free(pool.sorted);
    free(pool.own);
    free(pool.targets);
    free(pool.words);

    return rc;
}


/* Sums first, then the squares of differences from the common mean. */

static int
pool_standard(scaler_t *scaler, ic_aggregate_t *sums)
{
    int       rc;
    double   *parts;
    unsigned  n, d;

    d = scaler->count;
    parts = calloc(d, 2 * sizeof(double));

    if (parts == NULL) {
        return ic_task_fail(scaler->task, "internal", NULL, 0,
                            "memory is short");
    }

    for (rc = 0, n = 0; rc == 0 && n < d; n++) {
        rc = pool_moment(scaler, n, false, parts + 2 * n);
    }

    if (rc == 0) {
        rc = pool_counts(scaler, sums, 2 * d);
    }

    if (rc == 0) {
        rc = ic_aggregate_sum(sums, parts, 2 * d, 2 * d);
    }

    for (n = 0; rc == 0 && n < d; n++) {
        scaler->shift[n] = scaler->filled[n] > 0
                           ? pool_join(parts + 2 * n)
                             / (double) scaler->filled[n] : 0;
    }

    for (n = 0; rc == 0 && n < d; n++) {
        rc = pool_moment(scaler, n, true, parts + 2 * n);
    }

    if (rc == 0) {
        rc = ic_aggregate_sum(sums, parts, 2 * d, 0);
    }

    for (n = 0; rc == 0 && n < d; n++) {
        rc = scaler_set(scaler, n, scaler->shift[n],
                        scaler->filled[n] > 0
                        ? sqrt(pool_join(parts + 2 * n)
                               / (double) scaler->filled[n]) : 0);
    }

    free(parts);

    return rc;
}


static int
pool_moment(scaler_t *scaler, unsigned n, bool squares, double *parts)
{
    int      rc;
    double  *values, sum, difference;
    int64_t  row, filled;

    values = malloc(((size_t) scaler->rows + 1) * sizeof(double));

    if (values == NULL) {
        return ic_task_fail(scaler->task, "internal", NULL, 0,
                            "memory is short");
    }

    rc = scaler_values(scaler, n, values);
    filled = 0;
    sum = 0;

    for (row = 0; rc == 0 && row < scaler->rows; row++) {

        if (isnan(values[row])) {
            continue;
        }

        filled++;
        difference = values[row] - (squares ? scaler->shift[n] : 0);
        sum += squares ? difference * difference : difference;
    }

    free(values);

    if (!squares) {
        scaler->filled[n] = filled;
    }

    return rc == 0 ? pool_split(scaler, n, sum, parts) : -1;
}


/* Two parts, for sums of small values: 64 bits behind the point. */

static int
pool_split(scaler_t *scaler, unsigned n, double sum, double *parts)
{
    if (!(fabs(sum) < POOL_LIMIT / IC_TASK_MAX_PARTIES)) {
        return ic_task_fail(scaler->task, "data_out_of_range",
                            scaler->names[n], 0, "the values of column "
                            "\"%s\", or their squares, are too large to be "
                            "summed; use min_max or robust",
                            scaler->names[n]);
    }

    parts[0] = ldexp(nearbyint(ldexp(sum, POOL_BITS)), -POOL_BITS);
    parts[1] = ldexp(sum - parts[0], POOL_MORE);

    return 0;
}


static double
pool_join(const double *parts)
{
    return parts[0] + ldexp(parts[1], -POOL_MORE);
}


static int
pool_ordered(pool_t *pool)
{
    unsigned   n;
    scaler_t  *scaler;

    scaler = pool->scaler;

    for (n = 0; n < scaler->count; n++) {
        pool->sorted[n] = scaler_sorted(scaler, n);

        if (pool->sorted[n] == NULL) {
            return -1;
        }

        pool->own[n] = scaler->filled[n];
    }

    if (pool_counts(scaler, pool->sums, 0) != 0) {
        return -1;
    }

    pool_ask(pool);

    return (pool->ntargets == 0 || pool_search(pool) == 0)
           ? pool_found(pool) : -1;
}


/* How many values all parties have; nothing is opened of too few. */

static int
pool_counts(scaler_t *scaler, ic_aggregate_t *sums, unsigned next)
{
    int        rc;
    int64_t    least;
    uint64_t  *words;
    unsigned   n;

    words = calloc(scaler->count, sizeof(uint64_t));

    if (words == NULL) {
        return ic_task_fail(scaler->task, "internal", NULL, 0,
                            "memory is short");
    }

    for (n = 0; n < scaler->count; n++) {
        words[n] = (uint64_t) scaler->filled[n];
    }

    rc = ic_aggregate_sum_words(sums, words, scaler->count, next);
    least = ic_setting_int(&scaler->settings, "min_rows");

    for (n = 0; rc == 0 && n < scaler->count; n++) {
        scaler->filled[n] = (int64_t) words[n];

        if (scaler->filled[n] < least) {
            rc = ic_task_fail(scaler->task, "data_too_few",
                              scaler->names[n], 0, "column \"%s\" has %lld "
                              "values over all parties, fewer than min_rows",
                              scaler->names[n],
                              (long long) scaler->filled[n]);
        }
    }

    free(words);

    return rc;
}


static void
pool_ask(pool_t *pool)
{
    double          q;
    int64_t         count, rank;
    unsigned        n, k, wanted;
    pool_target_t  *target;

    wanted = pool->scaler->method == SCALER_ROBUST ? 6
             : pool->scaler->method == SCALER_MIN_MAX ? 2 : 1;

    for (n = 0; n < pool->scaler->count; n++) {
        count = pool->scaler->filled[n];

        for (k = 0; count > 0 && k < wanted; k++) {

            if (wanted == 6) {
                q = 0.25 * (1 + k / 2);
                (void) scaler_quantile(count, q, &rank);
                rank += k % 2;
                rank = rank < count ? rank : count - 1;

            } else {
                rank = k == wanted - 1 ? count - 1 : 0;
            }

            target = &pool->targets[pool->ntargets++];
            target->column = n;
            target->rank = (uint64_t) rank;
            target->low = 0;
            target->high = UINT64_MAX;
        }
    }
}


/* The smallest place with more values up to it than the rank. */

static int
pool_search(pool_t *pool)
{
    unsigned        bit, k;
    uint64_t        middle;
    pool_target_t  *target;

    for (bit = 0; bit < 64; bit++) {

        for (k = 0; k < pool->ntargets; k++) {
            target = &pool->targets[k];
            middle = target->low + (target->high - target->low) / 2;
            pool->words[k] = pool_below(pool, target, middle);
        }

        if (ic_aggregate_sum_words(pool->sums, pool->words, pool->ntargets,
                                   bit == 63 ? 0 : pool->ntargets)
            != 0)
        {
            return -1;
        }

        for (k = 0; k < pool->ntargets; k++) {
            target = &pool->targets[k];
            middle = target->low + (target->high - target->low) / 2;

            if (pool->words[k] > target->rank) {
                target->high = middle;

            } else if (target->low < target->high) {
                target->low = middle + 1;
            }
        }

        ic_task_progress(pool->scaler->task, bit, "fitting");
    }

    return 0;
}


/* Own values whose place is at most key. */

static uint64_t
pool_below(const pool_t *pool, const pool_target_t *target, uint64_t key)
{
    int64_t        low, high, middle;
    const double  *sorted;

    sorted = pool->sorted[target->column];
    low = 0;
    high = pool->own[target->column];

    while (low < high) {
        middle = low + (high - low) / 2;

        if (pool_key(sorted[middle]) <= key) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    return (uint64_t) low;
}


static int
pool_found(pool_t *pool)
{
    int                   rc;
    double                low;
    int64_t               count;
    unsigned              n;
    scaler_t             *scaler;
    const pool_target_t  *target;

    scaler = pool->scaler;
    target = pool->targets;

    for (rc = 0, n = 0; rc == 0 && n < scaler->count; n++) {
        count = scaler->filled[n];

        if (count == 0) {
            rc = scaler_set(scaler, n, 0, 0);

        } else if (scaler->method == SCALER_MAX_ABS) {
            rc = scaler_set(scaler, n, 0, pool_double(target->low));
            target++;

        } else if (scaler->method == SCALER_MIN_MAX) {
            low = pool_double(target[0].low);
            rc = scaler_set(scaler, n, low,
                            pool_double(target[1].low) - low);
            target += 2;

        } else {
            rc = scaler_set(scaler, n, pool_value(target + 2, count, 0.5),
                            pool_value(target + 4, count, 0.75)
                            - pool_value(target, count, 0.25));
            target += 6;
        }
    }

    return rc;
}


static double
pool_value(const pool_target_t *two, int64_t count, double q)
{
    double   rest, low;
    int64_t  rank;

    rest = scaler_quantile(count, q, &rank);
    low = pool_double(two[0].low);

    return rest == 0 ? low : low + rest * (pool_double(two[1].low) - low);
}


/* Rising with the value; both zeros are one. */

static uint64_t
pool_key(double value)
{
    uint64_t  bits;

    value += 0.0;
    memcpy(&bits, &value, sizeof(bits));

    return (bits >> 63) ? ~bits : bits | (uint64_t) 1 << 63;
}


static double
pool_double(uint64_t key)
{
    double    value;
    uint64_t  bits;

    bits = (key >> 63) ? key & ~((uint64_t) 1 << 63) : ~key;
    memcpy(&value, &bits, sizeof(value));

    return value;
}
