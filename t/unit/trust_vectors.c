
/* The vectors of docs/signatures.md, t/data/signatures. */


#include <stdlib.h>

#include "tap.h"

#include "../../src/lib/ic_codec.h"
#include "../../src/trust/ic_cert.h"
#include "../../src/trust/ic_sign.h"


static ic_str_t
vector(ic_arena_t *arena, const char *name)
{
    char     path[256], bytes[8192];
    FILE    *f;
    size_t   len;

    snprintf(path, sizeof(path), "t/data/signatures/%s", name);

    f = fopen(path, "r");
    if (f == NULL) {
        return ic_str(NULL);
    }

    len = fread(bytes, 1, sizeof(bytes), f);
    fclose(f);

    return ic_str_dup(arena, ic_str_n(bytes, len));
}


static void
test_message(ic_arena_t *arena)
{
    unsigned      i;
    char          name[64];
    EVP_PKEY     *key;
    ic_str_t      sign;
    ic_message_t  message;

    static const struct {
        const char  *name;
        const char  *auth_type;
    } keys[] = {
        { "rsa", "SHA256_RSA" },
        { "ecdsa", "SHA256_ECDSA" },
        { "sm2", "SM3_SM2" }
    };

    message.method = ic_str("POST");
    message.target_uri = ic_str("/v1/interconn/node/update");
    message.source_node_id = ic_str("hospital-a");
    message.target_node_id = ic_str("coordinator");
    message.nonce = ic_str("8f14e45fceea167a5a36dedd4bea2543");
    message.timestamp = ic_str("1767225600000");
    message.body = vector(arena, "body");

    for (i = 0; i < 3; i++) {
        snprintf(name, sizeof(name), "%s.pub", keys[i].name);
        key = ic_cert_public_key(vector(arena, name));

        snprintf(name, sizeof(name), "%s.sig", keys[i].name);
        sign = vector(arena, name);

        is_str(ic_sign_auth_type(key), keys[i].auth_type, "%s: auth_type",
               keys[i].name);
        ok(ic_sign_key_is(key, ic_str("CERT")), "... of a certificate");
        ok(!ic_sign_key_is(key, ic_str(keys[(i + 1) % 3].auth_type)),
           "... and no other");
        ok(ic_sign_check_message(arena, key, &message, sign), "%s: verifies",
           keys[i].name);

        message.nonce = ic_str("8f14e45fceea167a5a36dedd4bea2544");
        ok(!ic_sign_check_message(arena, key, &message, sign),
           "... not with another nonce");
        message.nonce = ic_str("8f14e45fceea167a5a36dedd4bea2543");

        EVP_PKEY_free(key);
    }

    key = ic_cert_private_key("t/data/signatures/rsa.key");
    sign = vector(arena, "rsa.sig");
    ok(ic_str_eq(ic_sign_message(arena, key, &message), sign),
       "rsa signs the same again");
    EVP_PKEY_free(key);
}


static void
test_proof(ic_arena_t *arena)
{
    char       hex[IC_SPKI_HEX], tls[IC_SPKI_HEX];
    EVP_PKEY  *old, *next, *other;
    ic_str_t   text, proof;

    old = ic_cert_public_key(vector(arena, "rsa.pub"));
    next = ic_cert_public_key(vector(arena, "next.pub"));
    other = ic_cert_public_key(vector(arena, "ecdsa.pub"));

    ic_cert_spki_key(next, hex);
    ic_cert_spki_key(other, tls);

    text = ic_sign_key_text(arena, ic_str("hospital-a"),
                            ic_str("SHA256_ECDSA"), ic_str(hex), ic_str(tls),
                            ic_str("1767225600000"));
    ok(ic_str_eq(text, vector(arena, "proof")), "the text of a proof");

    proof = ic_unbase64(arena, vector(arena, "proof.sig"));
    ok(ic_sign_verify(old, text, proof), "the old key signed it");
    ok(!ic_sign_verify(next, text, proof), "and no other");

    proof = ic_unbase64(arena, vector(arena, "key_proof.sig"));
    ok(ic_sign_verify(next, text, proof), "the new one signed it");
    ok(!ic_sign_verify(old, text, proof), "and no other");

    proof = ic_unbase64(arena, vector(arena, "tls_proof.sig"));
    ok(ic_sign_verify(other, text, proof), "so did that of TLS");
    ok(!ic_sign_verify(next, text, proof), "and no other");

    text = ic_sign_key_text(arena, ic_str("a\nb"), text, text, text, text);
    ok(text.data == NULL, "no line feed moves a border");

    EVP_PKEY_free(old);
    EVP_PKEY_free(next);
    EVP_PKEY_free(other);
}


int
main(void)
{
    ic_arena_t  *arena;

    arena = ic_pool_create();

    test_message(arena);
    test_proof(arena);

    ic_pool_destroy(arena);

    return done();
}
