
/*
 * Meaning of a DAG and a configuration (docs/api.md, "Jobs"): what flows,
 * jobs and the scheduler take for granted afterwards.
 */


#ifndef _IC_JOB_CHECK_H_INCLUDED_
#define _IC_JOB_CHECK_H_INCLUDED_


#include "ic_api.h"
#include "ic_params.h"


#define IC_JOB_MAX_COMPONENTS  128
#define IC_JOB_MAX_PARTIES     32

#define IC_JOB_RETRY_MAX       10
#define IC_JOB_RETRY_BACKOFF   1000      /* ms, unless the job says */
#define IC_JOB_RETRY_LONGEST   600000

#define IC_JOB_ESCROW_DAYS     3650


/* error: IC_E_invalid_dag or _invalid_config (_internal: no memory). */
typedef struct {
    ic_error_e  error;
    ic_str_t    detail;          /* names the component, role or party */
} ic_job_fault_t;

/* One party: role and its index in config.role.<role>. */
typedef struct {
    const char  *role;           /* guest, host, arbiter */
    unsigned     index;
    ic_str_t     node_id;
} ic_job_party_t;

/* config.job_params.common.retry */
typedef struct {
    unsigned     count;          /* tries after the first one; 0: none */
    int64_t      backoff;        /* ms before the second one, then doubled */
} ic_job_retry_t;

/* config.job_params.<role>.<n>.resources; -1: no limit */
typedef struct {
    int64_t      cpu;            /* thousandths of a core */
    int64_t      memory;         /* bytes */
    int64_t      disk;
} ic_job_resources_t;


/* The component a DAG entry names: componentName, module_name or code. */
ic_str_t ic_dag_component_name(const ic_json_t *component);

/*
 * The text of a DAG as this node keeps it: compact, and with componentName
 * where another form names the component. data NULL: memory is short.
 */
ic_str_t ic_dag_text(ic_arena_t *arena, const ic_json_t *dag);

/*
 * Components: at least one, distinct names; every input key
 * "<producer>.<output>" and every name in "after" exist, once, a model where
 * a model is wanted; no cycle. 0 or -1.
 */
int ic_dag_check(ic_arena_t *arena, const ic_json_t *dag,
    ic_job_fault_t *fault);

/* The last two of these, of components with distinct names. 0 or -1. */
int ic_dag_edges(ic_arena_t *arena, const ic_json_t *dag,
    ic_job_fault_t *fault);

/*
 * What is made is what is wanted, a dataset being a training set too; and a
 * built-in consumer has an input for it.
 */
bool ic_job_port_fits(ic_str_t component, ic_str_t wanted, ic_str_t made);

/* A step of a DAG has a table of another one as its input, or needs none. */
bool ic_job_reads_table(const ic_json_t *component);

/*
 * "name name ...": the components of a checked DAG that are not built in, so
 * must be registered. data NULL: memory is short.
 */
ic_str_t ic_dag_installed(ic_arena_t *arena, const ic_json_t *dag);

/*
 * Roles: guest, host and arbiter with node ids, each node once, at most
 * IC_JOB_MAX_PARTIES; initiator; and, per built-in component of the checked
 * DAG, parameters in their ranges, required ones present at every party;
 * those of other components are their own affair. 0 or -1.
 */
int ic_config_check(ic_arena_t *arena, const ic_json_t *dag,
    const ic_json_t *config, ic_job_fault_t *fault);

/* The parties of a configuration; their number, or -1 with a fault. */
int ic_config_parties(ic_arena_t *arena, const ic_json_t *config,
    ic_job_party_t parties[IC_JOB_MAX_PARTIES], ic_job_fault_t *fault);

/*
 * What a configuration says about tasks that fail; without a word, nothing is
 * tried again. 0, or -1: not in range, with a fault.
 */
int ic_job_retry(ic_arena_t *arena, const ic_json_t *config,
    ic_job_retry_t *retry, ic_job_fault_t *fault);

/*
 * How many parties of a role may fail in a step of that built-in component
 * without its failure, by its parameters for all (or NULL); 0: none.
 */
unsigned ic_job_tolerance(ic_str_t component, const ic_json_t *params,
    const char **role);

/*
 * What is wrong with these parameters and that number of data parties, where
 * parties may be lost; empty: nothing.
 */
ic_str_t ic_job_tolerance_fault(ic_arena_t *arena, ic_str_t component,
    const ic_json_t *params, unsigned parties);

/* Every party's resources: 0, or -1 with a fault that names the member. */
int ic_job_resources_check(ic_arena_t *arena, const ic_json_t *config,
    ic_job_fault_t *fault);

/* Those of one party, "host.0"; what is not good is no limit. */
void ic_job_resources(const ic_json_t *config, const char *party,
    ic_job_resources_t *resources);

/*
 * What is to be in escrow, job_params.common.escrow: threshold (2 to the
 * number of parties), days, and, if given, steps of the DAG that have outputs,
 * level, copies; nothing else. 0 or -1 with a fault.
 */
int ic_job_escrow_check(ic_arena_t *arena, const ic_json_t *dag,
    const ic_json_t *config, unsigned parties, ic_job_fault_t *fault);

/* Milliseconds after that many failures (from 1) before the next try. */
int64_t ic_job_retry_delay(const ic_job_retry_t *retry, unsigned tries);

/* "node node ...": the parties but self. data NULL: memory is short. */
ic_str_t ic_job_remote(ic_arena_t *arena, const ic_job_party_t *parties,
    int n, ic_str_t self);

/*
 * The data_sql of a node's own tasks that somebody could approve, as a JSON
 * list of digest, text (ic_sql.h), task_name, part (data_sql, pos, neg). data
 * NULL: memory is short.
 */
ic_str_t ic_job_queries(ic_arena_t *arena, const ic_json_t *config,
    ic_str_t self);


#endif /* _IC_JOB_CHECK_H_INCLUDED_ */
