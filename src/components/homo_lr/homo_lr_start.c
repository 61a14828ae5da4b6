
/*
 * Before the first step: what all rows together say of the intercept and of
 * the scale of each column.
 */


#include <math.h>
#include <stdlib.h>

#include "../../lib/ic_codec.h"
#include "../../math/ic_fixed.h"
#include "../../math/ic_mask.h"
#include "homo_lr.h"


/* Sums of this round have two words: resolution 2^-64. */
#define FINE_BITS       40
#define FINE_WORDS      2

/* A variance below this part of the mean square is that of a constant. */
#define CONSTANT_LIMIT  1e-12

/* Machines differ in the last bit of log() and cos(): rounded away. */
#define ROUND_BITS      32


static unsigned value_count(const homo_lr_t *lr);
static double part_limit(const homo_lr_t *lr);
static int column_sums(homo_lr_t *lr, double *values);
static int use_sums(homo_lr_t *lr, const double *values);
static int check_positives(homo_lr_t *lr);
static int set_scaler(homo_lr_t *lr, const double *values);
static void scale(homo_lr_t *lr);
static int check_ranges(homo_lr_t *lr);
static int random_words(homo_lr_t *lr, uint64_t *words, unsigned count);
static double uniform(uint64_t word);
static double round_off(double value);


/* How many values the first sum has. */

static unsigned
value_count(const homo_lr_t *lr)
{
    return 1 + (lr->params.standard ? 2 * FINE_WORDS * lr->params.features
                                    : 0);
}


int
homo_lr_start(homo_lr_t *lr, unsigned next)
{
    int        rc;
    double    *values;
    unsigned   count;

    count = value_count(lr);
    values = calloc(count, sizeof(double));

    if (values == NULL) {
        return ic_task_fail(lr->task, "internal", NULL, 0, "out of memory");
    }

    values[0] = (double) lr->data.positives;
    rc = homo_lr_initial_weights(lr, lr->model.weights);

    if (rc == 0 && lr->params.standard) {
        rc = column_sums(lr, values + 1);
    }

    if (rc == 0) {
        rc = ic_aggregate_sum(lr->sums, values, count, next);
    }

    if (rc == 0) {
        rc = use_sums(lr, values);
    }

    free(values);

    return rc;
}


/* What one party may add to a sum. */

static double
part_limit(const homo_lr_t *lr)
{
    return IC_FIXED_LIMIT / ic_aggregate_count(lr->sums);
}


/* Per column: the sum and the sum of squares, each in two words. */

static int
column_sums(homo_lr_t *lr, double *values)
{
    double     sums[2], x;
    int64_t    row;
    unsigned   i, j, features;

    features = lr->params.features;

    for (i = 0; i < features; i++) {
        sums[0] = sums[1] = 0;

        for (row = 0; row < lr->data.samples.rows; row++) {
            x = lr->data.x[(size_t) row * features + i];
            sums[0] += x;
            sums[1] += x * x;
        }

        for (j = 0; j < 2; j++) {

            if (!(fabs(sums[j]) <= part_limit(lr))) {
                return ic_task_fail(lr->task, "data_out_of_range",
                                    lr->params.attributes[i], 0, "the squares "
                                    "of column \"%s\" sum up to more than "
                                    "2^38; rescale it",
                                    lr->params.attributes[i]);
            }

            x = ldexp(rint(ldexp(sums[j], IC_FIXED_BITS)), -IC_FIXED_BITS);
            *values++ = x;
            *values++ = ldexp(sums[j] - x, FINE_BITS);
        }
    }

    return 0;
}


static int
use_sums(homo_lr_t *lr, const double *values)
{
    double            negatives;
    homo_lr_model_t  *model;

    model = &lr->model;
    model->rows = ic_aggregate_all_rows(lr->sums);
    model->positives = (int64_t) rint(values[0]);

    if (check_positives(lr) != 0) {
        return -1;
    }

    if (lr->params.log_odds) {
        negatives = (double) (model->rows - model->positives);
        model->weights[lr->params.features] =
            round_off(log((double) model->positives / negatives));
    }

    if (lr->params.standard) {
        if (set_scaler(lr, values + 1) != 0) {
            return -1;
        }

        scale(lr);
    }

    return check_ranges(lr);
}


static int
check_positives(homo_lr_t *lr)
{
    if (lr->model.positives < 0 || lr->model.positives > lr->model.rows) {
        return ic_task_fail(lr->task, "peer_protocol", NULL, 0, "more "
                            "positive rows than rows");
    }

    if (lr->model.positives == 0 || lr->model.positives == lr->model.rows) {
        return ic_task_fail(lr->task, "data_single_class",
                            lr->params.label_name, 0, "the rows of all "
                            "parties together have one class only");
    }

    return 0;
}


