
/* The component as a program. */


#include "../../protocol/ic_program.h"
#include "select.h"


int
main(int argc, char **argv)
{
    return ic_program(argc, argv, "feature_select", select_run);
}
