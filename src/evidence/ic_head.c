
#include <openssl/x509.h>

#include "../lib/ic_codec.h"
#include "../trust/ic_sign.h"
#include "ic_head.h"


#define HEAD_DASH  "\xe2\x80\x94 "       /* U+2014 and a space */
#define HEAD_ID    4


static int head_key_id(ic_arena_t *arena, ic_str_t name, EVP_PKEY *key,
    u_char id[HEAD_ID]);
static bool head_name_valid(ic_str_t name);
static u_char *head_end(ic_str_t note);
static bool head_line(ic_str_t *rest, ic_str_t *line);
static bool head_named(ic_str_t *rest, const char *name, ic_str_t *value);
static bool head_number(ic_str_t text, int64_t *number);
static bool head_base64(ic_arena_t *arena, ic_str_t text, ic_str_t *bytes);
static const char *head_parse_text(ic_arena_t *arena, ic_str_t text,
    ic_head_t *head);
static const char *head_parse_signature(ic_arena_t *arena, ic_str_t line,
    ic_head_t *head);


ic_str_t
ic_head_text(ic_arena_t *arena, const ic_head_t *head)
{
    ic_str_t         root;
    static ic_str_t  none;

    root = ic_base64(arena, ic_str_n(head->root.byte,
                                     sizeof(head->root.byte)), false);

    if (root.data == NULL || !head_name_valid(head->origin)
        || !head_name_valid(head->key))
    {
        return none;
    }

    return ic_str_fmt(arena, "%.*s\n%llu\n%.*s\ntime %lld\n"
                      "key %.*s\n",
                      (int) head->origin.len, head->origin.data,
                      (unsigned long long) head->size, (int) root.len,
                      root.data, (long long) head->time,
                      (int) head->key.len, head->key.data);
}


ic_str_t
ic_head_sign(ic_arena_t *arena, ic_str_t text, ic_str_t name, EVP_PKEY *key)
{
    u_char          *data;
    u_char           id[HEAD_ID];
    ic_str_t         signature, line;
    static ic_str_t  none;

    if (!head_name_valid(name)
        || head_key_id(arena, name, key, id) != 0)
    {
        return none;
    }

    signature = ic_sign(arena, key, text);
    if (signature.data == NULL) {
        return none;
    }

    data = ic_alloc(arena, HEAD_ID + signature.len);
    if (data == NULL) {
        return none;
    }

    memcpy(data, id, HEAD_ID);
    memcpy(data + HEAD_ID, signature.data, signature.len);
    line = ic_base64(arena, ic_str_n(data, HEAD_ID + signature.len), false);

    if (line.data == NULL) {
        return none;
    }

    return ic_str_fmt(arena, HEAD_DASH "%.*s %.*s\n", (int) name.len,
                      name.data, (int) line.len, line.data);
}


static int
head_key_id(ic_arena_t *arena, ic_str_t name, EVP_PKEY *key,
    u_char id[HEAD_ID])
{
    int          len;
    u_char      *der, digest[32];
    ic_str_t     text;
    const char  *type;

    type = ic_sign_auth_type(key);
    der = NULL;
    len = (type == NULL) ? -1 : i2d_PUBKEY(key, &der);

    if (len <= 0) {
        return -1;
    }

    text = ic_str_fmt(arena, "%.*s\n\xffinterconn %s%*s", (int) name.len,
                      name.data, type, len, "");

    if (text.data != NULL) {
        memcpy(text.data + text.len - len, der, (size_t) len);
        ic_sha256(digest, text.data, text.len);
        memcpy(id, digest, HEAD_ID);
    }

    OPENSSL_free(der);

    return (text.data != NULL) ? 0 : -1;
}


/* A line, and a name in it: no control bytes, spaces or plus. */

static bool
head_name_valid(ic_str_t name)
{
    size_t  i;

    for (i = 0; i < name.len; i++) {
        if (name.data[i] <= ' ' || name.data[i] == '+'
            || name.data[i] == 0x7f)
        {
            return false;
        }
    }

    return name.len != 0 && ic_utf8_valid(name);
}


bool
ic_head_signed(ic_arena_t *arena, const ic_head_t *head, ic_str_t name,
    EVP_PKEY *key)
{
    u_char                      id[HEAD_ID];
    unsigned                    i;
    const ic_head_signature_t  *signature;

    if (head_key_id(arena, name, key, id) != 0) {
        return false;
    }

    for (i = 0; i < head->nsignatures; i++) {
        signature = &head->signatures[i];

        if (ic_str_eq(signature->name, name)
            && memcmp(signature->bytes.data, id, HEAD_ID) == 0)
        {
            return ic_sign_verify(key, head->text,
                                  ic_str_n(signature->bytes.data + HEAD_ID,
                                           signature->bytes.len - HEAD_ID));
        }
    }

    return false;
}


