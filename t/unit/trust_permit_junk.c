
/* Junk, forgeries and mutations of permits: none of them verifies. */


#include <openssl/err.h>
#include <openssl/rsa.h>

#include "trust_permit.h"


#define MUTATIONS  20000         /* or IC_MUTATIONS of the environment */
#define SEED       20240601
#define JUNK       20000         /* tokens that no one issued */

/* A payload; %s is its jti. rid is JSON, cnf and sub are inside quotes. */
#define CLAIMS(cnf, exp, rid, sub, tml, rest)                                 \
    "{\"aid\":\"a\",\"cid\":\"c\",\"cnf\":\"" cnf "\","                       \
    "\"exp\":" exp ",\"iat\":0,\"iss\":\"i\",\"jti\":\"%s\","                 \
    "\"rid\":" rid ",\"rt\":\"job\",\"sub\":\"" sub "\","                     \
    "\"tml\":" tml rest "}"


static void
refused(ic_arena_t *arena, const ic_permit_key_t *key, ic_str_t token,
    const char *reason, const char *what)
{
    const char         *why;
    ic_permit_t         got;
    static ic_permit_t  zero;

    memset(&got, 0xff, sizeof(got));
    why = ic_permit_verify(arena, key, token, &got);
    is_str(why, reason, "%s", what);
    ok(memcmp(&got, &zero, sizeof(got)) == 0, "and no claim of it");
}


/* A token of these parts; with what a holder of the signing key could do. */

static ic_str_t
assemble(ic_arena_t *arena, const ic_permit_key_t *key, const char *kid,
    const char *payload)
{
    ic_str_t  text, signature;

    text = ic_str_fmt(arena, "mp1.%s.%s", kid,
                      ic_base64(arena, ic_str(payload), true).data);
    signature = ic_base64(arena, ic_sign(arena, key->key, text), true);

    return ic_str_fmt(arena, "%s.%s", text.data, signature.data);
}


static void
test_form_refused(ic_arena_t *arena, const ic_permit_key_t *key)
{
    char          jti[49];
    size_t        i;
    ic_str_t      token, text;
    ic_permit_t   permit;

    static const char *const  forms[] = {
        "", ".", "...", "mp1", "mp1...", "mp1.a.b", "mp1.a.b.c.d", "mp1.a.b.",
        "mp2.a.b.c", "mp1.a.b.c=", "mp1.a.b/.c", "mp1.a.b.c ", " mp1.a.b.c",
        "MP1.a.b.c", "mp1.a..c", "mp1.\xc3\xa9.b.c", "mp1.a\nb.b.c"
    };

    for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        refused(arena, key, ic_str(forms[i]), "malformed", "form");
    }

    refused(arena, key, ic_str_n(NULL, 0), "malformed", "no token");
    refused(arena, key, ic_str_n("mp1.a.b.c\0", 10), "malformed", "a NUL");

    ic_permit_jti(key, jti);
    permit = permit_sample(jti);
    token = ic_permit_mint(arena, key, &permit);

    text = ic_str_n(ic_alloc(arena, IC_PERMIT_MAX + 1), IC_PERMIT_MAX + 1);
    memset(text.data, 'A', text.len);
    memcpy(text.data, token.data, token.len);
    refused(arena, key, text, "malformed", "2049 bytes");

    text.len = IC_PERMIT_MAX;
    refused(arena, key, text, "bad signature", "2048 bytes");

    text = ic_str_fmt(arena, "mp1.0123456789abcdef.%s", token.data + 21);
    refused(arena, key, text, "unknown key", "another kid");

    text = ic_str_fmt(arena, "mp1.%.15s.%s", token.data + 4, token.data + 21);
    refused(arena, key, text, "unknown key", "a shorter kid");

    for (i = 0; i < token.len; i++) {
        text = ic_str_n(token.data, i);

        if (ic_permit_verify(arena, key, text, &permit) == NULL) {
            ok(0, "%zu bytes of %zu", i, token.len);
        }
    }

    text = ic_str_fmt(arena, "%sAA", token.data);
    ok(ic_permit_verify(arena, key, text, &permit) != NULL, "a longer one");
}


