
/* A runner starts the describer. */


#ifndef _INTERCONND_RUNNER_DESCRIBE_H_INCLUDED_
#define _INTERCONND_RUNNER_DESCRIBE_H_INCLUDED_


#include "interconnd_runner.h"


/* At every turn: a process that describes datasets runs while some wait. */
void interconnd_describe_tend(interconnd_runner_t *runner, int64_t now);
void interconnd_describe_stop(interconnd_runner_t *runner);


#endif /* _INTERCONND_RUNNER_DESCRIBE_H_INCLUDED_ */
