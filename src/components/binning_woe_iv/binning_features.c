
/* Bins of this party's columns. */


#include <math.h>
#include <stdlib.h>

#include "../../protocol/ic_tables.h"
#include "binning.h"


#define FEATURE_EMPTY  UINT16_MAX        /* in place of a bin */


static int feature_make(binning_t *binning, binning_feature_t *feature,
    double *values, double *sorted);
static void feature_edges(binning_t *binning, binning_feature_t *feature,
    const double *sorted, int64_t n);
static void feature_merge(binning_t *binning, binning_feature_t *feature);
static void feature_empty(binning_t *binning, binning_feature_t *feature,
    int64_t filled, int64_t all);
static int feature_by_value(const void *one, const void *two);


int
binning_features(binning_t *binning)
{
    int        rc;
    double    *values, *sorted;
    size_t     size;
    unsigned   n;

    size = ((size_t) binning->rows + 1) * sizeof(double);
    values = malloc(size);
    sorted = malloc(size);
    rc = values != NULL && sorted != NULL ? 0 : binning_memory(binning);

    for (n = 0; rc == 0 && n < binning->count; n++) {
        rc = feature_make(binning, &binning->features[n], values, sorted);
        ic_task_progress(binning->task, 30.0 * (n + 1) / binning->count,
                         "binning");
    }

    free(values);
    free(sorted);

    return rc;
}


static int
feature_make(binning_t *binning, binning_feature_t *feature, double *values,
    double *sorted)
{
    int64_t            row, n;
    ic_source_error_t  error;

    if (ic_table_some_numbers(binning->table, feature->name, values, &error)
        != 0)
    {
        return ic_input_failed(binning->task, &error);
    }

    for (n = 0, row = 0; row < binning->rows; row++) {
        if (!isnan(values[row])) {
            sorted[n++] = values[row];
        }
    }

    qsort(sorted, (size_t) n, sizeof(double), feature_by_value);

    if (binning_room(binning, feature) != 0) {
        return -1;
    }

    feature_edges(binning, feature, sorted, n);
    binning_place(binning, feature, values);

    if (binning->method == BINNING_CHI_MERGE
        && binning_count(binning, feature) != 0)
    {
        return -1;
    }

    binning_settle(binning, feature, n, binning->rows);

    return 0;
}


void
binning_settle(binning_t *binning, binning_feature_t *feature,
    int64_t filled, int64_t all)
{
    feature_merge(binning, feature);
    feature_empty(binning, feature, filled, all);
}


static int
feature_by_value(const void *one, const void *two)
{
    double  a, b;

    a = *(const double *) one;
    b = *(const double *) two;

    return (a > b) - (a < b);
}


int
binning_room(binning_t *binning, binning_feature_t *feature)
{
    unsigned     bins;
    ic_arena_t  *arena;

    feature->null = -1;
    bins = BINNING_FINE + 2;

    arena = ic_task_arena(binning->task);
    feature->edges = ic_zalloc(arena, bins * sizeof(double));
    feature->rows = ic_zalloc(arena, bins * sizeof(int64_t));
    feature->positives = ic_zalloc(arena, bins * sizeof(int64_t));
    feature->negatives = ic_zalloc(arena, bins * sizeof(int64_t));
    feature->woe = ic_zalloc(arena, bins * sizeof(double));
    feature->of = ic_alloc(arena, ((size_t) binning->rows + 1)
                                  * sizeof(uint16_t));

    return feature->edges != NULL && feature->rows != NULL
           && feature->positives != NULL && feature->negatives != NULL
           && feature->woe != NULL && feature->of != NULL
           ? 0 : binning_memory(binning);
}


static void
feature_edges(binning_t *binning, binning_feature_t *feature,
    const double *sorted, int64_t n)
{
    switch (binning->method) {

    case BINNING_QUANTILE:
        feature->nedges = ic_bins_quantile(sorted, n, binning->bins,
                                           feature->edges);
        break;

    case BINNING_WIDTHS:
        feature->nedges = n == 0 ? 0
            : ic_bins_width(sorted[0], sorted[n - 1], binning->bins,
                            feature->edges);
        break;

    case BINNING_CHI_MERGE:
        feature->nedges = ic_bins_quantile(sorted, n, BINNING_FINE,
                                           feature->edges);
        break;

    case BINNING_EDGES:
        binning_given_edges(binning, feature);
    }
}


