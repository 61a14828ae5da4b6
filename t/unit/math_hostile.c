
/*
 * Public keys and ciphertexts that a peer should not have sent: each has its
 * fault, soon, and never a number instead.
 */


#include <stdlib.h>
#include <time.h>

#include "../../src/math/ic_paillier.h"
#include "../../src/math/ic_paillier_key.h"
#include "tap.h"


#define BITS  2048
#define SIZE  (BITS / 8)
#define HUGE  10000000           /* bytes of an integer */
#define SOON  50                 /* ms of processor, but for primes */
#define LATE  4000


typedef enum {
    IS_N = 0,                    /* the key's modulus */
    IS_HALF,                     /* a bit shorter */
    IS_EVEN,
    IS_SMALL,                    /* a multiple of other */
    IS_SQUARE,
    IS_PRIME,
    IS_ONES,
    IS_ZERO
} modulus_e;

static const struct {
    const char           *what;
    modulus_e             is;
    unsigned              other;
    size_t                len;   /* 0: SIZE */
    unsigned              bits;  /* 0: BITS */
    ic_paillier_fault_e   fault;
    int                   ms;
} moduli[] = {
    { "a good one", IS_N, 0, 0, 0, IC_PAILLIER_OK, LATE },
    { "none", IS_ZERO, 0, 0, 0, IC_PAILLIER_BAD_LENGTH, SOON },
    { "no bytes", IS_N, 0, 1, 0, IC_PAILLIER_BAD_LENGTH, SOON },
    { "a byte less", IS_N, 0, SIZE - 1, 0, IC_PAILLIER_BAD_LENGTH, SOON },
    { "a byte more", IS_N, 0, SIZE + 1, 0, IC_PAILLIER_BAD_LENGTH, SOON },
    { "10 MB", IS_ONES, 0, HUGE, 0, IC_PAILLIER_BAD_LENGTH, SOON },
    { "a bit less", IS_HALF, 0, 0, 0, IC_PAILLIER_BAD_LENGTH, SOON },
    { "even", IS_EVEN, 0, 0, 0, IC_PAILLIER_EVEN, SOON },
    { "a multiple of 3", IS_SMALL, 3, 0, 0, IC_PAILLIER_SMALL_FACTOR, SOON },
    { "of 251", IS_SMALL, 251, 0, 0, IC_PAILLIER_SMALL_FACTOR, SOON },
    { "of 65521", IS_SMALL, 65521, 0, 0, IC_PAILLIER_SMALL_FACTOR, SOON },
    { "a square", IS_SQUARE, 0, 0, 0, IC_PAILLIER_SQUARE, LATE },
    { "a prime", IS_PRIME, 0, 0, 0, IC_PAILLIER_PRIME, LATE },
    { "2^2048 - 1", IS_ONES, 0, 0, 0, IC_PAILLIER_SMALL_FACTOR, SOON },
    { "1024 bits", IS_N, 0, 128, 1024, IC_PAILLIER_BAD_LENGTH, SOON },
    { "2040 bits", IS_N, 0, 255, 2040, IC_PAILLIER_BAD_LENGTH, SOON },
    { "16384 bits", IS_ONES, 0, 2048, 16384, IC_PAILLIER_BAD_LENGTH, SOON },
    { "2^32 bits", IS_ONES, 0, 2048, 0xfffffff8, IC_PAILLIER_BAD_LENGTH,
      SOON }
};


static ic_paillier_key_t  *secret;
static ic_paillier_t      *key;
static BN_CTX             *ctx;


static double
cpu_ms(void)
{
    struct timespec  now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);

    return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}


static void
modulus(modulus_e is, unsigned factor, u_char *bytes, size_t len)
{
    BIGNUM  *n;

    n = BN_dup(secret->n);

    switch (is) {

    case IS_HALF:
        BN_rshift1(n, n);
        BN_set_bit(n, 0);
        break;

    case IS_EVEN:
        BN_sub_word(n, 1);
        break;

    case IS_SMALL:
        BN_sub_word(n, BN_mod_word(n, factor));
        BN_is_odd(n) ? 0 : BN_add_word(n, factor);
        break;

    case IS_SQUARE:
        BN_sqr(n, secret->p, ctx);
        break;

    case IS_PRIME:
        do {
            BN_rand(n, BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD);
        } while (!BN_check_prime(n, ctx, NULL));
        break;

    case IS_ZERO:
        BN_zero(n);
        break;

    default:
        break;
    }

    memset(bytes, is == IS_ONES ? 0xff : 0, len);

    if (is != IS_ONES && len >= SIZE) {
        BN_bn2binpad(n, bytes + (len - SIZE), SIZE);

    } else if (is != IS_ONES) {
        memset(bytes, 0xc5, len);
    }

    BN_free(n);
}


