
/* The component as a program. */


#include "../../protocol/ic_program.h"
#include "predict.h"


int
main(int argc, char **argv)
{
    return ic_program(argc, argv, "predict", predict_run);
}
