
/*
 * JSON: what is accepted and what is refused, each whole, byte by byte and
 * cut in two at every place; finding one's way.
 */


#include "tap.h"

#include "../../src/lib/ic_json.h"

#include <stdlib.h>


/* A text of repetitions, for the limits. */
typedef struct {
    const char  *name;
    const char  *before;
    const char  *unit;               /* with %u: the repetition's number */
    const char  *after;
    unsigned     times;
    bool         good;
} repeated_t;


static void test_accepted(void);
static void test_refused(void);
static void test_errors(void);
static void test_limits(void);
static void test_random(void);
static void test_parser_life(void);
static void test_nodes(void);
static void test_numbers(void);
static void test_short_memory(void);

static const char *verdicts(ic_str_t text);
static bool in_pieces(ic_str_t text, size_t first, size_t step);
static char *repeated(const repeated_t *test);
static void *few(void *owner, size_t size);


static const struct {
    const char  *text, *compact;
} accepted[] = {
    { "null", "null" },
    { " true\n", "true" },
    { "\tfalse\r", "false" },
    { "0", "0" },
    { "-1", "-1" },
    { "9223372036854775807", "9223372036854775807" },
    { "-9223372036854775808", "-9223372036854775808" },
    { "-0.0", "-0.0" },
    { "-0e1", "-0e1" },
    { "1E+2", "1E+2" },
    { "1.50", "1.50" },
    { "1e-400", "1e-400" },
    { "\"\"", "\"\"" },
    { "\"a\\/b\"", "\"a/b\"" },
    { "\"\\\"\\\\\\b\\f\\n\\r\\t\"", "\"\\\"\\\\\\b\\f\\n\\r\\t\"" },
    { "\"\\u0041\\u00e9\\u8282\"", "\"A\xc3\xa9\xe8\x8a\x82\"" },
    { "\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"" },
    { "\"\\uD83D\\uDE00x\\ud83d\\ude00\"",
      "\"\xf0\x9f\x98\x80x\xf0\x9f\x98\x80\"" },
    { "\"\\uDBFF\\uDFFF\\ud800\\udc00\"",
      "\"\xf4\x8f\xbf\xbf\xf0\x90\x80\x80\"" },
    { "\"\\u001f\"", "\"\\u001f\"" },
    { "\"\xc2\x80\xed\x9f\xbf\xee\x80\x80\xf0\x90\x80\x80\"",
      "\"\xc2\x80\xed\x9f\xbf\xee\x80\x80\xf0\x90\x80\x80\"" },
    { "\"\x7f\"", "\"\x7f\"" },
    { "\"?\"", "\"?\"" },
    { "[]", "[]" },
    { "{}", "{}" },
    { " [ 1 , \"2\" , [ ] , { } ] ", "[1,\"2\",[],{}]" },
    { "{\"b\":1,\"a\":{\"b\":[null,true]},\"\":false}",
      "{\"b\":1,\"a\":{\"b\":[null,true]},\"\":false}" },
    { "{\"a\":1,\"A\":2,\"a \":3,\"\\u0061\\u0061\":4}",
      "{\"a\":1,\"A\":2,\"a \":3,\"aa\":4}" },
    { "{\"a\":{\"a\":{\"a\":1}}}", "{\"a\":{\"a\":{\"a\":1}}}" },
    { "[{\"a\":1},{\"a\":1}]", "[{\"a\":1},{\"a\":1}]" }
};


static const ic_str_t  refused[] = {
    /* not one value */
    ic_string(""), ic_string(" "), ic_string("\n\t"), ic_string("1 2"),
    ic_string("{} {}"), ic_string("[],"), ic_string("1 \"abc"),
    ic_string("{} tru"), ic_string("{}\"\\u00"), ic_string("{}x"),
    ic_string("{}/* */"), ic_string("// a\n1"), ic_string("\xef\xbb\xbf{}"),
    ic_string("{}\0"), ic_string("\0"), ic_string("[1]\xff"),
    /* not finished */
    ic_string("["), ic_string("[1"), ic_string("[1,"), ic_string("{"),
    ic_string("{\"a\""), ic_string("{\"a\":"), ic_string("{\"a\":1"),
    ic_string("{\"a\":1,"), ic_string("\""), ic_string("\"a"),
    ic_string("\"\\"), ic_string("\"\\u12"), ic_string("tru"),
    ic_string("nul"), ic_string("-"), ic_string("1."), ic_string("1e"),
    ic_string("[[1]"), ic_string("\"\xe8\x8a"), ic_string("\"\\ud83d"),
    /* not the grammar */
    ic_string("[1,]"), ic_string("[,1]"), ic_string("[1 2]"),
    ic_string("[1}"), ic_string("{\"a\":1]"), ic_string("{\"a\":1,}"),
    ic_string("{\"a\" 1}"), ic_string("{a:1}"), ic_string("{1:1}"),
    ic_string("{'a':1}"), ic_string("{\"a\":}"), ic_string("]"),
    ic_string("}"), ic_string(","), ic_string(":"), ic_string("True"),
    ic_string("nulL"), ic_string("truee"), ic_string("undefined"),
    ic_string("[1]]"), ic_string("{\"a\":1 \"b\":2}"), ic_string("[\"a\":1]"),
    /* white space */
    ic_string("[\f1]"), ic_string("\f1"), ic_string("1\f"),
    ic_string("[\v1]"), ic_string("[\xc2\xa0" "1]"), ic_string("[\x1e]"),
    /* numbers */
    ic_string("-0"), ic_string("[-0]"), ic_string("01"), ic_string("-01"),
    ic_string("+1"), ic_string(".5"), ic_string("5."), ic_string("[1.]"),
    ic_string("[1.e1]"), ic_string("[1e]"), ic_string("[1e+]"),
    ic_string("0x1"), ic_string("NaN"), ic_string("Infinity"),
    ic_string("-Infinity"), ic_string("1e400"), ic_string("[-1e400]"),
    ic_string("1e309"), ic_string("9223372036854775808"),
    ic_string("-9223372036854775809"), ic_string("100000000000000000000"),
    ic_string("- 1"), ic_string("1a"), ic_string("[--1]"),
    /* strings */
    ic_string("\"\\x\""), ic_string("\"\\\""), ic_string("\"\\u12\""),
    ic_string("\"\\u12g4\""), ic_string("\"\\u0000\""),
    ic_string("\"a\\u0000b\""), ic_string("\"a\0b\""), ic_string("\"a\nb\""),
    ic_string("\"\t\""), ic_string("\"\x1f\""), ic_string("\"\\'\""),
    ic_string("\"\\U0041\""), ic_string("\"\\a\""), ic_string("'a'"),
    ic_string("{\"\\u0000\":1}"), ic_string("{\"a\0\":1}"),
    /* surrogates */
    ic_string("\"\\ud800\""), ic_string("\"\\udc00\""),
    ic_string("\"\\ud800x\""), ic_string("\"\\ud800\\n\""),
    ic_string("\"\\ud800\\ud800\""), ic_string("\"\\udc00\\ud800\""),
    ic_string("\"\\ud800\\u0041\""), ic_string("\"\\ud83d\\ude00\\ude00\""),
    ic_string("\"\\ud800\xe8\x8a\x82\""), ic_string("{\"\\uDfFf\":1}"),
    ic_string("\"\xed\xa0\x80\""), ic_string("\"\xed\xa0\xbd\xed\xb8\x80\""),
    /* UTF-8 */
    ic_string("\"\x80\""), ic_string("\"\xbf\""), ic_string("\"\xc0\x80\""),
    ic_string("\"\xc1\xbf\""), ic_string("\"\xc2\""), ic_string("\"\xc2x\""),
    ic_string("\"\xe0\x80\xaf\""), ic_string("\"\xe0\x9f\xbf\""),
    ic_string("\"\xe8\x8a\""), ic_string("\"\xe8\x8ax\""),
    ic_string("\"\xe8x\x82\""), ic_string("\"\xf0\x80\x80\xaf\""),
    ic_string("\"\xf0\x8f\xbf\xbf\""), ic_string("\"\xf4\x90\x80\x80\""),
    ic_string("\"\xf5\x80\x80\x80\""), ic_string("\"\xf8\x88\x80\x80\x80\""),
    ic_string("\"\xfe\""), ic_string("\"\xff\""), ic_string("\"\xf0\x90\x80\""),
    ic_string("{\"\xff\":1}"), ic_string("\"\xe8\\n\""),
    /* keys given twice */
    ic_string("{\"a\":1,\"a\":1}"), ic_string("{\"a\":1,\"\\u0061\":2}"),
    ic_string("{\"\":1,\"\":2}"), ic_string("[{\"x\":{\"b\":1,\"b\":2}}]"),
    ic_string("{\"a\":1,\"b\":2,\"c\":3,\"d\":{},\"b\":[]}"),
    ic_string("{\"\\/\":1,\"/\":2}"),
    ic_string("{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}")
};


static ic_arena_t  *pool;


int
main(void)
{
    pool = ic_pool_create();

    test_accepted();
    test_refused();
    test_errors();
    test_limits();
    test_random();
    test_parser_life();
    test_nodes();
    test_numbers();
    test_short_memory();

    ic_pool_destroy(pool);

    return done();
}


static void
test_accepted(void)
{
    size_t      i;
    ic_str_t    error;
    ic_json_t  *root;

    for (i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++) {
        error = ic_str(NULL);
        root = ic_json_parse(pool, ic_str(accepted[i].text), &error);
        is_str(root == NULL ? (char *) error.data
               : (char *) ic_json_text(pool, root).data, accepted[i].compact,
               "accepted %zu", i);
        is_str(verdicts(ic_str(accepted[i].text)), "accepted", "in pieces too");
    }
}


static void
test_refused(void)
{
    size_t  i;

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        is_str(verdicts(refused[i]), "refused", "refused %zu: %s", i,
               (char *) ic_json_text(pool, &(ic_json_t) {
                   .type = IC_JSON_STR, .text = refused[i] }).data);
    }
}


