
/*
 * What two parties without a coordinator make ahead of a batch, in two
 * messages each way: products by Paillier, and gates and bits by transfers.
 */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "ic_shares_pair.h"


typedef struct {
    ic_shares_t    *shares;
    shares_pair_t  *pair;
    size_t          triples;
    size_t          ands;        /* words */
    size_t          bits;        /* numbers; a multiple of 64 */
    size_t          in;          /* blocks of transfers that we receive */
    size_t          out;         /* ... that we send */
    u_char         *asked;       /* our first message, the peer's */
    size_t          asked_len;
    u_char         *heard;
    size_t          heard_len;
    u_char         *answered;    /* our second message, the peer's */
    size_t          answered_len;
    u_char         *got;
    size_t          got_len;
    uint64_t       *work;        /* rows, hashes, masks */
    size_t          work_len;
    uint64_t       *rows[2];     /* as receiver, as sender */
    uint64_t       *hashes[3];   /* of the first; both of the second */
    uint64_t       *masks;
} make_t;


static int make_stock(make_t *make, shares_stock_e stock, unsigned parts,
    size_t size);
static int make_rooms(make_t *make);
static int make_ask(make_t *make);
static int make_answer(make_t *make);
static int make_hashes(make_t *make);
static void make_gates(make_t *make);
static void make_bits(make_t *make);
static int make_triples(make_t *make);
static void make_free(make_t *make);


int
shares_pair_make(ic_shares_t *shares)
{
    int      rc;
    make_t   make;

    memset(&make, 0, sizeof(make_t));
    make.shares = shares;
    make.pair = shares->pair;
    make.triples = make.pair->stocks[SHARES_TRIPLES].wanted;
    make.ands = make.pair->stocks[SHARES_ANDS].wanted;
    make.bits = make.pair->stocks[SHARES_BITS].wanted;
    make.in = make.ands + (shares->self == 1 ? make.bits / 64 : 0);
    make.out = make.ands + (shares->self == 0 ? make.bits / 64 : 0);

    rc = make_stock(&make, SHARES_TRIPLES, 3, make.triples) != 0
         || make_stock(&make, SHARES_ANDS, 3, make.ands) != 0
         || make_stock(&make, SHARES_BITS, 2, make.bits) != 0
         || make_rooms(&make) != 0 || make_ask(&make) != 0
         || shares_swap(shares, SHARES_MAKE, make.asked, make.asked_len,
                        make.heard, make.heard_len) != 0
         || make_answer(&make) != 0
         || shares_swap(shares, SHARES_MAKE, make.answered,
                        make.answered_len, make.got, make.got_len) != 0
         || make_triples(&make) != 0 ? -1 : 0;

    if (rc == 0 && shares->self == 1) {
        make_bits(&make);
    }

    make_free(&make);

    return rc;
}


/* Empties a stock and fills it with random words. */

static int
make_stock(make_t *make, shares_stock_e stock, unsigned parts, size_t size)
{
    size_t         i;
    pair_stock_t  *of;

    of = &make->pair->stocks[stock];
    shares_free(of->words, parts * of->n);
    of->n = size;
    of->used = 0;
    of->wanted = 0;
    of->words = shares_words(make->shares, parts * size);

    if (of->words == NULL
        || shares_stream(make->shares, &make->pair->random, of->words,
                         parts * size)
           != 0)
    {
        return -1;
    }

    /* what has no opposite is not multiplied by: 1 in 2^64 */

    for (i = size; stock == SHARES_TRIPLES && i < 2 * size; i++) {
        of->words[i] -= of->words[i] == (uint64_t) 1 << 63;
    }

    return 0;
}


static int
make_rooms(make_t *make)
{
    size_t  size, rows;

    size = make->pair->own->size;
    make->asked_len = make->triples * size
                      + ic_extension_words(make->in) * sizeof(uint64_t);
    make->heard_len = make->triples * size
                      + ic_extension_words(make->out) * sizeof(uint64_t);
    make->answered_len = pair_blocks(make->shares, make->triples) * size;
    make->got_len = make->answered_len;

    if (make->shares->self == 0) {
        make->answered_len += make->bits * sizeof(uint64_t);

    } else {
        make->got_len += make->bits * sizeof(uint64_t);
    }

    make->asked = malloc(make->asked_len + 1);
    make->heard = malloc(make->heard_len + 1);
    make->answered = malloc(make->answered_len + 1);
    make->got = malloc(make->got_len + 1);

    rows = 64 * (make->in + make->out);
    make->work_len = 2 * rows + 64 * (make->in + 2 * make->out)
                     + make->triples;
    make->work = shares_words(make->shares, make->work_len);

    if (make->asked == NULL || make->heard == NULL || make->answered == NULL
        || make->got == NULL || make->work == NULL)
    {
        return pair_short(make->shares);
    }

    make->rows[0] = make->work;
    make->rows[1] = make->rows[0] + 128 * make->in;
    make->hashes[0] = make->rows[1] + 128 * make->out;
    make->hashes[1] = make->hashes[0] + 64 * make->in;
    make->hashes[2] = make->hashes[1] + 64 * make->out;
    make->masks = make->hashes[2] + 64 * make->out;

    return 0;
}


/* Ciphertexts of a; the receiver's columns for the bits that it chose. */

