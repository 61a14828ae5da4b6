
/* Some of the rows of a table, or rows of one label more or less often. */


#ifndef _SAMPLER_H_INCLUDED_
#define _SAMPLER_H_INCLUDED_


#include "../../protocol/ic_choice.h"


/* One party's part. 0, or -1 after ic_task_fail(). */
int sampler_run(ic_task_t *task);


#endif /* _SAMPLER_H_INCLUDED_ */
