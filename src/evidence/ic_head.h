
/*
 * Signed heads: what a node says about its evidence log at a moment, so that
 * it cannot say anything else later. A checkpoint of C2SP tlog-checkpoint:
 *
 *     interconn/<node_id>/<log_id>
 *     <size>
 *     <base64 of the root>
 *     time <epoch ms>
 *     key <hex SHA-256 of the credential that verifies, a PEM file>
 *
 *     U+2014 <name> <base64 of key id and signature>
 *
 * The signature is of the node's signing key (trust/ic_sign.h) over all lines
 * before the empty one. Key id: the first four bytes of SHA-256 over name, LF,
 * 0xff, "interconn " and auth_type, and the DER SubjectPublicKeyInfo (C2SP
 * signed-note, types without a number).
 */


#ifndef _IC_HEAD_H_INCLUDED_
#define _IC_HEAD_H_INCLUDED_


#include <openssl/evp.h>

#include "../lib/ic_arena.h"
#include "ic_tree.h"


#define IC_HEAD_MAX         65536        /* bytes of a note */
#define IC_HEAD_SIGNATURES  64

typedef struct {
    ic_str_t          name;
    ic_str_t          bytes;             /* key id and signature */
} ic_head_signature_t;

typedef struct {
    ic_str_t             origin;
    uint64_t             size;
    ic_hash_t            root;
    int64_t              time;           /* epoch ms */
    ic_str_t             key;            /* 64 digits */
    ic_str_t             text;           /* of a parsed note: what is signed */
    ic_head_signature_t  signatures[IC_HEAD_SIGNATURES];
    unsigned             nsignatures;
} ic_head_t;


/* The lines to sign; data NULL: memory is short, or an origin with control
 * bytes. */
ic_str_t ic_head_text(ic_arena_t *arena, const ic_head_t *head);

/* One signature line, LF included; data NULL on failure. */
ic_str_t ic_head_sign(ic_arena_t *arena, ic_str_t text, ic_str_t name,
    EVP_PKEY *key);

/*
 * Reads a note; strings point into it. NULL, or why it is none. Only the one
 * way to write a number or base64 is accepted.
 */
const char *ic_head_parse(ic_arena_t *arena, ic_str_t note, ic_head_t *head);

/* True if one of the signatures is that of the name and key. */
bool ic_head_signed(ic_arena_t *arena, const ic_head_t *head, ic_str_t name,
    EVP_PKEY *key);


#endif /* _IC_HEAD_H_INCLUDED_ */
