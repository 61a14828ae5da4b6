
/* Calls that wait for a message: given one, told why there is none, over. */


#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "../lib/ic_codec.h"
#include "interconnd_channel.h"
#include "interconnd_channel_dialect.h"


void
interconnd_queue_wait(interconnd_channel_t *ch, interconnd_session_t *session,
    interconnd_call_t *call)
{
    interconnd_call_t  **last;

    call->deadline_ms = ic_mono_ms() + interconnd_call_patience(call);

    for (last = &session->waiters; *last != NULL; last = &(*last)->next) {
        /* void */
    }

    *last = call;
    call->next = NULL;
    call->waiting = 1;

    MHD_suspend_connection(call->connection);
}


/* MHD does not look at suspended connections. */

bool
interconnd_queue_gone(interconnd_call_t *call)
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
    interconnd_call_t     **link;
    interconnd_session_t   *session;

    if (!call->waiting) {
        return;
    }

    session = interconnd_call_known(call);

    for (link = &session->waiters; *link != call; link = &(*link)->next) {
        /* void */
    }

    *link = call->next;

    call->waiting = 0;
    call->suspended = 1;
}


void
interconnd_queue_wake(interconnd_channel_t *ch,
    interconnd_session_t *session, const char *node, interconnd_code_e code,
    const char *reason)
{
    interconnd_call_t  *call, *next;

    for (call = session->waiters; call != NULL; call = next) {
        next = call->next;

        if (node == NULL
            || (call->node != NULL && interconnd_dialect_sender(call)
                && strcmp(call->node, node) == 0))
        {
            interconnd_queue_forget(ch, call);
            (void) interconnd_call_answer(call, code, reason);
        }
    }
}


int
interconnd_queue_expire(interconnd_channel_t *ch, int64_t now)
{
    int64_t                wait;
    unsigned               n;
    interconnd_call_t     *call, *next;
    interconnd_named_t    *named;

    wait = -1;

    for (n = 0; n < INTERCONND_CHANNEL_BUCKETS; n++) {

        for (named = ch->sessions.buckets[n];
             named != NULL;
             named = named->next)
        {
            call = ((interconnd_session_t *) named)->waiters;

            for ( /* void */ ; call != NULL; call = next) {
                next = call->next;

                if (call->deadline_ms <= now) {
                    interconnd_queue_forget(ch, call);
                    (void) interconnd_call_answer(call,
                                             interconnd_dialect_empty(call),
                                             "no message");

                } else if (wait < 0 || call->deadline_ms - now < wait) {
                    wait = call->deadline_ms - now;
                }
            }
        }
    }

    return (int) wait;
}
