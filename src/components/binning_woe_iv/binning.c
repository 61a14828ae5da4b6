
/* One party's part of binning. */


#include <math.h>
#include <stdlib.h>

#include "../../protocol/ic_agree.h"
#include "../../protocol/ic_align.h"
#include "../../protocol/ic_tables.h"
#include "binning.h"


/* What all parties of vertical data must have alike. */
static const char *const  binning_common[] = {
    "mode", "min_rows", "min_share", "monotonic", "hosts_learn",
    "host_names", "key_length", NULL
};

static const char *const  binning_kinds[] = {
    NULL, "the start", "the point of the ids", "the proof of the ids",
    "the key", "labels", "bins", "sums", "evidence"
};


static int binning_begin(binning_t *binning);
static int binning_columns(binning_t *binning);
static int binning_fit(binning_t *binning);
static int binning_agree(binning_t *binning, bool fits);
static int binning_partners(binning_t *binning);
static int binning_results(binning_t *binning, bool fitted);


int
binning_run(ic_task_t *task, unsigned bits, unsigned flags)
{
    int         rc;
    bool        fitted;
    binning_t  *binning;

    binning = ic_zalloc(ic_task_arena(task), sizeof(binning_t));

    if (binning == NULL) {
        return ic_task_fail(task, "internal", NULL, 0, "memory is short");
    }

    binning->task = task;
    binning->bits = bits;
    binning->flags = flags;

    if (ic_settings_read(&binning->settings, task, "binning_woe_iv") != 0) {
        return -1;
    }

    rc = binning_begin(binning);
    fitted = ic_model_given(task, "model");

    if (rc == 0 && binning->table == NULL && binning->pooled && !fitted) {
        return binning_pool_serve(binning);
    }

    if (rc == 0 && binning->pooled && fitted) {
        rc = ic_task_fail(task, "bad_parameter", NULL, 0, "a model that is "
                          "given is applied by each party by itself, with "
                          "mode horizontal");

    } else if (rc == 0 && binning->table != NULL) {
        rc = fitted ? binning_given(binning, ic_model_input(task, "model"))
                    : binning_fit(binning);
    }

    /* who has no data cannot know which parties were given a model */

    if (rc == 0 && binning->vertical && (fitted || binning->table == NULL)) {
        rc = binning_agree(binning, false);
    }

    if (rc == 0) {
        rc = binning_results(binning, !fitted);
    }

    ic_table_close(binning->table);
    free(binning->labels);

    return rc;
}


static int
binning_begin(binning_t *binning)
{
    ic_settings_t  *settings;

    settings = &binning->settings;
    binning->vertical = ic_setting_choice(settings, "mode") == 0;
    binning->pooled = ic_setting_choice(settings, "mode") == 2;
    binning->method = ic_setting_choice(settings, "method");
    binning->learn = ic_setting_choice(settings, "hosts_learn");
    binning->names = ic_setting_bool(settings, "host_names");
    binning->monotonic = ic_setting_bool(settings, "monotonic");
    binning->bins = (unsigned) ic_setting_int(settings, "bins");
    binning->adjustment = ic_setting_num(settings, "adjustment");
    binning->min_rows = ic_setting_int(settings, "min_rows");
    binning->guest = strcmp(ic_task_self(binning->task)->role, "guest") == 0;
    binning->labelled = binning->guest || !binning->vertical;

    if (binning->bits == 0) {
        binning->bits = (unsigned) ic_setting_int(settings, "key_length");
    }

    ic_out_init(&binning->hosts, ic_task_arena(binning->task));
    ic_out_array(&binning->hosts, NULL);

    if (strcmp(ic_task_self(binning->task)->role, "arbiter") == 0) {
        binning->rows = -1;
        return 0;
    }

    binning->table = ic_input_table(binning->task, "train_data",
                                    ic_setting_int(settings, "max_rows"));

    if (binning->table == NULL) {
        return -1;
    }

    binning->rows = ic_table_rows(binning->table);
    ic_task_fact(binning->task, "rows", binning->rows);
    binning->least = (int64_t) ceil(ic_setting_num(settings, "min_share")
                                    * (double) binning->rows);

    if (binning->least < binning->min_rows) {
        binning->least = binning->min_rows;
    }

    return ic_model_given(binning->task, "model") ? 0
           : binning_columns(binning);
}


