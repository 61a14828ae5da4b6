
/*
 * The arithmetic against the usual way of doing it, in the same run: one
 * thread, its CPU time, rounds that alternate, medians of their ratios. What
 * is compared gives equal results first, or the benchmark ends with 1.
 */


#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "../../src/math/ic_ciphertexts.h"
#include "../../src/math/ic_cells.h"
#include "../../src/math/ic_cpu.h"
#include "../../src/math/ic_parallel.h"
#include "../../src/math/ic_stream.h"
#include "../../src/math/ic_x25519.h"
#include "measure.h"
#include "textbook.h"


#define ROUNDS    7
#define BITS      2048
#define MANY      512                        /* ciphertexts, points */
#define FEW       16                         /* by the slow way */
#define SAMPLES   4096                       /* of a product of vectors */
#define COLUMNS   8
#define WORDS     (1 << 20)                  /* masked: 8 MiB */
#define ROWS      (1 << 14)                  /* of a table: 256 MiB */
#define WIDTH     (1 << 14)


typedef struct {
    const char  *name;
    double     (*reference)(void);           /* per second */
    double     (*ours)(void);
    unsigned     feature;                    /* of its fast back end */
} row_t;


static void prepare(void);
static void prepare_paillier(void);
static void fail(const char *what);
static void measure(const row_t *row, bool portable);
static void measure_threads(void);

static double slow_encrypt(void);
static double slow_decrypt(void);
static double slow_dot(void);
static double openssl_x25519(void);
static double openssl_mask(void);
static double memory_read(void);
static double plain_loop(void);
static double our_encrypt(void);
static double our_decrypt(void);
static double our_dot(void);
static double our_x25519(void);
static double our_mask(void);
static double our_answer(void);


static const row_t  rows[] = {
    { "paillier_encrypt", slow_encrypt, our_encrypt, IC_CPU_IFMA },
    { "paillier_decrypt", slow_decrypt, our_decrypt, IC_CPU_IFMA },
    { "paillier_dot", slow_dot, our_dot, IC_CPU_IFMA },
    { "x25519", openssl_x25519, our_x25519, IC_CPU_IFMA },
    { "mask_add", openssl_mask, our_mask, IC_CPU_VAES },
    { "pir_answer", memory_read, our_answer, IC_CPU_VNNI }
};

static ic_paillier_key_t  *secret;
static ic_paillier_t      *key;
static BIGNUM             *m[MANY], *c[MANY], *out[MANY];
static int64_t            *x;                /* SAMPLES x COLUMNS */
static textbook_t          textbook;
static mpz_t               cz[FEW];
static ic_cipher_t        *ciphers[2];       /* portable, the best one */
static ic_decryption_t    *decryptions[2];
static ic_ciphertexts_t   *samples[2];
static u_char             *points, *products, scalar[32];
static uint64_t           *words;
static ic_cells_t         *cells;
static uint32_t           *vector, *answer;
static unsigned            best;             /* index of the back end */
static unsigned            printed;


int
main(void)
{
    unsigned  i;

    prepare();
    fprintf(stderr, "%-22s %14s %14s %8s\n", "", "reference/s", "ours/s",
            "ratio");
    printf("{\"bench\":\"math\",\"metrics\":{");

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        measure(&rows[i], false);
        measure(&rows[i], true);
    }

    measure_threads();
    printf("}}\n");

    return 0;
}


static void
fail(const char *what)
{
    fprintf(stderr, "bench math: %s\n", what);
    exit(1);
}


