
/*
 * The evidence log on disk: what was sealed is there after any death of its
 * writer, what was not is not; copies are made again; damage stops it.
 */


#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../src/evidence/ic_log.h"
#include "../../src/lib/ic_codec.h"
#include "../../src/trust/ic_cert.h"
#include "../../src/trust/ic_sign.h"
#include "tap.h"


#define ROOT  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


static char        folder[] = "/tmp/icevidenceXXXXXX";
static char        dir[PATH_MAX];
static char        error[IC_LOG_ERROR];
static char        spki[IC_SPKI_HEX];
static EVP_PKEY   *key;
static unsigned    serial;


static void life(void);
static void deaths(void);
static void copies(void);
static void damage(void);
static void segments(void);
static void heads(void);
static void kept(void);
static ic_log_t *opened(const char *hash);
static int add(ic_log_t *log, const char *subject, size_t padding);
static int seal(ic_log_t *log);
static void begin(const char *name);
static void change(const char *file, long offset, int bits);
static long size_of(const char *file);
static int removed(const char *path, const struct stat *st, int flag,
    struct FTW *ftw);


int
main(void)
{
    key = EVP_EC_gen("P-256");
    (void) ic_cert_spki_key(key, spki);

    if (mkdtemp(folder) == NULL || key == NULL) {
        return 1;
    }

    life();
    deaths();
    copies();
    damage();
    kept();
    segments();
    heads();

    EVP_PKEY_free(key);
    (void) nftw(folder, removed, 16, FTW_DEPTH|FTW_PHYS);

    return done();
}


static void
begin(const char *name)
{
    snprintf(dir, sizeof(dir), "%s/%s", folder, name);
}


static ic_log_t *
opened(const char *hash)
{
    error[0] = '\0';

    return ic_log_open(dir, ic_str("hospital-1"), hash, 0, error);
}


static int
add(ic_log_t *log, const char *subject, size_t padding)
{
    int         rc;
    char        src[32];
    ic_str_t    data[4];
    ic_arena_t *arena;
    ic_entry_t  entry;

    arena = ic_pool_create();
    memset(&entry, 0, sizeof(ic_entry_t));
    snprintf(src, sizeof(src), "%u-0", 1000 + serial++);
    entry.time = 1700000000000 + serial;
    entry.code = ic_str("JOB_CREATED");
    entry.subject = ic_str(subject);
    entry.src = ic_str(src);
    data[0] = ic_str("name \"quoted\"");
    data[1] = ic_str("\xe6\x95\xb0\xe6\x8d\xae\n");
    data[2] = ic_str("padding");
    data[3] = ic_str_fmt(arena, "%*s", (int) padding, "");
    entry.data = data;
    entry.ndata = padding ? 2 : 1;
    rc = ic_log_add(log, &entry, error);
    ic_pool_destroy(arena);

    return rc;
}


static int
seal(ic_log_t *log)
{
    return ic_log_seal(log, 1700000000000 + serial, key,
                       ic_str("credential"), error);
}


static void
life(void)
{
    unsigned   i, bad;
    ic_str_t   note;
    ic_log_t  *log, *second;
    ic_head_t  head;
    ic_arena_t *arena;

    begin("life");
    log = opened("sha256");
    ok(log != NULL, "a log is made: %s", error);
    is_int((long) ic_log_size(log), 0, "... empty");
    is_str(ic_log_last(log), "", "... without a last entry");

    second = opened("sha256");
    ok(second == NULL && strstr(error, "another process") != NULL,
       "one process writes: %s", error);

    for (i = bad = 0; i < 1000; i++) {
        bad += add(log, i % 3 ? "job:j1" : "contract:c1", 0) != 0;
        bad += i % 100 == 99 && seal(log) != 0;
    }

    is_int(bad, 0, "a thousand entries in ten batches: %s", error);
    note = ic_log_head(log);
    arena = ic_pool_create();
    ok(ic_head_parse(arena, note, &head) == NULL && head.size == 1000,
       "the head has all of them");
    ok(ic_head_signed(arena, &head, head.origin, key), "... and is signed");
    ic_pool_destroy(arena);
    ic_log_close(log);

    log = opened("sm3");
    ok(log != NULL && ic_log_size(log) == 1000, "all are there again: %s",
       error);
    is_str(ic_log_last(log), "1999-0", "... up to the last");
    is_int(add(log, "job:j1", 0) + seal(log), 0, "... and it goes on: %s",
           error);
    ic_log_close(log);

    log = ic_log_open(dir, ic_str("hospital-2"), "sha256", 0, error);
    ok(log == NULL && strstr(error, "another node") != NULL,
       "nobody else's log: %s", error);
}


