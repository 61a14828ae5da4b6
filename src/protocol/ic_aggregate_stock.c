
/*
 * Encrypted zeros, made while a party waits. A sum of few ciphertexts takes
 * as many as a block of the cipher's arithmetic holds nearly as long as one:
 * the stock is of whole blocks, for several sums. Each zero serves once and
 * is wiped then: with it, the ciphertext that it hides is open.
 */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "ic_aggregate_state.h"


static int stock_make(ic_aggregate_t *a, unsigned count);


int
ic_aggregate_stock_fill(ic_aggregate_t *a, unsigned count)
{
    unsigned  lanes;

    if (count == 0
        || (a->stock != NULL && a->stock->n - a->stock_used >= count))
    {
        return 0;
    }

    ic_aggregate_stock_drop(a);

    lanes = a->cipher->pair->backend->lanes;

    if (count < lanes) {
        count = lanes / count * count;
    }

    return stock_make(a, count) == 0 ? 0
           : ic_task_fail(a->task, "internal", NULL, 0, "no encryption");
}


static int
stock_make(ic_aggregate_t *a, unsigned count)
{
    int        rc;
    BIGNUM    *zero;
    unsigned   i;

    const BIGNUM  **zeros;

    a->stock = ic_ciphertexts_create(a->cipher, count);
    zeros = calloc(count, sizeof(BIGNUM *));
    zero = BN_new();
    rc = -1;

    if (a->stock != NULL && zeros != NULL && zero != NULL) {
        BN_zero(zero);

        for (i = 0; i < count; i++) {
            zeros[i] = zero;
        }

        rc = ic_ciphertexts_encrypt(a->cipher, a->stock, zeros);
    }

    free(zeros);
    BN_free(zero);

    if (rc != 0) {
        ic_aggregate_stock_drop(a);
    }

    return rc;
}


int
ic_aggregate_stock_add(ic_aggregate_t *a, ic_ciphertexts_t *c)
{
    int               rc;
    size_t            words;
    ic_ciphertexts_t  next;

    if (ic_aggregate_stock_fill(a, c->n) != 0) {
        return -1;
    }

    words = a->cipher->pair->words;
    next = *a->stock;
    next.rows += a->stock_used * words;
    next.n = c->n;

    rc = ic_ciphertexts_add(c, c, &next);

    OPENSSL_cleanse(next.rows, next.n * words * sizeof(uint64_t));
    a->stock_used += next.n;

    return rc == 0 ? 0 : ic_task_fail(a->task, "internal", NULL, 0,
                                      "no encryption");
}


void
ic_aggregate_stock_drop(ic_aggregate_t *a)
{
    if (a->stock != NULL) {
        OPENSSL_cleanse(a->stock->rows, a->stock->n * a->cipher->pair->words
                                        * sizeof(uint64_t));
    }

    ic_ciphertexts_destroy(a->stock);

    a->stock = NULL;
    a->stock_used = 0;
}
