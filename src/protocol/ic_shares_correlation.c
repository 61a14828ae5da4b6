
/*
 * Pearson's correlation of columns of two parties: each makes its own columns
 * have mean 0 and deviation 1, so that r is the mean of the products; of all
 * pairs only the sums are opened.
 */


#include <math.h>
#include <stdlib.h>

#include "ic_shares_state.h"


#define CORRELATION_PIECE  16384             /* rows */
#define CORRELATION_BITS   24


typedef struct {
    const ic_shares_correlation_t  *of;
    unsigned                        bits;
    int64_t                         first;
    size_t                          rows;
    size_t                          n;
    uint64_t                       *vectors;     /* shares, then products */
    uint64_t                       *sums;        /* of pairs */
    size_t                          pairs;       /* filled up */
    double                         *means;       /* of our columns */
    double                         *scales;
} correlation_t;


static int correlation_begin(ic_shares_t *shares, correlation_t *c);
static int correlation_piece(ic_shares_t *shares, void *data);
static int correlation_inputs(ic_shares_t *shares, correlation_t *c);
static int correlation_open(ic_shares_t *shares, void *data);
static void correlation_end(ic_shares_t *shares, correlation_t *c);


int
ic_shares_correlate(ic_shares_t *shares, const ic_shares_correlation_t *of)
{
    int            rc;
    correlation_t  c;

    memset(&c, 0, sizeof(correlation_t));
    c.of = of;
    rc = correlation_begin(shares, &c);

    for (c.first = 0; rc == 0 && c.first < of->rows;
         c.first += CORRELATION_PIECE)
    {
        c.rows = (size_t) (of->rows - c.first);
        c.rows = c.rows < CORRELATION_PIECE ? c.rows : CORRELATION_PIECE;
        c.n = (c.rows + 63) / 64 * 64;
        rc = ic_shares_batch(shares, correlation_piece, &c);
    }

    rc = rc == 0 ? ic_shares_batch(shares, correlation_open, &c) : -1;

    if (rc == 0) {
        correlation_end(shares, &c);
    }

    shares_free(c.vectors, (of->counts[0] + of->counts[1] + 1)
                           * (size_t) CORRELATION_PIECE);
    shares_free(c.sums, c.pairs);
    free(c.means);
    free(c.scales);

    return rc;
}


/* The sum of rows squares of size 1 stays below 2^61. */

static int
correlation_begin(ic_shares_t *shares, correlation_t *c)
{
    double         sum, square;
    int64_t        row;
    unsigned       i, own;

    c->bits = CORRELATION_BITS;

    while (ldexp((double) c->of->rows + 1, 2 * (int) c->bits)
           >= IC_SHARE_LIMIT / 2)
    {
        c->bits--;
    }

    own = shares->self == 0 || shares->self == 1
          ? c->of->counts[shares->self] : 0;
    c->pairs = ((size_t) c->of->counts[0] * c->of->counts[1] + 63) / 64 * 64;
    c->vectors = shares_words(shares,
                              (c->of->counts[0] + c->of->counts[1] + 1)
                              * (size_t) CORRELATION_PIECE);
    c->sums = shares_words(shares, c->pairs);
    c->means = calloc(own + 1, sizeof(double));
    c->scales = calloc(own + 1, sizeof(double));

    if (c->vectors == NULL || c->sums == NULL || c->means == NULL
        || c->scales == NULL)
    {
        return ic_task_fail(shares->task, "internal", NULL, 0,
                            "memory is short");
    }

    memset(c->sums, 0, c->pairs * sizeof(uint64_t));

    for (i = 0; i < own; i++) {

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

    return 0;
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
                c->sums[i * c->of->counts[1] + j] += product[k];
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

            for (k = 0; (int) p == shares->self
                        && ic_shares_live(shares) && k < c->n; k++)
            {
                value = k < c->rows
                        ? c->of->columns[i][c->first + (int64_t) k]
                          - c->means[i] : 0;
                (void) ic_share_encode(value * c->scales[i], c->bits,
                                       &words[k]);
            }

            rc = ic_shares_input(shares, p, words, c->n);
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


static void
correlation_end(ic_shares_t *shares, correlation_t *c)
{
    size_t  k;
    double  r;

    if (shares->self < 0 || !(c->of->to >> shares->self & 1)) {
        return;
    }

    for (k = 0; k < (size_t) c->of->counts[0] * c->of->counts[1]; k++) {
        r = c->of->rows > 0 ? ic_share_decode(c->sums[k], 2 * c->bits)
                              / (double) c->of->rows : 0;
        c->of->r[k] = fmax(-1, fmin(1, r));
    }
}
