
/*
 * The key stream of AES-256-CTR (NIST SP 800-38A), its counter from 0, read
 * as little-endian words: what masks are made of. Back ends give the same
 * bits.
 */


#ifndef _IC_STREAM_H_INCLUDED_
#define _IC_STREAM_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>


#define IC_STREAM_KEY  32


/*
 * words[i] += or, with sign -1, -= word (first + i) of the stream, modulo
 * 2^64. first: even, a block has two words; so parts of an array can be done
 * by several threads. A key serves one stream. 0, or -1: no memory.
 */
int ic_stream_add(const u_char key[IC_STREAM_KEY], uint64_t first, int sign,
    uint64_t *words, size_t count);


/* The back ends: for tests and benchmarks, which run every one. */

typedef int (*ic_stream_add_pt)(const u_char *key, uint64_t first, int sign,
    uint64_t *words, size_t count);

int ic_stream_add_portable(const u_char *key, uint64_t first, int sign,
    uint64_t *words, size_t count);
int ic_stream_add_vaes(const u_char *key, uint64_t first, int sign,
    uint64_t *words, size_t count);


#endif /* _IC_STREAM_H_INCLUDED_ */
