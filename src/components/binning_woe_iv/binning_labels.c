
/* The labels, and what bins beside them say. */


#include <math.h>
#include <stdlib.h>

#include "../../source/ic_number.h"
#include "binning.h"


static bool labels_number(const char *text, double *value);


int
binning_labels(binning_t *binning)
{
    int          column;
    bool         numeric;
    double       wanted, value;
    int64_t      row, positives;
    const char  *name, *label, *text;

    name = ic_setting_text(&binning->settings, "label_name");
    label = ic_setting_text(&binning->settings, "label_value");

    if (name == NULL) {
        return ic_task_fail(binning->task, "bad_parameter", NULL, 0,
                            "label_name is required of this party");
    }

    column = ic_table_find(binning->table, name);

    if (column == -1) {
        return ic_task_fail(binning->task, "data_missing_column", name, 0,
                            "no column %s", name);
    }

    binning->labels = malloc((size_t) binning->rows + 1);

    if (binning->labels == NULL || label == NULL) {
        return binning_memory(binning);
    }

    numeric = labels_number(label, &wanted);

    for (positives = 0, row = 0; row < binning->rows; row++) {
        text = ic_table_text(binning->table, row, column);

        if (text == NULL) {
            return ic_task_fail(binning->task, "data_null_label", name,
                                row + 1, "%s is empty in row %lld", name,
                                (long long) row + 1);
        }

        binning->labels[row] = strcmp(text, label) == 0
                               || (numeric && labels_number(text, &value)
                                   && value == wanted);
        positives += binning->labels[row];
    }

    if (binning->pooled) {
        return 0;
    }

    if (positives == 0 || positives == binning->rows) {
        return ic_task_fail(binning->task, "data_single_class", name, 0,
                            "%lld of %lld rows are positive",
                            (long long) positives,
                            (long long) binning->rows);
    }

    return 0;
}


static bool
labels_number(const char *text, double *value)
{
    return *text != '\0' && ic_number_double(text, value) == strlen(text);
}


/* Of each bin its rows of either class; empty values apart are left out. */

int
binning_count(binning_t *binning, binning_feature_t *feature)
{
    int64_t   row;
    unsigned  bin;

    memset(feature->positives, 0, feature->count * sizeof(int64_t));
    memset(feature->negatives, 0, feature->count * sizeof(int64_t));

    for (row = 0; row < binning->rows; row++) {
        bin = feature->of[row];

        if (bin < feature->count) {
            feature->positives[bin] += binning->labels[row];
            feature->negatives[bin] += !binning->labels[row];
        }
    }

    return 0;
}


int
binning_evaluate(binning_t *binning)
{
    unsigned            n, groups, group[IC_BINS_MAX];
    binning_feature_t  *feature;

    for (n = 0; n < binning->count; n++) {
        feature = &binning->features[n];
        (void) binning_count(binning, feature);

        if (binning->monotonic) {
            groups = ic_bins_monotone(feature->positives,
                                      feature->negatives,
                                      feature->nedges + 1, group);
            binning_merge(binning, feature, group, groups);
            (void) binning_count(binning, feature);
        }

        feature->iv = ic_bins_woe(feature->positives, feature->negatives,
                                  feature->count, binning->adjustment,
                                  feature->woe);
        feature->has_iv = true;
        feature->has_woe = true;
    }

    return 0;
}


double
binning_value(const binning_t *binning, const int64_t *positives,
    const int64_t *negatives, unsigned n, bool apart, bool private,
    double *woe)
{
    double    of[IC_BINS_MAX], iv;
    int64_t   p[IC_BINS_MAX], q[IC_BINS_MAX];
    unsigned  i, groups, group[IC_BINS_MAX], again[IC_BINS_MAX];

    for (i = 0; i < n; i++) {
        group[i] = i;
    }

    groups = n;

    if (binning->monotonic) {
        groups = ic_bins_monotone(positives, negatives, n - apart, group);
        group[n - 1] = apart ? groups : group[n - 1];
        groups += apart;
    }

    ic_bins_sum(positives, group, n, p, groups);
    ic_bins_sum(negatives, group, n, q, groups);

    if (private) {
        groups = ic_bins_by_class(p, q, groups, binning->min_rows, again);

        for (i = 0; i < n; i++) {
            group[i] = again[group[i]];
        }

        ic_bins_sum(positives, group, n, p, groups);
        ic_bins_sum(negatives, group, n, q, groups);
    }

    iv = ic_bins_woe(p, q, groups, binning->adjustment, of);

    for (i = 0; i < n; i++) {
        woe[i] = of[group[i]];
    }

    return iv;
}
