
/* A party's run, by its role. */


#include <stdlib.h>

#include "homo_lr.h"


static int homo_lr_data_party(homo_lr_t *lr);
static int homo_lr_rate(homo_lr_t *lr);
static void homo_lr_reset(homo_lr_t *lr);
static int homo_lr_choose(homo_lr_t *lr, const uint8_t *chosen);
static int homo_lr_finish(homo_lr_t *lr);


int
homo_lr_run(homo_lr_t *lr)
{
    if (homo_lr_read_params(lr) != 0) {
        return -1;
    }

    if (strcmp(ic_task_self(lr->task)->role, "arbiter") == 0) {
        ic_task_without(lr->task, "model");
        return ic_aggregate_serve(lr->task, &lr->conf, lr->params.common);
    }

    return homo_lr_data_party(lr);
}


static int
homo_lr_data_party(homo_lr_t *lr)
{
    ic_task_progress(lr->task, 0, "reading data");

    if (homo_lr_load(lr) != 0) {
        return -1;
    }

    ic_task_fact(lr->task, "rows", lr->data.rows);
    ic_task_progress(lr->task, 5, "exchanging keys");

    lr->percent_from = 10;
    lr->percent_to = 95;
    lr->curve = "loss";
    lr->sums = ic_aggregate_open(lr->task, &lr->conf, lr->params.common,
                                 lr->data.rows);

    if (lr->sums == NULL || homo_lr_validate(lr) != 0
        || homo_lr_train(lr, NULL, NULL) != 0)
    {
        return -1;
    }

    return homo_lr_rate(lr) == 0 ? homo_lr_finish(lr) : -1;
}


/* An evaluation that loses a party is not made anew: there is none. */

static int
homo_lr_rate(homo_lr_t *lr)
{
    ic_aggregate_settle(lr->sums);

    if (!lr->params.evaluate
        || homo_lr_evaluate(lr, NULL, lr->set.all, &lr->evaluation) == 0)
    {
        return 0;
    }

    if (!ic_aggregate_unsummed(lr->sums)) {
        return -1;
    }

    homo_lr_evaluation_free(&lr->evaluation);
    ic_task_log(lr->task, "info", "no evaluation: a party dropped out of it");

    return 0;
}


void
homo_lr_free(homo_lr_t *lr)
{
    unsigned  i;

    ic_aggregate_close(lr->sums);
    homo_lr_evaluation_free(&lr->evaluation);

    for (i = 0; lr->folds != NULL && i < lr->params.splits; i++) {
        homo_lr_evaluation_free(&lr->folds[i]);
    }

    free(lr->folds);
    homo_lr_reset(lr);

    free(lr->data.x);
    free(lr->data.label);
    free(lr->row);
}


/* No model, no rows chosen. */

static void
homo_lr_reset(homo_lr_t *lr)
{
    free(lr->set.number);
    free(lr->model.weights);
    free(lr->model.shift);
    free(lr->model.scale);
    free(lr->model.losses);
    free(lr->model.errors);

    memset(&lr->set, 0, sizeof(homo_lr_set_t));
    memset(&lr->model, 0, sizeof(homo_lr_model_t));
}


int
homo_lr_train(homo_lr_t *lr, const uint8_t *chosen, const int64_t *rows_of)
{
    unsigned  i, size;

    homo_lr_reset(lr);

    if (lr->row == NULL) {
        lr->row = calloc(2 * lr->params.features + 1, sizeof(double));
    }

    size = lr->params.features + 1;
    lr->model.weights = calloc(size, sizeof(double));
    lr->model.losses = calloc(lr->params.max_iter, sizeof(double));

    if (lr->row == NULL || lr->model.weights == NULL
        || lr->model.losses == NULL || homo_lr_choose(lr, chosen) != 0)
    {
        return homo_lr_no_memory(lr);
    }

    for (i = 0; i < ic_aggregate_count(lr->sums); i++) {
        lr->set.rows_of[i] = rows_of != NULL ? rows_of[i]
                             : ic_aggregate_rows(lr->sums, i);
        lr->set.all += lr->set.rows_of[i];
    }

    lr->model.rows = lr->set.all;

    return lr->params.newton ? homo_lr_newton(lr) : homo_lr_iterate(lr);
}


static int
homo_lr_choose(homo_lr_t *lr, const uint8_t *chosen)
{
    int64_t  row;

    if (chosen == NULL) {
        lr->set.rows = lr->data.rows;
        lr->set.positives = lr->data.positives;
        return 0;
    }

    lr->set.number = calloc((size_t) lr->data.rows + 1, sizeof(int64_t));

    if (lr->set.number == NULL) {
        return -1;
    }

    for (row = 0; row < lr->data.rows; row++) {
        if (chosen[row]) {
            lr->set.number[lr->set.rows++] = row;
            lr->set.positives += lr->data.label[row];
        }
    }

    return 0;
}


/* No model before all have the same. */

static int
homo_lr_finish(homo_lr_t *lr)
{
    u_char  digest[HOMO_LR_DIGEST];

    if (homo_lr_model_digest(lr, digest) != 0
        || ic_aggregate_confirm(lr->sums, digest) != 0)
    {
        return -1;
    }

    homo_lr_take_lost(lr);

    if (homo_lr_model_output(lr) != 0) {
        return -1;
    }

    ic_task_progress(lr->task, 100, "finished");

    return 0;
}


int
homo_lr_no_memory(homo_lr_t *lr)
{
    return ic_task_fail(lr->task, "internal", NULL, 0, "memory is short");
}
