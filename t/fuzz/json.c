
/*
 * The JSON decoder takes what the plain reading of docs/api.md takes, by the
 * byte as in one piece; what it refuses it refuses with a place; what it took
 * and wrote again means the same.
 */


#include "json_reference.h"


static ic_json_t *
by_the_byte(ic_arena_t *arena, const uint8_t *data, size_t size)
{
    size_t             i;
    ic_json_parser_t  *parser;

    parser = ic_json_parser(arena);

    for (i = 0; i < size; i++) {
        if (ic_json_feed(parser, data + i, 1) != 0) {
            break;
        }
    }

    return ic_json_finish(parser, NULL);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ic_str_t     error, text, again;
    ic_json_t   *whole, *pieces;
    ic_arena_t  *arena;

    arena = ic_pool_create();
    whole = ic_json_parse(arena, ic_str_n(data, size), &error);
    pieces = by_the_byte(arena, data, size);

    FUZZ_TRUE((whole != NULL) == (pieces != NULL));
    FUZZ_TRUE((whole != NULL) == reference_json(data, size));

    if (whole == NULL) {
        FUZZ_TRUE(error.len != 0 && ic_utf8_valid(error));
        FUZZ_TRUE(memmem(error.data, error.len, "byte", 4) != NULL);

    } else {
        text = ic_json_text(arena, whole);
        FUZZ_TRUE(ic_str_eq(text, ic_json_text(arena, pieces)));

        again = ic_json_text(arena, ic_json_parse(arena, text, NULL));
        FUZZ_TRUE(ic_str_eq(text, again));
    }

    ic_pool_destroy(arena);

    return 0;
}
