
/*
 * The other side's copy: two nodes keep evidence of what passed between them,
 * each its own. What one has and the other must have too is compared: messages
 * by path and digest of the body, their signatures, and what became of
 * contracts and requests.
 */


#ifndef _IC_OTHER_H_INCLUDED_
#define _IC_OTHER_H_INCLUDED_


#include "ic_verify.h"


/* ms by which the clocks of two nodes, and a head and its entries, differ */
#define IC_OTHER_MARGIN  60000

#define IC_OTHER_TEXT    1024

typedef struct ic_side_s  ic_side_t;

typedef struct {
    uint64_t  messages;          /* that one delivered to the other */
    uint64_t  matched;           /* that the other has too */
    uint64_t  unmatched;         /* that it need not have, or does not show */
    uint64_t  unverified;        /* signatures by a key that is not shown */
    uint64_t  contradictions;
    char      finding[IC_OTHER_TEXT];    /* the first one, with entries of
                                            both; "" */
} ic_other_told_t;


/* What is kept of one side. NULL: memory is short. */
ic_side_t *ic_side(void);
void ic_side_free(ic_side_t *side);

/* The callbacks of ic_verify_t: 0, or -1 with the finding. */
int ic_side_entry(void *side, const ic_entry_t *entry, char *finding);
void ic_side_signer(void *side, EVP_PKEY *key);

/* Behind the last entry; whole: a log, and not some of its subjects. */
void ic_side_done(ic_side_t *side, int64_t last_time, bool whole);

/* 0, or -1: memory is short. */
int ic_other(const ic_side_t *one, const ic_side_t *other,
    ic_other_told_t *told);


#endif /* _IC_OTHER_H_INCLUDED_ */
