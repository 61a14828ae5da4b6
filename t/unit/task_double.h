
/*
 * The task's runtime of src/task/ic_task.h in one program, for task_local.h:
 * a program that includes it links it instead of src/task.
 */


#ifndef _TASK_DOUBLE_H_INCLUDED_
#define _TASK_DOUBLE_H_INCLUDED_


#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "../../src/lib/ic_codec.h"
#include "../../src/task/ic_task.h"


#define LOCAL_MAX   8
#define LOCAL_ALL   (-1)


typedef struct local_s  local_t;
typedef struct local_message_s  local_message_t;

struct local_message_s {
    unsigned          from;
    unsigned          to;
    char              topic[64];
    u_char           *data;
    size_t            len;
    int               taken;     /* a tamper() that sets it loses it */
    local_message_t  *next;
};

/* What a party said under a name. */
typedef struct {
    char         name[64];
    int64_t      number;         /* of a fact; x of a metric */
    double       value;          /* of a metric */
    const char  *text;           /* of an output, NUL-terminated */
} local_said_t;

typedef struct {
    local_said_t  *of;
    unsigned       count;
} local_list_t;

struct ic_task_s {
    local_t          *net;
    unsigned          index;
    ic_arena_t       *arena;
    const ic_json_t  *params;
    const ic_json_t  *inputs;
    char              folder[160];
    int               rc;
    int               failed;
    int               ended;             /* run() is over */
    const char       *awaited;           /* the topic it waits for, or NULL */
    unsigned          awaited_of;
    char              code[64];          /* of the failure */
    char              column[132];
    int64_t           row;
    char              text[2048];
    local_list_t      facts;
    local_list_t      metrics;
    local_list_t      outputs;
    local_list_t      without;
    local_list_t      logs;
    local_list_t      stages;            /* of progress */
    double            percent;
};

struct local_s {
    unsigned           count;
    ic_task_run_pt     run;
    const char        *job_id;           /* "job", "task" if not set */
    const char        *task_id;
    int                no_place;         /* the DAG declares no output */
    ic_party_t         names[LOCAL_MAX];
    struct ic_task_s   parties[LOCAL_MAX];
    pthread_mutex_t    lock;
    pthread_cond_t     changed;
    local_message_t   *first;            /* all that was ever sent */
    local_message_t   *last;
    int                aborted;

    /* all wait for what nobody is left to send: 1, and aborted too */
    int                stuck;

    /*
     * lossy: who fails is gone, and the others notice only that it sends no
     * more; a party that is gone sends and hears nothing.
     */
    int                lossy;
    int                gone[LOCAL_MAX];

    /* may change a message, or take it; called with the lock held */
    void             (*tamper)(local_t *net, local_message_t *m);
    int                tampered;         /* tamper()'s own */
};


const ic_party_t *
ic_task_parties(ic_task_t *task, unsigned *count)
{
    *count = task->net->count;

    return task->net->names;
}


const ic_party_t *
ic_task_self(ic_task_t *task)
{
    return &task->net->names[task->index];
}


const ic_party_t *
ic_task_party(ic_task_t *task, const char *name)
{
    unsigned  i;

    for (i = 0; i < task->net->count; i++) {
        if (strcmp(task->net->names[i].name, name) == 0) {
            return &task->net->names[i];
        }
    }

    return NULL;
}


ic_arena_t *
ic_task_arena(ic_task_t *task)
{
    return task->arena;
}


const char *
ic_task_id(ic_task_t *task)
{
    return task->net->task_id;
}


const char *
ic_task_session(ic_task_t *task)
{
    return "session";
}


const char *
ic_task_job(ic_task_t *task)
{
    return task->net->job_id;
}


const ic_json_t *
ic_task_param(ic_task_t *task, const char *name)
{
    return ic_json_get(task->params, name);
}


const ic_json_t *
ic_task_input(ic_task_t *task, const char *name)
{
    return ic_json_get(task->inputs, name);
}


/* Every kind has a folder; only those that are written are there. */

const char *
ic_task_place(ic_task_t *task, const char *kind)
{
    ic_str_t  path;

    if (task->net->no_place) {
        return NULL;
    }

    path = ic_str_fmt(task->arena, "%s/out-%s", task->folder, kind);
    (void) mkdir((char *) path.data, 0700);

    return (char *) path.data;
}


