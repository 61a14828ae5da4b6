
/*
 * A log on disk that somebody changed: of its entries, heads and checkpoint
 * no byte may be another one unnoticed. The input is a list of changes, each
 * the file, a place (two bytes) and what is done there.
 */


#include "log.h"


#define FILES  3


static const char *const  names[FILES] = {
    "log/entries/0000000000000000", "log/heads/0000000000000000",
    "log/checkpoint"
};

static ic_str_t  sound[FILES];


/* Behind the last head nothing is promised: a writer may be at work. */

static bool
goes_on(const ic_str_t *file, const ic_str_t *whole)
{
    return file->len >= whole->len
           && memcmp(file->data, whole->data, whole->len) == 0;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool                 same, may;
    fuzz_t               fuzz = { data, size };
    unsigned             i, n;
    ic_str_t             files[FILES];
    ic_verify_e          found;
    ic_verify_t          verify;
    ic_verify_result_t   result;

    if (sound[0].data == NULL) {
        log_make();

        for (i = 0; i < FILES; i++) {
            sound[i] = files_get(names[i]);
        }
    }

    for (i = 0; i < FILES; i++) {
        files[i].len = sound[i].len;
        files[i].data = malloc(sound[i].len + LOG_ROOM);
        memcpy(files[i].data, sound[i].data, sound[i].len);
    }

    for (n = 0; n < 16 && fuzz.size > 0; n++) {
        log_change(&fuzz, &files[fuzz_byte(&fuzz) % FILES]);
    }

    for (i = 0, same = may = true; i < FILES; i++) {
        same &= ic_str_eq(files[i], sound[i]);
        may &= i < 2 ? goes_on(&files[i], &sound[i])
                     : ic_str_eq(files[i], sound[i]);
        files_put(names[i], files[i]);
        free(files[i].data);
    }

    memset(&verify, 0, sizeof(verify));
    memset(&result, 0, sizeof(result));
    verify.dir = files_path("log");
    found = ic_verify_log(&verify, &result);

    FUZZ_TRUE(found != IC_VERIFY_IMPOSSIBLE);
    FUZZ_TRUE(!same || found == IC_VERIFY_GOOD);
    FUZZ_TRUE(may || found != IC_VERIFY_GOOD);
    FUZZ_TRUE(found == IC_VERIFY_GOOD || result.finding[0] != '\0');

    return 0;
}
