
/*
 * Public keys and ciphertexts of peers: a typed answer each, in bounded time.
 * The first byte says which size a modulus has, 255: the input is a
 * ciphertext for a key that is there, as bytes or (254) as a small number
 * times one of the key's primes.
 */


#include "../../src/math/ic_ciphertexts.h"
#include "fuzz.h"


#define BITS   512               /* of the key that is there */
#define MOST   4000              /* ms; with sanitizers, on a busy machine */


static ic_paillier_key_t  *secret;
static ic_paillier_t      *key;


static void
begin(void)
{
    u_char               n[BITS / 8];
    ic_paillier_fault_e  fault;

    secret = ic_paillier_generate(BITS, IC_PAILLIER_INSECURE);
    FUZZ_TRUE(secret != NULL && ic_paillier_key_modulus(secret, n) == 0);
    key = ic_paillier_create(n, sizeof(n), BITS, IC_PAILLIER_INSECURE,
                             &fault);
    FUZZ_TRUE(key != NULL);
}


static void
modulus(fuzz_t *fuzz, unsigned size)
{
    double               began;
    unsigned             bits;
    ic_paillier_t       *made;
    ic_paillier_fault_e  fault;

    bits = size % 4 == 0 ? 2048 : 512 * (size % 17);
    began = fuzz_ms();
    made = ic_paillier_create(fuzz->data, fuzz->size, bits,
                              IC_PAILLIER_INSECURE, &fault);
    FUZZ_TRUE(fuzz_ms() - began < MOST);

    if (made == NULL) {
        FUZZ_TRUE(fault != IC_PAILLIER_OK);
        FUZZ_TRUE(ic_paillier_fault_text(fault) != NULL);
        return;
    }

    FUZZ_TRUE(fuzz->size == bits / 8 && BN_is_odd(made->n)
              && (unsigned) BN_num_bits(made->n) == bits);
    FUZZ_TRUE(BN_check_prime(made->n, made->ctx, NULL) == 0);
    ic_paillier_destroy(made);
}


static void
ciphertext(ic_str_t bytes)
{
    BIGNUM               *c, *m, *gcd;
    size_t                index;
    u_char                again[BITS / 4];
    ic_cipher_t          *cipher;
    ic_ciphertexts_t     *many;
    ic_paillier_fault_e   fault, other;

    c = BN_new();
    m = BN_new();
    gcd = BN_new();
    fault = ic_paillier_load(key, bytes.data, bytes.len, c);

    if (fault == IC_PAILLIER_OK) {
        FUZZ_TRUE(bytes.len == key->size && BN_cmp(c, key->n2) < 0);
        FUZZ_TRUE(!BN_is_zero(c) && BN_gcd(gcd, c, key->n, key->ctx)
                  && BN_is_one(gcd));
        FUZZ_TRUE(ic_paillier_decrypt(secret, key, c, m) == 0);
        FUZZ_TRUE(BN_cmp(m, key->n) < 0);
        FUZZ_TRUE(ic_paillier_store(key, c, again) == 0
                  && memcmp(again, bytes.data, bytes.len) == 0);
    }

    /* of one, the vector's loader says the same */

    cipher = ic_cipher_create(key, ic_pair_backend(), 1);
    many = ic_ciphertexts_create(cipher, 1);
    FUZZ_TRUE(many != NULL);
    other = ic_ciphertexts_load(many, bytes.data, bytes.len, &index);
    FUZZ_TRUE((other == IC_PAILLIER_OK) == (fault == IC_PAILLIER_OK));
    ic_ciphertexts_destroy(many);
    ic_cipher_destroy(cipher);

    BN_free(c);
    BN_free(m);
    BN_free(gcd);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_t     fuzz = { data, size };
    BIGNUM    *c;
    u_char     bytes[BITS / 4];
    unsigned   how;

    if (key == NULL) {
        begin();
    }

    how = fuzz_byte(&fuzz);

    if (how < 254) {
        modulus(&fuzz, how);

    } else if (how == 255) {
        ciphertext(ic_str_n(fuzz.data, fuzz.size));

    } else {
        c = BN_bin2bn(fuzz.data, fuzz.size < 96 ? (int) fuzz.size : 96,
                      NULL);
        BN_mul(c, c, fuzz.size % 2 ? secret->p : secret->q, key->ctx);
        BN_mod(c, c, key->n2, key->ctx);
        BN_bn2binpad(c, bytes, sizeof(bytes));
        FUZZ_TRUE(ic_paillier_load(key, bytes, sizeof(bytes), c)
                  != IC_PAILLIER_OK);
        ciphertext(ic_str_n(bytes, sizeof(bytes)));
        BN_free(c);
    }

    return 0;
}
