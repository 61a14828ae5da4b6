
/*
 * Messages on their way to peers: one stream per (session, peer, topic),
 * sent one after the other, each tried again until it is taken or too old.
 */


#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "../lib/ic_codec.h"
#include "interconnd_channel_identity.h"
#include "interconnd_channel_journal.h"


#define OUT_BACKOFF_MIN  50
#define OUT_BACKOFF_MAX  2000


static interconnd_stream_t *out_create(interconnd_session_t *session,
    interconnd_party_t *party, char *name);
static interconnd_code_e out_allowed(interconnd_channel_t *ch,
    interconnd_session_t *session, interconnd_party_t *party,
    interconnd_call_t *call);
static void out_finish(interconnd_channel_t *ch,
    interconnd_transfer_t *transfer, CURLcode result);
static void out_sent(interconnd_channel_t *ch, interconnd_stream_t *stream,
    unsigned count);
static void out_gone(interconnd_channel_t *ch, interconnd_stream_t *stream,
    const char *reason);
static void out_again(interconnd_channel_t *ch, interconnd_stream_t *stream,
    const char *reason);
static void out_rest(interconnd_channel_t *ch, interconnd_stream_t *stream);
static void out_shift(interconnd_channel_t *ch, interconnd_stream_t *stream,
    unsigned count);
static void out_drop(interconnd_channel_t *ch, interconnd_stream_t *stream);
static void out_unrest(interconnd_channel_t *ch,
    interconnd_stream_t *stream);


interconnd_code_e
interconnd_out_push(interconnd_channel_t *ch, interconnd_session_t *session,
    interconnd_party_t *party, interconnd_call_t *call)
{
    interconnd_code_e      code;
    interconnd_stream_t   *stream;
    interconnd_message_t  *m;

    code = out_allowed(ch, session, party, call);

    if (code != INTERCONND_CODE_OK) {
        return code;
    }

    stream = interconnd_out_stream(session, party, call->topic);

    if (stream == NULL) {
        return INTERCONND_CODE_FULL;
    }

    if (call->number != 0 && (uint64_t) call->number <= stream->call) {
        /* the answer to the first copy was lost on its way */
        return INTERCONND_CODE_OK;
    }

    call->seq = stream->seq + 1;
    m = interconnd_call_message(call, session);

    if (m == NULL) {
        return INTERCONND_CODE_UNAVAILABLE;
    }

    if (interconnd_journal_message(session, INTERCONND_RECORD_OUT,
                                   stream->named.name, m,
                                   interconnd_call_payload(call))
        != 0)
    {
        free(m);
        return INTERCONND_CODE_FULL;
    }

    interconnd_call_taken(call, session, m);

    stream->seq = m->seq;
    stream->call = (call->number != 0) ? (uint64_t) call->number
                                       : stream->call;

    interconnd_fifo_put(&stream->messages, m);
    interconnd_out_start(ch, stream);

    call->paced = stream->busy;

    return INTERCONND_CODE_OK;
}


static interconnd_code_e
out_allowed(interconnd_channel_t *ch, interconnd_session_t *session,
    interconnd_party_t *party, interconnd_call_t *call)
{
    if (party->reason != NULL) {
        return interconnd_refuse(call, INTERCONND_CODE_UNREACHABLE,
                                 party->reason);
    }

    if (session->queued >= INTERCONND_CHANNEL_QUEUED) {
        return INTERCONND_CODE_FULL;
    }

    if (interconnd_out_reachable(ch, party)) {
        return INTERCONND_CODE_OK;
    }

    snprintf(call->reason, sizeof(call->reason),
             "node %s has no address this node may call", party->node);

    return INTERCONND_CODE_UNREACHABLE;
}


bool
interconnd_out_reachable(const interconnd_channel_t *ch,
    const interconnd_party_t *party)
{
    return strncasecmp(party->address, "https://", 8) == 0
           || (ch->conf->plain_peers
               && strncasecmp(party->address, "http://", 7) == 0);
}


interconnd_stream_t *
interconnd_out_stream(interconnd_session_t *session,
    interconnd_party_t *party, const char *topic)
{
    char                 *name;
    interconnd_stream_t  *stream;

    if (asprintf(&name, "%s %s", party->node, topic) < 0) {
        return NULL;
    }

    stream = (interconnd_stream_t *)
             interconnd_named_find(&session->streams, name);

    if (stream != NULL) {
        free(name);
        return stream;
    }

    stream = out_create(session, party, name);

    if (stream == NULL) {
        free(name);
    }

    return stream;
}


