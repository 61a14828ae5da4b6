
/*
 * Secrets between two parties: X25519 (RFC 7748) and HKDF with SHA-256
 * (RFC 5869). Who owns a public key must be proved elsewhere.
 */


#ifndef _IC_EXCHANGE_H_INCLUDED_
#define _IC_EXCHANGE_H_INCLUDED_


#include <stddef.h>
#include <sys/types.h>


#define IC_EXCHANGE_KEY  32


typedef struct ic_exchange_s  ic_exchange_t;


/* A fresh key pair for one job; its public half. NULL on failure. */
ic_exchange_t *ic_exchange_create(u_char public_key[IC_EXCHANGE_KEY]);
void ic_exchange_destroy(ic_exchange_t *exchange);

/*
 * The pair's secret: HKDF-Extract(salt, X25519). The same at both ends.
 * -1 for a peer's key of small order. The caller wipes the secret.
 */
int ic_exchange_secret(ic_exchange_t *exchange,
    const u_char peer[IC_EXCHANGE_KEY], const void *salt, size_t salt_len,
    u_char secret[IC_EXCHANGE_KEY]);

/* A key for one purpose: HKDF-Expand(secret, info), 32 bytes. 0 or -1. */
int ic_exchange_derive(const u_char secret[IC_EXCHANGE_KEY],
    const void *info, size_t info_len, u_char key[IC_EXCHANGE_KEY]);


#endif /* _IC_EXCHANGE_H_INCLUDED_ */
