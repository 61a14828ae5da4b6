
/*
 * The runner role inside: one child process per task, what it says over its
 * control socket and its log pipes, and how it ends.
 */


#ifndef _INTERCONND_RUNNER_H_INCLUDED_
#define _INTERCONND_RUNNER_H_INCLUDED_


#include <openssl/evp.h>

#include "../lib/ic_json.h"
#include "../package/ic_package.h"
#include "interconnd_beat.h"
#include "interconnd_runner_points.h"


#define INTERCONND_RUNNER_LEASE    10000     /* ms */
#define INTERCONND_RUNNER_BEAT     500
#define INTERCONND_RUNNER_NOTE     500       /* between notes of a task */
#define INTERCONND_RUNNER_GRACE    700       /* from SIGTERM to SIGKILL */
#define INTERCONND_RUNNER_RETRY    1000

#define INTERCONND_RUNNER_CONTROL  (16 * 1024 * 1024)
#define INTERCONND_RUNNER_LINE     4096
#define INTERCONND_RUNNER_BATCH    64
#define INTERCONND_RUNNER_TAIL     10
#define INTERCONND_RUNNER_FACTS    64
#define INTERCONND_RUNNER_SECRET   32        /* hex digits */
#define INTERCONND_RUNNER_CERTIFY  16        /* signatures of one task */
#define INTERCONND_RUNNER_GATHERING  16      /* tasks for each worker, when
                                                they wait for their partners */
#define INTERCONND_RUNNER_WITHOUT  64        /* outputs that a task has not */
#define INTERCONND_RUNNER_READS    64        /* paths */
#define INTERCONND_RUNNER_SOURCES  2         /* of a task's own data */


typedef struct interconnd_runner_s  interconnd_runner_t;
typedef struct interconnd_child_s   interconnd_child_t;
typedef struct interconnd_artefact_s  interconnd_artefact_t;


/* Lines of a descriptor that does not block. */
typedef struct {
    int        fd;                           /* -1: closed */
    char      *data;                         /* malloc() */
    size_t     start;                        /* of what was not taken */
    size_t     len;
    size_t     size;
    size_t     max;                          /* of a line */
    unsigned   split:1;                      /* longer lines become several */
    unsigned   broken:1;                     /* a line was longer */
} interconnd_lines_t;


typedef struct {
    const char  *level;
    unsigned     count;
    ic_str_t     lines[INTERCONND_RUNNER_BATCH];
} interconnd_batch_t;

typedef struct {
    ic_str_t  name;
    ic_str_t  value;                         /* JSON number */
} interconnd_fact_t;


/* What a child says when it fails, or what the runner finds. */
typedef struct {
    const char  *code;                       /* NULL: nothing yet */
    const char  *column;
    const char  *field;                      /* of the configuration */
    const char  *text;
    int64_t      row;
} interconnd_failure_t;


/* What a task may take: the job's wish, bounded by the node. -1: no limit */
typedef struct {
    int64_t      cpu;                        /* thousandths of a core */
    int64_t      memory;                     /* bytes */
    int64_t      disk;
    int          processes;
    int          files;
} interconnd_limits_t;


/* What the first process of a confined task says at its end. */
typedef struct {
    int          status;                     /* of the program */
    int          error;                      /* errno: it did not start */
    char         what[128];                  /* was not possible */
} interconnd_end_t;


/* Which limits the kernel enforces for all processes of a task together. */
typedef struct {
    const char  *folder;                     /* of the tasks; NULL: none */
    unsigned     memory:1;
    unsigned     cpu:1;
    unsigned     pids:1;
} interconnd_cgroup_t;


/* Data of the task, and what a permit allows to read of it. */
typedef struct {
    const char       *part;                  /* parameter that names it */
    ic_str_t          id;                    /* of a dataset; or empty */
    const ic_json_t  *location;
    ic_str_t          jti;                   /* empty: it is our own task */
    int64_t           rows;                  /* -1: no limit */
    bool              foreign;               /* it is read first */
    bool              fixed;                 /* ... and has this digest: */
    const char       *digest;
    ic_str_t          content_key;
    const char       *folder;                /* ... into that */
    const char       *table;                 /* the same, when it was */
} interconnd_source_t;


