
/*
 * Columns that say what another one says: of two with a correlation beyond
 * the bound the one with the smaller information value goes, without these
 * the later one.
 */


#include <math.h>
#include <stdlib.h>

#include "select.h"


typedef struct {
    select_t          *select;
    select_column_t  **order;        /* the ones to be kept first, first */
    double           **values;       /* of those that are kept */
    unsigned           kept;
} pairs_t;


static int pairs_begin(pairs_t *pairs);
static int pairs_column(pairs_t *pairs, select_column_t *column,
    double bound);
static double pairs_correlation(const double *a, const double *b,
    int64_t rows);
static int pairs_by_value(const void *one, const void *two);
static bool pairs_numbers(select_t *select, const select_column_t *column,
    double *values);


int
select_pairs(select_t *select)
{
    int       rc;
    double    bound;
    pairs_t   pairs;
    unsigned  n, count;

    bound = ic_setting_num(&select->settings, "max_correlation");

    if (bound >= 1) {
        return 0;
    }

    memset(&pairs, 0, sizeof(pairs_t));
    pairs.select = select;
    pairs.order = calloc(select->count + 1, sizeof(select_column_t *));
    pairs.values = calloc(select->count + 1, sizeof(double *));
    rc = pairs.order != NULL && pairs.values != NULL
         ? 0 : ic_task_fail(select->task, "internal", NULL, 0,
                            "memory is short");
    count = rc == 0 ? (unsigned) pairs_begin(&pairs) : 0;

    for (n = 0; rc == 0 && n < count; n++) {
        rc = pairs_column(&pairs, pairs.order[n], bound);
        ic_task_progress(select->task, 50 + 40.0 * (n + 1) / count,
                         "correlations");
    }

    for (n = 0; n < pairs.kept; n++) {
        free(pairs.values[n]);
    }

    free(pairs.order);
    free(pairs.values);

    return rc;
}


static int
pairs_begin(pairs_t *pairs)
{
    unsigned   n, count;
    select_t  *select;

    select = pairs->select;

    for (count = 0, n = 0; n < select->count; n++) {
        if (select->columns[n].reason == SELECT_KEPT) {
            pairs->order[count++] = &select->columns[n];
        }
    }

    qsort(pairs->order, count, sizeof(select_column_t *), pairs_by_value);

    return (int) count;
}


static int
pairs_by_value(const void *one, const void *two)
{
    const select_column_t  *a, *b;

    a = *(select_column_t *const *) one;
    b = *(select_column_t *const *) two;

    if (a->always != b->always) {
        return a->always ? -1 : 1;
    }

    if (a->iv != b->iv) {
        return a->iv > b->iv ? -1 : 1;
    }

    return a->column < b->column ? -1 : 1;
}


/* Columns that are no numbers are left alone. */

static int
pairs_column(pairs_t *pairs, select_column_t *column, double bound)
{
    double    *values, r;
    select_t  *select;
    unsigned   k;

    select = pairs->select;
    values = malloc(((size_t) select->rows + 1) * sizeof(double));

    if (values == NULL) {
        return ic_task_fail(select->task, "internal", NULL, 0,
                            "memory is short");
    }

    if (!pairs_numbers(select, column, values)) {
        free(values);
        return 0;
    }

    for (k = 0; !column->always && k < pairs->kept; k++) {
        r = pairs_correlation(pairs->values[k], values, select->rows);

        if (fabs(r) > bound) {
            column->reason = SELECT_CORRELATED;
            column->with = pairs->order[k]->name;
            column->correlation = r;
            free(values);
            return 0;
        }
    }

    pairs->order[pairs->kept] = column;
    pairs->values[pairs->kept++] = values;

    return 0;
}


static bool
pairs_numbers(select_t *select, const select_column_t *column,
    double *values)
{
    ic_source_error_t  error;

    return ic_table_some_numbers(select->table, column->name, values, &error)
           == 0;
}


/* Pearson's, over the rows that have both; 0 where one is constant. */

static double
pairs_correlation(const double *a, const double *b, int64_t rows)
{
    double   n, ma, mb, da, db, ea, eb, saa, sbb, sab;
    int64_t  row;

    n = ma = mb = saa = sbb = sab = 0;

    for (row = 0; row < rows; row++) {

        if (isnan(a[row]) || isnan(b[row])) {
            continue;
        }

        /* running means, so that nothing is lost to large values */

        n++;
        da = a[row] - ma;
        db = b[row] - mb;
        ma += da / n;
        mb += db / n;
        ea = a[row] - ma;
        eb = b[row] - mb;
        saa += da * ea;
        sbb += db * eb;
        sab += da * eb;
    }

    return saa > 0 && sbb > 0 ? sab / (sqrt(saa) * sqrt(sbb)) : 0;
}
