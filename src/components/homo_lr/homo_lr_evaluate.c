
/*
 * How good a model is on the rows of all parties, without a score being
 * sent: each party counts its own rows by score and class, and only the sums
 * of these histograms are opened, with the sum of the losses.
 */


#include <math.h>
#include <stdlib.h>

#include "homo_lr.h"


#define COUNTS  (2 * IC_HISTOGRAM_BINS)

/* Probabilities are at least that where their logarithm is taken. */
#define CLIP    1e-15


static int sum_histograms(homo_lr_t *lr, int64_t number,
    ic_histogram_t *histogram);
static void pack(const ic_histogram_t *histogram, unsigned bits,
    uint64_t *words);
static void unpack(const uint64_t *words, unsigned bits,
    ic_histogram_t *histogram);
static unsigned bits_of(int64_t number);
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


/* As many counts in a word as its bits allow: none is above the number. */

static int
sum_histograms(homo_lr_t *lr, int64_t number, ic_histogram_t *histogram)
{
    int64_t    rows;
    uint64_t   words[COUNTS];
    unsigned   bits, n, i;

    bits = bits_of(number);
    n = (COUNTS + 64 / bits - 1) / (64 / bits);
    pack(histogram, bits, words);

    if (ic_aggregate_sum_words(lr->sums, words, n, 1) != 0) {
        return -1;
    }

    unpack(words, bits, histogram);

    for (rows = 0, i = 0; i < IC_HISTOGRAM_BINS; i++) {
        rows += histogram->positives[i] + histogram->negatives[i];
    }

    return rows == number ? 0
           : ic_task_fail(lr->task, "peer_protocol", NULL, 0, "the "
                          "histograms have another number of rows than the "
                          "parties");
}


static unsigned
bits_of(int64_t number)
{
    unsigned  bits;

    for (bits = 1; bits < 63 && (number >> bits) != 0; bits++) {
        /* void */
    }

    return bits;
}


static void
pack(const ic_histogram_t *histogram, unsigned bits, uint64_t *words)
{
    int64_t   count;
    unsigned  i, each;

    each = 64 / bits;
    memset(words, 0, COUNTS * sizeof(uint64_t));

    for (i = 0; i < COUNTS; i++) {
        count = i % 2 == 0 ? histogram->positives[i / 2]
                           : histogram->negatives[i / 2];
        words[i / each] |= (uint64_t) count << (i % each * bits);
    }
}


static void
unpack(const uint64_t *words, unsigned bits, ic_histogram_t *histogram)
{
    int64_t    count;
    uint64_t   mask;
    unsigned   i, each;

    each = 64 / bits;
    mask = ((uint64_t) 1 << bits) - 1;

    for (i = 0; i < COUNTS; i++) {
        count = (int64_t) (words[i / each] >> (i % each * bits) & mask);

        if (i % 2 == 0) {
            histogram->positives[i / 2] = count;

        } else {
            histogram->negatives[i / 2] = count;
        }
    }
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
