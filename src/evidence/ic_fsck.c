
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "ic_fsck.h"
#include "ic_verify_state.h"


typedef struct {
    sqlite3        *db;
    sqlite3_stmt   *last;
    sqlite3_int64   subjects;
} fsck_index_t;


static ic_verify_e fsck_look(ic_fsck_t *fsck);
static ic_verify_e fsck_verify(ic_fsck_t *fsck);
static int fsck_tile(ic_tiles_t *tiles, unsigned level, uint64_t n,
    unsigned width);
static const char *fsck_checkpoint(const ic_fsck_t *fsck, bool *ahead);
static void fsck_index_open(ic_fsck_t *fsck, fsck_index_t *index);
static void fsck_last(void *data, const char *subject,
    const ic_hash_t *hash);
static void fsck_index_close(ic_fsck_t *fsck, fsck_index_t *index);
static bool fsck_torn(const ic_fsck_t *fsck);
static bool fsck_is_torn(const char *path, ic_hasher_t *hasher);
static ic_verify_e fsck_repair(ic_fsck_t *fsck, int *lock);
static int fsck_lock(const ic_fsck_t *fsck);
static ic_verify_e fsck_fail(ic_fsck_t *fsck, ic_verify_e rc,
    const char *text);


ic_verify_e
ic_fsck(ic_fsck_t *fsck)
{
    int          lock;
    ic_verify_e  rc;

    lock = fsck->repair ? fsck_lock(fsck) : -1;

    if (lock == -2) {
        return fsck_fail(fsck, IC_VERIFY_INCOMPLETE, "a process writes this "
                         "log: stop the notary first");
    }

    rc = fsck_look(fsck);

    /* all is looked at before anything is touched */

    if (rc == IC_VERIFY_INCOMPLETE && fsck->repair
        && fsck->result.finding[0] == '\0')
    {
        rc = fsck_repair(fsck, &lock);
    }

    if (lock >= 0) {
        close(lock);
    }

    return rc;
}


static ic_verify_e
fsck_look(ic_fsck_t *fsck)
{
    bool          ahead;
    ic_verify_e   rc;
    fsck_index_t  index;

    fsck_index_open(fsck, &index);
    rc = fsck_verify(fsck);
    fsck_index_close(fsck, &index);

    if (rc != IC_VERIFY_GOOD) {
        return rc;
    }

    ahead = false;
    fsck->unsealed = fsck->result.unsealed;
    fsck->torn = fsck_torn(fsck);
    fsck->checkpoint = fsck_checkpoint(fsck, &ahead);

    if (ahead) {
        return fsck_fail(fsck, IC_VERIFY_TAMPERED, "checkpoint: is of more "
                         "entries than the heads: some were lost or taken "
                         "away");
    }

    return (fsck->tiles == 0 && fsck->index == NULL
            && fsck->checkpoint == NULL && fsck->unsealed == 0
            && !fsck->torn)
           ? IC_VERIFY_GOOD : IC_VERIFY_INCOMPLETE;
}


static ic_verify_e
fsck_verify(ic_fsck_t *fsck)
{
    ic_verify_t  verify;

    memset(&verify, 0, sizeof(ic_verify_t));
    verify.dir = fsck->dir;
    verify.copies = fsck_tile;
    verify.data = fsck;
    verify.last = fsck->opened != NULL ? fsck_last : NULL;

    return ic_verify_log(&verify, &fsck->result);
}


/* A tile as the entries make it: is it the one on the disk? */

static int
fsck_tile(ic_tiles_t *tiles, unsigned level, uint64_t n, unsigned width)
{
    ic_fsck_t                *fsck;
    const ic_verify_state_t  *state;

    state = (ic_verify_state_t *) ((u_char *) tiles
                                   - offsetof(ic_verify_state_t, tiles));
    fsck = state->verify->data;

    if (ic_tiles_compare(tiles, level, n, width) == 0) {
        return 0;
    }

    if (fsck->writing) {
        return ic_tiles_write(tiles, level, n, width);
    }

    if (fsck->tiles++ == 0) {
        snprintf(fsck->tile, sizeof(fsck->tile), "%u/%llu%s, %s", level,
                 (unsigned long long) n,
                 width == IC_TILE_HASHES ? "" : " (the last one)",
                 errno == EILSEQ ? "which is not made of the entries"
                                 : "which is missing");
    }

    return 0;
}


