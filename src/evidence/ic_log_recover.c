
/*
 * The state of a log that is there: what its last head says, found quickly
 * with tiles and index where these fit that head, else from the entries.
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "ic_log_state.h"


static int recover_head(ic_log_t *log, uint64_t segment, ic_head_t *head,
    char *error);
static int recover_checkpoint(ic_log_t *log, const ic_head_t *head,
    char *error);
static int recover_quick(ic_log_t *log, const ic_head_t *head,
    const uint64_t *first, unsigned n, char *error);
static int recover_slow(ic_log_t *log, const ic_head_t *head,
    const uint64_t *first, unsigned n, char *error);
static int recover_entries(ic_log_t *log, const ic_head_t *head,
    uint64_t known, const uint64_t *first, unsigned n, char *error);
static int recover_segment(ic_log_t *log, const ic_head_t *head,
    uint64_t known, uint64_t segment, char *error);
static int recover_entry(ic_log_t *log, const ic_head_t *head,
    uint64_t known, ic_str_t bytes, const ic_hash_t *hash);
static int recover_root(ic_log_t *log, const ic_head_t *head,
    const ic_tree_t *tree);
static int recover_cut(ic_log_t *log, const uint64_t *first, unsigned n,
    char *error);


int
ic_log_recover(ic_log_t *log, char *error)
{
    int         n, i;
    uint64_t   *first;
    ic_head_t   head;
    ic_arena_t *arena;

    memset(&head, 0, sizeof(ic_head_t));
    arena = ic_pool_create();
    n = (arena == NULL) ? -1 : ic_log_segments(log->dir, arena, &first);

    if (n < 0) {
        if (arena != NULL) {
            ic_pool_destroy(arena);
        }

        return ic_log_fail(log, error, "entries", strerror(errno));
    }

    /* the last file that has a head; a newer one was never sealed */

    for (i = n; i-- != 0 && log->head.len == 0; /* void */ ) {
        if (recover_head(log, first[i], &head, error) != 0) {
            ic_pool_destroy(arena);
            return -1;
        }
    }

    if (recover_checkpoint(log, &head, error) != 0) {
        i = -1;

    } else if (head.size == 0
               || recover_quick(log, &head, first, (unsigned) n, error) == 0)
    {
        i = 0;

    } else {
        i = recover_slow(log, &head, first, (unsigned) n, error);
    }

    if (i == 0) {
        i = recover_cut(log, first, (unsigned) n, error);
    }

    ic_pool_destroy(arena);

    return i;
}


/* The last head in a file of them; a torn one behind it is cut off. */

static int
recover_head(ic_log_t *log, uint64_t segment, ic_head_t *head, char *error)
{
    int           rc;
    char          path[PATH_MAX];
    ic_str_t      bytes;
    uint64_t      end;
    ic_hash_t     hash;
    const char   *why;
    ic_frames_t  *frames;

    (void) ic_log_path(log->dir, path, "heads/%016llx",
                       (unsigned long long) segment);
    frames = ic_frames_open(path, 0);

    if (frames == NULL) {
        return (errno == ENOENT) ? 0
               : ic_log_fail(log, error, "heads", strerror(errno));
    }

    while ((rc = ic_frames_next(frames, log->hasher, &bytes, &hash)) == 1) {
        log->head.len = 0;

        if (ic_log_append(&log->head, bytes.data, bytes.len) != 0) {
            break;
        }
    }

    end = ic_frames_offset(frames);
    ic_frames_close(frames);

    if (rc == 1 || rc == -3) {
        return ic_log_fail(log, error, "heads", "cannot be read");
    }

    if (rc != 0 && truncate(path, (off_t) end) != 0) {
        return ic_log_fail(log, error, "heads", strerror(errno));
    }

    if (log->head.len == 0) {
        return 0;
    }

    why = ic_head_parse(log->arena, ic_log_head(log), head);

    return (why == NULL) ? 0 : ic_log_fail(log, error, "heads", why);
}


/* What was published must still be there; what was not yet, is now. */

static int
recover_checkpoint(ic_log_t *log, const ic_head_t *head, char *error)
{
    char        path[PATH_MAX], note[IC_HEAD_MAX];
    FILE       *file;
    size_t      n;
    ic_head_t   published;

    n = 0;
    (void) ic_log_path(log->dir, path, "checkpoint");
    file = fopen(path, "re");

    if (file != NULL) {
        n = fread(note, 1, sizeof(note), file);
        fclose(file);
    }

    if (ic_head_parse(log->arena, ic_str_n(note, n), &published) != NULL) {
        published.size = 0;
    }

    if (head->size < log->least) {
        return ic_log_fail(log, error, "heads", "fewer entries are under "
                           "them than were sealed: put the whole log there");
    }

    if (published.size > head->size) {
        return ic_log_fail(log, error, "heads", "the last published head is "
                           "missing: the log is damaged; restore it, or "
                           "look with interconnctl evidence verify");
    }

    return (published.size == head->size) ? 0 : ic_log_publish(log, error);
}


static int
recover_root(ic_log_t *log, const ic_head_t *head, const ic_tree_t *tree)
{
    ic_hash_t  root;

    return tree->size == head->size
           && ic_tree_root(log->hasher, tree, &root) == 0
           && ic_hash_eq(&root, &head->root) ? 0 : -1;
}


