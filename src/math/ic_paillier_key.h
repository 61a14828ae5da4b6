
/* Paillier: key generation and decryption, the key owner's side. */


#ifndef _IC_PAILLIER_KEY_H_INCLUDED_
#define _IC_PAILLIER_KEY_H_INCLUDED_


#include "ic_paillier.h"


typedef struct {
    unsigned   bits;
    BIGNUM    *p;
    BIGNUM    *q;
    BIGNUM    *n;
} ic_paillier_key_t;


/*
 * n = p q of exactly `bits` bits (a multiple of 128); p = q = 3 mod 4,
 * gcd(p - 1, q - 1) = 2, |p - q| > 2^(bits/2 - 100), gcd(n, (p-1)(q-1)) = 1,
 * both confirmed by BN_check_prime (64 Miller-Rabin rounds). Uses a second
 * thread. NULL on bad sizes, without entropy or memory.
 */
ic_paillier_key_t *ic_paillier_generate(unsigned bits, unsigned flags);

/* Wipes p and q. */
void ic_paillier_key_destroy(ic_paillier_key_t *secret);

/* bits / 8 big-endian bytes of n. 0 or -1. */
int ic_paillier_key_modulus(const ic_paillier_key_t *secret, u_char *bytes);

/*
 * lambda = lcm(p - 1, q - 1) = (p - 1)(q - 1) / 2. The caller wipes it.
 * 0 or -1.
 */
int ic_paillier_lambda(const ic_paillier_key_t *secret, BIGNUM *lambda);

/*
 * m = L(c^lambda mod n^2) lambda^-1 mod n, c checked by the public key's
 * load(), in constant time. 0 or -1.
 */
int ic_paillier_decrypt(const ic_paillier_key_t *secret, ic_paillier_t *key,
    const BIGNUM *c, BIGNUM *m);


#endif /* _IC_PAILLIER_KEY_H_INCLUDED_ */
