
/* Paillier: the public key's side. */


#include <gmp.h>
#include <stdint.h>
#include <stdlib.h>

#include "ic_paillier.h"
#include "ic_prime.h"


#define INSECURE_MIN_BITS  512


static ic_paillier_fault_e check_modulus(const u_char *n, size_t len,
    unsigned bits, unsigned flags);
static bool has_small_factor(const mpz_t n);
static bool is_probably_prime(const mpz_t n);
static int fill_key(ic_paillier_t *key, const u_char *n, size_t len);


static const char  *fault_texts[] = {
    "acceptable",
    "out of memory",
    "not of the agreed length",
    "the modulus is even",
    "the modulus has a small factor",
    "the modulus is a square",
    "the modulus is prime",
    "the ciphertext is out of range",
    "the ciphertext is no unit",
    "the ciphertext is not randomised"
};


ic_paillier_t *
ic_paillier_create(const u_char *n, size_t len, unsigned bits,
    unsigned flags, ic_paillier_fault_e *fault)
{
    ic_paillier_t  *key;

    *fault = check_modulus(n, len, bits, flags);

    if (*fault != IC_PAILLIER_OK) {
        return NULL;
    }

    key = calloc(1, sizeof(ic_paillier_t));

    if (key == NULL) {
        *fault = IC_PAILLIER_NO_MEMORY;
        return NULL;
    }

    key->bits = bits;
    key->size = bits / 4;

    if (fill_key(key, n, len) != 0) {
        *fault = IC_PAILLIER_NO_MEMORY;
        ic_paillier_destroy(key);
        return NULL;
    }

    return key;
}


void
ic_paillier_destroy(ic_paillier_t *key)
{
    if (key == NULL) {
        return;
    }

    BN_free(key->n);
    BN_free(key->n2);
    BN_clear_free(key->base);
    ic_power_destroy(key->power);
    BN_CTX_free(key->ctx);
    free(key);
}


const char *
ic_paillier_fault_text(ic_paillier_fault_e fault)
{
    return fault_texts[fault];
}


static ic_paillier_fault_e
check_modulus(const u_char *n, size_t len, unsigned bits, unsigned flags)
{
    mpz_t                number;
    unsigned             min;
    ic_paillier_fault_e  fault;

    min = (flags & IC_PAILLIER_INSECURE) ? INSECURE_MIN_BITS
                                         : IC_PAILLIER_MIN_BITS;

    if (bits < min || bits > IC_PAILLIER_MAX_BITS || bits % 64 != 0
        || len != bits / 8 || (n[0] & 0x80) == 0)
    {
        return IC_PAILLIER_BAD_LENGTH;
    }

    if ((n[len - 1] & 1) == 0) {
        return IC_PAILLIER_EVEN;
    }

    mpz_init(number);
    mpz_import(number, len, 1, 1, 0, 0, n);

    fault = has_small_factor(number) ? IC_PAILLIER_SMALL_FACTOR
            : mpz_perfect_square_p(number) ? IC_PAILLIER_SQUARE
            : is_probably_prime(number) ? IC_PAILLIER_PRIME
            : IC_PAILLIER_OK;

    mpz_clear(number);

    return fault;
}


static bool
has_small_factor(const mpz_t n)
{
    unsigned         i, j, k, count;
    uint64_t         product, rest;
    const uint16_t  *primes;

    primes = ic_prime_table(&count);

    /* four primes share one pass over n */

    for (i = 0; i < count; i = k) {
        product = 1;

        for (k = i; k < count && k < i + 4; k++) {
            product *= primes[k];
        }

        rest = mpz_fdiv_ui(n, product);

        for (j = i; j < k; j++) {
            if (rest % primes[j] == 0) {
                return true;
            }
        }
    }

    return false;
}


/* Fermat to base 2: primes always pass, a product of two random ones not. */

static bool
is_probably_prime(const mpz_t n)
{
    bool   passes;
    mpz_t  base, exponent;

    mpz_init_set_ui(base, 2);
    mpz_init(exponent);
    mpz_sub_ui(exponent, n, 1);
    mpz_powm(base, base, exponent, n);

    passes = (mpz_cmp_ui(base, 1) == 0);

    mpz_clear(base);
    mpz_clear(exponent);

    return passes;
}


static int
fill_key(ic_paillier_t *key, const u_char *n, size_t len)
{
    key->ctx = BN_CTX_new();
    key->n = BN_bin2bn(n, (int) len, NULL);
    key->n2 = BN_new();

    if (key->ctx == NULL || key->n == NULL || key->n2 == NULL
        || !BN_sqr(key->n2, key->n, key->ctx))
    {
        return -1;
    }

    key->power = ic_power_create(key->n2);

    return (key->power == NULL) ? -1 : 0;
}


