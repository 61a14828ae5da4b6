
/*
 * Bundles: what is in them and what is not; every bit and line of one that
 * somebody changes is found. IC_FLIPS sets the number of bits turned.
 */


#include <ftw.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../../src/evidence/ic_bundle_lines.h"
#include "../../src/evidence/ic_log.h"
#include "tap.h"


#define JOBS   40
#define LINES  1024
#define ROOM   (1024 * 1024)

#define put_text(text)  put(text, sizeof(text) - 1)


static const char *const  events[] = {
    "contract:C CONTRACT_APPLIED peer=b dir=in",
    "contract:C CONTRACT_APPROVED peer=b",
    "contract:D CONTRACT_APPLIED peer=c dir=in",
    "object:project:P PROJECT_CREATED",
    "object:flow:F FLOW_CREATED project_id=P",
    "audit:in:dataset:b:A AUDIT_APPLIED contract_id=C resource=dataset:S",
    "permit:X PERMIT_ISSUED contract_id=C resource=dataset:S "
        "audit=audit:in:dataset:b:A left=5",
    "audit:in:dataset:b:A AUDIT_APPROVED peer=b",
    "permit:X PERMIT_USED left=4",
    "job:%u JOB_CREATED role=initiator project_id=P flow_id=F",
    "audit:out:job:b:%u AUDIT_APPLIED contract_id=C resource=job:%u",
    "job:%u JOB_STARTED",
    "ptask:t%u:b TASK_CREATED job_id=%u",
    "task:t%u TASK_CREATED job_id=%u",
    "task:t%u TASK_STARTED epoch=1",
    "object:model:m%u RES_CREATED task_id=t%u job_id=%u",
    "task:t%u TASK_FINISHED job_id=%u",
    "job:%u JOB_FINISHED status=SUCCESS",
    "timetable:other TIMETABLE_CREATED flow_id=G",
    "permit:X PERMIT_USED left=3"
};

#define EVENTS  (sizeof(events) / sizeof(events[0]))


static char                folder[] = "/tmp/icbundleXXXXXX";
static char                dir[PATH_MAX];
static char                file[PATH_MAX];
static EVP_PKEY           *key, *peer;
static char               *whole;
static size_t              len;
static char               *lines[LINES];
static unsigned            nlines;
static ic_bundle_told_t    told;
static ic_verify_result_t  result;


static void make(void);
static void add(ic_log_t *log, const char *event, unsigned n);
static ic_str_t pem_of(EVP_PKEY *one);
static void cosign(ic_arena_t *arena, ic_str_t note);
static ic_verify_e written(const char *about);
static void put(const char *bytes, size_t size);
static ic_verify_e verified(void);
static void found(const char *text, const char *what);
static void contents(void);
static void flips(void);
static void changes(void);
static void change(const char *what, const char *finding, unsigned from,
    int order[], unsigned n);
static void torn(void);
static void signatures(void);
static void put_lines(const char *const *list, unsigned n);
static int removed(const char *path, const struct stat *st, int flag,
    struct FTW *ftw);


int
main(void)
{
    if (mkdtemp(folder) == NULL) {
        return 1;
    }

    snprintf(file, sizeof(file), "%s/bundle", folder);
    whole = malloc(ROOM);
    key = EVP_EC_gen("P-256");
    peer = EVP_EC_gen("P-256");
    make();
    contents();
    flips();
    changes();
    torn();
    signatures();

    (void) nftw(folder, removed, 16, FTW_DEPTH|FTW_PHYS);

    return done();
}


static void
make(void)
{
    char         error[IC_LOG_ERROR];
    unsigned     i, k;
    ic_log_t    *log;
    ic_str_t     note;
    ic_arena_t  *arena;

    snprintf(dir, sizeof(dir), "%s/log", folder);
    arena = ic_pool_create();
    log = ic_log_open(dir, ic_str("a"), "sha256", 0, error);
    ok(log != NULL, "a log");

    for (i = 0; i < JOBS; i++) {
        for (k = (i == 0) ? 0 : 9; k < EVENTS; k++) {
            if (k < EVENTS - 2 || i == 0) {
                add(log, events[k], i);
            }
        }

        (void) ic_log_seal(log, 1700000000000 + i, key, pem_of(key), error);

        if (i == JOBS / 2) {
            note = ic_str_dup(arena, ic_log_head(log));
        }
    }

    cosign(arena, note);
    ic_log_close(log);
    ic_pool_destroy(arena);
}


/* "subject CODE name=value..."; %u is the number. */

static void
add(ic_log_t *log, const char *event, unsigned n)
{
    char         text[512], src[32], error[IC_LOG_ERROR], *word, *rest, *value;
    ic_str_t     data[16];
    ic_entry_t   entry;

    static unsigned  count;

    memset(&entry, 0, sizeof(ic_entry_t));
    snprintf(src, sizeof(src), "%u-0", ++count);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text, sizeof(text), event, n, n, n);
