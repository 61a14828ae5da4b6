
/*
 * The kernel of ic_logistic_sums(): eight rows at a time, in vectors of the
 * compiler. The including file names it (LANES_KERNEL) and is compiled for
 * some processor; nothing is contracted or done in another order, so that
 * all give the same bits.
 */


#include <math.h>
#include <string.h>

#include "ic_logistic_kernel.h"


#define ROWS        IC_LOGISTIC_LANES
#define LANES_FULL  512          /* products of so many factors below 2 */

#define LOG2_E  1.4426950408889634
#define LN2_HI  0x1.62e42fefa0000p-1         /* times k exact */
#define LN2_LO  0x1.cf79abc9e3b39p-40
#define ROUND   0x1.8p52                     /* added: k in the low bits */
#define LEAST   -708.0                       /* e to this is a normal number */

#define SELECT(mask, yes, no)                                                 \
    ((real_t) (((mask) & (mask_t) (yes)) | (~(mask) & (mask_t) (no))))

/* The lanes of a and b, those of two lists added. */
#define JOIN(a, b, some, others)                                              \
    (__builtin_shufflevector(a, b, some)                                      \
     + __builtin_shufflevector(a, b, others))

#define EVEN    0, 8, 2, 10, 4, 12, 6, 14
#define ODD     1, 9, 3, 11, 5, 13, 7, 15
#define FIRST   0, 1, 8, 9, 4, 5, 12, 13
#define SECOND  2, 3, 10, 11, 6, 7, 14, 15
#define LOW     0, 1, 2, 3, 8, 9, 10, 11
#define HIGH    4, 5, 6, 7, 12, 13, 14, 15


typedef double   real_t __attribute__ ((vector_size (8 * ROWS)));
typedef int64_t  mask_t __attribute__ ((vector_size (8 * ROWS)));

/* Of eight rows. */
typedef struct {
    real_t  score;
    real_t  slope;               /* of the loss by the score, weighted */
    real_t  curvature;
    real_t  sign;                /* 1: the label is 1; else -1 */
    real_t  weight;              /* 0: no row */
    real_t  has[2];              /* 1 where the label is this, else 0 */
    real_t  product[2];          /* of 1 + e^-|score|, by label */
    real_t  excess[2];           /* of |score| on the wrong side */
} lanes_t;


static void lanes_take(ic_logistic_work_t *work, lanes_t *lanes,
    int64_t first, unsigned count);
static void lanes_score(const ic_logistic_work_t *work, lanes_t *lanes);
static void lanes_slope(lanes_t *lanes);
static void lanes_exp(real_t *e, const real_t *y);
static void lanes_gradient(ic_logistic_work_t *work, const lanes_t *lanes);
static void lanes_hessian(ic_logistic_work_t *work, const lanes_t *lanes);
static void lanes_loss(ic_logistic_work_t *work, lanes_t *lanes);


void
LANES_KERNEL(ic_logistic_work_t *work, int64_t first, int64_t end)
{
    lanes_t   lanes;
    unsigned  count, full;

    memset(&lanes, 0, sizeof(lanes_t));
    lanes.product[0] = lanes.product[1] = lanes.score + 1;
    full = 0;

    for ( /* void */ ; first < end; first += count) {
        count = end - first < ROWS ? (unsigned) (end - first) : ROWS;
        lanes_take(work, &lanes, first, count);
        lanes_score(work, &lanes);
        lanes_slope(&lanes);
        lanes_gradient(work, &lanes);

        if (work->hessian != NULL) {
            lanes_hessian(work, &lanes);
        }

        if (++full == LANES_FULL) {
            lanes_loss(work, &lanes);
            full = 0;
        }
    }

    lanes_loss(work, &lanes);
}


/* Scaled rows, zeros where there are none. */

static inline void
lanes_take(ic_logistic_work_t *work, lanes_t *lanes, int64_t first,
    unsigned count)
{
    size_t                     c, n;
    real_t                     v;
    double                    *to;
    int64_t                    row;
    unsigned                   r;
    const double              *x;
    const ic_logistic_rows_t  *rows;

    rows = work->rows;
    n = rows->features;

    for (r = 0; r < ROWS; r++) {
        to = work->scaled + r * work->stride;

        if (r >= count) {
            memset(to, 0, work->stride * sizeof(double));
            lanes->sign[r] = 1;
            lanes->weight[r] = 0;
            lanes->has[0][r] = lanes->has[1][r] = 0;
            continue;
        }

        row = rows->number != NULL ? rows->number[first + r] : first + r;
        x = rows->x + (size_t) row * n;
        lanes->has[1][r] = rows->label[row];
        lanes->has[0][r] = 1 - rows->label[row];
        lanes->sign[r] = 2 * rows->label[row] - 1;
        lanes->weight[r] = rows->weight[rows->label[row]];

        for (c = 0; c + ROWS <= n; c += ROWS) {
            memcpy(&v, x + c, sizeof(real_t));
            v = (v - *(const real_t *) (work->shift + c))
                * *(const real_t *) (work->inverse + c);
            memcpy(to + c, &v, sizeof(real_t));
        }

        for ( /* void */ ; c < n; c++) {
            to[c] = (x[c] - work->shift[c]) * work->inverse[c];
        }
    }
}


