
/*
 * The courier: what it holds of the outbox, entries in queues, one queue for
 * each peer and subject, all of it a copy of what the stream has; and what it
 * asks peers, as the store tells it to.
 */


#ifndef _INTERCONND_COURIER_H_INCLUDED_
#define _INTERCONND_COURIER_H_INCLUDED_


#include "interconnd_beat.h"
#include "interconnd_listener.h"
#include "interconnd_peer.h"


#define INTERCONND_COURIER_BUCKETS  1024


typedef struct interconnd_courier_s  interconnd_courier_t;
typedef struct interconnd_target_s   interconnd_target_t;
typedef struct interconnd_line_s     interconnd_line_t;
typedef struct interconnd_entry_s    interconnd_entry_t;
typedef struct interconnd_inquiry_s  interconnd_inquiry_t;

/* The context of a request starts with what is done when it has ended. */
typedef void (*interconnd_answered_pt)(interconnd_courier_t *courier,
    void *context);

/* A peer that entries or questions are for, or that has a live contract. */
struct interconnd_target_s {
    interconnd_target_t    *next;
    char                   *node_id;
    char                   *address;         /* last used, for probes */
    char                   *contract_id;     /* of a partner, or NULL */
    char                   *speaks;          /* as its contract says, or NULL */
    int64_t                 probe;           /* when the next one is due */
    int64_t                 pause;           /* no entries until then */
    unsigned                uses;            /* by lines and inquiries */
    unsigned                calls;           /* entries under way */
    unsigned                asked;           /* questions under way */
    unsigned                misses;          /* in a row: not reached */
    unsigned                reading;         /* questions of its catalogue */
    unsigned                failing:1;       /* the last call did not arrive */
    unsigned                sick:1;          /* it arrived, "try again" */
    unsigned                probing:1;
    unsigned                described:1;     /* asked who it is */
};

struct interconnd_entry_s {
    interconnd_answered_pt  answered;
    interconnd_entry_t     *next;            /* of the line */
    interconnd_line_t      *line;
    ic_str_t                id;              /* in the stream */
    ic_str_t                peer;
    ic_str_t                subject;
    ic_str_t                handle;          /* of a contract applied for */
    char                   *moved;           /* address now, or NULL */
    int64_t                 written;         /* ic_mono_ms() */
    int64_t                 due;
    unsigned                attempts;
    unsigned                missing;         /* of them, answered 404 */
    unsigned                lasting:1;       /* never given up */
    ic_arena_t             *arena;           /* of the call under way */
    interconnd_request_t    request;
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
    interconnd_line_t     *lines;
    interconnd_line_t     *buckets[INTERCONND_COURIER_BUCKETS];
    unsigned               count;            /* entries */
} interconnd_outbox_t;

/* A question: a GET, and what its answer is for. */
struct interconnd_inquiry_s {
    interconnd_answered_pt  answered;        /* sees to the target, then: */
    interconnd_answered_pt  done;
    interconnd_inquiry_t   *next;
    interconnd_target_t    *target;
    ic_arena_t             *arena;           /* of all of it */
    interconnd_request_t    request;
    ic_str_t                subject;         /* or contract */
    int64_t                 begun;           /* ic_mono_ms(); 0: waits */
    int                     timeout_ms;
    unsigned                kind;            /* of a catalogue */
    unsigned                page;            /* from 1; 0: of none */
    unsigned                total;           /* entries taken of it */
    unsigned                urgent:1;        /* a probe: not in the queue */
};

struct interconnd_courier_s {
    const interconnd_conf_t  *conf;
    interconnd_listener_t     listener;
    ic_store_t               *store;         /* for everything else */
    interconnd_peer_t        *caller;
    interconnd_target_t      *targets;
    interconnd_outbox_t       outbox;
    interconnd_inquiry_t     *inquiries;
    unsigned                  ninquiries;
    int64_t                   looked;        /* for due questions */
    ic_arena_t               *scratch;
    interconnd_beat_t         beat;
};


/*
 * Calls a function of the store, into scratch, which the caller resets: 0, or
 * -1 when the store refuses, logged. While it is away nothing can be settled
 * and therefore nothing be done: this waits for it.
 */
