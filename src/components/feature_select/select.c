
/* One party's part of a selection. */


#include <stdlib.h>

#include "../../protocol/ic_copy.h"
#include "select.h"


static const char *const  select_reasons[] = {
    [SELECT_KEPT] = "kept",
    [SELECT_MISSING] = "missing",
    [SELECT_CONSTANT] = "constant",
    [SELECT_UNIQUE] = "unique",
    [SELECT_IV] = "iv",
    [SELECT_TOP] = "top_n",
    [SELECT_CORRELATED] = "correlated",
    [SELECT_ACROSS] = "correlated_across"
};


static int select_begin(select_t *select);
static int select_by_columns(select_t *select);
static int select_columns(select_t *select);
static bool select_named(const char *const *names, const char *name);
static int select_model(select_t *select);
static void select_iv(select_t *select);
static void select_top(select_t *select);
static int select_write(select_t *select);
static int select_rows(select_t *select, ic_copy_t *copy);
static int select_report(select_t *select);
static void select_column(select_t *select, ic_json_out_t *out,
    const select_column_t *column);
static int select_memory(const select_t *select);


int
select_run(ic_task_t *task)
{
    return select_run_with(task, 0);
}


int
select_run_with(ic_task_t *task, unsigned flags)
{
    int        rc;
    select_t  *select;

    select = ic_zalloc(ic_task_arena(task), sizeof(select_t));

    if (select == NULL) {
        return ic_task_fail(task, "internal", NULL, 0, "memory is short");
    }

    select->task = task;
    select->paillier_flags = flags;

    if (ic_settings_read(&select->settings, task, "feature_select") != 0) {
        return -1;
    }

    if (strcmp(ic_task_self(task)->role, "arbiter") == 0) {
        ic_task_without(task, "dataset");
        return select_across(select);
    }

    rc = select_begin(select);

    if (rc == 0) {
        rc = select_values(select);
    }

    if (rc == 0) {
        select_iv(select);
        rc = select_by_columns(select);
    }

    if (rc == 0) {
        rc = select_write(select) == 0 ? select_report(select) : -1;
    }

    ic_table_close(select->table);

    return rc;
}


/* The guest's that are left; a host's by them, before it compares its own. */

static int
select_by_columns(select_t *select)
{
    bool  guest;

    guest = strcmp(ic_task_self(select->task)->role, "guest") == 0;

    if ((!guest && select_across(select) != 0) || select_pairs(select) != 0) {
        return -1;
    }

    select_top(select);

    return guest ? select_across(select) : 0;
}


static int
select_begin(select_t *select)
{
    select->table = ic_input_table(select->task, "train_data",
                                   ic_setting_int(&select->settings,
                                                  "max_rows"));

    if (select->table == NULL) {
        return -1;
    }

    select->rows = ic_table_rows(select->table);
    ic_task_fact(select->task, "rows", select->rows);

    return select_columns(select) == 0 ? select_model(select) : -1;
}


/* Those that are named, or all but ids and labels. */

static int
select_columns(select_t *select)
{
    unsigned           n, k, named, kept;
    const char        *name, *id, *label, **names, **keep;
    select_column_t   *column;

    names = ic_setting_names(&select->settings, "columns", &named);
    keep = ic_setting_names(&select->settings, "keep", &kept);
    id = ic_setting_text(&select->settings, "unique_id");
    label = ic_setting_text(&select->settings, "label_name");
    k = ic_table_columns(select->table);
    select->columns = ic_zalloc(ic_task_arena(select->task),
                                (k + 1) * sizeof(select_column_t));

    if (names == NULL || keep == NULL || select->columns == NULL) {
        return select_memory(select);
    }

    for (n = 0; n < named + kept; n++) {
        name = n < named ? names[n] : keep[n - named];

        if (ic_table_find(select->table, name) == -1) {
            return ic_task_fail(select->task, "data_missing_column", name, 0,
                                "no column %s", name);
        }
    }

    for (n = 0; n < k; n++) {
        name = ic_table_column(select->table, n);

        if (named > 0 ? select_named(names, name)
            : (id == NULL || strcmp(name, id) != 0)
              && (label == NULL || strcmp(name, label) != 0))
        {
            column = &select->columns[select->count++];
            column->name = name;
            column->column = (int) n;
            column->always = select_named(keep, name);
        }
    }

    return 0;
}


static bool
select_named(const char *const *names, const char *name)
{
    while (*names != NULL && strcmp(*names, name) != 0) {
        names++;
    }

    return *names != NULL;
}


