
/*
 * Scores of a vertical model, each party holding some of the columns and
 * their weights: the sum of all parts of a row, told to one party.
 *
 * Parts are rounded to so many decimals and travel as words of Z_2^64 under
 * masks that cancel in the sum (Bonawitz et al., CCS '17), sealed for the
 * receiver alone (X25519 keys that the nodes certify, AES-256-GCM): no node's
 * queue, disk or log, and no third party, has a part in clear. What the
 * receiver learns is the sum and, minus its own part, the sum of the others'
 * parts: with two parties that is the other's part of every row, to so many
 * decimals. No protocol that opens a score to a party with a part of it can
 * hide that; only fewer decimals can.
 */


#ifndef _IC_VERTICAL_SCORE_H_INCLUDED_
#define _IC_VERTICAL_SCORE_H_INCLUDED_


#include "ic_message.h"


#define IC_VERTICAL_SCORE_DECIMALS  12       /* at most */


/*
 * All parties but an arbiter call it, after ic_agree(), with the same rows,
 * decimals and receiver; messages of two kinds of the wire, `kind` (numbers
 * 0) and `kind` + 1. scores[rows]: this party's parts, |each| < 10^(17 -
 * decimals); the receiver's become the sums. Keys are fresh in every call.
 * Fails with data_out_of_range (the row) or peer_*. 0, or -1 after
 * ic_task_fail().
 */
int ic_vertical_score(ic_wire_t *wire, unsigned kind,
    const ic_party_t *receiver, double *scores, int64_t rows,
    unsigned decimals);


#endif /* _IC_VERTICAL_SCORE_H_INCLUDED_ */
