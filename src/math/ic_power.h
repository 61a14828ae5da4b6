
/*
 * Powers modulo n^2, the one operation that decides how long a training
 * takes. One ic_power_t serves one thread.
 */


#ifndef _IC_POWER_H_INCLUDED_
#define _IC_POWER_H_INCLUDED_


#include <openssl/bn.h>


typedef struct {
    BIGNUM       *modulus;       /* odd */
    BN_MONT_CTX  *mont;
    BN_CTX       *ctx;
} ic_power_t;


/* NULL when memory is short or the modulus is even. */
ic_power_t *ic_power_create(const BIGNUM *modulus);
void ic_power_destroy(ic_power_t *power);

/* r = base^exponent, nothing secret; all >= 0. 0 or -1. */
int ic_power_public(ic_power_t *power, BIGNUM *r, const BIGNUM *base,
    const BIGNUM *exponent);

/*
 * The same in constant time: of the exponent only its number of words
 * shows. OpenSSL's code is 1.2-1.4 times faster than mpz_powm_sec() at
 * these sizes. 0 or -1.
 */
int ic_power_secret(ic_power_t *power, BIGNUM *r, const BIGNUM *base,
    const BIGNUM *exponent);


#endif /* _IC_POWER_H_INCLUDED_ */
