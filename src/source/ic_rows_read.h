
/* A table being read, inside. */


#ifndef _IC_ROWS_READ_H_INCLUDED_
#define _IC_ROWS_READ_H_INCLUDED_


#include "ic_rows.h"


struct ic_rows_s {
    int                folder;
    int                own;      /* closed at the end, or -1 */
    int                fd;       /* of the partition, or -1 */
    unsigned           partition;
    char              *buffer;   /* one byte longer than size */
    size_t             pos;
    size_t             len;
    size_t             size;
    char              *header;   /* of the partition, until the next read */
    char              *header_end;
    int64_t            row;      /* of the partition */
    int64_t            before;   /* rows of those before it */
    const ic_about_t  *about;
    ic_column_t       *columns;  /* of the table */
    unsigned           ncolumns;
    int               *slots;    /* by column: the cell, -1: not wanted */
    ic_column_t       *chosen;
    unsigned           nchosen;
    ic_cell_t         *cells;
    ic_arena_t        *pool;
    unsigned           eof:1;
    unsigned           quotes:1; /* there are some in the buffer */
    unsigned           strict:1;
    const char        *file;     /* instead of a folder, or NULL */
    int64_t            blank;    /* lines since the last record, of a file */
};


/*
 * The next record without its line end, whose byte may be read: 1, 0 at the
 * end of the partition, -1.
 */
int ic_rows_record(ic_rows_t *rows, char **start, char **end,
    ic_source_error_t *error);

/* Reads a partition's header and compares it with the columns known. */
int ic_rows_header(ic_rows_t *rows, ic_source_error_t *error);

/* The columns are those of the header, as strings. */
int ic_rows_header_take(ic_rows_t *rows, ic_source_error_t *error);

/* The column's number or -1. */
int ic_rows_find(const ic_rows_t *rows, const char *name);

/* Cuts it up. 0 or -1. */
int ic_rows_cells(ic_rows_t *rows, char *start, char *end,
    ic_source_error_t *error);

/*
 * One cell as text; *p is then behind the comma, NULL after the last one.
 * column: its number, for errors.
 */
int ic_rows_text(ic_rows_t *rows, char **p, char *end, ic_cell_t *cell,
    unsigned column, ic_source_error_t *error);


#endif /* _IC_ROWS_READ_H_INCLUDED_ */
