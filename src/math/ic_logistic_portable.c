
/* The kernel of logistic sums for any processor. */


#define LANES_KERNEL  ic_logistic_kernel_portable

#include "ic_logistic_lanes.h"
