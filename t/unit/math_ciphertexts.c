
/* Vectors of ciphertexts in every back end, against plain numbers. */


#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../src/math/ic_ciphertexts.h"
#include "../../src/math/ic_cpu.h"
#include "tap.h"


#define MANY     29
#define COLUMNS  11


static void test_backend(const ic_pair_backend_t *backend, unsigned bits);
static void test_in_and_out(void);
static void test_arithmetic(void);
static void test_dot(unsigned bits);
static void test_pack(void);
static void test_owner(void);
static void test_hostile(void);
static void check_fault(const u_char *bytes, size_t len,
    ic_paillier_fault_e expected, size_t index, const char *what);
static unsigned differ(const ic_ciphertexts_t *c, BIGNUM *const *expected);
static void plain(BIGNUM *m, int64_t value);
static int64_t any(unsigned bits);


static ic_cipher_t        *cipher;
static ic_decryption_t    *decryption;
static ic_paillier_t      *key;
static ic_paillier_key_t  *secret;
static BN_CTX             *ctx;
static BIGNUM             *m[MANY], *expected[MANY], *out[MANY], *c[MANY];
static uint64_t            state;


int
main(void)
{
    unsigned     i;
    const char  *seed;

    static const unsigned  sizes[] = { 1024, 2048, 3072 };

    seed = getenv("IC_SEED");
    state = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t) time(NULL);
    printf("# IC_SEED=%llu\n", (unsigned long long) state);

    ctx = BN_CTX_new();

    for (i = 0; i < MANY; i++) {
        m[i] = BN_new();
        expected[i] = BN_new();
        out[i] = BN_new();
        c[i] = BN_new();
    }

    for (i = 0; i < 3; i++) {
        test_backend(&ic_pair_portable, sizes[i]);

        if (ic_cpu_has(IC_CPU_IFMA) && ic_pair_ifma.multiply != NULL) {
            test_backend(&ic_pair_ifma, sizes[i]);
        }
    }

    return done();
}


static void
test_backend(const ic_pair_backend_t *backend, unsigned bits)
{
    u_char               *n;
    ic_paillier_fault_e   fault;

    printf("# %s, %u bits\n", backend->name, bits);

    secret = ic_paillier_generate(bits, IC_PAILLIER_INSECURE);
    n = malloc(bits / 8);
    (void) ic_paillier_key_modulus(secret, n);
    key = ic_paillier_create(n, bits / 8, bits, IC_PAILLIER_INSECURE, &fault);
    cipher = ic_cipher_create(key, backend, 2);
    decryption = ic_decryption_create(secret, backend, 2);
    ok(cipher != NULL && decryption != NULL, "both sides of a key");

    test_in_and_out();
    test_arithmetic();
    test_dot(16);
    test_dot(32);
    test_pack();
    test_owner();
    test_hostile();

    ic_decryption_destroy(decryption);
    ic_cipher_destroy(cipher);
    ic_paillier_destroy(key);
    ic_paillier_key_destroy(secret);
    free(n);
}


/* 0, n - 1 and random ones; ciphertexts as the code for one makes them. */
static void
test_in_and_out(void)
{
    size_t             i, index;
    BIGNUM            *r;
    u_char            *bytes, *again;
    unsigned           wrong;
    ic_ciphertexts_t  *v, *w;

    v = ic_ciphertexts_create(cipher, MANY);
    w = ic_ciphertexts_create(cipher, MANY);
    bytes = malloc(MANY * key->size);
    again = malloc(MANY * key->size);
    r = BN_new();

    for (i = 0; i < MANY; i++) {
        BN_rand_range(m[i], key->n);
    }

    BN_zero(m[0]);
    BN_copy(m[1], key->n);
    BN_sub_word(m[1], 1);

    ok(ic_ciphertexts_encrypt(cipher, v, (const BIGNUM *const *) m) == 0,
       "encrypts");
    is_int(differ(v, m), 0, "and decrypts to the same");

    (void) ic_ciphertexts_store(v, bytes);
    is_int(ic_ciphertexts_load(w, bytes, MANY * key->size, &index),
           IC_PAILLIER_OK, "bytes are taken");
    (void) ic_ciphertexts_store(w, again);
    ok(memcmp(bytes, again, MANY * key->size) == 0, "and are the same again");

    wrong = 0;

    for (i = 0; i < MANY; i++) {
        BN_bin2bn(bytes + i * key->size, (int) key->size, c[i]);
        wrong += ic_paillier_decrypt(secret, key, c[i], out[i]) != 0
                 || BN_cmp(out[i], m[i]) != 0;
    }

    is_int(wrong, 0, "the code for one ciphertext agrees");

    wrong = 0;

    for (i = 0; i < MANY; i++) {
        wrong += ic_paillier_obfuscator(key, r) != 0
                 || ic_paillier_encrypt(key, m[i], r, c[i]) != 0
                 || ic_paillier_store(key, c[i], bytes + i * key->size) != 0;
    }

    (void) ic_ciphertexts_load(w, bytes, MANY * key->size, &index);
    is_int(wrong + differ(w, m), 0, "also the other way round");

    (void) ic_ciphertexts_encrypt(cipher, w, (const BIGNUM *const *) m);
    (void) ic_ciphertexts_store(w, again);
    (void) ic_ciphertexts_store(v, bytes);
    wrong = 0;

    for (i = 0; i < MANY; i++) {
        wrong += memcmp(bytes + i * key->size, again + i * key->size,
                        key->size) == 0;
    }

    is_int(wrong, 0, "never the same ciphertext twice");

    ic_ciphertexts_destroy(v);
    ic_ciphertexts_destroy(w);
    BN_free(r);
    free(bytes);
    free(again);
}


