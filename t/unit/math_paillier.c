
/* Paillier: keys, round trips, sums, and refusal of hostile input. */


#include <stdlib.h>

#include "../../src/math/ic_pack.h"
#include "../../src/math/ic_paillier_key.h"
#include "../../src/math/ic_prime.h"
#include "tap.h"


#define BITS  1024


static ic_paillier_key_t  *secret;
static ic_paillier_t      *key;
static u_char              modulus[BITS / 8];


static void test_primes(void);
static void test_key(void);
static void test_round_trip(void);
static void test_packed_sum(void);
static void test_bad_moduli(void);
static void test_bad_ciphertexts(void);
static void encrypt(const BIGNUM *m, BIGNUM *c);
static ic_paillier_fault_e try_modulus(const BIGNUM *n, unsigned bits,
    unsigned flags);
static ic_paillier_fault_e try_ciphertext(const BIGNUM *c, size_t len);


int
main(void)
{
    ic_paillier_fault_e  fault;

    secret = ic_paillier_generate(BITS, IC_PAILLIER_INSECURE);

    if (!ok(secret != NULL, "a key pair")
        || !ok(ic_paillier_key_modulus(secret, modulus) == 0, "its modulus"))
    {
        return done();
    }

    key = ic_paillier_create(modulus, sizeof(modulus), BITS,
                             IC_PAILLIER_INSECURE, &fault);

    if (!ok(key != NULL, "the public key is acceptable")) {
        return done();
    }

    test_primes();
    test_key();
    test_round_trip();
    test_packed_sum();
    test_bad_moduli();
    test_bad_ciphertexts();

    ic_paillier_destroy(key);
    ic_paillier_key_destroy(secret);

    return done();
}


static void
test_primes(void)
{
    BIGNUM          *p;
    unsigned         count;
    const uint16_t  *primes;

    primes = ic_prime_table(&count);
    is_int(primes[0], 3, "the table begins with 3");
    is_int(primes[count - 1], 65521, "and ends with 65521");

    p = BN_new();
    ok(ic_prime_candidate(p, 512) == 0, "a candidate");
    is_int(BN_num_bits(p), 512, "of exact length");
    is_int((int64_t) BN_mod_word(p, 4), 3, "= 3 mod 4");
    is_int(BN_check_prime(p, NULL, NULL), 1, "that is prime");
    BN_free(p);
}


static void
test_key(void)
{
    BIGNUM  *g, *p1, *q1;
    BN_CTX  *ctx;

    ctx = BN_CTX_new();
    g = BN_new();
    p1 = BN_dup(secret->p);
    q1 = BN_dup(secret->q);

    is_int(BN_num_bits(secret->n), BITS, "n has exactly %d bits", BITS);
    is_int((int64_t) BN_mod_word(secret->p, 4), 3, "p = 3 mod 4");
    is_int((int64_t) BN_mod_word(secret->q, 4), 3, "q = 3 mod 4");

    (void) BN_sub_word(p1, 1);
    (void) BN_sub_word(q1, 1);
    (void) BN_gcd(g, p1, q1, ctx);
    ok(BN_is_word(g, 2), "gcd(p - 1, q - 1) = 2");

    (void) BN_sub(g, secret->p, secret->q);
    ok(BN_num_bits(g) > BITS / 2 - 100, "p and q are far apart");

    ok(ic_paillier_generate(1024, 0) == NULL, "1024 bits refused");
    ok(ic_paillier_generate(2050, 0) == NULL, "2050 bits refused");
    ok(ic_paillier_generate(16384, 0) == NULL, "16384 bits refused");

    BN_free(g);
    BN_free(p1);
    BN_free(q1);
    BN_CTX_free(ctx);
}


static void
encrypt(const BIGNUM *m, BIGNUM *c)
{
    BIGNUM  *r;

    r = BN_new();

    if (ic_paillier_obfuscator(key, r) != 0
        || ic_paillier_encrypt(key, m, r, c) != 0)
    {
        ok(0, "encryption");
    }

    BN_free(r);
}


static void
test_round_trip(void)
{
    int     i, good;
    BIGNUM  *a, *b, *c, *m;

    a = BN_new();
    b = BN_new();
    c = BN_new();
    m = BN_new();
    good = 0;

    for (i = 0; i < 10; i++) {
        (void) BN_rand_range(m, secret->n);
        encrypt(m, c);
        good += ic_paillier_decrypt(secret, key, c, a) == 0
                && BN_cmp(a, m) == 0;
    }

    is_int(good, 10, "random plaintexts survive");

    BN_zero(m);
    encrypt(m, a);
    encrypt(m, b);
    ok(BN_cmp(a, b) != 0, "two encryptions of 0 differ");

    (void) BN_set_word(m, 40);
    encrypt(m, a);
    (void) BN_set_word(m, 2);
    encrypt(m, b);
    ok(ic_paillier_add(key, a, b, c) == 0, "add");
    (void) ic_paillier_decrypt(secret, key, c, m);
    ok(BN_is_word(m, 42), "40 + 2 = 42");

    ok(ic_paillier_encrypt(key, secret->n, a, c) != 0, "m = n refused");

    BN_free(a);
    BN_free(b);
    BN_free(c);
    BN_free(m);
}


