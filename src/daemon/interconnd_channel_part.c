
/*
 * Large messages between two nodes of ours: what came before an interruption
 * stays, the peer asks how much that is and sends the rest.
 */


#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interconnd_channel.h"
#include "interconnd_channel_journal.h"


/* what is sent again at most when the receiver's process dies */
#define PART_STEP         (1024 * 1024)
#define PART_STEP_SYNCED  (16 * 1024 * 1024)


static bool part_is(const interconnd_queue_t *queue,
    const interconnd_call_t *call);
static interconnd_code_e part_open(interconnd_call_t *call,
    interconnd_queue_t *queue);
static void part_drop(interconnd_channel_t *ch, interconnd_queue_t *queue);
static size_t part_size(const interconnd_queue_t *queue);
static void part_count(interconnd_channel_t *ch, interconnd_queue_t *queue,
    size_t held);


interconnd_code_e
interconnd_part_begin(interconnd_call_t *call, interconnd_session_t *session)
{
    interconnd_part_t    part;
    interconnd_queue_t  *queue;

    queue = interconnd_queue_get(session, call->node, call->topic);

    if (queue == NULL) {
        return INTERCONND_CODE_FULL;
    }

    if (call->seq <= queue->seq) {
        /* a copy: read, and answered as the first one was */
        return INTERCONND_CODE_OK;
    }

    if (part_is(queue, call)) {
        return part_open(call, queue);
    }

    if (call->offset > 0) {
        return interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                                 "nothing of that message is here");
    }

    part_drop(call->channel, queue);

    memset(&part, 0, sizeof(interconnd_part_t));
    part.id = interconnd_blob_take(session, (size_t) call->size);
    part.seq = call->seq;
    part.size = (size_t) call->size;
    queue->part = part;

    if (interconnd_journal_queue(queue) != 0) {
        memset(&queue->part, 0, sizeof(interconnd_part_t));
        return INTERCONND_CODE_FULL;
    }

    return part_open(call, queue);
}


static bool
part_is(const interconnd_queue_t *queue, const interconnd_call_t *call)
{
    return queue->part.id != 0 && queue->part.seq == call->seq
           && queue->part.size == (size_t) call->size;
}


static interconnd_code_e
part_open(interconnd_call_t *call, interconnd_queue_t *queue)
{
    interconnd_call_t  *earlier;

    /* a connection that died unnoticed writes no more */

    earlier = queue->part.call;

    if (earlier != NULL) {
        earlier->part = NULL;
        earlier->code = interconnd_refuse(earlier,
                                          INTERCONND_CODE_UNAVAILABLE,
                                          "the message came again");
        queue->part.have = earlier->spool.len;
        queue->part.call = NULL;
        close(earlier->spool.fd);
        earlier->spool.fd = -1;
    }

    if (call->offset < 0) {
        call->offset = 0;
    }

    if ((size_t) call->offset > queue->part.have) {
        return interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                                 "less of that message is here");
    }

    if (interconnd_spool_open(&call->spool, queue->session, queue->part.id)
        != 0)
    {
        return INTERCONND_CODE_FULL;
    }

    /* from now on the file is not this call's alone */

    part_count(call->channel, queue, 0);

    call->part = queue;
    queue->part.call = call;

    call->spool.len = (size_t) call->offset;

    return INTERCONND_CODE_OK;
}


void
interconnd_part_leave(interconnd_call_t *call)
{
    interconnd_queue_t  *queue;

    queue = call->part;

    if (queue == NULL) {
        return;
    }

    call->part = NULL;
    queue->part.call = NULL;

    if (call->spool.fd >= 0) {
        /* it stays for the next attempt, and takes room meanwhile */
        queue->part.have = call->spool.len;
        part_count(call->channel, queue, call->spool.len);
        close(call->spool.fd);
        call->spool.fd = -1;
        return;
    }

    /* the message has it now */
    memset(&queue->part, 0, sizeof(interconnd_part_t));
}


static void
part_drop(interconnd_channel_t *ch, interconnd_queue_t *queue)
{
    if (queue->part.call != NULL) {
        interconnd_part_leave(queue->part.call);
    }

    part_count(ch, queue, 0);

    if (queue->part.id != 0) {
        interconnd_blob_remove(queue->session, queue->part.id);
    }

    memset(&queue->part, 0, sizeof(interconnd_part_t));
}


enum MHD_Result
interconnd_part_tell(interconnd_call_t *call, interconnd_session_t *session)
{
    interconnd_queue_t  *queue;

    queue = interconnd_queue_get(session, call->node, call->topic);

    if (queue == NULL) {
        return interconnd_call_answer(call, INTERCONND_CODE_FULL,
                                      "too many topics");
    }

    if (call->seq <= queue->seq) {
        return interconnd_call_offset(call, (size_t) call->size);
    }

    return interconnd_call_offset(call, part_is(queue, call)
                                        ? part_size(queue) : 0);
}


static size_t
part_size(const interconnd_queue_t *queue)
{
    return (queue->part.call != NULL) ? queue->part.call->spool.len
                                      : queue->part.have;
}


/* The file's size does not tell: it may have been another message's. */

void
interconnd_part_note(interconnd_call_t *call)
{
    bool                 sync;
    interconnd_queue_t  *queue;

    queue = call->part;
    sync = queue->session->journal.sync;

    if (call->spool.len < queue->part.have
                          + (sync ? PART_STEP_SYNCED : PART_STEP)
        || (sync && fdatasync(call->spool.fd) != 0))
    {
        return;
    }

    queue->part.have = call->spool.len;
    (void) interconnd_journal_queue(queue);
}


/* A file that was removed after the note holds nothing. */

void
interconnd_part_recover(interconnd_queue_t *queue)
{
    char         *path;
    struct stat   st;

    path = interconnd_blob_path(queue->session, queue->part.id);

    if (path == NULL || stat(path, &st) != 0
        || (size_t) st.st_size < queue->part.have)
    {
        queue->part.have = 0;
    }

    free(path);
}


/* Nobody counts it but its queue. */

static void
part_count(interconnd_channel_t *ch, interconnd_queue_t *queue, size_t held)
{
    queue->session->buffered += held - queue->part.held;
    ch->total += held - queue->part.held;
    queue->part.held = held;
}
