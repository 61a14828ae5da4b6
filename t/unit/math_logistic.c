
/*
 * Sums over rows in vectors against their definition, row by row; the same
 * bits from every kernel; numbers that are too large.
 */


#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../src/math/ic_cpu.h"
#include "../../src/math/ic_logistic.h"
#include "../../src/math/ic_spd.h"
#include "tap.h"


#define MOST_ROWS      9001
#define MOST_FEATURES  40
#define SUMS           (MOST_FEATURES + 2 + 41 * 42 / 2)


typedef struct {
    double   x[MOST_ROWS * MOST_FEATURES];
    double   w[MOST_FEATURES + 1];
    double   shift[MOST_FEATURES];
    double   scale[MOST_FEATURES];
    uint8_t  label[MOST_ROWS];
    int64_t  number[MOST_ROWS];
} table_t;


static table_t  table;


static double
uniform(void)
{
    return (double) random() / (1u << 30) - 1;
}


static void
fill(unsigned features)
{
    int64_t   i;
    unsigned  k;

    for (i = 0; i < MOST_ROWS * MOST_FEATURES; i++) {
        table.x[i] = 10 * uniform();
    }

    for (i = 0; i < MOST_ROWS; i++) {
        table.label[i] = random() % 3 == 0;
        table.number[i] = random() % MOST_ROWS;
    }

    for (k = 0; k < features; k++) {
        table.w[k] = uniform();
        table.shift[k] = uniform();
        table.scale[k] = 0.1 + fabs(uniform());
    }

    table.w[features] = uniform();
}


/* Gradient, loss and Hessian as they are written. */

static void
define(const ic_logistic_rows_t *rows, int64_t first, int64_t end,
    double *sums)
{
    double         p, w, z, x[MOST_FEATURES + 1];
    int64_t        i, row;
    uint8_t        label;
    unsigned       j, k, n;

    n = rows->features;
    memset(sums, 0, SUMS * sizeof(double));

    for (i = first; i < end; i++) {
        row = rows->number != NULL ? rows->number[i] : i;
        label = rows->label[row];
        w = rows->weight[label];
        x[n] = 1;

        for (z = rows->w[n], k = 0; k < n; k++) {
            x[k] = rows->x[row * n + k];
            x[k] = rows->shift != NULL ? (x[k] - rows->shift[k])
                                         / rows->scale[k] : x[k];
            z += rows->w[k] * x[k];
        }

        p = ic_logistic(z);
        sums[n + 1] += w * ic_logistic_loss(label ? z : -z);

        for (k = 0; k <= n; k++) {
            sums[k] += w * (p - label) * x[k];

            for (j = k; j <= n; j++) {
                sums[n + 2 + ic_spd_at(n + 1, k, j)] += w * p * (1 - p)
                                                        * x[k] * x[j];
            }
        }
    }
}


static void
compute(const ic_logistic_rows_t *rows, int64_t first, int64_t end,
    double *sums)
{
    unsigned  n;

    n = rows->features;
    memset(sums, 0, SUMS * sizeof(double));

    if (ic_logistic_sums(rows, first, end, sums, &sums[n + 1], sums + n + 2)
        != 0)
    {
        printf("Bail out! no memory\n");
        exit(EXIT_FAILURE);
    }
}


static void
test_sums(unsigned features, int64_t count, bool scaled, bool chosen,
    double weight)
{
    double    off, largest, expected[SUMS], sums[SUMS], portable[SUMS];
    int64_t   first;
    unsigned  i;

    ic_logistic_rows_t  rows = {
        .features = features, .x = table.x, .label = table.label,
        .w = table.w, .weight = { 1, weight }
    };

    fill(features);

    if (scaled) {
        rows.shift = table.shift;
        rows.scale = table.scale;
    }

    rows.number = chosen ? table.number : NULL;
    first = random() % (MOST_ROWS - count + 1);
    define(&rows, first, first + count, expected);
    compute(&rows, first, first + count, sums);

    ic_cpu_hide(IC_CPU_AVX512);
    compute(&rows, first, first + count, portable);
    ic_cpu_hide(0);

    for (off = 0, largest = 1, i = 0; i < SUMS; i++) {
        off = fmax(off, fabs(sums[i] - expected[i]));
        largest = fmax(largest, fabs(expected[i]));
    }

    ok(off < 1e-12 * largest, "%lld rows of %u columns%s%s: %.1e of %.1e off",
       (long long) count, features, scaled ? ", scaled" : "",
       chosen ? ", chosen" : "", off, largest);
    ok(memcmp(sums, portable, sizeof(sums)) == 0,
       "... the same bits from every kernel");
}


/* One row with that score. */

static void
test_score(double z)
{
    double   g[1] = { 0 }, loss, x, w[1] = { z };
    uint8_t  label;

    ic_logistic_rows_t  rows = {
        .x = &x, .label = &label, .w = w, .weight = { 1, 1 }
    };

    for (label = 0; label < 2; label++) {
        loss = g[0] = 0;

        if (ic_logistic_sums(&rows, 0, 1, g, &loss, NULL) != 0) {
            g[0] = NAN;
        }

        ok(fabs(g[0] - (ic_logistic(z) - label)) <= 4e-16
           && fabs(loss - ic_logistic_loss(label ? z : -z))
              <= 4e-16 * fmax(1, loss),
           "score %g, label %u: slope %g, loss %g", z, label, g[0], loss);
    }
}


static void
test_no_number(void)
{
    double   g[2] = { 0, 0 }, loss, w[2] = { 1, 0 }, x[9] = { 1 };
    uint8_t  label[9] = { 1 };

    ic_logistic_rows_t  rows = {
        .features = 1, .x = x, .label = label, .w = w, .weight = { 1, 1 }
    };

    x[4] = NAN;
    loss = 0;

    ok(ic_logistic_sums(&rows, 0, 9, g, &loss, NULL) == 0 && isnan(g[0])
       && isnan(g[1]) && isnan(loss), "what is no number spoils all sums");

    x[4] = 0;
    g[0] = g[1] = 0;
    (void) ic_logistic_sums(&rows, 0, 9, NULL, NULL, NULL);
    (void) ic_logistic_sums(&rows, 3, 3, g, NULL, NULL);

    ok(g[0] == 0 && g[1] == 0, "no rows, no sums");
}


int
main(void)
{
    unsigned  i, seed;

    const double   scores[] = {
        0, 1e-300, 1e-9, 0.3465, 0.3466, 1, 36.7, 40, 707.9, 708, 709, 745,
        1e9, 1e308
    };
    const int64_t  counts[] = { 0, 1, 7, 8, 9, 300, 4096, 9001 };

    seed = (unsigned) getpid();
    printf("# seed %u\n", seed);
    srandom(seed);

    for (i = 0; i < 24; i++) {
        test_sums((unsigned[]) { 0, 1, 7, 8, 9, 20, 33, 40 }[random() % 8],
                  counts[i % 8], i & 1, i & 2, i & 4 ? 2.5 : 1);
    }

    for (i = 0; i < sizeof(scores) / sizeof(scores[0]); i++) {
        test_score(scores[i]);
        test_score(-scores[i]);
    }

    test_no_number();

    return done();
}
