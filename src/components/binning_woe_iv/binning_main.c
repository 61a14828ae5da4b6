
/* The component as a program. */


#include "../../protocol/ic_program.h"
#include "binning.h"


static int run(ic_task_t *task);


int
main(int argc, char **argv)
{
    return ic_program(argc, argv, "binning_woe_iv", run);
}


static int
run(ic_task_t *task)
{
    return binning_run(task, 0, 0);
}
