
/* Histograms of scores against the scores themselves. */


#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "../../src/math/ic_histogram.h"
#include "tap.h"


#define MOST  3000


static double   p[MOST];
static uint8_t  label[MOST];


/* Scores that say something, more or less; some are edges, some are equal. */

static void
draw(size_t n, double sharp)
{
    double  z;
    size_t  i;

    for (i = 0; i < n; i++) {
        label[i] = random() % 3 == 0;
        z = (label[i] ? sharp : -sharp)
            + 6 * ((double) random() / RAND_MAX - 0.5);
        p[i] = 1 / (1 + exp(-z));

        if (random() % 10 == 0) {
            p[i] = (double) (random() % 1001) / 1000;
        }
    }

    label[0] = 0;
    label[n - 1] = 1;
}


static void
test_random(size_t n, double sharp)
{
    double           auc, ks, error;
    size_t           i, step;
    unsigned         t, bad;
    ic_ranking_t     exact, binned;
    ic_histogram_t   histogram;
    ic_confusion_t   want, got;

    draw(n, sharp);
    memset(&histogram, 0, sizeof(histogram));

    for (i = 0; i < n; i++) {
        ic_histogram_add(&histogram, p[i], label[i]);
    }

    ok(ic_ranking(p, label, n, &exact) == 0
       && ic_histogram_ranking(&histogram, &binned) == 0,
       "%zu rows, sharp %g", n, sharp);

    auc = ic_ranking_auc(&exact);
    error = ic_histogram_auc_error(&histogram);
    ok(fabs(ic_ranking_auc(&binned) - auc) <= error + 1e-12,
       "... AUC %.6f is within %.2g", auc, error);

    ks = ic_ranking_ks(&exact, &step);
    error = ic_histogram_ks_error(&histogram);
    ok(ic_ranking_ks(&binned, &step) <= ks + 1e-12
       && ks <= ic_ranking_ks(&binned, &step) + error + 1e-12,
       "... KS %.6f is not below, nor above by more than %.2g", ks, error);

    for (bad = 0, t = 0; t <= 1000; t++) {
        ic_ranking_confusion(&exact, t / 1000.0, &want);
        ic_ranking_confusion(&binned, t / 1000.0, &got);
        bad += t > 0 && memcmp(&want, &got, sizeof(want)) != 0;
    }

    is_int(bad, 0, "... thresholds in thousandths part the rows exactly");
    ic_ranking_free(&exact);
    ic_ranking_free(&binned);
}


static void
test_ends(void)
{
    double           edges[] = { 0, 1e-300, 0.001, nextafter(0.001, 1), 0.5,
                                 nextafter(0.5, 1), 0.999, 1 };
    int              bins[] = { 0, 0, 0, 1, 499, 500, 998, 999 };
    unsigned         i;
    ic_ranking_t     ranking;
    ic_histogram_t   histogram;

    for (i = 0; i < 8; i++) {
        memset(&histogram, 0, sizeof(histogram));
        ic_histogram_add(&histogram, edges[i], 1);
        is_int(histogram.positives[bins[i]], 1, "%.17g is in bin %d",
               edges[i], bins[i]);
    }

    ok(isnan(ic_histogram_auc_error(&histogram))
       && isnan(ic_histogram_ks_error(&histogram)),
       "one class: nothing to be off by");

    memset(&histogram, 0, sizeof(histogram));
    ok(ic_histogram_ranking(&histogram, &ranking) == 0 && ranking.count == 0,
       "no row");
    ic_ranking_free(&ranking);

    ic_histogram_add(&histogram, 0.2501, 0);
    ic_histogram_add(&histogram, 0.2502, 1);
    ok(ic_histogram_auc_error(&histogram) == 0.5
       && ic_histogram_ks_error(&histogram) == 1,
       "two rows in one bin: nothing is known of their order");
}


int
main(void)
{
    int   i;
    long  seed;

    seed = getenv("SEED") ? atol(getenv("SEED")) : (long) time(NULL);
    printf("# SEED=%ld\n", seed);
    srandom((unsigned) seed);

    for (i = 0; i < 12; i++) {
        test_random(2 + (size_t) random() % (i < 6 ? 30 : MOST - 2),
                    (i % 4) * 0.8);
    }

    test_ends();

    return done();
}
