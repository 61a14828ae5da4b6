
/*
 * interconnctl job run: a flow from a file, from its approvals to its
 * results, with a line for each step on standard error.
 */


#ifndef _CTL_RUN_H_INCLUDED_
#define _CTL_RUN_H_INCLUDED_


#include "ctl_api.h"
#include "ctl_sandbox.h"


#define CTL_RUN_PARTIES  32
#define CTL_RUN_POLL_MS  100


typedef struct {
    ctl_api_t         api;           /* of the initiator */
    ctl_sandbox_t    *sandbox;       /* malloc(); NULL: a real network */
    const char       *file;
    const char       *dir;           /* of the sandbox */
    const char       *timeout;
    const char       *format;        /* text, json; NULL: text */
    const char       *models;        /* "yes": with what they say */
    const char       *project_id;
    const ic_json_t  *flow;
    const char       *initiator;     /* node ids */
    const char       *remote[CTL_RUN_PARTIES];
    unsigned          nremote;
    const char       *audits[CTL_RUN_PARTIES];   /* their requests */
    const char       *job_id;
    int64_t           begun;
    int64_t           until;
} ctl_run_t;


/* "[1.2 s] ..." on standard error. */
void ctl_run_say(const ctl_run_t *run, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* False, with a message, when the time is over; waits a little. */
bool ctl_run_wait(const ctl_run_t *run, const char *what);

/* The contract of the initiator with a node; NULL with a message. */
const char *ctl_run_contract(ctl_run_t *run, const char *node_id);


/*
 * ctl_run_sandbox.c: contracts of all parties, the data that the flow's
 * "sandbox" names, lent to the initiator; the operators of all other nodes
 * approve the job. 0, or 1 with a message.
 */
int ctl_run_prepare(ctl_run_t *run);
int ctl_run_approve(ctl_run_t *run);


/* ctl_run_result.c: what became of it; the exit status. */
int ctl_run_result(ctl_run_t *run, const ic_json_t *job);


#endif /* _CTL_RUN_H_INCLUDED_ */
