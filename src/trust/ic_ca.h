
/*
 * A certificate authority to throw away with its sandbox: a P-256 root and
 * node certificates. A real network uses the CA it agreed on
 * (docs/security.md). Private keys are written unencrypted, mode 0600.
 */


#ifndef _IC_CA_H_INCLUDED_
#define _IC_CA_H_INCLUDED_


#include <stddef.h>


/*
 * A self-signed root, valid for days, subject CN = name (1..64 bytes of
 * UTF-8). PEM files, overwritten if present. 0, or -1 with a sentence in
 * error (size bytes with its NUL).
 */
int ic_ca_create(const char *cert_file, const char *key_file,
    const char *name, int days, char *error, size_t size);

/*
 * A fresh key and a certificate for TLS server and client of one node:
 * CN = node_id (an id of at most 64 bytes), alternative names = addresses
 * ("IP:127.0.0.1,DNS:localhost", NULL or "": none) and
 * URI:urn:interconn:node:<node_id>. days < 0: one that is expired already.
 */
int ic_ca_issue(const char *ca_cert, const char *ca_key,
    const char *cert_file, const char *key_file, const char *node_id,
    const char *addresses, int days, char *error, size_t size);


#endif /* _IC_CA_H_INCLUDED_ */
