
/* Words, numbers and signs of a text that people write, and their places. */


#ifndef _IC_TOKEN_H_INCLUDED_
#define _IC_TOKEN_H_INCLUDED_


#include <stdarg.h>
#include <stdbool.h>

#include "../lib/ic_str.h"


#define IC_TOKEN_MAX  128                    /* bytes of a name */


typedef enum {
    IC_TOKEN_END = 0,
    IC_TOKEN_NAME,               /* text: without quotes */
    IC_TOKEN_QUOTED,
    IC_TOKEN_NUMBER,
    IC_TOKEN_SIGN                /* text: the sign */
} ic_token_kind_e;

typedef struct {
    ic_token_kind_e  kind;
    ic_str_t         text;
    double           number;
    size_t           place;      /* in the text */
} ic_token_t;

/* A text, where one is in it, and what is wrong with it, if failed. */
typedef struct {
    ic_str_t  text;
    size_t    at;
    bool      failed;
    unsigned  line;              /* from 1 */
    unsigned  column;            /* in characters, from 1 */
    char      reason[512];
} ic_tokens_t;


/* IC_TOKEN_END where there is none, or after a fault. */
ic_token_t ic_token_next(ic_tokens_t *tokens);
ic_token_t ic_token_peek(ic_tokens_t *tokens);

/* Takes the token if it is that word or sign. */
bool ic_token_is(ic_tokens_t *tokens, const char *text);

/* ... or fails. */
void ic_token_expect(ic_tokens_t *tokens, const char *text);

/* A name, quoted or not; what it is for, for people. */
ic_str_t ic_token_name(ic_tokens_t *tokens, const char *what);

/* A number with a sign. */
double ic_token_number(ic_tokens_t *tokens);

/* The first fault, with the line and column of its place. */
void ic_token_fail(ic_tokens_t *tokens, size_t place, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void ic_token_vfail(ic_tokens_t *tokens, size_t place, const char *fmt,
    va_list args) __attribute__((format(printf, 3, 0)));


#endif /* _IC_TOKEN_H_INCLUDED_ */
