
/* The header lines of a table's partitions. */


#include "ic_rows_read.h"
#include "ic_table.h"


static int rows_header_same(ic_rows_t *rows, ic_source_error_t *error);


/* The same names in every partition, in the order of the metadata. */

int
ic_rows_header(ic_rows_t *rows, ic_source_error_t *error)
{
    int  rc;

    rc = ic_rows_record(rows, &rows->header, &rows->header_end, error);

    if (rc < 0) {
        return -1;
    }

    if (rc == 1 && rows->pos >= 3
        && memcmp(rows->header, "\xef\xbb\xbf", 3) == 0)
    {
        rows->header += 3;
    }

    if (rc == 0 || rows->header == rows->header_end) {
        return ic_source_fail(error, "data_unreadable", NULL, 0,
                              "data_%u has no header line",
                              rows->partition);
    }

    return (rows->ncolumns == 0) ? 0 : rows_header_same(rows, error);
}


int
ic_rows_header_take(ic_rows_t *rows, ic_source_error_t *error)
{
    char         *p;
    ic_cell_t     cell;
    unsigned      n;
    ic_column_t  *columns;

    columns = ic_zalloc(rows->pool,
                        IC_ROWS_MAX_COLUMNS * sizeof(ic_column_t));

    if (columns == NULL) {
        return ic_source_fail(error, "internal", NULL, 0, "out of memory");
    }

    for (n = 0, p = rows->header; p != NULL; n++) {

        if (n == IC_ROWS_MAX_COLUMNS) {
            return ic_source_fail(error, "data_unreadable", NULL, 0,
                                  "data_%u has more than %d columns",
                                  rows->partition, IC_ROWS_MAX_COLUMNS);
        }

        if (ic_rows_text(rows, &p, rows->header_end, &cell, n, error) != 0) {
            return -1;
        }

        if (cell.null || cell.text.len == 0) {
            return ic_source_fail(error, "data_unreadable", NULL, 0,
                                  "column %u of data_%u has no name", n + 1,
                                  rows->partition);
        }

        columns[n].name = ic_str_z(rows->pool, cell.text);
        rows->ncolumns = n;
        rows->columns = columns;

        if (columns[n].name == NULL) {
            return ic_source_fail(error, "internal", NULL, 0,
                                  "out of memory");
        }

        if (ic_rows_find(rows, columns[n].name) != -1) {
            return ic_source_fail(error, "data_unreadable", columns[n].name,
                                  0, "two columns of data_%u have the same "
                                  "name", rows->partition);
        }
    }

    rows->ncolumns = n;

    return 0;
}


static int
rows_header_same(ic_rows_t *rows, ic_source_error_t *error)
{
    bool        same;
    char       *p;
    ic_cell_t   cell;
    unsigned    n;

    same = true;

    for (n = 0, p = rows->header; same && p != NULL; n += same) {

        if (ic_rows_text(rows, &p, rows->header_end, &cell, n, error) != 0) {
            return -1;
        }

        same = n < rows->ncolumns && !cell.null
               && ic_str_is(cell.text, rows->columns[n].name);
    }

    if (!same || n != rows->ncolumns) {
        return ic_source_fail(error, "data_unreadable",
                              (n < rows->ncolumns) ? rows->columns[n].name
                                                   : NULL, 0,
                              "the header of data_%u differs from the "
                              "columns of metadata at column %u",
                              rows->partition, n + 1);
    }

    return 0;
}


int
ic_rows_find(const ic_rows_t *rows, const char *name)
{
    unsigned  n;

    for (n = 0; n < rows->ncolumns; n++) {
        if (strcmp(rows->columns[n].name, name) == 0) {
            return (int) n;
        }
    }

    return -1;
}
