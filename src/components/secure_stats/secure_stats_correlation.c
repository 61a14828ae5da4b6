
/*
 * Pearson's correlation of all pairs: over the rows without any NULL, with
 * their own means and deviations; then sums of products of standard scores.
 * Sums over these rows beside those over all values of a column would give,
 * by subtraction, the sums of the other rows: they must be none or enough. The
 * same beside the sums of groups, which may be these rows but for a few.
 */


#include <math.h>
#include <stdlib.h>

#include "secure_stats.h"


/* What a sum of squared standard scores is scaled to: below 2^38. */
#define SCALE_BITS  36


static void find_complete(secure_stats_t *stats, uint32_t *complete);
static int moments_of(secure_stats_t *stats, const uint32_t *complete,
    ic_moments_t *moments);
static bool enough(secure_stats_t *stats, const ic_moments_t *moments);
static int groups_enough(secure_stats_t *stats, const uint32_t *complete);
static int64_t few(const secure_stats_t *stats, const ic_moments_t *moments,
    unsigned column);
static int64_t lesser(int64_t a, int64_t b);
static void standardise(secure_stats_t *stats, const uint32_t *complete,
    const ic_moments_t *moments);
static int products(secure_stats_t *stats, const ic_moments_t *moments);
static void own_products(const secure_stats_t *stats, double scale,
    double *sums);
static void fill(secure_stats_t *stats, const ic_moments_t *moments,
    const double *sums, double scale);


int
secure_stats_correlation(secure_stats_t *stats)
{
    int            rc;
    uint32_t      *complete;
    ic_moments_t  *moments;

    if (!stats->params.correlation) {
        return 0;
    }

    complete = calloc((size_t) stats->rows, sizeof(uint32_t));
    moments = calloc((size_t) 2 * stats->params.ncolumns,
                     sizeof(ic_moments_t));

    if (complete == NULL || moments == NULL) {
        rc = secure_stats_no_memory(stats);

    } else {
        find_complete(stats, complete);
        rc = moments_of(stats, complete, moments);
    }

    if (rc == 0 && stats->incomplete == NULL) {
        standardise(stats, complete, moments);
        rc = products(stats, moments);
    }

    free(complete);
    free(moments);

    return rc;
}


/* Group 0: rows without NULL; group 1: the others. */

static void
find_complete(secure_stats_t *stats, uint32_t *complete)
{
    int64_t   row;
    unsigned  i;

    for (i = 0; i < stats->params.ncolumns; i++) {
        for (row = 0; row < stats->rows; row++) {
            complete[row] |= isnan(stats->x[i][row]) != 0;
        }
    }
}


static int
moments_of(secure_stats_t *stats, const uint32_t *complete,
    ic_moments_t *moments)
{
    int                 rc;
    bool               *wanted;
    ic_moments_rows_t   rows;

    rows.columns = (const double *const *) stats->x;
    rows.ncolumns = stats->params.ncolumns;
    rows.rows = stats->rows;
    rows.groups = complete;
    rows.ngroups = 2;

    if (ic_moments_count(stats->task, stats->sums, &rows, moments) != 0) {
        return -1;
    }

    stats->complete = moments[0].count;

    if (!enough(stats, moments)) {
        return 0;
    }

    if (groups_enough(stats, complete) != 0) {
        return -1;
    }

    if (stats->incomplete != NULL) {
        return 0;
    }

    wanted = calloc((size_t) 2 * rows.ncolumns, sizeof(bool));

    if (wanted == NULL) {
        return secure_stats_no_memory(stats);
    }

    memset(wanted, true, rows.ncolumns * sizeof(bool));
    rc = ic_moments_sum(stats->task, stats->sums, &rows, wanted, moments);
    free(wanted);

    return rc;
}


static bool
enough(secure_stats_t *stats, const ic_moments_t *moments)
{
    int64_t   others;
    unsigned  i, n;

    n = stats->params.ncolumns;

    for (i = 0; i < n; i++) {
        others = moments[n + i].count;

        if (moments[i].count < stats->params.least
            || (others > 0 && others < stats->params.least))
        {
            stats->incomplete = stats->params.columns[i];
            return false;
        }
    }

    return true;
}


/* Counts of rows with and without NULL, group by group. */

