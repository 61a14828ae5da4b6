
/* What the files of ic_aggregate share; tests look into it, too. */


#ifndef _IC_AGGREGATE_STATE_H_INCLUDED_
#define _IC_AGGREGATE_STATE_H_INCLUDED_


#include "../math/ic_ciphertexts.h"
#include "../math/ic_mask.h"
#include "ic_aggregate.h"
#include "ic_agree.h"


#define IC_AGGREGATE_TOPIC  "aggregate"
#define IC_AGGREGATE_WIRE   2

#define IC_AGGREGATE_CHECKS  2   /* words behind those of a sum */


typedef enum {
    IC_AGGREGATE_HELLO = 1,      /* party: rows, parameters, public key */
    IC_AGGREGATE_ROSTER,         /* arbiter: the hellos of all */
    IC_AGGREGATE_DEAL,           /* guest: n, a box per host */
    IC_AGGREGATE_DEALT,          /* arbiter: n, the host's box */
    IC_AGGREGATE_SUM,            /* party: ciphertexts */
    IC_AGGREGATE_PRODUCT,        /* arbiter: who took part, ciphertexts */
    IC_AGGREGATE_PARTIAL,        /* party: a box per other party */
    IC_AGGREGATE_PARTIALS,       /* arbiter: the party's boxes */
    IC_AGGREGATE_FINAL,          /* party: a box per other party */
    IC_AGGREGATE_FINALS,         /* arbiter: the party's boxes */
    IC_AGGREGATE_READY,          /* party: a box per other party */
    IC_AGGREGATE_READIES,        /* arbiter: the party's boxes */
    IC_AGGREGATE_RELEASE,        /* party: a box per other party */
    IC_AGGREGATE_RELEASES,       /* arbiter: the boxes that there are */
    IC_AGGREGATE_LOST            /* arbiter: who is left out */
} ic_aggregate_kind_e;


/* What a party knows of a data party (and of itself). */
typedef struct {
    const ic_party_t  *party;
    int64_t            rows;
    u_char             public_key[IC_EXCHANGE_KEY];
    u_char             secret[IC_EXCHANGE_KEY];
    bool               silent;   /* arbiter: in a step that did without it */
} ic_aggregate_peer_t;

typedef struct {
    int64_t        rows;
    const u_char  *digest;       /* of the common parameters, 32 bytes */
    const u_char  *public_key;   /* IC_EXCHANGE_KEY */
    ic_str_t       signature;
    ic_str_t       certificate;
} ic_aggregate_hello_t;

/* The parties' messages of one step. */
typedef struct {
    ic_message_t  of[IC_TASK_MAX_PARTIES];
    bool          lost[IC_TASK_MAX_PARTIES];
    unsigned      count;         /* that were received, or lost */
} ic_aggregate_answers_t;

/* What each data party has for each other one, in one step. */
typedef struct {
    ic_aggregate_kind_e  kind;   /* of the party's message */
    const u_char        *aad;    /* binds the boxes together */
    size_t               aad_len;
    const u_char        *payload;        /* for party i at i * stride */
    size_t               stride;         /* 0: the same for all */
    size_t               len;
    u_char              *others; /* others[i * len]: party i's for us */
    bool                *there;  /* RELEASE: whose came; else NULL: all */
} ic_aggregate_boxes_t;

typedef struct ic_aggregate_key_s  ic_aggregate_key_t;

struct ic_aggregate_s {
    ic_task_t            *task;
    ic_wire_t             wire;
    unsigned              bits;          /* of the modulus */
    unsigned              flags;         /* IC_PAILLIER_INSECURE or 0 */
    ic_str_t              common;
    u_char                digest[32];    /* of common */

    const ic_party_t     *arbiter;
    ic_aggregate_peer_t   peers[IC_TASK_MAX_PARTIES];
    unsigned              count;
    unsigned              own;           /* our place in peers */
    unsigned              guest;         /* the dealer's place */

    u_char                check_key[IC_EXCHANGE_KEY];
    ic_exchange_t        *exchange;
    ic_aggregate_key_t   *making;        /* guest: the key being made */
    ic_paillier_t        *key;
    ic_cipher_t          *cipher;
    BIGNUM               *share;
    ic_ciphertexts_t     *stock;         /* zeros, for sums to come */
    size_t                stock_used;    /* the first ones of them */
    uint32_t              round;         /* of the last sum begun */
    uint32_t              opened;        /* of the last sum opened */

    int64_t               min_rows;      /* of all together */
    unsigned              most;          /* parties that may be lost */
    unsigned              least;         /* data parties that must stay */
    unsigned              patience;      /* s, of the arbiter */
    uint32_t              attempt;       /* sets that were tried before */
    ic_aggregate_gone_t   gone[IC_TASK_MAX_PARTIES];
    unsigned              ngone;
    bool                  settled;       /* nothing is run again */
    bool                  unsummed;      /* and a sum has lost a party */
};


