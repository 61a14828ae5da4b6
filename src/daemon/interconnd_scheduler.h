
/*
 * The scheduler inside. A job is stepped whenever something may have changed:
 * a step reads the job from the store, decides, and begins at most one batch
 * of calls to partners; the answers lead to the next step. What a job_t holds
 * is calls under way and times, nothing that a new process would miss.
 */


#ifndef _INTERCONND_SCHEDULER_H_INCLUDED_
#define _INTERCONND_SCHEDULER_H_INCLUDED_


#include "interconnd_beat.h"
#include "interconnd_cause.h"
#include "interconnd_dag.h"
#include "interconnd_listener.h"
#include "interconnd_peer.h"


#define INTERCONND_JOB_TICK  1000            /* ms between steps at most */


typedef enum {
    INTERCONND_BATCH_CREATE = 0,
    INTERCONND_BATCH_START,
    INTERCONND_BATCH_TASK,
    INTERCONND_BATCH_POLL,
    INTERCONND_BATCH_STOP
} interconnd_batch_e;


typedef struct interconnd_job_s  interconnd_job_t;

typedef struct {
    interconnd_job_t         *job;
    interconnd_request_t      request;
    const char               *party;
    const char               *node_id;
    const char               *task_name;     /* NULL: about the job */
    const char               *task_id;
} interconnd_errand_t;

/* Calls under way, and the memory of all that belongs to them. */
typedef struct {
    ic_arena_t               *arena;
    interconnd_batch_e        kind;
    interconnd_errand_t      *errands;
    unsigned                  count;
    unsigned                  left;
    unsigned                  size;
    int64_t                   begun;
} interconnd_batch_t;

/* Whether a partner can be reached and answers. */
typedef struct interconnd_contact_s  interconnd_contact_t;

struct interconnd_contact_s {
    interconnd_contact_t     *next;
    int64_t                   failing;       /* since; 0: it can */
    const char               *cause;         /* peer_unreachable, ... */
    char                      error[256];
    char                      told[256];     /* error that the store has */
    char                      node_id[];
};

struct interconnd_job_s {
    interconnd_job_t         *next;
    interconnd_batch_t       *batch;         /* NULL: none under way */
    interconnd_contact_t     *contacts;
    int64_t                   wake;          /* ic_mono_ms() of the step */
    int64_t                   polled;
    int64_t                   retry;         /* no new call before then */
    int64_t                   cleared;       /* old tries were stopped */
    const char               *ending;        /* "SUCCESS", "FAILED", NULL */
    char                     *cause;         /* malloc(); of FAILED */
    char                     *unstopped;     /* malloc(); nodes to be told */
    unsigned                  tellings;      /* tries at that */
    unsigned                  flight;        /* tasks begun and not over */
    int64_t                   urgency;       /* less is more */
    unsigned                  created:1;     /* all have created it */
    unsigned                  prepared:1;    /* and been told to start */
    unsigned                  held:1;        /* a task could begin, but for
                                                those of other jobs */
    unsigned                  over:1;        /* to be forgotten */
    char                      id[];
};

/* Contracts by node, read again when they are some seconds old. */
typedef struct {
    ic_arena_t               *arena;
    ic_record_t               all;           /* node, address */
    int64_t                   until;
} interconnd_addresses_t;

typedef struct {
    const interconnd_conf_t  *conf;
    interconnd_listener_t     listener;
    ic_store_t               *store;
    interconnd_peer_t        *caller;
    ic_arena_t               *scratch;       /* of one step */
    interconnd_job_t         *jobs;
    interconnd_addresses_t    addresses;
    int64_t                   timetables;    /* ic_mono_ms() of the look */
    interconnd_beat_t         beat;
} interconnd_scheduler_t;

/* A job as the store has it, for one step; in the scratch memory. */
typedef struct {
    ic_reply_t                reply;         /* records: parts of tasks */
    unsigned                  nold;          /* behind them: of old tries */
    interconnd_dag_t         *dag;
    ic_str_t                  status;
} interconnd_view_t;

/* What was made up for a task of the DAG. */
typedef struct {
    const char               *task_id;       /* NULL: nothing yet */
    const char               *token;
    bool                      sent;          /* every party has taken it */
} interconnd_begun_t;


/* interconnd_scheduler_job.c: looks at a job and does what is due. */
void interconnd_job_step(interconnd_scheduler_t *s, interconnd_job_t *job);

/*
 * A store function: 0; 1 when it refuses, -1 when the store did not answer,
 * both logged. The reply is in the scratch memory.
 */
int interconnd_job_store(interconnd_scheduler_t *s, ic_reply_t *reply,
    const char *function, unsigned argc, const ic_str_t *argv);


/*
 * interconnd_scheduler_timetable.c: has jobs made whose time has come, if it
 * is time to look; returns the ic_mono_ms() of the next look. A failure waits
 * for that too.
 */
int64_t interconnd_timetables(interconnd_scheduler_t *s);


/* interconnd_scheduler_end.c: true if the job is to end now, and begins it. */
bool interconnd_job_ends(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view);


/* interconnd_scheduler_lost.c: true if it ends for a party that is away. */
bool interconnd_job_lost(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view);

/*
 * interconnd_scheduler_tolerance.c: a part has failed, and its step may do
 * without it, for a cause that the party could not help; all parts of the
 * step that failed have done so.
 */
bool interconnd_part_tolerated(interconnd_scheduler_t *s,
    const interconnd_view_t *view, const ic_record_t *part);

