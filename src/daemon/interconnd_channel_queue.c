
/*
 * Messages waiting for the task, and the task waiting for messages: one
 * queue per (session, sender, topic), first in, first out. The head is lent
 * to a call and goes when its bytes have gone; until then no other call is
 * given anything of that queue.
 */


#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "interconnd_channel.h"
#include "interconnd_channel_dialect.h"
#include "interconnd_channel_journal.h"


static interconnd_queue_t *queue_find(interconnd_session_t *session,
    const char *node, const char *topic);
static interconnd_queue_t *queue_create(interconnd_session_t *session,
    char *name);
static interconnd_queue_t *queue_ready(interconnd_channel_t *ch,
    interconnd_session_t *session, const interconnd_call_t *call);
static interconnd_queue_t *queue_older(interconnd_queue_t *a,
    interconnd_queue_t *b);
static void queue_moved_on(interconnd_channel_t *ch,
    interconnd_session_t *session, interconnd_call_t *call);
static enum MHD_Result queue_lend(interconnd_channel_t *ch,
    interconnd_queue_t *queue, interconnd_call_t *call);
static void queue_serve(interconnd_channel_t *ch,
    interconnd_session_t *session);
static int queue_note(interconnd_queue_t *queue,
    const interconnd_message_t *m, uint64_t to);
static void queue_back(interconnd_queue_t *queue);
static void queue_drop(interconnd_channel_t *ch, interconnd_queue_t *queue);


interconnd_queue_t *
interconnd_queue_get(interconnd_session_t *session, const char *node,
    const char *topic)
{
    char                *name;
    interconnd_queue_t  *queue;

    queue = queue_find(session, node, topic);

    if (queue != NULL || asprintf(&name, "%s %s", node, topic) < 0) {
        return queue;
    }

    queue = queue_create(session, name);

    if (queue == NULL) {
        free(name);
    }

    return queue;
}


static interconnd_queue_t *
queue_find(interconnd_session_t *session, const char *node,
    const char *topic)
{
    char                *name;
    interconnd_named_t  *named;

    if (asprintf(&name, "%s %s", node, topic) < 0) {
        return NULL;
    }

    named = interconnd_named_find(&session->queues, name);
    free(name);

    return (interconnd_queue_t *) named;
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
    const char            *sender;
    interconnd_queue_t    *queue;
    interconnd_message_t  *m;

    sender = (call->node != NULL) ? call->node : ch->conf->node_id;
    queue = interconnd_queue_get(session, sender, call->topic);

    if (queue == NULL) {
        return INTERCONND_CODE_FULL;
    }

    if ((call->seq != 0 && call->seq <= queue->seq)
        || (call->number != 0 && (uint64_t) call->number <= queue->call))
    {
        /* the answer to the first copy was lost on its way */
        return INTERCONND_CODE_OK;
    }

    /* empty ones take room too */

    if (session->queued >= INTERCONND_CHANNEL_QUEUED) {
        return INTERCONND_CODE_FULL;
    }

    m = interconnd_call_message(call, session);

    if (m == NULL) {
        return INTERCONND_CODE_UNAVAILABLE;
    }

    if (interconnd_journal_message(session, INTERCONND_RECORD_IN,
                                   queue->named.name, m,
                                   interconnd_call_payload(call))
        != 0)
    {
        free(m);
        return INTERCONND_CODE_FULL;
    }

    interconnd_call_taken(call, session, m);

    queue->seq = (call->seq != 0) ? call->seq : queue->seq;
    queue->call = (call->number != 0) ? (uint64_t) call->number
                                      : queue->call;

    interconnd_fifo_put(&queue->messages, m);
    queue_serve(ch, session);

    return INTERCONND_CODE_OK;
}


