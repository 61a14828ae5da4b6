
/* Masks from AES-256-CTR: OpenSSL's bytes, in every back end. */


#include <openssl/evp.h>
#include <stdlib.h>

#include "../../src/math/ic_cpu.h"
#include "../../src/math/ic_stream.h"
#include "tap.h"


#define WORDS  700


static void test_backend(const char *name, ic_stream_add_pt add);
static void expected(uint64_t first, uint64_t *words, size_t count);


static u_char  key[IC_STREAM_KEY];


int
main(void)
{
    unsigned  i;
    uint64_t  one[5], two[5];

    for (i = 0; i < sizeof(key); i++) {
        key[i] = (u_char) (7 * i + 1);
    }

    test_backend("portable", ic_stream_add_portable);

    if (ic_cpu_has(IC_CPU_VAES)) {
        test_backend("vaes", ic_stream_add_vaes);

    } else {
        printf("# no VAES here: its tests are left out\n");
    }

    memset(one, 0, sizeof(one));
    memset(two, 0, sizeof(two));
    (void) ic_stream_add(key, 0, 1, one, 5);
    ic_cpu_hide(IC_CPU_VAES);
    (void) ic_stream_add(key, 0, 1, two, 5);
    ok(memcmp(one, two, sizeof(one)) == 0, "whichever is used");

    return done();
}


static void
test_backend(const char *name, ic_stream_add_pt add)
{
    size_t    n, i;
    uint64_t  words[WORDS + 1], stream[WORDS];
    unsigned  f, wrong;

    static const uint64_t  firsts[] = {
        0, 2, 510, 1ull << 33, (1ull << 33) - 6, 1ull << 63
    };

    wrong = 0;

    for (f = 0; f < sizeof(firsts) / sizeof(firsts[0]); f++) {
        expected(firsts[f], stream, WORDS);

        for (n = 0; n <= WORDS; n += n < 140 ? 1 : 80) {
            for (i = 0; i <= WORDS; i++) {
                words[i] = i * 0x9e3779b97f4a7c15u;
            }

            wrong += add(key, firsts[f], 1, words, n) != 0;

            for (i = 0; i <= WORDS; i++) {
                wrong += words[i] != i * 0x9e3779b97f4a7c15u
                                     + (i < n ? stream[i] : 0);
            }

            wrong += add(key, firsts[f], -1, words, n) != 0;

            for (i = 0; i <= WORDS; i++) {
                wrong += words[i] != i * 0x9e3779b97f4a7c15u;
            }
        }
    }

    is_int(wrong, 0, "%s: every length, from several counters, both signs",
           name);
}


static void
expected(uint64_t first, uint64_t *words, size_t count)
{
    int              len;
    u_char           iv[16];
    unsigned         i;
    EVP_CIPHER_CTX  *ctx;

    memset(iv, 0, 8);

    for (i = 0; i < 8; i++) {
        iv[15 - i] = (u_char) (first / 2 >> (8 * i));
    }

    memset(words, 0, count * 8);
    ctx = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(ctx, EVP_aes_256_ctr(), NULL, key, iv);
    EVP_EncryptUpdate(ctx, (u_char *) words, &len, (u_char *) words,
                      (int) count * 8);
    EVP_CIPHER_CTX_free(ctx);
}
