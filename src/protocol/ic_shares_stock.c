
/*
 * Random numbers that belong together, at the parties that use them. With a
 * coordinator all but the first party's come from its stream; the first party
 * has the last part, which makes them belong together, from a message.
 */


#include "ic_shares_state.h"


static int stock_part(ic_shares_t *shares, uint64_t *words, size_t n,
    bool corrected);
static int stock_read(ic_shares_t *shares, uint64_t *words, size_t n);
static int stock_message(ic_shares_t *shares);


int
shares_need(ic_shares_t *shares, shares_stock_e stock, size_t n,
    unsigned bits)
{
    if (shares->mode == SHARES_DEALING) {
        return shares_deal(shares, stock, n, bits);
    }

    shares_pair_count(shares->pair, stock, n);

    return 0;
}


int
shares_triples(ic_shares_t *shares, uint64_t *abc, size_t n)
{
    int       rc;
    unsigned  i;

    for (rc = 0, i = 0; rc == 0 && i < 3; i++) {
        rc = shares->pair != NULL
             ? shares_pair_take(shares, SHARES_TRIPLES, i, abc + i * n, n)
             : stock_part(shares, abc + i * n, n, i == 2);
    }

    if (shares->pair != NULL) {
        shares_pair_next(shares->pair, SHARES_TRIPLES, n);
    }

    return rc;
}


int
shares_ands(ic_shares_t *shares, uint64_t *abc, size_t n)
{
    int       rc;
    unsigned  i;

    for (rc = 0, i = 0; rc == 0 && i < 3; i++) {
        rc = shares->pair != NULL
             ? shares_pair_take(shares, SHARES_ANDS, i, abc + i * n, n)
             : stock_part(shares, abc + i * n, n, i == 2);
    }

    if (shares->pair != NULL) {
        shares_pair_next(shares->pair, SHARES_ANDS, n);
    }

    return rc;
}


int
shares_bits(ic_shares_t *shares, uint64_t *packed, uint64_t *numbers,
    size_t n)
{
    int  rc;

    if (shares->pair == NULL) {
        return stock_part(shares, packed, n / 64, false) != 0 ? -1
               : stock_part(shares, numbers, n, true);
    }

    rc = shares_pair_take(shares, SHARES_BITS, 0, packed, n / 64) != 0 ? -1
         : shares_pair_take(shares, SHARES_BITS, 1, numbers, n);
    shares_pair_next(shares->pair, SHARES_BITS, n);

    return rc;
}


int
shares_masks(ic_shares_t *shares, uint64_t *words, uint64_t *planes,
    size_t n, unsigned bits)
{
    return stock_part(shares, words, n, false) != 0 ? -1
           : stock_part(shares, planes, n / 64 * bits, true);
}


int
shares_shifts(ic_shares_t *shares, uint64_t *words, uint64_t *low,
    uint64_t *top, size_t n, unsigned bits)
{
    return stock_part(shares, words, n, false) != 0
           || stock_part(shares, low, n, true) != 0 ? -1
           : stock_part(shares, top, n, true);
}


/* A corrected part takes up its place in every party's stream. */

static int
stock_part(ic_shares_t *shares, uint64_t *words, size_t n, bool corrected)
{
    shares_stream_t  *stream;

    stream = &shares->deal[shares->self];

    if (!corrected || shares->self != 0) {
        return shares_stream(shares, stream, words, n);
    }

    stream->next += n + n % 2;

    return stock_read(shares, words, n);
}


static int
stock_read(ic_shares_t *shares, uint64_t *words, size_t n)
{
    size_t         count;
    const u_char  *bytes;

    shares->used = true;

    while (n > 0) {

        if (!shares->dealing && stock_message(shares) != 0) {
            return -1;
        }

        count = ic_message_left(&shares->dealt) / sizeof(uint64_t);
        count = n < count ? n : count;
        bytes = ic_message_get_raw(&shares->dealt,
                                   count * sizeof(uint64_t));
        shares_get(words, bytes, count);
        words += count;
        n -= count;

        if (n > 0 && shares->last) {
            return ic_task_fail(shares->task, "peer_protocol", NULL, 0,
                                "%s dealt too little", shares->dealer->name);
        }

        if (!shares->last && ic_message_left(&shares->dealt) == 0) {
            ic_message_drop(&shares->dealt);
            shares->dealing = false;
        }
    }

    return 0;
}


static int
stock_message(ic_shares_t *shares)
{
    size_t  left;

    shares->dealing = true;

    if (ic_message_recv(&shares->wire, &shares->dealt, shares->dealer,
                        SHARES_DEAL, shares->deals++)
        != 0)
    {
        return -1;
    }

    shares->last = ic_message_get_u8(&shares->dealt) != 0;
    left = ic_message_left(&shares->dealt);

    if (shares->dealt.failed || left % sizeof(uint64_t) != 0
        || (left == 0 && !shares->last))
    {
        return ic_task_fail(shares->task, "peer_protocol", NULL, 0,
                            "%s dealt %zu bytes", shares->dealer->name,
                            left);
    }

    return 0;
}


/* The last message is there even if the one before took all. */

int
shares_dealt(ic_shares_t *shares)
{
    int  rc;

    if (!shares->used) {
        return 0;
    }

    shares->used = false;

    if (shares->self < 0) {
        return deal_send(shares, true);
    }

    rc = shares->dealing ? 0 : stock_message(shares);

    if (rc == 0 && (!shares->last || ic_message_left(&shares->dealt) != 0)) {
        rc = ic_task_fail(shares->task, "peer_protocol", NULL, 0,
                          "%s dealt %zu bytes that nothing needs",
                          shares->dealer->name,
                          ic_message_left(&shares->dealt));
    }

    ic_message_drop(&shares->dealt);
    shares->dealing = false;

    return rc;
}
