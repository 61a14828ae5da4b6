
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "ic_cert.h"


#define IC_CERT_MAX_PEM   65536
#define IC_CERT_KEY_MAX   32768
#define IC_CERT_NODE_URN  "urn:interconn:node:"
#define IC_CERT_SM2_ID    "1234567812345678"


static EVP_PKEY *ic_cert_pem_key(ic_str_t pem);
static EVP_PKEY *ic_cert_base64_key(ic_str_t text);
static EVP_PKEY *ic_cert_der_key(const u_char *der, long len);
static int ic_cert_digest_der(u_char *der, int len, char hex[IC_SPKI_HEX]);
static BIO *ic_cert_bio(ic_str_t pem);
static int ic_cert_no_password(char *buf, int size, int writing, void *data);
static ic_str_t ic_cert_common_name(X509 *cert, u_char **text);
static bool ic_cert_name_is(const GENERAL_NAME *name, ic_str_t node_id);
static int ic_cert_add_roots(X509_STORE *store, BIO *bio);


/*
 * Failures are told by return values. What OpenSSL queued about them is
 * dropped up to a mark, or nginx would report it with the next connection.
 */


int
ic_cert_spki(X509 *cert, char hex[IC_SPKI_HEX])
{
    int      rc, len;
    u_char  *der;

    ERR_set_mark();

    der = NULL;
    len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);
    rc = ic_cert_digest_der(der, len, hex);

    ERR_pop_to_mark();

    return rc;
}


int
ic_cert_spki_key(EVP_PKEY *key, char hex[IC_SPKI_HEX])
{
    int      rc, len;
    u_char  *der;

    ERR_set_mark();

    der = NULL;
    len = i2d_PUBKEY(key, &der);
    rc = ic_cert_digest_der(der, len, hex);

    ERR_pop_to_mark();

    return rc;
}


static int
ic_cert_digest_der(u_char *der, int len, char hex[IC_SPKI_HEX])
{
    if (len <= 0) {
        return -1;
    }

    ic_sha256_hex(hex, der, (size_t) len);
    OPENSSL_free(der);

    return 0;
}


X509 *
ic_cert_parse(ic_str_t pem)
{
    BIO   *bio;
    X509  *cert;

    ERR_set_mark();

    cert = NULL;
    bio = ic_cert_bio(pem);

    if (bio != NULL) {
        cert = PEM_read_bio_X509(bio, NULL, ic_cert_no_password, NULL);
        BIO_free(bio);
    }

    ERR_pop_to_mark();

    return cert;
}


X509 *
ic_cert_read(const char *file)
{
    BIO   *bio;
    X509  *cert;

    ERR_set_mark();

    cert = NULL;
    bio = BIO_new_file(file, "r");

    if (bio != NULL) {
        cert = PEM_read_bio_X509(bio, NULL, ic_cert_no_password, NULL);
        BIO_free(bio);
    }

    ERR_pop_to_mark();

    return cert;
}


EVP_PKEY *
ic_cert_public_key(ic_str_t text)
{
    EVP_PKEY  *key;

    ERR_set_mark();

    key = ic_cert_pem_key(text);

    if (key == NULL) {
        key = ic_cert_base64_key(text);
    }

    ERR_pop_to_mark();

    return key;
}


static EVP_PKEY *
ic_cert_pem_key(ic_str_t pem)
{
    BIO       *bio;
    X509      *cert;
    EVP_PKEY  *key;

    cert = ic_cert_parse(pem);

    if (cert != NULL) {
        key = X509_get_pubkey(cert);
        X509_free(cert);
        return key;
    }

    bio = ic_cert_bio(pem);
    if (bio == NULL) {
        return NULL;
    }

    key = PEM_read_bio_PUBKEY(bio, NULL, ic_cert_no_password, NULL);
    BIO_free(bio);

    return key;
}


/* OpenSSL's decoder, since the lines of such a text may be folded. */

static EVP_PKEY *
ic_cert_base64_key(ic_str_t text)
{
    int              len, rest;
    u_char          *der;
    EVP_PKEY        *key;
    EVP_ENCODE_CTX  *ctx;

    if (text.data == NULL || text.len == 0 || text.len > IC_CERT_MAX_PEM) {
        return NULL;
    }

    key = NULL;
    der = OPENSSL_malloc(text.len);
    ctx = EVP_ENCODE_CTX_new();

    if (der != NULL && ctx != NULL) {
        EVP_DecodeInit(ctx);

        if (EVP_DecodeUpdate(ctx, der, &len, text.data, (int) text.len) >= 0
            && EVP_DecodeFinal(ctx, der + len, &rest) == 1)
        {
            key = ic_cert_der_key(der, len + rest);
        }
    }

    EVP_ENCODE_CTX_free(ctx);
    OPENSSL_free(der);

    return key;
}


