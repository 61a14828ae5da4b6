
/* Writing a bundle: the log is read twice, what belongs is shown. */


#include <errno.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "ic_belongs.h"
#include "ic_bundle_cosigned.h"
#include "ic_tiles.h"


#define WRITE_TRIES  5           /* of a log that grows meanwhile */


typedef struct {
    const char          *dir;
    FILE                *out;
    ic_bundle_told_t    *told;
    ic_verify_result_t  *result;
    ic_belongs_t        *belongs;
    ic_arena_t          *arena;          /* of one line */
    ic_arena_t          *head_arena;
    EVP_MD_CTX          *digest;
    ic_tiles_t           tiles;
    ic_str_t             note;
    ic_head_t            head;
} bundle_write_t;


static ic_verify_e write_begin(bundle_write_t *bundle, ic_str_t about);
static ic_verify_e write_look(bundle_write_t *bundle);
static int write_belongs(void *data, const ic_entry_t *entry, char *finding);
static ic_verify_e write_head(bundle_write_t *bundle);
static ic_verify_e write_all(bundle_write_t *bundle, ic_str_t about);
static ic_verify_e write_trust(bundle_write_t *bundle);
static ic_verify_e write_cosigned(bundle_write_t *bundle,
    const ic_cosigned_t *cosigned);
static ic_verify_e write_entries(bundle_write_t *bundle);
static ic_verify_e write_segment(bundle_write_t *bundle, uint64_t first);
static ic_verify_e write_entry(bundle_write_t *bundle, ic_str_t text,
    const ic_hash_t *leaf, uint64_t seq);
static ic_verify_e write_last(bundle_write_t *bundle);
static ic_verify_e write_line(bundle_write_t *bundle,
    const ic_bundle_line_t *line);
static int write_node(void *data, unsigned level, uint64_t index,
    ic_hash_t *hash);
static ic_verify_e write_fail(bundle_write_t *bundle, ic_verify_e rc,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));


ic_verify_e
ic_bundle_write(const char *dir, ic_str_t about, FILE *out,
    ic_bundle_told_t *told, ic_verify_result_t *result)
{
    ic_verify_e      rc;
    bundle_write_t  *bundle;

    memset(told, 0, sizeof(ic_bundle_told_t));
    memset(result, 0, sizeof(ic_verify_result_t));
    bundle = calloc(1, sizeof(bundle_write_t));

    if (bundle == NULL) {
        return IC_VERIFY_IMPOSSIBLE;
    }

    bundle->dir = dir;
    bundle->out = out;
    bundle->told = told;
    bundle->result = result;
    bundle->arena = ic_pool_create();
    bundle->head_arena = ic_pool_create();
    bundle->digest = EVP_MD_CTX_new();

    rc = (bundle->arena == NULL || bundle->head_arena == NULL
          || bundle->digest == NULL
          || EVP_DigestInit_ex(bundle->digest, EVP_sha256(), NULL) != 1)
         ? write_fail(bundle, IC_VERIFY_IMPOSSIBLE, "memory is short")
         : write_begin(bundle, about);

    if (rc == IC_VERIFY_GOOD) {
        rc = write_all(bundle, about);
    }

    ic_hasher_free(bundle->tiles.hasher);
    EVP_MD_CTX_free(bundle->digest);
    ic_belongs_free(bundle->belongs);

    if (bundle->arena != NULL) {
        ic_pool_destroy(bundle->arena);
    }

    if (bundle->head_arena != NULL) {
        ic_pool_destroy(bundle->head_arena);
    }

    free(bundle);

    return rc;
}


/* Nobody is given a part of a log that is not good. */

