
/* Random primes: sieve an interval, then Fermat tests on what is left. */


#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "ic_prime.h"


#define TABLE_LIMIT  65536
#define TABLE_SIZE   6541
#define WINDOW       4096


static void fill_table(void);
static int random_start(BIGNUM *start, unsigned bits);
static void sieve(u_char composite[WINDOW], const BIGNUM *start);
static int first_probable(BIGNUM *p, const BIGNUM *start, unsigned bits,
    const u_char composite[WINDOW], BN_CTX *ctx);
static int passes_fermat(const BIGNUM *p, BN_CTX *ctx);


static uint16_t        table[TABLE_SIZE];
static pthread_once_t  table_once = PTHREAD_ONCE_INIT;


const uint16_t *
ic_prime_table(unsigned *count)
{
    (void) pthread_once(&table_once, fill_table);

    *count = TABLE_SIZE;

    return table;
}


static void
fill_table(void)
{
    unsigned  i, j, n;

    static u_char  composite[TABLE_LIMIT];

    n = 0;

    for (i = 3; i < TABLE_LIMIT; i += 2) {

        if (composite[i]) {
            continue;
        }

        table[n++] = (uint16_t) i;

        for (j = i; (uint64_t) i * j < TABLE_LIMIT; j += 2) {
            composite[i * j] = 1;
        }
    }
}


int
ic_prime_candidate(BIGNUM *p, unsigned bits)
{
    int      found;
    BIGNUM  *start;
    BN_CTX  *ctx;
    u_char   composite[WINDOW];

    ctx = BN_CTX_new();
    start = BN_new();
    found = -1;

    if (ctx != NULL && start != NULL) {

        do {
            if (random_start(start, bits) != 0) {
                found = -1;
                break;
            }

            sieve(composite, start);
            found = first_probable(p, start, bits, composite, ctx);

        } while (found == 0);
    }

    BN_clear_free(start);
    BN_CTX_free(ctx);

    return (found == 1) ? 0 : -1;
}


static int
random_start(BIGNUM *start, unsigned bits)
{
    if (!BN_priv_rand(start, (int) bits, BN_RAND_TOP_TWO,
                      BN_RAND_BOTTOM_ODD)
        || !BN_set_bit(start, 1))
    {
        return -1;
    }

    return 0;
}


/* composite[i]: start + 4 i has a factor in the table. */

static void
sieve(u_char composite[WINDOW], const BIGNUM *start)
{
    unsigned         count, i, j, quarter;
    BN_ULONG         rest;
    uint64_t         prime;
    const uint16_t  *primes;

    memset(composite, 0, WINDOW);

    primes = ic_prime_table(&count);

    for (i = 0; i < count; i++) {
        prime = primes[i];
        rest = BN_mod_word(start, prime);

        /* 4 j = -rest mod prime */

        quarter = (unsigned) ((prime % 4 == 1) ? (3 * prime + 1) / 4
                                               : (prime + 1) / 4);
        j = (unsigned) ((prime - rest) % prime * quarter % prime);

        for ( /* void */ ; j < WINDOW; j += (unsigned) prime) {
            composite[j] = 1;
        }
    }
}


/* 1 if p was found, 0 if the window holds none, -1 on failure. */

static int
first_probable(BIGNUM *p, const BIGNUM *start, unsigned bits,
    const u_char composite[WINDOW], BN_CTX *ctx)
{
    int       passed;
    unsigned  i;

    for (i = 0; i < WINDOW; i++) {

        if (composite[i]) {
            continue;
        }

        if (BN_copy(p, start) == NULL || !BN_add_word(p, 4 * (BN_ULONG) i)) {
            return -1;
        }

        if (BN_num_bits(p) != (int) bits) {
            return 0;
        }

        passed = passes_fermat(p, ctx);

        if (passed != 0) {
            return passed;
        }
    }

    return 0;
}


static int
passes_fermat(const BIGNUM *p, BN_CTX *ctx)
{
    int           passed;
    BIGNUM       *e, *r;
    BN_MONT_CTX  *mont;

    passed = -1;
    mont = BN_MONT_CTX_new();

    BN_CTX_start(ctx);
    e = BN_CTX_get(ctx);
    r = BN_CTX_get(ctx);

    if (r != NULL && mont != NULL && BN_MONT_CTX_set(mont, p, ctx)
        && BN_copy(e, p) != NULL && BN_sub_word(e, 1)
        && BN_mod_exp_mont_word(r, 2, e, p, ctx, mont))
    {
        passed = BN_is_one(r);
    }

    BN_CTX_end(ctx);
    BN_MONT_CTX_free(mont);

    return passed;
}
