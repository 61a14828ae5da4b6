
/*
 * Arithmetic modulo m^2 on pairs: (a, b) stands for a + b m. With the
 * reduction of Montgomery for m alone, R t = T + Q m, a product
 *
 *     (t, Q) = REDC(a1 a2),  b = REDC(a1 b2 + a2 b1 + K - Q),  m | K
 *
 * has 5/8 of the work of one with numbers of twice the size, and of
 * c^(p - 1) mod p^2 the half b is what decryption asks for. m: odd, its top
 * bit set; n of a Paillier key, or one of its primes.
 *
 * A back end works on blocks of `lanes` elements. An element outside of a
 * block is a row of `words` words, in the back end's own digits. Elements are
 * in Montgomery form, x R, unless said otherwise. Everything but set-up runs
 * in a time that depends on sizes only.
 */


#ifndef _IC_PAIR_H_INCLUDED_
#define _IC_PAIR_H_INCLUDED_


#include <openssl/bn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>


#define IC_PAIR_LANES     8                  /* of a back end, at most */
#define IC_PAIR_MAX_BITS  4096               /* of m */


typedef struct ic_pair_s  ic_pair_t;

typedef struct {
    const char  *name;
    unsigned     lanes;

    /* Digits of a half for m of so many bits; a row has twice as many. */
    unsigned   (*digits)(unsigned bits);

    /* Bits of a digit. */
    unsigned     radix;

    /* r = a b and r = a a, blocks that may be the same. */
    void       (*multiply)(const ic_pair_t *pair, uint64_t *r,
        const uint64_t *a, const uint64_t *b);
    void       (*square)(const ic_pair_t *pair, uint64_t *r,
        const uint64_t *a);

    /* Rows to a block, a block to rows; NULL among the latter: left out. */
    void       (*load)(const ic_pair_t *pair, uint64_t *block,
        const uint64_t *const *rows);
    void       (*store)(const ic_pair_t *pair, uint64_t *const *rows,
        const uint64_t *block);

    /*
     * Lane l of r = lane l of block index[l], or row index[l] of all lanes,
     * out of count: all are read.
     */
    void       (*pick)(const ic_pair_t *pair, uint64_t *r,
        const uint64_t *blocks, unsigned count, const uint32_t *index);
    void       (*select)(const ic_pair_t *pair, uint64_t *r,
        const uint64_t *rows, unsigned count, const uint32_t *index);

    /* Integers of bits / 32 limbs, below 2^(2 bits): x / R of each. */
    void       (*enter)(const ic_pair_t *pair, uint64_t *block,
        const uint64_t *const *limbs);
} ic_pair_backend_t;

struct ic_pair_s {
    const ic_pair_backend_t  *backend;
    unsigned                  bits;          /* of m, a multiple of 64 */
    unsigned                  limbs;         /* bits / 64 */
    unsigned                  digits;        /* of a half */
    size_t                    words;         /* of a row */
    size_t                    block;         /* words of a block */
    uint64_t                  inverse;       /* -1 / m modulo a digit */
    BIGNUM                   *modulus;       /* m */
    BIGNUM                   *square;        /* m^2 */
    uint64_t                 *m;             /* digits */
    uint64_t                 *k;             /* digits + 1, with borrows */
    uint64_t                 *r2;            /* blocks, plain: R^2, */
    uint64_t                 *r3;            /* R^3 */
    uint64_t                 *one;           /* block: 1 */
    uint64_t                 *one_row;
    uint64_t                 *unit;          /* block: 1, plain */
};


extern const ic_pair_backend_t  ic_pair_portable;
extern const ic_pair_backend_t  ic_pair_ifma;

/* The fastest that this processor has. */
const ic_pair_backend_t *ic_pair_backend(void);


/*
 * One ic_pair_t may serve many threads. bits: a multiple of 256, 512 to
 * IC_PAIR_MAX_BITS. NULL: m is even or not of that size, or memory is short.
 */
ic_pair_t *ic_pair_create(const ic_pair_backend_t *backend, const BIGNUM *m);
void ic_pair_destroy(ic_pair_t *pair);

/* Memory for so many blocks; wiped by the second. NULL: none. */
uint64_t *ic_pair_blocks(const ic_pair_t *pair, size_t count);
void ic_pair_blocks_free(const ic_pair_t *pair, uint64_t *blocks,
    size_t count);

/* x[l] < 2^(2 bits), taken modulo m^2, to lane l, for count lanes. 0, -1. */
int ic_pair_enter(const ic_pair_t *pair, uint64_t *block,
    const BIGNUM *const *x, unsigned count);

/* Elements as numbers below m^2; plain: they are not in Montgomery form. */
int ic_pair_leave(const ic_pair_t *pair, BIGNUM *const *x,
    const uint64_t *block, unsigned count, bool plain);

/* a and b of each, plain ones, as they are: a < 2 m, b < 2 m. 0 or -1. */
int ic_pair_halves(const ic_pair_t *pair, BIGNUM *const *a, BIGNUM *const *b,
    const uint64_t *block, unsigned count);

/* All lanes: the plain pair (1, b), b < m. 0 or -1. */
int ic_pair_plaintexts(const ic_pair_t *pair, uint64_t *block,
    const BIGNUM *const *b, unsigned count);

/*
 * r = base^exponent, the same exponent of so many bits in all lanes,
 * big-endian. 0, or -1: no memory.
 */
int ic_pair_power(const ic_pair_t *pair, uint64_t *r, const uint64_t *base,
    const u_char *exponent, unsigned bits);

/* r = base^k[l] for k of so many bits (up to 64) in each lane. 0 or -1. */
int ic_pair_powers(const ic_pair_t *pair, uint64_t *r, const uint64_t *base,
    const uint64_t *k, unsigned bits);


/* ic_pair_table.c: powers of one base by a table (fixed-base windows). */

typedef struct {
    const ic_pair_t  *pair;
    unsigned          bits;                  /* of exponents */
    unsigned          window;
    unsigned          windows;
    size_t            bytes;
    uint64_t         *rows;
} ic_pair_table_t;

/* base < m^2 of a number that everyone, or nobody, knows. NULL: no memory. */
ic_pair_table_t *ic_pair_table_create(const ic_pair_t *pair,
    const BIGNUM *base, unsigned bits);
void ic_pair_table_destroy(ic_pair_table_t *table);

/*
 * r = base^x in every lane; exponents of table->bits bits, big-endian, one
 * after another for all lanes.
 */
void ic_pair_table_power(const ic_pair_table_t *table, uint64_t *r,
    const u_char *exponents);


/* ic_pair_dot.c: products of powers (Pippenger's buckets). */

/*
 * positive[j] and negative[j], rows: the products of rows[i]^|x[i][j]| over
 * the i with x[i][j] >= 0, and over the others, for the columns first to
 * first + count - 1 (count up to lanes) of x, which has n rows of `columns`
 * numbers of `bits` bits (up to 32) and a sign. The time depends on sizes;
 * the addresses of buckets depend on x. 0, or -1: no memory.
 */
int ic_pair_dot(const ic_pair_t *pair, uint64_t *const *positive,
    uint64_t *const *negative, const uint64_t *rows, const int64_t *x,
    size_t n, size_t columns, size_t first, unsigned count, unsigned bits);


#endif /* _IC_PAIR_H_INCLUDED_ */
