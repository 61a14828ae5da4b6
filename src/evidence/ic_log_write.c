
/* Adding entries to the log, and sealing what was added. */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "ic_log_state.h"


static int write_entry(ic_log_t *log, const ic_entry_t *entry, char *error);
static int write_batch(ic_log_t *log, char *error);
static int write_read_back(ic_log_t *log, ic_tree_t *tree, char *error);
static int write_head(ic_log_t *log, const ic_tree_t *tree, int64_t time,
    EVP_PKEY *key, const char *digest, char *error);
static int write_head_note(ic_log_t *log, ic_str_t note, char *error);


int
ic_log_add(ic_log_t *log, ic_entry_t *entry, char *error)
{
    int  rc;

    if (log->broken) {
        return ic_log_fail(log, error, "entries", "was not written before");
    }

    ic_pool_reset(log->arena);

    if (log->batch.len == 0 && log->offset >= IC_LOG_SEGMENT
        && ic_log_segment(log, log->tree.size, error) != 0)
    {
        log->broken = 1;
        return -1;
    }

    entry->seq = log->tree.size;
    entry->node = ic_str(log->about.node_id);
    rc = ic_log_index_prev(log, entry->subject, &entry->prev);
    entry->has_prev = rc == 1;

    if (rc < 0) {
        (void) ic_log_fail(log, error, "index", sqlite3_errmsg(log->index));

    } else {
        rc = write_entry(log, entry, error);
    }

    log->broken = rc < 0;

    return log->broken ? -1 : 0;
}


static int
write_entry(ic_log_t *log, const ic_entry_t *entry, char *error)
{
    u_char     head[IC_FRAME_HEAD];
    ic_str_t   text;
    ic_hash_t  hash;

    text = ic_entry_text(log->arena, entry);

    if (text.data == NULL
        || ic_tree_leaf(log->hasher, text, &hash) != 0)
    {
        return ic_log_fail(log, error, "entries",
                           "an entry is longer than it may be");
    }

    ic_frame_head(head, text.len, &hash);

    if (ic_log_append(&log->batch, head, sizeof(head)) != 0
        || ic_log_append(&log->batch, text.data, text.len) != 0)
    {
        return ic_log_fail(log, error, "entries", "memory is short");
    }

    if (ic_log_index_put(log, entry->subject, &hash) != 0) {
        return ic_log_fail(log, error, "index", sqlite3_errmsg(log->index));
    }

    if (ic_tree_add(log->hasher, &log->tree, 0, &hash) != 0) {
        return ic_log_fail(log, error, "tile", "the hash failed");
    }

    snprintf(log->last, sizeof(log->last), "%.*s", (int) entry->src.len,
             entry->src.data);

    return 0;
}


int
ic_log_seal(ic_log_t *log, int64_t time, EVP_PKEY *key, ic_str_t credential,
    char *error)
{
    char       digest[IC_HASH_HEX];
    ic_tree_t  tree;

    if (log->broken) {
        return ic_log_fail(log, error, "entries", "was not written before");
    }

    ic_pool_reset(log->arena);
    ic_sha256_hex(digest, credential.data, credential.len);

    /* every step before the next: nothing is signed that is not durable */

    if (write_batch(log, error) != 0
        || write_read_back(log, &tree, error) != 0
        || ic_log_key(log, digest, credential, error) != 0
        || write_head(log, &tree, time, key, digest, error) != 0)
    {
        log->broken = 1;
        return -1;
    }

    log->sealed = tree;
    log->offset += log->batch.len;
    log->batch.len = 0;

    if (ic_log_index_commit(log, tree.size, log->segment) != 0) {
        log->broken = 1;
        return ic_log_fail(log, error, "index", sqlite3_errmsg(log->index));
    }

    return 0;
}


static int
write_batch(ic_log_t *log, char *error)
{
    if (ic_log_write(log->entries, log->batch.data, log->batch.len) != 0
        || fdatasync(log->entries) != 0)
    {
        return ic_log_fail(log, error, "entries", strerror(errno));
    }

    /* so that reading back reads the disk */
    (void) posix_fadvise(log->entries, (off_t) log->offset,
                         (off_t) log->batch.len, POSIX_FADV_DONTNEED);

    return 0;
}


/* The tree that the disk's bytes make, which must be the one in memory. */

static int
write_read_back(ic_log_t *log, ic_tree_t *tree, char *error)
{
    int           rc;
    char          path[PATH_MAX];
    ic_str_t      bytes;
    uint64_t      end;
    ic_hash_t     hash, one, other;
    ic_frames_t  *frames;

    *tree = log->sealed;
    end = log->offset + log->batch.len;
    (void) ic_log_path(log->dir, path, "entries/%016llx",
                       (unsigned long long) log->segment);
    frames = ic_frames_open(path, log->offset);

    if (frames == NULL) {
        return ic_log_fail(log, error, "entries", strerror(errno));
    }

    rc = 1;

    while (rc == 1 && ic_frames_offset(frames) < end) {
        rc = ic_frames_next(frames, log->hasher, &bytes, &hash);

        if (rc == 1
            && (ic_tiles_add(&log->tiles, tree->size, &hash) != 0
                || ic_tree_add(log->hasher, tree, 0, &hash) != 0))
        {
            rc = -3;
        }
    }

    ic_frames_close(frames);

    if (rc == -3) {
        return ic_log_fail(log, error, "tile", strerror(errno));
    }

    if (rc != 1 || tree->size != log->tree.size
        || ic_tree_root(log->hasher, tree, &one) != 0
        || ic_tree_root(log->hasher, &log->tree, &other) != 0
        || !ic_hash_eq(&one, &other))
    {
        return ic_log_fail(log, error, "entries", "the disk does not give "
                           "back what was written; nothing was signed");
    }

    return 0;
}


