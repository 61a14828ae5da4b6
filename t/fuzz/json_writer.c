
/*
 * What the JSON writer writes the decoder takes, and writing that again gives
 * the same text: the input is a list of calls of the writer.
 */


#include <math.h>

#include "../../src/lib/ic_json.h"
#include "fuzz.h"


#define KEYS  26                 /* names of an object, each once */


static void value(fuzz_t *fuzz, ic_json_out_t *out, const char *key,
    unsigned depth);


static void
members(fuzz_t *fuzz, ic_json_out_t *out, bool object, unsigned depth)
{
    char      key[2] = "a";
    unsigned  n;

    for (n = fuzz_byte(fuzz) % KEYS; n > 0 && fuzz->size > 0; n--) {
        value(fuzz, out, object ? key : NULL, depth - 1);
        key[0]++;
    }
}


static void
value(fuzz_t *fuzz, ic_json_out_t *out, const char *key, unsigned depth)
{
    double    real;
    int64_t   n;
    ic_str_t  text;

    real = 0;
    n = 0;

    switch (fuzz_byte(fuzz) % 8) {

    case 0:
        /* bytes that are no UTF-8 are written as characters */
        ic_out_str(out, key, fuzz_until(fuzz, '\0'));
        return;

    case 1:
    case 2:
        text = ic_str_n(fuzz->data, fuzz->size < 8 ? fuzz->size : 8);
        fuzz->data += text.len;
        fuzz->size -= text.len;
        memcpy(&real, text.data, text.len);
        memcpy(&n, text.data, text.len);

        if (isfinite(real) && n % 2 == 0) {
            ic_out_num(out, key, real);

        } else {
            ic_out_int(out, key, n);
        }

        return;

    case 3:
        ic_out_bool(out, key, fuzz_byte(fuzz) % 2);
        return;

    case 4:
        ic_out_null(out, key);
        return;

    case 5:
        ic_out_z(out, key, "\"\\\b\f\n\r\t\x01\x1f\x7f");
        return;
    }

    if (depth == 0) {
        ic_out_null(out, key);

    } else if (fuzz_byte(fuzz) % 2) {
        ic_out_object(out, key);
        members(fuzz, out, true, depth);
        ic_out_object_end(out);

    } else {
        ic_out_array(out, key);
        members(fuzz, out, false, depth);
        ic_out_array_end(out);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_t          fuzz = { data, size };
    ic_str_t        text, error;
    ic_json_t      *root;
    ic_arena_t     *arena;
    ic_json_out_t   out;

    arena = ic_pool_create();
    ic_out_init(&out, arena);
    value(&fuzz, &out, NULL, 8);
    text = ic_out_text(&out);

    root = ic_json_parse(arena, text, &error);
    FUZZ_TRUE(root != NULL);
    FUZZ_TRUE(ic_str_eq(ic_json_text(arena, root), text));
    FUZZ_TRUE(ic_json_same(root, root));

    ic_pool_destroy(arena);

    return 0;
}
