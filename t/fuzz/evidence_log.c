
/*
 * A log on disk that somebody changed: of its entries, heads and checkpoint
 * no byte may be another one unnoticed. The input is a list of changes, each
 * the file, a place (two bytes) and what is done there.
 */


#include <openssl/ec.h>
#include <openssl/pem.h>

#include "../../src/evidence/ic_verify.h"
#include "files.h"


#define FILES    3
#define ENTRIES  5


static const char *const  names[FILES] = {
    "log/entries/0000000000000000", "log/heads/0000000000000000",
    "log/checkpoint"
};

static ic_str_t  sound[FILES];


static void
begin(void)
{
    int          i;
    BIO         *pem;
    char        *text, error[IC_LOG_ERROR], src[32];
    ic_log_t    *log;
    EVP_PKEY    *key;
    ic_entry_t   entry;

    key = EVP_EC_gen("P-256");
    pem = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(pem, key);
    i = (int) BIO_get_mem_data(pem, &text);
    log = ic_log_open(files_path("log"), ic_str("hospital-a"), "sha256", 0,
                      error);
    FUZZ_TRUE(log != NULL);

    for (memset(&entry, 0, sizeof(entry)); entry.seq < ENTRIES;
         entry.seq++)
    {
        snprintf(src, sizeof(src), "170000000%d000-0", (int) entry.seq);
        entry.time = 1700000000000 + (int64_t) entry.seq;
        entry.code = ic_str("JOB_CREATED");
        entry.subject = ic_str(entry.seq % 2 ? "job:J1" : "job:J2");
        entry.src = ic_str(src);
        FUZZ_TRUE(ic_log_add(log, &entry, error) == 0);
        FUZZ_TRUE(entry.seq % 2 == 0
                  || ic_log_seal(log, entry.time, key,
                                 ic_str_n(text, (size_t) i), error) == 0);
    }

    FUZZ_TRUE(ic_log_seal(log, entry.time, key, ic_str_n(text, (size_t) i),
                          error) == 0);
    ic_log_close(log);
    BIO_free(pem);
    EVP_PKEY_free(key);

    for (i = 0; i < FILES; i++) {
        sound[i] = files_get(names[i]);
    }
}


static void
change(fuzz_t *fuzz, ic_str_t *file)
{
    size_t  at, n;

    at = fuzz_byte(fuzz) << 8;
    at = (at | fuzz_byte(fuzz)) % (file->len + 1);

    switch (fuzz_byte(fuzz) % 4) {

    case 0:
        file->data[at] = (u_char) fuzz_byte(fuzz);
        file->len += at == file->len;
        return;

    case 1:
        file->len = at;
        return;

    case 2:
        n = fuzz_byte(fuzz);
        n = n < file->len - at ? n : file->len - at;
        memmove(file->data + at, file->data + at + n, file->len - at - n);
        file->len -= n;
        return;

    default:                                 /* the front of it again */
        n = at < 512 ? at : 512;
        memcpy(file->data + file->len, file->data, n);
        file->len += n;
    }
}


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
        begin();
    }

    for (i = 0; i < FILES; i++) {
        files[i].len = sound[i].len;
        files[i].data = malloc(sound[i].len + 16 * 1024);
        memcpy(files[i].data, sound[i].data, sound[i].len);
    }

    for (n = 0; n < 16 && fuzz.size > 0; n++) {
        change(&fuzz, &files[fuzz_byte(&fuzz) % FILES]);
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
