
/*
 * psi in the messages of the open ECDH-PSI protocol (docs/algorithms.md),
 * with another implementation, or this one, on the other side.
 */


#ifndef _PSI_OPEN_H_INCLUDED_
#define _PSI_OPEN_H_INCLUDED_


#include "psi.h"
#include "psi_link.h"


/* Numbers of the protocol. */
#define PSI_OPEN_VERSION       2
#define PSI_OPEN_ECDH_PSI      1             /* an algorithm */
#define PSI_OPEN_ECC           1             /* a family of protocols */
#define PSI_OPEN_CURVE25519    1
#define PSI_OPEN_SM2           2
#define PSI_OPEN_SHA_256       11
#define PSI_OPEN_REHASH        2
#define PSI_OPEN_DIRECT        3
#define PSI_OPEN_UNCOMPRESSED  1
#define PSI_OPEN_COMPRESSED    2
#define PSI_OPEN_TO_ALL        (-1)

#define PSI_OPEN_WHOLE         (-1)          /* points not truncated */
#define PSI_OPEN_MIN_BITS      (8 * PSI_TAG)


/* What the parties must have alike. */
typedef struct {
    int32_t  curve;
    int32_t  strategy;
    int32_t  format;
} psi_open_suite_t;

struct psi_open_s {
    psi_open_suite_t  suite;
    int32_t           bits;      /* of what is sent back, or WHOLE */
    bool              handshake;
    bool              counted;   /* messages, psi_link.h */
    int32_t           to_rank;   /* who receives, or TO_ALL */
    int64_t           declared;  /* keys of the peer, -1: it did not say */
    psi_link_t        link;
};


/*
 * Parameters of the protocol, or that none of them is given without it:
 * psi->open and psi->group. 0 or -1.
 */
int psi_open_read(psi_t *psi, const ic_settings_t *settings);

/* All messages, and what both have. psi_open_free() in any case. 0 or -1. */
int psi_open_exchange(psi_t *psi);
void psi_open_free(psi_t *psi);

/* Rank 1 proposes, rank 0 answers (psi_handshake.c). 0 or -1. */
int psi_handshake(psi_t *psi);


#endif /* _PSI_OPEN_H_INCLUDED_ */
