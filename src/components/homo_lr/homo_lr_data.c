
/* This party's rows: read, checked, labelled. */


#include <stdlib.h>

#include "../../protocol/ic_label.h"
#include "../../source/ic_source.h"
#include "homo_lr.h"


#define MAX_SOURCES  2


/* A row's identity, to find duplicates. */
typedef struct {
    const char  *id;
    uint8_t      label;
    uint8_t      source;
    int64_t      row;            /* 1-based */
} identity_t;


static int open_sources(homo_lr_t *lr, ic_table_t *tables[MAX_SOURCES],
    unsigned *count);
static int read_sources(homo_lr_t *lr, ic_table_t **tables, unsigned count);
static int allocate(homo_lr_t *lr, int64_t rows);
static int read_features(homo_lr_t *lr, const ic_table_t *table,
    int64_t first);
static int read_labels(homo_lr_t *lr, const ic_table_t *table,
    int64_t first);
static int check_ids(homo_lr_t *lr, ic_table_t **tables, unsigned count);
static int collect_ids(homo_lr_t *lr, ic_table_t **tables, unsigned count,
    identity_t *ids);
static int find_duplicates(homo_lr_t *lr, identity_t *ids, int64_t count);
static int copies(homo_lr_t *lr, const identity_t *ids, int64_t first);
static void drop_marked(homo_lr_t *lr, const uint8_t *copy);
static int by_identity(const void *one, const void *two);
static int check_classes(homo_lr_t *lr);
static int source_failed(homo_lr_t *lr, const ic_source_error_t *error);


int
homo_lr_load(homo_lr_t *lr)
{
    int          rc;
    unsigned     i, count;
    ic_table_t  *tables[MAX_SOURCES];

    count = 0;
    rc = open_sources(lr, tables, &count);

    if (rc == 0) {
        rc = read_sources(lr, tables, count);
    }

    for (i = 0; i < count; i++) {
        ic_table_close(tables[i]);
    }

    return rc;
}


static int
open_sources(homo_lr_t *lr, ic_table_t *tables[MAX_SOURCES],
    unsigned *count)
{
    unsigned            i;
    const ic_json_t    *sources;
    ic_source_error_t   error;

    sources = ic_json_get(ic_task_input(lr->task, "train_data"), "sources");

    if (sources == NULL || sources->type != IC_JSON_ARRAY
        || sources->count == 0 || sources->count > MAX_SOURCES)
    {
        return ic_task_fail(lr->task, "data_unreadable", NULL, 0, "train_data "
                            "must name one or two sources");
    }

    for (i = 0; i < sources->count; i++) {
        tables[i] = ic_table_open(ic_json_at(sources, i),
                                  lr->params.max_rows, &error);

        if (tables[i] == NULL) {
            return source_failed(lr, &error);
        }

        (*count)++;
    }

    return 0;
}


static int
read_sources(homo_lr_t *lr, ic_table_t **tables, unsigned count)
{
    int64_t   first, rows;
    unsigned  i;

    for (rows = 0, i = 0; i < count; i++) {
        rows += ic_table_rows(tables[i]);
    }

    if (rows == 0) {
        return ic_task_fail(lr->task, "data_empty", NULL, 0, "the sources "
                            "have no row");
    }

    if (allocate(lr, rows) != 0) {
        return ic_task_fail(lr->task, "internal", NULL, 0, "no memory for "
                            "%lld rows", (long long) rows);
    }

    for (first = 0, i = 0; i < count; i++) {

        if (read_labels(lr, tables[i], first) != 0
            || read_features(lr, tables[i], first) != 0)
        {
            return -1;
        }

        first += ic_table_rows(tables[i]);
    }

    if (check_ids(lr, tables, count) != 0) {
        return -1;
    }

    return check_classes(lr);
}


static int
allocate(homo_lr_t *lr, int64_t rows)
{
    homo_lr_data_t  *data;

    data = &lr->data;
    data->x = calloc((size_t) rows * lr->params.features, sizeof(double));
    data->label = calloc((size_t) rows, 1);

    data->rows = rows;

    return (data->x == NULL || data->label == NULL) ? -1 : 0;
}


static int
read_features(homo_lr_t *lr, const ic_table_t *table, int64_t first)
{
    int                 rc;
    double             *values, *x;
    int64_t             row, rows;
    unsigned            i, features;
    ic_source_error_t   error;

    rows = ic_table_rows(table);
    features = lr->params.features;
    values = malloc((size_t) rows * sizeof(double) + 1);

    if (values == NULL) {
        return ic_task_fail(lr->task, "internal", NULL, 0, "out of memory");
    }

    rc = 0;

    for (i = 0; rc == 0 && i < features; i++) {
        rc = ic_table_numbers(table, lr->params.attributes[i], values,
                              &error);

        x = lr->data.x + (size_t) first * features + i;

        for (row = 0; rc == 0 && row < rows; row++) {
            x[(size_t) row * features] = values[row];
        }
    }

    free(values);

    return (rc == 0) ? 0 : source_failed(lr, &error);
}


static int
read_labels(homo_lr_t *lr, const ic_table_t *table, int64_t first)
{
    int64_t   row;
    uint8_t  *label;

    label = lr->data.label + first;

    if (ic_label_read(lr->task, table, lr->params.label_name,
                      lr->params.label_value, label) != 0)
    {
        return -1;
    }

    for (row = 0; row < ic_table_rows(table); row++) {
        lr->data.positives += label[row];
    }

    return 0;
}


