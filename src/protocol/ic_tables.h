
/* Tables that a task reads and writes. */


#ifndef _IC_TABLES_H_INCLUDED_
#define _IC_TABLES_H_INCLUDED_


#include "../source/ic_rows.h"
#include "../task/ic_task.h"


/* A table being written to the place of an output. */
typedef struct {
    ic_task_t      *task;
    int             folder;
    ic_rows_out_t  *rows;        /* NULL: nobody wants it */
} ic_output_t;


/*
 * The one table of an input (max_rows 0: the source's limit). NULL after
 * ic_task_fail().
 */
ic_table_t *ic_input_table(ic_task_t *task, const char *input,
    int64_t max_rows);

/* Whether the DAG gives this party that input at all. */
bool ic_input_given(ic_task_t *task, const char *input);

/* Reports what a source said; always -1. */
int ic_input_failed(ic_task_t *task, const ic_source_error_t *error);


/*
 * Begins the table of the output of that kind; if the DAG declares none, all
 * that follows does nothing. put: one row. end: 0 when it is written. close
 * in any case. 0, or -1 after ic_task_fail(). The columns must stay.
 */
int ic_output_open(ic_output_t *output, ic_task_t *task, const char *kind,
    const ic_column_t *columns, unsigned ncolumns);
int ic_output_put(ic_output_t *output, const ic_cell_t *cells);
int ic_output_end(ic_output_t *output);
void ic_output_close(ic_output_t *output);


#endif /* _IC_TABLES_H_INCLUDED_ */
