
/* A sound log of a few entries in the folder of files.h, and changes of it. */


#ifndef _LOG_H_INCLUDED_
#define _LOG_H_INCLUDED_


#include <openssl/ec.h>
#include <openssl/pem.h>

#include "../../src/evidence/ic_verify.h"
#include "files.h"


#define LOG_ENTRIES  5
#define LOG_ROOM     (16 * 1024)     /* for as many changes */


/* At "log" in the folder, with three heads, about two subjects. */

static inline void
log_make(void)
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

    for (memset(&entry, 0, sizeof(entry)); entry.seq < LOG_ENTRIES;
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
}


/* One of at most 16; the file has LOG_ROOM behind its end. */

static inline void
log_change(fuzz_t *fuzz, ic_str_t *file)
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


#endif /* _LOG_H_INCLUDED_ */
