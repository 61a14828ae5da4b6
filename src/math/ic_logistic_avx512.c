
/* The kernel of logistic sums with vectors of 512 bits. */


#include "ic_logistic_kernel.h"


#if defined(__AVX512F__)

#define LANES_KERNEL  logistic_kernel

static void logistic_kernel(ic_logistic_work_t *work, int64_t first,
    int64_t end);

#include "ic_logistic_lanes.h"

const ic_logistic_kernel_pt  ic_logistic_kernel_avx512 = logistic_kernel;

#else

const ic_logistic_kernel_pt  ic_logistic_kernel_avx512;

#endif
