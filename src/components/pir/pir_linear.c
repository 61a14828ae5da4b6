
/* What both parties know of linear retrieval. */


#include "../../lib/ic_codec.h"
#include "pir_linear.h"


#define LINEAR_COLUMN   64                   /* bytes that one is worth */
#define LINEAR_ROUND    ((size_t) 1 << 24)   /* bytes of a message */
#define LINEAR_HINT     ((uint64_t) 1 << 30)
#define LINEAR_DOMAIN   "interconn pir matrix v1"


static uint64_t shape_cost(pir_shape_t *shape, uint64_t buckets);


int
pir_shape(pir_shape_t *shape, uint64_t keys, size_t entry, uint64_t queries)
{
    size_t    longest;
    uint64_t  cost, best;
    unsigned  bits, chosen;

    shape->entry = entry;
    shape->vectors = queries * PIR_PLACES;
    best = UINT64_MAX;
    chosen = 0;

    for (bits = 11; (size_t) 1 << bits <= IC_LWE_MAX_COLUMNS; bits++) {
        shape->columns = (size_t) 1 << bits;
        cost = shape_cost(shape, keys + keys / 4 + 16);

        if (cost < best) {
            best = cost;
            chosen = bits;
        }
    }

    if (chosen == 0) {
        return -1;
    }

    shape->columns = (size_t) 1 << chosen;
    (void) shape_cost(shape, keys + keys / 4 + 16);
    shape->buckets = (uint64_t) shape->levels * shape->columns;

    longest = shape->rows > shape->columns ? shape->rows : shape->columns;
    shape->round = LINEAR_ROUND / (4 * longest);
    shape->round += shape->round == 0;

    return 0;
}


/* Bytes of the hint and of all queries and answers; or too many. */

static uint64_t
shape_cost(pir_shape_t *shape, uint64_t buckets)
{
    uint64_t  hint;

    shape->levels = (size_t) ((buckets + shape->columns - 1)
                              / shape->columns);
    shape->rows = shape->levels * shape->entry;
    hint = (uint64_t) shape->rows * IC_LWE_SIZE * 4;

    if (hint > LINEAR_HINT
        || (uint64_t) shape->rows * shape->columns > 2 * PIR_MAX_BYTES)
    {
        return UINT64_MAX;
    }

    return hint + shape->vectors * (LINEAR_COLUMN * shape->columns
                                    + 4 * shape->rows);
}


void
pir_linear_seed(const pir_t *pir, u_char seed[IC_STREAM_KEY])
{
    u_char  text[sizeof(LINEAR_DOMAIN) + PIR_DIGEST];

    memcpy(text, LINEAR_DOMAIN, sizeof(LINEAR_DOMAIN));
    memcpy(text + sizeof(LINEAR_DOMAIN), pir->wire.context, PIR_DIGEST);
    ic_sha256(seed, text, sizeof(text));
}


void
pir_linear_words(uint32_t *words, size_t count)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    size_t  i;

    for (i = 0; i < count; i++) {
        words[i] = __builtin_bswap32(words[i]);
    }
#endif
}
