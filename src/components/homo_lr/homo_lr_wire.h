
/*
 * Messages: a header (version, kind, round, attempt, context) and a body of
 * big-endian integers, length-prefixed and fixed-length bytes.
 */


#ifndef _HOMO_LR_WIRE_H_INCLUDED_
#define _HOMO_LR_WIRE_H_INCLUDED_


#include "homo_lr.h"


#define HOMO_LR_TOPIC        "homo_lr"
#define HOMO_LR_WIRE         1
#define HOMO_LR_MAX_MESSAGE  (64 * 1024 * 1024)


typedef enum {
    HOMO_LR_HELLO = 1,           /* party: rows, parameters, public key */
    HOMO_LR_ROSTER,              /* arbiter: the hellos of all */
    HOMO_LR_DEAL,                /* guest: n, a box per host */
    HOMO_LR_DEALT,               /* arbiter: n, the host's box */
    HOMO_LR_SUM,                 /* party: ciphertexts */
    HOMO_LR_PRODUCT,             /* arbiter: who took part, ciphertexts */
    HOMO_LR_PARTIAL,             /* party: a box per other party */
    HOMO_LR_PARTIALS,            /* arbiter: the party's boxes */
    HOMO_LR_FINAL,               /* party: a box per other party */
    HOMO_LR_FINALS               /* arbiter: the party's boxes */
} homo_lr_kind_e;


typedef struct {
    ic_arena_t  *arena;
    u_char      *data;
    size_t       len;
    size_t       size;
    bool         failed;         /* out of memory; sticky */
} homo_lr_out_t;

typedef struct {
    u_char          *data;       /* the message; free() */
    const u_char    *pos;
    const u_char    *end;
    bool             failed;     /* cut short; sticky */
    homo_lr_kind_e   kind;
    uint32_t         round;
    uint32_t         attempt;
    const u_char    *context;
} homo_lr_in_t;


/* Begins a message of lr's round and context. */
void homo_lr_begin(homo_lr_t *lr, homo_lr_out_t *out, homo_lr_kind_e kind);

void homo_lr_put_u32(homo_lr_out_t *out, uint32_t n);
void homo_lr_put_u64(homo_lr_out_t *out, uint64_t n);
void homo_lr_put_raw(homo_lr_out_t *out, const void *data, size_t len);
void homo_lr_put_bytes(homo_lr_out_t *out, const void *data, size_t len);

/* Room for len bytes in the message; NULL without memory. */
u_char *homo_lr_put_space(homo_lr_out_t *out, size_t len);

uint32_t homo_lr_get_u32(homo_lr_in_t *in);
uint64_t homo_lr_get_u64(homo_lr_in_t *in);

/* Pointers into the message; NULL when it is too short. */
const u_char *homo_lr_get_raw(homo_lr_in_t *in, size_t len);
ic_str_t homo_lr_get_bytes(homo_lr_in_t *in);

/* Sends. 0 or -1. */
int homo_lr_send(homo_lr_t *lr, const ic_party_t *to, homo_lr_out_t *out);

/*
 * The next message from a party: of the expected kind, our round and
 * context; anything if kind is 0. 0 or -1; homo_lr_drop() afterwards either
 * way.
 */
int homo_lr_recv(homo_lr_t *lr, const ic_party_t *from, homo_lr_kind_e kind,
    homo_lr_in_t *in);
void homo_lr_drop(homo_lr_in_t *in);

/* What recv() checks of a kind, for messages received as any kind. */
int homo_lr_expect(homo_lr_t *lr, const ic_party_t *from,
    homo_lr_kind_e kind, const homo_lr_in_t *in);

/* The message was read to its end and was long enough. 0 or -1. */
int homo_lr_whole(homo_lr_t *lr, const ic_party_t *from, homo_lr_in_t *in);

/*
 * Gives every other data party a sealed payload and takes theirs, through
 * the arbiter: kind is PARTIAL or FINAL, aad binds the boxes together.
 * others[i * len ..]: what peer i sent; our own place is left alone. 0 or
 * -1.
 */
int homo_lr_exchange(homo_lr_t *lr, homo_lr_kind_e kind, const u_char *aad,
    size_t aad_len, const void *payload, size_t len, u_char *others);


#endif /* _HOMO_LR_WIRE_H_INCLUDED_ */