static inline void
lanes_score(const ic_logistic_work_t *work, lanes_t *lanes)
{
    size_t    c;
    real_t    w, z[ROWS];
    unsigned  r;

    for (r = 0; r < ROWS; r++) {
        z[r] = (real_t) { 0 };
    }

    for (c = 0; c < work->stride; c += ROWS) {
        w = *(const real_t *) (work->w + c);

        for (r = 0; r < ROWS; r++) {
            z[r] += w * *(const real_t *) (work->scaled + r * work->stride
                                           + c);
        }
    }

    /* a tree: of every row two, four, all lanes */

    for (r = 0; r < ROWS; r += 2) {
        z[r] = JOIN(z[r], z[r + 1], EVEN, ODD);
    }

    for (r = 0; r < ROWS; r += 4) {
        z[r] = JOIN(z[r], z[r + 2], FIRST, SECOND);
    }

    lanes->score = JOIN(z[0], z[4], LOW, HIGH)
                   + work->rows->w[work->rows->features];
}


/*
 * With e = e^-|z|: the loss is ln(1 + e), and |z| more on the wrong side.
 * Logarithms of products: one for many rows.
 */

static inline void
lanes_slope(lanes_t *lanes)
{
    real_t    beyond, e, f, wrong, y;
    unsigned  k;

    /* beyond: |z| on the wrong side, else -|z| */

    beyond = -(lanes->sign * lanes->score);
    wrong = SELECT(beyond > 0, beyond, (real_t) { 0 });
    y = SELECT(beyond > 0, -beyond, beyond);
    lanes_exp(&e, &y);
    f = 1 / (1 + e);

    /* of the class that the row is not in */

    y = SELECT(beyond > 0, f, e * f);
    lanes->slope = -(lanes->sign * lanes->weight) * y;
    lanes->curvature = lanes->weight * (e * f) * f;

    for (k = 0; k < 2; k++) {
        lanes->product[k] *= 1 + lanes->has[k] * e;
        lanes->excess[k] += lanes->has[k] * wrong;
    }
}


/* e^y of y <= 0, to a few units of the last place; NaN stays NaN. */

static inline void
lanes_exp(real_t *e, const real_t *y)
{
    real_t  k, p, r, r2, r4;

    r = SELECT(*y < LEAST, (real_t) { 0 } + LEAST, *y);
    k = r * LOG2_E + ROUND;
    p = k - ROUND;
    r = r - p * LN2_HI - p * LN2_LO;

    /* the series to the power of 13, |r| <= ln(2) / 2 */

    r2 = r * r;
    r4 = r2 * r2;

    p = 1. / 479001600 + r * (1. / 6227020800);
    p = p * r4 + ((1. / 40320 + r * (1. / 362880))
                  + r2 * (1. / 3628800 + r * (1. / 39916800)));
    p = p * r4 + ((1. / 24 + r * (1. / 120))
                  + r2 * (1. / 720 + r * (1. / 5040)));
    p = p * r4 + r2 * (1. / 2 + r * (1. / 6)) + r + 1;

    *e = (real_t) (((mask_t) p + ((mask_t) k << 52)) | (*y != *y));
}


static inline void
lanes_gradient(ic_logistic_work_t *work, const lanes_t *lanes)
{
    size_t    c;
    real_t    sum;
    unsigned  r;

    for (c = 0; c < work->stride; c += ROWS) {
        sum = *(real_t *) (work->gradient + c);

        for (r = 0; r < ROWS; r++) {
            sum += lanes->slope[r]
                   * *(const real_t *) (work->scaled + r * work->stride + c);
        }

        *(real_t *) (work->gradient + c) = sum;
    }

    for (r = 0; r < ROWS; r++) {
        work->slopes += lanes->slope[r];
    }
}


/* The upper triangle, row by row, each with the intercept last. */

static void
lanes_hessian(ic_logistic_work_t *work, const lanes_t *lanes)
{
    size_t         i, j, n;
    real_t         sum, x;
    double         f[ROWS], *to;
    unsigned       r;
    const double  *row[ROWS];

    n = work->rows->features;
    to = work->hessian;

    for (r = 0; r < ROWS; r++) {
        row[r] = work->scaled + r * work->stride;
    }

    for (i = 0; i < n; i++) {

        for (r = 0; r < ROWS; r++) {
            f[r] = lanes->curvature[r] * row[r][i];
        }

        for (j = i; j + ROWS <= n; j += ROWS, to += ROWS) {
            memcpy(&sum, to, sizeof(real_t));

            for (r = 0; r < ROWS; r++) {
                memcpy(&x, row[r] + j, sizeof(real_t));
                sum += f[r] * x;
            }

            memcpy(to, &sum, sizeof(real_t));
        }

        for ( /* void */ ; j < n; j++, to++) {
            for (r = 0; r < ROWS; r++) {
                *to += f[r] * row[r][j];
            }
        }

        for (r = 0; r < ROWS; r++) {
            *to += f[r];
        }

        to++;
    }

    for (r = 0; r < ROWS; r++) {
        *to += lanes->curvature[r];
    }
}


/* What has gathered in the lanes, and they begin anew. */

static void
lanes_loss(ic_logistic_work_t *work, lanes_t *lanes)
{
    unsigned  k, r;

    for (k = 0; k < 2; k++) {

        for (r = 0; work->with_loss && r < ROWS; r++) {
            work->loss += work->rows->weight[k]
                          * (log(lanes->product[k][r])
                             + lanes->excess[k][r]);
        }

        lanes->product[k] = (real_t) { 0 } + 1;
        lanes->excess[k] = (real_t) { 0 };
    }
}
