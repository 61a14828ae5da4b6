
/* Sums without rounding, against GMP's rationals. */


#include <gmp.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "../../src/math/ic_exact.h"
#include "tap.h"


#define PARTS   64
#define ROUNDS  200


static double
random_number(int kind)
{
    double  v;

    v = ldexp((double) (random() - random()), -31);

    switch (kind % 4) {

    case 0:
        return v;

    case 1:
        return ldexp(v, 52);

    case 2:
        return ldexp(v, (int) (random() % 150) - 100);

    default:
        return ldexp(v, 104);
    }
}


/* The nearest double by mpf of 600 bits: cut, and the neighbour above. */

static double
nearest(mpf_t exact)
{
    double  down, up;
    mpf_t   a, b;

    down = mpf_get_d(exact);
    up = nextafter(down, mpf_sgn(exact) < 0 ? -INFINITY : INFINITY);
    mpf_init2(a, 600);
    mpf_init2(b, 600);
    mpf_set_d(a, down);
    mpf_sub(a, exact, a);
    mpf_abs(a, a);
    mpf_set_d(b, up);
    mpf_sub(b, b, exact);
    mpf_abs(b, b);

    if (mpf_cmp(a, b) > 0) {
        down = up;
    }

    mpf_clears(a, b, NULL);

    return down;
}


static void
test_random(int kind)
{
    double        v;
    mpf_t         exact, one;
    uint64_t      words[IC_EXACT_WORDS], part[IC_EXACT_WORDS];
    unsigned      i, j, k, bad;
    ic_exact_t    sum;

    mpf_init2(exact, 900);
    mpf_init2(one, 900);

    for (bad = 0, i = 0; i < ROUNDS; i++) {
        mpf_set_ui(exact, 0);
        memset(words, 0, sizeof(words));

        for (j = 0; j < PARTS; j++) {
            memset(&sum, 0, sizeof(sum));

            for (k = 0; k < 3 * i; k++) {
                v = random_number(kind);
                ic_exact_add(&sum, v);
                mpf_set_d(one, v);

                /* what lies below 2^-140 is cut off */

                mpf_mul_2exp(one, one, IC_EXACT_FRACTION);
                mpf_trunc(one, one);
                mpf_div_2exp(one, one, IC_EXACT_FRACTION);
                mpf_add(exact, exact, one);
            }

            ic_exact_words(&sum, part);

            for (k = 0; k < IC_EXACT_WORDS; k++) {
                words[k] += part[k];
            }
        }

        bad += ic_exact_value(words) != nearest(exact);
        mpf_div_ui(exact, exact, 3 * i + 1);
        bad += ic_exact_mean(words, 3 * i + 1) != nearest(exact);
    }

    is_int(bad, 0, "%d sums and means of 64 parts, kind %d", ROUNDS, kind);
    mpf_clears(exact, one, NULL);
}


static double
sum_of(const double *values, unsigned count)
{
    uint64_t    words[IC_EXACT_WORDS];
    unsigned    i;
    ic_exact_t  sum;

    memset(&sum, 0, sizeof(sum));

    for (i = 0; i < count; i++) {
        ic_exact_add(&sum, values[i]);
    }

    ic_exact_words(&sum, words);

    return ic_exact_value(words);
}


#define SUM(...)  sum_of((double[]) { __VA_ARGS__ },                          \
                         sizeof((double[]) { __VA_ARGS__ }) / sizeof(double))


int
main(void)
{
    int     kind;
    long    seed;
    double  one, limit;

    seed = getenv("SEED") ? atol(getenv("SEED")) : (long) time(NULL);
    printf("# SEED=%ld\n", seed);
    srandom((unsigned) seed);

    for (kind = 0; kind < 4; kind++) {
        test_random(kind);
    }

    limit = IC_EXACT_LIMIT * IC_EXACT_LIMIT;

    ok(sum_of(NULL, 0) == 0 && SUM(0.0) == 0 && SUM(-0.0) == 0, "nothing");
    ok(SUM(1e15, 1, -1e15) == 1, "what doubles would lose");
    ok(SUM(-1e15, 0.1, 1e15) == 0.1, "... and below the point");
    ok(SUM(limit, -1, -limit) == -1, "from one end to the other");
    ok(SUM(0.1, 0.2, -0.3) != 0, "decimals are what they are");
    ok(SUM(ldexp(1, -140)) == ldexp(1, -140), "the smallest");
    ok(SUM(ldexp(1, -141)) == 0, "... and below it");
    ok(SUM(ldexp(1, 53), 1) == ldexp(1, 53), "ties to even");
    ok(SUM(ldexp(1, 53), 1, ldexp(1, -100)) == ldexp(1, 53) + 2,
       "... unless there is more");

    for (one = 1, kind = 0; kind < 40; kind++) {
        one *= 1 - ldexp(random(), -31);
        ok(SUM(one) == one && SUM(-one) == -one, "%g", one);
    }

    return done();
}
