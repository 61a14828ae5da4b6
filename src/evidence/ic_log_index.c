
/* Where entries are, and the last one of every subject. */


#include <stdio.h>

#include "ic_log_state.h"


enum {
    INDEX_PUT_ENTRY = 0,
    INDEX_PUT_SUBJECT,
    INDEX_PREV,
    INDEX_PLACE
};

static const char  index_schema[] =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = NORMAL;"
    "PRAGMA cache_size = -128;"          /* KiB: an idle notary is small */
    "CREATE TABLE IF NOT EXISTS entry (seq INTEGER PRIMARY KEY,"
    " subject TEXT, segment INTEGER, offset INTEGER);"
    "CREATE INDEX IF NOT EXISTS of_subject ON entry (subject, seq);"
    "CREATE TABLE IF NOT EXISTS last (subject TEXT PRIMARY KEY, hash BLOB)"
    " WITHOUT ROWID;"
    "BEGIN;";

static const char *const  index_texts[] = {
    "INSERT OR REPLACE INTO entry VALUES (?1, ?2, ?3, ?4)",
    "INSERT OR REPLACE INTO last VALUES (?1, ?2)",
    "SELECT hash FROM last WHERE subject = ?1",
    "SELECT segment, offset FROM entry WHERE seq = ?1"
};


static int index_step(sqlite3_stmt *statement);
static int index_bind_subject(sqlite3_stmt *statement, int n,
    ic_str_t subject);


int
ic_log_index_open(ic_log_t *log, char *error)
{
    char      path[PATH_MAX];
    unsigned  i;

    if (ic_log_path(log->dir, path, "index") != 0
        || sqlite3_open(path, &log->index) != SQLITE_OK
        || sqlite3_exec(log->index, index_schema, NULL, NULL, NULL)
           != SQLITE_OK)
    {
        return ic_log_fail(log, error, "index",
                           sqlite3_errmsg(log->index));
    }

    for (i = 0; i < sizeof(index_texts) / sizeof(index_texts[0]); i++) {
        if (sqlite3_prepare_v2(log->index, index_texts[i], -1,
                               &log->statements[i], NULL) != SQLITE_OK)
        {
            return ic_log_fail(log, error, "index",
                               sqlite3_errmsg(log->index));
        }
    }

    return 0;
}


void
ic_log_index_close(ic_log_t *log)
{
    unsigned  i;

    for (i = 0; i < sizeof(index_texts) / sizeof(index_texts[0]); i++) {
        sqlite3_finalize(log->statements[i]);
    }

    sqlite3_close(log->index);
}


int
ic_log_index_put(ic_log_t *log, ic_str_t subject, uint64_t seq,
    uint64_t segment, uint64_t offset, const ic_hash_t *hash)
{
    sqlite3_stmt  *entry, *last;

    entry = log->statements[INDEX_PUT_ENTRY];
    last = log->statements[INDEX_PUT_SUBJECT];

    (void) sqlite3_bind_int64(entry, 1, (sqlite3_int64) seq);
    (void) sqlite3_bind_int64(entry, 3, (sqlite3_int64) segment);
    (void) sqlite3_bind_int64(entry, 4, (sqlite3_int64) offset);
    (void) sqlite3_bind_blob(last, 2, hash->byte, sizeof(hash->byte),
                             SQLITE_STATIC);

    return index_bind_subject(entry, 2, subject) == 0
           && index_bind_subject(last, 1, subject) == 0
           && index_step(entry) == 0 && index_step(last) == 0 ? 0 : -1;
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
        rc = (rc == SQLITE_DONE) ? 0 : -1;
    }

    (void) sqlite3_reset(prev);

    return rc;
}


int
ic_log_index_place(ic_log_t *log, uint64_t seq, uint64_t *segment,
    uint64_t *offset)
{
    int            rc;
    sqlite3_stmt  *place;

    place = log->statements[INDEX_PLACE];
    (void) sqlite3_bind_int64(place, 1, (sqlite3_int64) seq);
    rc = sqlite3_step(place);

    if (rc == SQLITE_ROW) {
        *segment = (uint64_t) sqlite3_column_int64(place, 0);
        *offset = (uint64_t) sqlite3_column_int64(place, 1);
    }

    (void) sqlite3_reset(place);

    return (rc == SQLITE_ROW) ? 0 : -1;
}


int64_t
ic_log_index_size(ic_log_t *log)
{
    int64_t        size;
    sqlite3_stmt  *statement;

    size = -1;

    if (sqlite3_prepare_v2(log->index, "SELECT coalesce(max(seq) + 1, 0)"
                           " FROM entry", -1, &statement, NULL)
        == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
    {
        size = sqlite3_column_int64(statement, 0);
    }

    sqlite3_finalize(statement);

    return size;
}


int
ic_log_index_commit(ic_log_t *log)
{
    return sqlite3_exec(log->index, "COMMIT; BEGIN;", NULL, NULL, NULL)
           == SQLITE_OK ? 0 : -1;
}


static int
index_step(sqlite3_stmt *statement)
{
    int  rc;

    rc = sqlite3_step(statement);
    (void) sqlite3_reset(statement);

    return (rc == SQLITE_DONE) ? 0 : -1;
}


static int
index_bind_subject(sqlite3_stmt *statement, int n, ic_str_t subject)
{
    return sqlite3_bind_text(statement, n, (char *) subject.data,
                             (int) subject.len, SQLITE_STATIC)
           == SQLITE_OK ? 0 : -1;
}
