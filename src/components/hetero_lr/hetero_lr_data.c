
/* A party's parameters and rows. */


#include <math.h>
#include <stdlib.h>

#include "../../protocol/ic_label.h"
#include "hetero_lr.h"


static int check_params(hetero_lr_t *lr);
static int choose_columns(hetero_lr_t *lr, const ic_table_t *table);
static bool is_feature(const hetero_lr_t *lr, const char *name);
static int read_label(hetero_lr_t *lr, const ic_table_t *table);
static int read_columns(hetero_lr_t *lr, const ic_table_t *table);
static void scale_column(const hetero_lr_t *lr, unsigned column,
    double *values);
static int code_column(hetero_lr_t *lr, unsigned column,
    const double *values);


static const char *const  common[] = {
    "penalty", "alpha", "optimizer", "batch_size", "learning_rate",
    "max_iter", "decay", "decay_sqrt", "early_stop", "tol", "fit_intercept",
    "sigmoid", "reveal_loss", "calibrate", "score_decimals", "key_length",
    "min_rows", NULL
};


int
hetero_read_params(hetero_lr_t *lr)
{
    ic_settings_t     settings;
    hetero_params_t  *p;

    if (ic_settings_read(&settings, lr->task, "hetero_lr") != 0) {
        return -1;
    }

    p = &lr->params;
    p->l2 = ic_setting_choice(&settings, "penalty") == 0;
    p->alpha = p->l2 ? ic_setting_num(&settings, "alpha") : 0;
    p->nesterov = ic_setting_choice(&settings, "optimizer") == 1;
    p->batch_size = ic_setting_int(&settings, "batch_size");
    p->learning_rate = ic_setting_num(&settings, "learning_rate");
    p->max_iter = (unsigned) ic_setting_int(&settings, "max_iter");
    p->decay = ic_setting_num(&settings, "decay");
    p->decay_sqrt = ic_setting_bool(&settings, "decay_sqrt");
    p->early_stop = ic_setting_choice(&settings, "early_stop");
    p->tol = ic_setting_num(&settings, "tol");
    p->fit_intercept = ic_setting_bool(&settings, "fit_intercept");
    p->standard = ic_setting_choice(&settings, "scaler") == 0;
    p->reveal_loss = ic_setting_bool(&settings, "reveal_loss");
    p->calibrate = ic_setting_bool(&settings, "calibrate");
    p->decimals = (unsigned) ic_setting_int(&settings, "score_decimals");
    p->key_length = (unsigned) ic_setting_int(&settings, "key_length");
    p->max_rows = ic_setting_int(&settings, "max_rows");
    p->min_rows = ic_setting_int(&settings, "min_rows");
    p->rows_per_column = ic_setting_int(&settings, "rows_per_column");
    p->unique_id = ic_setting_text(&settings, "unique_id");
    p->label_name = ic_setting_text(&settings, "label_name");
    p->label_value = ic_setting_text(&settings, "label_value");
    p->common = ic_settings_common(&settings, common);
    lr->data.names = ic_setting_names(&settings, "attributes",
                                      &lr->data.features);

    return p->common.data == NULL || lr->data.names == NULL
           ? -1 : check_params(lr);
}


static int
check_params(hetero_lr_t *lr)
{
    hetero_params_t  *p;

    p = &lr->params;

    if (lr->guest && p->label_name == NULL) {
        return ic_task_fail(lr->task, "bad_parameter", NULL, 0,
                            "label_name is required of the guest");
    }

    if (p->early_stop == HETERO_STOP_DIFF && !p->reveal_loss) {
        return ic_task_fail(lr->task, "bad_parameter", NULL, 0,
                            "early_stop diff needs reveal_loss");
    }

    if (p->alpha * p->learning_rate >= 1) {
        return ic_task_fail(lr->task, "bad_parameter", NULL, 0,
                            "alpha times learning_rate must be below 1");
    }

    return 0;
}


int
hetero_load(hetero_lr_t *lr, ic_table_t *table)
{
    size_t          cells;
    hetero_data_t  *data;

    data = &lr->data;
    data->rows = ic_table_rows(table);

    if (data->rows == 0) {
        return ic_task_fail(lr->task, "data_empty", NULL, 0,
                            "the data has no row");
    }

    if (data->rows < lr->params.min_rows) {
        return ic_task_fail(lr->task, "data_too_few", NULL, 0,
                            "fewer rows than the %lld of min_rows",
                            (long long) lr->params.min_rows);
    }

    if (choose_columns(lr, table) != 0
        || (lr->guest && read_label(lr, table) != 0))
    {
        return -1;
    }

    data->columns = data->features
                    + (lr->guest && lr->params.fit_intercept);

    if (data->columns == 0) {
        return ic_task_fail(lr->task, "bad_parameter", NULL, 0,
                            "no column is left to train on");
    }

    if (__builtin_mul_overflow((size_t) data->rows, data->columns, &cells)) {
        return hetero_no_memory(lr);
    }

    data->x = calloc(cells, sizeof(int32_t));

    if (lr->params.standard) {
        data->mean = calloc(data->features + 1, sizeof(double));
        data->std = calloc(data->features + 1, sizeof(double));
    }

    if (data->x == NULL
        || (lr->params.standard
            && (data->mean == NULL || data->std == NULL)))
    {
        return hetero_no_memory(lr);
    }

    return read_columns(lr, table);
}