static void
prepare(void)
{
    size_t  i;

    points = malloc(MANY * 32);
    products = malloc(MANY * 32);
    words = malloc(WORDS * sizeof(uint64_t));
    vector = malloc(WIDTH * sizeof(uint32_t));
    answer = malloc(ROWS * sizeof(uint32_t));
    x = malloc(SAMPLES * COLUMNS * sizeof(int64_t));
    cells = ic_cells_create(ROWS, WIDTH);

    if (points == NULL || products == NULL || words == NULL || vector == NULL
        || answer == NULL || x == NULL || cells == NULL
        || RAND_bytes(points, MANY * 32) != 1
        || RAND_bytes((u_char *) vector, WIDTH * 4) != 1
        || RAND_bytes((u_char *) x, SAMPLES * COLUMNS * 8) != 1
        || RAND_bytes((u_char *) cells->cells, 1 << 20) != 1
        || ic_x25519_scalar(scalar) != 0)
    {
        fail("memory is short");
    }

    memset(words, 1, WORDS * sizeof(uint64_t));

    for (i = 1; i < cells->bytes >> 20; i++) {
        memcpy(cells->cells + (i << 20), cells->cells, 1 << 20);
    }

    for (i = 0; i < SAMPLES * COLUMNS; i++) {
        x[i] = (int64_t) (int16_t) x[i];
        x[i] = x[i] == INT16_MIN ? 0 : x[i];
    }

    prepare_paillier();
}


static void
prepare_paillier(void)
{
    unsigned              i, k;
    u_char                bytes[BITS / 8], wide[BITS / 4];
    BIGNUM               *many[SAMPLES];
    ic_paillier_fault_e   fault;

    const ic_pair_backend_t  *backends[2];

    backends[0] = &ic_pair_portable;
    backends[1] = ic_pair_backend();

    secret = ic_paillier_generate(BITS, 0);
    (void) ic_paillier_key_modulus(secret, bytes);
    key = ic_paillier_create(bytes, sizeof(bytes), BITS, 0, &fault);

    for (i = 0; i < MANY; i++) {
        m[i] = BN_new();
        c[i] = BN_new();
        out[i] = BN_new();
        BN_rand_range(m[i], key->n);
    }

    for (i = 0; i < SAMPLES; i++) {
        many[i] = m[i % MANY];
    }

    for (k = 0; k < 2; k++) {
        ciphers[k] = ic_cipher_create(key, backends[k], 1);
        decryptions[k] = ic_decryption_create(secret, backends[k], 1);
        samples[k] = ic_ciphertexts_create(ciphers[k], SAMPLES);

        if (ic_ciphertexts_encrypt(ciphers[k], samples[k],
                                   (const BIGNUM *const *) many)
            != 0)
        {
            fail("no ciphertexts");
        }
    }

    if (ic_decryption_encrypt(decryptions[1], c, (const BIGNUM *const *) m,
                              MANY)
        != 0)
    {
        fail("no ciphertexts of the owner");
    }

    BN_bn2binpad(secret->p, bytes, BITS / 16);
    BN_bn2binpad(secret->q, bytes + BITS / 16, BITS / 16);
    textbook_init(&textbook, bytes, bytes + BITS / 16, BITS / 16);

    for (i = 0; i < FEW; i++) {
        mpz_init(cz[i]);
        BN_bn2binpad(c[i], wide, sizeof(wide));
        mpz_import(cz[i], sizeof(wide), 1, 1, 0, 0, wide);
    }
}


static void
measure(const row_t *row, bool portable)
{
    double       ratios[ROUNDS], ours[ROUNDS], reference[ROUNDS], ratio;
    unsigned     i;
    const char  *suffix;

    ic_cpu_hide(portable ? row->feature : 0);
    best = portable ? 0 : 1;
    suffix = portable ? "_portable" : "";

    (void) row->ours();

    for (i = 0; i < ROUNDS; i++) {
        reference[i] = row->reference();
        ours[i] = row->ours();
        ratios[i] = ours[i] / reference[i];
    }

    ic_cpu_hide(0);
    ratio = median(ratios, ROUNDS);

    fprintf(stderr, "%s%-*s %14.4g %14.4g %8.2f\n", row->name,
            (int) (22 - strlen(row->name)), suffix,
            median(reference, ROUNDS), median(ours, ROUNDS), ratio);
    printf("%s\"%s%s\":%.3f", printed++ == 0 ? "" : ",", row->name, suffix,
           ratio);
}


