
/*
 * Private set intersection of two parties by Diffie-Hellman on Curve25519
 * (docs/algorithms.md): what both have in common, or how much, and nothing
 * of the rest.
 */


#ifndef _PSI_H_INCLUDED_
#define _PSI_H_INCLUDED_


#include "../../api/ic_params.h"
#include "../../math/ic_x25519.h"
#include "../../source/ic_source.h"
#include "../../task/ic_task.h"


#define PSI_TOPIC     "psi"
#define PSI_POINT     IC_X25519_SIZE
#define PSI_TAG       12             /* bytes of what is compared */
#define PSI_MAX_KEYS  (1 << 28)      /* of a peer */
#define PSI_COLUMNS   16
#define PSI_CONTEXT   16
#define PSI_DIGEST    32
#define PSI_AHEAD     3              /* batches sent before one is awaited */
#define PSI_PIECE     1024           /* points that a thread takes at once */


/*
 * What the protocol needs of its surroundings: the task's runtime, or a
 * test. Semantics as in task/ic_task.h; functions that return -1 have
 * reported the failure themselves.
 */
typedef struct {
    int (*send)(void *ctx, const ic_party_t *to, const void *data,
        size_t len);
    int (*recv)(void *ctx, const ic_party_t *from, u_char **data,
        size_t *len);
    const ic_json_t *(*param)(void *ctx, const char *name);
    const ic_json_t *(*input)(void *ctx, const char *name);
    void (*progress)(void *ctx, double percent, const char *stage);
    void (*fact)(void *ctx, const char *name, int64_t value);
    void (*output)(void *ctx, const char *kind, ic_str_t json);
    void (*without)(void *ctx, const char *kind);
    void (*fail)(void *ctx, const char *code, const char *column,
        int64_t row, const char *text);
} psi_io_t;


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
    unsigned           nkeys;
    const char        *keys[PSI_COLUMNS];
    ic_str_t           common;   /* text of what must be equal */
} psi_params_t;


typedef struct psi_items_s  psi_items_t;
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
    const psi_io_t    *io;
    void              *io_ctx;
    ic_arena_t        *arena;
    const char        *job_id;
    const char        *task_id;
    const char        *folder;   /* for files that nobody else sees */
    const char        *place;    /* of the table, NULL: none is wanted */
    const ic_party_t  *parties;
    unsigned           party_count;
    const ic_party_t  *self;
    unsigned           threads;

    psi_params_t       params;
    const ic_party_t  *peer;
    bool               receives; /* we do */
    bool               shows;    /* the peer does */
    u_char             scalar[PSI_POINT];
    u_char             context[PSI_CONTEXT];
    psi_items_t       *items;
    uint32_t           own;      /* distinct keys */
    uint32_t           theirs;
    psi_sent_t        *sent;
    psi_tags_t        *tags;
    psi_match_t        match;
    int64_t            rows_out;
    int64_t            bytes_sent;
    int64_t            bytes_received;
    bool               failed;
} psi_t;


/*
 * Runs our side to its end; io to threads are set. 0, or -1 after a failure
 * was reported. psi_free() afterwards.
 */
int psi_run(psi_t *psi);
void psi_free(psi_t *psi);

/* Reports a failure through io, once; always -1. */
int psi_fail(psi_t *psi, const char *code, const char *column, int64_t row,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
int psi_no_memory(psi_t *psi);

/* Parameters from io, checked. 0 or -1. */
int psi_read_params(psi_t *psi);

/* Keys, sizes and parameters agreed, then all batches, both ways. 0 or -1. */
int psi_exchange(psi_t *psi);

/* Rows of each common key, at both parties: psi->match.theirs. 0 or -1. */
int psi_exchange_counts(psi_t *psi);

/* The table and the report of what was found. 0 or -1. */
int psi_put_out(psi_t *psi);


#endif /* _PSI_H_INCLUDED_ */