static int
check_ids(homo_lr_t *lr, ic_table_t **tables, unsigned count)
{
    int          rc;
    identity_t  *ids;

    ids = calloc((size_t) lr->data.rows, sizeof(identity_t));

    if (ids == NULL) {
        return ic_task_fail(lr->task, "internal", NULL, 0, "out of memory");
    }

    rc = collect_ids(lr, tables, count, ids);

    if (rc == 0) {
        rc = find_duplicates(lr, ids, lr->data.rows);
    }

    if (rc == 0 && count > 1) {
        rc = copies(lr, ids, ic_table_rows(tables[0]));
    }

    free(ids);

    return rc;
}


static int
collect_ids(homo_lr_t *lr, ic_table_t **tables, unsigned count,
    identity_t *ids)
{
    int          column;
    int64_t      n, row;
    unsigned     i;
    const char  *name;

    name = lr->params.unique_id;

    for (n = 0, i = 0; i < count; i++) {
        column = ic_table_find(tables[i], name);

        if (column == -1) {
            return ic_task_fail(lr->task, "data_missing_column", name, 0,
                                "the data has no column \"%s\"", name);
        }

        for (row = 0; row < ic_table_rows(tables[i]); row++, n++) {
            ids[n].id = ic_table_text(tables[i], row, column);
            ids[n].label = lr->data.label[n];
            ids[n].source = (uint8_t) i;
            ids[n].row = row + 1;

            if (ids[n].id == NULL) {
                return ic_task_fail(lr->task, "data_null_value", name, row + 1,
                                    "the id \"%s\" is empty in row %lld", name,
                                    (long long) row + 1);
            }
        }
    }

    return 0;
}


/*
 * An id may come once from each of the two sources, with one label: the
 * positive and the negative query may name the same rows, both copies stay,
 * without dedup.
 */

static int
find_duplicates(homo_lr_t *lr, identity_t *ids, int64_t count)
{
    int64_t            i;
    const identity_t  *first;

    qsort(ids, (size_t) count, sizeof(identity_t), by_identity);
    first = NULL;

    for (i = 1; i < count; i++) {

        if (strcmp(ids[i].id, ids[i - 1].id) != 0
            || (ids[i].source != ids[i - 1].source
                && ids[i].label == ids[i - 1].label))
        {
            continue;
        }

        if (first == NULL || ids[i].source < first->source
            || (ids[i].source == first->source && ids[i].row < first->row))
        {
            first = &ids[i];
        }
    }

    if (first == NULL) {
        return 0;
    }

    return ic_task_fail(lr->task, "data_duplicate_id", lr->params.unique_id,
                        first->row, "the id in row %lld of source %d occurs "
                        "twice in one source, or with two labels",
                        (long long) first->row, first->source + 1);
}


/*
 * Rows of the second source, which begin at first, that the first one has
 * too, by sorted ids: how many there are is told either way.
 */

static int
copies(homo_lr_t *lr, const identity_t *ids, int64_t first)
{
    int64_t   i, rows, distinct;
    uint8_t  *copy;

    rows = distinct = lr->data.rows;
    copy = calloc((size_t) rows, 1);

    if (copy == NULL) {
        return ic_task_fail(lr->task, "internal", NULL, 0, "out of memory");
    }

    for (i = 1; i < rows; i++) {
        if (strcmp(ids[i].id, ids[i - 1].id) == 0) {
            copy[first + ids[i].row - 1] = 1;
            distinct--;
        }
    }

    if (lr->params.dedup) {
        drop_marked(lr, copy);
    }

    free(copy);

    ic_task_fact(lr->task, "rows_read", rows);
    ic_task_fact(lr->task, "rows_distinct", distinct);

    return 0;
}


static void
drop_marked(homo_lr_t *lr, const uint8_t *copy)
{
    int64_t          row, kept;
    unsigned         n;
    homo_lr_data_t  *data;

    data = &lr->data;
    n = lr->params.features;

    for (kept = 0, row = 0; row < data->rows; row++) {

        if (copy[row]) {
            data->positives -= data->label[row];
            continue;
        }

        memmove(data->x + (size_t) kept * n, data->x + (size_t) row * n,
                n * sizeof(double));
        data->label[kept++] = data->label[row];
    }

    data->rows = kept;
}


static int
by_identity(const void *one, const void *two)
{
    int                order;
    const identity_t  *a, *b;

    a = one;
    b = two;
    order = strcmp(a->id, b->id);

    if (order != 0) {
        return order;
    }

    if (a->source != b->source) {
        return a->source - b->source;
    }

    return (a->row > b->row) - (a->row < b->row);
}


static int
check_classes(homo_lr_t *lr)
{
    homo_lr_data_t  *data;

    data = &lr->data;

    if (!lr->params.allow_single_class
        && (data->positives == 0 || data->positives == data->rows))
    {
        return ic_task_fail(lr->task, "data_single_class",
                            lr->params.label_name, 0, "%s row has the "
                            "positive label; both classes are needed, or "
                            "allow_single_class",
                            data->positives ? "every" : "no");
    }

    return 0;
}


static int
source_failed(homo_lr_t *lr, const ic_source_error_t *error)
{
    return ic_task_fail(lr->task, error->code,
                        error->column[0] ? error->column : NULL, error->row,
                        "%s", error->text);
}
