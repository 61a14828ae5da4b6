
/* Writing JSON: compact, valid whatever bytes the strings hold. */


#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ic_json.h"


#define OUT_FIRST_SIZE  512


static void begin(ic_json_out_t *out, const char *key);
static void open_with(ic_json_out_t *out, const char *key, char bracket);
static void close_with(ic_json_out_t *out, char bracket);
static void scalar(ic_json_out_t *out, const char *key, ic_str_t text);
static void quoted(ic_json_out_t *out, ic_str_t s);
static void escaped(ic_json_out_t *out, u_char c);
static void append(ic_json_out_t *out, const void *data, size_t len);
static void node_value(ic_json_out_t *out, const ic_json_t *node);


void
ic_out_init(ic_json_out_t *out, ic_arena_t *arena)
{
    memset(out, 0, sizeof(ic_json_out_t));
    out->arena = arena;
}


void
ic_out_continue(ic_json_out_t *out, ic_arena_t *arena)
{
    out->arena = arena;
    out->data = NULL;
    out->len = 0;
    out->size = 0;
}


void
ic_out_object(ic_json_out_t *out, const char *key)
{
    open_with(out, key, '{');
}


void
ic_out_object_end(ic_json_out_t *out)
{
    close_with(out, '}');
}


void
ic_out_array(ic_json_out_t *out, const char *key)
{
    open_with(out, key, '[');
}


void
ic_out_array_end(ic_json_out_t *out)
{
    close_with(out, ']');
}


void
ic_out_str(ic_json_out_t *out, const char *key, ic_str_t value)
{
    begin(out, key);
    quoted(out, value);
    out->comma = 1;
}


void
ic_out_z(ic_json_out_t *out, const char *key, const char *value)
{
    ic_out_str(out, key, ic_str(value));
}


void
ic_out_int(ic_json_out_t *out, const char *key, int64_t value)
{
    char      text[32], *p;
    uint64_t  rest;

    p = text + sizeof(text);
    rest = value < 0 ? -(uint64_t) value : (uint64_t) value;

    do {
        *--p = '0' + rest % 10;
        rest /= 10;
    } while (rest > 0);

    if (value < 0) {
        *--p = '-';
    }

    scalar(out, key, ic_str_n(p, text + sizeof(text) - p));
}


void
ic_out_num(ic_json_out_t *out, const char *key, double value)
{
    int   digits;
    char  text[40];

    if (!isfinite(value)) {
        ic_out_null(out, key);
        return;
    }

    for (digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, value);

        if (strtod(text, NULL) == value) {
            break;
        }
    }

    /* "-0" would be an integer, and there is no such one. */

    scalar(out, key, ic_str(strcmp(text, "-0") == 0 ? "-0.0" : text));
}


void
ic_out_bool(ic_json_out_t *out, const char *key, bool value)
{
    scalar(out, key, ic_str(value ? "true" : "false"));
}


void
ic_out_null(ic_json_out_t *out, const char *key)
{
    scalar(out, key, ic_str("null"));
}


void
ic_out_raw(ic_json_out_t *out, const char *key, ic_str_t json)
{
    scalar(out, key, json.len > 0 ? json : ic_str("null"));
}


void
ic_out_node(ic_json_out_t *out, const char *key, const ic_json_t *node)
{
    begin(out, key);
    node_value(out, node);
}


void
ic_out_key(ic_json_out_t *out, ic_str_t key)
{
    begin(out, NULL);
    quoted(out, key);
    append(out, ":", 1);
    out->comma = 0;
}


ic_str_t
ic_out_text(ic_json_out_t *out)
{
    append(out, "", 1);

    if (out->failed) {
        return ic_str(NULL);
    }

    out->len--;

    return ic_str_n(out->data, out->len);
}


ic_str_t
ic_json_text(ic_arena_t *arena, const ic_json_t *node)
{
    ic_json_out_t  out;

    ic_out_init(&out, arena);
    ic_out_node(&out, NULL, node);

    return ic_out_text(&out);
}


