
/* What partners have signed of a log, for its bundles. */


#ifndef _IC_BUNDLE_COSIGNED_H_INCLUDED_
#define _IC_BUNDLE_COSIGNED_H_INCLUDED_


#include "ic_bundle_lines.h"


typedef struct {
    ic_bundle_cosigned_t  who;
    ic_str_t              note;
    ic_head_t             head;
    ic_str_t              credential;    /* that verifies it */
} ic_cosigned_t;


/*
 * Of every partner the latest head of the log's that it has signed, with the
 * credential. list has room for IC_BUNDLE_COSIGNED; the finding tells of a
 * note that is not of this log or that no credential in keys/ verifies.
 */
ic_verify_e ic_cosigned_read(const char *dir, ic_hasher_t *hasher,
    ic_arena_t *arena, const ic_head_t *head, ic_cosigned_t *list,
    unsigned *count, char *finding);

/* The file keys/<digest>; data NULL with errno. */
ic_str_t ic_cosigned_credential(const char *dir, ic_arena_t *arena,
    ic_str_t digest);

/* Was the credential of list[i] there before, or is it that one? */
bool ic_cosigned_shares(const ic_cosigned_t *list, unsigned i,
    ic_str_t credential);

/*
 * A signature of a parsed note by another node than the log's: who it is by,
 * with the credential that verifies it and speaks for that node at the time.
 * NULL, or what is wrong.
 */
const char *ic_cosigned_check(const ic_verify_t *verify, ic_arena_t *arena,
    const ic_head_t *head, ic_str_t credential, ic_bundle_cosigned_t *who);


#endif /* _IC_BUNDLE_COSIGNED_H_INCLUDED_ */
