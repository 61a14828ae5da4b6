
/*
 * AES-256-CTR with VAES: four blocks in a register, eight registers under
 * way, and what they become is added to the words without going through
 * memory.
 */


#if defined(__VAES__) && defined(__AVX512BW__)
#include <immintrin.h>
#include <openssl/crypto.h>
#include <string.h>
#endif

#include "ic_stream.h"


#if defined(__VAES__) && defined(__AVX512BW__)

#define STREAM_ROUNDS  14
#define STREAM_WIDE    8                     /* registers under way */
#define STREAM_WORDS   (8 * STREAM_WIDE)


static __m128i stream_mix(__m128i key, __m128i t);
static void stream_keys(__m512i keys[STREAM_ROUNDS + 1], const u_char *key);
static void stream_turn(const __m512i keys[STREAM_ROUNDS + 1],
    __m512i counter, __m512i out[STREAM_WIDE]);


int
ic_stream_add_vaes(const u_char *key, uint64_t first, int sign,
    uint64_t *words, size_t count)
{
    size_t     i, k, n;
    uint64_t   rest[STREAM_WORDS];
    __m512i    keys[STREAM_ROUNDS + 1], out[STREAM_WIDE], counter, w;
    long long  block;

    stream_keys(keys, key);
    block = (long long) (first / 2);
    counter = _mm512_set_epi64(block + 3, 0, block + 2, 0, block + 1, 0,
                               block, 0);

    for (i = 0; i < count; i += STREAM_WORDS) {
        stream_turn(keys, counter, out);
        counter = _mm512_add_epi64(counter,
                              _mm512_set_epi64(4 * STREAM_WIDE, 0,
                                               4 * STREAM_WIDE, 0,
                                               4 * STREAM_WIDE, 0,
                                               4 * STREAM_WIDE, 0));

        if (count - i < STREAM_WORDS) {
            break;
        }

        for (k = 0; k < STREAM_WIDE; k++) {
            w = _mm512_loadu_si512(words + i + 8 * k);
            w = sign > 0 ? _mm512_add_epi64(w, out[k])
                         : _mm512_sub_epi64(w, out[k]);
            _mm512_storeu_si512(words + i + 8 * k, w);
        }
    }

    if (i < count) {
        memcpy(rest, out, sizeof(rest));
        n = count - i;

        for (k = 0; k < n; k++) {
            words[i + k] += sign > 0 ? rest[k] : 0 - rest[k];
        }

        OPENSSL_cleanse(rest, sizeof(rest));
    }

    OPENSSL_cleanse(keys, sizeof(keys));

    return 0;
}


static __m128i
stream_mix(__m128i key, __m128i t)
{
    key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
    key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
    key = _mm_xor_si128(key, _mm_slli_si128(key, 4));

    return _mm_xor_si128(key, t);
}


/* FIPS 197, 5.2, for 256 bits; each round key in all four blocks. */
static void
stream_keys(__m512i keys[STREAM_ROUNDS + 1], const u_char *key)
{
    __m128i  a, b, t;

    a = _mm_loadu_si128((const __m128i *) key);
    b = _mm_loadu_si128((const __m128i *) (key + 16));
    keys[0] = _mm512_broadcast_i32x4(a);
    keys[1] = _mm512_broadcast_i32x4(b);

#define STREAM_ROUND(i, rcon)                                                 \
    t = _mm_shuffle_epi32(_mm_aeskeygenassist_si128(b, rcon), 0xff);          \
    a = stream_mix(a, t);                                                     \
    keys[i] = _mm512_broadcast_i32x4(a);                                      \
    t = _mm_shuffle_epi32(_mm_aeskeygenassist_si128(a, 0), 0xaa);             \
    b = stream_mix(b, t);                                                     \
    if (i < STREAM_ROUNDS) {                                                  \
        keys[i + 1] = _mm512_broadcast_i32x4(b);                              \
    }

    STREAM_ROUND(2, 0x01)
    STREAM_ROUND(4, 0x02)
    STREAM_ROUND(6, 0x04)
    STREAM_ROUND(8, 0x08)
    STREAM_ROUND(10, 0x10)
    STREAM_ROUND(12, 0x20)
    STREAM_ROUND(14, 0x40)
#undef STREAM_ROUND
}


/* counter: in the upper half of each block, to be turned big-endian. */
static inline void
stream_turn(const __m512i keys[STREAM_ROUNDS + 1], __m512i counter,
    __m512i out[STREAM_WIDE])
{
    __m512i   order;
    unsigned  i, k;

    order = _mm512_broadcast_i32x4(
                _mm_set_epi8(8, 9, 10, 11, 12, 13, 14, 15,
                             7, 6, 5, 4, 3, 2, 1, 0));

    for (k = 0; k < STREAM_WIDE; k++) {
        out[k] = _mm512_xor_si512(_mm512_shuffle_epi8(counter, order),
                                  keys[0]);
        counter = _mm512_add_epi64(counter,
                                   _mm512_set_epi64(4, 0, 4, 0, 4, 0, 4, 0));
    }

    for (i = 1; i < STREAM_ROUNDS; i++) {
        for (k = 0; k < STREAM_WIDE; k++) {
            out[k] = _mm512_aesenc_epi128(out[k], keys[i]);
        }
    }

    for (k = 0; k < STREAM_WIDE; k++) {
        out[k] = _mm512_aesenclast_epi128(out[k], keys[STREAM_ROUNDS]);
    }
}

#else

int
ic_stream_add_vaes(const u_char *key, uint64_t first, int sign,
    uint64_t *words, size_t count)
{
    return ic_stream_add_portable(key, first, sign, words, count);
}

#endif
