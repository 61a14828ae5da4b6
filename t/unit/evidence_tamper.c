
/*
 * A log of a thousand entries that somebody changed, in every way: found, and
 * the finding names the place. IC_FLIPS sets the number of bits turned.
 */


#include <ftw.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../../src/evidence/ic_verify_state.h"
#include "../../src/lib/ic_codec.h"
#include "tap.h"


#define ENTRIES  1000
#define BATCH    90
#define FILES    64


typedef struct {
    char    path[PATH_MAX];
    u_char *bytes;
    long    size;
} kept_file_t;

typedef struct {
    size_t  offset;
    size_t  len;
} frame_t;


static char                folder[] = "/tmp/ictamperXXXXXX";
static char                dir[PATH_MAX];
static char                kept[2][PATH_MAX];
static const char         *kept_heads[2] = { kept[0], kept[1] };
static kept_file_t         files[FILES];
static unsigned            nfiles;
static frame_t             frames[ENTRIES];
static ic_verify_result_t  result;


static void make(const char *name, unsigned entries, const char *forked);
static ic_verify_e verified(unsigned nheads);
static void found(ic_verify_e wanted, const char *text, const char *what);
static void flips(void);
static void entries(void);
static void rollback(void);
static void behind(void);
static void missing(void);
static void certificates(void);
static void terminals(void);
static kept_file_t *file_of(const char *name);
static void put(const kept_file_t *file, const void *bytes, size_t len);
static void restore(const kept_file_t *file);
static int keep(const char *path, const struct stat *st, int flag,
    struct FTW *ftw);
static int removed(const char *path, const struct stat *st, int flag,
    struct FTW *ftw);


int
main(void)
{
    if (mkdtemp(folder) == NULL) {
        return 1;
    }

    make("log", ENTRIES, NULL);
    is_int(verified(0), IC_VERIFY_GOOD, "the log is good: %s",
           result.finding);
    is_int((long) result.entries, ENTRIES, "... with all entries");
    is_int((long) result.heads, 12, "... and heads");

    (void) nftw(dir, keep, 16, FTW_PHYS);
    flips();
    entries();
    behind();
    rollback();
    missing();
    certificates();
    terminals();

    (void) nftw(folder, removed, 16, FTW_DEPTH|FTW_PHYS);

    return done();
}


static void
make(const char *name, unsigned count, const char *forked)
{
    BIO          *bio;
    char          error[IC_LOG_ERROR], src[32], subject[32];
    char          path[PATH_MAX + 32], *text;
    FILE         *file;
    long          len;
    unsigned      i;
    ic_log_t     *log;
    ic_str_t      data[2], note;
    ic_entry_t    entry;
    ic_arena_t   *arena;

    static EVP_PKEY  *key;

    if (key == NULL) {
        key = EVP_EC_gen("P-256");
    }

    bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, key);
    len = BIO_get_mem_data(bio, &text);

    snprintf(dir, sizeof(dir), "%s/%s", folder, name);
    arena = ic_pool_create();
    error[0] = '\0';
    log = ic_log_open(dir, ic_str("hospital-1"), "sha256", 0, error);
    ok(log != NULL, "a log of %u entries: %s", count, error);

    for (i = 0; i < count; i++) {
        memset(&entry, 0, sizeof(ic_entry_t));
        snprintf(src, sizeof(src), "%u-%u", 1000 + i / 3, i % 3);
        snprintf(subject, sizeof(subject), "job:%u", i % 7);
        entry.time = 1700000000000 + i;
        entry.code = ic_str("TASK_FINISHED");
        entry.subject = ic_str(subject);
        entry.src = ic_str(src);
        data[0] = ic_str("digest");
        data[1] = (forked != NULL && i == count - 1) ? ic_str(forked)
                  : ic_str_fmt(arena, "%064x", i * 2654435761U);
        entry.data = data;
        entry.ndata = 1;
        (void) ic_log_add(log, &entry, error);

        if (i % BATCH == BATCH - 1 || i == count - 1) {
            (void) ic_log_seal(log, 1700000000000 + i, key,
                               ic_str_n(text, (size_t) len), error);
        }

        if (i == BATCH * 2 - 1 || i == count - 1) {
            note = ic_log_head(log);
            snprintf(kept[i == count - 1], sizeof(kept[0]), "%s/kept-%s-%d",
                     folder, name, i == count - 1);
            snprintf(path, sizeof(path), "%s", kept[i == count - 1]);
            file = fopen(path, "w");
            fwrite(note.data, 1, note.len, file);
            fclose(file);
        }
    }

    ic_log_close(log);
    ic_pool_destroy(arena);
    BIO_free(bio);
}


static ic_verify_e
verified(unsigned nheads)
{
    ic_verify_t  verify;

    memset(&verify, 0, sizeof(ic_verify_t));
    verify.dir = dir;
    verify.heads = kept_heads;
    verify.nheads = nheads;

    return ic_verify_log(&verify, &result);
}


