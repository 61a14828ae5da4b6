
/* What a party puts in, and what it gets. */


#include <stdlib.h>

#include "../../math/ic_share.h"
#include "../../protocol/ic_tables.h"
#include "expression.h"


#define DATA_INPUT   "train_data"
#define DATA_OUTPUT  "dataset"


static int data_column(program_t *program, data_t *data, unsigned input);
static bool data_has(const program_t *program, int self, bool total);
static int data_rows(program_t *program, const data_t *data, int self,
    bool totals, ic_output_t *output, uint64_t *const *words,
    const uint64_t *all);
static int data_columns(program_t *program, const data_t *data, int self,
    bool totals, ic_column_t *columns, unsigned *outputs, unsigned *count);
static void data_cell(const program_t *program, unsigned output,
    uint64_t word, ic_cell_t *cell);
static uint64_t data_word(const program_t *program, unsigned output,
    const uint64_t *words, int64_t row);
static void report_outputs(const program_t *program, ic_json_out_t *out);
static void report_results(const program_t *program, ic_json_out_t *out,
    int self, const uint64_t *totals);


int
data_read(program_t *program, data_t *data, int self)
{
    int        rc;
    bool       wanted;
    unsigned   i;

    data->rows = -1;
    data->columns = ic_zalloc(program->arena, (program->ninputs + 1)
                                              * sizeof(double *));

    if (data->columns == NULL) {
        return ic_task_fail(program->task, "internal", NULL, 0,
                            "memory is short");
    }

    wanted = data->unique_id != NULL;

    for (i = 0; i < program->ninputs; i++) {
        wanted = wanted || (int) program->inputs[i].owner == self;
    }

    if (!wanted) {
        return 0;
    }

    data->table = ic_input_table(program->task, DATA_INPUT, 0);

    if (data->table == NULL) {
        return -1;
    }

    data->rows = ic_table_rows(data->table);

    if (data->unique_id != NULL
        && ic_table_find(data->table, data->unique_id) < 0)
    {
        return ic_task_fail(program->task, "data_missing_column",
                            data->unique_id, 0, "there is no column \"%s\"",
                            data->unique_id);
    }

    for (rc = 0, i = 0; rc == 0 && i < program->ninputs; i++) {
        if ((int) program->inputs[i].owner == self) {
            rc = data_column(program, data, i);
        }
    }

    return rc;
}


static int
data_column(program_t *program, data_t *data, unsigned input)
{
    double             *values;
    int64_t             row;
    const input_t      *in;
    ic_source_error_t   error;

    in = &program->inputs[input];
    values = malloc(((size_t) data->rows + 1) * sizeof(double));
    data->columns[input] = values;

    if (values == NULL) {
        return ic_task_fail(program->task, "internal", NULL, 0,
                            "memory is short");
    }

    if (ic_table_numbers(data->table, in->column, values, &error) != 0) {
        return ic_input_failed(program->task, &error);
    }

    for (row = 0; row < data->rows; row++) {
        if (!(values[row] >= in->low && values[row] <= in->high)) {
            return ic_task_fail(program->task, "data_out_of_range",
                                in->column, row + 1, "row %lld of \"%s\" is "
                                "outside of the range %.6g .. %.6g that the "
                                "program gives it", (long long) row + 1,
                                in->column, in->low, in->high);
        }
    }

    return 0;
}


void
data_free(program_t *program, data_t *data)
{
    unsigned  i;

    for (i = 0; data->columns != NULL && i < program->ninputs; i++) {
        if (data->columns[i] != NULL) {
            explicit_bzero(data->columns[i],
                           (size_t) data->rows * sizeof(double));
            free(data->columns[i]);
        }
    }

    if (data->table != NULL) {
        ic_table_close(data->table);
    }
}


int
data_write(program_t *program, const data_t *data, int self,
    uint64_t *const *words, const uint64_t *totals)
{
    int           rc;
    bool          all;
    unsigned      count, *outputs;
    ic_output_t   output;
    ic_column_t  *columns;

    all = !data_has(program, self, false);

    if (all && !data_has(program, self, true)) {
        ic_task_without(program->task, DATA_OUTPUT);
        return 0;
    }

    columns = ic_zalloc(program->arena, (program->noutputs + 1)
                                        * sizeof(ic_column_t));
    outputs = ic_zalloc(program->arena, (program->noutputs + 1)
                                        * sizeof(unsigned));

    if (columns == NULL || outputs == NULL
        || data_columns(program, data, self, all, columns, outputs, &count)
           != 0)
    {
        return ic_task_fail(program->task, "internal", NULL, 0,
                            "memory is short");
    }

    rc = ic_output_open(&output, program->task, DATA_OUTPUT, columns, count);
    rc = rc == 0 ? data_rows(program, data, self, all, &output, words,
                             totals) : -1;
    rc = rc == 0 ? ic_output_end(&output) : -1;
    ic_output_close(&output);

    return rc;
}


/* Whether a party gets something of each row, or of all. */

static bool
data_has(const program_t *program, int self, bool total)
{
    unsigned  i;

    for (i = 0; i < program->noutputs; i++) {
        if ((program->outputs[i].to >> self & 1)
            && program->outputs[i].value.total == total)
        {
            return true;
        }
    }

    return false;
}


/* Beside values of rows there is no place for those of all. */

