
/*
 * Tags of vectors of whole numbers, modulo the prime 2^64 - 59: sum of secret
 * coefficients times numbers. Linear, so tags of several vectors are added
 * with them; numbers that were changed without the coefficients have the tag
 * that was sent with probability 1 / p, unless all changes are multiples of
 * p. (Wegman, Carter 1981; for sums Agrawal, Boneh, ACNS 2009.)
 */


#ifndef _IC_TAG_H_INCLUDED_
#define _IC_TAG_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


#define IC_TAG_PRIME  (UINT64_MAX - 58)


/*
 * numbers[i] + carries[i] 2^64 for each of count; carries NULL: 0. The
 * coefficients are any words. Below IC_TAG_PRIME.
 */
uint64_t ic_tag(const uint64_t *coefficients, const uint64_t *numbers,
    const uint8_t *carries, unsigned count);

/* One number modulo the prime, and the sum of two that are. */
uint64_t ic_tag_number(uint64_t number, uint8_t carry);
uint64_t ic_tag_sum(uint64_t one, uint64_t other);


#endif /* _IC_TAG_H_INCLUDED_ */
