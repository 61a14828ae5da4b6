
/*
 * Rows of a source (ic_source.h) one after the other, as text, in memory that
 * does not grow with their number.
 */


#ifndef _IC_SCAN_H_INCLUDED_
#define _IC_SCAN_H_INCLUDED_


#include "ic_source.h"


typedef struct ic_scan_s  ic_scan_t;


/* As ic_table_open(), of which it keeps the limits but that of bytes. */
ic_scan_t *ic_scan_open(const ic_json_t *location, int64_t max_rows,
    ic_source_error_t *error);
void ic_scan_close(ic_scan_t *scan);

/* The columns, as long as it is open. */
unsigned ic_scan_columns(const ic_scan_t *scan);
const char *ic_scan_column(const ic_scan_t *scan, unsigned n);

/*
 * The next row, good until the one after: data NULL for an empty cell. 1; 0
 * after the last one; -1 with an error.
 */
int ic_scan_next(ic_scan_t *scan, const ic_str_t **cells,
    ic_source_error_t *error);


#endif /* _IC_SCAN_H_INCLUDED_ */
