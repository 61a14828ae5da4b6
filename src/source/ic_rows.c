
/*
 * Reading tables a row at a time. A record is searched for its line end
 * first, so that its cells are cut up where all of it is in the buffer.
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ic_number.h"
#include "ic_rows.h"
#include "ic_rows_read.h"
#include "ic_table.h"


#define ROWS_CHUNK  (256 * 1024)


static ic_rows_t *rows_create(int folder, ic_source_error_t *error);
static int rows_blank(ic_rows_t *rows, ic_source_error_t *error);
static int rows_begin(ic_rows_t *rows, const char *const *wanted,
    ic_source_error_t *error);
static int rows_select(ic_rows_t *rows, const char *const *wanted,
    ic_source_error_t *error);
static int rows_partition_open(ic_rows_t *rows, ic_source_error_t *error);
static int rows_partition_end(ic_rows_t *rows, ic_source_error_t *error);
static bool rows_quotes(const char *from, const char *to);
static int rows_fill(ic_rows_t *rows, ic_source_error_t *error);
static int rows_grow(ic_rows_t *rows, ic_source_error_t *error);


ic_rows_t *
ic_rows_open(int folder, const ic_about_t *about, const char *const *wanted,
    ic_source_error_t *error)
{
    ic_rows_t  *rows;

    memset(error, 0, sizeof(ic_source_error_t));
    rows = rows_create(folder, error);

    if (rows != NULL) {
        rows->about = (about != NULL)
                      ? about : ic_about_read(rows->pool, folder, error);

        if (rows->about != NULL && rows_begin(rows, wanted, error) == 0) {
            return rows;
        }
    }

    ic_rows_close(rows);

    return NULL;
}


static ic_rows_t *
rows_create(int folder, ic_source_error_t *error)
{
    ic_rows_t  *rows;

    rows = calloc(1, sizeof(ic_rows_t));

    if (rows != NULL) {
        rows->folder = folder;
        rows->fd = -1;
        rows->own = -1;
        rows->pool = ic_pool_create();
        rows->size = ROWS_CHUNK;
        rows->buffer = malloc(rows->size + 1);

        if (rows->pool != NULL && rows->buffer != NULL) {
            return rows;
        }
    }

    (void) ic_source_fail(error, "internal", NULL, 0, "out of memory");
    ic_rows_close(rows);

    return NULL;
}


ic_rows_t *
ic_rows_open_path(const char *folder, const char *const *wanted,
    ic_source_error_t *error)
{
    int         fd;
    ic_rows_t  *rows;

    memset(error, 0, sizeof(ic_source_error_t));
    fd = open(folder, O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    if (fd == -1) {
        (void) ic_source_fail(error, "data_unreadable", NULL, 0,
                              "the folder of the table: %s",
                              strerror(errno));
        return NULL;
    }

    rows = ic_rows_open(fd, NULL, wanted, error);

    if (rows == NULL) {
        (void) close(fd);
        return NULL;
    }

    rows->own = fd;

    return rows;
}


ic_rows_t *
ic_rows_open_text(const char *folder, ic_source_error_t *error)
{
    unsigned    n;
    ic_rows_t  *rows;

    rows = ic_rows_open_path(folder, NULL, error);

    for (n = 0; rows != NULL && n < rows->ncolumns; n++) {
        rows->columns[n].type = IC_CELL_STRING;
        rows->chosen[n].type = IC_CELL_STRING;
    }

    return rows;
}


ic_rows_t *
ic_rows_open_file(const char *path, ic_source_error_t *error)
{
    ic_rows_t          *rows;
    static ic_about_t   about;

    memset(error, 0, sizeof(ic_source_error_t));
    rows = rows_create(-1, error);

    if (rows != NULL) {
        rows->about = &about;
        rows->file = ic_str_z(rows->pool, ic_str(path));

        if (rows->file != NULL && rows_begin(rows, NULL, error) == 0) {
            return rows;
        }
    }

    ic_rows_close(rows);

    return NULL;
}


void
ic_rows_close(ic_rows_t *rows)
{
    if (rows == NULL) {
        return;
    }

    if (rows->fd != -1) {
        (void) close(rows->fd);
    }

    if (rows->own != -1) {
        (void) close(rows->own);
    }

    if (rows->pool != NULL) {
        ic_pool_destroy(rows->pool);
    }

    free(rows->buffer);
    free(rows);
}


void
ic_rows_strict(ic_rows_t *rows)
{
    rows->strict = 1;
}


/* The header of the first partition says what is there. */

