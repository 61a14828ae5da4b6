
/* Text forms of bytes, ids and times. */


#include <openssl/rand.h>
#include <openssl/sha.h>
#include <time.h>

#include "ic_codec.h"


#define ID_TIME_DIGITS    9
#define ID_RANDOM_DIGITS  13


static int hex_digit(u_char c);
static int base64_digit(u_char c, unsigned *alphabets);
static bool is_unreserved(u_char c);
static bool is_alphanumeric(u_char c);
static int64_t clock_ms(clockid_t clock);


void
ic_hex(char *dst, const void *src, size_t len)
{
    size_t         i;
    const u_char  *p;

    static const char  digits[] = "0123456789abcdef";

    p = src;

    for (i = 0; i < len; i++) {
        *dst++ = digits[p[i] >> 4];
        *dst++ = digits[p[i] & 0x0f];
    }

    *dst = '\0';
}


int
ic_unhex(void *dst, size_t len, ic_str_t hex)
{
    int      high, low;
    size_t   i;
    u_char  *p;

    if (hex.len % 2 != 0 || hex.len / 2 != len) {
        return -1;
    }

    p = dst;

    for (i = 0; i < len; i++) {
        high = hex_digit(hex.data[2 * i]);
        low = hex_digit(hex.data[2 * i + 1]);

        if (high < 0 || low < 0) {
            return -1;
        }

        p[i] = (u_char) (high << 4 | low);
    }

    return 0;
}


static int
hex_digit(u_char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }

    return -1;
}


ic_str_t
ic_base64(ic_arena_t *arena, ic_str_t bytes, bool url)
{
    size_t       i, n;
    u_char      *p;
    uint32_t     bits;
    ic_str_t     text;
    const char  *digits;

    digits = url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                   "0123456789-_"
                 : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                   "0123456789+/";

    text.data = ic_alloc(arena, (bytes.len / 3 + 1) * 4 + 1);

    if (text.data == NULL) {
        return ic_str(NULL);
    }

    p = text.data;

    for (i = 0; i < bytes.len; i += 3) {
        n = bytes.len - i < 3 ? bytes.len - i : 3;

        bits = (uint32_t) bytes.data[i] << 16;
        bits |= n > 1 ? (uint32_t) bytes.data[i + 1] << 8 : 0;
        bits |= n > 2 ? (uint32_t) bytes.data[i + 2] : 0;

        *p++ = (u_char) digits[bits >> 18];
        *p++ = (u_char) digits[bits >> 12 & 0x3f];

        if (n > 1) {
            *p++ = (u_char) digits[bits >> 6 & 0x3f];
        }

        if (n > 2) {
            *p++ = (u_char) digits[bits & 0x3f];
        }

        for ( ; n < 3 && !url; n++) {
            *p++ = '=';
        }
    }

    *p = '\0';
    text.len = (size_t) (p - text.data);

    return text;
}


/*
 * Bits behind the last byte must be zero and padding, where there is any,
 * complete: of the forms of one value only padding and alphabet may differ.
 */
ic_str_t
ic_unbase64(ic_arena_t *arena, ic_str_t text)
{
    int        digit;
    size_t     i, padding;
    uint32_t   bits;
    ic_str_t   bytes;
    unsigned   nbits, alphabets;

    padding = 0;

    while (padding < 2 && text.len > 0 && text.data[text.len - 1] == '=') {
        padding++;
        text.len--;
    }

    if (text.len % 4 == 1 || (padding > 0 && (text.len + padding) % 4 != 0)) {
        return ic_str(NULL);
    }

    bytes.data = ic_alloc(arena, text.len / 4 * 3 + 3);

    if (bytes.data == NULL) {
        return ic_str(NULL);
    }

    bits = 0;
    nbits = 0;
    bytes.len = 0;
    alphabets = 0;

    for (i = 0; i < text.len; i++) {

        digit = base64_digit(text.data[i], &alphabets);
        if (digit < 0) {
            return ic_str(NULL);
        }

        bits = (bits << 6 | (uint32_t) digit) & 0xffff;
        nbits += 6;

        if (nbits >= 8) {
            nbits -= 8;
            bytes.data[bytes.len++] = (u_char) (bits >> nbits);
        }
    }

    if ((bits & ((1u << nbits) - 1)) != 0 || alphabets == 3) {
        return ic_str(NULL);
    }

    bytes.data[bytes.len] = '\0';

    return bytes;
}


