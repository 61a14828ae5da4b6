
/*
 * What the primitives of a training cost on this machine, one thread, CPU
 * time in ms, median: one line of JSON. bench-train computes from it how
 * fast a training can be at best.
 */


#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../../src/math/ic_threshold.h"


#define PARTIES  3
#define MAX_RUNS  15
#define MANY  8


typedef struct {
    unsigned            bits;
    ic_paillier_key_t  *secret;
    ic_paillier_t      *key;
    BIGNUM             *shares[PARTIES];
    BIGNUM             *partials[PARTIES];
    BIGNUM             *c;
    BIGNUM             *m;
    BIGNUM             *r;
    const BIGNUM       *plain[MANY];
    ic_cipher_t        *cipher;
    ic_ciphertexts_t   *one;
    ic_ciphertexts_t   *many;
    ic_ciphertexts_t   *power;
} bench_t;

typedef int (*operation_pt)(bench_t *b);

typedef struct {
    const char    *name;
    operation_pt   run;
    unsigned       runs;
    unsigned       repeat;       /* per run, for what is short */
} row_t;


static int run_bits(unsigned bits);
static int prepare(bench_t *b);
static void release(bench_t *b);
static int measure(bench_t *b, const row_t *row, double *ms);
static double now_ms(void);
static int by_value(const void *one, const void *two);

static int run_keygen(bench_t *b);
static int run_deal(bench_t *b);
static int run_base(bench_t *b);
static int run_obfuscator(bench_t *b);
static int run_encrypt(bench_t *b);
static int run_encrypt_ready(bench_t *b);
static int run_add(bench_t *b);
static int run_load(bench_t *b);
static int run_partial(bench_t *b);
static int run_combine(bench_t *b);
static int run_table(bench_t *b);
static int run_encrypt_one(bench_t *b);
static int run_encrypt_many(bench_t *b);
static int run_partials_one(bench_t *b);
static int run_partials_many(bench_t *b);


static const row_t  rows[] = {
    { "keygen", run_keygen, 15, 1 },
    { "deal", run_deal, 5, 1 },
    { "base", run_base, 9, 1 },
    { "obfuscator", run_obfuscator, 15, 1 },
    { "encrypt", run_encrypt, 15, 1 },
    { "encrypt_ready", run_encrypt_ready, 15, 20 },
    { "add", run_add, 15, 50 },
    { "load", run_load, 15, 20 },
    { "partial_decrypt", run_partial, 15, 1 },
    { "combine", run_combine, 15, 20 },
    { "table", run_table, 5, 1 },
    { "encrypt_1", run_encrypt_one, 15, 5 },
    { "encrypt_8", run_encrypt_many, 15, 5 },
    { "partials_1", run_partials_one, 15, 1 },
    { "partials_8", run_partials_many, 15, 1 }
};


int
main(void)
{
    int  rc;

    printf("{\"bench\":\"primitives\",\"metrics\":{\"parties\":%d", PARTIES);
    rc = run_bits(2048);
    rc |= run_bits(3072);
    printf("}}\n");

    return rc ? EXIT_FAILURE : EXIT_SUCCESS;
}


static int
run_bits(unsigned bits)
{
    double   ms;
    size_t   i;
    bench_t  b = { .bits = bits };

    if (prepare(&b) != 0) {
        fprintf(stderr, "no key of %u bits\n", bits);
        return -1;
    }

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {

        if (measure(&b, &rows[i], &ms) != 0) {
            fprintf(stderr, "%s failed\n", rows[i].name);
            release(&b);
            return -1;
        }

        printf(",\"%s_%u_ms\":%.4f", rows[i].name, bits, ms);
        fflush(stdout);
    }

    release(&b);

    return 0;
}


