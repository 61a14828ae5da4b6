
/*
 * The journal of a session: what its messages survive the process by.
 * Records are appended to segments; a segment goes when no message of it is
 * left and no older one is there, so what a record undoes goes before it.
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "interconnd_channel.h"
#include "interconnd_channel_journal.h"


#define JOURNAL_SEGMENT  (8 * 1024 * 1024)


static int journal_append(interconnd_session_t *session,
    interconnd_record_t *record, const char *name, const void *data,
    size_t len);
static void journal_forget(interconnd_session_t *session, const char *name,
    interconnd_message_t *m, bool recorded);
static int journal_rotate(interconnd_session_t *session);
static int journal_file(interconnd_session_t *session, unsigned number);
static int journal_begin(interconnd_session_t *session);
static int journal_numbers(interconnd_session_t *session);
static char *journal_path(const interconnd_session_t *session,
    unsigned number);


uint64_t
interconnd_record_sum(const interconnd_record_t *record, uint64_t salt)
{
    size_t         len;
    uint64_t       sum, word;
    const u_char  *p;

    sum = 0x9e3779b97f4a7c15ULL ^ salt;
    p = (const u_char *) record + sizeof(record->sum);
    len = sizeof(interconnd_record_t) - sizeof(record->sum);

    for ( /* void */ ; len > 0; len -= sizeof(word)) {
        memcpy(&word, p, sizeof(word));
        sum = (sum ^ word) * 0xff51afd7ed558ccdULL;
        sum ^= sum >> 32;
        p += sizeof(word);
    }

    return sum ^ salt;
}


int
interconnd_journal_message(interconnd_session_t *session,
    interconnd_record_e type, const char *name, interconnd_message_t *m,
    const void *data)
{
    interconnd_record_t  record;

    memset(&record, 0, sizeof(interconnd_record_t));

    record.type = type;
    record.file = m->file;
    record.id = m->id;
    record.seq = m->seq;
    record.call = m->call;
    record.at = m->at;
    record.len = m->len;

    if (journal_append(session, &record, name, data,
                       (m->file != 0) ? 0 : m->len)
        != 0)
    {
        return -1;
    }

    m->segment = session->journal.newest;
    m->segment->live++;
    m->segment->live_bytes += sizeof(interconnd_record_t) + record.size;

    if (m->file == 0) {
        m->at = m->segment->size - INTERCONND_RECORD_END - m->len;
    }

    return 0;
}


int
interconnd_journal_note(interconnd_session_t *session,
    interconnd_record_t *record, const char *name)
{
    return journal_append(session, record, name, NULL, 0);
}


int
interconnd_journal_queue(interconnd_queue_t *queue)
{
    interconnd_record_t  record;

    memset(&record, 0, sizeof(interconnd_record_t));

    record.type = INTERCONND_RECORD_QUEUE;
    record.seq = queue->seq;
    record.call = queue->call;
    record.file = queue->part.id;
    record.part = queue->part.seq;
    record.at = queue->part.have;
    record.len = queue->part.size;

    return interconnd_journal_write(queue->session, &record,
                                    queue->named.name, NULL, 0);
}


static int
journal_append(interconnd_session_t *session, interconnd_record_t *record,
    const char *name, const void *data, size_t len)
{
    if (session->journal.newest == NULL
        || (session->journal.newest->size >= JOURNAL_SEGMENT
            && journal_rotate(session) != 0))
    {
        return -1;
    }

    return interconnd_journal_write(session, record, name, data, len);
}


