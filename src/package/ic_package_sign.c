
/*
 * Who signed a package: detached CMS signatures (RFC 5652) over the bytes of
 * its manifest, DER, the signer's certificates included.
 */


#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>

#include "../lib/ic_codec.h"
#include "../trust/ic_cert.h"
#include "ic_package.h"


#define PACKAGE_DIGEST_MIN  32           /* bytes: SHA-256 and SM3 */


static int package_signed(ic_package_t *pkg, ic_package_signer_e by,
    const ic_package_policy_t *policy);
static const char *package_whose(X509 *signer, char *text, size_t size);
static const char *package_cms(CMS_ContentInfo *cms, ic_str_t content,
    X509 **signer);
static const char *package_trusted(CMS_ContentInfo *cms, X509 *signer,
    const char *trusted, const char *crl);
static X509_STORE *package_store(const char *trusted, const char *crl);
static bool package_crls(X509_STORE *store, const char *file);
static int package_dates(ic_package_t *pkg);
static ic_str_t package_der(ic_arena_t *arena, CMS_ContentInfo *cms);


static const struct {
    const char  *file;
    const char  *who;
} package_signers[] = {
    { "developer.p7s", "developer" },
    { "authority.p7s", "authority" }
};


const char *
ic_package_signature(ic_package_signer_e as)
{
    return package_signers[as].file;
}


const char *
ic_package_signer(ic_package_signer_e as)
{
    return package_signers[as].who;
}


int
ic_package_sign(ic_package_t *pkg, ic_arena_t *arena, ic_package_signer_e as,
    const char *certificate, const char *key)
{
    BIO              *bio;
    X509             *cert;
    ic_str_t          text, der;
    EVP_PKEY         *private;
    CMS_ContentInfo  *cms;

    text = ic_tar_get(&pkg->tar, IC_PACKAGE_MANIFEST);
    der = ic_str(NULL);
    cms = NULL;

    cert = ic_cert_read(certificate);
    private = ic_cert_private_key(key);
    bio = BIO_new_mem_buf(text.data, (int) text.len);

    if (cert != NULL && private != NULL && bio != NULL
        && X509_check_private_key(cert, private) == 1)
    {
        cms = CMS_sign(cert, private, NULL, bio,
                       CMS_DETACHED|CMS_BINARY|CMS_NOSMIMECAP);
    }

    if (cms != NULL) {
        der = package_der(arena, cms);
    }

    CMS_ContentInfo_free(cms);
    BIO_free(bio);
    X509_free(cert);
    EVP_PKEY_free(private);
    ERR_clear_error();

    if (der.data == NULL
        || ic_tar_put(&pkg->tar, ic_package_signature(as), der) != 0)
    {
        snprintf(pkg->error, sizeof(pkg->error), "%s and %s are not a "
                 "certificate and its unencrypted key", certificate, key);
        return -1;
    }

    return 0;
}


static ic_str_t
package_der(ic_arena_t *arena, CMS_ContentInfo *cms)
{
    int        len;
    u_char    *der;
    ic_str_t   copy;

    der = NULL;
    len = i2d_CMS_ContentInfo(cms, &der);
    copy = (len > 0) ? ic_str_dup(arena, ic_str_n(der, len)) : ic_str(NULL);
    OPENSSL_free(der);

    return copy;
}


int
ic_package_verify(ic_package_t *pkg, const ic_package_policy_t *policy)
{
    if (package_signed(pkg, IC_PACKAGE_DEVELOPER, policy) != 0) {
        return -1;
    }

    if ((policy->authority
         || ic_tar_get(&pkg->tar,
                       ic_package_signature(IC_PACKAGE_AUTHORITY)).len != 0)
        && package_signed(pkg, IC_PACKAGE_AUTHORITY, policy) != 0)
    {
        return -1;
    }

    return package_dates(pkg);
}


static int
package_signed(ic_package_t *pkg, ic_package_signer_e by,
    const ic_package_policy_t *policy)
{
    char              whose[256];
    X509             *signer;
    ic_str_t          der;
    const char       *wrong;
    const u_char     *p;
    CMS_ContentInfo  *cms;

    der = ic_tar_get(&pkg->tar, ic_package_signature(by));
    p = der.data;
    cms = NULL;
    signer = NULL;

    ERR_set_mark();

    if (der.len == 0) {
        wrong = "the signature is missing";

    } else if (policy->trusted[by] == NULL) {
        wrong = "nobody is trusted to sign: see interconnd.conf";

    } else {
        cms = d2i_CMS_ContentInfo(NULL, &p, (long) der.len);
        wrong = (cms == NULL || p != der.data + der.len)
                ? "the signature is no CMS message"
                : package_cms(cms, ic_tar_get(&pkg->tar, IC_PACKAGE_MANIFEST),
                              &signer);
    }

    if (wrong == NULL) {
        wrong = package_trusted(cms, signer, policy->trusted[by],
                                policy->crl);
    }

    if (wrong != NULL) {
        snprintf(pkg->error, sizeof(pkg->error), "%s %s: %s: %s%s",
                 pkg->name, pkg->version, ic_package_signer(by), wrong,
                 package_whose(signer, whose, sizeof(whose)));
    }

    CMS_ContentInfo_free(cms);
    ERR_pop_to_mark();

    return (wrong == NULL) ? 0 : -1;
}


/* " (certificate of ..., serial ...)" for whoever has to replace it. */

