
/*
 * What the courier holds of the outbox: entries in queues, one queue for
 * each peer and subject. All of it is a copy of what the stream has.
 */


#ifndef _INTERCONND_COURIER_H_INCLUDED_
#define _INTERCONND_COURIER_H_INCLUDED_


#include "interconnd_peer.h"


#define INTERCONND_COURIER_BUCKETS  1024


typedef struct interconnd_target_s  interconnd_target_t;
typedef struct interconnd_line_s    interconnd_line_t;
typedef struct interconnd_entry_s   interconnd_entry_t;

/* A peer that entries wait for. */
struct interconnd_target_s {
    interconnd_target_t   *next;
    char                  *node_id;
    unsigned               calls;            /* under way */
    unsigned               lines;
    unsigned               failing:1;        /* the last one did not arrive */
};

struct interconnd_entry_s {
    interconnd_entry_t    *next;             /* of the line */
    interconnd_line_t     *line;
    ic_str_t               id;               /* in the stream */
    ic_str_t               peer;
    ic_str_t               subject;
    ic_str_t               handle;           /* of a contract applied for */
    int64_t                taken;            /* ic_mono_ms() */
    int64_t                due;
    unsigned               attempts;
    unsigned               missing;          /* of them, answered 404 */
    ic_arena_t            *arena;            /* of the call under way */
    interconnd_request_t   request;
};

struct interconnd_line_s {
    interconnd_line_t     *next;             /* of the bucket */
    interconnd_line_t     *previous_all;
    interconnd_line_t     *next_all;
    interconnd_target_t   *target;
    interconnd_entry_t    *first;
    interconnd_entry_t    *last;
    unsigned               busy:1;           /* the first is under way */
    char                   name[];           /* "<peer> <subject>" */
};

typedef struct {
    interconnd_target_t   *targets;
    interconnd_line_t     *lines;
    interconnd_line_t     *buckets[INTERCONND_COURIER_BUCKETS];
    unsigned               count;            /* entries */
} interconnd_outbox_t;


/* Puts a copy of a stream's entry at the end of its line. 0 or -1. */
int interconnd_outbox_hold(interconnd_outbox_t *outbox, ic_str_t id,
    const ic_record_t *fields);

/* Forgets the first entry of its line; the next one is due at once. */
void interconnd_outbox_release(interconnd_outbox_t *outbox,
    interconnd_entry_t *entry);


#endif /* _INTERCONND_COURIER_H_INCLUDED_ */
