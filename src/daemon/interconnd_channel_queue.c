
/*
 * Messages waiting for the task, and the task waiting for messages: one
 * queue per (session, sender, topic), first in, first out, each message
 * handed out once.
 */


#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "../lib/ic_codec.h"
#include "interconnd_channel.h"


static interconnd_queue_t *queue_of(interconnd_session_t *session,
    const char *node, const char *topic);
static interconnd_queue_t *queue_create(interconnd_session_t *session,
    char *name);
static void queue_drop(interconnd_channel_t *ch, interconnd_queue_t *queue);
static void queue_wait(interconnd_channel_t *ch, interconnd_queue_t *queue,
    interconnd_call_t *call);
static bool queue_waiter_gone(interconnd_call_t *call);
static void queue_end_waits(interconnd_channel_t *ch,
    interconnd_queue_t *queue, interconnd_code_e code, const char *reason);


/* Also makes the queue; NULL when there are too many or memory is short. */

static interconnd_queue_t *
queue_of(interconnd_session_t *session, const char *node, const char *topic)
{
    char                *name;
    interconnd_queue_t  *queue;

    if (asprintf(&name, "%s %s", node, topic) < 0) {
        return NULL;
    }

    queue = (interconnd_queue_t *)
            interconnd_named_find(&session->queues, name);

    if (queue != NULL) {
        free(name);
        return queue;
    }

    queue = queue_create(session, name);

    if (queue == NULL) {
        free(name);
    }

    return queue;
}


static interconnd_queue_t *
queue_create(interconnd_session_t *session, char *name)
{
    interconnd_queue_t  *queue;

    if (session->queues.count >= INTERCONND_CHANNEL_TOPICS) {
        return NULL;
    }

    queue = calloc(1, sizeof(interconnd_queue_t));

    if (queue != NULL) {
        queue->named.name = name;
        queue->session = session;
        interconnd_named_add(&session->queues, &queue->named);
    }

    return queue;
}


interconnd_code_e
interconnd_queue_push(interconnd_channel_t *ch,
    interconnd_session_t *session, interconnd_call_t *call)
{
    interconnd_call_t     *waiter;
    interconnd_queue_t    *queue;
    interconnd_message_t  *m;

    queue = queue_of(session, call->node, call->topic);

    if (queue == NULL) {
        return INTERCONND_CODE_FULL;
    }

    if (call->seq != 0 && call->seq <= queue->seq) {
        /* the answer to the first copy was lost on its way */
        return INTERCONND_CODE_OK;
    }

    /* a message larger than the whole buffer passes through an empty one */

    if (session->buffered != 0
        && session->buffered + call->len > INTERCONND_CHANNEL_BUFFER)
    {
        return INTERCONND_CODE_FULL;
    }

    /* empty ones take memory too */

    if (session->queued >= INTERCONND_CHANNEL_QUEUED) {
        return INTERCONND_CODE_FULL;
    }

    m = interconnd_call_message(call);

    if (m == NULL) {
        return INTERCONND_CODE_UNAVAILABLE;
    }

    if (call->seq != 0) {
        queue->seq = call->seq;
    }

    while ((waiter = queue->waiters) != NULL) {
        interconnd_queue_forget(ch, waiter);

        if (!queue_waiter_gone(waiter)) {
            ch->total -= m->len;
            (void) interconnd_call_deliver(waiter, m);
            return INTERCONND_CODE_OK;
        }

        (void) interconnd_call_answer(waiter, INTERCONND_CODE_TIMEOUT,
                                      "the caller is gone");
    }

    session->buffered += m->len;
    session->queued++;
    interconnd_fifo_put(&queue->messages, m);

    return INTERCONND_CODE_OK;
}


enum MHD_Result
interconnd_queue_pop(interconnd_channel_t *ch, interconnd_session_t *session,
    interconnd_call_t *call)
{
    interconnd_code_e      code;
    interconnd_party_t    *party;
    interconnd_queue_t    *queue;
    interconnd_message_t  *m;

    queue = queue_of(session, call->node, call->topic);

    if (queue == NULL) {
        return interconnd_call_answer(call, INTERCONND_CODE_FULL,
                                      "too many topics");
    }

    m = interconnd_fifo_take(&queue->messages);

    if (m != NULL) {
        session->buffered -= m->len;
        session->queued--;
        ch->total -= m->len;
        return interconnd_call_deliver(call, m);
    }

    code = interconnd_session_state(session, call->reason,
                                    sizeof(call->reason));

    if (code != INTERCONND_CODE_OK) {
        return interconnd_call_answer(call, code, call->reason);
    }

    party = interconnd_session_party(session, call->node);

    if (party != NULL && party->reason != NULL) {
        return interconnd_call_answer(call, INTERCONND_CODE_UNREACHABLE,
                                      party->reason);
    }

    if (call->op == INTERCONND_CALL_PEEK) {
        return interconnd_call_answer(call, INTERCONND_CODE_TIMEOUT,
                                      "no message");
    }

    queue_wait(ch, queue, call);

    return MHD_YES;
}


