
/*
 * Components of the two sides of a task: what a peer's messages tell goes to
 * the store once for each party, and again when it is told otherwise.
 */


#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "interconnd_channel_dialect.h"
#include "interconnd_channel_identity.h"


#define IDENTITY_WORDS     4
#define IDENTITY_DIGEST    64
#define IDENTITY_AWAY_MS   1000

/* of a query that brings nothing but the headers */
#define IDENTITY_TOPIC     "component"

/* how often it is asked whether the own task has begun */
#define IDENTITY_AGAIN_MS  500


static bool identity_valid(const char *text);
static bool identity_digest(const char *text);
static interconnd_code_e identity_ask(interconnd_call_t *call,
    interconnd_session_t *session, interconnd_party_t *party,
    const char *text);
static int identity_store(interconnd_channel_t *ch, ic_reply_t *reply,
    const char *function, const char *session_id, const char *node,
    const char *text, const char *reason);
static void identity_own(interconnd_session_t *session,
    const ic_reply_t *reply);
static void identity_refuse(interconnd_channel_t *ch,
    interconnd_session_t *session, ic_str_t reason);


void
interconnd_identity_read(interconnd_channel_t *ch,
    interconnd_session_t *session, const ic_reply_t *reply)
{
    ic_str_t  fault;

    identity_own(session, reply);

    fault = ic_reply_get(reply, "fault");

    if (fault.len > 0) {
        identity_refuse(ch, session, fault);
    }
}


interconnd_code_e
interconnd_identity_peer(interconnd_call_t *call,
    interconnd_session_t *session, interconnd_party_t *party)
{
    const char  *text;

    text = interconnd_call_header(call, INTERCONND_IDENTITY_HEADER);
    text = (text != NULL) ? text : "";

    if (*text != '\0' && !identity_valid(text)) {
        return interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                                 INTERCONND_IDENTITY_HEADER " is malformed");
    }

    /* why a session takes nothing is for its state to tell */

    if (party == NULL || (session->state != INTERCONND_SESSION_OPEN
                          && session->state != INTERCONND_SESSION_FAILED))
    {
        return INTERCONND_CODE_OK;
    }

    if (party->component == NULL || strcmp(party->component, text) != 0) {
        return identity_ask(call, session, party, text);
    }

    if (!party->settled
        && ic_mono_ms() - session->checked_ms >= IDENTITY_AGAIN_MS
        && interconnd_session_recheck(call->channel, session) == 0)
    {
        party->settled = (session->component != NULL);
    }

    return INTERCONND_CODE_OK;
}


/*
 * What came before the task began was compared when it did. Here it is seen,
 * and without an answer of the store nothing is handed over.
 */

interconnd_code_e
interconnd_identity_own(interconnd_call_t *call,
    interconnd_session_t *session)
{
    if (session->component != NULL || session->looked
        || session->state != INTERCONND_SESSION_OPEN)
    {
        return INTERCONND_CODE_OK;
    }

    if (interconnd_session_recheck(call->channel, session) != 0) {
        return interconnd_refuse(call, INTERCONND_CODE_UNAVAILABLE,
                                 "the store does not answer");
    }

    session->looked = 1;

    return INTERCONND_CODE_OK;
}


void
interconnd_identity_refused(interconnd_channel_t *ch,
    interconnd_session_t *session, interconnd_party_t *party,
    const char *reason)
{
    ic_str_t    detail;
    ic_reply_t  reply;

    detail = ic_str(reason);

    if (identity_store(ch, &reply, "session_refused", session->named.name,
                       party->node,
                       (party->answered != NULL
                        && identity_valid(party->answered))
                       ? party->answered : "", reason)
        == 0 && ic_str_is(reply.status, "component_mismatch"))
    {
        detail = reply.detail;
    }

    identity_refuse(ch, session, detail);
}


/* Who waits for a message must not wait for its time-out. */

void
interconnd_identity_tell(interconnd_channel_t *ch,
    interconnd_session_t *session)
{
    unsigned              n;
    interconnd_party_t   *party;
    interconnd_stream_t  *stream;

    if (session->component == NULL) {
        return;
    }

    for (n = 0; n < session->nparties; n++) {
        party = &session->parties[n];

        if (party->answered != NULL || !interconnd_out_reachable(ch, party)
            || (party->dialect != NULL
                && !interconnd_dialect_is_native(party->dialect)))
        {
            continue;
        }

        stream = interconnd_out_stream(session, party, IDENTITY_TOPIC);

        if (stream != NULL) {
            interconnd_out_tell(ch, stream);
        }
    }
}


