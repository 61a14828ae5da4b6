
/*
 * x + 2^bits instead of x, so that no factor is negative; one more column
 * with the inverse of the product of all ciphertexts takes the 2^bits away.
 *
 * The slots are cut into `teeth` groups with tables of their own: with one,
 * tables are small and every result has slots * width squarings; with as
 * many as slots a result has few squarings, but each column has them once.
 */


#include <stdlib.h>
#include <string.h>

#include "ic_multiples.h"
#include "ic_parallel.h"


#define MULTIPLES_WINDOW  10
#define MULTIPLES_MEMORY  (96 << 20)


struct ic_multiples_s {
    const ic_cipher_t  *cipher;
    const ic_pair_t    *pair;
    size_t              columns;             /* with the one for the sign */
    unsigned            bits;                /* of x, without the sign */
    unsigned            slots;
    unsigned            width;
    unsigned            teeth;
    unsigned            group;               /* slots of a tooth */
    unsigned            window;
    unsigned            windows;             /* of a factor */
    uint64_t           *bases;               /* rows: tooth, column */
    uint64_t           *table;               /* rows: base, digit */
};

typedef struct {
    const ic_multiples_t  *multiples;
    ic_ciphertexts_t      *r;
    const int64_t         *x;
    size_t                 rows;
} multiples_work_t;


static void multiples_choose(ic_multiples_t *m, size_t rows);
static double multiples_cost(const ic_multiples_t *m, double rows);
static int multiples_columns(ic_multiples_t *m, const ic_ciphertexts_t *a);
static int multiples_shift(void *context, size_t first, size_t count);
static int multiples_fill(void *context, size_t first, size_t count);
static int multiples_part(void *context, size_t first, size_t count);
static void multiples_block(const multiples_work_t *work, uint64_t *space,
    size_t first, unsigned count);
static void multiples_window(const multiples_work_t *work, uint64_t *space,
    size_t first, unsigned count, unsigned slot, unsigned position);
static unsigned multiples_digit(const multiples_work_t *work, size_t row,
    size_t column, unsigned position);
static void multiples_square(const ic_pair_t *pair, uint64_t *block,
    unsigned times);
static void multiples_load(const ic_multiples_t *m, uint64_t *block,
    size_t first, size_t count);


ic_multiples_t *
ic_multiples_create(const ic_ciphertexts_t *a, unsigned bits, unsigned slots,
    unsigned width, size_t rows)
{
    size_t           n;
    ic_multiples_t  *m;

    m = calloc(1, sizeof(ic_multiples_t));
    if (m == NULL) {
        return NULL;
    }

    m->cipher = a->cipher;
    m->pair = a->cipher->pair;
    m->columns = a->n + 1;
    m->bits = bits;
    m->slots = slots;
    m->width = width;
    multiples_choose(m, rows);

    n = m->columns * m->teeth * m->pair->words * sizeof(uint64_t);
    m->bases = aligned_alloc(64, (n + 63) / 64 * 64);
    m->table = aligned_alloc(64, ((n << m->window) + 63) / 64 * 64);

    if (m->bases == NULL || m->table == NULL
        || multiples_columns(m, a) != 0
        || ic_parallel(m->cipher->threads, m->columns, IC_PAIR_LANES,
                       multiples_shift, m)
           != 0
        || ic_parallel(m->cipher->threads, m->columns * m->teeth,
                       IC_PAIR_LANES, multiples_fill, m)
           != 0)
    {
        ic_multiples_destroy(m);
        return NULL;
    }

    return m;
}


void
ic_multiples_destroy(ic_multiples_t *m)
{
    if (m != NULL) {
        free(m->bases);
        free(m->table);
        free(m);
    }
}


/* Teeth and window with the least work, in little enough memory. */
static void
multiples_choose(ic_multiples_t *m, size_t rows)
{
    double    cost, least;
    size_t    bytes;
    unsigned  teeth, window, best[2];

    least = 0;
    best[0] = best[1] = 1;

    for (teeth = 1; teeth <= m->slots; teeth++) {
        for (window = 1; window <= MULTIPLES_WINDOW; window++) {
            m->teeth = teeth;
            m->window = window;
            m->group = (m->slots + teeth - 1) / teeth;
            m->windows = (m->bits + window) / window;
            bytes = (m->columns * teeth * m->pair->words * sizeof(uint64_t))
                    << window;

            if (m->windows * window > m->width
                || (bytes > MULTIPLES_MEMORY && least > 0))
            {
                continue;
            }

            cost = multiples_cost(m, (double) rows);

            if (least == 0 || cost < least) {
                least = cost;
                best[0] = teeth;
                best[1] = window;
            }
        }
    }

    m->teeth = best[0];
    m->window = best[1];
    m->group = (m->slots + m->teeth - 1) / m->teeth;
    m->windows = (m->bits + m->window) / m->window;
}


