
/* Strings, numbers in strings, UTF-8, arenas and pools. */


#include "tap.h"

#include "../../src/lib/ic_arena.h"

#include <math.h>


static void test_compare(void);
static void test_int(void);
static void test_time(void);
static void test_num(void);
static void test_utf8(void);
static void test_pool(void);
static void test_short_memory(void);
static void *no_memory(void *owner, size_t size);


int
main(void)
{
    test_compare();
    test_int();
    test_time();
    test_num();
    test_utf8();
    test_pool();
    test_short_memory();

    return done();
}


static void
test_compare(void)
{
    ic_str_t  none = ic_null_string, word = ic_string("Word");

    is_int((long long) word.len, 4, "ic_string() counts no NUL");
    ok(ic_str(NULL).data == NULL, "ic_str(NULL) is the null string");
    ok(ic_str_eq(none, ic_str("")), "null and empty are equal");
    ok(ic_str_eq(word, ic_str_n("Wordy", 4)), "ic_str_n() takes a part");
    ok(!ic_str_eq(word, ic_str("Wort")), "other bytes differ");
    ok(!ic_str_eq(word, ic_str("Words")), "other lengths differ");
    ok(ic_str_is(word, "Word"), "ic_str_is()");
    ok(!ic_str_is(word, "word"), "ic_str_is() sees case");
    ok(ic_str_is_nocase(word, "wORD"), "ic_str_is_nocase()");
    ok(!ic_str_is_nocase(word, "wORK"), "ic_str_is_nocase() sees letters");
    ok(!ic_str_is_nocase(ic_str("["), "{"), "only letters have a case");
    ok(!ic_str_is_nocase(word, "wor"), "ic_str_is_nocase() sees lengths");
}


static void
test_int(void)
{
    int      rc;
    size_t   i;
    int64_t  n;

    static const struct {
        const char  *text;
        int          rc;
        int64_t      n;
    } tests[] = {
        { "0", 0, 0 },
        { "7", 0, 7 },
        { "-7", 0, -7 },
        { "1024", 0, 1024 },
        { "9223372036854775807", 0, INT64_MAX },
        { "-9223372036854775808", 0, INT64_MIN },
        { "9223372036854775808", -1, 0 },
        { "-9223372036854775809", -1, 0 },
        { "99999999999999999999", -1, 0 },
        { "", -1, 0 },
        { "-", -1, 0 },
        { "-0", -1, 0 },
        { "00", -1, 0 },
        { "01", -1, 0 },
        { "-01", -1, 0 },
        { "+1", -1, 0 },
        { " 1", -1, 0 },
        { "1 ", -1, 0 },
        { "1.0", -1, 0 },
        { "1e1", -1, 0 },
        { "0x1", -1, 0 },
        { "--1", -1, 0 },
        { "1-", -1, 0 }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        n = 0;
        rc = ic_str_int(ic_str(tests[i].text), &n);
        ok(rc == tests[i].rc && n == tests[i].n, "ic_str_int(\"%s\")",
           tests[i].text);
    }
}


static void
test_time(void)
{
    int       rc;
    int64_t   ms;
    unsigned  i;

    static const struct {
        const char  *text;
        int          rc;
        int64_t      ms;
    } tests[] = {
        { "0", 0, 0 },
        { "90", 0, 90000 },
        { "90s", 0, 90000 },
        { "500ms", 0, 500 },
        { "2m", 0, 120000 },
        { "1h", 0, 3600000 },
        { "7d", 0, 604800000 },
        { "9223372036854775807ms", 0, INT64_MAX },
        { "9223372036854775807", -1, 0 },
        { "", -1, 0 },
        { "s", -1, 0 },
        { "-1s", -1, 0 },
        { "01s", -1, 0 },
        { "1 s", -1, 0 },
        { "1w", -1, 0 },
        { "1S", -1, 0 },
        { "1h30m", -1, 0 }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        rc = ic_str_time(ic_str(tests[i].text), &ms);
        ok(rc == tests[i].rc && (rc != 0 || ms == tests[i].ms),
           "ic_str_time(\"%s\")", tests[i].text);
    }
}


static void
test_num(void)
{
    int     rc;
    char    text[IC_NUM_MAX + 2];
    size_t  i;
    double  n;

    static const struct {
        const char  *text;
        int          rc;
        double       n;
    } tests[] = {
        { "0", 0, 0 },
        { "-0", 0, 0 },
        { "12", 0, 12 },
        { "-12.5", 0, -12.5 },
        { "1e3", 0, 1000 },
        { "1E+3", 0, 1000 },
        { "25e-1", 0, 2.5 },
        { "0.1", 0, 0.1 },
        { "1e308", 0, 1e308 },
        { "1e-400", 0, 0 },
        { "1e309", -1, 0 },
        { "-1e400", -1, 0 },
        { "", -1, 0 },
        { "-", -1, 0 },
        { ".5", -1, 0 },
        { "5.", -1, 0 },
        { "01", -1, 0 },
        { "1e", -1, 0 },
        { "1e+", -1, 0 },
        { "1.e1", -1, 0 },
        { "+1", -1, 0 },
        { "inf", -1, 0 },
        { "nan", -1, 0 },
        { "0x10", -1, 0 },
        { " 1", -1, 0 },
        { "1 ", -1, 0 },
        { "1f", -1, 0 }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        n = 0;
        rc = ic_str_num(ic_str(tests[i].text), &n);
        ok(rc == tests[i].rc && n == tests[i].n, "ic_str_num(\"%s\")",
           tests[i].text);
    }

    memset(text, '0', sizeof(text));
    text[1] = '.';

    is_int(ic_str_num(ic_str_n(text, IC_NUM_MAX), &n), 0,
           "ic_str_num() of IC_NUM_MAX bytes");
    is_int(ic_str_num(ic_str_n(text, IC_NUM_MAX + 1), &n), -1,
           "ic_str_num() of one more");
}


