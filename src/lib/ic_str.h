
/*
 * Strings with a length, laid out like ngx_str_t so that the nginx modules
 * pass their own without copying (asserted in src/http).
 */


#ifndef _IC_STR_H_INCLUDED_
#define _IC_STR_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>


typedef struct {
    size_t   len;
    u_char  *data;
} ic_str_t;


#define ic_string(text)     { sizeof(text) - 1, (u_char *) text }
#define ic_null_string      { 0, NULL }


/* The bytes of a C string; not copied. NULL gives the null string. */
ic_str_t ic_str(const char *text);

ic_str_t ic_str_n(const void *data, size_t len);

bool ic_str_eq(ic_str_t a, ic_str_t b);

/* Equal to a C string. */
bool ic_str_is(ic_str_t a, const char *text);

/* Equal to a C string, ASCII letters of either case. */
bool ic_str_is_nocase(ic_str_t a, const char *text);

/*
 * The whole string as a decimal integer of int64_t: optional '-', digits,
 * no leading '+', no spaces, no leading zeros but "0" itself. 0 or -1.
 */
int ic_str_int(ic_str_t s, int64_t *value);

/*
 * The whole string as a length of time: digits as above and ms, s, m, h, d
 * or nothing, which is s. Milliseconds, from 0. 0 or -1.
 */
int ic_str_time(ic_str_t s, int64_t *ms);

/*
 * The whole string as a finite decimal number (JSON grammar), at most
 * IC_NUM_MAX bytes. 0 or -1.
 */
#define IC_NUM_MAX  1024

int ic_str_num(ic_str_t s, double *value);


/*
 * The length, 1..4, of the UTF-8 character that s begins with; 0 if s is
 * empty or begins with anything else (overlong forms, surrogates, bytes
 * beyond U+10FFFF included).
 */
unsigned ic_utf8_char(ic_str_t s);

bool ic_utf8_valid(ic_str_t s);


#endif /* _IC_STR_H_INCLUDED_ */
