
/* Resource permits: what is minted verifies, nothing else does. */


#include <openssl/err.h>
#include <openssl/rsa.h>

#include "trust_permit.h"


static void
test_key(ic_arena_t *arena, EVP_PKEY *pkey)
{
    int               i;
    char              hex[IC_SPKI_HEX];
    EVP_PKEY         *none;
    ic_permit_key_t   key, again, other;

    static const u_char  zero[32];

    is_int(permit_key(&key, pkey, false, arena), 0, "a key");
    is_int(permit_key(&again, pkey, true, arena), 0, "in another form");
    ic_cert_spki_key(pkey, hex);
    ok(key.kid.len == 16 && memcmp(key.kid.data, hex, 16) == 0,
       "kid is the beginning of the spki");
    ok(memcmp(key.mac_key, zero, 32) != 0, "MAC key");
    ok(memcmp(key.mac_key, again.mac_key, 32) == 0, "always the same");
    ic_permit_key_free(&again);

    none = EVP_EC_gen("P-256");
    permit_key(&other, none, false, arena);
    EVP_PKEY_free(none);
    ok(memcmp(key.mac_key, other.mac_key, 32) != 0, "but of this key");
    ic_permit_key_free(&other);

    ic_permit_key_free(&key);
    ok(memcmp(key.mac_key, zero, 32) == 0 && key.key == NULL
       && key.kid.data == NULL, "wiped");

    for (i = 0; i < 2; i++) {
        memset(&key, 0xff, sizeof(key));
        is_int(ic_permit_key_load(&key, i ? "/nonexistent" : "/dev/null",
                                  arena),
               -1, "no key in %s", i ? "no file" : "an empty file");
        ok(key.key == NULL && memcmp(key.mac_key, zero, 32) == 0,
           "and none left behind");
    }

    none = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    is_int(permit_key(&key, none, false, arena), -1, "a key of another kind");
    EVP_PKEY_free(none);
}


static void
test_jti(const ic_permit_key_t *key)
{
    int   i, j, twice;
    char  jti[200][49];

    twice = 0;

    for (i = 0; i < 200; i++) {
        if (ic_permit_jti(key, jti[i]) != 0
            || strspn(jti[i], "0123456789abcdef") != 48
            || jti[i][48] != '\0')
        {
            ok(0, "jti %s", jti[i]);
            return;
        }

        for (j = 0; j < i; j++) {
            twice += strcmp(jti[i], jti[j]) == 0;
        }
    }

    is_int(twice, 0, "200 jtis");
}


/* What a cache keeps must not lean on what it was read from. */

static void
test_copy(const ic_permit_t *permit)
{
    ic_arena_t   *arena, *other;
    ic_permit_t   first, copy;

    arena = ic_pool_create();
    other = ic_pool_create();

    ok(ic_permit_copy(arena, &first, permit) == 0
       && ic_permit_copy(other, &copy, &first) == 0, "a copy of a copy");
    ic_pool_destroy(arena);

    ok(permit_same(&copy, permit), "stands by itself");
    ic_pool_destroy(other);
}


static void
test_round(ic_arena_t *arena, const ic_permit_key_t *key, const char *name)
{
    char          jti[49];
    ic_str_t      token;
    const char   *why;
    ic_permit_t   permit, got;

    ic_permit_jti(key, jti);
    permit = permit_sample(jti);
    token = ic_permit_mint(arena, key, &permit);
    ok(token.data != NULL && token.len <= IC_PERMIT_MAX,
       "%s: token of %zu bytes", name, token.len);

    why = ic_permit_verify(arena, key, token, &got);
    ok(why == NULL, "%s: verifies%s", name, why ? why : "");
    ok(permit_same(&permit, &got), "%s: the same claims", name);

    permit.spki = ic_str("");
    permit.expires = 0;
    permit.uses = 0;
    token = ic_permit_mint(arena, key, &permit);
    ok(ic_permit_verify(arena, key, token, &got) == NULL
       && permit_same(&permit, &got),
       "%s: unlimited, without a holder's key", name);

    permit.scope = ic_str("PROJECT=P1,P2 DENY=homo_lr");
    permit.rows = 1000000;
    permit.bytes = INT64_C(1) << 50;
    token = ic_permit_mint(arena, key, &permit);
    ok(ic_permit_verify(arena, key, token, &got) == NULL
       && permit_same(&permit, &got), "%s: rows, bytes and a scope", name);
    test_copy(&got);
}


/* The form that docs/security.md promises. */

static void
test_form(ic_arena_t *arena, const ic_permit_key_t *key)
{
    char         jti[49], want[1024];
    u_char      *dot;
    ic_str_t     token, payload;
    ic_permit_t  permit;

    ic_permit_jti(key, jti);
    permit = permit_sample(jti);
    token = ic_permit_mint(arena, key, &permit);

    ok(strspn((char *) token.data, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm"
              "nopqrstuvwxyz0123456789-_.") == token.len, "alphabet");
    ok(memcmp(token.data, "mp1.", 4) == 0
       && memcmp(token.data + 4, key->kid.data, 16) == 0
       && token.data[20] == '.', "mp1 and the kid");

    dot = memchr(token.data + 21, '.', token.len - 21);
    payload = ic_unbase64(arena, ic_str_n(token.data + 21,
                                          dot - token.data - 21));
    snprintf(want, sizeof(want),
             "{\"aid\":\"A\\\"\\\\0001\",\"cid\":\"C0001\",\"cnf\":\""
             SPKI_HEX "\",\"exp\":1800000000,\"iat\":1767225600,"
             "\"iss\":\"hospital-a\",\"jti\":\"%s\",\"rid\":\"D0001\","
             "\"rt\":\"dataset\",\"sub\":\"coordinator\",\"tml\":100,"
             "\"v\":1}", jti);
    is_str((char *) payload.data, want, "payload");
    ok(payload.len == strlen(want), "and nothing behind it");
}