/* A writer that dies before or while it seals. */

static void
deaths(void)
{
    char       path[PATH_MAX + 64];
    pid_t      pid;
    FILE      *file;
    ic_log_t  *log;

    begin("deaths");
    log = opened("sm3");
    ok(log != NULL && add(log, "a:1", 0) == 0 && seal(log) == 0,
       "a log with SM3: %s", error);
    ic_log_close(log);

    pid = fork();

    if (pid == 0) {
        log = opened("sm3");
        (void) add(log, "a:2", 0);
        _exit(0);
    }

    (void) waitpid(pid, NULL, 0);
    log = opened("sm3");
    ok(log != NULL && ic_log_size(log) == 1,
       "what was not sealed was never there: %s", error);
    ic_log_close(log);

    snprintf(path, sizeof(path), "%s/entries/0000000000000000", dir);
    file = fopen(path, "a");
    fputs("half a frame", file);
    fclose(file);
    snprintf(path, sizeof(path), "%s/heads/0000000000000000", dir);
    file = fopen(path, "a");
    fputs("half", file);
    fclose(file);

    log = opened("sm3");
    ok(log != NULL && ic_log_size(log) == 1, "torn tails are cut off: %s",
       error);
    is_int(add(log, "a:3", 0) + seal(log), 0, "... and written over: %s",
           error);
    ic_log_close(log);
    log = opened("sm3");
    ok(log != NULL && ic_log_size(log) == 2, "... for good: %s", error);
    ic_log_close(log);
}


