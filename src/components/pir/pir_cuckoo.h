
/*
 * Cuckoo hashing with three places for each key (Fotakis, Pagh, Sanders,
 * Spirakis 2005): every key is in one of its places, whatever the others are.
 */


#ifndef _PIR_CUCKOO_H_INCLUDED_
#define _PIR_CUCKOO_H_INCLUDED_


#include <stdint.h>


#define PIR_PLACES  3
#define PIR_EMPTY   UINT32_MAX


/*
 * Place j of a key with this seed, 0 to buckets - 1, for one of many
 * functions: attempt tells which.
 */
uint64_t pir_cuckoo_place(const uint64_t seed[2], unsigned attempt,
    unsigned j, uint64_t buckets);

/*
 * slots[b]: the number of the key in bucket b, or PIR_EMPTY. keys: count
 * numbers of seeds. 0, or -1: they do not fit; try another attempt.
 */
int pir_cuckoo_build(const uint64_t (*seeds)[2], const uint32_t *keys,
    uint64_t count, uint64_t buckets, unsigned attempt, uint32_t *slots);


#endif /* _PIR_CUCKOO_H_INCLUDED_ */
