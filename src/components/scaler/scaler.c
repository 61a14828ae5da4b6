
/* One party's part of scaling. */


#include <stdlib.h>

#include "../../lib/ic_codec.h"
#include "../../protocol/ic_tables.h"
#include "scaler.h"


/* What parties that fit together must have alike. */
static const char *const  scaler_common[] = {
    "mode", "method", "columns", "key_length", "allow_two_parties",
    "min_rows", NULL
};

static const ic_model_scaler_e  scaler_types[] = {
    [SCALER_STANDARD] = IC_MODEL_STANDARD,
    [SCALER_MIN_MAX] = IC_MODEL_MIN_MAX,
    [SCALER_ROBUST] = IC_MODEL_ROBUST,
    [SCALER_MAX_ABS] = IC_MODEL_MIN_MAX      /* a minimum of 0 */
};


static int scaler_begin(scaler_t *scaler);
static int scaler_columns(scaler_t *scaler);
static int scaler_room(scaler_t *scaler);
static int scaler_given(scaler_t *scaler, const ic_model_t *model);
static int scaler_together(scaler_t *scaler);
static int scaler_several(scaler_t *scaler, const ic_aggregate_t *sums,
    unsigned least);
static int scaler_confirm(scaler_t *scaler, ic_aggregate_t *sums);
static int scaler_serve(scaler_t *scaler);
static void scaler_conf(const scaler_t *scaler, ic_aggregate_conf_t *conf);
static void scaler_describe(const scaler_t *scaler, ic_model_t *model);
static int scaler_model(scaler_t *scaler);
static int scaler_report(scaler_t *scaler, bool fitted);
static int scaler_memory(const scaler_t *scaler);


int
scaler_run(ic_task_t *task, const ic_aggregate_conf_t *conf)
{
    int        rc;
    bool       fitted;
    scaler_t  *scaler;

    scaler = ic_zalloc(ic_task_arena(task), sizeof(scaler_t));

    if (scaler == NULL) {
        return ic_task_fail(task, "internal", NULL, 0, "memory is short");
    }

    scaler->task = task;
    scaler->conf = conf;

    if (ic_settings_read(&scaler->settings, task, "scaler") != 0) {
        return -1;
    }

    scaler->method = ic_setting_choice(&scaler->settings, "method");
    scaler->pooled = ic_setting_choice(&scaler->settings, "mode") == 1;
    scaler->nulls = ic_setting_choice(&scaler->settings, "nulls") == 1;
    fitted = ic_model_given(task, "model");

    if (strcmp(ic_task_self(task)->role, "arbiter") == 0) {
        return scaler_serve(scaler);
    }

    rc = scaler_begin(scaler);

    if (rc == 0 && !fitted) {
        rc = scaler->pooled ? scaler_together(scaler) : scaler_fit(scaler);
    }

    if (rc == 0) {
        rc = scaler_apply(scaler);
    }

    if (rc == 0 && fitted) {
        ic_task_without(task, "model");

    } else if (rc == 0) {
        rc = scaler_model(scaler);
    }

    if (rc == 0) {
        rc = scaler_report(scaler, !fitted);
    }

    ic_table_close(scaler->table);

    return rc;
}


static int
scaler_begin(scaler_t *scaler)
{
    ic_model_t  *model;

    scaler->table = ic_input_table(scaler->task, "train_data",
                                   ic_setting_int(&scaler->settings,
                                                  "max_rows"));

    if (scaler->table == NULL) {
        return -1;
    }

    scaler->rows = ic_table_rows(scaler->table);
    ic_task_fact(scaler->task, "rows", scaler->rows);

    if (scaler->pooled && ic_model_given(scaler->task, "model")) {
        return ic_task_fail(scaler->task, "bad_parameter", NULL, 0,
                            "a model that is given is applied by each party "
                            "by itself; leave out mode horizontal");
    }

    if (!ic_model_given(scaler->task, "model")) {
        return scaler_columns(scaler) == 0 ? scaler_room(scaler) : -1;
    }

    model = ic_model_input(scaler->task, "model");

    return model != NULL ? scaler_given(scaler, model) : -1;
}


/* Those that are named, or all but ids and labels. */

static int
scaler_columns(scaler_t *scaler)
{
    unsigned     n;
    const char  *name, *id, *label;

    scaler->names = ic_setting_names(&scaler->settings, "columns",
                                     &scaler->count);

    if (scaler->names == NULL || scaler->count > 0) {
        return scaler->names != NULL ? 0 : -1;
    }

    id = ic_setting_text(&scaler->settings, "unique_id");
    label = ic_setting_text(&scaler->settings, "label_name");
    scaler->names = ic_alloc(ic_task_arena(scaler->task),
                             (ic_table_columns(scaler->table) + 1)
                             * sizeof(char *));

    if (scaler->names == NULL) {
        return scaler_memory(scaler);
    }

    for (n = 0; n < ic_table_columns(scaler->table); n++) {
        name = ic_table_column(scaler->table, n);

        if ((id == NULL || strcmp(name, id) != 0)
            && (label == NULL || strcmp(name, label) != 0))
        {
            scaler->names[scaler->count++] = name;
        }
    }

    return scaler->count > 0 ? 0
           : ic_task_fail(scaler->task, "bad_parameter", NULL, 0,
                          "no column is left to be scaled");
}


static int
scaler_room(scaler_t *scaler)
{
    ic_arena_t  *arena;

    arena = ic_task_arena(scaler->task);
    scaler->filled = ic_zalloc(arena, scaler->count * sizeof(int64_t));
    scaler->shift = ic_zalloc(arena, scaler->count * sizeof(double));
    scaler->scale = ic_zalloc(arena, scaler->count * sizeof(double));

    return scaler->filled != NULL && scaler->shift != NULL
           && scaler->scale != NULL ? 0 : scaler_memory(scaler);
}


