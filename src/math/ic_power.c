
/* Powers modulo n^2. */


#include <stdlib.h>

#include "ic_power.h"


ic_power_t *
ic_power_create(const BIGNUM *modulus)
{
    ic_power_t  *power;

    power = calloc(1, sizeof(ic_power_t));

    if (power == NULL) {
        return NULL;
    }

    power->modulus = BN_dup(modulus);
    power->mont = BN_MONT_CTX_new();
    power->ctx = BN_CTX_new();

    if (power->modulus == NULL || power->mont == NULL || power->ctx == NULL
        || !BN_MONT_CTX_set(power->mont, power->modulus, power->ctx))
    {
        ic_power_destroy(power);
        return NULL;
    }

    return power;
}


void
ic_power_destroy(ic_power_t *power)
{
    if (power == NULL) {
        return;
    }

    BN_free(power->modulus);
    BN_MONT_CTX_free(power->mont);
    BN_CTX_free(power->ctx);
    free(power);
}


int
ic_power_public(ic_power_t *power, BIGNUM *r, const BIGNUM *base,
    const BIGNUM *exponent)
{
    return BN_mod_exp_mont(r, base, exponent, power->modulus, power->ctx,
                           power->mont)
           ? 0 : -1;
}


int
ic_power_secret(ic_power_t *power, BIGNUM *r, const BIGNUM *base,
    const BIGNUM *exponent)
{
    return BN_mod_exp_mont_consttime(r, base, exponent, power->modulus,
                                     power->ctx, power->mont)
           ? 0 : -1;
}
