
/* Powers of pairs, left to right over windows of fixed length. */


#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "ic_pair.h"


#define POWER_WINDOW  5
#define POWER_STACK   40960      /* of the products below, at most */


static int power_run(const ic_pair_t *pair, uint64_t *r,
    const uint64_t *base, const uint32_t *digits, unsigned count,
    unsigned window);
static void power_burn(void);


int
ic_pair_power(const ic_pair_t *pair, uint64_t *r, const uint64_t *base,
    const u_char *exponent, unsigned bits)
{
    int        rc;
    unsigned   i, k, bit, windows, size, lane;
    uint32_t  *digits;

    size = (bits + 7) / 8;
    windows = (bits + POWER_WINDOW - 1) / POWER_WINDOW;

    digits = calloc((size_t) windows * IC_PAIR_LANES + 1, sizeof(uint32_t));
    if (digits == NULL) {
        return -1;
    }

    for (i = 0; i < windows; i++) {
        for (k = 0; k < POWER_WINDOW; k++) {
            bit = (windows - 1 - i) * POWER_WINDOW + k;

            if (bit < bits) {
                digits[i * IC_PAIR_LANES]
                    |= (uint32_t) (exponent[size - 1 - bit / 8] >> (bit % 8)
                                   & 1) << k;
            }
        }

        for (lane = 1; lane < IC_PAIR_LANES; lane++) {
            digits[i * IC_PAIR_LANES + lane] = digits[i * IC_PAIR_LANES];
        }
    }

    rc = power_run(pair, r, base, digits, windows, POWER_WINDOW);

    OPENSSL_cleanse(digits, windows * IC_PAIR_LANES * sizeof(uint32_t));
    free(digits);

    return rc;
}


int
ic_pair_powers(const ic_pair_t *pair, uint64_t *r, const uint64_t *base,
    const uint64_t *k, unsigned bits)
{
    int       rc;
    uint32_t  digits[64 * IC_PAIR_LANES];
    unsigned  i, lane, window, windows;

    window = bits <= 24 ? 3 : 4;
    windows = (bits + window - 1) / window;
    memset(digits, 0, sizeof(digits));

    for (i = 0; i < windows; i++) {
        for (lane = 0; lane < pair->backend->lanes; lane++) {
            digits[i * IC_PAIR_LANES + lane]
                = (uint32_t) (k[lane] >> ((windows - 1 - i) * window))
                  & ((1u << window) - 1);
        }
    }

    rc = power_run(pair, r, base, digits, windows, window);
    OPENSSL_cleanse(digits, sizeof(digits));

    return rc;
}


/*
 * Left to right over windows whose digits stand in IC_PAIR_LANES lanes each:
 * the same steps whatever the digits are.
 */
static int
power_run(const ic_pair_t *pair, uint64_t *r, const uint64_t *base,
    const uint32_t *digits, unsigned count, unsigned window)
{
    unsigned                  i, k, size;
    uint64_t                 *table, *picked;
    const ic_pair_backend_t  *b;

    b = pair->backend;
    size = 1u << window;

    table = ic_pair_blocks(pair, size + 1);
    if (table == NULL) {
        return -1;
    }

    picked = table + size * pair->block;
    memcpy(table, pair->one, pair->block * sizeof(uint64_t));
    memcpy(table + pair->block, base, pair->block * sizeof(uint64_t));

    for (i = 2; i < size; i++) {
        if (i % 2 == 0) {
            b->square(pair, table + i * pair->block,
                      table + i / 2 * pair->block);
        } else {
            b->multiply(pair, table + i * pair->block,
                        table + (i - 1) * pair->block, base);
        }
    }

    memcpy(r, pair->one, pair->block * sizeof(uint64_t));

    for (i = 0; i < count; i++) {
        for (k = 0; i > 0 && k < window; k++) {
            b->square(pair, r, r);
        }

        b->pick(pair, picked, table, size, digits + i * IC_PAIR_LANES);
        b->multiply(pair, r, r, picked);
    }

    ic_pair_blocks_free(pair, table, size + 1);
    power_burn();

    return 0;
}


/* What products left on the stack below. */
static __attribute__((noinline)) void
power_burn(void)
{
    u_char  stack[POWER_STACK];

    OPENSSL_cleanse(stack, sizeof(stack));
}
