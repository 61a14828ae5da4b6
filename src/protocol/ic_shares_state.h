
/* What the files of ic_shares.h have in common. */


#ifndef _IC_SHARES_STATE_H_INCLUDED_
#define _IC_SHARES_STATE_H_INCLUDED_


#include "../math/ic_exchange.h"
#include "../math/ic_share.h"
#include "ic_agree.h"
#include "ic_align.h"
#include "ic_shares.h"


#define SHARES_PIECE  ((size_t) 4 << 20)     /* bytes of a message */


typedef enum {
    SHARES_KEY = 2,
    SHARES_DEAL,
    SHARES_OPEN,
    SHARES_REVEAL,
    SHARES_BASE,
    SHARES_MAKE,
    SHARES_ALIGN,                /* and the next one */
    SHARES_KINDS = SHARES_ALIGN + 2
} shares_kind_e;

typedef enum {
    SHARES_LIVE = 0,
    SHARES_COUNTING,             /* what Paillier has to make */
    SHARES_DEALING               /* at the coordinator */
} shares_mode_e;

/* Random numbers that belong together. */
typedef enum {
    SHARES_TRIPLES = 0,          /* words a, b, c = a b */
    SHARES_ANDS,                 /* packed bits a, b, c = a & b */
    SHARES_BITS,                 /* a bit, packed and as a number */
    SHARES_MASKS,                /* a word, and its bits: coordinator only */
    SHARES_SHIFTS,               /* a word r, (r mod 2^63) >> bits, r >> 63 */
    SHARES_STOCKS
} shares_stock_e;

/* Words of AES-256-CTR that two parties have. */
typedef struct {
    u_char    key[IC_STREAM_KEY];
    uint64_t  next;
} shares_stream_t;

typedef struct shares_pair_s  shares_pair_t;

struct ic_shares_s {
    ic_task_t          *task;
    ic_wire_t           wire;
    ic_shares_conf_t    conf;
    unsigned            count;               /* of data parties */
    const ic_party_t   *parties[IC_SHARES_MAX];
    int64_t             rows[IC_SHARES_MAX];
    int64_t             rows_of[IC_TASK_MAX_PARTIES];
    int                 self;                /* -1: the coordinator */
    const ic_party_t   *dealer;              /* NULL: Paillier */

    shares_mode_e       mode;
    uint32_t            number;              /* of the next message */
    ic_shares_cost_t    cost;

    /* input[i][j]: of i's values with j; both of this party's pairs */
    shares_stream_t     input[IC_SHARES_MAX][IC_SHARES_MAX];
    shares_stream_t     zero[IC_SHARES_MAX]; /* with party i */
    shares_stream_t     deal[IC_SHARES_MAX]; /* of party i with the dealer */

    ic_message_t        dealt;               /* being read or written */
    bool                dealing;             /* there is one */
    bool                last;                /* ... the last of the batch */
    bool                used;                /* in this batch */
    uint32_t            deals;               /* their number */

    shares_pair_t      *pair;                /* Paillier */
};


/* ic_shares_wire.c */

/* n words, or NULL after ic_task_fail(); free with their number. */
uint64_t *shares_words(ic_shares_t *shares, size_t n);
void shares_free(uint64_t *words, size_t n);

/* The next n words of a stream. 0 or -1. */
int shares_stream(ic_shares_t *shares, shares_stream_t *stream,
    uint64_t *words, size_t n);

/* Words become the sum, or the exclusive or, of all data parties' words. */
int shares_open(ic_shares_t *shares, uint64_t *words, size_t n, bool bits);

/* The same at the parties of `to` only. */
int shares_open_to(ic_shares_t *shares, unsigned to, uint64_t *words,
    size_t n, bool bits);

/* Bytes to the other one of two parties and from it, both at once. */
int shares_swap(ic_shares_t *shares, shares_kind_e kind, const void *out,
    size_t out_len, void *in, size_t in_len);

void shares_put(ic_message_t *message, const uint64_t *words, size_t n);
void shares_get(uint64_t *words, const u_char *bytes, size_t n);


/* ic_shares_keys.c: keys with all other parties. 0 or -1. */
int shares_keys(ic_shares_t *shares);


/*
 * ic_shares_stock.c: n of what the data party needs (of ANDS: n words). At
 * the coordinator, and while Paillier is counted: that they are needed.
 */
int shares_need(ic_shares_t *shares, shares_stock_e stock, size_t n,
    unsigned bits);
int shares_triples(ic_shares_t *shares, uint64_t *abc, size_t n);
int shares_ands(ic_shares_t *shares, uint64_t *abc, size_t n);
int shares_bits(ic_shares_t *shares, uint64_t *packed, uint64_t *numbers,
    size_t n);
int shares_masks(ic_shares_t *shares, uint64_t *words, uint64_t *planes,
    size_t n, unsigned bits);
int shares_shifts(ic_shares_t *shares, uint64_t *words, uint64_t *low,
    uint64_t *top, size_t n, unsigned bits);

/* The end of what the coordinator deals for a batch. 0 or -1. */
int shares_dealt(ic_shares_t *shares);


/* ic_shares_deal.c: the coordinator. */
int shares_deal(ic_shares_t *shares, shares_stock_e stock, size_t n,
    unsigned bits);
int deal_send(ic_shares_t *shares, bool last);


/* ic_shares_pair.c: Paillier. */
int shares_pair_create(ic_shares_t *shares);
void shares_pair_destroy(shares_pair_t *pair);

/* This party's modulus, and the other's. */
int shares_pair_modulus(ic_shares_t *shares, u_char *n);
int shares_pair_peer(ic_shares_t *shares, const u_char *n, size_t len);

/* First transfers; ic_shares_base.c. */
int shares_pair_base(ic_shares_t *shares);

/* Counts, makes what was counted, gives the next n words of it. */
void shares_pair_count(shares_pair_t *pair, shares_stock_e stock, size_t n);
int shares_pair_make(ic_shares_t *shares);
int shares_pair_take(ic_shares_t *shares, shares_stock_e stock,
    unsigned part, uint64_t *words, size_t n);
void shares_pair_next(shares_pair_t *pair, shares_stock_e stock, size_t n);


#endif /* _IC_SHARES_STATE_H_INCLUDED_ */
