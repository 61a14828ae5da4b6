
/* How good scores are. */


#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ic_metrics.h"


#define CLIP  1e-15


typedef struct {
    double    p;
    uint8_t   label;
} scored_t;


static void from_counts(const ic_confusion_t *counts, ic_metrics_t *metrics);
static int by_score(const void *one, const void *two);
static int rank_metrics(const double *p, const uint8_t *label, size_t count,
    ic_metrics_t *metrics);
static void walk_ranks(const scored_t *scored, size_t count,
    double positives, ic_metrics_t *metrics);


int
ic_metrics(const double *p, const uint8_t *label, size_t count,
    double threshold, ic_metrics_t *metrics)
{
    double          clipped;
    size_t          i;
    ic_confusion_t  counts;

    memset(metrics, 0, sizeof(ic_metrics_t));
    memset(&counts, 0, sizeof(counts));

    for (i = 0; i < count; i++) {

        if (isnan(p[i])) {
            return -1;
        }

        clipped = fmin(fmax(p[i], CLIP), 1 - CLIP);
        metrics->log_loss -= log(label[i] ? clipped : 1 - clipped);

        if (p[i] > threshold) {
            counts.true_positives += label[i];
            counts.false_positives += !label[i];

        } else {
            counts.false_negatives += label[i];
            counts.true_negatives += !label[i];
        }
    }

    metrics->log_loss /= (double) count;
    from_counts(&counts, metrics);

    return rank_metrics(p, label, count, metrics);
}


static void
from_counts(const ic_confusion_t *counts, ic_metrics_t *metrics)
{
    double  all, called, positives, right;

    right = (double) (counts->true_positives + counts->true_negatives);
    called = (double) (counts->true_positives + counts->false_positives);
    positives = (double) (counts->true_positives + counts->false_negatives);
    all = positives
          + (double) (counts->false_positives + counts->true_negatives);

    metrics->accuracy = (all > 0) ? right / all : 0;
    metrics->precision = (called > 0)
                         ? (double) counts->true_positives / called : 0;
    metrics->recall = (positives > 0)
                      ? (double) counts->true_positives / positives : 0;
}


static int
rank_metrics(const double *p, const uint8_t *label, size_t count,
    ic_metrics_t *metrics)
{
    double     positives;
    size_t     i;
    scored_t  *scored;

    scored = calloc(count ? count : 1, sizeof(scored_t));

    if (scored == NULL) {
        return -1;
    }

    positives = 0;

    for (i = 0; i < count; i++) {
        scored[i].p = p[i];
        scored[i].label = label[i];
        positives += label[i];
    }

    if (positives > 0 && positives < (double) count) {
        qsort(scored, count, sizeof(scored_t), by_score);
        walk_ranks(scored, count, positives, metrics);
    }

    free(scored);

    return (positives > 0 && positives < (double) count) ? 0 : -1;
}


/* From the highest score down; equal scores are one step of the curve. */

static void
walk_ranks(const scored_t *scored, size_t count, double positives,
    ic_metrics_t *metrics)
{
    double  area, distance, fp, negatives, step_fp, step_tp, tp;
    size_t  i, j;

    negatives = (double) count - positives;
    area = tp = fp = 0;

    for (i = 0; i < count; i = j) {
        step_tp = step_fp = 0;

        for (j = i; j < count && scored[j].p == scored[i].p; j++) {
            step_tp += scored[j].label;
            step_fp += !scored[j].label;
        }

        area += step_fp * (tp + step_tp / 2);
        tp += step_tp;
        fp += step_fp;

        distance = fabs(tp / positives - fp / negatives);
        metrics->ks = fmax(metrics->ks, distance);
    }

    metrics->auc = area / (positives * negatives);
}


static int
by_score(const void *one, const void *two)
{
    const scored_t  *a, *b;

    a = one;
    b = two;

    return (a->p < b->p) - (a->p > b->p);
}
