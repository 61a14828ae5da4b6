
/* A table in memory; what the readers fill and ic_source.h hands out. */


#ifndef _IC_TABLE_H_INCLUDED_
#define _IC_TABLE_H_INCLUDED_


#include "ic_source.h"


#define IC_TABLE_MAX_COLUMNS  16384
#define IC_TABLE_MAX_ROWS     50000000
#define IC_TABLE_MAX_BYTES    ((int64_t) 1 << 30)
#define IC_TABLE_MAX_FIELD    (1 << 20)


struct ic_table_s {
    ic_arena_t   *pool;
    u_char       *buffer;        /* a CSV file; the cells point into it */
    unsigned      columns;
    char        **names;
    int64_t       rows;
    int64_t       limit;         /* rows accepted */
    const char   *over;          /* error of one more */
    size_t        cells_size;
    char        **cells;         /* rows * columns, NULL: empty */
};


#define IC_PLACE_LEN  4096

/* What a location says. */
typedef struct {
    char  type[IC_PLACE_LEN];    /* csv, sqlite, table */
    char  path[IC_PLACE_LEN];
    char  name[IC_PLACE_LEN];    /* of a database's table */
} ic_place_t;


/* 0, or -1 with an error. */
int ic_source_place(const ic_json_t *location, ic_place_t *place,
    ic_source_error_t *error);

/* max_rows 0: IC_TABLE_MAX_ROWS. NULL without memory. */
ic_table_t *ic_table_create(int64_t max_rows);

/*
 * Takes the names, which live as long as the table; refuses none, too many,
 * an empty and a repeated name. 0 or -1.
 */
int ic_table_header(ic_table_t *table, char **names, unsigned count,
    ic_source_error_t *error);

/* The cells of one more row, NULL for an empty one. NULL on failure. */
char **ic_table_add_row(ic_table_t *table, ic_source_error_t *error);

/* Fills in error; always -1. */
int ic_source_fail(ic_source_error_t *error, const char *code,
    const char *column, int64_t row, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* The readers: the table's content from path. 0 or -1. */
int ic_csv_read(ic_table_t *table, const char *path,
    ic_source_error_t *error);
int ic_sqlite_read(ic_table_t *table, const char *path, const char *name,
    ic_source_error_t *error);
int ic_rows_read(ic_table_t *table, const char *path,
    ic_source_error_t *error);

/* The number of rows that they would read, or -1. */
int64_t ic_csv_rows(const char *path, ic_source_error_t *error);
int64_t ic_sqlite_rows(const char *path, const char *name,
    ic_source_error_t *error);
int64_t ic_rows_rows(const char *path, ic_source_error_t *error);


#endif /* _IC_TABLE_H_INCLUDED_ */
