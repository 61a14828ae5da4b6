
/* The guest's key pair, made in a thread of its own. */


#ifndef _HOMO_LR_KEY_H_INCLUDED_
#define _HOMO_LR_KEY_H_INCLUDED_


#include "homo_lr.h"


/* Begins to make a key of lr->modulus_bits. 0 or -1. */
int homo_lr_key_start(homo_lr_t *lr);

/* Waits for it. NULL after a failure was reported. lr keeps it. */
const ic_paillier_key_t *homo_lr_key_wait(homo_lr_t *lr);

/* Waits if needed and erases p and q. */
void homo_lr_key_stop(homo_lr_t *lr);


#endif /* _HOMO_LR_KEY_H_INCLUDED_ */
