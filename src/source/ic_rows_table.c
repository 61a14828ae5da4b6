
/* Tables that earlier tasks made, as sources of whole columns. */


#include <fcntl.h>
#include <unistd.h>

#include "ic_rows.h"
#include "ic_table.h"


static ic_about_t *table_about(ic_table_t *table, int folder,
    ic_source_error_t *error);
static int table_header(ic_table_t *table, const ic_rows_t *rows,
    ic_source_error_t *error);
static int table_row(ic_table_t *table, const ic_rows_t *rows,
    const ic_cell_t *from, ic_source_error_t *error);


int
ic_rows_read(ic_table_t *table, const char *path, ic_source_error_t *error)
{
    int               folder, rc;
    ic_rows_t        *rows;
    ic_about_t       *about;
    const ic_cell_t  *cells;

    folder = open(path, O_RDONLY|O_DIRECTORY|O_CLOEXEC);
    about = table_about(table, folder, error);
    rows = (about != NULL) ? ic_rows_open(folder, about, NULL, error) : NULL;
    rc = (rows != NULL) ? table_header(table, rows, error) : -1;

    while (rc == 0 && (rc = ic_rows_next(rows, &cells, error)) == 1) {
        rc = table_row(table, rows, cells, error);

        if (rc != 0) {
            break;
        }
    }

    ic_rows_close(rows);

    if (folder != -1) {
        (void) close(folder);
    }

    return rc;
}


/* What wants columns wants text: the types were checked when it was kept. */

static ic_about_t *
table_about(ic_table_t *table, int folder, ic_source_error_t *error)
{
    unsigned     n;
    ic_about_t  *about;

    if (folder == -1) {
        (void) ic_source_fail(error, "data_unreadable", NULL, 0,
                              "the folder of the table cannot be opened");
        return NULL;
    }

    about = ic_about_read(table->pool, folder, error);

    for (n = 0; about != NULL && n < about->ncolumns; n++) {
        about->columns[n].type = IC_CELL_STRING;
    }

    return about;
}


static int
table_header(ic_table_t *table, const ic_rows_t *rows,
    ic_source_error_t *error)
{
    char      **names;
    unsigned    n, count;

    count = ic_rows_columns(rows);
    names = ic_alloc(table->pool, count * sizeof(char *));

    for (n = 0; names != NULL && n < count; n++) {
        names[n] = ic_str_z(table->pool, ic_str(ic_rows_column(rows,
                                                               n)->name));
    }

    if (names == NULL) {
        return ic_source_fail(error, "internal", NULL, 0, "out of memory");
    }

    return ic_table_header(table, names, count, error);
}


static int
table_row(ic_table_t *table, const ic_rows_t *rows, const ic_cell_t *from,
    ic_source_error_t *error)
{
    char      **cells;
    unsigned    n;

    cells = ic_table_add_row(table, error);

    if (cells == NULL) {
        return -1;
    }

    for (n = 0; n < ic_rows_columns(rows); n++) {

        if (from[n].null || from[n].text.len == 0) {
            continue;
        }

        cells[n] = ic_str_z(table->pool, from[n].text);

        if (cells[n] == NULL) {
            return ic_source_fail(error, "internal", NULL, 0,
                                  "out of memory");
        }
    }

    return 0;
}


int64_t
ic_rows_rows(const char *path, ic_source_error_t *error)
{
    int               folder;
    int64_t           count;
    ic_about_t       *about;
    ic_arena_t       *pool;

    folder = open(path, O_RDONLY|O_DIRECTORY|O_CLOEXEC);
    pool = ic_pool_create();
    about = (folder != -1 && pool != NULL)
            ? ic_about_read(pool, folder, error) : NULL;
    count = (about != NULL) ? about->rows : -1;

    if (count < 0) {
        count = ic_source_fail(error, "data_unreadable", NULL, 0,
                               "the table's metadata has no rows");
    }

    if (pool != NULL) {
        ic_pool_destroy(pool);
    }

    if (folder != -1) {
        (void) close(folder);
    }

    return count;
}
