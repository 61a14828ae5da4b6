
/* Pieces of pir: the function, sealed entries, cuckoo hashing, shapes. */


#include <stdlib.h>
#include <time.h>

#include "../../src/components/pir/pir_linear.h"
#include "tap.h"


#define KEYS  20000


static void test_function(void);
static void test_entries(void);
static void test_cuckoo(void);
static void test_shapes(void);
static uint64_t random_word(void);


static uint64_t  state;


int
main(void)
{
    const char  *seed;

    seed = getenv("IC_SEED");
    state = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t) time(NULL);
    printf("# IC_SEED=%llu\n", (unsigned long long) state);

    test_function();
    test_entries();
    test_cuckoo();
    test_shapes();

    return done();
}


/* Blinded, multiplied and unblinded: what the key's owner computes alone. */

static void
test_function(void)
{
    char          item[40];
    u_char        k[32], blind[32], unblind[32], u[32], one[32], two[32];
    u_char        context[PIR_DIGEST];
    unsigned      i, wrong, same;
    pir_oprf_t   *oprf, *other;
    pir_value_t   a, b, c;

    memset(context, 1, sizeof(context));
    oprf = pir_oprf_create(context);
    memset(context, 2, sizeof(context));
    other = pir_oprf_create(context);
    wrong = same = 0;
    memset(&a, 0, sizeof(a));                /* what is between members */
    memset(&b, 0, sizeof(b));
    ok(ic_x25519_scalar(k) == 0, "a key");

    for (i = 0; i < 100; i++) {
        (void) snprintf(item, sizeof(item), "item %u", i);
        wrong += ic_x25519_hash(oprf->hash, item, strlen(item), u) != 0
                 || ic_x25519_blind(blind, unblind) != 0;
        ic_x25519_map(u, u, 1);

        ic_x25519_multiply_plain(one, blind, u, 1);
        ic_x25519_multiply(one, k, one, 1);
        ic_x25519_multiply_plain(one, unblind, one, 1);
        ic_x25519_multiply(two, k, u, 1);

        wrong += pir_oprf_value(oprf, item, strlen(item), one, &a) != 0
                 || pir_oprf_value(oprf, item, strlen(item), two, &b) != 0
                 || memcmp(&a, &b, sizeof(a)) != 0;
        wrong += pir_oprf_value(other, item, strlen(item), one, &c) != 0;
        same += memcmp(a.tag, c.tag, PIR_TAG) == 0;
    }

    is_int(wrong, 0, "the guest's values are the host's");
    is_int(same, 0, "another task has other values");
    pir_oprf_destroy(oprf);
    pir_oprf_destroy(other);
}


static void
test_entries(void)
{
    u_char        context[PIR_DIGEST] = { 0 }, y[32], label[48], got[48];
    u_char        entry[48 + PIR_OVERHEAD];
    unsigned      i, opened;
    pir_oprf_t   *oprf;
    pir_value_t   value, other;

    oprf = pir_oprf_create(context);
    memset(y, 7, sizeof(y));
    memset(label, 'x', sizeof(label));

    ok(pir_oprf_value(oprf, "a", 1, y, &value) == 0
       && pir_oprf_value(oprf, "b", 1, y, &other) == 0
       && memcmp(value.tag, other.tag, PIR_TAG) != 0, "two values");
    ok(pir_oprf_seal(oprf, &value, label, 48, entry) == 0
       && pir_oprf_open(oprf, &value, entry, 48, got) == 0
       && memcmp(got, label, 48) == 0, "an entry opens");
    ok(pir_oprf_open(oprf, &other, entry, 48, got) != 0,
       "not with another value");

    opened = 0;

    for (i = 0; i < sizeof(entry); i++) {
        entry[i] ^= 0x10;
        opened += pir_oprf_open(oprf, &value, entry, 48, got) == 0;
        entry[i] ^= 0x10;
    }

    is_int(opened, 0, "nor with any byte changed");
    pir_oprf_destroy(oprf);
}


static void
test_cuckoo(void)
{
    uint32_t   *keys, *slots, key;
    uint64_t  (*seeds)[2], b, buckets, n;
    unsigned    attempt, j, lost, *seen;

    keys = malloc(KEYS * sizeof(uint32_t));
    seeds = malloc(KEYS * sizeof(uint64_t [2]));
    seen = calloc(KEYS, sizeof(unsigned));
    slots = malloc((KEYS * 5 / 4 + 16) * sizeof(uint32_t));

    for (n = 0; n < KEYS; n++) {
        keys[n] = (uint32_t) n;
        seeds[n][0] = random_word();
        seeds[n][1] = random_word();
    }

    for (n = 0; n <= KEYS; n = n == 0 ? 1 : n * 5 / 2 + 1) {
        buckets = n * 5 / 4 + 16;

        for (attempt = 0; attempt < 64; attempt++) {
            if (pir_cuckoo_build((const uint64_t (*)[2]) seeds, keys, n,
                                 buckets, attempt, slots)
                == 0)
            {
                break;
            }
        }

        memset(seen, 0, KEYS * sizeof(unsigned));
        lost = attempt == 64;

        for (b = 0; b < buckets; b++) {
            key = slots[b];

            if (key == PIR_EMPTY) {
                continue;
            }

            for (j = 0; j < PIR_PLACES; j++) {
                if (pir_cuckoo_place(seeds[key], attempt, j, buckets) == b) {
                    break;
                }
            }

            lost += j == PIR_PLACES;
            seen[key]++;
        }

        for (key = 0; key < KEYS; key++) {
            lost += seen[key] != (key < n);
        }

        is_int(lost, 0, "%llu keys are once each, in a place of theirs, at "
               "attempt %u", (unsigned long long) n, attempt);
    }

    is_int(pir_cuckoo_build((const uint64_t (*)[2]) seeds, keys, 17, 16, 0,
                            slots),
           -1, "17 keys are not put into 16 buckets");

    free(keys);
    free(seeds);
    free(seen);
    free(slots);
}


static void
test_shapes(void)
{
    unsigned     wrong;
    uint64_t     keys, queries;
    pir_shape_t  shape;

    wrong = 0;

    for (keys = 0; keys < 4000000; keys = keys * 3 + 1) {
        for (queries = 1; queries < 100000; queries *= 7) {
            wrong += pir_shape(&shape, keys, 60, queries) != 0
                     || shape.columns > IC_LWE_MAX_COLUMNS
                     || shape.buckets < keys + keys / 4
                     || shape.buckets != shape.levels * shape.columns
                     || shape.rows != shape.levels * 60
                     || shape.round == 0
                     || shape.vectors != queries * PIR_PLACES;
        }
    }

    is_int(wrong, 0, "shapes have room for all keys");
    is_int(pir_shape(&shape, UINT64_C(1) << 40, 60, 1), -1,
           "what is too large has none");
}


static uint64_t
random_word(void)
{
    uint64_t  z;

    z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;

    return z ^ (z >> 31);
}