/* In products; a square is three quarters of one. */
static double
multiples_cost(const ic_multiples_t *m, double rows)
{
    double  columns, squares;

    columns = (double) m->columns;
    squares = columns * m->width * m->group * (m->teeth - 1)
              + (rows / m->slots + m->pair->backend->lanes)
                * ((m->group - 1) * m->width + m->windows * m->window);

    return .75 * squares + columns * m->teeth * (double) (1u << m->window)
           + rows * columns * m->windows;
}


/* The bases of the first tooth: the ciphertexts, and -1 times their sum. */
static int
multiples_columns(ic_multiples_t *m, const ic_ciphertexts_t *a)
{
    int                rc;
    int64_t           *ones;
    size_t             i, bytes;
    ic_ciphertexts_t  *sum;

    bytes = m->pair->words * sizeof(uint64_t);
    memcpy(m->bases, a->rows, a->n * bytes);

    ones = malloc(a->n * sizeof(int64_t) + 1);
    sum = ic_ciphertexts_create(m->cipher, 1);
    rc = ones == NULL || sum == NULL ? -1 : 0;

    for (i = 0; rc == 0 && i < a->n; i++) {
        ones[i] = 1;
    }

    if (rc == 0) {
        rc = ic_ciphertexts_dot(sum, a, ones, 1) == 0
             && ic_ciphertexts_negate(sum, sum) == 0 ? 0 : -1;
    }

    if (rc == 0) {
        memcpy(m->bases + a->n * m->pair->words, sum->rows, bytes);
    }

    ic_ciphertexts_destroy(sum);
    free(ones);

    return rc;
}


/* Rows of bases to a block; lanes without one have the first again. */
static void
multiples_load(const ic_multiples_t *m, uint64_t *block, size_t first,
    size_t count)
{
    unsigned         lane;
    const uint64_t  *rows[IC_PAIR_LANES];

    for (lane = 0; lane < IC_PAIR_LANES; lane++) {
        rows[lane] = m->bases + (first + (lane < count ? lane : 0))
                                * m->pair->words;
    }

    m->pair->backend->load(m->pair, block, rows);
}


/* The bases of the other teeth, for some columns. */
static int
multiples_shift(void *context, size_t first, size_t count)
{
    size_t            at, end;
    uint64_t         *block, *rows[IC_PAIR_LANES];
    unsigned          lane, lanes, tooth;
    ic_multiples_t   *m = context;
    const ic_pair_t  *pair;

    pair = m->pair;
    lanes = pair->backend->lanes;
    end = first + count;

    block = ic_pair_blocks(pair, 1);
    if (block == NULL) {
        return -1;
    }

    for (at = first; at < end; at += lanes) {
        multiples_load(m, block, at, end - at);

        for (tooth = 1; tooth < m->teeth; tooth++) {
            multiples_square(pair, block, m->group * m->width);

            for (lane = 0; lane < IC_PAIR_LANES; lane++) {
                rows[lane] = lane < lanes && at + lane < end
                             ? m->bases + (tooth * m->columns + at + lane)
                                          * pair->words
                             : NULL;
            }

            pair->backend->store(pair, rows, block);
        }
    }

    ic_pair_blocks_free(pair, block, 1);

    return 0;
}


/* The powers 0 to 2^window - 1 of some bases. */
static int
multiples_fill(void *context, size_t first, size_t count)
{
    size_t            at, end;
    uint64_t         *space, *rows[IC_PAIR_LANES];
    unsigned          lane, lanes, digit;
    ic_multiples_t   *m = context;
    const ic_pair_t  *pair;

    pair = m->pair;
    lanes = pair->backend->lanes;
    end = first + count;

    space = ic_pair_blocks(pair, 2);
    if (space == NULL) {
        return -1;
    }

    for (at = first; at < end; at += lanes) {
        multiples_load(m, space, at, end - at);
        memcpy(space + pair->block, pair->one,
               pair->block * sizeof(uint64_t));

        for (digit = 0; digit < 1u << m->window; digit++) {
            for (lane = 0; lane < IC_PAIR_LANES; lane++) {
                rows[lane] = lane < lanes && at + lane < end
                             ? m->table + (((at + lane) << m->window) + digit)
                                          * pair->words
                             : NULL;
            }

            pair->backend->store(pair, rows, space + pair->block);
            pair->backend->multiply(pair, space + pair->block,
                                    space + pair->block, space);
        }
    }

    ic_pair_blocks_free(pair, space, 2);

    return 0;
}


