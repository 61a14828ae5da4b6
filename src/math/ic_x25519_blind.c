
/* Blinds and their inverses modulo the order of the subgroup. */


#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "ic_x25519.h"


/* l = 2^252 + 27742317777372353535851937790883648493, big-endian */
static const u_char  blind_order[IC_X25519_SIZE] = {
    0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x14, 0xde, 0xf9, 0xde, 0xa2, 0xf7, 0x9c, 0xd6,
    0x58, 0x12, 0x63, 0x1a, 0x5c, 0xf5, 0xd3, 0xed
};


static int blind_invert(const u_char *blind, u_char *unblind);


int
ic_x25519_blind(u_char blind[IC_X25519_SIZE], u_char unblind[IC_X25519_SIZE])
{
    if (RAND_priv_bytes(blind, IC_X25519_SIZE) != 1) {
        return -1;
    }

    blind[0] &= 248;
    blind[31] &= 127;

    return blind_invert(blind, unblind);
}


/* By Fermat's theorem: l is a prime; 0 has no inverse. */
static int
blind_invert(const u_char *blind, u_char *unblind)
{
    int      ok;
    BIGNUM  *order, *exponent, *value;
    BN_CTX  *ctx;

    ctx = BN_CTX_secure_new();
    order = BN_bin2bn(blind_order, IC_X25519_SIZE, NULL);
    exponent = BN_bin2bn(blind_order, IC_X25519_SIZE, NULL);
    value = BN_lebin2bn(blind, IC_X25519_SIZE, NULL);

    ok = ctx != NULL && order != NULL && exponent != NULL && value != NULL
         && BN_sub_word(exponent, 2)
         && BN_nnmod(value, value, order, ctx)
         && !BN_is_zero(value)
         && BN_mod_exp_mont_consttime(value, value, exponent, order, ctx,
                                      NULL)
         && BN_bn2lebinpad(value, unblind, IC_X25519_SIZE) == IC_X25519_SIZE;

    BN_clear_free(value);
    BN_free(exponent);
    BN_free(order);
    BN_CTX_free(ctx);

    return ok ? 0 : -1;
}
