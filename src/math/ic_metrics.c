
/* How good scores are, in short. */


#include <math.h>
#include <string.h>

#include "ic_ranking.h"


#define CLIP  1e-15


static double share(double value);


int
ic_metrics(const double *p, const uint8_t *label, size_t count,
    double threshold, ic_metrics_t *metrics)
{
    int             rc;
    double          clipped;
    size_t          i, step;
    ic_ranking_t    ranking;
    ic_confusion_t  counts;

    memset(metrics, 0, sizeof(ic_metrics_t));
    rc = ic_ranking(p, label, count, &ranking);

    if (rc == 0 && ranking.positives > 0 && ranking.negatives > 0) {
        ic_ranking_confusion(&ranking, threshold, &counts);
        metrics->auc = ic_ranking_auc(&ranking);
        metrics->ks = ic_ranking_ks(&ranking, &step);
        metrics->accuracy = ic_confusion_accuracy(&counts);
        metrics->precision = share(ic_confusion_precision(&counts));
        metrics->recall = ic_confusion_recall(&counts);

        for (i = 0; i < count; i++) {
            clipped = fmin(fmax(p[i], CLIP), 1 - CLIP);
            metrics->log_loss -= log(label[i] ? clipped : 1 - clipped);
        }

        metrics->log_loss /= (double) count;

    } else {
        rc = -1;
    }

    ic_ranking_free(&ranking);

    return rc;
}


static double
share(double value)
{
    return isnan(value) ? 0 : value;
}
