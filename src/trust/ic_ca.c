
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "../lib/ic_codec.h"
#include "ic_ca.h"
#include "ic_cert.h"


#define IC_CA_MAX_NAME    64         /* X.520, ub-common-name */
#define IC_CA_MAX_DAYS    36500
#define IC_CA_CLOCK_SKEW  300        /* s */
#define IC_CA_DAY         86400      /* s */
#define IC_CA_NODE_URN    "urn:interconn:node:"


typedef struct {
    char    *text;
    size_t   size;
} ic_ca_error_t;

typedef struct {
    int          nid;
    const char  *value;
} ic_ca_extension_t;


static int ic_ca_fail(ic_ca_error_t *error, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static X509 *ic_ca_certificate(EVP_PKEY *key, const char *name, int days);
static int ic_ca_set_serial(X509 *cert);
static int ic_ca_set_times(X509 *cert, int days);
static int ic_ca_set_name(X509 *cert, const char *name);
static int ic_ca_extend(X509 *cert, X509 *issuer,
    const ic_ca_extension_t *extensions);
static int ic_ca_add_names(X509 *cert, const char *node_id,
    const char *addresses);
static int ic_ca_add_addresses(GENERAL_NAMES *names, const char *addresses);
static int ic_ca_add_name(GENERAL_NAMES *names, int type, const char *text,
    size_t len);
static int ic_ca_issue_with(X509 *ca, EVP_PKEY *ca_key, X509 *cert,
    const char *node_id, const char *addresses, ic_ca_error_t *e);
static int ic_ca_write(const char *cert_file, X509 *cert,
    const char *key_file, EVP_PKEY *key, ic_ca_error_t *error);
static int ic_ca_write_bio(const char *file, BIO *bio, mode_t mode);
static int ic_ca_write_all(int fd, const char *data, long len);


static const ic_ca_extension_t  ic_ca_root_extensions[] = {
    { NID_basic_constraints,      "critical,CA:TRUE" },
    { NID_key_usage,              "critical,keyCertSign,cRLSign" },
    { NID_subject_key_identifier, "hash" },
    { 0,                          NULL }
};

static const ic_ca_extension_t  ic_ca_node_extensions[] = {
    { NID_basic_constraints,        "critical,CA:FALSE" },
    { NID_key_usage,                "critical,digitalSignature" },
    { NID_ext_key_usage,            "serverAuth,clientAuth" },
    { NID_subject_key_identifier,   "hash" },
    { NID_authority_key_identifier, "keyid" },
    { 0,                            NULL }
};


static int
ic_ca_fail(ic_ca_error_t *error, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    vsnprintf(error->text, error->size, fmt, args);
    va_end(args);

    return -1;
}


int
ic_ca_create(const char *cert_file, const char *key_file, const char *name,
    int days, char *error, size_t size)
{
    int             rc;
    X509           *cert;
    EVP_PKEY       *key;
    ic_ca_error_t   e = { error, size };

    ERR_set_mark();

    key = EVP_EC_gen("P-256");
    cert = ic_ca_certificate(key, name, days);

    if (cert == NULL) {
        rc = ic_ca_fail(&e, "cannot make a certificate for \"%s\", %d days: "
                        "1..64 bytes of UTF-8, at most %d days", name, days,
                        IC_CA_MAX_DAYS);

    } else if (X509_set_issuer_name(cert, X509_get_subject_name(cert)) != 1
               || ic_ca_extend(cert, cert, ic_ca_root_extensions) != 0
               || X509_sign(cert, key, EVP_sha256()) == 0)
    {
        rc = ic_ca_fail(&e, "cannot sign the certificate of \"%s\"", name);

    } else {
        rc = ic_ca_write(cert_file, cert, key_file, key, &e);
    }

    X509_free(cert);
    EVP_PKEY_free(key);
    ERR_pop_to_mark();

    return rc;
}


int
ic_ca_issue(const char *ca_cert, const char *ca_key, const char *cert_file,
    const char *key_file, const char *node_id, const char *addresses,
    int days, char *error, size_t size)
{
    int             rc;
    X509           *ca, *cert;
    EVP_PKEY       *signer, *key;
    ic_ca_error_t   e = { error, size };

    ERR_set_mark();

    cert = NULL;
    key = NULL;
    ca = ic_cert_read(ca_cert);
    signer = ic_cert_private_key(ca_key);

    if (ca == NULL || signer == NULL) {
        rc = ic_ca_fail(&e, "cannot read the CA's %s %s",
                        ca == NULL ? "certificate" : "key",
                        ca == NULL ? ca_cert : ca_key);

    } else if (!ic_id_valid(ic_str(node_id))
               || strlen(node_id) > IC_CA_MAX_NAME)
    {
        rc = ic_ca_fail(&e, "\"%s\" is no id of at most %d bytes", node_id,
                        IC_CA_MAX_NAME);

    } else {
        key = EVP_EC_gen("P-256");
        cert = ic_ca_certificate(key, node_id, days);
        rc = ic_ca_issue_with(ca, signer, cert, node_id, addresses, &e);
    }

    if (rc == 0) {
        rc = ic_ca_write(cert_file, cert, key_file, key, &e);
    }

    X509_free(ca);
    X509_free(cert);
    EVP_PKEY_free(signer);
    EVP_PKEY_free(key);
    ERR_pop_to_mark();

    return rc;
}


static int
ic_ca_issue_with(X509 *ca, EVP_PKEY *ca_key, X509 *cert, const char *node_id,
    const char *addresses, ic_ca_error_t *e)
{
    if (cert == NULL) {
        return ic_ca_fail(e, "cannot make a certificate for \"%s\", at most "
                          "%d days", node_id, IC_CA_MAX_DAYS);
    }

    if (X509_check_private_key(ca, ca_key) != 1) {
        return ic_ca_fail(e, "the CA's key does not belong to its "
                          "certificate");
    }

    if (ic_ca_add_names(cert, node_id, addresses) != 0) {
        return ic_ca_fail(e, "\"%s\" is no list as IP:<address>,DNS:<name>",
                          addresses == NULL ? "" : addresses);
    }

    if (X509_set_issuer_name(cert, X509_get_subject_name(ca)) != 1
        || ic_ca_extend(cert, ca, ic_ca_node_extensions) != 0
        || X509_sign(cert, ca_key, EVP_sha256()) == 0)
    {
        return ic_ca_fail(e, "cannot sign the certificate of \"%s\"",
                          node_id);
    }

    return 0;
}


/* Unsigned, without issuer and extensions; NULL on failure. */

static X509 *
ic_ca_certificate(EVP_PKEY *key, const char *name, int days)
{
    X509  *cert;

    if (key == NULL || days > IC_CA_MAX_DAYS || days < -IC_CA_MAX_DAYS) {
        return NULL;
    }

    cert = X509_new();

    if (cert == NULL
        || X509_set_version(cert, X509_VERSION_3) != 1
        || ic_ca_set_serial(cert) != 0
        || ic_ca_set_times(cert, days) != 0
        || ic_ca_set_name(cert, name) != 0
        || X509_set_pubkey(cert, key) != 1)
    {
        X509_free(cert);
        return NULL;
    }

    return cert;
}


static int
ic_ca_set_serial(X509 *cert)
{
    int      rc;
    BIGNUM  *number;

    number = BN_new();

    rc = number != NULL
         && BN_rand(number, 128, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1
         && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) != NULL;

    BN_free(number);

    return rc ? 0 : -1;
}


/* From a little earlier, for peers whose clock is behind. */

static int
ic_ca_set_times(X509 *cert, int days)
{
    time_t  now, from, to;

    now = time(NULL);
    to = now + (time_t) days * IC_CA_DAY;
    from = days > 0 ? now - IC_CA_CLOCK_SKEW : to - IC_CA_DAY;

    if (ASN1_TIME_set(X509_getm_notBefore(cert), from) == NULL
        || ASN1_TIME_set(X509_getm_notAfter(cert), to) == NULL)
    {
        return -1;
    }

    return 0;
}


static int
ic_ca_set_name(X509 *cert, const char *name)
{
    size_t      len;
    X509_NAME  *subject;

    len = strlen(name);
    if (len == 0 || len > IC_CA_MAX_NAME) {
        return -1;
    }

    subject = X509_get_subject_name(cert);

    if (X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                                   (const u_char *) name, (int) len, -1, 0)
        != 1)
    {
        return -1;
    }

    return 0;
}


