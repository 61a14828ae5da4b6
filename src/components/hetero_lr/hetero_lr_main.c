
/* The component as a program. */


#include "../../protocol/ic_program.h"
#include "hetero_lr.h"


static int
run(ic_task_t *task)
{
    return hetero_lr_run(task, 0, 0);
}


int
main(int argc, char **argv)
{
    return ic_program(argc, argv, "hetero_lr", run);
}
