
/* Bins of a column of numbers. */


#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "ic_bins.h"


/* Bins that were made one, in order. */
typedef struct {
    unsigned  first;
    int64_t   p;                 /* positives, or rows */
    int64_t   q;
} bins_part_t;


static int64_t bins_fewest(const bins_part_t *part);
static int64_t bins_size(const bins_part_t *part);
static void bins_join(bins_part_t *parts, unsigned *count, unsigned k);
static unsigned bins_number(const bins_part_t *parts, unsigned count,
    unsigned n, unsigned *group);
static double bins_chi(const bins_part_t *a, const bins_part_t *b);
static unsigned bins_pool(const int64_t *positives, const int64_t *negatives,
    unsigned n, bool falling, unsigned *group);
static bool bins_violate(const bins_part_t *a, const bins_part_t *b,
    bool falling);
static double bins_value(const int64_t *positives, const int64_t *negatives,
    const unsigned *group, unsigned n, unsigned groups);


unsigned
ic_bins_quantile(const double *sorted, int64_t n, unsigned bins,
    double *edges)
{
    double    edge;
    int64_t   at;
    unsigned  i, count;

    for (count = 0, i = 1; n > 0 && i < bins; i++) {
        at = (int64_t) (((__int128_t) n * i + bins - 1) / bins) - 1;
        edge = sorted[at < 0 ? 0 : at];

        if (edge < sorted[n - 1] && (count == 0 || edge > edges[count - 1]))
        {
            edges[count++] = edge;
        }
    }

    return count;
}


unsigned
ic_bins_width(double low, double high, unsigned bins, double *edges)
{
    double    edge, part;
    unsigned  i, count;

    for (count = 0, i = 1; i < bins; i++) {
        part = (double) i / bins;
        edge = low * (1 - part) + high * part;

        if (edge >= low && edge < high
            && (count == 0 || edge > edges[count - 1]))
        {
            edges[count++] = edge;
        }
    }

    return count;
}


unsigned
ic_bins_find(const double *edges, unsigned nedges, double x)
{
    unsigned  low, high, middle;

    low = 0;
    high = nedges;

    while (low < high) {
        middle = (low + high) / 2;

        if (x <= edges[middle]) {
            high = middle;

        } else {
            low = middle + 1;
        }
    }

    return low;
}


unsigned
ic_bins_by_rows(const int64_t *rows, unsigned n, int64_t least,
    unsigned *group)
{
    unsigned     i, k, count;
    bins_part_t  parts[IC_BINS_MAX];

    for (i = 0; i < n; i++) {
        parts[i] = (bins_part_t) { i, rows[i], 0 };
    }

    for (count = n; count > 1; /* void */ ) {

        for (k = 0, i = 1; i < count; i++) {
            k = parts[i].p < parts[k].p ? i : k;
        }

        if (parts[k].p >= least) {
            break;
        }

        /* with the one behind it, unless the one before is smaller */

        if (k == count - 1 || (k > 0 && parts[k - 1].p < parts[k + 1].p)) {
            k--;
        }

        bins_join(parts, &count, k);
    }

    return bins_number(parts, count, n, group);
}


unsigned
ic_bins_by_chi(const int64_t *positives, const int64_t *negatives,
    unsigned n, unsigned most, unsigned *group)
{
    double       chi, least;
    unsigned     i, k, count;
    bins_part_t  parts[IC_BINS_MAX];

    for (i = 0; i < n; i++) {
        parts[i] = (bins_part_t) { i, positives[i], negatives[i] };
    }

    for (count = n; count > most; /* void */ ) {
        least = INFINITY;

        for (k = 0, i = 0; i + 1 < count; i++) {
            chi = bins_chi(&parts[i], &parts[i + 1]);

            if (chi < least) {
                least = chi;
                k = i;
            }
        }

        bins_join(parts, &count, k);
    }

    return bins_number(parts, count, n, group);
}


/* n (ad - bc)^2 / ((a + b) (c + d) (a + c) (b + d)) */

static double
bins_chi(const bins_part_t *a, const bins_part_t *b)
{
    double  cross, below;

    cross = (double) a->p * (double) b->q - (double) a->q * (double) b->p;
    below = (double) (a->p + a->q) * (double) (b->p + b->q)
            * (double) (a->p + b->p) * (double) (a->q + b->q);

    return below > 0 ? cross * cross
                       * (double) (a->p + a->q + b->p + b->q) / below : 0;
}


unsigned
ic_bins_monotone(const int64_t *positives, const int64_t *negatives,
    unsigned n, unsigned *group)
{
    unsigned  rising, falling, other[IC_BINS_MAX];

    rising = bins_pool(positives, negatives, n, false, group);
    falling = bins_pool(positives, negatives, n, true, other);

    if (bins_value(positives, negatives, other, n, falling)
        <= bins_value(positives, negatives, group, n, rising))
    {
        return rising;
    }

    memcpy(group, other, n * sizeof(unsigned));

    return falling;
}


/* Pool adjacent violators. */

