
/*
 * JSON as docs/api.md has it, read the plain way, by recursion over the whole
 * text: what the decoder is compared with. Numbers of nodes are not counted.
 */


#ifndef _JSON_REFERENCE_H_INCLUDED_
#define _JSON_REFERENCE_H_INCLUDED_


#include <errno.h>
#include <math.h>

#include "../../src/lib/ic_json.h"
#include "fuzz.h"


typedef struct {
    const char  *p;              /* the text ends in a NUL */
    const char  *end;
} reference_t;


static bool reference_value(reference_t *r, unsigned depth);


static inline bool
reference_blank(reference_t *r)
{
    while (r->p < r->end && strchr(" \t\r\n", *r->p) != NULL
           && *r->p != '\0')
    {
        r->p++;
    }

    return true;
}


static inline bool
reference_is(reference_t *r, const char *word)
{
    size_t  len;

    len = strlen(word);

    if ((size_t) (r->end - r->p) < len || memcmp(r->p, word, len) != 0) {
        return false;
    }

    r->p += len;

    return true;
}


static inline bool
reference_hex(reference_t *r, unsigned *unit)
{
    int          digit;
    unsigned     i;
    const char  *at;

    static const char  digits[] = "0123456789abcdef";

    *unit = 0;

    for (i = 0; i < 4; i++, r->p++) {
        digit = r->p < r->end ? *r->p : 0;
        digit = digit >= 'A' && digit <= 'F' ? digit + 32 : digit;
        at = digit != 0 ? strchr(digits, digit) : NULL;

        if (at == NULL) {
            return false;
        }

        *unit = *unit * 16 + (unsigned) (at - digits);
    }

    return true;
}


/* Behind "\u": one character, as UTF-8. */

static inline bool
reference_unicode(reference_t *r, char *text, size_t *len)
{
    unsigned  c, low;

    if (!reference_hex(r, &c) || c == 0 || (c >= 0xdc00 && c < 0xe000)) {
        return false;
    }

    if (c >= 0xd800 && c < 0xdc00) {
        if (!reference_is(r, "\\u") || !reference_hex(r, &low)
            || low < 0xdc00 || low >= 0xe000)
        {
            return false;
        }

        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        text[(*len)++] = (char) (0xf0 | c >> 18);
        text[(*len)++] = (char) (0x80 | (c >> 12 & 0x3f));

    } else if (c >= 0x800) {
        text[(*len)++] = (char) (0xe0 | c >> 12);
    }

    if (c >= 0x800) {
        text[(*len)++] = (char) (0x80 | (c >> 6 & 0x3f));

    } else if (c >= 0x80) {
        text[(*len)++] = (char) (0xc0 | c >> 6);
    }

    text[(*len)++] = (char) (c < 0x80 ? c : 0x80 | (c & 0x3f));

    return true;
}


/* text: malloc(), its bytes as they are meant. */

static inline bool
reference_string(reference_t *r, char **text, size_t *len)
{
    const char  *at;

    static const char  escapes[] = "\"\\/bfnrt";
    static const char  meaning[] = "\"\\/\b\f\n\r\t";

    *len = 0;
    *text = malloc((size_t) (r->end - r->p) + 1);

    if (!reference_is(r, "\"")) {
        return false;
    }

    for ( ;; ) {
        if (r->p == r->end || (u_char) *r->p < 0x20) {
            return false;
        }

        if (*r->p == '"') {
            r->p++;
            return ic_utf8_valid(ic_str_n(*text, *len));
        }

        if (*r->p != '\\') {
            (*text)[(*len)++] = *r->p++;
            continue;
        }

        if (++r->p == r->end || *r->p == '\0') {
            return false;
        }

        at = strchr(escapes, *r->p);

        if (*r->p++ == 'u') {
            if (!reference_unicode(r, *text, len)) {
                return false;
            }

        } else if (at != NULL) {
            (*text)[(*len)++] = meaning[at - escapes];

        } else {
            return false;
        }
    }
}


static inline bool
reference_digits(reference_t *r)
{
    const char  *start;

    for (start = r->p; *r->p >= '0' && *r->p <= '9'; r->p++) { /* void */ }

    return r->p > start;
}


static inline bool
reference_number(reference_t *r)
{
    bool         integer;
    const char  *start, *digits;

    start = r->p;
    integer = true;
    (void) reference_is(r, "-");
    digits = r->p;

    if (!reference_is(r, "0") && !reference_digits(r)) {
        return false;
    }

    if (*digits == '0' && r->p > digits + 1) {
        return false;
    }

    if (reference_is(r, ".")) {
        integer = false;

        if (!reference_digits(r)) {
            return false;
        }
    }

    if (reference_is(r, "e") || reference_is(r, "E")) {
        integer = false;
        (void) (reference_is(r, "+") || reference_is(r, "-"));

        if (!reference_digits(r)) {
            return false;
        }
    }

    if (r->p - start > IC_NUM_MAX) {
        return false;
    }

    if (!integer) {
        return isfinite(strtod(start, NULL));
    }

    errno = 0;
    (void) strtoll(start, NULL, 10);

    return errno == 0 && !(*start == '-' && *digits == '0');
}


/* The names of an object; whether there are too many or one twice. */

static inline bool
reference_named(ic_str_t *names, unsigned n)
{
    unsigned  i;

    for (i = 0; i + 1 < n; i++) {
        if (ic_str_eq(names[i], names[n - 1])) {
            return false;
        }
    }

    return n <= IC_JSON_MAX_MEMBERS;
}


static inline bool
reference_object(reference_t *r, unsigned depth)
{
    bool       good;
    char      *text;
    size_t     len;
    unsigned   n;
    ic_str_t  *names;

    n = 0;
    names = NULL;

    do {
        names = realloc(names, (n + 1) * sizeof(ic_str_t));
        good = reference_blank(r) && reference_string(r, &text, &len);
        names[n++] = ic_str_n(text, len);
        good = good && reference_named(names, n) && reference_blank(r)
               && reference_is(r, ":") && reference_value(r, depth);
    } while (good && reference_is(r, ","));

    good = good && reference_is(r, "}");

    while (n-- > 0) {
        free(names[n].data);
    }

    free(names);

    return good;
}


/* With the white space around it. */

static bool
reference_value(reference_t *r, unsigned depth)
{
    bool    good;
    char   *text;
    size_t  len;

    (void) reference_blank(r);

    if (r->p == r->end) {
        return false;
    }

    if (*r->p == '"') {
        good = reference_string(r, &text, &len);
        free(text);

    } else if (*r->p == '[' || *r->p == '{') {
        good = depth > 0;
        len = *r->p++ == '[';
        (void) reference_blank(r);

        if (good && !reference_is(r, len ? "]" : "}")) {
            if (len) {
                do {
                    good = reference_value(r, depth - 1);
                } while (good && reference_is(r, ","));

                good = good && reference_is(r, "]");

            } else {
                good = reference_object(r, depth - 1);
            }
        }

    } else {
        good = reference_is(r, "null") || reference_is(r, "true")
               || reference_is(r, "false") || reference_number(r);
    }

    return good && reference_blank(r);
}


static inline bool
reference_json(const uint8_t *data, size_t size)
{
    bool         good;
    char        *text;
    reference_t  r;

    text = fuzz_z(ic_str_n(data, size));
    r.p = text;
    r.end = text + size;
    good = reference_value(&r, IC_JSON_MAX_DEPTH) && r.p == r.end;
    free(text);

    return good;
}


#endif /* _JSON_REFERENCE_H_INCLUDED_ */
