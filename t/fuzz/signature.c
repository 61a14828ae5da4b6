
/*
 * The headers of a signed message, one a line: method, path and query,
 * source, target, nonce, timestamp, x-auth-sign, and behind them the body. A
 * line "=" is as it was signed, and so is x-auth-sign: only all of them
 * verify. The last byte of the input is where a bit of the signature flips.
 */


#include <openssl/ec.h>

#include "../../src/trust/ic_sign.h"
#include "fuzz.h"


static const ic_message_t  sent = {
    ic_string("POST"), ic_string("/v1/interconn/ext/job/start?x=1"),
    ic_string("hospital-a"), ic_string("hospital-b"),
    ic_string("0123456789abcdef"), ic_string("1700000000000"),
    ic_string("{\"job_id\":\"J1\"}")
};

static EVP_PKEY  *key;
static ic_str_t   good;


/* The line, or what was sent; *same: they are alike. */

static ic_str_t
line(fuzz_t *fuzz, ic_str_t as_sent, bool *same)
{
    ic_str_t  text;

    text = fuzz_until(fuzz, '\n');

    if (ic_str_is(text, "=")) {
        return as_sent;
    }

    *same &= ic_str_eq(text, as_sent);

    return text;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool          same, verified;
    fuzz_t        fuzz = { data, size };
    ic_str_t      value;
    ic_arena_t   *arena;
    ic_message_t  message;

    arena = ic_pool_create();

    if (key == NULL) {
        key = EVP_EC_gen("P-256");
        good = ic_sign_message(ic_pool_create(), key, &sent);
        FUZZ_TRUE(good.data != NULL);
    }

    same = true;
    message.method = line(&fuzz, sent.method, &same);
    message.target_uri = line(&fuzz, sent.target_uri, &same);
    message.source_node_id = line(&fuzz, sent.source_node_id, &same);
    message.target_node_id = line(&fuzz, sent.target_node_id, &same);
    message.nonce = line(&fuzz, sent.nonce, &same);
    message.timestamp = line(&fuzz, sent.timestamp, &same);
    value = line(&fuzz, good, &same);
    message.body = line(&fuzz, sent.body, &same);

    if (fuzz.size != 0) {
        value = fuzz_copy(value);
        value.data[fuzz.data[0] % (value.len + (value.len == 0))] ^= 1;
        same = false;
    }

    verified = ic_sign_check_message(arena, key, &message, value);
    FUZZ_TRUE(verified == same);

    if (fuzz.size != 0) {
        free(value.data);
    }

    ic_pool_destroy(arena);

    return 0;
}
