
/*
 * Oblivious key-value stores: a vector of words from which everybody decodes
 * the value of a key, and whose words tell nothing of the keys that are in it
 * as long as values are uniform. Random bands (Bienstock, Patel, Seo, Yeo,
 * USENIX Security '23): a row of 192 random coefficients at a random place.
 */


#ifndef _IC_OKVS_H_INCLUDED_
#define _IC_OKVS_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>


#define IC_OKVS_BAND   3             /* words of coefficients */
#define IC_OKVS_HASH   32            /* bytes that a row is made of */
#define IC_OKVS_VALUE  2             /* words of a value */


typedef struct {
    uint64_t  start;
    uint64_t  band[IC_OKVS_BAND];
    uint64_t  value[IC_OKVS_VALUE];
} ic_okvs_row_t;


/* The vector's length, in values, for n keys. */
size_t ic_okvs_size(size_t n);

/* The place and the coefficients of a key from its hash, for n keys. */
void ic_okvs_row(ic_okvs_row_t *row, const u_char hash[IC_OKVS_HASH],
    size_t n);

/*
 * words[ic_okvs_size(n)][IC_OKVS_VALUE] of n rows with values, of distinct
 * keys; what no row needs is random. 0; 1: these rows have no solution,
 * by chance, below n 2^-96 (with bands of 16 to 40 coefficients it was seen
 * to halve with every two more); -1: memory or random numbers are short. The
 * order of rows is changed.
 */
int ic_okvs_encode(ic_okvs_row_t *rows, size_t n, uint64_t *words);

/* row->value; of a key that is not in it a pseudo-random one. */
void ic_okvs_decode(const uint64_t *words, ic_okvs_row_t *row);


#endif /* _IC_OKVS_H_INCLUDED_ */