static int
groups_enough(secure_stats_t *stats, const uint32_t *complete)
{
    int                 rc;
    int64_t             row, n;
    uint32_t           *groups;
    unsigned            i;
    ic_moments_t       *moments;
    ic_moments_rows_t   rows;

    if (stats->ngroups == 0) {
        return 0;
    }

    groups = calloc((size_t) stats->rows, sizeof(uint32_t));
    moments = calloc((size_t) 2 * stats->ngroups * stats->params.ncolumns,
                     sizeof(ic_moments_t));
    rc = groups != NULL && moments != NULL ? 0
         : secure_stats_no_memory(stats);

    for (row = 0; rc == 0 && row < stats->rows; row++) {
        groups[row] = 2 * stats->groups[row] + complete[row];
    }

    rows.columns = (const double *const *) stats->x;
    rows.ncolumns = stats->params.ncolumns;
    rows.rows = stats->rows;
    rows.groups = groups;
    rows.ngroups = 2 * stats->ngroups;

    if (rc == 0) {
        rc = ic_moments_count(stats->task, stats->sums, &rows, moments);
    }

    for (i = 0; rc == 0 && i < stats->params.ncolumns; i++) {
        n = few(stats, moments, i);

        if (n > 0 && n < stats->params.least) {
            stats->incomplete = stats->params.columns[i];
            break;
        }
    }

    free(groups);
    free(moments);

    return rc;
}


/*
 * The fewest values that a sum over the complete rows, less sums of some of
 * the groups, is of: of each group those in its complete rows, or, if it is
 * taken away, the others. Hidden groups are known as a whole only.
 */

static int64_t
few(const secure_stats_t *stats, const ic_moments_t *moments,
    unsigned column)
{
    size_t    n;
    int64_t   sum, in, out, hidden[2];
    unsigned  group;

    n = stats->params.ncolumns;
    hidden[0] = hidden[1] = 0;

    for (sum = 0, group = 0; group < stats->ngroups; group++) {
        in = moments[2 * group * n + column].count;
        out = moments[(2 * group + 1) * n + column].count;

        if (stats->cells_shown[group * n + column]) {
            sum += lesser(in, out);

        } else {
            hidden[0] += in;
            hidden[1] += out;
        }
    }

    return sum + lesser(hidden[0], hidden[1]);
}


static int64_t
lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}


/* In the place of the values, which nobody needs any more. */

static void
standardise(secure_stats_t *stats, const uint32_t *complete,
    const ic_moments_t *moments)
{
    double    *x, deviation;
    int64_t    row;
    unsigned   i;

    for (i = 0; i < stats->params.ncolumns; i++) {
        x = stats->x[i];
        deviation = sqrt(moments[i].squares / (double) moments[i].count);

        for (row = 0; row < stats->rows; row++) {
            x[row] = (complete[row] != 0 || deviation == 0)
                     ? 0 : (x[row] - moments[i].mean) / deviation;
        }
    }
}


static int
products(secure_stats_t *stats, const ic_moments_t *moments)
{
    int      rc;
    double  *sums, scale;
    size_t   n, pairs;

    n = stats->params.ncolumns;
    pairs = n * (n - 1) / 2;
    sums = calloc(pairs + 1, sizeof(double));
    stats->r = calloc(n * n, sizeof(double));

    if (sums == NULL || stats->r == NULL) {
        free(sums);
        return secure_stats_no_memory(stats);
    }

    /* by Cauchy and Schwarz no part is above the number of rows */

    scale = ldexp(1, SCALE_BITS
                     - ilogb((double) stats->complete
                             * ic_aggregate_count(stats->sums)));

    own_products(stats, scale, sums);
    rc = pairs == 0 ? 0 : ic_aggregate_sum(stats->sums, sums,
                                           (unsigned) pairs, 0);

    if (rc == 0) {
        fill(stats, moments, sums, scale);
    }

    free(sums);

    return rc;
}


static void
own_products(const secure_stats_t *stats, double scale, double *sums)
{
    double         sum;
    int64_t        row;
    unsigned       i, j, n;
    const double  *a, *b;

    n = stats->params.ncolumns;

    for (i = 0; i < n; i++) {
        for (j = i + 1; j < n; j++) {
            a = stats->x[i];
            b = stats->x[j];

            for (sum = 0, row = 0; row < stats->rows; row++) {
                sum += a[row] * b[row];
            }

            *sums++ = sum * scale;
        }
    }
}


static void
fill(secure_stats_t *stats, const ic_moments_t *moments, const double *sums,
    double scale)
{
    double    r;
    unsigned  i, j, n;

    n = stats->params.ncolumns;

    for (i = 0; i < n; i++) {
        stats->r[i * n + i] = moments[i].squares > 0 ? 1 : NAN;

        for (j = i + 1; j < n; j++) {
            r = *sums++ / scale / (double) stats->complete;
            r = fmax(-1, fmin(1, r));

            if (moments[i].squares == 0 || moments[j].squares == 0) {
                r = NAN;
            }

            stats->r[i * n + j] = stats->r[j * n + i] = r;
        }
    }
}
