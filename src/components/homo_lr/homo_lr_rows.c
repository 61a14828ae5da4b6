
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
    ic_logistic_rows_t  rows;
    int64_t             first;
    int64_t             end;
    int64_t             piece;
    bool                gradient;    /* what is wanted */
    bool                loss;
    bool                hessian;
    size_t              width;       /* of sums, for a piece */
    double             *sums;        /* gradient, loss, Hessian */
} rows_work_t;


static int rows_part(void *context, size_t first, size_t count);
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
    rows_work_t   work = { .first = first, .end = end,
                           .gradient = gradient != NULL,
                           .loss = loss != NULL,
                           .hessian = hessian != NULL };

    n = lr->params.features;
    work.rows = (ic_logistic_rows_t) {
        .features = n, .x = lr->data.x, .label = lr->data.label,
        .number = lr->set.number, .shift = lr->model.shift,
        .scale = lr->model.scale, .w = lr->model.weights,
        .weight = { lr->model.weight[0], lr->model.weight[1] }
    };
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
    int                 rc;
    double             *sums;
    size_t              k;
    int64_t             from, to;
    unsigned            n;
    const rows_work_t  *work = context;

    n = work->rows.features;

    for (rc = 0, k = first; rc == 0 && k < first + count; k++) {
        from = work->first + (int64_t) k * work->piece;
        to = work->end < from + work->piece ? work->end
                                            : from + work->piece;
        sums = work->sums + k * work->width;
        rc = ic_logistic_sums(&work->rows, from, to,
                              work->gradient ? sums : NULL,
                              work->loss ? &sums[n + 1] : NULL,
                              work->hessian ? sums + n + 2 : NULL);
    }

    return rc;
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
