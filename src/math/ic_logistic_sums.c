
/* Logistic sums over scaled and weighted rows, many rows at a time. */


#include <stdlib.h>
#include <string.h>

#include "ic_cpu.h"
#include "ic_logistic_kernel.h"


#define SUMS_ALIGN    64
#define SUMS_VECTORS  (4 + IC_LOGISTIC_LANES)


static size_t sums_stride(unsigned features);
static void sums_lay_out(ic_logistic_work_t *work, double *space);
static ic_logistic_kernel_pt sums_kernel(void);


int
ic_logistic_sums(const ic_logistic_rows_t *rows, int64_t first, int64_t end,
    double *gradient, double *loss, double *hessian)
{
    double              *space;
    unsigned             i;
    ic_logistic_work_t   work = { .rows = rows, .hessian = hessian,
                                  .with_loss = loss != NULL };

    work.stride = sums_stride(rows->features);
    space = aligned_alloc(SUMS_ALIGN,
                          SUMS_VECTORS * work.stride * sizeof(double));

    if (space == NULL) {
        return -1;
    }

    sums_lay_out(&work, space);
    sums_kernel()(&work, first, end);

    for (i = 0; gradient != NULL && i < rows->features; i++) {
        gradient[i] += work.gradient[i];
    }

    if (gradient != NULL) {
        gradient[i] += work.slopes;
    }

    if (loss != NULL) {
        *loss += work.loss;
    }

    free(space);

    return 0;
}


/* One vector at least, so that there is something to allocate. */

static size_t
sums_stride(unsigned features)
{
    size_t  lanes;

    lanes = IC_LOGISTIC_LANES;

    return features == 0 ? lanes : (features + lanes - 1) / lanes * lanes;
}


static void
sums_lay_out(ic_logistic_work_t *work, double *space)
{
    double                    *w, *shift, *inverse;
    unsigned                   i;
    const ic_logistic_rows_t  *rows;

    rows = work->rows;
    memset(space, 0, SUMS_VECTORS * work->stride * sizeof(double));

    w = space;
    shift = w + work->stride;
    inverse = shift + work->stride;
    work->gradient = inverse + work->stride;
    work->scaled = work->gradient + work->stride;

    for (i = 0; i < rows->features; i++) {
        w[i] = rows->w[i];
        shift[i] = rows->shift != NULL ? rows->shift[i] : 0;
        inverse[i] = rows->shift != NULL ? 1 / rows->scale[i] : 1;
    }

    work->w = w;
    work->shift = shift;
    work->inverse = inverse;
}


static ic_logistic_kernel_pt
sums_kernel(void)
{
    return ic_cpu_has(IC_CPU_AVX512) && ic_logistic_kernel_avx512 != NULL
           ? ic_logistic_kernel_avx512 : ic_logistic_kernel_portable;
}
