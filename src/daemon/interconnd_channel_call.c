
/*
 * Calls of own tasks (push, pop, peek, release) and of peers (invoke, as
 * nginx passes them on), from the first byte to what is done about them.
 */


#include <stdlib.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_channel.h"
#include "interconnd_channel_dialect.h"
#include "interconnd_channel_journal.h"
#include "interconnd_channel_report.h"


/* a wait ends this much before the caller's, a twentieth of it */
#define CALL_MARGIN_MIN  20
#define CALL_MARGIN_MAX  1000


static interconnd_call_t *call_create(interconnd_channel_t *ch,
    struct MHD_Connection *connection);
static void call_begin(interconnd_call_t *call, const char *url,
    const char *method);
static bool call_has_message(const interconnd_call_t *call);
static interconnd_code_e call_reserve(interconnd_call_t *call,
    interconnd_session_t *session);
static void call_append(interconnd_call_t *call, const char *data,
    size_t len);
static enum MHD_Result call_finish(interconnd_call_t *call);
static interconnd_code_e call_complete(interconnd_call_t *call,
    interconnd_session_t *session);
static enum MHD_Result call_pushed(interconnd_call_t *call,
    interconnd_session_t *session);
static interconnd_code_e call_push(interconnd_call_t *call,
    interconnd_session_t *session);
static interconnd_code_e call_release(interconnd_call_t *call,
    interconnd_session_t *session);


enum MHD_Result
interconnd_call_handle(void *data, struct MHD_Connection *connection,
    const char *url, const char *method, const char *version,
    const char *upload, size_t *size, void **context)
{
    enum MHD_Result         rc;
    interconnd_call_t      *call;
    interconnd_channel_t   *ch;
    interconnd_listener_t  *listener;

    listener = data;
    ch = listener->channel;
    call = *context;

    if (call == NULL) {
        call = call_create(ch, connection);

        if (call == NULL) {
            return MHD_NO;
        }

        *context = call;
        call->edge = listener->edge;

        if (interconnd_report_is(call, url)) {
            rc = interconnd_report_begin(call, method);
            ic_pool_reset(ch->pool);
            return rc;
        }

        call_begin(call, url, method);
        ic_pool_reset(ch->pool);

        if (call->code == INTERCONND_CODE_TOO_LARGE) {
            return interconnd_call_answer(call, call->code, call->reason);
        }

        return MHD_YES;
    }

    if (call->report != NULL) {
        rc = interconnd_report_take(call, upload, size);
        ic_pool_reset(ch->pool);
        return rc;
    }

    if (*size != 0) {
        call_append(call, upload, *size);
        *size = 0;
        return MHD_YES;
    }

    rc = call_finish(call);
    ic_pool_reset(ch->pool);

    return rc;
}


static interconnd_call_t *
call_create(interconnd_channel_t *ch, struct MHD_Connection *connection)
{
    interconnd_call_t  *call;

    call = calloc(1, sizeof(interconnd_call_t));

    if (call != NULL) {
        call->channel = ch;
        call->connection = connection;
        call->spool.fd = -1;
        call->offset = -1;
    }

    return call;
}


void
interconnd_call_completed(void *data, struct MHD_Connection *connection,
    void **context, enum MHD_RequestTerminationCode how)
{
    interconnd_call_t  *call;

    call = *context;

    if (call == NULL) {
        return;
    }

    interconnd_queue_forget(call->channel, call);
    interconnd_queue_settle(call->channel, call,
                            how == MHD_REQUEST_TERMINATED_COMPLETED_OK);
    interconnd_part_leave(call);
    interconnd_call_let_go(call);

    interconnd_spool_free(&call->spool, interconnd_call_known(call), false);
    free(call->report);
    free(call->batch);
    free(call);

    *context = NULL;
}


/* What can be refused is refused before the body takes room. */

static void
call_begin(interconnd_call_t *call, const char *url, const char *method)
{
    interconnd_session_t  *session;

    call->code = interconnd_call_accept(call, url, method);

    if (call->code == INTERCONND_CODE_OK) {
        call->code = interconnd_call_session(call, &session);
    }

    if (call->code == INTERCONND_CODE_OK && call_has_message(call)) {
        call->code = call_reserve(call, session);
    }
}


static bool
call_has_message(const interconnd_call_t *call)
{
    return !call->queried && (call->op == INTERCONND_CALL_PUSH
                              || call->op == INTERCONND_CALL_INVOKE);
}


