
/* Text forms of bytes, ids, digests and times. */


#include "tap.h"

#include "../../src/lib/ic_codec.h"


static void test_hex(void);
static void test_base64(ic_arena_t *pool);
static void test_uri(ic_arena_t *pool);
static void test_id(void);
static void test_digest(void);
static void test_time(void);


int
main(void)
{
    ic_arena_t  *pool;

    pool = ic_pool_create();

    test_hex();
    test_base64(pool);
    test_uri(pool);
    test_id();
    test_digest();
    test_time();

    ic_pool_destroy(pool);

    return done();
}


static void
test_hex(void)
{
    char    text[9];
    u_char  bytes[4];

    ic_hex(text, "\x00\x7f\x80\xff", 4);
    is_str(text, "007f80ff", "ic_hex()");
    ic_hex(text, "", 0);
    is_str(text, "", "ic_hex() of nothing");

    is_int(ic_unhex(bytes, 4, ic_str("007F80fF")), 0, "ic_unhex()");
    ok(memcmp(bytes, "\x00\x7f\x80\xff", 4) == 0, "its bytes");
    is_int(ic_unhex(bytes, 4, ic_str("007F80f")), -1, "a digit missing");
    is_int(ic_unhex(bytes, 4, ic_str("007F80fF0")), -1, "a digit more");
    is_int(ic_unhex(bytes, 4, ic_str("007F80")), -1, "a byte missing");
    is_int(ic_unhex(bytes, 2, ic_str("007g")), -1, "no digit");
    is_int(ic_unhex(bytes, 2, ic_str("0: 0")), -1, "nor these");
    is_int(ic_unhex(bytes, 0, ic_str(NULL)), 0, "ic_unhex() of nothing");
}


static void
test_base64(ic_arena_t *pool)
{
    size_t     i, len;
    u_char     bytes[64];
    unsigned   bad;
    ic_str_t   text, back;

    static const struct {
        const char  *bytes, *text, *url;
    } good[] = {                             /* RFC 4648, section 10 */
        { "", "", "" },
        { "f", "Zg==", "Zg" },
        { "fo", "Zm8=", "Zm8" },
        { "foo", "Zm9v", "Zm9v" },
        { "foob", "Zm9vYg==", "Zm9vYg" },
        { "fooba", "Zm9vYmE=", "Zm9vYmE" },
        { "foobar", "Zm9vYmFy", "Zm9vYmFy" },
        { "\xfb\xff\xfe", "+//+", "-__-" }
    };

    static const char  *const bad_texts[] = {
        "Z", "Zg=", "Zg===", "Zm8==", "Zm9v=", "Zm9v==", "Zh==", "Zh",
        "Zm9=", "Zm9", "Zm 9", "Zm9v\n", "=", "==", "Zg==Zg==", "+_+_", "Z*=="
    };

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        text = ic_base64(pool, ic_str(good[i].bytes), false);
        is_str((char *) text.data, good[i].text, "base64 %zu", i);
        text = ic_base64(pool, ic_str(good[i].bytes), true);
        is_str((char *) text.data, good[i].url, "URL-safe base64 %zu", i);
        back = ic_unbase64(pool, ic_str(good[i].text));
        is_str((char *) back.data, good[i].bytes, "and back");
        back = ic_unbase64(pool, ic_str(good[i].url));
        is_str((char *) back.data, good[i].bytes, "and back from URL-safe");
    }

    for (i = 0; i < sizeof(bad_texts) / sizeof(bad_texts[0]); i++) {
        back = ic_unbase64(pool, ic_str(bad_texts[i]));
        ok(back.data == NULL, "malformed base64 %zu", i);
    }

    for (len = 0, bad = 0; len <= sizeof(bytes); len++) {
        for (i = 0; i < len; i++) {
            bytes[i] = (u_char) (i * 151 + len * 29);
        }

        text = ic_base64(pool, ic_str_n(bytes, len), len % 2);
        back = ic_unbase64(pool, text);
        bad += !ic_str_eq(back, ic_str_n(bytes, len));
    }

    is_int(bad, 0, "every length comes back");
}


