
/*
 * Sums over this party's rows, on several threads. The rows are cut into
 * pieces by their number alone, and the sums of pieces added in order, so
 * that the number of threads changes no bit.
 */


#include <math.h>
#include <stdlib.h>

#include "../../math/ic_fixed.h"
#include "../../math/ic_parallel.h"
#include "../../math/ic_spd.h"
#include "homo_lr.h"


#define ROWS_PIECE   4096        /* at least */
#define ROWS_PIECES  16          /* at most */


typedef struct {
    const homo_lr_t  *lr;
    int64_t           first;
    int64_t           end;
    int64_t           piece;
    bool              gradient;  /* what is wanted */
    bool              loss;
    bool              hessian;
    size_t            width;     /* of sums, for a piece */
    double           *sums;      /* gradient, loss, Hessian */
} rows_work_t;


static int rows_part(void *context, size_t first, size_t count);
static void rows_sum(const rows_work_t *work, int64_t first, int64_t end,
    double *space, double *sums);
static void rows_hessian(const double *x, unsigned n, double d,
    double *hessian);
static const double *rows_scaled(const homo_lr_t *lr, int64_t row,
    double *space);
static void rows_inverse(const homo_lr_t *lr, double *space);
static double rows_score(const homo_lr_t *lr, const double *x);


int64_t
homo_lr_number(const homo_lr_t *lr, int64_t i)
{
    return lr->set.number != NULL ? lr->set.number[i] : i;
}


int
homo_lr_add(homo_lr_t *lr, int64_t first, int64_t end, double *gradient,
    double *loss, double *hessian)
{
    int           rc;
    size_t        i, k, pieces;
    unsigned      n;
    const double *sums;
    rows_work_t   work = { .lr = lr, .first = first, .end = end,
                           .gradient = gradient != NULL,
                           .loss = loss != NULL,
                           .hessian = hessian != NULL };

    n = lr->params.features;
    work.width = n + 2 + (work.hessian ? ic_spd_size(n + 1) : 0);
    work.piece = (end - first + ROWS_PIECES - 1) / ROWS_PIECES;
    work.piece = work.piece < ROWS_PIECE ? ROWS_PIECE : work.piece;
    pieces = (size_t) ((end - first + work.piece - 1) / work.piece);
    work.sums = calloc(pieces * work.width + 1, sizeof(double));

    rc = work.sums == NULL ? -1
         : ic_parallel(ic_parallel_processors(), pieces, 1, rows_part,
                       &work);

    for (k = 0; rc == 0 && k < pieces; k++) {
        sums = work.sums + k * work.width;

        for (i = 0; work.gradient && i <= n; i++) {
            gradient[i] += sums[i];
        }

        if (work.loss) {
            *loss += sums[n + 1];
        }

        for (i = n + 2; i < work.width; i++) {
            hessian[i - n - 2] += sums[i];
        }
    }

    free(work.sums);

    return rc == 0 ? 0 : homo_lr_no_memory(lr);
}


static int
rows_part(void *context, size_t first, size_t count)
{
    double             *space;
    size_t              k;
    int64_t             from, to;
    const rows_work_t  *work = context;

    space = calloc(2 * work->lr->params.features + 1, sizeof(double));

    if (space == NULL) {
        return -1;
    }

    rows_inverse(work->lr, space);

    for (k = first; k < first + count; k++) {
        from = work->first + (int64_t) k * work->piece;
        to = work->end < from + work->piece ? work->end
                                            : from + work->piece;
        rows_sum(work, from, to, space, work->sums + k * work->width);
    }

    free(space);

    return 0;
}


/*
 * With e = e^-|z| for s = 1 or -1 by the label: the loss is ln(1 + e), and
 * |z| more if the sign is wrong; (logistic(s z) - 1) s is the slope.
 */

static void
rows_sum(const rows_work_t *work, int64_t first, int64_t end, double *space,
    double *sums)
{
    double            d, e, p, weight, z;
    int64_t           row;
    uint8_t           label;
    unsigned          i, n;
    const double     *x;
    const homo_lr_t  *lr;

    lr = work->lr;
    n = lr->params.features;

    for ( /* void */ ; first < end; first++) {
        row = homo_lr_number(lr, first);
        x = rows_scaled(lr, row, space);
        z = rows_score(lr, x);
        label = lr->data.label[row];
        weight = lr->model.weight[label];
        e = exp(-fabs(z));

        /* p: of the class that the row is not in */

        p = (z > 0) == (label == 1) ? e / (1 + e) : 1 / (1 + e);
        d = weight * (label ? -p : p);

        if (work->loss) {
            sums[n + 1] += weight * (log1p(e) + ((z > 0) == (label == 1)
                                                 ? 0 : fabs(z)));
        }

        for (i = 0; work->gradient && i < n; i++) {
            sums[i] += d * x[i];
        }

        sums[n] += d;

        if (work->hessian) {
            rows_hessian(x, n, weight * e / ((1 + e) * (1 + e)),
                         sums + n + 2);
        }
    }
}


