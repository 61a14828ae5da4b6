
/*
 * Errors of the weights, as the maximum of the likelihood has them: with H the
 * sum of p (1 - p) x x^T and A = H + alpha N I (not for the intercept) their
 * covariance is A^-1 H A^-1, which is H^-1 without a penalty.
 */


#include <math.h>
#include <stdlib.h>

#include "../../math/ic_spd.h"
#include "homo_lr.h"


static double errors_variance(const double *hessian, unsigned size,
    const double *x);
static double errors_quantile(double confidence);


int
homo_lr_errors(homo_lr_t *lr, const double *hessian)
{
    int               rc;
    double           *factor, *x, rows, wide;
    unsigned          i, size;
    homo_lr_error_t  *error;

    rows = (double) lr->model.rows;
    size = lr->params.features + 1;
    wide = errors_quantile(lr->params.confidence);
    x = calloc(size, sizeof(double));
    factor = calloc(ic_spd_size(size), sizeof(double));
    lr->model.errors = calloc(size, sizeof(homo_lr_error_t));

    rc = x != NULL && factor != NULL && lr->model.errors != NULL
         ? homo_lr_system(lr, hessian, factor) : homo_lr_no_memory(lr);

    for (i = 0; rc == 0 && i < size - !lr->params.fit_intercept; i++) {
        memset(x, 0, size * sizeof(double));
        x[i] = 1 / rows;
        ic_spd_solve(factor, size, x);

        error = &lr->model.errors[i];
        error->error = sqrt(errors_variance(hessian, size, x));
        error->z = lr->model.weights[i] / error->error;
        error->p = erfc(fabs(error->z) / M_SQRT2);
        error->low = lr->model.weights[i] - wide * error->error;
        error->high = lr->model.weights[i] + wide * error->error;
    }

    free(x);
    free(factor);

    return rc;
}


/* x^T H x */

static double
errors_variance(const double *hessian, unsigned size, const double *x)
{
    double    sum;
    unsigned  i, j;

    for (sum = 0, i = 0; i < size; i++) {
        for (j = i; j < size; j++) {
            sum += (i == j ? 1 : 2) * x[i] * x[j] * *hessian++;
        }
    }

    return sum;
}


/* z with erfc(z / sqrt 2) = 1 - confidence, by bisection. */

static double
errors_quantile(double confidence)
{
    double    low, high, middle;
    unsigned  i;

    low = 0;
    high = 40;

    for (i = 0; i < 100; i++) {
        middle = (low + high) / 2;

        if (erfc(middle / M_SQRT2) > 1 - confidence) {
            low = middle;

        } else {
            high = middle;
        }
    }

    return low;
}
