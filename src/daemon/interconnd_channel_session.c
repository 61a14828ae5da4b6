
/*
 * Sessions as the store knows them. The channel asks at the first use and
 * again every few seconds: a session closed by the end of its task, or
 * begun under an earlier process of this role, takes no more messages.
 */


#include <stdio.h>
#include <stdlib.h>

#include <openssl/crypto.h>

#include "../lib/ic_codec.h"
#include "interconnd_channel.h"
#include "interconnd_channel_dialect.h"
#include "interconnd_channel_identity.h"
#include "interconnd_channel_journal.h"


/* how long the store is left alone after it did not answer */
#define SESSION_AWAY_MS  1000


static int session_ask(interconnd_channel_t *ch, ic_reply_t *reply,
    const char *function, const char *id);
static interconnd_session_t *session_load(interconnd_channel_t *ch,
    const char *id, interconnd_code_e *code, char *reason, size_t size);
static interconnd_session_t *session_create(interconnd_channel_t *ch,
    const char *id, const ic_reply_t *reply);
static int session_parties(interconnd_session_t *session, ic_str_t lines);
static int session_party(interconnd_party_t *party, const char *line,
    size_t len);
static int session_bind(interconnd_channel_t *ch,
    interconnd_session_t *session);
static int session_take_up(interconnd_channel_t *ch,
    interconnd_session_t *session);
static void session_send(interconnd_channel_t *ch,
    interconnd_session_t *session);
static void session_expire(interconnd_channel_t *ch,
    interconnd_session_t *session, int64_t now);
static bool session_over(const interconnd_session_t *session);


interconnd_session_t *
interconnd_session(interconnd_channel_t *ch, const char *id,
    interconnd_code_e *code, char *reason, size_t size)
{
    interconnd_session_t  *session;

    session = (interconnd_session_t *)
              interconnd_named_find(&ch->sessions, id);

    if (session == NULL) {
        return session_load(ch, id, code, reason, size);
    }

    if (ic_mono_ms() - session->checked_ms >= INTERCONND_CHANNEL_RECHECK) {
        (void) interconnd_session_recheck(ch, session);
    }

    return session;
}


/* A store that does not answer must not hold up the messages again. */

static int
session_ask(interconnd_channel_t *ch, ic_reply_t *reply,
    const char *function, const char *id)
{
    if (ic_mono_ms() < ch->away_ms) {
        return -1;
    }

    if (ic_store_callz(ch->store, ch->pool, reply, function, id, ch->boot,
                       NULL)
        == 0)
    {
        return 0;
    }

    interconnd_log("error", "session %s: the store does not answer: %s", id,
                   ic_store_error(ch->store));
    ch->away_ms = ic_mono_ms() + SESSION_AWAY_MS;

    return -1;
}


static interconnd_session_t *
session_load(interconnd_channel_t *ch, const char *id,
    interconnd_code_e *code, char *reason, size_t size)
{
    ic_reply_t             reply;
    interconnd_session_t  *session;

    *code = INTERCONND_CODE_UNAVAILABLE;

    if (ch->sessions.count >= INTERCONND_CHANNEL_SESSIONS) {
        snprintf(reason, size, "too many sessions are open");
        return NULL;
    }

    if (session_ask(ch, &reply, "session_get", id) != 0) {
        snprintf(reason, size, "the store does not answer");
        return NULL;
    }

    if (!ic_reply_ok(&reply)) {
        *code = INTERCONND_CODE_NOT_FOUND;
        snprintf(reason, size, "no such session");
        return NULL;
    }

    session = session_create(ch, id, &reply);

    if (session == NULL) {
        snprintf(reason, size, "memory is short");
        return NULL;
    }

    if (session->state == INTERCONND_SESSION_OPEN
        && session_bind(ch, session) != 0)
    {
        snprintf(reason, size, "the store does not answer");
        interconnd_session_free(ch, session);
        return NULL;
    }

    if (session_take_up(ch, session) != 0)
    {
        snprintf(reason, size, "the session's messages cannot be read");
        interconnd_session_free(ch, session);
        return NULL;
    }

    interconnd_named_add(&ch->sessions, &session->named);

    if (session->state == INTERCONND_SESSION_REFUSED) {
        interconnd_identity_tell(ch, session);
    }

    return session;
}


static interconnd_session_t *
session_create(interconnd_channel_t *ch, const char *id,
    const ic_reply_t *reply)
{
    ic_str_t               token;
    interconnd_session_t  *session;

    session = calloc(1, sizeof(interconnd_session_t));
    if (session == NULL) {
        return NULL;
    }

    token = ic_reply_get(reply, "token");

    session->channel = ch;
    session->named.name = strdup(id);
    session->token = strndup(token.len != 0 ? (char *) token.data : "",
                             token.len);
    session->checked_ms = ic_mono_ms();
    session->used_ms = session->checked_ms;

    if (session->named.name == NULL || session->token == NULL
        || session_parties(session, ic_reply_get(reply, "peers")) != 0)
    {
        interconnd_session_free(NULL, session);
        return NULL;
    }

    if (ic_str_is_nocase(ic_reply_get(reply, "status"), "CLOSED")) {
        session->state = INTERCONND_SESSION_CLOSED;
    }

    interconnd_identity_read(ch, session, reply);

    return session;
}


