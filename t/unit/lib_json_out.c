
/* Writing JSON. */


#include "tap.h"

#include "../../src/lib/ic_json.h"

#include <math.h>
#include <stdlib.h>


static void test_out(void);
static void test_out_strings(void);
static void test_out_numbers(void);
static void test_pieces(void);
static void test_short_memory(void);

static void *few(void *owner, size_t size);


static ic_arena_t  *pool;


int
main(void)
{
    pool = ic_pool_create();

    test_out();
    test_out_strings();
    test_out_numbers();
    test_pieces();
    test_short_memory();

    ic_pool_destroy(pool);

    return done();
}


static void
test_out(void)
{
    ic_str_t       text;
    ic_json_t     *node;
    ic_json_out_t  out;

    node = ic_json_parse(pool, ic_str(" {\"k\" : [ 1.0, {} ] } "), NULL);

    ic_out_init(&out, pool);
    ic_out_object(&out, NULL);
    ic_out_object(&out, "empty");
    ic_out_object_end(&out);
    ic_out_array(&out, "list");
    ic_out_int(&out, NULL, INT64_MIN);
    ic_out_array(&out, NULL);
    ic_out_array_end(&out);
    ic_out_bool(&out, NULL, true);
    ic_out_node(&out, NULL, node);
    ic_out_array_end(&out);
    ic_out_z(&out, "z", "x");
    ic_out_z(&out, "nothing", NULL);
    ic_out_null(&out, "null");
    ic_out_raw(&out, "raw", ic_str("[1]"));
    ic_out_raw(&out, "no raw", ic_str(""));
    ic_out_node(&out, "node", node);
    ic_out_node(&out, "no node", NULL);
    ic_out_key(&out, ic_str("k\"y"));
    ic_out_int(&out, NULL, 1);
    ic_out_key(&out, ic_str("o"));
    ic_out_object(&out, NULL);
    ic_out_bool(&out, "b", false);
    ic_out_object_end(&out);
    ic_out_object_end(&out);
    text = ic_out_text(&out);

    is_str((char *) text.data, "{\"empty\":{},\"list\":[-9223372036854775808,"
           "[],true,{\"k\":[1.0,{}]}],\"z\":\"x\",\"nothing\":\"\","
           "\"null\":null,\"raw\":[1],\"no raw\":null,"
           "\"node\":{\"k\":[1.0,{}]},\"no node\":null,\"k\\\"y\":1,"
           "\"o\":{\"b\":false}}", "commas, keys and all types");
    is_int((long long) text.len, (long long) strlen((char *) text.data),
           "its length");
    ok(ic_json_parse(pool, text, NULL) != NULL, "it can be read");
    is_str((char *) ic_out_text(&out).data, (char *) text.data,
           "asked for again");

    ic_out_init(&out, pool);
    is_str((char *) ic_out_text(&out).data, "", "nothing written");
}


static void
test_out_strings(void)
{
    char         all[512];
    size_t       i, len;
    ic_str_t     text;
    ic_json_t   *node;

    static const struct {
        ic_str_t     in;
        const char  *out;
    } tests[] = {
        { ic_string("\0\x01\b\t\n\v\f\r\x1f"),
          "\"\\u0000\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f\"" },
        { ic_string("\"\\/\x7f"), "\"\\\"\\\\/\x7f\"" },
        { ic_string("\xe8\x8a\x82\xf0\x9f\x98\x80"),
          "\"\xe8\x8a\x82\xf0\x9f\x98\x80\"" },
        { ic_string("a\xff" "b\xe8\x8a"),
          "\"a\xef\xbf\xbd" "b\xef\xbf\xbd\xef\xbf\xbd\"" },
        { ic_string("\xed\xa0\x80"),
          "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        text = ic_json_text(pool, &(ic_json_t) { .type = IC_JSON_STR,
                                                 .text = tests[i].in });
        is_str((char *) text.data, tests[i].out, "string %zu", i);
    }

    for (i = 1, len = 0; i < 128; i++) {
        all[len++] = (char) i;
    }

    text = ic_json_text(pool, &(ic_json_t) { .type = IC_JSON_STR,
                                             .text = ic_str_n(all, len) });
    node = ic_json_parse(pool, text, NULL);
    ok(node != NULL && ic_str_eq(node->text, ic_str_n(all, len)),
       "every ASCII byte comes back");
}


static void
test_out_numbers(void)
{
    size_t         i;
    double         x;
    uint64_t       bits;
    unsigned       bad, seed;
    ic_str_t       text;
    ic_json_t     *node;
    ic_json_out_t  out;

    static const struct {
        double       value;
        const char  *text;
    } tests[] = {
        { 0, "0" }, { -0.0, "-0.0" }, { 1, "1" }, { -2.5, "-2.5" },
        { 0.1, "0.1" }, { 1.0 / 3, "0.3333333333333333" },
        { 0.1 + 0.2, "0.30000000000000004" }, { 1e15, "1e+15" },
        { 123456789012345, "123456789012345" }, { 1e300, "1e+300" },
        { 5e-324, "4.94065645841247e-324" },
        { NAN, "null" }, { INFINITY, "null" }, { -INFINITY, "null" }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        ic_out_init(&out, pool);
        ic_out_num(&out, NULL, tests[i].value);
        is_str((char *) ic_out_text(&out).data, tests[i].text, "number %zu",
               i);
    }

    seed = 20240608;
    printf("# seed %u\n", seed);
    srand(seed);

    for (i = 0, bad = 0; i < 20000; i++) {
        bits = (uint64_t) rand() << 42 ^ (uint64_t) rand() << 21
               ^ (uint64_t) rand();
        memcpy(&x, &bits, sizeof(x));

        ic_out_init(&out, pool);
        ic_out_num(&out, NULL, x);
        text = ic_out_text(&out);

        node = ic_json_parse(pool, text, NULL);
        bad += isfinite(x) && (node == NULL || node->real != x);
        ic_pool_reset(pool);
    }

    is_int(bad, 0, "20000 doubles come back");
}


static void
test_pieces(void)
{
    ic_arena_t     *other;
    ic_json_out_t   out;

    other = ic_pool_create();

    ic_out_init(&out, pool);
    ic_out_array(&out, NULL);
    ic_out_int(&out, NULL, 1);
    is_str((char *) ic_out_text(&out).data, "[1", "the first piece");

    ic_out_continue(&out, other);
    is_str((char *) ic_out_text(&out).data, "", "nothing yet");
    ic_out_int(&out, NULL, 2);
    ic_out_array_end(&out);
    is_str((char *) ic_out_text(&out).data, ",2]", "the second piece");

    ic_pool_destroy(other);
}


static void
test_short_memory(void)
{
    unsigned       n, budget;
    ic_arena_t     arena = { few, &budget };
    ic_json_out_t  out;

    budget = 0;
    ic_out_init(&out, &arena);
    ic_out_object(&out, NULL);
    ic_out_object_end(&out);
    ok(ic_out_text(&out).data == NULL, "no text without memory");

    budget = 1;
    ic_out_init(&out, &arena);
    for (n = 0; n < 2000; n++) {
        ic_out_int(&out, NULL, n);
    }
    budget = 100;
    ic_out_int(&out, NULL, 1);
    ok(ic_out_text(&out).data == NULL, "nor after memory was short once");
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