static int
prepare(bench_t *b)
{
    u_char               n[IC_PAILLIER_MAX_BITS / 8];
    unsigned             i;
    ic_paillier_fault_e  fault;

    b->secret = ic_paillier_generate(b->bits, 0);

    if (b->secret == NULL
        || ic_paillier_key_modulus(b->secret, n) != 0
        || ic_threshold_deal(b->secret, PARTIES, 0, b->shares) != 0)
    {
        return -1;
    }

    b->key = ic_paillier_create(n, b->bits / 8, b->bits, 0, &fault);
    b->c = BN_new();
    b->m = BN_new();
    b->r = BN_new();

    for (i = 0; i < PARTIES; i++) {
        b->partials[i] = BN_new();
    }

    for (i = 0; i < MANY; i++) {
        b->plain[i] = b->m;
    }

    b->cipher = ic_cipher_create(b->key, ic_pair_backend(), 1);
    b->one = ic_ciphertexts_create(b->cipher, 1);
    b->many = ic_ciphertexts_create(b->cipher, MANY);
    b->power = ic_ciphertexts_create(b->cipher, MANY);

    if (b->key == NULL || !BN_rand_range(b->m, b->key->n)
        || run_obfuscator(b) != 0 || run_encrypt(b) != 0)
    {
        return -1;
    }

    for (i = 0; i < PARTIES; i++) {
        if (ic_threshold_partial(b->key, b->shares[i], b->c, b->partials[i])
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


static void
release(bench_t *b)
{
    unsigned  i;

    for (i = 0; i < PARTIES; i++) {
        BN_clear_free(b->shares[i]);
        BN_free(b->partials[i]);
    }

    BN_free(b->c);
    BN_free(b->m);
    BN_free(b->r);
    ic_ciphertexts_destroy(b->one);
    ic_ciphertexts_destroy(b->many);
    ic_ciphertexts_destroy(b->power);
    ic_cipher_destroy(b->cipher);
    ic_paillier_destroy(b->key);
    ic_paillier_key_destroy(b->secret);
}


static int
measure(bench_t *b, const row_t *row, double *ms)
{
    double    start, times[MAX_RUNS];
    unsigned  i, j;

    for (i = 0; i < row->runs; i++) {
        start = now_ms();

        for (j = 0; j < row->repeat; j++) {
            if (row->run(b) != 0) {
                return -1;
            }
        }

        times[i] = (now_ms() - start) / row->repeat;
    }

    qsort(times, row->runs, sizeof(double), by_value);
    *ms = times[row->runs / 2];

    return 0;
}


/* Of the process: key generation has two threads. */

static double
now_ms(void)
{
    struct timespec  t;

    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);

    return (double) t.tv_sec * 1e3 + (double) t.tv_nsec / 1e6;
}


static int
by_value(const void *one, const void *two)
{
    const double  *a, *b;

    a = one;
    b = two;

    return (*a > *b) - (*a < *b);
}


static int
run_keygen(bench_t *b)
{
    ic_paillier_key_t  *secret;

    secret = ic_paillier_generate(b->bits, 0);

    if (secret == NULL) {
        return -1;
    }

    ic_paillier_key_destroy(secret);

    return 0;
}


static int
run_deal(bench_t *b)
{
    int        rc;
    BIGNUM    *shares[PARTIES];
    unsigned   i;

    rc = ic_threshold_deal(b->secret, PARTIES, 0, shares);

    for (i = 0; i < PARTIES; i++) {
        BN_clear_free(shares[i]);
    }

    return rc;
}


static int
run_base(bench_t *b)
{
    return ic_paillier_make_base(b->key);
}


static int
run_obfuscator(bench_t *b)
{
    return ic_paillier_obfuscator(b->key, b->r);
}


static int
run_encrypt(bench_t *b)
{
    return (run_obfuscator(b) != 0) ? -1 : run_encrypt_ready(b);
}


static int
run_encrypt_ready(bench_t *b)
{
    return ic_paillier_encrypt(b->key, b->m, b->r, b->c);
}


static int
run_add(bench_t *b)
{
    return ic_paillier_add(b->key, b->c, b->r, b->c);
}


static int
run_load(bench_t *b)
{
    u_char  bytes[IC_PAILLIER_MAX_BITS / 4];

    if (ic_paillier_store(b->key, b->partials[1], bytes) != 0) {
        return -1;
    }

    return (ic_paillier_load(b->key, bytes, b->key->size, b->c)
            == IC_PAILLIER_OK)
           ? 0 : -1;
}


static int
run_partial(bench_t *b)
{
    return ic_threshold_partial(b->key, b->shares[1], b->c, b->m);
}


static int
run_combine(bench_t *b)
{
    return ic_threshold_combine(b->key, b->partials, PARTIES, b->r);
}


/* Of an obfuscator's powers. */

static int
run_table(bench_t *b)
{
    ic_pair_table_destroy(b->cipher->table);
    b->cipher->table = ic_pair_table_create(b->cipher->pair, b->key->base,
                                            ic_paillier_exponent(b->key));

    return b->cipher->table != NULL ? 0 : -1;
}


static int
run_encrypt_one(bench_t *b)
{
    return ic_ciphertexts_encrypt(b->cipher, b->one, b->plain);
}


static int
run_encrypt_many(bench_t *b)
{
    return ic_ciphertexts_encrypt(b->cipher, b->many, b->plain);
}


static int
run_partials_one(bench_t *b)
{
    return ic_threshold_partials(b->power, b->one, b->shares[1]);
}


static int
run_partials_many(bench_t *b)
{
    return ic_threshold_partials(b->power, b->many, b->shares[1]);
}