static void
test_claims_refused(ic_arena_t *arena, const ic_permit_key_t *key)
{
    int       i;
    char      jti[49], other[49], kid[17], payload[1024];

    /* signed by the key's holder, and yet no permits */
    static const char *const  bad[] = {
        "{\"aid\":\"a\",\"jti\":\"%s\"}",
        "[\"jti\",{\"jti\":\"%s\"}]",
        "\"jti\":\"%s\"",
        "{\"x\":{\"jti\":\"%s\"},\"jti\":\"none\"}",
        CLAIMS("", "0", "\"r\"", "s", "0", ",\"v\":2"),
        CLAIMS("", "0", "\"r\"", "s", "0", ",\"byl\":\"1\",\"v\":1"),
        CLAIMS("", "0", "\"r\"", "s", "0", ",\"rwl\":-1,\"v\":1"),
        CLAIMS("", "0", "\"r\"", "s", "0", ",\"scp\":[],\"v\":1"),
        CLAIMS("", "0", "\"r\"", "s", "0", ""),
        CLAIMS("", "0", "\"r\"", "s", "0", ",\"v\":\"1\""),
        CLAIMS("", "\"0\"", "\"r\"", "s", "0", ",\"v\":1"),
        CLAIMS("", "0.5", "\"r\"", "s", "0", ",\"v\":1"),
        CLAIMS("", "-1", "\"r\"", "s", "0", ",\"v\":1"),
        CLAIMS("", "0", "7", "s", "0", ",\"v\":1"),
        CLAIMS("", "0", "null", "s", "0", ",\"v\":1"),
        CLAIMS("", "0", "\"r\"", "", "0", ",\"v\":1"),
        CLAIMS("", "0", "\"r\"", "s", "-1", ",\"v\":1"),
        CLAIMS("", "0", "\"r\"", "s", "9223372036854775808", ",\"v\":1"),
        CLAIMS("", "0", "\"r\"", "s", "0", ",\"v\":1,\"v\":1"),
        CLAIMS("01", "0", "\"r\"", "s", "0", ",\"v\":1"),
        NULL
    };

    ic_permit_jti(key, jti);
    ic_permit_jti(key, other);
    snprintf(kid, sizeof(kid), "%.16s", key->kid.data);

    snprintf(payload, sizeof(payload),
             CLAIMS("", "0", "\"r\"", "s", "0", ",\"v\":1"), jti);
    ok(ic_permit_verify(arena, key, assemble(arena, key, kid, payload),
                        &(ic_permit_t) { .uses = 0 })
       == NULL, "the model of the following is good");

    for (i = 0; bad[i] != NULL; i++) {
        snprintf(payload, sizeof(payload), bad[i], jti);
        refused(arena, key, assemble(arena, key, kid, payload), "malformed",
                "claims");
    }

    /* the jti that was checked is the one that counts */
    snprintf(payload, sizeof(payload), "{\"x\":{\"jti\":\"%s\"},", jti);
    snprintf(payload + strlen(payload), sizeof(payload) - strlen(payload),
             1 + CLAIMS("", "0", "\"r\"", "s", "0", ",\"v\":1"), other);
    refused(arena, key, assemble(arena, key, kid, payload), "malformed",
            "two jtis");

    refused(arena, key, assemble(arena, key, kid, "{}"), "not issued here",
            "no jti");
    refused(arena, key, assemble(arena, key, kid, "{\"jti\":\"00\"}"),
            "not issued here", "a short jti");

    jti[0] = jti[0] == '0' ? '1' : '0';
    snprintf(payload, sizeof(payload), "{\"jti\":\"%s\"}", jti);
    refused(arena, key, assemble(arena, key, kid, payload),
            "not issued here", "a made-up jti");

    memset(jti, 'z', 48);
    snprintf(payload, sizeof(payload), "{\"jti\":\"%s\"}", jti);
    refused(arena, key, assemble(arena, key, kid, payload),
            "not issued here", "a jti of no digits");
}


/* Someone else's signature, and ours in another spelling. */

static void
test_signature_refused(ic_arena_t *arena, const ic_permit_key_t *key,
    ic_permit_key_t *other)
{
    char          jti[49], last;
    int           i, accepted;
    size_t        n;
    ic_str_t      token, text;
    ic_permit_t   permit;
    ic_permit_key_t  forger;

    static const char  alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm"
        "nopqrstuvwxyz0123456789-_";

    ic_permit_jti(key, jti);
    permit = permit_sample(jti);

    /* knows the MAC key and the kid, not the signing key */
    forger = *key;
    forger.key = other->key;
    text = ic_permit_mint(arena, &forger, &permit);
    refused(arena, key, text, "bad signature", "signed by another key");

    ic_permit_jti(other, jti);
    permit = permit_sample(jti);
    forger = *other;
    forger.key = key->key;
    forger.kid = key->kid;
    text = ic_permit_mint(arena, &forger, &permit);
    refused(arena, key, text, "not issued here", "another MAC key");

    text = ic_permit_mint(arena, other, &permit);
    refused(arena, key, text, "unknown key", "another issuer");

    ic_permit_jti(key, jti);
    permit = permit_sample(jti);
    accepted = 0;

    for (n = 0; n < 8; n++) {
        token = ic_permit_mint(arena, key, &permit);
        last = token.data[token.len - 1];

        for (i = 0; i < 64; i++) {
            token.data[token.len - 1] = alphabet[i];
            accepted += alphabet[i] != last
                        && ic_permit_verify(arena, key, token, &permit)
                           == NULL;
        }

        permit = permit_sample(jti);
    }

    is_int(accepted, 0, "no other last digit");
}


static uint64_t
next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;

    return *state;
}


/* One to four changes; the length of what came out. */

