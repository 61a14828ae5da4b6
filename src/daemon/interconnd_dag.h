
/* What the scheduler reads of a job's DAG and configuration. */


#ifndef _INTERCONND_DAG_H_INCLUDED_
#define _INTERCONND_DAG_H_INCLUDED_


#include "../api/ic_job_check.h"


typedef struct {
    const char  *name;               /* "host.0" */
    const char  *role;               /* "host" */
    const char  *node_id;
    bool         self;               /* this node */
} interconnd_party_t;

typedef struct {
    const char  *name;               /* of the task */
    const char  *component;
    unsigned    *inputs;             /* indices of those it waits for */
    unsigned     ninputs;
    bool         reused;             /* an earlier job's output stands */
    unsigned     tolerated;          /* parties of lost_role that may fail */
    const char  *lost_role;
} interconnd_step_t;

typedef struct {
    interconnd_party_t  *parties;
    unsigned             nparties;
    interconnd_step_t   *steps;
    unsigned             nsteps;
    ic_job_retry_t       retry;
} interconnd_dag_t;


/*
 * All in the arena. NULL with the name of the error (api/errors.def) and a
 * detail: no components, a cycle, an unknown producer, a node with two roles.
 */
interconnd_dag_t *interconnd_dag_parse(ic_arena_t *arena, ic_str_t dag,
    ic_str_t config, const char *self, const char **error, ic_str_t *detail);


#endif /* _INTERCONND_DAG_H_INCLUDED_ */
