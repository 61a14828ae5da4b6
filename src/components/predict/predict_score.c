
/* Scores of rows: sums over features, and their link. */


#include <math.h>
#include <stdlib.h>

#include "../../math/ic_logistic.h"
#include "predict.h"


static int score_features(predict_t *predict, double *values);
static int score_finite(predict_t *predict);


int
predict_score(predict_t *predict)
{
    int      rc;
    double  *values;
    int64_t  row;

    values = malloc(((size_t) predict->rows + 1) * sizeof(double));

    if (values == NULL) {
        return ic_task_fail(predict->task, "internal", NULL, 0,
                            "memory is short");
    }

    ic_task_progress(predict->task, 30, "scoring");
    memset(predict->scores, 0, (size_t) predict->rows * sizeof(double));
    rc = score_features(predict, values);
    free(values);

    if (rc != 0) {
        return -1;
    }

    for (row = 0; row < predict->rows; row++) {
        predict->scores[row] += predict->model->intercept;
    }

    return score_finite(predict);
}


/* In the order of the features, whatever the rows are together with. */

static int
score_features(predict_t *predict, double *values)
{
    int                     rc;
    double                  weight;
    int64_t                 row;
    unsigned                i;
    const ic_model_t       *model;
    const ic_model_bins_t  *bins;

    model = predict->model;

    for (i = 0; i < model->nfeatures; i++) {
        weight = model->weights != NULL ? model->weights[i] : 1;
        bins = predict_bins(model, i);

        rc = model->weights != NULL
             ? predict_values(predict, i, values)
             : predict_points(predict, bins, values);

        if (rc != 0) {
            return -1;
        }

        for (row = 0; row < predict->rows; row++) {
            predict->scores[row] += weight * values[row];
        }
    }

    return 0;
}


static int
score_finite(predict_t *predict)
{
    int64_t  row;

    for (row = 0; row < predict->rows; row++) {
        if (!isfinite(predict->scores[row])) {
            return ic_task_fail(predict->task, "data_out_of_range", NULL,
                                row + 1, "the score of row %lld is too large",
                                (long long) row + 1);
        }
    }

    return 0;
}


int
predict_link(predict_t *predict)
{
    double             z;
    int64_t            row;
    const ic_model_t  *model;

    model = predict->model;

    for (row = 0; row < predict->rows; row++) {
        z = predict->scores[row];

        if (model->calibrated) {
            z = model->slope * z + model->offset;
        }

        z = model->link == IC_MODEL_LOGIT ? ic_logistic(z) : z;

        predict->scores[row] = model->bounded
                               ? fmin(fmax(z, model->floor), model->cap) : z;
    }

    return score_finite(predict);
}
