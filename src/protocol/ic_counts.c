
/* Secure sums of many numbers at a time. */


#include <stdlib.h>

#include "ic_counts.h"


/* Words of one secure sum: a few thousand ciphertexts. */
#define COUNTS_WORDS  65536


static unsigned counts_bits(int64_t rows);
static void counts_pack(const int64_t *counts, size_t count, unsigned bits,
    uint64_t *words);
static int counts_unpack(ic_task_t *task, const uint64_t *words,
    unsigned bits, int64_t most, int64_t *counts, size_t count);


int
ic_counts_words(ic_aggregate_t *a, uint64_t *words, size_t count)
{
    size_t  n, left;

    for (left = count; left > 0; left -= n, words += n) {
        n = left < COUNTS_WORDS ? left : COUNTS_WORDS;

        if (ic_aggregate_sum_words(a, words, (unsigned) n,
                                   (unsigned) (left - n < COUNTS_WORDS
                                               ? left - n : COUNTS_WORDS))
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


int
ic_counts_sum(ic_task_t *task, ic_aggregate_t *a, int64_t *counts,
    size_t count)
{
    int        rc;
    size_t     n, each;
    int64_t    most;
    uint64_t  *words;
    unsigned   bits;

    most = ic_aggregate_all_rows(a);
    bits = counts_bits(most);
    each = 64 / bits;
    n = (count + each - 1) / each;
    words = calloc(n + 1, sizeof(uint64_t));

    if (words == NULL) {
        return ic_task_fail(task, "internal", NULL, 0, "memory is short");
    }

    counts_pack(counts, count, bits, words);
    rc = ic_counts_words(a, words, n);

    if (rc == 0) {
        rc = counts_unpack(task, words, bits, most, counts, count);
    }

    free(words);

    return rc;
}


static unsigned
counts_bits(int64_t rows)
{
    unsigned  bits;

    for (bits = 1; (rows >> bits) != 0; bits++) {
        /* void */
    }

    return bits;
}


static void
counts_pack(const int64_t *counts, size_t count, unsigned bits,
    uint64_t *words)
{
    size_t  i, each;

    each = 64 / bits;

    for (i = 0; i < count; i++) {
        words[i / each] |= (uint64_t) counts[i] << (i % each * bits);
    }
}


static int
counts_unpack(ic_task_t *task, const uint64_t *words, unsigned bits,
    int64_t most, int64_t *counts, size_t count)
{
    size_t    i, each;
    uint64_t  mask;

    each = 64 / bits;
    mask = bits < 64 ? ((uint64_t) 1 << bits) - 1 : UINT64_MAX;

    for (i = 0; i < count; i++) {
        counts[i] = (int64_t) (words[i / each] >> (i % each * bits) & mask);

        if (counts[i] > most) {
            return ic_task_fail(task, "peer_protocol", NULL, 0,
                                "a count of more rows than there are");
        }
    }

    return 0;
}