static void
test_packed_sum(void)
{
    BIGNUM    *a, *b, *m;
    uint64_t   words[14], sums[14];
    unsigned   i, good;

    is_int(ic_pack_slots(2048), 28, "28 slots in 2048 bits");
    is_int(ic_pack_slots(3072), 42, "42 slots in 3072 bits");
    is_int(ic_pack_blocks(2048, 29), 2, "29 words need 2 ciphertexts");

    a = BN_new();
    b = BN_new();
    m = BN_new();

    for (i = 0; i < 14; i++) {
        words[i] = UINT64_MAX - i;
    }

    ok(ic_pack(words, 14, m) == 0, "pack");
    encrypt(m, a);
    encrypt(m, b);
    (void) ic_paillier_add(key, a, b, a);
    (void) ic_paillier_add(key, a, b, a);
    (void) ic_paillier_decrypt(secret, key, a, m);
    ok(ic_unpack(m, sums, NULL, 14) == 0, "unpack");

    for (good = 0, i = 0; i < 14; i++) {
        good += sums[i] == 3 * words[i];
    }

    is_int(good, 14, "sums mod 2^64 in every slot, carries kept apart");
    ok(ic_unpack(secret->n, sums, NULL, 2) != 0, "a longer plaintext refused");

    BN_free(a);
    BN_free(b);
    BN_free(m);
}


static ic_paillier_fault_e
try_modulus(const BIGNUM *n, unsigned bits, unsigned flags)
{
    int                   len;
    u_char                bytes[1024];
    ic_paillier_t        *made;
    ic_paillier_fault_e   fault;

    len = BN_bn2bin(n, bytes);
    made = ic_paillier_create(bytes, (size_t) len, bits, flags, &fault);
    ic_paillier_destroy(made);

    return fault;
}


static void
test_bad_moduli(void)
{
    BIGNUM  *n;
    BN_CTX  *ctx;

    ctx = BN_CTX_new();
    n = BN_new();

    is_int(try_modulus(secret->n, BITS, 0), IC_PAILLIER_BAD_LENGTH,
           "1024 bits without the switch");
    is_int(try_modulus(secret->n, BITS + 128, IC_PAILLIER_INSECURE),
           IC_PAILLIER_BAD_LENGTH, "another length than agreed");

    (void) BN_copy(n, secret->n);
    (void) BN_sub_word(n, 1);
    is_int(try_modulus(n, BITS, IC_PAILLIER_INSECURE), IC_PAILLIER_EVEN,
           "even");

    (void) BN_sqr(n, secret->p, ctx);
    is_int(try_modulus(n, BITS, IC_PAILLIER_INSECURE), IC_PAILLIER_SQUARE,
           "a square");

    do {
        (void) BN_generate_prime_ex(n, BITS, 0, NULL, NULL, NULL);
    } while (BN_num_bits(n) != BITS);

    is_int(try_modulus(n, BITS, IC_PAILLIER_INSECURE), IC_PAILLIER_PRIME,
           "a prime");

    (void) BN_rshift(n, secret->n, 16);
    (void) BN_set_bit(n, 0);
    (void) BN_mul_word(n, 65521);
    (void) BN_set_bit(n, 0);
    ok(try_modulus(n, BITS, IC_PAILLIER_INSECURE) != IC_PAILLIER_OK,
       "a multiple of 65521");

    (void) BN_lshift(n, secret->n, 0);
    (void) BN_rshift1(n, n);
    is_int(try_modulus(n, BITS, IC_PAILLIER_INSECURE),
           IC_PAILLIER_BAD_LENGTH, "one bit too short");

    BN_free(n);
    BN_CTX_free(ctx);
}


static ic_paillier_fault_e
try_ciphertext(const BIGNUM *c, size_t len)
{
    BIGNUM               *out;
    u_char                bytes[2 * BITS / 8 + 8];
    ic_paillier_fault_e   fault;

    out = BN_new();
    (void) BN_bn2binpad(c, bytes, (int) len);
    fault = ic_paillier_load(key, bytes, len, out);
    BN_free(out);

    return fault;
}


static void
test_bad_ciphertexts(void)
{
    BIGNUM  *c;
    size_t   len;

    len = key->size;
    c = BN_new();

    BN_zero(c);
    is_int(try_ciphertext(c, len), IC_PAILLIER_BAD_RANGE, "0");
    (void) BN_one(c);
    is_int(try_ciphertext(c, len), IC_PAILLIER_NOT_RANDOM, "1");
    (void) BN_copy(c, key->n2);
    (void) BN_sub_word(c, 1);
    is_int(try_ciphertext(c, len), IC_PAILLIER_NOT_RANDOM, "-1");
    is_int(try_ciphertext(key->n, len), IC_PAILLIER_NO_UNIT, "n");
    is_int(try_ciphertext(key->n2, len), IC_PAILLIER_BAD_RANGE, "n^2");
    (void) BN_add_word(c, 5);
    is_int(try_ciphertext(c, len), IC_PAILLIER_BAD_RANGE, "n^2 + 4");
    (void) BN_copy(c, secret->p);
    (void) BN_mul_word(c, 12345);
    is_int(try_ciphertext(c, len), IC_PAILLIER_NO_UNIT, "a multiple of p");
    (void) BN_copy(c, key->n);
    (void) BN_mul_word(c, 777);
    (void) BN_add_word(c, 1);
    is_int(try_ciphertext(c, len), IC_PAILLIER_NOT_RANDOM, "1 + 777 n");

    encrypt(secret->p, c);
    is_int(try_ciphertext(c, len), IC_PAILLIER_OK, "a good one");
    is_int(try_ciphertext(c, len + 1), IC_PAILLIER_BAD_LENGTH,
           "a leading zero byte");
    is_int(try_ciphertext(secret->p, len - 1), IC_PAILLIER_BAD_LENGTH,
           "a byte short");
    ok(ic_paillier_fault_text(IC_PAILLIER_NO_UNIT) != NULL, "a text");

    BN_free(c);
}
