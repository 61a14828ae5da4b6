
/*
 * Answers to pushes that are given later: with channel_sync, when what they
 * brought is on the disk; to who is far ahead of the peer, a little later.
 */


#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "interconnd_channel.h"
#include "interconnd_channel_journal.h"


/*
 * What a task pushes faster than it goes out is kept on the disk, where it
 * leaves the caches of the processor: the next push is better made a little
 * later. The message is safe meanwhile.
 */
#define CONFIRM_AHEAD       (4 * 1024 * 1024)
#define CONFIRM_AHEAD_MS    50


static enum MHD_Result confirm_synced(interconnd_call_t *call);
static enum MHD_Result confirm_ahead(interconnd_call_t *call);


enum MHD_Result
interconnd_call_confirm(interconnd_call_t *call,
    interconnd_session_t *session)
{
    if (call->channel->conf->channel_sync) {
        return confirm_synced(call);
    }

    return (session != NULL && call->paced
            && session->outgoing > CONFIRM_AHEAD)
           ? confirm_ahead(call)
           : interconnd_call_answer(call, call->code, call->reason);
}


/* With those of the same turn. */

static enum MHD_Result
confirm_synced(interconnd_call_t *call)
{
    call->next = call->channel->commits;
    call->channel->commits = call;
    call->suspended = 1;

    MHD_suspend_connection(call->connection);

    return MHD_YES;
}


void
interconnd_call_commit(interconnd_channel_t *ch)
{
    interconnd_call_t     *call;
    interconnd_session_t  *session;

    while ((call = ch->commits) != NULL) {
        ch->commits = call->next;
        session = interconnd_call_known(call);

        if (session != NULL && interconnd_journal_sync(session) != 0) {
            call->code = interconnd_refuse(call, INTERCONND_CODE_UNAVAILABLE,
                                           "the disk does not answer");
        }

        (void) interconnd_call_answer(call, call->code, call->reason);
    }
}


static enum MHD_Result
confirm_ahead(interconnd_call_t *call)
{
    interconnd_call_t  **last;

    for (last = &call->channel->paced; *last != NULL; last = &(*last)->next) {
        /* void */
    }

    *last = call;
    call->next = NULL;
    call->deadline_ms = ic_mono_ms() + CONFIRM_AHEAD_MS;
    call->suspended = 1;

    MHD_suspend_connection(call->connection);

    return MHD_YES;
}


int
interconnd_call_pace(interconnd_channel_t *ch, int64_t now)
{
    interconnd_call_t     *call, **link;
    interconnd_session_t  *session;

    link = &ch->paced;

    while ((call = *link) != NULL) {
        session = interconnd_call_known(call);

        if (session != NULL && session->outgoing > CONFIRM_AHEAD
            && call->deadline_ms > now)
        {
            link = &call->next;
            continue;
        }

        *link = call->next;
        (void) interconnd_call_answer(call, call->code, call->reason);
    }

    return (ch->paced != NULL) ? (int) (ch->paced->deadline_ms - now) : -1;
}