static void
found(ic_verify_e wanted, const char *text, const char *what)
{
    ic_verify_e  rc;

    rc = verified(0);

    if (rc != wanted || strstr(result.finding, text) == NULL) {
        printf("# %d: %s\n", rc, result.finding);
    }

    ok(rc == wanted && strstr(result.finding, text) != NULL, "%s: %s", what,
       result.finding);
}


/* Bits of every file but those that are no evidence. */

static void
flips(void)
{
    u_char       *bytes;
    unsigned      i, n, missed, seed;
    kept_file_t  *file;

    n = getenv("IC_FLIPS") ? (unsigned) atoi(getenv("IC_FLIPS")) : 800;
    seed = getenv("IC_SEED") ? (unsigned) atoi(getenv("IC_SEED"))
           : (unsigned) time(NULL);
    printf("# IC_SEED=%u\n", seed);
    srand(seed);
    missed = 0;

    for (i = 0; i < n; i++) {
        long  bit;

        /* every other one among the entries, the rest among all files */

        file = (i % 2) ? file_of("entries/0000000000000000")
                       : &files[(unsigned) rand() % nfiles];

        if (strstr(file->path, "/index") || strstr(file->path, "/lock")) {
            continue;
        }

        bit = rand() % (file->size * 8);
        bytes = malloc((size_t) file->size);
        memcpy(bytes, file->bytes, (size_t) file->size);
        bytes[bit / 8] ^= (u_char) (1 << (bit % 8));
        put(file, bytes, (size_t) file->size);
        free(bytes);

        if (verified(0) == IC_VERIFY_GOOD || result.finding[0] == '\0') {

            /* partial tiles of older heads are read by nobody */

            if (strstr(file->path, ".p/") == NULL
                || strstr(file->path, "/tile/0/003.p/232") != NULL)
            {
                printf("# %s bit %ld: not found\n", file->path, bit);
                missed++;
            }
        }

        restore(file);
    }

    is_int(missed, 0, "single bits are found wherever they were turned");
    is_int(verified(0), IC_VERIFY_GOOD, "put right, the log is good");
}


/* Frames that fit, in another order or number. */

static void
entries(void)
{
    char          what[64];
    u_char       *bytes, *end;
    size_t        offset;
    unsigned      i, k;
    kept_file_t  *file;

    static const struct {
        const char  *name;
        const char  *finding;
        unsigned     order[4];       /* of entries 500 to 503; 9: none */
    } changes[] = {
        { "deleted", "entry 501: says that it is entry 502", { 0, 2, 3, 9 } },
        { "swapped", "entry 501: says that it is entry 502", { 0, 2, 1, 3 } },
        { "doubled", "entry 501: says that it is entry 500", { 0, 0, 1, 2 } },
        { "replaced", "entry 502: says that it is entry 501",
          { 0, 1, 1, 3 } }
    };

    file = file_of("entries/0000000000000000");
    offset = 0;

    for (i = 0; i < ENTRIES; i++) {
        frames[i].offset = offset;
        frames[i].len = 8 + ((size_t) file->bytes[offset + 2] << 8
                             | file->bytes[offset + 3]);
        offset += frames[i].len;
    }

    is_int((long) offset, file->size, "the file is frames");
    bytes = malloc((size_t) file->size * 2);

    for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        memcpy(bytes, file->bytes, frames[500].offset);
        end = bytes + frames[500].offset;

        for (k = 0; k < 4; k++) {
            if (changes[i].order[k] != 9) {
                memcpy(end, file->bytes
                            + frames[500 + changes[i].order[k]].offset,
                       frames[500 + changes[i].order[k]].len);
                end += frames[500 + changes[i].order[k]].len;
            }
        }

        memcpy(end, file->bytes + frames[504].offset,
               (size_t) file->size - frames[504].offset);
        end += (size_t) file->size - frames[504].offset;
        put(file, bytes, (size_t) (end - bytes));
        snprintf(what, sizeof(what), "an entry is %s", changes[i].name);
        found(IC_VERIFY_TAMPERED, changes[i].finding, what);
    }

    put(file, file->bytes, frames[700].offset);
    found(IC_VERIFY_TAMPERED, "entry 700: is missing", "the end is gone");
    put(file, file->bytes, frames[700].offset + 20);
    found(IC_VERIFY_TAMPERED, "entry 700: is cut short",
          "the end is torn off");
    put(file, file->bytes, 0);
    found(IC_VERIFY_TAMPERED, "entry 0: is missing", "all are gone");
    restore(file);
    free(bytes);
}


/* What was copied between a head and its publication. */

