
/* Files: CSV and tables of SQLite, whose cells are texts. */


#include <fcntl.h>
#include <unistd.h>

#include "../source/ic_scan.h"
#include "reader.h"


static int table_columns(reader_t *reader, const ic_scan_t *scan);
static int table_rows(reader_t *reader, ic_scan_t *scan);


int
reader_copy(reader_t *reader)
{
    int         rc, folder;
    ic_scan_t  *scan;

    scan = ic_scan_open(reader->request.location, reader->request.max_rows,
                        &reader->error);

    if (scan == NULL) {
        return -1;
    }

    rc = table_columns(reader, scan);
    folder = open(".", O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    if (rc == 0) {
        reader->out = ic_rows_create(folder, reader->out_columns,
                                     reader->ncolumns, 0, &reader->error);
        rc = reader->out != NULL ? table_rows(reader, scan) : -1;
    }

    if (rc == 0) {
        rc = ic_rows_finish(reader->out, &reader->error);
    }

    if (reader->out != NULL) {
        ic_rows_out_close(reader->out);
        reader->out = NULL;
    }

    ic_scan_close(scan);

    return rc;
}


static int
table_columns(reader_t *reader, const ic_scan_t *scan)
{
    unsigned  n;

    reader->ncolumns = ic_scan_columns(scan);
    reader->out_columns = ic_zalloc(reader->arena,
                                    reader->ncolumns * sizeof(ic_column_t));
    reader->cells = ic_zalloc(reader->arena,
                              reader->ncolumns * sizeof(ic_cell_t));

    if (reader->out_columns == NULL || reader->cells == NULL) {
        return reader_refuse(reader, "internal", NULL, 0, "memory is short");
    }

    for (n = 0; n < reader->ncolumns; n++) {
        reader->out_columns[n].name = ic_scan_column(scan, n);
        reader->out_columns[n].type = IC_CELL_STRING;
    }

    return 0;
}


static int
table_rows(reader_t *reader, ic_scan_t *scan)
{
    int              rc;
    unsigned         n;
    const ic_str_t  *cells;

    while ((rc = ic_scan_next(scan, &cells, &reader->error)) == 1) {

        for (n = 0; n < reader->ncolumns; n++) {
            reader->cells[n].null = cells[n].data == NULL;
            reader->cells[n].text = cells[n];
        }

        if (ic_rows_put(reader->out, reader->cells, &reader->error) != 0) {
            return -1;
        }

        reader->rows++;
    }

    /* names are the scan's, which ends before the answer is written */

    for (n = 0; rc == 0 && n < reader->ncolumns; n++) {
        reader->out_columns[n].name
            = ic_str_z(reader->arena, ic_str(reader->out_columns[n].name));
    }

    return rc;
}
