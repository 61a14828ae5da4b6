
/* The checks on raw JSON text that yajl leaves out. */


#include "ic_codec.h"
#include "ic_json_wall.h"


static const char *text_byte(ic_json_wall_t *wall, u_char c);
static const char *string_byte(ic_json_wall_t *wall, u_char c);
static const char *escape_byte(ic_json_wall_t *wall, u_char c);
static const char *hex_byte(ic_json_wall_t *wall, u_char c);
static const char *utf8_lead(ic_json_wall_t *wall, u_char c);
static const char *utf8_tail(ic_json_wall_t *wall, u_char c);


static const char  bad_utf8[] = "invalid UTF-8 in a string";
static const char  bad_surrogate[] = "lone surrogate in a string";
static const char  bad_escape[] = "bad escape in a string";
static const char  nul_byte[] = "NUL in a string";
static const char  long_number[] = "number out of range";
static const char  bad_space[] = "white space that is not JSON's";


const char *
ic_json_wall_check(ic_json_wall_t *wall, const u_char *data, size_t len,
    size_t *at)
{
    size_t       i;
    const char  *wrong;

    static const char *(*const  byte[])(ic_json_wall_t *wall, u_char c) = {
        [IC_JSON_WALL_TEXT] = text_byte,
        [IC_JSON_WALL_STRING] = string_byte,
        [IC_JSON_WALL_ESCAPE] = escape_byte,
        [IC_JSON_WALL_HEX] = hex_byte
    };

    wall->whole = 0;

    for (i = 0; i < len; i++) {

        wrong = byte[wall->state](wall, data[i]);

        if (wrong != NULL) {
            *at = i;
            return wrong;
        }

        if (wall->state == IC_JSON_WALL_TEXT && wall->run == 0) {
            wall->whole = i + 1;
        }
    }

    return NULL;
}


static const char *
text_byte(ic_json_wall_t *wall, u_char c)
{
    switch (c) {

    case '"':
        wall->state = IC_JSON_WALL_STRING;
        wall->run = 0;
        return NULL;

    case '\f':
    case '\v':
        return bad_space;

    case '{':
    case '}':
    case '[':
    case ']':
    case ':':
    case ',':
    case ' ':
    case '\t':
    case '\r':
    case '\n':
        wall->run = 0;
        return NULL;
    }

    return wall->run++ == IC_NUM_MAX ? long_number : NULL;
}


static const char *
string_byte(ic_json_wall_t *wall, u_char c)
{
    if (wall->missing > 0) {
        return utf8_tail(wall, c);
    }

    if (c == '\\') {
        wall->state = IC_JSON_WALL_ESCAPE;
        return NULL;
    }

    if (wall->pair) {
        return bad_surrogate;
    }

    if (c == '"') {
        wall->state = IC_JSON_WALL_TEXT;
        return NULL;
    }

    return c < 0x80 ? NULL : utf8_lead(wall, c);
}


static const char *
escape_byte(ic_json_wall_t *wall, u_char c)
{
    if (c == 'u') {
        wall->state = IC_JSON_WALL_HEX;
        wall->nhex = 0;
        return NULL;
    }

    wall->state = IC_JSON_WALL_STRING;

    return wall->pair ? bad_surrogate : NULL;
}


/* yajl turns a surrogate without its other half into '?'. */
static const char *
hex_byte(ic_json_wall_t *wall, u_char c)
{
    u_char    unit[2];
    unsigned  surrogate;

    wall->hex[wall->nhex++] = c;

    if (wall->nhex < sizeof(wall->hex)) {
        return NULL;
    }

    if (ic_unhex(unit, 2, ic_str_n(wall->hex, 4)) != 0) {
        return bad_escape;
    }

    wall->state = IC_JSON_WALL_STRING;
    surrogate = unit[0] & 0xfc;

    if (wall->pair || surrogate == 0xdc) {

        if (!wall->pair || surrogate != 0xdc) {
            return bad_surrogate;
        }

        wall->pair = 0;
        return NULL;
    }

    wall->pair = (surrogate == 0xd8);

    return (unit[0] | unit[1]) == 0 ? nul_byte : NULL;
}


/* The second byte's range excludes overlong forms and surrogates. */
static const char *
utf8_lead(ic_json_wall_t *wall, u_char c)
{
    if (c < 0xc2 || c > 0xf4) {
        return bad_utf8;
    }

    wall->missing = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    wall->low = (c == 0xe0) ? 0xa0 : (c == 0xf0) ? 0x90 : 0x80;
    wall->high = (c == 0xed) ? 0x9f : (c == 0xf4) ? 0x8f : 0xbf;

    return NULL;
}


static const char *
utf8_tail(ic_json_wall_t *wall, u_char c)
{
    if (c < wall->low || c > wall->high) {
        return bad_utf8;
    }

    wall->missing--;
    wall->low = 0x80;
    wall->high = 0xbf;

    return NULL;
}
