
/*
 * The evidence log of a node: a folder with
 *
 *   log                       {"version":1,"log_id":..,"node_id":..,"hash":..}
 *   entries/<first seq, hex>  frames of entries, files of about 64 MiB
 *   heads/<first seq, hex>    frames of the heads signed (ic_head.h) while
 *                             that file of entries was written
 *   checkpoint                the last of them
 *   keys/<SHA-256, hex>       the credentials that verify them, PEM
 *   cosigned/<size, hex>      frames of heads from that size on with the
 *                             signatures of partners (ic_cosign.h)
 *   peers/<node id>           the last head of a partner's log that this node
 *                             has cosigned
 *   tile/<level>/...          hashes, tile/entries/... entries, 256 each, as
 *                             C2SP tlog-tiles has them
 *   index                     SQLite: the last entry of every subject
 *
 * A frame is the length (32 bits, big endian), the first four bytes of the
 * leaf hash, and the bytes. Entries, heads and keys are the log; all else can
 * be made of them again, and is where it is missing or wrong.
 */


#ifndef _IC_LOG_H_INCLUDED_
#define _IC_LOG_H_INCLUDED_


#include <limits.h>

#include "../lib/ic_codec.h"
#include "ic_entry.h"
#include "ic_head.h"


#define IC_LOG_ERROR  512        /* bytes of a message */

typedef struct ic_log_s  ic_log_t;


/*
 * Opens the log for its one writer, makes it if there is none; hash is for a
 * new one. What lies behind the last head is cut off: it was never sealed,
 * and whoever gave it still has it. sealed: of entries that are known to have
 * been sealed; a log with fewer is damaged or another one, and is left as it
 * is. NULL with a message that names the file; also when another process
 * writes.
 */
ic_log_t *ic_log_open(const char *dir, ic_str_t node_id, const char *hash,
    uint64_t sealed, char *error);
void ic_log_close(ic_log_t *log);

const char *ic_log_id(const ic_log_t *log);
uint64_t ic_log_size(const ic_log_t *log);

/* src of the last entry, "" in an empty log. */
const char *ic_log_last(const ic_log_t *log);

/*
 * Adds an entry: seq, node and prev are the log's. It is in memory until
 * ic_log_seal(). 0 or -1; then nothing can be added until the log is opened
 * again.
 */
int ic_log_add(ic_log_t *log, ic_entry_t *entry, char *error);

/*
 * Makes what was added durable and signs the head over it: entries are on the
 * disk and were read back from there before the signature is made, the head
 * is on the disk before it is published. credential: PEM of what the
 * signature is verified with. 0 or -1 as above.
 */
int ic_log_seal(ic_log_t *log, int64_t time, EVP_PKEY *key,
    ic_str_t credential, char *error);

/* The last head as it was signed; the null string: none. */
ic_str_t ic_log_head(const ic_log_t *log);


/*
 * That the last head goes on from one of size first: the number of hashes, or
 * -1 with a message.
 */
int ic_log_proof(ic_log_t *log, uint64_t first,
    ic_hash_t proof[IC_TREE_LEVELS], char *error);

/*
 * Keeps a note of one of the log's heads, of that size, which a partner has
 * signed, and the partner's credential; one that is there is not added again.
 * 0 or -1.
 */
int ic_log_cosigned(ic_log_t *log, ic_str_t note, uint64_t size,
    ic_str_t credential, char *error);

/* Keeps the last head of a partner's log. 0 or -1. */
int ic_log_peer(ic_log_t *log, ic_str_t node_id, ic_str_t note, char *error);


#define IC_LOG_COSIGNED  16384   /* sizes of heads in a file of cosigned/ */

/* First numbers of the files of a folder, in order. As below. */
int ic_log_numbers(const char *dir, const char *folder, ic_arena_t *arena,
    uint64_t **first);

/*
 * Reading, also while another process writes: frames of entries or heads.
 * ic_frames_next() gives 1; 0 at the end; -1 for a frame that is cut short,
 * -2 for one whose bytes are not those that were written, -3: errno.
 */
typedef struct ic_frames_s  ic_frames_t;

ic_frames_t *ic_frames_open(const char *file, uint64_t offset);
int ic_frames_next(ic_frames_t *frames, ic_hasher_t *hasher, ic_str_t *bytes,
    ic_hash_t *hash);
uint64_t ic_frames_offset(const ic_frames_t *frames);    /* of the next */
void ic_frames_close(ic_frames_t *frames);

/* First seqs of the files of entries, in order. Their number, -1: errno. */
int ic_log_segments(const char *dir, ic_arena_t *arena, uint64_t **first);

/* "dir/file"; 0 or -1 with errno: too long. */
int ic_log_path(const char *dir, char path[PATH_MAX], const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* All of it; 0 or -1 with errno. */
int ic_log_write(int fd, const void *data, size_t len);

/* The "log" file. NULL, or what is wrong with it. */
typedef struct {
    char  log_id[64];
    char  node_id[IC_ID_MAX + 1];
    char  hash[16];
} ic_log_about_t;

const char *ic_log_about(const char *dir, ic_log_about_t *about);

/* "interconn/<node_id>/<log_id>" */
ic_str_t ic_log_origin(ic_arena_t *arena, const ic_log_about_t *about);


#endif /* _IC_LOG_H_INCLUDED_ */
