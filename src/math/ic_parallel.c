
/* Threads that take pieces of a loop. */


#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "ic_parallel.h"


typedef struct {
    size_t           n;
    size_t           piece;
    ic_parallel_pt   part;
    void            *context;
    atomic_size_t    next;
    atomic_bool      failed;
} parallel_t;


static void *parallel_work(void *data);


int
ic_parallel(unsigned threads, size_t n, size_t piece, ic_parallel_pt part,
    void *context)
{
    unsigned    i, started;
    pthread_t   others[IC_PARALLEL_MAX];
    parallel_t  loop;

    loop.n = n;
    loop.piece = piece == 0 ? 1 : piece;
    loop.part = part;
    loop.context = context;
    atomic_init(&loop.next, 0);
    atomic_init(&loop.failed, false);

    threads = threads > IC_PARALLEL_MAX ? IC_PARALLEL_MAX : threads;
    started = 0;

    /* with fewer threads than wanted it takes longer, that is all */

    for (i = 1; i < threads && i * loop.piece < n; i++) {
        if (pthread_create(&others[started], NULL, parallel_work, &loop) != 0)
        {
            break;
        }

        started++;
    }

    (void) parallel_work(&loop);

    for (i = 0; i < started; i++) {
        (void) pthread_join(others[i], NULL);
    }

    return atomic_load(&loop.failed) ? -1 : 0;
}


static void *
parallel_work(void *data)
{
    size_t       first, count;
    parallel_t  *loop = data;

    while (!atomic_load(&loop->failed)) {
        first = atomic_fetch_add(&loop->next, loop->piece);

        if (first >= loop->n) {
            break;
        }

        count = loop->n - first < loop->piece ? loop->n - first
                                              : loop->piece;

        if (loop->part(loop->context, first, count) != 0) {
            atomic_store(&loop->failed, true);
        }
    }

    return NULL;
}


unsigned
ic_parallel_processors(void)
{
    int        n;
    cpu_set_t  set;

    if (sched_getaffinity(0, sizeof(set), &set) != 0) {
        return 1;
    }

    n = CPU_COUNT(&set);

    return n > IC_PARALLEL_MAX ? IC_PARALLEL_MAX : n < 1 ? 1 : (unsigned) n;
}
