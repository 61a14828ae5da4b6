
/* Words under a party's key: out, in, and back under masks. */


#ifndef _HETERO_LR_CIPHER_H_INCLUDED_
#define _HETERO_LR_CIPHER_H_INCLUDED_


#include "hetero_lr.h"


/* Sums below 2^bound in size, masked, `slots` of them in a ciphertext. */
typedef struct {
    unsigned  bound;
    unsigned  width;
    unsigned  slots;
} hetero_slots_t;


/*
 * For sums of so many products of factors of `bits` bits and words. count of
 * them are packed so that packing and decryption together cost least; 0: as
 * many as there is room for, packing is free.
 */
hetero_slots_t hetero_slots(const hetero_lr_t *lr, unsigned bits,
    uint64_t terms, unsigned count);

/* Sends words under our key; count up to lr->space. 0 or -1. */
int hetero_send_words(hetero_lr_t *lr, unsigned kind,
    const hetero_word_t *words, size_t count);

/* Takes words under the peer's key; NULL after ic_task_fail(). */
ic_ciphertexts_t *hetero_take_words(hetero_lr_t *lr, unsigned kind,
    size_t count);

/*
 * Sends sums under the peer's key, packed, each with a mask of its own that
 * is taken from shares[count], whose words the sums belong to. 0 or -1.
 */
int hetero_send_sums(hetero_lr_t *lr, unsigned kind,
    const hetero_slots_t *slots, ic_ciphertexts_t *sums,
    hetero_word_t *shares, size_t count);

/* Takes such sums of our words and adds them to shares[count]. 0 or -1. */
int hetero_take_sums(hetero_lr_t *lr, unsigned kind,
    const hetero_slots_t *slots, hetero_word_t *shares, size_t count);

/*
 * Adds sum_i x[i][j] m[i] to sums (NULL: begins them) for the rows of c,
 * which is freed. NULL after ic_task_fail(), sums freed.
 */
ic_ciphertexts_t *hetero_add_dot(hetero_lr_t *lr, ic_ciphertexts_t *sums,
    const ic_ciphertexts_t *c, const int64_t *x, unsigned columns,
    unsigned bits);


#endif /* _HETERO_LR_CIPHER_H_INCLUDED_ */
