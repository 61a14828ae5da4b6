
/*
 * The notary and its partners: whom to ask to cosign the last head, with
 * which proof; what they answered, into the log's folder when it verifies;
 * and heads of their logs that this node has cosigned. The courier carries
 * the questions: here nothing speaks to another node.
 */


#ifndef _INTERCONND_WITNESS_H_INCLUDED_
#define _INTERCONND_WITNESS_H_INCLUDED_


#include "../evidence/ic_log.h"
#include "interconnd.h"


typedef struct {
    uint64_t   worth;            /* size up to the last entry that a head is
                                    worth to be cosigned for */
    uint64_t   urgent;           /* ... and soon */
    int64_t    asked;            /* ic_mono_ms() */
    unsigned   begun:1;          /* it told all that it has */
} interconnd_witness_t;


/* A log was opened. */
void interconnd_witness_open(interconnd_witness_t *witness,
    const ic_log_t *log);

/* An entry was added to it. */
void interconnd_witness_saw(interconnd_witness_t *witness,
    const ic_entry_t *entry);

/*
 * What is due, at most every second; the log is sealed. 0, or -1 with the
 * error: the log or the store does not answer.
 */
int interconnd_witness_turn(interconnd_witness_t *witness,
    const interconnd_conf_t *conf, ic_store_t *store, ic_arena_t *arena,
    ic_log_t *log, char *error);


#endif /* _INTERCONND_WITNESS_H_INCLUDED_ */
