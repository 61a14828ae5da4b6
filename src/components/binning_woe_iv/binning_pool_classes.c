
/* Bins that have enough rows of either class over all parties. */


#include <openssl/rand.h>

#include "../../protocol/ic_counts.h"
#include "binning_pool.h"


static uint64_t pool_word(const binning_pool_t *pool, int64_t own, int *rc);
static void pool_merge_one(binning_pool_t *pool, binning_feature_t *feature,
    const uint64_t *words);
static void pool_join_empty(binning_t *binning, binning_feature_t *feature);


/*
 * Of each bin and class a sum that is the number of rows if that is below
 * min_rows, and not below that otherwise: who has that many by itself adds a
 * random word.
 */

int
binning_pool_classes(binning_pool_t *pool)
{
    int                 rc;
    uint64_t           *words;
    unsigned            n, i;
    binning_t          *binning;
    binning_feature_t  *feature;

    rc = 0;
    binning = pool->binning;
    words = pool->words;

    for (n = 0; n < binning->count; n++) {
        feature = &binning->features[n];
        (void) binning_count(binning, feature);

        for (i = 0; i < feature->count; i++) {
            *words++ = pool_word(pool, feature->positives[i], &rc);
            *words++ = pool_word(pool, feature->negatives[i], &rc);
        }
    }

    if (rc == 0) {
        rc = ic_counts_words(pool->sums, pool->words,
                             (size_t) (words - pool->words));
    }

    words = pool->words;

    for (n = 0; rc == 0 && n < binning->count; n++) {
        feature = &binning->features[n];
        i = feature->count;
        pool_merge_one(pool, feature, words);
        words += 2 * i;
    }

    return rc;
}


static uint64_t
pool_word(const binning_pool_t *pool, int64_t own, int *rc)
{
    uint64_t  word;

    if (own < pool->binning->min_rows) {
        return (uint64_t) own;
    }

    if (RAND_bytes((u_char *) &word, sizeof(word)) != 1) {
        word = 0;
        *rc = ic_task_fail(pool->binning->task, "internal", NULL, 0,
                           "no random bytes");
    }

    return word;
}


static void
pool_merge_one(binning_pool_t *pool, binning_feature_t *feature,
    const uint64_t *words)
{
    int64_t     p[BINNING_FINE + 2], q[BINNING_FINE + 2], least;
    unsigned    i, n, groups, group[IC_BINS_MAX];
    binning_t  *binning;

    binning = pool->binning;
    least = binning->min_rows;

    for (i = 0; i < feature->count; i++) {
        p[i] = words[2 * i] < (uint64_t) least ? (int64_t) words[2 * i]
                                               : least;
        q[i] = words[2 * i + 1] < (uint64_t) least
               ? (int64_t) words[2 * i + 1] : least;
    }

    n = feature->count - feature->apart;
    groups = ic_bins_by_both(p, q, n, least, group);
    binning_merge(binning, feature, group, groups);

    if (!feature->apart) {
        return;
    }

    /* the empty values, or the only bin beside them, have too few */

    if (p[n] >= least && q[n] >= least && groups == 1) {
        ic_bins_sum(p, group, n, p + n, 1);
        ic_bins_sum(q, group, n, q + n, 1);
    }

    if (p[n] < least || q[n] < least) {
        pool_join_empty(binning, feature);
    }
}


/* To the bin with the most rows. */

static void
pool_join_empty(binning_t *binning, binning_feature_t *feature)
{
    int64_t   row;
    unsigned  i, most;

    feature->apart = false;
    feature->count--;

    for (most = 0, i = 1; i < feature->count; i++) {
        most = feature->rows[i] > feature->rows[most] ? i : most;
    }

    feature->rows[most] += feature->rows[feature->count];
    feature->null = (int) most;

    for (row = 0; row < binning->rows; row++) {
        if (feature->of[row] == feature->count) {
            feature->of[row] = (uint16_t) most;
        }
    }
}
