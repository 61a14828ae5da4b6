
/*
 * Revocation lists: what each says of a chain, in time, in grace and after
 * it, of P-256 and of SM2 authorities, and which files are taken.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "tap.h"
#include "../../src/lib/ic_codec.h"
#include "../../src/trust/ic_cert.h"
#include "../../src/trust/ic_crl.h"


#define HOUR   3600
#define DAY    (24 * HOUR)
#define NEVER  (-1000 * DAY)                 /* as end: there is none */
#define SM2    "1234567812345678"
#define SLOTS  4

#define PATH   "/tmp/trust_crl.XXXXXX"


typedef struct {
    EVP_PKEY    *key;
    X509        *cert;
    const char  *id;                         /* of SM2, or NULL */
} party_t;

/* A list, in seconds from now. */
typedef struct {
    const party_t  *of;                      /* whose name it has */
    const party_t  *by;                      /* whose key signs it */
    int             from;
    int             until;
    int             revoked;                 /* serial number, or 0 */
    const char     *id;                      /* of SM2, or NULL: that of by */
} list_t;


static char     folder[] = PATH;
static char     file[64];
static party_t  network, other, thief, middle, node, below, national, citizen;


static void
bail(const char *why)
{
    printf("Bail out! %s\n", why);
    exit(1);
}


/* With an explicit id where the key is SM2's. */

static EVP_MD_CTX *
signer(const party_t *by, const char *id)
{
    EVP_MD_CTX    *md;
    EVP_PKEY_CTX  *pctx;

    md = EVP_MD_CTX_new();
    pctx = EVP_PKEY_CTX_new(by->key, NULL);

    if (by->id != NULL
        && EVP_PKEY_CTX_set1_id(pctx, id, (int) strlen(id)) != 1)
    {
        bail("no id of SM2");
    }

    EVP_MD_CTX_set_pkey_ctx(md, pctx);

    if (EVP_DigestSignInit(md, NULL, by->id != NULL ? EVP_sm3()
                           : EVP_sha256(), NULL, by->key) != 1)
    {
        bail("no signature");
    }

    return md;
}


static void
signer_free(EVP_MD_CTX *md)
{
    EVP_PKEY_CTX  *pctx;

    pctx = EVP_MD_CTX_get_pkey_ctx(md);
    EVP_MD_CTX_free(md);
    EVP_PKEY_CTX_free(pctx);
}


/* issuer NULL: by itself. */

static party_t
party(const char *curve, const char *name, int serial, bool authority,
    const party_t *issuer)
{
    party_t          p;
    X509V3_CTX       v3;
    EVP_MD_CTX      *md;
    X509_EXTENSION  *extension;

    p.id = strcmp(curve, "SM2") == 0 ? SM2 : NULL;
    p.key = p.id != NULL ? EVP_PKEY_Q_keygen(NULL, NULL, "SM2")
                         : EVP_EC_gen(curve);
    p.cert = X509_new();

    if (p.key == NULL || p.cert == NULL) {
        bail("no key");
    }

    issuer = issuer == NULL ? &p : issuer;

    X509_set_version(p.cert, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(p.cert), serial);
    X509_gmtime_adj(X509_getm_notBefore(p.cert), -HOUR);
    X509_gmtime_adj(X509_getm_notAfter(p.cert), 10 * DAY);
    X509_set_pubkey(p.cert, p.key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(p.cert), "CN",
                               MBSTRING_ASC, (const u_char *) name, -1, -1,
                               0);
    X509_set_issuer_name(p.cert, X509_get_subject_name(issuer->cert));

    X509V3_set_ctx(&v3, issuer->cert, p.cert, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &v3, NID_basic_constraints,
                                    authority ? "critical,CA:TRUE"
                                              : "critical,CA:FALSE");
    X509_add_ext(p.cert, extension, -1);
    X509_EXTENSION_free(extension);

    md = signer(issuer, issuer->id);

    if (X509_sign_ctx(p.cert, md) <= 0 || ic_cert_set_sm2_id(p.cert) != 0) {
        bail("no certificate");
    }

    signer_free(md);

    return p;
}


