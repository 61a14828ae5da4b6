
/*
 * Products of powers by buckets (Pippenger): for a digit of w bits, every
 * row goes into the bucket of its digit, and running products raise bucket v
 * to the power of v. A lane is a column of x; there are buckets for both
 * signs, so that nothing is inverted on the way.
 */


#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "ic_pair.h"


#define DOT_MAX_WINDOW  12


typedef struct {
    const ic_pair_t  *pair;
    const uint64_t   *rows;
    const int64_t    *x;         /* of the first column */
    size_t            n;
    size_t            columns;
    unsigned          count;     /* of lanes in use */
    unsigned          window;
    size_t            size;      /* buckets of a lane: both signs */
    uint64_t         *buckets;   /* rows: lane after lane */
    uint64_t         *space;     /* blocks: two results, four for work */
} dot_t;


static unsigned dot_window(size_t n, unsigned bits);
static void dot_empty(const dot_t *dot);
static void dot_sort(const dot_t *dot, unsigned position);
static size_t dot_bucket(const dot_t *dot, int64_t x, unsigned position);
static void dot_collect(const dot_t *dot, unsigned sign);
static void dot_store(const dot_t *dot, uint64_t *const *to,
    const uint64_t *block);


int
ic_pair_dot(const ic_pair_t *pair, uint64_t *const *positive,
    uint64_t *const *negative, const uint64_t *rows, const int64_t *x,
    size_t n, size_t columns, size_t first, unsigned count, unsigned bits)
{
    dot_t     dot;
    size_t    bytes;
    unsigned  k, position;

    dot.pair = pair;
    dot.rows = rows;
    dot.x = x + first;
    dot.n = n;
    dot.columns = columns;
    dot.count = count;
    dot.window = dot_window(n, bits);
    dot.size = (size_t) 2 << dot.window;

    bytes = pair->backend->lanes * dot.size * pair->words * sizeof(uint64_t);
    dot.buckets = aligned_alloc(64, (bytes + 63) / 64 * 64);
    dot.space = ic_pair_blocks(pair, 6);

    if (dot.buckets == NULL || dot.space == NULL) {
        free(dot.buckets);
        ic_pair_blocks_free(pair, dot.space, 6);
        return -1;
    }

    memcpy(dot.space, pair->one, pair->block * sizeof(uint64_t));
    memcpy(dot.space + pair->block, pair->one,
           pair->block * sizeof(uint64_t));

    position = (bits + dot.window - 1) / dot.window;

    while (position-- > 0) {
        for (k = 0; k < 2 * dot.window; k++) {
            pair->backend->square(pair, dot.space + k % 2 * pair->block,
                                  dot.space + k % 2 * pair->block);
        }

        dot_empty(&dot);
        dot_sort(&dot, position);
        dot_collect(&dot, 0);
        dot_collect(&dot, 1);
    }

    dot_store(&dot, positive, dot.space);
    dot_store(&dot, negative, dot.space + pair->block);

    /* which rows are together tells about x */
    OPENSSL_cleanse(dot.buckets, bytes);
    free(dot.buckets);
    ic_pair_blocks_free(pair, dot.space, 6);

    return 0;
}


/* The one with the fewest products: ceil(bits / w) (n + 4 2^w). */
static unsigned
dot_window(size_t n, unsigned bits)
{
    double    cost, least;
    unsigned  w, best;

    best = 1;
    least = 0;

    for (w = 1; w <= DOT_MAX_WINDOW && w <= bits; w++) {
        cost = (double) ((bits + w - 1) / w)
               * ((double) n + (double) (4u << w));

        if (w == 1 || cost < least) {
            best = w;
            least = cost;
        }
    }

    return best;
}


static void
dot_empty(const dot_t *dot)
{
    size_t     i;
    uint64_t  *one, *rows[IC_PAIR_LANES];

    memset(rows, 0, sizeof(rows));
    one = rows[0] = dot->buckets;
    dot->pair->backend->store(dot->pair, rows, dot->pair->one);

    for (i = 1; i < dot->pair->backend->lanes * dot->size; i++) {
        memcpy(dot->buckets + i * dot->pair->words, one,
               dot->pair->words * sizeof(uint64_t));
    }
}


/* Zeros have a bucket too, which nobody reads. */
static void
dot_sort(const dot_t *dot, unsigned position)
{
    size_t            i;
    unsigned          lane, lanes;
    uint64_t         *row, *bucket, *to[IC_PAIR_LANES];
    const uint64_t   *from[IC_PAIR_LANES];
    const ic_pair_t  *pair;

    pair = dot->pair;
    lanes = pair->backend->lanes;
    row = dot->space + 2 * pair->block;
    bucket = dot->space + 3 * pair->block;

    for (i = 0; i < dot->n; i++) {
        for (lane = 0; lane < lanes; lane++) {
            from[lane] = dot->rows + i * pair->words;
        }

        pair->backend->load(pair, row, from);

        for (lane = 0; lane < lanes; lane++) {
            to[lane] = dot->buckets
                       + (lane * dot->size
                          + (lane < dot->count
                             ? dot_bucket(dot, dot->x[i * dot->columns + lane],
                                          position) : 0)) * pair->words;
            from[lane] = to[lane];
        }

        pair->backend->load(pair, bucket, from);
        pair->backend->multiply(pair, bucket, bucket, row);
        pair->backend->store(pair, to, bucket);
    }
}


static size_t
dot_bucket(const dot_t *dot, int64_t x, unsigned position)
{
    uint64_t  sign, magnitude;

    sign = (uint64_t) x >> 63;
    magnitude = ((uint64_t) x ^ (0 - sign)) + sign;

    return (sign << dot->window)
           + ((magnitude >> (position * dot->window))
              & (((uint64_t) 1 << dot->window) - 1));
}


/* result *= product of bucket v to the power of v, by running products. */
static void
dot_collect(const dot_t *dot, unsigned sign)
{
    size_t            v;
    unsigned          lane, lanes;
    uint64_t         *run, *sum, *bucket, *result;
    const uint64_t   *from[IC_PAIR_LANES];
    const ic_pair_t  *pair;

    pair = dot->pair;
    lanes = pair->backend->lanes;
    result = dot->space + sign * pair->block;
    bucket = dot->space + 3 * pair->block;
    run = dot->space + 4 * pair->block;
    sum = dot->space + 5 * pair->block;

    memcpy(run, pair->one, pair->block * sizeof(uint64_t));
    memcpy(sum, pair->one, pair->block * sizeof(uint64_t));

    for (v = ((size_t) 1 << dot->window) - 1; v > 0; v--) {
        for (lane = 0; lane < lanes; lane++) {
            from[lane] = dot->buckets
                         + (lane * dot->size + (sign * dot->size / 2) + v)
                           * pair->words;
        }

        pair->backend->load(pair, bucket, from);
        pair->backend->multiply(pair, run, run, bucket);
        pair->backend->multiply(pair, sum, sum, run);
    }

    pair->backend->multiply(pair, result, result, sum);
}


static void
dot_store(const dot_t *dot, uint64_t *const *to, const uint64_t *block)
{
    unsigned   lane;
    uint64_t  *rows[IC_PAIR_LANES];

    memset(rows, 0, sizeof(rows));

    for (lane = 0; lane < dot->count; lane++) {
        rows[lane] = to[lane];
    }

    dot->pair->backend->store(dot->pair, rows, block);
}