/* Up to where a value starts. */
static void
begin(ic_json_out_t *out, const char *key)
{
    if (out->comma) {
        append(out, ",", 1);
    }

    if (key != NULL) {
        quoted(out, ic_str(key));
        append(out, ":", 1);
    }
}


static void
open_with(ic_json_out_t *out, const char *key, char bracket)
{
    begin(out, key);
    append(out, &bracket, 1);
    out->comma = 0;
}


static void
close_with(ic_json_out_t *out, char bracket)
{
    append(out, &bracket, 1);
    out->comma = 1;
}


static void
scalar(ic_json_out_t *out, const char *key, ic_str_t text)
{
    begin(out, key);
    append(out, text.data, text.len);
    out->comma = 1;
}


/* Bytes that are no UTF-8 become U+FFFD: a reply must stay readable. */
static void
quoted(ic_json_out_t *out, ic_str_t s)
{
    size_t    i, start;
    u_char    c;
    unsigned  len;

    if (s.len == 0) {
        append(out, "\"\"", 2);
        return;
    }

    append(out, "\"", 1);

    for (i = 0, start = 0; i < s.len; /* void */ ) {
        c = s.data[i];

        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            i++;
            continue;
        }

        len = c < 0x80 ? 0 : ic_utf8_char(ic_str_n(s.data + i, s.len - i));

        if (len > 0) {
            i += len;
            continue;
        }

        append(out, s.data + start, i - start);
        escaped(out, c);
        start = ++i;
    }

    append(out, s.data + start, i - start);
    append(out, "\"", 1);
}


static void
escaped(ic_json_out_t *out, u_char c)
{
    char         text[8];
    const char  *p;

    static const char  from[] = "\"\\\b\f\n\r\t";
    static const char  to[] = "\"\\bfnrt";

    if (c >= 0x80) {
        append(out, "\xef\xbf\xbd", 3);
        return;
    }

    p = c == '\0' ? NULL : strchr(from, c);

    if (p != NULL) {
        text[0] = '\\';
        text[1] = to[p - from];
        append(out, text, 2);
        return;
    }

    snprintf(text, sizeof(text), "\\u%04x", c);
    append(out, text, 6);
}


static void
append(ic_json_out_t *out, const void *data, size_t len)
{
    size_t   size;
    u_char  *p;

    if (out->failed || len == 0) {
        return;
    }

    if (len > out->size - out->len) {

        size = out->size == 0 ? OUT_FIRST_SIZE : out->size * 2;

        if (size - out->len < len) {
            size = out->len + len;
        }

        p = ic_alloc(out->arena, size);
        if (p == NULL) {
            out->failed = 1;
            return;
        }

        if (out->len > 0) {
            memcpy(p, out->data, out->len);
        }

        out->data = p;
        out->size = size;
    }

    memcpy(out->data + out->len, data, len);
    out->len += len;
}


/* As deep as documents are: IC_JSON_MAX_DEPTH. */
static void
node_value(ic_json_out_t *out, const ic_json_t *node)
{
    const ic_json_t  *member;

    switch (node == NULL ? IC_JSON_NULL : node->type) {

    case IC_JSON_ARRAY:
    case IC_JSON_OBJECT:
        append(out, node->type == IC_JSON_ARRAY ? "[" : "{", 1);
        out->comma = 0;

        for (member = node->child; member != NULL; member = member->next) {

            if (node->type == IC_JSON_OBJECT) {
                ic_out_key(out, member->key);
            }

            ic_out_node(out, NULL, member);
        }

        close_with(out, node->type == IC_JSON_ARRAY ? ']' : '}');
        return;

    case IC_JSON_STR:
        quoted(out, node->text);
        break;

    case IC_JSON_INT:
    case IC_JSON_NUM:
        append(out, node->text.data, node->text.len);
        break;

    case IC_JSON_BOOL:
        append(out, node->num ? "true" : "false", node->num ? 4 : 5);
        break;

    case IC_JSON_NULL:
        append(out, "null", 4);
        break;
    }

    out->comma = 1;
}
