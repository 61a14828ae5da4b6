
/* Cholesky's factors. */


#include <math.h>

#include "ic_spd.h"


/* Less than this part of a diagonal element left: rounding errors. */
#define SPD_LIMIT  1e-10


int
ic_spd_factor(double *a, unsigned n, unsigned *bad)
{
    double    whole, sum;
    unsigned  i, j, k;

    for (i = 0; i < n; i++) {
        whole = a[ic_spd_at(n, i, i)];

        for (j = i; j < n; j++) {
            sum = a[ic_spd_at(n, i, j)];

            for (k = 0; k < i; k++) {
                sum -= a[ic_spd_at(n, k, i)] * a[ic_spd_at(n, k, j)];
            }

            if (j > i) {
                a[ic_spd_at(n, i, j)] = sum / a[ic_spd_at(n, i, i)];
                continue;
            }

            if (!(sum > SPD_LIMIT * whole) || !isfinite(sum)) {
                *bad = i;
                return -1;
            }

            a[ic_spd_at(n, i, i)] = sqrt(sum);
        }
    }

    return 0;
}


void
ic_spd_solve(const double *r, unsigned n, double *x)
{
    unsigned  i, k;

    for (i = 0; i < n; i++) {
        for (k = 0; k < i; k++) {
            x[i] -= r[ic_spd_at(n, k, i)] * x[k];
        }

        x[i] /= r[ic_spd_at(n, i, i)];
    }

    for (i = n; i-- > 0; /* void */) {
        for (k = i + 1; k < n; k++) {
            x[i] -= r[ic_spd_at(n, i, k)] * x[k];
        }

        x[i] /= r[ic_spd_at(n, i, i)];
    }
}
