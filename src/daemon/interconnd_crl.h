
/* Revocation lists, and the ends of certificates, as the daemon sees them. */


#ifndef _INTERCONND_CRL_H_INCLUDED_
#define _INTERCONND_CRL_H_INCLUDED_


#include <openssl/ssl.h>

#include "../trust/ic_crl.h"
#include "interconnd.h"


/* By crl and crl_grace of conf; NULL without. 0, or -1, logged. */
int interconnd_crl_load(const interconnd_conf_t *conf, ic_crl_t **crl);

/*
 * NULL if the server of a connection may be spoken to by now, else why not
 * and what to do, static. crl may be NULL; its news are logged.
 */
const char *interconnd_crl_refuses(ic_crl_t *crl, SSL *ssl);


#endif /* _INTERCONND_CRL_H_INCLUDED_ */
