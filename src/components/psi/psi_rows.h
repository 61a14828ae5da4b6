
/*
 * This party's rows: the key columns in memory, all columns in a file of the
 * task's folder that has no name, so that a source is read once and a wide
 * table takes no memory.
 */


#ifndef _PSI_ROWS_H_INCLUDED_
#define _PSI_ROWS_H_INCLUDED_


#include "psi.h"


typedef struct psi_rows_s  psi_rows_t;


/* Reads the input. NULL after ic_task_fail(). */
psi_rows_t *psi_rows_read(psi_t *psi);
void psi_rows_free(psi_rows_t *rows);

int64_t psi_rows_count(const psi_rows_t *rows);
unsigned psi_rows_columns(const psi_rows_t *rows);
const char *psi_rows_column(const psi_rows_t *rows, unsigned n);

/* Key column n of a row, trimmed if that is asked for; len 0: empty. */
ic_str_t psi_rows_key(const psi_rows_t *rows, int64_t row, unsigned n);

/* All cells of a row, good until the next call. 0, or -1 after a failure. */
int psi_rows_get(psi_rows_t *rows, int64_t row, ic_cell_t *cells);


#endif /* _PSI_ROWS_H_INCLUDED_ */
