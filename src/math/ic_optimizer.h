
/*
 * Gradient steps, the same at every party bit for bit: only additions,
 * products, quotients and square roots of IEEE doubles, no library
 * functions that differ between machines.
 *
 * The last of the size coordinates is the intercept, never penalised.
 * t: the iteration from 0; eta_t = eta / sqrt(1 + decay t) or
 * eta / (1 + decay t); m, v start at 0:
 *
 *     L2                     g += alpha w
 *     sgd                    w -= eta_t g
 *     rmsprop                m = .99 m + .01 g^2;  w -= eta_t g /
 *                            sqrt(m + 1e-6)
 *     adagrad                m += g^2;  w -= eta_t g / (sqrt(m) + 1e-7)
 *     adam                   m = .9 m + .1 g;  v = .999 v + .001 g^2;
 *                            w -= eta_t m / (1 - .9^s) /
 *                            (sqrt(v / (1 - .999^s)) + 1e-8), s: steps
 *     nesterov_momentum_sgd  v = .9 m - eta_t g;  w -= .9 m - 1.9 v;  m = v
 *     L1                     w = sign(w) max(0, |w| - alpha eta_t) after
 *                            the step (proximal)
 */


#ifndef _IC_OPTIMIZER_H_INCLUDED_
#define _IC_OPTIMIZER_H_INCLUDED_


#include <stdbool.h>


typedef enum {
    IC_OPTIMIZER_SGD = 0,
    IC_OPTIMIZER_RMSPROP,
    IC_OPTIMIZER_ADAM,
    IC_OPTIMIZER_ADAGRAD,
    IC_OPTIMIZER_NESTEROV
} ic_optimizer_kind_e;

typedef enum {
    IC_PENALTY_L2 = 0,
    IC_PENALTY_L1,
    IC_PENALTY_NONE
} ic_penalty_e;


typedef struct {
    ic_optimizer_kind_e   kind;
    ic_penalty_e          penalty;
    double                alpha;
    double                learning_rate;
    double                decay;
    bool                  decay_sqrt;
    bool                  fix_intercept;  /* it keeps its value */

    unsigned              size;           /* weights and the intercept */
    double               *m;
    double               *v;
    double                beta1_power;    /* .9^s and .999^s */
    double                beta2_power;
} ic_optimizer_t;


/* Fill in the upper part first. 0, or -1 without memory. */
int ic_optimizer_init(ic_optimizer_t *optimizer, unsigned size);
void ic_optimizer_free(ic_optimizer_t *optimizer);

/*
 * One step: w[size] from the mean gradient g[size] of the loss alone; g is
 * overwritten.
 */
void ic_optimizer_step(ic_optimizer_t *optimizer, unsigned t, double *w,
    double *g);


#endif /* _IC_OPTIMIZER_H_INCLUDED_ */