static int
set_scaler(homo_lr_t *lr, const double *values)
{
    double            mean, squares, variance, n;
    unsigned          i, features;
    homo_lr_model_t  *model;

    model = &lr->model;
    features = lr->params.features;
    n = (double) model->rows;

    model->mean = calloc(features, sizeof(double));
    model->std = calloc(features, sizeof(double));

    if (model->mean == NULL || model->std == NULL) {
        return ic_task_fail(lr->task, "internal", NULL, 0, "out of memory");
    }

    for (i = 0; i < features; i++) {
        mean = (values[0] + ldexp(values[1], -FINE_BITS)) / n;
        squares = (values[2] + ldexp(values[3], -FINE_BITS)) / n;
        values += 2 * FINE_WORDS;

        variance = squares - mean * mean;

        model->mean[i] = mean;
        model->std[i] = (variance > CONSTANT_LIMIT * squares)
                        ? sqrt(variance) : 1;
    }

    return 0;
}


static void
scale(homo_lr_t *lr)
{
    double    *x;
    int64_t    row;
    unsigned   i, features;

    features = lr->params.features;
    x = lr->data.x;

    for (row = 0; row < lr->data.samples.rows; row++) {
        for (i = 0; i < features; i++, x++) {
            *x = (*x - lr->model.mean[i]) / lr->model.std[i];
        }
    }
}


/* |gradient| <= sum of |x|: then no sum of any round can overflow. */

static int
check_ranges(homo_lr_t *lr)
{
    double    sum;
    int64_t   row;
    unsigned  i, features;

    features = lr->params.features;

    for (i = 0; i < features; i++) {
        sum = 0;

        for (row = 0; row < lr->data.samples.rows; row++) {
            sum += fabs(lr->data.x[(size_t) row * features + i]);
        }

        if (!(sum <= part_limit(lr))) {
            return ic_task_fail(lr->task, "data_out_of_range",
                                lr->params.attributes[i], 0, "column \"%s\" "
                                "sums up to more than 2^38; rescale it",
                                lr->params.attributes[i]);
        }
    }

    return 0;
}


int
homo_lr_initial_weights(homo_lr_t *lr, double *weights)
{
    double     radius;
    uint64_t  *words;
    unsigned   i, size;

    size = lr->params.features + 1;
    words = calloc(2 * size, sizeof(uint64_t));

    if (words == NULL || random_words(lr, words, 2 * size) != 0) {
        free(words);
        return ic_task_fail(lr->task, "internal", NULL, 0, "no random "
                            "weights");
    }

    for (i = 0; i < size; i++) {
        switch (lr->params.init_method) {

        case HOMO_LR_INIT_ZEROS:
            weights[i] = 0;
            break;

        case HOMO_LR_INIT_ONES:
            weights[i] = 1;
            break;

        case HOMO_LR_INIT_CONST:
            weights[i] = lr->params.init_const;
            break;

        case HOMO_LR_INIT_UNIFORM:
            weights[i] = uniform(words[2 * i]);
            break;

        case HOMO_LR_INIT_NORMAL:
            radius = sqrt(-2 * log(1 - uniform(words[2 * i])));
            weights[i] = round_off(radius
                                   * cos(2 * M_PI
                                     * uniform(words[2 * i + 1])));
            break;
        }
    }

    if (!lr->params.fit_intercept) {
        weights[size - 1] = 0;
    }

    free(words);

    return 0;
}


/*
 * With a seed: the keystream of AES-256-CTR under its SHA-256. Without: what
 * the guest drew.
 */

static int
random_words(homo_lr_t *lr, uint64_t *words, unsigned count)
{
    ic_str_t    text;
    u_char      key[IC_EXCHANGE_KEY];
    ic_label_t  label;

    if (!lr->params.has_seed) {
        return ic_aggregate_random(lr->sums, "weights", words, count);
    }

    text = ic_str_fmt(ic_task_arena(lr->task), "homo_lr seed %lld",
                      (long long) lr->params.random_seed);

    if (text.data == NULL) {
        return -1;
    }

    ic_sha256(key, text.data, text.len);
    memset(&label, 0, sizeof(label));
    label.purpose = "init";

    return ic_mask_apply(key, &label, 1, words, count);
}


/* 53 random bits in [0, 1). */

static double
uniform(uint64_t word)
{
    return ldexp((double) (word >> 11), -53);
}


static double
round_off(double value)
{
    return ldexp(rint(ldexp(value, ROUND_BITS)), -ROUND_BITS);
}
