
/*
 * Linear retrieval under learning with errors (SimplePIR: Henzinger, Hong,
 * Corrigan-Gibbs, Meiklejohn, Vaikuntanathan, USENIX Security '23): from a
 * table of signed bytes, cells of plaintext modulo 256, one column is read
 * and the server does not learn which.
 *
 *     setup    hint = D A              D: rows x columns, A: columns x 1024
 *     query    q = A s + e + 2^24 u    u: 1 at the wanted column
 *     answer   a = D q
 *     recover  round((a_i - hint_i s) / 2^24)
 *
 * modulo 2^32, with s uniform, fresh for every query, and e Gaussian of
 * deviation 6.4: 128 bits of security, and a wrong cell with probability
 * below 2^-40 for up to 2^20 columns (their table 1). A comes from a seed.
 */


#ifndef _IC_LWE_H_INCLUDED_
#define _IC_LWE_H_INCLUDED_


#include "ic_cells.h"
#include "ic_stream.h"


#define IC_LWE_SIZE         1024
#define IC_LWE_MAX_COLUMNS  ((size_t) 1 << 20)


/*
 * hint: rows x IC_LWE_SIZE words, public, made once for a table. 0, or -1:
 * no memory, or too many columns.
 */
int ic_lwe_hint(const ic_cells_t *cells, const u_char seed[IC_STREAM_KEY],
    uint32_t *hint);

/*
 * Queries of columns words, each for one of them, part by part: secrets
 * first, count times IC_LWE_SIZE words, fresh, for the answers, wiped by the
 * caller; then words first to first + words - 1 of every query, query k being
 * at queries + k * columns, for column wanted[k]. What the queries have in
 * common is made once for all of them. Which columns they are does not show in
 * the time. Parts may be done by several threads. 0, or -1: no memory or
 * entropy, or not in range.
 */
int ic_lwe_secrets(uint32_t *secrets, size_t count);
int ic_lwe_queries(const u_char seed[IC_STREAM_KEY], size_t columns,
    size_t first, size_t words, const uint64_t *wanted,
    const uint32_t *secrets, uint32_t *queries, size_t count);

/* The cell of a row, from its word of the answer and its row of the hint. */
int8_t ic_lwe_recover(const uint32_t hint[IC_LWE_SIZE],
    const uint32_t secret[IC_LWE_SIZE], uint32_t answer);

/*
 * The error of a query for 64 uniform bits: one for the sign, the others
 * against the cumulative distribution. In constant time.
 */
int32_t ic_lwe_error(uint64_t uniform);


#endif /* _IC_LWE_H_INCLUDED_ */
