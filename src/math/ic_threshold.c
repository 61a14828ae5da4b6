
/* n-of-n threshold decryption. */


#include "ic_threshold.h"


static int decryption_exponent(const ic_paillier_key_t *secret, BIGNUM *d,
    BN_CTX *ctx);
static int split(BIGNUM *d, unsigned bits, unsigned count, unsigned own,
    BIGNUM **shares);
static int lift(const ic_paillier_key_t *secret, unsigned bits,
    unsigned count, BIGNUM *share, BN_CTX *ctx);


int
ic_threshold_deal(const ic_paillier_key_t *secret, unsigned count,
    unsigned own, BIGNUM **shares)
{
    int        rc;
    BIGNUM    *d;
    BN_CTX    *ctx;
    unsigned   i, bits;

    if (count < 2 || count > IC_THRESHOLD_MAX_SHARES || own >= count) {
        return -1;
    }

    for (i = 0; i < count; i++) {
        shares[i] = NULL;
    }

    rc = -1;
    ctx = BN_CTX_new();
    d = BN_new();
    bits = 2 * secret->bits + IC_THRESHOLD_SLACK_BITS;

    if (ctx != NULL && d != NULL
        && decryption_exponent(secret, d, ctx) == 0
        && split(d, bits, count, own, shares) == 0
        && lift(secret, bits, count, shares[own], ctx) == 0)
    {
        rc = 0;
    }

    for (i = 0; rc != 0 && i < count; i++) {
        BN_clear_free(shares[i]);
        shares[i] = NULL;
    }

    BN_clear_free(d);
    BN_CTX_free(ctx);

    return rc;
}


/* d = lambda (lambda^-1 mod n) */

static int
decryption_exponent(const ic_paillier_key_t *secret, BIGNUM *d, BN_CTX *ctx)
{
    int      rc;
    BIGNUM  *lambda;

    rc = -1;
    lambda = BN_new();

    if (lambda != NULL && ic_paillier_lambda(secret, lambda) == 0) {
        BN_set_flags(lambda, BN_FLG_CONSTTIME);

        if (BN_mod_inverse(d, lambda, secret->n, ctx) != NULL
            && BN_mul(d, d, lambda, ctx))
        {
            rc = 0;
        }
    }

    BN_clear_free(lambda);

    return rc;
}


static int
split(BIGNUM *d, unsigned bits, unsigned count, unsigned own,
    BIGNUM **shares)
{
    unsigned  i;

    for (i = 0; i < count; i++) {

        if (i == own) {
            continue;
        }

        shares[i] = BN_new();

        if (shares[i] == NULL
            || !BN_priv_rand(shares[i], (int) bits, BN_RAND_TOP_ANY,
                             BN_RAND_BOTTOM_ANY)
            || !BN_sub(d, d, shares[i]))
        {
            return -1;
        }
    }

    shares[own] = BN_dup(d);

    return (shares[own] == NULL) ? -1 : 0;
}


/*
 * The rest is below 0; with a multiple of lambda n, the order of the group,
 * it is a power like the others, and takes no inverse. How many times is
 * known from n: lambda n > n^2 / 4.
 */

static int
lift(const ic_paillier_key_t *secret, unsigned bits, unsigned count,
    BIGNUM *share, BN_CTX *ctx)
{
    int      rc;
    BIGNUM  *order, *times;

    rc = -1;
    order = BN_new();
    times = BN_new();

    if (order != NULL && times != NULL
        && BN_set_word(times, count)
        && BN_lshift(times, times, (int) bits + 2)
        && BN_sqr(order, secret->n, ctx)
        && BN_div(times, NULL, times, order, ctx)
        && BN_add_word(times, 1)
        && ic_paillier_lambda(secret, order) == 0
        && BN_mul(order, order, secret->n, ctx)
        && BN_mul(order, order, times, ctx)
        && BN_add(share, share, order))
    {
        rc = BN_is_negative(share) ? -1 : 0;
    }

    BN_clear_free(order);
    BN_free(times);

    return rc;
}


int
ic_threshold_partial(ic_paillier_t *key, const BIGNUM *share,
    const BIGNUM *c, BIGNUM *partial)
{
    return BN_is_negative(share) ? -1
           : ic_power_secret(key->power, partial, c, share);
}


int
ic_threshold_combine(ic_paillier_t *key, BIGNUM *const *partials,
    unsigned count, BIGNUM *m)
{
    int        rc;
    BIGNUM    *product, *rest;
    unsigned   i;

    rc = -1;
    product = BN_dup(partials[0]);
    rest = BN_new();

    if (product == NULL || rest == NULL) {
        goto done;
    }

    for (i = 1; i < count; i++) {
        if (!BN_mod_mul(product, product, partials[i], key->n2, key->ctx)) {
            goto done;
        }
    }

    if (!BN_div(m, rest, product, key->n, key->ctx) || !BN_is_one(rest)) {
        goto done;
    }

    rc = 0;

done:

    BN_clear_free(product);
    BN_free(rest);

    return rc;
}
