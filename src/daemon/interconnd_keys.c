
/* The node's keys, and their change. */


#include <openssl/bio.h>
#include <openssl/pem.h>
#include <stdio.h>

#include "../lib/ic_codec.h"
#include "../trust/ic_sign.h"
#include "interconnd_crl.h"
#include "interconnd_keys.h"


#define INTERCONND_KEYS_TICK  2000           /* ms */
#define INTERCONND_KEYS_MAX   16384          /* bytes of a credential */


static int keys_identity(interconnd_keys_t *keys,
    interconnd_identity_t *identity, const char *certificate,
    const char *certificate_key, const char *signing_key);
static int keys_next_tls(interconnd_keys_t *keys);
static int keys_credential(interconnd_keys_t *keys,
    interconnd_identity_t *identity, bool bare);
static ic_str_t keys_public(ic_arena_t *arena, EVP_PKEY *key);
static ic_str_t keys_file(ic_arena_t *arena, const char *name);
static void keys_turn(interconnd_keys_t *keys, ic_store_t *store, bool lead);
static void keys_publish(interconnd_keys_t *keys, ic_store_t *store);
static int keys_announce(interconnd_keys_t *keys, ic_store_t *store,
    ic_arena_t *scratch, const ic_reply_t *rotation);
static ic_str_t keys_prove(ic_arena_t *arena, EVP_PKEY *key, ic_str_t text);
static void keys_adopt(interconnd_keys_t *keys, ic_str_t status,
    const ic_reply_t *rotation);
static int keys_call(ic_store_t *store, ic_arena_t *scratch,
    ic_reply_t *reply, const char *function, unsigned argc,
    const ic_str_t *argv);


int
interconnd_keys_load(interconnd_keys_t *keys, const interconnd_conf_t *conf)
{
    memset(keys, 0, sizeof(interconnd_keys_t));

    keys->conf = conf;
    keys->arena = ic_pool_create();

    if (interconnd_crl_load(conf, &keys->crl) != 0) {
        return -1;
    }

    if (keys->arena == NULL
        || keys_identity(keys, &keys->present, conf->certificate,
                         conf->certificate_key, conf->signing_key)
           != 0)
    {
        return -1;
    }

    if (conf->next_certificate == NULL && conf->next_signing_key == NULL) {
        return 0;
    }

    keys->has_next = 1;

    /* what does not change stays */
    if (keys_identity(keys, &keys->next,
                      conf->next_certificate != NULL
                      ? conf->next_certificate : conf->certificate,
                      conf->next_certificate != NULL
                      ? conf->next_certificate_key : conf->certificate_key,
                      conf->next_signing_key != NULL
                      ? conf->next_signing_key : conf->signing_key)
        != 0)
    {
        return -1;
    }

    return keys_next_tls(keys);
}


void
interconnd_keys_free(interconnd_keys_t *keys)
{
    EVP_PKEY_free(keys->present.key);
    EVP_PKEY_free(keys->next.key);
    EVP_PKEY_free(keys->next_tls);
    ic_crl_close(keys->crl);

    if (keys->arena != NULL) {
        ic_pool_destroy(keys->arena);
    }

    memset(keys, 0, sizeof(interconnd_keys_t));
}


/* Without a signing key that of the certificate signs. */
static int
keys_identity(interconnd_keys_t *keys, interconnd_identity_t *identity,
    const char *certificate, const char *certificate_key,
    const char *signing_key)
{
    X509        *cert;
    const char  *file;

    identity->certificate = certificate;
    identity->certificate_key = certificate_key;

    file = signing_key != NULL ? signing_key : certificate_key;

    if (file == NULL) {
        return 0;
    }

    identity->key = ic_cert_private_key(file);

    if (identity->key == NULL) {
        interconnd_log("error", "the key %s cannot be read", file);
        return -1;
    }

    if (certificate != NULL) {
        cert = ic_cert_read(certificate);

        if (cert == NULL || ic_cert_spki(cert, identity->tls_spki) != 0) {
            interconnd_log("error", "the certificate %s cannot be read",
                           certificate);
            X509_free(cert);
            return -1;
        }

        X509_free(cert);
    }

    return keys_credential(keys, identity, signing_key != NULL);
}