static X509_CRL *
made(const list_t *list)
{
    X509_CRL      *crl;
    ASN1_TIME     *at;
    EVP_MD_CTX    *md;
    X509_REVOKED  *revoked;

    crl = X509_CRL_new();
    X509_CRL_set_version(crl, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(crl, X509_get_subject_name(list->of->cert));

    at = X509_gmtime_adj(NULL, list->from);
    X509_CRL_set1_lastUpdate(crl, at);
    ASN1_TIME_free(at);

    if (list->until != NEVER) {
        at = X509_gmtime_adj(NULL, list->until);
        X509_CRL_set1_nextUpdate(crl, at);
        ASN1_TIME_free(at);
    }

    if (list->revoked != 0) {
        revoked = X509_REVOKED_new();
        at = X509_gmtime_adj(NULL, -HOUR);
        X509_REVOKED_set_revocationDate(revoked, at);
        ASN1_TIME_free(at);
        ASN1_INTEGER_set((ASN1_INTEGER *)
                         X509_REVOKED_get0_serialNumber(revoked),
                         list->revoked);
        X509_CRL_add0_revoked(crl, revoked);
    }

    md = signer(list->by, list->id != NULL ? list->id : list->by->id);

    if (X509_CRL_sign_ctx(crl, md) <= 0) {
        bail("no list");
    }

    signer_free(md);

    return crl;
}


/* The file: n lists in PEM, or the first one in DER. */

static void
spread(const list_t *lists, int n, bool der)
{
    int        i;
    BIO       *bio;
    X509_CRL  *crl;

    bio = BIO_new_file(file, "w");

    for (i = 0; i < n; i++) {
        crl = made(&lists[i]);

        if ((der ? i2d_X509_CRL_bio(bio, crl)
                 : PEM_write_bio_X509_CRL(bio, crl)) != 1)
        {
            bail("no file");
        }

        X509_CRL_free(crl);
    }

    BIO_free(bio);
}


static STACK_OF(X509) *
chain_of(const party_t *const *parties)
{
    STACK_OF(X509)  *chain;

    chain = sk_X509_new_null();

    for ( ; *parties != NULL; parties++) {
        sk_X509_push(chain, (*parties)->cert);
    }

    return chain;
}


static int
verdict(int64_t grace, const party_t *const *parties)
{
    int              rc;
    char             error[256];
    ic_crl_t        *crl;
    STACK_OF(X509)  *chain;

    crl = ic_crl_open(file, grace * 1000, error, sizeof(error));

    if (crl == NULL) {
        printf("# %s\n", error);
        return -1;
    }

    chain = chain_of(parties);
    rc = ic_crl_check(crl, chain);
    sk_X509_free(chain);
    ic_crl_close(crl);

    return rc;
}


static const party_t *const  direct[] = { &node, &network, NULL };
static const party_t *const  deep[] = {
    &below, &middle, &network, NULL
};
static const party_t *const  anchored[] = { &below, &middle, NULL };
static const party_t *const  sm2[] = { &citizen, &national, NULL };

static const struct {
    const char            *name;
    const party_t *const  *chain;
    int                    grace;
    int                    verdict;
    list_t                 lists[SLOTS];
} verdicts[] = {
    { "in time", direct, 0, X509_V_OK,
      { { &network, &network, -HOUR, DAY, 0, NULL } } },
    { "of no end", direct, 0, X509_V_OK,
      { { &network, &network, -HOUR, NEVER, 0, NULL } } },
    { "not valid yet", direct, DAY, X509_V_ERR_CRL_NOT_YET_VALID,
      { { &network, &network, HOUR, DAY, 0, NULL } } },
    { "over, no grace", direct, 0, X509_V_ERR_CRL_HAS_EXPIRED,
      { { &network, &network, -DAY, -HOUR, 0, NULL } } },
    { "over, in its grace", direct, 2 * HOUR, X509_V_OK,
      { { &network, &network, -DAY, -HOUR, 0, NULL } } },
    { "over, and its grace, too", direct, HOUR / 2,
      X509_V_ERR_CRL_HAS_EXPIRED,
      { { &network, &network, -DAY, -HOUR, 0, NULL } } },
    { "of another issuer", direct, DAY, X509_V_ERR_UNABLE_TO_GET_CRL,
      { { &other, &other, -HOUR, DAY, 0, NULL } } },
    { "signed by another", direct, DAY,
      X509_V_ERR_CRL_SIGNATURE_FAILURE,
      { { &network, &thief, -HOUR, DAY, 0, NULL } } },
    { "over and signed by another", direct, DAY,
      X509_V_ERR_CRL_SIGNATURE_FAILURE,
      { { &network, &thief, -DAY, -HOUR, 0, NULL } } },
    { "with the certificate", direct, 0, X509_V_ERR_CERT_REVOKED,
      { { &network, &network, -HOUR, DAY, 10, NULL } } },
    { "with it, in grace", direct, DAY, X509_V_ERR_CERT_REVOKED,
      { { &network, &network, -DAY, -HOUR, 10, NULL } } },
    { "with another certificate", direct, 0, X509_V_OK,
      { { &network, &network, -HOUR, DAY, 11, NULL } } },
    { "several, the second one is its issuer's", direct, 0,
      X509_V_ERR_CERT_REVOKED,
      { { &other, &other, -HOUR, DAY, 0, NULL },
        { &network, &network, -HOUR, DAY, 10, NULL },
        { &middle, &middle, -HOUR, DAY, 0, NULL } } },
    { "several, another one's is over", direct, 0, X509_V_OK,
      { { &other, &other, -DAY, -HOUR, 0, NULL },
        { &network, &network, -HOUR, DAY, 0, NULL } } },

    { "of every issuer", deep, 0, X509_V_OK,
      { { &network, &network, -HOUR, DAY, 0, NULL },
        { &middle, &middle, -HOUR, DAY, 0, NULL } } },
    { "of the last issuer only", deep, 0, X509_V_ERR_UNABLE_TO_GET_CRL,
      { { &middle, &middle, -HOUR, DAY, 0, NULL } } },
    { "with the issuer", deep, 0, X509_V_ERR_CERT_REVOKED,
      { { &network, &network, -HOUR, DAY, 20, NULL },
        { &middle, &middle, -HOUR, DAY, 0, NULL } } },
    { "where trust begins with the issuer", anchored, 0, X509_V_OK,
      { { &middle, &middle, -HOUR, DAY, 0, NULL } } },

    { "SM2, in time", sm2, 0, X509_V_OK,
      { { &national, &national, -HOUR, DAY, 0, NULL } } },
    { "SM2, with the certificate", sm2, 0, X509_V_ERR_CERT_REVOKED,
      { { &national, &national, -HOUR, DAY, 30, NULL } } },
    { "SM2, over", sm2, 0, X509_V_ERR_CRL_HAS_EXPIRED,
      { { &national, &national, -DAY, -HOUR, 0, NULL } } },
    { "SM2, in its grace", sm2, DAY, X509_V_OK,
      { { &national, &national, -DAY, -HOUR, 0, NULL } } },
    { "SM2, of another distinguishing id", sm2, 0,
      X509_V_ERR_CRL_SIGNATURE_FAILURE,
      { { &national, &national, -HOUR, DAY, 0, "8765432187654321" } } },
    { "SM2, signed by another", sm2, 0,
      X509_V_ERR_CRL_SIGNATURE_FAILURE,
      { { &national, &citizen, -HOUR, DAY, 0, NULL } } },
    { "SM2's name, of P-256", sm2, 0,
      X509_V_ERR_CRL_SIGNATURE_FAILURE,
      { { &national, &thief, -HOUR, DAY, 0, NULL } } }
};


static void
check_lists(void)
{
    int       rc;
    unsigned  i, n;

    for (i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
        for (n = 0; n < SLOTS && verdicts[i].lists[n].of != NULL; n++);

        spread(verdicts[i].lists, (int) n, false);
        rc = verdict(verdicts[i].grace, verdicts[i].chain);
        ok(rc == verdicts[i].verdict, "%s: %s", verdicts[i].name,
           X509_verify_cert_error_string(rc));
    }
}


static void
check_files(void)
{
    FILE       *f;
    char        error[256], *text;
    size_t      len, size;
    unsigned    i;
    ic_crl_t   *crl;

    static const list_t          lists[] = {
        { &network, &network, -HOUR, DAY, 0, NULL },
        { &other, &other, -HOUR, DAY, 0, NULL }
    };
    static const struct {
        const char  *name;
        const char  *before;
        unsigned     keep;                   /* hundredths of two lists */
        bool         good;
    } cases[] = {
        { "text before", "from the web\n", 100, true },
        { "the second is cut", "", 80, false },
        { "the first is cut", "", 30, false },
        { "nothing", "", 0, false },
        { "no list", "-----BEGIN CERTIFICATE-----\nAAAA\n", 0, false }
    };

    spread(lists, 1, true);
    ok(verdict(0, direct) == X509_V_OK, "DER");

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        spread(lists, 2, false);

        text = NULL;
        size = 0;
        f = fopen(file, "r");
        len = (size_t) getdelim(&text, &size, '\0', f);
        fclose(f);

        f = fopen(file, "w");
        fputs(cases[i].before, f);
        fwrite(text, 1, len * cases[i].keep / 100, f);
        fclose(f);
        free(text);

        crl = ic_crl_open(file, 0, error, sizeof(error));
        ok((crl != NULL) == cases[i].good, "%s", cases[i].name);
        ok(crl != NULL || strstr(error, file) != NULL, "... says which file");
        ic_crl_close(crl);
    }

    unlink(file);
    ok(ic_crl_open(file, 0, error, sizeof(error)) == NULL
       && strstr(error, "No such file") != NULL, "no file: %s", error);
    ok(ERR_peek_error() == 0, "no errors are left for others to find");
}