static const char *
fsck_checkpoint(const ic_fsck_t *fsck, bool *ahead)
{
    char         path[PATH_MAX], note[IC_HEAD_MAX];
    FILE        *file;
    size_t       n;
    ic_head_t    head;
    const char  *why;
    ic_arena_t  *arena;

    (void) ic_log_path(fsck->dir, path, "checkpoint");
    file = fopen(path, "re");

    if (file == NULL) {
        return (fsck->result.entries == 0) ? NULL : "is missing";
    }

    n = fread(note, 1, sizeof(note), file);
    fclose(file);
    arena = ic_pool_create();

    if (arena == NULL) {
        return "memory is short";
    }

    why = (ic_head_parse(arena, ic_str_n(note, n), &head) != NULL)
          ? "is no head" : NULL;

    if (why == NULL) {
        *ahead = head.size > fsck->result.entries;
        why = (head.size != fsck->result.entries
               || !ic_hash_eq(&head.root, &fsck->result.root)
               || head.time != fsck->result.last_time)
              ? "is not the last head" : NULL;
    }

    ic_pool_destroy(arena);

    return why;
}


/* The index before the entries are read: of each subject its last one is
 * asked for. */

static void
fsck_index_open(ic_fsck_t *fsck, fsck_index_t *index)
{
    char  path[PATH_MAX];

    memset(index, 0, sizeof(fsck_index_t));
    fsck->opened = index;
    (void) ic_log_path(fsck->dir, path, "index");

    if (access(path, F_OK) != 0) {
        fsck->index = "is missing";

    } else if (sqlite3_open_v2(path, &index->db, SQLITE_OPEN_READONLY, NULL)
               != SQLITE_OK
               || sqlite3_prepare_v2(index->db, "SELECT hash FROM last WHERE"
                                     " subject = ?1", -1, &index->last, NULL)
                  != SQLITE_OK)
    {
        fsck->index = "cannot be read";
    }
}


static void
fsck_last(void *data, const char *subject, const ic_hash_t *hash)
{
    ic_fsck_t     *fsck = data;
    fsck_index_t  *index;

    index = fsck->opened;
    index->subjects++;

    if (fsck->index != NULL) {
        return;
    }

    (void) sqlite3_bind_text(index->last, 1, subject, -1, SQLITE_STATIC);

    if (sqlite3_step(index->last) != SQLITE_ROW
        || sqlite3_column_bytes(index->last, 0) != (int) sizeof(hash->byte)
        || memcmp(sqlite3_column_blob(index->last, 0), hash->byte,
                  sizeof(hash->byte)) != 0)
    {
        fsck->index = "does not fit the entries";
    }

    (void) sqlite3_reset(index->last);
}


static void
fsck_index_close(ic_fsck_t *fsck, fsck_index_t *index)
{
    sqlite3_stmt  *statement;

    static const char  question[] =
        "SELECT (SELECT size FROM place), (SELECT count(*) FROM last)";

    statement = NULL;

    if (fsck->index == NULL
        && (sqlite3_prepare_v2(index->db, question, -1, &statement, NULL)
            != SQLITE_OK || sqlite3_step(statement) != SQLITE_ROW
            || sqlite3_column_int64(statement, 0)
               != (sqlite3_int64) fsck->result.entries
            || sqlite3_column_int64(statement, 1) != index->subjects))
    {
        fsck->index = "does not fit the entries";
    }

    sqlite3_finalize(statement);
    sqlite3_finalize(index->last);
    sqlite3_close(index->db);
    fsck->opened = NULL;
}