struct interconnd_child_s {
    interconnd_child_t    *next;
    interconnd_runner_t   *runner;
    ic_arena_t            *pool;

    const char            *task_id;
    const char            *job_id;
    const char            *name;             /* "homo_lr_0" */
    const char            *role;             /* "host.0" */
    const char            *epoch;
    const char            *initiator;
    const char            *session_id;
    const char            *token;
    const char            *secret;           /* of its callbacks; or "" */
    const char            *component;        /* "homo_lr" */
    const char            *version;          /* that the step wants, or "" */
    const char            *folder;           /* NULL: not made */
    const ic_json_t       *dag;
    const ic_json_t       *config;
    const ic_json_t       *input;            /* of the DAG's component */
    const ic_json_t       *output;
    interconnd_artefact_t *inputs;           /* that earlier tasks made */
    ic_str_t               without[INTERCONND_RUNNER_WITHOUT];
    unsigned               nwithout;
    ic_str_t               outputs;          /* JSON, of those kept */
    int64_t                room;             /* bytes that may be kept */
    interconnd_source_t    sources[INTERCONND_RUNNER_SOURCES];
    unsigned               nsources;
    interconnd_source_t   *reading;          /* pid is its reader's */
    ic_str_t               train_data;       /* JSON, or null */
    const char            *model_id;         /* given by it; NULL: none */
    const char            *model_port;
    ic_str_t               model_given;      /* its content */
    const char            *reads[INTERCONND_RUNNER_READS];
    int                    maps[INTERCONND_RUNNER_READS];  /* of users */
    unsigned               nreads;
    interconnd_limits_t    limits;
    const char            *program;          /* path; once it is verified */
    ic_package_t          *seal;             /* of its package, or NULL */
    int64_t                seal_ms;          /* last look at it */
    const char            *cgroup;           /* its folder; NULL: none */
    uid_t                  uid;              /* of its own; 0: none */
    gid_t                  gid;              /* the daemon's */

    pid_t                  pid;              /* 0: none */
    int                    pidfd;
    int                    end_fd;           /* a confined one's status */
    interconnd_lines_t     control;
    interconnd_lines_t     out;
    interconnd_lines_t     err;
    interconnd_batch_t     batch;
    EVP_MD_CTX            *log_digest;       /* of the lines; NULL: none */
    interconnd_points_t    points;
    char                  *tail[INTERCONND_RUNNER_TAIL];   /* malloc() */
    unsigned               ntail;

    int                    progress;         /* percent */
    int64_t                sent, received;   /* bytes, as it says; not told */
    char                   stage[200];
    interconnd_fact_t      facts[INTERCONND_RUNNER_FACTS];
    unsigned               nfacts;
    unsigned               certified;
    ic_str_t               model;
    ic_str_t               report;
    interconnd_failure_t   failure;
    const char            *status;           /* of the end, else NULL */
    ic_str_t               cause;

    int64_t                used_ns;          /* CPU time, when last looked */
    int64_t                idle_ms;          /* since when that did not grow */
    int64_t                started_ms;
    int64_t                beat_ms;          /* last, or attempted */
    int64_t                noted_ms;
    int64_t                kill_ms;          /* SIGKILL then; 0: no */
    int64_t                said_ms;          /* it said SUCCESS; 0: not */
    int64_t                end_ms;           /* next try to tell the end */
    int64_t                disk_ms;          /* last look at its folder */
    unsigned               dirty:1;          /* something to note */
    unsigned               lent:1;           /* its place, while it waits */
    unsigned               package:1;        /* its program is of others */
    unsigned               doubted:1;        /* its package, once */
    unsigned               starved:1;        /* said that memory is short */
    unsigned               confined:1;       /* ... and has its own root */
    unsigned               stopping:1;       /* told to end */
    unsigned               content:1;        /* after it said SUCCESS */
    unsigned               lost:1;           /* the task is not ours any more */
    unsigned               committing:1;     /* its outputs are being kept */
};