/* Those named, or all but the id and the label. */

static int
choose_columns(hetero_lr_t *lr, const ic_table_t *table)
{
    unsigned        i;
    hetero_data_t  *data;

    data = &lr->data;

    if (data->features > 0) {
        return 0;
    }

    data->names = ic_zalloc(ic_task_arena(lr->task),
                            (ic_table_columns(table) + 1) * sizeof(char *));

    for (i = 0; data->names != NULL && i < ic_table_columns(table); i++) {
        if (is_feature(lr, ic_table_column(table, i))) {
            data->names[data->features++]
                = ic_str_z(ic_task_arena(lr->task),
                           ic_str(ic_table_column(table, i)));
        }
    }

    return data->names != NULL ? 0 : hetero_no_memory(lr);
}


static bool
is_feature(const hetero_lr_t *lr, const char *name)
{
    const hetero_params_t  *p;

    p = &lr->params;

    return (p->unique_id == NULL || strcmp(name, p->unique_id) != 0)
           && (!lr->guest || strcmp(name, p->label_name) != 0);
}


static int
read_label(hetero_lr_t *lr, const ic_table_t *table)
{
    int64_t         row;
    const char     *name;
    hetero_data_t  *data;

    data = &lr->data;
    name = lr->params.label_name;
    data->label = calloc((size_t) data->rows, 1);

    if (data->label == NULL) {
        return hetero_no_memory(lr);
    }

    if (ic_label_read(lr->task, table, name, lr->params.label_value,
                      data->label) != 0)
    {
        return -1;
    }

    for (row = 0; row < data->rows; row++) {
        data->positives += data->label[row];
    }

    if (data->positives == 0 || data->positives == data->rows) {
        return ic_task_fail(lr->task, "data_single_class", name, 0,
                            "%s row has the positive label; both classes "
                            "are needed", data->positives ? "every" : "no");
    }

    return 0;
}


static int
read_columns(hetero_lr_t *lr, const ic_table_t *table)
{
    int                 rc;
    double             *values;
    int64_t             row;
    unsigned            i;
    hetero_data_t      *data;
    ic_source_error_t   error;

    data = &lr->data;
    data->bits = 18;
    values = malloc((size_t) data->rows * sizeof(double));
    rc = values != NULL ? 0 : hetero_no_memory(lr);

    for (i = 0; rc == 0 && i < data->features; i++) {
        if (ic_table_numbers(table, data->names[i], values, &error) != 0) {
            rc = ic_input_failed(lr->task, &error);
            break;
        }

        if (lr->params.standard) {
            scale_column(lr, i, values);
        }

        rc = code_column(lr, i, values);
    }

    free(values);

    for (row = 0; data->columns > data->features && row < data->rows; row++) {
        data->x[row * data->columns + data->features] = 1 << HETERO_X_BITS;
    }

    return rc;
}


/* By mean and population deviation; a constant column keeps deviation 1. */

static void
scale_column(const hetero_lr_t *lr, unsigned column, double *values)
{
    double                sum, squares, mean, most;
    int64_t               i;
    const hetero_data_t  *data;

    data = &lr->data;

    for (most = 0, i = 0; i < data->rows; i++) {
        most = fmax(most, fabs(values[i]));
    }

    /* divided, so that no sum is infinite */

    most = most > 0 ? most : 1;

    for (sum = 0, i = 0; i < data->rows; i++) {
        sum += values[i] / most;
    }

    mean = sum / (double) data->rows;

    for (squares = 0, i = 0; i < data->rows; i++) {
        squares += (values[i] / most - mean) * (values[i] / most - mean);
    }

    squares = sqrt(squares / (double) data->rows);
    data->mean[column] = mean * most;
    data->std[column] = squares > 1e-12 ? squares * most : 1;

    for (i = 0; i < data->rows; i++) {
        values[i] = squares > 1e-12 ? (values[i] / most - mean) / squares : 0;
    }
}


static int
code_column(hetero_lr_t *lr, unsigned column, const double *values)
{
    double          limit;
    int64_t         i, x;
    hetero_data_t  *data;

    data = &lr->data;
    limit = ldexp(1, HETERO_MAX_BITS - HETERO_X_BITS);

    for (i = 0; i < data->rows; i++) {
        if (!(fabs(values[i]) < limit - 1)) {
            return ic_task_fail(lr->task, "data_out_of_range",
                                data->names[column], i + 1,
                                "the value of \"%s\" in row %lld is %s",
                                data->names[column], (long long) i + 1,
                                lr->params.standard
                                ? "over 4095 deviations from the mean"
                                : "not below 4095 in size");
        }

        x = llround(ldexp(values[i], HETERO_X_BITS));
        data->x[i * data->columns + column] = (int32_t) x;

        while (data->bits < HETERO_MAX_BITS
               && llabs(x) >= (int64_t) 1 << data->bits)
        {
            data->bits += 4;
        }
    }

    return 0;
}


void
hetero_data_free(hetero_data_t *data)
{
    free(data->x);
    free(data->label);
    free(data->mean);
    free(data->std);
}
