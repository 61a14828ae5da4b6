
/*
 * The owner's side: everything modulo p^2 and q^2, then put together.
 *
 *     c^(p-1) mod p^2 = 1 + p L,   m_p = L (-q)^-1 mod p
 *     m = m_p + p ((m_q - m_p) p^-1 mod q)
 *
 * L is a half of the pair, so nothing is divided.
 */


#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "ic_ciphertexts.h"
#include "ic_parallel.h"


#define DECRYPTION_BLOCK  IC_PAIR_LANES


typedef struct {
    const ic_decryption_t  *d;
    BIGNUM *const          *out;
    const BIGNUM *const    *in;
    size_t                  n;
    int                   (*block)(const ic_decryption_t *d,
        BIGNUM *const *out, const BIGNUM *const *in, unsigned count,
        BN_CTX *ctx);
} decryption_loop_t;


static int decryption_fill(ic_decryption_t *d, BN_CTX *ctx);
static int decryption_piece(void *context, size_t first, size_t count);
static int decrypt_block(const ic_decryption_t *d, BIGNUM *const *m,
    const BIGNUM *const *c, unsigned count, BN_CTX *ctx);
static int decrypt_half(const ic_decryption_t *d, unsigned side,
    BIGNUM *const *m, const BIGNUM *const *c, unsigned count, BN_CTX *ctx);
static int encrypt_block(const ic_decryption_t *d, BIGNUM *const *c,
    const BIGNUM *const *m, unsigned count, BN_CTX *ctx);
static int encrypt_half(const ic_decryption_t *d, unsigned side,
    BIGNUM *const *c, unsigned count);
static int side_power(const ic_decryption_t *d, unsigned side, uint64_t *r,
    const uint64_t *base, bool minus_one);
static const BIGNUM *side_prime(const ic_decryption_t *d, unsigned side);


ic_decryption_t *
ic_decryption_create(const ic_paillier_key_t *secret,
    const ic_pair_backend_t *backend, unsigned threads)
{
    BN_CTX           *ctx;
    ic_decryption_t  *d;

    ctx = BN_CTX_secure_new();
    d = calloc(1, sizeof(ic_decryption_t));

    if (d != NULL) {
        d->secret = secret;
        d->threads = threads;
        d->pair[0] = ic_pair_create(backend, secret->p);
        d->pair[1] = ic_pair_create(backend, secret->q);
        d->factor[0] = BN_new();
        d->factor[1] = BN_new();
        d->inverse = BN_new();
        d->square = BN_new();
    }

    if (d == NULL || ctx == NULL || d->pair[0] == NULL || d->pair[1] == NULL
        || d->square == NULL || decryption_fill(d, ctx) != 0)
    {
        ic_decryption_destroy(d);
        d = NULL;
    }

    BN_CTX_free(ctx);

    return d;
}


static int
decryption_fill(ic_decryption_t *d, BN_CTX *ctx)
{
    const BIGNUM  *p, *q;

    p = d->secret->p;
    q = d->secret->q;

    return d->factor[0] != NULL && d->factor[1] != NULL && d->inverse != NULL
           && BN_mod(d->factor[0], q, p, ctx)
           && BN_sub(d->factor[0], p, d->factor[0])
           && BN_mod_inverse(d->factor[0], d->factor[0], p, ctx) != NULL
           && BN_mod(d->factor[1], p, q, ctx)
           && BN_mod_inverse(d->inverse, d->factor[1], q, ctx) != NULL
           && BN_sub(d->factor[1], q, d->inverse)
           && BN_mod(d->square, d->pair[0]->square, d->pair[1]->square, ctx)
           && BN_mod_inverse(d->square, d->square, d->pair[1]->square, ctx)
              != NULL ? 0 : -1;
}


void
ic_decryption_destroy(ic_decryption_t *d)
{
    if (d == NULL) {
        return;
    }

    ic_pair_destroy(d->pair[0]);
    ic_pair_destroy(d->pair[1]);
    BN_clear_free(d->factor[0]);
    BN_clear_free(d->factor[1]);
    BN_clear_free(d->inverse);
    BN_clear_free(d->square);
    free(d);
}


