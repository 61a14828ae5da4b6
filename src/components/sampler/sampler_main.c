
/* The component as a program. */


#include "../../protocol/ic_program.h"
#include "sampler.h"


int
main(int argc, char **argv)
{
    return ic_program(argc, argv, "sampler", sampler_run);
}
