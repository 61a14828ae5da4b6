
/*
 * The wrapped bodies of other implementations. Only the places of topic and
 * payload are looked for: a payload stays where it is, be it 128 MiB.
 */


#include <stdio.h>
#include <stdlib.h>

#include <yajl/yajl_parse.h>

#include "interconnd_channel.h"
#include "interconnd_channel_dialect.h"


#define WIRE_DEPTH  16


typedef enum {
    WIRE_OTHER = 0,
    WIRE_TOPIC = 0x01,
    WIRE_PAYLOAD = 0x02,
    WIRE_TIMEOUT = 0x04,
    WIRE_METADATA = 0x08
} wire_member_e;

typedef struct {
    yajl_handle         parser;
    interconnd_wire_t  *wire;
    u_char             *data;
    size_t              len;
    unsigned            depth;
    unsigned            seen;            /* members */
    wire_member_e       member;          /* whose value comes */
} wire_json_t;


static int wire_varint(const u_char **p, const u_char *end, uint64_t *value);
static int wire_scalar(void *ctx, const char *text, size_t len);
static int wire_string(void *ctx, const u_char *text, size_t len);
static int wire_number(void *ctx, const char *text, size_t len);
static int wire_null(void *ctx);
static int wire_boolean(void *ctx, int value);
static int wire_open(void *ctx);
static int wire_close(void *ctx);
static int wire_list(void *ctx);
static int wire_key(void *ctx, const u_char *key, size_t len);
static int wire_value(wire_json_t *json);
static ssize_t wire_unbase64(u_char *data, size_t len);
static int wire_digit(u_char c);


static const struct {
    const char     *name;
    wire_member_e   member;
} wire_members[] = {
    { "topic",    WIRE_TOPIC },
    { "payload",  WIRE_PAYLOAD },
    { "content",  WIRE_PAYLOAD },
    { "timeout",  WIRE_TIMEOUT },
    { "metadata", WIRE_METADATA },
    { NULL,       WIRE_OTHER }
};

static const yajl_callbacks  wire_callbacks = {
    wire_null, wire_boolean, NULL, NULL, wire_number, wire_string,
    wire_open, wire_key, wire_close, wire_list, wire_close
};


int
interconnd_wire_proto(const u_char *data, size_t len, unsigned topic,
    unsigned payload, unsigned timeout, interconnd_wire_t *wire)
{
    uint64_t       key, value;
    const u_char  *p, *end;

    memset(wire, 0, sizeof(interconnd_wire_t));
    wire->timeout = -1;

    for (p = data, end = data + len; p < end; /* void */ ) {
        value = 0;

        if (wire_varint(&p, end, &key) != 0 || key >> 3 == 0
            || ((key & 7) != 5 && (key & 7) != 1
                && wire_varint(&p, end, &value) != 0))
        {
            return -1;
        }

        switch (key & 7) {

        case 0:
            if (key >> 3 == timeout && value <= INT32_MAX) {
                wire->timeout = (int64_t) value;
            }

            continue;

        case 1:
            value = 8;
            break;

        case 5:
            value = 4;
            break;

        case 2:
            break;

        default:
            return -1;
        }

        if (value > (uint64_t) (end - p)) {
            return -1;
        }

        if ((key & 7) == 2 && key >> 3 == topic) {
            wire->topic = p - data;
            wire->topic_len = (size_t) value;

        } else if ((key & 7) == 2 && key >> 3 == payload) {
            wire->payload = p - data;
            wire->payload_len = (size_t) value;
        }

        p += value;
    }

    return 0;
}


static int
wire_varint(const u_char **p, const u_char *end, uint64_t *value)
{
    unsigned  shift;

    *value = 0;

    for (shift = 0; *p < end && shift < 64; shift += 7) {
        *value |= (uint64_t) (**p & 0x7f) << shift;

        if ((*(*p)++ & 0x80) == 0) {
            return 0;
        }
    }

    return -1;
}


int
interconnd_wire_json(u_char *data, size_t len, interconnd_wire_t *wire)
{
    int          rc;
    ssize_t      n;
    wire_json_t  json;
    yajl_handle  parser;

    memset(wire, 0, sizeof(interconnd_wire_t));
    memset(&json, 0, sizeof(wire_json_t));

    wire->timeout = -1;
    json.wire = wire;
    json.data = data;
    json.len = len;

    parser = yajl_alloc(&wire_callbacks, NULL, &json);

    if (parser == NULL) {
        return -1;
    }

    json.parser = parser;

    rc = (yajl_parse(parser, data, len) == yajl_status_ok
          && yajl_complete_parse(parser) == yajl_status_ok) ? 0 : -1;

    yajl_free(parser);

    if (rc != 0 || wire->payload_len == 0) {
        return rc;
    }

    n = wire_unbase64(data + wire->payload, wire->payload_len);
    wire->payload_len = (n > 0) ? (size_t) n : 0;

    return (n >= 0) ? 0 : -1;
}


