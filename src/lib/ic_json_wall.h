
/*
 * The checks on the raw text of a JSON document that yajl leaves out: UTF-8
 * and surrogates in strings, NUL in strings, white space, length of numbers;
 * and where a token ends.
 */


#ifndef _IC_JSON_WALL_H_INCLUDED_
#define _IC_JSON_WALL_H_INCLUDED_


#include "ic_str.h"


typedef enum {
    IC_JSON_WALL_TEXT = 0,           /* outside of strings */
    IC_JSON_WALL_STRING,
    IC_JSON_WALL_ESCAPE,             /* behind a backslash */
    IC_JSON_WALL_HEX                 /* in the digits of a \u escape */
} ic_json_wall_state_e;


/* Zeroed to begin with. */
typedef struct {
    ic_json_wall_state_e   state;
    unsigned               missing;  /* bytes of a UTF-8 character */
    u_char                 low;      /* range of the next of them */
    u_char                 high;
    u_char                 hex[4];
    unsigned               nhex;
    unsigned               pair:1;   /* a high surrogate waits for its low */
    unsigned               run;      /* bytes of a number or word */
    size_t                 whole;    /* of the last piece: bytes up to the end
                                        of the last token that has one */
} ic_json_wall_t;


/*
 * Looks at the next piece of the text. NULL, or what is wrong (static text)
 * with the byte at data[*at].
 */
const char *ic_json_wall_check(ic_json_wall_t *wall, const u_char *data,
    size_t len, size_t *at);


#endif /* _IC_JSON_WALL_H_INCLUDED_ */
