
/*
 * What needs keys and files of escrows (docs/evidence.md): a process that a
 * runner starts while the store has such steps, and that ends when it has
 * none. Every step can be taken again, however far it came.
 */


#ifndef _INTERCONND_ESCROW_H_INCLUDED_
#define _INTERCONND_ESCROW_H_INCLUDED_


#include "../trust/ic_escrow.h"
#include "interconnd_keys.h"


#define INTERCONND_ESCROWS      "escrow"         /* below data_dir */
#define INTERCONND_ESCROW_COPY  (256 * 1024)     /* bytes told to holders */


/* One step: what the store told of it. */
typedef struct {
    const interconnd_conf_t      *conf;
    ic_store_t                   *store;
    interconnd_keys_t             keys;
    const interconnd_identity_t  *opener;    /* whose key opened a share */
    ic_arena_t                   *pool;      /* of the step */
    ic_reply_t                    step;
    char                          why[256];  /* it cannot be done */
    int                           folder;    /* of the ciphertexts */
    bool                          replaced;  /* what was in the output's
                                              * place */
} interconnd_escrow_t;


/* The process. The exit status. */
int interconnd_escrow(const interconnd_conf_t *conf);

/* A field of the step; the null string: none. */
ic_str_t interconnd_escrow_field(const interconnd_escrow_t *escrow,
    const char *name);

/* Always -1, with why. */
int interconnd_escrow_fail(interconnd_escrow_t *escrow, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* 0, or -1: the store did not answer. */
int interconnd_escrow_tell(interconnd_escrow_t *escrow, const char *function,
    unsigned argc, const ic_str_t *argv);


/* interconnd_escrow_step.c: 0, or -1 as interconnd_escrow_tell(). */
int interconnd_escrow_seal(interconnd_escrow_t *escrow);
int interconnd_escrow_hold(interconnd_escrow_t *escrow);


/* interconnd_escrow_share.c: the same. */
int interconnd_escrow_hand(interconnd_escrow_t *escrow);
int interconnd_escrow_reseal(interconnd_escrow_t *escrow);
int interconnd_escrow_restore(interconnd_escrow_t *escrow);

/* The node is known by the identity's key, as its own holder's record says. */
bool interconnd_escrow_is_known_by(const interconnd_identity_t *identity,
    const ic_record_t *own);

/* What a share at rest, and one for an asker, is sealed for. */
ic_str_t interconnd_escrow_context(interconnd_escrow_t *escrow,
    ic_str_t holder);
ic_str_t interconnd_escrow_answer(interconnd_escrow_t *escrow,
    ic_str_t holder);

/*
 * A share that was sealed for this node, by its present key or the next one,
 * and is the one of the holder's commitment. 0, or -1 with why.
 */
int interconnd_escrow_open(interconnd_escrow_t *escrow, ic_str_t sealed,
    ic_str_t context, const ic_record_t *holder, ic_escrow_share_t *share);

/* A share sealed for a credential, base64; data NULL with why. */
ic_str_t interconnd_escrow_for(interconnd_escrow_t *escrow,
    ic_str_t credential, ic_str_t context, const ic_escrow_share_t *share);


/* interconnd_escrow_content.c */

/*
 * The output under the key, as file of the escrow's id. copy: its base64 when
 * holders get it and it is short enough, else empty. 0, or -1 with why.
 */
int interconnd_escrow_encrypt(interconnd_escrow_t *escrow,
    const u_char key[IC_ESCROW_KEY], char sha256[65], int64_t *bytes,
    ic_str_t *copy);

/*
 * The ciphertext that came with an offer, checked, as file of the escrow's
 * id. 0, or -1 with why.
 */
int interconnd_escrow_keep(interconnd_escrow_t *escrow, ic_str_t copy);

/*
 * The content as an output of this node: where it is, below the folder of
 * artefacts. 0, or -1 with why; then nothing is left.
 */
int interconnd_escrow_decrypt(interconnd_escrow_t *escrow,
    const u_char key[IC_ESCROW_KEY], ic_str_t *space, ic_str_t *name);
void interconnd_escrow_undo(interconnd_escrow_t *escrow, ic_str_t space,
    ic_str_t name);

/* The file goes. 0 or -1. */
int interconnd_escrow_drop(interconnd_escrow_t *escrow);


#endif /* _INTERCONND_ESCROW_H_INCLUDED_ */