/* alphabets collects: 1 the standard one was used, 2 the URL-safe one. */
static int
base64_digit(u_char c, unsigned *alphabets)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }

    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }

    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }

    switch (c) {

    case '+':
    case '/':
        *alphabets |= 1;
        return c == '+' ? 62 : 63;

    case '-':
    case '_':
        *alphabets |= 2;
        return c == '-' ? 62 : 63;

    default:
        return -1;
    }
}


ic_str_t
ic_unescape_uri(ic_arena_t *arena, ic_str_t s)
{
    u_char    c;
    size_t    i;
    ic_str_t  text;

    text.len = 0;
    text.data = ic_alloc(arena, s.len + 1);

    if (text.data == NULL) {
        return text;
    }

    for (i = 0; i < s.len; i++) {
        c = s.data[i];

        if (c == '+') {
            c = ' ';

        } else if (c == '%') {

            if (s.len - i < 3
                || ic_unhex(&c, 1, ic_str_n(s.data + i + 1, 2)) != 0)
            {
                return ic_str(NULL);
            }

            i += 2;
        }

        if (c == '\0') {
            return ic_str(NULL);
        }

        text.data[text.len++] = c;
    }

    text.data[text.len] = '\0';

    return text;
}


ic_str_t
ic_escape_uri(ic_arena_t *arena, ic_str_t s)
{
    u_char    c;
    size_t    i;
    ic_str_t  text;

    static const char  digits[] = "0123456789ABCDEF";

    text.len = 0;
    text.data = s.len > SIZE_MAX / 4 ? NULL : ic_alloc(arena, 3 * s.len + 1);

    if (text.data == NULL) {
        return text;
    }

    for (i = 0; i < s.len; i++) {

        c = s.data[i];

        if (is_unreserved(c)) {
            text.data[text.len++] = c;
            continue;
        }

        text.data[text.len++] = '%';
        text.data[text.len++] = (u_char) digits[c >> 4];
        text.data[text.len++] = (u_char) digits[c & 0x0f];
    }

    text.data[text.len] = '\0';

    return text;
}


static bool
is_unreserved(u_char c)
{
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}


static bool
is_alphanumeric(u_char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')
           || (c >= 'a' && c <= 'z');
}


bool
ic_id_valid(ic_str_t id)
{
    u_char  c;
    size_t  i;

    if (id.len == 0 || id.len > IC_ID_MAX || !is_alphanumeric(id.data[0])) {
        return false;
    }

    for (i = 1; i < id.len; i++) {
        c = id.data[i];

        if (!is_alphanumeric(c)
            && (c == '\0' || strchr("._:@-", c) == NULL))
        {
            return false;
        }
    }

    return true;
}


int
ic_id_make(char *dst, const char *prefix)
{
    size_t    i, len;
    u_char    noise[ID_RANDOM_DIGITS];
    uint64_t  ms;

    static const char  digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

    if (RAND_bytes(noise, sizeof(noise)) != 1) {
        return -1;
    }

    len = strlen(prefix);
    memcpy(dst, prefix, len);
    dst += len;

    ms = (uint64_t) ic_now_ms();

    for (i = ID_TIME_DIGITS; i-- > 0; ms >>= 5) {
        dst[i] = digits[ms & 0x1f];
    }

    dst += ID_TIME_DIGITS;

    for (i = 0; i < ID_RANDOM_DIGITS; i++) {
        dst[i] = digits[noise[i] & 0x1f];
    }

    dst[i] = '\0';

    return 0;
}


void
ic_sha256(u_char dst[32], const void *data, size_t len)
{
    SHA256(len == 0 ? (const u_char *) "" : data, len, dst);
}


void
ic_sha256_hex(char dst[65], const void *data, size_t len)
{
    u_char  digest[32];

    ic_sha256(digest, data, len);
    ic_hex(dst, digest, sizeof(digest));
}


int64_t
ic_now_ms(void)
{
    return clock_ms(CLOCK_REALTIME);
}


int64_t
ic_mono_ms(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}


static int64_t
clock_ms(clockid_t clock)
{
    struct timespec  now;

    clock_gettime(clock, &now);

    return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