static int
wire_key(void *ctx, const u_char *key, size_t len)
{
    unsigned      i;
    wire_json_t  *json = ctx;

    if (json->depth != 1) {
        return 1;
    }

    for (i = 0; wire_members[i].name != NULL; i++) {
        if (ic_str_is(ic_str_n(key, len), wire_members[i].name)) {
            break;
        }
    }

    json->member = wire_members[i].member;

    /* of two topics every reader takes another one */

    if ((json->seen & json->member) != 0) {
        return 0;
    }

    json->seen |= json->member;

    return 1;
}


/*
 * A string without escapes is given where it is in the text. One with them
 * (such as "\/") is given elsewhere, and is shorter than its text, whose end
 * it is put at.
 */

static int
wire_string(void *ctx, const u_char *text, size_t len)
{
    size_t        at;
    wire_json_t  *json = ctx;

    if (json->depth != 1
        || (json->member & (WIRE_TOPIC|WIRE_PAYLOAD|WIRE_TIMEOUT)) == 0)
    {
        return wire_value(json);
    }

    if (json->member == WIRE_TIMEOUT) {
        return wire_scalar(ctx, (const char *) text, len);
    }

    at = (uintptr_t) text - (uintptr_t) json->data;

    if (at >= json->len) {
        at = yajl_get_bytes_consumed(json->parser) - 1 - len;
        memcpy(json->data + at, text, len);
    }

    if (json->member == WIRE_TOPIC) {
        json->wire->topic = (off_t) at;
        json->wire->topic_len = len;

    } else {
        json->wire->payload = (off_t) at;
        json->wire->payload_len = len;
    }

    return wire_value(json);
}


static int
wire_scalar(void *ctx, const char *text, size_t len)
{
    int64_t       n;
    wire_json_t  *json = ctx;

    if (json->depth == 1 && json->member == WIRE_TIMEOUT) {
        if (ic_str_int(ic_str_n(text, len), &n) != 0 || n < 0) {
            return 0;
        }

        json->wire->timeout = n;
    }

    return wire_value(json);
}


static int
wire_number(void *ctx, const char *text, size_t len)
{
    return wire_scalar(ctx, text, len);
}


static int
wire_null(void *ctx)
{
    return wire_value(ctx);
}


static int
wire_boolean(void *ctx, int value)
{
    return wire_value(ctx);
}


static int
wire_open(void *ctx)
{
    wire_json_t  *json = ctx;

    if (json->depth == 1 && json->member == WIRE_METADATA) {
        json->wire->metadata = true;
    }

    return (json->depth++ < WIRE_DEPTH);
}


static int
wire_close(void *ctx)
{
    wire_json_t  *json = ctx;

    return --json->depth == 0 || wire_value(json);
}


static int
wire_list(void *ctx)
{
    wire_json_t  *json = ctx;

    return json->depth != 0 && wire_open(ctx);
}


static int
wire_value(wire_json_t *json)
{
    if (json->depth == 1) {
        json->member = WIRE_OTHER;
    }

    /* the whole is an object */
    return json->depth != 0;
}


/* In place; its length, or -1. Either alphabet, padded or not. */

static ssize_t
wire_unbase64(u_char *data, size_t len)
{
    int       digit;
    size_t    i, n;
    uint32_t  bits;

    while (len > 0 && data[len - 1] == '=') {
        len--;
    }

    if (len % 4 == 1) {
        return -1;
    }

    bits = 0;
    n = 0;

    for (i = 0; i < len; i++) {
        digit = wire_digit(data[i]);

        if (digit < 0) {
            return -1;
        }

        bits = bits << 6 | (uint32_t) digit;

        if (i % 4 != 0) {
            data[n++] = (u_char) (bits >> (6 - 2 * (i % 4)));
        }
    }

    return (ssize_t) n;
}


static int
wire_digit(u_char c)
{
    static signed char  digits[256];

    unsigned  i;

    static const char  alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    if (digits['B'] == 0) {
        memset(digits, -1, sizeof(digits));

        for (i = 0; i < 64; i++) {
            digits[(u_char) alphabet[i]] = (signed char) i;
        }

        digits['-'] = 62;
        digits['_'] = 63;
    }

    return digits[c];
}


int
interconnd_wire_add(ic_str_t *s, const void *data, size_t len)
{
    u_char  *bytes;

    if (len == 0) {
        return 0;
    }

    bytes = realloc(s->data, s->len + len);

    if (bytes == NULL) {
        return -1;
    }

    memcpy(bytes + s->len, data, len);

    s->data = bytes;
    s->len += len;

    return 0;
}


int
interconnd_wire_key(ic_str_t *s, unsigned field, size_t len)
{
    size_t  n;
    u_char  bytes[12];

    n = 0;
    bytes[n++] = (u_char) (field << 3 | 2);

    for ( /* void */ ; len > 0x7f; len >>= 7) {
        bytes[n++] = (u_char) (len | 0x80);
    }

    bytes[n++] = (u_char) len;

    return interconnd_wire_add(s, bytes, n);
}


int
interconnd_wire_field(ic_str_t *s, unsigned field, const char *value)
{
    size_t  len;

    len = strlen(value);

    return (interconnd_wire_key(s, field, len) != 0
            || interconnd_wire_add(s, value, len) != 0) ? -1 : 0;
}