static void
multiples_square(const ic_pair_t *pair, uint64_t *block, unsigned times)
{
    while (times-- > 0) {
        pair->backend->square(pair, block, block);
    }
}


int
ic_multiples_rows(const ic_multiples_t *m, ic_ciphertexts_t *r,
    const int64_t *x, size_t rows)
{
    multiples_work_t  work = { m, r, x, rows };

    return ic_parallel(m->cipher->threads, r->n, IC_PAIR_LANES,
                       multiples_part, &work);
}


static int
multiples_part(void *context, size_t first, size_t count)
{
    size_t             at;
    uint64_t          *space;
    unsigned           lanes;
    const ic_pair_t   *pair;
    multiples_work_t  *work = context;

    pair = work->multiples->pair;
    lanes = pair->backend->lanes;

    space = ic_pair_blocks(pair, 2);
    if (space == NULL) {
        return -1;
    }

    for (at = first; at < first + count; at += lanes) {
        multiples_block(work, space, at,
                        first + count - at < lanes
                        ? (unsigned) (first + count - at) : lanes);
    }

    ic_pair_blocks_free(pair, space, 2);

    return 0;
}


/* Horner's rule over the slots of a tooth and the digits of a factor. */
static void
multiples_block(const multiples_work_t *work, uint64_t *space, size_t first,
    unsigned count)
{
    unsigned               slot, position;
    const ic_pair_t       *pair;
    const ic_multiples_t  *m;

    m = work->multiples;
    pair = m->pair;
    memcpy(space, pair->one, pair->block * sizeof(uint64_t));

    for (slot = m->group; slot-- > 0; /* void */) {
        if (slot + 1 < m->group) {
            multiples_square(pair, space, m->width - m->windows * m->window);
        }

        for (position = m->windows; position-- > 0; /* void */) {
            multiples_square(pair, space, m->window);
            multiples_window(work, space, first, count, slot, position);
        }
    }

    ic_ciphertexts_put(work->r, space, first, count);
}


/* One digit of all columns and teeth, for a slot of each tooth. */
static void
multiples_window(const multiples_work_t *work, uint64_t *space, size_t first,
    unsigned count, unsigned slot, unsigned position)
{
    size_t                 column, at;
    unsigned               lane, tooth, s;
    const uint64_t        *rows[IC_PAIR_LANES];
    const ic_pair_t       *pair;
    const ic_multiples_t  *m;

    m = work->multiples;
    pair = m->pair;

    for (tooth = 0; tooth < m->teeth; tooth++) {
        s = tooth * m->group + slot;

        if (s >= m->slots) {
            break;
        }

        for (column = 0; column < m->columns; column++) {

            /* the constant 2^bits has one digit that is not 0 */

            if (column == m->columns - 1 && position != m->bits / m->window) {
                continue;
            }

            for (lane = 0; lane < IC_PAIR_LANES; lane++) {
                at = (first + (lane < count ? lane : 0)) * m->slots + s;
                rows[lane] = m->table
                             + (((tooth * m->columns + column) << m->window)
                                + multiples_digit(work, at, column, position))
                               * pair->words;
            }

            pair->backend->load(pair, space + pair->block, rows);
            pair->backend->multiply(pair, space, space, space + pair->block);
        }
    }
}


static unsigned
multiples_digit(const multiples_work_t *work, size_t row, size_t column,
    unsigned position)
{
    uint64_t               x;
    const ic_multiples_t  *m;

    m = work->multiples;

    if (row >= work->rows) {
        return 0;
    }

    x = (uint64_t) 1 << m->bits;

    if (column < m->columns - 1) {
        x += (uint64_t) work->x[row * (m->columns - 1) + column];
    }

    return (unsigned) (x >> (position * m->window))
           & ((1u << m->window) - 1);
}
