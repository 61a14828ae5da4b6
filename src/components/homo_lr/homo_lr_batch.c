
/*
 * Which rows are in which batch. Every party cuts its own rows into batches
 * of batch_size, as FATE does, if that gives every party the same number of
 * them. If not, the later batches would hold the rows of few parties or of
 * one alone, whose gradient would then be opened: so every party cuts its
 * rows into equal parts instead, as many as the longest party has batches.
 * So, too, where the last batch would have few rows of all parties together.
 */


#include "homo_lr.h"


/* Of all parties together, where there is more than one batch. */
#define BATCH_ROWS  10


static int64_t batches_of(const homo_lr_t *lr, int64_t rows);
static int64_t most_lost(const homo_lr_t *lr);
static bool is_even(const homo_lr_t *lr, int64_t batches);
static int64_t fewest_rows(const homo_lr_t *lr, int64_t batches);


int64_t
homo_lr_batches(homo_lr_t *lr)
{
    int64_t   batches, n;
    unsigned  i;

    for (batches = 1, i = 0; i < ic_aggregate_count(lr->sums); i++) {
        n = batches_of(lr, lr->set.rows_of[i]);

        if (n > batches) {
            batches = n;
        }
    }

    for (i = 0; i < ic_aggregate_count(lr->sums); i++) {
        if (lr->set.rows_of[i] < batches) {
            return ic_task_fail(lr->task, "bad_parameter", NULL, 0,
                                "batch_size gives %lld batches, more than %s "
                                "has rows", (long long) batches,
                                ic_aggregate_party(lr->sums, i)->name);
        }
    }

    if (batches > 1 && fewest_rows(lr, batches) < BATCH_ROWS) {
        return ic_task_fail(lr->task, "bad_parameter", NULL, 0,
                            "batch_size gives %lld batches, some of fewer "
                            "than %d rows of all parties",
                            (long long) batches, BATCH_ROWS);
    }

    return batches;
}


static int64_t
fewest_rows(const homo_lr_t *lr, int64_t batches)
{
    int64_t   rows;
    unsigned  i;

    if (is_even(lr, batches)) {
        return BATCH_ROWS;
    }

    for (rows = 0, i = 0; i < ic_aggregate_count(lr->sums); i++) {
        rows += lr->set.rows_of[i] / batches;
    }

    return rows - most_lost(lr) / batches;
}


/* The rows of the largest parties that may be lost, not exactly: or more. */

static int64_t
most_lost(const homo_lr_t *lr)
{
    int64_t   most;
    unsigned  i, count;

    count = ic_aggregate_count(lr->sums);

    for (most = 0, i = 0; i < count; i++) {
        most = lr->set.rows_of[i] > most ? lr->set.rows_of[i] : most;
    }

    return most * (count - ic_aggregate_least(lr->sums));
}


static int64_t
batches_of(const homo_lr_t *lr, int64_t rows)
{
    int64_t  size;

    size = lr->params.batch_size;

    return (size <= 0 || size >= rows) ? 1 : (rows + size - 1) / size;
}


static bool
is_even(const homo_lr_t *lr, int64_t batches)
{
    int64_t   last;
    unsigned  i;

    /* parties that are left must go on with the same batches */

    if (lr->params.lossy) {
        return batches == 1;
    }

    for (last = 0, i = 0; i < ic_aggregate_count(lr->sums); i++) {
        if (batches_of(lr, lr->set.rows_of[i]) != batches) {
            return false;
        }

        last += lr->set.rows_of[i] - (batches - 1) * lr->params.batch_size;
    }

    return batches == 1 || last >= BATCH_ROWS;
}


void
homo_lr_batch(const homo_lr_t *lr, int64_t rows, int64_t batches, int64_t k,
    int64_t *first, int64_t *end)
{
    int64_t  size;

    size = lr->params.batch_size;

    if (batches > 1 && is_even(lr, batches)) {
        *first = k * size;
        *end = (rows < *first + size) ? rows : *first + size;

    } else {
        *first = k * rows / batches;
        *end = (k + 1) * rows / batches;
    }
}
