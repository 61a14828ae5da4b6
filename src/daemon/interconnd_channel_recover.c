
/* What an earlier process of the role kept: journals read at the start. */


#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_channel.h"
#include "interconnd_channel_journal.h"


/* Bytes of a file that any record can mean: sums of them fit. */
#define RECOVER_FILE_MAX  (1ULL << 40)


static int recover_path(interconnd_channel_t *ch,
    interconnd_session_t *session);
static int recover_segments(interconnd_session_t *session);
static int recover_segment(interconnd_session_t *session, unsigned number);
static int recover_records(interconnd_session_t *session,
    interconnd_segment_t *segment, off_t end);
static int recover_apply(interconnd_session_t *session,
    const interconnd_record_t *record, const char *name, off_t end);
static bool recover_sound(interconnd_session_t *session,
    const interconnd_record_t *record);
static int recover_message(interconnd_session_t *session,
    interconnd_fifo_t *fifo, size_t *held,
    const interconnd_record_t *record, off_t end);
static size_t recover_bytes(const interconnd_message_t *m,
    const interconnd_record_t *record);
static void recover_done(interconnd_session_t *session,
    interconnd_fifo_t *fifo, size_t *held,
    const interconnd_record_t *record);
static int recover_in(interconnd_session_t *session,
    const interconnd_record_t *record, const char *name, off_t end);
static int recover_out(interconnd_session_t *session,
    const interconnd_record_t *record, const char *name, off_t end);
static interconnd_stream_t *recover_stream(interconnd_session_t *session,
    const char *name);
static void recover_lent(interconnd_channel_t *ch,
    interconnd_session_t *session);


int
interconnd_journal_open(interconnd_channel_t *ch,
    interconnd_session_t *session)
{
    if (recover_path(ch, session) != 0) {
        return -1;
    }

    session->journal.sync = (ch->conf->channel_sync != 0);

    if (access(session->journal.path, F_OK) == 0
        && recover_segments(session) != 0)
    {
        return -1;
    }

    ch->total += session->buffered + session->outgoing;

    if (session->journal.newest == NULL
        && session->state == INTERCONND_SESSION_CLOSED)
    {
        return 0;
    }

    if (session->journal.newest == NULL) {
        return interconnd_journal_create(ch, session);
    }

    interconnd_blob_recover(session);
    recover_lent(ch, session);

    return 0;
}


/* What was on its way, in one piece, to a caller that has no numbers. */

static void
recover_lent(interconnd_channel_t *ch, interconnd_session_t *session)
{
    unsigned             n;
    interconnd_queue_t  *queue;
    interconnd_named_t  *named;

    for (n = 0; n < INTERCONND_CHANNEL_BUCKETS; n++) {

        for (named = session->queues.buckets[n];
             named != NULL;
             named = named->next)
        {
            queue = (interconnd_queue_t *) named;

            if (queue->part.id != 0) {
                interconnd_part_recover(queue);
            }

            if (queue->lent_call == INTERCONND_CHANNEL_ANYBODY
                && queue->messages.head != NULL)
            {
                interconnd_queue_shift(ch, queue);
            }
        }
    }
}


void
interconnd_journal_discard(interconnd_channel_t *ch,
    interconnd_session_t *session)
{
    if (recover_path(ch, session) == 0) {
        interconnd_journal_clean(session->journal.path);
        free(session->journal.path);
        session->journal.path = NULL;
    }
}


static int
recover_path(interconnd_channel_t *ch, interconnd_session_t *session)
{
    char  name[65];

    ic_sha256_hex(name, session->named.name, strlen(session->named.name));

    if (asprintf(&session->journal.path, "%s/%s", ch->folder, name) < 0) {
        session->journal.path = NULL;
        return -1;
    }

    return 0;
}


/* Numbers follow each other; the oldest one is searched. */