static void
test_errors(void)
{
    size_t             i, k;
    ic_str_t           error;
    ic_json_parser_t  *parser;

    static const struct {
        const char  *text, *error;
    } tests[] = {
        { "[1,\f2]", "white space that is not JSON's at byte 3" },
        { "[\"\\ud800\"]", "lone surrogate in a string at byte 8" },
        { "[\"\\u00g0\"]", "lexical error: invalid (non-hex) character occurs "
          "after '\\u' inside string at byte 6" },
        { "[\"\\u0000\"]", "NUL in a string at byte 7" },
        { "[\"ab\xff\"]", "invalid UTF-8 in a string at byte 4" },
        { "[1} \xff", "parse error: after array element, I expect ',' or ']' "
          "at byte 3" },
        { "[-0]", "negative zero at byte 3" },
        { "[1e999]", "number out of range at byte 6" },
        { "[99999999999999999999]", "integer out of range at byte 21" },
        { "{\"a\":1,\"a\":2}", "object with duplicate keys at byte 13" },
        { "1 \"abc", "unfinished string at byte 6" },
        { "[", "parse error: premature EOF at byte 1" },
        { "", "parse error: premature EOF at byte 0" }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        error = ic_str(NULL);
        ok(ic_json_parse(pool, ic_str(tests[i].text), &error) == NULL,
           "error %zu", i);
        is_str((char *) error.data, tests[i].error, "its sentence");

        error = ic_str(NULL);
        parser = ic_json_parser(pool);
        for (k = 0; tests[i].text[k] != '\0'; k++) {
            ic_json_feed(parser, tests[i].text + k, 1);
        }
        ic_json_finish(parser, &error);
        is_str((char *) error.data, tests[i].error, "the same byte by byte");
    }
}


