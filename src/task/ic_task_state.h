
/* A task of the runtime inside; components see ic_task.h only. */


#ifndef _IC_TASK_STATE_H_INCLUDED_
#define _IC_TASK_STATE_H_INCLUDED_


#include <curl/curl.h>

#include "ic_task.h"


#define IC_TASK_CONTROL  3


struct ic_task_s {
    ic_arena_t   *arena;
    ic_arena_t   *scratch;       /* for one message */
    ic_party_t    parties[IC_TASK_MAX_PARTIES];
    unsigned      nparties;
    ic_party_t   *self;
    const char   *task_id;
    const char   *session_id;
    const char   *job_id;
    const char   *trace_id;
    const char   *token;
    const char   *socket;        /* path of the channel's */
    const char   *trusted;       /* file of the network's certificates */
    int           message_ms;    /* default patience of a wait */
    int           control;       /* IC_TASK_CONTROL, or -1: by hand */
    char         *line;          /* what the runner wrote, malloc() */
    size_t        line_len;
    size_t        line_size;
    double        percent;
    const char   *stage;
    bool          failed;
    CURL         *easy;
    uint64_t      calls;         /* of the channel, so far */
    int64_t       sent;          /* bytes of messages, so far */
    int64_t       received;
};


/*
 * Reads the ecosystem's environment into the task. 0, or -1 with error: the
 * variable that is missing or wrong, and how.
 */
int ic_task_env_read(ic_task_t *task, char *error, size_t size);


/* Finds the control socket. */
void ic_task_control_open(ic_task_t *task);

/*
 * Sends a line to the runner; the text is a JSON object, whose line feeds are
 * made spaces. Without a runner it is printed.
 */
void ic_task_control_send(ic_task_t *task, ic_str_t text);

/* The next line from the runner within timeout_ms; data NULL: none. */
ic_str_t ic_task_control_read(ic_task_t *task, int timeout_ms);


/* Ends the connection to the channel role; harmless without one. */
void ic_task_channel_close(ic_task_t *task);


#endif /* _IC_TASK_STATE_H_INCLUDED_ */