/* What a death of the writer leaves at the ends of its files. */

static bool
fsck_torn(const ic_fsck_t *fsck)
{
    int           n;
    bool          torn;
    char          path[PATH_MAX];
    uint64_t     *first;
    ic_arena_t   *arena;
    ic_hasher_t  *hasher;

    arena = ic_pool_create();
    hasher = ic_hasher(fsck->result.about.hash);
    n = (arena == NULL || hasher == NULL) ? 0
        : ic_log_segments(fsck->dir, arena, &first);
    torn = false;

    if (n > 0) {
        (void) ic_log_path(fsck->dir, path, "entries/%016llx",
                           (unsigned long long) first[n - 1]);
        torn = fsck_is_torn(path, hasher);
        (void) ic_log_path(fsck->dir, path, "heads/%016llx",
                           (unsigned long long) first[n - 1]);
        torn |= fsck_is_torn(path, hasher);
    }

    ic_hasher_free(hasher);

    if (arena != NULL) {
        ic_pool_destroy(arena);
    }

    return torn;
}


static bool
fsck_is_torn(const char *path, ic_hasher_t *hasher)
{
    int           rc;
    ic_str_t      bytes;
    ic_hash_t     hash;
    ic_frames_t  *frames;

    frames = ic_frames_open(path, 0);
    if (frames == NULL) {
        return false;
    }

    do {
        rc = ic_frames_next(frames, hasher, &bytes, &hash);
    } while (rc == 1);

    ic_frames_close(frames);

    return rc != 0;
}


/* Opening the log as its writer does most of it, and has to take the lock. */

static ic_verify_e
fsck_repair(ic_fsck_t *fsck, int *lock)
{
    char         path[PATH_MAX];
    unsigned     i;
    ic_log_t    *log;
    ic_verify_e  rc;

    static const char *const  files[] = { "index", "index-wal", "index-shm" };

    fsck->writing = true;
    rc = (fsck->tiles != 0) ? fsck_verify(fsck) : IC_VERIFY_GOOD;

    if (rc != IC_VERIFY_GOOD) {
        return rc;
    }

    for (i = 0; fsck->index != NULL && i < sizeof(files) / sizeof(files[0]);
         i++)
    {
        if (ic_log_path(fsck->dir, path, "%s", files[i]) != 0
            || (unlink(path) != 0 && errno != ENOENT))
        {
            return fsck_fail(fsck, IC_VERIFY_IMPOSSIBLE, strerror(errno));
        }
    }

    /* of the same size it would be taken for the last head */

    if (fsck->checkpoint != NULL
        && (ic_log_path(fsck->dir, path, "checkpoint") != 0
            || (unlink(path) != 0 && errno != ENOENT)))
    {
        return fsck_fail(fsck, IC_VERIFY_IMPOSSIBLE, strerror(errno));
    }

    if (*lock >= 0) {
        close(*lock);
        *lock = -1;
    }

    log = ic_log_open(fsck->dir, ic_str(fsck->result.about.node_id),
                      fsck->result.about.hash, fsck->result.entries,
                      fsck->result.finding);
    if (log == NULL) {
        return IC_VERIFY_INCOMPLETE;
    }

    ic_log_close(log);
    fsck->repaired = true;

    return IC_VERIFY_GOOD;
}


/* A descriptor that has it, -1 where there is none, -2: another has it. */

static int
fsck_lock(const ic_fsck_t *fsck)
{
    int   lock;
    char  path[PATH_MAX];

    (void) ic_log_path(fsck->dir, path, "lock");
    lock = open(path, O_RDONLY|O_CLOEXEC);

    if (lock >= 0 && flock(lock, LOCK_EX|LOCK_NB) != 0) {
        close(lock);
        return -2;
    }

    return lock;
}


static ic_verify_e
fsck_fail(ic_fsck_t *fsck, ic_verify_e rc, const char *text)
{
    snprintf(fsck->result.finding, sizeof(fsck->result.finding), "%s", text);

    return rc;
}
