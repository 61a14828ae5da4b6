
/* Rows of a source, one after the other. */


#include <stdlib.h>

#include "ic_rows.h"
#include "ic_scan.h"
#include "ic_sqlite.h"
#include "ic_table.h"


struct ic_scan_s {
    ic_rows_t    *rows;              /* of a file or a folder */
    ic_sqlite_t  *sqlite;            /* of a database */
    unsigned      columns;
    ic_str_t     *cells;
    int64_t       count;
    int64_t       limit;
    const char   *over;              /* error of one more */
};


static int scan_begin(ic_scan_t *scan, const ic_json_t *location,
    ic_source_error_t *error);
static void scan_limit(ic_scan_t *scan, const ic_json_t *location,
    int64_t max_rows);
static int scan_names(const ic_scan_t *scan, ic_source_error_t *error);
static int scan_rows(ic_scan_t *scan, ic_source_error_t *error);
static int scan_sqlite(ic_scan_t *scan, ic_source_error_t *error);


ic_scan_t *
ic_scan_open(const ic_json_t *location, int64_t max_rows,
    ic_source_error_t *error)
{
    ic_scan_t  *scan;

    memset(error, 0, sizeof(ic_source_error_t));
    scan = calloc(1, sizeof(ic_scan_t));

    if (scan == NULL) {
        (void) ic_source_fail(error, "internal", NULL, 0, "out of memory");
        return NULL;
    }

    scan_limit(scan, location, max_rows);

    if (scan_begin(scan, location, error) != 0) {
        ic_scan_close(scan);
        return NULL;
    }

    scan->columns = scan->rows != NULL ? ic_rows_columns(scan->rows)
                                       : ic_sqlite_columns(scan->sqlite);
    scan->cells = calloc(scan->columns, sizeof(ic_str_t));

    if (scan->cells == NULL) {
        (void) ic_source_fail(error, "internal", NULL, 0, "out of memory");
        ic_scan_close(scan);
        return NULL;
    }

    return scan;
}


static void
scan_limit(ic_scan_t *scan, const ic_json_t *location, int64_t max_rows)
{
    const ic_json_t  *most;

    scan->over = "data_unreadable";
    scan->limit = (max_rows > 0 && max_rows < IC_TABLE_MAX_ROWS)
                  ? max_rows : IC_TABLE_MAX_ROWS;
    most = ic_json_get(location, "max_rows");

    if (most != NULL && most->type == IC_JSON_INT && most->num >= 0
        && most->num < scan->limit)
    {
        scan->limit = most->num;
        scan->over = "data_rows_exceeded";
    }
}


static int
scan_begin(ic_scan_t *scan, const ic_json_t *location,
    ic_source_error_t *error)
{
    ic_place_t  place;

    if (ic_source_place(location, &place, error) != 0) {
        return -1;
    }

    if (strcmp(place.type, "sqlite") == 0) {
        scan->sqlite = ic_sqlite_open(place.path, place.name, error);

        return scan->sqlite != NULL ? scan_names(scan, error) : -1;
    }

    scan->rows = strcmp(place.type, "csv") == 0
                 ? ic_rows_open_file(place.path, error)
                 : ic_rows_open_text(place.path, error);

    return scan->rows != NULL ? 0 : -1;
}


/* A view may have two columns of one name, which files may not. */

static int
scan_names(const ic_scan_t *scan, ic_source_error_t *error)
{
    unsigned     i, n, count;
    const char  *name;

    count = ic_sqlite_columns(scan->sqlite);

    for (n = 0; n < count; n++) {
        name = ic_sqlite_column(scan->sqlite, n);

        for (i = 0; i < n; i++) {
            if (strcmp(ic_sqlite_column(scan->sqlite, i), name) == 0) {
                return ic_source_fail(error, "data_unreadable", name, 0,
                                      "two columns have the same name");
            }
        }
    }

    return 0;
}


void
ic_scan_close(ic_scan_t *scan)
{
    if (scan == NULL) {
        return;
    }

    ic_rows_close(scan->rows);
    ic_sqlite_close(scan->sqlite);

    free(scan->cells);
    free(scan);
}


unsigned
ic_scan_columns(const ic_scan_t *scan)
{
    return scan->columns;
}


const char *
ic_scan_column(const ic_scan_t *scan, unsigned n)
{
    return scan->rows != NULL ? ic_rows_column(scan->rows, n)->name
                              : ic_sqlite_column(scan->sqlite, n);
}


int
ic_scan_next(ic_scan_t *scan, const ic_str_t **cells,
    ic_source_error_t *error)
{
    int  rc;

    rc = scan->rows != NULL ? scan_rows(scan, error)
                            : scan_sqlite(scan, error);
    *cells = scan->cells;

    if (rc != 1) {
        return rc;
    }

    if (scan->count++ == scan->limit) {
        return ic_source_fail(error, scan->over, NULL, scan->count,
                              "more than %lld rows",
                              (long long) scan->limit);
    }

    return 1;
}


static int
scan_rows(ic_scan_t *scan, ic_source_error_t *error)
{
    int               rc;
    unsigned          n;
    const ic_cell_t  *cells;

    rc = ic_rows_next(scan->rows, &cells, error);

    for (n = 0; rc == 1 && n < scan->columns; n++) {
        scan->cells[n] = cells[n].null || cells[n].text.len == 0
                         ? ic_str_n(NULL, 0) : cells[n].text;
    }

    return rc;
}


static int
scan_sqlite(ic_scan_t *scan, ic_source_error_t *error)
{
    int              rc;
    const ic_str_t  *cells;

    rc = ic_sqlite_next(scan->sqlite, &cells, error);

    if (rc == 1) {
        memcpy(scan->cells, cells, scan->columns * sizeof(ic_str_t));
    }

    return rc;
}
