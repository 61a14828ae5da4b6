
/*
 * Ids, paths and the text forms of bytes: what is taken writes back, and no
 * id can be a path, a pattern or part of a key of the store.
 */


#include "../../src/lib/ic_codec.h"
#include "../../src/package/ic_package.h"
#include "fuzz.h"


static void
names(ic_str_t text)
{
    size_t  i;
    u_char  c;

    if (!ic_id_valid(text) && !ic_tar_name_valid(text)
        && !ic_package_name_valid(text))
    {
        return;
    }

    FUZZ_TRUE(text.len >= 1 && text.len <= IC_ID_MAX);
    FUZZ_TRUE(text.data[0] != '.' && text.data[0] != '-');

    for (i = 0; i < text.len; i++) {
        c = text.data[i];
        FUZZ_TRUE(c > ' ' && c < 0x7f);
        FUZZ_TRUE(strchr("/\\{}*?[]\"'$`%&|;<>!#,", c) == NULL);
    }
}


static void
numbers(ic_arena_t *arena, ic_str_t text)
{
    double    real;
    int64_t   n;
    ic_str_t  again;

    if (ic_str_int(text, &n) == 0) {
        again = ic_str_fmt(arena, "%lld", (long long) n);
        FUZZ_TRUE(ic_str_eq(text, again) || ic_str_is(text, "-0"));
    }

    if (ic_str_num(text, &real) == 0) {
        FUZZ_TRUE(real == strtod(ic_str_z(arena, text), NULL));
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ic_str_t     text, bytes, copy;
    ic_arena_t  *arena;

    arena = ic_pool_create();
    copy = fuzz_copy(ic_str_n(data, size));
    text = copy;
    names(text);
    numbers(arena, text);

    bytes = ic_unbase64(arena, ic_base64(arena, text, size % 2));
    FUZZ_TRUE(bytes.data != NULL && ic_str_eq(bytes, text));
    bytes = ic_unbase64(arena, text);
    FUZZ_TRUE(bytes.data == NULL || bytes.len <= text.len);

    bytes = ic_unescape_uri(arena, ic_escape_uri(arena, text));
    FUZZ_TRUE(memchr(copy.data, '\0', size) != NULL
              || (bytes.data != NULL && ic_str_eq(bytes, text)));
    bytes = ic_unescape_uri(arena, text);
    FUZZ_TRUE(bytes.data == NULL || bytes.len == 0
              || memchr(bytes.data, '\0', bytes.len) == NULL);

    free(copy.data);
    ic_pool_destroy(arena);

    return 0;
}
