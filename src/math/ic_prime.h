
/* Random primes for key generation. */


#ifndef _IC_PRIME_H_INCLUDED_
#define _IC_PRIME_H_INCLUDED_


#include <openssl/bn.h>


/*
 * A random odd number of exactly `bits` bits, its two top bits set, = 3 mod
 * 4, without a factor below 2^16, that passes a Fermat test to base 2:
 * almost certainly prime, to be confirmed by BN_check_prime(). bits >= 128.
 * 0, or -1 without entropy or memory. The caller wipes p.
 */
int ic_prime_candidate(BIGNUM *p, unsigned bits);

/* The odd primes below 2^16; count: how many. Made once. */
const uint16_t *ic_prime_table(unsigned *count);


#endif /* _IC_PRIME_H_INCLUDED_ */