static ic_verify_e
write_begin(bundle_write_t *bundle, ic_str_t about)
{
    unsigned     tries;
    ic_verify_e  rc;

    for (tries = 0; tries < WRITE_TRIES; tries++) {
        rc = write_look(bundle);

        if (rc == IC_VERIFY_GOOD) {
            rc = write_head(bundle);
        }

        if (rc == IC_VERIFY_GOOD || !bundle->result->grew) {
            break;
        }
    }

    if (rc != IC_VERIFY_GOOD) {
        return rc;
    }

    bundle->told->subjects = ic_belongs_find(bundle->belongs, about);

    if (bundle->told->subjects == 0) {
        return write_fail(bundle, IC_VERIFY_INCOMPLETE, "no entry is about "
                          "%.*s", (int) about.len, about.data);
    }

    bundle->tiles.dir = bundle->dir;
    bundle->tiles.hasher = ic_hasher(bundle->result->about.hash);

    return (bundle->tiles.hasher != NULL) ? IC_VERIFY_GOOD
           : write_fail(bundle, IC_VERIFY_IMPOSSIBLE, "memory is short");
}


static ic_verify_e
write_look(bundle_write_t *bundle)
{
    ic_verify_t  verify;

    ic_belongs_free(bundle->belongs);
    bundle->belongs = ic_belongs();

    if (bundle->belongs == NULL) {
        return write_fail(bundle, IC_VERIFY_IMPOSSIBLE, "memory is short");
    }

    memset(&verify, 0, sizeof(ic_verify_t));
    verify.dir = bundle->dir;
    verify.entry = write_belongs;
    verify.data = bundle->belongs;

    return ic_verify_log(&verify, bundle->result);
}


static int
write_belongs(void *data, const ic_entry_t *entry, char *finding)
{
    if (ic_belongs_entry(data, entry) == 0) {
        return 0;
    }

    snprintf(finding, IC_LOG_ERROR, "memory is short");

    return -1;
}


/* That of the entries that were looked at. */

static ic_verify_e
write_head(bundle_write_t *bundle)
{
    char         path[PATH_MAX], note[IC_HEAD_MAX];
    FILE        *file;
    size_t       n;
    const char  *why;

    (void) ic_log_path(bundle->dir, path, "checkpoint");
    file = fopen(path, "re");

    if (file == NULL) {
        return write_fail(bundle, IC_VERIFY_INCOMPLETE, "checkpoint: %s",
                          strerror(errno));
    }

    n = fread(note, 1, sizeof(note), file);
    fclose(file);
    ic_pool_reset(bundle->head_arena);
    bundle->note = ic_str_dup(bundle->head_arena, ic_str_n(note, n));
    why = (bundle->note.data == NULL) ? "memory is short"
          : ic_head_parse(bundle->head_arena, bundle->note, &bundle->head);

    if (why != NULL) {
        return write_fail(bundle, IC_VERIFY_TAMPERED, "checkpoint: %s", why);
    }

    bundle->result->grew = bundle->head.size != bundle->result->entries;
    bundle->told->size = bundle->head.size;

    return !bundle->result->grew ? IC_VERIFY_GOOD
           : write_fail(bundle, IC_VERIFY_IMPOSSIBLE, "the log grows faster "
                        "than it is read: take a copy");
}


static ic_verify_e
write_all(bundle_write_t *bundle, ic_str_t about)
{
    ic_verify_e       rc;
    ic_bundle_line_t  line;

    snprintf(bundle->told->about, sizeof(bundle->told->about), "%.*s",
             (int) about.len, about.data);
    memset(&line, 0, sizeof(ic_bundle_line_t));
    line.kind = IC_BUNDLE_FIRST;
    line.text = about;
    line.log_id = ic_str(bundle->result->about.log_id);
    line.node_id = ic_str(bundle->result->about.node_id);
    line.hash = ic_str(bundle->result->about.hash);
    rc = write_line(bundle, &line);

    if (rc == IC_VERIFY_GOOD) {
        line.kind = IC_BUNDLE_HEAD;
        line.text = bundle->note;
        rc = write_line(bundle, &line);
    }

    if (rc == IC_VERIFY_GOOD) {
        rc = write_trust(bundle);
    }

    if (rc == IC_VERIFY_GOOD) {
        rc = write_entries(bundle);
    }

    return (rc == IC_VERIFY_GOOD) ? write_last(bundle) : rc;
}


