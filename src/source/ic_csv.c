
/*
 * CSV as in RFC 4180: a header row, commas, fields in double quotes where
 * needed, LF or CRLF; a byte order mark is skipped. The file is read whole
 * and cut up in place.
 */


#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ic_table.h"


typedef struct {
    char               *pos;
    char               *end;     /* a NUL is there */
    int64_t             row;     /* 0: the header */
    ic_source_error_t  *error;
} reader_t;

typedef enum {
    END_FIELD = 0,
    END_RECORD,
    END_FAILED
} end_e;


static int load_file(ic_table_t *table, const char *path, size_t *len,
    ic_source_error_t *error);
static int read_all(int fd, u_char *buffer, size_t len);
static int read_header(ic_table_t *table, reader_t *r);
static int read_rows(ic_table_t *table, reader_t *r);
static int read_record(ic_table_t *table, reader_t *r);
static end_e read_field(reader_t *r, char **field);
static end_e read_quoted(reader_t *r, char **field);
static end_e end_field(reader_t *r);
static int at_blank_end(const reader_t *r);
static end_e malformed(reader_t *r, const char *what);


int
ic_csv_read(ic_table_t *table, const char *path, ic_source_error_t *error)
{
    size_t    len;
    reader_t  r;

    len = 0;

    if (load_file(table, path, &len, error) != 0) {
        return -1;
    }

    r.pos = (char *) table->buffer;
    r.end = r.pos + len;
    r.row = 0;
    r.error = error;

    if (len >= 3 && memcmp(r.pos, "\xef\xbb\xbf", 3) == 0) {
        r.pos += 3;
    }

    if (at_blank_end(&r)) {
        return ic_source_fail(error, "data_unreadable", NULL, 0,
                              "the file has no header row");
    }

    if (read_header(table, &r) != 0) {
        return -1;
    }

    return read_rows(table, &r);
}


static int
load_file(ic_table_t *table, const char *path, size_t *len,
    ic_source_error_t *error)
{
    int          fd, rc;
    struct stat  st;

    fd = open(path, O_RDONLY|O_CLOEXEC|O_NONBLOCK);

    if (fd == -1) {
        return ic_source_fail(error, "data_unreadable", NULL, 0,
                              "the file cannot be opened: %s",
                              strerror(errno));
    }

    if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)
        || st.st_size > IC_TABLE_MAX_BYTES)
    {
        (void) close(fd);
        return ic_source_fail(error, "data_unreadable", NULL, 0,
                              "no regular file of at most %lld bytes",
                              (long long) IC_TABLE_MAX_BYTES);
    }

    *len = (size_t) st.st_size;
    table->buffer = malloc(*len + 1);
    rc = (table->buffer == NULL) ? -1 : read_all(fd, table->buffer, *len);
    (void) close(fd);

    if (rc != 0) {
        return ic_source_fail(error, "data_unreadable", NULL, 0,
                              "the file cannot be read");
    }

    table->buffer[*len] = '\0';

    return 0;
}


static int
read_all(int fd, u_char *buffer, size_t len)
{
    ssize_t  n;

    while (len > 0) {
        n = read(fd, buffer, len);

        if (n == -1 && errno == EINTR) {
            continue;
        }

        if (n <= 0) {
            return -1;
        }

        buffer += n;
        len -= (size_t) n;
    }

    return 0;
}


static int
read_header(ic_table_t *table, reader_t *r)
{
    char      **names;
    end_e       end;
    unsigned    count;

    names = ic_alloc(table->pool, IC_TABLE_MAX_COLUMNS * sizeof(char *));

    if (names == NULL) {
        return ic_source_fail(r->error, "internal", NULL, 0,
                              "out of memory");
    }

    count = 0;

    do {
        if (count == IC_TABLE_MAX_COLUMNS) {
            return ic_source_fail(r->error, "data_unreadable", NULL, 0,
                                  "more than %u columns",
                                  IC_TABLE_MAX_COLUMNS);
        }

        end = read_field(r, &names[count++]);

    } while (end == END_FIELD);

    if (end == END_FAILED) {
        return -1;
    }

    return ic_table_header(table, names, count, r->error);
}


static int
read_rows(ic_table_t *table, reader_t *r)
{
    while (!at_blank_end(r)) {
        r->row++;

        if (read_record(table, r) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
read_record(ic_table_t *table, reader_t *r)
{
    char      **cells, *field;
    end_e       end;
    unsigned    n;

    cells = ic_table_add_row(table, r->error);

    if (cells == NULL) {
        return -1;
    }

    n = 0;

    do {
        end = read_field(r, &field);

        if (end == END_FAILED) {
            return -1;
        }

        if (n < table->columns) {
            cells[n] = field;
        }

        n++;

    } while (end == END_FIELD);

    if (n != table->columns) {
        return ic_source_fail(r->error, "data_unreadable", NULL, r->row,
                              "row %lld has %u fields, the header has %u",
                              (long long) r->row, n, table->columns);
    }

    return 0;
}


/* *field is NULL for an empty one. */

static end_e
read_field(reader_t *r, char **field)
{
    char   *last;
    end_e   end;

    if (*r->pos == '"') {
        return read_quoted(r, field);
    }

    *field = r->pos;
    r->pos += strcspn(r->pos, ",\r\n\"");
    last = r->pos;

    if (*last == '"') {
        return malformed(r, "a quote inside an unquoted field");
    }

    if (last - *field > IC_TABLE_MAX_FIELD) {
        return malformed(r, "a field that is too long");
    }

    end = end_field(r);
    *last = '\0';

    if (last == *field) {
        *field = NULL;
    }

    return end;
}


static end_e
read_quoted(reader_t *r, char **field)
{
    char   *last, *out;
    end_e   end;

    *field = r->pos;
    out = r->pos;
    r->pos++;

    for ( ;; ) {

        if (*r->pos == '\0') {
            return malformed(r, (r->pos == r->end) ? "an unclosed quote"
                                                   : "a NUL byte");
        }

        if (*r->pos == '"') {
            r->pos++;

            if (*r->pos != '"') {
                break;
            }
        }

        *out++ = *r->pos++;
    }

    last = out;

    if (last - *field > IC_TABLE_MAX_FIELD) {
        return malformed(r, "a field that is too long");
    }

    end = end_field(r);
    *last = '\0';

    if (last == *field) {
        *field = NULL;
    }

    return end;
}


/* Takes the comma or the end of the line behind a field. */

static end_e
end_field(reader_t *r)
{
    if (*r->pos == ',') {
        r->pos++;
        return END_FIELD;
    }

    if (*r->pos == '\r' && r->pos[1] == '\n') {
        r->pos += 2;
        return END_RECORD;
    }

    if (*r->pos == '\n') {
        r->pos++;
        return END_RECORD;
    }

    if (r->pos == r->end) {
        return END_RECORD;
    }

    return malformed(r, (*r->pos == '\0') ? "a NUL byte"
                        : (*r->pos == '\r') ? "a bare carriage return"
                        : "text behind a closing quote");
}


/* Empty lines at the end of the file are no rows. */

static int
at_blank_end(const reader_t *r)
{
    size_t  blank;

    blank = strspn(r->pos, "\r\n");

    return r->pos + blank == r->end;
}


static end_e
malformed(reader_t *r, const char *what)
{
    (void) ic_source_fail(r->error, "data_unreadable", NULL, r->row,
                          (r->row == 0) ? "%s in the header row"
                                        : "%s in row %lld",
                          what, (long long) r->row);
    return END_FAILED;
}
