
/*
 * Who signed a package: detached CMS signatures (RFC 5652) over the bytes of
 * its manifest, DER, the signer's certificates included.
 */


#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "../lib/ic_codec.h"
#include "../trust/ic_cert.h"
#include "../trust/ic_crl.h"
#include "../trust/ic_sign.h"
#include "ic_package.h"


#define PACKAGE_DIGEST_MIN  32           /* bytes: SHA-256 and SM3 */
#define PACKAGE_GMT_0010    "1.2.156.10197.6.1.4.2."

/* OpenSSL 3.0 can neither write nor read it, whatever the id. */
#define PACKAGE_SM2                                                           \
    "a signature of a package is by an RSA, P-256 or P-384 key, not by SM2 "  \
    "(an SM2 authority may have issued its certificate)"


static int package_signed(ic_package_t *pkg, ic_package_signer_e by,
    const ic_package_policy_t *policy);
static const char *package_whose(X509 *signer, char *text, size_t size);
static const char *package_cms(CMS_ContentInfo *cms, ic_str_t content,
    X509 **signer);
static bool package_is_sm2(CMS_ContentInfo *cms);
static const char *package_trusted(CMS_ContentInfo *cms, X509 *signer,
    const char *trusted, const ic_package_policy_t *policy);
static X509_STORE_CTX *package_chain(X509_STORE *roots, X509 *signer,
    STACK_OF(X509) *others);
static const char *package_revoked(const ic_package_policy_t *policy,
    STACK_OF(X509) *chain);
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
    bool              sm2;
    ic_str_t          text, der;
    EVP_PKEY         *private;
    CMS_ContentInfo  *cms;

    text = ic_tar_get(&pkg->tar, IC_PACKAGE_MANIFEST);
    der = ic_str(NULL);
    cms = NULL;

    cert = ic_cert_read(certificate);
    private = ic_cert_private_key(key);
    bio = BIO_new_mem_buf(text.data, (int) text.len);

    sm2 = private != NULL && ic_sign_key_is(private, ic_str("SM3_SM2"));

    if (cert != NULL && private != NULL && bio != NULL && !sm2
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

    if (sm2) {
        snprintf(pkg->error, sizeof(pkg->error), "%s: " PACKAGE_SM2, key);
        return -1;
    }

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
        wrong = package_trusted(cms, signer, policy->trusted[by], policy);
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

    if (package_is_sm2(cms)) {
        return PACKAGE_SM2;
    }

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


/* Of GM/T 0010, or of RFC 5652 with a signer of that algorithm. */

static bool
package_is_sm2(CMS_ContentInfo *cms)
{
    int                        i, nid;
    char                       type[64];
    X509_ALGOR                *algor;
    STACK_OF(CMS_SignerInfo)  *infos;

    if (OBJ_obj2txt(type, sizeof(type), CMS_get0_type(cms), 1) > 0
        && strncmp(type, PACKAGE_GMT_0010, sizeof(PACKAGE_GMT_0010) - 1) == 0)
    {
        return true;
    }

    infos = (OBJ_obj2nid(CMS_get0_type(cms)) == NID_pkcs7_signed)
            ? CMS_get0_SignerInfos(cms) : NULL;

    for (i = 0; infos != NULL && i < sk_CMS_SignerInfo_num(infos); i++) {
        CMS_SignerInfo_get0_algs(sk_CMS_SignerInfo_value(infos, i), NULL,
                                 NULL, NULL, &algor);
        nid = OBJ_obj2nid(algor->algorithm);

        if (nid == NID_SM2_with_SM3 || nid == NID_sm2) {
            return true;
        }
    }

    return false;
}


/* A trusted certificate may be an authority or the signer's own. */

static const char *
package_trusted(CMS_ContentInfo *cms, X509 *signer, const char *trusted,
    const ic_package_policy_t *policy)
{
    X509_STORE      *roots;
    const char      *wrong;
    X509_STORE_CTX  *ctx;
    STACK_OF(X509)  *others;

    roots = ic_cert_roots(trusted);

    if (roots == NULL) {
        return "the trusted certificates of interconnd.conf cannot be read";
    }

    others = CMS_get1_certs(cms);
    ctx = package_chain(roots, signer, others);

    if (ctx == NULL) {
        wrong = "memory is short";

    } else if (X509_verify_cert(ctx) != 1) {
        wrong = X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx));

    } else {
        wrong = package_revoked(policy, X509_STORE_CTX_get0_chain(ctx));
    }

    X509_STORE_CTX_free(ctx);
    sk_X509_pop_free(others, X509_free);
    X509_STORE_free(roots);

    return wrong;
}


/* NULL: memory is short. */

static X509_STORE_CTX *
package_chain(X509_STORE *roots, X509 *signer, STACK_OF(X509) *others)
{
    int                 i, rc;
    X509_STORE_CTX     *ctx;
    X509_VERIFY_PARAM  *param;

    rc = ic_cert_set_sm2_id(signer);

    for (i = 0; rc == 0 && i < sk_X509_num(others); i++) {
        rc = ic_cert_set_sm2_id(sk_X509_value(others, i));
    }

    ctx = (rc == 0) ? X509_STORE_CTX_new() : NULL;

    if (ctx == NULL || X509_STORE_CTX_init(ctx, roots, signer, others) != 1) {
        X509_STORE_CTX_free(ctx);
        return NULL;
    }

    param = X509_STORE_CTX_get0_param(ctx);
    (void) X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
    (void) X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_ANY);

    return ctx;
}


static const char *
package_revoked(const ic_package_policy_t *policy, STACK_OF(X509) *chain)
{
    int        rc;
    char       error[256];
    ic_crl_t  *crl;

    if (policy->crl == NULL) {
        return NULL;
    }

    crl = ic_crl_open(policy->crl, policy->crl_grace, error, sizeof(error));

    if (crl == NULL) {
        return "the revocation list of interconnd.conf cannot be read";
    }

    rc = ic_crl_check(crl, chain);
    ic_crl_close(crl);

    return rc == X509_V_OK ? NULL : X509_verify_cert_error_string(rc);
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
