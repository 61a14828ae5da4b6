
/* Certificates and keys of peers, as they come in a contract. */


#include "../../src/trust/ic_cert.h"
#include "../../src/trust/ic_sign.h"
#include "fuzz.h"


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    X509        *cert;
    char         hex[IC_SPKI_HEX];
    EVP_PKEY    *key;
    ic_str_t     text;
    ic_arena_t  *arena;

    arena = ic_pool_create();
    text = fuzz_copy(ic_str_n(data, size));
    key = ic_cert_public_key(text);
    cert = ic_cert_parse(text);

    if (key != NULL) {
        FUZZ_TRUE(ic_cert_spki_key(key, hex) == 0 && strlen(hex) == 64);
        (void) ic_sign_auth_type(key);
        FUZZ_TRUE(!ic_sign_verify(key, text, text));
        EVP_PKEY_free(key);
    }

    if (cert != NULL) {
        (void) ic_cert_spki(cert, hex);
        (void) ic_cert_name(arena, cert);
        (void) ic_cert_is_node(cert, ic_str("hospital-a"));
        (void) ic_cert_ends(cert);
        X509_free(cert);
    }

    free(text.data);
    ic_pool_destroy(arena);

    return 0;
}
