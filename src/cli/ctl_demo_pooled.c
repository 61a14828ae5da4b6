
/* The pooled plaintext training. */


#include <math.h>
#include <stdlib.h>

#include "../math/ic_optimizer.h"
#include "../source/ic_source.h"
#include "ctl_demo_pooled.h"
#include "interconnctl.h"


static int ctl_pool_count(ctl_pool_t *pool, const ctl_demo_data_t *data,
    ic_table_t **tables, ic_arena_t *arena);
static int ctl_pool_party(ctl_pool_t *pool, const ctl_demo_data_t *data,
    const ic_table_t *table, int64_t first);
static void ctl_pool_scaler(const ctl_pool_t *pool, ctl_model_t *model);
static void ctl_pool_standardise(const ctl_pool_t *pool,
    const ctl_model_t *model, double *x);


int
ctl_pool_load(ctl_pool_t *pool, const ctl_demo_data_t *data,
    ic_arena_t *arena)
{
    int          rc;
    unsigned     i;
    int64_t      first;
    ic_table_t  *tables[32] = { NULL };

    rc = ctl_pool_count(pool, data, tables, arena);

    for (first = 0, i = 0; rc == 0 && i < data->parties; i++) {
        rc = ctl_pool_party(pool, data, tables[i], first);
        first += pool->party_rows[i];
    }

    for (i = 0; i < data->parties; i++) {
        if (tables[i] != NULL) {
            ic_table_close(tables[i]);
        }
    }

    return rc;
}


static int
ctl_pool_count(ctl_pool_t *pool, const ctl_demo_data_t *data,
    ic_table_t **tables, ic_arena_t *arena)
{
    unsigned           i;
    ic_json_out_t      out;
    ic_source_error_t  error;

    memset(pool, 0, sizeof(ctl_pool_t));
    pool->features = data->nattributes;

    for (i = 0; i < data->parties; i++) {
        ic_out_init(&out, arena);
        ic_out_object(&out, NULL);
        ic_out_z(&out, "type", "csv");
        ic_out_z(&out, "path", data->files[i]);
        ic_out_object_end(&out);

        tables[i] = ic_table_open(ic_json_parse(arena, ic_out_text(&out),
                                                NULL), 0, &error);

        if (tables[i] == NULL) {
            return -ctl_error("%s: %s", data->files[i], error.text);
        }

        pool->party_rows[i] = ic_table_rows(tables[i]);
        pool->rows += pool->party_rows[i];
    }

    pool->x = ic_alloc(arena, (size_t) pool->rows * pool->features
                              * sizeof(double));
    pool->label = ic_alloc(arena, (size_t) pool->rows);

    return pool->x == NULL || pool->label == NULL
           ? -ctl_error("out of memory") : 0;
}


static int
ctl_pool_party(ctl_pool_t *pool, const ctl_demo_data_t *data,
    const ic_table_t *table, int64_t first)
{
    double            *values;
    int64_t            row, rows;
    unsigned           j;
    ic_source_error_t  error;

    rows = ic_table_rows(table);
    values = malloc((size_t) rows * sizeof(double) + 1);

    for (j = 0; values != NULL && j <= pool->features; j++) {
        const char  *name = j < pool->features ? data->attributes[j]
                                               : data->label_name;

        if (ic_table_numbers(table, name, values, &error) != 0) {
            free(values);
            return -ctl_error("column %s, row %lld: %s", error.column,
                              (long long) error.row, error.text);
        }

        for (row = 0; row < rows; row++) {
            if (j < pool->features) {
                pool->x[(first + row) * pool->features + j] = values[row];

            } else {
                pool->label[first + row] = values[row]
                                           == atof(data->label_value);
            }
        }
    }

    if (values == NULL) {
        return -ctl_error("out of memory");
    }

    free(values);

    return 0;
}


int
ctl_pool_train(const ctl_pool_t *pool, unsigned iterations,
    ctl_model_t *model, double *losses, ic_arena_t *arena)
{
    double          *x, *gradient;
    unsigned         t, j, size;
    ic_samples_t     samples;
    ic_optimizer_t   optimizer;

    size = pool->features + 1;
    x = ic_alloc(arena, (size_t) pool->rows * pool->features
                        * sizeof(double));
    gradient = ic_alloc(arena, size * sizeof(double));
    model->weights = ic_zalloc(arena, size * sizeof(double));
    model->mean = ic_zalloc(arena, size * sizeof(double));
    model->deviation = ic_zalloc(arena, size * sizeof(double));

    memset(&optimizer, 0, sizeof(optimizer));
    optimizer.kind = IC_OPTIMIZER_SGD;
    optimizer.penalty = IC_PENALTY_L2;
    optimizer.alpha = 0.01;
    optimizer.learning_rate = 0.15;
    optimizer.decay = 1;
    optimizer.decay_sqrt = true;

    if (x == NULL || gradient == NULL || model->deviation == NULL
        || ic_optimizer_init(&optimizer, size) != 0)
    {
        return -ctl_error("out of memory");
    }

    ctl_pool_scaler(pool, model);
    ctl_pool_standardise(pool, model, x);

    samples.rows = pool->rows;
    samples.features = pool->features;
    samples.x = x;
    samples.label = pool->label;

    for (t = 0; t < iterations; t++) {
        memset(gradient, 0, size * sizeof(double));
        ic_logistic_gradient(&samples, 0, pool->rows, model->weights,
                             gradient);

        for (j = 0; j < size; j++) {
            gradient[j] /= (double) pool->rows;
        }

        ic_optimizer_step(&optimizer, t, model->weights, gradient);
        losses[t] = ic_logistic_loss_sum(&samples, model->weights)
                    / (double) pool->rows;
    }

    ic_optimizer_free(&optimizer);

    return 0;
}


/* Mean and population deviation of each feature over all rows. */
static void
ctl_pool_scaler(const ctl_pool_t *pool, ctl_model_t *model)
{
    double    d;
    int64_t   row;
    unsigned  j;

    for (j = 0; j < pool->features; j++) {
        for (row = 0; row < pool->rows; row++) {
            model->mean[j] += pool->x[row * pool->features + j];
        }

        model->mean[j] /= (double) pool->rows;

        for (row = 0; row < pool->rows; row++) {
            d = pool->x[row * pool->features + j] - model->mean[j];
            model->deviation[j] += d * d;
        }

        model->deviation[j] = sqrt(model->deviation[j]
                                   / (double) pool->rows);
    }
}


static void
ctl_pool_standardise(const ctl_pool_t *pool, const ctl_model_t *model,
    double *x)
{
    int64_t   row;
    unsigned  j;

    for (row = 0; row < pool->rows; row++) {
        for (j = 0; j < pool->features; j++) {
            x[row * pool->features + j] =
                (pool->x[row * pool->features + j] - model->mean[j])
                / (model->deviation[j] > 0 ? model->deviation[j] : 1);
        }
    }
}


int
ctl_pool_score(const ctl_pool_t *pool, const ctl_model_t *model, double *p)
{
    double   *x;
    int64_t   row;

    x = malloc((size_t) pool->rows * pool->features * sizeof(double));

    if (x == NULL) {
        return -ctl_error("out of memory");
    }

    ctl_pool_standardise(pool, model, x);

    for (row = 0; row < pool->rows; row++) {
        p[row] = ic_logistic(ic_logistic_score(model->weights,
                             x + row * pool->features, pool->features));
    }

    free(x);

    return 0;
}
