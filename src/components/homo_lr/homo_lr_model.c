
/* The model, in the format of all of them. */


#include <stdio.h>

#include "../../lib/ic_codec.h"
#include "../../math/ic_gaussian.h"
#include "../../protocol/ic_model.h"
#include "homo_lr.h"


static int model_fill(homo_lr_t *lr, ic_model_t *model);
static ic_str_t model_metrics(homo_lr_t *lr);
static void model_errors(const homo_lr_t *lr, ic_json_out_t *out);
static void model_privacy(const homo_lr_t *lr, ic_json_out_t *out);


/* JSON names of what is known of a weight. */
static const struct {
    const char  *name;
    size_t       offset;
} model_columns[] = {
    { "standard_errors", offsetof(homo_lr_error_t, error) },
    { "z", offsetof(homo_lr_error_t, z) },
    { "p_values", offsetof(homo_lr_error_t, p) },
    { "low", offsetof(homo_lr_error_t, low) },
    { "high", offsetof(homo_lr_error_t, high) }
};


int
homo_lr_model_digest(homo_lr_t *lr, u_char digest[HOMO_LR_DIGEST])
{
    ic_model_t  model;

    if (model_fill(lr, &model) != 0
        || ic_model_digest(ic_task_arena(lr->task), &model) != 0
        || ic_unhex(digest, HOMO_LR_DIGEST, ic_str(model.digest)) != 0)
    {
        return homo_lr_no_memory(lr);
    }

    return 0;
}


int
homo_lr_model_output(homo_lr_t *lr)
{
    ic_model_t  model;

    if (model_fill(lr, &model) != 0) {
        return homo_lr_no_memory(lr);
    }

    return ic_model_output(lr->task, &model);
}


static int
model_fill(homo_lr_t *lr, ic_model_t *model)
{
    memset(model, 0, sizeof(ic_model_t));

    model->version = IC_MODEL_VERSION;
    model->algorithm = "homo_lr";
    model->features = lr->params.attributes;
    model->nfeatures = lr->params.features;
    model->weights = lr->model.weights;
    model->has_intercept = true;
    model->intercept = lr->model.weights[lr->params.features];

    if (lr->model.shift != NULL) {
        model->scaler = lr->params.scaler == HOMO_LR_ROBUST
                        ? IC_MODEL_ROBUST : IC_MODEL_STANDARD;
        model->shift = lr->model.shift;
        model->scale = lr->model.scale;
    }

    model->link = IC_MODEL_LOGIT;
    model->label_name = lr->params.label_name;
    model->label_value = lr->params.label_value;
    model->unique_id = lr->params.unique_id;
    model->metrics = model_metrics(lr);

    return model->metrics.data != NULL ? ic_model_made_by(model, lr->task)
                                       : -1;
}


static ic_str_t
model_metrics(homo_lr_t *lr)
{
    unsigned       i;
    ic_json_out_t  out;

    ic_out_init(&out, ic_task_arena(lr->task));
    ic_out_object(&out, NULL);
    ic_out_array(&out, "loss");

    for (i = 0; !lr->params.private && i < lr->model.iterations; i++) {
        ic_out_num(&out, NULL, lr->model.losses[i]);
    }

    ic_out_array_end(&out);
    ic_out_int(&out, "iterations", lr->model.iterations);
    ic_out_bool(&out, "is_converged", lr->model.converged);
    ic_out_int(&out, "rows", lr->model.rows);
    homo_lr_put_dropouts(lr, &out);

    if (lr->params.private) {
        model_privacy(lr, &out);

    } else {
        ic_out_int(&out, "positives", lr->model.positives);
    }

    if (lr->model.errors != NULL) {
        model_errors(lr, &out);
    }

    homo_lr_put_evaluations(lr, &out);
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


/* Of the scaled features' weights, and of the intercept, if there is one. */

static void
model_errors(const homo_lr_t *lr, ic_json_out_t *out)
{
    double    value;
    unsigned  column, i;

    ic_out_object(out, "errors");
    ic_out_num(out, "confidence", lr->params.confidence);

    for (column = 0;
         column < sizeof(model_columns) / sizeof(model_columns[0]);
         column++)
    {
        ic_out_array(out, model_columns[column].name);

        for (i = 0; i < lr->params.features + lr->params.fit_intercept; i++)
        {
            memcpy(&value, (const u_char *) &lr->model.errors[i]
                           + model_columns[column].offset,
                   sizeof(value));
            ic_out_num(out, NULL, value);
        }

        ic_out_array_end(out);
    }

    ic_out_object_end(out);
}


/* Of all steps that the parameters allow, whether they were needed or not. */

static void
model_privacy(const homo_lr_t *lr, ic_json_out_t *out)
{
    double  rho;

    rho = ic_gaussian_rho(lr->params.max_iter, lr->params.noise);

    ic_out_object(out, "privacy");
    ic_out_z(out, "mechanism", "discrete gaussian");
    ic_out_z(out, "neighbours", "a row counts, or counts as nothing");
    ic_out_num(out, "clip", lr->params.clip);
    ic_out_num(out, "noise_multiplier", lr->params.noise);
    ic_out_int(out, "steps", lr->params.max_iter);
    ic_out_num(out, "rho", rho);
    ic_out_num(out, "delta", lr->params.delta);
    ic_out_num(out, "epsilon", ic_gaussian_epsilon(rho, lr->params.delta));
    ic_out_object_end(out);
}
