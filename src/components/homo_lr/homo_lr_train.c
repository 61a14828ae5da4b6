
/*
 * The iterations. One secure sum per batch: gradient sums over the batch
 * and, with the first batch, the loss over all rows at the weights the last
 * iteration left; one more sum for the loss of the last iteration.
 */


#include <math.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>

#include "homo_lr.h"


typedef struct {
    int64_t          batches;
    unsigned         size;       /* weights and the intercept */
    double          *values;     /* what is summed: gradient, loss */
    double          *before;     /* weights before the iteration */
    ic_optimizer_t   optimizer;
} training_t;


static int begin(homo_lr_t *lr, training_t *t);
static int iterate(homo_lr_t *lr, training_t *t);
static int iteration(homo_lr_t *lr, training_t *t, unsigned number);
static int step(homo_lr_t *lr, training_t *t, unsigned number, int64_t k);
static double batch_rows(const homo_lr_t *lr, const training_t *t,
    int64_t k);
static int last_loss(homo_lr_t *lr, training_t *t);
static void take_loss(homo_lr_t *lr, double sum);
static bool loss_converged(const homo_lr_t *lr);
static bool weights_converged(const homo_lr_t *lr, const training_t *t);
static void report(homo_lr_t *lr, unsigned number);


int
homo_lr_train(homo_lr_t *lr)
{
    int         rc;
    training_t  t;

    memset(&t, 0, sizeof(t));

    rc = begin(lr, &t);

    if (rc == 0) {
        rc = homo_lr_start(lr, t.size + 1);
    }

    if (rc == 0) {
        rc = iterate(lr, &t);
    }

    ic_optimizer_free(&t.optimizer);
    free(t.values);
    free(t.before);

    return rc;
}


static int
begin(homo_lr_t *lr, training_t *t)
{
    const homo_lr_params_t  *params;

    params = &lr->params;

    t->batches = homo_lr_batches(lr);

    if (t->batches < 0) {
        return -1;
    }

    t->size = params->features + 1;
    t->values = calloc(t->size + 1, sizeof(double));
    t->before = calloc(t->size, sizeof(double));
    lr->model.weights = calloc(t->size, sizeof(double));
    lr->model.losses = calloc(params->max_iter, sizeof(double));

    t->optimizer.kind = params->optimizer;
    t->optimizer.penalty = params->penalty;
    t->optimizer.alpha = params->alpha;
    t->optimizer.learning_rate = params->learning_rate;
    t->optimizer.decay = params->decay;
    t->optimizer.decay_sqrt = params->decay_sqrt;
    t->optimizer.fix_intercept = !params->fit_intercept;

    if (t->values == NULL || t->before == NULL || lr->model.weights == NULL
        || lr->model.losses == NULL
        || ic_optimizer_init(&t->optimizer, t->size) != 0)
    {
        return ic_task_fail(lr->task, "internal", NULL, 0, "out of memory");
    }

    return 0;
}


static int
iterate(homo_lr_t *lr, training_t *t)
{
    int       rc;
    unsigned  number;

    for (number = 0; number < lr->params.max_iter; number++) {
        report(lr, number);
        rc = iteration(lr, t, number);

        if (rc != 0) {
            return rc;
        }

        if (lr->model.converged) {
            break;
        }
    }

    report(lr, number);

    /* convergence of the loss was seen at the next iteration's start */

    if (lr->model.converged
        && lr->params.early_stop != HOMO_LR_STOP_WEIGHT_DIFF)
    {
        return 0;
    }

    return last_loss(lr, t);
}


static void
report(homo_lr_t *lr, unsigned number)
{
    char  stage[64];

    (void) snprintf(stage, sizeof(stage), "iteration %u of %u",
                    (number < lr->params.max_iter) ? number + 1 : number,
                    lr->params.max_iter);
    ic_task_progress(lr->task, 10 + 85.0 * number / lr->params.max_iter,
                     stage);
}


static int
iteration(homo_lr_t *lr, training_t *t, unsigned number)
{
    int64_t  k;

    memcpy(t->before, lr->model.weights, t->size * sizeof(double));

    for (k = 0; k < t->batches; k++) {

        if (step(lr, t, number, k) != 0) {
            return -1;
        }

        if (lr->model.converged) {
            return 0;
        }
    }

    lr->model.iterations = number + 1;
    lr->model.converged = weights_converged(lr, t);

    return 0;
}


