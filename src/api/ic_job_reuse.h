
/*
 * What a job takes over from an earlier one: the outputs of steps that are
 * the same in both. A job says so in job_params.common.reuse,
 * {"job_id": <the earlier job>, "tasks": {<step>: <task_id>}}.
 */


#ifndef _IC_JOB_REUSE_H_INCLUDED_
#define _IC_JOB_REUSE_H_INCLUDED_


#include "ic_job_check.h"


/* A checked DAG and its configuration. */
typedef struct {
    const ic_json_t  *dag;
    const ic_json_t  *config;
} ic_job_form_t;

typedef struct {
    const ic_json_t  *node;      /* in the new DAG */
    ic_str_t          name;
    ic_str_t          task_id;   /* whose output there is; or none */
    unsigned          runs:1;    /* else that output is taken over */
} ic_job_reuse_step_t;

typedef struct {
    ic_job_reuse_step_t  *steps; /* in the order of the new DAG */
    unsigned              count;
} ic_job_reuse_t;


/*
 * Which steps of the new form run: those that from names (a list; NULL: none),
 * those that are not as they were (component, version, inputs, outputs,
 * parameters of any party; all, if the parties are others) and whatever comes
 * behind one of these by an input or "after". tasks: {step: task_id}, what
 * there is. strict: a step that would be taken over and is not among them is
 * refused; else it runs.
 *
 * 0; -1 with a fault: IC_E_invalid_fields (from names no step), _wrong_state
 * (the detail names what did not succeed), _internal.
 */
int ic_job_reuse(ic_arena_t *arena, const ic_job_form_t *was,
    const ic_job_form_t *is, const ic_json_t *from, const ic_json_t *tasks,
    bool strict, ic_job_reuse_t *reuse, ic_job_fault_t *fault);

/*
 * The same without anything taken over: of the steps of the new form those
 * run that are not as they were. 0, or -1 with a fault.
 */
int ic_job_changes(ic_arena_t *arena, const ic_job_form_t *was,
    const ic_job_form_t *is, ic_job_reuse_t *changes, ic_job_fault_t *fault);

/*
 * The configuration with that said in it, or, when nothing is taken over or
 * reuse is NULL, without a word about it. NULL: memory is short.
 */
ic_json_t *ic_job_reuse_config(ic_arena_t *arena, const ic_json_t *config,
    ic_str_t job_id, const ic_job_reuse_t *reuse);

/* A JSON list of the steps that run, or of those that are taken over. */
ic_str_t ic_job_reuse_names(ic_arena_t *arena, const ic_job_reuse_t *reuse,
    bool runs);

/*
 * Is what a configuration says about reuse well formed: ids, of steps of the
 * DAG, and not of all of them? 0, or -1 with a fault.
 */
int ic_job_reuse_check(ic_arena_t *arena, const ic_json_t *dag,
    const ic_json_t *config, ic_job_fault_t *fault);


#endif /* _IC_JOB_REUSE_H_INCLUDED_ */
