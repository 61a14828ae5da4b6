
/*
 * Paillier encryption (Paillier, Eurocrypt '99) with g = n + 1 under the
 * public key n: c = (1 + m n) r mod n^2, r an n-th residue.
 *
 * r = h_s^x with h_s = (-y^2)^n mod n^2, y random (Damgard, Jurik, Nielsen,
 * "A generalization of Paillier's public-key system", 2010, section 4.2).
 * The base is made here from n, never taken from a peer: a peer's base of
 * small order would switch the re-randomisation off. x has 4 kappa bits,
 * kappa the strength of n (448 bits below 3072, 512 from there on), which
 * needs in addition that short exponents are indistinguishable in <h_s>;
 * the best known attack costs 2^(2 kappa).
 *
 * One ic_paillier_t serves one thread.
 */


#ifndef _IC_PAILLIER_H_INCLUDED_
#define _IC_PAILLIER_H_INCLUDED_


#include <openssl/bn.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "ic_power.h"


#define IC_PAILLIER_MIN_BITS  2048
#define IC_PAILLIER_MAX_BITS  8192

/* Allows moduli from 512 bits: tests only, no parameter leads here. */
#define IC_PAILLIER_INSECURE  0x01


typedef enum {
    IC_PAILLIER_OK = 0,
    IC_PAILLIER_NO_MEMORY,
    IC_PAILLIER_BAD_LENGTH,      /* n: not exactly the agreed size */
    IC_PAILLIER_EVEN,
    IC_PAILLIER_SMALL_FACTOR,    /* below 2^16 */
    IC_PAILLIER_SQUARE,
    IC_PAILLIER_PRIME,
    IC_PAILLIER_BAD_RANGE,       /* ciphertext: 0, or >= n^2 */
    IC_PAILLIER_NO_UNIT,         /* gcd(c, n) > 1 */
    IC_PAILLIER_NOT_RANDOM       /* c = 1 or -1 mod n */
} ic_paillier_fault_e;


typedef struct {
    unsigned      bits;          /* of n */
    size_t        size;          /* of a ciphertext, bytes: bits / 4 */
    BIGNUM       *n;
    BIGNUM       *n2;            /* n^2 */
    BIGNUM       *base;          /* h_s */
    ic_power_t   *power;         /* modulo n2 */
    BN_CTX       *ctx;
} ic_paillier_t;


/*
 * A public key from bits / 8 big-endian bytes; checks size, parity,
 * compositeness and small factors before any power. NULL and *fault.
 * flags: 0 or IC_PAILLIER_INSECURE.
 */
ic_paillier_t *ic_paillier_create(const u_char *n, size_t len,
    unsigned bits, unsigned flags, ic_paillier_fault_e *fault);
void ic_paillier_destroy(ic_paillier_t *key);

/* What a fault means, for people. */
const char *ic_paillier_fault_text(ic_paillier_fault_e fault);


/* Makes this party's base: one power of |n| bits. 0 or -1. */
int ic_paillier_make_base(ic_paillier_t *key);

/* Bits of x: 4 kappa. */
unsigned ic_paillier_exponent(const ic_paillier_t *key);

/*
 * One number at a time, as the scheme is written. Components compute with
 * ic_ciphertexts.h, which tests and benchmarks hold against these.
 */

/* r = h_s^x, x fresh: the expensive half, made ahead. 0 or -1. */
int ic_paillier_obfuscator(ic_paillier_t *key, BIGNUM *r);

/* c = (1 + m n) r mod n^2, 0 <= m < n, r unused before. 0 or -1. */
int ic_paillier_encrypt(ic_paillier_t *key, const BIGNUM *m, const BIGNUM *r,
    BIGNUM *c);

/* Encrypts the sum: c = a b mod n^2. 0 or -1. */
int ic_paillier_add(ic_paillier_t *key, const BIGNUM *a, const BIGNUM *b,
    BIGNUM *c);


/*
 * Ciphertexts travel as key->size big-endian bytes. load() checks length,
 * range, that c is a unit and that it is randomised (algorithms.md).
 * residue() leaves out whether c is a unit, and gives c mod n: of many, the
 * product tells whether all are.
 */
ic_paillier_fault_e ic_paillier_load(ic_paillier_t *key, const u_char *bytes,
    size_t len, BIGNUM *c);
ic_paillier_fault_e ic_paillier_residue(ic_paillier_t *key,
    const u_char *bytes, size_t len, BIGNUM *c, BIGNUM *residue);
bool ic_paillier_is_unit(const ic_paillier_t *key, const BIGNUM *residue);
int ic_paillier_store(const ic_paillier_t *key, const BIGNUM *c,
    u_char *bytes);


#endif /* _IC_PAILLIER_H_INCLUDED_ */
