
/*
 * Systems of equations with a symmetric positive definite matrix, by
 * Cholesky's factors: additions, products, quotients and square roots only, so
 * that all parties get the same bits.
 *
 * A matrix is its upper triangle row by row: a[i][j], j >= i, is number
 * ic_spd_at(n, i, j) of n (n + 1) / 2.
 */


#ifndef _IC_SPD_H_INCLUDED_
#define _IC_SPD_H_INCLUDED_


#include <stddef.h>


#define ic_spd_size(n)  ((size_t) (n) * ((size_t) (n) + 1) / 2)

#define ic_spd_at(n, i, j)                                                    \
    ((size_t) (i) * (n) - (size_t) (i) * ((i) + 1) / 2 + (j))


/*
 * a = R^T R, R in place of a. -1 if a is not positive definite, and *bad is
 * the first row that depends on those before it: what is left of its diagonal
 * element is below 1e-10 of it.
 */
int ic_spd_factor(double *a, unsigned n, unsigned *bad);

/* x = a^-1 x, by the factor. */
void ic_spd_solve(const double *r, unsigned n, double *x);


#endif /* _IC_SPD_H_INCLUDED_ */