static void
test_arithmetic(void)
{
    size_t             i;
    int64_t            a[MANY], b[MANY], k[MANY];
    ic_ciphertexts_t  *x, *y, *z;

    x = ic_ciphertexts_create(cipher, MANY);
    y = ic_ciphertexts_create(cipher, MANY);
    z = ic_ciphertexts_create(cipher, MANY);

    for (i = 0; i < MANY; i++) {
        a[i] = any(40);
        plain(m[i], a[i]);
    }

    (void) ic_ciphertexts_encrypt(cipher, x, (const BIGNUM *const *) m);

    for (i = 0; i < MANY; i++) {
        b[i] = any(40);
        plain(m[i], b[i]);
        plain(expected[i], a[i] + b[i]);
    }

    (void) ic_ciphertexts_trivial(y, (const BIGNUM *const *) m);
    ok(ic_ciphertexts_add(z, x, y) == 0 && differ(z, expected) == 0,
       "sums, of one that hides nothing too");

    for (i = 0; i < MANY; i++) {
        plain(expected[i], -a[i]);
    }

    ok(ic_ciphertexts_negate(z, x) == 0 && differ(z, expected) == 0,
       "the other sign");
    (void) ic_ciphertexts_add(z, z, x);
    ok(ic_ciphertexts_negate(z, z) == 0, "in place");

    for (i = 0; i < MANY; i++) {
        k[i] = i == 0 ? 0 : i == 1 ? 65535 : i == 2 ? -65535 : any(16);
        plain(expected[i], a[i] * k[i]);
    }

    ok(ic_ciphertexts_multiply(z, x, k, 16) == 0 && differ(z, expected) == 0,
       "factors of 16 bits, both signs, 0");

    for (i = 0; i < MANY; i++) {
        k[i] = any(20);
        plain(expected[i], a[i] * k[i]);
    }

    ok(ic_ciphertexts_multiply(x, x, k, 63) == 0 && differ(x, expected) == 0,
       "factors of up to 63 bits, in place");

    ic_ciphertexts_destroy(x);
    ic_ciphertexts_destroy(y);
    ic_ciphertexts_destroy(z);
}


static void
test_dot(unsigned bits)
{
    size_t             i, j;
    int64_t            a[MANY], x[MANY * COLUMNS], sum;
    ic_ciphertexts_t  *v, *r;

    v = ic_ciphertexts_create(cipher, MANY);
    r = ic_ciphertexts_create(cipher, COLUMNS);

    for (i = 0; i < MANY; i++) {
        a[i] = any(20);
        plain(m[i], a[i]);
    }

    for (i = 0; i < MANY * COLUMNS; i++) {
        x[i] = any(bits);
    }

    x[0] = 0;
    x[1] = ((int64_t) 1 << bits) - 1;
    x[2] = -x[1];

    for (i = 0; i < MANY; i++) {
        x[i * COLUMNS + 3] = 0;
    }

    for (j = 0; j < COLUMNS; j++) {
        for (sum = 0, i = 0; i < MANY; i++) {
            sum += x[i * COLUMNS + j] * a[i];
        }

        plain(expected[j], sum);
    }

    (void) ic_ciphertexts_encrypt(cipher, v, (const BIGNUM *const *) m);
    ok(ic_ciphertexts_dot(r, v, x, bits) == 0 && differ(r, expected) == 0,
       "%d x %d, %u bits", MANY, COLUMNS, bits);

    ic_ciphertexts_destroy(v);
    ic_ciphertexts_destroy(r);
}


static void
test_pack(void)
{
    size_t             i;
    unsigned           slots, width, results;
    ic_ciphertexts_t  *v, *r;

    slots = 5;
    width = 64;
    results = (MANY + slots - 1) / slots;
    v = ic_ciphertexts_create(cipher, MANY);
    r = ic_ciphertexts_create(cipher, results);

    for (i = 0; i < results; i++) {
        BN_zero(expected[i]);
    }

    for (i = MANY; i-- > 0; /* void */) {
        BN_set_word(m[i], (BN_ULONG) (i == 3 ? -1 : any(60) & INT64_MAX));
        BN_lshift(expected[i / slots], expected[i / slots], (int) width);
        BN_add(expected[i / slots], expected[i / slots], m[i]);
    }

    (void) ic_ciphertexts_encrypt(cipher, v, (const BIGNUM *const *) m);
    ok(ic_ciphertexts_pack(r, v, slots, width) == 0
       && differ(r, expected) == 0, "five in one");

    ic_ciphertexts_destroy(v);
    ic_ciphertexts_destroy(r);
}


