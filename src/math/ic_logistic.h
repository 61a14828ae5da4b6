
/* Logistic regression: sums over rows, exact (no polynomial sigmoid). */


#ifndef _IC_LOGISTIC_H_INCLUDED_
#define _IC_LOGISTIC_H_INCLUDED_


#include <stdint.h>


/* Rows: x[rows][features], row by row; label[rows]: 1 or 0. */
typedef struct {
    int64_t         rows;
    unsigned        features;
    const double   *x;
    const uint8_t  *label;
} ic_samples_t;


/* 1 / (1 + e^-z) without overflow. */
double ic_logistic(double z);

/* ln(1 + e^-z) without overflow. */
double ic_logistic_loss(double z);

/* z = w.x + intercept; w[features + 1], the intercept last. */
double ic_logistic_score(const double *w, const double *x,
    unsigned features);

/*
 * Adds to gradient[features + 1] the gradient of the loss of the rows
 * [first, end): sum of (1 / (1 + e^-sz) - 1) s x, s = 1 or -1.
 */
void ic_logistic_gradient(const ic_samples_t *samples, int64_t first,
    int64_t end, const double *w, double *gradient);

/* The sum of ln(1 + e^-sz) over all rows. */
double ic_logistic_loss_sum(const ic_samples_t *samples, const double *w);


#endif /* _IC_LOGISTIC_H_INCLUDED_ */
