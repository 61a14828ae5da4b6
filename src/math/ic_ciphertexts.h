
/*
 * Many Paillier ciphertexts at once, on several threads: the same scheme and
 * keys as ic_paillier.h, by pairs modulo n^2. A vector of ciphertexts is n
 * rows in the form that arithmetic works on; it is made of bytes, or by
 * encryption, and becomes bytes to travel.
 *
 * Secret exponents (the randomness of an encryption, decryption, factors)
 * take the same time whatever they are. The buckets of a product of vectors
 * lie at addresses that depend on the factors: others on the same processor
 * could see which, if they can watch its caches.
 */


#ifndef _IC_CIPHERTEXTS_H_INCLUDED_
#define _IC_CIPHERTEXTS_H_INCLUDED_


#include "ic_paillier_key.h"
#include "ic_pair.h"


typedef struct {
    ic_paillier_t    *key;
    ic_pair_t        *pair;      /* modulo n^2 */
    ic_pair_table_t  *table;     /* of the base; NULL: not made yet */
    unsigned          threads;
} ic_cipher_t;

typedef struct {
    const ic_cipher_t  *cipher;
    size_t              n;
    uint64_t           *rows;
} ic_ciphertexts_t;


/* key: stays the caller's, and lives as long. NULL: no memory. */
ic_cipher_t *ic_cipher_create(ic_paillier_t *key,
    const ic_pair_backend_t *backend, unsigned threads);
void ic_cipher_destroy(ic_cipher_t *cipher);

/* A vector without contents. NULL: no memory. */
ic_ciphertexts_t *ic_ciphertexts_create(const ic_cipher_t *cipher, size_t n);
void ic_ciphertexts_destroy(ic_ciphertexts_t *c);


/*
 * The rows first to first + count - 1 as a block, whose other lanes hold the
 * first of them again; and from a block to those rows.
 */
void ic_ciphertexts_take(const ic_ciphertexts_t *c, uint64_t *block,
    size_t first, unsigned count);
void ic_ciphertexts_put(const ic_ciphertexts_t *c, const uint64_t *block,
    size_t first, unsigned count);


/*
 * Encrypts m[0] to m[n - 1], 0 <= m < n, with fresh randomness each; the
 * first call makes the table. 0 or -1.
 */
int ic_ciphertexts_encrypt(ic_cipher_t *cipher, ic_ciphertexts_t *c,
    const BIGNUM *const *m);

/* 1 + m n: hides nothing. For constants of this party that stay with it. */
int ic_ciphertexts_trivial(ic_ciphertexts_t *c, const BIGNUM *const *m);

/*
 * From key->size bytes each, with the checks of ic_paillier_load(); *index:
 * the first bad one.
 */
ic_paillier_fault_e ic_ciphertexts_load(ic_ciphertexts_t *c,
    const u_char *bytes, size_t len, size_t *index);

/* To c->n * key->size bytes. 0 or -1. */
int ic_ciphertexts_store(const ic_ciphertexts_t *c, u_char *bytes);


/* Of vectors of the same length, r may be one of them. All give 0 or -1. */

int ic_ciphertexts_add(ic_ciphertexts_t *r, const ic_ciphertexts_t *a,
    const ic_ciphertexts_t *b);

int ic_ciphertexts_negate(ic_ciphertexts_t *r, const ic_ciphertexts_t *a);

/* Encrypts k[i] m[i]; |k| below 2^bits, bits up to 63. */
int ic_ciphertexts_multiply(ic_ciphertexts_t *r, const ic_ciphertexts_t *a,
    const int64_t *k, unsigned bits);

/*
 * Encrypts sum_i x[i][j] m[i] in r[j], for x of a->n rows and r->n columns,
 * |x| below 2^bits, bits up to 32. Not randomised anew.
 */
int ic_ciphertexts_dot(ic_ciphertexts_t *r, const ic_ciphertexts_t *a,
    const int64_t *x, unsigned bits);

/*
 * `slots` plaintexts in one: r[j] encrypts sum_s m[j slots + s] 2^(s width).
 * r->n = ceil(a->n / slots). Plaintexts must fit, and not be negative.
 */
int ic_ciphertexts_pack(ic_ciphertexts_t *r, const ic_ciphertexts_t *a,
    unsigned slots, unsigned width);

/*
 * Adds each a[i] to the sum of its group in every list: r[list size + group]
 * with group = groups[list stride + i] < size, lists from 0 to lists - 1.
 * r->n = lists size; it begins as 1 + m n of zeros. The addresses of sums
 * depend on groups. Not randomised anew.
 */
int ic_ciphertexts_group(ic_ciphertexts_t *r, const ic_ciphertexts_t *a,
    const uint16_t *groups, size_t stride, size_t lists, size_t size);


/* ic_decryption.c: the owner of the key. */

typedef struct {
    const ic_paillier_key_t  *secret;
    ic_pair_t                *pair[2];       /* modulo p^2, q^2 */
    BIGNUM                   *factor[2];     /* (-q)^-1 mod p, (-p)^-1 mod q */
    BIGNUM                   *inverse;       /* p^-1 mod q */
    BIGNUM                   *square;        /* (p^2)^-1 mod q^2 */
    unsigned                  threads;
} ic_decryption_t;

/* secret stays the caller's, and lives as long. NULL: no memory. */
ic_decryption_t *ic_decryption_create(const ic_paillier_key_t *secret,
    const ic_pair_backend_t *backend, unsigned threads);
void ic_decryption_destroy(ic_decryption_t *d);

/*
 * m[i] of n ciphertexts that were checked, by the Chinese remainder theorem.
 * -1: no memory, or one is no ciphertext of this key.
 */
int ic_decryption_run(const ic_decryption_t *d, BIGNUM *const *m,
    const BIGNUM *const *c, size_t n);

/*
 * c[i] = (1 + m[i] n) s^n, s uniform in Z_n^*: the textbook's distribution,
 * which only the owner has at this price. 0 or -1.
 */
int ic_decryption_encrypt(const ic_decryption_t *d, BIGNUM *const *c,
    const BIGNUM *const *m, size_t n);


#endif /* _IC_CIPHERTEXTS_H_INCLUDED_ */
