
/* Discrete Gaussian noise: its moments and its shape; the accountant. */


#include <math.h>
#include <stdlib.h>

#include "../../src/math/ic_gaussian.h"
#include "tap.h"


#define DRAWS  40000


/* Mean, variance and kurtosis within six standard errors. */

static void
test_moments(double sigma)
{
    double    d, second, fourth, sum;
    int64_t   n;
    unsigned  i;

    for (sum = second = fourth = 0, i = 0; i < DRAWS; i++) {
        if (ic_gaussian(sigma, &n) != 0) {
            break;
        }

        d = (double) n / sigma;
        sum += d;
        second += d * d;
        fourth += d * d * d * d;
    }

    is_int(i, DRAWS, "sigma %g", sigma);
    ok(fabs(sum / DRAWS) < 6 / sqrt(DRAWS), "... mean %g", sum / DRAWS);
    ok(fabs(second / DRAWS - 1) < 6 * sqrt(2.0 / DRAWS), "... variance %g",
       second / DRAWS);
    ok(fabs(fourth / DRAWS - 3) < 6 * sqrt(96.0 / DRAWS), "... fourth "
       "moment %g", fourth / DRAWS);
}


/* Each integer as often as e^(-n^2 / (2 sigma^2)) says: chi squared. */

static void
test_shape(double sigma)
{
    int        k, most;
    double     all, expected, chi;
    int64_t    n;
    unsigned   i, seen[64] = { 0 };

    most = (int) (3 * sigma);

    for (all = 0, k = -60; k <= 60; k++) {
        all += exp(-k * k / (2 * sigma * sigma));
    }

    for (i = 0; i < DRAWS; i++) {
        (void) ic_gaussian(sigma, &n);

        if (llabs(n) <= most) {
            seen[n + most]++;
        }
    }

    for (chi = 0, k = -most; k <= most; k++) {
        expected = DRAWS * exp(-k * k / (2 * sigma * sigma)) / all;
        chi += (seen[k + most] - expected) * (seen[k + most] - expected)
               / expected;
    }

    ok(chi < 2 * most + 1 + 6 * sqrt(2 * (2 * most + 1)),
       "sigma %g: chi squared %.1f of %d", sigma, chi, 2 * most + 1);
}


int
main(void)
{
    int64_t  n;

    test_moments(1.5);
    test_moments(100.25);
    test_moments(4.0 * (1 << 24));
    test_moments(1e13);
    test_shape(0.8);
    test_shape(2.5);

    ok(ic_gaussian(0, &n) != 0 && ic_gaussian(-1, &n) != 0
       && ic_gaussian(NAN, &n) != 0 && ic_gaussian(1e17, &n) != 0,
       "a deviation of 0, below it, none and too large");

    /* T = 5, sigma = 4, delta = 1e-5: rho = 5 / 32, epsilon = 2.8388 */

    ok(ic_gaussian_rho(5, 4) == 5.0 / 32, "rho of five steps");
    ok(fabs(ic_gaussian_epsilon(ic_gaussian_rho(5, 4), 1e-5)
            - (5.0 / 32 + 2 * sqrt(5.0 / 32 * log(1e5))))
       < 1e-12, "epsilon by the formula");
    ok(fabs(ic_gaussian_epsilon(5.0 / 32, 1e-5) - 2.8387) < 1e-3,
       "... %.4f", ic_gaussian_epsilon(5.0 / 32, 1e-5));
    ok(ic_gaussian_rho(10, 4) == 2 * ic_gaussian_rho(5, 4),
       "steps add up");

    return done();
}
