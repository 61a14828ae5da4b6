
/* Two parties without a coordinator: what Paillier is used for. */


#ifndef _IC_SHARES_PAIR_H_INCLUDED_
#define _IC_SHARES_PAIR_H_INCLUDED_


#include "../math/ic_ciphertexts.h"
#include "../math/ic_extension.h"
#include "ic_shares_state.h"


/*
 * A product of two words and its mask: below 2^169, 40 bits more than the
 * product, in a slot of whole bytes.
 */
#define PAIR_SLOT_BITS   176
#define PAIR_MASK_BYTES  21

#define pair_slots(bits)  (((unsigned) (bits) - 1) / PAIR_SLOT_BITS)


/* Words that were made ahead: parts of n words, one after another. */
typedef struct {
    uint64_t  *words;
    size_t     n;                /* of a part */
    size_t     used;
    size_t     wanted;
} pair_stock_t;

struct shares_pair_s {
    ic_paillier_key_t   *secret;
    ic_paillier_t       *own;
    ic_paillier_t       *peer;
    ic_cipher_t         *own_cipher;
    ic_cipher_t         *peer_cipher;
    ic_decryption_t     *decryption;
    shares_stream_t      random;             /* this party's own */

    ic_extension_in_t    in;                 /* where it receives */
    ic_extension_out_t   out;                /* where it sends */
    u_char               hash[2][16];        /* of where party i receives */
    uint64_t             hashed[2];

    pair_stock_t         stocks[SHARES_STOCKS];
};


/* The plaintexts of n ciphertexts as they came, for BN_clear_free(). */
int pair_decrypt(ic_shares_t *shares, const u_char *bytes, size_t n,
    BIGNUM **plain);

/* n ciphertexts of the peer's key from a message. NULL after a failure. */
ic_ciphertexts_t *pair_load(ic_shares_t *shares, const u_char *bytes,
    size_t n);

/* r += fresh encryptions, by the peer's key, of plain[r->n]. 0 or -1. */
int pair_blind(ic_shares_t *shares, ic_ciphertexts_t *r,
    BIGNUM *const *plain);

/* n new numbers; NULL after a failure. */
BIGNUM **pair_numbers(ic_shares_t *shares, size_t n);
void pair_numbers_free(BIGNUM **numbers, size_t n);

/* "memory is short": -1. */
int pair_short(ic_shares_t *shares);

/*
 * ic_shares_triples.c: the two halves of making n products. ask: ciphertexts
 * of a to n * size bytes. answer: from the peer's those of its a times our
 * b, packed, to pair_blocks() * size bytes; mask: what we keep of each.
 */
int pair_ask(ic_shares_t *shares, const uint64_t *a, size_t n,
    u_char *bytes);
int pair_answer(ic_shares_t *shares, const uint64_t *b, size_t n,
    const u_char *asked, u_char *bytes, uint64_t *mask);
int pair_open(ic_shares_t *shares, size_t n, const u_char *bytes,
    uint64_t *products);
size_t pair_blocks(const ic_shares_t *shares, size_t n);


#endif /* _IC_SHARES_PAIR_H_INCLUDED_ */
