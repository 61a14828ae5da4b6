
/* TLS to other nodes. */


#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <strings.h>

#include "interconnd_crl.h"
#include "interconnd_tls.h"


static SSL *interconnd_tls_connection(CURL *easy);
static X509 *interconnd_tls_server(CURL *easy);
static bool interconnd_tls_names_host(X509 *cert, const char *address);


int
interconnd_tls_setup(CURL *easy, const interconnd_conf_t *conf,
    const interconnd_identity_t *identity)
{
    if (curl_easy_setopt(easy, CURLOPT_SSLVERSION,
                         (long) CURL_SSLVERSION_TLSv1_2) != CURLE_OK
        || curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) != CURLE_OK
        || curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L) != CURLE_OK)
    {
        return -1;
    }

    /* a resumed session would outlive a revocation */
    curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);

    if (conf->trusted_certificate != NULL) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, conf->trusted_certificate);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }

    if (identity->certificate != NULL && identity->certificate_key != NULL) {
        curl_easy_setopt(easy, CURLOPT_SSLCERT, identity->certificate);
        curl_easy_setopt(easy, CURLOPT_SSLKEY, identity->certificate_key);
    }

    return 0;
}


bool
interconnd_tls_is_node(CURL *easy, const char *node_id, const char *address,
    char spki[IC_SPKI_HEX])
{
    bool   is;
    X509  *cert;

    if (strncasecmp(address, "http://", sizeof("http://") - 1) == 0) {
        return true;
    }

    cert = interconnd_tls_server(easy);

    is = cert != NULL
         && (ic_cert_is_node(cert, ic_str(node_id))
             || interconnd_tls_names_host(cert, address))
         && (spki == NULL || ic_cert_spki(cert, spki) == 0);

    X509_free(cert);

    return is;
}


const char *
interconnd_tls_refuses(CURL *easy, interconnd_keys_t *keys)
{
    SSL  *ssl;

    ssl = interconnd_tls_connection(easy);

    return ssl == NULL ? NULL : interconnd_crl_refuses(keys->crl, ssl);
}


/* To be freed by the caller; NULL: there is none. */
static X509 *
interconnd_tls_server(CURL *easy)
{
    SSL  *ssl;

    ssl = interconnd_tls_connection(easy);

    return ssl == NULL ? NULL : SSL_get1_peer_certificate(ssl);
}


/* NULL: there is none, as of http://. */
static SSL *
interconnd_tls_connection(CURL *easy)
{
    const struct curl_tlssessioninfo  *info;

    info = NULL;

    if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &info) != CURLE_OK
        || info == NULL || info->backend != CURLSSLBACKEND_OPENSSL
        || info->internals == NULL)
    {
        return NULL;
    }

    return info->internals;
}


ic_str_t
interconnd_tls_certificate(CURL *easy, ic_arena_t *arena)
{
    BIO       *bio;
    X509      *cert;
    long       len;
    char      *data;
    ic_str_t   pem;

    pem = ic_str(NULL);
    cert = interconnd_tls_server(easy);
    bio = cert == NULL ? NULL : BIO_new(BIO_s_mem());

    if (bio != NULL && PEM_write_bio_X509(bio, cert) == 1) {
        len = BIO_get_mem_data(bio, &data);
        pem = ic_str_dup(arena, ic_str_n(data, (size_t) len));
    }

    BIO_free(bio);
    X509_free(cert);

    return pem;
}


static bool
interconnd_tls_names_host(X509 *cert, const char *address)
{
    char   *host;
    bool    is;
    CURLU  *url;

    is = false;
    host = NULL;
    url = curl_url();

    if (url != NULL && curl_url_set(url, CURLUPART_URL, address, 0) == CURLUE_OK
        && curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK)
    {
        is = X509_check_ip_asc(cert, host, 0) == 1
             || X509_check_host(cert, host, 0, 0, NULL) == 1;
    }

    curl_free(host);
    curl_url_cleanup(url);

    return is;
}
