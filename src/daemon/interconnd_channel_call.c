
/*
 * Calls of own tasks (push, pop, peek, release) and of peers (invoke, as
 * nginx passes them on), from the first byte to what is done about them.
 */


#include <stdlib.h>

#include "interconnd_channel.h"


/* a body without a declared length begins so */
#define CALL_GROWTH  65536



static interconnd_call_t *call_create(interconnd_channel_t *ch,
    struct MHD_Connection *connection);
static void call_begin(interconnd_call_t *call, const char *url,
    const char *method);
static interconnd_code_e call_reserve(interconnd_call_t *call,
    const interconnd_session_t *session);
static interconnd_code_e call_grow(interconnd_call_t *call, size_t need);
static interconnd_code_e call_arrive(interconnd_call_t *call, size_t need);
static void call_arrived(interconnd_call_t *call);
static interconnd_session_t *call_known(const interconnd_call_t *call);
static void call_append(interconnd_call_t *call, const char *data,
    size_t len);
static enum MHD_Result call_finish(interconnd_call_t *call);
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

        call_begin(call, url, method);
        ic_pool_reset(ch->pool);

        if (call->code == INTERCONND_CODE_TOO_LARGE) {
            return interconnd_call_answer(call, call->code, call->reason);
        }

        return MHD_YES;
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
    call_arrived(call);

    call->channel->total -= call->size;

    free(call->body);
    free(call);

    *context = NULL;
}


/* What can be refused is refused before the body takes memory. */

static void
call_begin(interconnd_call_t *call, const char *url, const char *method)
{
    interconnd_session_t  *session;

    call->code = interconnd_call_accept(call, url, method);

    if (call->code == INTERCONND_CODE_OK) {
        call->code = interconnd_call_session(call, &session);
    }

    if (call->code == INTERCONND_CODE_OK) {
        call->code = call_reserve(call, session);
    }
}


static interconnd_code_e
call_reserve(interconnd_call_t *call, const interconnd_session_t *session)
{
    size_t       held;
    int64_t      len;
    const char  *text;

    if (call->op != INTERCONND_CALL_PUSH
        && call->op != INTERCONND_CALL_INVOKE)
    {
        return INTERCONND_CODE_OK;
    }

    text = interconnd_call_header(call, MHD_HTTP_HEADER_CONTENT_LENGTH);

    if (text == NULL || ic_str_int(ic_str(text), &len) != 0) {
        return INTERCONND_CODE_OK;
    }

    if (len > INTERCONND_CHANNEL_MESSAGE) {
        return interconnd_refuse(call, INTERCONND_CODE_TOO_LARGE,
                                 "a message has at most 128 MiB");
    }

    held = (call->op == INTERCONND_CALL_PUSH) ? session->outgoing
                                              : session->buffered;

    if (held != 0 && held + (size_t) len > INTERCONND_CHANNEL_BUFFER) {
        return interconnd_refuse(call, INTERCONND_CODE_FULL,
                                 "the session's buffer is full");
    }

    return call_grow(call, (size_t) len);
}


static interconnd_code_e
call_grow(interconnd_call_t *call, size_t need)
{
    u_char                *body;
    interconnd_channel_t  *ch;

    ch = call->channel;

    if (need <= call->size) {
        return INTERCONND_CODE_OK;
    }

    if (need > INTERCONND_CHANNEL_MESSAGE) {
        return interconnd_refuse(call, INTERCONND_CODE_TOO_LARGE,
                                 "a message has at most 128 MiB");
    }

    if (ch->total + (need - call->size) > INTERCONND_CHANNEL_TOTAL) {
        return interconnd_refuse(call, INTERCONND_CODE_FULL,
                                 "the channel's buffer is full");
    }

    if (call->edge && call_arrive(call, need) != INTERCONND_CODE_OK) {
        return INTERCONND_CODE_FULL;
    }

    body = realloc(call->body, need);

    if (body == NULL) {
        return interconnd_refuse(call, INTERCONND_CODE_UNAVAILABLE,
                                 "memory is short");
    }

    ch->total += need - call->size;
    call->body = body;
    call->size = need;

    return INTERCONND_CODE_OK;
}


