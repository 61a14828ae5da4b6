
/* Loops over independent items on several threads. */


#ifndef _IC_PARALLEL_H_INCLUDED_
#define _IC_PARALLEL_H_INCLUDED_


#include <stddef.h>


#define IC_PARALLEL_MAX  256


/* Items first to first + count - 1. 0, or -1: all is given up. */
typedef int (*ic_parallel_pt)(void *context, size_t first, size_t count);


/*
 * Calls part() for pieces of at most piece items until all n are done, from
 * as many threads (the caller is one of them). Pieces are taken in order, by
 * whoever is free. 0, or -1 if a part failed; what others did stays done.
 */
int ic_parallel(unsigned threads, size_t n, size_t piece,
    ic_parallel_pt part, void *context);

/* The processors that this process may use, at most IC_PARALLEL_MAX. */
unsigned ic_parallel_processors(void);


#endif /* _IC_PARALLEL_H_INCLUDED_ */
