
/*
 * Secure sums (ic_aggregate.h) of many numbers at a time: whole numbers, and
 * counts of rows, of which several share a word.
 */


#ifndef _IC_COUNTS_H_INCLUDED_
#define _IC_COUNTS_H_INCLUDED_


#include "ic_aggregate.h"


/*
 * ic_aggregate_sum_words() of any number of words, in parts where they are
 * many. 0 or -1.
 */
int ic_counts_words(ic_aggregate_t *a, uint64_t *words, size_t count);

/*
 * Replaces own counts, each of rows, by those over all data parties: none can
 * be above the number of all rows, so floor(64 / its bits) are one word. 0,
 * or -1 after ic_task_fail().
 */
int ic_counts_sum(ic_task_t *task, ic_aggregate_t *a, int64_t *counts,
    size_t count);


#endif /* _IC_COUNTS_H_INCLUDED_ */
