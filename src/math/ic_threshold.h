
/*
 * n-of-n threshold decryption of Paillier. The dealer computes d with
 * d = 0 mod lambda and d = 1 mod n, so that c^d = 1 + m n mod n^2, and
 * splits it into integers d_1 + ... + d_k = d: all but one uniform of
 * 2|n| + 80 bits, the last one the rest, which hides d with statistical
 * distance 2^-80, and a multiple of lambda n, which makes it positive and
 * changes no power. A partial decryption is c^(d_i) mod n^2, the product of
 * all is 1 + m n (Shoup, "Practical threshold signatures", and Damgard,
 * Jurik, Nielsen 2010, in the additive n-of-n case). Nobody but all
 * holders together decrypts; after the deal the dealer erases p and q.
 */


#ifndef _IC_THRESHOLD_H_INCLUDED_
#define _IC_THRESHOLD_H_INCLUDED_


#include "ic_ciphertexts.h"


#define IC_THRESHOLD_MAX_SHARES  64
#define IC_THRESHOLD_SLACK_BITS  80


/* Bytes of a share on the wire: |d_i|, big-endian, of 2 bits + 88 bits. */
#define ic_threshold_share_size(bits)  (2 * (size_t) (bits) / 8 + 11)


/*
 * shares[count]: new numbers, none negative, each wiped by its holder;
 * shares[own] is the dealer's. 2 <= count. 0 or -1.
 */
int ic_threshold_deal(const ic_paillier_key_t *secret, unsigned count,
    unsigned own, BIGNUM **shares);

/*
 * partial = c^share mod n^2 in constant time; c as checked by
 * ic_paillier_load(). 0 or -1. Of one number, as the scheme is written: what
 * ic_threshold_partials() is tested against.
 */
int ic_threshold_partial(ic_paillier_t *key, const BIGNUM *share,
    const BIGNUM *c, BIGNUM *partial);

/*
 * m from the partial decryptions of all holders. 0; -1 if their product is
 * not 1 mod n: a share or a partial decryption is wrong.
 */
int ic_threshold_combine(ic_paillier_t *key, BIGNUM *const *partials,
    unsigned count, BIGNUM *m);


/*
 * The same for vectors, by the back end of their cipher (eight at a time
 * where the processor has IFMA) and on its threads: r[i] = c[i]^share, the
 * time depending on sizes only. Results are those of ic_threshold_partial(),
 * bit for bit. 0 or -1.
 */
int ic_threshold_partials(ic_ciphertexts_t *r, const ic_ciphertexts_t *c,
    const BIGNUM *share);

/*
 * m[i] from the products of all holders' vectors. 0; -1 if one of them is
 * not 1 mod n, or memory is short.
 */
int ic_threshold_opened(const ic_ciphertexts_t *product, BIGNUM *const *m);


#endif /* _IC_THRESHOLD_H_INCLUDED_ */
