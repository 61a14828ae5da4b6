
/* Rows of a source, one after the other. */


#include <stdlib.h>

#include "ic_rows.h"
#include "ic_scan.h"
#include "ic_table.h"


struct ic_scan_s {
    ic_rows_t    *rows;              /* of a file or a folder */
    ic_table_t   *table;             /* of anything else */
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
static int scan_table(ic_scan_t *scan);
static int scan_rows(ic_scan_t *scan, ic_source_error_t *error);


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
                                       : ic_table_columns(scan->table);
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


/* What is wrong with a location the reader of whole tables says. */

static int
scan_begin(ic_scan_t *scan, const ic_json_t *location,
    ic_source_error_t *error)
{
    char      path[4096];
    bool      file;
    ic_str_t  type, name;

    type = ic_json_str(ic_json_get(location, "type"));
    name = ic_json_str(ic_json_get(location, "path"));
    file = ic_str_is(type, "csv");

    if ((file || ic_str_is(type, "table")) && name.len > 0
        && name.len < sizeof(path) && name.data[0] == '/'
        && memchr(name.data, '\0', name.len) == NULL)
    {
        memcpy(path, name.data, name.len);
        path[name.len] = '\0';
        scan->rows = file ? ic_rows_open_file(path, error)
                          : ic_rows_open_text(path, error);

        return scan->rows != NULL ? 0 : -1;
    }

    scan->table = ic_table_open(location, scan->limit, error);

    return scan->table != NULL ? 0 : -1;
}


void
ic_scan_close(ic_scan_t *scan)
{
    if (scan == NULL) {
        return;
    }

    ic_rows_close(scan->rows);

    if (scan->table != NULL) {
        ic_table_close(scan->table);
    }

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
                              : ic_table_column(scan->table, n);
}


int
ic_scan_next(ic_scan_t *scan, const ic_str_t **cells,
    ic_source_error_t *error)
{
    int  rc;

    rc = scan->rows != NULL ? scan_rows(scan, error) : scan_table(scan);
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
scan_table(ic_scan_t *scan)
{
    unsigned     n;
    const char  *text;

    if (scan->count == ic_table_rows(scan->table)) {
        return 0;
    }

    for (n = 0; n < scan->columns; n++) {
        text = ic_table_text(scan->table, scan->count, (int) n);
        scan->cells[n] = text != NULL ? ic_str(text) : ic_str_n(NULL, 0);
    }

    return 1;
}
