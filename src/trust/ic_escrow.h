
/*
 * Escrow of results (clause 7.2): a key in shares, t of n of which give it
 * back; a share for one party's eyes; the content under the key. The key is
 * fresh for every escrow and used once, so AES-256-GCM needs no counter that
 * anybody keeps, and one pass says whether the content is whole; SM4 in GCM
 * is not in the OpenSSL that this builds with.
 */


#ifndef _IC_ESCROW_H_INCLUDED_
#define _IC_ESCROW_H_INCLUDED_


#include <openssl/evp.h>

#include "../lib/ic_arena.h"


#define IC_ESCROW_KEY      32
#define IC_ESCROW_SALT     16
#define IC_ESCROW_SHARE    (1 + IC_ESCROW_SALT + IC_ESCROW_KEY)
#define IC_ESCROW_HOLDERS  32            /* shares of a key, at most */

/* Behind the content: the tag; before it: a word and the nonce. */
#define IC_ESCROW_WORD     "interconn escrow content v1\n"
#define IC_ESCROW_NONCE    12
#define IC_ESCROW_TAG      16

/* bytes of a ciphertext beside its content */
#define IC_ESCROW_BESIDES                                                     \
    ((int64_t) (sizeof(IC_ESCROW_WORD) - 1 + IC_ESCROW_NONCE + IC_ESCROW_TAG))


/* The index (1 to n), the salt of the commitment, the value. */
typedef struct {
    u_char  bytes[IC_ESCROW_SHARE];
} ic_escrow_share_t;


/* ic_escrow.c */

/*
 * Shamir's scheme over GF(2^8) by bytes, the field of AES; any threshold of
 * the n shares give the key, fewer tell nothing of it. The time does not
 * depend on key or shares. 1 <= threshold <= n <= IC_ESCROW_HOLDERS. 0 or -1.
 */
int ic_escrow_split(const u_char key[IC_ESCROW_KEY], unsigned threshold,
    unsigned n, ic_escrow_share_t *shares);

/*
 * The key of n shares of different indices; n is the threshold. -1: two have
 * one index, or one has 0. Shares that do not belong together give a key
 * that is none.
 */
int ic_escrow_combine(const ic_escrow_share_t *shares, unsigned n,
    u_char key[IC_ESCROW_KEY]);

/*
 * What the escrow's record has of a share: lower-case hex SHA-256 of
 * "interconn escrow share v1" LF escrow LF the share's bytes. Tells nothing of
 * the share. 0 or -1.
 */
int ic_escrow_commit(ic_str_t escrow_id, const ic_escrow_share_t *share,
    char hex[65]);

/* True if the share is the one of that index and commitment. */
bool ic_escrow_is_share(ic_str_t escrow_id, const ic_escrow_share_t *share,
    unsigned index, ic_str_t commitment);

/*
 * What the owner signs, and its holders verify: "interconn escrow v1" and the
 * fields below, one a line; holders: "<node> <index> <commitment>", one a
 * line each. data NULL: a control byte in a field, or memory is short.
 */
typedef struct {
    ic_str_t  escrow_id;
    ic_str_t  owner;
    ic_str_t  job_id;
    ic_str_t  task_id;
    ic_str_t  key;               /* of the output */
    ic_str_t  kind;
    ic_str_t  digest;            /* of the output */
    ic_str_t  ciphertext_digest;
    ic_str_t  threshold;
    ic_str_t  retention_until;   /* epoch ms */
    ic_str_t  level;
} ic_escrow_record_t;

typedef struct {
    ic_str_t  node_id;
    ic_str_t  commitment;
} ic_escrow_holder_t;

ic_str_t ic_escrow_text(ic_arena_t *arena, const ic_escrow_record_t *record,
    const ic_escrow_holder_t *holders, unsigned n);


/* ic_escrow_seal.c */

/*
 * Bytes for the owner of a key, by the key's kind: RSA-OAEP with SHA-256,
 * ECDH on P-256 or P-384 with an ephemeral key, SM2 (GB/T 32918.4, SM3); with
 * the secret, by HKDF-SHA-256, AES-256-GCM. context: says what it is for; it
 * opens for the same one alone. data NULL: another kind of key, a key that
 * ic_sign_auth_type() does not know, memory.
 */
ic_str_t ic_escrow_seal(ic_arena_t *arena, EVP_PKEY *to, ic_str_t context,
    ic_str_t data);

/* The inverse. data NULL if it is not for that key and context, as sealed. */
ic_str_t ic_escrow_open(ic_arena_t *arena, EVP_PKEY *key, ic_str_t context,
    ic_str_t sealed);


/* ic_escrow_content.c */

/*
 * The content: IC_ESCROW_WORD, nonce, AES-256-GCM, tag; context as above.
 * What is read is not to be used before the end has said that it is whole.
 */
typedef struct {
    EVP_CIPHER_CTX  *cipher;
    EVP_MD_CTX      *sha;        /* of the file */
    u_char          *chunk;
    int64_t          left;       /* bytes to read before the tag */
    int64_t          bytes;      /* of the file */
    int              fd;
} ic_escrow_stream_t;

/* 0, or -1 with errno (EBADMSG: it is no content of that key). */
int ic_escrow_write_begin(ic_escrow_stream_t *stream, int fd,
    const u_char key[IC_ESCROW_KEY], ic_str_t context);
int ic_escrow_write(ic_escrow_stream_t *stream, const u_char *data,
    size_t len);
int ic_escrow_write_end(ic_escrow_stream_t *stream, char sha256[65]);

int ic_escrow_read_begin(ic_escrow_stream_t *stream, int fd,
    const u_char key[IC_ESCROW_KEY], ic_str_t context);
int ic_escrow_read(ic_escrow_stream_t *stream, u_char *data, size_t len);
int ic_escrow_read_end(ic_escrow_stream_t *stream);

/* Frees what begin() made, also after a failure. fd is the caller's. */
void ic_escrow_stream_done(ic_escrow_stream_t *stream);


#endif /* _IC_ESCROW_H_INCLUDED_ */