/* Wall time of the same work on one thread and on two. */
static void
measure_threads(void)
{
    double             t[2][ROUNDS], since;
    BIGNUM            *many[SAMPLES];
    unsigned           i, threads;
    ic_ciphertexts_t  *v;

    v = ic_ciphertexts_create(ciphers[1], SAMPLES);

    for (i = 0; i < SAMPLES; i++) {
        many[i] = m[i % MANY];
    }

    for (i = 0; i < ROUNDS; i++) {
        for (threads = 1; threads <= 2; threads++) {
            ciphers[1]->threads = threads;
            since = clock_s(CLOCK_MONOTONIC);

            if (ic_ciphertexts_encrypt(ciphers[1], v,
                                       (const BIGNUM *const *) many)
                != 0)
            {
                fail("encryption on threads");
            }

            t[threads - 1][i] = clock_s(CLOCK_MONOTONIC) - since;
        }
    }

    ciphers[1]->threads = 1;
    ic_ciphertexts_destroy(v);
    printf(",\"threads\":%.3f", median(t[0], ROUNDS) / median(t[1], ROUNDS));
}


static double
slow_encrypt(void)
{
    mpz_t     r, plain;
    double    since;
    unsigned  i;

    mpz_inits(r, plain, NULL);
    since = clock_s(CLOCK_THREAD_CPUTIME_ID);

    for (i = 0; i < FEW; i++) {
        mpz_set_ui(plain, i + 1000);
        textbook_encrypt(&textbook, r, plain);
    }

    since = rate(FEW, since);
    mpz_clears(r, plain, NULL);

    return since;
}


static double
our_encrypt(void)
{
    double             since;
    ic_ciphertexts_t  *v;

    v = ic_ciphertexts_create(ciphers[best], MANY);
    since = clock_s(CLOCK_THREAD_CPUTIME_ID);

    if (ic_ciphertexts_encrypt(ciphers[best], v, (const BIGNUM *const *) m)
        != 0)
    {
        fail("encryption");
    }

    since = rate(MANY, since);
    ic_ciphertexts_destroy(v);

    return since;
}


static double
slow_decrypt(void)
{
    mpz_t     plain;
    double    since;
    u_char    bytes[BITS / 8];
    BIGNUM   *got;
    size_t    len;
    unsigned  i;

    mpz_init(plain);
    got = BN_new();
    since = clock_s(CLOCK_THREAD_CPUTIME_ID);

    for (i = 0; i < FEW; i++) {
        textbook_decrypt(&textbook, plain, cz[i]);
    }

    since = rate(FEW, since);
    mpz_export(bytes, &len, 1, 1, 0, 0, plain);

    if (BN_cmp(BN_bin2bn(bytes, (int) len, got), m[FEW - 1]) != 0) {
        fail("the reference decrypts to something else");
    }

    mpz_clear(plain);
    BN_free(got);

    return since;
}


static double
our_decrypt(void)
{
    double  since;

    since = clock_s(CLOCK_THREAD_CPUTIME_ID);

    if (ic_decryption_run(decryptions[best], out, (const BIGNUM *const *) c,
                          MANY)
        != 0)
    {
        fail("decryption");
    }

    since = rate(MANY, since);

    if (BN_cmp(out[MANY - 1], m[MANY - 1]) != 0) {
        fail("decrypts to something else");
    }

    return since;
}


static double
slow_dot(void)
{
    mpz_t     sum;
    double    since;
    unsigned  i;

    mpz_init_set_ui(sum, 1);
    since = clock_s(CLOCK_THREAD_CPUTIME_ID);

    for (i = 0; i < 16 * FEW; i++) {
        textbook_accumulate(&textbook, sum, cz[i % FEW], x[i]);
    }

    since = rate(16 * FEW, since);
    mpz_clear(sum);

    return since;
}


static double
our_dot(void)
{
    double             since;
    ic_ciphertexts_t  *v;

    v = ic_ciphertexts_create(ciphers[best], COLUMNS);
    since = clock_s(CLOCK_THREAD_CPUTIME_ID);

    if (ic_ciphertexts_dot(v, samples[best], x, 16) != 0) {
        fail("product of vectors");
    }

    since = rate(SAMPLES * COLUMNS, since);
    ic_ciphertexts_destroy(v);

    return since;
}


