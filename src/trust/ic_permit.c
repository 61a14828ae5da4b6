
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include "../lib/ic_codec.h"
#include "ic_cert.h"
#include "ic_permit.h"
#include "ic_sign.h"


#define IC_PERMIT_PREFIX   "mp1"
#define IC_PERMIT_KID      16
#define IC_PERMIT_RANDOM   16
#define IC_PERMIT_MAC      8
#define IC_PERMIT_JTI      (2 * (IC_PERMIT_RANDOM + IC_PERMIT_MAC))
#define IC_PERMIT_SECRET   2048
#define IC_PERMIT_CONTEXT  "interconn permit jti v1"


typedef struct {
    ic_str_t  kid;
    ic_str_t  payload;
    ic_str_t  signature;
    ic_str_t  text;              /* what is signed */
} ic_permit_parts_t;

typedef struct {
    const char  *name;
    size_t       offset;
} ic_permit_claim_t;


static int ic_permit_derive(ic_permit_key_t *key);
static size_t ic_permit_secret(EVP_PKEY *key, u_char *secret);
static int ic_permit_hkdf(u_char *dst, size_t size, u_char *secret,
    size_t len);
static int ic_permit_mac(const ic_permit_key_t *key, const u_char *random,
    u_char mac[IC_PERMIT_MAC]);
static bool ic_permit_complete(const ic_permit_t *permit);
static ic_str_t ic_permit_payload(ic_arena_t *arena,
    const ic_permit_t *permit);
static int ic_permit_split(ic_str_t token, ic_permit_parts_t *parts);
static bool ic_permit_char(u_char c);
static ic_str_t ic_permit_find_jti(ic_str_t payload);
static bool ic_permit_issued(const ic_permit_key_t *key, ic_str_t jti);
static int ic_permit_claims(ic_arena_t *arena, ic_str_t payload,
    ic_permit_t *permit);
static int ic_permit_number(const ic_json_t *root, const char *name,
    int64_t *value);


static const ic_permit_claim_t  ic_permit_strings[] = {
    { "aid", offsetof(ic_permit_t, audit_id) },
    { "cid", offsetof(ic_permit_t, contract_id) },
    { "cnf", offsetof(ic_permit_t, spki) },
    { "iss", offsetof(ic_permit_t, node_id) },
    { "jti", offsetof(ic_permit_t, jti) },
    { "rid", offsetof(ic_permit_t, resource_id) },
    { "rt",  offsetof(ic_permit_t, type) },
    { "sub", offsetof(ic_permit_t, holder) },
    { NULL,  0 }
};


int
ic_permit_key_load(ic_permit_key_t *key, const char *file, ic_arena_t *arena)
{
    int   rc;
    char  hex[IC_SPKI_HEX];

    memset(key, 0, sizeof(ic_permit_key_t));

    key->key = ic_cert_private_key(file);
    if (key->key == NULL) {
        return -1;
    }

    rc = ic_cert_spki_key(key->key, hex);

    if (rc == 0) {
        key->kid = ic_str_dup(arena, ic_str_n(hex, IC_PERMIT_KID));
        rc = key->kid.data == NULL ? -1 : ic_permit_derive(key);
    }

    if (rc != 0) {
        ic_permit_key_free(key);
    }

    return rc;
}


void
ic_permit_key_free(ic_permit_key_t *key)
{
    OPENSSL_cleanse(key->mac_key, sizeof(key->mac_key));
    EVP_PKEY_free(key->key);

    key->key = NULL;
    key->kid.data = NULL;
    key->kid.len = 0;
}


/*
 * Every front door that holds the signing key must find the same MAC key,
 * whatever form its file has: so it comes from the secret number alone.
 */

static int
ic_permit_derive(ic_permit_key_t *key)
{
    int     rc;
    size_t  len;
    u_char  secret[IC_PERMIT_SECRET];

    ERR_set_mark();

    rc = -1;
    len = ic_permit_secret(key->key, secret);

    if (len > 0) {
        rc = ic_permit_hkdf(key->mac_key, sizeof(key->mac_key), secret, len);
    }

    OPENSSL_cleanse(secret, sizeof(secret));
    ERR_pop_to_mark();

    return rc;
}


/* The private number of the key, big-endian; its length, 0 on failure. */

static size_t
ic_permit_secret(EVP_PKEY *key, u_char *secret)
{
    size_t       len;
    BIGNUM      *number;
    const char  *name;

    name = EVP_PKEY_is_a(key, "RSA") ? OSSL_PKEY_PARAM_RSA_D
                                     : OSSL_PKEY_PARAM_PRIV_KEY;
    number = NULL;
    len = 0;

    if (EVP_PKEY_get_bn_param(key, name, &number) == 1
        && BN_num_bytes(number) <= IC_PERMIT_SECRET)
    {
        len = (size_t) BN_bn2bin(number, secret);
    }

    BN_clear_free(number);

    return len;
}


