
/*
 * Pearson's correlation of columns of two parties: each makes its own columns
 * have mean 0 and deviation 1, so that r is the mean of the products; of all
 * pairs only the sums are opened, or only which columns have one beyond a
 * bound.
 */


#include <math.h>
#include <stdlib.h>

#include "ic_shares_state.h"


#define CORRELATION_PIECE  16384             /* rows */
#define CORRELATION_PAIRS  65536             /* of a piece, Paillier */
#define CORRELATION_BITS   24


typedef struct {
    const ic_shares_correlation_t  *of;
    int                             own;         /* 0, 1: ours; -1 */
    unsigned                        bits;
    int64_t                         first;
    int64_t                         piece;       /* rows */
    size_t                          rows;
    size_t                          n;
    uint64_t                       *vectors;     /* shares, then products */
    uint64_t                       *sums;        /* of pairs */
    uint64_t                       *sides;       /* bound - sum, + sum */
    size_t                          width;       /* sums of a column */
    size_t                          pairs;       /* filled up */
    double                         *means;       /* of our columns */
    double                         *scales;
} correlation_t;


static int correlation_run(ic_shares_t *shares,
    const ic_shares_correlation_t *of, bool beyond);
static int correlation_begin(ic_shares_t *shares, correlation_t *c);
static void correlation_scales(correlation_t *c);
static int correlation_piece(ic_shares_t *shares, void *data);
static int correlation_inputs(ic_shares_t *shares, correlation_t *c);
static int correlation_open(ic_shares_t *shares, void *data);
static int correlation_compare(ic_shares_t *shares, void *data);
static void correlation_end(const correlation_t *c);
static void correlation_beyond(const correlation_t *c);


int
ic_shares_correlate(ic_shares_t *shares, const ic_shares_correlation_t *of)
{
    return correlation_run(shares, of, false);
}


int
ic_shares_correlated(ic_shares_t *shares, const ic_shares_correlation_t *of)
{
    return correlation_run(shares, of, true);
}


static int
correlation_run(ic_shares_t *shares, const ic_shares_correlation_t *of,
    bool beyond)
{
    int            rc;
    correlation_t  c;

    memset(&c, 0, sizeof(correlation_t));
    c.of = of;
    c.width = beyond ? (of->counts[1] + 63) / 64 * 64 : of->counts[1];
    rc = correlation_begin(shares, &c);

    for (c.first = 0; rc == 0 && c.first < of->rows;
         c.first += c.piece)
    {
        c.rows = (size_t) (of->rows - c.first);
        c.rows = c.rows < (size_t) c.piece ? c.rows : (size_t) c.piece;
        c.n = (c.rows + 63) / 64 * 64;
        rc = ic_shares_batch(shares, correlation_piece, &c);
    }

    rc = rc == 0 ? ic_shares_batch(shares, beyond ? correlation_compare
                                   : correlation_open, &c) : -1;

    if (rc == 0 && shares->self >= 0 && of->to >> shares->self & 1) {
        beyond ? correlation_beyond(&c) : correlation_end(&c);
    }

    shares_free(c.vectors, (of->counts[0] + of->counts[1] + 1)
                           * (size_t) CORRELATION_PIECE);
    shares_free(c.sums, c.pairs);
    shares_free(c.sides, 2 * c.pairs);
    free(c.means);
    free(c.scales);

    return rc;
}


/* The sum of rows squares of size 1 stays below 2^61. */

static int
correlation_begin(ic_shares_t *shares, correlation_t *c)
{
    size_t    piece;
    unsigned  own;

    c->bits = CORRELATION_BITS;

    while (ldexp((double) c->of->rows + 1, 2 * (int) c->bits)
           >= IC_SHARE_LIMIT / 2)
    {
        c->bits--;
    }

    c->own = shares->self < 0 ? -1
             : shares->self == (int) c->of->parties[0] ? 0
             : shares->self == (int) c->of->parties[1] ? 1 : -1;
    own = c->own >= 0 ? c->of->counts[c->own] : 0;
    c->pairs = (c->of->counts[0] * c->width + 63) / 64 * 64;

    /* what Paillier makes for a piece is in memory at once */

    piece = CORRELATION_PAIRS / ((size_t) c->of->counts[0] * c->of->counts[1])
            / 64 * 64;
    piece = piece < 64 ? 64 : piece;
    c->piece = shares->conf.paillier && piece < CORRELATION_PIECE
               ? (int64_t) piece : CORRELATION_PIECE;

    c->vectors = shares_words(shares,
                              (c->of->counts[0] + c->of->counts[1] + 1)
                              * (size_t) CORRELATION_PIECE);
    c->sums = shares_words(shares, c->pairs);
    c->sides = shares_words(shares, 2 * c->pairs);
    c->means = calloc(own + 1, sizeof(double));
    c->scales = calloc(own + 1, sizeof(double));

    if (c->vectors == NULL || c->sums == NULL || c->sides == NULL
        || c->means == NULL || c->scales == NULL)
    {
        return ic_task_fail(shares->task, "internal", NULL, 0,
                            "memory is short");
    }

    memset(c->sums, 0, c->pairs * sizeof(uint64_t));

    correlation_scales(c);

    return 0;
}


