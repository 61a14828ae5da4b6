
/* One party's part of a prediction. */


#include <stdlib.h>

#include "predict.h"


static int predict_read(predict_t *predict);
static int predict_usable(predict_t *predict);
static int predict_apply(predict_t *predict);
static int predict_without(predict_t *predict);


int
predict_run(ic_task_t *task)
{
    int         rc;
    predict_t  *predict;

    predict = ic_zalloc(ic_task_arena(task), sizeof(predict_t));

    if (predict == NULL) {
        return ic_task_fail(task, "internal", NULL, 0, "memory is short");
    }

    predict->task = task;
    rc = ic_settings_read(&predict->settings, task, "predict");

    if (rc == 0) {
        predict->tells = ic_setting_bool(&predict->settings,
                                         "tell_arbiter");
        rc = predict_read(predict);
    }

    if (rc == 0) {
        rc = predict_agree(predict);
    }

    if (rc == 0 && predict->model != NULL) {
        rc = predict_apply(predict);

    } else if (rc == 0) {
        ic_task_without(task, "dataset");
        rc = predict_without(predict);
    }

    free(predict->scores);

    if (predict->table != NULL) {
        ic_table_close(predict->table);
    }

    return rc;
}


/* A party without data has no part, whether there is a model or not. */

static int
predict_read(predict_t *predict)
{
    ic_task_t  *task;

    task = predict->task;
    predict->rows = -1;

    if (!ic_input_given(task, "train_data")) {
        return 0;
    }

    ic_task_progress(task, 5, "reading");
    predict->model = ic_model_input(task, "model");

    if (predict->model == NULL || predict_usable(predict) != 0) {
        return -1;
    }

    predict->table = ic_input_table(task, "train_data",
                                    ic_setting_int(&predict->settings,
                                                   "max_rows"));
    if (predict->table == NULL) {
        return -1;
    }

    predict->rows = ic_table_rows(predict->table);

    if (predict->tells && predict_tell_check(predict) != 0) {
        return -1;
    }

    predict->scores = malloc(((size_t) predict->rows + 1) * sizeof(double));
    ic_task_fact(task, "rows", predict->rows);

    return predict->scores != NULL ? 0
           : ic_task_fail(task, "internal", NULL, 0, "memory is short");
}


/* What it computes; a feature must lead to a number. */

static int
predict_usable(predict_t *predict)
{
    unsigned                i, points;
    ic_task_t              *task;
    const ic_model_t       *model;
    const ic_model_piece_t *piece;

    task = predict->task;
    model = predict->model;
    piece = model->piece;

    if (piece != NULL && piece->nshares > 0) {
        return ic_task_fail(task, "model_invalid", NULL, 0,
                            "model: piece: shares of weights are not for "
                            "this component");
    }

    if (piece != NULL && strcmp(piece->role, ic_task_self(task)->name) != 0)
    {
        return ic_task_fail(task, "model_invalid", NULL, 0,
                            "model: piece: it is that of %s, and this party "
                            "is %s", piece->role, ic_task_self(task)->name);
    }

    for (points = 0, i = 0; i < model->nbins; i++) {
        points += model->bins[i].points != NULL;

        if (model->bins[i].points == NULL && model->bins[i].woe == NULL) {
            return ic_task_fail(task, "model_invalid", NULL, 0,
                                "model: bins: those of \"%s\" have neither "
                                "woe nor points", model->bins[i].feature);
        }
    }

    /* points are of a scorecard: then all features have them */

    if (model->weights == NULL && points > 0 && points < model->nfeatures) {
        return ic_task_fail(task, "model_invalid", NULL, 0,
                            "model: bins: %u of %u features have points",
                            points, model->nfeatures);
    }

    predict->scored = model->weights != NULL || points > 0;

    return 0;
}


static int
predict_apply(predict_t *predict)
{
    int  rc;

    if (!predict->scored) {
        return predict_write_table(predict) == 0
               && (!predict->tells || predict_tell(predict, false) == 0)
               ? predict_report(predict) : -1;
    }

    rc = predict_score(predict);

    if (rc == 0 && predict->joint) {
        rc = predict_sum(predict);
    }

    if (rc == 0 && predict->joint && !predict->receives) {
        ic_task_without(predict->task, "dataset");
        rc = predict->tells ? predict_tell(predict, false) : 0;
        return rc == 0 ? predict_report(predict) : -1;
    }

    if (rc == 0) {
        rc = predict_link(predict);
    }

    if (rc == 0) {
        rc = predict_write_scores(predict);
    }

    if (rc == 0 && predict->tells) {
        rc = predict_tell(predict, true);
    }

    return rc == 0 ? predict_report(predict) : -1;
}


static int
predict_without(predict_t *predict)
{
    if (predict->tells
        && strcmp(ic_task_self(predict->task)->name, "arbiter.0") == 0)
    {
        return predict_hear(predict);
    }

    ic_task_progress(predict->task, 100, "no data here");

    return 0;
}
