
/* Labels of a table. */


#include "ic_label.h"


bool
ic_label_is(const char *positive, const char *text)
{
    double  one, two;

    return strcmp(positive, text) == 0
           || (ic_str_num(ic_str(positive), &one) == 0
               && ic_str_num(ic_str(text), &two) == 0 && one == two);
}


int
ic_label_read(ic_task_t *task, const ic_table_t *table, const char *column,
    const char *positive, uint8_t *label)
{
    int          n;
    int64_t      row, rows;
    const char  *text;

    n = ic_table_find(table, column);

    if (n < 0) {
        return ic_task_fail(task, "data_missing_column", column, 0,
                            "the table has no column \"%s\"", column);
    }

    rows = ic_table_rows(table);

    for (row = 0; row < rows; row++) {
        text = ic_table_text(table, row, n);

        if (text == NULL) {
            return ic_task_fail(task, "data_null_label", column, row + 1,
                                "the label \"%s\" is empty in row %lld",
                                column, (long long) row + 1);
        }

        label[row] = ic_label_is(positive, text);
    }

    return 0;
}
