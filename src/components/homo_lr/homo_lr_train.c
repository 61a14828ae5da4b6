
/*
 * The iterations. One secure sum per batch: gradient sums over the batch
 * and, with the first batch, the loss over all rows at the weights the last
 * iteration left; one more sum for the loss of the last iteration. With
 * differential privacy gradients with noise, and nothing else.
 */


#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../math/ic_fixed.h"
#include "homo_lr.h"


typedef struct {
    int64_t          batches;
    unsigned         size;       /* weights and the intercept */
    double          *values;     /* what is summed: gradient, loss */
    uint64_t        *words;      /* what is summed with noise */
    double          *before;     /* weights before the iteration */
    ic_optimizer_t   optimizer;
} training_t;


static int train_begin(homo_lr_t *lr, training_t *t);
static int train_run(homo_lr_t *lr, training_t *t);
static int train_iteration(homo_lr_t *lr, training_t *t, unsigned number);
static int train_step(homo_lr_t *lr, training_t *t, unsigned number,
    int64_t k);
static int train_sum(homo_lr_t *lr, training_t *t, int64_t k, bool with_loss);
static int train_private_sum(homo_lr_t *lr, training_t *t, int64_t k);
static double train_rows(const homo_lr_t *lr, const training_t *t,
    int64_t k);
static int train_last_loss(homo_lr_t *lr, training_t *t);
static bool train_converged(const homo_lr_t *lr);


int
homo_lr_iterate(homo_lr_t *lr)
{
    int         rc;
    training_t  t;

    memset(&t, 0, sizeof(t));

    rc = train_begin(lr, &t);

    if (rc == 0) {
        rc = homo_lr_start(lr, t.size + 1);
    }

    if (rc == 0) {
        rc = train_run(lr, &t);
    }

    ic_optimizer_free(&t.optimizer);
    free(t.values);
    free(t.words);
    free(t.before);

    return rc;
}


static int
train_begin(homo_lr_t *lr, training_t *t)
{
    const homo_lr_params_t  *params;

    params = &lr->params;
    t->batches = homo_lr_batches(lr);

    if (t->batches < 0) {
        return -1;
    }

    t->size = params->features + 1;
    t->values = calloc(t->size + 1, sizeof(double));
    t->words = calloc(t->size, sizeof(uint64_t));
    t->before = calloc(t->size, sizeof(double));

    t->optimizer.kind = params->optimizer;
    t->optimizer.penalty = params->penalty;
    t->optimizer.alpha = params->alpha;
    t->optimizer.learning_rate = params->learning_rate;
    t->optimizer.decay = params->decay;
    t->optimizer.decay_sqrt = params->decay_sqrt;
    t->optimizer.fix_intercept = !params->fit_intercept;

    return t->values != NULL && t->words != NULL && t->before != NULL
           && ic_optimizer_init(&t->optimizer, t->size) == 0
           ? 0 : homo_lr_no_memory(lr);
}


static int
train_run(homo_lr_t *lr, training_t *t)
{
    unsigned  number;

    for (number = 0; number < lr->params.max_iter; number++) {
        homo_lr_report(lr, number);

        if (train_iteration(lr, t, number) != 0) {
            return -1;
        }

        if (lr->model.converged) {
            break;
        }
    }

    homo_lr_report(lr, number);

    /* convergence of the loss was seen at the next iteration's start */

    if (lr->params.private
        || (lr->model.converged
            && lr->params.early_stop != HOMO_LR_STOP_WEIGHT_DIFF))
    {
        return 0;
    }

    return train_last_loss(lr, t);
}


void
homo_lr_report(homo_lr_t *lr, unsigned number)
{
    char    stage[64];
    double  part;

    part = (double) number / lr->params.max_iter;

    (void) snprintf(stage, sizeof(stage), "iteration %u of %u",
                    (number < lr->params.max_iter) ? number + 1 : number,
                    lr->params.max_iter);
    ic_task_progress(lr->task, lr->percent_from
                               + part * (lr->percent_to - lr->percent_from),
                     stage);
}


static int
train_iteration(homo_lr_t *lr, training_t *t, unsigned number)
{
    int64_t  k;

    memcpy(t->before, lr->model.weights, t->size * sizeof(double));

    for (k = 0; k < t->batches; k++) {

        if (train_step(lr, t, number, k) != 0) {
            return -1;
        }

        if (lr->model.converged) {
            return 0;
        }
    }

    lr->model.iterations = number + 1;
    lr->model.converged = homo_lr_weights_converged(lr, t->before);

    return 0;
}


