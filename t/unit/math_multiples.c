
/* Packed products of a matrix with an encrypted vector, in every back end. */


#include <stdlib.h>
#include <time.h>

#include "../../src/math/ic_cpu.h"
#include "../../src/math/ic_multiples.h"
#include "tap.h"


#define COLUMNS  13
#define ROWS     70


typedef struct {
    unsigned  bits;              /* of factors */
    unsigned  columns;
    unsigned  rows;
    unsigned  slots;
    unsigned  width;
    size_t    expected;          /* rows that the tables are made for */
} shape_t;


static void test_backend(const ic_pair_backend_t *backend, unsigned bits);
static void test_shape(const shape_t *shape);
static void make(const shape_t *shape);
static unsigned differ(const shape_t *shape, const ic_ciphertexts_t *r);
static uint64_t any(void);


static ic_cipher_t        *cipher;
static ic_decryption_t    *decryption;
static ic_paillier_t      *key;
static ic_paillier_key_t  *secret;
static BIGNUM             *m[COLUMNS], *in[ROWS], *out[ROWS];
static int64_t             x[ROWS * COLUMNS];
static uint64_t            state;

static const shape_t  shapes[] = {
    { 18, COLUMNS, ROWS, 4, 210, 4 },
    { 18, COLUMNS, ROWS, 4, 210, 100000 },
    { 26, COLUMNS, ROWS - 3, 5, 200, 300 },
    { 31, COLUMNS, 1, 5, 200, 1000000 },
    { 1, 1, 9, 3, 200, 5 },
    { 22, 1, 17, 1, 200, 2000 },
    { 14, 8, 8, 3, 300, 50 }
};


int
main(void)
{
    unsigned     i;
    const char  *seed;

    seed = getenv("IC_SEED");
    state = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t) time(NULL);
    printf("# IC_SEED=%llu\n", (unsigned long long) state);

    for (i = 0; i < ROWS; i++) {
        in[i] = BN_new();
        out[i] = BN_new();
    }

    for (i = 0; i < COLUMNS; i++) {
        m[i] = BN_new();
    }

    test_backend(&ic_pair_portable, 1024);

    if (ic_cpu_has(IC_CPU_IFMA) && ic_pair_ifma.multiply != NULL) {
        test_backend(&ic_pair_ifma, 1024);
        test_backend(&ic_pair_ifma, 2048);
    }

    return done();
}


static void
test_backend(const ic_pair_backend_t *backend, unsigned bits)
{
    u_char                n[256];
    unsigned              i;
    ic_paillier_fault_e   fault;

    printf("# %s, %u bits\n", backend->name, bits);

    secret = ic_paillier_generate(bits, IC_PAILLIER_INSECURE);
    (void) ic_paillier_key_modulus(secret, n);
    key = ic_paillier_create(n, bits / 8, bits, IC_PAILLIER_INSECURE, &fault);
    cipher = ic_cipher_create(key, backend, 2);
    decryption = ic_decryption_create(secret, backend, 2);

    for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        test_shape(&shapes[i]);
    }

    ic_decryption_destroy(decryption);
    ic_cipher_destroy(cipher);
    ic_paillier_destroy(key);
    ic_paillier_key_destroy(secret);
}


static void
test_shape(const shape_t *shape)
{
    unsigned           i;
    ic_multiples_t    *multiples;
    ic_ciphertexts_t  *a, *r;

    make(shape);
    a = ic_ciphertexts_create(cipher, shape->columns);
    r = ic_ciphertexts_create(cipher, (shape->rows + shape->slots - 1)
                                      / shape->slots);

    ok(ic_ciphertexts_encrypt(cipher, a, (const BIGNUM *const *) m) == 0,
       "encrypted");
    multiples = ic_multiples_create(a, shape->bits, shape->slots,
                                    shape->width, shape->expected);

    for (i = 0; i < 2; i++) {
        ok(ic_multiples_rows(multiples, r, x, shape->rows) == 0
           && differ(shape, r) == 0,
           "%u x %u of %u bits in %u slots", shape->rows, shape->columns,
           shape->bits, shape->slots);
    }

    ic_multiples_destroy(multiples);
    ic_ciphertexts_destroy(a);
    ic_ciphertexts_destroy(r);
}


/* Plaintexts of 128 bits; factors with the extremes among them. */
static void
make(const shape_t *shape)
{
    u_char    bytes[16];
    int64_t   most;
    unsigned  i, j;

    for (i = 0; i < shape->columns; i++) {
        for (j = 0; j < 16; j++) {
            bytes[j] = (u_char) any();
        }

        (void) BN_bin2bn(bytes, 16, m[i]);
    }

    most = ((int64_t) 1 << shape->bits) - 1;

    for (i = 0; i < shape->columns * shape->rows; i++) {
        x[i] = i % 7 == 0 ? most : i % 7 == 1 ? -most : i % 7 == 2 ? 0
               : (int64_t) (any() & (uint64_t) most) * (any() & 1 ? 1 : -1);
    }
}


/* With 2^(width - 1) in every slot, so that none is negative. */
static unsigned
differ(const shape_t *shape, const ic_ciphertexts_t *r)
{
    BIGNUM    *sum, *term, *half;
    BN_CTX    *ctx;
    size_t     k, at;
    uint64_t  *block;
    unsigned   s, j, bad;

    block = ic_pair_blocks(cipher->pair, 1);
    ctx = BN_CTX_new();
    sum = BN_new();
    term = BN_new();
    half = BN_new();

    for (k = 0, bad = 0; k < r->n; k++) {
        ic_ciphertexts_take(r, block, k, 1);
        (void) ic_pair_leave(cipher->pair, &in[k], block, 1, false);
    }

    (void) ic_decryption_run(decryption, out, (const BIGNUM *const *) in,
                             r->n);

    for (k = 0; k < r->n; k++) {
        BN_zero(half);

        for (s = shape->slots; s-- > 0; /* void */) {
            BN_lshift(half, half, (int) shape->width);
            BN_one(term);
            BN_lshift(term, term, (int) shape->width - 1);
            BN_add(half, half, term);
        }

        BN_mod_add(out[k], out[k], half, key->n, ctx);
        BN_sub(half, out[k], half);

        /* what the slots should give together */

        BN_zero(sum);

        for (s = shape->slots; s-- > 0; /* void */) {
            BN_lshift(sum, sum, (int) shape->width);
            at = k * shape->slots + s;

            for (j = 0; at < shape->rows && j < shape->columns; j++) {
                BN_copy(term, m[j]);
                BN_mul_word(term, (BN_ULONG)
                            llabs(x[at * shape->columns + j]));
                BN_set_negative(term, x[at * shape->columns + j] < 0);
                BN_add(sum, sum, term);
            }
        }

        bad += BN_cmp(sum, half) != 0;
    }

    ic_pair_blocks_free(cipher->pair, block, 1);
    BN_free(sum);
    BN_free(term);
    BN_free(half);
    BN_CTX_free(ctx);

    return bad;
}


static uint64_t
any(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;

    return state >> 33;
}
