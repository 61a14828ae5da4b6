
/* How good scores are. label: 1 or 0; both classes must occur. */


#ifndef _IC_METRICS_H_INCLUDED_
#define _IC_METRICS_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>


typedef struct {
    double  auc;                 /* ties count one half */
    double  ks;                  /* max |TPR - FPR| over all thresholds */
    double  accuracy;
    double  precision;           /* 0 if nothing was called positive */
    double  recall;
    double  log_loss;            /* probabilities clipped at 1e-15 */
} ic_metrics_t;

typedef struct {
    int64_t  true_positives;
    int64_t  false_positives;
    int64_t  true_negatives;
    int64_t  false_negatives;
} ic_confusion_t;


/*
 * All of it from probabilities p[count]; positive means p > threshold.
 * 0; -1 if a class is missing, a p is no number or memory is short.
 */
int ic_metrics(const double *p, const uint8_t *label, size_t count,
    double threshold, ic_metrics_t *metrics);


#endif /* _IC_METRICS_H_INCLUDED_ */
