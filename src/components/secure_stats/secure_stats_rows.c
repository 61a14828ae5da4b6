
/* The own table: numbers, NULLs and the group of every row. */


#include <math.h>
#include <stdlib.h>

#include "../../math/ic_exact.h"
#include "../../protocol/ic_tables.h"
#include "../../source/ic_number.h"
#include "secure_stats.h"


typedef struct {
    const char  *text;
    uint32_t     number;         /* of the group */
} value_t;


static int read_table(secure_stats_t *stats, const ic_table_t *table);
static int read_column(secure_stats_t *stats, const ic_table_t *table,
    unsigned n);
static int missing(secure_stats_t *stats, const char *name);
static const char *number_fault(const char *text, double *value);
static int read_groups(secure_stats_t *stats, const ic_table_t *table);
static int by_text(const void *one, const void *two);


int
secure_stats_load(secure_stats_t *stats)
{
    int          rc;
    ic_table_t  *table;

    table = ic_input_table(stats->task, "train_data",
                           stats->params.max_rows);

    if (table == NULL) {
        return -1;
    }

    rc = read_table(stats, table);
    ic_table_close(table);

    return rc;
}


static int
read_table(secure_stats_t *stats, const ic_table_t *table)
{
    unsigned  i, n;

    n = stats->params.ncolumns;
    stats->rows = ic_table_rows(table);

    if (stats->rows == 0) {
        return ic_task_fail(stats->task, "data_empty", NULL, 0,
                            "the source has no row: the sums would be those "
                            "of the other parties");
    }

    stats->x = calloc(n, sizeof(double *));

    if (stats->x == NULL) {
        return secure_stats_no_memory(stats);
    }

    for (i = 0; i < n; i++) {
        if (read_column(stats, table, i) != 0) {
            return -1;
        }
    }

    return stats->params.group_by != NULL ? read_groups(stats, table) : 0;
}


static int
read_column(secure_stats_t *stats, const ic_table_t *table, unsigned n)
{
    int          column;
    double      *x;
    int64_t      row;
    const char  *name, *text, *fault;

    name = stats->params.columns[n];
    column = ic_table_find(table, name);

    if (column == -1) {
        return missing(stats, name);
    }

    x = stats->x[n] = malloc((size_t) stats->rows * sizeof(double));

    if (x == NULL) {
        return secure_stats_no_memory(stats);
    }

    for (row = 0; row < stats->rows; row++) {
        text = ic_table_text(table, row, column);
        x[row] = NAN;
        fault = text != NULL ? number_fault(text, &x[row]) : NULL;

        if (fault != NULL) {
            return ic_task_fail(stats->task, fault, name, row + 1,
                                "column \"%s\" is %s in row %lld", name,
                                strcmp(fault, "data_not_numeric") == 0
                                ? "not a number"
                                : "beyond 4.5e15; rescale it",
                                (long long) row + 1);
        }
    }

    return 0;
}


static int
missing(secure_stats_t *stats, const char *name)
{
    return ic_task_fail(stats->task, "data_missing_column", name, 0,
                        "the data has no column \"%s\"", name);
}


/* The code of what is wrong with it, or NULL. */

static const char *
number_fault(const char *text, double *value)
{
    size_t  len;

    len = ic_number_double(text, value);

    if (len == 0 || text[len] != '\0') {
        return "data_not_numeric";
    }

    return fabs(*value) <= IC_EXACT_LIMIT ? NULL : "data_out_of_range";
}


static int
read_groups(secure_stats_t *stats, const ic_table_t *table)
{
    int                           column;
    int64_t                       row;
    value_t                      *values, *found, key;
    unsigned                      i;
    const secure_stats_params_t  *params;

    params = &stats->params;
    column = ic_table_find(table, params->group_by);

    if (column == -1) {
        return missing(stats, params->group_by);
    }

    stats->groups = malloc((size_t) stats->rows * sizeof(uint32_t));
    values = calloc(params->nvalues, sizeof(value_t));

    if (stats->groups == NULL || values == NULL) {
        free(values);
        return secure_stats_no_memory(stats);
    }

    for (i = 0; i < params->nvalues; i++) {
        values[i].text = params->values[i];
        values[i].number = i;
    }

    qsort(values, params->nvalues, sizeof(value_t), by_text);

    for (row = 0; row < stats->rows; row++) {
        key.text = ic_table_text(table, row, column);
        found = key.text != NULL
                ? bsearch(&key, values, params->nvalues, sizeof(value_t),
                          by_text)
                : NULL;
        stats->groups[row] = found != NULL ? found->number
                                           : params->nvalues;
    }

    free(values);

    return 0;
}


static int
by_text(const void *one, const void *two)
{
    const value_t  *a, *b;

    a = one;
    b = two;

    return strcmp(a->text, b->text);
}
