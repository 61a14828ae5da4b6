
/*
 * Scores as a ranking: what every threshold would give. All curves (ROC,
 * precision and recall, gain, lift, KS) are read off its steps.
 */


#ifndef _IC_RANKING_H_INCLUDED_
#define _IC_RANKING_H_INCLUDED_


#include "ic_metrics.h"


/* Rows with a score of at least this one; equal scores are one step. */
typedef struct {
    double   score;
    int64_t  positives;
    int64_t  negatives;
} ic_step_t;

typedef struct {
    int64_t     positives;       /* of all */
    int64_t     negatives;
    size_t      count;
    ic_step_t  *steps;           /* highest score first; own memory */
} ic_ranking_t;

/* Scores of one interval [low, high), the last one with its high end. */
typedef struct {
    double   low;
    double   high;
    int64_t  rows;
    int64_t  positives;
    double   mean;               /* of the scores; 0 without rows */
} ic_calibration_t;


/*
 * label[count]: 1 or 0; one class or no row at all is a ranking too. 0, or
 * -1: a score is not finite, or memory is short; free it either way.
 */
int ic_ranking(const double *score, const uint8_t *label, size_t count,
    ic_ranking_t *ranking);
void ic_ranking_free(ic_ranking_t *ranking);

/*
 * The probability that a positive row is scored above a negative one, ties
 * one half (Mann-Whitney U / (P N)); NaN if a class is missing.
 */
double ic_ranking_auc(const ic_ranking_t *ranking);

/* max |TPR - FPR|, and its step; NaN if a class is missing. */
double ic_ranking_ks(const ic_ranking_t *ranking, size_t *step);

/* |TPR - FPR| of one step; NaN if a class is missing. */
double ic_ranking_distance(const ic_ranking_t *ranking,
    const ic_step_t *step);

/*
 * Average precision: the sum over steps of the precision times what recall
 * rises; NaN without positives.
 */
double ic_ranking_average_precision(const ic_ranking_t *ranking);

/* Positive means score > threshold. */
void ic_ranking_confusion(const ic_ranking_t *ranking, double threshold,
    ic_confusion_t *counts);

/*
 * Positives to expect among the first rows, in a random order of rows that
 * are tied; NaN beyond 0 to all rows.
 */
double ic_ranking_captured(const ic_ranking_t *ranking, double rows);


/* Of counts; NaN where a share of nothing is asked for. */
double ic_confusion_accuracy(const ic_confusion_t *counts);
double ic_confusion_precision(const ic_confusion_t *counts);
double ic_confusion_recall(const ic_confusion_t *counts);
double ic_confusion_specificity(const ic_confusion_t *counts);
double ic_confusion_f1(const ic_confusion_t *counts);


/*
 * Mean of -ln p of what happened, p at least 1e-15, and of (p - label)^2;
 * NaN without rows or if a p is not in [0, 1].
 */
double ic_log_loss(const double *p, const uint8_t *label, size_t count);
double ic_brier(const double *p, const uint8_t *label, size_t count);

/* bins[nbins] over [0, 1], of equal width. -1: a p is not in [0, 1]. */
int ic_calibration(const double *p, const uint8_t *label, size_t count,
    ic_calibration_t *bins, unsigned nbins);

/* Sum over bins of |mean score - share of positives| rows / all rows. */
double ic_calibration_error(const ic_calibration_t *bins, unsigned nbins);


#endif /* _IC_RANKING_H_INCLUDED_ */
