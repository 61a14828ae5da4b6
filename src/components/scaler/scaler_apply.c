
/* The scaled table. */


#include <math.h>
#include <stdlib.h>

#include "../../protocol/ic_copy.h"
#include "scaler.h"


typedef struct {
    scaler_t     *scaler;
    ic_copy_t     copy;
    ic_output_t   output;
    double       *values;        /* rows of each column, one behind another */
    unsigned     *at;            /* which column of the output */
} apply_t;


static int apply_begin(apply_t *apply);
static int apply_column(apply_t *apply, unsigned n);
static int apply_rows(apply_t *apply);


int
scaler_apply(scaler_t *scaler)
{
    int      rc;
    apply_t  apply;

    memset(&apply, 0, sizeof(apply_t));
    apply.scaler = scaler;
    apply.output.folder = -1;

    if (ic_task_place(scaler->task, "dataset") == NULL) {
        return 0;
    }

    apply.values = malloc(((size_t) scaler->rows * scaler->count + 1)
                          * sizeof(double));
    apply.at = malloc((scaler->count + 1) * sizeof(unsigned));

    if (apply.values == NULL || apply.at == NULL) {
        rc = ic_task_fail(scaler->task, "internal", NULL, 0,
                          "memory is short");
    } else {
        rc = apply_begin(&apply);
    }

    if (rc == 0) {
        rc = ic_copy_open(&apply.copy, &apply.output, "dataset");
    }

    if (rc == 0) {
        rc = apply_rows(&apply);
    }

    if (rc == 0) {
        rc = ic_copy_end(&apply.copy, &apply.output);
    }

    ic_output_close(&apply.output);
    free(apply.values);
    free(apply.at);

    return rc;
}


static int
apply_begin(apply_t *apply)
{
    unsigned   n;
    scaler_t  *scaler;

    scaler = apply->scaler;

    if (ic_copy_init(&apply->copy, scaler->task, "train_data", scaler->table,
                     0)
        != 0)
    {
        return -1;
    }

    for (n = 0; n < scaler->count; n++) {

        if (apply_column(apply, n) != 0) {
            return -1;
        }

        apply->at[n] = (unsigned) ic_table_find(scaler->table,
                                                scaler->names[n]);
        ic_copy_own(&apply->copy, apply->at[n], IC_CELL_DOUBLE);
    }

    return 0;
}


/* Where the difference is beyond doubles, the quotient may not be. */

static int
apply_column(apply_t *apply, unsigned n)
{
    double    *values, x, y;
    int64_t    row;
    scaler_t  *scaler;

    scaler = apply->scaler;
    values = apply->values + (size_t) n * (size_t) scaler->rows;

    if (scaler_values(scaler, n, values) != 0) {
        return -1;
    }

    for (row = 0; row < scaler->rows; row++) {
        x = values[row];

        if (isnan(x)) {
            continue;
        }

        y = (x - scaler->shift[n]) / scaler->scale[n];

        if (!isfinite(y)) {
            y = x / scaler->scale[n] - scaler->shift[n] / scaler->scale[n];
        }

        if (!isfinite(y)) {
            return ic_task_fail(scaler->task, "data_out_of_range",
                                scaler->names[n], row + 1, "the scaled value "
                                "of column \"%s\" in row %lld is beyond "
                                "doubles", scaler->names[n],
                                (long long) row + 1);
        }

        values[row] = y;
    }

    return 0;
}


static int
apply_rows(apply_t *apply)
{
    double      x;
    int64_t     row;
    unsigned    n;
    ic_cell_t  *cell;

    for (row = 0; row < apply->scaler->rows; row++) {

        for (n = 0; n < apply->scaler->count; n++) {
            x = apply->values[(size_t) n * (size_t) apply->scaler->rows
                              + (size_t) row];
            cell = &apply->copy.cells[apply->at[n]];
            cell->null = isnan(x);
            cell->number = isnan(x) ? 0 : x;
        }

        if (ic_copy_put(&apply->copy, &apply->output, row) != 0) {
            return -1;
        }
    }

    return 0;
}
