
/*
 * Entries of the evidence log: what is taken is the one way to write it. The
 * input is an entry, or behind a zero byte frames of a file.
 */


#include "../../src/evidence/ic_log.h"
#include "files.h"


static void
entry(ic_str_t text)
{
    ic_str_t     copy;
    ic_arena_t  *arena;
    ic_entry_t   entry;

    arena = ic_pool_create();
    copy = fuzz_copy(text);

    if (ic_entry_parse(arena, copy, &entry) == NULL) {
        FUZZ_TRUE(text.len <= IC_ENTRY_MAX);
        FUZZ_TRUE(ic_str_eq(ic_entry_text(arena, &entry), text));
    }

    free(copy.data);
    ic_pool_destroy(arena);
}


static void
frames(ic_str_t bytes)
{
    int           rc;
    uint64_t      at;
    ic_str_t      frame;
    ic_hash_t     hash;
    ic_hasher_t  *hasher;
    ic_frames_t  *frames;

    files_put("frames", bytes);
    hasher = ic_hasher("sha256");
    frames = ic_frames_open(files_path("frames"), 0);
    FUZZ_TRUE(frames != NULL);
    at = 0;

    while ((rc = ic_frames_next(frames, hasher, &frame, &hash)) == 1) {
        at += 8 + frame.len;
        FUZZ_TRUE(at <= bytes.len && ic_frames_offset(frames) == at);
        entry(frame);
    }

    FUZZ_TRUE(rc == -1 || rc == -2 || (rc == 0 && at == bytes.len));
    ic_frames_close(frames);
    ic_hasher_free(hasher);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0 && data[0] == '\0') {
        frames(ic_str_n(data, size));

    } else {
        entry(ic_str_n(data, size));
    }

    return 0;
}
