
/*
 * Tables as tasks pass them on (docs/components.md, "Tables and outputs"): a
 * folder of partitions data_0, data_1, ... in CSV, and metadata with the
 * columns' types. Read and written a row at a time, in memory that does not
 * grow with the rows. Errors name file, row and column.
 */


#ifndef _IC_ROWS_H_INCLUDED_
#define _IC_ROWS_H_INCLUDED_


#include "ic_source.h"


#define IC_ROWS_VERSION         1
#define IC_ROWS_MAX_COLUMNS     16384
#define IC_ROWS_MAX_FIELD       (1 << 20)
#define IC_ROWS_MAX_RECORD      (1 << 24)
#define IC_ROWS_MAX_PARTITIONS  4096
#define IC_ROWS_MAX_METADATA    (8 << 20)


typedef enum {
    IC_CELL_STRING = 0,
    IC_CELL_INT64,
    IC_CELL_DOUBLE,              /* finite */
    IC_CELL_BOOL
} ic_cell_e;

typedef struct {
    const char  *name;
    ic_cell_e    type;
} ic_column_t;

typedef struct {
    unsigned      null:1;
    unsigned      quoted:1;      /* when read: it stood in quotes */
    union {
        ic_str_t  text;          /* good until the next row */
        int64_t   integer;
        double    number;
        bool      truth;
    };
} ic_cell_t;

typedef struct {
    int64_t  rows;               /* of tables */
    int64_t  bytes;
    char     sha256[65];         /* "": not known */
} ic_partition_t;

/* What metadata says. */
typedef struct {
    const char      *kind;       /* dataset, ..., NULL: not said */
    const char      *format;     /* csv, json, bytes, NULL: not said */
    ic_column_t     *columns;
    unsigned         ncolumns;   /* 0: not said */
    ic_partition_t  *partitions;
    unsigned         npartitions;
    int64_t          rows;       /* -1: not said */
    int64_t          bytes;
} ic_about_t;

typedef struct ic_rows_s  ic_rows_t;
typedef struct ic_rows_out_s  ic_rows_out_t;


const char *ic_cell_name(ic_cell_e type);

/* Of that name; -1: there is none. */
int ic_cell_type(ic_str_t name);

/*
 * The metadata of the folder, in the arena; NULL with an error, whose row is
 * -1 when there is no such file.
 */
ic_about_t *ic_about_read(ic_arena_t *arena, int folder,
    ic_source_error_t *error);

/* Its text, the same for the same content. data NULL: memory is short. */
ic_str_t ic_about_text(ic_arena_t *arena, const ic_about_t *about);


/*
 * The table of a folder; about NULL: its metadata. wanted: the names of the
 * columns that rows have, in that order, ended by NULL; NULL: all. about
 * without columns: those of the header, as strings. It and the descriptor
 * are the caller's and must stay. NULL with an error.
 */
ic_rows_t *ic_rows_open(int folder, const ic_about_t *about,
    const char *const *wanted, ic_source_error_t *error);
ic_rows_t *ic_rows_open_path(const char *folder, const char *const *wanted,
    ic_source_error_t *error);

/*
 * All columns as strings: of a table's folder; of one CSV file, whose empty
 * lines at its end are nothing.
 */
ic_rows_t *ic_rows_open_text(const char *folder, ic_source_error_t *error);
ic_rows_t *ic_rows_open_file(const char *path, ic_source_error_t *error);
void ic_rows_close(ic_rows_t *rows);

/* Text that is no UTF-8 is an error too. */
void ic_rows_strict(ic_rows_t *rows);

/* The cells of the next row: 1; 0 after the last one; -1 with an error. */
int ic_rows_next(ic_rows_t *rows, const ic_cell_t **cells,
    ic_source_error_t *error);

/* What rows have; how many were read, and of which partition the last is. */
unsigned ic_rows_columns(const ic_rows_t *rows);
const ic_column_t *ic_rows_column(const ic_rows_t *rows, unsigned n);
int64_t ic_rows_count(const ic_rows_t *rows);
unsigned ic_rows_partition(const ic_rows_t *rows);

/*
 * Reads all of it: about, which has the partitions, and the columns or none,
 * gets what is missing: types (int64, bool, double, else string; of
 * a column with quotes string), rows of each partition and of all. 0 or -1.
 */
int ic_rows_survey(ic_arena_t *arena, int folder, ic_about_t *about,
    ic_source_error_t *error);


/*
 * A new table in a folder that exists; another partition after every
 * part_rows rows (0: one for all). The columns must stay until the end. put:
 * one row. finish: writes the metadata; close without it leaves what was
 * written. NULL, -1: error.
 */
ic_rows_out_t *ic_rows_create(int folder, const ic_column_t *columns,
    unsigned ncolumns, int64_t part_rows, ic_source_error_t *error);
int ic_rows_put(ic_rows_out_t *out, const ic_cell_t *cells,
    ic_source_error_t *error);
int ic_rows_finish(ic_rows_out_t *out, ic_source_error_t *error);
void ic_rows_out_close(ic_rows_out_t *out);


#endif /* _IC_ROWS_H_INCLUDED_ */