static void
queue_wait(interconnd_channel_t *ch, interconnd_queue_t *queue,
    interconnd_call_t *call)
{
    interconnd_call_t  **last;

    call->queue = queue;
    call->deadline_ms = ic_mono_ms() + (int64_t) call->timeout_s * 1000;

    for (last = &queue->waiters; *last != NULL; last = &(*last)->next) {
        /* void */
    }

    *last = call;
    call->next = NULL;

    call->next_wait = ch->waiting;
    ch->waiting = call;

    MHD_suspend_connection(call->connection);
}


/* MHD does not look at suspended connections. */

static bool
queue_waiter_gone(interconnd_call_t *call)
{
    char                             byte;
    ssize_t                          n;
    const union MHD_ConnectionInfo  *info;

    info = MHD_get_connection_info(call->connection,
                                   MHD_CONNECTION_INFO_CONNECTION_FD);
    if (info == NULL) {
        return true;
    }

    n = recv(info->connect_fd, &byte, 1, MSG_PEEK|MSG_DONTWAIT);

    return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}


void
interconnd_queue_forget(interconnd_channel_t *ch, interconnd_call_t *call)
{
    interconnd_call_t  **link;

    if (call->queue == NULL) {
        return;
    }

    for (link = &call->queue->waiters; *link != call; link = &(*link)->next) {
        /* void */
    }

    *link = call->next;

    for (link = &ch->waiting; *link != call; link = &(*link)->next_wait) {
        /* void */
    }

    *link = call->next_wait;

    call->queue = NULL;
    call->suspended = 1;
}


void
interconnd_queue_drop(interconnd_channel_t *ch,
    interconnd_session_t *session, const char *node, const char *topic)
{
    char                *space;
    unsigned             n;
    interconnd_named_t  *named;

    for (n = 0; n < INTERCONND_CHANNEL_BUCKETS; n++) {

        for (named = session->queues.buckets[n];
             named != NULL;
             named = named->next)
        {
            space = strchr(named->name, ' ');

            if (topic != NULL && strcmp(space + 1, topic) != 0) {
                continue;
            }

            if (node != NULL
                && (strlen(node) != (size_t) (space - named->name)
                    || strncmp(node, named->name, space - named->name) != 0))
            {
                continue;
            }

            queue_drop(ch, (interconnd_queue_t *) named);
        }
    }
}


static void
queue_drop(interconnd_channel_t *ch, interconnd_queue_t *queue)
{
    interconnd_message_t  *m;

    while ((m = interconnd_fifo_take(&queue->messages)) != NULL) {
        queue->session->buffered -= m->len;
        queue->session->queued--;
        ch->total -= m->len;
        free(m->data);
        free(m);
    }
}


void
interconnd_queue_wake(interconnd_channel_t *ch,
    interconnd_session_t *session, const char *node, interconnd_code_e code,
    const char *reason)
{
    size_t               len;
    unsigned             n;
    interconnd_named_t  *named;

    len = (node != NULL) ? strlen(node) : 0;

    for (n = 0; n < INTERCONND_CHANNEL_BUCKETS; n++) {

        for (named = session->queues.buckets[n];
             named != NULL;
             named = named->next)
        {
            if (node == NULL
                || (strncmp(named->name, node, len) == 0
                    && named->name[len] == ' '))
            {
                queue_end_waits(ch, (interconnd_queue_t *) named, code,
                                reason);
            }
        }
    }
}


static void
queue_end_waits(interconnd_channel_t *ch, interconnd_queue_t *queue,
    interconnd_code_e code, const char *reason)
{
    interconnd_call_t  *call;

    while ((call = queue->waiters) != NULL) {
        interconnd_queue_forget(ch, call);
        (void) interconnd_call_answer(call, code, reason);
    }
}


int
interconnd_queue_expire(interconnd_channel_t *ch, int64_t now)
{
    int64_t             wait;
    interconnd_call_t  *call, *next;

    wait = -1;

    for (call = ch->waiting; call != NULL; call = next) {
        next = call->next_wait;

        if (call->deadline_ms <= now) {
            interconnd_queue_forget(ch, call);
            (void) interconnd_call_answer(call, INTERCONND_CODE_TIMEOUT,
                                          "no message");
            continue;
        }

        if (wait < 0 || call->deadline_ms - now < wait) {
            wait = call->deadline_ms - now;
        }
    }

    return (int) wait;
}


void
interconnd_queue_free(interconnd_channel_t *ch, interconnd_queue_t *queue)
{
    queue_end_waits(ch, queue, INTERCONND_CODE_RELEASED,
                    "the session is released");
    queue_drop(ch, queue);

    interconnd_named_remove(&queue->session->queues, &queue->named);

    free(queue->named.name);
    free(queue);
}
