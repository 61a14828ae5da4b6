
/* What a prediction leaves: a table and a report. */


#include <stdlib.h>

#include "predict.h"


/* Of a table of scores, those that there are. */
enum {
    WRITE_ID = 0,
    WRITE_SCORE,
    WRITE_LABEL,
    WRITE_PREDICTED,
    WRITE_COLUMNS
};

typedef struct {
    unsigned     count;
    int          from[WRITE_COLUMNS];        /* of the data; -1: ours */
    unsigned     which[WRITE_COLUMNS];
    ic_column_t  columns[WRITE_COLUMNS];
    ic_cell_t    cells[WRITE_COLUMNS];
    double       threshold;
} write_t;


static int write_layout(predict_t *predict, write_t *write);
static int write_named(predict_t *predict, const char *setting,
    const char *of_model, int *column);
static void write_add(write_t *write, unsigned which, int from);
static int write_rows(predict_t *predict, write_t *write,
    ic_output_t *output);
static int write_transformed(predict_t *predict, ic_copy_t *copy,
    ic_output_t *output);
static void write_own(predict_t *predict, ic_copy_t *copy, unsigned *places);


int
predict_write_scores(predict_t *predict)
{
    int          rc;
    write_t      write;
    ic_output_t  output;

    memset(&write, 0, sizeof(write_t));

    if (write_layout(predict, &write) != 0) {
        return -1;
    }

    ic_task_progress(predict->task, 80, "writing");
    rc = ic_output_open(&output, predict->task, "dataset", write.columns,
                        write.count);

    if (rc == 0) {
        rc = write_rows(predict, &write, &output);
    }

    if (rc == 0) {
        rc = ic_output_end(&output);
    }

    ic_output_close(&output);

    return rc;
}


static int
write_layout(predict_t *predict, write_t *write)
{
    int  id, label;

    if (write_named(predict, "unique_id", predict->model->unique_id, &id)
        != 0
        || write_named(predict, "label_name", predict->model->label_name,
                       &label)
           != 0)
    {
        return -1;
    }

    if (id != -1) {
        write_add(write, WRITE_ID, id);
    }

    write_add(write, WRITE_SCORE, -1);

    if (label != -1) {
        write_add(write, WRITE_LABEL, label);
    }

    if (ic_setting(&predict->settings, "threshold") != NULL) {
        write->threshold = ic_setting_num(&predict->settings, "threshold");
        write_add(write, WRITE_PREDICTED, -1);
    }

    return 0;
}


/* What a setting names must be there; what the model names may be. */

static int
write_named(predict_t *predict, const char *setting, const char *of_model,
    int *column)
{
    const char  *name;

    name = ic_setting_text(&predict->settings, setting);
    *column = name != NULL ? ic_table_find(predict->table, name)
              : of_model != NULL ? ic_table_find(predict->table, of_model)
                                 : -1;

    return name == NULL || *column != -1 ? 0
           : ic_task_fail(predict->task, "data_missing_column", name, 0,
                          "the data has no column \"%s\"", name);
}


static void
write_add(write_t *write, unsigned which, int from)
{
    static const ic_column_t  columns[WRITE_COLUMNS] = {
        { "id", IC_CELL_STRING },
        { "score", IC_CELL_DOUBLE },
        { "label", IC_CELL_STRING },
        { "predicted", IC_CELL_INT64 }
    };

    write->columns[write->count] = columns[which];
    write->which[write->count] = which;
    write->from[write->count++] = from;
}


static int
write_rows(predict_t *predict, write_t *write, ic_output_t *output)
{
    int64_t      row;
    unsigned     n;
    ic_cell_t   *cell;
    const char  *text;

    for (row = 0; row < predict->rows; row++) {
        for (n = 0; n < write->count; n++) {
            cell = &write->cells[n];

            if (write->from[n] != -1) {
                text = ic_table_text(predict->table, row, write->from[n]);
                cell->null = text == NULL;
                cell->text = ic_str(text);

            } else if (write->which[n] == WRITE_SCORE) {
                cell->number = predict->scores[row];

            } else {
                cell->integer = predict->scores[row] > write->threshold;
            }
        }

        if (ic_output_put(output, write->cells) != 0) {
            return -1;
        }
    }

    return 0;
}