static void
test_moduli(void)
{
    size_t                i, len;
    double                began, took;
    u_char               *bytes;
    unsigned              bits;
    ic_paillier_t        *made;
    ic_paillier_fault_e   fault;

    for (i = 0; i < sizeof(moduli) / sizeof(moduli[0]); i++) {
        len = moduli[i].len != 0 ? moduli[i].len : SIZE;
        bits = moduli[i].bits != 0 ? moduli[i].bits : BITS;
        bytes = malloc(len);
        modulus(moduli[i].is, moduli[i].other, bytes, len);

        began = cpu_ms();
        fault = IC_PAILLIER_OK;
        made = ic_paillier_create(bytes, len, bits, 0, &fault);
        took = cpu_ms() - began;

        ok((made != NULL) == (fault == IC_PAILLIER_OK)
           && fault == moduli[i].fault && took < moduli[i].ms,
           "a modulus: %s, %.2f ms, %s", moduli[i].what, took,
           ic_paillier_fault_text(fault));

        if (i == 0) {
            key = made;

        } else {
            ic_paillier_destroy(made);
        }

        free(bytes);
    }
}


static void
refused(const char *what, const BIGNUM *c, size_t len,
    ic_paillier_fault_e expected)
{
    double                began, took;
    BIGNUM               *out;
    u_char               *bytes;
    ic_paillier_fault_e   fault;

    out = BN_new();
    bytes = malloc(len + 1);
    BN_bn2binpad(c, bytes, (int) len);
    began = cpu_ms();
    fault = ic_paillier_load(key, bytes, len, out);
    took = cpu_ms() - began;

    ok(fault == expected && took < SOON, "a ciphertext: %s, %.2f ms, %s",
       what, took, ic_paillier_fault_text(fault));

    free(bytes);
    BN_free(out);
}


static void
test_ciphertexts(void)
{
    BIGNUM  *c;
    size_t   len;

    len = key->size;
    c = BN_new();

    BN_zero(c);
    refused("0", c, len, IC_PAILLIER_BAD_RANGE);
    refused("no bytes", c, 0, IC_PAILLIER_BAD_LENGTH);
    refused("10 MB of zeros", c, HUGE, IC_PAILLIER_BAD_LENGTH);
    BN_one(c);
    refused("1, which encrypts 0 for all to see", c, len,
            IC_PAILLIER_NOT_RANDOM);
    refused("1 behind a leading zero", c, len + 1, IC_PAILLIER_BAD_LENGTH);
    BN_copy(c, key->n);
    refused("n", c, len, IC_PAILLIER_NO_UNIT);
    BN_add_word(c, 1);
    refused("n + 1, which encrypts 1", c, len, IC_PAILLIER_NOT_RANDOM);
    BN_copy(c, key->n2);
    refused("n^2", c, len, IC_PAILLIER_BAD_RANGE);
    BN_sub_word(c, 1);
    refused("-1", c, len, IC_PAILLIER_NOT_RANDOM);
    BN_lshift(c, key->n2, 0);
    BN_add_word(c, 3);
    refused("n^2 + 3", c, len, IC_PAILLIER_BAD_RANGE);
    BN_mul(c, secret->p, secret->p, ctx);
    refused("p^2", c, len, IC_PAILLIER_NO_UNIT);
    BN_mul_word(c, 77);
    refused("77 p^2", c, len, IC_PAILLIER_NO_UNIT);
    BN_one(c);
    BN_lshift(c, c, (int) len * 8 - 1);
    BN_mul_word(c, 2);
    BN_sub_word(c, 1);
    refused("all ones", c, len, IC_PAILLIER_BAD_RANGE);
    BN_set_word(c, 2);
    refused("2, a unit like others", c, len, IC_PAILLIER_OK);

    BN_free(c);
}


int
main(void)
{
    ctx = BN_CTX_new();
    secret = ic_paillier_generate(BITS, 0);
    ok(secret != NULL, "a key");

    test_moduli();
    test_ciphertexts();

    ic_paillier_destroy(key);
    ic_paillier_key_destroy(secret);
    BN_CTX_free(ctx);

    return done();
}
