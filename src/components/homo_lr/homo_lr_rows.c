
/* Sums over this party's rows. */


#include <math.h>

#include "../../math/ic_fixed.h"
#include "../../math/ic_spd.h"
#include "homo_lr.h"


static const double *rows_scaled(const homo_lr_t *lr, int64_t row);
static double rows_slope(const homo_lr_t *lr, int64_t row, const double *x);


int64_t
homo_lr_number(const homo_lr_t *lr, int64_t i)
{
    return lr->set.number != NULL ? lr->set.number[i] : i;
}


/* Features of a row of the data, good until the next call. */

static const double *
rows_scaled(const homo_lr_t *lr, int64_t row)
{
    unsigned       i, n;
    const double  *x;

    n = lr->params.features;
    x = lr->data.x + (size_t) row * n;

    if (lr->model.shift == NULL) {
        return x;
    }

    for (i = 0; i < n; i++) {
        lr->row[i] = (x[i] - lr->model.shift[i]) / lr->model.scale[i];
    }

    return lr->row;
}


double
homo_lr_predict(const homo_lr_t *lr, int64_t row)
{
    return ic_logistic(ic_logistic_score(lr->model.weights,
                                         rows_scaled(lr, row),
                                         lr->params.features));
}


/* (logistic(s z) - 1) s = logistic(z) - label, times the row's weight. */

static double
rows_slope(const homo_lr_t *lr, int64_t row, const double *x)
{
    double   z;
    uint8_t  label;

    label = lr->data.label[row];
    z = ic_logistic_score(lr->model.weights, x, lr->params.features);

    return lr->model.weight[label] * (label ? -ic_logistic(-z)
                                            : ic_logistic(z));
}


void
homo_lr_gradient(const homo_lr_t *lr, int64_t first, int64_t end,
    double *sum)
{
    double         d;
    int64_t        row;
    unsigned       i, n;
    const double  *x;

    n = lr->params.features;

    for ( /* void */ ; first < end; first++) {
        row = homo_lr_number(lr, first);
        x = rows_scaled(lr, row);
        d = rows_slope(lr, row, x);

        for (i = 0; i < n; i++) {
            sum[i] += d * x[i];
        }

        sum[n] += d;
    }
}


void
homo_lr_clipped(const homo_lr_t *lr, int64_t first, int64_t end,
    uint64_t *sum)
{
    double         d, length;
    int64_t        row;
    unsigned       i, n;
    const double  *x;

    n = lr->params.features;

    for ( /* void */ ; first < end; first++) {
        row = homo_lr_number(lr, first);
        x = rows_scaled(lr, row);

        for (length = lr->params.fit_intercept, i = 0; i < n; i++) {
            length += x[i] * x[i];
        }

        d = rows_slope(lr, row, x);
        length = sqrt(length) * fabs(d);

        if (length > lr->params.clip) {
            d *= lr->params.clip / length;
        }

        /* towards zero, and a hair less: no rounding makes it longer */

        d *= 1 - 1e-12;

        for (i = 0; i < n; i++) {
            sum[i] += (uint64_t) (int64_t) ldexp(d * x[i], IC_FIXED_BITS);
        }

        if (lr->params.fit_intercept) {
            sum[n] += (uint64_t) (int64_t) ldexp(d, IC_FIXED_BITS);
        }
    }
}


double
homo_lr_loss(const homo_lr_t *lr)
{
    double   sum, z;
    int64_t  i, row;
    uint8_t  label;

    for (sum = 0, i = 0; i < lr->set.rows; i++) {
        row = homo_lr_number(lr, i);
        label = lr->data.label[row];
        z = ic_logistic_score(lr->model.weights, rows_scaled(lr, row),
                              lr->params.features);
        sum += lr->model.weight[label] * ic_logistic_loss(label ? z : -z);
    }

    return sum;
}


void
homo_lr_hessian(const homo_lr_t *lr, double *sum)
{
    double         d, z;
    double        *at;
    int64_t        k, row;
    unsigned       i, j, n;
    const double  *x;

    n = lr->params.features;

    for (k = 0; k < lr->set.rows; k++) {
        row = homo_lr_number(lr, k);
        x = rows_scaled(lr, row);
        z = ic_logistic_score(lr->model.weights, x, n);
        d = lr->model.weight[lr->data.label[row]] * ic_logistic(z)
            * ic_logistic(-z);
        at = sum;

        for (i = 0; i < n; i++) {
            for (j = i; j < n; j++) {
                *at++ += d * x[i] * x[j];
            }

            *at++ += d * x[i];
        }

        *at += d;
    }
}


void
homo_lr_lengths(const homo_lr_t *lr, double *sum)
{
    int64_t        row;
    unsigned       i, n;
    const double  *x;

    n = lr->params.features;

    for (row = 0; row < lr->set.rows; row++) {
        x = rows_scaled(lr, homo_lr_number(lr, row));

        for (i = 0; i < n; i++) {
            sum[i] += fabs(x[i]);
        }
    }
}
