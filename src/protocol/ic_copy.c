
/* Tables made of rows of a table that was read. */


#include <fcntl.h>
#include <math.h>
#include <unistd.h>

#include "../source/ic_number.h"
#include "ic_copy.h"


/* What all values of a column may be. */
#define COPY_INT64   0x01
#define COPY_DOUBLE  0x02
#define COPY_BOOL    0x04


static int copy_types(ic_copy_t *copy, const char *input);
static const ic_about_t *copy_about(ic_copy_t *copy, const char *input);
static ic_cell_e copy_type(const ic_table_t *table, int column);
static unsigned copy_text(const char *text);


int
ic_copy_init(ic_copy_t *copy, ic_task_t *task, const char *input,
    const ic_table_t *table, unsigned more)
{
    unsigned     n, most;
    ic_arena_t  *arena;

    arena = ic_task_arena(task);
    copy->task = task;
    copy->table = table;
    copy->ncolumns = ic_table_columns(table);

    most = copy->ncolumns + more;
    copy->from = ic_alloc(arena, most * sizeof(int));
    copy->columns = ic_zalloc(arena, most * sizeof(ic_column_t));
    copy->types = ic_zalloc(arena, most * sizeof(ic_cell_e));
    copy->cells = ic_zalloc(arena, most * sizeof(ic_cell_t));

    if (copy->from == NULL || copy->columns == NULL || copy->types == NULL
        || copy->cells == NULL)
    {
        return ic_task_fail(task, "internal", NULL, 0, "memory is short");
    }

    for (n = 0; n < copy->ncolumns; n++) {
        copy->from[n] = (int) n;
        copy->columns[n].name = ic_table_column(table, n);
        copy->columns[n].type = IC_CELL_STRING;
    }

    return copy_types(copy, input);
}


static int
copy_types(ic_copy_t *copy, const char *input)
{
    unsigned           n, k;
    const ic_about_t  *about;

    about = copy_about(copy, input);

    for (n = 0; n < copy->ncolumns; n++) {

        for (k = 0; about != NULL && k < about->ncolumns; k++) {
            if (strcmp(about->columns[k].name, copy->columns[n].name) == 0) {
                break;
            }
        }

        copy->types[n] = (about != NULL && k < about->ncolumns)
                         ? about->columns[k].type
                         : copy_type(copy->table, (int) n);
    }

    return ic_task_failed(copy->task) ? -1 : 0;
}


/* Of a table of a task; NULL: of other sources types are not known. */

static const ic_about_t *
copy_about(ic_copy_t *copy, const char *input)
{
    int                 folder;
    const char         *path;
    ic_about_t         *about;
    const ic_json_t    *source;
    ic_source_error_t   error;

    source = ic_json_at(ic_json_get(ic_task_input(copy->task, input),
                                    "sources"), 0);

    if (!ic_str_is(ic_json_str(ic_json_get(source, "type")), "table")) {
        return NULL;
    }

    path = ic_str_z(ic_task_arena(copy->task),
                    ic_json_str(ic_json_get(source, "path")));
    folder = path != NULL ? open(path, O_RDONLY|O_DIRECTORY|O_CLOEXEC) : -1;

    if (folder == -1) {
        return NULL;
    }

    about = ic_about_read(ic_task_arena(copy->task), folder, &error);
    (void) close(folder);

    return about;
}


static ic_cell_e
copy_type(const ic_table_t *table, int column)
{
    bool         some;
    int64_t      row;
    unsigned     all;
    const char  *text;

    some = false;
    all = COPY_INT64|COPY_DOUBLE|COPY_BOOL;

    for (row = 0; all != 0 && row < ic_table_rows(table); row++) {
        text = ic_table_text(table, row, column);

        if (text != NULL) {
            all &= copy_text(text);
            some = true;
        }
    }

    if (!some) {
        return IC_CELL_STRING;
    }

    return (all & COPY_INT64) ? IC_CELL_INT64
           : (all & COPY_DOUBLE) ? IC_CELL_DOUBLE
           : (all & COPY_BOOL) ? IC_CELL_BOOL : IC_CELL_STRING;
}


static unsigned
copy_text(const char *text)
{
    double       number;
    size_t       len;
    int64_t      integer;
    const char  *digits;

    len = strlen(text);

    if (ic_number_int64(text, &integer) == len) {
        return COPY_INT64|COPY_DOUBLE;
    }

    /* 007 is a name, not a number */

    digits = text + (*text == '-' || *text == '+');

    if (!(digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9')
        && ic_number_double(text, &number) == len && isfinite(number))
    {
        return COPY_DOUBLE;
    }

    return (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
           ? COPY_BOOL : 0;
}


unsigned
ic_copy_add(ic_copy_t *copy, const char *name, ic_cell_e type)
{
    copy->columns[copy->ncolumns].name = name;
    ic_copy_own(copy, copy->ncolumns, type);

    return copy->ncolumns++;
}


void
ic_copy_own(ic_copy_t *copy, unsigned n, ic_cell_e type)
{
    copy->from[n] = -1;
    copy->columns[n].type = type;
    copy->types[n] = type;
}


void
ic_copy_drop(ic_copy_t *copy, unsigned n)
{
    unsigned  rest;

    rest = --copy->ncolumns - n;
    memmove(copy->from + n, copy->from + n + 1, rest * sizeof(int));
    memmove(copy->columns + n, copy->columns + n + 1,
            rest * sizeof(ic_column_t));
    memmove(copy->types + n, copy->types + n + 1, rest * sizeof(ic_cell_e));
}


int
ic_copy_find(const ic_copy_t *copy, int column)
{
    unsigned  n;

    for (n = 0; n < copy->ncolumns; n++) {
        if (copy->from[n] == column) {
            return (int) n;
        }
    }

    return -1;
}


int
ic_copy_open(ic_copy_t *copy, ic_output_t *output, const char *kind)
{
    return ic_output_open(output, copy->task, kind, copy->columns,
                          copy->ncolumns);
}


int
ic_copy_put(ic_copy_t *copy, ic_output_t *output, int64_t row)
{
    unsigned     n;
    const char  *text;

    for (n = 0; n < copy->ncolumns; n++) {

        if (copy->from[n] != -1) {
            text = ic_table_text(copy->table, row, copy->from[n]);
            copy->cells[n].null = text == NULL;

            if (text != NULL) {
                copy->cells[n].text = ic_str(text);
            }
        }
    }

    return ic_output_put(output, copy->cells);
}


int
ic_copy_end(ic_copy_t *copy, ic_output_t *output)
{
    unsigned  n;

    /* numbers were written as they stood; metadata says what they are */

    for (n = 0; n < copy->ncolumns; n++) {
        copy->columns[n].type = copy->types[n];
    }

    return ic_output_end(output);
}
