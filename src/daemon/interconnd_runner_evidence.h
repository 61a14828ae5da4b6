
/* What the runner tells for the evidence: of a task's inputs, of its log. */


#ifndef _INTERCONND_RUNNER_EVIDENCE_H_INCLUDED_
#define _INTERCONND_RUNNER_EVIDENCE_H_INCLUDED_


#include "interconnd_runner.h"


/*
 * Tells the store what the task is given: the digest of its parameters, and
 * its data, outputs of earlier tasks and model. 0, or -1 with a failure.
 */
int interconnd_evidence_inputs(interconnd_child_t *child);

/* A line of its log, as it is kept; the digest of all, each with LF. */
void interconnd_evidence_line(interconnd_child_t *child, ic_str_t line);
ic_str_t interconnd_evidence_log(const interconnd_child_t *child,
    ic_arena_t *arena);
void interconnd_evidence_free(interconnd_child_t *child);


#endif /* _INTERCONND_RUNNER_EVIDENCE_H_INCLUDED_ */