int
ic_paillier_make_base(ic_paillier_t *key)
{
    int      rc;
    BIGNUM  *y;

    rc = -1;
    y = BN_new();

    if (key->base == NULL) {
        key->base = BN_new();
    }

    if (y != NULL && key->base != NULL
        && BN_priv_rand_range(y, key->n) && !BN_is_zero(y)
        && BN_mod_sqr(y, y, key->n, key->ctx)
        && BN_sub(y, key->n, y)
        && ic_power_public(key->power, key->base, y, key->n) == 0)
    {
        rc = 0;
    }

    BN_clear_free(y);

    return rc;
}


unsigned
ic_paillier_exponent(const ic_paillier_t *key)
{
    return key->bits < 3072 ? 448 : 512;
}


int
ic_paillier_obfuscator(ic_paillier_t *key, BIGNUM *r)
{
    int      rc, bits;
    BIGNUM  *x;

    if (key->base == NULL && ic_paillier_make_base(key) != 0) {
        return -1;
    }

    bits = (int) ic_paillier_exponent(key);
    rc = -1;
    x = BN_new();

    if (x != NULL
        && BN_priv_rand(x, bits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY)
        && ic_power_secret(key->power, r, key->base, x) == 0)
    {
        rc = 0;
    }

    BN_clear_free(x);

    return rc;
}


int
ic_paillier_encrypt(ic_paillier_t *key, const BIGNUM *m, const BIGNUM *r,
    BIGNUM *c)
{
    int      rc;
    BIGNUM  *t;

    if (BN_is_negative(m) || BN_cmp(m, key->n) >= 0) {
        return -1;
    }

    rc = -1;
    t = BN_new();

    if (t != NULL && BN_mul(t, m, key->n, key->ctx) && BN_add_word(t, 1)
        && BN_mod_mul(c, t, r, key->n2, key->ctx))
    {
        rc = 0;
    }

    BN_clear_free(t);

    return rc;
}


int
ic_paillier_add(ic_paillier_t *key, const BIGNUM *a, const BIGNUM *b,
    BIGNUM *c)
{
    return BN_mod_mul(c, a, b, key->n2, key->ctx) ? 0 : -1;
}


ic_paillier_fault_e
ic_paillier_load(ic_paillier_t *key, const u_char *bytes, size_t len,
    BIGNUM *c)
{
    BIGNUM               *residue;
    ic_paillier_fault_e   fault;

    BN_CTX_start(key->ctx);
    residue = BN_CTX_get(key->ctx);

    fault = residue == NULL ? IC_PAILLIER_NO_MEMORY
            : ic_paillier_residue(key, bytes, len, c, residue);

    if (fault == IC_PAILLIER_OK && !ic_paillier_is_unit(key, residue)) {
        fault = IC_PAILLIER_NO_UNIT;
    }

    BN_CTX_end(key->ctx);

    return fault;
}


/* 1 and -1 mod n: made without randomness, the plaintext is in the clear. */

ic_paillier_fault_e
ic_paillier_residue(ic_paillier_t *key, const u_char *bytes, size_t len,
    BIGNUM *c, BIGNUM *residue)
{
    BIGNUM               *negative;
    ic_paillier_fault_e   fault;

    if (len != key->size) {
        return IC_PAILLIER_BAD_LENGTH;
    }

    if (BN_bin2bn(bytes, (int) len, c) == NULL) {
        return IC_PAILLIER_NO_MEMORY;
    }

    if (BN_is_zero(c) || BN_cmp(c, key->n2) >= 0) {
        return IC_PAILLIER_BAD_RANGE;
    }

    BN_CTX_start(key->ctx);
    negative = BN_CTX_get(key->ctx);

    fault = negative == NULL || !BN_mod(residue, c, key->n, key->ctx)
            || !BN_sub(negative, key->n, residue) ? IC_PAILLIER_NO_MEMORY
            : BN_is_one(residue) || BN_is_one(negative)
              ? IC_PAILLIER_NOT_RANDOM : IC_PAILLIER_OK;

    BN_CTX_end(key->ctx);

    return fault;
}


/* By GMP: BN_gcd() is constant-time, 100 times slower, for public numbers. */

bool
ic_paillier_is_unit(const ic_paillier_t *key, const BIGNUM *residue)
{
    bool    unit;
    mpz_t   a, b;
    u_char  bytes[IC_PAILLIER_MAX_BITS / 8];
    size_t  len;

    mpz_init(a);
    mpz_init(b);

    len = (size_t) BN_bn2bin(residue, bytes);
    mpz_import(a, len, 1, 1, 0, 0, bytes);
    len = (size_t) BN_bn2bin(key->n, bytes);
    mpz_import(b, len, 1, 1, 0, 0, bytes);

    mpz_gcd(a, a, b);
    unit = mpz_cmp_ui(a, 1) == 0;

    mpz_clear(a);
    mpz_clear(b);

    return unit;
}


int
ic_paillier_store(const ic_paillier_t *key, const BIGNUM *c, u_char *bytes)
{
    return (BN_bn2binpad(c, bytes, (int) key->size) < 0) ? -1 : 0;
}
