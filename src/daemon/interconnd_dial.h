
/*
 * Where calls to other nodes may go: the address actually dialled decides,
 * whatever name stood for it a moment ago.
 */


#ifndef _INTERCONND_DIAL_H_INCLUDED_
#define _INTERCONND_DIAL_H_INCLUDED_


#include <curl/curl.h>

#include "interconnd.h"


/* Kept by the caller as long as the handle is in use. */
typedef struct {
    const char  *allow;              /* networks, or NULL */
    char        *error;              /* says which address was refused */
    size_t       size;
} interconnd_dial_t;


/* "10.0.0.0/8 fd00::/8 127.0.0.1": true if every word is a network. */
bool interconnd_networks_valid(const char *networks);

/*
 * Makes a handle open sockets to public addresses and to those in the networks
 * only, IPv4 or IPv6. 0 or -1.
 */
int interconnd_dial_setup(CURL *easy, interconnd_dial_t *dial);


#endif /* _INTERCONND_DIAL_H_INCLUDED_ */
