
/*
 * What of a log is no evidence, and can be made again from what is: tiles,
 * index, the published copy of the last head, what lies behind that head.
 */


#ifndef _IC_FSCK_H_INCLUDED_
#define _IC_FSCK_H_INCLUDED_


#include "ic_verify.h"


typedef struct {
    const char          *dir;
    bool                 repair;

    uint64_t             tiles;          /* wrong or missing */
    char                 tile[64];       /* the first of them */
    const char          *index;          /* NULL, or what is wrong */
    const char          *checkpoint;     /* likewise */
    uint64_t             unsealed;       /* entries behind the last head */
    bool                 torn;           /* and a piece of one, or of a head */
    bool                 repaired;       /* all of these */
    bool                 writing;        /* tiles, inside */
    void                *opened;         /* index, inside */
    ic_verify_result_t   result;         /* of entries and heads */
} ic_fsck_t;


/*
 * GOOD: nothing is wrong, or it was put right. INCOMPLETE: something is, and
 * the finding says why it stays so if it was to be repaired; also when a
 * process writes the log that is to be repaired. TAMPERED and IMPOSSIBLE as of
 * ic_verify_log(): then nothing is touched. Entries and heads never are.
 */
ic_verify_e ic_fsck(ic_fsck_t *fsck);


#endif /* _IC_FSCK_H_INCLUDED_ */
