
/*
 * SQLite files of owners, which others may have made: read or refused, row by
 * row, in bounded time. The input is the file.
 */


#include "../../src/source/ic_sqlite.h"
#include "files.h"


#define ROWS  10000              /* of a file that never ends */


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int                 rc;
    unsigned            i, n, rows;
    ic_sqlite_t        *sqlite;
    const ic_str_t     *cells;
    ic_source_error_t   error;

    files_put("db", ic_str_n(data, size));
    memset(&error, 0, sizeof(error));
    sqlite = ic_sqlite_open(files_path("db"), "t", &error);

    if (sqlite == NULL) {
        FUZZ_TRUE(error.code != NULL && error.text[0] != '\0');
        return 0;
    }

    n = ic_sqlite_columns(sqlite);

    for (i = 0; i < n; i++) {
        FUZZ_TRUE(ic_sqlite_column(sqlite, i) != NULL);
    }

    for (rows = 0, rc = 1; rc == 1 && rows < ROWS; rows++) {
        rc = ic_sqlite_next(sqlite, &cells, &error);

        for (i = 0; rc == 1 && i < n; i++) {
            FUZZ_TRUE(cells[i].data != NULL || cells[i].len == 0);
        }
    }

    FUZZ_TRUE(rc >= 0 || error.code != NULL);
    ic_sqlite_close(sqlite);

    return 0;
}
