
/*
 * Scores as counts: how many rows of each class have a probability in each
 * of 1000 intervals. Histograms add up, so those of many parties are one of
 * all rows; what it cannot tell of a ranking is bounded.
 */


#ifndef _IC_HISTOGRAM_H_INCLUDED_
#define _IC_HISTOGRAM_H_INCLUDED_


#include "ic_ranking.h"


#define IC_HISTOGRAM_BINS  1000


/* Bin b: b / 1000 < p <= (b + 1) / 1000; p = 0 is in the first one. */
typedef struct {
    int64_t  positives[IC_HISTOGRAM_BINS];
    int64_t  negatives[IC_HISTOGRAM_BINS];
} ic_histogram_t;


/* p from 0 to 1; label 1 or 0. */
void ic_histogram_add(ic_histogram_t *histogram, double p, unsigned label);

/*
 * A step for each bin with rows, its score the middle of the bin: thresholds
 * that are multiples of 1 / 1000 part the rows exactly. 0, or -1: memory is
 * short; ic_ranking_free() either way.
 */
int ic_histogram_ranking(const ic_histogram_t *histogram,
    ic_ranking_t *ranking);

/*
 * By how much the ranking's AUC and KS may differ from those of the scores:
 * the AUC is off by half of the pairs within bins at most; the KS is not
 * above that of the scores, and not below it by more. NaN if a class is
 * missing.
 */
double ic_histogram_auc_error(const ic_histogram_t *histogram);
double ic_histogram_ks_error(const ic_histogram_t *histogram);


#endif /* _IC_HISTOGRAM_H_INCLUDED_ */
