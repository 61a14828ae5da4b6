
/*
 * Rows from where the owner keeps them. Whole columns are handed out; text
 * is converted here, so that every component names bad data alike.
 */


#ifndef _IC_SOURCE_H_INCLUDED_
#define _IC_SOURCE_H_INCLUDED_


#include "../lib/ic_json.h"


typedef struct ic_table_s  ic_table_t;

typedef struct {
    const char  *code;           /* as in api/errors.def */
    char         column[132];
    int64_t      row;            /* 1-based data row, 0: none */
    char         text[512];      /* never a value of the table */
} ic_source_error_t;


/*
 * location: {"type":"csv","path":"/abs/file.csv"},
 * {"type":"sqlite","path":"/abs/file.db","table":"name"}, or
 * {"type":"table","path":"/abs/folder"} of ic_rows.h.
 * max_rows 0: no limit. A "max_rows" in the location is what a permit leaves
 * of it: more fail with data_rows_exceeded. NULL and error on failure.
 */
ic_table_t *ic_table_open(const ic_json_t *location, int64_t max_rows,
    ic_source_error_t *error);
void ic_table_close(ic_table_t *table);

/* The rows of a source as it is now, without reading it whole; or -1. */
int64_t ic_source_rows(const ic_json_t *location, ic_source_error_t *error);

/* The shape, and the name of column n (the table's); NULL: no such column. */
int64_t ic_table_rows(const ic_table_t *table);
unsigned ic_table_columns(const ic_table_t *table);
const char *ic_table_column(const ic_table_t *table, unsigned n);

/* The column's number or -1. */
int ic_table_find(const ic_table_t *table, const char *name);

/* One value as text; NULL for SQL NULL or an empty CSV field. Row 0... */
const char *ic_table_text(const ic_table_t *table, int64_t row, int column);

/*
 * A column as doubles: values[rows]. Fails with data_missing_column,
 * data_null_value or data_not_numeric (also NaN, infinities). 0 or -1.
 */
int ic_table_numbers(const ic_table_t *table, const char *column,
    double *values, ic_source_error_t *error);

/* The same, but NaN for empty ones. */
int ic_table_some_numbers(const ic_table_t *table, const char *column,
    double *values, ic_source_error_t *error);

/* One of its texts as a double, by the same rules. 0 or -1. */
int ic_table_number(const char *text, double *value);


#endif /* _IC_SOURCE_H_INCLUDED_ */
