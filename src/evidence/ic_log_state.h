
/* Inside the writer of an evidence log. */


#ifndef _IC_LOG_STATE_H_INCLUDED_
#define _IC_LOG_STATE_H_INCLUDED_


#include <sqlite3.h>

#include "ic_log.h"
#include "ic_tiles.h"


#define IC_FRAME_HEAD      8
#define IC_LOG_SEGMENT     (64 * 1024 * 1024)
#define IC_LOG_SRC         64

typedef struct {
    char    *data;
    size_t   len;
    size_t   size;
} ic_log_bytes_t;

struct ic_log_s {
    char             dir[PATH_MAX];
    ic_log_about_t   about;
    ic_hasher_t     *hasher;
    ic_arena_t      *arena;              /* of one entry or head */
    sqlite3         *index;
    sqlite3_stmt    *statements[3];
    int              lock;
    int              entries;            /* the file written to */
    int              heads;
    uint64_t         least;              /* entries that must be sealed */
    uint64_t         segment;            /* its first seq */
    uint64_t         offset;             /* its length on disk */
    ic_tree_t        tree;               /* with what was added */
    ic_tree_t        sealed;             /* under the last head */
    ic_tiles_t       tiles;
    ic_log_bytes_t   batch;              /* frames not yet written */
    ic_log_bytes_t   head;               /* the last signed one */
    char             last[IC_LOG_SRC];
    unsigned         broken:1;
    unsigned         index_bad:1;
};


/* Always -1, with the file of the log and errno or text in the message. */
int ic_log_fail(const ic_log_t *log, char *error, const char *file,
    const char *text);

/* 0 or -1: memory is short. */
int ic_log_append(ic_log_bytes_t *bytes, const void *data, size_t len);


size_t ic_frame_length(const u_char head[IC_FRAME_HEAD]);
void ic_frame_head(u_char head[IC_FRAME_HEAD], size_t len,
    const ic_hash_t *hash);


/* Finds the state of a log that is there. 0 or -1. */
int ic_log_recover(ic_log_t *log, char *error);

/* Makes the last head the published one. 0 or -1. */
int ic_log_publish(ic_log_t *log, char *error);

/* The credential of that digest, unless it is there. 0 or -1. */
int ic_log_key(ic_log_t *log, const char *digest, ic_str_t credential,
    char *error);

/* Opens the files of a segment for writing at their ends. 0 or -1. */
int ic_log_segment(ic_log_t *log, uint64_t first, char *error);

/*
 * A whole file of the log, or the one before. last: its name outlives a power
 * cut too. 0 or -1.
 */
int ic_log_file(ic_log_t *log, const char *name, ic_str_t text, bool last,
    char *error);

/* The names in a folder of the log, or in the log ("."), are to last. */
int ic_log_sync(ic_log_t *log, const char *folder, char *error);


/*
 * The index. open() begins a transaction; commit() ends it, at that size of
 * the log, and begins the next. place: what the last commit said, 0 without
 * one. prev: the last entry of a subject, 1, 0 without one, -1.
 */
int ic_log_index_open(ic_log_t *log, char *error);
void ic_log_index_close(ic_log_t *log);
int ic_log_index_put(ic_log_t *log, ic_str_t subject, const ic_hash_t *hash);
int ic_log_index_prev(ic_log_t *log, ic_str_t subject, ic_hash_t *hash);
void ic_log_index_place(ic_log_t *log, uint64_t *size, uint64_t *segment);
int ic_log_index_clear(ic_log_t *log);
int ic_log_index_commit(ic_log_t *log, uint64_t size, uint64_t segment);


#endif /* _IC_LOG_STATE_H_INCLUDED_ */