static int
ic_ca_extend(X509 *cert, X509 *issuer, const ic_ca_extension_t *extensions)
{
    int                       rc;
    X509V3_CTX                ctx;
    X509_EXTENSION           *extension;
    const ic_ca_extension_t  *e;

    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);

    for (e = extensions; e->value != NULL; e++) {
        extension = X509V3_EXT_conf_nid(NULL, &ctx, e->nid, e->value);
        if (extension == NULL) {
            return -1;
        }

        rc = X509_add_ext(cert, extension, -1);
        X509_EXTENSION_free(extension);

        if (rc != 1) {
            return -1;
        }
    }

    return 0;
}


static int
ic_ca_add_names(X509 *cert, const char *node_id, const char *addresses)
{
    int             rc;
    char            urn[sizeof(IC_CA_NODE_URN) + IC_CA_MAX_NAME];
    GENERAL_NAMES  *names;

    names = GENERAL_NAMES_new();
    if (names == NULL) {
        return -1;
    }

    rc = snprintf(urn, sizeof(urn), IC_CA_NODE_URN "%s", node_id);

    if (ic_ca_add_addresses(names, addresses == NULL ? "" : addresses) != 0
        || ic_ca_add_name(names, GEN_URI, urn, (size_t) rc) != 0
        || X509_add1_ext_i2d(cert, NID_subject_alt_name, names, 0,
                             X509V3_ADD_DEFAULT)
           != 1)
    {
        rc = -1;

    } else {
        rc = 0;
    }

    GENERAL_NAMES_free(names);

    return rc;
}