static int
ic_permit_hkdf(u_char *dst, size_t size, u_char *secret, size_t len)
{
    int           rc;
    EVP_KDF      *kdf;
    OSSL_PARAM    params[4];
    EVP_KDF_CTX  *ctx;

    kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    ctx = EVP_KDF_CTX_new(kdf);
    EVP_KDF_free(kdf);

    if (ctx == NULL) {
        return -1;
    }

    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST,
                                                 (char *) "SHA256", 0);
    params[1] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, secret,
                                                  len);
    params[2] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO,
                                            (char *) IC_PERMIT_CONTEXT,
                                            sizeof(IC_PERMIT_CONTEXT) - 1);
    params[3] = OSSL_PARAM_construct_end();

    rc = EVP_KDF_derive(ctx, dst, size, params) == 1 ? 0 : -1;

    EVP_KDF_CTX_free(ctx);

    return rc;
}


int
ic_permit_jti(const ic_permit_key_t *key, char jti[49])
{
    u_char  bytes[IC_PERMIT_RANDOM + IC_PERMIT_MAC];

    if (RAND_bytes(bytes, IC_PERMIT_RANDOM) != 1) {
        ERR_clear_error();
        return -1;
    }

    if (ic_permit_mac(key, bytes, bytes + IC_PERMIT_RANDOM) != 0) {
        return -1;
    }

    ic_hex(jti, bytes, sizeof(bytes));

    return 0;
}


static int
ic_permit_mac(const ic_permit_key_t *key, const u_char *random,
    u_char mac[IC_PERMIT_MAC])
{
    size_t  len;
    u_char  full[EVP_MAX_MD_SIZE];

    ERR_set_mark();

    if (EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, key->mac_key,
                  sizeof(key->mac_key), random, IC_PERMIT_RANDOM, full,
                  sizeof(full), &len)
        == NULL)
    {
        ERR_pop_to_mark();
        return -1;
    }

    memcpy(mac, full, IC_PERMIT_MAC);
    OPENSSL_cleanse(full, sizeof(full));
    ERR_pop_to_mark();

    return 0;
}


ic_str_t
ic_permit_mint(ic_arena_t *arena, const ic_permit_key_t *key,
    const ic_permit_t *permit)
{
    ic_str_t  payload, text, signature, token, none = ic_null_string;

    if (!ic_permit_complete(permit) || !ic_permit_issued(key, permit->jti)) {
        return none;
    }

    payload = ic_permit_payload(arena, permit);
    if (payload.data == NULL) {
        return none;
    }

    payload = ic_base64(arena, payload, true);
    if (payload.data == NULL) {
        return none;
    }

    text = ic_str_fmt(arena, IC_PERMIT_PREFIX ".%.*s.%.*s",
                      (int) key->kid.len, key->kid.data,
                      (int) payload.len, payload.data);
    if (text.data == NULL) {
        return none;
    }

    signature = ic_sign(arena, key->key, text);
    if (signature.data == NULL) {
        return none;
    }

    signature = ic_base64(arena, signature, true);
    if (signature.data == NULL) {
        return none;
    }

    token = ic_str_fmt(arena, "%.*s.%.*s", (int) text.len, text.data,
                       (int) signature.len, signature.data);

    return token.len <= IC_PERMIT_MAX ? token : none;
}


/*
 * A permit names its resource, both nodes, the audit and the contract. The
 * key of the holder is absent only without TLS (development mode).
 */

static bool
ic_permit_complete(const ic_permit_t *permit)
{
    return permit->type.len > 0
           && permit->resource_id.len > 0
           && permit->node_id.len > 0
           && permit->holder.len > 0
           && permit->audit_id.len > 0
           && permit->contract_id.len > 0
           && (permit->spki.len == 0 || permit->spki.len == IC_SPKI_HEX - 1)
           && permit->expires >= 0
           && permit->uses >= 0
           && permit->issued >= 0;
}


/* Members in the order of their names. */

static ic_str_t
ic_permit_payload(ic_arena_t *arena, const ic_permit_t *permit)
{
    ic_json_out_t  out;

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);
    ic_out_str(&out, "aid", permit->audit_id);
    ic_out_str(&out, "cid", permit->contract_id);
    ic_out_str(&out, "cnf", permit->spki);
    ic_out_int(&out, "exp", permit->expires);
    ic_out_int(&out, "iat", permit->issued);
    ic_out_str(&out, "iss", permit->node_id);
    ic_out_str(&out, "jti", permit->jti);
    ic_out_str(&out, "rid", permit->resource_id);
    ic_out_str(&out, "rt", permit->type);
    ic_out_str(&out, "sub", permit->holder);
    ic_out_int(&out, "tml", permit->uses);
    ic_out_int(&out, "v", 1);
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


