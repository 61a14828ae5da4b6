
/*
 * Additive sharing in Z_2^64: a value is the sum of the parties' words, each
 * of which is uniform without the others. Numbers are fixed point, value
 * v 2^bits as a two's complement word below 2^62 in size; who multiplies
 * adds the bits of both factors.
 *
 * Everything here is one party's local step; messages are those of
 * protocol/ic_shares.h. No branch and no address depends on a word.
 */


#ifndef _IC_SHARE_H_INCLUDED_
#define _IC_SHARE_H_INCLUDED_


#include <stdbool.h>

#include "ic_stream.h"


#define IC_SHARE_MAX_BITS  40                /* of a fraction */

/* What words stay below in size, as numbers: 2^62. */
#define IC_SHARE_LIMIT     4611686018427387904.0


/*
 * round(v 2^bits), bits up to IC_SHARE_MAX_BITS. 0; -1: v is no number or
 * its word is not below 2^62 in size.
 */
int ic_share_encode(double v, unsigned bits, uint64_t *word);

/* The value of a word; exact for words below 2^53 in size. */
double ic_share_decode(uint64_t word, unsigned bits);


/*
 * The owner's share of n values: words less the streams of the other
 * parties' keys from word `first` (even) on, which are those parties' shares
 * (ic_share_expand()). A key and a place serve one value. 0, or -1.
 */
int ic_share_split(const u_char *const *keys, unsigned count, uint64_t first,
    uint64_t *words, size_t n);

/* words = the stream. 0, or -1. */
int ic_share_expand(const u_char key[IC_STREAM_KEY], uint64_t first,
    uint64_t *words, size_t n);


/* Of n words; r may be one of the others. */
void ic_share_add(uint64_t *r, const uint64_t *a, const uint64_t *b,
    size_t n);
void ic_share_subtract(uint64_t *r, const uint64_t *a, const uint64_t *b,
    size_t n);
void ic_share_scale(uint64_t *r, const uint64_t *a, uint64_t k, size_t n);
void ic_share_xor(uint64_t *r, const uint64_t *a, const uint64_t *b,
    size_t n);


/*
 * A product by a triple c = a b (Beaver, Crypto '91): d = x - a and e = y - b
 * are open; r is this party's share of x y, first: exactly one party's. and:
 * the same with exclusive or for + and - and & for products.
 */
void ic_share_product(uint64_t *r, const uint64_t *d, const uint64_t *e,
    const uint64_t *a, const uint64_t *b, const uint64_t *c, bool first,
    size_t n);
void ic_share_and(uint64_t *r, const uint64_t *d, const uint64_t *e,
    const uint64_t *a, const uint64_t *b, const uint64_t *c, bool first,
    size_t n);


/*
 * Division of x, |x| < 2^62, by 2^bits, 0 < bits < 62, that cannot fail: the
 * result is the floor or one more.
 *
 * With a mask: open = x + 2^62 + mask mod 2^64, low and top the shares of
 * (mask mod 2^63) >> bits and of the mask's bit 63 (Escudero et al., Crypto
 * 2020, 5.1, where the highest bit is known). Without, for two parties: x
 * the share of the value + 2^62, of which one party adds 2^62; wrapped the
 * shares of whether the two shares, as numbers, exceed 2^64, which is so
 * exactly if the top bit of either is set (Cheetah, USENIX Security '22).
 */
#define IC_SHARE_LIFT  ((uint64_t) 1 << 62)

void ic_share_shift_masked(uint64_t *r, const uint64_t *open,
    const uint64_t *low, const uint64_t *top, unsigned bits, bool first,
    size_t n);
void ic_share_shift_pair(uint64_t *r, const uint64_t *x,
    const uint64_t *wrapped, unsigned bits, bool first, size_t n);


/*
 * Bits of many words: plane b, of n / 64 words, has bit b of all n words, in
 * bit i % 64 of its word i / 64. n: a multiple of 64; bits up to 64.
 */
void ic_share_planes(uint64_t *planes, const uint64_t *words, size_t n,
    unsigned bits);

/*
 * Numbers 0 and 1 from bits: open = bits ^ mask, packed; mask: the shares of
 * the mask's bits as numbers.
 */
void ic_share_unmask(uint64_t *r, const uint64_t *open, const uint64_t *mask,
    bool first, size_t n);


#endif /* _IC_SHARE_H_INCLUDED_ */
