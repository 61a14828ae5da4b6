
/* Rows of a reduction: the one operation on limbs that GMP leaves slow. */


#ifndef _IC_LIMBS_H_INCLUDED_
#define _IC_LIMBS_H_INCLUDED_


#include <stdint.h>


/*
 * r = r + q m for n limbs; the carry. In constant time. n limbs of m and r
 * that do not overlap.
 */
typedef uint64_t (*ic_limbs_add_pt)(uint64_t *r, const uint64_t *m,
    uint64_t n, uint64_t q);

/* The fastest for so many limbs on this processor. */
ic_limbs_add_pt ic_limbs_add(unsigned n);

/* By GMP, and with MULX and ADX for n a multiple of 8. */
uint64_t ic_limbs_add_gmp(uint64_t *r, const uint64_t *m, uint64_t n,
    uint64_t q);
uint64_t ic_limbs_add_adx(uint64_t *r, const uint64_t *m, uint64_t n,
    uint64_t q);


#endif /* _IC_LIMBS_H_INCLUDED_ */
