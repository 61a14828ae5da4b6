
/*
 * Heads that a partner asks to cosign: one that is taken is of its log, of
 * now, and in its only form; the proof that it goes on is the tree's or none.
 * The first byte: sizes; then the proof's hashes and, behind a zero byte of
 * their number, the note.
 */


#include "../../src/evidence/ic_cosign.h"
#include "fuzz.h"


#define NOW    INT64_C(1700000000000)


static void
compare(fuzz_t *fuzz)
{
    unsigned      count, i;
    ic_hash_t     proof[IC_COSIGN_PROOF];
    ic_head_t     last, head;
    const char   *hash, *reason;
    ic_cosign_e   found;

    memset(&last, 0, sizeof(last));
    memset(&head, 0, sizeof(head));
    memset(proof, 0, sizeof(proof));
    last.size = fuzz_byte(fuzz) % 16;
    head.size = fuzz_byte(fuzz) % 16;
    last.root.byte[0] = (u_char) fuzz_byte(fuzz) % 4;
    head.root.byte[0] = (u_char) fuzz_byte(fuzz) % 4;
    count = fuzz_byte(fuzz) % (IC_COSIGN_PROOF + 1);

    for (i = 0; i < count; i++) {
        proof[i].byte[0] = (u_char) fuzz_byte(fuzz);
    }

    hash = NULL;
    reason = NULL;
    found = ic_cosign_compare(&last, &head, last.size, proof, count, &hash,
                              &reason);

    /* no proof of these is one: it would be a collision */

    if (found == IC_COSIGN_SAME) {
        FUZZ_TRUE(last.size == head.size
                  && ic_hash_eq(&last.root, &head.root));

    } else if (found == IC_COSIGN_NEXT) {
        FUZZ_TRUE(last.size == 0);

    } else if (found == IC_COSIGN_SPLIT) {
        FUZZ_TRUE(reason != NULL);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_t        fuzz = { data, size };
    ic_str_t      note;
    ic_head_t     head;
    ic_arena_t   *arena;

    if (size > 0 && data[0] < 0x20) {
        fuzz.data++;
        fuzz.size--;
        compare(&fuzz);
        return 0;
    }

    arena = ic_pool_create();
    note = fuzz_copy(ic_str_n(data, size));

    if (ic_cosign_read(arena, note, ic_str("hospital-a"), NOW, &head)
        == NULL)
    {
        FUZZ_TRUE(size <= IC_COSIGN_HEAD);
        FUZZ_TRUE(head.time <= NOW + IC_COSIGN_AHEAD);
        FUZZ_TRUE(head.origin.len > 21
                  && memcmp(head.origin.data, "interconn/hospital-a/", 21)
                     == 0);
        FUZZ_TRUE(ic_str_eq(ic_head_text(arena, &head), head.text));
    }

    (void) ic_cosign_node(note);
    free(note.data);
    ic_pool_destroy(arena);

    return 0;
}