/*
 * From the file that was written to when the index was: tiles and index of
 * earlier ones are on the disk, of this one perhaps not.
 */

static int
recover_quick(ic_log_t *log, const ic_head_t *head, const uint64_t *first,
    unsigned n, char *error)
{
    unsigned  i;
    uint64_t  known, segment;

    ic_log_index_place(log, &known, &segment);

    for (i = 0; i < n && first[i] != segment; i++) {
        /* void */
    }

    if (known == 0 || known > head->size || i == n
        || ic_tiles_load(&log->tiles, segment, &log->sealed) != 0)
    {
        return -1;
    }

    return recover_entries(log, head, known, first + i, n - i, error);
}


/* Tiles and index anew. */

static int
recover_slow(ic_log_t *log, const ic_head_t *head, const uint64_t *first,
    unsigned n, char *error)
{
    memset(&log->sealed, 0, sizeof(ic_tree_t));

    if (ic_log_index_clear(log) != 0) {
        return ic_log_fail(log, error, "index", sqlite3_errmsg(log->index));
    }

    return recover_entries(log, head, 0, first, n, error);
}


/*
 * All entries of those files; the index has the ones before known. Tiles that
 * are not made of them are written.
 */

static int
recover_entries(ic_log_t *log, const ic_head_t *head, uint64_t known,
    const uint64_t *first, unsigned n, char *error)
{
    int       rc;
    unsigned  i;

    rc = 0;
    log->tiles.put = ic_tiles_repair;

    for (i = 0; i < n && rc == 0 && log->sealed.size < head->size
                && first[i] == log->sealed.size; i++)
    {
        rc = recover_segment(log, head, known, first[i], error);
    }

    if (rc == 0 && recover_root(log, head, &log->sealed) != 0) {
        rc = ic_log_fail(log, error, "entries", "are not those that the "
                         "last head was signed over: the log is damaged; "
                         "restore it, or look with interconnctl evidence "
                         "verify");
    }

    if (rc == 0 && (ic_tiles_partial(&log->tiles, head->size) != 0
                    || ic_log_index_commit(log, head->size, log->segment)
                       != 0))
    {
        rc = ic_log_fail(log, error, "index", strerror(errno));
    }

    log->tiles.put = ic_tiles_write;

    return rc;
}


static int
recover_segment(ic_log_t *log, const ic_head_t *head, uint64_t known,
    uint64_t segment, char *error)
{
    int           rc;
    char          path[PATH_MAX];
    ic_str_t      bytes;
    ic_hash_t     hash;
    ic_frames_t  *frames;

    (void) ic_log_path(log->dir, path, "entries/%016llx",
                       (unsigned long long) segment);
    frames = ic_frames_open(path, 0);

    if (frames == NULL) {
        return ic_log_fail(log, error, "entries", strerror(errno));
    }

    log->segment = segment;
    rc = 0;

    while (rc == 0 && log->sealed.size < head->size
           && ic_frames_next(frames, log->hasher, &bytes, &hash) == 1)
    {
        rc = recover_entry(log, head, known, bytes, &hash);
    }

    log->offset = ic_frames_offset(frames);
    ic_frames_close(frames);

    return (rc == 0) ? 0
           : ic_log_fail(log, error, "entries", "cannot be read anew");
}


static int
recover_entry(ic_log_t *log, const ic_head_t *head, uint64_t known,
    ic_str_t bytes, const ic_hash_t *hash)
{
    uint64_t    seq;
    ic_entry_t  entry;

    seq = log->sealed.size;

    /* of those that the index knows, only the last one is asked */

    if (seq >= known || seq + 1 == head->size) {
        ic_pool_reset(log->arena);

        if (ic_entry_parse(log->arena, bytes, &entry) != NULL
            || (seq >= known
                && ic_log_index_put(log, entry.subject, hash) != 0))
        {
            return -1;
        }

        snprintf(log->last, sizeof(log->last), "%.*s", (int) entry.src.len,
                 entry.src.data);
    }

    return ic_tiles_add(&log->tiles, seq, hash) == 0
           && ic_tree_add(log->hasher, &log->sealed, 0, hash) == 0 ? 0 : -1;
}


/* Nobody was told of what lies behind the last head. */

static int
recover_cut(ic_log_t *log, const uint64_t *first, unsigned n, char *error)
{
    char      path[PATH_MAX];
    unsigned  i;
    uint64_t  offset;

    for (i = 0; i < n; i++) {
        (void) ic_log_path(log->dir, path, "entries/%016llx",
                           (unsigned long long) first[i]);

        if ((first[i] > log->segment || log->sealed.size == 0)
            && unlink(path) != 0)
        {
            return ic_log_fail(log, error, "entries", strerror(errno));
        }

        if (first[i] == log->segment && log->sealed.size != 0
            && truncate(path, (off_t) log->offset) != 0)
        {
            return ic_log_fail(log, error, "entries", strerror(errno));
        }
    }

    log->tree = log->sealed;
    offset = log->offset;

    if (ic_log_segment(log, log->segment, error) != 0) {
        return -1;
    }

    return (log->offset == offset) ? 0
           : ic_log_fail(log, error, "entries", "are shorter than the last "
                         "head says");
}