static int
train_step(homo_lr_t *lr, training_t *t, unsigned number, int64_t k)
{
    bool      with_loss;
    double    rows;
    unsigned  i;

    with_loss = k == 0 && number > 0 && !lr->params.private;

    if ((lr->params.private ? train_private_sum(lr, t, k)
                            : train_sum(lr, t, k, with_loss))
        != 0)
    {
        return -1;
    }

    if (with_loss && homo_lr_take_loss(lr, t->values[t->size])) {
        lr->model.converged = true;
        return 0;
    }

    rows = train_rows(lr, t, k);

    for (i = 0; i < t->size; i++) {
        t->values[i] /= rows;
    }

    ic_optimizer_step(&t->optimizer, number, lr->model.weights, t->values);

    return 0;
}


static int
train_sum(homo_lr_t *lr, training_t *t, int64_t k, bool with_loss)
{
    int64_t  first, end;

    memset(t->values, 0, (t->size + 1) * sizeof(double));
    homo_lr_batch(lr, lr->set.rows, t->batches, k, &first, &end);

    if (homo_lr_add(lr, first, end, t->values,
                    with_loss && t->batches == 1 ? &t->values[t->size]
                                                 : NULL,
                    NULL)
        != 0)
    {
        return -1;
    }

    if (with_loss && t->batches > 1
        && homo_lr_add(lr, 0, lr->set.rows, NULL, &t->values[t->size], NULL)
           != 0)
    {
        return -1;
    }

    if (ic_aggregate_sum(lr->sums, t->values, t->size + with_loss,
                         t->size + 1)
        != 0)
    {
        return -1;
    }

    homo_lr_take_set(lr);

    return 0;
}


static int
train_private_sum(homo_lr_t *lr, training_t *t, int64_t k)
{
    int64_t   first, end;
    unsigned  i;

    memset(t->words, 0, t->size * sizeof(uint64_t));
    homo_lr_batch(lr, lr->set.rows, t->batches, k, &first, &end);
    homo_lr_clipped(lr, first, end, t->words);

    if (homo_lr_noise(lr, t->words) != 0
        || ic_aggregate_sum_words(lr->sums, t->words, t->size, t->size) != 0)
    {
        return -1;
    }

    homo_lr_take_set(lr);

    for (i = 0; i < t->size; i++) {
        if (ic_fixed_decode(t->words[i], &t->values[i]) != 0) {
            return ic_task_fail(lr->task, "data_out_of_range", NULL, 0,
                                "a sum with noise left the range of 2^38; "
                                "choose a smaller clip");
        }
    }

    return 0;
}


/* Rows are declared, so every party knows how many a batch has. */

static double
train_rows(const homo_lr_t *lr, const training_t *t, int64_t k)
{
    int64_t   all, first, end;
    unsigned  i;

    for (all = 0, i = 0; i < ic_aggregate_count(lr->sums); i++) {
        homo_lr_batch(lr, lr->set.rows_of[i], t->batches, k, &first, &end);
        all += end - first;
    }

    return (double) all;
}


static int
train_last_loss(homo_lr_t *lr, training_t *t)
{
    t->values[0] = 0;

    if (homo_lr_add(lr, 0, lr->set.rows, NULL, t->values, NULL) != 0
        || ic_aggregate_sum(lr->sums, t->values, 1, 0) != 0)
    {
        return -1;
    }

    homo_lr_take_set(lr);

    if (homo_lr_take_loss(lr, t->values[0])) {
        lr->model.converged = true;
    }

    return 0;
}


/* Without the penalty, after the last iteration. */

bool
homo_lr_take_loss(homo_lr_t *lr, double sum)
{
    double            mean;
    homo_lr_model_t  *model;

    model = &lr->model;
    mean = sum / (double) model->rows;
    model->losses[model->iterations - 1] = mean;
    model->alike++;

    if (lr->curve != NULL) {
        ic_task_metric(lr->task, lr->curve, model->iterations, mean);
    }

    return train_converged(lr);
}


static bool
train_converged(const homo_lr_t *lr)
{
    unsigned       n;
    const double  *losses;

    n = lr->model.iterations;
    losses = lr->model.losses;

    switch (lr->params.early_stop) {

    case HOMO_LR_STOP_DIFF:
        return n > 1 && lr->model.alike > 1
               && fabs(losses[n - 1] - losses[n - 2]) < lr->params.tol;

    case HOMO_LR_STOP_ABS:
        return losses[n - 1] <= lr->params.tol;

    default:
        return false;
    }
}


/* |w' - w| < tol max(|w'|, 1), the intercept included. */

bool
homo_lr_weights_converged(const homo_lr_t *lr, const double *before)
{
    double    change, d, norm;
    unsigned  i;

    if (lr->params.early_stop != HOMO_LR_STOP_WEIGHT_DIFF) {
        return false;
    }

    for (change = 0, norm = 0, i = 0; i <= lr->params.features; i++) {
        d = lr->model.weights[i] - before[i];
        change += d * d;
        norm += lr->model.weights[i] * lr->model.weights[i];
    }

    return sqrt(change) < lr->params.tol * fmax(sqrt(norm), 1);
}
