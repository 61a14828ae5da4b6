
/*
 * Signatures: of messages between nodes (x-auth-sign, docs/security.md) and
 * of anything else a node vouches for. Keys decide the algorithm: RSA
 * (PKCS#1 v1.5, SHA-256, 2048 bits or more), P-256 and P-384 (ECDSA DER,
 * SHA-256), SM2 (SM3, the distinguishing id 1234567812345678). Any other
 * key neither signs nor verifies.
 */


#ifndef _IC_SIGN_H_INCLUDED_
#define _IC_SIGN_H_INCLUDED_


#include <openssl/evp.h>

#include "../lib/ic_arena.h"


/* Raw signature bytes in the arena; data NULL on failure. */
ic_str_t ic_sign(ic_arena_t *arena, EVP_PKEY *key, ic_str_t data);
bool ic_sign_verify(EVP_PKEY *key, ic_str_t data, ic_str_t signature);


/*
 * The auth_type of a bare key: SHA256_RSA, SHA256_ECDSA, SM3_SM2; NULL for a
 * key that does not sign.
 */
const char *ic_sign_auth_type(EVP_PKEY *key);

/* True if a key is one of that auth_type; a CERT's is of any that signs. */
bool ic_sign_key_is(EVP_PKEY *key, ic_str_t auth_type);


/*
 * The string to sign of a message: METHOD LF PATH[?QUERY] LF source LF
 * target LF nonce LF timestamp LF lower-case hex SHA-256 of the body. A
 * message with a control byte in one of its lines has none.
 */
typedef struct {
    ic_str_t  method;
    ic_str_t  target_uri;        /* path and query as sent */
    ic_str_t  source_node_id;
    ic_str_t  target_node_id;
    ic_str_t  nonce;
    ic_str_t  timestamp;
    ic_str_t  body;
} ic_message_t;

/* That string, with the hex SHA-256 of the body; message->body is ignored. */
ic_str_t ic_sign_message_text(ic_arena_t *arena, const ic_message_t *message,
    const char *body_sha256);

/* base64 for x-auth-sign; data NULL on failure. */
ic_str_t ic_sign_message(ic_arena_t *arena, EVP_PKEY *key,
    const ic_message_t *message);

/* The inverse, of a whole message: for the vectors of docs/signatures.md. */
bool ic_sign_check_message(ic_arena_t *arena, EVP_PKEY *key,
    const ic_message_t *message, ic_str_t signature);

/* With the hex SHA-256 of the body, for which message->body is ignored. */
bool ic_sign_check_digest(ic_arena_t *arena, EVP_PKEY *key,
    const ic_message_t *message, const char *body_sha256,
    ic_str_t signature);


/*
 * What the present key signs to name the next one, and the next one to show
 * that it is there: "interconn key v1" LF
 * node LF auth_type LF spki of the new credential LF spki of the TLS
 * certificate LF time (epoch ms). data NULL as below.
 */
ic_str_t ic_sign_key_text(ic_arena_t *arena, ic_str_t node_id,
    ic_str_t auth_type, ic_str_t spki, ic_str_t tls_spki, ic_str_t time);


/*
 * What a task's key is certified over: "interconn task v1" LF job LF task
 * LF party LF lower-case hex SHA-256 of data. data NULL on failure, also for
 * a control byte in a name.
 */
ic_str_t ic_sign_task_text(ic_arena_t *arena, ic_str_t job, ic_str_t task,
    ic_str_t party, ic_str_t data);


#endif /* _IC_SIGN_H_INCLUDED_ */
