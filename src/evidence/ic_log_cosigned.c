
/* What partners have to do with a log: cosignatures, heads of their logs. */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "ic_log_state.h"


#define COSIGNED_NOTE  8192      /* bytes of a head and a line of a partner */


static int cosigned_read(void *data, unsigned level, uint64_t index,
    ic_hash_t *hash);
static int cosigned_root(ic_log_t *log, uint64_t size, ic_hash_t *root);
static int cosigned_folder(ic_log_t *log, const char *name, char *error);
static int cosigned_end(ic_log_t *log, const char *path, ic_str_t note,
    uint64_t *end);
static int cosigned_append(ic_log_t *log, const char *path, ic_str_t note,
    uint64_t end);


int
ic_log_proof(ic_log_t *log, uint64_t first, ic_hash_t proof[IC_TREE_LEVELS],
    char *error)
{
    int        count;
    ic_hash_t  old, root;

    count = ic_tree_consistency(log->hasher, cosigned_read, log, first,
                                log->sealed.size, proof);

    if (count < 0) {
        return ic_log_fail(log, error, "tile", strerror(errno));
    }

    /* who is shown one that does not hold takes it for another history */

    if (first != 0
        && (cosigned_root(log, first, &old) != 0
            || ic_tree_root(log->hasher, &log->sealed, &root) != 0
            || !ic_tree_consistent(log->hasher, first, &old,
                                   log->sealed.size, &root, proof,
                                   (unsigned) count)))
    {
        return ic_log_fail(log, error, "tile", "one is damaged: stop the "
                           "notary and run interconnctl evidence fsck "
                           "--repair");
    }

    return count;
}


/* The root over the first entries, by complete subtrees from the right. */

static int
cosigned_root(ic_log_t *log, uint64_t size, ic_hash_t *root)
{
    bool       begun;
    unsigned   level;
    ic_hash_t  left;

    begun = false;

    for (level = 0; size >> level != 0; level++) {

        if ((size >> level & 1) == 0) {
            continue;
        }

        if (cosigned_read(log, level, (size >> level) - 1, &left) != 0
            || (begun && ic_tree_node(log->hasher, &left, root, &left) != 0))
        {
            return -1;
        }

        *root = left;
        begun = true;
    }

    return 0;
}


static int
cosigned_read(void *data, unsigned level, uint64_t index, ic_hash_t *hash)
{
    ic_log_t  *log = data;

    return ic_tiles_node(&log->tiles, log->sealed.size, level, index, hash);
}


int
ic_log_cosigned(ic_log_t *log, ic_str_t note, uint64_t size,
    ic_str_t credential, char *error)
{
    int       rc;
    char      path[PATH_MAX], digest[IC_HASH_HEX];
    uint64_t  end;

    ic_sha256_hex(digest, credential.data, credential.len);

    if (cosigned_folder(log, "cosigned", error) != 0
        || ic_log_key(log, digest, credential, error) != 0)
    {
        return -1;
    }

    if (ic_log_path(log->dir, path, "cosigned/%016llx",
                    (unsigned long long) (size / IC_LOG_COSIGNED
                                          * IC_LOG_COSIGNED))
        != 0)
    {
        return ic_log_fail(log, error, "cosigned", strerror(errno));
    }

    rc = cosigned_end(log, path, note, &end);

    if (rc == 0) {
        rc = cosigned_append(log, path, note, end);
    }

    return (rc == 0 || rc == 1) ? 0
           : ic_log_fail(log, error, "cosigned", errno == EBADMSG
                         ? "is damaged: keep it elsewhere, as evidence"
                         : strerror(errno));
}


/* Made when there is something to put there. */

static int
cosigned_folder(ic_log_t *log, const char *name, char *error)
{
    int   fd;
    char  path[PATH_MAX];

    if (ic_log_path(log->dir, path, "%s", name) == 0
        && (mkdir(path, 0755) == 0 || errno == EEXIST))
    {
        fd = open(log->dir, O_RDONLY|O_DIRECTORY|O_CLOEXEC);

        if (fd >= 0) {
            (void) fsync(fd);
            close(fd);
        }

        return 0;
    }

    return ic_log_fail(log, error, name, strerror(errno));
}


/*
 * Where the whole frames of a file end: what a death left behind them, which
 * is one frame at most, is written over; more than that is damage, and stays
 * to be seen. 1: the note is one of them; 0, or -1 with errno.
 */

static int
cosigned_end(ic_log_t *log, const char *path, ic_str_t note, uint64_t *end)
{
    int           rc, found;
    struct stat   st;
    ic_str_t      bytes;
    ic_hash_t     hash;
    ic_frames_t  *frames;

    *end = 0;
    frames = ic_frames_open(path, 0);

    if (frames == NULL) {
        return (errno == ENOENT) ? 0 : -1;
    }

    found = 0;

    do {
        *end = ic_frames_offset(frames);
        rc = ic_frames_next(frames, log->hasher, &bytes, &hash);
        found |= rc == 1 && ic_str_eq(bytes, note);

    } while (rc == 1);

    ic_frames_close(frames);

    if (rc == -2
        && (stat(path, &st) != 0
            || (uint64_t) st.st_size > *end + IC_FRAME_HEAD
                                       + COSIGNED_NOTE))
    {
        errno = EBADMSG;
        return -1;
    }

    return (rc == -3) ? -1 : found;
}


static int
cosigned_append(ic_log_t *log, const char *path, ic_str_t note, uint64_t end)
{
    int        fd, rc;
    u_char     head[IC_FRAME_HEAD];
    ic_hash_t  hash;

    errno = EIO;

    if (ic_tree_leaf(log->hasher, note, &hash) != 0
        || (fd = open(path, O_WRONLY|O_CREAT|O_CLOEXEC, 0644)) < 0)
    {
        return -1;
    }

    ic_frame_head(head, note.len, &hash);

    rc = ftruncate(fd, (off_t) end) != 0
         || lseek(fd, 0, SEEK_END) < 0
         || ic_log_write(fd, head, sizeof(head)) != 0
         || ic_log_write(fd, note.data, note.len) != 0
         || fsync(fd) != 0;
    close(fd);

    return rc ? -1 : 0;
}


int
ic_log_peer(ic_log_t *log, ic_str_t node_id, ic_str_t note, char *error)
{
    char  name[sizeof("peers/") + IC_ID_MAX];

    if (!ic_id_valid(node_id)) {
        return ic_log_fail(log, error, "peers", "no id of a node");
    }

    if (cosigned_folder(log, "peers", error) != 0) {
        return -1;
    }

    snprintf(name, sizeof(name), "peers/%.*s", (int) node_id.len,
             node_id.data);

    return ic_log_file(log, name, note, true, error);
}
