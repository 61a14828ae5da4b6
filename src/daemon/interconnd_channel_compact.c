
/*
 * A message that nobody takes would keep all segments after its own. The
 * live ones of the oldest segment are appended again, under their ids.
 */


#include <stdlib.h>

#include "interconnd_channel.h"
#include "interconnd_channel_journal.h"


/* dead bytes between live ones, until the live ones are written again */
#define JOURNAL_WASTE  (32 * 1024 * 1024)


static int journal_move(interconnd_session_t *session, interconnd_names_t
    *names, interconnd_record_e type);
static int journal_move_one(interconnd_session_t *session, interconnd_record_e
    type, const char *name, interconnd_message_t *m);


/*
 * A message that nobody takes would keep all segments after its own. The
 * live ones of the oldest segment are appended again, under their ids.
 */

void
interconnd_journal_compact(interconnd_session_t *session)
{
    size_t                 live;
    interconnd_segment_t  *segment;

    live = 0;

    for (segment = session->journal.oldest;
         segment != NULL;
         segment = segment->next)
    {
        live += segment->live_bytes;
    }

    if (session->journal.size < 2 * live + JOURNAL_WASTE) {
        return;
    }

    if (journal_move(session, &session->queues, INTERCONND_RECORD_IN) == 0
        && journal_move(session, &session->streams, INTERCONND_RECORD_OUT)
           == 0)
    {
        interconnd_journal_prune(session);
    }
}


static int
journal_move(interconnd_session_t *session, interconnd_names_t *names,
    interconnd_record_e type)
{
    unsigned               n;
    interconnd_fifo_t     *fifo;
    interconnd_named_t    *named;
    interconnd_message_t  *m;

    for (n = 0; n < INTERCONND_CHANNEL_BUCKETS; n++) {

        for (named = names->buckets[n]; named != NULL; named = named->next) {

            fifo = (type == INTERCONND_RECORD_IN)
                   ? &((interconnd_queue_t *) named)->messages
                   : &((interconnd_stream_t *) named)->messages;

            for (m = fifo->head; m != NULL; m = m->next) {

                if (m->segment == session->journal.oldest
                    && journal_move_one(session, type, named->name, m) != 0)
                {
                    return -1;
                }
            }
        }
    }

    return 0;
}


static int
journal_move_one(interconnd_session_t *session, interconnd_record_e type,
    const char *name, interconnd_message_t *m)
{
    int                    rc;
    u_char                *data;
    size_t                 bytes;
    interconnd_record_t    record;
    interconnd_segment_t  *segment;

    data = (m->file != 0) ? NULL : interconnd_journal_read(m);

    if (data == NULL && m->file == 0) {
        return -1;
    }

    segment = m->segment;
    bytes = sizeof(interconnd_record_t) + strlen(name)
            + (m->file != 0 ? 0 : m->len) + INTERCONND_RECORD_END;

    memset(&record, 0, sizeof(interconnd_record_t));

    record.type = type;
    record.file = m->file;
    record.id = m->id;
    record.seq = m->seq;
    record.call = m->call;
    record.at = m->at;
    record.len = m->len;

    /* not to the next segment: it would be compacted within this turn */

    rc = interconnd_journal_write(session, &record, name, data,
                                  (m->file != 0) ? 0 : m->len);
    free(data);

    if (rc != 0) {
        return -1;
    }

    segment->live--;
    segment->live_bytes -= bytes;

    m->segment = session->journal.newest;
    m->segment->live++;
    m->segment->live_bytes += bytes;

    if (m->file == 0) {
        m->at = m->segment->size - INTERCONND_RECORD_END - m->len;
    }

    return 0;
}
