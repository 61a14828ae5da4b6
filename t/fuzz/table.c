
/*
 * Tables between tasks and CSV files: metadata up to a zero byte, behind it
 * the rows. Cells have the types that columns have, survey and reader agree
 * on what is there, and numbers read as strtod() reads them.
 */


#include <math.h>

#include "../../src/source/ic_number.h"
#include "../../src/source/ic_rows.h"
#include "files.h"


static int  folder = -1;


static void
cell(const ic_column_t *column, const ic_cell_t *cell)
{
    if (cell->null) {
        return;
    }

    switch (column->type) {

    case IC_CELL_STRING:
        FUZZ_TRUE(cell->text.len <= IC_ROWS_MAX_FIELD);
        FUZZ_TRUE(cell->text.data != NULL || cell->text.len == 0);
        break;

    case IC_CELL_DOUBLE:
        FUZZ_TRUE(isfinite(cell->number));
        break;

    default:
        break;
    }
}


/* The rows, or -1. */

static int64_t
rows(ic_rows_t *rows, ic_source_error_t *error)
{
    int               rc;
    unsigned          i, n;
    int64_t           count;
    const ic_cell_t  *cells;

    if (rows == NULL) {
        FUZZ_TRUE(error->code != NULL);
        return -1;
    }

    n = ic_rows_columns(rows);
    FUZZ_TRUE(n >= 1 && n <= IC_ROWS_MAX_COLUMNS);

    while ((rc = ic_rows_next(rows, &cells, error)) == 1) {
        for (i = 0; i < n; i++) {
            cell(ic_rows_column(rows, i), &cells[i]);
        }
    }

    count = ic_rows_count(rows);
    ic_rows_close(rows);

    return rc == 0 ? count : -1;
}


static void
number(ic_str_t text)
{
    char    *z, *end;
    size_t   n;
    double   value, expected;

    z = fuzz_z(text);
    n = ic_number_double(z, &value);

    if (n != 0) {
        expected = strtod(z, &end);
        FUZZ_TRUE(value == expected);
        FUZZ_TRUE((size_t) (end - z) == n);
    }

    free(z);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_t              fuzz = { data, size };
    int64_t             typed, untyped;
    ic_str_t            metadata;
    ic_about_t         *about;
    ic_arena_t         *arena;
    ic_source_error_t   error;

    if (folder == -1) {
        folder = open(files_begin(), O_RDONLY|O_DIRECTORY);
        FUZZ_TRUE(folder != -1);
    }

    arena = ic_pool_create();
    memset(&error, 0, sizeof(error));
    metadata = fuzz_until(&fuzz, '\0');
    files_put("metadata", metadata);
    files_put("data_0", ic_str_n(fuzz.data, fuzz.size));
    number(ic_str_n(fuzz.data, fuzz.size));

    typed = rows(ic_rows_open(folder, NULL, NULL, &error), &error);
    untyped = rows(ic_rows_open_text(files_begin(), &error), &error);
    FUZZ_TRUE(typed < 0 || typed == untyped);

    (void) rows(ic_rows_open_file(files_path("data_0"), &error), &error);
    about = ic_about_read(arena, folder, &error);

    if (about != NULL) {
        FUZZ_TRUE(ic_about_text(arena, about).data != NULL);
        about->npartitions = 1;
        about->partitions = ic_zalloc(arena, sizeof(ic_partition_t));
        about->ncolumns = 0;

        if (ic_rows_survey(arena, folder, about, &error) == 0) {
            FUZZ_TRUE(untyped < 0 || about->rows == untyped);
        }
    }

    ic_pool_destroy(arena);

    return 0;
}
