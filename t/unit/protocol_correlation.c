
/* Correlations of two parties' columns in shares, against their definition. */


#include <math.h>

#include "../../src/math/ic_paillier.h"
#include "../../src/protocol/ic_shares.h"
#include "task_local.h"


#define MOST     17000
#define COLUMNS  3


static double   columns[2][COLUMNS][MOST];
static double   found[3][COLUMNS * COLUMNS];
static int64_t  rows;
static bool     paillier;


static int
run(ic_task_t *task)
{
    int                      rc;
    unsigned                 i;
    ic_shares_t             *shares;
    const double            *own[COLUMNS];
    ic_shares_conf_t         conf = { .topic = "correlation",
                                      .paillier = paillier,
                                      .modulus_bits = 1024,
                                      .paillier_flags = IC_PAILLIER_INSECURE,
                                      .threads = 1 };
    ic_shares_correlation_t  of = { .columns = own, .parties = { 0, 1 },
                                    .counts = { 3, 2 }, .to = 2 };

    shares = ic_shares_open(task, &conf, ic_str("c"), rows);

    if (shares == NULL) {
        return -1;
    }

    for (i = 0; i < COLUMNS; i++) {
        own[i] = columns[ic_shares_self(shares) == 1][i];
    }

    of.rows = rows;
    of.r = found[ic_shares_self(shares) + 1];
    rc = ic_shares_correlate(shares, &of);
    ic_shares_close(shares);

    return rc;
}


static double
plain(const double *x, const double *y)
{
    double   mx, my, xx, yy, xy;
    int64_t  i;

    for (mx = 0, my = 0, i = 0; i < rows; i++) {
        mx += x[i] / (double) rows;
        my += y[i] / (double) rows;
    }

    for (xx = 0, yy = 0, xy = 0, i = 0; i < rows; i++) {
        xx += (x[i] - mx) * (x[i] - mx);
        yy += (y[i] - my) * (y[i] - my);
        xy += (x[i] - mx) * (y[i] - my);
    }

    return xx * yy > 0 ? xy / sqrt(xx * yy) : 0;
}


static void
test(const char *names, bool alone, int64_t count)
{
    double    off;
    local_t  *net;
    unsigned  i, j;

    rows = count;
    paillier = alone;
    memset(found, 0, sizeof(found));
    net = local_create(run, names);
    ok(local_run(net) == 0, "%s, %d rows", names, (int) count);

    for (off = 0, i = 0; i < 3; i++) {
        for (j = 0; j < 2; j++) {
            off = fmax(off, fabs(found[2][2 * i + j]
                                 - plain(columns[0][i], columns[1][j])));
        }
    }

    ok(off < 1e-6, "... every pair, within %.2g", off);
    ok(found[1][0] == 0 && found[0][0] == 0, "... at the receiver alone");
    local_destroy(net);
}


int
main(void)
{
    int       i;
    unsigned  state;

    for (state = 7, i = 0; i < MOST; i++) {
        state = state * 1103515245 + 12345;
        columns[0][0][i] = (double) (state >> 16) * 1e6;
        columns[0][1][i] = 5;
        columns[0][2][i] = (double) (i % 31) - (i == 40 ? 1e9 : 0);
        state = state * 1103515245 + 12345;
        columns[1][0][i] = (double) (state >> 16) / 1e6
                           - columns[0][0][i] / 1e12;
        columns[1][1][i] = -columns[0][2][i] / 3 + (double) (i % 2);
    }

    test("arbiter.0 guest.0 host.0", false, 100);
    test("arbiter.0 guest.0 host.0", false, MOST);
    test("arbiter.0 guest.0 host.0", false, 1);
    test("guest.0 host.0", true, 100);

    return done();
}
