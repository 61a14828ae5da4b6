
/* What the columns of a table are. */


#include <math.h>

#include "ic_metas.h"


typedef struct {
    uint64_t  seen[IC_METAS_DISTINCT + 1];
    bool      fraction;
} metas_column_t;


static void metas_cell(ic_meta_t *meta, metas_column_t *column,
    ic_cell_e type, const ic_cell_t *cell);
static uint64_t metas_value(ic_cell_e type, const ic_cell_t *cell);
static const char *metas_type(ic_cell_e type);


ic_meta_t *
ic_metas_derive(ic_arena_t *arena, const char *folder, unsigned *count,
    int64_t *rows, ic_source_error_t *error)
{
    int               rc;
    unsigned          i;
    ic_meta_t        *metas;
    ic_rows_t        *in;
    metas_column_t   *columns;
    const ic_cell_t  *cells;

    in = ic_rows_open_path(folder, NULL, error);

    if (in == NULL) {
        return NULL;
    }

    *count = ic_rows_columns(in);
    metas = ic_zalloc(arena, *count * sizeof(ic_meta_t));
    columns = ic_zalloc(arena, *count * sizeof(metas_column_t));
    rc = metas != NULL && columns != NULL ? 1 : -1;

    while (rc == 1 && (rc = ic_rows_next(in, &cells, error)) == 1) {
        for (i = 0; i < *count; i++) {
            metas_cell(&metas[i], &columns[i], ic_rows_column(in, i)->type,
                       &cells[i]);
        }
    }

    for (i = 0; rc == 0 && i < *count; i++) {
        metas[i].name = ic_str_z(arena, ic_str(ic_rows_column(in, i)->name));
        metas[i].data_type = metas_type(ic_rows_column(in, i)->type);
        metas[i].distribution = columns[i].fraction
            || (metas[i].distinct > IC_METAS_DISTINCT
                && (ic_rows_column(in, i)->type == IC_CELL_INT64
                    || ic_rows_column(in, i)->type == IC_CELL_DOUBLE))
            ? "CONTINUOUS" : "DISCRETE";
    }

    *rows = ic_rows_count(in);
    ic_rows_close(in);

    return rc == 0 ? metas : NULL;
}


static void
metas_cell(ic_meta_t *meta, metas_column_t *column, ic_cell_e type,
    const ic_cell_t *cell)
{
    unsigned  n;
    uint64_t  value;

    if (cell->null) {
        meta->nulls++;
        return;
    }

    if (type == IC_CELL_DOUBLE && cell->number != floor(cell->number)) {
        column->fraction = true;
    }

    if (meta->distinct > IC_METAS_DISTINCT) {
        return;
    }

    value = metas_value(type, cell);

    for (n = 0; n < meta->distinct; n++) {
        if (column->seen[n] == value) {
            return;
        }
    }

    column->seen[meta->distinct++] = value;
}


/* Texts by FNV-1a: two that are taken for one change no verdict by much. */

static uint64_t
metas_value(ic_cell_e type, const ic_cell_t *cell)
{
    size_t    n;
    uint64_t  value;

    switch (type) {

    case IC_CELL_INT64:
        return (uint64_t) cell->integer;

    case IC_CELL_DOUBLE:
        memcpy(&value, &cell->number, sizeof(value));
        return value;

    case IC_CELL_BOOL:
        return cell->truth;

    default:
        break;
    }

    value = 0xcbf29ce484222325;

    for (n = 0; n < cell->text.len; n++) {
        value = (value ^ cell->text.data[n]) * 0x100000001b3;
    }

    return value;
}


static const char *
metas_type(ic_cell_e type)
{
    return type == IC_CELL_INT64 ? "bigint"
           : type == IC_CELL_DOUBLE ? "double"
           : type == IC_CELL_BOOL ? "boolean" : "varchar";
}
