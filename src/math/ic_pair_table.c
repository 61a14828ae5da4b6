
/*
 * Powers of one base: table[i][d] = base^(d 2^(w i)), so that base^x is a
 * product of one row per window and no squarings. All rows of a window are
 * read for each of its digits, so small windows are best.
 */


#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "ic_pair.h"


/* What a cache holds, and what eight lanes read at once. */
#define TABLE_WINDOW       4
#define TABLE_WINDOW_WIDE  5


static int table_bases(const ic_pair_table_t *table, uint64_t *bases,
    const BIGNUM *base);
static void table_fill(ic_pair_table_t *table, const uint64_t *bases,
    uint64_t *blocks);
static uint64_t *table_row(const ic_pair_table_t *table, unsigned window,
    unsigned digit);
static uint32_t table_digit(const ic_pair_table_t *table,
    const u_char *exponent, unsigned window);


ic_pair_table_t *
ic_pair_table_create(const ic_pair_t *pair, const BIGNUM *base, unsigned bits)
{
    size_t            rows, size;
    uint64_t         *bases, *blocks;
    ic_pair_table_t  *table;

    table = calloc(1, sizeof(ic_pair_table_t));
    if (table == NULL) {
        return NULL;
    }

    table->pair = pair;
    table->bits = bits;
    table->window = pair->backend->lanes == 1 ? TABLE_WINDOW
                                              : TABLE_WINDOW_WIDE;
    table->windows = (bits + table->window - 1) / table->window;

    rows = (size_t) table->windows << table->window;
    table->bytes = rows * pair->words * sizeof(uint64_t);
    table->rows = aligned_alloc(64, (table->bytes + 63) / 64 * 64);
    size = table->windows * pair->words * sizeof(uint64_t);
    bases = calloc(1, size);
    blocks = ic_pair_blocks(pair, 2);

    if (table->rows == NULL || bases == NULL || blocks == NULL
        || table_bases(table, bases, base) != 0)
    {
        ic_pair_table_destroy(table);
        table = NULL;

    } else {
        table_fill(table, bases, blocks);
    }

    if (bases != NULL) {
        OPENSSL_cleanse(bases, size);
    }

    free(bases);
    ic_pair_blocks_free(pair, blocks, 2);

    return table;
}


void
ic_pair_table_destroy(ic_pair_table_t *table)
{
    if (table == NULL) {
        return;
    }

    if (table->rows != NULL) {
        OPENSSL_cleanse(table->rows, table->bytes);
    }

    free(table->rows);
    free(table);
}


static uint64_t *
table_row(const ic_pair_table_t *table, unsigned window, unsigned digit)
{
    return table->rows + (((size_t) window << table->window) + digit)
                         * table->pair->words;
}


/* Row i of bases: base^(2^(w i)). */
static int
table_bases(const ic_pair_table_t *table, uint64_t *bases,
    const BIGNUM *base)
{
    unsigned          i, k;
    uint64_t         *block, *rows[IC_PAIR_LANES];
    const ic_pair_t  *pair;

    pair = table->pair;
    memset(rows, 0, sizeof(rows));

    block = ic_pair_blocks(pair, 1);
    if (block == NULL) {
        return -1;
    }

    if (ic_pair_enter(pair, block, (const BIGNUM *const *) &base, 1) != 0) {
        ic_pair_blocks_free(pair, block, 1);
        return -1;
    }

    for (i = 0; i < table->windows; i++) {
        rows[0] = bases + i * pair->words;
        pair->backend->store(pair, rows, block);

        for (k = 0; k < table->window; k++) {
            pair->backend->square(pair, block, block);
        }
    }

    ic_pair_blocks_free(pair, block, 1);

    return 0;
}


/* As many windows at a time as there are lanes; blocks: two. */
static void
table_fill(ic_pair_table_t *table, const uint64_t *bases, uint64_t *blocks)
{
    unsigned          first, lane, lanes, d;
    uint64_t         *base, *power, *to[IC_PAIR_LANES];
    const uint64_t   *from[IC_PAIR_LANES];
    const ic_pair_t  *pair;

    pair = table->pair;
    lanes = pair->backend->lanes;
    base = blocks;
    power = blocks + pair->block;

    for (first = 0; first < table->windows; first += lanes) {
        memcpy(power, pair->one, pair->block * sizeof(uint64_t));

        for (lane = 0; lane < lanes; lane++) {
            from[lane] = bases + (first + lane < table->windows
                                  ? first + lane : first) * pair->words;
        }

        pair->backend->load(pair, base, from);

        for (d = 0; d < 1u << table->window; d++) {
            for (lane = 0; lane < lanes; lane++) {
                to[lane] = first + lane < table->windows
                           ? table_row(table, first + lane, d) : NULL;
            }

            pair->backend->store(pair, to, power);
            pair->backend->multiply(pair, power, power, base);
        }
    }
}


void
ic_pair_table_power(const ic_pair_table_t *table, uint64_t *r,
    const u_char *exponents)
{
    size_t            size;
    uint32_t          digits[IC_PAIR_LANES];
    unsigned          i, lane;
    const ic_pair_t  *pair;

    __attribute__((aligned(64)))
    uint64_t  picked[IC_PAIR_LANES * 2 * 80];

    pair = table->pair;
    size = (table->bits + 7) / 8;
    memcpy(r, pair->one, pair->block * sizeof(uint64_t));
    memset(digits, 0, sizeof(digits));

    for (i = 0; i < table->windows; i++) {
        for (lane = 0; lane < pair->backend->lanes; lane++) {
            digits[lane] = table_digit(table, exponents + lane * size, i);
        }

        pair->backend->select(pair, picked, table_row(table, i, 0),
                              1u << table->window, digits);
        pair->backend->multiply(pair, r, r, picked);
    }

    OPENSSL_cleanse(picked, sizeof(picked));
    OPENSSL_cleanse(digits, sizeof(digits));
}


static uint32_t
table_digit(const ic_pair_table_t *table, const u_char *exponent,
    unsigned window)
{
    unsigned  bit, k, size;
    uint32_t  digit;

    size = (table->bits + 7) / 8;
    digit = 0;

    for (k = 0; k < table->window; k++) {
        bit = window * table->window + k;

        if (bit < table->bits) {
            digit |= (uint32_t) (exponent[size - 1 - bit / 8] >> (bit % 8)
                                 & 1) << k;
        }
    }

    return digit;
}
