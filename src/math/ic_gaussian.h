
/*
 * Noise for differential privacy: the discrete Gaussian (Canonne, Kamath,
 * Steinke, "The discrete Gaussian for differential privacy", NeurIPS 2020),
 * and its accountant in zero-concentrated terms (Bun, Steinke, TCC 2016).
 */


#ifndef _IC_GAUSSIAN_H_INCLUDED_
#define _IC_GAUSSIAN_H_INCLUDED_


#include <stdint.h>


#define IC_GAUSSIAN_MAX_SIGMA  1e16


/*
 * Integers n with probability proportional to e^(-n^2 / (2 sigma^2)), 0 <
 * sigma <= IC_GAUSSIAN_MAX_SIGMA, by rejection from a discrete Laplace
 * distribution; randomness of the system. Probabilities of acceptance are
 * doubles: the distribution is off by at most some 2^-50. 0, or -1: no
 * randomness.
 */
int ic_gaussian(double sigma, int64_t *n);

/*
 * rho of `steps` releases of sums of integers, each with sensitivity 1 and
 * noise of deviation sigma: steps / (2 sigma^2).
 */
double ic_gaussian_rho(double steps, double sigma);

/* (epsilon, delta) that follow: rho + 2 sqrt(rho ln(1 / delta)). */
double ic_gaussian_epsilon(double rho, double delta);


#endif /* _IC_GAUSSIAN_H_INCLUDED_ */
