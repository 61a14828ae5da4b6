
/* Scales of columns by the rows of this party. */


#include <math.h>
#include <stdlib.h>

#include "../../protocol/ic_tables.h"
#include "scaler.h"


static int fit_standard(scaler_t *scaler, unsigned n);
static int fit_ordered(scaler_t *scaler, unsigned n);
static double fit_at(const double *sorted, int64_t count, double q);
static int fit_by_value(const void *one, const void *two);


int
scaler_fit(scaler_t *scaler)
{
    int       rc;
    unsigned  n;

    for (rc = 0, n = 0; rc == 0 && n < scaler->count; n++) {
        rc = scaler->method == SCALER_STANDARD ? fit_standard(scaler, n)
                                               : fit_ordered(scaler, n);
        ic_task_progress(scaler->task, 60.0 * (n + 1) / scaler->count,
                         "fitting");
    }

    return rc;
}


int
scaler_values(const scaler_t *scaler, unsigned n, double *values)
{
    int                rc;
    ic_source_error_t  error;

    rc = (scaler->nulls ? ic_table_some_numbers : ic_table_numbers)
         (scaler->table, scaler->names[n], values, &error);

    return rc == 0 ? 0 : ic_input_failed(scaler->task, &error);
}


/* Twice over the rows: the squares of differences lose nothing. */

static int
fit_standard(scaler_t *scaler, unsigned n)
{
    int      rc;
    double  *values, sum, mean, difference;
    int64_t  row;

    values = malloc(((size_t) scaler->rows + 1) * sizeof(double));

    if (values == NULL) {
        return ic_task_fail(scaler->task, "internal", NULL, 0,
                            "memory is short");
    }

    rc = scaler_values(scaler, n, values);
    sum = 0;

    for (row = 0; rc == 0 && row < scaler->rows; row++) {
        if (!isnan(values[row])) {
            sum += values[row];
            scaler->filled[n]++;
        }
    }

    mean = scaler->filled[n] > 0 ? sum / (double) scaler->filled[n] : 0;
    sum = 0;

    for (row = 0; rc == 0 && row < scaler->rows; row++) {
        if (!isnan(values[row])) {
            difference = values[row] - mean;
            sum += difference * difference;
        }
    }

    free(values);

    return rc != 0 ? -1
           : scaler_set(scaler, n, mean,
                        scaler->filled[n] > 0
                        ? sqrt(sum / (double) scaler->filled[n]) : 0);
}


static int
fit_ordered(scaler_t *scaler, unsigned n)
{
    int      rc;
    double  *sorted;
    int64_t  count;

    sorted = scaler_sorted(scaler, n);

    if (sorted == NULL) {
        return -1;
    }

    count = scaler->filled[n];

    if (count == 0) {
        rc = scaler_set(scaler, n, 0, 0);

    } else if (scaler->method == SCALER_MIN_MAX) {
        rc = scaler_set(scaler, n, sorted[0], sorted[count - 1] - sorted[0]);

    } else if (scaler->method == SCALER_MAX_ABS) {
        rc = scaler_set(scaler, n, 0, sorted[count - 1]);

    } else {
        rc = scaler_set(scaler, n, fit_at(sorted, count, 0.5),
                        fit_at(sorted, count, 0.75)
                        - fit_at(sorted, count, 0.25));
    }

    free(sorted);

    return rc;
}


double *
scaler_sorted(scaler_t *scaler, unsigned n)
{
    double   *values;
    int64_t   row, count;

    values = malloc(((size_t) scaler->rows + 1) * sizeof(double));

    if (values == NULL) {
        (void) ic_task_fail(scaler->task, "internal", NULL, 0,
                            "memory is short");
        return NULL;
    }

    if (scaler_values(scaler, n, values) != 0) {
        free(values);
        return NULL;
    }

    for (count = 0, row = 0; row < scaler->rows; row++) {
        if (!isnan(values[row])) {
            values[count++] = scaler->method == SCALER_MAX_ABS
                              ? fabs(values[row]) : values[row];
        }
    }

    scaler->filled[n] = count;
    qsort(values, (size_t) count, sizeof(double), fit_by_value);

    return values;
}


static int
fit_by_value(const void *one, const void *two)
{
    double  a, b;

    a = *(const double *) one;
    b = *(const double *) two;

    return (a > b) - (a < b);
}


static double
fit_at(const double *sorted, int64_t count, double q)
{
    double   rest;
    int64_t  low;

    rest = scaler_quantile(count, q, &low);

    return rest == 0 ? sorted[low]
           : sorted[low] + rest * (sorted[low + 1] - sorted[low]);
}


double
scaler_quantile(int64_t count, double q, int64_t *low)
{
    double  at;

    at = (double) (count - 1) * q;
    *low = (int64_t) floor(at);

    return at - floor(at);
}


int
scaler_set(scaler_t *scaler, unsigned n, double shift, double scale)
{
    if (!isfinite(shift) || !isfinite(scale)) {
        return ic_task_fail(scaler->task, "data_out_of_range",
                            scaler->names[n], 0, "the values of column "
                            "\"%s\" are too far apart for doubles",
                            scaler->names[n]);
    }

    scaler->shift[n] = shift;
    scaler->scale[n] = scale > 0 ? scale : 1;

    return 0;
}
