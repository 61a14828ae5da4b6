
/*
 * What an epoch of a regression is made of, on all cores at once: one line
 * of JSON, each in operations a second, and (_cpu) a second of processor
 * time. t/bench/lr.pl computes from it how fast an epoch can be at best.
 */


#include <stdio.h>
#include <string.h>

#include "../../src/math/ic_logistic.h"
#include "../../src/math/ic_parallel.h"
#include "../../src/math/ic_threshold.h"
#include "measure.h"


#define BITS      2048
#define ROWS      4096
#define COLUMNS   8
#define X_BITS    18             /* of a column below 16 in size */
#define MANY      128            /* decryptions */
#define SAMPLES   400000         /* more than caches hold, as in the job */
#define FEATURES  20
#define RUNS      5
#define SECONDS   0.15           /* of a run at least */


typedef struct {
    ic_cipher_t       *cipher;
    ic_ciphertexts_t  *c;
    ic_ciphertexts_t  *sums;
    ic_decryption_t   *decryption;
    BIGNUM           **plain;
    BIGNUM           **coded;
    BIGNUM            *share;
    int64_t           *x;
    double            *samples;
    uint8_t           *label;
    double            *w;
    double            *gradient;
} worker_t;

typedef struct {
    const char  *name;
    double       count;          /* operations of one call */
    int        (*call)(worker_t *w);
} operation_t;

typedef struct {
    worker_t           *workers;
    const operation_t  *operation;
} round_t;


static int encrypt(worker_t *w);
static int dot(worker_t *w);
static int decrypt(worker_t *w);
static int partial(worker_t *w);
static int gradient(worker_t *w);
static int prepare(worker_t *w, ic_paillier_key_t *secret, u_char *n);
static int run(round_t *round, unsigned threads, double *rate, double *cpu);
static int part(void *context, size_t first, size_t count);


static const operation_t  operations[] = {
    { "encrypt", ROWS, encrypt },
    { "dot", ROWS * COLUMNS, dot },
    { "decrypt", MANY, decrypt },
    { "partial", 1, partial },
    { "gradient", SAMPLES * FEATURES, gradient }
};


int
main(void)
{
    double              rate[RUNS], cpu[RUNS];
    u_char              n[BITS / 8];
    unsigned            i, k, threads;
    round_t             round;
    worker_t           *workers;
    ic_paillier_key_t  *secret;

    threads = ic_parallel_processors();
    workers = calloc(threads, sizeof(worker_t));
    secret = ic_paillier_generate(BITS, 0);

    if (workers == NULL || secret == NULL
        || ic_paillier_key_modulus(secret, n) != 0)
    {
        return EXIT_FAILURE;
    }

    for (i = 0; i < threads; i++) {
        if (prepare(&workers[i], secret, n) != 0) {
            return EXIT_FAILURE;
        }
    }

    printf("{\"threads\":%u,\"backend\":\"%s\"", threads,
           ic_pair_backend()->name);
    round.workers = workers;

    for (i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
        round.operation = &operations[i];

        for (k = 0; k < RUNS; k++) {
            if (run(&round, threads, &rate[k], &cpu[k]) != 0) {
                return EXIT_FAILURE;
            }
        }

        printf(",\"%s\":%.1f,\"%s_cpu\":%.1f", operations[i].name,
               median(rate, RUNS), operations[i].name, median(cpu, RUNS));
    }

    printf("}\n");

    return EXIT_SUCCESS;
}


/* Operations of all threads in a second, and in one of processor time. */

static int
run(round_t *round, unsigned threads, double *rate, double *cpu)
{
    double  begun, used, count, seconds;

    begun = clock_s(CLOCK_MONOTONIC);
    used = clock_s(CLOCK_PROCESS_CPUTIME_ID);
    count = 0;

    do {
        if (ic_parallel(threads, threads, 1, part, round) != 0) {
            return -1;
        }

        count += threads * round->operation->count;
        seconds = clock_s(CLOCK_MONOTONIC) - begun;

    } while (seconds < SECONDS);

    *rate = count / seconds;
    *cpu = count / (clock_s(CLOCK_PROCESS_CPUTIME_ID) - used);

    return 0;
}


static int
part(void *context, size_t first, size_t count)
{
    round_t  *round = context;

    return round->operation->call(&round->workers[first]);
}


static int
prepare(worker_t *w, ic_paillier_key_t *secret, u_char *n)
{
    size_t                i;
    BIGNUM               *shares[2];
    ic_paillier_t        *key;
    ic_paillier_fault_e   fault;

    key = ic_paillier_create(n, BITS / 8, BITS, 0, &fault);

    if (key == NULL) {
        return -1;
    }

    w->cipher = ic_cipher_create(key, ic_pair_backend(), 1);
    w->decryption = ic_decryption_create(secret, ic_pair_backend(), 1);
    w->c = ic_ciphertexts_create(w->cipher, ROWS);
    w->sums = ic_ciphertexts_create(w->cipher, COLUMNS);
    w->plain = calloc(ROWS, sizeof(BIGNUM *));
    w->coded = calloc(MANY, sizeof(BIGNUM *));
    w->x = calloc(ROWS * COLUMNS, sizeof(int64_t));
    w->w = calloc(FEATURES + 1, sizeof(double));
    w->gradient = calloc(FEATURES + 1, sizeof(double));
    w->samples = calloc(SAMPLES * FEATURES, sizeof(double));
    w->label = calloc(SAMPLES, 1);

    for (i = 0; i < SAMPLES * FEATURES; i++) {
        w->samples[i] = (double) (i * 2654435761u % 4001) / 1000 - 2;
        w->label[i / FEATURES] = i / FEATURES % 3 == 0;
    }

    for (i = 0; i < ROWS; i++) {
        w->plain[i] = BN_new();
        BN_rand(w->plain[i], 128, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY);
    }

    for (i = 0; i < ROWS * COLUMNS; i++) {
        w->x[i] = (int64_t) (i * 2654435761u % (1u << (X_BITS + 1)))
                  - (1 << X_BITS) + 1;
    }

    shares[0] = BN_new();
    shares[1] = BN_new();

    if (ic_threshold_deal(secret, 2, 0, shares) != 0
        || encrypt(w) != 0)
    {
        return -1;
    }

    w->share = shares[1];

    for (i = 0; i < MANY; i++) {
        w->coded[i] = BN_new();
    }

    return ic_decryption_encrypt(w->decryption, w->coded,
                                 (const BIGNUM *const *) w->plain, MANY);
}


static int
encrypt(worker_t *w)
{
    return ic_ciphertexts_encrypt(w->cipher, w->c,
                                  (const BIGNUM *const *) w->plain);
}


static int
dot(worker_t *w)
{
    return ic_ciphertexts_dot(w->sums, w->c, w->x, X_BITS);
}


static int
decrypt(worker_t *w)
{
    return ic_decryption_run(w->decryption, w->plain,
                             (const BIGNUM *const *) w->coded, MANY);
}


static int
partial(worker_t *w)
{
    ic_ciphertexts_t  few;

    /* as many as the sums of a few columns are packed into */

    few = *w->c;
    few.n = 1;

    return ic_threshold_partials(&few, &few, w->share);
}


static int
gradient(worker_t *w)
{
    double  loss;

    ic_logistic_rows_t  rows = {
        .features = FEATURES, .x = w->samples, .label = w->label,
        .w = w->w, .weight = { 1, 1 }
    };

    loss = 0;

    return ic_logistic_sums(&rows, 0, SAMPLES, w->gradient, &loss, NULL);
}
