
/* What the sums over rows and their kernels share. */


#ifndef _IC_LOGISTIC_KERNEL_H_INCLUDED_
#define _IC_LOGISTIC_KERNEL_H_INCLUDED_


#include <stddef.h>

#include "ic_logistic.h"


#define IC_LOGISTIC_LANES  8


/*
 * Vectors of `stride` numbers, features rounded up to lanes and 0 behind
 * them, begin at multiples of 64 bytes.
 */
typedef struct {
    const ic_logistic_rows_t  *rows;
    size_t                     stride;
    const double              *w;        /* stride; rows->w */
    const double              *shift;    /* stride */
    const double              *inverse;  /* stride: 1 / scale */
    double                    *scaled;   /* IC_LOGISTIC_LANES * stride */
    double                    *gradient; /* stride; added to */
    double                     slopes;   /* added to: of the intercept */
    double                     loss;     /* added to */
    double                    *hessian;  /* added to, or NULL */
    bool                       with_loss;
} ic_logistic_work_t;

/* Adds the sums over the rows [first, end). */
typedef void (*ic_logistic_kernel_pt)(ic_logistic_work_t *work,
    int64_t first, int64_t end);


void ic_logistic_kernel_portable(ic_logistic_work_t *work, int64_t first,
    int64_t end);

/* NULL where the compiler has none; needs IC_CPU_AVX512. */
extern const ic_logistic_kernel_pt  ic_logistic_kernel_avx512;


#endif /* _IC_LOGISTIC_KERNEL_H_INCLUDED_ */
