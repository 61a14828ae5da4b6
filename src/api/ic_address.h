
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
 * is well formed, else why not. A name is not resolved: whoever dials
 * checks what it resolves to with ic_address_local().
 */
const char *ic_address_parse(ic_address_t *address, ic_str_t url, bool plain);

/* True if the address must not be called without leave. family 4 or 6. */
bool ic_address_local(int family, const u_char *ip);


#endif /* _IC_ADDRESS_H_INCLUDED_ */
