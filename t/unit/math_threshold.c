
/* Threshold decryption: all shares open a sum, anything less does not. */


#include "../../src/math/ic_threshold.h"
#include "tap.h"


#define BITS   1024
#define COUNT  5


static ic_paillier_key_t  *secret;
static ic_paillier_t      *key;


static void test_count(unsigned count, unsigned own);
static void test_share_size(void);
static void open_sum(unsigned count, BIGNUM **shares, BIGNUM **partials);
static void make_ciphertext(unsigned long m, BIGNUM *c);


int
main(void)
{
    u_char               modulus[BITS / 8];
    BIGNUM              *shares[2];
    ic_paillier_fault_e  fault;

    secret = ic_paillier_generate(BITS, IC_PAILLIER_INSECURE);

    if (!ok(secret != NULL, "a key pair")) {
        return done();
    }

    (void) ic_paillier_key_modulus(secret, modulus);
    key = ic_paillier_create(modulus, sizeof(modulus), BITS,
                             IC_PAILLIER_INSECURE, &fault);

    test_count(2, 0);
    test_count(3, 2);
    test_count(COUNT, 1);
    test_share_size();

    ok(ic_threshold_deal(secret, 1, 0, shares) != 0, "one holder refused");
    ok(ic_threshold_deal(secret, 65, 0, shares) != 0, "65 holders refused");
    ok(ic_threshold_deal(secret, 2, 2, shares) != 0, "no such dealer");

    ic_paillier_destroy(key);
    ic_paillier_key_destroy(secret);

    return done();
}


static void
make_ciphertext(unsigned long m, BIGNUM *c)
{
    BIGNUM  *plain, *r;

    plain = BN_new();
    r = BN_new();
    (void) BN_set_word(plain, m);
    (void) ic_paillier_obfuscator(key, r);
    (void) ic_paillier_encrypt(key, plain, r, c);
    BN_free(plain);
    BN_free(r);
}


static void
test_count(unsigned count, unsigned own)
{
    BIGNUM    *shares[COUNT], *partials[COUNT];
    unsigned   i, negative;

    if (!ok(ic_threshold_deal(secret, count, own, shares) == 0,
            "%u shares", count))
    {
        return;
    }

    for (negative = 0, i = 0; i < count; i++) {
        negative += BN_is_negative(shares[i]) && i != own;
        partials[i] = BN_new();
    }

    is_int(negative, 0, "only the dealer's may be negative");
    open_sum(count, shares, partials);

    for (i = 0; i < count; i++) {
        BN_clear_free(shares[i]);
        BN_free(partials[i]);
    }
}


static void
open_sum(unsigned count, BIGNUM **shares, BIGNUM **partials)
{
    BIGNUM    *c, *m;
    unsigned   i;

    c = BN_new();
    m = BN_new();
    make_ciphertext(123456789, c);

    for (i = 0; i < count; i++) {
        (void) ic_threshold_partial(key, shares[i], c, partials[i]);
    }

    ok(ic_threshold_combine(key, partials, count, m) == 0, "all combine");
    ok(BN_is_word(m, 123456789), "to the plaintext");

    ok(ic_threshold_combine(key, partials, count - 1, m) != 0,
       "one missing: refused");

    (void) BN_add_word(shares[0], 1);
    (void) ic_threshold_partial(key, shares[0], c, partials[0]);
    ok(ic_threshold_combine(key, partials, count, m) != 0,
       "a wrong share: refused");

    (void) BN_sub_word(shares[0], 1);
    make_ciphertext(7, c);
    (void) ic_threshold_partial(key, shares[0], c, partials[0]);
    ok(ic_threshold_combine(key, partials, count, m) != 0,
       "a partial of another ciphertext: refused");

    BN_free(c);
    BN_free(m);
}


static void
test_share_size(void)
{
    u_char    bytes[ic_threshold_share_size(BITS)];
    BIGNUM   *shares[3];
    unsigned  i;

    (void) ic_threshold_deal(secret, 3, 0, shares);

    ok(BN_bn2binpad(shares[1], bytes, sizeof(bytes)) > 0,
       "a share fits its wire form");
    ok(BN_num_bits(shares[1]) > 2 * BITS + 30,
       "and is longer than n^2");

    for (i = 0; i < 3; i++) {
        BN_clear_free(shares[i]);
    }
}