/* What is looked at again a second later. */

static void
check_looks(void)
{
    char             error[256];
    FILE            *f;
    uint64_t         epoch;
    ic_crl_t        *crl;
    STACK_OF(X509)  *chain;

    static const list_t          good =
        { &network, &network, -HOUR, DAY, 0, NULL };
    static const list_t          bad =
        { &network, &network, -9 * HOUR, HOUR, 10, NULL };

    chain = chain_of(direct);
    spread(&good, 1, false);
    crl = ic_crl_open(file, 0, error, sizeof(error));

    if (crl == NULL) {
        bail("no lists");
    }

    ok(ic_crl_age(crl) == IC_CRL_FRESH && ic_crl_look(crl) == IC_CRL_SAME
       && ic_crl_check(crl, chain) == X509_V_OK, "at first");

    f = fopen(file, "w");
    fclose(f);
    ok(ic_crl_look(crl) == IC_CRL_SAME, "not looked at within a second");
    usleep(1010000);
    ok(ic_crl_look(crl) == IC_CRL_BROKEN
       && strstr(ic_crl_error(crl), "is empty") != NULL, "it is empty");
    ok(ic_crl_check(crl, chain) == X509_V_OK, "... the lists before count");

    epoch = ic_crl_epoch(crl);
    spread(&bad, 1, false);
    usleep(1010000);
    ok(ic_crl_look(crl) == IC_CRL_READ && ic_crl_epoch(crl) != epoch,
       "another list is read");
    ok(ic_crl_check(crl, chain) == X509_V_ERR_CERT_REVOKED, "... and counts");
    ok(ic_crl_age(crl) == IC_CRL_ENDING, "... it ends soon");

    ic_crl_close(crl);
    sk_X509_free(chain);
}


static void
free_party(party_t *p)
{
    X509_free(p->cert);
    EVP_PKEY_free(p->key);
}


int
main(void)
{
    unsigned  i;
    party_t  *all[] = {
        &network, &other, &thief, &middle, &node, &below, &national, &citizen
    };

    if (mkdtemp(folder) == NULL) {
        bail("no folder");
    }

    snprintf(file, sizeof(file), "%s/lists.crl", folder);

    network = party("P-256", "network", 1, true, NULL);
    other = party("P-256", "other", 2, true, NULL);
    thief = party("P-256", "network", 3, true, NULL);
    middle = party("P-256", "middle", 20, true, &network);
    node = party("P-256", "node", 10, false, &network);
    below = party("P-256", "below", 21, false, &middle);
    national = party("SM2", "national", 4, true, NULL);
    citizen = party("SM2", "citizen", 30, false, &national);

    check_lists();
    check_files();
    check_looks();

    for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        free_party(all[i]);
    }

    unlink(file);
    rmdir(folder);

    return done();
}
