
/* Cuckoo hashing: a random walk. */


#include <string.h>

#include "pir_cuckoo.h"


#define CUCKOO_STEPS  2000


static int cuckoo_insert(const uint64_t (*seeds)[2], uint32_t key,
    uint64_t buckets, unsigned attempt, uint32_t *slots, uint64_t *state);
static uint64_t cuckoo_mix(uint64_t z);


uint64_t
pir_cuckoo_place(const uint64_t seed[2], unsigned attempt, unsigned j,
    uint64_t buckets)
{
    uint64_t  step;

    step = (uint64_t) attempt * PIR_PLACES + j + 1;

    return cuckoo_mix(seed[0] + step * (seed[1] | 1)) % buckets;
}


/* The finalizer of splitmix64: the seeds are pseudo-random already. */

static uint64_t
cuckoo_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;

    return z ^ (z >> 31);
}


int
pir_cuckoo_build(const uint64_t (*seeds)[2], const uint32_t *keys,
    uint64_t count, uint64_t buckets, unsigned attempt, uint32_t *slots)
{
    uint64_t  i, state;

    memset(slots, 0xff, buckets * sizeof(uint32_t));
    state = attempt;

    for (i = 0; i < count; i++) {
        if (cuckoo_insert(seeds, keys[i], buckets, attempt, slots, &state)
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
cuckoo_insert(const uint64_t (*seeds)[2], uint32_t key, uint64_t buckets,
    unsigned attempt, uint32_t *slots, uint64_t *state)
{
    uint32_t  other;
    uint64_t  place;
    unsigned  j, step;

    for (step = 0; step < CUCKOO_STEPS; step++) {

        for (j = 0; j < PIR_PLACES; j++) {
            place = pir_cuckoo_place(seeds[key], attempt, j, buckets);

            if (slots[place] == PIR_EMPTY) {
                slots[place] = key;
                return 0;
            }
        }

        *state += 0x9e3779b97f4a7c15u;
        j = (unsigned) (cuckoo_mix(*state) % PIR_PLACES);
        place = pir_cuckoo_place(seeds[key], attempt, j, buckets);
        other = slots[place];
        slots[place] = key;
        key = other;
    }

    return -1;
}
