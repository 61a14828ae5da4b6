
/*
 * Cosigning heads: which one follows which, for every pair of sizes of a
 * small tree; signatures of nobody else; what the log keeps of them, whatever
 * a death left behind.
 */


#include <ftw.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../src/evidence/ic_cosign.h"
#include "../../src/evidence/ic_log.h"
#include "../../src/evidence/ic_verify.h"
#include "../../src/lib/ic_codec.h"
#include "tap.h"


#define LEAVES  40


static ic_arena_t   *arena;
static ic_hasher_t  *hasher;
static ic_hash_t     leaves[2][LEAVES];
static char          folder[] = "/tmp/iccosignXXXXXX";
static char          error[IC_LOG_ERROR];


static void grow(const char *hash);
static ic_hash_t root_of(unsigned history, uint64_t size);
static int leaf_of(void *data, unsigned level, uint64_t index,
    ic_hash_t *hash);
static ic_head_t head_of(unsigned history, uint64_t size, int64_t time);
static ic_cosign_e compare(uint64_t last, unsigned history, uint64_t next,
    uint64_t old_size, unsigned proven, const char **hash);
static void sizes(const char *name);
static void splits(void);
static void reading(void);
static void signing(const char *name, EVP_PKEY *key, EVP_PKEY *other);
static void keeping(void);
static void damaged(void);
static ic_log_t *log_of(const char *dir, EVP_PKEY *own, EVP_PKEY *peer,
    ic_str_t note[2], ic_head_t *head);
static ic_str_t pem_of(EVP_PKEY *key);
static int removed(const char *path, const struct stat *st, int flag,
    struct FTW *ftw);


int
main(void)
{
    EVP_PKEY  *ec, *rsa, *sm2;

    arena = ic_pool_create();
    ec = EVP_EC_gen("P-256");
    rsa = EVP_RSA_gen(2048);
    sm2 = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");

    if (arena == NULL || ec == NULL || rsa == NULL || sm2 == NULL
        || mkdtemp(folder) == NULL)
    {
        return 1;
    }

    sizes("sha256");
    sizes("sm3");
    splits();
    reading();
    signing("P-256", ec, sm2);
    signing("RSA", rsa, ec);
    signing("SM2", sm2, rsa);
    keeping();
    damaged();

    EVP_PKEY_free(ec);
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(sm2);
    ic_hasher_free(hasher);
    ic_pool_destroy(arena);
    (void) nftw(folder, removed, 16, FTW_DEPTH|FTW_PHYS);

    return done();
}


/* Two histories that differ from leaf 20 on. */

static void
grow(const char *hash)
{
    char      text[32];
    unsigned  i, k;

    ic_hasher_free(hasher);
    hasher = ic_hasher(hash);

    for (k = 0; k < 2; k++) {
        for (i = 0; i < LEAVES; i++) {
            snprintf(text, sizeof(text), "%s %u", i < 20 || k == 0 ? "a"
                                                                   : "b", i);
            (void) ic_tree_leaf(hasher, ic_str(text), &leaves[k][i]);
        }
    }
}


static ic_hash_t
root_of(unsigned history, uint64_t size)
{
    uint64_t   i;
    ic_hash_t  root;
    ic_tree_t  tree;

    memset(&tree, 0, sizeof(ic_tree_t));

    for (i = 0; i < size; i++) {
        (void) ic_tree_add(hasher, &tree, 0, &leaves[history][i]);
    }

    (void) ic_tree_root(hasher, &tree, &root);

    return root;
}


static int
leaf_of(void *data, unsigned level, uint64_t index, ic_hash_t *hash)
{
    uint64_t         i;
    ic_tree_t        tree;
    const unsigned  *history = data;

    memset(&tree, 0, sizeof(ic_tree_t));

    for (i = index << level; i < (index + 1) << level; i++) {
        (void) ic_tree_add(hasher, &tree, 0, &leaves[*history][i]);
    }

    return ic_tree_root(hasher, &tree, hash);
}