static int
ic_ca_add_addresses(GENERAL_NAMES *names, const char *addresses)
{
    int          type;
    size_t       len, prefix;
    const char  *p;

    for (p = addresses; *p != '\0'; p += len + (p[len] == ',')) {
        len = strcspn(p, ",");

        if (strncmp(p, "IP:", 3) == 0) {
            type = GEN_IPADD;
            prefix = 3;

        } else if (strncmp(p, "DNS:", 4) == 0) {
            type = GEN_DNS;
            prefix = 4;

        } else {
            return -1;
        }

        if (ic_ca_add_name(names, type, p + prefix, len - prefix) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
ic_ca_add_name(GENERAL_NAMES *names, int type, const char *text, size_t len)
{
    char                value[256];
    ASN1_STRING        *string;
    GENERAL_NAME       *name;

    if (len == 0 || len >= sizeof(value)) {
        return -1;
    }

    memcpy(value, text, len);
    value[len] = '\0';

    if (type == GEN_IPADD) {
        string = a2i_IPADDRESS(value);

    } else {
        string = ASN1_IA5STRING_new();

        if (string != NULL && ASN1_STRING_set(string, value, (int) len) != 1) {
            ASN1_STRING_free(string);
            string = NULL;
        }
    }

    name = GENERAL_NAME_new();

    if (string == NULL || name == NULL) {
        ASN1_STRING_free(string);
        GENERAL_NAME_free(name);
        return -1;
    }

    GENERAL_NAME_set0_value(name, type, string);

    if (sk_GENERAL_NAME_push(names, name) == 0) {
        GENERAL_NAME_free(name);
        return -1;
    }

    return 0;
}


/* The key first: a certificate without its key is of no use. */

static int
ic_ca_write(const char *cert_file, X509 *cert, const char *key_file,
    EVP_PKEY *key, ic_ca_error_t *error)
{
    int          rc;
    BIO         *bio;
    const char  *file;

    file = key_file;
    bio = BIO_new(BIO_s_secmem());
    rc = -1;

    if (bio != NULL
        && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1)
    {
        rc = ic_ca_write_bio(file, bio, 0600);
    }

    BIO_free(bio);

    if (rc == 0) {
        file = cert_file;
        bio = BIO_new(BIO_s_mem());
        rc = -1;

        if (bio != NULL && PEM_write_bio_X509(bio, cert) == 1) {
            rc = ic_ca_write_bio(file, bio, 0644);
        }

        BIO_free(bio);
    }

    if (rc != 0) {
        return ic_ca_fail(error, "cannot write %s: %s", file,
                          strerror(errno));
    }

    return 0;
}


/* Never readable by others, not even an old file about to be replaced. */

static int
ic_ca_write_bio(const char *file, BIO *bio, mode_t mode)
{
    int    fd, rc;
    long   len;
    char  *data;

    len = BIO_get_mem_data(bio, &data);

    fd = open(file, O_WRONLY|O_CREAT|O_CLOEXEC, mode);
    if (fd == -1) {
        return -1;
    }

    rc = -1;

    if (fchmod(fd, mode) == 0 && ftruncate(fd, 0) == 0) {
        rc = ic_ca_write_all(fd, data, len);
    }

    if (close(fd) == -1) {
        rc = -1;
    }

    return rc;
}


static int
ic_ca_write_all(int fd, const char *data, long len)
{
    ssize_t  n;

    while (len > 0) {
        n = write(fd, data, (size_t) len);

        if (n == -1 && errno != EINTR) {
            return -1;
        }

        if (n > 0) {
            data += n;
            len -= n;
        }
    }

    return 0;
}
