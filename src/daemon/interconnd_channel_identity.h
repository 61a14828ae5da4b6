
/*
 * Both sides of a task run the same component: compared before the first
 * message of a peer is handed over. The store compares and keeps
 * (identity.lua); here is when it is asked, and what follows.
 */


#ifndef _INTERCONND_CHANNEL_IDENTITY_H_INCLUDED_
#define _INTERCONND_CHANNEL_IDENTITY_H_INCLUDED_


#include "interconnd_channel.h"


#define INTERCONND_IDENTITY_HEADER  "x-interconn-component"


/* interconnd_channel_identity.c */

/* What session_get tells: our component, or that the session was refused. */
void interconnd_identity_read(interconnd_channel_t *ch,
    interconnd_session_t *session, const ic_reply_t *reply);

/*
 * Before a call of a peer, of an own task: OK, or what it is answered; a
 * session whose components differ is then INTERCONND_SESSION_REFUSED.
 */
interconnd_code_e interconnd_identity_peer(interconnd_call_t *call,
    interconnd_session_t *session, interconnd_party_t *party);
interconnd_code_e interconnd_identity_own(interconnd_call_t *call,
    interconnd_session_t *session);

/* A session was refused: its parties are told of our component. */
void interconnd_identity_tell(interconnd_channel_t *ch,
    interconnd_session_t *session);

/* The party has answered that it refuses our component, in its words. */
void interconnd_identity_refused(interconnd_channel_t *ch,
    interconnd_session_t *session, interconnd_party_t *party,
    const char *reason);


/* interconnd_channel_out.c */

/* Has the party an address that this node may call? */
bool interconnd_out_reachable(const interconnd_channel_t *ch,
    const interconnd_party_t *party);

/* A query without a message: only its headers; it is not tried again. */
void interconnd_out_tell(interconnd_channel_t *ch,
    interconnd_stream_t *stream);

/* Gives up what is to be sent, but for what is on its way. */
void interconnd_out_forget(interconnd_channel_t *ch,
    interconnd_session_t *session);


#endif /* _INTERCONND_CHANNEL_IDENTITY_H_INCLUDED_ */
