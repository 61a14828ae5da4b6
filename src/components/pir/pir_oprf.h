
/*
 * The oblivious pseudo-random function (2HashDH: Jarecki, Kiayias, Krawczyk,
 * Asiacrypt 2014, over x-coordinates of Curve25519) and what is derived of
 * its values: F(item) = SHA-512(domain, context, item, x(k H(item))).
 */


#ifndef _PIR_OPRF_H_INCLUDED_
#define _PIR_OPRF_H_INCLUDED_


#include <openssl/evp.h>

#include "../../math/ic_x25519.h"
#include "pir.h"


#define PIR_TAG       12
#define PIR_KEY       32
#define PIR_OVERHEAD  (PIR_TAG + 16)         /* of an entry over its label */


typedef struct {
    u_char    tag[PIR_TAG];
    u_char    key[PIR_KEY];      /* for one label, used once */
    uint64_t  places[2];         /* pir_cuckoo.h */
} pir_value_t;

/* Serves one thread. */
typedef struct {
    ic_x25519_hash_t  *hash;
    EVP_MD            *md;
    EVP_MD_CTX        *ctx;
    EVP_CIPHER        *gcm;
    EVP_CIPHER_CTX    *cipher;
    u_char             context[PIR_DIGEST];
} pir_oprf_t;


/* NULL: memory is short. */
pir_oprf_t *pir_oprf_create(const u_char context[PIR_DIGEST]);
void pir_oprf_destroy(pir_oprf_t *oprf);

/* F of an item from y = x(k H(item)). 0 or -1. The caller wipes value. */
int pir_oprf_value(pir_oprf_t *oprf, const void *item, size_t len,
    const u_char y[IC_X25519_SIZE], pir_value_t *value);

/*
 * An entry: the tag, and the label of len bytes under AES-256-GCM with the
 * value's key, which serves nothing else, and a nonce of zeros. 0 or -1.
 */
int pir_oprf_seal(pir_oprf_t *oprf, const pir_value_t *value,
    const u_char *label, size_t len, u_char *entry);

/* The reverse; -1: not this value's entry. label: len bytes. */
int pir_oprf_open(pir_oprf_t *oprf, const pir_value_t *value,
    const u_char *entry, size_t len, u_char *label);


#endif /* _PIR_OPRF_H_INCLUDED_ */