static void
test_limits(void)
{
    size_t   i;
    char    *text;

    static const repeated_t  tests[] = {
        { "depth", "", "[", "", IC_JSON_MAX_DEPTH + 1, false },
        { "objects in depth", "", "{\"a\":", "", IC_JSON_MAX_DEPTH + 1,
          false },
        { "a million brackets", "", "[", "", 1000000, false },
        { "members", "{\"a\":0", ",\"k%u\":1", "}", IC_JSON_MAX_MEMBERS - 1,
          true },
        { "members", "{\"a\":0", ",\"k%u\":1", "}", IC_JSON_MAX_MEMBERS,
          false },
        { "members and a duplicate", "{\"k7\":0", ",\"k%u\":1", "}", 900,
          false },
        { "elements", "[0", ",%u", "]", IC_JSON_MAX_NODES - 2, true },
        { "elements", "[0", ",%u", "]", IC_JSON_MAX_NODES - 1, false },
        { "a long string", "\"", "0123456789", "\"", 20000, true },
        { "a long number", "0.", "0000000000", "1", 102, true },
        { "a long number", "0.", "0000000000", "1", 103, false }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        text = repeated(&tests[i]);
        ok((ic_json_parse(pool, ic_str(text), NULL) != NULL) == tests[i].good
           && in_pieces(ic_str(text), 1, 1) == tests[i].good,
           "%u %s: %s", tests[i].times, tests[i].name,
           tests[i].good ? "accepted" : "refused");
        free(text);
        ic_pool_reset(pool);
    }

    is_str(verdicts(ic_str("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
                           "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")),
           "accepted", "depth %d", IC_JSON_MAX_DEPTH);
}


