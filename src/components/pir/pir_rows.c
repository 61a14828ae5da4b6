
/* This party's rows: read, their keys checked, and as bytes. */


#include "pir_wire.h"


static int find_columns(pir_t *pir, const char *const *names, unsigned count,
    int *columns);
static int check_keys(pir_t *pir);
static int check_cell(pir_t *pir, const char *name, int column, int64_t row,
    bool null);
static size_t put_cells(const pir_rows_t *rows, const int *columns,
    unsigned n, int64_t row, u_char *out);


int
pir_load(pir_t *pir)
{
    bool         host;
    pir_rows_t  *rows;

    rows = &pir->rows;
    host = strcmp(pir->self->role, "host") == 0;

    if (host && pir->params.nlabels == 0) {
        return pir_fail(pir, "bad_parameter", NULL, 0,
                        "labels is required of the host");
    }

    rows->table = ic_input_table(pir->task, "train_data",
                                 pir->params.max_rows);

    if (rows->table == NULL) {
        pir_give_up(pir, "data_unreadable");
        return -1;
    }

    rows->rows = ic_table_rows(rows->table);

    if (find_columns(pir, pir->params.keys, pir->params.nkeys, rows->keys)
            != 0
        || (host && find_columns(pir, pir->params.labels,
                                 pir->params.nlabels, rows->labels)
                    != 0))
    {
        return -1;
    }

    return check_keys(pir);
}


static int
find_columns(pir_t *pir, const char *const *names, unsigned count,
    int *columns)
{
    unsigned  i;

    for (i = 0; i < count; i++) {
        columns[i] = ic_table_find(pir->rows.table, names[i]);

        if (columns[i] == -1) {
            return pir_fail(pir, "data_missing_column", names[i], 0,
                            "the data has no column \"%s\"", names[i]);
        }
    }

    return 0;
}


static int
check_keys(pir_t *pir)
{
    int64_t   row;
    unsigned  i;

    for (row = 0; row < pir->rows.rows; row++) {

        for (i = 0; i < pir->params.nkeys; i++) {
            if (check_cell(pir, pir->params.keys[i], pir->rows.keys[i], row,
                           false)
                != 0)
            {
                return -1;
            }
        }

        if (strcmp(pir->self->role, "host") != 0) {
            continue;
        }

        for (i = 0; i < pir->params.nlabels; i++) {
            if (check_cell(pir, pir->params.labels[i], pir->rows.labels[i],
                           row, true)
                != 0)
            {
                return -1;
            }
        }
    }

    return 0;
}


static int
check_cell(pir_t *pir, const char *name, int column, int64_t row, bool null)
{
    const char  *text;

    text = ic_table_text(pir->rows.table, row, column);

    if (text == NULL) {
        return null ? 0 : pir_fail(pir, "data_null_value", name, row + 1,
                                   "column \"%s\" is empty in row %lld",
                                   name, (long long) row + 1);
    }

    if (!ic_utf8_valid(ic_str(text))) {
        return pir_fail(pir, "data_unreadable", name, row + 1,
                        "column \"%s\" is no UTF-8 in row %lld", name,
                        (long long) row + 1);
    }

    return 0;
}


size_t
pir_rows_key(const pir_rows_t *rows, unsigned n, int64_t row, u_char *out)
{
    return put_cells(rows, rows->keys, n, row, out);
}


size_t
pir_rows_label(const pir_rows_t *rows, unsigned n, int64_t row, u_char *out)
{
    return put_cells(rows, rows->labels, n, row, out);
}


static size_t
put_cells(const pir_rows_t *rows, const int *columns, unsigned n,
    int64_t row, u_char *out)
{
    size_t       total, len, size;
    unsigned     i, k;
    const char  *text;

    total = 0;

    for (i = 0; i < n; i++) {
        text = ic_table_text(rows->table, row, columns[i]);
        len = text != NULL ? strlen(text) : 0;
        size = text != NULL ? len + 1 : 0;

        if (out != NULL) {
            for (k = 0; k < 4; k++) {
                out[total + k] = (u_char) (size >> (24 - 8 * k));
            }

            if (len > 0) {
                memcpy(out + total + 4, text, len);
            }
        }

        total += 4 + len;
    }

    return total;
}