/*
 * A party is lost while its part runs: true if the step may do without it;
 * its part has failed then, for that cause.
 */
bool interconnd_party_tolerated(interconnd_scheduler_t *s,
    interconnd_job_t *job, const interconnd_view_t *view,
    const interconnd_cause_t *cause);

/*
 * Parties that have not told of their ends long after all others of a step
 * have, where these may do without them: they are lost.
 */
void interconnd_job_overdue(interconnd_scheduler_t *s, interconnd_job_t *job,
    const interconnd_view_t *view);

/* Has the store note the parts that the job goes on or ends without. */
void interconnd_job_tolerates(interconnd_scheduler_t *s,
    interconnd_job_t *job, const interconnd_view_t *view, bool done);

/* The job ends: partners are told, then the store. cause: or NULL. */
void interconnd_job_end(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view, const char *status,
    const interconnd_cause_t *cause);

/* The partners have been told, or could not be. */
void interconnd_job_ended(interconnd_scheduler_t *s, interconnd_job_t *job);

/* The job is over; some partners do not know. */
void interconnd_job_tell(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view);


/* interconnd_scheduler_task.c: begins tasks whose inputs are there. */
void interconnd_job_tasks(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view);

/* All calls that begin tasks are answered: every party took its own. */
void interconnd_job_begun(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view);

/* Asks the partners how far the tasks under way are. */
void interconnd_job_poll(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view);

/* What was made up for a task before, by this process or another. */
interconnd_begun_t interconnd_step_begun(interconnd_scheduler_t *s,
    interconnd_view_t *view, const interconnd_step_t *step);

/* True if the parts of all parties have succeeded, now or in another job. */
bool interconnd_step_done(interconnd_scheduler_t *s, interconnd_view_t *view,
    const interconnd_step_t *step);

/* The part of a node in a task, or NULL. */
const ic_record_t *interconnd_view_part(const interconnd_view_t *view,
    const char *task_id, const char *node_id);

/* True once it is SUCCESS or FAILED. */
bool interconnd_part_over(const ic_record_t *part);


/* interconnd_scheduler_flight.c: counts the tasks under way. */
void interconnd_flight_look(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view);

/* True if one more task of the job must wait for those of others to end. */
bool interconnd_flight_held(interconnd_scheduler_t *s, interconnd_job_t *job);

/* Has the store know whether the job waits so; it explains it then. */
void interconnd_flight_tell(interconnd_scheduler_t *s,
    const interconnd_job_t *job, const interconnd_view_t *view);

/* Wakes the most urgent of the jobs that wait for it; true if one may go. */
bool interconnd_flight_next(interconnd_scheduler_t *s);


/* interconnd_scheduler_retry.c: puts parts of old tries behind the others. */
void interconnd_view_divide(interconnd_scheduler_t *s,
    interconnd_view_t *view);

/*
 * A task has failed. True: it will run again, or the store is away and the
 * next step asks again. False: the job ends; cause may be another one then.
 */
bool interconnd_job_retries(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view, const char *task_id, ic_str_t *cause);

/*
 * True if the task may not begin yet: paused, disabled, or between two tries.
 */
bool interconnd_step_waits(interconnd_scheduler_t *s, interconnd_job_t *job,
    const interconnd_view_t *view, const interconnd_step_t *step);

/* Stops what old tries have left running; the answers come to the other. */
void interconnd_job_clear(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view);
void interconnd_job_cleared(interconnd_scheduler_t *s, interconnd_job_t *job);


/* interconnd_scheduler_batch.c: size: of calls at most; NULL: no memory. */
interconnd_batch_t *interconnd_batch_create(interconnd_batch_e kind,
    unsigned size);

/*
 * One more call to a party; task_name and task_id or NULL. All is copied.
 * 0; 1 when no contract with that node stands; -1: later, the store is away.
 */
int interconnd_batch_add(interconnd_batch_t *batch, interconnd_scheduler_t *s,
    const interconnd_view_t *view, const interconnd_party_t *party,
    const char *task_name, const char *task_id, const char *path,
    ic_str_t body);

/*
 * Sends all; the answers come to interconnd_batch_answer(), and the job is
 * stepped when all have come. An empty batch is dropped at once.
 */
void interconnd_batch_begin(interconnd_batch_t *batch,
    interconnd_scheduler_t *s, interconnd_job_t *job, int timeout_ms);

/* One call of a batch has ended. */
void interconnd_batch_answer(interconnd_scheduler_t *s,
    interconnd_errand_t *errand);

/* Forgets the batch of the job, answered or not. */
void interconnd_batch_drop(interconnd_scheduler_t *s, interconnd_job_t *job);

/*
 * interconnd_scheduler_identity.c: true if the party has answered to be
 * running another component than this node or another party; with the cause.
 */
bool interconnd_components_differ(interconnd_scheduler_t *s,
    interconnd_job_t *job, const interconnd_errand_t *errand,
    interconnd_cause_t *cause);

/* interconnd_scheduler_root.c: tells the store what changed of a partner. */
void interconnd_contact_tell(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_contact_t *contact);

/*
 * A part has failed of what another one may have: true while it is worth to
 * wait for that one's news.
 */
bool interconnd_job_awaits_root(interconnd_scheduler_t *s,
    interconnd_job_t *job, const interconnd_view_t *view,
    const ic_record_t *part);

/* What is known of the reachability of a partner; or NULL. */
interconnd_contact_t *interconnd_contact(interconnd_job_t *job,
    const char *node_id);


#endif /* _INTERCONND_SCHEDULER_H_INCLUDED_ */
