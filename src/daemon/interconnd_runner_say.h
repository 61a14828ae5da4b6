
/*
 * What the runner's own code says from a task's process: over the control
 * socket, as a component does.
 */


#ifndef _INTERCONND_RUNNER_SAY_H_INCLUDED_
#define _INTERCONND_RUNNER_SAY_H_INCLUDED_


#include "interconnd_runner.h"


/* A message and its line end. 0, or -1: nobody reads. */
int interconnd_say(int control, ic_str_t text);

/* Why the task fails; column may be NULL, row 0. */
void interconnd_say_fail(interconnd_child_t *child, int control,
    const char *code, const char *column, int64_t row, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));

/* disk_full for errors of a disk that has no room, else the other code. */
const char *interconnd_say_code(int error, const char *other);


/*
 * Lets work run in a process of the task's, which the runner then has for
 * the component's: a group of its own, the control socket, nothing else open.
 * Its exit status is what work returns. 0, or -1 with the child's failure.
 */
typedef int (*interconnd_work_pt)(interconnd_child_t *child, int control);

int interconnd_child_work(interconnd_child_t *child, interconnd_work_pt work);


#endif /* _INTERCONND_RUNNER_SAY_H_INCLUDED_ */