/* Texts put together from pieces at random: one verdict however they come. */
static void
test_random(void)
{
    char      text[256];
    size_t    len;
    unsigned  i, k, seed, good, bad;

    static const char  *const parts[] = {
        "{", "}", "[", "]", ":", ",", "\"", "\"a\"", "\"b\":", "1", "-0", "1e",
        "\\", "\\u", "d800", "dc00", "\xe8", "\x8a\x82", "\xff", " ", "\f",
        "true", "null", "{\"a\":1}", "[1,2]", "\\n", "9", ".5", "0"
    };

    seed = 20240607;
    printf("# seed %u\n", seed);
    srand(seed);

    for (i = 0, good = 0, bad = 0; i < 20000; i++) {

        text[0] = '\0';
        for (k = 1 + (unsigned) rand() % 8, len = 0; k > 0; k--) {
            len += (size_t) sprintf(text + len, "%s",
                                    parts[(unsigned) rand() % 29]);
        }

        if (strcmp(verdicts(ic_str(text)), "differs") == 0) {
            printf("# differs: %s\n", text);
            bad++;
        }

        good += ic_json_parse(pool, ic_str(text), NULL) != NULL;
        ic_pool_reset(pool);
    }

    is_int(bad, 0, "20000 texts, one verdict each (%u accepted)", good);
}


static void
test_parser_life(void)
{
    ic_str_t           error;
    ic_json_parser_t  *parser;

    parser = ic_json_parser(pool);
    is_int(ic_json_feed(parser, "[1,", 3), 0, "fed");
    is_int(ic_json_feed(parser, NULL, 0), 0, "fed nothing");
    ic_json_abort(parser);
    ok(true, "aborted in the middle");
    is_int(ic_json_feed(parser, "2]", 2), -1, "no more food then");

    parser = ic_json_parser(pool);
    is_int(ic_json_feed(parser, "[}", 2), -1, "bad food");
    is_int(ic_json_feed(parser, "[]", 2), -1, "it stays bad");
    ok(ic_json_finish(parser, &error) == NULL, "no document");
    ok(error.len > 0, "but a sentence");
    ic_json_abort(NULL);
}


static void
test_nodes(void)
{
    ic_json_t  *root;

    root = ic_json_parse(pool, ic_str("{\"role\":{\"guest\":[\"a\",\"b\"],"
                                      "\"0\":7,\"\":8},\"n\":null,\"x\":5}"),
                         NULL);

    is_int(root->count, 3, "members are counted");
    is_int(ic_json_path(root, "role/guest")->count, 2, "and elements");
    is_str((char *) ic_json_str(ic_json_path(root, "role/guest/1")).data, "b",
           "a path through an array");
    is_int(ic_json_path(root, "role/0")->num, 7, "a path through objects");
    ok(ic_json_path(root, "") == root, "the path to the root");
    ok(ic_json_path(root, "role/guest/2") == NULL, "beyond the array");
    ok(ic_json_path(root, "role/guest/-1") == NULL, "before it");
    ok(ic_json_path(root, "role/guest/01") == NULL, "no such index");
    ok(ic_json_path(root, "role/guest/4294967296") == NULL, "nor that");
    ok(ic_json_path(root, "role/host/0") == NULL, "no such member");
    ok(ic_json_path(root, "x/y") == NULL, "through a number");
    ok(ic_json_path(NULL, "x") == NULL, "through nothing");

    ok(ic_json_get(root, "n")->type == IC_JSON_NULL, "a null is there");
    ok(ic_json_get(root, "N") == NULL, "another one is not");
    ok(ic_json_get(NULL, "n") == NULL, "nor in nothing");
    ok(ic_json_get(ic_json_get(root, "x"), "n") == NULL, "nor in a number");
    is_str((char *) ic_json_at(ic_json_path(root, "role/guest"), 0)->text.data,
           "a", "ic_json_at()");
    ok(ic_json_at(root, 0) == NULL, "ic_json_at() of an object");
    ok(ic_json_at(NULL, 0) == NULL, "ic_json_at() of nothing");
    ok(ic_json_str(ic_json_get(root, "x")).data == NULL,
       "ic_json_str() of a number");
    ok(ic_json_str(NULL).data == NULL, "ic_json_str() of nothing");
}