static const char *
package_whose(X509 *signer, char *text, size_t size)
{
    char     name[128], *serial;
    BIGNUM  *number;

    if (signer == NULL) {
        return "";
    }

    if (X509_NAME_get_text_by_NID(X509_get_subject_name(signer),
                                  NID_commonName, name, sizeof(name))
        < 0)
    {
        name[0] = '\0';
    }

    number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(signer), NULL);
    serial = (number != NULL) ? BN_bn2hex(number) : NULL;

    snprintf(text, size, " (certificate of %s, serial %s)", name,
             (serial != NULL) ? serial : "unknown");

    OPENSSL_free(serial);
    BN_free(number);

    return text;
}


/* NULL and the signer's certificate, owned by cms, if the bytes are his. */

static const char *
package_cms(CMS_ContentInfo *cms, ic_str_t content, X509 **signer)
{
    int                          rc;
    BIO                         *bio;
    X509_ALGOR                  *algor;
    const EVP_MD                *md;
    STACK_OF(CMS_SignerInfo)    *infos;

    infos = (OBJ_obj2nid(CMS_get0_type(cms)) == NID_pkcs7_signed)
            ? CMS_get0_SignerInfos(cms) : NULL;

    if (infos == NULL || sk_CMS_SignerInfo_num(infos) != 1
        || CMS_is_detached(cms) != 1)
    {
        return "not a detached signature of exactly one signer";
    }

    bio = BIO_new_mem_buf(content.data, (int) content.len);
    rc = CMS_verify(cms, NULL, NULL, bio, NULL,
                    CMS_BINARY|CMS_NO_SIGNER_CERT_VERIFY);
    BIO_free(bio);

    if (rc != 1) {
        return "the signature is not over this manifest";
    }

    CMS_SignerInfo_get0_algs(sk_CMS_SignerInfo_value(infos, 0), NULL, signer,
                             &algor, NULL);

    md = EVP_get_digestbyobj(algor->algorithm);

    if (*signer == NULL || md == NULL
        || EVP_MD_get_size(md) < PACKAGE_DIGEST_MIN)
    {
        return "the signature's digest is too weak";
    }

    return NULL;
}


/* A trusted certificate may be an authority or the signer's own. */

static const char *
package_trusted(CMS_ContentInfo *cms, X509 *signer, const char *trusted,
    const char *crl)
{
    X509_STORE      *store;
    const char      *wrong;
    X509_STORE_CTX  *ctx;
    STACK_OF(X509)  *others;

    store = package_store(trusted, crl);

    if (store == NULL) {
        return "the trusted certificates or the revocation list of "
               "interconnd.conf cannot be read";
    }

    others = CMS_get1_certs(cms);
    ctx = X509_STORE_CTX_new();

    if (ctx == NULL || X509_STORE_CTX_init(ctx, store, signer, others) != 1) {
        wrong = "memory is short";

    } else if (X509_verify_cert(ctx) != 1) {
        wrong = X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx));

    } else {
        wrong = NULL;
    }

    X509_STORE_CTX_free(ctx);
    sk_X509_pop_free(others, X509_free);
    X509_STORE_free(store);

    return wrong;
}


static X509_STORE *
package_store(const char *trusted, const char *crl)
{
    X509_STORE         *store;
    unsigned long       flags;
    X509_VERIFY_PARAM  *param;

    store = ic_cert_roots(trusted);

    if (store == NULL) {
        return NULL;
    }

    flags = X509_V_FLAG_PARTIAL_CHAIN;

    if (crl != NULL) {
        flags |= X509_V_FLAG_CRL_CHECK;

        if (!package_crls(store, crl)) {
            X509_STORE_free(store);
            return NULL;
        }
    }

    param = X509_STORE_get0_param(store);
    (void) X509_VERIFY_PARAM_set_flags(param, flags);
    (void) X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_ANY);

    return store;
}


/* One list at least, and nothing broken in between. */

static bool
package_crls(X509_STORE *store, const char *file)
{
    BIO       *bio;
    bool       good;
    X509_CRL  *crl;
    unsigned   n;

    bio = BIO_new_file(file, "r");

    if (bio == NULL) {
        return false;
    }

    good = true;

    for (n = 0; good; n++) {
        ERR_clear_error();
        crl = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);

        if (crl == NULL) {
            good = (n > 0 && ERR_GET_REASON(ERR_peek_last_error())
                             == PEM_R_NO_START_LINE);
            break;
        }

        good = (X509_STORE_add_crl(store, crl) == 1);
        X509_CRL_free(crl);
    }

    BIO_free(bio);

    return good;
}


/* valid_from and valid_until of the descriptor: ms since the epoch. */

static int
package_dates(ic_package_t *pkg)
{
    int64_t           now;
    unsigned          i;
    const ic_json_t  *date;

    static const struct {
        const char  *name;
        int          sign;
        const char  *text;
    } dates[] = {
        { "valid_from", 1, "is not valid yet" },
        { "valid_until", -1, "is not valid any more" }
    };

    now = ic_now_ms();

    for (i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
        date = ic_json_get(pkg->descriptor, dates[i].name);

        if (date == NULL) {
            continue;
        }

        if (date->type != IC_JSON_INT
            || (dates[i].sign > 0 ? date->num > now : date->num <= now))
        {
            snprintf(pkg->error, sizeof(pkg->error), "%s %s: %s (%s)",
                     pkg->name, pkg->version, dates[i].text, dates[i].name);
            return -1;
        }
    }

    return 0;
}
