
/*
 * Newton's method (iteratively reweighted least squares). One secure sum for
 * each iteration: the gradient and the loss in two words each, so that the
 * optimum is exact, and the Hessian. A step that makes the objective larger
 * is halved until it does not.
 */


#include <math.h>
#include <stdlib.h>

#include "../../math/ic_spd.h"
#include "homo_lr.h"


#define NEWTON_WORDS  2          /* of an exact sum */

/* What rounding alone may add to the objective. */
#define NEWTON_NOISE  1e-13


typedef struct {
    unsigned   size;             /* weights and the intercept */
    unsigned   count;            /* of values */
    double    *values;
    double    *hessian;          /* in values */
    double    *gradient;         /* the mean, with the penalty */
    double    *factor;
    double    *step;
    double    *before;
    double     objective;        /* at the weights */
    double     best;             /* at those before the step */
} newton_t;


static int newton_begin(homo_lr_t *lr, newton_t *n);
static void newton_end(newton_t *n);
static int newton_run(homo_lr_t *lr, newton_t *n);
static int newton_sum(homo_lr_t *lr, newton_t *n, bool last);
static double newton_loss(const newton_t *n);
static void newton_objective(homo_lr_t *lr, newton_t *n);
static int newton_step(homo_lr_t *lr, newton_t *n);
static void newton_halve(homo_lr_t *lr, newton_t *n);


int
homo_lr_newton(homo_lr_t *lr)
{
    int       rc;
    newton_t  n;

    memset(&n, 0, sizeof(n));
    rc = newton_begin(lr, &n);

    if (rc == 0) {
        rc = homo_lr_start(lr, n.count);
    }

    if (rc == 0) {
        rc = newton_run(lr, &n);
    }

    if (rc == 0 && lr->params.class_weight == HOMO_LR_ALIKE) {
        rc = homo_lr_errors(lr, n.hessian);
    }

    newton_end(&n);

    return rc;
}


static int
newton_begin(homo_lr_t *lr, newton_t *n)
{
    size_t  size;

    n->size = lr->params.features + 1;
    size = ic_spd_size(n->size);
    n->count = NEWTON_WORDS * (n->size + 1) + (unsigned) size;
    n->values = calloc(n->count, sizeof(double));
    n->gradient = calloc(n->size, sizeof(double));
    n->factor = calloc(size, sizeof(double));
    n->step = calloc(n->size, sizeof(double));
    n->before = calloc(n->size, sizeof(double));

    if (n->values == NULL || n->gradient == NULL || n->factor == NULL
        || n->step == NULL || n->before == NULL)
    {
        return homo_lr_no_memory(lr);
    }

    n->hessian = n->values + NEWTON_WORDS * (n->size + 1);

    return 0;
}


static void
newton_end(newton_t *n)
{
    free(n->values);
    free(n->gradient);
    free(n->factor);
    free(n->step);
    free(n->before);
}


/* The sum after the last step gives the last loss and the errors. */

static int
newton_run(homo_lr_t *lr, newton_t *n)
{
    bool      worse;
    unsigned  number;

    for (number = 0; number <= lr->params.max_iter; number++) {
        homo_lr_report(lr, number);

        if (newton_sum(lr, n, number == lr->params.max_iter) != 0) {
            return -1;
        }

        lr->model.iterations = number;
        worse = number > 0
                && n->objective > n->best + NEWTON_NOISE * fabs(n->best);

        if (number > 0 && homo_lr_take_loss(lr, newton_loss(n)) && !worse) {
            lr->model.converged = true;
        }

        if (lr->model.converged || number == lr->params.max_iter) {
            break;
        }

        if (worse) {
            newton_halve(lr, n);
            continue;
        }

        if (newton_step(lr, n) != 0) {
            return -1;
        }

        lr->model.converged = homo_lr_weights_converged(lr, n->before);
    }

    return 0;
}