/* Credentials, and what partners have signed. */

static ic_verify_e
write_trust(bundle_write_t *bundle)
{
    unsigned           i;
    ic_verify_e        rc;
    ic_cosigned_t     *list;
    ic_bundle_line_t   line;

    list = ic_alloc(bundle->head_arena, sizeof(ic_cosigned_t)
                                        * IC_BUNDLE_COSIGNED);
    memset(&line, 0, sizeof(ic_bundle_line_t));
    line.kind = IC_BUNDLE_CREDENTIAL;
    line.text = ic_cosigned_credential(bundle->dir, bundle->head_arena,
                                       bundle->head.key);

    if (list == NULL || line.text.data == NULL) {
        return write_fail(bundle, IC_VERIFY_INCOMPLETE, "keys/%.*s: %s",
                          (int) bundle->head.key.len, bundle->head.key.data,
                          strerror(errno));
    }

    rc = ic_cosigned_read(bundle->dir, bundle->tiles.hasher,
                          bundle->head_arena, &bundle->head, list,
                          &bundle->told->ncosigned,
                          bundle->result->finding);

    if (rc == IC_VERIFY_GOOD) {
        rc = write_line(bundle, &line);
    }

    for (i = 0; rc == IC_VERIFY_GOOD && i < bundle->told->ncosigned; i++) {
        if (!ic_cosigned_shares(list, i, line.text)) {
            ic_bundle_line_t  other = line;

            other.text = list[i].credential;
            rc = write_line(bundle, &other);
        }
    }

    for (i = 0; rc == IC_VERIFY_GOOD && i < bundle->told->ncosigned; i++) {
        bundle->told->cosigned[i] = list[i].who;
        rc = write_cosigned(bundle, &list[i]);
    }

    return rc;
}


static ic_verify_e
write_cosigned(bundle_write_t *bundle, const ic_cosigned_t *cosigned)
{
    int               count;
    ic_bundle_line_t  line;

    memset(&line, 0, sizeof(ic_bundle_line_t));
    line.kind = IC_BUNDLE_COSIGN;
    line.text = cosigned->note;
    count = ic_tree_consistency(bundle->tiles.hasher, write_node, bundle,
                                cosigned->head.size, bundle->head.size,
                                line.proof);
    line.count = (count < 0) ? 0 : (unsigned) count;

    if (count < 0
        || !ic_tree_consistent(bundle->tiles.hasher, cosigned->head.size,
                               &cosigned->head.root, bundle->head.size,
                               &bundle->head.root, line.proof, line.count))
    {
        return write_fail(bundle, IC_VERIFY_TAMPERED, "the log does not go "
                          "on from the head of size %llu that %s has signed",
                          (unsigned long long) cosigned->head.size,
                          cosigned->who.node_id);
    }

    return write_line(bundle, &line);
}


static ic_verify_e
write_entries(bundle_write_t *bundle)
{
    int           n, i;
    uint64_t     *first;
    ic_verify_e   rc;

    n = ic_log_segments(bundle->dir, bundle->head_arena, &first);
    rc = (n < 0) ? write_fail(bundle, IC_VERIFY_INCOMPLETE, "entries: %s",
                              strerror(errno)) : IC_VERIFY_GOOD;

    for (i = 0; i < n && rc == IC_VERIFY_GOOD; i++) {
        rc = write_segment(bundle, first[i]);
    }

    return rc;
}


static ic_verify_e
write_segment(bundle_write_t *bundle, uint64_t first)
{
    char          path[PATH_MAX];
    uint64_t      seq;
    ic_str_t      bytes;
    ic_hash_t     leaf;
    ic_verify_e   rc;
    ic_frames_t  *frames;

    (void) ic_log_path(bundle->dir, path, "entries/%016llx",
                       (unsigned long long) first);
    frames = ic_frames_open(path, 0);

    if (frames == NULL) {
        return write_fail(bundle, IC_VERIFY_IMPOSSIBLE, "%s: %s", path,
                          strerror(errno));
    }

    rc = IC_VERIFY_GOOD;

    for (seq = first; rc == IC_VERIFY_GOOD && seq < bundle->head.size
                      && ic_frames_next(frames, bundle->tiles.hasher, &bytes,
                                        &leaf) == 1;
         seq++)
    {
        rc = write_entry(bundle, bytes, &leaf, seq);
    }

    ic_frames_close(frames);

    return rc;
}


