
/* Times and medians. */


#ifndef _MEASURE_H_INCLUDED_
#define _MEASURE_H_INCLUDED_


#include <stdlib.h>
#include <time.h>


static inline double
clock_s(clockid_t id)
{
    struct timespec  t;

    clock_gettime(id, &t);

    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}


/* Per second of this thread's CPU time; since: of the same clock. */
static inline double
rate(double count, double since)
{
    return count / (clock_s(CLOCK_THREAD_CPUTIME_ID) - since);
}


static int
by_value(const void *one, const void *two)
{
    double  a, b;

    a = *(const double *) one;
    b = *(const double *) two;

    return a < b ? -1 : a > b;
}


static inline double
median(double *values, unsigned count)
{
    qsort(values, count, sizeof(double), by_value);

    return values[count / 2];
}


#endif /* _MEASURE_H_INCLUDED_ */
