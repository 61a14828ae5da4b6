
/* What comes of binning: a model, a table of evidence, a report. */


#include <math.h>
#include <stdlib.h>

#include "../../lib/ic_codec.h"
#include "../../protocol/ic_copy.h"
#include "binning.h"


static int result_model(binning_t *binning, ic_model_t *model);
static void result_bins(const binning_feature_t *feature,
    ic_model_bins_t *bins);
static int result_row(binning_t *binning, ic_copy_t *copy,
    const unsigned *at, int64_t row);
static int result_rows(binning_t *binning, ic_copy_t *copy,
    const unsigned *at);
static bool result_evidence(const binning_t *binning);
static void result_feature(ic_json_out_t *out,
    const binning_feature_t *feature);


int
binning_model(binning_t *binning)
{
    ic_model_t  model;

    return result_model(binning, &model) == 0
           ? ic_model_output(binning->task, &model) : -1;
}


int
binning_digest(binning_t *binning, u_char digest[32])
{
    ic_model_t  model;

    if (result_model(binning, &model) != 0) {
        return -1;
    }

    /* parties may have other names for theirs */

    model.label_name = NULL;
    model.label_value = NULL;

    return ic_model_digest(ic_task_arena(binning->task), &model) == 0
           && ic_unhex(digest, 32, ic_str(model.digest)) == 0
           ? 0 : binning_memory(binning);
}


static int
result_model(binning_t *binning, ic_model_t *model)
{
    unsigned      n;
    ic_arena_t   *arena;
    const char  **names;

    arena = ic_task_arena(binning->task);
    memset(model, 0, sizeof(ic_model_t));
    names = ic_alloc(arena, binning->count * sizeof(char *));
    model->bins = ic_zalloc(arena, binning->count * sizeof(ic_model_bins_t));

    if (names == NULL || model->bins == NULL) {
        return binning_memory(binning);
    }

    for (n = 0; n < binning->count; n++) {
        names[n] = binning->features[n].name;
        result_bins(&binning->features[n], &model->bins[n]);
    }

    model->version = IC_MODEL_VERSION;
    model->algorithm = "binning_woe_iv";
    model->features = names;
    model->nfeatures = binning->count;
    model->nbins = binning->count;

    if (binning->labelled) {
        model->label_name = ic_setting_text(&binning->settings,
                                           "label_name");
        model->label_value = ic_setting_text(&binning->settings,
                                            "label_value");
    }

    return 0;
}


static void
result_bins(const binning_feature_t *feature, ic_model_bins_t *bins)
{
    bins->feature = feature->name;
    bins->count = feature->count;
    bins->nedges = feature->nedges;
    bins->edges = feature->edges;
    bins->null = feature->null;
    bins->other = -1;
    bins->has_iv = feature->has_iv;
    bins->iv = feature->iv;

    if (feature->has_woe) {
        bins->woe = feature->woe;
    }
}


/* Bins of numbers of any model, with their evidence. */

int
binning_given(binning_t *binning, const ic_model_t *model)
{
    unsigned                n;
    binning_feature_t      *feature;
    const ic_model_bins_t  *bins;

    if (model == NULL) {
        return -1;
    }

    binning->features = ic_zalloc(ic_task_arena(binning->task),
                                  (model->nbins + 1)
                                  * sizeof(binning_feature_t));

    if (binning->features == NULL) {
        return binning_memory(binning);
    }

    for (n = 0; n < model->nbins; n++) {
        bins = &model->bins[n];
        feature = &binning->features[binning->count++];

        if (bins->text || bins->woe == NULL) {
            return ic_task_fail(binning->task, "model_invalid",
                                bins->feature, 0, "the model has no evidence "
                                "of bins of numbers of column \"%s\"",
                                bins->feature);
        }

        feature->name = bins->feature;
        feature->count = bins->count;
        feature->nedges = bins->nedges;
        feature->edges = bins->edges;
        feature->null = bins->null;
        feature->woe = bins->woe;
        feature->has_woe = true;
        feature->has_iv = bins->has_iv;
        feature->iv = bins->iv;
    }

    return 0;
}


/* Without evidence of a column there is no table. */