static void
test_utf8(void)
{
    size_t  i;

    static const struct {
        const char  *text;
        unsigned     len;
    } tests[] = {
        { "a", 1 },
        { "\x7f", 1 },
        { "\xc2\x80", 2 },
        { "\xdf\xbf", 2 },
        { "\xe0\xa0\x80", 3 },
        { "\xed\x9f\xbf", 3 },
        { "\xee\x80\x80", 3 },
        { "\xef\xbf\xbf", 3 },
        { "\xf0\x90\x80\x80", 4 },
        { "\xf4\x8f\xbf\xbf", 4 },
        { "", 0 },
        { "\x80", 0 },
        { "\xc0\x80", 0 },
        { "\xc1\xbf", 0 },
        { "\xc2", 0 },
        { "\xc2" "a", 0 },
        { "\xe0\x9f\xbf", 0 },
        { "\xe4\xb8", 0 },
        { "\xe4\xb8" "a", 0 },
        { "\xed\xa0\x80", 0 },
        { "\xed\xbf\xbf", 0 },
        { "\xf0\x8f\xbf\xbf", 0 },
        { "\xf0\x90\x80" "a", 0 },
        { "\xf4\x90\x80\x80", 0 },
        { "\xf5\x80\x80\x80", 0 },
        { "\xff", 0 }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        is_int(ic_utf8_char(ic_str(tests[i].text)), tests[i].len,
               "ic_utf8_char(), %zu", i);
    }

    ok(ic_utf8_valid(ic_str("z\xc3\xa9\xe8\x8a\x82\xf0\x9f\x98\x80")),
       "ic_utf8_valid() of all lengths");
    ok(ic_utf8_valid(ic_str("")), "ic_utf8_valid() of nothing");
    ok(!ic_utf8_valid(ic_str("abc\xe8\x8a")), "ic_utf8_valid() of a cut one");
}


static void
test_pool(void)
{
    size_t       i, size;
    u_char      *p;
    ic_str_t     s;
    unsigned     bad;
    ic_arena_t  *pool;

    pool = ic_pool_create();

    for (i = 0, bad = 0; i < 3000; i++) {
        size = (i * 37) % 9000;
        p = ic_alloc(pool, size);

        if (p == NULL || (uintptr_t) p % 16 != 0) {
            bad++;
            continue;
        }

        memset(p, 0xa5, size);

        if (i % 1000 == 0) {
            ic_pool_reset(pool);
        }
    }

    is_int(bad, 0, "3000 aligned pieces of any size");

    p = ic_zalloc(pool, 100000);
    for (i = 0, bad = 0; i < 100000; i++) {
        bad += p[i] != 0;
    }
    is_int(bad, 0, "ic_zalloc() clears a big piece");

    s = ic_str_dup(pool, ic_str_n("abcdef", 3));
    is_str((char *) s.data, "abc", "ic_str_dup() adds a NUL");
    is_int((long long) s.len, 3, "which len does not count");
    s = ic_str_dup(pool, ic_str(NULL));
    is_str((char *) s.data, "", "ic_str_dup() of the null string");
    is_str(ic_str_z(pool, ic_str_n("xyz", 2)), "xy", "ic_str_z()");

    s = ic_str_fmt(pool, "%d-%s", 17, "x");
    is_str((char *) s.data, "17-x", "ic_str_fmt()");
    is_int((long long) s.len, 4, "ic_str_fmt() counts");

    ok(ic_alloc(pool, SIZE_MAX) == NULL, "no piece of SIZE_MAX");

    ic_pool_destroy(pool);
    ic_pool_destroy(NULL);
}


static void
test_short_memory(void)
{
    ic_arena_t  arena = { no_memory, NULL };

    ok(ic_zalloc(&arena, 1) == NULL, "ic_zalloc() without memory");
    ok(ic_str_dup(&arena, ic_str("a")).data == NULL,
       "ic_str_dup() without memory");
    ok(ic_str_z(&arena, ic_str("a")) == NULL, "ic_str_z() without memory");
    ok(ic_str_fmt(&arena, "a").data == NULL, "ic_str_fmt() without memory");
}


static void *
no_memory(void *owner, size_t size)
{
    return NULL;
}