static int
make_ask(make_t *make)
{
    int        rc;
    size_t     len;
    uint64_t  *choices, *message;

    len = ic_extension_words(make->in);
    message = shares_words(make->shares, len + make->in);

    if (message == NULL) {
        return -1;
    }

    choices = message + len;
    memcpy(choices, make->pair->stocks[SHARES_ANDS].words,
           make->ands * sizeof(uint64_t));
    memcpy(choices + make->ands, make->pair->stocks[SHARES_BITS].words,
           (make->in - make->ands) * sizeof(uint64_t));

    rc = make->triples == 0 ? 0
         : pair_ask(make->shares, make->pair->stocks[SHARES_TRIPLES].words,
                    make->triples, make->asked);

    if (rc == 0
        && ic_extension_receive(&make->pair->in, choices, make->in, message,
                                make->rows[0])
           != 0)
    {
        rc = pair_short(make->shares);
    }

    if (rc == 0) {
        shares_get((uint64_t *) (make->asked + make->asked_len - 8 * len),
                   (u_char *) message, len);
    }

    shares_free(message, len + make->in);

    return rc;
}


static int
make_answer(make_t *make)
{
    int        rc;
    size_t     len;
    uint64_t  *message;

    rc = make->triples == 0 ? 0
         : pair_answer(make->shares,
                       make->pair->stocks[SHARES_TRIPLES].words
                       + make->triples, make->triples, make->heard,
                       make->answered, make->masks);

    len = ic_extension_words(make->out);
    message = rc == 0 ? shares_words(make->shares, len) : NULL;

    if (message == NULL) {
        return -1;
    }

    shares_get(message, make->heard + make->heard_len - 8 * len, len);

    if (ic_extension_send(&make->pair->out, message, make->out,
                          make->rows[1])
        != 0)
    {
        rc = pair_short(make->shares);
    }

    shares_free(message, len);

    rc = rc == 0 ? make_hashes(make) : -1;

    if (rc == 0) {
        make_gates(make);

        if (make->shares->self == 0) {
            make_bits(make);
        }
    }

    return rc;
}


static int
make_hashes(make_t *make)
{
    unsigned        self, peer;
    shares_pair_t  *pair;

    pair = make->pair;
    self = (unsigned) make->shares->self;
    peer = 1 - self;

    if (ic_extension_hash(pair->hash[self], pair->hashed[self],
                          make->rows[0], NULL, 64 * make->in,
                          make->hashes[0])
        != 0
        || ic_extension_hash(pair->hash[peer], pair->hashed[peer],
                             make->rows[1], NULL, 64 * make->out,
                             make->hashes[1])
           != 0
        || ic_extension_hash(pair->hash[peer], pair->hashed[peer],
                             make->rows[1], pair->out.delta, 64 * make->out,
                             make->hashes[2])
           != 0)
    {
        return pair_short(make->shares);
    }

    pair->hashed[self] += 64 * make->in;
    pair->hashed[peer] += 64 * make->out;

    return 0;
}


/*
 * One bit of each: as receiver v = u ^ (a & b') with the other's u and b',
 * as sender both of our own, so that c = (a & b) ^ u ^ v.
 */

static void
make_gates(make_t *make)
{
    size_t     k;
    uint64_t  *a, *b, *c, u, v, w;
    unsigned   i;

    a = make->pair->stocks[SHARES_ANDS].words;
    b = a + make->ands;
    c = b + make->ands;

    for (k = 0; k < make->ands; k++) {

        for (u = 0, v = 0, w = 0, i = 0; i < 64; i++) {
            v |= (make->hashes[0][64 * k + i] & 1) << i;
            u |= (make->hashes[1][64 * k + i] & 1) << i;
            w |= (make->hashes[2][64 * k + i] & 1) << i;
        }

        b[k] = u ^ w;
        c[k] = (a[k] & b[k]) ^ u ^ v;
    }
}


/*
 * A bit r = r0 ^ r1 as a number is r0 + r1 - 2 r0 r1. The first party sends
 * what turns its second hash into the first one and r0.
 */

static void
make_bits(make_t *make)
{
    size_t     i, at;
    uint64_t  *packed, *numbers, bit, word;

    packed = make->pair->stocks[SHARES_BITS].words;
    numbers = packed + make->bits;

    for (i = 0; i < make->bits; i++) {
        at = 64 * make->ands + i;
        bit = packed[i / 64] >> (i % 64) & 1;

        if (make->shares->self == 0) {
            numbers[i] = bit + 2 * make->hashes[1][at];
            word = make->hashes[1][at] - make->hashes[2][at] + bit;
            shares_get((uint64_t *) (make->answered + make->answered_len
                                     - 8 * (make->bits - i)),
                       (u_char *) &word, 1);

        } else {
            shares_get(&word, make->got + make->got_len
                              - 8 * (make->bits - i), 1);
            numbers[i] = bit - 2 * (make->hashes[0][at] + bit * word);
        }
    }
}


static int
make_triples(make_t *make)
{
    size_t     i;
    uint64_t  *a, *b, *c;

    if (make->triples == 0) {
        return 0;
    }

    a = make->pair->stocks[SHARES_TRIPLES].words;
    b = a + make->triples;
    c = b + make->triples;

    if (pair_open(make->shares, make->triples, make->got, c) != 0) {
        return -1;
    }

    for (i = 0; i < make->triples; i++) {
        c[i] += a[i] * b[i] - make->masks[i];
    }

    return 0;
}


static void
make_free(make_t *make)
{
    if (make->answered != NULL) {
        OPENSSL_cleanse(make->answered, make->answered_len);
    }

    shares_free(make->work, make->work_len);
    free(make->asked);
    free(make->heard);
    free(make->answered);
    free(make->got);
}
