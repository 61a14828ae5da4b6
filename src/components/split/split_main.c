
/* The component as a program. */


#include "../../protocol/ic_program.h"
#include "split.h"


int
main(int argc, char **argv)
{
    return ic_program(argc, argv, "split", split_run);
}
