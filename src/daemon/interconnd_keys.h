
/*
 * The node's keys: the present ones and, while it changes them, the next
 * ones. The store's record of the rotation tells which are in use; every
 * process that calls peers follows it.
 */


#ifndef _INTERCONND_KEYS_H_INCLUDED_
#define _INTERCONND_KEYS_H_INCLUDED_


#include <openssl/evp.h>

#include "../trust/ic_cert.h"
#include "../trust/ic_crl.h"
#include "interconnd.h"


typedef struct {
    const char              *certificate;    /* TLS; NULL: none */
    const char              *certificate_key;
    EVP_PKEY                *key;            /* signs; NULL: nothing does */
    const char              *auth_type;
    ic_str_t                 credential;     /* what partners verify with */
    char                     spki[IC_SPKI_HEX];      /* of that */
    char                     tls_spki[IC_SPKI_HEX];
} interconnd_identity_t;

typedef struct {
    const interconnd_conf_t *conf;
    ic_arena_t              *arena;
    interconnd_identity_t    present;
    interconnd_identity_t    next;
    EVP_PKEY                *next_tls;       /* NULL: next.key, or it stays */
    ic_crl_t                *crl;            /* of servers; NULL: none */
    int64_t                  asked;          /* ic_mono_ms() */
    int64_t                  watched;        /* the same: ends */
    unsigned                 told;           /* how near the end is */
    unsigned                 has_next:1;
    unsigned                 switched:1;     /* next is in use */
    unsigned                 published:1;
} interconnd_keys_t;


/* Reads the files that conf names; keeps conf. 0 or -1, logged. */
int interconnd_keys_load(interconnd_keys_t *keys,
    const interconnd_conf_t *conf);
void interconnd_keys_free(interconnd_keys_t *keys);

/* Those in use. */
const interconnd_identity_t *interconnd_keys_identity(
    const interconnd_keys_t *keys);

/*
 * To be called often; asks the store every other second, and only while
 * there are next keys.
 */
void interconnd_keys_follow(interconnd_keys_t *keys, ic_store_t *store);

/*
 * The same for the one process (the courier) that also enters the node's
 * credential, announces the next one when that was asked for, and decides
 * when it is used.
 */
void interconnd_keys_lead(interconnd_keys_t *keys, ic_store_t *store);


/*
 * Looks once an hour when the certificate in use ends, and logs it 30 days, 7
 * days and one day before, and when it has ended; and at the revocation lists
 * of packages' signers.
 */
void interconnd_keys_watch(interconnd_keys_t *keys);


#endif /* _INTERCONND_KEYS_H_INCLUDED_ */
