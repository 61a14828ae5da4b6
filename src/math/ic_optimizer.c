
/* Gradient steps. */


#include <math.h>
#include <stdlib.h>

#include "ic_optimizer.h"


/* g becomes what is subtracted from w. */
typedef void (*step_pt)(ic_optimizer_t *o, double eta, double *g);


static void step_sgd(ic_optimizer_t *o, double eta, double *g);
static void step_rmsprop(ic_optimizer_t *o, double eta, double *g);
static void step_adam(ic_optimizer_t *o, double eta, double *g);
static void step_adagrad(ic_optimizer_t *o, double eta, double *g);
static void step_nesterov(ic_optimizer_t *o, double eta, double *g);
static double rate_at(const ic_optimizer_t *o, unsigned t);
static void shrink(double *w, unsigned count, double threshold);


static const step_pt  steps[] = {
    step_sgd, step_rmsprop, step_adam, step_adagrad, step_nesterov
};


int
ic_optimizer_init(ic_optimizer_t *optimizer, unsigned size)
{
    optimizer->size = size;
    optimizer->m = calloc(size, sizeof(double));
    optimizer->v = calloc(size, sizeof(double));
    optimizer->beta1_power = 1;
    optimizer->beta2_power = 1;

    return (optimizer->m == NULL || optimizer->v == NULL) ? -1 : 0;
}


void
ic_optimizer_free(ic_optimizer_t *optimizer)
{
    free(optimizer->m);
    free(optimizer->v);

    optimizer->m = NULL;
    optimizer->v = NULL;
}


void
ic_optimizer_step(ic_optimizer_t *optimizer, unsigned t, double *w,
    double *g)
{
    double    eta;
    unsigned  i, features;

    features = optimizer->size - 1;
    eta = rate_at(optimizer, t);

    if (optimizer->penalty == IC_PENALTY_L2) {
        for (i = 0; i < features; i++) {
            g[i] += optimizer->alpha * w[i];
        }
    }

    steps[optimizer->kind](optimizer, eta, g);

    for (i = 0; i < features; i++) {
        w[i] -= g[i];
    }

    if (!optimizer->fix_intercept) {
        w[features] -= g[features];
    }

    if (optimizer->penalty == IC_PENALTY_L1) {
        shrink(w, features, optimizer->alpha * eta);
    }
}


static double
rate_at(const ic_optimizer_t *o, unsigned t)
{
    double  divisor;

    divisor = 1 + o->decay * t;

    return o->learning_rate / (o->decay_sqrt ? sqrt(divisor) : divisor);
}


static void
step_sgd(ic_optimizer_t *o, double eta, double *g)
{
    unsigned  i;

    for (i = 0; i < o->size; i++) {
        g[i] = eta * g[i];
    }
}


static void
step_rmsprop(ic_optimizer_t *o, double eta, double *g)
{
    unsigned  i;

    for (i = 0; i < o->size; i++) {
        o->m[i] = 0.99 * o->m[i] + 0.01 * (g[i] * g[i]);
        g[i] = eta * g[i] / sqrt(o->m[i] + 1e-6);
    }
}


static void
step_adam(ic_optimizer_t *o, double eta, double *g)
{
    double    m, v;
    unsigned  i;

    o->beta1_power *= 0.9;
    o->beta2_power *= 0.999;

    for (i = 0; i < o->size; i++) {
        o->m[i] = 0.9 * o->m[i] + 0.1 * g[i];
        o->v[i] = 0.999 * o->v[i] + 0.001 * (g[i] * g[i]);

        m = o->m[i] / (1 - o->beta1_power);
        v = o->v[i] / (1 - o->beta2_power);

        g[i] = eta * m / (sqrt(v) + 1e-8);
    }
}


static void
step_adagrad(ic_optimizer_t *o, double eta, double *g)
{
    unsigned  i;

    for (i = 0; i < o->size; i++) {
        o->m[i] += g[i] * g[i];
        g[i] = eta * g[i] / (sqrt(o->m[i]) + 1e-7);
    }
}


static void
step_nesterov(ic_optimizer_t *o, double eta, double *g)
{
    double    v;
    unsigned  i;

    for (i = 0; i < o->size; i++) {
        v = 0.9 * o->m[i] - eta * g[i];
        g[i] = 0.9 * o->m[i] - 1.9 * v;
        o->m[i] = v;
    }
}


static void
shrink(double *w, unsigned count, double threshold)
{
    double    size;
    unsigned  i;

    for (i = 0; i < count; i++) {
        size = fabs(w[i]) - threshold;
        w[i] = (size > 0) ? copysign(size, w[i]) : 0;
    }
}