/*
 * What peers of one session announce and do not send must not take the
 * memory of all the others.
 */

static interconnd_code_e
call_arrive(interconnd_call_t *call, size_t need)
{
    size_t                 held;
    interconnd_session_t  *session;

    session = call_known(call);

    if (session == NULL) {
        return INTERCONND_CODE_OK;
    }

    held = session->buffered + session->arriving - call->arriving;

    if (held != 0 && held + need > INTERCONND_CHANNEL_BUFFER) {
        return interconnd_refuse(call, INTERCONND_CODE_FULL,
                                 "the session's buffer is full");
    }

    session->arriving += need - call->arriving;
    call->arriving = need;

    return INTERCONND_CODE_OK;
}


static void
call_arrived(interconnd_call_t *call)
{
    interconnd_session_t  *session;

    if (call->arriving == 0) {
        return;
    }

    session = call_known(call);

    if (session != NULL) {
        session->arriving -= call->arriving;
    }

    call->arriving = 0;
}


/* Its session, without asking the store; NULL at the end of the process. */

static interconnd_session_t *
call_known(const interconnd_call_t *call)
{
    return (interconnd_session_t *)
           interconnd_named_find(&call->channel->sessions, call->session_id);
}


interconnd_message_t *
interconnd_call_message(interconnd_call_t *call)
{
    u_char                *body;
    interconnd_message_t  *m;

    m = calloc(1, sizeof(interconnd_message_t));

    if (m == NULL) {
        return NULL;
    }

    /* a body of unknown length may have taken far more than it needs */

    if (call->size > call->len && call->len > 0) {
        body = realloc(call->body, call->len);
        call->body = (body != NULL) ? body : call->body;
    }

    if (call->len == 0) {
        free(call->body);
        call->body = NULL;
    }

    m->data = call->body;
    m->len = call->len;

    call_arrived(call);

    call->channel->total -= call->size - call->len;
    call->body = NULL;
    call->size = 0;

    return m;
}


/* Without a declared length the buffer doubles. */

static void
call_append(interconnd_call_t *call, const char *data, size_t len)
{
    size_t  need;

    if (call->code != INTERCONND_CODE_OK
        || (call->op != INTERCONND_CALL_PUSH
            && call->op != INTERCONND_CALL_INVOKE))
    {
        return;
    }

    need = call->len + len;

    if (need > call->size) {

        if (need <= INTERCONND_CHANNEL_MESSAGE) {
            need = (need < call->size * 2) ? call->size * 2 : need;
            need = (need < CALL_GROWTH) ? CALL_GROWTH : need;
            need = (need < INTERCONND_CHANNEL_MESSAGE)
                   ? need : INTERCONND_CHANNEL_MESSAGE;
        }

        call->code = call_grow(call, need);

        if (call->code != INTERCONND_CODE_OK) {
            return;
        }
    }

    memcpy(call->body + call->len, data, len);
    call->len += len;
}


/* The session may have ended while the body was on its way. */

static enum MHD_Result
call_finish(interconnd_call_t *call)
{
    interconnd_session_t  *session;

    if (call->code == INTERCONND_CODE_OK) {
        call->code = interconnd_call_session(call, &session);
    }

    if (call->code != INTERCONND_CODE_OK) {
        return interconnd_call_answer(call, call->code, call->reason);
    }

    switch (call->op) {

    case INTERCONND_CALL_POP:
    case INTERCONND_CALL_PEEK:
        return interconnd_queue_pop(call->channel, session, call);

    case INTERCONND_CALL_RELEASE:
        call->code = call_release(call, session);
        break;

    default:
        call->code = call_push(call, session);
        break;
    }

    return interconnd_call_answer(call, call->code, call->reason);
}


static interconnd_code_e
call_push(interconnd_call_t *call, interconnd_session_t *session)
{
    interconnd_code_e      code;
    interconnd_party_t    *party;
    interconnd_channel_t  *ch;

    ch = call->channel;

    if (call->edge || strcmp(call->node, ch->conf->node_id) == 0) {
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
        interconnd_queue_drop(ch, session, call->node, call->topic);
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
