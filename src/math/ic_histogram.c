
/* Scores as counts. */


#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ic_histogram.h"


static unsigned bin_of(double p);
static void totals(const ic_histogram_t *histogram, double *positives,
    double *negatives);


void
ic_histogram_add(ic_histogram_t *histogram, double p, unsigned label)
{
    unsigned  bin;

    bin = bin_of(p);

    if (label) {
        histogram->positives[bin]++;

    } else {
        histogram->negatives[bin]++;
    }
}


/* The quotients of the edges decide, whatever the product rounds to. */

static unsigned
bin_of(double p)
{
    int  bin;

    bin = (int) ceil(p * IC_HISTOGRAM_BINS) - 1;
    bin = bin < 0 ? 0 : bin >= IC_HISTOGRAM_BINS ? IC_HISTOGRAM_BINS - 1
                                                 : bin;

    if (bin > 0 && p <= (double) bin / IC_HISTOGRAM_BINS) {
        return (unsigned) bin - 1;
    }

    if (bin + 1 < IC_HISTOGRAM_BINS
        && p > (double) (bin + 1) / IC_HISTOGRAM_BINS)
    {
        return (unsigned) bin + 1;
    }

    return (unsigned) bin;
}


int
ic_histogram_ranking(const ic_histogram_t *histogram, ic_ranking_t *ranking)
{
    int         bin;
    ic_step_t  *step;

    memset(ranking, 0, sizeof(ic_ranking_t));
    ranking->steps = calloc(IC_HISTOGRAM_BINS, sizeof(ic_step_t));

    if (ranking->steps == NULL) {
        return -1;
    }

    for (bin = IC_HISTOGRAM_BINS - 1; bin >= 0; bin--) {

        if (histogram->positives[bin] + histogram->negatives[bin] == 0) {
            continue;
        }

        ranking->positives += histogram->positives[bin];
        ranking->negatives += histogram->negatives[bin];

        step = &ranking->steps[ranking->count++];
        step->score = (bin + 0.5) / IC_HISTOGRAM_BINS;
        step->positives = ranking->positives;
        step->negatives = ranking->negatives;
    }

    return 0;
}


double
ic_histogram_auc_error(const ic_histogram_t *histogram)
{
    double    pairs, positives, negatives;
    unsigned  bin;

    totals(histogram, &positives, &negatives);

    for (pairs = 0, bin = 0; bin < IC_HISTOGRAM_BINS; bin++) {
        pairs += (double) histogram->positives[bin]
                 * (double) histogram->negatives[bin];
    }

    return pairs / 2 / (positives * negatives);
}


/*
 * The distance TPR - FPR of the scores passes through that at every edge; in
 * between it may first take all positives of the bin, or all negatives.
 */

double
ic_histogram_ks_error(const ic_histogram_t *histogram)
{
    int      bin;
    double   before, after, low, high, edge, inside, positives, negatives;

    totals(histogram, &positives, &negatives);

    if (positives == 0 || negatives == 0) {
        return NAN;
    }

    before = edge = inside = 0;

    for (bin = IC_HISTOGRAM_BINS - 1; bin >= 0; bin--) {
        high = before + (double) histogram->positives[bin] / positives;
        low = before - (double) histogram->negatives[bin] / negatives;
        after = high + low - before;

        inside = fmax(inside, fmax(fabs(high), fabs(low)));
        edge = fmax(edge, fabs(after));
        before = after;
    }

    return fmax(inside - edge, 0);
}


static void
totals(const ic_histogram_t *histogram, double *positives,
    double *negatives)
{
    unsigned  bin;

    *positives = *negatives = 0;

    for (bin = 0; bin < IC_HISTOGRAM_BINS; bin++) {
        *positives += (double) histogram->positives[bin];
        *negatives += (double) histogram->negatives[bin];
    }
}