/* Those that are named, or all but ids and labels. */

static int
binning_columns(binning_t *binning)
{
    unsigned      n, most;
    const char   *name, *id, *label, **names;

    names = ic_setting_names(&binning->settings, "columns", &most);
    id = ic_setting_text(&binning->settings, "unique_id");
    label = ic_setting_text(&binning->settings, "label_name");

    if (names == NULL) {
        return -1;
    }

    n = most > 0 ? most : ic_table_columns(binning->table);
    binning->features = ic_zalloc(ic_task_arena(binning->task),
                                  n * sizeof(binning_feature_t));

    if (binning->features == NULL) {
        return binning_memory(binning);
    }

    for (n = 0; most > 0 ? n < most : n < ic_table_columns(binning->table);
         n++)
    {
        name = most > 0 ? names[n] : ic_table_column(binning->table, n);

        if (most > 0
            || ((id == NULL || strcmp(name, id) != 0)
                && (label == NULL || strcmp(name, label) != 0)))
        {
            binning->features[binning->count++].name = name;
        }
    }

    return 0;
}


static int
binning_fit(binning_t *binning)
{
    if (binning->method == BINNING_CHI_MERGE && !binning->labelled) {
        return ic_task_fail(binning->task, "bad_parameter", NULL, 0,
                            "chi_merge needs the labels, which the guest "
                            "has; name another method for this party");
    }

    if (binning->pooled) {
        return binning_labels(binning) == 0 ? binning_pool(binning) : -1;
    }

    if ((binning->labelled && binning_labels(binning) != 0)
        || binning_features(binning) != 0
        || (binning->labelled && binning_evaluate(binning) != 0)
        || (binning->vertical && (binning_agree(binning, true) != 0
                                  || binning_partners(binning) != 0)))
    {
        return -1;
    }

    return !binning->vertical ? 0
           : binning->guest ? binning_guest(binning) : binning_host(binning);
}


/* fits: with our rows; else we take no part in what follows. */

static int
binning_agree(binning_t *binning, bool fits)
{
    ic_str_t  common;

    binning->rows_of = ic_alloc(ic_task_arena(binning->task),
                                IC_TASK_MAX_PARTIES * sizeof(int64_t));

    if (binning->rows_of == NULL) {
        return binning_memory(binning);
    }

    common = ic_settings_common(&binning->settings, binning_common);
    ic_wire_init(&binning->wire, binning->task, "binning_woe_iv", 1,
                 binning_kinds, BINNING_KINDS);

    if (common.data == NULL
        || ic_agree(&binning->wire, common, fits ? binning->rows : -1,
                    binning->rows_of)
           != 0)
    {
        return -1;
    }

    return !fits ? 0
           : ic_align(&binning->wire, BINNING_POINT, binning->rows_of,
                      binning->table,
                      ic_setting_text(&binning->settings, "unique_id"));
}


/* A host's bins need a guest that counts them. */

static int
binning_partners(binning_t *binning)
{
    unsigned           i, count;
    const ic_party_t  *parties;

    parties = ic_task_parties(binning->task, &count);

    for (i = 0; !binning->guest && i < count; i++) {
        if (strcmp(parties[i].role, "guest") == 0
            && binning->rows_of[i] == -1)
        {
            return ic_task_fail(binning->task, "bad_parameter", NULL, 0,
                                "%s applies a model that it was given and "
                                "counts no labels; give this party one, too",
                                parties[i].name);
        }
    }

    return 0;
}


static int
binning_results(binning_t *binning, bool fitted)
{
    if (binning->table == NULL) {
        ic_task_without(binning->task, "dataset");
        ic_task_without(binning->task, "model");
        return 0;
    }

    if (fitted && binning->count > 0) {
        if (binning_model(binning) != 0) {
            return -1;
        }
    } else {
        ic_task_without(binning->task, "model");
    }

    return binning_table(binning) == 0 ? binning_report(binning) : -1;
}


int
binning_memory(const binning_t *binning)
{
    return ic_task_fail(binning->task, "internal", NULL, 0,
                        "memory is short");
}
