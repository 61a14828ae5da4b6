
/*
 * Calls to other nodes: libcurl, mutual TLS with the node's certificate,
 * signed (x-auth-sign), kept alive. Several at a time.
 */


#ifndef _INTERCONND_PEER_H_INCLUDED_
#define _INTERCONND_PEER_H_INCLUDED_


#include "../lib/ic_json.h"
#include "interconnd_keys.h"


typedef struct interconnd_peer_s  interconnd_peer_t;

typedef struct {
    /* in */
    const char  *method;             /* "GET", "POST" */
    const char  *address;            /* base URL from the contract */
    const char  *path;               /* with query */
    const char  *target_node_id;
    const char  *permit;             /* x-resource-permit, or NULL */
    const char  *speaks;             /* ic_profile.h; NULL: the standard */
    int          present;            /* with the present keys, not the next */
    ic_str_t     body;
    size_t       limit;              /* of the answer; 0: 64 kB */
    int          wants_certificate;
    /* out, in the arena of the call */
    int          sent;               /* 0: not reached, see error */
    long         status;             /* HTTP */
    int64_t      code;               /* of the envelope; -1: none */
    int          ok;                 /* 2xx and code 0 or 200 */
    ic_str_t     message;
    ic_json_t   *data;               /* of the envelope, or NULL */
    char         spki[65];           /* of the server's certificate */
    ic_str_t     certificate;        /* itself, PEM, if wanted */
    int64_t      date;               /* the server's clock, ms; -1: unsaid */
    char         error[256];
    char         body_digest[65];    /* of what a POST sends, hex SHA-256 */
    ic_str_t     signed_text;        /* and was signed, if it was */
    ic_str_t     signature;
    /* of the caller; of the call while it is under way */
    void        *context;
    void        *call;
} interconnd_request_t;


/* Keeps conf; NULL when memory is short or the key unreadable, logged. */
interconnd_peer_t *interconnd_peer_create(const interconnd_conf_t *conf);
void interconnd_peer_free(interconnd_peer_t *peer);

/* For interconnd_keys_follow() or interconnd_keys_lead(). */
interconnd_keys_t *interconnd_peer_keys(interconnd_peer_t *peer);

/*
 * One by one, for loops of their own: begin() sends a call, whose request
 * and arena must stay until next() has given it back or drop() has ended
 * it; wait() returns when a call has ended, fd (or -1) is readable,
 * timeout_ms are over or a signal came. begin(): 0, or -1 with error set.
 */
int interconnd_peer_begin(interconnd_peer_t *peer, ic_arena_t *arena,
    interconnd_request_t *request, int timeout_ms);
void interconnd_peer_wait(interconnd_peer_t *peer, int fd, int timeout_ms);
interconnd_request_t *interconnd_peer_next(interconnd_peer_t *peer);
void interconnd_peer_drop(interconnd_peer_t *peer,
    interconnd_request_t *request);

/* How a call went, for those who may try again. */
typedef enum {
    INTERCONND_DONE = 0,             /* ok */
    INTERCONND_AGAIN,                /* not reached, 429, 5xx, no envelope */
    INTERCONND_MISSING,              /* 404: perhaps not committed yet */
    INTERCONND_REFUSED               /* for good */
} interconnd_outcome_e;

/* How a call that is over went: by its status and the code of its envelope. */
interconnd_outcome_e interconnd_peer_outcome(const interconnd_request_t *r);


#endif /* _INTERCONND_PEER_H_INCLUDED_ */
