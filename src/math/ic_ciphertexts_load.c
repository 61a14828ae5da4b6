
/* Vectors of ciphertexts from a peer's bytes, and their inverses. */


#include <stdlib.h>
#include <string.h>

#include "ic_ciphertexts.h"


static ic_paillier_fault_e load_rows(ic_ciphertexts_t *c,
    const u_char *bytes, BIGNUM *product, size_t *index);
static ic_paillier_fault_e load_culprit(ic_paillier_t *key,
    const u_char *bytes, size_t n, size_t *index);
static int load_invert(const ic_cipher_t *cipher, uint64_t *block);


ic_paillier_fault_e
ic_ciphertexts_load(ic_ciphertexts_t *c, const u_char *bytes, size_t len,
    size_t *index)
{
    BIGNUM               *product;
    ic_paillier_t        *key;
    ic_paillier_fault_e   fault;

    key = c->cipher->key;
    *index = 0;

    if (len / key->size != c->n || len % key->size != 0) {
        return IC_PAILLIER_BAD_LENGTH;
    }

    product = BN_new();

    fault = product == NULL || !BN_one(product) ? IC_PAILLIER_NO_MEMORY
            : load_rows(c, bytes, product, index);

    /* one greatest common divisor for all, and each only if it is not 1 */

    if (fault == IC_PAILLIER_OK && !ic_paillier_is_unit(key, product)) {
        fault = load_culprit(key, bytes, c->n, index);
    }

    BN_free(product);

    return fault;
}


static ic_paillier_fault_e
load_rows(ic_ciphertexts_t *c, const u_char *bytes, BIGNUM *product,
    size_t *index)
{
    size_t                first;
    BIGNUM               *x[IC_PAIR_LANES], *residue;
    uint64_t             *block;
    unsigned              lane, lanes, count;
    const ic_cipher_t    *cipher;
    ic_paillier_fault_e   fault;

    cipher = c->cipher;
    lanes = cipher->pair->backend->lanes;
    block = ic_pair_blocks(cipher->pair, 1);
    residue = BN_new();
    fault = block == NULL || residue == NULL ? IC_PAILLIER_NO_MEMORY
                                             : IC_PAILLIER_OK;

    for (lane = 0; lane < lanes; lane++) {
        x[lane] = BN_new();
        fault = x[lane] == NULL ? IC_PAILLIER_NO_MEMORY : fault;
    }

    for (first = 0; fault == IC_PAILLIER_OK && first < c->n; first += lanes) {
        count = c->n - first < lanes ? (unsigned) (c->n - first) : lanes;

        for (lane = 0; lane < count && fault == IC_PAILLIER_OK; lane++) {
            *index = first + lane;
            fault = ic_paillier_residue(cipher->key, bytes + *index
                                                     * cipher->key->size,
                                        cipher->key->size, x[lane], residue);

            if (fault == IC_PAILLIER_OK
                && !BN_mod_mul(product, product, residue, cipher->key->n,
                               cipher->key->ctx))
            {
                fault = IC_PAILLIER_NO_MEMORY;
            }
        }

        if (fault == IC_PAILLIER_OK
            && ic_pair_enter(cipher->pair, block, (const BIGNUM *const *) x,
                             count)
               != 0)
        {
            fault = IC_PAILLIER_NO_MEMORY;
        }

        if (fault == IC_PAILLIER_OK) {
            ic_ciphertexts_put(c, block, first, count);
        }
    }

    for (lane = 0; lane < lanes; lane++) {
        BN_free(x[lane]);
    }

    BN_free(residue);
    ic_pair_blocks_free(cipher->pair, block, 1);

    return fault;
}


static ic_paillier_fault_e
load_culprit(ic_paillier_t *key, const u_char *bytes, size_t n,
    size_t *index)
{
    BIGNUM               *c;
    ic_paillier_fault_e   fault;

    c = BN_new();
    fault = c == NULL ? IC_PAILLIER_NO_MEMORY : IC_PAILLIER_OK;

    for (*index = 0; fault == IC_PAILLIER_OK && *index < n; (*index)++) {
        fault = ic_paillier_load(key, bytes + *index * key->size, key->size,
                                 c);

        if (fault != IC_PAILLIER_OK) {
            break;
        }
    }

    BN_free(c);

    return fault == IC_PAILLIER_OK ? IC_PAILLIER_NO_UNIT : fault;
}


/*
 * Inverses with one inversion for each lane (Montgomery's trick): what is
 * encrypted changes its sign.
 */
int
ic_ciphertexts_negate(ic_ciphertexts_t *r, const ic_ciphertexts_t *a)
{
    int               rc;
    size_t            i, n, blocks;
    uint64_t         *space, *all, *own, *inverse;
    unsigned          lanes, count;
    const ic_pair_t  *pair;

    pair = a->cipher->pair;
    lanes = pair->backend->lanes;
    n = a->n;
    blocks = (n + lanes - 1) / lanes;

    space = ic_pair_blocks(pair, blocks + 3);
    if (space == NULL) {
        return -1;
    }

    all = space + blocks * pair->block;
    own = all + pair->block;
    inverse = own + pair->block;
    memcpy(all, pair->one, pair->block * sizeof(uint64_t));

    for (i = 0; i < blocks; i++) {
        count = n - i * lanes < lanes ? (unsigned) (n - i * lanes) : lanes;
        memcpy(space + i * pair->block, all,
               pair->block * sizeof(uint64_t));
        ic_ciphertexts_take(a, own, i * lanes, count);
        pair->backend->multiply(pair, all, all, own);
    }

    rc = load_invert(a->cipher, all);

    while (rc == 0 && i-- > 0) {
        count = n - i * lanes < lanes ? (unsigned) (n - i * lanes) : lanes;
        ic_ciphertexts_take(a, own, i * lanes, count);
        pair->backend->multiply(pair, inverse, all, space + i * pair->block);
        pair->backend->multiply(pair, all, all, own);
        ic_ciphertexts_put(r, inverse, i * lanes, count);
    }

    ic_pair_blocks_free(pair, space, blocks + 3);

    return rc;
}


/* Of ciphertexts, which are public: in variable time. */
static int
load_invert(const ic_cipher_t *cipher, uint64_t *block)
{
    int        rc;
    BIGNUM    *x[IC_PAIR_LANES];
    BN_CTX    *ctx;
    unsigned   lane, lanes;

    lanes = cipher->pair->backend->lanes;
    ctx = BN_CTX_new();
    rc = ctx == NULL ? -1 : 0;

    for (lane = 0; lane < lanes; lane++) {
        x[lane] = BN_new();
        rc = x[lane] == NULL ? -1 : rc;
    }

    if (rc == 0) {
        rc = ic_pair_leave(cipher->pair, x, block, lanes, false);
    }

    for (lane = 0; rc == 0 && lane < lanes; lane++) {
        rc = BN_mod_inverse(x[lane], x[lane], cipher->pair->square, ctx)
             != NULL ? 0 : -1;
    }

    if (rc == 0) {
        rc = ic_pair_enter(cipher->pair, block, (const BIGNUM *const *) x,
                           lanes);
    }

    for (lane = 0; lane < lanes; lane++) {
        BN_free(x[lane]);
    }

    BN_CTX_free(ctx);

    return rc;
}
