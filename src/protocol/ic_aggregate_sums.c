
/* Sums of any length, as rounds; a round that lost a party, once more. */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "../math/ic_fixed.h"
#include "../math/ic_pack.h"
#include "ic_aggregate_state.h"


/* What a party's message of one round may have, all boxes together. */
#define SUMS_BYTES  (IC_MESSAGE_MAX / 2)


static unsigned sums_most(const ic_aggregate_t *a);
static int sums_whole(ic_aggregate_t *a, unsigned count);
static int sums_round(ic_aggregate_t *a, uint64_t *words, unsigned count,
    unsigned next);


int
ic_aggregate_sum(ic_aggregate_t *a, double *values, unsigned count,
    unsigned next)
{
    int        rc;
    uint64_t  *words;
    unsigned   i;

    words = calloc((size_t) count + 1, sizeof(uint64_t));

    if (words == NULL) {
        return ic_aggregate_no_memory(a);
    }

    for (rc = 0, i = 0; rc == 0 && i < count; i++) {
        if (ic_fixed_encode(values[i], a->count, &words[i]) != 0) {
            rc = ic_task_fail(a->task, "data_out_of_range", NULL, 0,
                              "a sum left the range of 2^38 in round %u; "
                              "rescale the columns or lower learning_rate",
                              a->round + 1);
        }
    }

    if (rc == 0) {
        rc = ic_aggregate_sum_words(a, words, count, next);
    }

    for (i = 0; rc == 0 && i < count; i++) {
        if (ic_fixed_decode(words[i], &values[i]) != 0) {
            rc = ic_task_fail(a->task, "peer_protocol", NULL, 0,
                              "round %u: a sum is out of range", a->round);
        }
    }

    OPENSSL_cleanse(words, count * sizeof(uint64_t));
    free(words);

    return rc;
}


/* As many rounds as the size of messages asks for. */

int
ic_aggregate_sum_words(ic_aggregate_t *a, uint64_t *words, unsigned count,
    unsigned next)
{
    unsigned  most, now, left, then;

    if (sums_whole(a, count) != 0) {
        return -1;
    }

    most = sums_most(a);

    do {
        now = count < most ? count : most;
        left = count - now;
        then = left > 0 ? left : next;

        if (sums_round(a, words, now, then < most ? then : most) != 0) {
            return -1;
        }

        words += now;
        count = left;

    } while (left > 0);

    return 0;
}


static unsigned
sums_most(const ic_aggregate_t *a)
{
    size_t  blocks;

    blocks = SUMS_BYTES / (a->count * (a->key->size + IC_SEAL_OVERHEAD));

    return (unsigned) blocks * ic_pack_slots(a->bits)
           - IC_AGGREGATE_CHECKS;
}


/* Where a party may be lost, a vector must not have parts of two sets. */

static int
sums_whole(ic_aggregate_t *a, unsigned count)
{
    return a->most == 0 || count <= sums_most(a) ? 0
           : ic_task_fail(a->task, "bad_parameter", NULL, 0,
                          "dropout continue: %u sums are more than one round "
                          "has", count);
}


/* A sum that lost a party before it was opened: once more, without it. */

static int
sums_round(ic_aggregate_t *a, uint64_t *words, unsigned count, unsigned next)
{
    int  rc;

    a->round++;

    do {
        rc = ic_aggregate_round(a, words, count, next);

        if (rc != 1) {
            return rc;
        }

        if (ic_aggregate_agree(a) != 0) {
            return -1;
        }

    } while (!a->settled);

    /* the arbiter awaits this round, of whatever it will be */

    a->round--;
    a->unsummed = true;

    return -1;
}
