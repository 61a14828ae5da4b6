
/* How probabilities agree with what happened. */


#include <math.h>
#include <string.h>

#include "ic_ranking.h"


#define CLIP  1e-15


static bool is_probability(double p);


double
ic_log_loss(const double *p, const uint8_t *label, size_t count)
{
    double  sum;
    size_t  i;

    sum = 0;

    for (i = 0; i < count; i++) {

        if (!is_probability(p[i])) {
            return NAN;
        }

        sum -= log(fmax(label[i] ? p[i] : 1 - p[i], CLIP));
    }

    return count > 0 ? sum / (double) count : NAN;
}


double
ic_brier(const double *p, const uint8_t *label, size_t count)
{
    double  miss, sum;
    size_t  i;

    sum = 0;

    for (i = 0; i < count; i++) {

        if (!is_probability(p[i])) {
            return NAN;
        }

        miss = p[i] - (label[i] != 0);
        sum += miss * miss;
    }

    return count > 0 ? sum / (double) count : NAN;
}


static bool
is_probability(double p)
{
    return p >= 0 && p <= 1;
}


int
ic_calibration(const double *p, const uint8_t *label, size_t count,
    ic_calibration_t *bins, unsigned nbins)
{
    size_t    i;
    unsigned  n;

    memset(bins, 0, nbins * sizeof(ic_calibration_t));

    for (n = 0; n < nbins; n++) {
        bins[n].low = (double) n / nbins;
        bins[n].high = (double) (n + 1) / nbins;
    }

    for (i = 0; i < count; i++) {

        if (!is_probability(p[i])) {
            return -1;
        }

        /* the product may round across an edge; the edges decide */

        n = (unsigned) (p[i] * nbins);
        n = n < nbins ? n : nbins - 1;
        n -= n > 0 && p[i] < bins[n].low;
        n += n + 1 < nbins && p[i] >= bins[n].high;

        bins[n].rows++;
        bins[n].positives += label[i] != 0;
        bins[n].mean += p[i];
    }

    for (n = 0; n < nbins; n++) {
        if (bins[n].rows > 0) {
            bins[n].mean /= (double) bins[n].rows;
        }
    }

    return 0;
}


double
ic_calibration_error(const ic_calibration_t *bins, unsigned nbins)
{
    double    rows, sum;
    unsigned  n;

    rows = sum = 0;

    for (n = 0; n < nbins; n++) {
        rows += (double) bins[n].rows;
        sum += fabs(bins[n].mean * (double) bins[n].rows
                    - (double) bins[n].positives);
    }

    return rows > 0 ? sum / rows : NAN;
}
