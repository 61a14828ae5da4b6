
/* Loops on threads: every item once, failures, few threads. */


#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "../../src/math/ic_parallel.h"
#include "tap.h"


typedef struct {
    size_t        n;
    size_t        fails;         /* from this item on */
    atomic_uchar *seen;
    atomic_size_t largest;
} work_t;


static int
part(void *context, size_t first, size_t count)
{
    size_t   i;
    work_t  *work = context;

    for (i = first; i < first + count; i++) {
        if (i >= work->n || i >= work->fails) {
            return -1;
        }

        atomic_fetch_add(&work->seen[i], 1);
    }

    if (count > atomic_load(&work->largest)) {
        atomic_store(&work->largest, count);
    }

    return 0;
}


int
main(void)
{
    size_t    i, n, wrong;
    work_t    work;
    unsigned  threads;

    wrong = 0;

    for (threads = 0; threads < 6; threads++) {
        for (n = 0; n < 400; n += 1 + n / 3) {
            work.n = n;
            work.fails = SIZE_MAX;
            work.seen = calloc(n + 1, 1);
            atomic_init(&work.largest, 0);

            wrong += ic_parallel(threads, n, 7, part, &work) != 0;
            wrong += atomic_load(&work.largest) > 7;

            for (i = 0; i < n; i++) {
                wrong += work.seen[i] != 1;
            }

            free(work.seen);
        }
    }

    is_int((long long) wrong, 0, "every item once, whatever the threads");

    work.n = 10000;
    work.fails = 5000;
    work.seen = calloc(work.n, 1);
    is_int(ic_parallel(4, work.n, 10, part, &work), -1, "a part that fails");
    wrong = 0;

    for (i = 6000; i < work.n; i++) {
        wrong += work.seen[i];
    }

    is_int((long long) wrong, 0, "ends the loop");
    is_int(ic_parallel(10000, 3, 0, part, &work), 0,
           "more threads than items, pieces of nothing");
    free(work.seen);

    ok(ic_parallel_processors() >= 1, "%u processors",
       ic_parallel_processors());

    return done();
}