static ic_head_t
head_of(unsigned history, uint64_t size, int64_t time)
{
    ic_head_t  head;

    memset(&head, 0, sizeof(ic_head_t));
    head.origin = ic_str("interconn/N2/L1");
    head.size = size;
    head.root = root_of(history, size);
    head.time = time;

    return head;
}


/* With the proof that a history gives, from the size that is said. */

static ic_cosign_e
compare(uint64_t last, unsigned history, uint64_t next, uint64_t old_size,
    unsigned proven, const char **hash)
{
    int          count;
    ic_head_t    one, other;
    ic_hash_t    proof[IC_TREE_LEVELS];
    const char  *reason;

    one = head_of(0, last, 1000);
    other = head_of(history, next, 1000 + (int64_t) next);
    count = (old_size > next) ? 0
            : ic_tree_consistency(hasher, leaf_of, &proven, old_size, next,
                                  proof);

    return ic_cosign_compare(last == 0 ? NULL : &one, &other, old_size,
                             proof, (unsigned) count, hash, &reason);
}


static void
sizes(const char *name)
{
    bool          goes, knows, other;
    uint64_t      a, b;
    const char   *hash;
    ic_cosign_e   verdict;

    grow(name);
    goes = knows = other = true;

    for (a = 1; a <= 24; a++) {
        for (b = a; b <= LEAVES; b++) {
            hash = NULL;
            verdict = compare(a, 0, b, a, 0, &hash);
            goes = goes && verdict == (a == b ? IC_COSIGN_SAME
                                              : IC_COSIGN_NEXT);
            knows = knows && (a == b || strcmp(hash, name) == 0);

            /* the other history, with either proof: before they part it is
             * the same one */

            hash = NULL;
            verdict = compare(a, 1, b, a, 1, &hash);
            other = other && (verdict == IC_COSIGN_SPLIT
                              || verdict == IC_COSIGN_UNPROVEN) == (a > 20);
            other = other && (verdict == IC_COSIGN_SPLIT) == (a > 20
                                                              && a == b);

            if (b > 20 && a < b) {
                hash = NULL;
                other = other && compare(a, 1, b, a, 0, &hash)
                                 == IC_COSIGN_UNPROVEN;
            }
        }
    }

    ok(goes, "%s: every size follows every smaller one", name);
    ok(knows, "... and the hash is found");
    ok(other, "... another history does not, once they part");

    hash = strcmp(name, "sm3") == 0 ? "sha256" : "sm3";
    ok(compare(3, 0, 9, 3, 0, &hash) == IC_COSIGN_UNPROVEN,
       "... nor by another hash than before");
}


static void
splits(void)
{
    ic_head_t    last, next;
    ic_hash_t    proof[IC_TREE_LEVELS];
    const char  *hash, *reason;

    grow("sha256");
    hash = NULL;
    memset(proof, 0, sizeof(proof));

    ok(compare(0, 0, 5, 0, 0, &hash) == IC_COSIGN_NEXT, "the first head");
    ok(compare(0, 0, 5, 3, 0, &hash) == IC_COSIGN_SIZE,
       "... is proven from nothing");

    next = head_of(0, 5, 1);
    ok(ic_cosign_compare(NULL, &next, 0, proof, 1, &hash, &reason)
       == IC_COSIGN_SIZE, "... by nothing");
    ok(compare(5, 0, 9, 4, 0, &hash) == IC_COSIGN_SIZE,
       "from a smaller size");
    ok(compare(5, 0, 9, 6, 0, &hash) == IC_COSIGN_SIZE, "from a larger one");
    ok(compare(5, 0, 9, 0, 0, &hash) == IC_COSIGN_SIZE, "from none");

    last = head_of(0, 9, 1000);
    next = head_of(0, 5, 1000);
    ok(ic_cosign_compare(&last, &next, 9, proof, 0, &hash, &reason)
       == IC_COSIGN_SIZE && reason == NULL, "an older head is late");

    next.time++;
    ok(ic_cosign_compare(&last, &next, 9, proof, 0, &hash, &reason)
       == IC_COSIGN_SPLIT && reason != NULL, "... a newer one a lie");

    next = head_of(0, 9, 2000);
    next.origin = ic_str("interconn/N2/L2");
    ok(ic_cosign_compare(&last, &next, 9, proof, 0, &hash, &reason)
       == IC_COSIGN_SPLIT, "so is another log");
}


