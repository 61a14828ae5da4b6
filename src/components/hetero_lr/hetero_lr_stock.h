
/*
 * Encryptions of zero, made by a thread of its own while the task waits for
 * its peer: what an encryption costs is there before its plaintext is.
 */


#ifndef _HETERO_LR_STOCK_H_INCLUDED_
#define _HETERO_LR_STOCK_H_INCLUDED_


#include "../../math/ic_ciphertexts.h"


typedef struct hetero_stock_s  hetero_stock_t;


/* At most `room` of them. cipher: stays the caller's. NULL: no memory. */
hetero_stock_t *hetero_stock_create(const ic_cipher_t *cipher, size_t room);
void hetero_stock_destroy(hetero_stock_t *stock);

/* The thread works only while the task waits. */
void hetero_stock_wait(hetero_stock_t *stock, bool waiting);

/*
 * Encrypts m[0] to m[c->n - 1] under the stock's cipher, with what is there;
 * every one is used once. 0 or -1.
 */
int hetero_stock_encrypt(hetero_stock_t *stock, ic_cipher_t *cipher,
    ic_ciphertexts_t *c, const BIGNUM *const *m);


#endif /* _HETERO_LR_STOCK_H_INCLUDED_ */