int
predict_write_table(predict_t *predict)
{
    int          rc;
    ic_copy_t    copy;
    ic_output_t  output;

    if (ic_copy_init(&copy, predict->task, "train_data", predict->table, 0)
        != 0)
    {
        return -1;
    }

    output.folder = -1;
    output.rows = NULL;
    ic_task_progress(predict->task, 30, "transforming");
    rc = write_transformed(predict, &copy, &output);

    if (rc == 0) {
        rc = ic_copy_end(&copy, &output);
    }

    ic_output_close(&output);

    return rc;
}


/* All columns of the model at once: values[feature * rows + row]. */

static int
write_transformed(predict_t *predict, ic_copy_t *copy, ic_output_t *output)
{
    int        rc;
    double    *values;
    int64_t    row;
    unsigned   i, count, *places;

    rc = 0;
    count = predict->model->nfeatures;
    values = malloc(((size_t) predict->rows * count + 1) * sizeof(double));
    places = ic_alloc(ic_task_arena(predict->task),
                      count * sizeof(unsigned));

    if (values == NULL || places == NULL) {
        free(values);
        return ic_task_fail(predict->task, "internal", NULL, 0,
                            "memory is short");
    }

    for (i = 0; rc == 0 && i < count; i++) {
        rc = predict_values(predict, i, values + (size_t) predict->rows * i);
    }

    if (rc == 0) {
        write_own(predict, copy, places);
        rc = ic_copy_open(copy, output, "dataset");
    }

    for (row = 0; rc == 0 && row < predict->rows; row++) {
        for (i = 0; i < count; i++) {
            copy->cells[places[i]].null = 0;
            copy->cells[places[i]].number
                = values[(size_t) predict->rows * i + (size_t) row];
        }

        rc = ic_copy_put(copy, output, row);
    }

    free(values);

    return rc;
}


static void
write_own(predict_t *predict, ic_copy_t *copy, unsigned *places)
{
    int       place;
    unsigned  i;

    for (i = 0; i < predict->model->nfeatures; i++) {
        place = ic_copy_find(copy,
                             ic_table_find(predict->table,
                                           predict->model->features[i]));
        places[i] = (unsigned) place;
        ic_copy_own(copy, (unsigned) place, IC_CELL_DOUBLE);
    }
}


int
predict_report(predict_t *predict)
{
    ic_json_out_t      out;
    const ic_model_t  *model;

    model = predict->model;
    ic_out_init(&out, ic_task_arena(predict->task));
    ic_out_object(&out, NULL);
    ic_out_z(&out, "algorithm", "predict");
    ic_out_int(&out, "rows", predict->rows);
    ic_out_z(&out, "gives", !predict->scored ? "table"
             : predict->joint && !predict->receives ? "nothing" : "scores");
    ic_out_bool(&out, "joint", predict->joint);

    if (predict->tells) {
        ic_out_object(&out, "told");
        ic_out_int(&out, "rows", predict->told);
        ic_out_z(&out, "sha256", predict->told_digest);
        ic_out_object_end(&out);
    }

    ic_out_object(&out, "model");
    ic_out_z(&out, "algorithm", model->algorithm);
    ic_out_z(&out, "digest", model->digest);
    ic_out_int(&out, "features", model->nfeatures);

    if (model->task_id != NULL) {
        ic_out_z(&out, "task_id", model->task_id);
    }

    if (model->job_id != NULL) {
        ic_out_z(&out, "job_id", model->job_id);
    }

    ic_out_object_end(&out);
    ic_out_object_end(&out);

    return predict_done(predict, &out);
}


int
predict_done(predict_t *predict, ic_json_out_t *report)
{
    if (ic_out_text(report).data == NULL) {
        return ic_task_fail(predict->task, "internal", NULL, 0,
                            "memory is short");
    }

    ic_task_output(predict->task, "report", ic_out_text(report));
    ic_task_progress(predict->task, 100, "done");

    return 0;
}
