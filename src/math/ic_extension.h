
/*
 * Oblivious transfers by the million from 128 of them (Ishai, Kilian, Nissim,
 * Petrank, Crypto 2003; semi-honest). The receiver has a bit for each
 * transfer and gets t, the sender gets q and knows delta: t = q where the
 * bit is 0, t = q ^ delta where it is 1. Hashed, these are random strings of
 * which the receiver has one and cannot know the other.
 *
 * Counts are in blocks of 64 transfers; rows of 128 bits are two words.
 */


#ifndef _IC_EXTENSION_H_INCLUDED_
#define _IC_EXTENSION_H_INCLUDED_


#include <stdint.h>

#include "ic_stream.h"


#define IC_EXTENSION_WIDTH  128

/* Words of the message of so many blocks. */
#define ic_extension_words(blocks)  (IC_EXTENSION_WIDTH * (blocks))


/* Of the receiver: both seeds of each of the first transfers. */
typedef struct {
    u_char    seeds[IC_EXTENSION_WIDTH][2][IC_STREAM_KEY];
    uint64_t  next;              /* word of the streams */
} ic_extension_in_t;

/* Of the sender: the seed that its bit of delta chose. */
typedef struct {
    u_char    seeds[IC_EXTENSION_WIDTH][IC_STREAM_KEY];
    uint64_t  delta[2];
    uint64_t  next;
} ic_extension_out_t;


/*
 * Receiver: blocks words of choices; message gets ic_extension_words(blocks)
 * words, rows 128 blocks words. Sender: from the message its own rows. The
 * message is overwritten. 0, or -1 without memory.
 */
int ic_extension_receive(ic_extension_in_t *in, const uint64_t *choices,
    size_t blocks, uint64_t *message, uint64_t *rows);
int ic_extension_send(ic_extension_out_t *out, uint64_t *message,
    size_t blocks, uint64_t *rows);

/*
 * One word for each of n rows, exclusive-or'ed with delta (NULL: as they
 * are): pi(pi(x) ^ i) ^ pi(x) with AES-128 under a public key (Guo, Katz,
 * Wang, Yu, IEEE S&P 2020, 7.4), i counted from `first`. 0 or -1.
 */
int ic_extension_hash(const u_char key[16], uint64_t first,
    const uint64_t *rows, const uint64_t *delta, size_t n, uint64_t *words);


#endif /* _IC_EXTENSION_H_INCLUDED_ */