int interconnd_courier_store(interconnd_courier_t *courier,
    ic_reply_t *reply, const char *function, unsigned argc,
    const ic_str_t *argv);

/* ms, +-25 %: peers that fell together rise one by one. */
int64_t interconnd_courier_about(int64_t ms);


/*
 * Puts a copy of a stream's entry at the end of its line; state is what
 * outbox_take tells of it. 0 or -1.
 */
int interconnd_outbox_hold(interconnd_courier_t *courier, ic_str_t id,
    const ic_record_t *fields, const ic_reply_t *state);

/* Forgets the first entry of its line; the next one is due at once. */
void interconnd_outbox_release(interconnd_courier_t *courier,
    interconnd_entry_t *entry);


/* Begins every call that is due; returns when the next one will be. */
int64_t interconnd_deliver(interconnd_courier_t *courier);

/* The call of an entry is over, and what it left. */
void interconnd_deliver_forget(interconnd_entry_t *entry);

/* Calls of an entry end here. */
void interconnd_deliver_answered(interconnd_courier_t *courier,
    void *context);


/* The peer, made when it is not there; NULL when memory is short. */
interconnd_target_t *interconnd_target(interconnd_courier_t *courier,
    const char *node_id, const char *address);

/* Forgets the peer when nothing is left for it. */
void interconnd_target_leave(interconnd_courier_t *courier,
    interconnd_target_t *target);

/* Keeps a copy. */
void interconnd_target_speaks(interconnd_target_t *target, ic_str_t speaks);

/* What a call has shown: it arrived, or it did not. */
void interconnd_target_reached(interconnd_courier_t *courier,
    interconnd_target_t *target);
void interconnd_target_missed(interconnd_courier_t *courier,
    interconnd_target_t *target, const char *address);

/* A former process waited for it: nothing is sent before a probe. */
void interconnd_target_doubt(interconnd_target_t *target);

/* Has it probed at once. */
void interconnd_target_look(interconnd_courier_t *courier,
    interconnd_target_t *target, const char *address);

/* Begins probes that are due; returns when the next one will be. */
int64_t interconnd_target_probe(interconnd_courier_t *courier);


/*
 * Puts a question to a peer in the queue; path and what else it needs are
 * copied. NULL when memory is short, logged.
 */
interconnd_inquiry_t *interconnd_inquire(interconnd_courier_t *courier,
    interconnd_target_t *target, const char *address, const char *path,
    int timeout_ms, interconnd_answered_pt done);

/* Begins questions that wait, some at a time for each peer. */
void interconnd_inquiry_send(interconnd_courier_t *courier);

/* Forgets what waits for that peer; all: and all else of all of them. */
void interconnd_inquiry_drop(interconnd_courier_t *courier,
    interconnd_target_t *target, bool all);


/* Takes the questions that the store has due. */
void interconnd_watch(interconnd_courier_t *courier);

/* Enters what an older version left into the index of questions. */
void interconnd_watch_build(interconnd_courier_t *courier);

/*
 * interconnd_courier_initiator.c: true if that is a question about a
 * partner's job; its answer; ends those whose initiators stay silent; the
 * first thing of a process, before which nobody has asked.
 */
bool interconnd_initiator_asks(const ic_record_t *record);
void interconnd_initiator_answered(interconnd_courier_t *courier,
    void *context);
void interconnd_initiator_reap(interconnd_courier_t *courier);
void interconnd_initiator_begin(interconnd_courier_t *courier);

/*
 * A probe of a partner ended, after latency ms: the store is told, also of
 * the partner's clock and certificate; who it is, is asked once.
 */
void interconnd_partner_probed(interconnd_courier_t *courier,
    interconnd_target_t *target, const interconnd_request_t *request,
    bool up, int64_t latency);

/* Has a partner cosign what the store's record tells. */
void interconnd_cosign(interconnd_courier_t *courier,
    interconnd_target_t *target, const char *address,
    const ic_record_t *record);

/* Reads a partner's catalogue, one page of one kind after the other. */
void interconnd_catalog_read(interconnd_courier_t *courier,
    interconnd_target_t *target, const char *address);


#endif /* _INTERCONND_COURIER_H_INCLUDED_ */
