
/*
 * Rows for training and rows for tests: as many as asked for, exactly, the
 * same at all parties of vertical data, in the order that they had.
 */


#ifndef _SPLIT_H_INCLUDED_
#define _SPLIT_H_INCLUDED_


#include "../../protocol/ic_choice.h"


/* One party's part. 0, or -1 after ic_task_fail(). */
int split_run(ic_task_t *task);


/*
 * Numbers for all rows, drawn by who chooses: that of the row's part, whose
 * sizes differ by one at most, over all and within each stratum. 0, or -1
 * after ic_task_fail().
 */
int split_folds(ic_choice_t *choice, unsigned folds);


#endif /* _SPLIT_H_INCLUDED_ */
