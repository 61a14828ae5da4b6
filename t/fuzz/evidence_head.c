
/*
 * Signed heads: one that is taken has its text as it would be written, and
 * only the head that was signed, for the name that signed it, verifies.
 * "\xff" in the input stands for that signature line.
 */


#include <openssl/ec.h>

#include "../../src/evidence/ic_head.h"
#include "fuzz.h"


static EVP_PKEY   *key;
static ic_str_t    text, line;
static const char  name[] = "interconn/hospital-a";


static void
begin(void)
{
    ic_head_t    head;
    ic_arena_t  *arena;

    arena = ic_pool_create();
    key = EVP_EC_gen("P-256");
    memset(&head, 0, sizeof(head));
    head.origin = ic_str("interconn/hospital-a/log1");
    head.size = 17;
    head.time = 1700000000000;
    head.key = ic_str("0123456789abcdef0123456789abcdef"
                      "0123456789abcdef0123456789abcdef");
    text = ic_head_text(arena, &head);
    line = ic_head_sign(arena, text, ic_str(name), key);
    FUZZ_TRUE(line.data != NULL);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_t       fuzz = { data, size };
    ic_str_t     note, part;
    ic_head_t    head;
    ic_arena_t  *arena;

    if (key == NULL) {
        begin();
    }

    arena = ic_pool_create();
    note = ic_str("");

    while (fuzz.size > 0) {
        part = fuzz_until(&fuzz, 0xff);

        if (memchr(part.data, '\0', part.len) != NULL) {
            break;
        }

        note = ic_str_fmt(arena, "%.*s%.*s%s", (int) note.len, note.data,
                          (int) part.len, part.data,
                          fuzz.size > 0 ? (char *) line.data : "");
    }

    note = fuzz_copy(note);

    if (ic_head_parse(arena, note, &head) == NULL) {
        FUZZ_TRUE(head.nsignatures <= IC_HEAD_SIGNATURES);
        FUZZ_TRUE(ic_str_eq(ic_head_text(arena, &head), head.text));
        FUZZ_TRUE(!ic_head_signed(arena, &head, ic_str(name), key)
                  || ic_str_eq(head.text, text));
        FUZZ_TRUE(!ic_head_signed(arena, &head, ic_str("another"), key));
    }

    free(note.data);
    ic_pool_destroy(arena);

    return 0;
}
