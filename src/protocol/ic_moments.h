
/*
 * Counts, means and squared deviations over the rows of all data parties, by
 * column and group, from secure sums (ic_aggregate.h). Two passes, the mean
 * first; sums without rounding (math/ic_exact.h), so that results are the
 * same however the rows are dealt out.
 */


#ifndef _IC_MOMENTS_H_INCLUDED_
#define _IC_MOMENTS_H_INCLUDED_


#include "ic_aggregate.h"


/* Own rows: columns[column][row], NaN is NULL, of at most 2^52. */
typedef struct {
    const double *const  *columns;
    unsigned              ncolumns;
    int64_t               rows;
    const uint32_t       *groups;    /* of each row; NULL: one for all */
    unsigned              ngroups;   /* at least 1 */
} ic_moments_rows_t;

/* Of one column in one group, at [group * ncolumns + column]. */
typedef struct {
    int64_t  count;              /* without NULLs */
    double   sum;
    double   mean;
    double   squares;            /* sum of (x - mean)^2 */
} ic_moments_t;


/* Opens the counts. 0 or -1. */
int ic_moments_count(ic_task_t *task, ic_aggregate_t *a,
    const ic_moments_rows_t *rows, ic_moments_t *moments);

/*
 * Opens sums and then squares where wanted (and the count is not 0), five
 * words each; the others stay as they are. 0 or -1.
 */
int ic_moments_sum(ic_task_t *task, ic_aggregate_t *a,
    const ic_moments_rows_t *rows, const bool *wanted,
    ic_moments_t *moments);


#endif /* _IC_MOMENTS_H_INCLUDED_ */
