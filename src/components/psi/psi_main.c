
/* The component as a program. */


#include "../../protocol/ic_program.h"
#include "psi.h"


int
main(int argc, char **argv)
{
    return ic_program(argc, argv, "psi", psi_run);
}
