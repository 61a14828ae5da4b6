
/* The component as a program. */


#include "../../protocol/ic_program.h"
#include "evaluate.h"


int
main(int argc, char **argv)
{
    return ic_program(argc, argv, "evaluate", evaluate_run);
}
