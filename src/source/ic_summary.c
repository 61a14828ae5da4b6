
/* The summary of a table: one pass over its rows. */


#include <sys/random.h>

#include "ic_summary_column.h"
#include "ic_table.h"


#define SUMMARY_DRAWN   16384            /* values of a column, at most */
#define SUMMARY_MEMORY  (32 << 20)       /* of all of them */


static int summary_columns(ic_summary_column_t *columns, ic_arena_t *arena,
    const ic_rows_t *in, const ic_meta_t *metas,
    const ic_summary_want_t *want);
static int summary_rows(ic_summary_column_t *columns, ic_rows_t *in,
    uint64_t *random, ic_source_error_t *error);
static ic_str_t summary_text(ic_arena_t *arena,
    const ic_summary_column_t *columns, unsigned count,
    const ic_summary_want_t *want, uint64_t *random);


ic_str_t
ic_summary(ic_arena_t *arena, const char *folder, const ic_meta_t *metas,
    unsigned count, const ic_summary_want_t *want, ic_source_error_t *error)
{
    int                   rc;
    uint64_t              random;
    ic_str_t              text;
    unsigned              n;
    ic_rows_t            *in;
    ic_summary_column_t  *columns;

    text = ic_str_n(NULL, 0);
    in = ic_rows_open_path(folder, NULL, error);

    if (in == NULL) {
        return text;
    }

    columns = ic_zalloc(arena, count * sizeof(ic_summary_column_t));

    if (columns == NULL || ic_rows_columns(in) != count
        || getrandom(&random, sizeof(random), 0) != sizeof(random)
        || summary_columns(columns, arena, in, metas, want) != 0)
    {
        rc = ic_source_fail(error, "internal", NULL, 0, "memory is short");

    } else {
        rc = summary_rows(columns, in, &random, error);
    }

    ic_rows_close(in);

    if (rc != 0) {
        return text;
    }

    for (n = 0; n < count; n++) {
        ic_summary_end(&columns[n]);
    }

    text = summary_text(arena, columns, count, want, &random);

    if (text.data == NULL) {
        (void) ic_source_fail(error, "internal", NULL, 0, "memory is short");
    }

    return text;
}


static int
summary_columns(ic_summary_column_t *columns, ic_arena_t *arena,
    const ic_rows_t *in, const ic_meta_t *metas,
    const ic_summary_want_t *want)
{
    unsigned              n, count, room;
    ic_summary_column_t  *column;

    count = ic_rows_columns(in);
    room = SUMMARY_MEMORY / sizeof(double) / count;
    room = room < SUMMARY_DRAWN ? room : SUMMARY_DRAWN;

    for (n = 0; n < count; n++) {
        column = &columns[n];
        column->name = metas[n].name;
        column->type = ic_rows_column(in, n)->type;

        if (want->key != NULL && strcmp(want->key, metas[n].name) == 0) {
            column->kind = IC_SUMMARY_NOTHING;

        } else if (metas[n].distinct <= IC_METAS_DISTINCT) {
            column->kind = IC_SUMMARY_VALUES;

        } else if (column->type == IC_CELL_INT64
                   || column->type == IC_CELL_DOUBLE)
        {
            column->kind = IC_SUMMARY_NUMBERS;
        }

        if (ic_summary_begin(column, arena, want->min_group, room) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
summary_rows(ic_summary_column_t *columns, ic_rows_t *in, uint64_t *random,
    ic_source_error_t *error)
{
    int               rc;
    unsigned          n, count;
    const ic_cell_t  *cells;

    count = ic_rows_columns(in);

    while ((rc = ic_rows_next(in, &cells, error)) == 1) {
        for (n = 0; n < count; n++) {
            ic_summary_cell(&columns[n], &cells[n], random);
        }
    }

    return rc;
}


static ic_str_t
summary_text(ic_arena_t *arena, const ic_summary_column_t *columns,
    unsigned count, const ic_summary_want_t *want, uint64_t *random)
{
    unsigned       n, row;
    ic_json_out_t  out;

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);
    ic_out_int(&out, "min_group", want->min_group);
    ic_out_array(&out, "columns");

    for (n = 0; n < count; n++) {
        ic_summary_put(&out, &columns[n]);
    }

    ic_out_array_end(&out);

    if (want->sample) {
        ic_out_array(&out, "sample");

        for (row = 0; row < IC_SUMMARY_SAMPLE; row++) {
            ic_out_array(&out, NULL);

            for (n = 0; n < count; n++) {
                ic_summary_draw(&out, &columns[n], random);
            }

            ic_out_array_end(&out);
        }

        ic_out_array_end(&out);
    }

    ic_out_object_end(&out);

    return ic_out_text(&out);
}
