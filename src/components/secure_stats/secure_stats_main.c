
/* The component as a program. */


#include "../../protocol/ic_program.h"
#include "secure_stats.h"


int
main(int argc, char **argv)
{
    return ic_program(argc, argv, "secure_stats", secure_stats);
}