const char *
ic_head_parse(ic_arena_t *arena, ic_str_t note, ic_head_t *head)
{
    u_char      *end;
    ic_str_t     rest, line;
    const char  *why;

    memset(head, 0, sizeof(ic_head_t));

    if (note.len > IC_HEAD_MAX) {
        return "longer than a head may be";
    }

    end = head_end(note);
    if (end == NULL) {
        return "no empty line before the signatures";
    }

    head->text = ic_str_n(note.data, (size_t) (end + 1 - note.data));
    why = head_parse_text(arena, head->text, head);

    rest = ic_str_n(end + 2, note.len - head->text.len - 1);

    while (why == NULL && rest.len != 0) {
        why = head_line(&rest, &line)
              ? head_parse_signature(arena, line, head)
              : "a line without an end";
    }

    if (why == NULL && head->nsignatures == 0) {
        return "no signature";
    }

    return why;
}


static const char *
head_parse_text(ic_arena_t *arena, ic_str_t text, ic_head_t *head)
{
    u_char    spki[32];
    int64_t   size;
    ic_str_t  rest, line, bytes;

    rest = text;

    if (!head_line(&rest, &head->origin) || !head_name_valid(head->origin)) {
        return "the origin is not one";
    }

    if (!head_line(&rest, &line) || !head_number(line, &size)) {
        return "the size is no number";
    }

    if (!head_line(&rest, &line) || !head_base64(arena, line, &bytes)
        || bytes.len != sizeof(head->root.byte))
    {
        return "the root is not 32 bytes of base64";
    }

    head->size = (uint64_t) size;
    memcpy(head->root.byte, bytes.data, bytes.len);

    if (!head_named(&rest, "time ", &line)
        || !head_number(line, &head->time))
    {
        return "the time is no number";
    }

    if (!head_named(&rest, "key ", &head->key)
        || ic_unhex(spki, sizeof(spki), head->key) != 0)
    {
        return "the key is no digest";
    }

    return (rest.len == 0) ? NULL : "a line that is not known";
}


static const char *
head_parse_signature(ic_arena_t *arena, ic_str_t line, ic_head_t *head)
{
    u_char               *space;
    ic_str_t              rest;
    ic_head_signature_t  *signature;

    if (head->nsignatures == IC_HEAD_SIGNATURES) {
        return "more signatures than there may be";
    }

    if (line.len < sizeof(HEAD_DASH)
        || memcmp(line.data, HEAD_DASH, sizeof(HEAD_DASH) - 1) != 0)
    {
        return "a signature that does not begin as one";
    }

    signature = &head->signatures[head->nsignatures++];
    rest = ic_str_n(line.data + sizeof(HEAD_DASH) - 1,
                    line.len - (sizeof(HEAD_DASH) - 1));
    space = memchr(rest.data, ' ', rest.len);

    if (space == NULL) {
        return "a signature without a name";
    }

    signature->name = ic_str_n(rest.data, (size_t) (space - rest.data));
    rest = ic_str_n(space + 1, rest.len - signature->name.len - 1);

    if (!head_name_valid(signature->name)
        || !head_base64(arena, rest, &signature->bytes)
        || signature->bytes.len <= HEAD_ID)
    {
        return "a signature that is not base64";
    }

    return NULL;
}


/* The first of two LFs: that of the last line that is signed. */

static u_char *
head_end(ic_str_t note)
{
    size_t  i;

    for (i = 0; i + 1 < note.len; i++) {
        if (note.data[i] == '\n' && note.data[i + 1] == '\n') {
            return note.data + i;
        }
    }

    return NULL;
}


/* The next line without its LF. */

static bool
head_line(ic_str_t *rest, ic_str_t *line)
{
    u_char  *end;

    end = (rest->len == 0) ? NULL : memchr(rest->data, '\n', rest->len);
    if (end == NULL) {
        return false;
    }

    *line = ic_str_n(rest->data, (size_t) (end - rest->data));
    rest->len -= line->len + 1;
    rest->data = end + 1;

    return true;
}


/* The rest of a line that begins with a word. */

static bool
head_named(ic_str_t *rest, const char *name, ic_str_t *value)
{
    size_t  len;

    len = strlen(name);

    if (!head_line(rest, value) || value->len < len
        || memcmp(value->data, name, len) != 0)
    {
        return false;
    }

    value->data += len;
    value->len -= len;

    return true;
}


static bool
head_number(ic_str_t text, int64_t *number)
{
    return ic_str_int(text, number) == 0 && *number >= 0;
}


/* Only what the encoder would write, so that a note has one form. */

static bool
head_base64(ic_arena_t *arena, ic_str_t text, ic_str_t *bytes)
{
    ic_str_t  again;

    *bytes = ic_unbase64(arena, text);
    if (bytes->data == NULL) {
        return false;
    }

    again = ic_base64(arena, *bytes, false);

    return again.data != NULL && ic_str_eq(again, text);
}
