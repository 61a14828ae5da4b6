
/*
 * Cross validation. Every party deals its own rows to k folds of (almost)
 * equal size, so that all know how many rows each fold has at each party.
 * For each fold a training without it, as the last one will be with all rows,
 * and an evaluation on it, over the same keys.
 */


#include <stdlib.h>

#include "../../lib/ic_codec.h"
#include "../../math/ic_mask.h"
#include "homo_lr.h"


/*
 * Sums without a fold beside sums with it are sums over the fold: it must
 * have so many rows of all parties together, and some of each.
 */
#define FOLD_ROWS  10


static int check_batches(homo_lr_t *lr);
static int check_folds(homo_lr_t *lr);
static int64_t fold_rows(const homo_lr_t *lr, int64_t rows, unsigned fold);
static int deal(homo_lr_t *lr, int64_t *order);
static int shuffle_words(homo_lr_t *lr, uint64_t *words, unsigned count);
static int validate(homo_lr_t *lr, const int64_t *order, uint8_t *chosen,
    unsigned fold);
static void report(homo_lr_t *lr, unsigned training);


int
homo_lr_validate(homo_lr_t *lr)
{
    int        rc;
    int64_t   *order;
    uint8_t   *chosen;
    unsigned   fold;

    if (!lr->params.need_cv) {
        return 0;
    }

    if (check_batches(lr) != 0 || check_folds(lr) != 0) {
        return -1;
    }

    order = calloc((size_t) lr->data.rows, sizeof(int64_t));
    chosen = calloc((size_t) lr->data.rows, 1);
    lr->folds = calloc(lr->params.splits, sizeof(homo_lr_evaluation_t));

    rc = order != NULL && chosen != NULL && lr->folds != NULL
         ? deal(lr, order) : homo_lr_no_memory(lr);

    for (fold = 0; rc == 0 && fold < lr->params.splits; fold++) {
        report(lr, fold);
        rc = validate(lr, order, chosen, fold);
    }

    report(lr, lr->params.splits);
    free(order);
    free(chosen);

    return rc;
}


/*
 * All trainings begin at the same weights, and the first batches of two of
 * them may differ by a row: the gradient of that would be opened.
 */

static int
check_batches(homo_lr_t *lr)
{
    int64_t   size;
    unsigned  i;

    size = lr->params.batch_size;

    for (i = 0; size > 0 && i < ic_aggregate_count(lr->sums); i++) {
        if (ic_aggregate_rows(lr->sums, i) > size) {
            return ic_task_fail(lr->task, "bad_parameter", NULL, 0,
                                "cv_param.need_cv takes no batches: set "
                                "batch_size to -1");
        }
    }

    return 0;
}


static int
check_folds(homo_lr_t *lr)
{
    int64_t   all, rows;
    unsigned  fold, i;

    for (fold = 0; fold < lr->params.splits; fold++) {

        for (all = 0, i = 0; i < ic_aggregate_count(lr->sums); i++) {
            rows = fold_rows(lr, ic_aggregate_rows(lr->sums, i), fold);
            all += rows;

            if (rows == 0) {
                return ic_task_fail(lr->task, "bad_parameter", NULL, 0,
                                    "cv_param.n_splits: %s has fewer rows "
                                    "than folds",
                                    ic_aggregate_party(lr->sums, i)->name);
            }
        }

        if (all < FOLD_ROWS) {
            return ic_task_fail(lr->task, "bad_parameter", NULL, 0,
                                "cv_param.n_splits: a fold has fewer than "
                                "%d rows of all parties", FOLD_ROWS);
        }
    }

    return 0;
}


/* Fold f is the places from f n / k to (f + 1) n / k. */

static int64_t
fold_rows(const homo_lr_t *lr, int64_t rows, unsigned fold)
{
    int64_t  k;

    k = lr->params.splits;

    return (fold + 1) * rows / k - fold * rows / k;
}


/* order[place]: the row; shuffled, the same for the same seed. */

static int
deal(homo_lr_t *lr, int64_t *order)
{
    int         rc;
    int64_t     i, j, row;
    uint64_t   *words;

    for (i = 0; i < lr->data.rows; i++) {
        order[i] = i;
    }

    if (!lr->params.shuffle) {
        return 0;
    }

    words = calloc((size_t) lr->data.rows, sizeof(uint64_t));

    if (words == NULL) {
        return homo_lr_no_memory(lr);
    }

    rc = shuffle_words(lr, words, (unsigned) lr->data.rows);

    /* Fisher and Yates */

    for (i = lr->data.rows - 1; rc == 0 && i > 0; i--) {
        j = (int64_t) (words[i] % (uint64_t) (i + 1));
        row = order[i];
        order[i] = order[j];
        order[j] = row;
    }

    free(words);

    return rc;
}


static int
shuffle_words(homo_lr_t *lr, uint64_t *words, unsigned count)
{
    u_char      key[32];
    ic_str_t    text;
    ic_label_t  label;

    if (!lr->params.has_cv_seed) {
        return ic_aggregate_random(lr->sums, "folds", words, count);
    }

    text = ic_str_fmt(ic_task_arena(lr->task), "homo_lr folds %lld",
                      (long long) lr->params.cv_seed);

    if (text.data == NULL) {
        return homo_lr_no_memory(lr);
    }

    ic_sha256(key, text.data, text.len);
    memset(&label, 0, sizeof(label));
    label.purpose = "folds";

    return ic_mask_apply(key, &label, 1, words, count) == 0
           ? 0 : homo_lr_no_memory(lr);
}


static int
validate(homo_lr_t *lr, const int64_t *order, uint8_t *chosen, unsigned fold)
{
    int64_t   first, number, place, rows, rows_of[IC_TASK_MAX_PARTIES];
    unsigned  i;

    for (number = 0, i = 0; i < ic_aggregate_count(lr->sums); i++) {
        rows = fold_rows(lr, ic_aggregate_rows(lr->sums, i), fold);
        rows_of[i] = ic_aggregate_rows(lr->sums, i) - rows;
        number += rows;
    }

    memset(chosen, 1, (size_t) lr->data.rows);
    first = (int64_t) fold * lr->data.rows / lr->params.splits;
    rows = fold_rows(lr, lr->data.rows, fold);

    for (place = first; place < first + rows; place++) {
        chosen[order[place]] = 0;
    }

    if (homo_lr_train(lr, chosen, rows_of) != 0) {
        return -1;
    }

    return homo_lr_evaluate(lr, chosen, number, &lr->folds[fold]);
}


/* The folds' trainings and the last one have equal parts of the progress. */

static void
report(homo_lr_t *lr, unsigned training)
{
    double  all;

    all = lr->params.splits + 1;
    lr->percent_from = 10 + 85 * training / all;
    lr->percent_to = 10 + 85 * (training + 1) / all;
    lr->curve = training < lr->params.splits ? NULL : "loss";
}
