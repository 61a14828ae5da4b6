
/*
 * Products of a matrix with an encrypted vector, packed: the same few
 * ciphertexts serve every row, so tables of their powers pay (Straus), and
 * the shifts of the slots are part of the exponents, so packing costs no
 * squarings of its own.
 */


#ifndef _IC_MULTIPLES_H_INCLUDED_
#define _IC_MULTIPLES_H_INCLUDED_


#include "ic_ciphertexts.h"


typedef struct ic_multiples_s  ic_multiples_t;


/*
 * Tables of a's ciphertexts for rows of a->n factors, |x| below 2^bits, bits
 * up to 31; results take `slots` slots of `width` bits, slots * width below
 * the bits of n. rows: about how many will follow, which decides what tables
 * pay. a may go afterwards. NULL: no memory.
 */
ic_multiples_t *ic_multiples_create(const ic_ciphertexts_t *a, unsigned bits,
    unsigned slots, unsigned width, size_t rows);
void ic_multiples_destroy(ic_multiples_t *multiples);

/*
 * r[k] encrypts sum_s 2^(s width) sum_j x[k slots + s][j] m[j], for x of so
 * many rows; r->n = ceil(rows / slots). Sums may be negative: then a slot
 * takes from the next one, until enough is added to all. Not randomised
 * anew. The time depends on sizes, the addresses of table rows on x. 0 or -1.
 */
int ic_multiples_rows(const ic_multiples_t *multiples, ic_ciphertexts_t *r,
    const int64_t *x, size_t rows);


#endif /* _IC_MULTIPLES_H_INCLUDED_ */
