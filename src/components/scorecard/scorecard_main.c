
/* The component as a program. */


#include "../../protocol/ic_program.h"
#include "scorecard.h"


int
main(int argc, char **argv)
{
    return ic_program(argc, argv, "scorecard", scorecard_run);
}
