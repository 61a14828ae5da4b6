
/* What is revealed of a training after each iteration. */


#ifndef _HETERO_LR_LOSS_H_INCLUDED_
#define _HETERO_LR_LOSS_H_INCLUDED_


#include "hetero_lr_cipher.h"


/*
 * The product of two shared vectors with themselves: each party squares its
 * shares; of the cross term the host adds its words times the guest's
 * encrypted ones to *cross, answers, and the guest takes. 0 or -1.
 */
int hetero_add_cross(hetero_lr_t *lr, ic_ciphertexts_t **cross,
    const ic_ciphertexts_t *c, const hetero_word_t *words);
int hetero_answer_cross(hetero_lr_t *lr, ic_ciphertexts_t *cross,
    size_t terms);
int hetero_take_cross(hetero_lr_t *lr, size_t terms);

/* Packs sums of our columns and sends them, masked. 0 or -1. */
int hetero_pack_sums(hetero_lr_t *lr, unsigned kind,
    const hetero_slots_t *slots, ic_ciphertexts_t *sums,
    hetero_word_t *shares);

/* Keeps the weights that an iteration begins with, if that is asked for. */
void hetero_remember(hetero_lr_t *lr);

/* After iteration t: loss, change, whether that is the last one. 0 or -1. */
int hetero_reveal(hetero_lr_t *lr, unsigned t);


#endif /* _HETERO_LR_LOSS_H_INCLUDED_ */
