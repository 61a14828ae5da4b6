
/* One document over another (RFC 7396, appendix A), and sameness. */


#include "tap.h"

#include "../../src/lib/ic_json.h"


typedef struct {
    const char  *target;
    const char  *patch;
    const char  *result;
} merge_t;

typedef struct {
    const char  *one;            /* NULL: no document */
    const char  *other;
    bool         same;
} same_t;


static const merge_t  merges[] = {
    { "{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
    { "{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}" },
    { "{\"a\":\"b\"}", "{\"a\":null}", "{}" },
    { "{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}" },
    { "{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
    { "{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}" },
    { "{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}",
      "{\"a\":{\"b\":\"d\"}}" },
    { "{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}" },
    { "[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]" },
    { "{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]" },
    { "{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}" },
    { "[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}" },
    { "{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}" },

    /* numbers keep their digits */
    { "{\"a\":12345678901234567.25,\"b\":1e5}", "{\"b\":1.50}",
      "{\"a\":12345678901234567.25,\"b\":1.50}" }
};

static const same_t  sames[] = {
    { "{\"a\":1,\"b\":[1,2]}", "{\"b\":[1,2],\"a\":1}", true },
    { "{\"a\":1}", "{\"a\":2}", false },
    { "{\"a\":1}", "{\"a\":1,\"b\":2}", false },
    { "{\"a\":1,\"c\":2}", "{\"a\":1,\"b\":2}", false },
    { "[1,2]", "[2,1]", false },
    { "[1,2]", "[1,2,3]", false },
    { "[]", "{}", true },
    { NULL, "{}", true },
    { NULL, "[0]", false },
    { NULL, NULL, true },
    { "{\"a\":\"1\"}", "{\"a\":1}", false },
    { "9007199254740993", "9007199254740992", false },
    { "0.5", "0.5", true },
    { "0.5", "0.50", false },
    { "true", "false", false },
    { "null", "null", true },
    { "{\"a\":{\"b\":[{\"c\":1}]}}", "{\"a\":{\"b\":[{\"c\":1}]}}", true }
};


static ic_json_t *read_json(ic_arena_t *pool, const char *text);


int
main(void)
{
    size_t       i;
    ic_str_t     text;
    ic_json_t   *got;
    ic_arena_t  *pool;

    pool = ic_pool_create();

    for (i = 0; i < sizeof(merges) / sizeof(merges[0]); i++) {
        got = ic_json_merge(pool, read_json(pool, merges[i].target),
                            read_json(pool, merges[i].patch));
        text = ic_json_text(pool, got);
        is_str((char *) text.data, merges[i].result, "%s over %s",
               merges[i].patch, merges[i].target);
    }

    got = ic_json_merge(pool, NULL, read_json(pool, "{\"a\":{\"b\":null}}"));
    text = ic_json_text(pool, got);
    is_str((char *) text.data, "{\"a\":{}}", "over nothing");

    for (i = 0; i < sizeof(sames) / sizeof(sames[0]); i++) {
        ok(ic_json_same(read_json(pool, sames[i].one),
                        read_json(pool, sames[i].other)) == sames[i].same
           && ic_json_same(read_json(pool, sames[i].other),
                           read_json(pool, sames[i].one)) == sames[i].same,
           "%s and %s", sames[i].one == NULL ? "nothing" : sames[i].one,
           sames[i].other == NULL ? "nothing" : sames[i].other);
    }

    ic_pool_destroy(pool);

    return done();
}


static ic_json_t *
read_json(ic_arena_t *pool, const char *text)
{
    return text == NULL ? NULL : ic_json_parse(pool, ic_str(text), NULL);
}