enum MHD_Result
interconnd_queue_pop(interconnd_channel_t *ch, interconnd_session_t *session,
    interconnd_call_t *call)
{
    interconnd_code_e    code;
    interconnd_party_t  *party;
    interconnd_queue_t  *queue;

    queue_moved_on(ch, session, call);

    queue = queue_ready(ch, session, call);

    if (queue != NULL) {
        return queue_lend(ch, queue, call);
    }

    code = interconnd_session_state(session, call->reason,
                                    sizeof(call->reason));

    if (code != INTERCONND_CODE_OK) {
        return interconnd_call_answer(call, code, call->reason);
    }

    party = (call->node != NULL && interconnd_dialect_sender(call))
            ? interconnd_session_party(session, call->node) : NULL;

    if (party != NULL && party->reason != NULL) {
        return interconnd_call_answer(call, INTERCONND_CODE_UNREACHABLE,
                                      party->reason);
    }

    if (call->op == INTERCONND_CALL_PEEK) {
        return interconnd_call_answer(call, interconnd_dialect_empty(call),
                                      "no message");
    }

    interconnd_queue_wait(ch, session, call);

    return MHD_YES;
}


/* With a message for this call, of several senders the oldest one. */

static interconnd_queue_t *
queue_ready(interconnd_channel_t *ch, interconnd_session_t *session,
    const interconnd_call_t *call)
{
    unsigned             n;
    interconnd_queue_t  *queue;

    if (call->node != NULL && interconnd_dialect_sender(call)) {
        queue = queue_find(session, call->node, call->topic);
        return queue_older(NULL, queue);
    }

    queue = queue_older(NULL, queue_find(session, ch->conf->node_id,
                                         call->topic));

    for (n = 0; n < session->nparties; n++) {
        queue = queue_older(queue, queue_find(session,
                                              session->parties[n].node,
                                              call->topic));
    }

    return queue;
}


static interconnd_queue_t *
queue_older(interconnd_queue_t *a, interconnd_queue_t *b)
{
    if (b == NULL || b->lent != NULL || b->messages.head == NULL) {
        return a;
    }

    return (a == NULL || b->messages.head->id < a->messages.head->id) ? b : a;
}


/*
 * A numbered call comes again with its number until it was answered. One
 * with a higher number tells that what was lent to the last one has come,
 * even if this process did not live to see it.
 */

static void
queue_moved_on(interconnd_channel_t *ch, interconnd_session_t *session,
    interconnd_call_t *call)
{
    interconnd_queue_t  *queue;

    if (call->number == 0 || call->node == NULL) {
        return;
    }

    queue = queue_find(session, call->node, call->topic);

    if (queue == NULL || queue->lent != NULL || queue->lent_call == 0
        || queue->lent_call == INTERCONND_CHANNEL_ANYBODY)
    {
        return;
    }

    if ((uint64_t) call->number > queue->lent_call
        && queue->messages.head != NULL)
    {
        interconnd_queue_shift(ch, queue);
    }
}


static enum MHD_Result
queue_lend(interconnd_channel_t *ch, interconnd_queue_t *queue,
    interconnd_call_t *call)
{
    uint64_t               to;
    enum MHD_Result        rc;
    interconnd_message_t  *m;

    m = queue->messages.head;

    /*
     * The end of this process may come between the last byte and the record
     * that says so. A numbered call tells, when it comes next; a small
     * message goes in one piece, and is taken from here on; a large one that
     * was hardly begun had better come again.
     */

    to = (call->number != 0) ? (uint64_t) call->number
         : (m->file == 0) ? INTERCONND_CHANNEL_ANYBODY : 0;

    if (to != queue->lent_call && queue_note(queue, m, to) != 0) {
        return interconnd_call_answer(call, INTERCONND_CODE_UNAVAILABLE,
                                      "the disk is full");
    }

    queue->lent = call;
    call->lent = queue;

    rc = interconnd_call_deliver(call, queue->session, m);

    if (rc != MHD_YES) {
        queue->lent = NULL;
        call->lent = NULL;
        queue_back(queue);
    }

    return rc;
}


