
/* A column as the model takes it. */


#include <math.h>

#include "../../source/ic_number.h"
#include "predict.h"


static int values_of_bins(predict_t *predict, const ic_model_bins_t *bins,
    const double *of_bin, double *values);
static int values_bin(predict_t *predict, const ic_model_bins_t *bins,
    const char *text, int64_t row);
static int bin_of_number(const ic_model_bins_t *bins, double number);
static int bin_of_text(const ic_model_bins_t *bins, const char *text);


int
predict_values(predict_t *predict, unsigned feature, double *values)
{
    int                      rc;
    int64_t                  row;
    const ic_model_t        *model;
    ic_source_error_t        error;
    const ic_model_bins_t   *bins;

    model = predict->model;
    bins = predict_bins(model, feature);

    if (bins != NULL) {
        rc = values_of_bins(predict, bins,
                            bins->woe != NULL ? bins->woe : bins->points,
                            values);

    } else {
        rc = ic_table_numbers(predict->table, model->features[feature],
                              values, &error);

        if (rc != 0) {
            (void) ic_input_failed(predict->task, &error);
        }
    }

    if (rc != 0 || model->scaler == IC_MODEL_UNSCALED) {
        return rc;
    }

    for (row = 0; row < predict->rows; row++) {
        values[row] = (values[row] - model->shift[feature])
                      / model->scale[feature];
    }

    return 0;
}


int
predict_points(predict_t *predict, const ic_model_bins_t *bins,
    double *points)
{
    return values_of_bins(predict, bins, bins->points, points);
}


const ic_model_bins_t *
predict_bins(const ic_model_t *model, unsigned feature)
{
    unsigned  i;

    for (i = 0; i < model->nbins; i++) {

        /* the reader made the names the same */

        if (model->bins[i].feature == model->features[feature]) {
            return &model->bins[i];
        }
    }

    return NULL;
}


static int
values_of_bins(predict_t *predict, const ic_model_bins_t *bins,
    const double *of_bin, double *values)
{
    int      bin, column;
    int64_t  row;

    column = ic_table_find(predict->table, bins->feature);

    if (column == -1) {
        return ic_task_fail(predict->task, "data_missing_column",
                            bins->feature, 0, "the data has no column \"%s\"",
                            bins->feature);
    }

    for (row = 0; row < predict->rows; row++) {
        bin = values_bin(predict, bins,
                         ic_table_text(predict->table, row, column), row);

        if (bin == -1) {
            return -1;
        }

        values[row] = of_bin[bin];
    }

    return 0;
}


/* The bin of a cell; -1 after ic_task_fail(). */

static int
values_bin(predict_t *predict, const ic_model_bins_t *bins,
    const char *text, int64_t row)
{
    int          bin;
    double       number;
    const char  *code;

    if (text == NULL) {
        bin = bins->null;
        code = "data_null_value";

    } else if (bins->text) {
        bin = bin_of_text(bins, text);
        code = "data_unknown_value";

    } else if (ic_number_double(text, &number) == strlen(text)
               && isfinite(number))
    {
        bin = bin_of_number(bins, number);
        code = "internal";

    } else {
        bin = -1;
        code = "data_not_numeric";
    }

    if (bin == -1) {
        (void) ic_task_fail(predict->task, code, bins->feature, row + 1,
                            "column \"%s\", row %lld: the model has no bin "
                            "for it", bins->feature, (long long) row + 1);
    }

    return bin;
}


/* How many edges are below it: edges[i - 1] < x <= edges[i]. */

static int
bin_of_number(const ic_model_bins_t *bins, double number)
{
    unsigned  low, high, middle;

    low = 0;
    high = bins->nedges;

    while (low < high) {
        middle = (low + high) / 2;

        if (bins->edges[middle] < number) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    return (int) low;
}


static int
bin_of_text(const ic_model_bins_t *bins, const char *text)
{
    unsigned            i;
    const char *const  *value;

    for (i = 0; i < bins->nvalues; i++) {
        for (value = bins->values[i]; *value != NULL; value++) {
            if (strcmp(*value, text) == 0) {
                return (int) i;
            }
        }
    }

    return bins->other;
}
