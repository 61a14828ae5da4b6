
/*
 * Fixed point in the ring Z_2^64: v is round(v 2^24) as a two's complement
 * word, so that sums of words are sums of values and masks are uniform.
 * |v| <= 2^38 (words up to 2^62): a sum that left the range shows.
 */


#ifndef _IC_FIXED_H_INCLUDED_
#define _IC_FIXED_H_INCLUDED_


#include <stdint.h>


#define IC_FIXED_BITS   24
#define IC_FIXED_LIMIT  274877906944.0       /* 2^38 */


/* 0; -1 if v is no number or |v| > IC_FIXED_LIMIT / parts. */
int ic_fixed_encode(double v, unsigned parts, uint64_t *word);

/* 0; -1 if the word is outside +-2^62: a sum overflowed. */
int ic_fixed_decode(uint64_t word, double *v);


#endif /* _IC_FIXED_H_INCLUDED_ */
