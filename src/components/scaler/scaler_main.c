
/* The component as a program. */


#include "../../protocol/ic_program.h"
#include "scaler.h"


static int run(ic_task_t *task);


int
main(int argc, char **argv)
{
    return ic_program(argc, argv, "scaler", run);
}


static int
run(ic_task_t *task)
{
    ic_aggregate_conf_t  conf;

    memset(&conf, 0, sizeof(ic_aggregate_conf_t));

    return scaler_run(task, &conf);
}