int
interconnd_journal_write(interconnd_session_t *session,
    interconnd_record_t *record, const char *name, const void *data,
    size_t len)
{
    size_t                 size;
    ssize_t                n;
    uint64_t               end;
    struct iovec           iov[4];
    interconnd_segment_t  *segment;

    segment = session->journal.newest;

    record->name = (uint16_t) strlen(name);
    record->size = (uint32_t) (record->name + len + sizeof(end));
    size = sizeof(interconnd_record_t) + record->size;

    record->sum = interconnd_record_sum(record,
                      (record->type == INTERCONND_RECORD_SESSION)
                      ? 0 : segment->salt);
    end = record->sum + 1;

    iov[0].iov_base = record;
    iov[0].iov_len = sizeof(interconnd_record_t);
    iov[1].iov_base = (void *) name;
    iov[1].iov_len = record->name;
    iov[2].iov_base = (void *) data;
    iov[2].iov_len = len;
    iov[3].iov_base = &end;
    iov[3].iov_len = sizeof(end);

    n = pwritev(segment->fd, iov, 4, segment->size);

    if (n < 0 || (size_t) n != size) {
        interconnd_log("error", "session %s: its journal: %s",
                       session->named.name,
                       (n < 0) ? strerror(errno) : "the disk is full");
        interconnd_blob_shed(session->channel);

        if (n > 0 && ftruncate(segment->fd, segment->size) != 0) {
            interconnd_log("error", "session %s: its journal: %s",
                           session->named.name, strerror(errno));
        }

        return -1;
    }

    segment->size += size;
    session->journal.size += size;
    session->journal.dirty = 1;

    return 0;
}


static int
journal_rotate(interconnd_session_t *session)
{
    int                    fd;
    unsigned               number;
    interconnd_segment_t  *last;

    last = session->journal.newest;
    number = (last != NULL) ? last->number + 1 : 1;

    /* what is in a full segment need not be synced with the next */

    if (last != NULL && session->journal.sync && fdatasync(last->fd) != 0) {
        return -1;
    }

    fd = journal_file(session, number);

    if (fd < 0) {
        return -1;
    }

    if (interconnd_journal_segment(session, number, fd) == NULL) {
        close(fd);
        return -1;
    }

    if (journal_begin(session) != 0) {
        return -1;
    }

    interconnd_journal_prune(session);
    interconnd_journal_compact(session);

    return 0;
}


/* One that is not in use any more, or a new one. */

static int
journal_file(interconnd_session_t *session, unsigned number)
{
    int       fd;
    char     *path, *spare;
    uint64_t  id;

    fd = -1;
    path = journal_path(session, number);
    id = interconnd_blob_take(session, JOURNAL_SEGMENT);
    spare = interconnd_blob_path(session, id);

    if (path != NULL && spare != NULL) {
        (void) rename(spare, path);
        fd = open(path, O_RDWR|O_CREAT|O_CLOEXEC, 0600);
    }

    if (fd < 0) {
        interconnd_log("error", "session %s: its journal: %s",
                       session->named.name, strerror(errno));
    }

    free(path);
    free(spare);

    return fd;
}


/*
 * A segment stands for all before it, but for the messages in them. Its first
 * record says which one it is: what was in the file before says another.
 */

static int
journal_begin(interconnd_session_t *session)
{
    interconnd_record_t    record;
    interconnd_segment_t  *segment;

    segment = session->journal.newest;

    if (RAND_bytes((u_char *) &segment->salt, sizeof(segment->salt)) != 1) {
        return -1;
    }

    memset(&record, 0, sizeof(interconnd_record_t));

    record.type = INTERCONND_RECORD_SESSION;
    record.id = session->journal.last_id;
    record.call = segment->number;
    record.at = segment->salt;

    if (interconnd_journal_write(session, &record, session->named.name, NULL,
                                 0)
        != 0)
    {
        return -1;
    }

    return journal_numbers(session);
}


static int
journal_numbers(interconnd_session_t *session)
{
    unsigned              n;
    interconnd_named_t   *named;
    interconnd_record_t   record;
    interconnd_stream_t  *stream;

    for (n = 0; n < INTERCONND_CHANNEL_BUCKETS; n++) {

        for (named = session->queues.buckets[n];
             named != NULL;
             named = named->next)
        {
            if (interconnd_journal_queue((interconnd_queue_t *) named) != 0) {
                return -1;
            }
        }

        for (named = session->streams.buckets[n];
             named != NULL;
             named = named->next)
        {
            stream = (interconnd_stream_t *) named;

            memset(&record, 0, sizeof(interconnd_record_t));
            record.type = INTERCONND_RECORD_STREAM;
            record.seq = stream->seq;
            record.call = stream->call;

            if (interconnd_journal_write(session, &record, named->name, NULL,
                                         0)
                != 0)
            {
                return -1;
            }
        }
    }

    return 0;
}