static int
select_model(select_t *select)
{
    unsigned           n, k;
    const ic_model_t  *model;

    if (!ic_model_given(select->task, "model")) {
        return ic_setting_num(&select->settings, "min_iv") == 0
               && ic_setting_int(&select->settings, "top_n") == 0
               ? 0 : ic_task_fail(select->task, "model_missing", NULL, 0,
                                  "min_iv and top_n need the model of bins "
                                  "with information values");
    }

    model = ic_model_input(select->task, "model");

    if (model == NULL) {
        return -1;
    }

    for (n = 0; n < select->count; n++) {
        for (k = 0; k < model->nbins; k++) {
            if (model->bins[k].has_iv
                && strcmp(model->bins[k].feature, select->columns[n].name)
                   == 0)
            {
                select->columns[n].has_iv = true;
                select->columns[n].iv = model->bins[k].iv;
                select->has_iv = true;
            }
        }
    }

    return select->has_iv || select->count == 0 ? 0
           : ic_task_fail(select->task, "model_invalid", NULL, 0,
                          "the model has no information value of a column "
                          "of this table; let hosts_learn be iv or woe");
}


/* A column that the model does not know has no value. */

static void
select_iv(select_t *select)
{
    double            least;
    unsigned          n;
    select_column_t  *column;

    least = ic_setting_num(&select->settings, "min_iv");

    for (n = 0; n < select->count; n++) {
        column = &select->columns[n];

        if (column->reason == SELECT_KEPT && !column->always
            && column->iv < least)
        {
            column->reason = SELECT_IV;
        }
    }
}


/* Of those that are left, the ones with fewer than top_n above them. */

static void
select_top(select_t *select)
{
    int64_t           top;
    unsigned          n, left;
    select_column_t  *column, *worst;

    top = ic_setting_int(&select->settings, "top_n");

    for (left = 0, n = 0; n < select->count; n++) {
        left += select->columns[n].reason == SELECT_KEPT
                && !select->columns[n].always;
    }

    for ( /* void */ ; top > 0 && left > top; left--) {

        for (worst = NULL, n = 0; n < select->count; n++) {
            column = &select->columns[n];

            if (column->reason == SELECT_KEPT && !column->always
                && (worst == NULL || column->iv <= worst->iv))
            {
                worst = column;
            }
        }

        worst->reason = SELECT_TOP;
    }
}


static int
select_write(select_t *select)
{
    unsigned   n;
    ic_copy_t  copy;

    if (ic_copy_init(&copy, select->task, "train_data", select->table, 0)
        != 0)
    {
        return -1;
    }

    for (n = 0; n < select->count; n++) {
        if (select->columns[n].reason != SELECT_KEPT) {
            ic_copy_drop(&copy, (unsigned) ic_copy_find(&copy,
                                                select->columns[n].column));
        }
    }

    return copy.ncolumns > 0 ? select_rows(select, &copy)
           : ic_task_fail(select->task, "bad_parameter", NULL, 0,
                          "no column is left; name some in keep, or loosen "
                          "the bounds");
}


static int
select_rows(select_t *select, ic_copy_t *copy)
{
    int          rc;
    int64_t      row;
    ic_output_t  output;

    rc = ic_copy_open(copy, &output, "dataset");

    for (row = 0; rc == 0 && row < select->rows; row++) {
        rc = ic_copy_put(copy, &output, row);
    }

    if (rc == 0) {
        rc = ic_copy_end(copy, &output);
    }

    ic_output_close(&output);

    return rc;
}


static int
select_report(select_t *select)
{
    unsigned       n, kept;
    ic_json_out_t  out;

    for (kept = 0, n = 0; n < select->count; n++) {
        kept += select->columns[n].reason == SELECT_KEPT;
    }

    ic_out_init(&out, ic_task_arena(select->task));
    ic_out_object(&out, NULL);
    ic_out_z(&out, "algorithm", "feature_select");
    ic_out_int(&out, "rows", select->rows);
    ic_out_int(&out, "columns_in", select->count);
    ic_out_int(&out, "columns_out", kept);
    ic_out_array(&out, "columns");

    for (n = 0; n < select->count; n++) {
        select_column(select, &out, &select->columns[n]);
    }

    ic_out_array_end(&out);
    ic_out_object_end(&out);

    if (ic_out_text(&out).data == NULL) {
        return select_memory(select);
    }

    ic_task_progress(select->task, 100, "done");
    ic_task_output(select->task, "report", ic_out_text(&out));

    return 0;
}


static void
select_column(select_t *select, ic_json_out_t *out,
    const select_column_t *column)
{
    ic_out_object(out, NULL);
    ic_out_z(out, "name", column->name);
    ic_out_z(out, "result", select_reasons[column->reason]);
    ic_out_int(out, "missing", select->rows - column->filled);
    ic_out_int(out, "distinct", column->distinct);

    if (column->has_iv) {
        ic_out_num(out, "iv", column->iv);
    }

    if (column->with != NULL) {
        ic_out_z(out, "with", column->with);
        ic_out_num(out, "correlation", column->correlation);
    }

    if (column->party != NULL) {
        ic_out_z(out, "party", column->party);
    }

    ic_out_object_end(out);
}


static int
select_memory(const select_t *select)
{
    return ic_task_fail(select->task, "internal", NULL, 0,
                        "memory is short");
}