void
binning_given_edges(const binning_t *binning, binning_feature_t *feature)
{
    const ic_json_t  *edge;

    edge = ic_setting(&binning->settings, "edges");

    for (edge = edge != NULL ? edge->child : NULL; edge != NULL;
         edge = edge->next)
    {
        feature->edges[feature->nedges++] = edge->real;
    }
}


void
binning_place(binning_t *binning, binning_feature_t *feature,
    const double *values)
{
    int64_t   row;
    unsigned  bin;

    feature->count = feature->nedges + 1;

    for (row = 0; row < binning->rows; row++) {

        if (isnan(values[row])) {
            feature->of[row] = FEATURE_EMPTY;
            continue;
        }

        bin = ic_bins_find(feature->edges, feature->nedges, values[row]);
        feature->of[row] = (uint16_t) bin;
        feature->rows[bin]++;
    }
}


/* Before anything of a bin is shown to anyone. */

static void
feature_merge(binning_t *binning, binning_feature_t *feature)
{
    unsigned  groups, group[IC_BINS_MAX];

    if (binning->method == BINNING_CHI_MERGE) {
        groups = ic_bins_by_chi(feature->positives, feature->negatives,
                                feature->count, binning->bins, group);
        binning_merge(binning, feature, group, groups);
    }

    groups = ic_bins_by_rows(feature->rows, feature->count, binning->least,
                             group);
    binning_merge(binning, feature, group, groups);
}


void
binning_merge(binning_t *binning, binning_feature_t *feature,
    const unsigned *group, unsigned groups)
{
    int64_t   row, sums[IC_BINS_MAX];
    unsigned  i, n, kept;

    n = feature->nedges + 1;

    for (kept = 0, i = 0; i + 1 < n; i++) {
        if (group[i] != group[i + 1]) {
            feature->edges[kept++] = feature->edges[i];
        }
    }

    feature->nedges = kept;
    ic_bins_sum(feature->rows, group, n, sums, groups);

    if (feature->apart) {
        sums[groups] = feature->rows[n];
    }

    feature->count = groups + feature->apart;
    memcpy(feature->rows, sums, feature->count * sizeof(int64_t));

    for (row = 0; row < binning->rows; row++) {
        if (feature->of[row] < n) {
            feature->of[row] = (uint16_t) group[feature->of[row]];

        } else if (feature->apart) {
            feature->of[row] = (uint16_t) groups;
        }
    }

    if (feature->null != -1) {
        feature->null = feature->apart ? (int) groups
                                       : (int) group[feature->null];
    }
}


/* Empty values: a bin of their own, unless there are too few of either. */

static void
feature_empty(binning_t *binning, binning_feature_t *feature, int64_t filled,
    int64_t all)
{
    int64_t   row, empty;
    unsigned  i;

    empty = all - filled;
    feature->null = -1;
    feature->apart = false;

    if (empty == 0) {
        return;
    }

    if (filled < binning->least) {
        feature->nedges = 0;
        feature->count = 1;
        feature->null = 0;
        feature->rows[0] = filled;

    } else if (empty >= binning->least) {
        feature->apart = true;
        feature->null = (int) feature->count;
        feature->rows[feature->count++] = 0;

    } else {
        for (feature->null = 0, i = 1; i < feature->count; i++) {
            if (feature->rows[i] > feature->rows[feature->null]) {
                feature->null = (int) i;
            }
        }
    }

    feature->rows[feature->null] += empty;

    for (row = 0; row < binning->rows; row++) {
        if (feature->of[row] == FEATURE_EMPTY) {
            feature->of[row] = (uint16_t) feature->null;

        } else if (feature->count == 1) {
            feature->of[row] = 0;
        }
    }
}
