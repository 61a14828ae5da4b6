
/*
 * Computing on numbers that two or three data parties have in shares
 * (math/ic_share.h): sums are local, products, comparisons and truncations
 * use random numbers that belong together, which come from
 *
 *     the coordinator (arbiter.0), which deals them from seeds and learns
 *     nothing but how many are used, or
 *     Paillier, for two parties: products of each other's random numbers,
 *     and oblivious transfers begun by it for what is about bits.
 *
 * Vectors: numbers are words; bits are packed, 64 in a word, in shares whose
 * exclusive or counts. All lengths n are multiples of 64. What a party
 * receives in between is uniform; only reveal() opens a value, to those who
 * may have it. docs/algorithms.md ("expression") has the protocol in steps.
 *
 * Parties follow the protocol; the coordinator does not share what it knows
 * with any of them. Everything that gives -1 has told ic_task_fail().
 */


#ifndef _IC_SHARES_H_INCLUDED_
#define _IC_SHARES_H_INCLUDED_


#include "../source/ic_source.h"
#include "../task/ic_task.h"


#define IC_SHARES_MAX  3


typedef struct ic_shares_s  ic_shares_t;

typedef struct {
    const char  *topic;
    bool         paillier;       /* two parties; an arbiter does nothing */
    unsigned     modulus_bits;   /* of Paillier's keys */
    unsigned     paillier_flags; /* IC_PAILLIER_INSECURE: tests */
    unsigned     threads;        /* 0: all processors */
} ic_shares_conf_t;

/* What was computed, with all lengths as they were filled up. */
typedef struct {
    int64_t  rounds;             /* messages that wait for one another */
    int64_t  products;
    int64_t  ands;               /* of bits */
    int64_t  bits;               /* made numbers */
    int64_t  shifts;
    int64_t  comparisons;
    int64_t  bytes_sent;
    int64_t  bytes_received;
} ic_shares_cost_t;


/*
 * Agrees with all other parties of the task on common, rows (-1: none) and
 * keys, whose owners their nodes prove. NULL after ic_task_fail().
 */
ic_shares_t *ic_shares_open(ic_task_t *task, const ic_shares_conf_t *conf,
    ic_str_t common, int64_t rows);

/* Wipes and frees. NULL: nothing. */
void ic_shares_close(ic_shares_t *shares);

/* The data parties in the order of their names; which one is this (or -1). */
unsigned ic_shares_count(const ic_shares_t *shares);
int64_t ic_shares_rows(const ic_shares_t *shares, unsigned i);
int ic_shares_self(const ic_shares_t *shares);

/*
 * That the data parties' tables have the same rows, which all of them call
 * (protocol/ic_align.h): table NULL: none. 0 or -1.
 */
int ic_shares_align(ic_shares_t *shares, const ic_table_t *table,
    const char *unique_id);

ic_shares_cost_t ic_shares_cost(const ic_shares_t *shares);


/*
 * Runs a piece of the computation, which calls what is below in the same
 * order at all parties. Where it is run without values, once more to count
 * or at the coordinator, ic_shares_live() is false and vectors may be NULL.
 */
typedef int (*ic_shares_run_pt)(ic_shares_t *shares, void *data);

int ic_shares_batch(ic_shares_t *shares, ic_shares_run_pt run, void *data);
bool ic_shares_live(const ic_shares_t *shares);

/* The owner's words become its shares; others' are written. No message. */
int ic_shares_input(ic_shares_t *shares, unsigned owner, uint64_t *words,
    size_t n);

/* Shares of a public word; of public bits, all the same. */
void ic_shares_constant(const ic_shares_t *shares, uint64_t *words,
    uint64_t word, size_t n);

/* r = a b mod 2^64. 1 round. */
int ic_shares_multiply(ic_shares_t *shares, uint64_t *r, const uint64_t *a,
    const uint64_t *b, size_t n);

/*
 * r = a / 2^bits rounded to the floor or one more, |a| < 2^62, 0 < bits < 62.
 * Never wrong by more. 1 round; with Paillier 2.
 */
int ic_shares_shift(ic_shares_t *shares, uint64_t *r, const uint64_t *a,
    size_t n, unsigned bits);

/* Of n / 64 words of bits. 1 round; none. */
int ic_shares_and(ic_shares_t *shares, uint64_t *r, const uint64_t *a,
    const uint64_t *b, size_t words);
void ic_shares_not(const ic_shares_t *shares, uint64_t *r,
    const uint64_t *a, size_t words);

/*
 * Bits: whether a < 0, whether a = 0, for -2^(bits - 1) <= a < 2^(bits - 1),
 * 1 < bits <= 64. 1 + ceil(log2(bits)) rounds.
 */
int ic_shares_negative(ic_shares_t *shares, uint64_t *r, const uint64_t *a,
    size_t n, unsigned bits);
int ic_shares_zero(ic_shares_t *shares, uint64_t *r, const uint64_t *a,
    size_t n, unsigned bits);

/* Bits as numbers 0 and 1. 1 round. */
int ic_shares_number(ic_shares_t *shares, uint64_t *r, const uint64_t *bits,
    size_t n);

/*
 * Opens to the parties whose bits (1 << i) are in `to`: words, numbers or
 * bits, become the values there, and are of no use elsewhere.
 */
int ic_shares_reveal(ic_shares_t *shares, unsigned to, uint64_t *words,
    size_t n, bool bits);


/*
 * ic_shares_correlation.c: Pearson's r of every column of one data party with
 * every one of another, over as many rows of each.
 */
typedef struct {
    const double *const  *columns;   /* ours, finite; NULL: none */
    unsigned              parties[2];
    unsigned              counts[2]; /* of their columns, not 0 */
    int64_t               rows;      /* below 2^32 */
    unsigned              to;        /* as of reveal() */
    double               *r;         /* counts[0] counts[1] numbers, there */
    double                bound;     /* of correlated(): 0 .. 1 */
    bool                 *beyond;    /* counts[1] of it, there */
} ic_shares_correlation_t;

/*
 * Rows x counts products; all parties call it. r is off by about 2^-24, of
 * more than 2^13 rows by sqrt(rows) 2^-30; 0 for a constant column. 0 or -1.
 */
int ic_shares_correlate(ic_shares_t *shares,
    const ic_shares_correlation_t *of);

/*
 * The same, but r stays in shares: beyond[j] is whether column j of the second
 * party has |r| > bound with any column of the first, and all that is opened.
 */
int ic_shares_correlated(ic_shares_t *shares,
    const ic_shares_correlation_t *of);


#endif /* _IC_SHARES_H_INCLUDED_ */
