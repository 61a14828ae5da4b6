
/*
 * What no party of the network can do: all rows in one place. The demo
 * made the rows, so it may compare the joint model with the plaintext one.
 */


#ifndef _CTL_DEMO_POOLED_H_INCLUDED_
#define _CTL_DEMO_POOLED_H_INCLUDED_


#include "../math/ic_logistic.h"
#include "ctl_demo_data.h"


typedef struct {
    int64_t         rows;
    int64_t         party_rows[32];
    unsigned        features;
    double         *x;           /* rows x features, as in the files */
    uint8_t        *label;
} ctl_pool_t;

/* Weights on standardised features; the intercept last. */
typedef struct {
    double  *weights;
    double  *mean;
    double  *deviation;
} ctl_model_t;


/* Reads all files. 0 or -1 with a message. */
int ctl_pool_load(ctl_pool_t *pool, const ctl_demo_data_t *data,
    ic_arena_t *arena);

/*
 * Gradient descent as the demo asks the network for it: full batch, sgd,
 * L2 0.01, rate 0.15 decaying with the root. losses[iterations]: the mean
 * loss after each step, as the component reports it.
 */
int ctl_pool_train(const ctl_pool_t *pool, unsigned iterations,
    ctl_model_t *model, double *losses, ic_arena_t *arena);

/* Probabilities of all rows. 0 or -1. */
int ctl_pool_score(const ctl_pool_t *pool, const ctl_model_t *model,
    double *p);


#endif /* _CTL_DEMO_POOLED_H_INCLUDED_ */
