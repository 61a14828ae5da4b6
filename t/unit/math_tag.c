
/* Tags modulo 2^64 - 59 against big numbers. */


#include <openssl/bn.h>
#include <stdlib.h>

#include "../../src/math/ic_tag.h"
#include "tap.h"


#define COUNT  70
#define RUNS   200


static uint64_t
random_word(void)
{
    switch (random() % 4) {

    case 0:
        return UINT64_MAX - (uint64_t) (random() % 70);

    case 1:
        return (uint64_t) (random() % 3);

    default:
        return (uint64_t) random() << 42 ^ (uint64_t) random() << 21
               ^ (uint64_t) random();
    }
}


static uint64_t
plain(const uint64_t *q, const uint64_t *x, const uint8_t *carries,
    unsigned count)
{
    BN_CTX    *ctx;
    BIGNUM    *sum, *a, *b, *p;
    uint64_t   tag;
    unsigned   i;

    ctx = BN_CTX_new();
    sum = BN_new();
    a = BN_new();
    b = BN_new();
    p = BN_new();
    BN_set_word(p, IC_TAG_PRIME);
    BN_zero(sum);

    for (i = 0; i < count; i++) {
        BN_set_word(a, carries != NULL ? carries[i] : 0);
        BN_lshift(a, a, 64);
        BN_add_word(a, x[i]);
        BN_set_word(b, q[i]);
        BN_mod_mul(a, a, b, p, ctx);
        BN_mod_add(sum, sum, a, p, ctx);
    }

    tag = BN_get_word(sum);
    BN_free(sum);
    BN_free(a);
    BN_free(b);
    BN_free(p);
    BN_CTX_free(ctx);

    return tag;
}


int
main(void)
{
    BIGNUM    *p;
    uint8_t    carries[COUNT], most;
    uint64_t   q[COUNT], x[COUNT], y[COUNT], s[COUNT];
    unsigned   i, run, same, linear, seed;

    seed = 99;
    printf("# seed %u\n", seed);
    srandom(seed);

    p = BN_new();
    BN_set_word(p, IC_TAG_PRIME);
    ok(BN_check_prime(p, NULL, NULL) == 1, "the modulus is a prime");
    BN_free(p);

    for (same = linear = 0, run = 0; run < RUNS; run++) {
        for (i = 0; i < COUNT; i++) {
            q[i] = random_word();
            x[i] = random_word();
            y[i] = random_word();
            s[i] = x[i] + y[i];
            carries[i] = s[i] < x[i];
        }

        same += ic_tag(q, x, NULL, COUNT) == plain(q, x, NULL, COUNT);
        linear += ic_tag(q, s, carries, COUNT)
                  == ic_tag_sum(ic_tag(q, x, NULL, COUNT),
                                ic_tag(q, y, NULL, COUNT));

        for (i = 0; i < COUNT; i++) {
            carries[i] = (uint8_t) random();
        }

        same += ic_tag(q, x, carries, COUNT) == plain(q, x, carries, COUNT);
    }

    is_int(same, 2 * RUNS, "as big numbers have it");
    is_int(linear, RUNS, "the tag of a sum is the sum of the tags");

    q[0] = IC_TAG_PRIME;
    most = 255;
    x[0] = UINT64_MAX;
    ok(ic_tag(q, x, &most, 1) == 0 && ic_tag(q, x, NULL, 0) == 0
       && ic_tag_number(IC_TAG_PRIME, 0) == 0
       && ic_tag_number(UINT64_MAX, 0) == 58
       && ic_tag_number(0, 1) == 59
       && ic_tag_sum(IC_TAG_PRIME - 1, IC_TAG_PRIME - 1)
          == IC_TAG_PRIME - 2,
       "at the edges");

    return done();
}
