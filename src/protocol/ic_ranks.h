
/*
 * The k-th smallest value over the rows of all data parties, without a value
 * being sent: bisection of how many rows of all are at or below a threshold,
 * for many columns and ranks at a time. Doubles are ordered as 64-bit whole
 * numbers, so 64 steps find one exactly. All data parties learn the count at
 * every threshold that is tried. After Aggarwal, Mishra, Pinkas, "Secure
 * computation of the kth-ranked element", Eurocrypt 2004, with sums in the
 * place of comparisons.
 */


#ifndef _IC_RANKS_H_INCLUDED_
#define _IC_RANKS_H_INCLUDED_


#include "ic_aggregate.h"


/* Own values of a column: keys of ic_rank_key(), rising. */
typedef struct {
    uint64_t  *keys;
    int64_t    count;
} ic_rank_column_t;

typedef struct {
    unsigned  column;
    int64_t   rank;              /* 1 .. count */
    int64_t   count;             /* of all parties, not NULL */

    /* when a search ends: at an interval of ... */
    unsigned  bits;              /* one prefix of so many bits, 1 .. 64 */
    double    resolution;        /* at most that width, or 0 */
    int64_t   least;             /* no fewer rows, and below twice that; 0 */

    /* bits of it that one sum finds, by 2^ways - 1 thresholds; 0: one */
    unsigned  ways;              /* 1 .. 8; more with bits 64, least 0 */

    /* found: the value is above the key low and at most the key high */
    uint64_t  low;
    uint64_t  high;
    int64_t   below;             /* rows up to low, and up to high */
    int64_t   upto;
    bool      wide;              /* nothing bounds it at one side */

    /* while it is searched: a side on which no half can be left out whole */
    int       side;              /* -1: low rises, 1: high falls, 0 */
    uint64_t  edge;              /* to there at most */
} ic_rank_t;


/* The order of finite doubles; -0 is 0. And back. */
uint64_t ic_rank_key(double v);
double ic_rank_value(uint64_t key);

/*
 * A column's values that are no NaN, sorted; free(keys). 0, or -1: memory is
 * short.
 */
int ic_rank_column(const double *values, int64_t rows,
    ic_rank_column_t *column);

/*
 * Finds all of them, in up to 64 / ways secure sums of counts and a few, the
 * smallest of ways deciding. 0 or -1.
 */
int ic_ranks(ic_task_t *task, ic_aggregate_t *a,
    const ic_rank_column_t *columns, ic_rank_t *ranks, unsigned nranks);


#endif /* _IC_RANKS_H_INCLUDED_ */
