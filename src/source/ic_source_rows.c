
/* How many rows a source has, counted without keeping them. */


#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "ic_table.h"


#define ROWS_CHUNK  65536


typedef struct {
    int64_t   records;
    int64_t   blank;             /* lines since, which may be the end */
    bool      quoted;
    bool      text;              /* in this line */
} rows_count_t;


static void rows_feed(rows_count_t *count, const char *data, size_t len);


int64_t
ic_csv_rows(const char *path, ic_source_error_t *error)
{
    int           fd;
    char         *chunk;
    ssize_t       n;
    rows_count_t  count;

    fd = open(path, O_RDONLY|O_CLOEXEC|O_NONBLOCK);

    if (fd == -1) {
        return ic_source_fail(error, "data_unreadable", NULL, 0,
                              "the file cannot be opened: %s",
                              strerror(errno));
    }

    memset(&count, 0, sizeof(rows_count_t));
    chunk = malloc(ROWS_CHUNK);
    n = -1;

    while (chunk != NULL) {
        n = read(fd, chunk, ROWS_CHUNK);

        if (n == -1 && errno == EINTR) {
            continue;
        }

        if (n <= 0) {
            break;
        }

        rows_feed(&count, chunk, (size_t) n);
    }

    free(chunk);
    (void) close(fd);

    if (n != 0) {
        return ic_source_fail(error, "data_unreadable", NULL, 0,
                              "the file cannot be read");
    }

    if (count.text) {
        count.records += count.blank + 1;
    }

    /* the first record is the header */

    return count.records > 0 ? count.records - 1 : 0;
}


/* A line end inside quotes ends no record; empty lines at the end are none. */

static void
rows_feed(rows_count_t *count, const char *data, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {

        if (data[i] == '"') {
            count->quoted = !count->quoted;
            count->text = true;

        } else if (data[i] != '\n' || count->quoted) {
            count->text |= data[i] != '\r';

        } else if (count->text) {
            count->records += count->blank + 1;
            count->blank = 0;
            count->text = false;

        } else {
            count->blank++;
        }
    }
}


int64_t
ic_sqlite_rows(const char *path, const char *name, ic_source_error_t *error)
{
    char          *sql;
    int64_t        rows;
    sqlite3       *db;
    sqlite3_stmt  *select;

    rows = -1;
    select = NULL;

    /* %w doubles the quotes of an identifier */

    sql = sqlite3_mprintf("SELECT count(*) FROM \"%w\"", name);

    if (sql != NULL
        && sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL)
           == SQLITE_OK
        && sqlite3_prepare_v2(db, sql, -1, &select, NULL) == SQLITE_OK
        && sqlite3_step(select) == SQLITE_ROW)
    {
        rows = sqlite3_column_int64(select, 0);
    }

    if (rows == -1) {
        (void) ic_source_fail(error, "data_unreadable", NULL, 0,
                              "the rows of the table cannot be counted");
    }

    if (sql != NULL) {
        (void) sqlite3_finalize(select);
        (void) sqlite3_close(db);
    }

    sqlite3_free(sql);

    return rows;
}