static void
test_owner(void)
{
    size_t    i;
    unsigned  wrong;

    for (i = 0; i < MANY; i++) {
        BN_rand_range(m[i], key->n);
    }

    wrong = ic_decryption_encrypt(decryption, c, (const BIGNUM *const *) m,
                                  MANY) != 0;

    for (i = 0; i < MANY; i++) {
        wrong += ic_paillier_decrypt(secret, key, c[i], out[i]) != 0
                 || BN_cmp(out[i], m[i]) != 0;
    }

    is_int(wrong, 0, "the owner encrypts");

    BN_copy(m[4], key->n);
    is_int(ic_decryption_encrypt(decryption, c, (const BIGNUM *const *) m,
                                 MANY),
           -1, "not n");

    /* p: no unit, no ciphertext */
    BN_copy(c[5], secret->p);
    is_int(ic_decryption_run(decryption, out, (const BIGNUM *const *) c,
                             MANY),
           -1, "what is no unit does not decrypt to anything");
}


static void
test_hostile(void)
{
    size_t             i, len;
    BIGNUM            *x;
    u_char            *good, *bytes;
    ic_ciphertexts_t  *v;

    len = MANY * key->size;
    v = ic_ciphertexts_create(cipher, MANY);
    good = malloc(len);
    bytes = malloc(len);
    x = BN_new();

    for (i = 0; i < MANY; i++) {
        BN_set_word(m[i], i);
    }

    (void) ic_ciphertexts_encrypt(cipher, v, (const BIGNUM *const *) m);
    (void) ic_ciphertexts_store(v, good);
    check_fault(good, len - 1, IC_PAILLIER_BAD_LENGTH, 0, "a byte less");
    check_fault(good, len - key->size, IC_PAILLIER_BAD_LENGTH, 0,
                "one ciphertext less");

#define BAD(number, fault, what)                                              \
    memcpy(bytes, good, len);                                                 \
    BN_bn2binpad(number, bytes + 21 * key->size, (int) key->size);            \
    check_fault(bytes, len, fault, 21, what)

    BN_zero(x);
    BAD(x, IC_PAILLIER_BAD_RANGE, "0");
    BN_one(x);
    BAD(x, IC_PAILLIER_NOT_RANDOM, "1");
    BN_add(x, x, key->n);
    BAD(x, IC_PAILLIER_NOT_RANDOM, "1 + n");
    BN_sub_word(x, 2);
    BAD(x, IC_PAILLIER_NOT_RANDOM, "n - 1");
    BAD(key->n2, IC_PAILLIER_BAD_RANGE, "n^2");
    BAD(key->n, IC_PAILLIER_NO_UNIT, "n");
    BN_mul(x, secret->p, secret->p, ctx);
    BAD(x, IC_PAILLIER_NO_UNIT, "p^2");
    memcpy(bytes, good, len);
    memset(bytes + 21 * key->size, 0xff, key->size);
    check_fault(bytes, len, IC_PAILLIER_BAD_RANGE, 21, "all ones");
#undef BAD

    ic_ciphertexts_destroy(v);
    BN_free(x);
    free(good);
    free(bytes);
}


static void
check_fault(const u_char *bytes, size_t len, ic_paillier_fault_e fault,
    size_t index, const char *what)
{
    size_t             at;
    ic_ciphertexts_t  *v;

    v = ic_ciphertexts_create(cipher, MANY);
    is_int(ic_ciphertexts_load(v, bytes, len, &at), fault, "refused: %s",
           what);
    is_int((long long) at, (long long) index, "and which");
    ic_ciphertexts_destroy(v);
}


static unsigned
differ(const ic_ciphertexts_t *v, BIGNUM *const *values)
{
    size_t    i;
    u_char   *bytes;
    unsigned  wrong;

    bytes = malloc(v->n * key->size);
    wrong = ic_ciphertexts_store(v, bytes) != 0;

    for (i = 0; i < v->n; i++) {
        BN_bin2bn(bytes + i * key->size, (int) key->size, c[i]);
    }

    wrong += ic_decryption_run(decryption, out, (const BIGNUM *const *) c,
                               v->n) != 0;

    for (i = 0; i < v->n; i++) {
        wrong += BN_cmp(out[i], values[i]) != 0;
    }

    free(bytes);

    return wrong;
}


static void
plain(BIGNUM *number, int64_t value)
{
    BN_set_word(number, (BN_ULONG) (value < 0 ? -value : value));

    if (value < 0) {
        BN_sub(number, key->n, number);
    }
}


/* splitmix64, of so many bits and a sign */
static int64_t
any(unsigned bits)
{
    uint64_t  z;

    z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    z ^= z >> 31;

    return (int64_t) (z >> (64 - bits)) * ((z & 1) ? 1 : -1);
}
