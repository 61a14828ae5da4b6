
/* The commands of interconnctl evidence. */


#ifndef _CTL_EVIDENCE_H_INCLUDED_
#define _CTL_EVIDENCE_H_INCLUDED_


#include "../evidence/ic_verify.h"


#define CTL_EVIDENCE_TAMPERED       1
#define CTL_EVIDENCE_INCOMPLETE     2
#define CTL_EVIDENCE_WRONG_USE      3
#define CTL_EVIDENCE_CONTRADICTORY  4


/* Each takes its name and arguments, and gives the exit status. */
int ctl_evidence_verify(int argc, char **argv);
int ctl_evidence_prove(int argc, char **argv);
int ctl_evidence_export(int argc, char **argv);
int ctl_evidence_fsck(int argc, char **argv);

/*
 * ctl_evidence_witness.c: the files of a folder that are heads of the node's
 * logs, at most so many; how many, -1 after a message, also when there is
 * none. What of a good log partners have signed, as a line of text.
 */
int ctl_evidence_peer_heads(ic_arena_t *arena, const char *dir,
    const char *folder, const char **files, unsigned most);
void ctl_evidence_cosigned(const ic_verify_t *verify,
    const ic_verify_result_t *result);

/* Says how they are called; the status of that. */
int ctl_evidence_usage(void);


#endif /* _CTL_EVIDENCE_H_INCLUDED_ */
