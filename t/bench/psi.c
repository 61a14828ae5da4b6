
/*
 * How many points all cores multiply in a second: the limit that t/bench/
 * psi.pl compares whole jobs with.
 */


#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../../src/math/ic_parallel.h"
#include "../../src/math/ic_x25519.h"


#define POINTS  131072
#define PIECE   1024
#define RUNS    7


static u_char  scalar[IC_X25519_SIZE];


static int
multiply(void *context, size_t first, size_t count)
{
    u_char  *points;

    points = (u_char *) context + first * IC_X25519_SIZE;
    ic_x25519_multiply(points, scalar, points, count);

    return 0;
}


static double
now(void)
{
    struct timespec  t;

    (void) clock_gettime(CLOCK_MONOTONIC, &t);

    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}


static int
by_value(const void *one, const void *two)
{
    double  a, b;

    a = *(const double *) one;
    b = *(const double *) two;

    return (a > b) - (a < b);
}


int
main(void)
{
    double    begun, rate[RUNS];
    u_char   *points;
    unsigned  i, threads;

    points = malloc(POINTS * IC_X25519_SIZE);

    if (points == NULL || ic_x25519_scalar(scalar) != 0) {
        return EXIT_FAILURE;
    }

    for (i = 0; i < POINTS * IC_X25519_SIZE; i++) {
        points[i] = (u_char) (i * 2654435761u >> 13);
    }

    threads = ic_parallel_processors();

    for (i = 0; i < RUNS; i++) {
        begun = now();

        if (ic_parallel(threads, POINTS, PIECE, multiply, points) != 0) {
            return EXIT_FAILURE;
        }

        rate[i] = POINTS / (now() - begun);
    }

    qsort(rate, RUNS, sizeof(double), by_value);
    printf("{\"rate\":%.0f,\"threads\":%u,\"backend\":\"%s\"}\n",
           rate[RUNS / 2], threads, ic_x25519_backend()->name);
    free(points);

    return EXIT_SUCCESS;
}
