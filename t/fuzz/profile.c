
/* Profiles of peers: what was read and written again reads the same. */


#include "../../src/api/ic_profile.h"
#include "fuzz.h"


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_t         fuzz = { data, size };
    ic_str_t       name, value, text;
    ic_arena_t    *arena;
    ic_profile_t   profile, again;

    arena = ic_pool_create();
    memset(&profile, 0, sizeof(profile));
    memset(&again, 0, sizeof(again));

    name = fuzz_until(&fuzz, '\n');
    (void) ic_profile(name);
    value = fuzz_until(&fuzz, '\n');
    (void) ic_profile_set(&profile, name, value);

    text = fuzz_copy(ic_str_n(fuzz.data, fuzz.size));
    ic_profile_read(&profile, text);
    free(text.data);

    text = ic_profile_text(arena, &profile);
    FUZZ_TRUE(text.data != NULL);
    ic_profile_read(&again, text);
    FUZZ_TRUE(memcmp(&profile, &again, sizeof(profile)) == 0);

    ic_pool_destroy(arena);

    return 0;
}
