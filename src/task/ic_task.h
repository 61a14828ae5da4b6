
/*
 * What a component sees of its node: parameters, parties, the channel to
 * the other parties, progress, logs and results. A component is a program;
 * its main() calls ic_task_main() with its descriptor's entry.
 *
 * The runtime reads the ecosystem's environment (system.*, config.*,
 * runtime.component.*) and speaks to the runner over the control socket,
 * descriptor 3 (docs/components.md). Run by hand without descriptor 3, it
 * prints what it would have sent.
 */


#ifndef _IC_TASK_H_INCLUDED_
#define _IC_TASK_H_INCLUDED_


#include "../lib/ic_json.h"


#define IC_TASK_MAX_PARTIES  64


typedef struct {
    char  role[16];              /* guest, host, arbiter */
    int   index;                 /* 0.. within the role */
    char  name[32];              /* "guest.0" */
    char  node_id[132];
    char  inst_id[132];
} ic_party_t;


typedef struct ic_task_s  ic_task_t;


/*
 * Runs one task: returns the exit status for main(). run() returns 0, or -1
 * after ic_task_fail().
 */
typedef int (*ic_task_run_pt)(ic_task_t *task);
int ic_task_main(int argc, char **argv, const char *descriptor_json,
    ic_task_run_pt run);


/* All parties of the task in the order of the sorted names; and ourselves. */
const ic_party_t *ic_task_parties(ic_task_t *task, unsigned *count);
const ic_party_t *ic_task_self(ic_task_t *task);
const ic_party_t *ic_task_party(ic_task_t *task, const char *name);

/* Memory that lives as long as the task. */
ic_arena_t *ic_task_arena(ic_task_t *task);

/* config.task_id, config.session_id and the job the task belongs to. */
const char *ic_task_id(ic_task_t *task);
const char *ic_task_session(ic_task_t *task);
const char *ic_task_job(ic_task_t *task);

/*
 * runtime.component.parameter.<name> as a JSON document; NULL if not given.
 * Text that is no JSON is a string.
 */
const ic_json_t *ic_task_param(ic_task_t *task, const char *name);

/*
 * runtime.component.input.<name>: an object; for a dataset of this party
 * {"type":"csv","path":...} as its owner registered it (source/ic_source.h).
 */
const ic_json_t *ic_task_input(ic_task_t *task, const char *name);


/*
 * The folder for the output of that kind (dataset, model, ...), the first
 * such one that the DAG declares; NULL if there is none.
 */
const char *ic_task_place(ic_task_t *task, const char *kind);

/* A folder for files of its own, gone with the task: system.storage or ".". */
const char *ic_task_folder(ic_task_t *task);


/*
 * Messages: FIFO per (sender, topic), delivered once. send() returns when
 * the own channel role has taken the message; recv() waits for the next one
 * from that party, at most timeout_ms (0: the node's message_timeout). Both
 * return -1 after
 * ic_task_fail() with what was awaited from whom. The data of recv() is the
 * caller's: free().
 */
int ic_task_send(ic_task_t *task, const ic_party_t *to, const char *topic,
    const void *data, size_t len);
int ic_task_recv(ic_task_t *task, const ic_party_t *from, const char *topic,
    int timeout_ms, u_char **data, size_t *len);

/*
 * The same of a party that may be lost: 1, and no failure, when it is silent
 * for that long or its node says that its task is over. The session outlives
 * messages that can not be delivered to it.
 */
int ic_task_offer(ic_task_t *task, const ic_party_t *to, const char *topic,
    int timeout_ms, const void *data, size_t len);
int ic_task_await(ic_task_t *task, const ic_party_t *from, const char *topic,
    int timeout_ms, u_char **data, size_t *len);


/*
 * Signs data with the node's key under the context "interconn task v1",
 * job, task and party name (trust/ic_sign.h): the runner does it, the
 * key never enters this process. certificate: the node's, PEM. Both in the
 * task's arena. 0, or -1 after ic_task_fail().
 */
int ic_task_certify(ic_task_t *task, ic_str_t data, ic_str_t *signature,
    ic_str_t *certificate);

/*
 * Checks what another party's ic_task_certify() gave: the signature, the
 * chain to the network CA and that the certificate is that party's node's.
 * 0, or -1 after ic_task_fail().
 */
int ic_task_verify(ic_task_t *task, const ic_party_t *party, ic_str_t data,
    ic_str_t signature, ic_str_t certificate);


/* Progress in percent, monotone; stage: what is being done now. */
void ic_task_progress(ic_task_t *task, double percent, const char *stage);

/* One point of a curve: ("loss", iteration, value). Kept by this node. */
void ic_task_metric(ic_task_t *task, const char *name, int64_t x, double y);

/* A number shown to the initiator: ("rows", 600). */
void ic_task_fact(ic_task_t *task, const char *name, int64_t value);

/* level: "info", "debug" or "error". Never rows, keys or tokens. */
void ic_task_log(ic_task_t *task, const char *level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* A result of this party: kind "model" or "report", a JSON object. */
void ic_task_output(ic_task_t *task, const char *kind, ic_str_t json);

/*
 * This party makes no output of that key or kind, though the DAG declares it:
 * without a word, a table or model that is missing is a failure.
 */
void ic_task_without(ic_task_t *task, const char *kind);

/*
 * Why the task fails, once (later calls are ignored): code as in
 * api/errors.def ("data_null_label"), column and row (1-based data row, 0:
 * none) where data is at fault. The texts may name columns and rows, never
 * values. Always -1.
 */
int ic_task_fail(ic_task_t *task, const char *code, const char *column,
    int64_t row, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* True once ic_task_fail() was called. */
bool ic_task_failed(ic_task_t *task);


#endif /* _IC_TASK_H_INCLUDED_ */