static int
recover_segments(interconnd_session_t *session)
{
    DIR            *dir;
    unsigned        first, last, number;
    struct dirent  *entry;

    dir = opendir(session->journal.path);

    if (dir == NULL) {
        return -1;
    }

    first = ~0U;
    last = 0;

    while ((entry = readdir(dir)) != NULL) {
        if (sscanf(entry->d_name, "journal-%8x", &number) == 1) {
            first = (number < first) ? number : first;
            last = (number > last) ? number : last;
        }
    }

    closedir(dir);

    for (number = first; number <= last; number++) {
        if (recover_segment(session, number) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
recover_segment(interconnd_session_t *session, unsigned number)
{
    int                    fd;
    char                  *path, name[INTERCONND_CHANNEL_NAME + 1];
    ssize_t                n;
    struct stat            st;
    interconnd_record_t    record;
    interconnd_segment_t  *segment;

    if (asprintf(&path, "%s/journal-%08x", session->journal.path, number)
        < 0)
    {
        return -1;
    }

    fd = open(path, O_RDWR|O_CLOEXEC);

    if (fd < 0 || fstat(fd, &st) != 0) {
        interconnd_log("error", "%s: %s", path, strerror(errno));
        free(path);
        return -1;
    }

    n = interconnd_recover_record(fd, 0, st.st_size, 0, &record, name);

    if (n == 0 || record.type != INTERCONND_RECORD_SESSION
        || record.call != number)
    {
        /* its process ended before it began: nothing is in it */

        (void) unlink(path);
        free(path);
        close(fd);
        return 0;
    }

    free(path);

    segment = interconnd_journal_segment(session, number, fd);

    if (segment == NULL) {
        close(fd);
        return -1;
    }

    segment->salt = record.at;

    return recover_records(session, segment, st.st_size);
}


/* After the last one is what was cut short, or left of another segment. */

static int
recover_records(interconnd_session_t *session, interconnd_segment_t *segment,
    off_t end)
{
    char                 name[INTERCONND_CHANNEL_NAME + 1];
    off_t                at;
    ssize_t              n;
    interconnd_record_t  record;

    n = interconnd_recover_record(segment->fd, 0, end, 0, &record, name);

    for (at = 0; n != 0; /* void */ ) {
        at += n;

        if (recover_apply(session, &record, name, at) != 0) {
            return -1;
        }

        n = interconnd_recover_record(segment->fd, at, end, segment->salt,
                                      &record, name);
    }

    segment->size = (size_t) at;
    session->journal.size += (size_t) at;

    return 0;
}


ssize_t
interconnd_recover_record(int fd, off_t at, off_t end, uint64_t salt,
    interconnd_record_t *record, char *name)
{
    off_t     last;
    uint64_t  mark;

    if (pread(fd, record, sizeof(interconnd_record_t), at)
        != (ssize_t) sizeof(interconnd_record_t)
        || interconnd_record_sum(record, salt) != record->sum
        || record->name > INTERCONND_CHANNEL_NAME
        || record->size < record->name + INTERCONND_RECORD_END)
    {
        return 0;
    }

    last = at + (off_t) sizeof(interconnd_record_t) + record->size;

    if (last > end
        || pread(fd, &mark, sizeof(mark), last - (off_t) sizeof(mark))
           != (ssize_t) sizeof(mark)
        || mark != record->sum + 1
        || pread(fd, name, record->name, at + sizeof(interconnd_record_t))
           != record->name)
    {
        return 0;
    }

    name[record->name] = '\0';

    return last - at;
}


/*
 * A sum is no proof against who can write to the folder: bytes of a message
 * are those of its record, or in a file of its own.
 */

static bool
recover_sound(interconnd_session_t *session,
    const interconnd_record_t *record)
{
    size_t  len;

    len = record->size - record->name - INTERCONND_RECORD_END;

    if (record->id < UINT64_MAX / 2 && record->file < UINT64_MAX / 2
        && ((record->type != INTERCONND_RECORD_IN
             && record->type != INTERCONND_RECORD_OUT)
            || (record->file == 0 && record->len == len)
            || (record->file != 0 && len == 0
                && record->len <= RECOVER_FILE_MAX
                && record->at <= RECOVER_FILE_MAX)))
    {
        return true;
    }

    interconnd_log("error", "session %s: its journal has a record of a "
                   "message that cannot be, which is left out",
                   session->named.name);

    return false;
}


static int
recover_apply(interconnd_session_t *session,
    const interconnd_record_t *record, const char *name, off_t end)
{
    if (!recover_sound(session, record)) {
        return 0;
    }

    if (record->id > session->journal.last_id) {
        session->journal.last_id = record->id;
    }

    if (record->file > session->journal.last_id) {
        session->journal.last_id = record->file;
    }

    switch (record->type) {

    case INTERCONND_RECORD_IN:
    case INTERCONND_RECORD_TAKEN:
    case INTERCONND_RECORD_LENT:
    case INTERCONND_RECORD_QUEUE:
        return recover_in(session, record, name, end);

    case INTERCONND_RECORD_OUT:
    case INTERCONND_RECORD_SENT:
    case INTERCONND_RECORD_STREAM:
        return recover_out(session, record, name, end);

    default:
        return 0;
    }
}


static int
recover_in(interconnd_session_t *session, const interconnd_record_t *record,
    const char *name, off_t end)
{
    char                 node[INTERCONND_CHANNEL_NAME + 1];
    const char          *space;
    interconnd_queue_t  *queue;

    space = strchr(name, ' ');

    if (space == NULL) {
        return 0;
    }

    snprintf(node, sizeof(node), "%.*s", (int) (space - name), name);
    queue = interconnd_queue_get(session, node, space + 1);

    if (queue == NULL) {
        return -1;
    }

    switch (record->type) {

    case INTERCONND_RECORD_TAKEN:
        queue->lent_call = 0;
        recover_done(session, &queue->messages, &session->buffered, record);
        return 0;

    case INTERCONND_RECORD_LENT:
        queue->lent_call = record->call;
        return 0;

    case INTERCONND_RECORD_QUEUE:
        queue->part.id = record->file;
        queue->part.seq = record->part;
        queue->part.size = record->len;
        queue->part.have = record->at;
        break;

    default:
        if (recover_message(session, &queue->messages, &session->buffered,
                            record, end)
            != 0)
        {
            return -1;
        }

        if (record->file != 0 && queue->part.id == record->file) {
            memset(&queue->part, 0, sizeof(interconnd_part_t));
        }
    }

    queue->seq = (record->seq > queue->seq) ? record->seq : queue->seq;
    queue->call = (record->call > queue->call) ? record->call : queue->call;

    return 0;
}


static int
recover_out(interconnd_session_t *session, const interconnd_record_t *record,
    const char *name, off_t end)
{
    interconnd_stream_t  *stream;

    stream = recover_stream(session, name);

    if (stream == NULL) {
        return 0;
    }

    if (record->type == INTERCONND_RECORD_SENT) {
        recover_done(session, &stream->messages, &session->outgoing, record);
        return 0;
    }

    stream->seq = (record->seq > stream->seq) ? record->seq : stream->seq;
    stream->call = (record->call > stream->call) ? record->call
                                                 : stream->call;

    /* how far it came under the earlier process, the peer knows */
    stream->ask = 1;

    return (record->type == INTERCONND_RECORD_OUT)
           ? recover_message(session, &stream->messages, &session->outgoing,
                             record, end)
           : 0;
}


/* NULL: memory is short, or the node is no party any more. */

static interconnd_stream_t *
recover_stream(interconnd_session_t *session, const char *name)
{
    char                 node[INTERCONND_CHANNEL_NAME + 1];
    const char          *space;
    interconnd_party_t  *party;

    space = strchr(name, ' ');

    if (space == NULL) {
        return NULL;
    }

    snprintf(node, sizeof(node), "%.*s", (int) (space - name), name);
    party = interconnd_session_party(session, node);

    return (party != NULL)
           ? interconnd_out_stream(session, party, space + 1) : NULL;
}


/* What the message's record takes in its segment; another of its name. */

static size_t
recover_bytes(const interconnd_message_t *m,
    const interconnd_record_t *record)
{
    return sizeof(interconnd_record_t) + record->name
           + (m->file != 0 ? 0 : m->len) + INTERCONND_RECORD_END;
}


/* A message that was moved keeps its id and its place. */

static int
recover_message(interconnd_session_t *session, interconnd_fifo_t *fifo,
    size_t *held, const interconnd_record_t *record, off_t end)
{
    interconnd_message_t   *m, **link;
    interconnd_segment_t   *segment;

    segment = session->journal.newest;

    for (link = &fifo->head;
         *link != NULL && (*link)->id < record->id;
         link = &(*link)->next)
    {
        /* new ones are at the end */

        if (fifo->tail->id < record->id) {
            link = &fifo->tail->next;
            break;
        }
    }

    m = *link;

    if (m != NULL && m->id == record->id) {
        m->segment->live--;
        m->segment->live_bytes -= recover_bytes(m, record);
        *held += record->len - m->len;

    } else {
        m = calloc(1, sizeof(interconnd_message_t));

        if (m == NULL) {
            return -1;
        }

        m->next = *link;
        *link = m;
        fifo->tail = (m->next == NULL) ? m : fifo->tail;
        session->queued++;
        *held += record->len;
    }

    m->id = record->id;
    m->seq = record->seq;
    m->call = record->call;
    m->file = record->file;
    m->len = record->len;
    m->at = (m->file != 0)
            ? (off_t) record->at
            : end - (off_t) (INTERCONND_RECORD_END + record->len);
    m->segment = segment;

    segment->live++;
    segment->live_bytes += sizeof(interconnd_record_t) + record->size;

    return 0;
}


/* Of several, the last one's id is in the record: they are in order. */

static void
recover_done(interconnd_session_t *session, interconnd_fifo_t *fifo,
    size_t *held, const interconnd_record_t *record)
{
    bool                   several;
    interconnd_message_t  *m, *last, **link;

    last = NULL;
    link = &fifo->head;
    several = (record->len > 1);

    while ((m = *link) != NULL && m->id <= record->id) {

        if (m->id != record->id && !several) {
            last = m;
            link = &m->next;
            continue;
        }

        *link = m->next;
        fifo->tail = (m->next == NULL) ? last : fifo->tail;

        m->segment->live--;
        m->segment->live_bytes -= recover_bytes(m, record);
        session->queued--;
        *held -= m->len;
        free(m);
    }
}
