
/*
 * Secure sums over all data parties (every party but the arbiter), in a star:
 * all messages pass through the arbiter, which multiplies ciphertexts, relays
 * sealed boxes and has no share of the key. Pairwise masks in Z_2^64
 * (Bonawitz et al., CCS '17, without its dropout part) under n-of-n threshold
 * Paillier; docs/algorithms.md has the protocol in steps.
 *
 * The job has one guest, which deals the key, any number of hosts and one
 * arbiter. Keys, masks and the context are fresh in every attempt.
 *
 *     a = ic_aggregate_open(task, &conf, common, rows);
 *     rc = ic_aggregate_sum(a, values, n, m);
 *     rc = ic_aggregate_sum(a, values, m, 0);
 *     rc = ic_aggregate_confirm(a, digest);
 *     ic_aggregate_close(a);
 *
 * while the arbiter is in ic_aggregate_serve(). Everything that gives -1 has
 * told ic_task_fail().
 *
 * With max_dropouts, hosts that are gone before a sum is opened are left out:
 * the others agree on the smaller set, get new keys and run that sum again.
 * A sum that was opened is never run again.
 */


#ifndef _IC_AGGREGATE_H_INCLUDED_
#define _IC_AGGREGATE_H_INCLUDED_


#include "../task/ic_task.h"


typedef struct ic_aggregate_s  ic_aggregate_t;

typedef struct {
    unsigned  key_length;        /* bits of the Paillier modulus */
    bool      allow_two_parties; /* each learns the other's part */
    int64_t   min_rows;          /* of all in a sum, or data_too_few */
    unsigned  max_dropouts;      /* hosts that may be lost; 0: none */
    unsigned  min_parties;       /* data parties that must stay then */
    unsigned  dropout_timeout;   /* s that the arbiter waits for a party */
    unsigned  modulus_bits;      /* tests: instead of key_length, or 0 */
    unsigned  paillier_flags;    /* tests: IC_PAILLIER_INSECURE, or 0 */
} ic_aggregate_conf_t;


/*
 * A data party's beginning: all agree on their number, rows (0 or more) and
 * SHA-256 of common (bad_parameter where it differs), certify a key each
 * with their nodes' keys, and get their shares of the Paillier key. Needs
 * three data parties, or two where that is allowed (too_few_parties). NULL
 * after ic_task_fail(). Close it in any case; close takes NULL.
 */
ic_aggregate_t *ic_aggregate_open(ic_task_t *task,
    const ic_aggregate_conf_t *conf, ic_str_t common, int64_t rows);
void ic_aggregate_close(ic_aggregate_t *a);


/* Data parties in the order of their sorted names; which one we are. */
unsigned ic_aggregate_count(const ic_aggregate_t *a);
unsigned ic_aggregate_own(const ic_aggregate_t *a);
const ic_party_t *ic_aggregate_party(const ic_aggregate_t *a, unsigned i);

/* The rows that party i declared; those of all. */
int64_t ic_aggregate_rows(const ic_aggregate_t *a, unsigned i);
int64_t ic_aggregate_all_rows(const ic_aggregate_t *a);


/*
 * Parties that were left out, in the order in which that happened; round: the
 * first sum without them, from 1 on. Numbers of parties (0 .. count - 1) go
 * up to those that are left: they may change with every sum.
 */
typedef struct {
    const ic_party_t  *party;
    int64_t            rows;
    unsigned           round;
} ic_aggregate_gone_t;

const ic_aggregate_gone_t *ic_aggregate_gone(const ic_aggregate_t *a,
    unsigned *count);

/* The least number of data parties that a sum of this run may have. */
unsigned ic_aggregate_least(const ic_aggregate_t *a);

/*
 * From here on a sum that loses a party is not run again: it gives -1
 * without a failure of the task, ic_aggregate_unsummed() is true, and all go
 * on to ic_aggregate_confirm().
 */
void ic_aggregate_settle(ic_aggregate_t *a);
bool ic_aggregate_unsummed(const ic_aggregate_t *a);


/*
 * Replaces values[count] by the sums over all data parties, the same bits at
 * each of them. Fixed point of 24 bits behind the point; |sum| below 2^38,
 * each party's part below 2^38 / parties (data_out_of_range). next: how many
 * values the following call will have, 0 for none; it is prepared for while
 * others compute. All call it alike. 0 or -1.
 */
int ic_aggregate_sum(ic_aggregate_t *a, double *values, unsigned count,
    unsigned next);

/* The same for whole numbers modulo 2^64, exact; negative: two's complement. */
int ic_aggregate_sum_words(ic_aggregate_t *a, uint64_t *words,
    unsigned count, unsigned next);


/*
 * Random words that all data parties have alike, drawn by the guest, unknown
 * to the arbiter; others for every purpose. 0 or -1.
 */
int ic_aggregate_random(ic_aggregate_t *a, const char *purpose,
    uint64_t *words, unsigned count);


/*
 * The last step, for all: each proves to each that it has come to the same
 * result. The arbiter's work ends with it. 0 or -1 (peer_protocol).
 */
int ic_aggregate_confirm(ic_aggregate_t *a, const u_char digest[32]);


/*
 * The arbiter, from the beginning to the confirmation. Puts out a report
 * with the numbers of parties and of sums. conf and common as the data
 * parties have them. 0 or -1.
 */
int ic_aggregate_serve(ic_task_t *task, const ic_aggregate_conf_t *conf,
    ic_str_t common);


#endif /* _IC_AGGREGATE_H_INCLUDED_ */