const char *
ic_task_folder(ic_task_t *task)
{
    return task->folder;
}


int
ic_task_send(ic_task_t *task, const ic_party_t *to, const char *topic,
    const void *data, size_t len)
{
    local_t          *net;
    local_message_t  *m;

    net = task->net;
    m = calloc(1, sizeof(local_message_t));
    m->from = task->index;
    m->to = (unsigned) (to - net->names);
    (void) snprintf(m->topic, sizeof(m->topic), "%s", topic);
    m->data = malloc(len + 1);
    m->len = len;
    memcpy(m->data, data, len);

    pthread_mutex_lock(&net->lock);

    if (net->gone[m->from]) {
        m->taken = 1;

    } else if (net->tamper != NULL) {
        net->tamper(net, m);
    }

    if (net->last != NULL) {
        net->last->next = m;

    } else {
        net->first = m;
    }

    net->last = m;
    pthread_cond_broadcast(&net->changed);
    pthread_mutex_unlock(&net->lock);

    return 0;
}


static inline local_message_t *
local_find(local_t *net, unsigned from, unsigned to, const char *topic)
{
    local_message_t  *m;

    for (m = net->first; m != NULL; m = m->next) {
        if (!m->taken && m->from == from && m->to == to
            && strcmp(m->topic, topic) == 0)
        {
            return m;
        }
    }

    return NULL;
}


/*
 * With the lock held. A party that waits and has what it waits for is about
 * to wake up.
 */

static inline void
local_see_stuck(local_t *net)
{
    unsigned    i, waiting;
    ic_task_t  *task;

    waiting = 0;

    for (i = 0; i < net->count; i++) {
        task = &net->parties[i];

        if (task->ended) {
            continue;
        }

        if (task->awaited == NULL
            || local_find(net, task->awaited_of, i, task->awaited) != NULL)
        {
            return;
        }

        waiting++;
    }

    if (waiting != 0 && !net->aborted) {
        net->stuck = 1;
        net->aborted = 1;
        pthread_cond_broadcast(&net->changed);
    }
}


/* 0, or 1: nothing will come, or not within that time (lossy only). */

static inline int
local_take(ic_task_t *task, unsigned from, const char *topic, int timeout_ms,
    u_char **data, size_t *len)
{
    int               late;
    local_t          *net;
    local_message_t  *m;
    struct timespec   until;

    net = task->net;
    late = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += timeout_ms > 0 ? timeout_ms / 1000 : 300;
    until.tv_nsec += (timeout_ms > 0 ? timeout_ms % 1000 : 0) * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;

    pthread_mutex_lock(&net->lock);

    for ( ;; ) {
        m = local_find(net, from, task->index, topic);

        if (m != NULL || net->aborted || late || net->gone[from]
            || net->gone[task->index])
        {
            break;
        }

        if (net->lossy) {
            late = pthread_cond_timedwait(&net->changed, &net->lock, &until)
                   != 0;

        } else {
            task->awaited = topic;
            task->awaited_of = from;
            local_see_stuck(net);

            if (!net->aborted) {
                pthread_cond_wait(&net->changed, &net->lock);
            }

            task->awaited = NULL;
        }
    }

    if (net->gone[task->index]) {
        m = NULL;
    }

    if (m != NULL) {
        m->taken = 1;
        *data = malloc(m->len + 1);
        memcpy(*data, m->data, m->len);
        *len = m->len;
    }

    pthread_mutex_unlock(&net->lock);

    return m == NULL;
}


int
ic_task_recv(ic_task_t *task, const ic_party_t *from, const char *topic,
    int timeout_ms, u_char **data, size_t *len)
{
    return local_take(task, (unsigned) (from - task->net->names), topic,
                      timeout_ms, data, len)
           == 0 ? 0 : ic_task_fail(task, "peer_silent", NULL, 0, "no %s",
                                   from->name);
}


int
ic_task_await(ic_task_t *task, const ic_party_t *from, const char *topic,
    int timeout_ms, u_char **data, size_t *len)
{
    int  rc;

    rc = local_take(task, (unsigned) (from - task->net->names), topic,
                    timeout_ms, data, len);

    return rc == 1 && task->net->aborted
           ? ic_task_fail(task, "peer_silent", NULL, 0, "no %s", from->name)
           : rc;
}