const char *
ic_permit_verify(ic_arena_t *arena, const ic_permit_key_t *key,
    ic_str_t token, ic_permit_t *permit)
{
    ic_str_t           payload, signature, jti;
    ic_permit_parts_t  parts;

    memset(permit, 0, sizeof(ic_permit_t));

    if (ic_permit_split(token, &parts) != 0) {
        return "malformed";
    }

    if (!ic_str_eq(parts.kid, key->kid)) {
        return "unknown key";
    }

    payload = ic_unbase64(arena, parts.payload);
    signature = ic_unbase64(arena, parts.signature);

    if (payload.data == NULL || signature.data == NULL) {
        return "malformed";
    }

    jti = ic_permit_find_jti(payload);

    if (!ic_permit_issued(key, jti)) {
        return "not issued here";
    }

    if (!ic_sign_verify(key->key, parts.text, signature)) {
        return "bad signature";
    }

    if (ic_permit_claims(arena, payload, permit) != 0
        || !ic_str_eq(permit->jti, jti))
    {
        memset(permit, 0, sizeof(ic_permit_t));
        return "malformed";
    }

    return NULL;
}


/* Four parts of the URL-safe alphabet, none of them empty. */

static int
ic_permit_split(ic_str_t token, ic_permit_parts_t *parts)
{
    size_t     i, start;
    unsigned   n;
    ic_str_t   part[4];

    if (token.data == NULL || token.len > IC_PERMIT_MAX) {
        return -1;
    }

    n = 0;
    start = 0;

    for (i = 0; i <= token.len; i++) {

        if (i < token.len && token.data[i] != '.') {
            if (!ic_permit_char(token.data[i])) {
                return -1;
            }

            continue;
        }

        if (n == 4 || i == start) {
            return -1;
        }

        part[n++] = ic_str_n(token.data + start, i - start);
        start = i + 1;
    }

    if (n != 4 || !ic_str_is(part[0], IC_PERMIT_PREFIX)) {
        return -1;
    }

    parts->kid = part[1];
    parts->payload = part[2];
    parts->signature = part[3];
    parts->text = ic_str_n(token.data, token.len - part[3].len - 1);

    return 0;
}


static bool
ic_permit_char(u_char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
           || (c >= '0' && c <= '9') || c == '-' || c == '_';
}


/*
 * Without parsing what nobody has vouched for yet: in our own payloads this
 * text is a member, quotes inside strings are escaped.
 */

static ic_str_t
ic_permit_find_jti(ic_str_t payload)
{
    size_t             i;
    ic_str_t           none = ic_null_string;
    static const char  name[] = "\"jti\":\"";

    for (i = 0; i + sizeof(name) - 1 + IC_PERMIT_JTI <= payload.len; i++) {
        if (memcmp(payload.data + i, name, sizeof(name) - 1) == 0) {
            return ic_str_n(payload.data + i + sizeof(name) - 1,
                            IC_PERMIT_JTI);
        }
    }

    return none;
}


static bool
ic_permit_issued(const ic_permit_key_t *key, ic_str_t jti)
{
    u_char  mac[IC_PERMIT_MAC];
    u_char  bytes[IC_PERMIT_RANDOM + IC_PERMIT_MAC];

    if (jti.len != IC_PERMIT_JTI
        || ic_unhex(bytes, sizeof(bytes), jti) != 0
        || ic_permit_mac(key, bytes, mac) != 0)
    {
        return false;
    }

    return CRYPTO_memcmp(mac, bytes + IC_PERMIT_RANDOM, IC_PERMIT_MAC) == 0;
}


static int
ic_permit_claims(ic_arena_t *arena, ic_str_t payload, ic_permit_t *permit)
{
    int64_t                   version;
    ic_str_t                 *field;
    ic_json_t                *root, *node;
    const ic_permit_claim_t  *claim;

    root = ic_json_parse(arena, payload, NULL);
    if (root == NULL || root->type != IC_JSON_OBJECT) {
        return -1;
    }

    for (claim = ic_permit_strings; claim->name != NULL; claim++) {
        node = ic_json_get(root, claim->name);
        if (node == NULL || node->type != IC_JSON_STR) {
            return -1;
        }

        field = (ic_str_t *) ((u_char *) permit + claim->offset);
        *field = node->text;
    }

    if (ic_permit_number(root, "exp", &permit->expires) != 0
        || ic_permit_number(root, "iat", &permit->issued) != 0
        || ic_permit_number(root, "tml", &permit->uses) != 0
        || ic_permit_number(root, "v", &version) != 0
        || version != 1)
    {
        return -1;
    }

    return ic_permit_complete(permit) ? 0 : -1;
}


static int
ic_permit_number(const ic_json_t *root, const char *name, int64_t *value)
{
    ic_json_t  *node;

    node = ic_json_get(root, name);
    if (node == NULL || node->type != IC_JSON_INT) {
        return -1;
    }

    *value = node->num;

    return 0;
}
