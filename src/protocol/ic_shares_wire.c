
/* Shares on their way: words are little-endian, in pieces. */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "ic_shares_state.h"


#define PIECE_WORDS  (SHARES_PIECE / sizeof(uint64_t))


static int wire_send(ic_shares_t *shares, unsigned to,
    const uint64_t *words, size_t n, bool reveal);
static int wire_take(ic_shares_t *shares, unsigned from, uint64_t *sum,
    size_t n, bool reveal, bool bits);
static uint64_t wire_word(uint64_t word);


uint64_t *
shares_words(ic_shares_t *shares, size_t n)
{
    uint64_t  *words;

    words = malloc((n + 1) * sizeof(uint64_t));

    if (words == NULL) {
        (void) ic_task_fail(shares->task, "internal", NULL, 0,
                            "memory is short");
    }

    return words;
}


void
shares_free(uint64_t *words, size_t n)
{
    if (words != NULL) {
        OPENSSL_cleanse(words, n * sizeof(uint64_t));
        free(words);
    }
}


int
shares_stream(ic_shares_t *shares, shares_stream_t *stream, uint64_t *words,
    size_t n)
{
    if (ic_share_expand(stream->key, stream->next, words, n) != 0) {
        return ic_task_fail(shares->task, "internal", NULL, 0,
                            "memory is short");
    }

    stream->next += n + n % 2;

    return 0;
}


int
shares_open(ic_shares_t *shares, uint64_t *words, size_t n, bool bits)
{
    int       rc;
    size_t    i, count;
    unsigned  p;

    for (rc = 0, i = 0; rc == 0 && i < n; i += count) {
        count = n - i < PIECE_WORDS ? n - i : PIECE_WORDS;

        for (p = 0; rc == 0 && p < shares->count; p++) {
            rc = (int) p == shares->self ? 0
                 : wire_send(shares, p, words + i, count, false);
        }

        for (p = 0; rc == 0 && p < shares->count; p++) {
            rc = (int) p == shares->self ? 0
                 : wire_take(shares, p, words + i, count, false, bits);
        }

        shares->number++;
    }

    return rc;
}


int
shares_open_to(ic_shares_t *shares, unsigned to, uint64_t *words, size_t n,
    bool bits)
{
    int       rc;
    size_t    i, count;
    unsigned  p;

    for (rc = 0, i = 0; rc == 0 && i < n; i += count) {
        count = n - i < PIECE_WORDS ? n - i : PIECE_WORDS;

        for (p = 0; rc == 0 && p < shares->count; p++) {
            rc = (int) p == shares->self || !(to & 1u << p) ? 0
                 : wire_send(shares, p, words + i, count, true);
        }

        for (p = 0; rc == 0 && p < shares->count; p++) {
            rc = (int) p == shares->self || !(to & 1u << shares->self) ? 0
                 : wire_take(shares, p, words + i, count, true, bits);
        }

        shares->number++;
    }

    return rc;
}


static int
wire_send(ic_shares_t *shares, unsigned to, const uint64_t *words, size_t n,
    bool reveal)
{
    ic_message_t  message;

    ic_message_begin(&shares->wire, &message,
                     reveal ? SHARES_REVEAL : SHARES_OPEN, shares->number);
    shares_put(&message, words, n);

    return ic_message_send(&message, shares->parties[to]);
}


static int
wire_take(ic_shares_t *shares, unsigned from, uint64_t *sum, size_t n,
    bool reveal, bool bits)
{
    int            rc;
    size_t         i;
    uint64_t       word;
    ic_message_t   message;
    const u_char  *bytes;

    bytes = NULL;
    rc = ic_message_recv(&shares->wire, &message, shares->parties[from],
                         reveal ? SHARES_REVEAL : SHARES_OPEN,
                         shares->number);

    if (rc == 0) {
        bytes = ic_message_get_raw(&message, n * sizeof(uint64_t));
        rc = ic_message_whole(&message);
    }

    for (i = 0; rc == 0 && i < n; i++) {
        memcpy(&word, bytes + 8 * i, 8);
        word = wire_word(word);
        sum[i] = bits ? sum[i] ^ word : sum[i] + word;
    }

    ic_message_drop(&message);

    return rc;
}


int
shares_swap(ic_shares_t *shares, shares_kind_e kind, const void *out,
    size_t out_len, void *in, size_t in_len)
{
    int                rc;
    size_t             done, n;
    ic_message_t       message;
    const u_char      *bytes;
    const ic_party_t  *peer;

    peer = shares->parties[1 - shares->self];

    for (rc = 0, done = 0; rc == 0 && (done < out_len || done < in_len);
         done += SHARES_PIECE)
    {
        if (done < out_len) {
            n = out_len - done < SHARES_PIECE ? out_len - done
                                              : SHARES_PIECE;
            ic_message_begin(&shares->wire, &message, kind, shares->number);
            ic_message_put_raw(&message, (const u_char *) out + done, n);
            rc = ic_message_send(&message, peer);
        }

        if (rc == 0 && done < in_len) {
            n = in_len - done < SHARES_PIECE ? in_len - done : SHARES_PIECE;
            rc = ic_message_recv(&shares->wire, &message, peer, kind,
                                 shares->number);
            bytes = rc == 0 ? ic_message_get_raw(&message, n) : NULL;
            rc = rc == 0 ? ic_message_whole(&message) : -1;

            if (rc == 0) {
                memcpy((u_char *) in + done, bytes, n);
            }

            ic_message_drop(&message);
        }

        shares->number++;
    }

    return rc;
}


void
shares_put(ic_message_t *message, const uint64_t *words, size_t n)
{
    size_t     i;
    u_char    *bytes;
    uint64_t   word;

    bytes = ic_message_space(message, n * sizeof(uint64_t));

    for (i = 0; bytes != NULL && i < n; i++) {
        word = wire_word(words[i]);
        memcpy(bytes + 8 * i, &word, 8);
    }
}


void
shares_get(uint64_t *words, const u_char *bytes, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        memcpy(&words[i], bytes + 8 * i, 8);
        words[i] = wire_word(words[i]);
    }
}


static inline uint64_t
wire_word(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return __builtin_bswap64(word);
#else
    return word;
#endif
}
