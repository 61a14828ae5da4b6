
/* n-of-n threshold decryption of vectors. */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "ic_parallel.h"
#include "ic_threshold.h"


/* Bytes of any share, the dealer's included. */
#define THRESHOLD_BYTES  ic_threshold_share_size(IC_PAIR_MAX_BITS)


typedef struct {
    ic_ciphertexts_t        *r;
    const ic_ciphertexts_t  *c;
    const u_char            *exponent;
    unsigned                 bits;
    BIGNUM *const           *m;
} threshold_work_t;


static int threshold_one(const threshold_work_t *work);
static int threshold_power(void *context, size_t first, size_t count);
static int threshold_open(void *context, size_t first, size_t count);
static int threshold_plain(const threshold_work_t *work, uint64_t *space,
    size_t first, unsigned count, BN_CTX *ctx);


int
ic_threshold_partials(ic_ciphertexts_t *r, const ic_ciphertexts_t *c,
    const BIGNUM *share)
{
    int                rc;
    size_t             size, lanes;
    u_char             exponent[THRESHOLD_BYTES];
    threshold_work_t   work = { .r = r, .c = c, .exponent = exponent };

    lanes = c->cipher->pair->backend->lanes;
    size = ic_threshold_share_size(c->cipher->key->bits);
    work.bits = (unsigned) size * 8;

    if (BN_is_negative(share)
        || BN_bn2binpad(share, exponent, (int) size) < 0)
    {
        return -1;
    }

    /* a single power leaves lanes unused, and each is slower than this */

    rc = c->n == 1 && lanes > 1 ? threshold_one(&work)
         : ic_parallel(c->cipher->threads, (c->n + lanes - 1) / lanes, 1,
                       threshold_power, &work);

    OPENSSL_cleanse(exponent, sizeof(exponent));

    return rc;
}


static int
threshold_one(const threshold_work_t *work)
{
    int                 rc;
    BIGNUM             *x;
    uint64_t           *wide, *space;
    ic_pair_t          *pair;
    const ic_cipher_t  *cipher;

    cipher = work->c->cipher;
    x = BN_new();
    pair = ic_pair_create(&ic_pair_portable, cipher->key->n);
    wide = ic_pair_blocks(cipher->pair, 1);
    space = pair == NULL ? NULL : ic_pair_blocks(pair, 2);
    rc = x == NULL || wide == NULL || space == NULL ? -1 : 0;

    if (rc == 0) {
        ic_ciphertexts_take(work->c, wide, 0, 1);

        rc = ic_pair_leave(cipher->pair, &x, wide, 1, false) != 0
             || ic_pair_enter(pair, space, (const BIGNUM *const *) &x, 1)
                != 0
             || ic_pair_power(pair, space + pair->block, space,
                              work->exponent, work->bits)
                != 0
             || ic_pair_leave(pair, &x, space + pair->block, 1, false) != 0
             || ic_pair_enter(cipher->pair, wide,
                              (const BIGNUM *const *) &x, 1)
                != 0
             ? -1 : 0;
    }

    if (rc == 0) {
        ic_ciphertexts_put(work->r, wide, 0, 1);
    }

    ic_pair_blocks_free(cipher->pair, wide, 1);

    if (pair != NULL) {
        ic_pair_blocks_free(pair, space, 2);
    }

    ic_pair_destroy(pair);
    BN_clear_free(x);

    return rc;
}


static int
threshold_power(void *context, size_t first, size_t count)
{
    int                rc;
    size_t             at, end, lanes, n;
    uint64_t          *space;
    threshold_work_t  *work = context;
    const ic_pair_t   *pair;

    pair = work->c->cipher->pair;
    lanes = pair->backend->lanes;
    n = work->c->n;

    space = ic_pair_blocks(pair, 2);
    if (space == NULL) {
        return -1;
    }

    rc = 0;
    end = (first + count) * lanes;

    for (at = first * lanes; rc == 0 && at < end && at < n; at += lanes) {
        count = n - at < lanes ? n - at : lanes;
        ic_ciphertexts_take(work->c, space, at, (unsigned) count);
        rc = ic_pair_power(pair, space + pair->block, space, work->exponent,
                           work->bits);
        ic_ciphertexts_put(work->r, space + pair->block, at,
                           (unsigned) count);
    }

    ic_pair_blocks_free(pair, space, 2);

    return rc;
}


int
ic_threshold_opened(const ic_ciphertexts_t *product, BIGNUM *const *m)
{
    size_t            lanes;
    threshold_work_t  work = { .c = product, .m = m };

    lanes = product->cipher->pair->backend->lanes;

    return ic_parallel(product->cipher->threads,
                       (product->n + lanes - 1) / lanes, 16, threshold_open,
                       &work);
}


static int
threshold_open(void *context, size_t first, size_t count)
{
    int                rc;
    size_t             at, end, lanes, n;
    BN_CTX            *ctx;
    uint64_t          *space;
    threshold_work_t  *work = context;
    const ic_pair_t   *pair;

    pair = work->c->cipher->pair;
    lanes = pair->backend->lanes;
    n = work->c->n;
    ctx = BN_CTX_new();
    space = ic_pair_blocks(pair, 1);
    rc = ctx == NULL || space == NULL ? -1 : 0;
    end = (first + count) * lanes;

    for (at = first * lanes; rc == 0 && at < end && at < n; at += lanes) {
        rc = threshold_plain(work, space, at,
                             (unsigned) (n - at < lanes ? n - at : lanes),
                             ctx);
    }

    ic_pair_blocks_free(pair, space, 1);
    BN_CTX_free(ctx);

    return rc;
}


/* m = (x - 1) / n, if n divides. */

static int
threshold_plain(const threshold_work_t *work, uint64_t *space, size_t first,
    unsigned count, BN_CTX *ctx)
{
    int                rc;
    BIGNUM            *rest;
    unsigned           lane;
    const ic_cipher_t  *cipher;

    cipher = work->c->cipher;
    rest = BN_new();
    ic_ciphertexts_take(work->c, space, first, count);

    rc = rest == NULL ? -1
         : ic_pair_leave(cipher->pair, work->m + first, space, count, false);

    for (lane = 0; rc == 0 && lane < count; lane++) {
        if (!BN_div(work->m[first + lane], rest, work->m[first + lane],
                    cipher->key->n, ctx)
            || !BN_is_one(rest))
        {
            rc = -1;
        }
    }

    BN_clear_free(rest);

    return rc;
}