#pragma GCC diagnostic pop
    entry.time = 1700000000000 + count;
    entry.src = ic_str(src);
    entry.data = data;
    entry.subject = ic_str(strtok_r(text, " ", &rest));
    entry.code = ic_str(strtok_r(NULL, " ", &rest));

    while ((word = strtok_r(NULL, " ", &rest)) != NULL) {
        value = strchr(word, '=');
        *value++ = '\0';
        data[2 * entry.ndata] = ic_str(word);
        data[2 * entry.ndata++ + 1] = ic_str(value);
    }

    (void) ic_log_add(log, &entry, error);
}


static ic_str_t
pem_of(EVP_PKEY *one)
{
    BIO          *bio;
    long          n;
    char         *text;
    static char   pem[2][1024];

    bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, one);
    n = BIO_get_mem_data(bio, &text);
    memcpy(pem[one == peer], text, (size_t) n);
    BIO_free(bio);

    return ic_str_n(pem[one == peer], (size_t) n);
}


/* As a partner does, whose credential is among the keys. */

static void
cosign(ic_arena_t *arena, ic_str_t note)
{
    char          path[PATH_MAX], digest[IC_HASH_HEX];
    FILE         *out;
    u_char        frame[8];
    ic_str_t      signature, text, pem;
    ic_hash_t     hash;
    ic_head_t     head;
    ic_hasher_t  *hasher;

    (void) ic_head_parse(arena, note, &head);
    signature = ic_head_sign(arena, head.text, ic_str("interconn/b"), peer);
    text = ic_str_fmt(arena, "%.*s\n%.*s", (int) head.text.len,
                      head.text.data, (int) signature.len, signature.data);
    hasher = ic_hasher("sha256");
    (void) ic_tree_leaf(hasher, text, &hash);
    ic_hasher_free(hasher);
    frame[0] = frame[1] = 0;
    frame[2] = (u_char) (text.len >> 8);
    frame[3] = (u_char) text.len;
    memcpy(frame + 4, hash.byte, 4);

    (void) ic_log_path(dir, path, "cosigned");
    (void) mkdir(path, 0755);
    (void) ic_log_path(dir, path, "cosigned/%016x", 0);
    out = fopen(path, "w");
    fwrite(frame, 1, sizeof(frame), out);
    fwrite(text.data, 1, text.len, out);
    fclose(out);

    pem = pem_of(peer);
    ic_sha256_hex(digest, pem.data, pem.len);
    (void) ic_log_path(dir, path, "keys/%s", digest);
    out = fopen(path, "w");
    fwrite(pem.data, 1, pem.len, out);
    fclose(out);
}


/* The bundle into the file and whole, its lines into lines. */

static ic_verify_e
written(const char *about)
{
    char         *p;
    FILE         *out;
    ic_verify_e   rc;

    out = fopen(file, "w+");
    rc = ic_bundle_write(dir, ic_str(about), out, &told, &result);
    rewind(out);
    len = fread(whole, 1, ROOM - 1, out);
    whole[len] = '\0';
    fclose(out);
    nlines = 0;

    for (p = whole; *p != '\0' && nlines < LINES; p = strchr(p, '\n') + 1) {
        lines[nlines++] = p;
    }

    return rc;
}


static void
put(const char *bytes, size_t size)
{
    FILE  *out;

    out = fopen(file, "w");
    fwrite(bytes, 1, size, out);
    fclose(out);
}


static ic_verify_e
verified(void)
{
    ic_verify_t  verify;

    memset(&verify, 0, sizeof(ic_verify_t));
    verify.dir = file;

    return ic_bundle_verify(&verify, &told, &result);
}


static void
found(const char *text, const char *what)
{
    ic_verify_e  rc;

    rc = verified();
    ok(rc == IC_VERIFY_TAMPERED && strstr(result.finding, text) != NULL,
       "%s: %s", what, result.finding);
}


