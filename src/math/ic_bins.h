
/*
 * Bins of a column of numbers, which of them become one, and what they say
 * of a label of two classes: weight of evidence and information value.
 * Bin i has edges[i - 1] < x <= edges[i]; there is one bin more than edges.
 */


#ifndef _IC_BINS_H_INCLUDED_
#define _IC_BINS_H_INCLUDED_


#include <stdint.h>


#define IC_BINS_MAX  1024            /* that are merged */


/*
 * Rising edges, at most bins - 1 of them, none at or above the largest value:
 * of as equal numbers of the n sorted values as ties allow (each edge is one
 * of them), or of equal width. Their number.
 */
unsigned ic_bins_quantile(const double *sorted, int64_t n, unsigned bins,
    double *edges);
unsigned ic_bins_width(double low, double high, unsigned bins,
    double *edges);

/* The bin of x. */
unsigned ic_bins_find(const double *edges, unsigned nedges, double x);


/*
 * Merging: group[i] is the new number of each of n bins, n up to
 * IC_BINS_MAX. All but the last merge neighbours only and number groups in
 * their order. The number of groups.
 *
 * by_rows: the smallest bin below `least` rows joins its smaller neighbour,
 *     until there is none or one bin.
 * by_chi: the neighbours with the least chi-squared of their 2 x 2 table
 *     become one, until there are at most `most` (ChiMerge, Kerber 1992).
 * monotone: those whose rates of positives violate a rising or a falling
 *     order are pooled, whichever leaves the larger information value.
 * by_class: all with fewer than `least` of either class become one group, as
 *     long as that has too few with the smallest of the others.
 * by_both: the bin with the fewest of a class, if below `least`, joins its
 *     smaller neighbour, until there is none or one bin. Counts may be cut
 *     off at `least`.
 */
unsigned ic_bins_by_rows(const int64_t *rows, unsigned n, int64_t least,
    unsigned *group);
unsigned ic_bins_by_chi(const int64_t *positives, const int64_t *negatives,
    unsigned n, unsigned most, unsigned *group);
unsigned ic_bins_monotone(const int64_t *positives,
    const int64_t *negatives, unsigned n, unsigned *group);
unsigned ic_bins_by_class(const int64_t *positives,
    const int64_t *negatives, unsigned n, int64_t least, unsigned *group);

unsigned ic_bins_by_both(const int64_t *positives, const int64_t *negatives,
    unsigned n, int64_t least, unsigned *group);

/* Sums of values by groups: sums[groups] from values[n]. */
void ic_bins_sum(const int64_t *values, const unsigned *group, unsigned n,
    int64_t *sums, unsigned groups);


/*
 * woe = ln((p / P) / (q / Q)), p of the P positives and q of the Q negatives
 * in the bin; where one of p, q is 0, `adjustment` is added to both; a bin
 * without rows, and all of them where P or Q is 0, have 0. Returns the
 * information value, sum (p / P - q / Q) woe, with p, q as adjusted.
 */
double ic_bins_woe(const int64_t *positives, const int64_t *negatives,
    unsigned n, double adjustment, double *woe);


#endif /* _IC_BINS_H_INCLUDED_ */
