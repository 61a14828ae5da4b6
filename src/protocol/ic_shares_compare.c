
/*
 * Comparisons with zero, by bits in planes: 64 values in a word, and one
 * layer of and-gates for all values of a vector at once.
 */


#include "ic_shares_state.h"


static int compare_generate(ic_shares_t *shares, uint64_t *g, uint64_t *p,
    const uint64_t *a, size_t n, unsigned bits);
static int compare_own(ic_shares_t *shares, uint64_t *g, uint64_t *p,
    const uint64_t *a, size_t n, unsigned bits);
static int compare_masked(ic_shares_t *shares, uint64_t *open,
    uint64_t *mask, const uint64_t *a, size_t n, unsigned bits);
static int compare_equal(ic_shares_t *shares, uint64_t *e,
    const uint64_t *a, size_t n, unsigned bits);
static int compare_carry(ic_shares_t *shares, uint64_t *g, uint64_t *p,
    size_t width, unsigned planes);
static void carry_gather(uint64_t *x, uint64_t *y, const uint64_t *g,
    const uint64_t *p, size_t width, unsigned pairs);
static void carry_merge(uint64_t *g, uint64_t *p, const uint64_t *r,
    size_t width, unsigned pairs);
static int compare_all(ic_shares_t *shares, uint64_t *e, size_t width,
    unsigned planes);


/* The top bit is that of both shares, or open number and mask, and a carry. */

int
ic_shares_negative(ic_shares_t *shares, uint64_t *r, const uint64_t *a,
    size_t n, unsigned bits)
{
    int        rc;
    size_t     width;
    uint64_t  *g, *p;

    width = n / 64;
    shares->cost.comparisons += (int64_t) n;

    if (shares->mode != SHARES_LIVE) {
        return compare_generate(shares, NULL, NULL, NULL, n, bits) != 0 ? -1
               : compare_carry(shares, NULL, NULL, width, bits - 1);
    }

    g = shares_words(shares, 2 * bits * width);
    p = g + bits * width;

    rc = g == NULL ? -1 : compare_generate(shares, g, p, a, n, bits);

    if (rc == 0) {

        /* of the top plane g is not needed; p has the top bits */

        memcpy(r, p + (bits - 1) * width, width * sizeof(uint64_t));
        rc = compare_carry(shares, g, p, width, bits - 1);
    }

    if (rc == 0) {
        ic_share_xor(r, r, g, width);
    }

    shares_free(g, 2 * bits * width);

    return rc;
}


/*
 * Planes of where a carry or a borrow comes to be (g) and where it passes (p);
 * the top plane of p is the exclusive or of the top bits.
 */

static int
compare_generate(ic_shares_t *shares, uint64_t *g, uint64_t *p,
    const uint64_t *a, size_t n, unsigned bits)
{
    size_t    i, low;
    uint64_t  c, first;

    low = n / 64 * (bits - 1);

    if (shares->conf.paillier) {
        return compare_own(shares, g, p, a, n, bits);
    }

    if (compare_masked(shares, g, p, a, n, bits) != 0) {
        return -1;
    }

    if (shares->mode != SHARES_LIVE) {
        return 0;
    }

    /* open - mask: a borrow where the open bit is 0 and the mask's 1 */

    first = shares->self == 0 ? ~(uint64_t) 0 : 0;

    for (i = 0; i < low; i++) {
        c = g[i];
        g[i] = p[i] & ~c;
        p[i] ^= first & ~c;
    }

    for (i = low; i < low + n / 64; i++) {
        p[i] ^= first & g[i];
    }

    return 0;
}


static int
compare_own(ic_shares_t *shares, uint64_t *g, uint64_t *p,
    const uint64_t *a, size_t n, unsigned bits)
{
    int        rc;
    size_t     low;
    uint64_t  *x;

    low = n / 64 * (bits - 1);

    if (shares->mode != SHARES_LIVE) {
        return ic_shares_and(shares, NULL, NULL, NULL, low);
    }

    x = shares_words(shares, 2 * low);

    if (x == NULL) {
        return -1;
    }

    ic_share_planes(p, a, n, bits);
    memset(x, 0, 2 * low * sizeof(uint64_t));
    memcpy(x + (shares->self == 0 ? 0 : low), p, low * sizeof(uint64_t));

    rc = ic_shares_and(shares, g, x, x + low, low);
    shares_free(x, 2 * low);

    return rc;
}


/* Planes of the open a + mask, and of this party's share of the mask. */

static int
compare_masked(ic_shares_t *shares, uint64_t *open, uint64_t *mask,
    const uint64_t *a, size_t n, unsigned bits)
{
    int        rc;
    uint64_t  *words;

    shares->cost.rounds++;

    if (shares->mode != SHARES_LIVE) {
        return shares_need(shares, SHARES_MASKS, n, bits);
    }

    words = shares_words(shares, n);
    rc = words == NULL ? -1 : shares_masks(shares, words, mask, n, bits);

    if (rc == 0) {
        ic_share_add(words, words, a, n);
        rc = shares_open(shares, words, n, false);
    }

    if (rc == 0) {
        ic_share_planes(open, words, n, bits);
    }

    shares_free(words, n);

    return rc;
}


