
/*
 * Bins of the rows of all data parties: of each column edges, then rows of
 * each bin, then bins without enough rows of either class made one with
 * others, then positive rows, each by secure sums and open to all of them.
 */


#include <math.h>
#include <stdlib.h>

#include "../../protocol/ic_counts.h"
#include "../../protocol/ic_tables.h"
#include "binning_pool.h"


/* What must be alike. */
static const char *const  pool_common[] = {
    "mode", "method", "bounds", "bins", "edges", "columns", "min_rows",
    "min_share", "adjustment", "monotonic", "key_length",
    "allow_two_parties", NULL
};


static int pool_check(const binning_t *binning);
static void pool_conf(const binning_t *binning, ic_aggregate_conf_t *conf);
static int pool_room(binning_pool_t *pool);
static void pool_free(binning_pool_t *pool);
static int pool_fit(binning_pool_t *pool);
static int pool_values(binning_pool_t *pool, unsigned n);
static int pool_begin(binning_pool_t *pool);
static int pool_totals(binning_pool_t *pool);
static int pool_rows(binning_pool_t *pool);
static int binning_pool_take_rows(binning_pool_t *pool);
static int pool_count(binning_pool_t *pool);
static int pool_evaluate(binning_pool_t *pool, binning_feature_t *feature);
static void pool_monotone(binning_t *binning, binning_feature_t *feature);


int
binning_pool(binning_t *binning)
{
    int                   rc;
    u_char                digest[32];
    binning_pool_t        pool;
    ic_str_t              common;
    ic_aggregate_conf_t   conf;

    memset(&pool, 0, sizeof(binning_pool_t));
    pool.binning = binning;
    common = ic_settings_common(&binning->settings, pool_common);

    if (pool_check(binning) != 0 || common.data == NULL) {
        return -1;
    }

    pool_conf(binning, &conf);
    rc = pool_room(&pool);

    if (rc == 0) {
        rc = pool_begin(&pool);
    }

    if (rc == 0) {
        pool.sums = ic_aggregate_open(binning->task, &conf, common,
                                      binning->rows);
        rc = pool.sums != NULL ? pool_fit(&pool) : -1;
    }

    if (rc == 0) {
        rc = binning_digest(binning, digest);
    }

    if (rc == 0) {
        rc = ic_aggregate_confirm(pool.sums, digest);
    }

    ic_aggregate_close(pool.sums);
    pool_free(&pool);

    return rc;
}


int
binning_pool_serve(binning_t *binning)
{
    ic_str_t             common;
    ic_aggregate_conf_t  conf;

    ic_task_without(binning->task, "dataset");
    ic_task_without(binning->task, "model");
    common = ic_settings_common(&binning->settings, pool_common);

    if (pool_check(binning) != 0 || common.data == NULL) {
        return -1;
    }

    pool_conf(binning, &conf);

    return ic_aggregate_serve(binning->task, &conf, common);
}


static int
pool_check(const binning_t *binning)
{
    if (binning->method == BINNING_CHI_MERGE) {
        return ic_task_fail(binning->task, "bad_parameter", NULL, 0,
                            "method chi_merge opens the classes of bins of "
                            "few rows; with mode pooled name another one");
    }

    if (ic_setting(&binning->settings, "columns") == NULL) {
        return ic_task_fail(binning->task, "bad_parameter", NULL, 0,
                            "with mode pooled columns must be named, the "
                            "same at all parties");
    }

    return 0;
}


static void
pool_conf(const binning_t *binning, ic_aggregate_conf_t *conf)
{
    memset(conf, 0, sizeof(ic_aggregate_conf_t));
    conf->key_length = binning->bits;
    conf->modulus_bits = binning->flags != 0 ? binning->bits : 0;
    conf->paillier_flags = binning->flags;
    conf->allow_two_parties = ic_setting_bool(&binning->settings,
                                              "allow_two_parties");
}