int
binning_table(binning_t *binning)
{
    int           rc, column;
    unsigned     *at, n;
    ic_copy_t     copy;
    const char   *name;

    if (!result_evidence(binning)) {
        ic_task_without(binning->task, "dataset");
        return 0;
    }

    at = ic_alloc(ic_task_arena(binning->task),
                  (binning->count + 1) * sizeof(unsigned));

    if (at == NULL) {
        return binning_memory(binning);
    }

    rc = ic_copy_init(&copy, binning->task, "train_data", binning->table, 0);

    for (n = 0; rc == 0 && n < binning->count; n++) {
        name = binning->features[n].name;
        column = ic_table_find(binning->table, name);

        if (column == -1) {
            return ic_task_fail(binning->task, "data_missing_column", name,
                                0, "the data has no column \"%s\"", name);
        }

        at[n] = (unsigned) column;
        ic_copy_own(&copy, at[n], IC_CELL_DOUBLE);
    }

    return rc == 0 ? result_rows(binning, &copy, at) : -1;
}


static bool
result_evidence(const binning_t *binning)
{
    unsigned  n;

    for (n = 0; n < binning->count; n++) {
        if (!binning->features[n].has_woe) {
            return false;
        }
    }

    return true;
}


static int
result_rows(binning_t *binning, ic_copy_t *copy, const unsigned *at)
{
    int          rc;
    int64_t      row;
    ic_output_t  output;

    rc = ic_copy_open(copy, &output, "dataset");

    for (row = 0; rc == 0 && row < binning->rows; row++) {
        rc = result_row(binning, copy, at, row);

        if (rc == 0) {
            rc = ic_copy_put(copy, &output, row);
        }
    }

    if (rc == 0) {
        rc = ic_copy_end(copy, &output);
    }

    ic_output_close(&output);

    return rc;
}


static int
result_row(binning_t *binning, ic_copy_t *copy, const unsigned *at,
    int64_t row)
{
    int                       bin;
    double                    x;
    unsigned                  n;
    const char               *text;
    const binning_feature_t  *feature;

    for (n = 0; n < binning->count; n++) {
        feature = &binning->features[n];
        text = ic_table_text(binning->table, row, (int) at[n]);

        if (feature->of != NULL) {
            bin = feature->of[row];

        } else if (text == NULL) {
            bin = feature->null;

            if (bin == -1) {
                return ic_task_fail(binning->task, "data_null_value",
                                    feature->name, row + 1, "column \"%s\" "
                                    "is empty in row %lld, which the model "
                                    "does not know", feature->name,
                                    (long long) row + 1);
            }

        } else if (ic_table_number(text, &x) == 0) {
            bin = (int) ic_bins_find(feature->edges, feature->nedges, x);

        } else {
            return ic_task_fail(binning->task, "data_not_numeric",
                                feature->name, row + 1, "column \"%s\" is "
                                "not a number in row %lld", feature->name,
                                (long long) row + 1);
        }

        copy->cells[at[n]].null = 0;
        copy->cells[at[n]].number = feature->woe[bin];
    }

    return 0;
}


int
binning_report(binning_t *binning)
{
    unsigned       n;
    ic_json_out_t  out;

    ic_out_array_end(&binning->hosts);
    ic_out_init(&out, ic_task_arena(binning->task));
    ic_out_object(&out, NULL);
    ic_out_z(&out, "algorithm", "binning_woe_iv");
    ic_out_int(&out, "rows", binning->rows);
    ic_out_array(&out, "features");

    for (n = 0; n < binning->count; n++) {
        result_feature(&out, &binning->features[n]);
    }

    ic_out_array_end(&out);

    if (binning->guest && binning->vertical) {
        ic_out_raw(&out, "hosts", ic_out_text(&binning->hosts));
    }

    ic_out_object_end(&out);

    if (ic_out_text(&out).data == NULL) {
        return binning_memory(binning);
    }

    ic_task_progress(binning->task, 100, "done");
    ic_task_output(binning->task, "report", ic_out_text(&out));

    return 0;
}


static void
result_feature(ic_json_out_t *out, const binning_feature_t *feature)
{
    unsigned  i;

    ic_out_object(out, NULL);
    ic_out_z(out, "feature", feature->name);

    if (feature->has_iv) {
        ic_out_num(out, "iv", feature->iv);
    }

    ic_out_array(out, "bins");

    for (i = 0; i < feature->count; i++) {
        ic_out_object(out, NULL);

        if (i < feature->nedges) {
            ic_out_num(out, "upper", feature->edges[i]);
        }

        if ((int) i == feature->null) {
            ic_out_bool(out, "empty", true);
        }

        if (feature->rows != NULL) {
            ic_out_int(out, "rows", feature->rows[i]);
        }

        if (feature->rows != NULL && feature->has_woe
            && feature->positives[i] + feature->negatives[i] > 0)
        {
            ic_out_int(out, "positives", feature->positives[i]);
        }

        if (feature->has_woe) {
            ic_out_num(out, "woe", feature->woe[i]);
        }

        ic_out_object_end(out);
    }

    ic_out_array_end(out);
    ic_out_object_end(out);
}
