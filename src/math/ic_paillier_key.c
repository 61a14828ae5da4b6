
/* Paillier: key generation and decryption. */


#include <pthread.h>
#include <stdlib.h>

#include "ic_paillier_key.h"
#include "ic_prime.h"


#define MIN_DISTANCE_SLACK  100


typedef struct {
    BIGNUM    *number;
    unsigned   bits;
    int      (*work)(BIGNUM *number, unsigned bits);
    int        rc;
} half_t;


static int generate(ic_paillier_key_t *secret);
static int both(ic_paillier_key_t *secret,
    int (*work)(BIGNUM *number, unsigned bits));
static void *half_start(void *data);
static int confirm_prime(BIGNUM *number, unsigned bits);
static int is_good_pair(const ic_paillier_key_t *secret, BN_CTX *ctx);
static int is_coprime(const BIGNUM *a, const BIGNUM *b, BN_CTX *ctx);


ic_paillier_key_t *
ic_paillier_generate(unsigned bits, unsigned flags)
{
    unsigned            min;
    ic_paillier_key_t  *secret;

    min = (flags & IC_PAILLIER_INSECURE) ? 512 : IC_PAILLIER_MIN_BITS;

    if (bits < min || bits > IC_PAILLIER_MAX_BITS || bits % 128 != 0) {
        return NULL;
    }

    secret = calloc(1, sizeof(ic_paillier_key_t));

    if (secret == NULL) {
        return NULL;
    }

    secret->bits = bits;
    secret->p = BN_new();
    secret->q = BN_new();
    secret->n = BN_new();

    if (secret->p == NULL || secret->q == NULL || secret->n == NULL
        || generate(secret) != 0)
    {
        ic_paillier_key_destroy(secret);
        return NULL;
    }

    return secret;
}


void
ic_paillier_key_destroy(ic_paillier_key_t *secret)
{
    if (secret == NULL) {
        return;
    }

    BN_clear_free(secret->p);
    BN_clear_free(secret->q);
    BN_free(secret->n);
    free(secret);
}


/*
 * Candidates first, the 64 rounds only for a pair that fits together: one
 * pair in three does not (a common odd factor of p - 1 and q - 1).
 */

static int
generate(ic_paillier_key_t *secret)
{
    int      rc;
    BN_CTX  *ctx;

    ctx = BN_CTX_new();

    if (ctx == NULL) {
        return -1;
    }

    do {
        rc = both(secret, ic_prime_candidate);

        while (rc == 0) {
            rc = is_good_pair(secret, ctx);

            if (rc != 0) {
                break;
            }

            rc = ic_prime_candidate(secret->q, secret->bits / 2);
        }

        if (rc == 1) {
            rc = both(secret, confirm_prime);
        }

    } while (rc == 1);

    if (rc == 0 && !BN_mul(secret->n, secret->p, secret->q, ctx)) {
        rc = -1;
    }

    BN_CTX_free(ctx);

    return rc;
}


/* The worse result of the two halves. */

static int
both(ic_paillier_key_t *secret, int (*work)(BIGNUM *number, unsigned bits))
{
    half_t     p, q;
    pthread_t  thread;

    p.number = secret->p;
    q.number = secret->q;
    p.bits = q.bits = secret->bits / 2;
    p.work = q.work = work;

    if (pthread_create(&thread, NULL, half_start, &p) != 0) {
        half_start(&p);
        half_start(&q);

    } else {
        half_start(&q);
        (void) pthread_join(thread, NULL);
    }

    if (p.rc < 0 || q.rc < 0) {
        return -1;
    }

    return (p.rc > q.rc) ? p.rc : q.rc;
}


static void *
half_start(void *data)
{
    half_t  *half;

    half = data;
    half->rc = half->work(half->number, half->bits);

    return NULL;
}


/* 0 prime, 1 composite, -1 failure. */