/*
 * All that follows gives 0, -1 after ic_task_fail(), or, where parties may be
 * lost, 1: the set is another one now.
 */

/* Who takes part, and who we are; conf is checked. 0 or -1. */
int ic_aggregate_init(ic_aggregate_t *a, ic_task_t *task,
    const ic_aggregate_conf_t *conf, ic_str_t common);
int ic_aggregate_no_memory(ic_aggregate_t *a);

/* ic_aggregate_hello.c */

void ic_aggregate_put_hello(ic_message_t *message,
    const ic_aggregate_hello_t *hello);
void ic_aggregate_get_hello(ic_message_t *message,
    ic_aggregate_hello_t *hello);

/* Checks and takes over what party i says. 0 or -1. */
int ic_aggregate_accept(ic_aggregate_t *a, unsigned i,
    const ic_aggregate_hello_t *hello);

/* The context: all parties with nodes, rows and keys. 0 or -1. */
int ic_aggregate_bind(ic_aggregate_t *a);

/* A data party's keys with the others. 0, 1 or -1. */
int ic_aggregate_meet(ic_aggregate_t *a, int64_t rows);

/* ic_aggregate_deal.c */

int ic_aggregate_key_start(ic_aggregate_t *a);
void ic_aggregate_key_stop(ic_aggregate_t *a);

/* The guest deals, a host takes its share of the key. 0, 1 or -1. */
int ic_aggregate_deal(ic_aggregate_t *a);

/* Forgets the key and our share of it. */
void ic_aggregate_forget(ic_aggregate_t *a);

/* n of party from: sets key and cipher, binds the context to n. 0 or -1. */
int ic_aggregate_use(ic_aggregate_t *a, const ic_party_t *from,
    const u_char *n, size_t len);

/* ic_aggregate_box.c */

/* A label of this context and round. */
void ic_aggregate_label(const ic_aggregate_t *a, ic_label_t *label,
    const char *purpose);

/*
 * Gives every other data party a sealed payload and takes theirs, through
 * the arbiter; our own place in others is left alone. 0, 1 or -1.
 */
int ic_aggregate_exchange(ic_aggregate_t *a,
    const ic_aggregate_boxes_t *boxes);

/*
 * ic_aggregate_escrow.c: the partial decryptions of all, as exchange() does,
 * even if a party is lost meanwhile; others[i * size]: those of party i. The
 * commit point is in it. 0, 1 or -1.
 */
int ic_aggregate_escrow(ic_aggregate_t *a, const u_char digest[32],
    const u_char *partial, size_t size, u_char *others);

/* ic_aggregate_sum.c: one round of at most that many words. 0, 1 or -1. */
int ic_aggregate_round(ic_aggregate_t *a, uint64_t *words, unsigned count,
    unsigned next);

/* ic_aggregate_stock.c: zeros for a sum of count ciphertexts. 0 or -1. */
int ic_aggregate_stock_fill(ic_aggregate_t *a, unsigned count);

/* Makes ciphertexts of what hides nothing yet. 0 or -1. */
int ic_aggregate_stock_add(ic_aggregate_t *a, ic_ciphertexts_t *c);

void ic_aggregate_stock_drop(ic_aggregate_t *a);

/* ic_aggregate_gather.c: what the arbiter does in every step. */

/*
 * One message of every party; kind 0: SUM or FINAL, as the first one. 1:
 * somebody is gone, and all have been told; what the others sent is taken.
 * Drop them in any case.
 */
int ic_aggregate_gather(ic_aggregate_t *a, unsigned kind, uint32_t number,
    ic_aggregate_answers_t *all);
void ic_aggregate_drop(ic_aggregate_answers_t *all);

/* To each party the boxes that the others made for it, in their order. */
int ic_aggregate_relay(ic_aggregate_t *a, ic_aggregate_answers_t *all,
    ic_aggregate_kind_e kind);

/* ic_aggregate_set.c: sets that become smaller. */

/* From now on parties may be lost, if conf has it so. */
void ic_aggregate_lose(ic_aggregate_t *a, bool arbiter);

/* A data party's next message from the arbiter. 0, 1 or -1; drop it. */
int ic_aggregate_recv(ic_aggregate_t *a, ic_message_t *message,
    ic_aggregate_kind_e kind, uint32_t number);

/* All agree on the set that is left, with new keys. 0 or -1. */
int ic_aggregate_agree(ic_aggregate_t *a);

/* Takes the parties with lost[] set out of the set. 0 or -1. */
int ic_aggregate_leave(ic_aggregate_t *a, const bool *lost);


#endif /* _IC_AGGREGATE_STATE_H_INCLUDED_ */
