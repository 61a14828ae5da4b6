
/*
 * What tasks of a job make for each other, in the runner: the files below
 * data_dir/artefacts, the records in the store.
 *
 * A component writes below its own folder. When it has ended well, a process
 * of its own verifies and copies what the DAG declares (so that nothing the
 * component still has open leads to it), and the end of the task records it.
 * A consumer is given copies, verified before its program is started; the
 * component may do with them what it likes.
 */


#ifndef _INTERCONND_ARTEFACT_H_INCLUDED_
#define _INTERCONND_ARTEFACT_H_INCLUDED_


#include "../source/ic_rows.h"
#include "interconnd_runner.h"


#define INTERCONND_ARTEFACTS       "artefacts"
#define INTERCONND_ARTEFACT_MAX    64    /* ports of a task, each way */
#define INTERCONND_ARTEFACT_JSON   (16 * 1024 * 1024)
#define INTERCONND_ARTEFACT_TEND   60000 /* ms, at most */


/* An input that is here, and the component's name for it. */
struct interconnd_artefact_s {
    interconnd_artefact_t  *next;
    const char             *port;
    const char             *kind;
    const char             *key;         /* "producer.output" */
    const char             *space;
    const char             *name;
    const char             *digest;
    const char             *format;
    int64_t                 rows;
    int64_t                 bytes;
};


/* interconnd_artefact.c */

/* "<job>-<role>-<n>" and "<task>-<key>"; NULL: memory is short. */
const char *interconnd_artefact_space(interconnd_child_t *child);
const char *interconnd_artefact_name(interconnd_child_t *child,
    ic_str_t key);

/* The key of a declared output: its own, or its type. len 0: no file name. */
ic_str_t interconnd_artefact_key(const ic_json_t *port);

/* True for kinds whose data is a table. */
bool interconnd_artefact_table(ic_str_t kind);

/*
 * Opens a path below a folder without following links. A descriptor, or -1
 * with errno.
 */
int interconnd_artefact_open(int folder, const char *path, int flags);

/*
 * Copies a file to a new one of the folder, which then only its owner reads,
 * and is on the disk when it returns. sha256, bytes: of the copy. 0, or -1
 * with errno.
 */
int interconnd_artefact_copy(int from, int folder, const char *name,
    char sha256[65], int64_t *bytes);


/* interconnd_artefact_port.c */

/*
 * The name that the component has for an input: that of its nth port of the
 * kind, else the kind. ports: its descriptor's, or NULL.
 */
const char *interconnd_artefact_port(ic_arena_t *pool,
    const ic_json_t *ports, ic_str_t kind, unsigned nth);

/* Whether one of the ports is of that kind. */
bool interconnd_artefact_reads(const ic_json_t *ports, ic_str_t kind);

/* What the registered component says of its inputs; NULL: nothing. */
const ic_json_t *interconnd_artefact_ports(interconnd_child_t *child);


/* interconnd_artefact_input.c: what interconnd_runner.h declares. */


/* interconnd_artefact_commit.c */

/*
 * In a process of its own: keeps what the component made. Says the outputs,
 * or why not, on the descriptor; the exit status.
 */
int interconnd_artefact_commit(interconnd_child_t *child, int control);


#endif /* _INTERCONND_ARTEFACT_H_INCLUDED_ */