static int
pool_room(binning_pool_t *pool)
{
    size_t  count, bins;

    count = pool->binning->count;
    bins = BINNING_FINE + 2;
    pool->filled = calloc(count + 1, sizeof(int64_t));
    pool->columns = calloc(count + 1, sizeof(ic_rank_column_t));
    pool->ranks = calloc((count + 1) * bins, sizeof(ic_rank_t));
    pool->counts = calloc((count + 1) * bins, sizeof(int64_t));
    pool->words = calloc((count + 1) * bins * 2, sizeof(uint64_t));
    pool->values = calloc((size_t) pool->binning->rows + 1, sizeof(double));

    return pool->filled != NULL && pool->columns != NULL
           && pool->ranks != NULL && pool->counts != NULL
           && pool->words != NULL && pool->values != NULL
           ? 0 : binning_memory(pool->binning);
}


static void
pool_free(binning_pool_t *pool)
{
    unsigned  n;

    for (n = 0; pool->columns != NULL && n < pool->binning->count; n++) {
        free(pool->columns[n].keys);
    }

    free(pool->filled);
    free(pool->columns);
    free(pool->ranks);
    free(pool->counts);
    free(pool->words);
    free(pool->values);
}


static int
pool_fit(binning_pool_t *pool)
{
    return pool_totals(pool) == 0
           && binning_pool_edges(pool) == 0
           && pool_rows(pool) == 0
           && binning_pool_classes(pool) == 0
           ? pool_count(pool) : -1;
}


static int
pool_values(binning_pool_t *pool, unsigned n)
{
    binning_t          *binning;
    ic_source_error_t   error;

    binning = pool->binning;

    return ic_table_some_numbers(binning->table, binning->features[n].name,
                                 pool->values, &error) == 0
           ? 0 : ic_input_failed(binning->task, &error);
}


/* Own data is looked at before anything is sent. */

static int
pool_begin(binning_pool_t *pool)
{
    unsigned    n;
    binning_t  *binning;

    binning = pool->binning;

    for (n = 0; n < binning->count; n++) {

        if (pool_values(pool, n) != 0
            || binning_room(binning, &binning->features[n]) != 0)
        {
            return -1;
        }

        if (ic_rank_column(pool->values, binning->rows, &pool->columns[n])
            != 0)
        {
            return binning_memory(binning);
        }

        pool->filled[n] = pool->columns[n].count;
    }

    return 0;
}


/* The positive rows are counted as one more column. */

static int
pool_totals(binning_pool_t *pool)
{
    int64_t     row, fewest;
    binning_t  *binning;

    binning = pool->binning;
    pool->all = ic_aggregate_all_rows(pool->sums);

    for (row = 0; row < binning->rows; row++) {
        pool->filled[binning->count] += binning->labels[row];
    }

    if (ic_counts_sum(binning->task, pool->sums, pool->filled,
                      binning->count + 1)
        != 0)
    {
        return -1;
    }

    pool->positives = pool->filled[binning->count];
    fewest = pool->positives < pool->all - pool->positives
             ? pool->positives : pool->all - pool->positives;
    binning->least = (int64_t) ceil(ic_setting_num(&binning->settings,
                                                   "min_share")
                                    * (double) pool->all);

    if (binning->least < binning->min_rows) {
        binning->least = binning->min_rows;
    }

    return fewest >= binning->min_rows ? 0
           : ic_task_fail(binning->task,
                          fewest == 0 ? "data_single_class" : "data_too_few",
                          NULL, 0, "all parties together have %lld positive "
                          "rows of %lld; min_rows of either class are "
                          "needed", (long long) pool->positives,
                          (long long) pool->all);
}


