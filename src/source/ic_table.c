
/* A table in memory. */


#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "ic_table.h"


static int read_numbers(const ic_table_t *table, const char *column,
    double *values, bool empty, ic_source_error_t *error);
static const char *skip_digits(const char *p);


ic_table_t *
ic_table_create(int64_t max_rows)
{
    ic_table_t  *table;

    table = calloc(1, sizeof(ic_table_t));

    if (table == NULL) {
        return NULL;
    }

    table->over = "data_unreadable";
    table->limit = (max_rows > 0 && max_rows < IC_TABLE_MAX_ROWS)
                   ? max_rows : IC_TABLE_MAX_ROWS;
    table->pool = ic_pool_create();

    if (table->pool == NULL) {
        free(table);
        return NULL;
    }

    return table;
}


void
ic_table_close(ic_table_t *table)
{
    if (table == NULL) {
        return;
    }

    ic_pool_destroy(table->pool);
    free(table->buffer);
    free(table->cells);
    free(table);
}


int
ic_table_header(ic_table_t *table, char **names, unsigned count,
    ic_source_error_t *error)
{
    unsigned  i;

    if (count == 0 || count > IC_TABLE_MAX_COLUMNS) {
        return ic_source_fail(error, "data_unreadable", NULL, 0,
                              "%u columns; 1 to %u are accepted", count,
                              IC_TABLE_MAX_COLUMNS);
    }

    table->names = names;
    table->columns = 0;

    for (i = 0; i < count; i++) {

        if (names[i] == NULL) {
            return ic_source_fail(error, "data_unreadable", NULL, 0,
                                  "column %u has no name", i + 1);
        }

        if (ic_table_find(table, names[i]) != -1) {
            return ic_source_fail(error, "data_unreadable", names[i], 0,
                                  "two columns have the same name");
        }

        table->columns++;
    }

    return 0;
}


char **
ic_table_add_row(ic_table_t *table, ic_source_error_t *error)
{
    char    **cells;
    size_t    used, size;

    if (table->rows == table->limit) {
        ic_source_fail(error, table->over, NULL, table->rows + 1,
                       "more than %lld rows", (long long) table->limit);
        return NULL;
    }

    used = (size_t) table->rows * table->columns;

    if (used + table->columns > table->cells_size) {
        size = 2 * table->cells_size + 64 * table->columns;
        cells = realloc(table->cells, size * sizeof(char *));

        if (cells == NULL) {
            ic_source_fail(error, "internal", NULL, 0, "out of memory");
            return NULL;
        }

        table->cells = cells;
        table->cells_size = size;
    }

    memset(table->cells + used, 0, table->columns * sizeof(char *));
    table->rows++;

    return table->cells + used;
}


int
ic_source_fail(ic_source_error_t *error, const char *code,
    const char *column, int64_t row, const char *fmt, ...)
{
    va_list  args;

    error->code = code;
    error->row = row;
    (void) snprintf(error->column, sizeof(error->column), "%s",
                    column ? column : "");

    va_start(args, fmt);
    (void) vsnprintf(error->text, sizeof(error->text), fmt, args);
    va_end(args);

    return -1;
}


int64_t
ic_table_rows(const ic_table_t *table)
{
    return table->rows;
}


unsigned
ic_table_columns(const ic_table_t *table)
{
    return table->columns;
}


const char *
ic_table_column(const ic_table_t *table, unsigned n)
{
    return (n < table->columns) ? table->names[n] : NULL;
}


int
ic_table_find(const ic_table_t *table, const char *name)
{
    unsigned  i;

    for (i = 0; i < table->columns; i++) {
        if (strcmp(table->names[i], name) == 0) {
            return (int) i;
        }
    }

    return -1;
}


const char *
ic_table_text(const ic_table_t *table, int64_t row, int column)
{
    if (row < 0 || row >= table->rows || column < 0
        || (unsigned) column >= table->columns)
    {
        return NULL;
    }

    return table->cells[(size_t) row * table->columns + (unsigned) column];
}


int
ic_table_numbers(const ic_table_t *table, const char *column,
    double *values, ic_source_error_t *error)
{
    return read_numbers(table, column, values, false, error);
}


int
ic_table_some_numbers(const ic_table_t *table, const char *column,
    double *values, ic_source_error_t *error)
{
    return read_numbers(table, column, values, true, error);
}


static int
read_numbers(const ic_table_t *table, const char *column, double *values,
    bool empty, ic_source_error_t *error)
{
    int          n;
    int64_t      row;
    const char  *text;

    n = ic_table_find(table, column);

    if (n == -1) {
        return ic_source_fail(error, "data_missing_column", column, 0,
                              "the data has no column \"%s\"", column);
    }

    for (row = 0; row < table->rows; row++) {
        text = ic_table_text(table, row, n);

        if (text == NULL && empty) {
            values[row] = NAN;
            continue;
        }

        if (text == NULL) {
            return ic_source_fail(error, "data_null_value", column, row + 1,
                                  "column \"%s\" is empty in row %lld",
                                  column, (long long) row + 1);
        }

        if (ic_table_number(text, &values[row]) != 0) {
            return ic_source_fail(error, "data_not_numeric", column, row + 1,
                                  "column \"%s\" is not a number in row "
                                  "%lld", column, (long long) row + 1);
        }
    }

    return 0;
}


/*
 * The whole text as a finite decimal number: sign, digits with a point,
 * exponent. Nothing else that strtod() takes: spaces, hexadecimal, nan, inf.
 */

int
ic_table_number(const char *text, double *value)
{
    long         digits;
    const char  *p, *start;

    p = text;

    if (*p == '+' || *p == '-') {
        p++;
    }

    start = p;
    p = skip_digits(p);
    digits = p - start;

    if (*p == '.') {
        start = p + 1;
        p = skip_digits(start);
        digits += p - start;
    }

    if (digits == 0) {
        return -1;
    }

    if (*p == 'e' || *p == 'E') {
        p++;

        if (*p == '+' || *p == '-') {
            p++;
        }

        start = p;
        p = skip_digits(p);

        if (p == start) {
            return -1;
        }
    }

    if (*p != '\0') {
        return -1;
    }

    *value = strtod(text, NULL);

    return isfinite(*value) ? 0 : -1;
}


static const char *
skip_digits(const char *p)
{
    while (isdigit((u_char) *p)) {
        p++;
    }

    return p;
}
