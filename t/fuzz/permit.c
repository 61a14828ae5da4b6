
/*
 * Permits. The input is a token; or changes of one that was issued, each a
 * place and a byte; or a payload that the issuer itself signs. Whatever
 * verifies is one that was issued, byte for byte, or has all claims.
 */


#include <openssl/ec.h>

#include "../../src/lib/ic_codec.h"
#include "../../src/trust/ic_sign.h"
#include "../unit/trust_permit.h"
#include "fuzz.h"


static ic_permit_key_t  key;
static ic_str_t         issued;


static void
begin(void)
{
    char         jti[49];
    ic_permit_t  permit;

    FUZZ_TRUE(permit_key(&key, EVP_EC_gen("P-256"), false, ic_pool_create())
              == 0);
    FUZZ_TRUE(ic_permit_jti(&key, jti) == 0);
    permit = permit_sample(jti);
    issued = ic_permit_mint(ic_pool_create(), &key, &permit);
    FUZZ_TRUE(issued.data != NULL);
}


static ic_str_t
changed(fuzz_t *fuzz)
{
    size_t    at;
    ic_str_t  token;

    token = fuzz_copy(issued);

    while (fuzz->size >= 3 && token.len > 0) {
        at = fuzz_byte(fuzz) << 8;
        at = (at | fuzz_byte(fuzz)) % (token.len + 1);

        if (at == token.len) {
            token.len = fuzz_byte(fuzz) % (token.len + 1);

        } else {
            token.data[at] = (u_char) fuzz_byte(fuzz);
        }
    }

    return token;
}


/* "%" in the payload is a jti that was issued. */

static ic_str_t
signed_anew(fuzz_t *fuzz, ic_arena_t *arena)
{
    char      jti[49];
    ic_str_t  before, text;

    FUZZ_TRUE(ic_permit_jti(&key, jti) == 0);
    before = fuzz_until(fuzz, '%');
    text = ic_str_fmt(arena, "%.*s%s%.*s", (int) before.len, before.data,
                      jti, (int) fuzz->size, fuzz->data);
    text = ic_str_fmt(arena, "mp1.%s.%s", key.kid.data,
                      ic_base64(arena, text, true).data);

    return fuzz_copy(ic_str_fmt(arena, "%s.%s", text.data,
        ic_base64(arena, ic_sign(arena, key.key, text), true).data));
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_t              fuzz = { data, size };
    unsigned            how;
    ic_str_t            token;
    ic_arena_t         *arena;
    ic_permit_t         permit;
    const char         *reason;
    static ic_permit_t  zero;

    if (issued.data == NULL) {
        begin();
    }

    arena = ic_pool_create();
    how = fuzz_byte(&fuzz) % 3;
    token = how == 0 ? fuzz_copy(ic_str_n(fuzz.data, fuzz.size))
            : how == 1 ? changed(&fuzz) : signed_anew(&fuzz, arena);

    reason = ic_permit_verify(arena, &key, token, &permit);

    if (reason != NULL) {
        FUZZ_TRUE(memcmp(&permit, &zero, sizeof(permit)) == 0);

    } else if (how < 2) {
        FUZZ_TRUE(ic_str_eq(token, issued));

    } else {
        FUZZ_TRUE(permit.uses >= 0 && permit.rows >= 0 && permit.bytes >= 0
                  && permit.expires >= 0);
        FUZZ_TRUE(permit.holder.len != 0 && permit.resource_id.len != 0);
        FUZZ_TRUE(ic_permit_issued(&key, permit.jti));
    }

    free(token.data);
    ic_pool_destroy(arena);

    return 0;
}
