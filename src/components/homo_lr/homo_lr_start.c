
/*
 * Before the first step: what all rows together say of the intercept, of the
 * weights of classes and of the scale of each column.
 */


#include <math.h>
#include <stdlib.h>

#include "../../math/ic_fixed.h"
#include "homo_lr.h"


/* The second of two words: resolution 2^-64. */
#define FINE_BITS       40
#define FINE_WORDS      2

/* A variance below this part of the mean square is that of a constant. */
#define CONSTANT_LIMIT  1e-12


static int start_sum(homo_lr_t *lr, unsigned next);
static int start_columns(homo_lr_t *lr, double *values);
static double start_limit(const homo_lr_t *lr);
static int start_use(homo_lr_t *lr, const double *values);
static int start_positives(homo_lr_t *lr);
static void start_weights(homo_lr_t *lr);
static int start_scaler(homo_lr_t *lr, const double *values);
static int start_ranges(homo_lr_t *lr);


int
homo_lr_start(homo_lr_t *lr, unsigned next)
{
    int  rc;

    lr->model.weight[0] = lr->model.weight[1] = 1;
    rc = homo_lr_initial_weights(lr, lr->model.weights);

    /* with noise nothing is opened that has none */

    if (rc == 0 && !lr->params.private) {
        rc = start_sum(lr, lr->params.scaler == HOMO_LR_ROBUST ? 0 : next);
    }

    if (rc == 0 && lr->params.scaler == HOMO_LR_ROBUST) {
        rc = homo_lr_quantiles(lr);
    }

    return rc == 0 ? start_ranges(lr) : -1;
}


static int
start_sum(homo_lr_t *lr, unsigned next)
{
    int        rc;
    double    *values;
    unsigned   count;

    count = 1;

    if (lr->params.scaler == HOMO_LR_STANDARD) {
        count += 2 * FINE_WORDS * lr->params.features;
    }

    values = calloc(count, sizeof(double));

    if (values == NULL) {
        return homo_lr_no_memory(lr);
    }

    values[0] = (double) lr->set.positives;
    rc = count > 1 ? start_columns(lr, values + 1) : 0;

    if (rc == 0) {
        rc = ic_aggregate_sum(lr->sums, values, count, next);
        homo_lr_take_set(lr);
    }

    if (rc == 0) {
        rc = start_use(lr, values);
    }

    free(values);

    return rc;
}


/* What one party may add to a sum. */

static double
start_limit(const homo_lr_t *lr)
{
    return IC_FIXED_LIMIT / ic_aggregate_count(lr->sums);
}


/* Per column: the sum and the sum of squares, each in two words. */

static int
start_columns(homo_lr_t *lr, double *values)
{
    double       sums[2], x;
    int64_t      row;
    unsigned     i, j, features;
    const char  *name;

    features = lr->params.features;

    for (i = 0; i < features; i++) {
        name = lr->params.attributes[i];
        sums[0] = sums[1] = 0;

        for (row = 0; row < lr->set.rows; row++) {
            x = lr->data.x[(size_t) homo_lr_number(lr, row) * features + i];
            sums[0] += x;
            sums[1] += x * x;
        }

        for (j = 0; j < 2; j++) {

            if (!(fabs(sums[j]) <= start_limit(lr))) {
                return ic_task_fail(lr->task, "data_out_of_range", name, 0,
                                    "the squares of column \"%s\" sum up to "
                                    "more than 2^38; rescale it", name);
            }

            homo_lr_split(sums[j], values);
            values += FINE_WORDS;
        }
    }

    return 0;
}


void
homo_lr_split(double value, double two[2])
{
    two[0] = ldexp(rint(ldexp(value, IC_FIXED_BITS)), -IC_FIXED_BITS);
    two[1] = ldexp(value - two[0], FINE_BITS);
}


double
homo_lr_join(const double two[2])
{
    return two[0] + ldexp(two[1], -FINE_BITS);
}


static int
start_use(homo_lr_t *lr, const double *values)
{
    double            negatives;
    homo_lr_model_t  *model;

    model = &lr->model;
    model->positives = (int64_t) rint(values[0]);

    if (start_positives(lr) != 0) {
        return -1;
    }

    if (lr->params.log_odds) {
        negatives = (double) (model->rows - model->positives);
        model->weights[lr->params.features] =
            homo_lr_round(log((double) model->positives / negatives));
    }

    start_weights(lr);

    return lr->params.scaler == HOMO_LR_STANDARD
           ? start_scaler(lr, values + 1) : 0;
}


static int
start_positives(homo_lr_t *lr)
{
    if (lr->model.positives < 0 || lr->model.positives > lr->model.rows) {
        return ic_task_fail(lr->task, "peer_protocol", NULL, 0,
                            "more positive rows than rows");
    }

    if (lr->model.positives == 0 || lr->model.positives == lr->model.rows) {
        return ic_task_fail(lr->task, "data_single_class",
                            lr->params.label_name, 0,
                            "the rows of all parties together have one class "
                            "only");
    }

    return 0;
}


/* Both in proportion, so that the mean over all rows is 1. */

static void
start_weights(homo_lr_t *lr)
{
    double            ratio, rows, positives;
    homo_lr_model_t  *model;

    model = &lr->model;
    rows = (double) model->rows;
    positives = (double) model->positives;

    switch (lr->params.class_weight) {

    case HOMO_LR_BALANCED:
        ratio = (rows - positives) / positives;
        break;

    case HOMO_LR_CUSTOM:
        ratio = lr->params.positive_weight;
        break;

    default:
        return;
    }

    model->weight[0] = rows / (rows - positives + ratio * positives);
    model->weight[1] = ratio * model->weight[0];
}


static int
start_scaler(homo_lr_t *lr, const double *values)
{
    double            mean, squares, variance, n;
    unsigned          i, features;
    homo_lr_model_t  *model;

    model = &lr->model;
    features = lr->params.features;
    n = (double) model->rows;

    model->shift = calloc(features, sizeof(double));
    model->scale = calloc(features, sizeof(double));

    if (model->shift == NULL || model->scale == NULL) {
        return homo_lr_no_memory(lr);
    }

    for (i = 0; i < features; i++) {
        mean = homo_lr_join(values) / n;
        squares = homo_lr_join(values + FINE_WORDS) / n;
        values += 2 * FINE_WORDS;

        variance = squares - mean * mean;

        model->shift[i] = mean;
        model->scale[i] = variance > CONSTANT_LIMIT * squares
                          ? sqrt(variance) : 1;
    }

    return 0;
}


/* |gradient| <= sum of |x|: then no sum of any round can overflow. */

static int
start_ranges(homo_lr_t *lr)
{
    double      *sums, heavy;
    unsigned     i;
    const char  *name;

    sums = calloc(lr->params.features, sizeof(double));

    if (sums == NULL) {
        return homo_lr_no_memory(lr);
    }

    heavy = fmax(lr->model.weight[0], lr->model.weight[1]);
    homo_lr_lengths(lr, sums);

    for (i = 0; i < lr->params.features; i++) {
        if (!(heavy * sums[i] <= start_limit(lr))) {
            break;
        }
    }

    free(sums);

    if (i == lr->params.features) {
        return 0;
    }

    name = lr->params.attributes[i];

    return ic_task_fail(lr->task, "data_out_of_range", name, 0,
                        "column \"%s\" sums up to more than 2^38; rescale it",
                        name);
}
