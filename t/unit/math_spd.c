
/* Equations with a positive definite matrix, and those without a solution. */


#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../src/math/ic_spd.h"
#include "tap.h"


#define MOST  40


static double
uniform(void)
{
    return (double) random() / (1u << 31) - 0.5;
}


/* a = b^T b for a b with more rows than columns; x known. */

static void
test_solve(unsigned n)
{
    double    b[2 * MOST][MOST], a[MOST * MOST], x[MOST], y[MOST], off;
    unsigned  i, j, k, bad;

    for (i = 0; i < 2 * n; i++) {
        for (j = 0; j < n; j++) {
            b[i][j] = uniform();
        }
    }

    for (i = 0; i < n; i++) {
        x[i] = uniform();

        for (j = i; j < n; j++) {
            a[ic_spd_at(n, i, j)] = 0;

            for (k = 0; k < 2 * n; k++) {
                a[ic_spd_at(n, i, j)] += b[k][i] * b[k][j];
            }
        }
    }

    for (i = 0; i < n; i++) {
        for (y[i] = 0, j = 0; j < n; j++) {
            y[i] += x[j] * a[i < j ? ic_spd_at(n, i, j)
                                   : ic_spd_at(n, j, i)];
        }
    }

    ok(ic_spd_factor(a, n, &bad) == 0, "%u equations", n);
    ic_spd_solve(a, n, y);

    for (off = 0, i = 0; i < n; i++) {
        off = fmax(off, fabs(x[i] - y[i]));
    }

    ok(off < 1e-9, "... solved, %.1e off", off);
}


int
main(void)
{
    double    zero[3] = { 0, 0, 1 }, twice[6] = { 1, 2, 3, 4, 6, 10 };
    double    nan[1] = { NAN }, negative[1] = { -1 };
    unsigned  i, bad, seed;

    seed = (unsigned) getpid();
    printf("# seed %u\n", seed);
    srandom(seed);

    for (i = 1; i <= MOST; i += i < 4 ? 1 : 9) {
        test_solve(i);
    }

    is_int((int64_t) ic_spd_size(3), 6, "six numbers of three by three");
    ok(ic_spd_factor(zero, 2, &bad) != 0 && bad == 0, "a row of zeros");
    ok(ic_spd_factor(twice, 3, &bad) != 0 && bad == 1,
       "a row twice another");
    ok(ic_spd_factor(nan, 1, &bad) != 0, "no number");
    ok(ic_spd_factor(negative, 1, &bad) != 0, "a negative number");

    return done();
}
