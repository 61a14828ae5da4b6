
/*
 * Cosigning: a node signs the heads of its partners' logs, each only if it
 * goes on from the one that it signed before. Who shows one history here and
 * another one there is found by the first of them that sees both. The rules
 * are those of a witness of C2SP tlog-witness; of a head nothing is signed
 * but the text that the log's node signed (ic_head.h), under the name
 *
 *     interconn/<node_id>
 */


#ifndef _IC_COSIGN_H_INCLUDED_
#define _IC_COSIGN_H_INCLUDED_


#include "ic_head.h"


#define IC_COSIGN_HEAD   4096            /* bytes of a note to cosign */
#define IC_COSIGN_PROOF  63              /* hashes */
#define IC_COSIGN_AHEAD  (5 * 60 * 1000)     /* ms that its clock may be */

typedef enum {
    IC_COSIGN_NEXT = 0,          /* goes on: to be the last one from now on */
    IC_COSIGN_SAME,              /* the tree of the last one */
    IC_COSIGN_SIZE,              /* must be proven from another size */
    IC_COSIGN_UNPROVEN,          /* does not go on, as far as is shown */
    IC_COSIGN_SPLIT              /* is of another history, by both heads */
} ic_cosign_e;


/*
 * A note of a node's log: NULL, or why it is no head that this node may be
 * asked to cosign at that time (epoch ms). Who signed it is not looked at.
 * Strings point into the note.
 */
const char *ic_cosign_read(ic_arena_t *arena, ic_str_t note,
    ic_str_t node_id, int64_t now, ic_head_t *head);

/*
 * A head, and the proof that it goes on from one of old_size, against the
 * last one that was cosigned (NULL: there is none). hash: that of the log as
 * far as it is known, else NULL; set to the one by which a proof held.
 * reason: what is wrong with a split or unproven one, or NULL. Both are static.
 */
ic_cosign_e ic_cosign_compare(const ic_head_t *last, const ic_head_t *head,
    uint64_t old_size, const ic_hash_t *proof, unsigned count,
    const char **hash, const char **reason);

/* One signature line of the node; data NULL on failure. */
ic_str_t ic_cosign(ic_arena_t *arena, const ic_head_t *head,
    ic_str_t node_id, EVP_PKEY *key);

/*
 * The text of a head and a line of cosign(): the note of both, if the line is
 * one signature of that node and key; else data is NULL.
 */
ic_str_t ic_cosign_note(ic_arena_t *arena, ic_str_t text, ic_str_t line,
    ic_str_t node_id, EVP_PKEY *key);

/* "interconn/<node_id>", and back: the null string for another name. */
ic_str_t ic_cosign_name(ic_arena_t *arena, ic_str_t node_id);
ic_str_t ic_cosign_node(ic_str_t name);


#endif /* _IC_COSIGN_H_INCLUDED_ */
