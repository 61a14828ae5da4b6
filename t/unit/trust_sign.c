
/* Signatures with every kind of key, and what is signed. */


#include <stdlib.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "tap.h"
#include "../../src/lib/ic_codec.h"
#include "../../src/trust/ic_cert.h"
#include "../../src/trust/ic_sign.h"


/* The example of docs/security.md; nobody has the private key. */

static const char  example_key[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEX7rb9pkZ5X3URlcevMmjczqKwpWY\n"
    "gjoQDHxXnKL8qcDtgmu/09uGgJXptleiAUkjcUFaT8tGuUDQPCPcW0m10A==\n"
    "-----END PUBLIC KEY-----\n";

static const char  example_text[] =
    "POST\n"
    "/v1/interconn/node/contract/query?contract_id=C1\n"
    "hospital-a\n"
    "coordinator\n"
    "8f14e45fceea167a5a36dedd4bea2543\n"
    "1767225600000\n"
    "a29ee2b15c494311c52521766e44af56a3ad2248e7a8ab465e5206463c13d288";

static const char  example_digest[] =
    "b7ca43f1c7a39c505084f31b2e953c7ee74d5cebf79c37d32a147a8f3189f219";

static const char  example_signature[] =
    "MEYCIQCNGKmZRk74aACg2hoTSn23SKYqJ390aIHXGt7s5pVvQgIhAPUF84AyDI95"
    "eaOz6CQ5YWUygKKSRfgUSNnhj3q2+Oxu";

static const ic_message_t  example = {
    ic_string("POST"),
    ic_string("/v1/interconn/node/contract/query?contract_id=C1"),
    ic_string("hospital-a"),
    ic_string("coordinator"),
    ic_string("8f14e45fceea167a5a36dedd4bea2543"),
    ic_string("1767225600000"),
    ic_string("{\"status\":\"ok\"}")
};


typedef struct {
    const char  *name;
    EVP_PKEY    *key;
    EVP_PKEY    *other;
} sign_key_t;


/* The same key as others see it: its public half, from PEM. */

static EVP_PKEY *
public_half(EVP_PKEY *key)
{
    BIO       *bio;
    EVP_PKEY  *half;

    bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, key);
    half = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
    BIO_free(bio);

    return half;
}


static void
test_altered(ic_arena_t *arena, const char *name, EVP_PKEY *key,
    ic_str_t data, ic_str_t signature)
{
    size_t    i;
    unsigned  accepted;
    ic_str_t  copy, longer;

    accepted = 0;
    copy = ic_str_dup(arena, data);

    for (i = 0; i < copy.len; i++) {
        copy.data[i] ^= 1 << (i % 8);
        accepted += ic_sign_verify(key, copy, signature);
        copy.data[i] ^= 1 << (i % 8);
    }

    is_int(accepted, 0, "%s: %zu altered texts", name, copy.len);

    accepted = 0;
    copy = ic_str_dup(arena, signature);

    for (i = 0; i < copy.len; i++) {
        copy.data[i] ^= 1 << (i % 8);
        accepted += ic_sign_verify(key, data, copy);
        copy.data[i] ^= 1 << (i % 8);
    }

    is_int(accepted, 0, "%s: %zu altered signatures", name, copy.len);

    accepted = 0;

    for (i = 0; i < copy.len; i++) {
        accepted += ic_sign_verify(key, data, ic_str_n(copy.data, i));
    }

    is_int(accepted, 0, "%s: %zu truncated signatures", name, copy.len);

    longer.len = signature.len + 1;
    longer.data = ic_zalloc(arena, longer.len);
    memcpy(longer.data, signature.data, signature.len);
    ok(!ic_sign_verify(key, data, longer), "%s: a byte more", name);

    ok(!ic_sign_verify(key, data, ic_str_n(NULL, 0)), "%s: none", name);
    ok(!ic_sign_verify(key, data, ic_str_n(ic_zalloc(arena, 4096), 4096)),
       "%s: 4096 bytes of nothing", name);
}


static void
test_key(ic_arena_t *arena, const sign_key_t *k)
{
    EVP_PKEY  *half;
    ic_str_t   data, signature, empty;

    data = ic_str("what a node vouches for");
    empty = ic_str_n(NULL, 0);
    half = public_half(k->key);

    signature = ic_sign(arena, k->key, data);
    ok(signature.data != NULL, "%s: signature", k->name);
    ok(ic_sign_verify(k->key, data, signature), "%s: good", k->name);
    ok(ic_sign_verify(half, data, signature), "%s: good for others",
       k->name);
    ok(!ic_sign_verify(k->other, data, signature), "%s: wrong key", k->name);
    ok(!ic_sign_verify(half, empty, signature), "%s: no text", k->name);

    test_altered(arena, k->name, half, data, signature);

    signature = ic_sign(arena, k->key, empty);
    ok(signature.data != NULL && ic_sign_verify(half, empty, signature),
       "%s: nothing, signed", k->name);

    ok(ic_sign(arena, half, data).data == NULL,
       "%s: a public key does not sign", k->name);

    EVP_PKEY_free(half);
}


