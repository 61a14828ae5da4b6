
/*
 * Products and comparisons of shares a second: what a party and the
 * coordinator do for each, messages in memory, one thread, in seconds of its
 * own processor time, against a plain expansion by AES-256-CTR of the random
 * words that a party takes for it; and the same without a coordinator.
 */


#include <openssl/evp.h>

#include "../../src/math/ic_cpu.h"
#include "../../src/math/ic_paillier.h"
#include "../../src/math/ic_share.h"
#include "../../src/protocol/ic_shares.h"
#include "../unit/task_local.h"


#define ROUNDS  5
#define MOST    65536


typedef struct {
    const char  *name;
    const char  *names;
    bool         paillier;
    unsigned     piece;          /* values of a batch */
    unsigned     batches;
} mode_t_;

typedef enum {
    WORK_PRODUCTS = 0,
    WORK_COMPARISONS
} work_e;


static int run(ic_task_t *task);
static int compute(ic_shares_t *shares, void *data);
static double measure(const mode_t_ *mode, work_e work, double *dealt);
static double expansion(void);
static double now(clockid_t clock);
static int by_value(const void *one, const void *two);


static const mode_t_  modes[] = {
    { "two, coordinator", "arbiter.0 guest.0 host.0", false, MOST, 16 },
    { "three, coordinator", "arbiter.0 guest.0 host.0 host.1", false, MOST,
      16 },
    { "two, Paillier", "guest.0 host.0", true, 4096, 1 }
};

static const mode_t_  *mode_now;
static work_e          work_now;
static double          computing[LOCAL_MAX];     /* CPU seconds of parties */


int
main(void)
{
    char      text[2048];
    double    words, limit, rate, dealt;
    size_t    len;
    unsigned  i, k;

    static const char *const  works[] = { "products", "comparisons" };
    static const char *const  keys[] = { "two", "three", "paillier" };

    /* words a party expands for a product, and for a comparison of 64 bits */

    static const double  need[] = { 3, 2 + 3 * 120 / 64.0 };

    words = expansion();
    printf("AES-256-CTR by OpenSSL: %.0f million words/s\n", words / 1e6);
    len = 0;

    for (i = 0; i < 3; i++) {
        for (k = 0; k < 2; k++) {
            rate = measure(&modes[i], (work_e) k, &dealt);
            limit = words / need[k];

            printf("%-18s %-12s %11.0f/s a party, %.4f of expansion",
                   modes[i].name, works[k], rate, rate / limit);
            printf(modes[i].paillier ? "\n" : "; %11.0f/s the coordinator\n",
                   dealt);

            len += (size_t) snprintf(text + len, sizeof(text) - len,
                       "%s\"expression_%s_%s\":%.0f,"
                       "\"expression_%s_%s_over_aes\":%.4f",
                       len > 0 ? "," : "", keys[i], works[k], rate, keys[i],
                       works[k], rate / limit);
        }
    }

    printf("{\"bench\":\"expression\",\"metrics\":{%s}}\n", text);

    return 0;
}


/* Values a second of the busiest party's processor, and the coordinator's. */

static double
measure(const mode_t_ *mode, work_e work, double *dealt)
{
    double     rates[2][ROUNDS], most, values;
    local_t   *net;
    unsigned   i, k, rounds;

    mode_now = mode;
    work_now = work;
    rounds = mode->paillier ? 1 : ROUNDS;
    values = (double) mode->piece * mode->batches;

    for (i = 0; i < rounds; i++) {
        net = local_create(run, mode->names);

        if (local_run(net) != 0) {
            fprintf(stderr, "%s\n", net->parties[0].text);
            exit(1);
        }

        for (most = 0, k = mode->paillier ? 0 : 1; k < net->count; k++) {
            most = computing[k] > most ? computing[k] : most;
        }

        rates[0][i] = values / most;
        rates[1][i] = values / computing[0];
        local_destroy(net);
    }

    for (k = 0; k < 2; k++) {
        qsort(rates[k], rounds, sizeof(double), by_value);
    }

    *dealt = rates[1][rounds / 2];

    return rates[0][rounds / 2];
}


static int
run(ic_task_t *task)
{
    int                rc;
    double             from;
    unsigned           i;
    uint64_t          *vectors;
    ic_shares_t       *shares;
    ic_shares_conf_t   conf = {
        .topic = "shares",
        .paillier = mode_now->paillier,
        .modulus_bits = 2048,
        .threads = 1
    };

    shares = ic_shares_open(task, &conf, ic_str("bench"), 1);

    if (shares == NULL) {
        return -1;
    }

    vectors = calloc(3 * MOST, sizeof(uint64_t));
    from = now(CLOCK_THREAD_CPUTIME_ID);

    for (rc = 0, i = 0; rc == 0 && i < mode_now->batches; i++) {
        rc = ic_shares_batch(shares, compute, vectors);
    }

    computing[task->index] = now(CLOCK_THREAD_CPUTIME_ID) - from;
    free(vectors);
    ic_shares_close(shares);

    return rc;
}


static int
compute(ic_shares_t *shares, void *data)
{
    uint64_t  *vectors;

    vectors = data;

    return work_now == WORK_PRODUCTS
           ? ic_shares_multiply(shares, vectors + 2 * MOST, vectors,
                                vectors + MOST, mode_now->piece)
           : ic_shares_negative(shares, vectors + 2 * MOST, vectors,
                                mode_now->piece, 64);
}


/* Words a second of the stream itself, in the cache. */

static double
expansion(void)
{
    int              written;
    double           from, rates[ROUNDS];
    unsigned         i, k;
    EVP_CIPHER_CTX  *ctx;

    static u_char  key[32], iv[16], in[1 << 16], out[1 << 16];

    ctx = EVP_CIPHER_CTX_new();
    (void) EVP_EncryptInit_ex(ctx, EVP_aes_256_ctr(), NULL, key, iv);

    for (i = 0; i < ROUNDS; i++) {
        from = now(CLOCK_THREAD_CPUTIME_ID);

        for (k = 0; k < 4096; k++) {
            (void) EVP_EncryptUpdate(ctx, out, &written, in, sizeof(in));
        }

        rates[i] = 4096.0 * sizeof(in) / 8
                   / (now(CLOCK_THREAD_CPUTIME_ID) - from);
    }

    EVP_CIPHER_CTX_free(ctx);
    qsort(rates, ROUNDS, sizeof(double), by_value);

    return rates[ROUNDS / 2];
}


static double
now(clockid_t clock)
{
    struct timespec  t;

    clock_gettime(clock, &t);

    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}


static int
by_value(const void *one, const void *two)
{
    double  a, b;

    a = *(const double *) one;
    b = *(const double *) two;

    return a < b ? -1 : a > b;
}
