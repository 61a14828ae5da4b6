
/*
 * Private set intersection of two parties by Diffie-Hellman
 * (docs/algorithms.md): what both have in common, or how much, and nothing
 * of the rest.
 */


#ifndef _PSI_H_INCLUDED_
#define _PSI_H_INCLUDED_


#include "../../math/ic_group.h"
#include "../../protocol/ic_agree.h"
#include "../../protocol/ic_settings.h"
#include "../../protocol/ic_tables.h"


#define PSI_TOPIC     "psi"
#define PSI_WIRE      2              /* version */
#define PSI_TAG       12             /* bytes of what is compared */
#define PSI_MAX_KEYS  (1 << 28)      /* of a peer */
#define PSI_DIGEST    32
#define PSI_AHEAD     3              /* batches sent before one is awaited */


/* Kinds of messages; no eight bytes of a body are those of another run. */
typedef enum {
    PSI_HELLO = 1,               /* ic_agree(): number of keys */
    PSI_POINTS,                  /* own keys, once encrypted */
    PSI_TAGS,                    /* the other's keys, twice encrypted */
    PSI_END,                     /* digest of what was found */
    PSI_COUNTS                   /* rows of each common key */
} psi_kind_e;

typedef enum {
    PSI_INTERSECTION = 0,
    PSI_CARDINALITY
} psi_mode_e;

typedef enum {
    PSI_BOTH = 0,
    PSI_GUEST,
    PSI_HOST
} psi_receivers_e;

typedef enum {
    PSI_REFUSE = 0,
    PSI_FIRST,
    PSI_ALL
} psi_duplicates_e;

typedef enum {
    PSI_COMMON = 0,              /* the same at both parties */
    PSI_OWN
} psi_order_e;

typedef struct {
    psi_mode_e         mode;
    psi_receivers_e    receivers;
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
    uint32_t  *theirs;           /* rows of the peer's, NULL: not known */
    uint32_t   count;
    uint32_t   room;
    u_char     digest[PSI_DIGEST];
} psi_match_t;

typedef struct {
    ic_task_t         *task;
    ic_wire_t          wire;
    unsigned           threads;
    psi_params_t       params;
    const ic_group_t  *group;
    const char        *domain;   /* of its hash */
    const ic_party_t  *self;
    const ic_party_t  *peer;
    bool               receives; /* we do */
    bool               shows;    /* the peer does */
    u_char             secret[IC_GROUP_SECRET];
    psi_items_t       *items;
    uint32_t           own;      /* distinct keys */
    uint32_t           theirs;
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
 * The peer's next message, which must be that one with a body of len bytes:
 * the body, or NULL. ic_message_drop() either way.
 */
u_char *psi_recv(psi_t *psi, ic_message_t *in, psi_kind_e kind,
    uint32_t number, size_t len);

/* Keys, sizes and parameters agreed, then all batches, both ways. 0 or -1. */
int psi_exchange(psi_t *psi);

/* Rows of each common key, at both parties: psi->match.theirs. 0 or -1. */
int psi_exchange_counts(psi_t *psi);

/* The table and the report of what was found. 0 or -1. */
int psi_put_out(psi_t *psi);


#endif /* _PSI_H_INCLUDED_ */