static void
contents(void)
{
    unsigned  i;

    static const struct {
        const char  *about;
        unsigned     entries;
        const char  *with[4];
        const char  *without[4];
    } cases[] = {
        { "contract:C", 5 + 2 + JOBS, { "permit:X", "AUDIT_APPROVED" },
          { "JOB_", "contract:D", "TASK_", "PROJECT" } },
        { "object:project:P", 2 + 9 * JOBS,
          { "object:flow:F", "ptask:t3:b", "audit:out:job:b:7",
            "object:model:m9" },
          { "CONTRACT_", "permit:X", "timetable" } },
        { "job:7", 9, { "audit:out:job:b:7", "task:t7", "ptask:t7:b",
                        "object:model:m7" },
          { "job:8", "task:t8", "FLOW", "CONTRACT_" } },
        { "object:dataset:S", 0, { NULL }, { NULL } },
        { "task:t7", 4, { "object:model:m7" }, { "job:7\\\"" } },
        { "contract:D", 1, { NULL }, { "contract:C\\\"" } }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        unsigned     k;
        ic_verify_e  rc;

        rc = written(cases[i].about);

        if (cases[i].entries == 0) {
            is_int(rc, IC_VERIFY_INCOMPLETE, "nothing is about %s: %s",
                   cases[i].about, result.finding);
            continue;
        }

        is_int(rc, IC_VERIFY_GOOD, "a bundle of %s: %s", cases[i].about,
               result.finding);
        is_int((long) told.entries, cases[i].entries, "... its entries");
        is_int(verified(), IC_VERIFY_GOOD, "... it is good: %s",
               result.finding);
        is_int((long) result.entries, cases[i].entries, "... all of them");
        is_int(told.ncosigned, 1, "... with what a partner signed");
        is_str(told.cosigned[0].node_id, "b", "... who it is");

        for (k = 0; k < 4; k++) {
            ok(cases[i].with[k] == NULL
               || strstr(whole, cases[i].with[k]) != NULL,
               "... it has %s", cases[i].with[k]);
            ok(cases[i].without[k] == NULL
               || strstr(whole, cases[i].without[k]) == NULL,
               "... it has not %s", cases[i].without[k]);
        }
    }
}


static void
flips(void)
{
    unsigned  i, n, missed, seed;

    (void) written("job:7");
    n = getenv("IC_FLIPS") ? (unsigned) atoi(getenv("IC_FLIPS")) : 800;
    seed = getenv("IC_SEED") ? (unsigned) atoi(getenv("IC_SEED"))
           : (unsigned) time(NULL);
    printf("# IC_SEED=%u\n", seed);
    srand(seed);
    missed = 0;

    for (i = 0; i < n; i++) {
        size_t  bit;

        bit = (size_t) rand() % (len * 8);
        whole[bit / 8] ^= (char) (1 << (bit % 8));
        put(whole, len);

        if (verified() == IC_VERIFY_GOOD || result.finding[0] == '\0') {
            printf("# bit %zu: not found\n", bit);
            missed++;
        }

        whole[bit / 8] ^= (char) (1 << (bit % 8));
    }

    is_int(missed, 0, "%u single bits are found wherever they were turned",
           n);
}


/* Lines of job:7: 0 first, 1 head, 2 and 3 credentials, 4 cosigned, 5 to 13
 * entries, 14 last. -1: an empty line, -2: one of another bundle. */

static void
changes(void)
{
    (void) written("job:7");
    is_int(nlines, 15, "lines of a bundle");
    change("an entry is missing", "does not name the entry before it", 7,
           (int[]) { 8, 9, 10, 11, 12, 13, 14 }, 7);
    change("the first entry is missing", "does not name the entry", 5,
           (int[]) { 6, 7, 8, 9, 10, 11, 12, 13, 14 }, 9);
    change("the last entry is missing", "the bundle has 8 entries and says 9",
           13, (int[]) { 14 }, 1);
    change("two entries are swapped", "comes after entry", 8,
           (int[]) { 9, 8, 10, 11, 12, 13, 14 }, 7);
    change("an entry is doubled", "comes after entry", 8,
           (int[]) { 8, 8, 9, 10, 11, 12, 13, 14 }, 8);
    change("an entry is of another job", "", 8,
           (int[]) { -2, 8, 9, 10, 11, 12, 13, 14 }, 8);
    change("the head is missing", "line 2: is not in its place", 1,
           (int[]) { 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 }, 13);
    change("the head is there twice", "line 3: is not in its place", 2,
           (int[]) { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 }, 14);
    change("a credential comes late", "line 4: no credential verifies it", 3,
           (int[]) { 4, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 }, 12);
    change("a credential is missing", "", 3,
           (int[]) { 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 }, 11);
    change("a credential is there twice", "was there before", 3,
           (int[]) { 3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 }, 13);
    change("a cosignature is missing", "a credential that signed nothing", 4,
           (int[]) { 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 }, 10);
    change("a cosignature is there twice", "is the second one of that node",
           4, (int[]) { 4, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 }, 12);
    change("an empty line", "line 7: is not a JSON object", 6,
           (int[]) { -1, 6, 7, 8, 9, 10, 11, 12, 13, 14 }, 10);
    change("the end is missing", "line 15: is missing: the bundle is cut "
           "short", 14, NULL, 0);
    change("something follows", "line 16: is not in its place", 14,
           (int[]) { 14, 14 }, 2);
    change("only one line", "line 2: is missing", 1, NULL, 0);
}


/* What comes from that line on is in that order. The digest at the end is
 * made anew, as who changes a bundle does. */