static interconnd_stream_t *
out_create(interconnd_session_t *session, interconnd_party_t *party,
    char *name)
{
    interconnd_stream_t  *stream;

    if (session->streams.count >= INTERCONND_CHANNEL_TOPICS) {
        return NULL;
    }

    stream = calloc(1, sizeof(interconnd_stream_t));

    if (stream != NULL) {
        stream->named.name = name;
        stream->session = session;
        stream->party = party;
        stream->topic = strchr(name, ' ') + 1;
        interconnd_named_add(&session->streams, &stream->named);
    }

    return stream;
}


void
interconnd_out_start(interconnd_channel_t *ch, interconnd_stream_t *stream)
{
    if (stream->messages.head == NULL || stream->busy || stream->resting) {
        return;
    }

    if (stream->started_ms == 0) {
        stream->started_ms = ic_mono_ms();
    }

    if (interconnd_transfer_start(ch, stream) != 0) {
        out_again(ch, stream, "memory is short");
        return;
    }

    ch->started = 1;
    stream->busy = 1;
    stream->session->transfers++;
}


void
interconnd_out_tell(interconnd_channel_t *ch, interconnd_stream_t *stream)
{
    if (stream->messages.head == NULL && !stream->busy
        && interconnd_transfer_start(ch, stream) == 0)
    {
        ch->started = 1;
        stream->busy = 1;
        stream->session->transfers++;
    }
}


int
interconnd_out_run(interconnd_channel_t *ch, int64_t now)
{
    int                    left;
    int64_t                wait;
    CURLMsg               *msg;
    interconnd_stream_t   *stream, *next;
    interconnd_transfer_t *transfer;

    (void) curl_multi_perform(ch->multi, &left);

    while ((msg = curl_multi_info_read(ch->multi, &left)) != NULL) {
        if (msg->msg == CURLMSG_DONE) {
            transfer = NULL;
            curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &transfer);
            out_finish(ch, transfer, msg->data.result);
        }
    }

    wait = -1;

    for (stream = ch->retries; stream != NULL; stream = next) {
        next = stream->next_retry;

        if (stream->retry_ms <= now) {
            out_unrest(ch, stream);
            interconnd_out_start(ch, stream);
            continue;
        }

        if (wait < 0 || stream->retry_ms - now < wait) {
            wait = stream->retry_ms - now;
        }
    }

    return (int) wait;
}


static void
out_finish(interconnd_channel_t *ch, interconnd_transfer_t *transfer,
    CURLcode result)
{
    char                  reason[256];
    unsigned              taken;
    interconnd_code_e     code;
    interconnd_stream_t  *stream;

    stream = interconnd_transfer_stream(transfer);
    code = interconnd_transfer_end(ch, transfer, result, &taken, reason,
                                   sizeof(reason));

    stream->busy = 0;
    stream->session->transfers--;

    if (taken != 0) {
        out_sent(ch, stream, taken);
    }

    if (stream->session->state == INTERCONND_SESSION_REFUSED) {
        out_drop(ch, stream);
        return;
    }

    switch (code) {

    case INTERCONND_CODE_OK:
        interconnd_out_start(ch, stream);
        break;

    case INTERCONND_CODE_FULL:
        /* the peer is there and will take it: its time begins anew */
        stream->started_ms = ic_mono_ms();
        out_again(ch, stream, reason);
        break;

    case INTERCONND_CODE_RELEASED:
        out_gone(ch, stream, reason);
        break;

    case INTERCONND_CODE_MISMATCH:
        interconnd_identity_refused(ch, stream->session, stream->party,
                                    reason);
        break;

    default:
        out_again(ch, stream, reason);
        break;
    }
}


static void
out_sent(interconnd_channel_t *ch, interconnd_stream_t *stream,
    unsigned count)
{
    out_shift(ch, stream, count);

    stream->offset = 0;
    stream->ask = 0;
    stream->started_ms = 0;
    stream->backoff_ms = 0;
}


/*
 * The peer's task has ended, or its channel was restarted: it takes no more
 * of this session, and nothing more comes from it. What other parties have
 * to say may still be of use.
 */

