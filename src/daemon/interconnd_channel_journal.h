
/* Messages on the disk: journals, files of large ones, bytes that go out. */


#ifndef _INTERCONND_CHANNEL_JOURNAL_H_INCLUDED_
#define _INTERCONND_CHANNEL_JOURNAL_H_INCLUDED_


#include "interconnd_channel.h"


/* interconnd_channel_journal.c */

typedef enum {
    INTERCONND_RECORD_SESSION = 1,       /* name: its id; begins a segment */
    INTERCONND_RECORD_IN,                /* a message in a queue */
    INTERCONND_RECORD_OUT,               /* a message in a stream */
    INTERCONND_RECORD_TAKEN,             /* a message of a queue is no more */
    INTERCONND_RECORD_SENT,              /* nor one of a stream */
    INTERCONND_RECORD_LENT,              /* a head, to a numbered call */
    INTERCONND_RECORD_QUEUE,             /* numbers and part of a queue */
    INTERCONND_RECORD_STREAM             /* numbers of a stream */
} interconnd_record_e;

/*
 * As it is in the file, host byte order; name and bytes follow, and at last
 * the sum plus one: all before it was written.
 */
typedef struct {
    uint64_t  sum;                       /* of the members that follow */
    uint32_t  size;                      /* of what follows */
    uint16_t  name;
    uint16_t  type;
    uint64_t  id;
    uint64_t  file;
    int64_t   seq;
    uint64_t  call;
    int64_t   part;                      /* number of an incomplete message */
    uint64_t  at;
    uint64_t  len;                       /* TAKEN, SENT: how many, or 0: 1 */
} interconnd_record_t;

/*
 * What tells a record of this segment, written to its end, from anything
 * else. A file that is used again holds bytes that others have chosen, so
 * each segment has its own number (salt), by chance, in its first record,
 * whose sum has none.
 */
#define INTERCONND_RECORD_END  sizeof(uint64_t)

uint64_t interconnd_record_sum(const interconnd_record_t *record,
    uint64_t salt);

/*
 * Appends the message with its bytes (data NULL: in a file of its own).
 * 0, or -1: nothing was appended, the reason is logged.
 */
int interconnd_journal_message(interconnd_session_t *session,
    interconnd_record_e type, const char *name, interconnd_message_t *m,
    const void *data);

/* Any other record; sum, size and name of it are filled in. 0 or -1. */
int interconnd_journal_note(interconnd_session_t *session,
    interconnd_record_t *record, const char *name);

/*
 * A record with its bytes into the newest segment, however large it is;
 * interconnd_journal_message() and _note() begin a new one when it is full.
 */
int interconnd_journal_write(interconnd_session_t *session,
    interconnd_record_t *record, const char *name, const void *data,
    size_t len);

/* Takes away the oldest segments that no message is in. */
void interconnd_journal_prune(interconnd_session_t *session);

/* The numbers and the part of a queue, as they are now. 0 or -1. */
int interconnd_journal_queue(interconnd_queue_t *queue);

/*
 * The messages, the first ones of name, are no more: frees them, their files,
 * what nothing else needs.
 */
void interconnd_journal_done(interconnd_session_t *session,
    interconnd_record_e type, const char *name, interconnd_fifo_t *gone);

/* Makes the folder and the first segment where there is none. 0 or -1. */
int interconnd_journal_create(interconnd_channel_t *ch,
    interconnd_session_t *session);

/* A segment more, in memory and (fd) as a file. NULL: logged. */
interconnd_segment_t *interconnd_journal_segment(
    interconnd_session_t *session, unsigned number, int fd);

/* Bytes of a small message. malloc(), NULL: memory or the file is short. */
u_char *interconnd_journal_read(const interconnd_message_t *m);

/* All that was appended is on the disk. 0 or -1. */
int interconnd_journal_sync(interconnd_session_t *session);

/* Closes files; remove: and takes them away. */
void interconnd_journal_close(interconnd_session_t *session, bool remove);