/*
 * The carry out of all planes, in the first plane of g. Neighbours become
 * one: g = g_high ^ p_high g_low, p = p_high p_low; the p of the lowest is
 * not needed.
 */

static int
compare_carry(ic_shares_t *shares, uint64_t *g, uint64_t *p, size_t width,
    unsigned planes)
{
    int        rc;
    size_t     gates;
    uint64_t  *x;
    unsigned   pairs;

    for (rc = 0; rc == 0 && planes > 1; planes = pairs + planes % 2) {
        pairs = planes / 2;
        gates = (2 * pairs - 1) * width;

        if (shares->mode != SHARES_LIVE) {
            rc = ic_shares_and(shares, NULL, NULL, NULL, gates);
            continue;
        }

        x = shares_words(shares, 2 * gates);

        if (x == NULL) {
            return -1;
        }

        carry_gather(x, x + gates, g, p, width, pairs);
        rc = ic_shares_and(shares, x, x, x + gates, gates);
        carry_merge(g, p, x, width, pairs);

        if (planes % 2) {
            memcpy(g + pairs * width, g + (planes - 1) * width,
                   width * sizeof(uint64_t));
            memcpy(p + pairs * width, p + (planes - 1) * width,
                   width * sizeof(uint64_t));
        }

        shares_free(x, 2 * gates);
    }

    return rc;
}


static void
carry_gather(uint64_t *x, uint64_t *y, const uint64_t *g, const uint64_t *p,
    size_t width, unsigned pairs)
{
    size_t    len;
    unsigned  i;

    len = width * sizeof(uint64_t);

    for (i = 0; i < pairs; i++) {
        memcpy(x + i * width, p + (2 * i + 1) * width, len);
        memcpy(y + i * width, g + 2 * i * width, len);
    }

    for (i = 1; i < pairs; i++) {
        memcpy(x + (pairs + i - 1) * width, p + (2 * i + 1) * width, len);
        memcpy(y + (pairs + i - 1) * width, p + 2 * i * width, len);
    }
}


static void
carry_merge(uint64_t *g, uint64_t *p, const uint64_t *r, size_t width,
    unsigned pairs)
{
    unsigned  i;

    for (i = 0; i < pairs; i++) {
        ic_share_xor(g + i * width, g + (2 * i + 1) * width, r + i * width,
                     width);
    }

    for (i = 1; i < pairs; i++) {
        memcpy(p + i * width, r + (pairs + i - 1) * width,
               width * sizeof(uint64_t));
    }
}


/* The mask is the open number, or the one share the other's negative. */

int
ic_shares_zero(ic_shares_t *shares, uint64_t *r, const uint64_t *a, size_t n,
    unsigned bits)
{
    int        rc;
    size_t     width;
    uint64_t  *e;

    width = n / 64;
    shares->cost.comparisons += (int64_t) n;

    if (shares->mode != SHARES_LIVE) {
        return compare_equal(shares, NULL, NULL, n, bits) != 0 ? -1
               : compare_all(shares, NULL, width, bits);
    }

    e = shares_words(shares, bits * width);
    rc = e == NULL || compare_equal(shares, e, a, n, bits) != 0 ? -1
         : compare_all(shares, e, width, bits);

    if (rc == 0) {
        memcpy(r, e, width * sizeof(uint64_t));
    }

    shares_free(e, bits * width);

    return rc;
}


static int
compare_equal(ic_shares_t *shares, uint64_t *e, const uint64_t *a, size_t n,
    unsigned bits)
{
    int        rc;
    size_t     width;
    uint64_t  *other;

    width = n / 64 * bits;

    if (shares->mode != SHARES_LIVE) {
        return shares->conf.paillier ? 0
               : compare_masked(shares, NULL, NULL, NULL, n, bits);
    }

    other = shares_words(shares, shares->conf.paillier ? n : width);

    if (other == NULL) {
        return -1;
    }

    if (shares->conf.paillier) {
        ic_share_scale(other, a, shares->self == 0 ? 1 : (uint64_t) -1, n);
        ic_share_planes(e, other, n, bits);
        shares_free(other, n);
        rc = 0;

    } else {
        rc = compare_masked(shares, other, e, a, n, bits);

        if (rc == 0 && shares->self == 0) {
            ic_share_xor(e, e, other, width);
        }

        shares_free(other, width);
    }

    if (rc == 0) {
        ic_shares_not(shares, e, e, width);
    }

    return rc;
}


/* Whether all planes are set, in the first one. */

static int
compare_all(ic_shares_t *shares, uint64_t *e, size_t width, unsigned planes)
{
    int       rc;
    size_t    half;
    unsigned  pairs;

    for (rc = 0; rc == 0 && planes > 1; planes -= pairs) {
        pairs = planes / 2;
        half = pairs * width;

        rc = ic_shares_and(shares, e, e, e == NULL ? NULL
                           : e + (planes - pairs) * width, half);
    }

    return rc;
}
