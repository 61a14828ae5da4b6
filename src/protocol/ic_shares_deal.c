
/*
 * The coordinator: it has the streams of all parties, so it knows what their
 * parts add up to, and sends the first party what is missing.
 */


#include "ic_shares_state.h"


static int deal_triples(ic_shares_t *shares, size_t n, unsigned bits);
static int deal_ands(ic_shares_t *shares, size_t n, unsigned bits);
static int deal_bits(ic_shares_t *shares, size_t n, unsigned bits);
static int deal_masks(ic_shares_t *shares, size_t n, unsigned bits);
static int deal_shifts(ic_shares_t *shares, size_t n, unsigned bits);
static int deal_sum(ic_shares_t *shares, uint64_t *words, size_t n);
static int deal_xor(ic_shares_t *shares, uint64_t *words, size_t n,
    unsigned first);
static int deal_rest(ic_shares_t *shares, uint64_t *words, size_t n);
static int deal_put(ic_shares_t *shares, const uint64_t *words, size_t n);
static void deal_begin(ic_shares_t *shares);


typedef int (*deal_pt)(ic_shares_t *shares, size_t n, unsigned bits);


int
shares_deal(ic_shares_t *shares, shares_stock_e stock, size_t n,
    unsigned bits)
{
    static const deal_pt  deals[SHARES_STOCKS] = {
        [SHARES_TRIPLES] = deal_triples,
        [SHARES_ANDS] = deal_ands,
        [SHARES_BITS] = deal_bits,
        [SHARES_MASKS] = deal_masks,
        [SHARES_SHIFTS] = deal_shifts
    };

    return deals[stock](shares, n, bits);
}


static int
deal_triples(ic_shares_t *shares, size_t n, unsigned bits)
{
    int        rc;
    size_t     i;
    uint64_t  *a, *b;

    a = shares_words(shares, 2 * n);
    b = a + n;

    rc = a == NULL || deal_sum(shares, a, n) != 0
         || deal_sum(shares, b, n) != 0 ? -1 : 0;

    for (i = 0; rc == 0 && i < n; i++) {
        a[i] *= b[i];
    }

    rc = rc == 0 ? deal_rest(shares, a, n) : -1;
    shares_free(a, 2 * n);

    return rc;
}


static int
deal_ands(ic_shares_t *shares, size_t n, unsigned bits)
{
    int        rc;
    size_t     i;
    uint64_t  *a, *b, *c;

    a = shares_words(shares, 3 * n);
    b = a + n;
    c = b + n;

    rc = a == NULL || deal_xor(shares, a, n, 0) != 0
         || deal_xor(shares, b, n, 0) != 0
         || deal_xor(shares, c, n, 1) != 0 ? -1 : 0;

    for (i = 0; rc == 0 && i < n; i++) {
        c[i] ^= a[i] & b[i];
    }

    rc = rc == 0 ? deal_put(shares, c, n) : -1;
    shares_free(a, 3 * n);

    return rc;
}


static int
deal_bits(ic_shares_t *shares, size_t n, unsigned bits)
{
    int        rc;
    size_t     i;
    uint64_t  *packed, *numbers;

    packed = shares_words(shares, n + n / 64);
    numbers = packed + n / 64;

    rc = packed == NULL ? -1 : deal_xor(shares, packed, n / 64, 0);

    for (i = 0; rc == 0 && i < n; i++) {
        numbers[i] = packed[i / 64] >> (i % 64) & 1;
    }

    rc = rc == 0 ? deal_rest(shares, numbers, n) : -1;
    shares_free(packed, n + n / 64);

    return rc;
}


static int
deal_masks(ic_shares_t *shares, size_t n, unsigned bits)
{
    int        rc;
    size_t     width;
    uint64_t  *words, *planes, *others;

    width = n / 64 * bits;
    words = shares_words(shares, n + 2 * width);
    planes = words + n;
    others = planes + width;

    rc = words == NULL || deal_sum(shares, words, n) != 0
         || deal_xor(shares, others, width, 1) != 0 ? -1 : 0;

    if (rc == 0) {
        ic_share_planes(planes, words, n, bits);
        ic_share_xor(planes, planes, others, width);
        rc = deal_put(shares, planes, width);
    }

    shares_free(words, n + 2 * width);

    return rc;
}