static int
pool_rows(binning_pool_t *pool)
{
    int64_t            *counts;
    unsigned            n;
    binning_t          *binning;
    binning_feature_t  *feature;

    binning = pool->binning;
    counts = pool->counts;

    for (n = 0; n < binning->count; n++) {
        feature = &binning->features[n];

        if (pool_values(pool, n) != 0) {
            return -1;
        }

        binning_place(binning, feature, pool->values);
        memcpy(counts, feature->rows, feature->count * sizeof(int64_t));
        counts += feature->count;
    }

    return ic_counts_sum(binning->task, pool->sums, pool->counts,
                         (size_t) (counts - pool->counts))
           == 0 ? binning_pool_take_rows(pool) : -1;
}


static int
binning_pool_take_rows(binning_pool_t *pool)
{
    int64_t            *counts, total;
    unsigned            n, i;
    binning_t          *binning;
    binning_feature_t  *feature;

    binning = pool->binning;
    counts = pool->counts;

    for (n = 0; n < binning->count; n++) {
        feature = &binning->features[n];
        memcpy(feature->rows, counts, feature->count * sizeof(int64_t));
        counts += feature->count;

        for (total = 0, i = 0; i < feature->count; i++) {
            total += feature->rows[i];
        }

        if (total != pool->filled[n]) {
            return ic_task_fail(binning->task, "peer_protocol", NULL, 0,
                                "counts that do not fit together");
        }

        binning_settle(binning, feature, pool->filled[n], pool->all);
    }

    return 0;
}


static int
pool_count(binning_pool_t *pool)
{
    int64_t            *counts;
    unsigned            n;
    binning_t          *binning;
    binning_feature_t  *feature;

    binning = pool->binning;
    counts = pool->counts;

    for (n = 0; n < binning->count; n++) {
        feature = &binning->features[n];
        (void) binning_count(binning, feature);
        memcpy(counts, feature->positives, feature->count * sizeof(int64_t));
        counts += feature->count;
    }

    if (ic_counts_sum(binning->task, pool->sums, pool->counts,
                      (size_t) (counts - pool->counts))
        != 0)
    {
        return -1;
    }

    counts = pool->counts;

    for (n = 0; n < binning->count; n++) {
        feature = &binning->features[n];
        memcpy(feature->positives, counts, feature->count * sizeof(int64_t));
        counts += feature->count;

        if (pool_evaluate(pool, feature) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
pool_evaluate(binning_pool_t *pool, binning_feature_t *feature)
{
    int64_t     total;
    unsigned    i;
    binning_t  *binning;

    binning = pool->binning;

    for (total = 0, i = 0; i < feature->count; i++) {
        feature->negatives[i] = feature->rows[i] - feature->positives[i];
        total += feature->positives[i];

        if (feature->positives[i] < binning->min_rows
            || feature->negatives[i] < binning->min_rows)
        {
            total = -1;
            break;
        }
    }

    if (total != pool->positives) {
        return ic_task_fail(binning->task, "peer_protocol", NULL, 0,
                            "counts that do not fit together");
    }

    if (binning->monotonic) {
        pool_monotone(binning, feature);
    }

    feature->iv = ic_bins_woe(feature->positives, feature->negatives,
                              feature->count, binning->adjustment,
                              feature->woe);
    feature->has_iv = true;
    feature->has_woe = true;

    return 0;
}


static void
pool_monotone(binning_t *binning, binning_feature_t *feature)
{
    int64_t   sums[2][IC_BINS_MAX];
    unsigned  n, groups, group[IC_BINS_MAX];

    n = feature->nedges + 1;
    groups = ic_bins_monotone(feature->positives, feature->negatives, n,
                              group);
    ic_bins_sum(feature->positives, group, n, sums[0], groups);
    ic_bins_sum(feature->negatives, group, n, sums[1], groups);

    if (feature->apart) {
        sums[0][groups] = feature->positives[n];
        sums[1][groups] = feature->negatives[n];
    }

    binning_merge(binning, feature, group, groups);
    memcpy(feature->positives, sums[0], feature->count * sizeof(int64_t));
    memcpy(feature->negatives, sums[1], feature->count * sizeof(int64_t));
}
