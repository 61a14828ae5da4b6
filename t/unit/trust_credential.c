
/* Public keys as contracts have them: PEM, or base64 on one line or more. */


#include <openssl/err.h>
#include <openssl/pem.h>

#include "tap.h"
#include "../../src/trust/ic_cert.h"


typedef enum { PEM, FOLDED, ONE_LINE } form_e;


/* A PEM text as it is, without its borders, or without line feeds too. */

static ic_str_t
form(ic_arena_t *arena, BIO *bio, form_e how)
{
    char      line[256];
    u_char   *p;
    ic_str_t  text;

    text.data = p = ic_alloc(arena, 16384);

    while (BIO_gets(bio, line, sizeof(line)) > 0) {
        if (how != PEM && strncmp(line, "-----", 5) == 0) {
            continue;
        }

        if (how == ONE_LINE) {
            line[strcspn(line, "\n")] = '\0';
        }

        p = (u_char *) stpcpy((char *) p, line);
    }

    text.len = p - text.data;
    BIO_free(bio);

    return text;
}


static BIO *
as_key(EVP_PKEY *key)
{
    BIO  *bio;

    bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, key);

    return bio;
}


static BIO *
as_certificate(EVP_PKEY *key)
{
    BIO   *bio;
    X509  *cert;

    cert = X509_new();
    X509_gmtime_adj(X509_getm_notBefore(cert), 0);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_set_pubkey(cert, key);
    X509_sign(cert, key, EVP_sha256());

    bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, cert);
    X509_free(cert);

    return bio;
}


static void
is_key(ic_str_t text, const char *hex, const char *what)
{
    char       found[IC_SPKI_HEX] = "";
    EVP_PKEY  *key;

    key = ic_cert_public_key(text);

    if (key != NULL) {
        ic_cert_spki_key(key, found);
    }

    is_str(found, hex, "%s", what);
    EVP_PKEY_free(key);
}


static void
test_forms(ic_arena_t *arena, EVP_PKEY *key, const char *name)
{
    int   i;
    char  hex[IC_SPKI_HEX], what[64];

    static const char *const  forms[] = { "PEM", "folded", "one line" };

    ic_cert_spki_key(key, hex);

    for (i = PEM; i <= ONE_LINE; i++) {
        snprintf(what, sizeof(what), "%s key, %s", name, forms[i]);
        is_key(form(arena, as_key(key), i), hex, what);

        snprintf(what, sizeof(what), "%s certificate, %s", name, forms[i]);
        is_key(form(arena, as_certificate(key), i), hex, what);
    }
}


static void
test_refused(ic_arena_t *arena, EVP_PKEY *key)
{
    size_t    i;
    unsigned  accepted;
    ic_str_t  text, longer;

    text = form(arena, as_key(key), ONE_LINE);
    accepted = 0;

    for (i = 0; i < text.len; i++) {
        accepted += ic_cert_public_key(ic_str_n(text.data, i)) != NULL;
    }

    is_int(accepted, 0, "%zu beginnings of a key", text.len);

    longer = ic_str_n(ic_zalloc(arena, 70000), 70000);
    memset(longer.data, '\n', longer.len);
    memcpy(longer.data, text.data, text.len);
    is_key(ic_str_n(longer.data, 65537), "", "65537 bytes");

    longer = ic_str_fmt(arena, "%.*sAAAA", (int) text.len, text.data);
    is_key(longer, "", "three bytes too many");
    is_key(ic_str("AAAA"), "", "zeros");
    is_key(ic_str("="), "", "a sign");
    is_key(ic_str("no key"), "", "a sentence");
    is_key(ic_str_n(NULL, 0), "", "nothing");
}


int
main(void)
{
    char         hex[IC_SPKI_HEX];
    EVP_PKEY    *p256, *rsa, *sm2;
    ic_arena_t  *arena;

    arena = ic_pool_create();

    p256 = EVP_EC_gen("P-256");
    rsa = EVP_RSA_gen(2048);
    sm2 = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");

    test_forms(arena, p256, "P-256");
    test_forms(arena, rsa, "RSA");
    ic_cert_spki_key(sm2, hex);
    is_key(form(arena, as_key(sm2), ONE_LINE), hex, "SM2 key, one line");
    test_refused(arena, rsa);

    is_int((int) ERR_peek_error(), 0, "nothing is left in OpenSSL's queue");

    EVP_PKEY_free(p256);
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(sm2);
    ic_pool_destroy(arena);

    return done();
}
