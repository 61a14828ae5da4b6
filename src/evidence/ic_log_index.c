
/* The last entry of every subject, and where the log was when it said so. */


#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "ic_log_state.h"


enum {
    INDEX_PUT = 0,
    INDEX_PREV,
    INDEX_PLACE
};

/* An idle notary is small: a cache of 128 KiB. */
static const char  index_schema[] =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = NORMAL;"
    "PRAGMA cache_size = -128;"
    "DROP TABLE IF EXISTS entry;"
    "CREATE TABLE IF NOT EXISTS last (subject TEXT PRIMARY KEY, hash BLOB)"
    " WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS place (id INTEGER PRIMARY KEY,"
    " size INTEGER, segment INTEGER);"
    "BEGIN;";

static const char *const  index_texts[] = {
    "INSERT OR REPLACE INTO last VALUES (?1, ?2)",
    "SELECT hash FROM last WHERE subject = ?1",
    "INSERT OR REPLACE INTO place VALUES (0, ?1, ?2)"
};

#define INDEX_TEXTS  (sizeof(index_texts) / sizeof(index_texts[0]))


static int index_open(ic_log_t *log, const char *path);
static int index_step(ic_log_t *log, sqlite3_stmt *statement);
static int index_bind_subject(sqlite3_stmt *statement, int n,
    ic_str_t subject);
static int index_done(ic_log_t *log, int rc);
static void index_remove(const ic_log_t *log);


int
ic_log_index_open(ic_log_t *log, char *error)
{
    char  path[PATH_MAX];

    if (ic_log_path(log->dir, path, "index") != 0) {
        return ic_log_fail(log, error, "index", strerror(errno));
    }

    if (index_open(log, path) == 0) {
        return 0;
    }

    /* it is but a copy: one that is damaged is made again */

    if (log->index_bad) {
        ic_log_index_close(log);
        log->index_bad = 0;

        if (index_open(log, path) == 0) {
            return 0;
        }
    }

    return ic_log_fail(log, error, "index", sqlite3_errmsg(log->index));
}


static int
index_open(ic_log_t *log, const char *path)
{
    int       rc;
    unsigned  i;

    rc = sqlite3_open(path, &log->index);

    if (rc == SQLITE_OK) {
        rc = sqlite3_exec(log->index, index_schema, NULL, NULL, NULL);
    }

    for (i = 0; i < INDEX_TEXTS && rc == SQLITE_OK; i++) {
        rc = sqlite3_prepare_v2(log->index, index_texts[i], -1,
                                &log->statements[i], NULL);
    }

    return index_done(log, rc);
}


void
ic_log_index_close(ic_log_t *log)
{
    unsigned  i;

    for (i = 0; i < INDEX_TEXTS; i++) {
        sqlite3_finalize(log->statements[i]);
        log->statements[i] = NULL;
    }

    sqlite3_close(log->index);
    log->index = NULL;

    if (log->index_bad) {
        index_remove(log);
    }
}


static void
index_remove(const ic_log_t *log)
{
    char      path[PATH_MAX];
    unsigned  i;

    static const char *const  names[] = { "index", "index-wal",
                                          "index-shm" };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (ic_log_path(log->dir, path, "%s", names[i]) == 0) {
            (void) unlink(path);
        }
    }
}


int
ic_log_index_put(ic_log_t *log, ic_str_t subject, const ic_hash_t *hash)
{
    sqlite3_stmt  *put;

    put = log->statements[INDEX_PUT];

    (void) sqlite3_bind_blob(put, 2, hash->byte, sizeof(hash->byte),
                             SQLITE_STATIC);

    return index_bind_subject(put, 1, subject) == 0
           && index_step(log, put) == 0 ? 0 : -1;
}


int
ic_log_index_prev(ic_log_t *log, ic_str_t subject, ic_hash_t *hash)
{
    int            rc;
    sqlite3_stmt  *prev;

    prev = log->statements[INDEX_PREV];

    if (index_bind_subject(prev, 1, subject) != 0) {
        return -1;
    }

    rc = sqlite3_step(prev);

    if (rc == SQLITE_ROW
        && sqlite3_column_bytes(prev, 0) == (int) sizeof(hash->byte))
    {
        memcpy(hash->byte, sqlite3_column_blob(prev, 0),
               sizeof(hash->byte));
        rc = 1;

    } else {
        rc = index_done(log, rc == SQLITE_ROW ? SQLITE_CORRUPT : rc);
    }

    (void) sqlite3_reset(prev);

    return rc;
}


void
ic_log_index_place(ic_log_t *log, uint64_t *size, uint64_t *segment)
{
    sqlite3_stmt  *statement;

    *size = 0;
    *segment = 0;
    statement = NULL;

    if (sqlite3_prepare_v2(log->index, "SELECT size, segment FROM place", -1,
                           &statement, NULL)
        == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
    {
        *size = (uint64_t) sqlite3_column_int64(statement, 0);
        *segment = (uint64_t) sqlite3_column_int64(statement, 1);
    }

    sqlite3_finalize(statement);
}


int
ic_log_index_clear(ic_log_t *log)
{
    return index_done(log, sqlite3_exec(log->index, "DELETE FROM last;"
                                        "DELETE FROM place;", NULL, NULL,
                                        NULL));
}


int
ic_log_index_commit(ic_log_t *log, uint64_t size, uint64_t segment)
{
    sqlite3_stmt  *place;

    place = log->statements[INDEX_PLACE];
    (void) sqlite3_bind_int64(place, 1, (sqlite3_int64) size);
    (void) sqlite3_bind_int64(place, 2, (sqlite3_int64) segment);

    if (index_step(log, place) != 0) {
        return -1;
    }

    return index_done(log, sqlite3_exec(log->index, "COMMIT; BEGIN;", NULL,
                                        NULL, NULL));
}


/* 0, or -1; a file that is damaged goes with the log's closing. */

static int
index_done(ic_log_t *log, int rc)
{
    log->index_bad |= rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB;

    return (rc == SQLITE_OK || rc == SQLITE_DONE) ? 0 : -1;
}


static int
index_step(ic_log_t *log, sqlite3_stmt *statement)
{
    int  rc;

    rc = sqlite3_step(statement);
    (void) sqlite3_reset(statement);

    return index_done(log, rc);
}


static int
index_bind_subject(sqlite3_stmt *statement, int n, ic_str_t subject)
{
    return sqlite3_bind_text(statement, n, (char *) subject.data,
                             (int) subject.len, SQLITE_STATIC)
           == SQLITE_OK ? 0 : -1;
}
