
/*
 * What entries say, one after the other: a log can be whole and signed and
 * still tell what cannot have happened. Every subject has facts (it is open,
 * approved, started ...); a table says which an event needs, which it
 * excludes and which it leaves behind.
 */


#ifndef _IC_MEANING_H_INCLUDED_
#define _IC_MEANING_H_INCLUDED_


#include "ic_entry.h"


/* ms by which the store's clock may go back without being told of */
#define IC_MEANING_TOLERANCE  5000

#define IC_MEANING_TEXT       512

typedef struct ic_meaning_s  ic_meaning_t;

typedef struct {
    uint64_t  judged;            /* entries that a rule knows */
    uint64_t  others;            /* those that none knows */
    uint64_t  backwards;         /* times that the store's clock went back */
    int64_t   farthest;          /* ms, of these the most */
    uint64_t  farthest_at;       /* and its entry */
    uint64_t  contradictions;
    char      finding[IC_MEANING_TEXT];  /* the first one; "" */
} ic_meaning_told_t;


/* parts: not all subjects are shown, so one that is not there may be. NULL:
 * memory is short. */
ic_meaning_t *ic_meaning(bool parts);
void ic_meaning_free(ic_meaning_t *meaning);

/*
 * The next entry; data is the ic_meaning_t, so that it serves as the callback
 * of ic_verify_t. 0 also when it contradicts what was before: see
 * ic_meaning_told(). -1 with the finding: memory is short.
 */
int ic_meaning_entry(void *data, const ic_entry_t *entry, char *finding);

const ic_meaning_told_t *ic_meaning_told(const ic_meaning_t *meaning);


#endif /* _IC_MEANING_H_INCLUDED_ */