int
ic_task_offer(ic_task_t *task, const ic_party_t *to, const char *topic,
    int timeout_ms, const void *data, size_t len)
{
    (void) timeout_ms;

    return task->net->gone[to - task->net->names] ? 1
           : ic_task_send(task, to, topic, data, len);
}


/* A stand-in for node keys: a hash with a secret that only nodes know. */

static inline void
local_sign(const char *node_id, ic_str_t data, u_char signature[32])
{
    u_char  *text;

    text = calloc(1, data.len + 200);
    (void) snprintf((char *) text, 200, "node secret of %s", node_id);
    memcpy(text + 200, data.data, data.len);
    ic_sha256(signature, text, data.len + 200);
    free(text);
}


int
ic_task_certify(ic_task_t *task, ic_str_t data, ic_str_t *signature,
    ic_str_t *certificate)
{
    u_char  bytes[32];

    local_sign(ic_task_self(task)->node_id, data, bytes);
    *signature = ic_str_dup(task->arena, ic_str_n(bytes, 32));
    *certificate = ic_str(ic_task_self(task)->node_id);

    return 0;
}


int
ic_task_verify(ic_task_t *task, const ic_party_t *party, ic_str_t data,
    ic_str_t signature, ic_str_t certificate)
{
    u_char  bytes[32];

    local_sign(party->node_id, data, bytes);

    if (!ic_str_is(certificate, party->node_id) || signature.len != 32
        || memcmp(bytes, signature.data, 32) != 0)
    {
        return ic_task_fail(task, "peer_identity", NULL, 0,
                            "%s is not who it says", party->name);
    }

    return 0;
}


static inline local_said_t *
local_say(local_list_t *list, const char *name)
{
    local_said_t  *said;

    list->of = realloc(list->of, (list->count + 1) * sizeof(local_said_t));
    said = &list->of[list->count++];
    memset(said, 0, sizeof(local_said_t));
    (void) snprintf(said->name, sizeof(said->name), "%s", name);

    return said;
}


void
ic_task_progress(ic_task_t *task, double percent, const char *stage)
{
    if (percent > task->percent) {
        task->percent = percent;
    }

    local_say(&task->stages, "")->text = ic_str_z(task->arena,
                                                  ic_str(stage));
}


void
ic_task_metric(ic_task_t *task, const char *name, int64_t x, double y)
{
    local_said_t  *said;

    said = local_say(&task->metrics, name);
    said->number = x;
    said->value = y;
}


void
ic_task_fact(ic_task_t *task, const char *name, int64_t value)
{
    local_say(&task->facts, name)->number = value;
}


void
ic_task_log(ic_task_t *task, const char *level, const char *fmt, ...)
{
    char     text[1024];
    va_list  args;

    va_start(args, fmt);
    (void) vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    local_say(&task->logs, level)->text
        = ic_str_z(task->arena, ic_str(text));
}


void
ic_task_output(ic_task_t *task, const char *kind, ic_str_t json)
{
    local_say(&task->outputs, kind)->text = ic_str_z(task->arena, json);
}


void
ic_task_without(ic_task_t *task, const char *kind)
{
    (void) local_say(&task->without, kind);
}


int
ic_task_fail(ic_task_t *task, const char *code, const char *column,
    int64_t row, const char *fmt, ...)
{
    va_list  args;

    if (task->failed) {
        return -1;
    }

    va_start(args, fmt);
    (void) vsnprintf(task->text, sizeof(task->text), fmt, args);
    va_end(args);

    (void) snprintf(task->code, sizeof(task->code), "%s", code);
    (void) snprintf(task->column, sizeof(task->column), "%s",
                    column != NULL ? column : "");
    task->row = row;

    pthread_mutex_lock(&task->net->lock);
    task->failed = 1;

    if (task->net->lossy) {
        task->net->gone[task->index] = 1;

    } else {
        task->net->aborted = 1;
    }

    pthread_cond_broadcast(&task->net->changed);
    pthread_mutex_unlock(&task->net->lock);

    return -1;
}


bool
ic_task_failed(ic_task_t *task)
{
    return task->failed;
}


#endif /* _TASK_DOUBLE_H_INCLUDED_ */