static const BIGNUM *
side_prime(const ic_decryption_t *d, unsigned side)
{
    return side == 0 ? d->secret->p : d->secret->q;
}


int
ic_decryption_run(const ic_decryption_t *d, BIGNUM *const *m,
    const BIGNUM *const *c, size_t n)
{
    decryption_loop_t  loop = { d, m, c, n, decrypt_block };

    return ic_parallel(d->threads, n, DECRYPTION_BLOCK, decryption_piece,
                       &loop);
}


int
ic_decryption_encrypt(const ic_decryption_t *d, BIGNUM *const *c,
    const BIGNUM *const *m, size_t n)
{
    decryption_loop_t  loop = { d, c, m, n, encrypt_block };

    return ic_parallel(d->threads, n, DECRYPTION_BLOCK, decryption_piece,
                       &loop);
}


static int
decryption_piece(void *context, size_t first, size_t count)
{
    int                 rc;
    size_t              at, end;
    BN_CTX             *ctx;
    unsigned            lanes;
    decryption_loop_t  *loop = context;

    ctx = BN_CTX_secure_new();
    if (ctx == NULL) {
        return -1;
    }

    lanes = loop->d->pair[0]->backend->lanes;
    end = first + count;
    rc = 0;

    for (at = first; rc == 0 && at < end; at += lanes) {
        rc = loop->block(loop->d, loop->out + at, loop->in + at,
                         end - at < lanes ? (unsigned) (end - at) : lanes,
                         ctx);
    }

    BN_CTX_free(ctx);

    return rc;
}


static int
decrypt_block(const ic_decryption_t *d, BIGNUM *const *m,
    const BIGNUM *const *c, unsigned count, BN_CTX *ctx)
{
    int            rc;
    BIGNUM        *other[IC_PAIR_LANES];
    unsigned       i;
    const BIGNUM  *p, *q;

    p = d->secret->p;
    q = d->secret->q;
    BN_CTX_start(ctx);

    for (i = 0; i < count; i++) {
        other[i] = BN_CTX_get(ctx);
    }

    rc = other[count - 1] != NULL
         && decrypt_half(d, 0, m, c, count, ctx) == 0
         && decrypt_half(d, 1, other, c, count, ctx) == 0 ? 0 : -1;

    for (i = 0; rc == 0 && i < count; i++) {
        rc = BN_mod_sub(other[i], other[i], m[i], q, ctx)
             && BN_mod_mul(other[i], other[i], d->inverse, q, ctx)
             && BN_mul(other[i], other[i], p, ctx)
             && BN_add(m[i], m[i], other[i]) ? 0 : -1;
    }

    BN_CTX_end(ctx);

    return rc;
}


/* m mod p, or q: of the half b where a is 1, which it is modulo p. */
static int
decrypt_half(const ic_decryption_t *d, unsigned side, BIGNUM *const *m,
    const BIGNUM *const *c, unsigned count, BN_CTX *ctx)
{
    int               rc;
    BIGNUM           *x[IC_PAIR_LANES];
    uint64_t         *blocks;
    unsigned          i;
    const BIGNUM     *prime;
    const ic_pair_t  *pair;

    pair = d->pair[side];
    prime = side_prime(d, side);
    blocks = ic_pair_blocks(pair, 2);
    rc = blocks == NULL ? -1 : 0;
    BN_CTX_start(ctx);

    for (i = 0; i < count; i++) {
        x[i] = BN_CTX_get(ctx);

        if (rc == 0
            && (x[i] == NULL || !BN_mod(x[i], c[i], pair->square, ctx)))
        {
            rc = -1;
        }
    }

    if (rc == 0) {
        rc = ic_pair_enter(pair, blocks, (const BIGNUM *const *) x, count) == 0
             && side_power(d, side, blocks + pair->block, blocks, true) == 0
             ? 0 : -1;
    }

    if (rc == 0) {
        pair->backend->multiply(pair, blocks, blocks + pair->block,
                                pair->unit);
        rc = ic_pair_halves(pair, x, m, blocks, count);
    }

    for (i = 0; rc == 0 && i < count; i++) {

        /* a is 1, or p + 1 and then b one less than L */

        if (!BN_is_one(x[i])
            && (!BN_sub(x[i], x[i], prime) || !BN_is_one(x[i])
                || !BN_add_word(m[i], 1)))
        {
            rc = -1;
            break;
        }

        rc = BN_mod_mul(m[i], m[i], d->factor[side], prime, ctx) ? 0 : -1;
    }

    BN_CTX_end(ctx);
    ic_pair_blocks_free(pair, blocks, 2);

    return rc;
}