/* interconnd_channel_recover.c */

/* The id of the folder's content in ch->boot, its path in folder. */
int interconnd_journal_init(interconnd_channel_t *ch);

/* Reads what an earlier process kept of this session. 0 or -1. */
int interconnd_journal_open(interconnd_channel_t *ch,
    interconnd_session_t *session);

/* Removes what is there of a session that is lost. */
void interconnd_journal_discard(interconnd_channel_t *ch,
    interconnd_session_t *session);

/*
 * The record that begins at at, and its name (INTERCONND_CHANNEL_NAME + 1
 * bytes). Its size in the file; 0: there is none, or not the whole of one.
 */
ssize_t interconnd_recover_record(int fd, off_t at, off_t end,
    uint64_t salt, interconnd_record_t *record, char *name);

/* Removes a folder with all its files. */
void interconnd_journal_clean(const char *path);

/* Takes up all sessions with a journal. 0, or -1: the store is away. */
int interconnd_journal_scan(interconnd_channel_t *ch);


/* interconnd_channel_blob.c */

/* The file of a large message, "<folder>/blob-<id>". malloc() or NULL. */
char *interconnd_blob_path(interconnd_session_t *session, uint64_t id);

/* An id for size bytes (0: unknown); a file may be there, with anything. */
uint64_t interconnd_blob_take(interconnd_session_t *session, size_t size);

/* The file at path is the session's, to be used again, or goes. */
void interconnd_blob_adopt(interconnd_session_t *session, const char *path);

/* Nobody reads it, no record that counts names it: for the next message. */
void interconnd_blob_done(interconnd_session_t *session, uint64_t id);

/* As before, but a record may still name it: goes for good. */
void interconnd_blob_remove(interconnd_session_t *session, uint64_t id);

/* Removes files that were not used again for some time. */
void interconnd_blob_sweep(interconnd_session_t *session, int64_t now);

/* Removes what no message of the journal has. */
void interconnd_blob_recover(interconnd_session_t *session);

/* Removes all that are not in use: messages need the room. */
void interconnd_blob_shed(interconnd_channel_t *ch);


/* interconnd_channel_spool.c */


/* OK, FULL (the disk), UNAVAILABLE (memory). */
interconnd_code_e interconnd_spool_append(interconnd_spool_t *spool,
    interconnd_session_t *session, const char *data, size_t len,
    size_t expected);

/* The file of a message that is gone on with. 0 or -1. */
int interconnd_spool_open(interconnd_spool_t *spool,
    interconnd_session_t *session, uint64_t id);

/* All of it, to read and write; NULL: memory is short. unmap afterwards. */
u_char *interconnd_spool_map(interconnd_spool_t *spool);
void interconnd_spool_unmap(interconnd_spool_t *spool, u_char *bytes);

/* keep: the file stays, as the message's. */
void interconnd_spool_free(interconnd_spool_t *spool,
    interconnd_session_t *session, bool keep);


/* interconnd_channel_body.c */

/* The message's bytes between nothing. 0 or -1. */
int interconnd_body_open(interconnd_body_t *body,
    interconnd_session_t *session, const interconnd_message_t *m,
    size_t offset);

size_t interconnd_body_size(const interconnd_body_t *body);

/* Up to max (16 at least) bytes from pos on; 0 at the end, -1. */
ssize_t interconnd_body_read(const interconnd_body_t *body, size_t pos,
    u_char *buffer, size_t max);

/* The answer; body is the response's from now on (freed on NULL too). */
struct MHD_Response *interconnd_body_response(interconnd_body_t *body);

void interconnd_body_free(interconnd_body_t *body);



/* interconnd_channel_compact.c */

/* Appends old messages again where much is dead: segments may go. */
void interconnd_journal_compact(interconnd_session_t *session);


#endif /* _INTERCONND_CHANNEL_JOURNAL_H_INCLUDED_ */
