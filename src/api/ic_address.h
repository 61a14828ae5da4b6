
/* Addresses of peers: base URLs that this node may be made to call. */


#ifndef _IC_ADDRESS_H_INCLUDED_
#define _IC_ADDRESS_H_INCLUDED_


#include "../lib/ic_str.h"


typedef struct {
    ic_str_t  host;              /* without brackets */
    int       port;
    int       family;            /* 0: a name; 4 or 6: ip is set */
    u_char    ip[16];            /* 4 or 16 bytes, network order */
    bool      tls;
    bool      local;             /* loopback, private, link-local, ... */
} ic_address_t;


/*
 * Takes "https://host[:port][/path]" apart (http too if plain). NULL if it
 * is well formed, else why not. A name is not resolved and so never local:
 * what it stands for may change until somebody dials, and then the server
 * must prove with its certificate which node it is.
 */
const char *ic_address_parse(ic_address_t *address, ic_str_t url, bool plain);

/*
 * Whether an address (family 4 or 6, network order) is loopback, private,
 * link-local, multicast or otherwise not public (RFC 6890), also when it is
 * wrapped (mapped, NAT64, 6to4): not to be called without leave.
 */
bool ic_address_is_local(int family, const u_char *ip);


#endif /* _IC_ADDRESS_H_INCLUDED_ */