struct interconnd_runner_s {
    const interconnd_conf_t  *conf;
    ic_store_t               *store;
    ic_store_t               *stream;        /* waits for tasks */
    ic_arena_t               *pool;          /* for one turn of the loop */
    interconnd_cgroup_t       cgroup;
    EVP_PKEY                 *key;
    ic_str_t                  certificate;   /* PEM */
    ic_arena_t               *kept;
    char                      consumer[72];
    char                      owner[128];
    interconnd_beat_t         beat;
    interconnd_child_t       *children;
    int                       nchildren;
    int                       wait_fd;       /* -1: not waiting */
    int64_t                   wait_ms;       /* not before */
    int64_t                   reap_ms;
    int64_t                   describe_ms;   /* when it is asked for next */
    pid_t                     beside[2];     /* describer, escrow; or 0 */
    int64_t                   expire_ms;     /* of artefacts, not before */
    struct interconnd_asking_s  *asking;     /* about queries that wait */
    struct pollfd            *fds;
};


/* interconnd_runner_reader.c */

/*
 * Starts the reader of the task's next database: 1; 0: none is left; -1 with
 * a failure.
 */
int interconnd_reader_next(interconnd_child_t *child);

/* What follows when it has ended: the next one, or the program. 0 or -1. */
int interconnd_reader_ended(interconnd_child_t *child, int status);
/* interconnd_runner_model.c */

/*
 * The model that the job names by model_id, if its component reads models
 * and it may be used. 0, or -1 with the child's failure.
 */
int interconnd_model(interconnd_child_t *child);

/* The value of its input variable; data NULL: memory is short. */
ic_str_t interconnd_model_text(const interconnd_child_t *child);

/*
 * In the process that becomes the program: the model's file, if there is
 * one, below the folder of inputs. 0, or -1: said on the descriptor.
 */
int interconnd_model_put(interconnd_child_t *child, int inputs, int control);


/* interconnd_runner_place.c */

/* True if one more task may run. */
bool interconnd_place_free(interconnd_runner_t *runner, int64_t now);


/* interconnd_runner_package.c */

/*
 * The path of the task's program, verified and enabled; NULL with the
 * child's failure.
 */
const char *interconnd_child_program(interconnd_child_t *child);

/* Whose signatures count on this node, read anew each time. */
void interconnd_package_policy(const interconnd_conf_t *conf,
    ic_package_policy_t *policy);

/* A package that is not good any more is disabled, with the reason. */
void interconnd_package_unload(interconnd_child_t *child,
    const char *version, const char *reason);


/* interconnd_runner_identity.c */

/*
 * Tells the store which component the task runs. 0, or -1 with a failure:
 * a peer's is another one, or the store is away.
 */
int interconnd_child_identify(interconnd_child_t *child);


/* interconnd_runner_watch.c */

/* A running program whose package may not be used any more ends at once. */
void interconnd_package_tend(interconnd_child_t *child, int64_t now);


/* interconnd_runner_confine.c */

/*
 * From now on this process, and what it starts, has no network and no new
 * privileges. 0, or -1 with errno: it must not go on then.
 */
int interconnd_child_confine(void);


/* interconnd_runner_room.c */

/*
 * In the first process of new namespaces, before anything that has to do with
 * users: until then it is nobody in a namespace of users. 0 or -1, as below.
 */
int interconnd_room_users(const interconnd_child_t *child,
    const char **error);

/*
 * In the first process of new namespaces: nothing is there but what the task
 * needs. 0, or -1 with what was not possible in error, and errno.
 */
int interconnd_room_make(const interconnd_child_t *child,
    const char **error);


/* interconnd_runner_user.c */

/* Whether this task gets a room of its own, and as whom. */
void interconnd_child_confinement(interconnd_child_t *child);

/* In the process that becomes the program: it is nobody. 0 or -1. */
int interconnd_room_enter(const interconnd_child_t *child);


/* interconnd_runner_first.c */

/*
 * The first process of a confined task: makes the room, starts the program
 * and says on the descriptor how it ended.
 */
void interconnd_first(interconnd_child_t *child, char *const *env,
    int end_fd) __attribute__((noreturn));


/* interconnd_runner_limits.c */

/* What this task may take. */
void interconnd_limits_set(interconnd_child_t *child);

/* In the process that becomes the program: 0, or -1 with errno. */
int interconnd_limits_enter(const interconnd_child_t *child);

/* Where only single processes are bounded: looks at all of them. */
void interconnd_limits_tend(interconnd_child_t *child, int64_t now);

