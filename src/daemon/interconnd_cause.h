
/* Why a job failed, in the form of the causes that tasks report. */


#ifndef _INTERCONND_CAUSE_H_INCLUDED_
#define _INTERCONND_CAUSE_H_INCLUDED_


#include "../lib/ic_json.h"


typedef struct {
    const char  *party;              /* "host.0"; NULL: nobody's fault */
    const char  *node_id;
    const char  *component;          /* name of the task */
    const char  *task_id;
    const char  *error;              /* of api/errors.def */
    ic_str_t     detail;
} interconnd_cause_t;


/* JSON in the arena; data NULL when memory is short. */
ic_str_t interconnd_cause(ic_arena_t *arena, const interconnd_cause_t *cause);

/* The name for a code that a peer answered; other if it is none of ours. */
const char *interconnd_cause_name(int64_t code, const char *other);

/* The same for an error that a peer named. */
const char *interconnd_cause_known(ic_str_t name, const char *other);

/*
 * True for errors that a party has because another one failed: they explain
 * a job's end only when nothing better is known.
 */
bool interconnd_cause_follows(ic_str_t error);

/* True for errors that another try of the task may not meet. */
bool interconnd_cause_passes(ic_str_t error);


#endif /* _INTERCONND_CAUSE_H_INCLUDED_ */
