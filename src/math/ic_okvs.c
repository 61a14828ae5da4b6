
/* Random bands. */


#include <endian.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "ic_okvs.h"


#define OKVS_WIDTH  (64 * IC_OKVS_BAND)


/* An equation with its first coefficient, which is 1, at its slot. */
typedef struct {
    uint64_t  band[IC_OKVS_BAND];    /* all 0: none */
    uint64_t  value[IC_OKVS_VALUE];
} slot_t;


static int okvs_by_start(const void *one, const void *two);
static int okvs_insert(slot_t *slots, const ic_okvs_row_t *row);
static int okvs_align(uint64_t *band);
static void okvs_solve(const slot_t *slots, size_t size, uint64_t *words);
static void okvs_sum(const uint64_t *words, const uint64_t *band,
    uint64_t *value);


/* A fifth more than keys, and a band. */

size_t
ic_okvs_size(size_t n)
{
    return n + n / 5 + 2 * OKVS_WIDTH;
}


void
ic_okvs_row(ic_okvs_row_t *row, const u_char hash[IC_OKVS_HASH], size_t n)
{
    uint64_t  word;
    unsigned  i;

    memcpy(&word, hash, sizeof(word));
    row->start = (uint64_t) ((unsigned __int128) le64toh(word)
                             * (ic_okvs_size(n) - OKVS_WIDTH) >> 64);

    for (i = 0; i < IC_OKVS_BAND; i++) {
        memcpy(&word, hash + 8 + 8 * i, sizeof(word));
        row->band[i] = le64toh(word);
    }

    memset(row->value, 0, sizeof(row->value));
}


int
ic_okvs_encode(ic_okvs_row_t *rows, size_t n, uint64_t *words)
{
    int      rc;
    size_t   i, size;
    slot_t  *slots;

    size = ic_okvs_size(n);
    slots = calloc(size, sizeof(slot_t));

    if (slots == NULL) {
        return -1;
    }

    qsort(rows, n, sizeof(ic_okvs_row_t), okvs_by_start);
    rc = 0;

    for (i = 0; rc == 0 && i < n; i++) {
        rc = okvs_insert(slots, &rows[i]);
    }

    for (i = 0; rc == 0 && i < size; i += 4096) {
        rc = RAND_bytes((u_char *) (words + i * IC_OKVS_VALUE),
                        (int) ((size - i < 4096 ? size - i : 4096)
                               * IC_OKVS_VALUE * sizeof(uint64_t))) == 1
             ? 0 : -1;
    }

    if (rc == 0) {
        okvs_solve(slots, size, words);
    }

    OPENSSL_cleanse(slots, size * sizeof(slot_t));
    free(slots);

    return rc;
}


static int
okvs_by_start(const void *one, const void *two)
{
    const ic_okvs_row_t  *a, *b;

    a = one;
    b = two;

    return (a->start > b->start) - (a->start < b->start);
}


/* Elimination, row by row: what a slot has already is added to it. */

static int
okvs_insert(slot_t *slots, const ic_okvs_row_t *row)
{
    int        zeros;
    slot_t     equation;
    unsigned   i;
    uint64_t   at;

    memcpy(equation.band, row->band, sizeof(equation.band));
    memcpy(equation.value, row->value, sizeof(equation.value));
    at = row->start;

    for ( ;; ) {
        zeros = okvs_align(equation.band);

        if (zeros < 0) {
            return 1;
        }

        at += (unsigned) zeros;

        if (slots[at].band[0] == 0) {
            slots[at] = equation;
            return 0;
        }

        for (i = 0; i < IC_OKVS_BAND; i++) {
            equation.band[i] ^= slots[at].band[i];
        }

        for (i = 0; i < IC_OKVS_VALUE; i++) {
            equation.value[i] ^= slots[at].value[i];
        }
    }
}


/* Shifts the band until its lowest bit is 1: by how much; -1: it is 0. */

static int
okvs_align(uint64_t *band)
{
    int  zeros, words, bits, i;

    for (words = 0; words < IC_OKVS_BAND && band[words] == 0; words++) {
        /* void */
    }

    if (words == IC_OKVS_BAND) {
        return -1;
    }

    bits = __builtin_ctzll(band[words]);
    zeros = 64 * words + bits;

    for (i = 0; i < IC_OKVS_BAND; i++, words++) {
        band[i] = words < IC_OKVS_BAND ? band[words] >> bits : 0;

        if (bits > 0 && words + 1 < IC_OKVS_BAND) {
            band[i] |= band[words + 1] << (64 - bits);
        }
    }

    return zeros;
}


/* From the last slot to the first; slots without an equation are free. */

static void
okvs_solve(const slot_t *slots, size_t size, uint64_t *words)
{
    size_t    i;
    uint64_t  band[IC_OKVS_BAND];

    for (i = size; i-- > 0; /* void */) {

        if (slots[i].band[0] == 0) {
            continue;
        }

        memcpy(band, slots[i].band, sizeof(band));
        band[0] &= ~(uint64_t) 1;
        memcpy(words + i * IC_OKVS_VALUE, slots[i].value,
               sizeof(slots[i].value));
        okvs_sum(words + i * IC_OKVS_VALUE, band, words + i * IC_OKVS_VALUE);
    }
}


void
ic_okvs_decode(const uint64_t *words, ic_okvs_row_t *row)
{
    memset(row->value, 0, sizeof(row->value));
    okvs_sum(words + row->start * IC_OKVS_VALUE, row->band, row->value);
}


/* Adds to value what stands where the band has ones. */

static void
okvs_sum(const uint64_t *words, const uint64_t *band, uint64_t *value)
{
    uint64_t  bits, mask, low, high;
    unsigned  i, k;

    low = high = 0;

    for (i = 0; i < IC_OKVS_BAND; i++, words += 64 * IC_OKVS_VALUE) {
        bits = band[i];

        for (k = 0; bits != 0; k++, bits >>= 1) {
            mask = -(bits & 1);
            low ^= mask & words[IC_OKVS_VALUE * k];
            high ^= mask & words[IC_OKVS_VALUE * k + 1];
        }
    }

    value[0] ^= low;
    value[1] ^= high;
}
