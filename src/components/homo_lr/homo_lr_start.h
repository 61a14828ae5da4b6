
/* The first sum: positives and the scale of each column. */


#ifndef _HOMO_LR_START_H_INCLUDED_
#define _HOMO_LR_START_H_INCLUDED_


#include "homo_lr.h"



/*
 * Sums, sets the scaler and the first intercept, scales our rows and checks
 * their range. next: the values of the sum that follows. 0 or -1.
 */
int homo_lr_start(homo_lr_t *lr, unsigned next);


#endif /* _HOMO_LR_START_H_INCLUDED_ */
