
/* The discrete Gaussian. */


#include <math.h>
#include <openssl/rand.h>
#include <stdbool.h>

#include "ic_gaussian.h"


static bool gaussian_word(uint64_t *word);
static bool gaussian_below(uint64_t limit, uint64_t *n);
static bool gaussian_coin(double p, bool *yes);
static bool gaussian_exp(double gamma, bool *yes);
static bool gaussian_exp_small(double gamma, bool *yes);
static bool gaussian_laplace(uint64_t scale, int64_t *n);


int
ic_gaussian(double sigma, int64_t *n)
{
    bool      yes;
    double    d;
    uint64_t  scale;

    if (!(sigma > 0) || sigma > IC_GAUSSIAN_MAX_SIGMA) {
        return -1;
    }

    scale = (uint64_t) sigma + 1;

    do {
        if (!gaussian_laplace(scale, n)) {
            return -1;
        }

        d = fabs((double) *n) / sigma - sigma / (double) scale;

        if (!gaussian_exp(d * d / 2, &yes)) {
            return -1;
        }

    } while (!yes);

    return 0;
}


static bool
gaussian_word(uint64_t *word)
{
    return RAND_priv_bytes((u_char *) word, sizeof(*word)) == 1;
}


/* Uniform below limit, 0 < limit <= 2^63. */

static bool
gaussian_below(uint64_t limit, uint64_t *n)
{
    uint64_t  most;

    most = UINT64_MAX - UINT64_MAX % limit;

    do {
        if (!gaussian_word(n)) {
            return false;
        }

    } while (*n >= most);

    *n %= limit;

    return true;
}


static bool
gaussian_coin(double p, bool *yes)
{
    uint64_t  word;

    if (!gaussian_word(&word)) {
        return false;
    }

    *yes = ldexp((double) (word >> 11), -53) < p;

    return true;
}


/* Yes with probability e^-gamma. */

static bool
gaussian_exp(double gamma, bool *yes)
{
    *yes = true;

    for ( /* void */ ; *yes && gamma > 1; gamma--) {
        if (!gaussian_exp_small(1, yes)) {
            return false;
        }
    }

    return !*yes || gaussian_exp_small(gamma, yes);
}


/* For gamma <= 1: how often a falling chain of coins goes on is even. */

static bool
gaussian_exp_small(double gamma, bool *yes)
{
    bool      again;
    unsigned  k;

    k = 0;

    do {
        if (!gaussian_coin(gamma / ++k, &again)) {
            return false;
        }

    } while (again);

    *yes = k % 2 == 1;

    return true;
}


/* Probability proportional to e^(-|n| / scale). */

static bool
gaussian_laplace(uint64_t scale, int64_t *n)
{
    bool      yes;
    uint64_t  rest, whole, sign;

    for ( ;; ) {
        if (!gaussian_below(scale, &rest)
            || !gaussian_exp_small((double) rest / (double) scale, &yes))
        {
            return false;
        }

        if (!yes) {
            continue;
        }

        for (whole = 0; yes; whole += yes) {
            if (!gaussian_exp_small(1, &yes)) {
                return false;
            }
        }

        if (!gaussian_word(&sign)) {
            return false;
        }

        *n = (int64_t) (whole * scale + rest);

        if (*n == 0 && sign % 2 == 1) {
            continue;            /* there is one zero only */
        }

        *n = sign % 2 == 1 ? -*n : *n;

        return true;
    }
}


double
ic_gaussian_rho(double steps, double sigma)
{
    return steps / (2 * sigma * sigma);
}


double
ic_gaussian_epsilon(double rho, double delta)
{
    return rho + 2 * sqrt(rho * log(1 / delta));
}
