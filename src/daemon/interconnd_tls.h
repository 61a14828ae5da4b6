
/*
 * TLS to other nodes, the same for control messages and for channels: our
 * certificate, their chain to the network CA, and who they are.
 */


#ifndef _INTERCONND_TLS_H_INCLUDED_
#define _INTERCONND_TLS_H_INCLUDED_


#include <curl/curl.h>

#include "interconnd_keys.h"


/*
 * Sets all, with one of the node's identities, but who the server must be,
 * which interconnd_tls_is_node() asks before a request leaves. 0 or -1.
 */
int interconnd_tls_setup(CURL *easy, const interconnd_conf_t *conf,
    const interconnd_identity_t *identity);

/*
 * For CURLOPT_PREREQFUNCTION, which also runs on connections that stand
 * already: true if the server's certificate names the node, or the host of
 * the address (reliability G30: the key called is the one meant). spki: of
 * the server, may be NULL. Without TLS true: only http:// gets there, which
 * the configuration must have allowed.
 */
bool interconnd_tls_is_node(CURL *easy, const char *node_id,
    const char *address, char spki[IC_SPKI_HEX]);

/*
 * For the same place: NULL if the server's certificate still is good, by the
 * lists of keys and its own time; else why not, static.
 */
const char *interconnd_tls_refuses(CURL *easy, interconnd_keys_t *keys);

/* The server's certificate as PEM in the arena; the null string: none. */
ic_str_t interconnd_tls_certificate(CURL *easy, ic_arena_t *arena);


#endif /* _INTERCONND_TLS_H_INCLUDED_ */