/* r = base^p or, minus_one, base^(p - 1). */
static int
side_power(const ic_decryption_t *d, unsigned side, uint64_t *r,
    const uint64_t *base, bool minus_one)
{
    int       rc, size;
    u_char    exponent[IC_PAIR_MAX_BITS / 8];
    unsigned  bits;

    bits = d->pair[side]->bits;
    size = (int) bits / 8;

    if (BN_bn2binpad(side_prime(d, side), exponent, size) < 0) {
        return -1;
    }

    /* primes are odd */
    exponent[size - 1] -= minus_one;

    rc = ic_pair_power(d->pair[side], r, base, exponent, bits);
    OPENSSL_cleanse(exponent, sizeof(exponent));

    return rc;
}


static int
encrypt_block(const ic_decryption_t *d, BIGNUM *const *c,
    const BIGNUM *const *m, unsigned count, BN_CTX *ctx)
{
    int            rc;
    BIGNUM        *other[IC_PAIR_LANES], *n2, *t;
    unsigned       i;
    const BIGNUM  *p2, *q2;

    p2 = d->pair[0]->square;
    q2 = d->pair[1]->square;
    BN_CTX_start(ctx);

    for (i = 0; i < count; i++) {
        other[i] = BN_CTX_get(ctx);
    }

    n2 = BN_CTX_get(ctx);
    t = BN_CTX_get(ctx);

    rc = t != NULL && BN_sqr(n2, d->secret->n, ctx)
         && encrypt_half(d, 0, c, count) == 0
         && encrypt_half(d, 1, other, count) == 0 ? 0 : -1;

    for (i = 0; rc == 0 && i < count; i++) {
        rc = BN_cmp(m[i], d->secret->n) < 0 && !BN_is_negative(m[i])
             && BN_mod_sub(other[i], other[i], c[i], q2, ctx)
             && BN_mod_mul(other[i], other[i], d->square, q2, ctx)
             && BN_mul(other[i], other[i], p2, ctx)
             && BN_add(c[i], c[i], other[i])
             && BN_mul(t, m[i], d->secret->n, ctx) && BN_add_word(t, 1)
             && BN_mod_mul(c[i], c[i], t, n2, ctx) ? 0 : -1;
    }

    BN_CTX_end(ctx);

    return rc;
}


/* s^p mod p^2 for s uniform in Z_p^*: a uniform p-th residue. */
static int
encrypt_half(const ic_decryption_t *d, unsigned side, BIGNUM *const *c,
    unsigned count)
{
    int               rc;
    uint64_t         *blocks;
    unsigned          i;
    const ic_pair_t  *pair;

    pair = d->pair[side];
    blocks = ic_pair_blocks(pair, 2);
    rc = blocks == NULL ? -1 : 0;

    for (i = 0; rc == 0 && i < count; i++) {
        do {
            rc = BN_priv_rand_range(c[i], side_prime(d, side)) ? 0 : -1;
        } while (rc == 0 && BN_is_zero(c[i]));
    }

    if (rc == 0) {
        rc = ic_pair_enter(pair, blocks, (const BIGNUM *const *) c, count) == 0
             && side_power(d, side, blocks + pair->block, blocks, false) == 0
             && ic_pair_leave(pair, c, blocks + pair->block, count, false)
                == 0 ? 0 : -1;
    }

    ic_pair_blocks_free(pair, blocks, 2);

    return rc;
}