static size_t
mutate(u_char *token, size_t len, size_t size, uint64_t *state)
{
    size_t    at, n;
    unsigned  i, count;

    count = 1 + next(state) % 4;

    for (i = 0; i < count; i++) {
        at = next(state) % (len + 1);

        switch (next(state) % 7) {

        case 0:                                 /* any byte */
            token[at] = (u_char) next(state);
            break;

        case 1:                                 /* a bit */
            token[at] ^= 1 << (next(state) % 8);
            break;

        case 2:                                 /* a byte of the alphabet */
            token[at] = "AZaz09-_."[next(state) % 9];
            break;

        case 3:                                 /* cut */
            len = at;
            break;

        case 4:                                 /* a byte less */
            if (at < len) {
                memmove(token + at, token + at + 1, len - at);
                len--;
            }
            break;

        case 5:                                 /* a byte more */
            if (len + 2 < size) {
                memmove(token + at + 1, token + at, len - at);
                token[at] = "Aa0.-_="[next(state) % 7];
                len++;
            }
            break;

        default:                                /* a piece again elsewhere */
            n = next(state) % 32;
            if (at + n < len) {
                memmove(token + at, token + next(state) % (len - n), n);
            }
        }
    }

    return len;
}


static void
test_mutations(ic_arena_t *arena, const ic_permit_key_t *key)
{
    int           accepted, unchanged;
    long          i, mutations;
    char          jti[49];
    size_t        len;
    u_char       *copy, buffer[IC_PERMIT_MAX + 64];
    ic_str_t      token;
    uint64_t      state;
    ic_arena_t   *pool;
    ic_permit_t   permit, got;

    state = SEED;
    accepted = 0;
    unchanged = 0;
    mutations = getenv("IC_MUTATIONS") != NULL
                ? atol(getenv("IC_MUTATIONS")) : MUTATIONS;
    pool = ic_pool_create();
    printf("# seed %d\n", SEED);

    ic_permit_jti(key, jti);
    permit = permit_sample(jti);
    token = ic_permit_mint(arena, key, &permit);

    for (i = 0; i < mutations; i++) {
        memcpy(buffer, token.data, token.len);
        len = mutate(buffer, token.len, sizeof(buffer), &state);

        if (len == token.len && memcmp(buffer, token.data, len) == 0) {
            unchanged++;
            continue;
        }

        /* exactly as long as it is, so that a sanitizer sees its end */
        copy = malloc(len + (len == 0));
        memcpy(copy, buffer, len);

        if (ic_permit_verify(pool, key, ic_str_n(copy, len), &got) == NULL) {
            accepted++;
            printf("# accepted: %.*s\n", (int) len, copy);
        }

        free(copy);
        ic_pool_reset(pool);
    }

    is_int(accepted, 0, "%ld mutations, %d of them none", mutations,
           unchanged);
    ok(ic_permit_verify(arena, key, token, &got) == NULL,
       "the token itself is still good");

    ic_pool_destroy(pool);
}


/* Well formed, of the right key, and of nobody: no signature is checked. */

static void
test_junk(ic_arena_t *arena, const ic_permit_key_t *key)
{
    int           i, accepted;
    char          jti[49];
    double        ms;
    ic_str_t      token, payload;
    uint64_t      state;
    ic_arena_t   *pool;
    ic_permit_t   permit;

    state = SEED;
    accepted = 0;
    pool = ic_pool_create();

    ic_permit_jti(key, jti);
    permit = permit_sample(jti);
    token = ic_permit_mint(arena, key, &permit);
    payload = ic_str_fmt(arena, "{\"jti\":\"%s\"}", jti);
    ms = (double) ic_mono_ms();

    for (i = 0; i < JUNK; i++) {
        memcpy(payload.data + 8, &"0123456789abcdef"[next(&state) % 16], 1);
        memcpy(payload.data + 9 + next(&state) % 47, "#", 1);
        accepted += strcmp(ic_permit_verify(pool, key, ic_str_fmt(pool,
                               "%.21s%s.%s", token.data,
                               ic_base64(pool, payload, true).data,
                               "AAAA"), &permit),
                           "not issued here") != 0;
        ic_pool_reset(pool);
    }

    ms = (double) ic_mono_ms() - ms;
    is_int(accepted, 0, "%d that were not issued", JUNK);
    printf("# %.0f a second\n", JUNK * 1e3 / (ms + 1));
    ic_pool_destroy(pool);
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
    }

    for (i = 0; i < 3; i++) {
        test_form_refused(arena, &keys[i]);
        test_claims_refused(arena, &keys[i]);
        test_signature_refused(arena, &keys[i], &keys[i == 0 ? 1 : 0]);
    }

    test_mutations(arena, &keys[0]);
    test_junk(arena, &keys[0]);

    for (i = 0; i < 3; i++) {
        ic_permit_key_free(&keys[i]);
        EVP_PKEY_free(pkeys[i]);
    }

    is_int((int) ERR_peek_error(), 0, "nothing is left in OpenSSL's queue");

    ic_pool_destroy(arena);

    return done();
}