interconnd_segment_t *
interconnd_journal_segment(interconnd_session_t *session, unsigned number,
    int fd)
{
    interconnd_segment_t  *segment;

    segment = calloc(1, sizeof(interconnd_segment_t));

    if (segment == NULL) {
        interconnd_log("error", "memory is short");
        return NULL;
    }

    segment->number = number;
    segment->fd = fd;

    if (session->journal.newest == NULL) {
        session->journal.oldest = segment;

    } else {
        session->journal.newest->next = segment;
    }

    session->journal.newest = segment;

    return segment;
}


void
interconnd_journal_done(interconnd_session_t *session,
    interconnd_record_e type, const char *name, interconnd_fifo_t *gone)
{
    int                    rc;
    interconnd_record_t    record;
    interconnd_message_t  *m;

    memset(&record, 0, sizeof(interconnd_record_t));

    for (m = gone->head; m != NULL; m = m->next) {
        record.id = m->id;
        record.len++;
    }

    record.type = type;
    rc = journal_append(session, &record, name, NULL, 0);

    while ((m = interconnd_fifo_take(gone)) != NULL) {
        journal_forget(session, name, m, rc == 0);
    }

    interconnd_journal_prune(session);
}


static void
journal_forget(interconnd_session_t *session, const char *name,
    interconnd_message_t *m, bool recorded)
{
    if (m->segment != NULL) {
        m->segment->live--;
        m->segment->live_bytes -= sizeof(interconnd_record_t)
                                  + strlen(name) + (m->file != 0 ? 0 : m->len)
                                  + INTERCONND_RECORD_END;
    }

    /* what the journal still has as a message must not get other bytes */

    if (m->file != 0 && recorded) {
        interconnd_blob_done(session, m->file);

    } else if (m->file != 0) {
        interconnd_blob_remove(session, m->file);
    }

    free(m);
}


void
interconnd_journal_prune(interconnd_session_t *session)
{
    char                  *path;
    interconnd_segment_t  *segment;

    while ((segment = session->journal.oldest) != session->journal.newest
           && segment->live == 0)
    {
        path = journal_path(session, segment->number);

        if (path != NULL) {
            interconnd_blob_adopt(session, path);
            free(path);
        }

        session->journal.oldest = segment->next;
        session->journal.size -= segment->size;

        close(segment->fd);
        free(segment);
    }
}


int
interconnd_journal_create(interconnd_channel_t *ch,
    interconnd_session_t *session)
{
    if (mkdir(session->journal.path, 0700) != 0 && errno != EEXIST) {
        interconnd_log("error", "%s: %s", session->journal.path,
                       strerror(errno));
        return -1;
    }

    return journal_rotate(session);
}


u_char *
interconnd_journal_read(const interconnd_message_t *m)
{
    u_char  *data;

    data = malloc(m->len + 1);

    if (data != NULL
        && pread(m->segment->fd, data, m->len, m->at) != (ssize_t) m->len)
    {
        interconnd_log("error", "message %llu cannot be read: %s",
                       (unsigned long long) m->id, strerror(errno));
        free(data);
        return NULL;
    }

    return data;
}


int
interconnd_journal_sync(interconnd_session_t *session)
{
    if (session->journal.dirty && session->journal.newest != NULL
        && fdatasync(session->journal.newest->fd) != 0)
    {
        interconnd_log("error", "session %s: its journal: %s",
                       session->named.name, strerror(errno));
        return -1;
    }

    session->journal.dirty = 0;

    return 0;
}


void
interconnd_journal_close(interconnd_session_t *session, bool remove)
{
    char                  *path;
    interconnd_segment_t  *segment;

    while ((segment = session->journal.oldest) != NULL) {
        session->journal.oldest = segment->next;

        path = remove ? journal_path(session, segment->number) : NULL;

        if (path != NULL) {
            (void) unlink(path);
            free(path);
        }

        close(segment->fd);
        free(segment);
    }

    interconnd_blob_sweep(session, INT64_MAX);

    if (remove && session->journal.path != NULL) {
        interconnd_journal_clean(session->journal.path);
    }

    free(session->journal.path);
    memset(&session->journal, 0, sizeof(interconnd_journal_t));
}


static char *
journal_path(const interconnd_session_t *session, unsigned number)
{
    char  *path;

    return (asprintf(&path, "%s/journal-%08x", session->journal.path, number)
            < 0) ? NULL : path;
}