static int
queue_note(interconnd_queue_t *queue, const interconnd_message_t *m,
    uint64_t to)
{
    interconnd_record_t  record;

    memset(&record, 0, sizeof(interconnd_record_t));

    record.type = INTERCONND_RECORD_LENT;
    record.id = m->id;
    record.call = to;

    if (interconnd_journal_note(queue->session, &record, queue->named.name)
        != 0)
    {
        return -1;
    }

    queue->lent_call = to;

    return 0;
}


/* A numbered call may come for it again. */

static void
queue_back(interconnd_queue_t *queue)
{
    if (queue->lent_call == INTERCONND_CHANNEL_ANYBODY) {
        (void) queue_note(queue, queue->messages.head, 0);
    }
}


void
interconnd_queue_settle(interconnd_channel_t *ch, interconnd_call_t *call,
    bool sent)
{
    interconnd_queue_t  *queue;

    queue = call->lent;

    if (queue == NULL) {
        return;
    }

    call->lent = NULL;
    queue->lent = NULL;

    if (sent) {
        interconnd_queue_shift(ch, queue);

    } else {
        queue_back(queue);
    }

    queue_serve(ch, queue->session);
}


void
interconnd_queue_shift(interconnd_channel_t *ch, interconnd_queue_t *queue)
{
    interconnd_fifo_t      gone;
    interconnd_message_t  *m;
    interconnd_session_t  *session;

    session = queue->session;
    memset(&gone, 0, sizeof(interconnd_fifo_t));
    m = interconnd_fifo_take(&queue->messages);

    queue->lent_call = 0;

    session->buffered -= m->len;
    session->queued--;
    ch->total -= m->len;

    interconnd_fifo_put(&gone, m);
    interconnd_journal_done(session, INTERCONND_RECORD_TAKEN,
                            queue->named.name, &gone);
}


/* Gives waits what they wait for, in the order in which they began. */

static void
queue_serve(interconnd_channel_t *ch, interconnd_session_t *session)
{
    interconnd_call_t   *call, *next;
    interconnd_queue_t  *queue;

    for (call = session->waiters; call != NULL; call = next) {
        next = call->next;
        queue = queue_ready(ch, session, call);

        if (queue == NULL) {
            continue;
        }

        interconnd_queue_forget(ch, call);

        if (interconnd_queue_gone(call)) {
            (void) interconnd_call_answer(call, INTERCONND_CODE_TIMEOUT,
                                          "the caller is gone");
            continue;
        }

        (void) queue_lend(ch, queue, call);
    }
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


/* A message on its way to a call stays the call's. */

static void
queue_drop(interconnd_channel_t *ch, interconnd_queue_t *queue)
{
    interconnd_fifo_t      kept;
    interconnd_message_t  *m;

    memset(&kept, 0, sizeof(interconnd_fifo_t));

    if (queue->lent != NULL) {
        m = interconnd_fifo_take(&queue->messages);
        interconnd_fifo_put(&kept, m);
    }

    while (queue->messages.head != NULL) {
        interconnd_queue_shift(ch, queue);
    }

    queue->messages = kept;
}


/* Its records and files go with the session's. */

void
interconnd_queue_free(interconnd_channel_t *ch, interconnd_queue_t *queue)
{
    interconnd_message_t  *m;

    if (queue->lent != NULL) {
        queue->lent->lent = NULL;
    }

    if (queue->part.call != NULL) {
        queue->part.call->part = NULL;
    }

    queue->session->buffered -= queue->part.held;
    ch->total -= queue->part.held;

    while ((m = interconnd_fifo_take(&queue->messages)) != NULL) {
        queue->session->buffered -= m->len;
        ch->total -= m->len;
        free(m);
    }

    interconnd_named_remove(&queue->session->queues, &queue->named);

    free(queue->named.name);
    free(queue);
}