static int
confirm_prime(BIGNUM *number, unsigned bits)
{
    int  prime;

    prime = BN_check_prime(number, NULL, NULL);

    return (prime == 1) ? 0 : (prime == 0) ? 1 : -1;
}


/* 1 if p and q fit together, 0 if q should be drawn again, -1 on failure. */

static int
is_good_pair(const ic_paillier_key_t *secret, BN_CTX *ctx)
{
    int      rc;
    BIGNUM  *distance, *p1, *q1;

    rc = -1;

    BN_CTX_start(ctx);
    distance = BN_CTX_get(ctx);
    p1 = BN_CTX_get(ctx);
    q1 = BN_CTX_get(ctx);

    if (q1 == NULL || !BN_sub(distance, secret->p, secret->q)
        || !BN_rshift1(p1, secret->p) || !BN_rshift1(q1, secret->q))
    {
        goto done;
    }

    if (BN_num_bits(distance)
        <= (int) secret->bits / 2 - MIN_DISTANCE_SLACK)
    {
        rc = 0;
        goto done;
    }

    /* (p - 1) / 2, (q - 1) / 2 are odd: coprime means gcd(p-1, q-1) = 2 */

    rc = is_coprime(p1, q1, ctx);

    /* both primes have the same length: p | q - 1 only as q = 2 p + 1 */

    if (rc == 1) {
        rc = is_coprime(secret->p, q1, ctx);
    }

    if (rc == 1) {
        rc = is_coprime(secret->q, p1, ctx);
    }

done:

    BN_CTX_end(ctx);

    return rc;
}


static int
is_coprime(const BIGNUM *a, const BIGNUM *b, BN_CTX *ctx)
{
    int      rc;
    BIGNUM  *divisor;

    rc = -1;

    BN_CTX_start(ctx);
    divisor = BN_CTX_get(ctx);

    if (divisor != NULL && BN_gcd(divisor, a, b, ctx)) {
        rc = BN_is_one(divisor);
    }

    BN_CTX_end(ctx);

    return rc;
}


int
ic_paillier_key_modulus(const ic_paillier_key_t *secret, u_char *bytes)
{
    return (BN_bn2binpad(secret->n, bytes, (int) secret->bits / 8) < 0) ? -1
                                                                        : 0;
}


int
ic_paillier_lambda(const ic_paillier_key_t *secret, BIGNUM *lambda)
{
    int      rc;
    BIGNUM  *q1;
    BN_CTX  *ctx;

    rc = -1;
    ctx = BN_CTX_new();
    q1 = BN_new();

    if (ctx != NULL && q1 != NULL && BN_copy(lambda, secret->p) != NULL
        && BN_sub_word(lambda, 1) && BN_copy(q1, secret->q) != NULL
        && BN_sub_word(q1, 1) && BN_mul(lambda, lambda, q1, ctx)
        && BN_rshift1(lambda, lambda))
    {
        rc = 0;
    }

    BN_clear_free(q1);
    BN_CTX_free(ctx);

    return rc;
}


int
ic_paillier_decrypt(const ic_paillier_key_t *secret, ic_paillier_t *key,
    const BIGNUM *c, BIGNUM *m)
{
    int      rc;
    BIGNUM  *inverse, *lambda;

    rc = -1;
    lambda = BN_new();
    inverse = BN_new();

    if (lambda != NULL) {
        BN_set_flags(lambda, BN_FLG_CONSTTIME);
    }

    if (lambda != NULL && inverse != NULL
        && ic_paillier_lambda(secret, lambda) == 0
        && ic_power_secret(key->power, m, c, lambda) == 0
        && BN_sub_word(m, 1)
        && BN_div(m, NULL, m, key->n, key->ctx)
        && BN_mod_inverse(inverse, lambda, key->n, key->ctx) != NULL
        && BN_mod_mul(m, m, inverse, key->n, key->ctx))
    {
        rc = 0;
    }

    BN_clear_free(lambda);
    BN_clear_free(inverse);

    return rc;
}