static int
rows_begin(ic_rows_t *rows, const char *const *wanted,
    ic_source_error_t *error)
{
    rows->columns = rows->about->columns;
    rows->ncolumns = rows->about->ncolumns;

    if (rows_partition_open(rows, error) != 0
        || (rows->ncolumns == 0 && ic_rows_header_take(rows, error) != 0))
    {
        return -1;
    }

    return rows_select(rows, wanted, error);
}


static int
rows_select(ic_rows_t *rows, const char *const *wanted,
    ic_source_error_t *error)
{
    int       column;
    unsigned  n;

    rows->slots = ic_alloc(rows->pool, rows->ncolumns * sizeof(int));
    rows->chosen = ic_alloc(rows->pool,
                            rows->ncolumns * sizeof(ic_column_t));
    rows->cells = ic_zalloc(rows->pool, rows->ncolumns * sizeof(ic_cell_t));

    if (rows->slots == NULL || rows->chosen == NULL || rows->cells == NULL) {
        return ic_source_fail(error, "internal", NULL, 0, "out of memory");
    }

    for (n = 0; n < rows->ncolumns; n++) {
        rows->slots[n] = (wanted == NULL) ? (int) n : -1;
        rows->chosen[n] = rows->columns[n];
    }

    if (wanted == NULL) {
        rows->nchosen = rows->ncolumns;
        return 0;
    }

    for (n = 0; wanted[n] != NULL; n++) {
        column = ic_rows_find(rows, wanted[n]);

        if (column == -1) {
            return ic_source_fail(error, "data_missing_column", wanted[n], 0,
                                  "the table has no column \"%s\"",
                                  wanted[n]);
        }

        if (rows->slots[column] != -1) {
            return ic_source_fail(error, "bad_parameter", wanted[n], 0,
                                  "column \"%s\" is named twice", wanted[n]);
        }

        rows->slots[column] = (int) n;
        rows->chosen[n] = rows->columns[column];
    }

    rows->nchosen = n;

    return 0;
}


int
ic_rows_next(ic_rows_t *rows, const ic_cell_t **cells,
    ic_source_error_t *error)
{
    int    rc;
    char  *end, *start;

    for ( ;; ) {
        rc = ic_rows_record(rows, &start, &end, error);

        if (rc == 1 && rows->file != NULL && start == end) {
            rows->blank++;
            continue;
        }

        if (rc == 1) {
            if (rows->blank > 0) {
                return rows_blank(rows, error);
            }

            rows->row++;

            if (ic_rows_cells(rows, start, end, error) != 0) {
                return -1;
            }

            *cells = rows->cells;

            return 1;
        }

        if (rc < 0 || rows_partition_end(rows, error) != 0) {
            return -1;
        }

        rows->before += rows->row;
        rows->row = 0;

        if (rows->partition + 1 >= rows->about->npartitions) {
            return 0;
        }

        rows->partition++;

        if (rows_partition_open(rows, error) != 0) {
            return -1;
        }
    }
}


/* A line that is empty is one with an empty field, if there is one column. */

static int
rows_blank(ic_rows_t *rows, ic_source_error_t *error)
{
    return ic_source_fail(error, rows->ncolumns == 1 ? "data_null_value"
                                                     : "data_unreadable",
                          rows->ncolumns == 1 ? rows->columns[0].name : NULL,
                          rows->row + 1, "row %lld is empty",
                          (long long) rows->row + 1);
}


static int
rows_partition_open(ic_rows_t *rows, ic_source_error_t *error)
{
    char         name[24];
    struct stat  st;

    (void) snprintf(name, sizeof(name), "data_%u", rows->partition);
    rows->fd = rows->file != NULL
               ? open(rows->file, O_RDONLY|O_CLOEXEC|O_NONBLOCK)
               : openat(rows->folder, name,
                        O_RDONLY|O_CLOEXEC|O_NOFOLLOW|O_NONBLOCK);

    if (rows->fd == -1 || fstat(rows->fd, &st) != 0 || !S_ISREG(st.st_mode))
    {
        return ic_source_fail(error, "data_unreadable", NULL, 0, "%s: %s",
                              rows->file != NULL ? "the file" : name,
                              (rows->fd == -1) ? strerror(errno)
                                                     : "no regular file");
    }

    rows->pos = 0;
    rows->len = 0;
    rows->eof = 0;
    rows->quotes = 0;

    return ic_rows_header(rows, error);
}


static int
rows_partition_end(ic_rows_t *rows, ic_source_error_t *error)
{
    int64_t  rows_said;

    if (rows->fd != -1) {
        (void) close(rows->fd);
        rows->fd = -1;
    }

    rows_said = (rows->about->partitions != NULL
                 && rows->partition < rows->about->npartitions)
                ? rows->about->partitions[rows->partition].rows : -1;

    if (rows_said >= 0 && rows_said != rows->row) {
        return ic_source_fail(error, "data_unreadable", NULL, 0,
                              "data_%u has %lld rows, metadata says %lld",
                              rows->partition, (long long) rows->row,
                              (long long) rows_said);
    }

    return 0;
}