/* A new TLS key that does not sign messages proves itself all the same. */
static int
keys_next_tls(interconnd_keys_t *keys)
{
    const char               *file;
    const interconnd_conf_t  *conf;

    conf = keys->conf;
    file = conf->next_certificate_key;

    if (file == NULL
        || (conf->next_signing_key == NULL && conf->signing_key == NULL))
    {
        return 0;
    }

    keys->next_tls = ic_cert_private_key(file);

    if (keys->next_tls == NULL) {
        interconnd_log("error", "the key %s cannot be read", file);
        return -1;
    }

    return 0;
}


static int
keys_credential(interconnd_keys_t *keys, interconnd_identity_t *identity,
    bool bare)
{
    if (ic_cert_spki_key(identity->key, identity->spki) != 0) {
        return -1;
    }

    if (!bare && identity->certificate != NULL) {
        identity->auth_type = "CERT";
        identity->credential = keys_file(keys->arena, identity->certificate);

    } else {
        identity->auth_type = ic_sign_auth_type(identity->key);
        identity->credential = keys_public(keys->arena, identity->key);
    }

    if (identity->auth_type == NULL || identity->credential.data == NULL) {
        interconnd_log("error", "the signing key is of no kind that signs, "
                       "or cannot be written as a credential");
        return -1;
    }

    return 0;
}


static ic_str_t
keys_public(ic_arena_t *arena, EVP_PKEY *key)
{
    BIO       *bio;
    char      *data;
    long       len;
    ic_str_t   text = ic_null_string;

    bio = BIO_new(BIO_s_mem());

    if (bio != NULL && PEM_write_bio_PUBKEY(bio, key) == 1) {
        len = BIO_get_mem_data(bio, &data);
        text = ic_str_dup(arena, ic_str_n(data, len));
    }

    BIO_free(bio);

    return text;
}


static ic_str_t
keys_file(ic_arena_t *arena, const char *name)
{
    FILE      *f;
    size_t     len;
    char       bytes[INTERCONND_KEYS_MAX + 1];
    ic_str_t   none = ic_null_string;

    f = fopen(name, "re");
    if (f == NULL) {
        return none;
    }

    len = fread(bytes, 1, sizeof(bytes), f);
    fclose(f);

    return len == 0 || len == sizeof(bytes)
           ? none : ic_str_dup(arena, ic_str_n(bytes, len));
}


const interconnd_identity_t *
interconnd_keys_identity(const interconnd_keys_t *keys)
{
    return keys->switched ? &keys->next : &keys->present;
}


void
interconnd_keys_follow(interconnd_keys_t *keys, ic_store_t *store)
{
    if (keys->has_next && !keys->switched) {
        keys_turn(keys, store, false);
    }
}


void
interconnd_keys_lead(interconnd_keys_t *keys, ic_store_t *store)
{
    interconnd_keys_watch(keys);

    if ((keys->has_next && !keys->switched) || !keys->published) {
        keys_turn(keys, store, true);
    }
}


static void
keys_turn(interconnd_keys_t *keys, ic_store_t *store, bool lead)
{
    int64_t      now;
    ic_str_t     status;
    ic_reply_t   rotation, reply;
    ic_arena_t  *scratch;

    now = ic_mono_ms();

    if (keys->asked != 0 && now - keys->asked < INTERCONND_KEYS_TICK) {
        return;
    }

    keys->asked = now;
    scratch = ic_pool_create();

    if (scratch == NULL) {
        return;
    }

    if (keys->has_next
        && keys_call(store, scratch, &rotation, "rotation_get", 0, NULL) == 0)
    {
        status = ic_reply_get(&rotation, "status");

        if (lead && ic_str_is(status, "REQUESTED")
            && keys_announce(keys, store, scratch, &rotation) == 0)
        {
            status = ic_str("ANNOUNCED");
        }

        if (lead && ic_str_is(status, "ANNOUNCED")
            && keys_call(store, scratch, &reply, "rotation_turn", 0, NULL)
               == 0)
        {
            status = ic_reply_get(&reply, "status");
        }

        keys_adopt(keys, status, &rotation);
    }

    if (lead && !keys->published) {
        keys_publish(keys, store);
    }

    ic_pool_destroy(scratch);
}