static interconnd_code_e
call_reserve(interconnd_call_t *call, interconnd_session_t *session)
{
    int64_t             len;
    const char         *text;
    interconnd_code_e   code;

    /* each of its messages takes room when it comes */

    if (call->batch != NULL) {
        return INTERCONND_CODE_OK;
    }

    call->out = !call->edge && call->node != NULL
                && strcmp(call->node, call->channel->conf->node_id) != 0;

    text = interconnd_call_header(call, MHD_HTTP_HEADER_CONTENT_LENGTH);

    if (text == NULL || ic_str_int(ic_str(text), &len) != 0) {
        return INTERCONND_CODE_OK;
    }

    call->expected = (size_t) len;

    if (call->edge && call->size > INTERCONND_CHANNEL_RESUMED) {
        code = interconnd_part_begin(call, session);

        if (code != INTERCONND_CODE_OK) {
            return code;
        }
    }

    return interconnd_call_hold(call, session, call->spool.len + (size_t) len);
}


interconnd_code_e
interconnd_call_hold(interconnd_call_t *call, interconnd_session_t *session,
    size_t need)
{
    size_t                *held;
    interconnd_channel_t  *ch;

    ch = call->channel;
    held = call->out ? &session->outgoing : &session->buffered;

    if (need <= call->held) {
        return INTERCONND_CODE_OK;
    }

    /* base64 within base64 */

    if (need > ch->message_max * (interconnd_dialect_wraps(call) ? 2 : 1)) {
        return interconnd_refuse(call, INTERCONND_CODE_TOO_LARGE,
                                 "the message is too large");
    }

    if (ch->total + ch->spare - call->held + need > ch->total_max) {
        interconnd_blob_shed(ch);
    }

    /* a message larger than the whole buffer passes through an empty one */

    if ((*held != call->held && *held - call->held + need > ch->buffer_max)
        || ch->total - call->held + need > ch->total_max)
    {
        return interconnd_refuse(call, INTERCONND_CODE_FULL,
                                 "the session's buffer is full");
    }

    session->calls += (call->held == 0);
    *held += need - call->held;
    ch->total += need - call->held;
    call->held = need;

    return INTERCONND_CODE_OK;
}


void
interconnd_call_let_go(interconnd_call_t *call)
{
    interconnd_session_t  *session;

    session = interconnd_call_known(call);

    if (call->held != 0) {
        call->channel->total -= call->held;
    }

    if (call->held != 0 && session != NULL) {
        *(call->out ? &session->outgoing : &session->buffered) -= call->held;
        session->calls--;
    }

    call->held = 0;
}


interconnd_session_t *
interconnd_call_known(const interconnd_call_t *call)
{
    return (call->session_id != NULL)
           ? (interconnd_session_t *)
             interconnd_named_find(&call->channel->sessions,
                                   call->session_id)
           : NULL;
}


interconnd_message_t *
interconnd_call_message(interconnd_call_t *call,
    interconnd_session_t *session)
{
    interconnd_message_t  *m;

    m = calloc(1, sizeof(interconnd_message_t));

    if (m == NULL) {
        return NULL;
    }

    m->id = ++session->journal.last_id;
    m->seq = call->seq;
    m->call = (uint64_t) call->number;
    m->at = call->at;
    m->len = call->len;
    m->file = (call->spool.fd >= 0) ? call->spool.id : 0;

    return m;
}


const u_char *
interconnd_call_payload(const interconnd_call_t *call)
{
    if (call->bytes != NULL) {
        return call->bytes;
    }

    return (call->spool.data != NULL) ? call->spool.data + call->at : NULL;
}


void
interconnd_call_taken(interconnd_call_t *call, interconnd_session_t *session,
    const interconnd_message_t *m)
{
    interconnd_call_let_go(call);

    *(call->out ? &session->outgoing : &session->buffered) += m->len;
    call->channel->total += m->len;
    session->queued++;

    interconnd_spool_free(&call->spool, session, true);
}


int64_t
interconnd_call_patience(const interconnd_call_t *call)
{
    int64_t  margin;

    margin = call->timeout_ms / 20;
    margin = (margin < CALL_MARGIN_MIN) ? CALL_MARGIN_MIN : margin;
    margin = (margin > CALL_MARGIN_MAX) ? CALL_MARGIN_MAX : margin;

    return (call->timeout_ms > margin) ? call->timeout_ms - margin : 0;
}


static void
call_append(interconnd_call_t *call, const char *data, size_t len)
{
    interconnd_session_t  *session;

    if (call->code != INTERCONND_CODE_OK) {
        return;
    }

    session = interconnd_call_known(call);

    if (session == NULL) {
        call->code = interconnd_refuse(call, INTERCONND_CODE_RELEASED,
                                       "the session is released");
        return;
    }

    if (call->batch != NULL) {
        call->code = interconnd_batch_append(call, session,
                                             (const u_char *) data, len);
        return;
    }

    if (call_has_message(call)) {
        call->code = interconnd_call_hold(call, session, call->spool.len + len);

    } else if (call->spool.len + len > INTERCONND_CHANNEL_INLINE) {
        call->code = interconnd_refuse(call, INTERCONND_CODE_TOO_LARGE,
                                       "this call has a small body");
    }

    if (call->code != INTERCONND_CODE_OK) {
        return;
    }

    call->code = interconnd_spool_append(&call->spool, session, data, len,
                                         call->expected);

    if (call->code != INTERCONND_CODE_OK) {
        (void) interconnd_refuse(call, call->code, "the disk is full");

    } else if (call->part != NULL) {
        interconnd_part_note(call);
    }
}


