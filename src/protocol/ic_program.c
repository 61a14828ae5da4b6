
/* The start of a built-in component. */


#include <stdlib.h>

#include "../api/ic_component.h"
#include "../math/ic_cpu.h"
#include "../math/ic_selftest.h"
#include "ic_program.h"


static int program_run(ic_task_t *task);


static ic_task_run_pt  program_entry;        /* main()'s, set once */


int
ic_program(int argc, char **argv, const char *component, ic_task_run_pt run)
{
    int          rc;
    ic_str_t     descriptor;
    ic_arena_t  *pool;

    program_entry = run;
    pool = ic_pool_create();

    if (pool == NULL) {
        return EXIT_FAILURE;
    }

    descriptor = ic_component_descriptor(pool,
                                         ic_component(ic_str(component)));

    rc = descriptor.data == NULL ? EXIT_FAILURE
         : ic_task_main(argc, argv, (char *) descriptor.data, program_run);

    ic_pool_destroy(pool);

    return rc;
}


/* Arithmetic that does not give the known answers is not used. */

static int
program_run(ic_task_t *task)
{
    unsigned  hidden, feature;

    if (ic_selftest(&hidden) != 0) {
        return ic_task_fail(task, "internal", NULL, 0,
                            "the arithmetic of this machine gives wrong "
                            "results");
    }

    for (feature = 1; feature <= hidden; feature <<= 1) {
        if ((hidden & feature) != 0) {
            ic_task_log(task, "error",
                        "%s of this processor gives wrong results and is "
                        "not used: the task takes longer",
                        ic_cpu_name(feature));
        }
    }

    return program_entry(task);
}
