
/*
 * How good a model is on the rows of all parties, without a score being
 * sent: each party counts its own rows by score and class, and only the sums
 * of these histograms are opened, with the sum of the losses.
 */


#include <math.h>
#include <stdlib.h>

#include "../../protocol/ic_counts.h"
#include "homo_lr.h"


#define COUNTS  (2 * IC_HISTOGRAM_BINS)

/* Probabilities are at least that where their logarithm is taken. */
#define CLIP    1e-15


static int sum_histograms(homo_lr_t *lr, int64_t number,
    ic_histogram_t *histogram);
static int sum_losses(homo_lr_t *lr, int64_t number, double own,
    double *mean);


int
homo_lr_evaluate(homo_lr_t *lr, const uint8_t *without, int64_t number,
    homo_lr_evaluation_t *evaluation)
{
    double   p, loss;
    uint8_t  label;
    int64_t  row;

    evaluation->histogram = calloc(1, sizeof(ic_histogram_t));

    if (evaluation->histogram == NULL) {
        return homo_lr_no_memory(lr);
    }

    for (loss = 0, row = 0; row < lr->data.rows; row++) {

        if (without != NULL && without[row]) {
            continue;
        }

        p = homo_lr_predict(lr, row);
        label = lr->data.label[row];
        ic_histogram_add(evaluation->histogram, p, label);
        loss -= log(fmax(label ? p : 1 - p, CLIP));
    }

    if (sum_histograms(lr, number, evaluation->histogram) != 0
        || sum_losses(lr, number, loss, &evaluation->log_loss) != 0)
    {
        return -1;
    }

    return ic_histogram_ranking(evaluation->histogram, &evaluation->ranking)
           == 0 ? 0 : homo_lr_no_memory(lr);
}


static int
sum_histograms(homo_lr_t *lr, int64_t number, ic_histogram_t *histogram)
{
    int64_t   rows, counts[COUNTS];
    unsigned  i;

    memcpy(counts, histogram->positives, sizeof(counts) / 2);
    memcpy(counts + IC_HISTOGRAM_BINS, histogram->negatives,
           sizeof(counts) / 2);

    if (ic_counts_sum(lr->task, lr->sums, counts, COUNTS) != 0) {
        return -1;
    }

    memcpy(histogram->positives, counts, sizeof(counts) / 2);
    memcpy(histogram->negatives, counts + IC_HISTOGRAM_BINS,
           sizeof(counts) / 2);

    for (rows = 0, i = 0; i < COUNTS; i++) {
        rows += counts[i];
    }

    return rows == number ? 0
           : ic_task_fail(lr->task, "peer_protocol", NULL, 0, "the "
                          "histograms have another number of rows than the "
                          "parties");
}


static int
sum_losses(homo_lr_t *lr, int64_t number, double own, double *mean)
{
    if (ic_aggregate_sum(lr->sums, &own, 1, 0) != 0) {
        return -1;
    }

    *mean = own / (double) number;

    return 0;
}


void
homo_lr_evaluation_free(homo_lr_evaluation_t *evaluation)
{
    free(evaluation->histogram);
    evaluation->histogram = NULL;
    ic_ranking_free(&evaluation->ranking);
}
