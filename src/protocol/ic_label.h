
/* The label of rows: positive or not. */


#ifndef _IC_LABEL_H_INCLUDED_
#define _IC_LABEL_H_INCLUDED_


#include "../source/ic_source.h"
#include "../task/ic_task.h"


/*
 * Whether a text is the positive label: the same text, or the same number
 * ("1", "1.0").
 */
bool ic_label_is(const char *positive, const char *text);

/*
 * label[rows of the table]: 1 where the column has the positive label, else
 * 0. Fails with data_missing_column, or data_null_label and the row. 0, or
 * -1 after ic_task_fail().
 */
int ic_label_read(ic_task_t *task, const ic_table_t *table,
    const char *column, const char *positive, uint8_t *label);


#endif /* _IC_LABEL_H_INCLUDED_ */
