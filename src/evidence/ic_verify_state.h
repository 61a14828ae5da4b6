
/* Inside the check of an evidence log. */


#ifndef _IC_VERIFY_STATE_H_INCLUDED_
#define _IC_VERIFY_STATE_H_INCLUDED_


#include "ic_tiles.h"
#include "ic_verify.h"


#define IC_VERIFY_KEPT  256      /* heads of others at most */

typedef struct {
    uint64_t     size;
    ic_hash_t    root;
    const char  *file;
} ic_verify_kept_t;

typedef struct ic_verify_cosigned_s  ic_verify_cosigned_t;

/* of a bundle; those of a log are in files */
typedef struct {
    char      digest[IC_HASH_HEX];
    ic_str_t  text;
    bool      used;
} ic_verify_credential_t;

typedef struct {
    const ic_verify_t   *verify;
    ic_verify_result_t  *result;
    ic_hasher_t         *hasher;
    ic_arena_t          *arena;          /* of one entry */
    ic_arena_t          *head_arena;     /* of the head that comes next */
    ic_frames_t         *heads;
    ic_head_t            head;
    ic_tree_t            tree;
    ic_tiles_t           tiles;
    void                *subjects;       /* tsearch() */
    char                 src[64];
    ic_verify_kept_t     published;      /* the checkpoint, to begin with */
    int64_t              time;
    ic_verify_kept_t     kept[IC_VERIFY_KEPT];
    unsigned             nkept;
    ic_verify_cosigned_t  *cosigned;
    char                 digest[IC_HASH_HEX];    /* of its credential */
    char                 told[IC_HASH_HEX];      /* signer() was told of */
    EVP_PKEY            *key;            /* of the last signature */
    X509                *cert;           /* NULL: a bare key */
    ic_verify_credential_t  *credentials;    /* NULL: a log's */
    unsigned             ncredentials;
    unsigned             has_head:1;
    unsigned             behind:1;       /* published is a head of the log */
} ic_verify_state_t;


/* Sets the finding, unless there is one; gives what. */
ic_verify_e ic_verify_found(ic_verify_state_t *state, ic_verify_e what,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Node and order of an entry; that it names the one before it about the same
 * subject. */
ic_verify_e ic_verify_order(ic_verify_state_t *state,
    const ic_entry_t *entry);
ic_verify_e ic_verify_subject(ic_verify_state_t *state,
    const ic_entry_t *entry, const ic_hash_t *hash);

/* Origin, signature, credential at that time. */
ic_verify_e ic_verify_head_of(ic_verify_state_t *state,
    const ic_head_t *head);

/* Of a signature for the node at a time; cert NULL: a bare key. NULL, or what
 * is wrong. */
const char *ic_verify_certificate(const ic_verify_t *verify, X509 *cert,
    ic_str_t node_id, int64_t time);

/* Reads the checkpoint before all else; of size 0: there is none. */
void ic_verify_published(ic_verify_state_t *state);

/* A state with nothing read yet, NULL: memory is short; and its end. */
ic_verify_state_t *ic_verify_state(const ic_verify_t *verify,
    ic_verify_result_t *result);
void ic_verify_state_free(ic_verify_state_t *state);

/* Heads of the file that belongs to entries from first on. */
ic_verify_e ic_verify_heads_open(ic_verify_state_t *state, uint64_t first);

/* Those that are over just the entries read so far. */
ic_verify_e ic_verify_heads(ic_verify_state_t *state);

/* The published one is the last; those kept elsewhere, before and after. */
ic_verify_e ic_verify_checkpoint(ic_verify_state_t *state);
ic_verify_e ic_verify_kept_read(ic_verify_state_t *state);
ic_verify_e ic_verify_kept(ic_verify_state_t *state);
ic_verify_e ic_verify_kept_end(ic_verify_state_t *state);

/* Heads that partners have signed: all of them; of that size; the rest. */
ic_verify_e ic_verify_cosigned_read(ic_verify_state_t *state);
ic_verify_e ic_verify_cosigned(ic_verify_state_t *state);
ic_verify_e ic_verify_cosigned_end(ic_verify_state_t *state);
void ic_verify_cosigned_free(ic_verify_cosigned_t *cosigned);


#endif /* _IC_VERIFY_STATE_H_INCLUDED_ */
