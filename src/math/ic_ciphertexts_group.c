
/*
 * Sums of ciphertexts by groups: for every list the rows of each group,
 * eight lists at a time, as the buckets of a product of powers.
 */


#include <stdlib.h>
#include <string.h>

#include "ic_ciphertexts.h"
#include "ic_parallel.h"


typedef struct {
    ic_ciphertexts_t        *r;
    const ic_ciphertexts_t  *a;
    const uint16_t          *groups;
    size_t                   stride;
    size_t                   lists;
    size_t                   size;
} group_t;


static int group_piece(void *context, size_t first, size_t count);
static void group_rows(const group_t *group, uint64_t *space,
    uint64_t *unused, size_t first, unsigned count);


int
ic_ciphertexts_group(ic_ciphertexts_t *r, const ic_ciphertexts_t *a,
    const uint16_t *groups, size_t stride, size_t lists, size_t size)
{
    group_t   group = { r, a, groups, stride, lists, size };
    unsigned  lanes;

    lanes = r->cipher->pair->backend->lanes;

    return ic_parallel(r->cipher->threads, (lists + lanes - 1) / lanes, 1,
                       group_piece, &group);
}


static int
group_piece(void *context, size_t first, size_t count)
{
    size_t            at, end;
    uint64_t         *space, *unused;
    unsigned          lanes;
    const group_t    *group;
    const ic_pair_t  *pair;

    group = context;
    pair = group->r->cipher->pair;
    lanes = pair->backend->lanes;
    space = ic_pair_blocks(pair, 2);
    unused = ic_pair_blocks(pair, 1);

    if (space == NULL || unused == NULL) {
        ic_pair_blocks_free(pair, space, 2);
        ic_pair_blocks_free(pair, unused, 1);
        return -1;
    }

    end = (first + count) * lanes;
    end = end < group->lists ? end : group->lists;

    for (at = first * lanes; at < end; at += lanes) {
        group_rows(group, space, unused, at,
                   end - at < lanes ? (unsigned) (end - at) : lanes);
    }

    ic_pair_blocks_free(pair, space, 2);
    ic_pair_blocks_free(pair, unused, 1);

    return 0;
}


/* Lanes without a list work on a row that nobody reads. */

static void
group_rows(const group_t *group, uint64_t *space, uint64_t *unused,
    size_t first, unsigned count)
{
    size_t            i;
    unsigned          lane, lanes;
    uint64_t         *sums, *to[IC_PAIR_LANES];
    const uint64_t   *from[IC_PAIR_LANES];
    const ic_pair_t  *pair;

    pair = group->r->cipher->pair;
    lanes = pair->backend->lanes;
    sums = space + pair->block;
    memset(unused, 0, pair->block * sizeof(uint64_t));

    for (i = 0; i < group->a->n; i++) {

        for (lane = 0; lane < lanes; lane++) {
            from[lane] = group->a->rows + i * pair->words;
        }

        pair->backend->load(pair, space, from);

        for (lane = 0; lane < lanes; lane++) {
            to[lane] = lane >= count ? unused + lane * pair->words
                : group->r->rows
                  + ((first + lane) * group->size
                     + group->groups[(first + lane) * group->stride + i])
                    * pair->words;
            from[lane] = to[lane];
        }

        pair->backend->load(pair, sums, from);
        pair->backend->multiply(pair, sums, sums, space);
        pair->backend->store(pair, to, sums);
    }
}