static void
reading(void)
{
    unsigned    i;
    EVP_PKEY   *key;
    ic_str_t    text, line, note;
    ic_head_t   head, read;

    static const struct {
        const char  *origin;
        uint64_t     size;
        int64_t      ahead;
        bool         good;
        const char  *name;
    } cases[] = {
        { "interconn/N2/L1", 1, 0, true, "a head of the node" },
        { "interconn/N2/L1", 1, IC_COSIGN_AHEAD, true, "a clock ahead" },
        { "interconn/N2/L1", 1, IC_COSIGN_AHEAD + 1, false, "... too far" },
        { "interconn/N2/L1", 0, 0, false, "an empty log" },
        { "interconn/N2", 1, 0, false, "no log" },
        { "interconn/N2/", 1, 0, false, "a log without a name" },
        { "interconn/N2/L1/x", 1, 0, false, "more than a log" },
        { "interconn/N22/L1", 1, 0, false, "a longer node" },
        { "interconn/N/L1", 1, 0, false, "a shorter one" },
        { "interconn/N3/L1", 1, 0, false, "another one" },
        { "Interconn/N2/L1", 1, 0, false, "another network" },
        { "N2/L1", 1, 0, false, "none" }
    };

    key = EVP_EC_gen("P-256");

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        head = head_of(0, cases[i].size, 5000 + cases[i].ahead);
        head.origin = ic_str(cases[i].origin);
        head.key = ic_str("0123456789abcdef0123456789abcdef"
                          "0123456789abcdef0123456789abcdef");
        text = ic_head_text(arena, &head);
        line = ic_head_sign(arena, text, head.origin, key);
        note = ic_str_fmt(arena, "%.*s\n%.*s", (int) text.len, text.data,
                          (int) line.len, line.data);

        ok((ic_cosign_read(arena, note, ic_str("N2"), 5000, &read) == NULL)
           == cases[i].good, "%s", cases[i].name);
    }

    note = ic_str_fmt(arena, "%4096s\n", "x");
    ok(ic_cosign_read(arena, note, ic_str("N2"), 5000, &read) != NULL,
       "more than 4 KiB");
    EVP_PKEY_free(key);
}


static void
signing(const char *name, EVP_PKEY *key, EVP_PKEY *other)
{
    ic_str_t   text, line, note;
    ic_head_t  head, read;

    head = head_of(0, 7, 1000);
    head.key = ic_str("0123456789abcdef0123456789abcdef"
                      "0123456789abcdef0123456789abcdef");
    text = ic_head_text(arena, &head);
    head.text = text;
    line = ic_cosign(arena, &head, ic_str("N1"), key);
    note = ic_cosign_note(arena, text, line, ic_str("N1"), key);

    ok(note.data != NULL && ic_head_parse(arena, note, &read) == NULL
       && ic_str_is(read.signatures[0].name, "interconn/N1"),
       "%s: a cosigned head", name);
    ok(ic_cosign_note(arena, text, line, ic_str("N1"), other).data == NULL,
       "... of no other key");
    ok(ic_cosign_note(arena, text, line, ic_str("N2"), key).data == NULL,
       "... nor node");

    note = ic_str_fmt(arena, "%.*s%.*s", (int) line.len, line.data,
                      (int) line.len, line.data);
    ok(ic_cosign_note(arena, text, note, ic_str("N1"), key).data == NULL,
       "... nor twice");

    line.len--;
    ok(ic_cosign_note(arena, text, line, ic_str("N1"), key).data == NULL,
       "... nor without its end");
    line.len++;
    line.data[line.len - 8] ^= 1;
    ok(ic_cosign_note(arena, text, line, ic_str("N1"), key).data == NULL,
       "... nor with another bit");
    ok(ic_cosign_note(arena, text, ic_str(""), ic_str("N1"), key).data
       == NULL, "... nor without it");
    ok(ic_cosign_node(ic_str("interconn/")).data == NULL
       && ic_cosign_node(ic_str("interconn/a/b")).data == NULL
       && ic_cosign_node(ic_str("other/a")).data == NULL
       && ic_str_is(ic_cosign_node(ic_str("interconn/a")), "a"),
       "... names of nodes");
}


