
/* Products, divisions by powers of two, bits and numbers. */


#include "ic_shares_state.h"


static int product_open(ic_shares_t *shares, uint64_t *open,
    const uint64_t *a, const uint64_t *b, const uint64_t *abc, size_t n,
    bool bits);
static int shift_masked(ic_shares_t *shares, uint64_t *r, const uint64_t *a,
    size_t n, unsigned bits);
static int shift_pair(ic_shares_t *shares, uint64_t *r, const uint64_t *a,
    size_t n, unsigned bits);
static void shift_tops(ic_shares_t *shares, uint64_t *lifted,
    uint64_t *tops, const uint64_t *a, size_t n);


int
ic_shares_multiply(ic_shares_t *shares, uint64_t *r, const uint64_t *a,
    const uint64_t *b, size_t n)
{
    int        rc;
    uint64_t  *abc, *open;

    shares->cost.rounds++;
    shares->cost.products += (int64_t) n;

    if (shares->mode != SHARES_LIVE) {
        return shares_need(shares, SHARES_TRIPLES, n, 0);
    }

    abc = shares_words(shares, 5 * n);
    open = abc + 3 * n;

    rc = abc == NULL || shares_triples(shares, abc, n) != 0 ? -1
         : product_open(shares, open, a, b, abc, n, false);

    if (rc == 0) {
        ic_share_product(r, open, open + n, abc, abc + n, abc + 2 * n,
                         shares->self == 0, n);
    }

    shares_free(abc, 5 * n);

    return rc;
}


int
ic_shares_and(ic_shares_t *shares, uint64_t *r, const uint64_t *a,
    const uint64_t *b, size_t words)
{
    int        rc;
    uint64_t  *abc, *open;

    shares->cost.rounds++;
    shares->cost.ands += 64 * (int64_t) words;

    if (shares->mode != SHARES_LIVE) {
        return shares_need(shares, SHARES_ANDS, words, 0);
    }

    abc = shares_words(shares, 5 * words);
    open = abc + 3 * words;

    rc = abc == NULL || shares_ands(shares, abc, words) != 0 ? -1
         : product_open(shares, open, a, b, abc, words, true);

    if (rc == 0) {
        ic_share_and(r, open, open + words, abc, abc + words,
                     abc + 2 * words, shares->self == 0, words);
    }

    shares_free(abc, 5 * words);

    return rc;
}


static int
product_open(ic_shares_t *shares, uint64_t *open, const uint64_t *a,
    const uint64_t *b, const uint64_t *abc, size_t n, bool bits)
{
    if (bits) {
        ic_share_xor(open, a, abc, n);
        ic_share_xor(open + n, b, abc + n, n);

    } else {
        ic_share_subtract(open, a, abc, n);
        ic_share_subtract(open + n, b, abc + n, n);
    }

    return shares_open(shares, open, 2 * n, bits);
}


void
ic_shares_not(const ic_shares_t *shares, uint64_t *r, const uint64_t *a,
    size_t words)
{
    size_t    i;
    uint64_t  ones;

    ones = shares->self == 0 ? ~(uint64_t) 0 : 0;

    for (i = 0; i < words; i++) {
        r[i] = a[i] ^ ones;
    }
}


int
ic_shares_number(ic_shares_t *shares, uint64_t *r, const uint64_t *bits,
    size_t n)
{
    int        rc;
    uint64_t  *open, *mask;

    shares->cost.rounds++;
    shares->cost.bits += (int64_t) n;

    if (shares->mode != SHARES_LIVE) {
        return shares_need(shares, SHARES_BITS, n, 0);
    }

    mask = shares_words(shares, n + n / 64);
    open = mask + n;
    rc = mask == NULL ? -1 : shares_bits(shares, open, mask, n);

    if (rc == 0) {
        ic_share_xor(open, open, bits, n / 64);
        rc = shares_open(shares, open, n / 64, true);
    }

    if (rc == 0) {
        ic_share_unmask(r, open, mask, shares->self == 0, n);
    }

    shares_free(mask, n + n / 64);

    return rc;
}


int
ic_shares_shift(ic_shares_t *shares, uint64_t *r, const uint64_t *a,
    size_t n, unsigned bits)
{
    shares->cost.shifts += (int64_t) n;

    return shares->conf.paillier ? shift_pair(shares, r, a, n, bits)
           : shift_masked(shares, r, a, n, bits);
}


static int
shift_masked(ic_shares_t *shares, uint64_t *r, const uint64_t *a, size_t n,
    unsigned bits)
{
    int        rc;
    size_t     i;
    uint64_t  *open, *low, *top;

    shares->cost.rounds++;

    if (shares->mode != SHARES_LIVE) {
        return shares_need(shares, SHARES_SHIFTS, n, bits);
    }

    open = shares_words(shares, 3 * n);
    low = open + n;
    top = low + n;
    rc = open == NULL ? -1
         : shares_shifts(shares, open, low, top, n, bits);

    if (rc == 0) {
        for (i = 0; i < n; i++) {
            open[i] += a[i] + (shares->self == 0 ? IC_SHARE_LIFT : 0);
        }

        rc = shares_open(shares, open, n, false);
    }

    if (rc == 0) {
        ic_share_shift_masked(r, open, low, top, bits, shares->self == 0, n);
    }

    shares_free(open, 3 * n);

    return rc;
}


/* Whether the shares wrap: one's top bit or the other's, which is an and. */

static int
shift_pair(ic_shares_t *shares, uint64_t *r, const uint64_t *a, size_t n,
    unsigned bits)
{
    int        rc;
    size_t     width;
    uint64_t  *lifted, *wrapped, *tops;

    width = n / 64;

    if (shares->mode != SHARES_LIVE) {
        return ic_shares_and(shares, NULL, NULL, NULL, width) != 0 ? -1
               : ic_shares_number(shares, NULL, NULL, n);
    }

    lifted = shares_words(shares, 2 * n + 2 * width);
    wrapped = lifted + n;
    tops = wrapped + n;

    if (lifted == NULL) {
        return -1;
    }

    shift_tops(shares, lifted, tops, a, n);
    rc = ic_shares_and(shares, tops, tops, tops + width, width);

    if (rc == 0) {
        ic_shares_not(shares, tops, tops, width);
        rc = ic_shares_number(shares, wrapped, tops, n);
    }

    if (rc == 0) {
        ic_share_shift_pair(r, lifted, wrapped, bits, shares->self == 0, n);
    }

    shares_free(lifted, 2 * n + 2 * width);

    return rc;
}


/* tops: of the first party's share, then of the second one's, turned. */

static void
shift_tops(ic_shares_t *shares, uint64_t *lifted, uint64_t *tops,
    const uint64_t *a, size_t n)
{
    size_t     i, width;
    uint64_t  *own;

    width = n / 64;
    memset(tops, 0, 2 * width * sizeof(uint64_t));
    own = tops + (shares->self == 0 ? 0 : width);

    for (i = 0; i < n; i++) {
        lifted[i] = a[i] + (shares->self == 0 ? IC_SHARE_LIFT : 0);
        own[i / 64] |= (~lifted[i] >> 63) << (i % 64);
    }
}
