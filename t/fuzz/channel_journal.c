
/*
 * What a channel reads back from its own folder: the input behind a zero byte
 * is a segment of the journal; else a list of records, whose sums are made
 * to fit, that an earlier process may have written, or whoever writes to its
 * disk. No message has bytes that are not there, what is counted is what is
 * held, and a second look finds the same.
 */


#include "../../src/daemon/interconnd_channel_journal.h"
#include "../../src/lib/ic_codec.h"
#include "files.h"


#define SALT   7
#define BLOB   "the bytes of a large message"
#define LEAST  (sizeof(interconnd_record_t) - sizeof(uint64_t))


typedef struct {
    uint64_t  sum;
    size_t    bytes;
    unsigned  messages;
    unsigned  read;
} found_t;


static const char *const  names[] = {
    "hospital-b topic", "hospital-c topic", "hospital-b other", "no_space"
};

static char  folder[160];


static void
put(const char *name, ic_str_t bytes)
{
    char  path[100];

    snprintf(path, sizeof(path), "%.64s/%.24s", strrchr(folder, '/') + 1,
             name);
    files_put(path, bytes);
}


/* Appends the record, its name and bytes; ends with what says it is whole. */

static void
add(ic_str_t *file, interconnd_record_t *record, uint64_t salt,
    const char *name, ic_str_t bytes)
{
    u_char    *p;
    uint64_t   end;

    record->name = (uint16_t) strlen(name);
    record->size = (uint32_t) (record->name + bytes.len + sizeof(end));
    record->sum = interconnd_record_sum(record, salt);
    end = record->sum + 1;

    file->data = realloc(file->data, file->len + sizeof(interconnd_record_t)
                         + record->size);
    p = file->data + file->len;
    memcpy(p, record, sizeof(interconnd_record_t));
    p += sizeof(interconnd_record_t);
    memcpy(p, name, record->name);
    p += record->name;

    if (bytes.len != 0) {
        memcpy(p, bytes.data, bytes.len);
    }

    memcpy(p + bytes.len, &end, sizeof(end));
    file->len += sizeof(interconnd_record_t) + record->size;
}


/* Each: a name (two bits), bytes (the others), the members behind size. */

static ic_str_t
records(fuzz_t *fuzz)
{
    char                 members[sizeof(interconnd_record_t)];
    ic_str_t             file, bytes;
    unsigned             how;
    interconnd_record_t  record;

    memset(&record, 0, sizeof(record));
    record.type = INTERCONND_RECORD_SESSION;
    record.call = 1;
    record.at = SALT;
    file = ic_str_n(NULL, 0);
    add(&file, &record, 0, "session", ic_str(""));

    while (fuzz->size > LEAST) {
        how = fuzz_byte(fuzz);
        memset(members, 0, sizeof(members));
        memcpy(members + sizeof(uint64_t), fuzz->data, LEAST);
        memcpy(&record, members, sizeof(record));
        record.type %= INTERCONND_RECORD_STREAM + 2;
        fuzz->data += LEAST;
        fuzz->size -= LEAST;

        bytes.len = how / 4 < fuzz->size ? how / 4 : fuzz->size;
        bytes.data = (u_char *) fuzz->data;
        fuzz->data += bytes.len;
        fuzz->size -= bytes.len;
        add(&file, &record, SALT, names[how % 4], bytes);
    }

    return file;
}


static void
read_all(interconnd_session_t *session, const interconnd_message_t *m,
    found_t *found)
{
    size_t             pos;
    u_char             buffer[4096];
    ssize_t            n;
    interconnd_body_t  body;

    for ( /* void */ ; m != NULL; m = m->next) {
        FUZZ_TRUE(m->next == NULL || m->id < m->next->id);
        found->messages++;
        found->bytes += m->len;
        found->sum = found->sum * 31 + m->id + m->len + (uint64_t) m->seq;

        if (interconnd_body_open(&body, session, m, 0) != 0) {
            FUZZ_TRUE(m->file != 0);         /* there is no such file */
            continue;
        }

        for (pos = 0; pos < m->len; pos += (size_t) n) {
            n = interconnd_body_read(&body, pos, buffer, sizeof(buffer));

            if (n <= 0) {
                FUZZ_TRUE(m->file != 0);
                break;
            }
        }

        found->read += pos == m->len;
        interconnd_body_free(&body);
    }
}


static found_t
look(interconnd_channel_t *ch)
{
    found_t                found;
    unsigned               n;
    interconnd_named_t    *named;
    interconnd_session_t  *session;

    session = calloc(1, sizeof(interconnd_session_t));
    session->named.name = strdup("session");
    session->channel = ch;
    session->parties = calloc(1, sizeof(interconnd_party_t));
    session->parties[0].node = strdup("hospital-b");
    session->nparties = 1;
    interconnd_named_add(&ch->sessions, &session->named);
    memset(&found, 0, sizeof(found));

    if (interconnd_journal_open(ch, session) == 0) {

        for (n = 0; n < INTERCONND_CHANNEL_BUCKETS; n++) {
            for (named = session->queues.buckets[n];
                 named != NULL;
                 named = named->next)
            {
                read_all(session, ((interconnd_queue_t *) named)
                                  ->messages.head, &found);
            }

            for (named = session->streams.buckets[n];
                 named != NULL;
                 named = named->next)
            {
                read_all(session, ((interconnd_stream_t *) named)
                                  ->messages.head, &found);
            }
        }

        FUZZ_TRUE(found.messages == session->queued);
        FUZZ_TRUE(found.bytes == session->buffered + session->outgoing);
        FUZZ_TRUE(ch->total == found.bytes);
    }

    interconnd_named_remove(&ch->sessions, &session->named);
    interconnd_session_free(ch, session);
    FUZZ_TRUE(ch->total == 0);

    return found;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char                   name[65];
    fuzz_t                 fuzz = { data, size };
    found_t                first, again;
    ic_str_t               file;
    interconnd_conf_t      conf = { .node_id = "hospital-a" };
    interconnd_channel_t   ch = { .conf = &conf, .total_max = 1 << 20 };

    ch.folder = (char *) files_begin();
    ic_sha256_hex(name, "session", strlen("session"));
    snprintf(folder, sizeof(folder), "%s/%s", ch.folder, name);
    (void) mkdir(folder, 0700);

    if (size > 0 && data[0] == '\0') {
        file = fuzz_copy(ic_str_n(data + 1, size - 1));

    } else {
        file = records(&fuzz);
    }

    put("blob-0000000000000005", ic_str(BLOB));
    put("journal-00000001", file);
    free(file.data);

    first = look(&ch);
    again = look(&ch);
    FUZZ_TRUE(first.sum == again.sum && first.messages == again.messages);
    FUZZ_TRUE(again.read <= first.read);     /* two of one file; one goes */
    interconnd_journal_clean(folder);

    return 0;
}