static void
copies(void)
{
    char       path[PATH_MAX + 64];
    unsigned   i;
    ic_log_t  *log;

    static const char *const  lost[] = {
        "index", "tile/0/001.p/44", "tile/1/000.p/1"
    };

    begin("copies");
    log = opened("sha256");

    for (i = 0; i < 300; i++) {
        (void) add(log, "a:1", 0);
    }

    is_int(seal(log), 0, "300 entries: %s", error);
    ic_log_close(log);

    for (i = 0; i < sizeof(lost) / sizeof(lost[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", dir, lost[i]);
        is_int(unlink(path), 0, "%s is lost", lost[i]);
        log = opened("sha256");
        ok(log != NULL && ic_log_size(log) == 300, "... and made again: %s",
           error);

        if (log != NULL) {
            ic_log_close(log);
        }
    }

    change("tile/0/001.p/44", 40, 1);
    log = opened("sha256");
    ok(log != NULL, "a tile that is wrong is made again: %s", error);
    is_int(add(log, "a:1", 0) + seal(log), 0, "... and the log goes on");
    ic_log_close(log);
}


static void
damage(void)
{
    char       path[PATH_MAX + 64];
    ic_log_t  *log;

    begin("damage");
    log = opened("sha256");
    (void) add(log, "a:1", 0);
    (void) add(log, "a:1", 0);
    is_int(seal(log), 0, "two entries: %s", error);
    ic_log_close(log);

    change("entries/0000000000000000", 30, 1);
    snprintf(path, sizeof(path), "%s/index", dir);
    (void) unlink(path);
    log = opened("sha256");
    ok(log == NULL && strstr(error, "damaged") != NULL,
       "an entry that was changed: %s", error);
    change("entries/0000000000000000", 30, 1);

    log = opened("sha256");
    ok(log != NULL, "put right again: %s", error);
    (void) add(log, "a:1", 0);
    is_int(seal(log), 0, "a third entry");
    ic_log_close(log);

    change("heads/0000000000000000",
           size_of("heads/0000000000000000") - 20, 4);
    log = opened("sha256");
    ok(log == NULL && strstr(error, "published head is missing") != NULL,
       "a published head that is gone: %s", error);
}


/* A log without its heads: nothing of it is thrown away. */

static void
kept(void)
{
    char       path[PATH_MAX + 64];
    long       size;
    ic_log_t  *log;

    begin("kept");
    log = ic_log_open(dir, ic_str("hospital-1"), "sha256", 2, error);
    ok(log == NULL, "no new log is made where one was: %s", error);
    snprintf(path, sizeof(path), "%s/log", dir);
    is_int(access(path, F_OK), -1, "... nothing of it");

    log = opened("sha256");
    (void) add(log, "a:1", 0);
    (void) add(log, "a:1", 0);
    is_int(seal(log), 0, "two entries: %s", error);
    ic_log_close(log);
    size = size_of("entries/0000000000000000");

    snprintf(path, sizeof(path), "%s/heads/0000000000000000", dir);
    (void) unlink(path);
    snprintf(path, sizeof(path), "%s/checkpoint", dir);
    (void) unlink(path);

    log = ic_log_open(dir, ic_str("hospital-1"), "sha256", 2, error);
    ok(log == NULL && strstr(error, "put the whole log there") != NULL,
       "a log without its heads is refused: %s", error);
    is_int(size_of("entries/0000000000000000"), size,
           "... its entries are as they were");
}


static void
segments(void)
{
    unsigned    i, bad;
    uint64_t   *first;
    ic_log_t   *log;
    ic_arena_t *arena;

    begin("segments");
    log = opened("sha256");
    bad = 0;

    for (i = 0; i < 24; i++) {

        for (unsigned k = 0; k < 64; k++) {
            bad += add(log, "a:1", 50000) != 0;
        }

        bad += seal(log) != 0;
    }

    is_int(bad, 0, "75 MB of entries: %s", error);
    ic_log_close(log);
    arena = ic_pool_create();
    is_int(ic_log_segments(dir, arena, &first), 2, "are two files");
    is_int((long) first[1], 1344, "... the second from an entry on");
    ic_pool_destroy(arena);
    log = opened("sha256");
    ok(log != NULL && ic_log_size(log) == 24 * 64, "... and one log: %s",
       error);
    is_int(add(log, "a:1", 0) + seal(log), 0, "... that goes on");
    ic_log_close(log);
}


static void
heads(void)
{
    unsigned     i;
    ic_str_t     text, line, note;
    ic_head_t    head, read;
    EVP_PKEY    *other;
    ic_arena_t  *arena;

    static const char *const  wrong[] = {
        "", "\n\n", "a\n1\nAA==\ntime 1\n\n", "a\n01\n%s\ntime 1\nkey %s\n\n",
        "a\n1\n%s\ntime -1\nkey %s\n\n", "a b\n1\n%s\ntime 1\nkey %s\n\n",
        "a\n1\n%s\ntime 1\nkey %s\nmore\n\n", "a\n1\n%s\ntime 1\nkey %s\n\n",
        "a\n1\n%s\ntime 1\nkey %s\n\nno signature\n",
        "a\n1\n%s\ntime 1\nkey %s\n\n\xe2\x80\x94 name AA==\n",
        "a\n1\n%s\ntime 1\nkey %s\n\n\xe2\x80\x94 name AAAAAAAA"
    };

    arena = ic_pool_create();
    memset(&head, 0, sizeof(ic_head_t));
    head.origin = ic_str("interconn/hospital-1/LOG1");
    head.size = 7;
    head.time = 1700000000000;
    head.key = ic_str(spki);
    text = ic_head_text(arena, &head);
    line = ic_head_sign(arena, text, head.origin, key);
    note = ic_str_fmt(arena, "%s\n%s", text.data, line.data);

    ok(ic_head_parse(arena, note, &read) == NULL && read.size == 7
       && read.time == head.time, "a head reads as it was written");
    ok(ic_head_signed(arena, &read, head.origin, key), "its signature holds");
    ok(!ic_head_signed(arena, &read, ic_str("someone"), key),
       "... under its name alone");
    other = EVP_EC_gen("P-256");
    ok(!ic_head_signed(arena, &read, head.origin, other), "... and key");
    EVP_PKEY_free(other);

    text.data[text.len - 72] ^= 1;
    note = ic_str_fmt(arena, "%s\n%s", text.data, line.data);
    ok(ic_head_parse(arena, note, &read) == NULL
       && !ic_head_signed(arena, &read, head.origin, key),
       "not over another time");

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        note = ic_str_fmt(arena, wrong[i], ROOT, spki);
        ok(ic_head_parse(arena, note, &read) != NULL, "not a head: %s",
           ic_head_parse(arena, note, &read));
    }

    ic_pool_destroy(arena);
}


/* Turns bits of a byte. */

static void
change(const char *name, long offset, int bits)
{
    int    byte;
    char   path[PATH_MAX + 64];
    FILE  *file;

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    file = fopen(path, "r+");
    (void) fseek(file, offset, SEEK_SET);
    byte = fgetc(file);
    (void) fseek(file, offset, SEEK_SET);
    fputc(byte ^ bits, file);
    fclose(file);
}


static long
size_of(const char *name)
{
    char         path[PATH_MAX + 64];
    struct stat  st;

    snprintf(path, sizeof(path), "%s/%s", dir, name);

    return (stat(path, &st) == 0) ? (long) st.st_size : -1;
}


static int
removed(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    return remove(path);
}
