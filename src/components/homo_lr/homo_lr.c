
/* A party's run, by its role. */


#include <stdlib.h>

#include "homo_lr.h"


static int homo_lr_data_party(homo_lr_t *lr);


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

    ic_task_fact(lr->task, "rows", lr->data.samples.rows);
    ic_task_progress(lr->task, 5, "exchanging keys");

    lr->sums = ic_aggregate_open(lr->task, &lr->conf, lr->params.common,
                                 lr->data.samples.rows);

    return lr->sums != NULL && homo_lr_train(lr) == 0 ? homo_lr_finish(lr)
                                                      : -1;
}


void
homo_lr_free(homo_lr_t *lr)
{
    ic_aggregate_close(lr->sums);

    free(lr->data.x);
    free(lr->data.label);
    free(lr->model.weights);
    free(lr->model.mean);
    free(lr->model.std);
    free(lr->model.losses);
}
