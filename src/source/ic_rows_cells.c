
/* The cells of one record. */


#include "ic_number.h"
#include "ic_rows_read.h"
#include "ic_table.h"


static int cell_read(ic_rows_t *rows, char **p, char *end, unsigned column,
    ic_source_error_t *error);
static int cell_skip(ic_rows_t *rows, char **p, char *end, unsigned column,
    ic_source_error_t *error);
static const char *cell_typed(const char *p, ic_cell_e type,
    ic_cell_t *cell);
static const char *cell_bool(const char *p, ic_cell_t *cell);
static int cell_quoted(ic_rows_t *rows, char **p, char *end, ic_cell_t *cell,
    unsigned column, ic_source_error_t *error);
static int cell_check(ic_rows_t *rows, ic_str_t text, unsigned column,
    ic_source_error_t *error);
static int cell_fail(ic_rows_t *rows, const char *code, unsigned column,
    const char *what, ic_source_error_t *error);


int
ic_rows_cells(ic_rows_t *rows, char *start, char *end,
    ic_source_error_t *error)
{
    int       rc;
    char     *p;
    unsigned  n;

    for (n = 0, p = start; p != NULL && n < rows->ncolumns; n++) {

        rc = (rows->slots[n] != -1)
             ? cell_read(rows, &p, end, n, error)
             : cell_skip(rows, &p, end, n, error);

        if (rc != 0) {
            return -1;
        }
    }

    if (n != rows->ncolumns || p != NULL) {
        return ic_source_fail(error, "data_unreadable", NULL, rows->row,
                              "row %lld of data_%u has %s fields than the "
                              "header", (long long) rows->row,
                              rows->partition, (p != NULL) ? "more"
                                                           : "fewer");
    }

    return 0;
}


static int
cell_read(ic_rows_t *rows, char **p, char *end, unsigned column,
    ic_source_error_t *error)
{
    bool          quoted;
    ic_cell_t    *cell;
    const char   *next;
    ic_cell_e     type;

    cell = &rows->cells[rows->slots[column]];
    type = rows->columns[column].type;

    if (type == IC_CELL_STRING) {
        return ic_rows_text(rows, p, end, cell, column, error);
    }

    cell->quoted = 0;
    cell->null = (*p == end || **p == ',');

    if (cell->null) {
        *p = (*p == end) ? NULL : *p + 1;
        return 0;
    }

    quoted = (**p == '"');
    next = cell_typed(*p + quoted, type, cell);

    if (next != NULL && quoted) {
        next = (*next == '"') ? next + 1 : NULL;
    }

    if (next == NULL || (next != end && *next != ',')) {
        return cell_fail(rows, "data_not_numeric", column,
                         (type == IC_CELL_INT64) ? "is no int64"
                         : (type == IC_CELL_DOUBLE) ? "is no finite double"
                         : "is neither true nor false", error);
    }

    *p = (next == end) ? NULL : *p + (next + 1 - *p);

    return 0;
}


/* Checked no further than needed to find the next one. */

static int
cell_skip(ic_rows_t *rows, char **p, char *end, unsigned column,
    ic_source_error_t *error)
{
    ic_cell_t  ignored;

    if (*p != end && **p == '"') {
        return cell_quoted(rows, p, end, &ignored, column, error);
    }

    *p = memchr(*p, ',', (size_t) (end - *p));

    if (*p != NULL) {
        (*p)++;
    }

    return 0;
}


/* Behind the value, or NULL. */

static const char *
cell_typed(const char *p, ic_cell_e type, ic_cell_t *cell)
{
    size_t  n;

    if (type == IC_CELL_BOOL) {
        return cell_bool(p, cell);
    }

    n = (type == IC_CELL_INT64) ? ic_number_int64(p, &cell->integer)
                                : ic_number_double(p, &cell->number);

    return (n != 0) ? p + n : NULL;
}


static const char *
cell_bool(const char *p, ic_cell_t *cell)
{
    cell->truth = (*p == 't');

    if (strncmp(p, "true", 4) == 0) {
        return p + 4;
    }

    return (strncmp(p, "false", 5) == 0) ? p + 5 : NULL;
}


int
ic_rows_text(ic_rows_t *rows, char **p, char *end, ic_cell_t *cell,
    unsigned column, ic_source_error_t *error)
{
    char    *comma;
    size_t   len;

    if (*p != end && **p == '"') {
        return cell_quoted(rows, p, end, cell, column, error);
    }

    comma = memchr(*p, ',', (size_t) (end - *p));
    len = (size_t) (((comma != NULL) ? comma : end) - *p);

    cell->quoted = 0;
    cell->null = (len == 0);
    cell->text = ic_str_n(*p, len);
    *p = (comma != NULL) ? comma + 1 : NULL;

    if (rows->quotes && memchr(cell->text.data, '"', len) != NULL) {
        return cell_fail(rows, "data_unreadable", column,
                         "has a quote inside an unquoted field", error);
    }

    if (memchr(cell->text.data, '\r', len) != NULL) {
        return cell_fail(rows, "data_unreadable", column,
                         "has a bare carriage return", error);
    }

    return cell_check(rows, cell->text, column, error);
}


/* Two quotes stand for one; they become one where they are. */

static int
cell_quoted(ic_rows_t *rows, char **p, char *end, ic_cell_t *cell,
    unsigned column, ic_source_error_t *error)
{
    char    *out, *quote, *start;
    size_t   len;

    start = out = ++*p;

    for ( ;; ) {
        quote = memchr(*p, '"', (size_t) (end - *p));

        if (quote == NULL) {
            return cell_fail(rows, "data_unreadable", column,
                             "has an unclosed quote", error);
        }

        len = (size_t) (quote - *p);

        if (out != *p) {
            memmove(out, *p, len);
        }

        out += len;
        *p = quote + 1;

        if (*p == end || **p != '"') {
            break;
        }

        *out++ = '"';
        (*p)++;
    }

    if (*p != end && **p != ',') {
        return cell_fail(rows, "data_unreadable", column,
                         "has text behind a closing quote", error);
    }

    cell->quoted = 1;
    cell->null = 0;
    cell->text = ic_str_n(start, (size_t) (out - start));
    *p = (*p == end) ? NULL : *p + 1;

    return cell_check(rows, cell->text, column, error);
}


static int
cell_check(ic_rows_t *rows, ic_str_t text, unsigned column,
    ic_source_error_t *error)
{
    if (text.len > IC_ROWS_MAX_FIELD) {
        return cell_fail(rows, "data_unreadable", column, "is too long",
                         error);
    }

    if (memchr(text.data, '\0', text.len) != NULL) {
        return cell_fail(rows, "data_unreadable", column, "has a NUL byte",
                         error);
    }

    if (rows->strict && text.len != 0 && !ic_utf8_valid(text)) {
        return cell_fail(rows, "data_unreadable", column, "is no UTF-8",
                         error);
    }

    return 0;
}


static int
cell_fail(ic_rows_t *rows, const char *code, unsigned column,
    const char *what, ic_source_error_t *error)
{
    const char  *name;

    /* the names are not known while the header is read */

    name = (column < rows->ncolumns) ? rows->columns[column].name : NULL;

    return ic_source_fail(error, code, name, rows->row,
                          "column %u%s%.100s%s in row %lld of data_%u %s",
                          column + 1, (name != NULL) ? " \"" : "",
                          (name != NULL) ? name : "",
                          (name != NULL) ? "\"" : "", (long long) rows->row,
                          rows->partition, what);
}