/* Nothing may follow the certificate or key. */

static EVP_PKEY *
ic_cert_der_key(const u_char *der, long len)
{
    X509          *cert;
    EVP_PKEY      *key;
    const u_char  *p;

    p = der;
    cert = d2i_X509(NULL, &p, len);

    if (cert != NULL) {
        key = p == der + len ? X509_get_pubkey(cert) : NULL;
        X509_free(cert);
        return key;
    }

    p = der;
    key = d2i_PUBKEY(NULL, &p, len);

    if (key != NULL && p != der + len) {
        EVP_PKEY_free(key);
        key = NULL;
    }

    return key;
}


static BIO *
ic_cert_bio(ic_str_t pem)
{
    if (pem.data == NULL || pem.len == 0 || pem.len > IC_CERT_MAX_PEM) {
        return NULL;
    }

    return BIO_new_mem_buf(pem.data, (int) pem.len);
}


/* Instead of OpenSSL's own, which asks at the terminal. */

static int
ic_cert_no_password(char *buf, int size, int writing, void *data)
{
    return -1;
}


ic_str_t
ic_cert_name(ic_arena_t *arena, X509 *cert)
{
    u_char    *text;
    ic_str_t   name, copy = ic_null_string;

    ERR_set_mark();

    name = ic_cert_common_name(cert, &text);

    if (name.data != NULL) {
        copy = ic_str_dup(arena, name);
        OPENSSL_free(text);
    }

    ERR_pop_to_mark();

    return copy;
}


/*
 * The only common name: a subject with two is nobody in particular. The
 * text is freed with OPENSSL_free() unless the null string is returned.
 */

static ic_str_t
ic_cert_common_name(X509 *cert, u_char **text)
{
    int               i, len;
    X509_NAME        *subject;
    ic_str_t          name = ic_null_string;
    X509_NAME_ENTRY  *entry;

    subject = X509_get_subject_name(cert);

    i = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (i < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, i) >= 0) {
        return name;
    }

    entry = X509_NAME_get_entry(subject, i);

    len = ASN1_STRING_to_UTF8(text, X509_NAME_ENTRY_get_data(entry));
    if (len < 0) {
        return name;
    }

    if (len == 0 || memchr(*text, '\0', (size_t) len) != NULL) {
        OPENSSL_free(*text);
        return name;
    }

    return ic_str_n(*text, (size_t) len);
}


bool
ic_cert_is_node(X509 *cert, ic_str_t node_id)
{
    int             i;
    bool            found;
    u_char         *text;
    ic_str_t        name;
    GENERAL_NAMES  *names;

    if (node_id.len == 0) {
        return false;
    }

    ERR_set_mark();

    found = false;
    name = ic_cert_common_name(cert, &text);

    if (name.data != NULL) {
        found = ic_str_eq(name, node_id);
        OPENSSL_free(text);
    }

    names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);

    for (i = 0; !found && i < sk_GENERAL_NAME_num(names); i++) {
        found = ic_cert_name_is(sk_GENERAL_NAME_value(names, i), node_id);
    }

    GENERAL_NAMES_free(names);
    ERR_pop_to_mark();

    return found;
}


static bool
ic_cert_name_is(const GENERAL_NAME *name, ic_str_t node_id)
{
    int                 type;
    size_t              prefix;
    ic_str_t            text;
    const ASN1_STRING  *value;

    value = GENERAL_NAME_get0_value(name, &type);

    if (type != GEN_DNS && type != GEN_URI) {
        return false;
    }

    text = ic_str_n(ASN1_STRING_get0_data(value),
                    (size_t) ASN1_STRING_length(value));

    if (type == GEN_URI) {
        prefix = sizeof(IC_CERT_NODE_URN) - 1;

        if (text.len < prefix
            || memcmp(text.data, IC_CERT_NODE_URN, prefix) != 0)
        {
            return false;
        }

        text.data += prefix;
        text.len -= prefix;
    }

    return ic_str_eq(text, node_id);
}


