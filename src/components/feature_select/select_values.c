
/* Columns by their values: missing, constant, unique. */


#include <stdlib.h>

#include "select.h"


static void values_count(select_t *select, select_column_t *column,
    const char **texts);
static int values_by_text(const void *one, const void *two);


int
select_values(select_t *select)
{
    double            all;
    unsigned          n;
    const char      **texts;
    select_column_t  *column;

    texts = malloc(((size_t) select->rows + 1) * sizeof(char *));

    if (texts == NULL) {
        return ic_task_fail(select->task, "internal", NULL, 0,
                            "memory is short");
    }

    all = select->rows > 0 ? (double) select->rows : 1;

    for (n = 0; n < select->count; n++) {
        column = &select->columns[n];
        values_count(select, column, texts);

        if (column->always) {
            continue;
        }

        if ((double) (select->rows - column->filled) / all
            > ic_setting_num(&select->settings, "max_missing"))
        {
            column->reason = SELECT_MISSING;

        } else if (column->distinct < 2 && select->rows > 1
                   && ic_setting_bool(&select->settings, "drop_constant"))
        {
            column->reason = SELECT_CONSTANT;

        } else if (column->filled > 1
                   && (double) column->distinct / (double) column->filled
                      > ic_setting_num(&select->settings, "max_unique"))
        {
            column->reason = SELECT_UNIQUE;
        }

        ic_task_progress(select->task, 50.0 * (n + 1) / select->count,
                         "columns");
    }

    free(texts);

    return 0;
}


/* Values are compared as the text that they are. */

static void
values_count(select_t *select, select_column_t *column, const char **texts)
{
    size_t       n, i;
    int64_t      row;
    const char  *text;

    for (n = 0, row = 0; row < select->rows; row++) {
        text = ic_table_text(select->table, row, column->column);

        if (text != NULL) {
            texts[n++] = text;
        }
    }

    qsort(texts, n, sizeof(char *), values_by_text);
    column->filled = (int64_t) n;
    column->distinct = n > 0;

    for (i = 1; i < n; i++) {
        column->distinct += strcmp(texts[i - 1], texts[i]) != 0;
    }
}


static int
values_by_text(const void *one, const void *two)
{
    return strcmp(*(const char *const *) one, *(const char *const *) two);
}