/* The session may have ended while the body was on its way. */

static enum MHD_Result
call_finish(interconnd_call_t *call)
{
    interconnd_session_t  *session;

    if (call->code == INTERCONND_CODE_OK) {
        call->code = interconnd_call_session(call, &session);
    }

    if (call->code == INTERCONND_CODE_OK) {
        session->used_ms = ic_mono_ms();
        call->code = call_complete(call, session);
    }

    if (call->batch != NULL) {
        return interconnd_call_confirm(call, NULL);
    }

    if (call->code != INTERCONND_CODE_OK) {
        return interconnd_call_answer(call, call->code, call->reason);
    }

    if (call->queried) {
        return interconnd_part_tell(call, session);
    }

    switch (call->op) {

    case INTERCONND_CALL_POP:
    case INTERCONND_CALL_PEEK:
        return interconnd_queue_pop(call->channel, session, call);

    case INTERCONND_CALL_RELEASE:
        call->code = call_release(call, session);
        return interconnd_call_answer(call, call->code, call->reason);

    default:
        return call_pushed(call, session);
    }
}


/* What only the body can tell. */

static interconnd_code_e
call_complete(interconnd_call_t *call, interconnd_session_t *session)
{
    interconnd_code_e  code;

    if (call->batch != NULL) {
        code = interconnd_batch_append(call, session, NULL, 0);

        return (code == INTERCONND_CODE_OK && !interconnd_batch_whole(call))
               ? interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                                   "less than was announced")
               : code;
    }

    if (call->part != NULL && call->spool.len != (size_t) call->size) {
        return interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                                 "x-interconn-size is another size");
    }

    code = interconnd_dialect_read(call);

    if (code != INTERCONND_CODE_OK) {
        return code;
    }

    if (call->topic == NULL && call->op != INTERCONND_CALL_RELEASE) {
        return interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                                 "a topic is required");
    }

    if (!call_has_message(call)) {
        return INTERCONND_CODE_OK;
    }

    if (interconnd_dialect_void(call)) {
        return interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                                 "the message is empty");
    }

    return (call->len > call->channel->message_max)
           ? interconnd_refuse(call, INTERCONND_CODE_TOO_LARGE,
                               "the message is too large")
           : INTERCONND_CODE_OK;
}


static enum MHD_Result
call_pushed(interconnd_call_t *call, interconnd_session_t *session)
{
    if (call->channel->conf->channel_sync && call->spool.fd >= 0
        && fdatasync(call->spool.fd) != 0)
    {
        call->code = interconnd_refuse(call, INTERCONND_CODE_FULL,
                                       "the disk is full");

    } else {
        call->code = call_push(call, session);
    }

    return (call->code == INTERCONND_CODE_OK)
           ? interconnd_call_confirm(call, session)
           : interconnd_call_answer(call, call->code, call->reason);
}


static interconnd_code_e
call_push(interconnd_call_t *call, interconnd_session_t *session)
{
    interconnd_code_e      code;
    interconnd_party_t    *party;
    interconnd_channel_t  *ch;

    ch = call->channel;

    if (!call->out) {
        code = interconnd_queue_push(ch, session, call);

    } else {
        party = interconnd_session_party(session, call->node);
        code = interconnd_out_push(ch, session, party, call);
    }

    if (code == INTERCONND_CODE_FULL) {
        return interconnd_refuse(call, code, "the session's buffer is full");
    }

    return code;
}


static interconnd_code_e
call_release(interconnd_call_t *call, interconnd_session_t *session)
{
    ic_reply_t             reply;
    interconnd_channel_t  *ch;

    ch = call->channel;

    if (call->topic != NULL) {
        interconnd_queue_drop(ch, session,
                              interconnd_dialect_sender(call) ? call->node
                                                              : NULL,
                              call->topic);
        return INTERCONND_CODE_OK;
    }

    if (ic_store_callz(ch->store, ch->pool, &reply, "session_close",
                       call->session_id, NULL)
        != 0)
    {
        interconnd_log("error", "session %s: the store does not answer: %s",
                       call->session_id, ic_store_error(ch->store));
        return interconnd_refuse(call, INTERCONND_CODE_UNAVAILABLE,
                                 "the store does not answer");
    }

    interconnd_session_close(ch, session);

    return INTERCONND_CODE_OK;
}