static void
behind(void)
{
    char          note[4096], *root;
    FILE         *in;
    size_t        len;
    kept_file_t  *file;

    file = file_of("checkpoint");
    in = fopen(kept[0], "r");
    len = fread(note, 1, sizeof(note) - 1, in);
    note[len] = '\0';
    fclose(in);

    put(file, note, len);
    is_int(verified(0), IC_VERIFY_GOOD, "an earlier head is published: %s",
           result.finding);

    root = strchr(strchr(note, '\n') + 1, '\n') + 1;
    root[0] = (root[0] == 'A') ? 'B' : 'A';
    put(file, note, len);
    found(IC_VERIFY_TAMPERED, "checkpoint: ", "a head that never was");
    restore(file);
}


/* Logs that are good in themselves. */

static void
rollback(void)
{
    char  shorter[PATH_MAX], first[PATH_MAX], path[2 * PATH_MAX + 64];

    is_int(verified(2), IC_VERIFY_GOOD, "heads kept elsewhere agree: %s",
           result.finding);

    /* the same node, keys and time, a life that ended earlier */

    memcpy(shorter, dir, sizeof(dir));
    memcpy(first, kept[1], sizeof(first));
    make("fork", ENTRIES, "another digest");
    is_int(verified(0), IC_VERIFY_GOOD, "a second history is good alone");
    memcpy(kept[1], first, sizeof(first));
    is_int(verified(2), IC_VERIFY_IMPOSSIBLE, "heads of another log are not "
           "taken: %s", result.finding);

    /* ... under the name of the first */

    snprintf(path, sizeof(path), "cp %s/log %s/log", shorter, dir);
    (void) !system(path);
    is_int(verified(0), IC_VERIFY_TAMPERED, "nor is a log with another's "
           "name: %s", result.finding);
    memcpy(dir, shorter, sizeof(dir));
}


static void
missing(void)
{
    unsigned      i;
    kept_file_t  *file;

    static const struct {
        const char   *name;
        ic_verify_e   rc;
        const char   *finding;
    } gone[] = {
        { "log", IC_VERIFY_INCOMPLETE, "log: " },
        { "checkpoint", IC_VERIFY_INCOMPLETE, "checkpoint: " },
        { "heads/0000000000000000", IC_VERIFY_INCOMPLETE, "the heads from" },
        { "entries/0000000000000000", IC_VERIFY_TAMPERED, "checkpoint" },
        { "tile/0/001", IC_VERIFY_INCOMPLETE, "the tile that ends" }
    };

    for (i = 0; i < sizeof(gone) / sizeof(gone[0]); i++) {
        file = file_of(gone[i].name);
        (void) unlink(file->path);
        found(gone[i].rc, gone[i].finding, gone[i].name);
        restore(file);
    }

    for (i = 0; i < nfiles; i++) {
        if (strstr(files[i].path, "/keys/") != NULL) {
            (void) unlink(files[i].path);
            found(IC_VERIFY_INCOMPLETE, "keys/", "the key");
            restore(&files[i]);
        }
    }
}


static void
certificates(void)
{
    ic_verify_t  verify;
    X509_STORE  *roots;

    memset(&verify, 0, sizeof(ic_verify_t));
    roots = X509_STORE_new();
    verify.dir = dir;
    verify.roots = roots;
    is_int(ic_verify_log(&verify, &result), IC_VERIFY_TAMPERED,
           "with roots a bare key is not enough: %s", result.finding);
    X509_STORE_free(roots);
}


/* A changed log may say anything, and the finding is printed. */

static void
terminals(void)
{
    ic_verify_state_t  state;

    memset(&state, 0, sizeof(state));
    state.result = &result;

    (void) ic_verify_found(&state, IC_VERIFY_TAMPERED, "entry %d: %s", 7,
                           "\x1b[2J\n\xc2\x9b" "1m \xc3\xa4\xe6\x98\xaf");
    is_str(result.finding, "entry 7: ?[2J???1m \xc3\xa4\xe6\x98\xaf",
           "a finding has no commands for a terminal");
}


static kept_file_t *
file_of(const char *name)
{
    unsigned  i;

    for (i = 0; i < nfiles; i++) {
        if (strcmp(files[i].path + strlen(dir) + 1, name) == 0) {
            return &files[i];
        }
    }

    printf("# no file %s\n", name);
    exit(1);
}


static void
put(const kept_file_t *file, const void *bytes, size_t len)
{
    FILE  *out;

    out = fopen(file->path, "w");
    fwrite(bytes, 1, len, out);
    fclose(out);
}


static void
restore(const kept_file_t *file)
{
    put(file, file->bytes, (size_t) file->size);
}


static int
keep(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    FILE         *in;
    kept_file_t  *file;

    if (flag != FTW_F || st->st_size == 0 || nfiles == FILES) {
        return 0;
    }

    file = &files[nfiles++];
    snprintf(file->path, sizeof(file->path), "%s", path);
    file->size = st->st_size;
    file->bytes = malloc((size_t) st->st_size);
    in = fopen(path, "r");
    (void) !fread(file->bytes, 1, (size_t) st->st_size, in);
    fclose(in);

    return 0;
}


static int
removed(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    return remove(path);
}
