
/* Logistic regression: sums over rows, exact (no polynomial sigmoid). */


#ifndef _IC_LOGISTIC_H_INCLUDED_
#define _IC_LOGISTIC_H_INCLUDED_


#include <stdbool.h>
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


/* Scaled and weighted rows of a table, and the model's weights. */
typedef struct {
    unsigned        features;
    const double   *x;           /* row by row */
    const uint8_t  *label;       /* 1 or 0 */
    const int64_t  *number;      /* which rows, in this order; NULL: all */
    const double   *shift;       /* (x - shift) / scale; NULL: x */
    const double   *scale;
    double          weight[2];   /* of a row with label 0, 1 */
    const double   *w;           /* features, then the intercept */
} ic_logistic_rows_t;

/*
 * Adds, of the rows [first, end) (those of number, if it is not NULL), to
 * gradient[features + 1], to the loss, and to the upper triangle of the
 * Hessian, sum p (1 - p) x x^T, x with a 1 last, row by row; each may be
 * NULL. By the vectors that the processor has, the same bits on all. The
 * loss of a row is off by some 10^-16, slopes by a few units of the last
 * place. 0, or -1: memory.
 */
int ic_logistic_sums(const ic_logistic_rows_t *rows, int64_t first,
    int64_t end, double *gradient, double *loss, double *hessian);


#endif /* _IC_LOGISTIC_H_INCLUDED_ */