static int
deal_shifts(ic_shares_t *shares, size_t n, unsigned bits)
{
    int        rc;
    size_t     i;
    uint64_t  *words, *top;

    words = shares_words(shares, 2 * n);
    top = words + n;

    rc = words == NULL ? -1 : deal_sum(shares, words, n);

    for (i = 0; rc == 0 && i < n; i++) {
        top[i] = words[i] >> 63;
        words[i] = words[i] << 1 >> 1 >> bits;
    }

    rc = rc == 0 && deal_rest(shares, words, n) == 0
         ? deal_rest(shares, top, n) : -1;
    shares_free(words, 2 * n);

    return rc;
}


/* The sum of all parties' next words. */

static int
deal_sum(ic_shares_t *shares, uint64_t *words, size_t n)
{
    unsigned          i;
    shares_stream_t  *stream;

    memset(words, 0, n * sizeof(uint64_t));

    for (i = 0; i < shares->count; i++) {
        stream = &shares->deal[i];

        if (ic_stream_add(stream->key, stream->next, 1, words, n) != 0) {
            return ic_task_fail(shares->task, "internal", NULL, 0,
                                "memory is short");
        }

        stream->next += n + n % 2;
    }

    return 0;
}


/* The exclusive or of those of the parties from the first on. */

static int
deal_xor(ic_shares_t *shares, uint64_t *words, size_t n, unsigned first)
{
    int        rc;
    uint64_t  *next;
    unsigned   i;

    next = shares_words(shares, n);
    rc = next != NULL ? 0 : -1;
    memset(words, 0, n * sizeof(uint64_t));

    for (i = 0; rc == 0 && i < shares->count; i++) {

        if (i < first) {
            shares->deal[i].next += n + n % 2;
            continue;
        }

        rc = shares_stream(shares, &shares->deal[i], next, n);

        if (rc == 0) {
            ic_share_xor(words, words, next, n);
        }
    }

    shares_free(next, n);

    return rc;
}


/* What the first party gets: less the others' next words. */

static int
deal_rest(ic_shares_t *shares, uint64_t *words, size_t n)
{
    unsigned          i;
    shares_stream_t  *stream;

    for (i = 0; i < shares->count; i++) {
        stream = &shares->deal[i];

        if (i > 0
            && ic_stream_add(stream->key, stream->next, -1, words, n) != 0)
        {
            return ic_task_fail(shares->task, "internal", NULL, 0,
                                "memory is short");
        }

        stream->next += n + n % 2;
    }

    return deal_put(shares, words, n);
}


static int
deal_put(ic_shares_t *shares, const uint64_t *words, size_t n)
{
    size_t  count, room;

    shares->used = true;

    while (n > 0) {
        deal_begin(shares);
        room = (SHARES_PIECE - (shares->dealt.len - IC_MESSAGE_HEADER - 1))
               / sizeof(uint64_t);
        count = n < room ? n : room;
        shares_put(&shares->dealt, words, count);
        words += count;
        n -= count;

        if ((count == room || shares->dealt.failed)
            && deal_send(shares, false) != 0)
        {
            return -1;
        }
    }

    return 0;
}


static void
deal_begin(ic_shares_t *shares)
{
    if (!shares->dealing) {
        ic_message_begin(&shares->wire, &shares->dealt, SHARES_DEAL,
                         shares->deals++);
        ic_message_put_u8(&shares->dealt, 0);
        shares->dealing = true;
    }
}


int
deal_send(ic_shares_t *shares, bool last)
{
    deal_begin(shares);

    if (!shares->dealt.failed) {
        shares->dealt.data[IC_MESSAGE_HEADER] = last;
    }

    shares->dealing = false;

    return ic_message_send(&shares->dealt, shares->parties[0]);
}
