
/*
 * Private set intersection of two and more parties by Diffie-Hellman
 * (docs/algorithms.md): what both have in common, or how much, and nothing
 * of the rest.
 */


#ifndef _PSI_H_INCLUDED_
#define _PSI_H_INCLUDED_


#include "../../math/ic_exchange.h"
#include "../../math/ic_group.h"
#include "../../protocol/ic_agree.h"
#include "../../protocol/ic_settings.h"
#include "../../protocol/ic_tables.h"


#define PSI_TOPIC     "psi"
#define PSI_WIRE      2              /* version */
#define PSI_TAG       12             /* bytes of what is compared */
#define PSI_MAX_KEYS  (1 << 28)      /* of a peer */
#define PSI_PARTIES   8
#define PSI_SHARE     16             /* bytes that a third party adds */
#define PSI_DIGEST    32
#define PSI_AHEAD     3              /* batches sent before one is awaited */


/* Kinds of messages; no eight bytes of a body are those of another run. */
typedef enum {
    PSI_HELLO = 1,               /* ic_agree(): number of keys */
    PSI_POINTS,                  /* own keys, once encrypted */
    PSI_TAGS,                    /* the other's keys, twice encrypted */
    PSI_END,                     /* digest of what was found */
    PSI_COUNTS,                  /* rows of each common key */
    PSI_KEY,                     /* a public key for the pair's secret */
    PSI_QUERIES,                 /* the leader's keys, blinded */
    PSI_ANSWERS,                 /* ... times the helper's secret */
    PSI_STORE,                   /* the helper's shares, by their keys */
    PSI_FOUND,                   /* to a third receiver: how many */
    PSI_RESULT,                  /* ... and which */
    PSI_BEAT                     /* nothing: wait on */
} psi_kind_e;

typedef enum {
    PSI_INTERSECTION = 0,
    PSI_CARDINALITY
} psi_mode_e;

typedef enum {
    PSI_REFUSE = 0,
    PSI_FIRST,
    PSI_ALL
} psi_duplicates_e;

typedef enum {
    PSI_COMMON = 0,              /* the same at all receivers */
    PSI_OWN
} psi_order_e;

typedef struct {
    psi_mode_e         mode;
    const ic_json_t   *receivers;
    psi_duplicates_e   duplicates;
    psi_order_e        order;
    bool               trim;
    uint32_t           batch;
    int64_t            max_rows; /* 0: the source's limit */
    bool               joined;   /* keys are texts with commas between */
    unsigned           nkeys;
    const char       **keys;
    ic_str_t           report;
    ic_str_t           common;   /* text of what must be equal */
} psi_params_t;


typedef struct psi_items_s  psi_items_t;
typedef struct psi_open_s  psi_open_t;
typedef struct psi_sent_s  psi_sent_t;
typedef struct psi_tags_s  psi_tags_t;

/* Tags in both sets, in their order. */
typedef struct {
    uint32_t  *item;             /* own; NULL with cardinality */
    uint32_t  *outer;            /* rows that receivers before us have, */
    uint32_t  *inner;            /* behind us: products; NULL: no matter */
    uint32_t   count;
    uint32_t   room;
    u_char     digest[PSI_DIGEST];
} psi_match_t;

typedef struct {
    const ic_party_t  *party;
    uint32_t           keys;
    bool               receives;
    u_char             secret[IC_EXCHANGE_KEY];  /* ours with that one */
} psi_member_t;

/*
 * The leader and the partner compare their keys; if there are others, helpers,
 * their parts are in the leader's and the partner's keys by then.
 */
typedef struct {
    ic_task_t         *task;
    ic_wire_t          wire;
    unsigned           threads;
    psi_params_t       params;
    const ic_group_t  *group;
    const char        *domain;   /* of its hash */
    psi_member_t       members[PSI_PARTIES];     /* by name */
    unsigned           count;
    psi_member_t      *self;
    psi_member_t      *leader;
    psi_member_t      *partner;
    psi_member_t      *peer;     /* of leader and partner, else NULL */
    bool               receives; /* we do */
    bool               shows;    /* the peer does */
    u_char             secret[IC_GROUP_SECRET];
    psi_items_t       *items;
    uint32_t           own;      /* distinct keys */
    psi_sent_t        *sent;
    psi_tags_t        *tags;
    psi_match_t        match;
    int64_t            rows_out;
    psi_open_t        *open;     /* psi_open.h; NULL: our own messages */
} psi_t;


/* A party's part of a task, from its parameters to its outputs. 0 or -1. */
int psi_run(ic_task_t *task);

/* Report a failure; always -1. */
int psi_no_memory(psi_t *psi);
int psi_no_random(psi_t *psi);

/* A message; its body of len bytes, to be filled, or NULL. */
u_char *psi_begin(psi_t *psi, ic_message_t *out, psi_kind_e kind,
    uint32_t number, size_t len);

/*
 * A party's next message, which must be that one with a body of len bytes:
 * the body, or NULL. ic_message_drop() either way.
 */
u_char *psi_recv(psi_t *psi, const psi_member_t *from, ic_message_t *in,
    psi_kind_e kind, uint32_t number, size_t len);

/* The batches that so many keys are, and the keys of one. */
uint32_t psi_batches(const psi_t *psi, uint32_t keys);
uint32_t psi_batch(const psi_t *psi, uint32_t keys, uint32_t number);

/* Who is what, by the parameters; then sizes and the run's context. 0, -1. */
int psi_find_members(psi_t *psi);
void psi_find_parts(psi_t *psi);
int psi_agree(psi_t *psi);

/* A random secret of the group, and its inverse (NULL: none). 0 or -1. */
int psi_draw_secret(psi_t *psi, u_char *secret, u_char *inverse);

/*
 * Of three and more parties: a secret for every two of them, then the shares
 * of helpers in the leader's and the partner's keys. 0 or -1.
 */
int psi_exchange_secrets(psi_t *psi);
int psi_exchange_shares(psi_t *psi);

/* The leader: keeps those that wait, all but one, from giving up. 0 or -1. */
int psi_beat(psi_t *psi, const psi_member_t *but);

/* All batches of leader and partner, and what is found. 0 or -1. */
int psi_exchange(psi_t *psi);

/* From the leader to helpers that receive. 0 or -1. */
int psi_announce(psi_t *psi);

/* Rows of each common key at the other receivers. 0 or -1. */
int psi_exchange_counts(psi_t *psi);

/* Nobody ends before the others have all. 0 or -1. */
int psi_end(psi_t *psi);

/* The table and the report of what was found. 0 or -1. */
int psi_put_out(psi_t *psi);


#endif /* _PSI_H_INCLUDED_ */
