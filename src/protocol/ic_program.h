
/* A built-in component as a program. */


#ifndef _IC_PROGRAM_H_INCLUDED_
#define _IC_PROGRAM_H_INCLUDED_


#include "../task/ic_task.h"


/*
 * What main() of a built-in component returns: ic_task_main() with the
 * descriptor of the component of that name in api/ic_component.h.
 */
int ic_program(int argc, char **argv, const char *component,
    ic_task_run_pt run);


#endif /* _IC_PROGRAM_H_INCLUDED_ */
