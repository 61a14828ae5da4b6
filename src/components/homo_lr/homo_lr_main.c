
/* The component as a program. */


#include "../../protocol/ic_program.h"
#include "homo_lr.h"


static int run(ic_task_t *task);


int
main(int argc, char **argv)
{
    return ic_program(argc, argv, "homo_lr", run);
}


static int
run(ic_task_t *task)
{
    int        rc;
    homo_lr_t  lr;

    memset(&lr, 0, sizeof(lr));
    lr.task = task;

    rc = homo_lr_run(&lr);
    homo_lr_free(&lr);

    return rc;
}