static int
scaler_given(scaler_t *scaler, const ic_model_t *model)
{
    if (model->scaler == IC_MODEL_UNSCALED) {
        return ic_task_fail(scaler->task, "model_invalid", NULL, 0,
                            "the model has no scaler");
    }

    scaler->names = model->features;
    scaler->count = model->nfeatures;
    scaler->shift = model->shift;
    scaler->scale = model->scale;

    return 0;
}


static void
scaler_conf(const scaler_t *scaler, ic_aggregate_conf_t *conf)
{
    *conf = *scaler->conf;
    conf->allow_two_parties = ic_setting_bool(&scaler->settings,
                                              "allow_two_parties");

    if (conf->key_length == 0) {
        conf->key_length = (unsigned) ic_setting_int(&scaler->settings,
                                                     "key_length");
    }
}


static int
scaler_together(scaler_t *scaler)
{
    int                   rc;
    ic_str_t              common;
    ic_aggregate_t       *sums;
    ic_aggregate_conf_t   conf;

    if (ic_setting(&scaler->settings, "columns") == NULL) {
        return ic_task_fail(scaler->task, "bad_parameter", NULL, 0,
                            "with mode horizontal columns must be named, "
                            "the same at all parties");
    }

    common = ic_settings_common(&scaler->settings, scaler_common);

    if (common.data == NULL) {
        return -1;
    }

    scaler_conf(scaler, &conf);
    sums = ic_aggregate_open(scaler->task, &conf, common, scaler->rows);

    rc = sums != NULL
         ? scaler_several(scaler, sums, conf.allow_two_parties ? 2 : 3) : -1;

    if (rc == 0) {
        rc = scaler_pool(scaler, sums);
    }

    if (rc == 0) {
        rc = scaler_confirm(scaler, sums);
    }

    ic_aggregate_close(sums);

    return rc;
}


/* Who has no row adds nothing: the sums are those of the others. */

static int
scaler_several(scaler_t *scaler, const ic_aggregate_t *sums, unsigned least)
{
    unsigned  i, count;

    for (count = 0, i = 0; i < ic_aggregate_count(sums); i++) {
        count += ic_aggregate_rows(sums, i) > 0;
    }

    return count == 0 || count >= least ? 0
           : ic_task_fail(scaler->task, "too_few_parties", NULL, 0,
                          "%u parties have rows: the sums would be theirs "
                          "alone", count);
}


static int
scaler_confirm(scaler_t *scaler, ic_aggregate_t *sums)
{
    int         rc;
    u_char      digest[32];
    ic_model_t  model;

    scaler_describe(scaler, &model);

    rc = ic_model_digest(ic_task_arena(scaler->task), &model);

    if (rc == 0) {
        rc = ic_unhex(digest, sizeof(digest), ic_str(model.digest));
    }

    return rc == 0 ? ic_aggregate_confirm(sums, digest)
                   : scaler_memory(scaler);
}


/* Nothing to multiply where each party scales by itself. */

static int
scaler_serve(scaler_t *scaler)
{
    ic_str_t             common;
    ic_aggregate_conf_t  conf;

    ic_task_without(scaler->task, "dataset");
    ic_task_without(scaler->task, "model");

    if (!scaler->pooled) {
        return 0;
    }

    common = ic_settings_common(&scaler->settings, scaler_common);

    if (common.data == NULL) {
        return -1;
    }

    scaler_conf(scaler, &conf);

    return ic_aggregate_serve(scaler->task, &conf, common);
}


static void
scaler_describe(const scaler_t *scaler, ic_model_t *model)
{
    memset(model, 0, sizeof(ic_model_t));
    model->version = IC_MODEL_VERSION;
    model->algorithm = "scaler";
    model->features = scaler->names;
    model->nfeatures = scaler->count;
    model->scaler = scaler_types[scaler->method];
    model->shift = scaler->shift;
    model->scale = scaler->scale;
}


static int
scaler_model(scaler_t *scaler)
{
    ic_model_t  model;

    scaler_describe(scaler, &model);

    return ic_model_output(scaler->task, &model);
}


static int
scaler_report(scaler_t *scaler, bool fitted)
{
    unsigned       n;
    ic_json_out_t  out;

    ic_out_init(&out, ic_task_arena(scaler->task));
    ic_out_object(&out, NULL);
    ic_out_z(&out, "algorithm", "scaler");
    ic_out_int(&out, "rows", scaler->rows);
    ic_out_bool(&out, "fitted", fitted);
    ic_out_array(&out, "columns");

    for (n = 0; n < scaler->count; n++) {
        ic_out_object(&out, NULL);
        ic_out_z(&out, "name", scaler->names[n]);

        if (fitted) {
            ic_out_int(&out, "values", scaler->filled[n]);
        }

        ic_out_num(&out, "shift", scaler->shift[n]);
        ic_out_num(&out, "scale", scaler->scale[n]);
        ic_out_object_end(&out);
    }

    ic_out_array_end(&out);
    ic_out_object_end(&out);

    if (ic_out_text(&out).data == NULL) {
        return scaler_memory(scaler);
    }

    ic_task_progress(scaler->task, 100, "done");
    ic_task_output(scaler->task, "report", ic_out_text(&out));

    return 0;
}


static int
scaler_memory(const scaler_t *scaler)
{
    return ic_task_fail(scaler->task, "internal", NULL, 0,
                        "memory is short");
}