/* Applications and answers name it (src/http), whatever nginx.conf has. */
static void
keys_publish(interconnd_keys_t *keys, ic_store_t *store)
{
    ic_str_t                      argv[2];
    ic_reply_t                    reply;
    ic_arena_t                   *scratch;
    const interconnd_identity_t  *identity;

    identity = interconnd_keys_identity(keys);

    if (identity->key == NULL) {
        keys->published = 1;
        return;
    }

    scratch = ic_pool_create();
    if (scratch == NULL) {
        return;
    }

    argv[0] = ic_str(identity->auth_type);
    argv[1] = identity->credential;

    keys->published = keys_call(store, scratch, &reply, "node_credential", 2,
                                argv)
                      == 0;
    ic_pool_destroy(scratch);
}


/* The present key vouches for the next ones, which sign too. 0, or -1. */
static int
keys_announce(interconnd_keys_t *keys, ic_store_t *store,
    ic_arena_t *scratch, const ic_reply_t *rotation)
{
    ic_str_t               argv[7], text;
    ic_reply_t             reply;
    interconnd_identity_t *next;

    next = &keys->next;

    if (keys->present.key == NULL
        || !ic_str_is(ic_reply_get(rotation, "spki"), next->spki))
    {
        interconnd_log("error", "the key that node/rotate asks for is not "
                       "that of next_certificate or next_signing_key");
        return -1;
    }

    argv[0] = ic_str(next->spki);
    argv[1] = ic_str(next->tls_spki);
    argv[2] = ic_str_fmt(scratch, "%lld", (long long) ic_now_ms());

    text = ic_sign_key_text(scratch, ic_str(keys->conf->node_id),
                            ic_str(next->auth_type), argv[0], argv[1],
                            argv[2]);
    if (text.data == NULL) {
        return -1;
    }

    argv[3] = keys_prove(scratch, keys->present.key, text);
    argv[4] = keys_prove(scratch, next->key, text);
    argv[5] = ic_str("");
    argv[6] = ic_str("");

    if (keys->next_tls != NULL) {
        argv[5] = keys_public(scratch, keys->next_tls);
        argv[6] = keys_prove(scratch, keys->next_tls, text);
    }

    if (argv[3].data == NULL || argv[4].data == NULL || argv[5].data == NULL
        || argv[6].data == NULL)
    {
        interconnd_log("error", "the present key or a next one does not "
                       "sign");
        return -1;
    }

    if (keys_call(store, scratch, &reply, "rotation_announce", 7, argv)
        != 0)
    {
        return -1;
    }

    interconnd_log("info", "partners are told of the key %s", next->spki);

    return 0;
}


/* A signature, base64; data NULL on failure. */
static ic_str_t
keys_prove(ic_arena_t *arena, EVP_PKEY *key, ic_str_t text)
{
    ic_str_t  signature;

    signature = ic_sign(arena, key, text);

    return signature.data == NULL ? signature
                                  : ic_base64(arena, signature, false);
}


static void
keys_adopt(interconnd_keys_t *keys, ic_str_t status,
    const ic_reply_t *rotation)
{
    if (!ic_str_is(status, "SWITCHED")
        || !ic_str_is(ic_reply_get(rotation, "spki"), keys->next.spki)
        || !ic_str_is(ic_reply_get(rotation, "tls_spki"),
                      keys->next.tls_spki))
    {
        return;
    }

    keys->switched = 1;
    interconnd_log("info", "the key %s is used from now on",
                   keys->next.spki);
}


/* 0, or -1: the store is away, or says no. */
static int
keys_call(ic_store_t *store, ic_arena_t *scratch, ic_reply_t *reply,
    const char *function, unsigned argc, const ic_str_t *argv)
{
    if (ic_store_call(store, scratch, reply, function, argc, argv) != 0) {
        interconnd_log("error", "%s: %s", function, ic_store_error(store));
        return -1;
    }

    if (ic_reply_ok(reply)) {
        return 0;
    }

    if (!ic_str_is(reply->status, "not_found")) {
        interconnd_log("error", "%s: %.*s %.*s", function,
                       (int) reply->status.len, reply->status.data,
                       (int) reply->detail.len, reply->detail.data);
    }

    return -1;
}
