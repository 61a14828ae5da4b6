
/*
 * Counts that share words, moments and ranks, on the layer that components
 * have: every number of rows, and parties whose numbers do not fit together.
 */


#include <math.h>

#include "../../src/protocol/ic_counts.h"
#include "../../src/protocol/ic_moments.h"
#include "../../src/protocol/ic_ranks.h"
#include "aggregate_double.h"


#define PARTIES  3
#define COUNTS   150


static int64_t  rows_of[PARTIES];
static int64_t  counts[PARTIES][COUNTS];
static int64_t  sums[PARTIES][COUNTS];


static int
run_counts(ic_task_t *task)
{
    int              rc;
    unsigned         i;
    ic_aggregate_t  *a;

    i = task->index;
    a = ic_aggregate_open(task, NULL, ic_str("x"), rows_of[i]);

    if (a == NULL) {
        return -1;
    }

    memcpy(sums[i], counts[i], sizeof(sums[i]));
    rc = ic_counts_sum(task, a, sums[i], COUNTS);
    ic_aggregate_close(a);

    return rc;
}


static void
test_counts(int64_t rows)
{
    int64_t   all;
    local_t  *net;
    unsigned  i, j, bad;

    net = local_create(run_counts, "guest.0 host.0 host.1");
    aggregate_reset();

    for (all = 0, i = 0; i < PARTIES; i++) {
        rows_of[i] = i == 0 ? rows : random() % (rows + 1);
        all += rows_of[i];

        for (j = 0; j < COUNTS; j++) {
            counts[i][j] = j % 3 == 0 ? rows_of[i]
                           : j % 3 == 1 ? 0 : random() % (rows_of[i] + 1);
        }
    }

    ok(local_run(net) == 0, "counts of %lld rows", (long long) all);

    for (bad = 0, j = 0; j < COUNTS; j++) {
        bad += sums[1][j] != counts[0][j] + counts[1][j] + counts[2][j];
    }

    is_int(bad, 0, "... the sums, in %u words", table.opened[1].count);
    ok(table.opened[1].count <= COUNTS / (unsigned) (64 / (log2((double) all
       + 1) + 1)) + 1, "... no more than need be");
    local_destroy(net);
}


static void
test_too_many(void)
{
    local_t  *net;

    net = local_create(run_counts, "guest.0 host.0 host.1");
    aggregate_reset();
    rows_of[0] = rows_of[1] = rows_of[2] = 4;
    memset(counts, 0, sizeof(counts));
    counts[1][7] = 13;
    ok(local_run(net) != 0
       && strcmp(net->parties[0].code, "peer_protocol") == 0,
       "a count of more rows than there are: %s", net->parties[0].text);
    local_destroy(net);
}


/* Values 1 .. 30 at every party; the median of all is 15. */

static int
run_ranks(ic_task_t *task)
{
    int                rc;
    double             values[30];
    unsigned           i;
    ic_rank_t          rank;
    ic_aggregate_t    *a;
    ic_rank_column_t   column;

    for (i = 0; i < 30; i++) {
        values[i] = i + 1;
    }

    a = ic_aggregate_open(task, NULL, ic_str("x"), 30);

    if (a == NULL || ic_rank_column(values, 30, &column) != 0) {
        return -1;
    }

    memset(&rank, 0, sizeof(rank));
    rank.rank = 45;
    rank.count = 90;
    rank.bits = 64;

    rc = ic_ranks(task, a, &column, &rank, 1);

    if (rc == 0 && task->index == 2) {
        ok(ic_rank_value(rank.high) == 15 && rank.low + 1 == rank.high
           && rank.below == 42 && rank.upto == 45,
           "the median of 90 values, and how many are below and up to it");
    }

    free(column.keys);
    ic_aggregate_close(a);

    return rc;
}


static void
test_ranks(void)
{
    local_t  *net;

    net = local_create(run_ranks, "guest.0 host.0 host.1");
    aggregate_reset();
    ok(local_run(net) == 0, "a search");
    ok(table.nopened <= 65, "... of at most 64 steps");
    local_destroy(net);
}


static void
test_keys(void)
{
    double    values[] = { -1.7e308, -1, -1e-300, -5e-324, 0, 5e-324, 1e-300,
                           1, nextafter(1, 2), 1.7e308 };
    unsigned  i, bad;

    for (bad = 0, i = 0; i < 10; i++) {
        bad += ic_rank_value(ic_rank_key(values[i])) != values[i];
        bad += i > 0 && ic_rank_key(values[i]) <= ic_rank_key(values[i - 1]);
    }

    is_int(bad, 0, "keys rise with the numbers, and give them back");
    ok(ic_rank_key(-0.0) == ic_rank_key(0.0), "there is one zero");
}


int
main(void)
{
    long      seed;
    unsigned  i;

    static const int64_t  sizes[] = {
        1, 2, 5, 1000, 1 << 20, 50000000, ((int64_t) 1 << 32) - 1
    };

    seed = getenv("SEED") ? atol(getenv("SEED")) : (long) time(NULL);
    printf("# SEED=%ld\n", seed);
    srandom((unsigned) seed);

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        test_counts(sizes[i]);
    }

    test_too_many();
    test_keys();
    test_ranks();
    aggregate_reset();

    return done();
}