/* What a log keeps: each once, in whole frames, and it verifies. */

static void
keeping(void)
{
    int                  count;
    char                 dir[64], path[128];
    FILE                *file;
    EVP_PKEY            *own, *peer;
    ic_log_t            *log;
    ic_str_t             line, note[2];
    ic_head_t            head;
    ic_hash_t            proof[IC_TREE_LEVELS];
    struct stat          st;
    ic_verify_t          verify;
    ic_verify_result_t   result;

    own = EVP_EC_gen("P-256");
    peer = EVP_EC_gen("P-256");
    snprintf(dir, sizeof(dir), "%s/log", folder);
    snprintf(path, sizeof(path), "%s/cosigned/0000000000000000", dir);
    log = log_of(dir, own, peer, note, &head);

    if (log == NULL) {
        ok(0, "a log: %s", error);
        return;
    }

    count = ic_log_proof(log, 1, proof, error);
    ok(count == 1, "a proof from the last head");
    ok(ic_log_cosigned(log, note[0], 1, pem_of(peer), error) == 0
       && stat(path, &st) == 0, "a cosigned head is kept");
    count = (int) st.st_size;
    ok(ic_log_cosigned(log, note[0], 1, pem_of(peer), error) == 0
       && stat(path, &st) == 0 && st.st_size == count, "... once");

    /* half a frame, of a death */

    file = fopen(path, "ab");
    fputs("half of a frame", file);
    fclose(file);
    ok(ic_log_cosigned(log, note[1], 2, pem_of(peer), error) == 0,
       "the next one after a death");
    ok(ic_log_peer(log, ic_str("N1"), note[0], error) == 0,
       "a partner's head");
    ok(ic_log_peer(log, ic_str("../N1"), note[0], error) != 0,
       "... of nobody who is no node");

    memset(&verify, 0, sizeof(ic_verify_t));
    verify.dir = dir;
    verify.witnesses = 1;
    ok(ic_verify_log(&verify, &result) == IC_VERIFY_GOOD
       && result.cosignatures == 2 && result.cosigners == 1
       && result.cosigned == 2 && result.cosigned_time == 1001,
       "all of it verifies %s", result.finding);
    verify.witnesses = 2;
    ok(ic_verify_log(&verify, &result) == IC_VERIFY_INCOMPLETE,
       "... for one partner");
    verify.witnesses = 0;

    /* signed by the node itself, as if it were another one's */

    line = ic_cosign(arena, &head, ic_str("N2"), own);
    note[0] = ic_cosign_note(arena, head.text, line, ic_str("N2"), own);
    (void) ic_log_cosigned(log, note[0], 2, pem_of(own), error);
    ok(ic_verify_log(&verify, &result) == IC_VERIFY_TAMPERED,
       "not by the node itself: %s", result.finding);

    ic_log_close(log);
    EVP_PKEY_free(own);
    EVP_PKEY_free(peer);
}


/* A proof that does not hold is not shown to anybody; what is damaged, not
 * cut short, is not written over. */

