
/* What the files of common bins share. */


#ifndef _BINNING_POOL_H_INCLUDED_
#define _BINNING_POOL_H_INCLUDED_


#include "../../protocol/ic_ranks.h"
#include "binning.h"


typedef struct {
    binning_t         *binning;
    ic_aggregate_t    *sums;
    int64_t            all;          /* rows of all parties */
    int64_t            positives;
    int64_t           *filled;       /* of each column, of all parties */
    ic_rank_column_t  *columns;
    ic_rank_t         *ranks;
    unsigned           nranks;
    double            *values;       /* own, of one column */
    int64_t           *counts;       /* bins of one column after another */
    uint64_t          *words;        /* two of each bin */
} binning_pool_t;


/* binning_pool_edges.c: edges of all columns. 0, or -1 after fail. */
int binning_pool_edges(binning_pool_t *pool);


/*
 * binning_pool_classes.c: makes bins one that have fewer than min_rows rows
 * of either class over all parties. 0, or -1 after fail.
 */
int binning_pool_classes(binning_pool_t *pool);


#endif /* _BINNING_POOL_H_INCLUDED_ */
