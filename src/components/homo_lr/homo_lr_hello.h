
/* What every party says first, and the context that follows from it. */


#ifndef _HOMO_LR_HELLO_H_INCLUDED_
#define _HOMO_LR_HELLO_H_INCLUDED_


#include "homo_lr_wire.h"


#define HOMO_LR_MAX_PARTY_ROWS  ((int64_t) 1 << 32)


/* A party's statement; the strings point into the message. */
typedef struct {
    int64_t        rows;
    const u_char  *digest;
    const u_char  *public_key;
    ic_str_t       signature;
    ic_str_t       certificate;
} homo_lr_hello_t;


void homo_lr_put_hello(homo_lr_out_t *out, const homo_lr_hello_t *hello);
void homo_lr_get_hello(homo_lr_in_t *in, homo_lr_hello_t *hello);

/* What the signature is over; data NULL without memory. */
ic_str_t homo_lr_hello_text(homo_lr_t *lr, const homo_lr_hello_t *hello);

/*
 * Takes over what peer i said: rows in range, the parameters ours. 0 or -1.
 */
int homo_lr_accept(homo_lr_t *lr, unsigned i, const homo_lr_hello_t *hello);

/*
 * lr->context = SHA-256 of job, task and, for each data party, its name,
 * node, rows, parameters and key: the agreed active set. 0 or -1.
 */
int homo_lr_bind_roster(homo_lr_t *lr);

/* lr->context = SHA-256(lr->context, n). 0 or -1. */
int homo_lr_bind_modulus(homo_lr_t *lr, const u_char *n, size_t len);


#endif /* _HOMO_LR_HELLO_H_INCLUDED_ */
