
/*
 * Revocation lists: one file, read anew when it changes, and what counts
 * when a list in it is out of date (docs/security.md, "Revocation").
 */


#ifndef _IC_CRL_H_INCLUDED_
#define _IC_CRL_H_INCLUDED_


#include <openssl/x509.h>
#include <stdint.h>


typedef struct ic_crl_s  ic_crl_t;

typedef enum {
    IC_CRL_SAME = 0,
    IC_CRL_READ,                 /* the file is another one now */
    IC_CRL_BROKEN,               /* it cannot be read: the old lists stay */
    IC_CRL_AGED                  /* ic_crl_age() is another one now */
} ic_crl_news_e;

/* Of the list that ends first. */
typedef enum {
    IC_CRL_FRESH = 0,
    IC_CRL_ENDING,               /* a quarter of its time is left */
    IC_CRL_ENDED,                /* counts by grace */
    IC_CRL_USELESS               /* its issuer's certificates are refused */
} ic_crl_age_e;


/*
 * PEM, with as many lists as there are issuers, or one in DER. grace: for how
 * many ms a list counts after its nextUpdate. NULL with a text in error; to
 * be freed by ic_crl_close(), which takes NULL.
 */
ic_crl_t *ic_crl_open(const char *file, int64_t grace, char *error,
    size_t size);
void ic_crl_close(ic_crl_t *crl);

/*
 * Looks after the file at most once a second, so it may be called for each
 * request. What is not IC_CRL_SAME is told once; for IC_CRL_BROKEN
 * ic_crl_error() says why.
 */
ic_crl_news_e ic_crl_look(ic_crl_t *crl);
const char *ic_crl_error(const ic_crl_t *crl);
const char *ic_crl_file(const ic_crl_t *crl);

/*
 * X509_V_OK if nothing of a chain that was verified (the certificate first,
 * its root last, as SSL_get0_verified_chain() has it) is revoked; else an
 * X509_V_ERR_: every certificate of it needs a list of its issuer, signed by
 * it, that is in time or in grace. What an old list revokes stays revoked.
 */
int ic_crl_check(ic_crl_t *crl, STACK_OF(X509) *chain);

/* Another number whenever ic_crl_check() may answer something else. */
uint64_t ic_crl_epoch(const ic_crl_t *crl);

/* Of the list that ends first, as it was looked at last. */
ic_crl_age_e ic_crl_age(const ic_crl_t *crl);

/* When that one ends, epoch ms; -1: none says when. */
int64_t ic_crl_ends(const ic_crl_t *crl);

/* "<file> is ..." and what an operator is to do about it. */
const char *ic_crl_words(ic_crl_age_e age);


#endif /* _IC_CRL_H_INCLUDED_ */