/* Four words of printable bytes, a space between them. */

static bool
identity_valid(const char *text)
{
    unsigned     words;
    const char  *p, *word;

    words = 1;
    word = text;

    for (p = text; *p != '\0'; p++) {

        if (p - text >= INTERCONND_CHANNEL_COMPONENT - 1) {
            return false;
        }

        if (*p == ' ') {
            if (p == word) {
                return false;
            }

            words++;
            word = p + 1;

        } else if (!isgraph((u_char) *p)) {
            return false;
        }
    }

    return words == IDENTITY_WORDS && identity_digest(word);
}


static bool
identity_digest(const char *text)
{
    if (strcmp(text, "-") == 0) {
        return true;
    }

    return strlen(text) == IDENTITY_DIGEST
           && strspn(text, "0123456789abcdef") == IDENTITY_DIGEST;
}


static interconnd_code_e
identity_ask(interconnd_call_t *call, interconnd_session_t *session,
    interconnd_party_t *party, const char *text)
{
    ic_reply_t             reply;
    interconnd_channel_t  *ch;

    ch = call->channel;

    if (identity_store(ch, &reply, "session_component", session->named.name,
                       party->node, text, NULL)
        != 0)
    {
        return interconnd_refuse(call, INTERCONND_CODE_UNAVAILABLE,
                                 "the store does not answer");
    }

    if (ic_str_is(reply.status, "component_mismatch")) {
        identity_refuse(ch, session, reply.detail);

        return interconnd_refuse(call, INTERCONND_CODE_MISMATCH,
                                 session->reason);
    }

    if (!ic_reply_ok(&reply)) {
        return interconnd_refuse(call, INTERCONND_CODE_RELEASED,
                                 "the session is released");
    }

    identity_own(session, &reply);

    free(party->component);
    party->component = strdup(text);
    party->settled = (*text == '\0'
                      || ic_str_is(ic_reply_get(&reply, "settled"), "1"));

    return INTERCONND_CODE_OK;
}


static int
identity_store(interconnd_channel_t *ch, ic_reply_t *reply,
    const char *function, const char *session_id, const char *node,
    const char *text, const char *reason)
{
    if (ic_mono_ms() < ch->away_ms) {
        return -1;
    }

    if (ic_store_callz(ch->store, ch->pool, reply, function, session_id,
                       node, text, reason, NULL)
        == 0)
    {
        return 0;
    }

    interconnd_log("error", "session %s: the store does not answer: %s",
                   session_id, ic_store_error(ch->store));
    ch->away_ms = ic_mono_ms() + IDENTITY_AWAY_MS;

    return -1;
}


/* It stays what it is: each run of a task has the same program. */

static void
identity_own(interconnd_session_t *session, const ic_reply_t *reply)
{
    ic_str_t  text;

    text = ic_reply_get(reply, "component");

    if (session->component == NULL && text.len > 0) {
        session->component = strndup((char *) text.data, text.len);
    }
}


static void
identity_refuse(interconnd_channel_t *ch, interconnd_session_t *session,
    ic_str_t reason)
{
    if (session->state == INTERCONND_SESSION_REFUSED) {
        return;
    }

    interconnd_log("error", "session %s: other components: %.*s",
                   session->named.name, (int) reason.len, reason.data);

    session->state = INTERCONND_SESSION_REFUSED;
    snprintf(session->reason, sizeof(session->reason), "%.*s",
             (int) reason.len, reason.data);

    /* first of all: what is woken must not be given a message */

    interconnd_queue_wake(ch, session, NULL, INTERCONND_CODE_MISMATCH,
                          session->reason);

    if (session->journal.path != NULL) {
        interconnd_queue_drop(ch, session, NULL, NULL);
        interconnd_out_forget(ch, session);
    }

    /* one that is being read is told of when it is there */

    if (interconnd_named_find(&ch->sessions, session->named.name)
        == &session->named)
    {
        interconnd_identity_tell(ch, session);
    }
}