/* No SHA-1 sized or unknown keys, however they came into a contract. */

static void
test_other_keys(ic_arena_t *arena)
{
    int        i;
    ic_str_t   data, junk;
    EVP_PKEY  *keys[5];

    data = ic_str("data");
    junk = ic_str("junk that is no signature");

    keys[0] = EVP_RSA_gen(1024);
    keys[1] = EVP_EC_gen("P-224");
    keys[2] = EVP_EC_gen("secp256k1");
    keys[3] = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    keys[4] = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");

    for (i = 0; i < 5; i++) {
        ok(ic_sign(arena, keys[i], data).data == NULL,
           "%s of %d bits does not sign", EVP_PKEY_get0_type_name(keys[i]),
           EVP_PKEY_get_bits(keys[i]));
        ok(!ic_sign_verify(keys[i], data, junk), "nor verify");
        EVP_PKEY_free(keys[i]);
    }
}


/* The openssl program agrees about algorithm, padding and SM2's id. */

static void
test_openssl(ic_arena_t *arena, const sign_key_t *k, const char *options)
{
    int        rc;
    char       command[1024];
    char       folder[] = "/tmp/trust_sign.XXXXXX";
    BIO       *bio;
    FILE      *f;
    ic_str_t   data, signature;

    data = ic_str("read by another program");
    signature = ic_sign(arena, k->key, data);

    if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
        ok(0, "no folder for temporary files");
        return;
    }

    bio = BIO_new_file("pub", "w");
    PEM_write_bio_PUBKEY(bio, k->key);
    BIO_free(bio);

    f = fopen("data", "w");
    fwrite(data.data, 1, data.len, f);
    fclose(f);

    f = fopen("sig", "w");
    fwrite(signature.data, 1, signature.len, f);
    fclose(f);

    snprintf(command, sizeof(command), "openssl pkeyutl -verify -pubin -inkey"
             " pub -rawin -in data -sigfile sig %s >/dev/null 2>&1", options);
    rc = system(command);
    is_int(rc, 0, "%s: openssl pkeyutl agrees", k->name);

    unlink("pub");
    unlink("data");
    unlink("sig");

    if (chdir("/") != 0 || rmdir(folder) != 0) {
        printf("# cannot remove %s\n", folder);
    }
}


static void
refuse_message(ic_arena_t *arena, EVP_PKEY *key, const ic_message_t *message,
    const char *what)
{
    ok(!ic_sign_check_message(arena, key, message, ic_str(example_signature)),
       "refused: %s", what);
}


static void
test_example(ic_arena_t *arena)
{
    char           hex[65];
    EVP_PKEY      *key;
    ic_str_t       bytes;
    ic_message_t   message;

    ic_sha256_hex(hex, example_text, strlen(example_text));
    is_str(hex, example_digest, "SHA-256 of the example's text");

    key = ic_cert_public_key(ic_str(example_key));
    bytes = ic_unbase64(arena, ic_str(example_signature));

    ok(ic_sign_verify(key, ic_str(example_text), bytes),
       "the example's signature is one of the example's text");
    ok(ic_sign_check_message(arena, key, &example, ic_str(example_signature)),
       "and of its message");

    message = example;
    message.method = ic_str("GET");
    refuse_message(arena, key, &message, "another method");

    message = example;
    message.target_uri = ic_str("/v1/interconn/node/contract/query");
    refuse_message(arena, key, &message, "another query");

    message = example;
    message.source_node_id = ic_str("hospital-b");
    refuse_message(arena, key, &message, "another source");

    message = example;
    message.target_node_id = ic_str("hospital-b");
    refuse_message(arena, key, &message, "another target");

    message = example;
    message.nonce = ic_str("0");
    refuse_message(arena, key, &message, "another nonce");

    message = example;
    message.timestamp = ic_str("1767225600001");
    refuse_message(arena, key, &message, "another time");

    message = example;
    message.body = ic_str("{\"status\":\"no\"}");
    refuse_message(arena, key, &message, "another body");

    message.body = ic_str_n(NULL, 0);
    refuse_message(arena, key, &message, "no body");

    message = example;
    message.body = ic_str("not looked at");
    ok(ic_sign_check_digest(arena, key, &message, strrchr(example_text, '\n')
                            + 1, ic_str(example_signature)),
       "by the digest of its body");
    ok(!ic_sign_check_digest(arena, key, &message, example_digest,
                             ic_str(example_signature)),
       "refused: the digest of another body");

    EVP_PKEY_free(key);
}


static void
test_message(ic_arena_t *arena, const sign_key_t *k)
{
    ic_str_t  signature;

    signature = ic_sign_message(arena, k->key, &example);
    ok(signature.data != NULL
       && ic_sign_check_message(arena, k->key, &example, signature),
       "%s: message", k->name);
    ok(ic_sign_verify(k->key, ic_str(example_text),
                      ic_unbase64(arena, signature)),
       "%s: over the literal text", k->name);
    ok(!ic_sign_check_message(arena, k->other, &example, signature),
       "%s: message, wrong key", k->name);
}