bool
ic_cert_verify(X509 *cert, X509_STORE *roots, const char **reason)
{
    bool             good;
    const char      *why;
    X509_STORE_CTX  *ctx;

    ERR_set_mark();

    good = false;
    why = "out of memory";
    ctx = X509_STORE_CTX_new();

    if (ctx != NULL && ic_cert_set_sm2_id(cert) == 0
        && X509_STORE_CTX_init(ctx, roots, cert, NULL) == 1)
    {
        good = X509_verify_cert(ctx) == 1;
        why = X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx));
    }

    if (reason != NULL && !good) {
        *reason = why;
    }

    X509_STORE_CTX_free(ctx);
    ERR_pop_to_mark();

    return good;
}


/* OpenSSL 3.0 assumes an empty id, the standard and OpenSSL 4 do not. */

int
ic_cert_set_sm2_id(X509 *cert)
{
    ASN1_OCTET_STRING  *id;

    if (X509_get_signature_nid(cert) != NID_SM2_with_SM3
        || X509_get0_distinguishing_id(cert) != NULL)
    {
        return 0;
    }

    id = ASN1_OCTET_STRING_new();

    if (id == NULL
        || ASN1_OCTET_STRING_set(id, (const u_char *) IC_CERT_SM2_ID,
                                 sizeof(IC_CERT_SM2_ID) - 1)
           != 1)
    {
        ASN1_OCTET_STRING_free(id);
        return -1;
    }

    X509_set0_distinguishing_id(cert, id);

    return 0;
}


X509_STORE *
ic_cert_roots(const char *file)
{
    BIO         *bio;
    X509_STORE  *store;

    ERR_set_mark();

    store = X509_STORE_new();
    bio = BIO_new_file(file, "r");

    if (store == NULL || bio == NULL || ic_cert_add_roots(store, bio) != 0) {
        X509_STORE_free(store);
        store = NULL;
    }

    BIO_free(bio);
    ERR_pop_to_mark();

    return store;
}


/* One certificate at least, and nothing broken in between. */

static int
ic_cert_add_roots(X509_STORE *store, BIO *bio)
{
    int        rc, count;
    X509      *cert;
    unsigned   reason;

    for (count = 0; ; count++) {
        cert = PEM_read_bio_X509(bio, NULL, ic_cert_no_password, NULL);

        if (cert == NULL) {
            reason = ERR_GET_REASON(ERR_peek_last_error());
            return count > 0 && reason == PEM_R_NO_START_LINE ? 0 : -1;
        }

        rc = ic_cert_set_sm2_id(cert);

        if (rc == 0 && X509_STORE_add_cert(store, cert) != 1) {
            rc = -1;
        }

        X509_free(cert);

        if (rc != 0) {
            return -1;
        }
    }
}


int64_t
ic_cert_ends(const X509 *cert)
{
    int64_t    seconds;
    struct tm  tm;

    if (ASN1_TIME_to_tm(X509_get0_notAfter(cert), &tm) != 1) {
        return -1;
    }

    seconds = (int64_t) timegm(&tm);

    return seconds < 0 ? -1 : seconds * 1000;
}


int64_t
ic_cert_chain_ends(STACK_OF(X509) *chain)
{
    int      i;
    int64_t  ends, first;

    first = -1;

    for (i = 0; i < sk_X509_num(chain); i++) {
        ends = ic_cert_ends(sk_X509_value(chain, i));

        if (ends >= 0 && (first < 0 || ends < first)) {
            first = ends;
        }
    }

    return first;
}


/* Read into bytes of our own: those of a FILE would be freed as they are. */

EVP_PKEY *
ic_cert_private_key(const char *file)
{
    int        fd;
    BIO       *bio;
    char       text[IC_CERT_KEY_MAX];
    ssize_t    n;
    EVP_PKEY  *key;

    fd = open(file, O_RDONLY|O_CLOEXEC);

    if (fd == -1) {
        return NULL;
    }

    n = read(fd, text, sizeof(text));
    close(fd);

    ERR_set_mark();

    key = NULL;
    bio = n > 0 && n < (ssize_t) sizeof(text)
          ? BIO_new_mem_buf(text, (int) n) : NULL;

    if (bio != NULL) {
        key = PEM_read_bio_PrivateKey(bio, NULL, ic_cert_no_password, NULL);
        BIO_free(bio);
    }

    OPENSSL_cleanse(text, sizeof(text));
    ERR_pop_to_mark();

    return key;
}
