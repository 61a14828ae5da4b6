
/* The component as a program. */


#include "../../protocol/ic_program.h"
#include "expression.h"


int
main(int argc, char **argv)
{
    return ic_program(argc, argv, "expression", expression_run);
}