/* "node_id address [dialect]" lines, ourselves perhaps among them. */

static int
session_parties(interconnd_session_t *session, ic_str_t lines)
{
    char      *p, *end, *last;
    unsigned   n;

    if (lines.len == 0) {
        return 0;
    }

    p = (char *) lines.data;
    last = p + lines.len;

    for (n = 1, end = p; end < last; end++) {
        n += (*end == '\n');
    }

    session->parties = calloc(n, sizeof(interconnd_party_t));
    if (session->parties == NULL) {
        return -1;
    }

    for ( /* void */ ; p < last; p = end + 1) {
        end = memchr(p, '\n', last - p);

        if (end == NULL) {
            end = last;
        }

        if (end == p) {
            continue;
        }

        if (session_party(&session->parties[session->nparties], p, end - p)
            != 0)
        {
            return -1;
        }

        session->nparties++;
    }

    return 0;
}


static int
session_party(interconnd_party_t *party, const char *line, size_t len)
{
    const char  *end, *space;

    space = memchr(line, ' ', len);

    if (space == NULL) {
        space = line + len;
    }

    party->node = strndup(line, space - line);

    if (space < line + len) {
        space++;
    }

    end = memchr(space, ' ', line + len - space);

    if (end != NULL) {
        party->dialect = interconnd_dialect_named(end + 1,
                                                  line + len - end - 1);
        party->known = (party->dialect != NULL);
        len = end - line;
    }

    party->address = strndup(space, line + len - space);

    if (party->node == NULL || party->address == NULL) {
        free(party->node);
        free(party->address);
        return -1;
    }

    /* the path is appended */

    len = strlen(party->address);

    while (len > 0 && party->address[len - 1] == '/') {
        party->address[--len] = '\0';
    }

    return 0;
}


/*
 * In which folder the session's messages are. What another one held is lost,
 * and saying so at once beats a task that waits for it in vain.
 */

static int
session_bind(interconnd_channel_t *ch, interconnd_session_t *session)
{
    ic_reply_t  reply;

    if (session_ask(ch, &reply, "session_bind", session->named.name) != 0) {
        return -1;
    }

    if (!ic_reply_ok(&reply)) {
        session->state = INTERCONND_SESSION_CLOSED;
        return 0;
    }

    if (!ic_str_is(ic_reply_get(&reply, "binding"), "bound")) {
        session->state = INTERCONND_SESSION_LOST;
        interconnd_log("warn", "session %s: its messages are not in this "
                       "folder, they are lost", session->named.name);
    }

    return 0;
}


/* Of a closed one only what is still to be sent is of use. */

static int
session_take_up(interconnd_channel_t *ch, interconnd_session_t *session)
{
    if (session->state == INTERCONND_SESSION_LOST
        || session->state == INTERCONND_SESSION_REFUSED)
    {
        interconnd_journal_discard(ch, session);
        return 0;
    }

    if (interconnd_journal_open(ch, session) != 0) {
        return -1;
    }

    if (session->state == INTERCONND_SESSION_CLOSED) {
        interconnd_queue_drop(ch, session, NULL, NULL);
    }

    session_send(ch, session);

    return 0;
}


static void
session_send(interconnd_channel_t *ch, interconnd_session_t *session)
{
    unsigned             n;
    interconnd_named_t  *named;

    for (n = 0; n < INTERCONND_CHANNEL_BUCKETS; n++) {

        for (named = session->streams.buckets[n];
             named != NULL;
             named = named->next)
        {
            interconnd_out_start(ch, (interconnd_stream_t *) named);
        }
    }
}


/* When the store is away, what is known stays good. */

int
interconnd_session_recheck(interconnd_channel_t *ch,
    interconnd_session_t *session)
{
    ic_reply_t  reply;

    if (session->state == INTERCONND_SESSION_CLOSED
        || session->state == INTERCONND_SESSION_REFUSED)
    {
        return 0;
    }

    session->checked_ms = ic_mono_ms();

    if (session_ask(ch, &reply, "session_get", session->named.name) != 0) {
        return -1;
    }

    if (ic_reply_ok(&reply)) {
        interconnd_identity_read(ch, session, &reply);
    }

    if (!ic_reply_ok(&reply)
        || ic_str_is_nocase(ic_reply_get(&reply, "status"), "CLOSED"))
    {
        interconnd_session_close(ch, session);
    }

    return 0;
}


interconnd_party_t *
interconnd_session_party(interconnd_session_t *session, const char *node)
{
    unsigned  n;

    for (n = 0; n < session->nparties; n++) {
        if (strcmp(session->parties[n].node, node) == 0) {
            return &session->parties[n];
        }
    }

    return NULL;
}


