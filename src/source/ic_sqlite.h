
/* Rows of a table of a SQLite database, one after the other. */


#ifndef _IC_SQLITE_H_INCLUDED_
#define _IC_SQLITE_H_INCLUDED_


#include "ic_source.h"


typedef struct ic_sqlite_s  ic_sqlite_t;


/* NULL with an error. */
ic_sqlite_t *ic_sqlite_open(const char *path, const char *table,
    ic_source_error_t *error);
void ic_sqlite_close(ic_sqlite_t *sqlite);

/* The columns, as long as it is open. */
unsigned ic_sqlite_columns(const ic_sqlite_t *sqlite);
const char *ic_sqlite_column(const ic_sqlite_t *sqlite, unsigned n);

/*
 * The next row as text, good until the one after: data NULL for NULL and for
 * no text. 1; 0 after the last one; -1 with an error, of binary data too.
 */
int ic_sqlite_next(ic_sqlite_t *sqlite, const ic_str_t **cells,
    ic_source_error_t *error);


#endif /* _IC_SQLITE_H_INCLUDED_ */
