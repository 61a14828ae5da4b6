
/*
 * Messages of pir (protocol/ic_message.h). Many items of one kind are a
 * stream: pieces, then END with their number and SHA-256.
 */


#ifndef _PIR_WIRE_H_INCLUDED_
#define _PIR_WIRE_H_INCLUDED_


#include <openssl/evp.h>

#include "pir.h"


#define PIR_VERSION  1
#define PIR_PIECE    ((size_t) 1 << 20)      /* of a stream, at most */


typedef enum {
    PIR_AGREEMENT = 1,           /* protocol/ic_agree.h */
    PIR_HELLO,
    PIR_POINTS,
    PIR_PRODUCTS,
    PIR_ENTRIES,
    PIR_HINT,
    PIR_QUERY,
    PIR_ANSWER,
    PIR_END,
    PIR_WORKING,                 /* may come before any other */
    PIR_DONE,
    PIR_GAVE_UP                  /* likewise; the code of the cause */
} pir_kind_e;


typedef struct {
    pir_t       *pir;
    pir_kind_e   kind;
    size_t       item;           /* bytes of one */
    size_t       room;           /* items of a piece */
    size_t       filled;
    uint32_t     number;
    uint64_t     count;
    u_char      *piece;
    EVP_MD_CTX  *digest;
} pir_out_t;


/* n items from number first on. 0, or -1 with the failure reported. */
typedef int (*pir_take_pt)(void *ctx, uint64_t first, size_t n,
    const u_char *items);


void pir_wire_init(pir_t *pir);

/* 0 or -1. */
int pir_send(pir_t *pir, pir_kind_e kind, uint32_t number, const void *body,
    size_t len);

/*
 * The next message of the other party: of that kind and number. The body is
 * good until the next call. 0 or -1.
 */
int pir_recv(pir_t *pir, pir_kind_e kind, uint32_t number,
    const u_char **body, size_t *len);

/* A stream of items. end: digest NULL if not wanted; closes it. 0 or -1. */
int pir_out_open(pir_out_t *out, pir_t *pir, pir_kind_e kind, size_t item);
int pir_out_put(pir_out_t *out, const u_char *item);
int pir_out_end(pir_out_t *out, u_char digest[PIR_DIGEST]);
void pir_out_close(pir_out_t *out);

/* Takes a stream of exactly count items. 0 or -1. */
int pir_take(pir_t *pir, pir_kind_e kind, size_t item, uint64_t count,
    pir_take_pt take, void *ctx, u_char digest[PIR_DIGEST]);

/*
 * That we fail, and with which code of api/errors.def; once. No cause of pir
 * depends on what is looked for or found.
 */
void pir_give_up(pir_t *pir, const char *code);

/* Tells the other party now and then that we are alive. 0 or -1. */
int pir_working(pir_t *pir);

/*
 * work(ctx) in a thread of its own, the other party being told meanwhile.
 * 0, or -1: work gave -1 (what is then reported), or the party is gone.
 */
int pir_work(pir_t *pir, int (*work)(void *ctx), void *ctx);


#endif /* _PIR_WIRE_H_INCLUDED_ */
