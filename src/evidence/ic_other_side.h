
/* What is kept of a side, for the comparison. */


#ifndef _IC_OTHER_SIDE_H_INCLUDED_
#define _IC_OTHER_SIDE_H_INCLUDED_


#include "ic_other.h"


#define IC_SIDE_KEYS  64

typedef enum {
    IC_SIDE_APPLIED = 0,
    IC_SIDE_APPROVED,
    IC_SIDE_REFUSED,
    IC_SIDE_ENDED,
    IC_SIDE_STEPS
} ic_side_step_e;

typedef struct ic_side_message_s  ic_side_message_t;

/* Of an entry that has path and body_digest. */
struct ic_side_message_s {
    uint64_t            seq;
    int64_t             time;
    bool                sent;            /* OUTBOX_DELIVERED */
    ic_str_t            peer;            /* null: not told */
    ic_str_t            path;
    ic_str_t            digest;
    ic_str_t            text;            /* that was signed; null */
    ic_str_t            signature;
    ic_str_t            subject;
    ic_side_message_t  *next;
};

typedef struct ic_side_subject_s  ic_side_subject_t;

/* A contract or a request. */
struct ic_side_subject_s {
    struct {
        bool                has;
        uint64_t            seq;
        int64_t             time;
        ic_side_message_t  *message;     /* that caused it; NULL */
    } step[IC_SIDE_STEPS];
    bool                decides;         /* it was asked */
    ic_side_subject_t  *next;
    ic_str_t            name;
};

/* What a side has recorded as a partner's key: its word, no more. */
typedef struct {
    ic_str_t             peer;
    EVP_PKEY            *key;
} ic_side_known_t;

struct ic_side_s {
    ic_arena_t          *arena;
    ic_str_t             node;
    int64_t              last_time;
    bool                 whole;
    void                *messages;       /* tsearch(), those that came */
    ic_side_message_t   *first_message;  /* all, in order */
    ic_side_message_t   *last_message;
    void                *subjects;       /* tsearch() */
    ic_side_subject_t   *first_subject;
    ic_side_subject_t   *last_subject;
    EVP_PKEY            *keys[IC_SIDE_KEYS];
    unsigned             nkeys;
    ic_side_known_t      known[IC_SIDE_KEYS];
    unsigned             nknown;
};


/* The same message that came, of that path and digest; NULL. */
const ic_side_message_t *ic_side_came(const ic_side_t *side, ic_str_t path,
    ic_str_t digest);

const ic_side_subject_t *ic_side_subject(const ic_side_t *side,
    ic_str_t name);


#endif /* _IC_OTHER_SIDE_H_INCLUDED_ */
