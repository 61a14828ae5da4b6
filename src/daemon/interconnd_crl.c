
#include "../lib/ic_codec.h"
#include "../trust/ic_cert.h"
#include "interconnd_crl.h"
#include "interconnd_keys.h"


#define CRL_HOUR  3600000                    /* ms */
#define CRL_DAY   (24 * (int64_t) CRL_HOUR)


static void crl_look(ic_crl_t *crl);
static void crl_components(const interconnd_conf_t *conf);
static void crl_log(const ic_crl_t *crl);


/* How long before its end a certificate is spoken of. */

static const struct {
    int          days;
    const char  *level;
} crl_ends[] = {
    { 30, "warn" },
    { 7, "warn" },
    { 1, "error" },
    { 0, "error" }
};


int
interconnd_crl_load(const interconnd_conf_t *conf, ic_crl_t **crl)
{
    char  error[512];

    *crl = NULL;

    if (conf->crl == NULL) {
        return 0;
    }

    *crl = ic_crl_open(conf->crl, (int64_t) conf->crl_grace * 1000, error,
                       sizeof(error));
    if (*crl == NULL) {
        interconnd_log("error", "\"crl\": %s", error);
        return -1;
    }

    crl_log(*crl);

    return 0;
}


static void
crl_log(const ic_crl_t *crl)
{
    ic_crl_age_e  age;

    age = ic_crl_age(crl);

    if (age != IC_CRL_FRESH) {
        interconnd_log(age == IC_CRL_ENDING ? "warn" : "error",
                       "revocation list %s %s", ic_crl_file(crl),
                       ic_crl_words(age));
    }
}


const char *
interconnd_crl_refuses(ic_crl_t *crl, SSL *ssl)
{
    int              error;
    int64_t          ends;
    STACK_OF(X509)  *chain;

    chain = SSL_get0_verified_chain(ssl);
    ends = ic_cert_chain_ends(chain);
    error = X509_V_OK;

    if (ends != -1 && ends <= ic_now_ms()) {
        error = X509_V_ERR_CERT_HAS_EXPIRED;
    }

    if (crl != NULL) {
        crl_look(crl);

        if (error == X509_V_OK) {
            error = ic_crl_check(crl, chain);
        }
    }

    return error == X509_V_OK ? NULL : ic_cert_advice(error);
}


static void
crl_look(ic_crl_t *crl)
{
    switch (ic_crl_look(crl)) {

    case IC_CRL_SAME:
        break;

    case IC_CRL_READ:
        interconnd_log("info", "revocation list %s was read",
                       ic_crl_file(crl));
        crl_log(crl);
        break;

    case IC_CRL_AGED:
        crl_log(crl);
        break;

    case IC_CRL_BROKEN:
        interconnd_log("error", "revocation list %s; what was read before "
                       "goes on to count", ic_crl_error(crl));
        break;
    }
}


/* What runners read anew each time that they look at a package. */

static void
crl_components(const interconnd_conf_t *conf)
{
    char       error[512];
    ic_crl_t  *crl;

    if (conf->component_crl == NULL) {
        return;
    }

    crl = ic_crl_open(conf->component_crl,
                      (int64_t) conf->component_grace * 1000, error,
                      sizeof(error));
    if (crl == NULL) {
        interconnd_log("error", "\"component_crl\": %s", error);
        return;
    }

    crl_log(crl);
    ic_crl_close(crl);
}


void
interconnd_keys_watch(interconnd_keys_t *keys)
{
    X509        *cert;
    int64_t      now, left;
    unsigned     n, told;
    const char  *file;

    now = ic_mono_ms();
    file = interconnd_keys_identity(keys)->certificate;

    if (keys->watched != 0 && now - keys->watched < CRL_HOUR) {
        return;
    }

    keys->watched = now;
    crl_components(keys->conf);

    cert = file == NULL ? NULL : ic_cert_read(file);

    if (cert == NULL) {
        return;
    }

    left = ic_cert_ends(cert) - ic_now_ms();
    X509_free(cert);

    told = 0;

    for (n = 0; n < sizeof(crl_ends) / sizeof(crl_ends[0]); n++) {
        if (left <= crl_ends[n].days * CRL_DAY) {
            told = n + 1;
        }
    }

    if (told > keys->told && left > 0) {
        interconnd_log(crl_ends[told - 1].level, "the certificate %s ends in "
                       "%lld days and %lld hours: have it renewed, or "
                       "partners will refuse this node", file,
                       (long long) (left / CRL_DAY),
                       (long long) (left % CRL_DAY / CRL_HOUR));

    } else if (told > keys->told) {
        interconnd_log("error", "the certificate %s has ended: partners "
                       "refuse this node until it is renewed", file);
    }

    keys->told = told;
}
