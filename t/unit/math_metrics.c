
/* AUC and KS with ties, counts, log loss. */


#include <math.h>

#include "../../src/math/ic_metrics.h"
#include "tap.h"


static int
near(double a, double b)
{
    return fabs(a - b) < 1e-12;
}


int
main(void)
{
    double        perfect[4] = { 0.9, 0.8, 0.3, 0.1 };
    double        tied[4] = { 0.5, 0.5, 0.5, 0.5 };
    double        mixed[6] = { 0.9, 0.7, 0.7, 0.4, 0.4, 0.1 };
    double        bad[2] = { NAN, 0.5 };
    uint8_t       label[4] = { 1, 1, 0, 0 };
    uint8_t       reversed[4] = { 0, 0, 1, 1 };
    uint8_t       six[6] = { 1, 0, 1, 1, 0, 0 };
    uint8_t       ones[4] = { 1, 1, 1, 1 };
    ic_metrics_t  m;

    ok(ic_metrics(perfect, label, 4, 0.5, &m) == 0, "perfect scores");
    ok(near(m.auc, 1) && near(m.ks, 1), "AUC 1, KS 1");
    ok(near(m.accuracy, 1) && near(m.precision, 1) && near(m.recall, 1),
       "no mistake");
    ok(near(m.log_loss, -(log(0.9) + log(0.8) + log(0.7) + log(0.9)) / 4),
       "log loss");

    ok(ic_metrics(perfect, reversed, 4, 0.5, &m) == 0, "the reverse");
    ok(near(m.auc, 0) && near(m.ks, 1), "AUC 0");

    ok(ic_metrics(tied, label, 4, 0.5, &m) == 0, "all tied");
    ok(near(m.auc, 0.5) && near(m.ks, 0), "AUC one half, KS 0");
    ok(near(m.accuracy, 0.5) && m.precision == 0 && m.recall == 0,
       "p = threshold is negative");

    /* pairs: 9; won 6 of them, tied 2 (0.7 and 0.4): 7 / 9 */

    ok(ic_metrics(mixed, six, 6, 0.5, &m) == 0, "some tied");
    ok(near(m.auc, 7.0 / 9), "AUC 7/9");
    ok(near(m.ks, 1.0 / 3), "KS 1/3");
    ok(near(m.precision, 2.0 / 3) && near(m.recall, 2.0 / 3), "2 of 3");

    ok(ic_metrics(tied, ones, 4, 0.5, &m) != 0, "one class: refused");
    ok(ic_metrics(tied, ones, 0, 0.5, &m) != 0, "no row: refused");
    ok(ic_metrics(bad, label, 2, 0.5, &m) != 0, "NaN: refused");

    return done();
}
