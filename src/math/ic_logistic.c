
/* Logistic regression: sums over rows. */


#include <math.h>

#include "ic_logistic.h"


double
ic_logistic(double z)
{
    double  e;

    if (z >= 0) {
        return 1 / (1 + exp(-z));
    }

    e = exp(z);

    return e / (1 + e);
}


double
ic_logistic_loss(double z)
{
    return (z > 0) ? log1p(exp(-z)) : log1p(exp(z)) - z;
}


double
ic_logistic_score(const double *w, const double *x, unsigned features)
{
    double    z;
    unsigned  i;

    z = w[features];

    for (i = 0; i < features; i++) {
        z += w[i] * x[i];
    }

    return z;
}


void
ic_logistic_gradient(const ic_samples_t *samples, int64_t first,
    int64_t end, const double *w, double *gradient)
{
    double         d, z;
    int64_t        row;
    unsigned       i, n;
    const double  *x;

    n = samples->features;

    for (row = first; row < end; row++) {
        x = samples->x + row * n;
        z = ic_logistic_score(w, x, n);

        /* (logistic(s z) - 1) s = logistic(z) - label */

        d = samples->label[row] ? -ic_logistic(-z) : ic_logistic(z);

        for (i = 0; i < n; i++) {
            gradient[i] += d * x[i];
        }

        gradient[n] += d;
    }
}


double
ic_logistic_loss_sum(const ic_samples_t *samples, const double *w)
{
    double   sum, z;
    int64_t  row;

    sum = 0;

    for (row = 0; row < samples->rows; row++) {
        z = ic_logistic_score(w, samples->x + row * samples->features,
                              samples->features);
        sum += ic_logistic_loss(samples->label[row] ? z : -z);
    }

    return sum;
}
