
/*
 * ResourcePermit tokens (standard, appendix A; docs/security.md):
 *
 *     mp1.<kid>.<base64url payload>.<base64url signature>
 *
 * The payload is JSON with sorted keys, strings and integers only. The
 * issuer is the verifier, so the algorithm belongs to kid, never to the
 * token. jti is 16 random bytes and 8 bytes of their HMAC under the edge
 * key, all in hex: junk is refused without a signature check or Redis.
 */


#ifndef _IC_PERMIT_H_INCLUDED_
#define _IC_PERMIT_H_INCLUDED_


#include <openssl/evp.h>

#include "../lib/ic_json.h"


#define IC_PERMIT_MAX  2048
#define IC_PERMIT_JTI  48        /* hex digits */


typedef struct {
    ic_str_t   kid;
    EVP_PKEY  *key;              /* private at the issuer */
    u_char     mac_key[32];
} ic_permit_key_t;

typedef struct {
    ic_str_t  jti;
    ic_str_t  type;              /* dataset, project, flow, job, model */
    ic_str_t  resource_id;
    ic_str_t  node_id;           /* issuer = resource node */
    ic_str_t  holder;            /* request node */
    ic_str_t  spki;              /* of the holder, hex; "" without TLS */
    ic_str_t  audit_id;
    ic_str_t  contract_id;
    ic_str_t  scope;             /* what for, as the issuer writes it; "" */
    int64_t   expires;           /* epoch s, 0: with the contract */
    int64_t   uses;              /* 0: unlimited */
    int64_t   rows;              /* 0: unlimited */
    int64_t   bytes;             /* 0: unlimited */
    int64_t   issued;            /* epoch s */
} ic_permit_t;


/*
 * Reads the signing key (PEM); kid is the first 16 digits of its SPKI, the
 * MAC key is derived from the private key by HKDF. 0 or -1.
 */
int ic_permit_key_load(ic_permit_key_t *key, const char *file,
    ic_arena_t *arena);

/* Wipes the MAC key and frees the other. */
void ic_permit_key_free(ic_permit_key_t *key);

/* A fresh jti: 48 hex digits and a NUL. 0 or -1. */
int ic_permit_jti(const ic_permit_key_t *key, char jti[49]);

/* True if the jti was made with this key; in constant time. */
bool ic_permit_issued(const ic_permit_key_t *key, ic_str_t jti);

/*
 * The token; data NULL on failure, if a claim is missing, the jti is not of
 * this key, or the token would exceed IC_PERMIT_MAX.
 */
ic_str_t ic_permit_mint(ic_arena_t *arena, const ic_permit_key_t *key,
    const ic_permit_t *permit);

/*
 * Form, kid, MAC of the jti, signature, in that order; then the claims are
 * in permit, which is zeroed otherwise. What they allow is the caller's to
 * compare: nothing here knows the request or the time. NULL if good, else
 * the reason: "malformed", "unknown key", "not issued here",
 * "bad signature".
 */
const char *ic_permit_verify(ic_arena_t *arena, const ic_permit_key_t *key,
    ic_str_t token, ic_permit_t *permit);

/* The claims with their strings in the arena. 0 or -1. */
int ic_permit_copy(ic_arena_t *arena, ic_permit_t *dst,
    const ic_permit_t *src);


#endif /* _IC_PERMIT_H_INCLUDED_ */