static void
test_uri(ic_arena_t *pool)
{
    size_t    i;
    char      all[255];
    ic_str_t  s;

    static const char  *const bad[] = {
        "%", "a%4", "%zz", "%4g", "%%41", "%00", "a%00b"
    };

    s = ic_unescape_uri(pool, ic_str("a+b%2Bc%e8%8A%82~"));
    is_str((char *) s.data, "a b+c\xe8\x8a\x82~", "ic_unescape_uri()");
    is_str((char *) ic_unescape_uri(pool, ic_str(NULL)).data, "",
           "ic_unescape_uri() of nothing");

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ok(ic_unescape_uri(pool, ic_str(bad[i])).data == NULL,
           "bad escape %s", bad[i]);
    }

    ok(ic_unescape_uri(pool, ic_str_n("a\0b", 3)).data == NULL, "a NUL byte");

    s = ic_escape_uri(pool, ic_str("aZ09-._~ /?&=%+\xe8"));
    is_str((char *) s.data, "aZ09-._~%20%2F%3F%26%3D%25%2B%E8",
           "ic_escape_uri()");

    for (i = 0; i < sizeof(all); i++) {
        all[i] = (char) (i + 1);
    }

    s = ic_unescape_uri(pool, ic_escape_uri(pool, ic_str_n(all, 255)));
    ok(ic_str_eq(s, ic_str_n(all, 255)), "all bytes come back");
}


static void
test_id(void)
{
    int     rc;
    char    text[IC_ID_MAX + 2], other[64];
    size_t  i;

    static const char  *const good[] = {
        "a", "0", "JG0100002800000000", "a.b_c:d@e-f", "Z9"
    };

    static const char  *const bad[] = {
        "", "-a", ".a", "_a", "a b", "a/b", "a{b", "a}b", "a*", "a?", "a[b",
        "a\nb", "a\x7f", "a\xc3\xa9", "a\\b", "a\"b", "a'b", "a,b", "a%b"
    };

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        ok(ic_id_valid(ic_str(good[i])), "valid id %s", good[i]);
    }

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ok(!ic_id_valid(ic_str(bad[i])), "invalid id %zu", i);
    }

    ok(!ic_id_valid(ic_str_n("a\0b", 3)), "no NUL in an id");

    memset(text, 'x', sizeof(text));
    ok(ic_id_valid(ic_str_n(text, IC_ID_MAX)), "an id of IC_ID_MAX");
    ok(!ic_id_valid(ic_str_n(text, IC_ID_MAX + 1)), "no longer one");

    memset(text, 'x', sizeof(text));
    rc = ic_id_make(text, "task_");
    is_int(rc, 0, "ic_id_make()");
    is_int((long long) strlen(text), 5 + 22, "its length");
    ok(strncmp(text, "task_", 5) == 0, "its prefix");
    ok(ic_id_valid(ic_str(text)), "%s is valid", text);
    ok(text[5 + 23] == 'x', "nothing behind it is touched");

    ic_id_make(other, "task_");
    ok(strcmp(text, other) != 0, "another one differs");
    ok(strncmp(text, other, 5 + 9) <= 0, "and is not earlier");
}


static void
test_digest(void)
{
    char    hex[65];
    u_char  digest[32];

    ic_sha256_hex(hex, "abc", 3);            /* FIPS 180-2, B.1 */
    is_str(hex, "ba7816bf8f01cfea414140de5dae2223"
                "b00361a396177a9cb410ff61f20015ad", "SHA-256 of abc");

    ic_sha256_hex(hex, NULL, 0);
    is_str(hex, "e3b0c44298fc1c149afbf4c8996fb924"
                "27ae41e4649b934ca495991b7852b855", "SHA-256 of nothing");

    ic_sha256(digest, "abc", 3);
    ok(digest[0] == 0xba && digest[31] == 0xad, "its bytes");
}


static void
test_time(void)
{
    int64_t  now, mono;

    now = ic_now_ms();
    mono = ic_mono_ms();

    ok(now > INT64_C(1700000000000), "the clock is in this epoch, in ms");
    ok(ic_mono_ms() >= mono, "the other one does not step back");
}