static int
newton_sum(homo_lr_t *lr, newton_t *n, bool last)
{
    double    loss;
    unsigned  i;

    memset(n->values, 0, n->count * sizeof(double));
    memset(n->gradient, 0, n->size * sizeof(double));
    loss = 0;

    if (homo_lr_add(lr, 0, lr->set.rows, n->gradient, &loss, n->hessian)
        != 0)
    {
        return -1;
    }

    for (i = 0; i < n->size; i++) {
        homo_lr_split(n->gradient[i], n->values + NEWTON_WORDS * i);
    }

    homo_lr_split(loss, n->values + NEWTON_WORDS * i);

    if (ic_aggregate_sum(lr->sums, n->values, n->count,
                         last || lr->model.converged ? 0 : n->count)
        != 0)
    {
        return -1;
    }

    newton_objective(lr, n);

    return 0;
}


static double
newton_loss(const newton_t *n)
{
    return homo_lr_join(n->values + NEWTON_WORDS * n->size);
}


/* The mean loss and gradient, with the penalty. */

static void
newton_objective(homo_lr_t *lr, newton_t *n)
{
    double    alpha, rows;
    unsigned  i;

    rows = (double) lr->model.rows;
    alpha = lr->params.penalty == IC_PENALTY_L2 ? lr->params.alpha : 0;
    n->objective = newton_loss(n) / rows;

    for (i = 0; i < n->size; i++) {
        n->gradient[i] = homo_lr_join(n->values + NEWTON_WORDS * i) / rows;

        if (i + 1 < n->size) {
            n->gradient[i] += alpha * lr->model.weights[i];
            n->objective += alpha / 2 * lr->model.weights[i]
                            * lr->model.weights[i];
        }
    }

    if (!lr->params.fit_intercept) {
        n->gradient[n->size - 1] = 0;
    }
}


static int
newton_step(homo_lr_t *lr, newton_t *n)
{
    unsigned  i;

    if (homo_lr_system(lr, n->hessian, n->factor) != 0) {
        return -1;
    }

    memcpy(n->step, n->gradient, n->size * sizeof(double));
    ic_spd_solve(n->factor, n->size, n->step);
    memcpy(n->before, lr->model.weights, n->size * sizeof(double));
    n->best = n->objective;

    for (i = 0; i < n->size; i++) {
        lr->model.weights[i] -= n->step[i];
    }

    return 0;
}


static void
newton_halve(homo_lr_t *lr, newton_t *n)
{
    unsigned  i;

    for (i = 0; i < n->size; i++) {
        n->step[i] /= 2;
        lr->model.weights[i] = n->before[i] - n->step[i];
    }
}


int
homo_lr_system(homo_lr_t *lr, const double *hessian, double *factor)
{
    size_t       at;
    double       alpha, rows;
    unsigned     i, bad, size;
    const char  *name;

    size = lr->params.features + 1;
    rows = (double) lr->model.rows;
    alpha = lr->params.penalty == IC_PENALTY_L2 ? lr->params.alpha : 0;

    for (at = 0; at < ic_spd_size(size); at++) {
        factor[at] = hessian[at] / rows;
    }

    for (i = 0; i + 1 < size; i++) {
        factor[ic_spd_at(size, i, i)] += alpha;

        if (!lr->params.fit_intercept) {
            factor[ic_spd_at(size, i, size - 1)] = 0;
        }
    }

    if (!lr->params.fit_intercept) {
        factor[ic_spd_at(size, i, i)] = 1;
    }

    if (ic_spd_factor(factor, size, &bad) == 0) {
        return 0;
    }

    name = bad < lr->params.features ? lr->params.attributes[bad]
                                     : "intercept";

    return ic_task_fail(lr->task, "data_collinear",
                        bad < lr->params.features ? name : NULL, 0,
                        "the Hessian has no inverse: \"%s\" follows from the "
                        "columns before it, is constant, or the classes can "
                        "be separated", name);
}
