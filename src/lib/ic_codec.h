
/* Text forms of bytes, ids and times. */


#ifndef _IC_CODEC_H_INCLUDED_
#define _IC_CODEC_H_INCLUDED_


#include "ic_arena.h"


/* dst: 2 * len bytes and a NUL. */
void ic_hex(char *dst, const void *src, size_t len);

/* Exactly len bytes from 2 * len lower- or upper-case digits. 0 or -1. */
int ic_unhex(void *dst, size_t len, ic_str_t hex);

/* RFC 4648; url: the URL-safe alphabet without padding. */
ic_str_t ic_base64(ic_arena_t *arena, ic_str_t bytes, bool url);

/* Either alphabet, padded or not; data NULL if malformed. */
ic_str_t ic_unbase64(ic_arena_t *arena, ic_str_t text);

/* %XX and '+'; data NULL on a bad escape or a NUL byte. */
ic_str_t ic_unescape_uri(ic_arena_t *arena, ic_str_t s);

/* Bytes but A-Z a-z 0-9 - . _ ~ as %XX. */
ic_str_t ic_escape_uri(ic_arena_t *arena, ic_str_t s);


#define IC_ID_MAX  128

/*
 * Ids of others: [A-Za-z0-9][A-Za-z0-9._:@-]*, 1..IC_ID_MAX bytes. So no
 * braces (Redis hash tags), slashes, globs, spaces or control bytes.
 */
bool ic_id_valid(ic_str_t id);

/*
 * An id of our own: prefix, 9 time digits in base 32 (ms, sortable), 13
 * random ones. dst: strlen(prefix) + 23 bytes. 0, or -1 without entropy.
 */
int ic_id_make(char *dst, const char *prefix);


/* SHA-256. */
void ic_sha256(u_char dst[32], const void *data, size_t len);

/* Lower-case hexadecimal SHA-256 and a NUL. */
void ic_sha256_hex(char dst[65], const void *data, size_t len);

/* Milliseconds since the epoch; of a clock that never steps back. */
int64_t ic_now_ms(void);
int64_t ic_mono_ms(void);


#endif /* _IC_CODEC_H_INCLUDED_ */
