
/* The headers of a call to another node (docs/security.md). */


#ifndef _INTERCONND_PEER_HEADERS_H_INCLUDED_
#define _INTERCONND_PEER_HEADERS_H_INCLUDED_


#include <curl/curl.h>
#include <openssl/evp.h>

#include "interconnd_peer.h"


/*
 * Who asks whom and when, the permit and, if there is a key, the signature
 * of all that and the body as it is sent.
 * For curl_slist_free_all(); NULL with error set in the request.
 */
struct curl_slist *interconnd_peer_headers(const interconnd_conf_t *conf,
    EVP_PKEY *key, ic_arena_t *arena, interconnd_request_t *request,
    ic_str_t body, const char *target_uri);


#endif /* _INTERCONND_PEER_HEADERS_H_INCLUDED_ */
