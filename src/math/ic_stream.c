
/* Masks from AES-256-CTR by OpenSSL, and which back end is used. */


#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "ic_cpu.h"
#include "ic_stream.h"


#define STREAM_WORDS  2048                   /* at a time: 16 KiB */


static void stream_words(const u_char *stream, int sign, uint64_t *words,
    size_t count);
static uint64_t stream_word(const u_char *bytes);


int
ic_stream_add(const u_char key[IC_STREAM_KEY], uint64_t first, int sign,
    uint64_t *words, size_t count)
{
    ic_stream_add_pt  add;

    add = ic_cpu_has(IC_CPU_VAES) ? ic_stream_add_vaes
                                  : ic_stream_add_portable;

    return add(key, first, sign, words, count);
}


int
ic_stream_add_portable(const u_char *key, uint64_t first, int sign,
    uint64_t *words, size_t count)
{
    int              rc, written;
    u_char           iv[16], stream[STREAM_WORDS * 8];
    size_t           n;
    unsigned         i;
    EVP_CIPHER_CTX  *ctx;

    static const u_char  zeros[STREAM_WORDS * 8];

    memset(iv, 0, 8);

    for (i = 0; i < 8; i++) {
        iv[15 - i] = (u_char) (first / 2 >> (8 * i));
    }

    ctx = EVP_CIPHER_CTX_new();

    rc = ctx != NULL
         && EVP_EncryptInit_ex(ctx, EVP_aes_256_ctr(), NULL, key, iv) ? 0 : -1;

    while (rc == 0 && count > 0) {
        n = count < STREAM_WORDS ? count : STREAM_WORDS;

        if (!EVP_EncryptUpdate(ctx, stream, &written, zeros, (int) n * 8)) {
            rc = -1;
            break;
        }

        stream_words(stream, sign, words, n);
        words += n;
        count -= n;
    }

    OPENSSL_cleanse(stream, sizeof(stream));
    EVP_CIPHER_CTX_free(ctx);

    return rc;
}


static void
stream_words(const u_char *stream, int sign, uint64_t *words, size_t count)
{
    size_t  i;

    if (sign > 0) {
        for (i = 0; i < count; i++) {
            words[i] += stream_word(stream + 8 * i);
        }

    } else {
        for (i = 0; i < count; i++) {
            words[i] -= stream_word(stream + 8 * i);
        }
    }
}


static inline uint64_t
stream_word(const u_char *bytes)
{
    uint64_t  word;

    memcpy(&word, bytes, 8);

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif

    return word;
}
