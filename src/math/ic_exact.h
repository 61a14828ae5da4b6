
/*
 * Sums of doubles without rounding: a whole number of 280 bits that counts
 * units of 2^-140, in five words of 56 bits with room for the carries of 64
 * summands. Words of several sums may be added word by word modulo 2^64,
 * under masks too, and then read: the result does not depend on the order or
 * on who summed what. After the long accumulator of Kulisch, 2008, cut to the
 * range below.
 */


#ifndef _IC_EXACT_H_INCLUDED_
#define _IC_EXACT_H_INCLUDED_


#include <stdint.h>


#define IC_EXACT_WORDS     5
#define IC_EXACT_BITS      56
#define IC_EXACT_FRACTION  140
#define IC_EXACT_LIMIT     4503599627370496.0    /* 2^52 */


/* Zero is all zeros. */
typedef struct {
    int64_t   words[IC_EXACT_WORDS];
    unsigned  pending;           /* additions since the carries moved up */
} ic_exact_t;


/*
 * Adds v: a finite number of at most IC_EXACT_LIMIT squared; bits below
 * 2^-140 are cut off. Up to 2^32 of them fit.
 */
void ic_exact_add(ic_exact_t *sum, double v);

/* The words to be added to those of others. */
void ic_exact_words(ic_exact_t *sum, uint64_t words[IC_EXACT_WORDS]);

/*
 * The double nearest to what at most 64 such vectors add up to, ties to
 * even; the same bits everywhere.
 */
double ic_exact_value(const uint64_t words[IC_EXACT_WORDS]);

/* The same of that divided by count, 1 to 2^40. */
double ic_exact_mean(const uint64_t words[IC_EXACT_WORDS], int64_t count);


#endif /* _IC_EXACT_H_INCLUDED_ */