static int
write_head(ic_log_t *log, const ic_tree_t *tree, int64_t time,
    EVP_PKEY *key, const char *digest, char *error)
{
    ic_str_t   text, line, note;
    ic_head_t  head, last;

    memset(&head, 0, sizeof(ic_head_t));
    head.origin = ic_log_origin(log->arena, &log->about);
    head.size = tree->size;
    head.time = time;
    head.key = ic_str(digest);

    /* a clock that was put back makes no head older than the one before */

    if (log->head.len != 0
        && ic_head_parse(log->arena, ic_log_head(log), &last) == NULL
        && last.time > time)
    {
        head.time = last.time;
    }

    if (ic_tree_root(log->hasher, tree, &head.root) != 0
        || ic_tiles_partial(&log->tiles, tree->size) != 0)
    {
        return ic_log_fail(log, error, "tile", strerror(errno));
    }

    text = ic_head_text(log->arena, &head);
    line = ic_head_sign(log->arena, text, head.origin, key);
    note = ic_str_fmt(log->arena, "%.*s\n%.*s", (int) text.len, text.data,
                      (int) line.len, line.data);

    if (text.data == NULL || line.data == NULL || note.data == NULL) {
        return ic_log_fail(log, error, "heads", "the key does not sign");
    }

    return write_head_note(log, note, error);
}


/* Durable, then public. */

static int
write_head_note(ic_log_t *log, ic_str_t note, char *error)
{
    u_char     head[IC_FRAME_HEAD];
    ic_hash_t  hash;

    if (ic_tree_leaf(log->hasher, note, &hash) != 0) {
        return ic_log_fail(log, error, "heads", "the hash failed");
    }

    ic_frame_head(head, note.len, &hash);
    log->head.len = 0;

    if (ic_log_append(&log->head, head, sizeof(head)) != 0
        || ic_log_append(&log->head, note.data, note.len) != 0
        || ic_log_write(log->heads, log->head.data, log->head.len) != 0
        || fdatasync(log->heads) != 0)
    {
        return ic_log_fail(log, error, "heads", strerror(errno));
    }

    log->head.len = 0;
    (void) ic_log_append(&log->head, note.data, note.len);

    return ic_log_publish(log, error);
}


int
ic_log_publish(ic_log_t *log, char *error)
{
    return ic_log_file(log, "checkpoint", ic_log_head(log), false, error);
}


int
ic_log_key(ic_log_t *log, const char *digest, ic_str_t credential,
    char *error)
{
    char  path[PATH_MAX], name[80];

    snprintf(name, sizeof(name), "keys/%s", digest);

    if (ic_log_path(log->dir, path, "%s", name) != 0) {
        return ic_log_fail(log, error, name, strerror(errno));
    }

    return (access(path, F_OK) == 0)
           ? 0 : ic_log_file(log, name, credential, true, error);
}


int
ic_log_file(ic_log_t *log, const char *name, ic_str_t text, bool last,
    char *error)
{
    int   fd, rc;
    char  path[PATH_MAX], temporary[PATH_MAX], *slash;

    if (ic_log_path(log->dir, path, "%s", name) != 0
        || ic_log_path(log->dir, temporary, "%s.new", name) != 0
        || (fd = open(temporary, O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0644))
           < 0)
    {
        return ic_log_fail(log, error, name, strerror(errno));
    }

    rc = (ic_log_write(fd, text.data, text.len) != 0 || fdatasync(fd) != 0);
    close(fd);

    if (rc != 0 || rename(temporary, path) != 0) {
        return ic_log_fail(log, error, name, strerror(errno));
    }

    if (!last) {
        return 0;
    }

    slash = strrchr(path + strlen(log->dir), '/');
    *slash = '\0';

    return ic_log_sync(log, path + strlen(log->dir), error);
}


int
ic_log_sync(ic_log_t *log, const char *folder, char *error)
{
    int   fd, rc;
    char  path[PATH_MAX];

    if (ic_log_path(log->dir, path, "%s", folder) != 0
        || (fd = open(path, O_RDONLY|O_DIRECTORY|O_CLOEXEC)) < 0)
    {
        return ic_log_fail(log, error, folder, strerror(errno));
    }

    rc = fsync(fd);
    close(fd);

    return (rc == 0) ? 0 : ic_log_fail(log, error, folder, strerror(errno));
}


/*
 * What is never synced by itself, tiles and the index, is before the first
 * file that is written after them: whoever opens the log looks at the last
 * one only.
 */

int
ic_log_segment(ic_log_t *log, uint64_t first, char *error)
{
    int          fd[2];
    char         path[PATH_MAX];
    unsigned     i;
    struct stat  st;

    static const char *const  folders[] = { "entries", "heads" };

    if (first != log->segment && syncfs(log->lock) != 0) {
        return ic_log_fail(log, error, "tile", strerror(errno));
    }

    for (i = 0; i < 2; i++) {

        if (ic_log_path(log->dir, path, "%s/%016llx", folders[i],
                        (unsigned long long) first) != 0
            || (fd[i] = open(path, O_WRONLY|O_CREAT|O_APPEND|O_CLOEXEC,
                             0644)) < 0)
        {
            return ic_log_fail(log, error, folders[i], strerror(errno));
        }
    }

    if (log->entries >= 0) {
        close(log->entries);
        close(log->heads);
    }

    log->entries = fd[0];
    log->heads = fd[1];
    log->segment = first;
    log->offset = (fstat(fd[0], &st) == 0) ? (uint64_t) st.st_size : 0;

    return ic_log_sync(log, "entries", error) == 0
           && ic_log_sync(log, "heads", error) == 0 ? 0 : -1;
}