static void
correlation_scales(correlation_t *c)
{
    double    sum, square;
    int64_t   row;
    unsigned  i;

    for (i = 0; c->own >= 0 && i < c->of->counts[c->own]; i++) {

        for (sum = 0, row = 0; row < c->of->rows; row++) {
            sum += c->of->columns[i][row];
        }

        c->means[i] = c->of->rows > 0 ? sum / (double) c->of->rows : 0;

        for (square = 0, row = 0; row < c->of->rows; row++) {
            square += pow(c->of->columns[i][row] - c->means[i], 2);
        }

        /* a constant column has no correlation: 0 */

        c->scales[i] = square > 0 && isfinite(square)
                       ? sqrt((double) c->of->rows / square) : 0;
    }
}


static int
correlation_piece(ic_shares_t *shares, void *data)
{
    int             rc;
    size_t          k;
    unsigned        i, j;
    uint64_t       *product, *one, *two;
    correlation_t  *c;

    c = data;
    rc = correlation_inputs(shares, c);
    product = c->vectors + (c->of->counts[0] + c->of->counts[1]) * c->n;

    for (i = 0; rc == 0 && i < c->of->counts[0]; i++) {
        for (j = 0; rc == 0 && j < c->of->counts[1]; j++) {
            one = c->vectors + i * c->n;
            two = c->vectors + (c->of->counts[0] + j) * c->n;
            rc = ic_shares_multiply(shares, product, one, two, c->n);

            for (k = 0; rc == 0 && ic_shares_live(shares) && k < c->n; k++) {
                c->sums[i * c->width + j] += product[k];
            }
        }
    }

    return rc;
}


/* Rows that fill up are 0. */

static int
correlation_inputs(ic_shares_t *shares, correlation_t *c)
{
    int        rc;
    size_t     k;
    double     value;
    unsigned   p, i;
    uint64_t  *words;

    words = c->vectors;

    for (rc = 0, p = 0; p < 2; p++) {
        for (i = 0; rc == 0 && i < c->of->counts[p]; i++, words += c->n) {

            for (k = 0; (int) p == c->own
                        && ic_shares_live(shares) && k < c->n; k++)
            {
                value = k < c->rows
                        ? c->of->columns[i][c->first + (int64_t) k]
                          - c->means[i] : 0;
                (void) ic_share_encode(value * c->scales[i], c->bits,
                                       &words[k]);
            }

            rc = ic_shares_input(shares, c->of->parties[p], words, c->n);
        }
    }

    return rc;
}


static int
correlation_open(ic_shares_t *shares, void *data)
{
    correlation_t  *c;

    c = data;

    return ic_shares_reveal(shares, c->of->to, c->sums, c->pairs, false);
}


/*
 * bound - r and bound + r: one at most is negative. Bits of all columns of the
 * first party become one of each of the second's, half of them at a time.
 */

static int
correlation_compare(ic_shares_t *shares, void *data)
{
    int             rc;
    size_t          k, words, half;
    uint64_t       *bits;
    unsigned        left;
    correlation_t  *c;

    c = data;
    bits = c->sides;
    words = c->width / 64;

    if (ic_shares_live(shares)) {
        ic_shares_constant(shares, c->sides,
                           (uint64_t) ldexp(c->of->bound
                                            * (double) c->of->rows,
                                            2 * (int) c->bits),
                           2 * c->pairs);

        for (k = 0; k < c->pairs; k++) {
            c->sides[k] -= c->sums[k];
            c->sides[c->pairs + k] += c->sums[k];
        }
    }

    rc = ic_shares_negative(shares, c->sides, c->sides, 2 * c->pairs, 64);

    if (rc == 0 && ic_shares_live(shares)) {
        ic_share_xor(bits, bits, bits + c->pairs / 64, c->pairs / 64);
        ic_shares_not(shares, bits, bits, c->pairs / 64);
    }

    for (left = c->of->counts[0]; rc == 0 && left > 1; left -= left / 2) {
        half = left / 2 * words;
        rc = ic_shares_and(shares, bits, bits,
                           bits + (left - left / 2) * words, half);
    }

    if (rc == 0 && ic_shares_live(shares)) {
        ic_shares_not(shares, bits, bits, words);
    }

    return rc == 0 ? ic_shares_reveal(shares, c->of->to, bits, c->width,
                                      true) : -1;
}


static void
correlation_end(const correlation_t *c)
{
    size_t  k;
    double  r;

    for (k = 0; k < (size_t) c->of->counts[0] * c->of->counts[1]; k++) {
        r = c->of->rows > 0 ? ic_share_decode(c->sums[k], 2 * c->bits)
                              / (double) c->of->rows : 0;
        c->of->r[k] = fmax(-1, fmin(1, r));
    }
}


static void
correlation_beyond(const correlation_t *c)
{
    unsigned  j;

    for (j = 0; j < c->of->counts[1]; j++) {
        c->of->beyond[j] = c->sides[j / 64] >> j % 64 & 1;
    }
}