static int
step(homo_lr_t *lr, training_t *t, unsigned number, int64_t k)
{
    bool      with_loss;
    double    rows;
    int64_t   first, end;
    unsigned  i;

    with_loss = (k == 0 && number > 0);
    memset(t->values, 0, (t->size + 1) * sizeof(double));

    homo_lr_batch(lr, lr->data.samples.rows, t->batches, k, &first, &end);
    ic_logistic_gradient(&lr->data.samples, first, end, lr->model.weights,
                         t->values);

    if (with_loss) {
        t->values[t->size] = ic_logistic_loss_sum(&lr->data.samples,
                                                  lr->model.weights);
    }

    if (ic_aggregate_sum(lr->sums, t->values, t->size + with_loss,
                         t->size + 1)
        != 0)
    {
        return -1;
    }

    if (with_loss) {
        take_loss(lr, t->values[t->size]);

        if (loss_converged(lr)) {
            lr->model.converged = true;
            return 0;
        }
    }

    rows = batch_rows(lr, t, k);

    for (i = 0; i < t->size; i++) {
        t->values[i] /= rows;
    }

    ic_optimizer_step(&t->optimizer, number, lr->model.weights, t->values);

    return 0;
}


/* Rows are declared, so every party knows how many a batch has. */

static double
batch_rows(const homo_lr_t *lr, const training_t *t, int64_t k)
{
    int64_t   all, first, end;
    unsigned  i;

    for (all = 0, i = 0; i < ic_aggregate_count(lr->sums); i++) {
        homo_lr_batch(lr, ic_aggregate_rows(lr->sums, i), t->batches, k,
                      &first, &end);
        all += end - first;
    }

    return (double) all;
}


static int
last_loss(homo_lr_t *lr, training_t *t)
{
    t->values[0] = ic_logistic_loss_sum(&lr->data.samples,
                                        lr->model.weights);

    if (ic_aggregate_sum(lr->sums, t->values, 1, 0) != 0) {
        return -1;
    }

    take_loss(lr, t->values[0]);

    if (loss_converged(lr)) {
        lr->model.converged = true;
    }

    return 0;
}


/* The mean loss, without the penalty, after the last iteration. */

static void
take_loss(homo_lr_t *lr, double sum)
{
    double            mean;
    homo_lr_model_t  *model;

    model = &lr->model;
    mean = sum / (double) model->rows;
    model->losses[model->iterations - 1] = mean;
    ic_task_metric(lr->task, "loss", model->iterations, mean);
}


static bool
loss_converged(const homo_lr_t *lr)
{
    unsigned       n;
    const double  *losses;

    n = lr->model.iterations;
    losses = lr->model.losses;

    switch (lr->params.early_stop) {

    case HOMO_LR_STOP_DIFF:
        return n > 1 && fabs(losses[n - 1] - losses[n - 2]) < lr->params.tol;

    case HOMO_LR_STOP_ABS:
        return losses[n - 1] <= lr->params.tol;

    default:
        return false;
    }
}


/* |w' - w| < tol max(|w'|, 1), the intercept included. */

static bool
weights_converged(const homo_lr_t *lr, const training_t *t)
{
    double    change, d, norm;
    unsigned  i;

    if (lr->params.early_stop != HOMO_LR_STOP_WEIGHT_DIFF) {
        return false;
    }

    for (change = 0, norm = 0, i = 0; i < t->size; i++) {
        d = lr->model.weights[i] - t->before[i];
        change += d * d;
        norm += lr->model.weights[i] * lr->model.weights[i];
    }

    return sqrt(change) < lr->params.tol * fmax(sqrt(norm), 1);
}


int
homo_lr_finish(homo_lr_t *lr)
{
    u_char    digest[HOMO_LR_DIGEST];
    ic_str_t  json;

    if (homo_lr_model_digest(lr, digest) != 0) {
        return ic_task_fail(lr->task, "internal", NULL, 0, "out of memory");
    }

    if (ic_aggregate_confirm(lr->sums, digest) != 0) {
        return -1;
    }

    json = homo_lr_model_json(lr);

    if (json.data == NULL) {
        return ic_task_fail(lr->task, "internal", NULL, 0, "out of memory");
    }

    ic_task_output(lr->task, "model", json);
    ic_task_progress(lr->task, 100, "finished");

    return 0;
}