static ic_verify_e
write_entry(bundle_write_t *bundle, ic_str_t text, const ic_hash_t *leaf,
    uint64_t seq)
{
    int               count;
    ic_entry_t        entry;
    ic_bundle_line_t  line;

    ic_pool_reset(bundle->arena);

    if (ic_entry_parse(bundle->arena, text, &entry) == NULL
        && !ic_belongs_has(bundle->belongs, entry.subject))
    {
        return IC_VERIFY_GOOD;
    }

    memset(&line, 0, sizeof(ic_bundle_line_t));
    line.kind = IC_BUNDLE_ENTRY;
    line.text = text;
    count = ic_tree_inclusion(bundle->tiles.hasher, write_node, bundle, seq,
                              bundle->head.size, line.proof);
    line.count = (count < 0) ? 0 : (unsigned) count;

    if (count < 0) {
        return write_fail(bundle, IC_VERIFY_INCOMPLETE, "tile: %s; "
                          "interconnctl evidence fsck --repair makes them "
                          "again", strerror(errno));
    }

    if (!ic_tree_includes(bundle->tiles.hasher, leaf, seq, bundle->head.size,
                          line.proof, line.count, &bundle->head.root))
    {
        return write_fail(bundle, IC_VERIFY_TAMPERED, "entry %llu: is not "
                          "under the head", (unsigned long long) seq);
    }

    bundle->told->entries++;

    return write_line(bundle, &line);
}


static ic_verify_e
write_last(bundle_write_t *bundle)
{
    char              hex[IC_HASH_HEX];
    u_char            digest[32];
    ic_bundle_line_t  line;

    memset(&line, 0, sizeof(ic_bundle_line_t));

    if (EVP_DigestFinal_ex(bundle->digest, digest, NULL) != 1) {
        return write_fail(bundle, IC_VERIFY_IMPOSSIBLE, "memory is short");
    }

    ic_hex(hex, digest, sizeof(digest));
    line.kind = IC_BUNDLE_LAST;
    line.text = ic_str(hex);
    line.entries = bundle->told->entries;

    return write_line(bundle, &line);
}


static ic_verify_e
write_line(bundle_write_t *bundle, const ic_bundle_line_t *line)
{
    ic_str_t  text;

    text = ic_bundle_line(bundle->arena, line);

    if (text.data == NULL) {
        return write_fail(bundle, IC_VERIFY_IMPOSSIBLE, "memory is short");
    }

    if (line->kind != IC_BUNDLE_LAST
        && (EVP_DigestUpdate(bundle->digest, text.data, text.len) != 1
            || EVP_DigestUpdate(bundle->digest, "\n", 1) != 1))
    {
        return write_fail(bundle, IC_VERIFY_IMPOSSIBLE, "memory is short");
    }

    if (fwrite(text.data, 1, text.len, bundle->out) != text.len
        || putc('\n', bundle->out) == EOF)
    {
        return write_fail(bundle, IC_VERIFY_IMPOSSIBLE, "%s",
                          strerror(errno));
    }

    return IC_VERIFY_GOOD;
}


static int
write_node(void *data, unsigned level, uint64_t index, ic_hash_t *hash)
{
    bundle_write_t  *bundle = data;

    return ic_tiles_node(&bundle->tiles, bundle->head.size, level, index,
                         hash);
}


static ic_verify_e
write_fail(bundle_write_t *bundle, ic_verify_e rc, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    vsnprintf(bundle->result->finding, sizeof(bundle->result->finding), fmt,
              args);
    va_end(args);

    return rc;
}