interconnd_code_e
interconnd_session_state(interconnd_session_t *session, char *reason,
    size_t size)
{
    switch (session->state) {

    case INTERCONND_SESSION_CLOSED:
        snprintf(reason, size, "the session is released");
        return INTERCONND_CODE_RELEASED;

    case INTERCONND_SESSION_LOST:
        snprintf(reason, size, "the channel has lost its messages");
        return INTERCONND_CODE_RELEASED;

    case INTERCONND_SESSION_FAILED:
        snprintf(reason, size, "%s", session->reason);
        return INTERCONND_CODE_UNREACHABLE;

    case INTERCONND_SESSION_REFUSED:
        snprintf(reason, size, "%s", session->reason);
        return INTERCONND_CODE_MISMATCH;

    default:
        return INTERCONND_CODE_OK;
    }
}


void
interconnd_session_close(interconnd_channel_t *ch,
    interconnd_session_t *session)
{
    if (session->state == INTERCONND_SESSION_CLOSED
        || session->state == INTERCONND_SESSION_REFUSED)
    {
        return;
    }

    session->state = INTERCONND_SESSION_CLOSED;

    /* first of all: what is woken must not be given a message */

    interconnd_queue_wake(ch, session, NULL, INTERCONND_CODE_RELEASED,
                          "the session is released");
    interconnd_queue_drop(ch, session, NULL, NULL);
}


void
interconnd_session_fail(interconnd_channel_t *ch,
    interconnd_session_t *session, const char *reason)
{
    interconnd_log("error", "session %s: %s", session->named.name, reason);

    if (session->state != INTERCONND_SESSION_OPEN) {
        return;
    }

    session->state = INTERCONND_SESSION_FAILED;
    snprintf(session->reason, sizeof(session->reason), "%s", reason);

    interconnd_queue_wake(ch, session, NULL, INTERCONND_CODE_UNREACHABLE,
                          session->reason);
}


void
interconnd_session_sweep(interconnd_channel_t *ch, int64_t now)
{
    unsigned              n;
    interconnd_named_t   *named, *next;
    interconnd_session_t *session;

    if (now - ch->swept_ms < INTERCONND_CHANNEL_RECHECK / 2) {
        return;
    }

    ch->swept_ms = now;

    if (interconnd_journal_scan(ch) != 0) {
        return;
    }

    for (n = 0; n < INTERCONND_CHANNEL_BUCKETS; n++) {

        for (named = ch->sessions.buckets[n]; named != NULL; named = next) {
            next = named->next;
            session = (interconnd_session_t *) named;

            session_expire(ch, session, now);
            interconnd_blob_sweep(session, now);

            if (now - session->checked_ms < INTERCONND_CHANNEL_RECHECK) {
                continue;
            }

            if (session_over(session)) {
                interconnd_named_remove(&ch->sessions, named);
                interconnd_session_free(ch, session);
                continue;
            }

            if (interconnd_session_recheck(ch, session) != 0) {
                return;
            }

            ic_pool_reset(ch->pool);
        }
    }
}


/* Who waits, and what is on its way, is not idle. */

static void
session_expire(interconnd_channel_t *ch, interconnd_session_t *session,
    int64_t now)
{
    ic_reply_t  reply;

    if (session->state == INTERCONND_SESSION_CLOSED
        || session->state == INTERCONND_SESSION_REFUSED
        || session->waiters != NULL || session->calls != 0
        || session->outgoing != 0
        || now - session->used_ms < (int64_t) ch->conf->channel_expiry * 1000
        || ic_store_callz(ch->store, ch->pool, &reply, "session_close",
                          session->named.name, NULL)
           != 0)
    {
        return;
    }

    interconnd_log("info", "session %s: expired after %d s without a call",
                   session->named.name, ch->conf->channel_expiry);

    interconnd_session_close(ch, session);
}


static bool
session_over(const interconnd_session_t *session)
{
    return (session->state == INTERCONND_SESSION_CLOSED
            || session->state == INTERCONND_SESSION_REFUSED)
           && session->calls == 0
           && session->outgoing == 0
           && session->transfers == 0;
}


/* ch NULL: the session never got queues. */

void
interconnd_session_free(interconnd_channel_t *ch,
    interconnd_session_t *session)
{
    unsigned             n;
    interconnd_named_t  *named;

    /* at the end of the process an open one stays on the disk */

    interconnd_journal_close(session,
                             (session->state == INTERCONND_SESSION_CLOSED
                              || session->state == INTERCONND_SESSION_REFUSED)
                             && session->outgoing == 0);

    while ((named = interconnd_named_any(&session->queues)) != NULL) {
        interconnd_queue_free(ch, (interconnd_queue_t *) named);
    }

    while ((named = interconnd_named_any(&session->streams)) != NULL) {
        interconnd_stream_free(ch, (interconnd_stream_t *) named);
    }

    for (n = 0; n < session->nparties; n++) {
        free(session->parties[n].node);
        free(session->parties[n].address);
        free(session->parties[n].reason);
        free(session->parties[n].component);
        free(session->parties[n].answered);
    }

    if (session->token != NULL) {
        OPENSSL_cleanse(session->token, strlen(session->token));
    }

    free(session->parties);
    free(session->token);
    free(session->component);
    free(session->named.name);
    free(session);
}