/* A new peer's key each time, as in an intersection. */
static double
openssl_x25519(void)
{
    double         since;
    size_t         len;
    u_char         shared[32];
    unsigned       i;
    EVP_PKEY      *own, *peer;
    EVP_PKEY_CTX  *ctx;

    own = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, scalar, 32);
    ctx = EVP_PKEY_CTX_new(own, NULL);
    (void) EVP_PKEY_derive_init(ctx);
    since = clock_s(CLOCK_THREAD_CPUTIME_ID);

    for (i = 0; i < MANY; i++) {
        len = sizeof(shared);
        peer = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL,
                                           points + 32 * i, 32);

        if (EVP_PKEY_derive_set_peer(ctx, peer) != 1
            || EVP_PKEY_derive(ctx, shared, &len) != 1)
        {
            fail("OpenSSL's X25519");
        }

        EVP_PKEY_free(peer);
    }

    since = rate(MANY, since);

    if (printed > 6 && memcmp(shared, products + 32 * (MANY - 1), 32) != 0) {
        fail("X25519 gives something else");
    }

    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(own);

    return since;
}


static double
our_x25519(void)
{
    double  since;

    since = clock_s(CLOCK_THREAD_CPUTIME_ID);
    ic_x25519_multiply(products, scalar, points, MANY);

    return rate(MANY, since);
}


/* The stream of OpenSSL, then a sum: what masks cost without a kernel. */
static double
openssl_mask(void)
{
    int              len;
    double           since;
    size_t           i, k;
    u_char           iv[16] = { 0 };
    EVP_CIPHER_CTX  *ctx;

    static uint64_t        stream[2048];
    static const uint64_t  zeros[2048];

    ctx = EVP_CIPHER_CTX_new();
    (void) EVP_EncryptInit_ex(ctx, EVP_aes_256_ctr(), NULL, scalar, iv);
    since = clock_s(CLOCK_THREAD_CPUTIME_ID);

    for (i = 0; i < WORDS; i += 2048) {
        (void) EVP_EncryptUpdate(ctx, (u_char *) stream, &len,
                                 (const u_char *) zeros, sizeof(stream));

        for (k = 0; k < 2048; k++) {
            words[i + k] += stream[k];
        }
    }

    since = rate(WORDS, since);
    EVP_CIPHER_CTX_free(ctx);

    return since;
}


static double
our_mask(void)
{
    double  since;

    since = clock_s(CLOCK_THREAD_CPUTIME_ID);

    if (ic_stream_add(scalar, 0, -1, words, WORDS) != 0) {
        fail("mask");
    }

    return rate(WORDS, since);
}


/* Bytes per second of the table, read once; a plain product if portable. */
static double
memory_read(void)
{
    double           since;
    size_t           i;
    uint64_t         sums[8] = { 0 };
    const uint64_t  *w;

    if (best == 0) {
        return plain_loop();
    }

    w = (const uint64_t *) cells->cells;
    since = clock_s(CLOCK_THREAD_CPUTIME_ID);

    for (i = 0; i < cells->bytes / 8; i += 8) {
        sums[0] ^= w[i];
        sums[1] ^= w[i + 1];
        sums[2] ^= w[i + 2];
        sums[3] ^= w[i + 3];
        sums[4] ^= w[i + 4];
        sums[5] ^= w[i + 5];
        sums[6] ^= w[i + 6];
        sums[7] ^= w[i + 7];
    }

    since = rate((double) cells->bytes, since);
    answer[0] = (uint32_t) (sums[0] ^ sums[1] ^ sums[2] ^ sums[3] ^ sums[4]
                            ^ sums[5] ^ sums[6] ^ sums[7]);

    return since;
}


static double
plain_loop(void)
{
    double    since;
    size_t    i, j;
    uint32_t  sum;

    since = clock_s(CLOCK_THREAD_CPUTIME_ID);

    for (i = 0; i < ROWS; i++) {
        for (sum = 0, j = 0; j < WIDTH; j++) {
            sum += (uint32_t) cells->cells[i * WIDTH + j] * vector[j];
        }

        answer[i] = sum;
    }

    return rate((double) ROWS * WIDTH, since);
}


static double
our_answer(void)
{
    double           since;
    const uint32_t  *vectors[1];

    vectors[0] = vector;
    since = clock_s(CLOCK_THREAD_CPUTIME_ID);

    if (ic_cells_multiply(cells, vectors, &answer, 1) != 0) {
        fail("product with a table");
    }

    return rate((double) cells->bytes, since);
}