/*
 * Quotes within text come in pairs, so that a line end behind an odd number
 * of them is no end of a record.
 */

int
ic_rows_record(ic_rows_t *rows, char **start, char **end,
    ic_source_error_t *error)
{
    char    *from, *lf;
    size_t   seen;
    bool     odd;

    seen = 0;
    odd = false;

    for ( ;; ) {
        from = rows->buffer + rows->pos + seen;
        lf = memchr(from, '\n', rows->len - rows->pos - seen);

        if (rows->quotes) {
            odd ^= rows_quotes(from, (lf != NULL) ? lf
                                     : rows->buffer + rows->len);
        }

        if (lf != NULL && !odd) {
            break;
        }

        seen = (lf != NULL) ? (size_t) (lf + 1 - rows->buffer) - rows->pos
                            : rows->len - rows->pos;

        if (seen > IC_ROWS_MAX_RECORD) {
            return ic_source_fail(error, "data_unreadable", NULL,
                                  rows->row + 1, "row %lld of data_%u is "
                                  "longer than %d bytes, or a quote is open",
                                  (long long) rows->row + 1, rows->partition,
                                  IC_ROWS_MAX_RECORD);
        }

        if (lf != NULL) {
            continue;
        }

        if (rows_fill(rows, error) != 0) {
            return -1;
        }

        if (rows->eof && rows->len - rows->pos == seen) {

            if (seen == 0) {
                return 0;
            }

            if (odd) {
                return ic_source_fail(error, "data_unreadable", NULL,
                                      rows->row + 1, "an unclosed quote in "
                                      "row %lld of data_%u",
                                      (long long) rows->row + 1,
                                      rows->partition);
            }

            /* there is room for one more */
            lf = rows->buffer + rows->len;
            *lf = '\n';
            break;
        }
    }

    *start = rows->buffer + rows->pos;
    *end = lf;
    rows->pos = (size_t) (lf - rows->buffer) + 1;

    if (rows->pos > rows->len) {
        rows->pos = rows->len;
    }

    if (*end > *start && (*end)[-1] == '\r') {
        (*end)--;
    }

    return 1;
}


/* Whether their number is odd. */

static bool
rows_quotes(const char *from, const char *to)
{
    bool  odd;

    for (odd = false;
         (from = memchr(from, '"', (size_t) (to - from))) != NULL;
         from++)
    {
        odd = !odd;
    }

    return odd;
}


static int
rows_fill(ic_rows_t *rows, ic_source_error_t *error)
{
    ssize_t  n;

    if (rows->eof || rows->fd == -1) {
        rows->eof = 1;
        return 0;
    }

    if (rows->pos > 0) {
        memmove(rows->buffer, rows->buffer + rows->pos,
                rows->len - rows->pos);
        rows->len -= rows->pos;
        rows->pos = 0;
        rows->quotes = memchr(rows->buffer, '"', rows->len) != NULL;
    }

    if (rows->len == rows->size && rows_grow(rows, error) != 0) {
        return -1;
    }

    do {
        n = read(rows->fd, rows->buffer + rows->len, rows->size - rows->len);
    } while (n == -1 && errno == EINTR);

    if (n < 0) {
        return ic_source_fail(error, "data_unreadable", NULL, 0,
                              "data_%u: %s", rows->partition,
                              strerror(errno));
    }

    rows->quotes |= memchr(rows->buffer + rows->len, '"', (size_t) n) != NULL;
    rows->eof = (n == 0);
    rows->len += (size_t) n;

    return 0;
}


static int
rows_grow(ic_rows_t *rows, ic_source_error_t *error)
{
    char  *buffer;

    buffer = realloc(rows->buffer, 2 * rows->size + 1);

    if (buffer == NULL) {
        return ic_source_fail(error, "internal", NULL, 0, "out of memory");
    }

    rows->buffer = buffer;
    rows->size *= 2;

    return 0;
}


unsigned
ic_rows_columns(const ic_rows_t *rows)
{
    return rows->nchosen;
}


const ic_column_t *
ic_rows_column(const ic_rows_t *rows, unsigned n)
{
    return (n < rows->nchosen) ? &rows->chosen[n] : NULL;
}


int64_t
ic_rows_count(const ic_rows_t *rows)
{
    return rows->before + rows->row;
}


unsigned
ic_rows_partition(const ic_rows_t *rows)
{
    return rows->partition;
}
