
/*
 * What all parties of a task say first: that their parameters are the same,
 * how many rows each has, and a random number, so that no two runs, and no
 * two attempts of one task, have a context in common.
 */


#ifndef _IC_AGREE_H_INCLUDED_
#define _IC_AGREE_H_INCLUDED_


#include "ic_message.h"


#define IC_AGREE_MAX_ROWS  ((int64_t) 1 << 32)


/*
 * Tells every other party our rows (-1: this party has none) and SHA-256 of
 * common, and takes theirs into rows[parties], in the order of
 * ic_task_parties(). Kind 1 of the wire, number 0. Afterwards the context is
 * bound to parties, nodes, rows, parameters and all random numbers. Fails
 * with bad_parameter if a party has other parameters. 0, or -1 after
 * ic_task_fail().
 */
int ic_agree(ic_wire_t *wire, ic_str_t common, int64_t rows,
    int64_t *rows_of);


#endif /* _IC_AGREE_H_INCLUDED_ */
