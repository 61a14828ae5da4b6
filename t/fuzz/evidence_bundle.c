
/*
 * Bundles of what a log has about one subject: no byte of one may be another
 * unnoticed. The input is a list of changes; behind a byte '{', a bundle.
 */


#include "../../src/evidence/ic_bundle.h"
#include "log.h"


static ic_str_t  sound;


static ic_verify_e
verify(ic_str_t bytes)
{
    ic_verify_e          found;
    ic_verify_t          verify;
    ic_bundle_told_t     told;
    ic_verify_result_t   result;

    files_put("bundle", bytes);
    memset(&verify, 0, sizeof(verify));
    memset(&told, 0, sizeof(told));
    memset(&result, 0, sizeof(result));
    verify.dir = files_path("bundle");
    found = ic_bundle_verify(&verify, &told, &result);

    FUZZ_TRUE(found != IC_VERIFY_IMPOSSIBLE);
    FUZZ_TRUE(found == IC_VERIFY_GOOD || result.finding[0] != '\0');
    FUZZ_TRUE(told.ncosigned <= IC_BUNDLE_COSIGNED);

    return found;
}


static void
begin(void)
{
    FILE                *out;
    ic_bundle_told_t     told;
    ic_verify_result_t   result;

    log_make();
    memset(&told, 0, sizeof(told));
    memset(&result, 0, sizeof(result));
    out = fopen(files_path("sound"), "w");
    FUZZ_TRUE(ic_bundle_write(files_path("log"), ic_str("job:J1"), out,
                              &told, &result)
              == IC_VERIFY_GOOD);
    fclose(out);
    sound = files_get("sound");
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_t     fuzz = { data, size };
    unsigned   n;
    ic_str_t   bytes;

    if (sound.data == NULL) {
        begin();
    }

    if (size > 0 && data[0] == '{') {
        (void) verify(ic_str_n(data, size));
        return 0;
    }

    bytes.len = sound.len;
    bytes.data = malloc(sound.len + LOG_ROOM);
    memcpy(bytes.data, sound.data, sound.len);

    for (n = 0; n < 16 && fuzz.size > 0; n++) {
        log_change(&fuzz, &bytes);
    }

    FUZZ_TRUE((verify(bytes) == IC_VERIFY_GOOD)
              == ic_str_eq(bytes, sound));
    free(bytes.data);

    return 0;
}
