
/* Tables that a task reads and writes. */


#include <fcntl.h>
#include <unistd.h>

#include "ic_tables.h"


bool
ic_input_given(ic_task_t *task, const char *input)
{
    return ic_json_get(ic_task_input(task, input), "sources") != NULL;
}


ic_table_t *
ic_input_table(ic_task_t *task, const char *input, int64_t max_rows)
{
    ic_table_t         *table;
    const ic_json_t    *sources;
    ic_source_error_t   error;

    sources = ic_json_get(ic_task_input(task, input), "sources");

    if (sources == NULL || sources->type != IC_JSON_ARRAY
        || sources->count != 1)
    {
        (void) ic_task_fail(task, "data_unreadable", NULL, 0,
                            "%s must name one source", input);
        return NULL;
    }

    table = ic_table_open(ic_json_at(sources, 0), max_rows, &error);

    if (table == NULL) {
        (void) ic_input_failed(task, &error);
    }

    return table;
}


int
ic_input_failed(ic_task_t *task, const ic_source_error_t *error)
{
    return ic_task_fail(task, error->code, error->column, error->row, "%s",
                        error->text);
}


int
ic_output_open(ic_output_t *output, ic_task_t *task, const char *kind,
    const ic_column_t *columns, unsigned ncolumns)
{
    const char         *place;
    ic_source_error_t   error;

    output->task = task;
    output->folder = -1;
    output->rows = NULL;
    place = ic_task_place(task, kind);

    if (place == NULL) {
        return 0;
    }

    output->folder = open(place, O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    if (output->folder == -1) {
        return ic_task_fail(task, "internal", NULL, 0,
                            "the folder of the output cannot be opened");
    }

    output->rows = ic_rows_create(output->folder, columns, ncolumns, 0,
                                  &error);

    return output->rows != NULL ? 0 : ic_input_failed(task, &error);
}


int
ic_output_put(ic_output_t *output, const ic_cell_t *cells)
{
    ic_source_error_t  error;

    if (output->rows == NULL || ic_rows_put(output->rows, cells, &error) == 0)
    {
        return 0;
    }

    return ic_input_failed(output->task, &error);
}


int
ic_output_end(ic_output_t *output)
{
    ic_source_error_t  error;

    if (output->rows == NULL || ic_rows_finish(output->rows, &error) == 0) {
        return 0;
    }

    return ic_input_failed(output->task, &error);
}


void
ic_output_close(ic_output_t *output)
{
    if (output->rows != NULL) {
        ic_rows_out_close(output->rows);
        output->rows = NULL;
    }

    if (output->folder != -1) {
        (void) close(output->folder);
        output->folder = -1;
    }
}