static void
test_mint_refused(ic_arena_t *arena, const ic_permit_key_t *key)
{
    size_t        i;
    char          jti[49], forged[49];
    u_char       *base;
    ic_str_t      id, *field;
    ic_permit_t   permit;

    static const struct {
        const char  *name;
        size_t       offset;
    } fields[] = {
        { "type", offsetof(ic_permit_t, type) },
        { "resource", offsetof(ic_permit_t, resource_id) },
        { "issuer", offsetof(ic_permit_t, node_id) },
        { "holder", offsetof(ic_permit_t, holder) },
        { "audit", offsetof(ic_permit_t, audit_id) },
        { "contract", offsetof(ic_permit_t, contract_id) },
        { "jti", offsetof(ic_permit_t, jti) }
    };

    ic_permit_jti(key, jti);

    for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        permit = permit_sample(jti);
        base = (u_char *) &permit;
        field = (ic_str_t *) (base + fields[i].offset);
        *field = ic_str("");
        ok(ic_permit_mint(arena, key, &permit).data == NULL,
           "none without %s", fields[i].name);
    }

    permit = permit_sample(jti);
    permit.spki = ic_str("0123");
    ok(ic_permit_mint(arena, key, &permit).data == NULL, "half a spki");

    permit = permit_sample(jti);
    permit.uses = -1;
    ok(ic_permit_mint(arena, key, &permit).data == NULL, "negative uses");

    permit = permit_sample(jti);
    permit.rows = -1;
    ok(ic_permit_mint(arena, key, &permit).data == NULL, "negative rows");

    permit = permit_sample(jti);
    permit.bytes = -1;
    ok(ic_permit_mint(arena, key, &permit).data == NULL, "negative bytes");

    memcpy(forged, jti, sizeof(forged));
    forged[47] ^= 1;
    permit = permit_sample(forged);
    ok(ic_permit_mint(arena, key, &permit).data == NULL, "a foreign jti");

    id = ic_str_n(ic_alloc(arena, 2000), 2000);
    memset(id.data, 'x', id.len);
    permit = permit_sample(jti);
    permit.resource_id = id;
    ok(ic_permit_mint(arena, key, &permit).data == NULL, "too long a token");

    id.len = 128;
    permit = permit_sample(jti);
    permit.type = ic_str("dataset");
    permit.resource_id = permit.node_id = permit.holder = id;
    permit.audit_id = permit.contract_id = id;
    ok(ic_permit_mint(arena, key, &permit).data != NULL,
       "ids of 128 bytes are not too long");
}


/* Memory that ends after so many pieces. */

static int  pieces;

static void *
scarce(void *owner, size_t size)
{
    return pieces-- > 0 ? ic_alloc(owner, size) : NULL;
}


static void
test_no_memory(ic_arena_t *arena, const ic_permit_key_t *key)
{
    int           n;
    char          jti[49];
    ic_str_t      token, made;
    ic_arena_t    small = { scarce, arena };
    ic_permit_t   permit, got;

    ic_permit_jti(key, jti);
    permit = permit_sample(jti);
    token = ic_permit_mint(arena, key, &permit);

    for (n = 0; n < 200; n++) {
        pieces = n;
        made = ic_permit_mint(&small, key, &permit);

        if (made.data != NULL) {
            break;
        }
    }

    ok(n > 0 && n < 200 && ic_permit_verify(arena, key, made, &got) == NULL,
       "a token, or none, of memory for 0..%d pieces", n);

    for (n = 0; n < 200; n++) {
        pieces = n;

        if (ic_permit_verify(&small, key, token, &got) == NULL) {
            break;
        }
    }

    ok(n > 0 && n < 200 && permit_same(&permit, &got),
       "claims, or a refusal, of memory for 0..%d pieces", n);
}


int
main(void)
{
    int               i;
    EVP_PKEY         *pkeys[3];
    ic_arena_t       *arena;
    ic_permit_key_t   keys[3];

    static const char *const  names[] = { "P-256", "RSA-2048", "SM2" };

    arena = ic_pool_create();
    pkeys[0] = EVP_EC_gen("P-256");
    pkeys[1] = EVP_RSA_gen(2048);
    pkeys[2] = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");

    for (i = 0; i < 3; i++) {
        is_int(permit_key(&keys[i], pkeys[i], false, arena), 0, "%s key",
               names[i]);
        test_round(arena, &keys[i], names[i]);
        test_key(arena, pkeys[i]);
        test_jti(&keys[i]);
        test_form(arena, &keys[i]);
        test_mint_refused(arena, &keys[i]);
        test_no_memory(arena, &keys[i]);
        ic_permit_key_free(&keys[i]);
        EVP_PKEY_free(pkeys[i]);
    }

    is_int((int) ERR_peek_error(), 0, "nothing is left in OpenSSL's queue");

    ic_pool_destroy(arena);

    return done();
}