static void
damaged(void)
{
    char         dir[64], path[128];
    FILE        *file;
    long         size;
    EVP_PKEY    *own, *peer;
    ic_log_t    *log;
    unsigned     i;
    ic_str_t     note[2];
    ic_head_t    head;
    ic_hash_t    proof[IC_TREE_LEVELS];
    struct stat  st;

    own = EVP_EC_gen("P-256");
    peer = EVP_EC_gen("P-256");
    snprintf(dir, sizeof(dir), "%s/damaged", folder);
    log = log_of(dir, own, peer, note, &head);

    if (log == NULL) {
        ok(0, "a log: %s", error);
        return;
    }

    for (i = 0; i < 2; i++) {
        snprintf(path, sizeof(path), "%s/tile/0/000.p/2", dir);
        file = fopen(path, "r+b");

        if (file == NULL) {
            ok(0, "%s", path);
            break;
        }

        fseek(file, 32 * i + 5, SEEK_SET);
        size = getc(file);
        fseek(file, 32 * i + 5, SEEK_SET);
        putc((int) size ^ 1, file);
        fclose(file);
        ok(ic_log_proof(log, 1, proof, error) == -1
           && strstr(error, "fsck") != NULL,
           "no proof from a tile with a wrong hash %u: %s", i, error);

        file = fopen(path, "r+b");
        fseek(file, 32 * i + 5, SEEK_SET);
        putc((int) size, file);
        fclose(file);
    }

    ok(ic_log_proof(log, 1, proof, error) == 1, "... but from the right one");

    (void) ic_log_cosigned(log, note[0], 1, pem_of(peer), error);
    snprintf(path, sizeof(path), "%s/cosigned/0000000000000000", dir);
    file = fopen(path, "ab");

    for (i = 0; i < 10000; i++) {
        putc(0, file);
    }

    size = ftell(file);
    fclose(file);
    ok(ic_log_cosigned(log, note[1], 2, pem_of(peer), error) != 0
       && stat(path, &st) == 0 && st.st_size == size,
       "more damage than a death leaves stays to be seen: %s", error);

    ic_log_close(log);
    EVP_PKEY_free(own);
    EVP_PKEY_free(peer);
}


/* With two heads, each cosigned; head: the last one. */

static ic_log_t *
log_of(const char *dir, EVP_PKEY *own, EVP_PKEY *peer, ic_str_t note[2],
    ic_head_t *head)
{
    ic_log_t    *log;
    ic_str_t     line;
    unsigned     i;
    ic_entry_t   entry;

    log = ic_log_open(dir, ic_str("N2"), "sm3", 0, error);

    for (i = 0; log != NULL && i < 2; i++) {
        memset(&entry, 0, sizeof(ic_entry_t));
        entry.code = ic_str("JOB_CREATED");
        entry.subject = ic_str("job:J1");
        entry.src = ic_str_fmt(arena, "%u-0", i + 1);
        (void) ic_log_add(log, &entry, error);
        /* the clock goes back, heads do not */
        (void) ic_log_seal(log, 1001 - i, own, pem_of(own), error);
        (void) ic_head_parse(arena, ic_str_dup(arena, ic_log_head(log)),
                             head);
        line = ic_cosign(arena, head, ic_str("N1"), peer);
        note[i] = ic_cosign_note(arena, head->text, line, ic_str("N1"),
                                 peer);
    }

    return log;
}


static ic_str_t
pem_of(EVP_PKEY *key)
{
    BIO       *bio;
    char      *data;
    long       len;
    ic_str_t   pem;

    bio = BIO_new(BIO_s_mem());
    (void) PEM_write_bio_PUBKEY(bio, key);
    len = BIO_get_mem_data(bio, &data);
    pem = ic_str_dup(arena, ic_str_n(data, (size_t) len));
    BIO_free(bio);

    return pem;
}


static int
removed(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    return remove(path);
}
