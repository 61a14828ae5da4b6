
/* Noise on sums of clipped gradients. */


#include <math.h>

#include "../../math/ic_fixed.h"
#include "../../math/ic_gaussian.h"
#include "homo_lr.h"


/*
 * All but one party's noise together have the whole deviation: a party knows
 * its own. So have those of the fewest parties that a sum may be left with.
 */

int
homo_lr_noise(homo_lr_t *lr, uint64_t *words)
{
    double    sigma;
    int64_t   noise;
    unsigned  i, count;

    count = ic_aggregate_least(lr->sums) - 1;
    sigma = ldexp(lr->params.noise * lr->params.clip, IC_FIXED_BITS)
            / sqrt((double) count);

    for (i = 0; i < lr->params.features + lr->params.fit_intercept; i++) {

        if (ic_gaussian(sigma, &noise) != 0) {
            return ic_task_fail(lr->task, "internal", NULL, 0, "no noise");
        }

        words[i] += (uint64_t) noise;
    }

    return 0;
}