/* A line that the task prints: some say that malloc() failed. */
void interconnd_limits_hear(interconnd_child_t *child, ic_str_t line);

/* Why it ended, if that was a limit: notes it as the failure. */
void interconnd_limits_end(interconnd_child_t *child, int status);


/* interconnd_runner_cgroup.c */

/* Finds a cgroup v2 that is ours, and says in the log what it is good for. */
void interconnd_cgroup_init(interconnd_runner_t *runner);
void interconnd_cgroup_done(interconnd_runner_t *runner);

/* The task's group with its limits: a descriptor of it, -1: none. */
int interconnd_cgroup_make(interconnd_child_t *child);

/* True when the kernel ended a process of it for memory. */
bool interconnd_cgroup_exhausted(const interconnd_child_t *child);

/* Whatever is left of it ends. */
void interconnd_cgroup_end(interconnd_child_t *child);


/* interconnd_runner_child.c */

/*
 * Starts its program for the child with the environment. 0, or -1 with the
 * child's failure.
 */
int interconnd_child_spawn(interconnd_child_t *child, char *const *env);

/* SIGTERM now, SIGKILL after INTERCONND_RUNNER_GRACE; now: SIGKILL. */
void interconnd_child_stop(interconnd_child_t *child, bool now);

/* Becomes the program of the child, in a process of its own. */
void interconnd_child_become(const interconnd_child_t *child,
    char *const *env) __attribute__((noreturn));

/* Collects the exit status: true when the process is gone. */
bool interconnd_child_collect(interconnd_child_t *child, int *status);

/* Notes why the task fails; the first reason stays. */
void interconnd_child_fail(interconnd_child_t *child, const char *code,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));


/* interconnd_runner_folder.c */

/* All of it becomes the confined task's own. 0 or -1 with errno. */
int interconnd_folder_hand_over(const interconnd_child_t *child);

/* Makes the task's folder below data_dir. 0 or -1 with errno. */
int interconnd_folder_make(interconnd_child_t *child);
void interconnd_folder_remove(interconnd_child_t *child);

/* Bytes and entries as the disk has them; INT64_MAX: too many to count. */
int64_t interconnd_folder_size(const interconnd_child_t *child);

/* Removes what tasks of an earlier process left. */
void interconnd_folder_clean(const char *data_dir);

/* Removes a folder with all that is in it, if it is there. */
void interconnd_folder_drop(const char *path);


/* interconnd_runner_task.c */

/* A claimed task as a child that does not run yet; NULL without memory. */
interconnd_child_t *interconnd_child_create(interconnd_runner_t *runner,
    ic_arena_t *pool, const ic_reply_t *task);
void interconnd_child_free(interconnd_child_t *child);

/*
 * Everything a task needs, then its process, which may be that of a reader.
 * 0 or -1 with a failure.
 */
int interconnd_child_start(interconnd_child_t *child);

/* Its program, when its data is there. 0 or -1 with a failure. */
int interconnd_child_begin(interconnd_child_t *child);

/* What is due: heartbeat, notes, limits, SIGKILL. */
void interconnd_child_tend(interconnd_child_t *child, int64_t now);

/*
 * Tells the store how it ended; true when that is settled and the child can
 * be freed. status: of waitpid(), or -1 when it was never started.
 */
bool interconnd_child_end(interconnd_child_t *child, int status);


/* interconnd_runner_said.c */

/* What proves callbacks, as INTERCONND_RUNNER_SECRET digits and a NUL. */
void interconnd_said_secret(char *secret);

/* system.callback; data NULL: memory is short. */
ic_str_t interconnd_said_url(const interconnd_child_t *child,
    ic_arena_t *pool);

/* What the component has said of itself, by the answer to a heartbeat. */
void interconnd_child_said(interconnd_child_t *child,
    const ic_reply_t *beat);


/* interconnd_runner_params.c */

/*
 * A parameter of the component: those of all parties, then those of this
 * one. NULL if it is not given.
 */
const ic_json_t *interconnd_param(const interconnd_child_t *child,
    const char *name);

/* Parameters by number: own first; NULL after the last. */
const ic_json_t *interconnd_param_at(const interconnd_child_t *child,
    unsigned n);


