
/* The component as a program. */


#include "../../protocol/ic_program.h"
#include "pir.h"


int
main(int argc, char **argv)
{
    return ic_program(argc, argv, "pir", pir_run);
}
