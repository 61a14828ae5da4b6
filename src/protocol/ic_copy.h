
/*
 * Tables made of rows of a table that was read: columns that are copied, as
 * the text that they are, and columns of the component's own.
 */


#ifndef _IC_COPY_H_INCLUDED_
#define _IC_COPY_H_INCLUDED_


#include "ic_tables.h"


typedef struct {
    ic_task_t         *task;
    const ic_table_t  *table;
    unsigned           ncolumns;
    int               *from;     /* column of the table; -1: own */
    ic_column_t       *columns;  /* copied: string until the end */
    ic_cell_e         *types;    /* what they become */
    ic_cell_t         *cells;    /* own ones: set before every put */
} ic_copy_t;


/*
 * All columns of the table of that input, with room for `more` behind them.
 * Their types are those of its metadata, if a task made it, else what all
 * values are (int64, double, bool, string). In the task's arena. 0, or -1
 * after ic_task_fail().
 */
int ic_copy_init(ic_copy_t *copy, ic_task_t *task, const char *input,
    const ic_table_t *table, unsigned more);

/*
 * Before the output is opened: another column behind them, of those that
 * there is room for, its number; column n is the component's own from now
 * on, or is left out.
 */
unsigned ic_copy_add(ic_copy_t *copy, const char *name, ic_cell_e type);
void ic_copy_own(ic_copy_t *copy, unsigned n, ic_cell_e type);
void ic_copy_drop(ic_copy_t *copy, unsigned n);

/* The output's number of the table's column, or -1. */
int ic_copy_find(const ic_copy_t *copy, int column);

/*
 * An output of that kind; several may be open. put: that row of the table.
 * end, when no more rows come to any of them: 0, or -1 after ic_task_fail().
 * ic_output_close() in any case.
 */
int ic_copy_open(ic_copy_t *copy, ic_output_t *output, const char *kind);
int ic_copy_put(ic_copy_t *copy, ic_output_t *output, int64_t row);
int ic_copy_end(ic_copy_t *copy, ic_output_t *output);


#endif /* _IC_COPY_H_INCLUDED_ */
