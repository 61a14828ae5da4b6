
/* The start of a built-in component. */


#include <stdlib.h>

#include "../api/ic_component.h"
#include "ic_program.h"


int
ic_program(int argc, char **argv, const char *component, ic_task_run_pt run)
{
    int          rc;
    ic_str_t     descriptor;
    ic_arena_t  *pool;

    pool = ic_pool_create();

    if (pool == NULL) {
        return EXIT_FAILURE;
    }

    descriptor = ic_component_descriptor(pool,
                                         ic_component(ic_str(component)));

    rc = descriptor.data == NULL ? EXIT_FAILURE
         : ic_task_main(argc, argv, (char *) descriptor.data, run);

    ic_pool_destroy(pool);

    return rc;
}