/* Two messages never share a text: a line feed cannot move a border. */

static void
test_borders(ic_arena_t *arena, EVP_PKEY *key)
{
    int            i;
    char           line[8] = "a\nb";
    ic_str_t       bad, long_uri, *fields[6];
    ic_message_t   message;

    message = example;
    fields[0] = &message.method;
    fields[1] = &message.target_uri;
    fields[2] = &message.source_node_id;
    fields[3] = &message.target_node_id;
    fields[4] = &message.nonce;
    fields[5] = &message.timestamp;

    for (i = 0; i < 6; i++) {
        line[1] = "\n\r\0\t\x7f\x1f"[i];
        bad = ic_str_n(line, 3);

        message = example;
        *fields[i] = bad;
        ok(ic_sign_message(arena, key, &message).data == NULL,
           "control byte 0x%02x in line %d", line[1], i + 1);
        ok(!ic_sign_check_message(arena, key, &message,
                                  ic_str(example_signature)),
           "nor is it checked");
    }

    long_uri = ic_str_n(ic_alloc(arena, 65537), 65537);
    memset(long_uri.data, 'x', long_uri.len);
    message = example;
    message.target_uri = long_uri;
    ok(ic_sign_message(arena, key, &message).data == NULL, "65537 bytes");

    memset(&message, 0, sizeof(message));
    ok(ic_sign_check_message(arena, key, &message,
                             ic_sign_message(arena, key, &message)),
       "empty lines are a message too");
}


static void
test_header(ic_arena_t *arena, EVP_PKEY *key)
{
    ic_str_t  big;

    ok(!ic_sign_check_message(arena, key, &example, ic_str("")),
       "empty x-auth-sign");
    ok(!ic_sign_check_message(arena, key, &example, ic_str_n(NULL, 0)),
       "no x-auth-sign");
    ok(!ic_sign_check_message(arena, key, &example, ic_str("*no base64*")),
       "x-auth-sign that is no base64");

    big = ic_str_n(ic_alloc(arena, 100000), 100000);
    memset(big.data, 'A', big.len);
    ok(!ic_sign_check_message(arena, key, &example, big),
       "x-auth-sign of 100000 bytes");
}


static void
test_task_text(ic_arena_t *arena)
{
    ic_str_t  text, bad;

    text = ic_sign_task_text(arena, ic_str("J1"), ic_str("task_2"),
                             ic_str("host.1"), ic_str("abc"));
    ok(ic_str_is(text, "interconn task v1\nJ1\ntask_2\nhost.1\n"
                       "ba7816bf8f01cfea414140de5dae2223"
                       "b00361a396177a9cb410ff61f20015ad"),
       "text of a task's key");

    text = ic_sign_task_text(arena, ic_str("J1"), ic_str("task_2"),
                             ic_str("host.1"), ic_str_n(NULL, 0));
    ok(ic_str_is(text, "interconn task v1\nJ1\ntask_2\nhost.1\n"
                       "e3b0c44298fc1c149afbf4c8996fb924"
                       "27ae41e4649b934ca495991b7852b855"),
       "of no data");

    bad = ic_str("a\nb");
    ok(ic_sign_task_text(arena, bad, bad, bad, bad).data == NULL, "borders");
    ok(ic_sign_task_text(arena, ic_str("J"), bad, ic_str("p"), bad).data
       == NULL, "of the task");
    ok(ic_sign_task_text(arena, ic_str("J"), ic_str("t"), bad, bad).data
       == NULL, "of the party");
}


int
main(void)
{
    int          i;
    sign_key_t   keys[4];
    ic_arena_t  *arena;

    static const char *const  names[] = { "RSA-2048", "P-256", "SM2", "P-384" };
    static const char *const  options[] = {
        "-digest sha256", "-digest sha256",
        "-digest sm3 -pkeyopt distid:1234567812345678", "-digest sha256"
    };

    arena = ic_pool_create();

    for (i = 0; i < 4; i++) {
        keys[i].name = names[i];
    }

    keys[0].key = EVP_RSA_gen(2048);
    keys[0].other = EVP_RSA_gen(2048);
    keys[1].key = EVP_EC_gen("P-256");
    keys[1].other = EVP_EC_gen("P-256");
    keys[2].key = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
    keys[2].other = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
    keys[3].key = EVP_EC_gen("P-384");
    keys[3].other = EVP_EC_gen("P-384");

    test_example(arena);
    test_task_text(arena);
    test_other_keys(arena);

    for (i = 0; i < 4; i++) {
        test_key(arena, &keys[i]);
        test_openssl(arena, &keys[i], options[i]);
        test_message(arena, &keys[i]);
        test_borders(arena, keys[i].key);
        test_header(arena, keys[i].key);
        EVP_PKEY_free(keys[i].key);
        EVP_PKEY_free(keys[i].other);
    }

    is_int((int) ERR_peek_error(), 0, "nothing is left in OpenSSL's queue");

    ic_pool_destroy(arena);

    return done();
}