/* interconnd_runner_input.c */

/*
 * Finds the datasets that the task names and the initiator may use. 0 or -1
 * with a failure.
 */
int interconnd_input(interconnd_child_t *child);

/* A call of the store for the task. 0, or -1 with a failure. */
int interconnd_input_call(interconnd_child_t *child, ic_reply_t *reply,
    const char *function, const ic_str_t *argv, unsigned argc);

/* A permit pays for n rows of the source. 0 or -1 with a failure. */
int interconnd_input_settle(interconnd_child_t *child,
    interconnd_source_t *source, int64_t n);

/* Fills in train_data, when all databases are read. 0 or -1. */
int interconnd_input_write(interconnd_child_t *child);


/* interconnd_artefact_input.c */

/* Finds what earlier tasks made for this one. 0 or -1 with a failure. */
int interconnd_inputs(interconnd_child_t *child);
bool interconnd_has_input(const interconnd_child_t *child, const char *port);

/* runtime.component.input.<port>; in the runner's pool. */
ic_str_t interconnd_input_text(const interconnd_child_t *child,
    const interconnd_artefact_t *artefact);

/*
 * In the task's process: copies them into its folder and verifies them. 0,
 * or -1 after it said why on the descriptor.
 */
int interconnd_inputs_take(interconnd_child_t *child, int control);


/* interconnd_artefact_keep.c */

/*
 * Of a component that ended well: a process begins to keep its outputs, and
 * is the child's until it ends. False: there is none to wait for.
 */
bool interconnd_outputs_keep(interconnd_child_t *child, int status);

/* What that process says; what a component says it does not make. */
void interconnd_output_told(interconnd_child_t *child,
    const ic_json_t *value);
void interconnd_output_without(interconnd_child_t *child,
    const ic_json_t *message);

/* Removes the files again: the task has not succeeded. */
void interconnd_outputs_drop(interconnd_child_t *child);

/* At the start: removes what no record of the store names. */
void interconnd_artefact_sweep(interconnd_runner_t *runner);

/* From time to time: removes what was kept for its time. */
void interconnd_artefact_tend(interconnd_runner_t *runner, int64_t now);


/* interconnd_runner_env.c */

/* The environment in the child's pool; NULL with a failure. */
char *const *interconnd_env(interconnd_child_t *child);


/* interconnd_runner_control.c */

/* Takes what the child says: 1, 0 if it said nothing, -1 when it is over. */
int interconnd_control_read(interconnd_child_t *child);

/* The facts as a JSON object. */
ic_str_t interconnd_control_facts(const interconnd_child_t *child,
    ic_arena_t *pool);


/* interconnd_runner_lines.c */

void interconnd_lines_open(interconnd_lines_t *lines, int fd, size_t max,
    bool split);

/* Reads once: 1, 0 when nothing is there, -1 at the end or an error. */
int interconnd_lines_read(interconnd_lines_t *lines);

/* The next whole line (without LF), good until the next read. */
bool interconnd_lines_next(interconnd_lines_t *lines, ic_str_t *line);

/* What is left without a line end. */
bool interconnd_lines_rest(interconnd_lines_t *lines, ic_str_t *line);
void interconnd_lines_close(interconnd_lines_t *lines);


/* interconnd_runner_log.c */

/* Takes what the child prints: 1, 0 if nothing, -1 when it is over. */
int interconnd_child_read_log(interconnd_child_t *child,
    interconnd_lines_t *lines, const char *level);

/* One line for the task's log, kept until the flush. */
void interconnd_child_log(interconnd_child_t *child, const char *level,
    ic_str_t text);
void interconnd_child_flush(interconnd_child_t *child);

/*
 * A line for the cause, which the initiator reads: the last ten, of at most
 * 400 bytes. Only what the component shares, or what the runner says.
 */
void interconnd_child_share(interconnd_child_t *child, ic_str_t text);

/* The runner's own words, in the log and for the cause. */
void interconnd_child_say(interconnd_child_t *child, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));


/* interconnd_runner_cause.c */

/* Why the task failed, as the initiator reads it; in the child's pool. */
ic_str_t interconnd_child_cause(const interconnd_child_t *child);


#endif /* _INTERCONND_RUNNER_H_INCLUDED_ */