static void
change(const char *what, const char *finding, unsigned from, int order[],
    unsigned n)
{
    char        *text, other[ROOM / 16];
    size_t       size;
    unsigned     i;

    static const char  again[] = "{\"entry\":\"{\\\"v\\\":1}\",\"proof\":[]}\n";

    text = malloc(2 * ROOM);
    size = (size_t) (lines[from] - whole);
    memcpy(text, whole, size);

    for (i = 0; i < n; i++) {

        if (order[i] < 0) {
            snprintf(other, sizeof(other), "%s",
                     order[i] == -1 ? "\n" : again);

        } else {
            snprintf(other, sizeof(other), "%.*s",
                     (int) (strchr(lines[order[i]], '\n') + 1
                            - lines[order[i]]), lines[order[i]]);
        }

        if (order[i] == 14) {
            char  hex[65];

            ic_sha256_hex(hex, text, size);
            memcpy(strstr(other, "sha256\":\"") + 9, hex, 64);
        }

        memcpy(text + size, other, strlen(other));
        size += strlen(other);
    }

    put(text, size);
    free(text);
    found(finding, what);
}


/* Cut anywhere, or of nothing that there should be. */

static void
torn(void)
{
    char      *text;
    size_t     i, missed;

    (void) written("job:7");
    missed = 0;

    for (i = 0; i < len; i += 97) {
        put(whole, i);
        missed += verified() != IC_VERIFY_TAMPERED;
    }

    is_int((long) missed, 0, "cut short anywhere, it is found");

    text = calloc(1, 4 * IC_BUNDLE_LINE);
    put(text, 4 * IC_BUNDLE_LINE);
    found("line 1: is longer than it may be", "a line without an end");
    memset(text, '[', IC_BUNDLE_LINE - 2);
    text[IC_BUNDLE_LINE - 2] = '\n';
    put(text, IC_BUNDLE_LINE - 1);
    found("line 1: is not a JSON object", "lists within lists");
    put_text("{\"bundle\":2,\"about\":\"job:1\",\"log_id\":\"L\","
             "\"node_id\":\"a\",\"hash\":\"sha256\"}\n");
    found("line 1: is of a bundle of another version", "another version");
    put_text("{\"bundle\":1,\"about\":\"job:\\u001b[2J\",\"log_id\":\"L\","
             "\"node_id\":\"a\",\"hash\":\"sha256\"}\n");
    found("line 1: does not say of which log", "commands for a terminal");
    free(text);
    (void) unlink(file);
    is_int(verified(), IC_VERIFY_INCOMPLETE, "none is there");
}


/* Bundles that are well made by who has not the keys. */

static void
signatures(void)
{
    ic_str_t           pem;
    ic_head_t          head;
    ic_arena_t        *arena;
    const char        *list[LINES];
    unsigned           i;
    ic_bundle_line_t   line;

    (void) written("job:7");
    arena = ic_pool_create();

    for (i = 0; i < nlines; i++) {
        *strchr(lines[i], '\n') = '\0';
        list[i] = lines[i];
    }

    /* another key signs the same head: its line names the right credential */

    (void) ic_bundle_parse(arena, ic_str(lines[1]), &line);
    (void) ic_head_parse(arena, line.text, &head);
    pem = ic_head_sign(arena, head.text, head.origin, peer);
    line.text = ic_str_fmt(arena, "%.*s\n%.*s", (int) head.text.len,
                           head.text.data, (int) pem.len, pem.data);
    list[1] = ic_str_z(arena, ic_bundle_line(arena, &line));
    put_lines(list, nlines);
    found("its signature is wrong", "a head that the node has not signed");
    list[1] = lines[1];

    /* the subject that it says it is of */

    (void) ic_bundle_parse(arena, ic_str(lines[0]), &line);
    line.text = ic_str("job:8");
    list[0] = ic_str_z(arena, ic_bundle_line(arena, &line));
    put_lines(list, nlines);
    found("no entry is about job:8", "a bundle of something else");
    line.text = ic_str("task:t7");
    list[0] = ic_str_z(arena, ic_bundle_line(arena, &line));
    put_lines(list, nlines);
    found("which does not belong to task:t7", "more than belongs to it");

    ic_pool_destroy(arena);
}


/* With the digest that fits. */

static void
put_lines(const char *const *list, unsigned n)
{
    char      *text, hex[65];
    size_t     size;
    unsigned   i;

    text = malloc(ROOM);
    size = 0;

    for (i = 0; i < n; i++) {

        if (i == n - 1) {
            ic_sha256_hex(hex, text, size);
        }

        size += (size_t) sprintf(text + size, "%s\n", list[i]);
    }

    memcpy(text + size - 67, hex, 64);
    put(text, size);
    free(text);
}


static int
removed(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void) st;
    (void) flag;
    (void) ftw;

    return remove(path);
}