static unsigned
bins_pool(const int64_t *positives, const int64_t *negatives, unsigned n,
    bool falling, unsigned *group)
{
    unsigned     i, count;
    bins_part_t  parts[IC_BINS_MAX];

    for (count = 0, i = 0; i < n; i++) {
        parts[count++] = (bins_part_t) { i, positives[i], negatives[i] };

        while (count > 1 && bins_violate(&parts[count - 2],
                                         &parts[count - 1], falling))
        {
            bins_join(parts, &count, count - 2);
        }
    }

    return bins_number(parts, count, n, group);
}


static bool
bins_violate(const bins_part_t *a, const bins_part_t *b, bool falling)
{
    __int128_t  one, other;

    one = (__int128_t) a->p * (b->p + b->q);
    other = (__int128_t) b->p * (a->p + a->q);

    return falling ? one < other : one > other;
}


static double
bins_value(const int64_t *positives, const int64_t *negatives,
    const unsigned *group, unsigned n, unsigned groups)
{
    double   woe[IC_BINS_MAX];
    int64_t  p[IC_BINS_MAX], q[IC_BINS_MAX];

    ic_bins_sum(positives, group, n, p, groups);
    ic_bins_sum(negatives, group, n, q, groups);

    return ic_bins_woe(p, q, groups, 0.5, woe);
}


unsigned
ic_bins_by_class(const int64_t *positives, const int64_t *negatives,
    unsigned n, int64_t least, unsigned *group)
{
    int64_t   p, q;
    unsigned  i, k, count;
    bool      apart[IC_BINS_MAX];

    for (p = 0, q = 0, i = 0; i < n; i++) {
        apart[i] = positives[i] >= least && negatives[i] >= least;
        p += apart[i] ? 0 : positives[i];
        q += apart[i] ? 0 : negatives[i];
    }

    while (p + q > 0 && (p < least || q < least)) {

        for (k = n, i = 0; i < n; i++) {
            if (apart[i] && (k == n || positives[i] + negatives[i]
                                       < positives[k] + negatives[k]))
            {
                k = i;
            }
        }

        if (k == n) {
            break;
        }

        apart[k] = false;
        p += positives[k];
        q += negatives[k];
    }

    /* the group is where its first bin is */

    for (count = 0, k = n, i = 0; i < n; i++) {

        if (apart[i] || k == n) {
            k = apart[i] ? k : i;
            group[i] = count++;

        } else {
            group[i] = group[k];
        }
    }

    return count;
}


unsigned
ic_bins_by_both(const int64_t *positives, const int64_t *negatives,
    unsigned n, int64_t least, unsigned *group)
{
    unsigned     i, k, count;
    bins_part_t  parts[IC_BINS_MAX];

    for (i = 0; i < n; i++) {
        parts[i] = (bins_part_t) { i, positives[i], negatives[i] };
    }

    for (count = n; count > 1; /* void */ ) {

        for (k = 0, i = 1; i < count; i++) {
            k = bins_fewest(&parts[i]) < bins_fewest(&parts[k]) ? i : k;
        }

        if (bins_fewest(&parts[k]) >= least) {
            break;
        }

        if (k == count - 1
            || (k > 0 && bins_size(&parts[k - 1]) < bins_size(&parts[k + 1])))
        {
            k--;
        }

        bins_join(parts, &count, k);
    }

    return bins_number(parts, count, n, group);
}


static int64_t
bins_fewest(const bins_part_t *part)
{
    return part->p < part->q ? part->p : part->q;
}


static int64_t
bins_size(const bins_part_t *part)
{
    return part->p + part->q;
}


static void
bins_join(bins_part_t *parts, unsigned *count, unsigned k)
{
    parts[k].p += parts[k + 1].p;
    parts[k].q += parts[k + 1].q;
    memmove(&parts[k + 1], &parts[k + 2],
            (*count - k - 2) * sizeof(bins_part_t));
    (*count)--;
}


static unsigned
bins_number(const bins_part_t *parts, unsigned count, unsigned n,
    unsigned *group)
{
    unsigned  i, k;

    for (k = 0, i = 0; i < n; i++) {
        k += k + 1 < count && parts[k + 1].first == i;
        group[i] = k;
    }

    return count;
}


void
ic_bins_sum(const int64_t *values, const unsigned *group, unsigned n,
    int64_t *sums, unsigned groups)
{
    unsigned  i;

    memset(sums, 0, groups * sizeof(int64_t));

    for (i = 0; i < n; i++) {
        sums[group[i]] += values[i];
    }
}


double
ic_bins_woe(const int64_t *positives, const int64_t *negatives, unsigned n,
    double adjustment, double *woe)
{
    double    p, q, iv;
    int64_t   all[2];
    unsigned  i;

    all[0] = all[1] = 0;

    for (i = 0; i < n; i++) {
        all[0] += positives[i];
        all[1] += negatives[i];
    }

    for (iv = 0, i = 0; i < n; i++) {
        woe[i] = 0;

        if (positives[i] + negatives[i] == 0 || all[0] == 0 || all[1] == 0) {
            continue;
        }

        p = (double) positives[i];
        q = (double) negatives[i];

        if (positives[i] == 0 || negatives[i] == 0) {
            p += adjustment;
            q += adjustment;
        }

        p /= (double) all[0];
        q /= (double) all[1];
        woe[i] = log(p / q);
        iv += (p - q) * woe[i];
    }

    return iv;
}
