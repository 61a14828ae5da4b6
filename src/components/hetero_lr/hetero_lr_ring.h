
/* Words of Z_2^128: this party's own arithmetic. */


#ifndef _HETERO_LR_RING_H_INCLUDED_
#define _HETERO_LR_RING_H_INCLUDED_


#include "hetero_lr.h"


/* z[i] += sum_j x[i][j] w[j], g[j] += sum_i x[i][j] e[i]; rows of columns. */
void hetero_ring_rows(hetero_word_t *z, const int32_t *x, size_t rows,
    unsigned columns, const hetero_word_t *w);
void hetero_ring_columns(hetero_word_t *g, const int32_t *x, size_t rows,
    unsigned columns, const hetero_word_t *e);

/* sum_i v[i]^2 */
hetero_word_t hetero_ring_squares(const hetero_word_t *v, size_t count);

/*
 * One party's share of a gradient sum (2^-(E + X)) times factor, as a share
 * of a weight (2^-W). first: of the two parties exactly one. With the value
 * v, both together are off by 2^-27 at most, unless a share near the ring's
 * end wraps: probability 2^(bits of v + 1 - 128).
 */
hetero_word_t hetero_ring_step(hetero_word_t share, double factor,
    bool first);

/*
 * A share below 2^127 in size that is an integer share (the two add up
 * without the ring) times a factor below 1.
 */
hetero_word_t hetero_ring_scale(hetero_word_t share, double factor,
    bool first);

/* What a word of that scale stands for. */
double hetero_ring_value(hetero_word_t word, int bits);


#endif /* _HETERO_LR_RING_H_INCLUDED_ */