static int
data_columns(program_t *program, const data_t *data, int self, bool totals,
    ic_column_t *columns, unsigned *outputs, unsigned *count)
{
    unsigned         i;
    const output_t  *output;

    *count = 0;

    if (data->unique_id != NULL && !totals) {
        columns[0].name = data->unique_id;
        columns[0].type = IC_CELL_STRING;
        *count = 1;
    }

    for (i = 0; i < program->noutputs; i++) {
        output = &program->outputs[i];

        if (!(output->to >> self & 1) || output->value.total != totals) {
            continue;
        }

        columns[*count].name = ic_str_z(program->arena, output->name);
        columns[*count].type = output->value.truth ? IC_CELL_BOOL
                                                   : IC_CELL_DOUBLE;

        if (columns[*count].name == NULL) {
            return -1;
        }

        outputs[(*count)++] = i;
    }

    return 0;
}


static int
data_rows(program_t *program, const data_t *data, int self, bool totals,
    ic_output_t *output, uint64_t *const *words, const uint64_t *all)
{
    int          rc, column;
    int64_t      row, rows;
    unsigned     i, count;
    ic_cell_t   *cells;
    const char  *id;

    cells = ic_zalloc(program->arena, (program->noutputs + 1)
                                      * sizeof(ic_cell_t));

    if (cells == NULL) {
        return ic_task_fail(program->task, "internal", NULL, 0,
                            "memory is short");
    }

    rows = totals ? 1 : program->rows;
    column = data->unique_id != NULL && !totals
             ? ic_table_find(data->table, data->unique_id) : -1;

    for (rc = 0, row = 0; rc == 0 && row < rows; row++) {
        count = 0;

        if (column >= 0) {
            id = ic_table_text(data->table, row, column);
            cells[0].null = id == NULL;
            cells[0].text = ic_str(id);
            count = 1;
        }

        for (i = 0; i < program->noutputs; i++) {
            if ((program->outputs[i].to >> self & 1)
                && program->outputs[i].value.total == totals)
            {
                data_cell(program, i, totals ? all[i]
                          : data_word(program, i, words[i], row),
                          &cells[count++]);
            }
        }

        rc = ic_output_put(output, cells);
    }

    return rc;
}


static uint64_t
data_word(const program_t *program, unsigned output, const uint64_t *words,
    int64_t row)
{
    return program->outputs[output].value.truth
           ? words[row / 64] >> (row % 64) & 1 : words[row];
}


static void
data_cell(const program_t *program, unsigned output, uint64_t word,
    ic_cell_t *cell)
{
    const value_t  *value;

    value = &program->outputs[output].value;
    cell->null = 0;

    if (value->truth) {
        cell->truth = word & 1;

    } else {
        cell->number = ic_share_decode(word, value->scale);
    }
}


int
data_report(program_t *program, const ic_shares_cost_t *cost, int self,
    const char *triples, const uint64_t *totals)
{
    ic_str_t       text;
    ic_json_out_t  out;

    ic_out_init(&out, program->arena);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "algorithm", "expression");
    ic_out_z(&out, "triples", triples);
    ic_out_int(&out, "rows", program->rows);
    ic_out_int(&out, "fraction_bits", program->fraction);
    report_outputs(program, &out);
    report_results(program, &out, self, totals);

    ic_out_object(&out, "cost");
    ic_out_int(&out, "rounds", cost->rounds);
    ic_out_int(&out, "products", cost->products);
    ic_out_int(&out, "divisions", cost->shifts);
    ic_out_int(&out, "comparisons", cost->comparisons);
    ic_out_int(&out, "and_gates", cost->ands);
    ic_out_int(&out, "bits_to_numbers", cost->bits);
    ic_out_int(&out, "bytes_sent", cost->bytes_sent);
    ic_out_int(&out, "bytes_received", cost->bytes_received);
    ic_out_object_end(&out);
    ic_out_object_end(&out);
    text = ic_out_text(&out);

    if (text.data == NULL) {
        return ic_task_fail(program->task, "internal", NULL, 0,
                            "memory is short");
    }

    ic_task_output(program->task, "report", text);

    return 0;
}


static void
report_outputs(const program_t *program, ic_json_out_t *out)
{
    unsigned         i, p;
    const output_t  *output;

    ic_out_array(out, "outputs");

    for (i = 0; i < program->noutputs; i++) {
        output = &program->outputs[i];
        ic_out_object(out, NULL);
        ic_out_str(out, "name", output->name);
        ic_out_z(out, "type", output->value.truth ? "bool" : "double");
        ic_out_z(out, "of", output->value.total ? "all rows" : "a row");

        if (!output->value.truth) {
            ic_out_num(out, "rounding", output->value.error);
            ic_out_num(out, "low", output->value.low);
            ic_out_num(out, "high", output->value.high);
        }

        ic_out_array(out, "to");

        for (p = 0; p < program->count; p++) {
            if (output->to >> p & 1) {
                ic_out_z(out, NULL, program->parties[p]->name);
            }
        }

        ic_out_array_end(out);
        ic_out_object_end(out);
    }

    ic_out_array_end(out);
}


static void
report_results(const program_t *program, ic_json_out_t *out, int self,
    const uint64_t *totals)
{
    unsigned         i;
    const output_t  *output;

    if (!data_has(program, self, true)) {
        return;
    }

    ic_out_object(out, "results");

    for (i = 0; i < program->noutputs; i++) {
        output = &program->outputs[i];

        if (!output->value.total || !(output->to >> self & 1)) {
            continue;
        }

        ic_out_key(out, output->name);

        if (output->value.truth) {
            ic_out_bool(out, NULL, totals[i] & 1);

        } else {
            ic_out_num(out, NULL, ic_share_decode(totals[i],
                                                  output->value.scale));
        }
    }

    ic_out_object_end(out);
}