static void
test_numbers(void)
{
    ic_json_t  *root, *node;

    root = ic_json_parse(pool, ic_str("[9007199254740993,1.0,1e2,true,-5]"),
                         NULL);

    node = ic_json_at(root, 0);
    ok(node->type == IC_JSON_INT && node->num == INT64_C(9007199254740993),
       "integers beyond 2^53 are exact");
    node = ic_json_at(root, 1);
    ok(node->type == IC_JSON_NUM && node->real == 1, "1.0 is no integer");
    is_str((char *) node->text.data, "1.0", "and kept as written");
    node = ic_json_at(root, 2);
    ok(node->type == IC_JSON_NUM && node->real == 100, "nor is 1e2");
    node = ic_json_at(root, 3);
    ok(node->type == IC_JSON_BOOL && node->num == 1, "true is 1");
    ok(ic_json_at(root, 4)->real == -5, "integers are real, too");
}


static void
test_short_memory(void)
{
    unsigned       n, budget, bad;
    ic_str_t       error;
    ic_arena_t     arena = { few, &budget };

    static const char  text[] = "{\"a\":[1,2.5,\"x\"],\"b\":true}";

    for (n = 0, bad = 0; n < 100; n++) {
        budget = n;
        error = ic_str(NULL);

        if (ic_json_parse(&arena, ic_str(text), &error) != NULL) {
            break;
        }

        bad += strstr((char *) error.data, "out of memory") == NULL;
    }

    ok(n > 5 && n < 100 && bad == 0, "short of memory at %u places", n);
}


/* "accepted" or "refused", or "differs" by the way the text is fed. */
static const char *
verdicts(ic_str_t text)
{
    bool    good;
    size_t  i;

    good = ic_json_parse(pool, text, NULL) != NULL;

    if (in_pieces(text, 1, 1) != good) {
        return "differs";
    }

    for (i = 1; i < text.len; i++) {
        if (in_pieces(text, i, text.len) != good) {
            return "differs";
        }
    }

    return good ? "accepted" : "refused";
}


/* Every piece is a copy of its own, for the address sanitizer. */
static bool
in_pieces(ic_str_t text, size_t first, size_t step)
{
    int                rc;
    char              *piece;
    size_t             i, len;
    ic_json_parser_t  *parser;

    parser = ic_json_parser(pool);
    len = first;
    rc = 0;

    for (i = 0; i < text.len && rc == 0; i += len, len = step) {
        len = len < text.len - i ? len : text.len - i;
        piece = malloc(len);
        memcpy(piece, text.data + i, len);
        rc = ic_json_feed(parser, piece, len);
        free(piece);
    }

    return ic_json_finish(parser, NULL) != NULL;
}


static char *
repeated(const repeated_t *test)
{
    char      *text, *p;
    unsigned   i;

    text = malloc(64 + test->times * (strlen(test->unit) + 10));
    p = text + sprintf(text, "%s", test->before);

    for (i = 0; i < test->times; i++) {
        p += sprintf(p, test->unit, i);
    }

    strcpy(p, test->after);

    return text;
}


/* As many pieces as the owner has left. */
static void *
few(void *owner, size_t size)
{
    unsigned  *left;

    left = owner;

    if (*left == 0) {
        return NULL;
    }

    (*left)--;

    return ic_alloc(pool, size);
}
