
/*
 * The demo: what an operator and a data scientist would do, over the same
 * API, with a line per step.
 */


#ifndef _CTL_DEMO_H_INCLUDED_
#define _CTL_DEMO_H_INCLUDED_


#include "ctl_demo_data.h"
#include "ctl_sandbox.h"


typedef struct {
    ctl_sandbox_t    sandbox;
    ctl_demo_data_t  data;
    ic_arena_t      *pool;
    const char      *datasets[CTL_MAX_NODES];    /* ids, by node */
    int64_t          order_id;
    int64_t          model_id;
    const char      *job_id;
    const ic_json_t *model;      /* the joint model's JSON */
    const ic_json_t *volumes;    /* rows by user id, as /model/info tells */
    int64_t          train_ms;   /* from the job's start to its end */
    int              quiet;
} ctl_demo_t;


/*
 * A call as the operator of a node; body NULL is a GET. The data member of
 * the answer; NULL, with a message, on any error.
 */
const ic_json_t *ctl_demo_call(ctl_demo_t *demo, const ctl_node_t *node,
    const char *path, const char *body);

/* "[12.3 s] ..." on standard output unless quiet. */
void ctl_demo_say(ctl_demo_t *demo, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The steps in their order (ctl_demo_network.c, _train.c, _infer.c). */
int ctl_demo_contracts(ctl_demo_t *demo);
int ctl_demo_datasets(ctl_demo_t *demo);
int ctl_demo_authorise(ctl_demo_t *demo);
int ctl_demo_train(ctl_demo_t *demo);
int ctl_demo_infer(ctl_demo_t *demo);
int ctl_demo_report(ctl_demo_t *demo, ic_json_out_t *json);

/* A hospital finds a job in its inbox and approves it. 0 or -1. */
int ctl_demo_job(ctl_demo_t *demo, const ctl_node_t *node);

/*
 * Approves everything of that type that waits in a node's inbox; the number
 * approved, -1 on an error.
 */
int ctl_demo_approve(ctl_demo_t *demo, const ctl_node_t *node,
    const char *type);

/* The hospital that asks for the training, by its node. */
#define CTL_DEMO_GUEST  2

/* The query that names a hospital's table in the demo. */
#define CTL_DEMO_QUERY  "select * from data.blooddata_small"


#endif /* _CTL_DEMO_H_INCLUDED_ */
