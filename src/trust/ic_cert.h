
/* Identity from X.509 certificates and keys. */


#ifndef _IC_CERT_H_INCLUDED_
#define _IC_CERT_H_INCLUDED_


#include <openssl/evp.h>
#include <openssl/x509.h>

#include "../lib/ic_arena.h"


#define IC_SPKI_HEX  65          /* 64 digits and a NUL */


/* Lower-case hex SHA-256 of the DER SubjectPublicKeyInfo. 0 or -1. */
int ic_cert_spki(X509 *cert, char hex[IC_SPKI_HEX]);
int ic_cert_spki_key(EVP_PKEY *key, char hex[IC_SPKI_HEX]);

/*
 * At most 64 KiB. From PEM: a certificate. From PEM, or the base64 of DER:
 * the key of a certificate or a bare public key. NULL if it is neither.
 */
X509 *ic_cert_parse(ic_str_t pem);
EVP_PKEY *ic_cert_public_key(ic_str_t text);

/* The first certificate of a PEM file, NULL if it cannot be read. */
X509 *ic_cert_read(const char *file);

/* The subject's only common name; the null string if none or several. */
ic_str_t ic_cert_name(ic_arena_t *arena, X509 *cert);

/*
 * True if the certificate speaks for node_id: its common name or a DNS or
 * URI name ("urn:interconn:node:<id>") of its subject alternative names.
 */
bool ic_cert_is_node(X509 *cert, ic_str_t node_id);

/*
 * Chain to the store's roots, valid now, any purpose. reason: static text,
 * set when it is not good; may be NULL.
 */
bool ic_cert_verify(X509 *cert, X509_STORE *roots, const char **reason);

/*
 * A certificate that is signed with SM2 verifies under the distinguishing id
 * 1234567812345678 from then on; any other is left as it is. 0 or -1. All
 * functions here do so; for certificates that came in a message.
 */
int ic_cert_set_sm2_id(X509 *cert);

/* A store of the roots in a PEM file, NULL if it cannot be read. */
X509_STORE *ic_cert_roots(const char *file);

/* When it ends, epoch ms; -1 if it does not say so in a way that is known. */
int64_t ic_cert_ends(const X509 *cert);

/* When the first of a chain ends, as above. */
int64_t ic_cert_chain_ends(STACK_OF(X509) *chain);

/*
 * Why a certificate is refused and what its owner is to do, for an X509_V_ERR_
 * of OpenSSL's; static.
 */
const char *ic_cert_advice(long error);

/* A private key from a PEM file; NULL if unreadable or encrypted. */
EVP_PKEY *ic_cert_private_key(const char *file);


#endif /* _IC_CERT_H_INCLUDED_ */