static void
out_gone(interconnd_channel_t *ch, interconnd_stream_t *stream,
    const char *reason)
{
    interconnd_party_t  *party;

    party = interconnd_session_party(stream->session, stream->party->node);

    if (party != NULL && party->reason == NULL) {
        party->reason = strdup(reason);
        interconnd_log("info", "session %s: %s",
                       stream->session->named.name, reason);
    }

    out_drop(ch, stream);

    interconnd_queue_wake(ch, stream->session, stream->party->node,
                          INTERCONND_CODE_UNREACHABLE, reason);
}


static void
out_again(interconnd_channel_t *ch, interconnd_stream_t *stream,
    const char *reason)
{
    int64_t  limit, now;

    now = ic_mono_ms();
    limit = (int64_t) ch->conf->message_timeout * 1000;
    stream->ask = 1;

    if (stream->session->state == INTERCONND_SESSION_FAILED) {
        out_drop(ch, stream);
        return;
    }

    if (now - stream->started_ms >= limit && stream->party->losing) {
        out_gone(ch, stream, reason);
        return;
    }

    if (now - stream->started_ms >= limit) {
        out_drop(ch, stream);
        interconnd_session_fail(ch, stream->session, reason);
        return;
    }

    if (stream->backoff_ms == 0) {
        interconnd_log("info", "session %s, topic %s: will try again: %s",
                       stream->session->named.name, stream->topic, reason);
    }

    out_rest(ch, stream);
}


static void
out_rest(interconnd_channel_t *ch, interconnd_stream_t *stream)
{
    stream->backoff_ms *= 2;

    if (stream->backoff_ms < OUT_BACKOFF_MIN) {
        stream->backoff_ms = OUT_BACKOFF_MIN;
    }

    if (stream->backoff_ms > OUT_BACKOFF_MAX) {
        stream->backoff_ms = OUT_BACKOFF_MAX;
    }

    stream->retry_ms = ic_mono_ms() + stream->backoff_ms;
    stream->resting = 1;
    stream->next_retry = ch->retries;
    ch->retries = stream;
}


static void
out_unrest(interconnd_channel_t *ch, interconnd_stream_t *stream)
{
    interconnd_stream_t  **link;

    if (!stream->resting) {
        return;
    }

    for (link = &ch->retries; *link != stream; link = &(*link)->next_retry) {
        /* void */
    }

    *link = stream->next_retry;
    stream->resting = 0;
}


static void
out_drop(interconnd_channel_t *ch, interconnd_stream_t *stream)
{
    while (stream->messages.head != NULL) {
        out_shift(ch, stream, 1);
    }

    stream->started_ms = 0;
}


void
interconnd_out_forget(interconnd_channel_t *ch,
    interconnd_session_t *session)
{
    unsigned              n;
    interconnd_named_t   *named;
    interconnd_stream_t  *stream;

    for (n = 0; n < INTERCONND_CHANNEL_BUCKETS; n++) {

        for (named = session->streams.buckets[n];
             named != NULL;
             named = named->next)
        {
            stream = (interconnd_stream_t *) named;

            if (!stream->busy) {
                out_drop(ch, stream);
            }
        }
    }
}


static void
out_shift(interconnd_channel_t *ch, interconnd_stream_t *stream,
    unsigned count)
{
    interconnd_fifo_t      gone;
    interconnd_message_t  *m;
    interconnd_session_t  *session;

    session = stream->session;
    memset(&gone, 0, sizeof(interconnd_fifo_t));

    for ( /* void */ ; count > 0; count--) {
        m = interconnd_fifo_take(&stream->messages);

        session->outgoing -= m->len;
        session->queued--;
        ch->total -= m->len;

        interconnd_fifo_put(&gone, m);
    }

    interconnd_journal_done(session, INTERCONND_RECORD_SENT,
                            stream->named.name, &gone);
}


/* Never while a transfer runs. Its records go with the session's. */

void
interconnd_stream_free(interconnd_channel_t *ch, interconnd_stream_t *stream)
{
    interconnd_message_t  *m;

    out_unrest(ch, stream);

    while ((m = interconnd_fifo_take(&stream->messages)) != NULL) {
        stream->session->outgoing -= m->len;
        ch->total -= m->len;
        free(m);
    }

    interconnd_named_remove(&stream->session->streams, &stream->named);

    free(stream->named.name);
    free(stream);
}
