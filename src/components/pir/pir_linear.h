
/*
 * Linear retrieval of sealed entries (math/ic_lwe.h): they lie in buckets,
 * bucket b in column b modulo columns, bytes below one another. A query for a
 * keyword asks for the columns of its three places.
 */


#ifndef _PIR_LINEAR_H_INCLUDED_
#define _PIR_LINEAR_H_INCLUDED_


#include "../../math/ic_lwe.h"
#include "pir_cuckoo.h"
#include "pir_entries.h"
#include "pir_queries.h"


typedef struct {
    size_t    entry;             /* bytes */
    size_t    columns;           /* a power of two */
    size_t    levels;            /* entries in a column */
    size_t    rows;              /* bytes in a column */
    uint64_t  buckets;
    uint64_t  vectors;           /* queries for columns, in all */
    size_t    round;             /* answered at once */
} pir_shape_t;


/*
 * The shape of the table, the same at both parties: that with the least
 * traffic, what the guest computes for a column counted as 64 bytes. -1: it
 * would be larger than pir takes.
 */
int pir_shape(pir_shape_t *shape, uint64_t keys, size_t entry,
    uint64_t queries);

/* The seed of the matrix, of this task alone. */
void pir_linear_seed(const pir_t *pir, u_char seed[IC_STREAM_KEY]);

/* Words as they travel, little-endian; in place. */
void pir_linear_words(uint32_t *words, size_t count);

/* The host's part, and the guest's. 0 or -1. */
int pir_linear_serve(pir_t *pir, pir_entries_t *entries, uint64_t queries);
int pir_linear_ask(pir_t *pir, pir_queries_t *queries, uint64_t keys);


#endif /* _PIR_LINEAR_H_INCLUDED_ */
