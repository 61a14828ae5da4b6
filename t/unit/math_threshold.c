
/* Threshold decryption: all shares open a sum, anything less does not. */


#include "../../src/math/ic_cpu.h"
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
static void test_vectors(const ic_pair_backend_t *backend, unsigned threads);
static void test_vector(ic_cipher_t *cipher, size_t n, BIGNUM **shares);


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

    test_vectors(&ic_pair_portable, 1);
    test_vectors(&ic_pair_portable, 3);

    /* hidden, the kernel of IFMA would not be taken either */

    if (ic_pair_backend() != &ic_pair_portable) {
        test_vectors(&ic_pair_ifma, 1);
        test_vectors(&ic_pair_ifma, 3);
        ic_cpu_hide(IC_CPU_IFMA);
        ok(ic_pair_backend() == &ic_pair_portable, "hidden: portable");
        ic_cpu_hide(0);
    }

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
        negative += BN_is_negative(shares[i])
                    || (unsigned) BN_num_bytes(shares[i])
                       > ic_threshold_share_size(BITS);
        partials[i] = BN_new();
    }

    is_int(negative, 0, "none negative, none too long");
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


/* By vectors, whatever the back end: bit for bit what one by one gives. */

static void
test_vectors(const ic_pair_backend_t *backend, unsigned threads)
{
    size_t        i;
    BIGNUM       *shares[3];
    ic_cipher_t  *cipher;

    static const size_t  sizes[] = { 1, 2, 7, 8, 9, 17 };

    printf("# %s, %u threads\n", backend->name, threads);
    cipher = ic_cipher_create(key, backend, threads);
    (void) ic_threshold_deal(secret, 3, 1, shares);

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        test_vector(cipher, sizes[i], shares);
    }

    for (i = 0; i < 3; i++) {
        BN_clear_free(shares[i]);
    }

    ic_cipher_destroy(cipher);
}


static void
test_vector(ic_cipher_t *cipher, size_t n, BIGNUM **shares)
{
    u_char            *bytes, one[BITS / 4];
    size_t             i;
    BIGNUM            *m[17], *c[17], *partial;
    unsigned           k, same;
    ic_ciphertexts_t  *v, *p, *product;

    v = ic_ciphertexts_create(cipher, n);
    p = ic_ciphertexts_create(cipher, n);
    product = ic_ciphertexts_create(cipher, n);
    bytes = malloc(n * sizeof(one));
    partial = BN_new();

    for (i = 0; i < n; i++) {
        c[i] = BN_new();
        m[i] = BN_new();
        make_ciphertext(1000 + i, c[i]);
        (void) BN_bn2binpad(c[i], bytes + i * sizeof(one), sizeof(one));
    }

    (void) ic_ciphertexts_load(v, bytes, n * sizeof(one), &i);

    for (same = 0, k = 0; k < 3; k++) {
        (void) ic_threshold_partials(k == 0 ? product : p, v, shares[k]);
        (void) ic_ciphertexts_store(k == 0 ? product : p, bytes);

        for (i = 0; i < n; i++) {
            (void) ic_threshold_partial(key, shares[k], c[i], partial);
            (void) BN_bn2binpad(partial, one, sizeof(one));
            same += memcmp(one, bytes + i * sizeof(one), sizeof(one)) == 0;
        }

        ok(k == 0 || ic_ciphertexts_add(product, product, p) == 0,
           "share %u", k);

        if (k == 1) {
            ok(ic_threshold_opened(product, m) != 0, "two do not open");
        }
    }

    is_int(same, (int64_t) (3 * n), "%zu: what one by one gives", n);
    ok(ic_threshold_opened(product, m) == 0, "three open");

    for (same = 0, i = 0; i < n; i++) {
        same += BN_is_word(m[i], 1000 + i);
        BN_free(c[i]);
        BN_free(m[i]);
    }

    is_int(same, (int64_t) n, "all plaintexts");
    BN_free(partial);
    free(bytes);
    ic_ciphertexts_destroy(v);
    ic_ciphertexts_destroy(p);
    ic_ciphertexts_destroy(product);
}