static void
rows_hessian(const double *x, unsigned n, double d, double *hessian)
{
    double    f;
    unsigned  i, j;

    for (i = 0; i < n; i++) {
        f = d * x[i];

        for (j = i; j < n; j++) {
            *hessian++ += f * x[j];
        }

        *hessian++ += f;
    }

    *hessian += d;
}


/* Features of a row of the data, in space until the next call. */

static const double *
rows_scaled(const homo_lr_t *lr, int64_t row, double *space)
{
    unsigned       i, n;
    const double  *x;

    n = lr->params.features;
    x = lr->data.x + (size_t) row * n;

    if (lr->model.shift == NULL) {
        return x;
    }

    for (i = 0; i < n; i++) {
        space[i] = (x[i] - lr->model.shift[i]) * space[n + i];
    }

    return space;
}


/* 1 / scale, behind the place of a row. */

static void
rows_inverse(const homo_lr_t *lr, double *space)
{
    unsigned  i, n;

    n = lr->params.features;

    for (i = 0; lr->model.shift != NULL && i < n; i++) {
        space[n + i] = 1 / lr->model.scale[i];
    }
}


/* Four sums, so that one need not wait for the other. */

static double
rows_score(const homo_lr_t *lr, const double *x)
{
    double         z[4] = { 0, 0, 0, 0 };
    unsigned       i, n;
    const double  *w;

    w = lr->model.weights;
    n = lr->params.features;

    for (i = 0; i + 4 <= n; i += 4) {
        z[0] += w[i] * x[i];
        z[1] += w[i + 1] * x[i + 1];
        z[2] += w[i + 2] * x[i + 2];
        z[3] += w[i + 3] * x[i + 3];
    }

    for ( /* void */ ; i < n; i++) {
        z[0] += w[i] * x[i];
    }

    return z[0] + z[1] + (z[2] + z[3]) + w[n];
}


double
homo_lr_predict(const homo_lr_t *lr, int64_t row)
{
    rows_inverse(lr, lr->row);

    return ic_logistic(rows_score(lr, rows_scaled(lr, row, lr->row)));
}


void
homo_lr_clipped(const homo_lr_t *lr, int64_t first, int64_t end,
    uint64_t *sum)
{
    double         d, length, z;
    int64_t        row;
    unsigned       i, n;
    const double  *x;

    n = lr->params.features;
    rows_inverse(lr, lr->row);

    for ( /* void */ ; first < end; first++) {
        row = homo_lr_number(lr, first);
        x = rows_scaled(lr, row, lr->row);

        for (length = lr->params.fit_intercept, i = 0; i < n; i++) {
            length += x[i] * x[i];
        }

        z = rows_score(lr, x);
        d = lr->data.label[row] ? -ic_logistic(-z) : ic_logistic(z);
        length = sqrt(length) * fabs(d);

        if (length > lr->params.clip) {
            d *= lr->params.clip / length;
        }

        /* towards zero, and a hair less: no rounding makes it longer */

        d *= 1 - 1e-12;

        for (i = 0; i < n; i++) {
            sum[i] += (uint64_t) (int64_t) ldexp(d * x[i], IC_FIXED_BITS);
        }

        if (lr->params.fit_intercept) {
            sum[n] += (uint64_t) (int64_t) ldexp(d, IC_FIXED_BITS);
        }
    }
}


void
homo_lr_lengths(const homo_lr_t *lr, double *sum)
{
    int64_t        row;
    unsigned       i, n;
    const double  *x;

    n = lr->params.features;
    rows_inverse(lr, lr->row);

    for (row = 0; row < lr->set.rows; row++) {
        x = rows_scaled(lr, homo_lr_number(lr, row), lr->row);

        for (i = 0; i < n; i++) {
            sum[i] += fabs(x[i]);
        }
    }
}
