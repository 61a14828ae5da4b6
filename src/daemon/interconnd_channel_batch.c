
/*
 * Several small messages in one call between two nodes of ours:
 *
 *     x-interconn-seq: 17+3
 *     x-interconn-lengths: 1024,0,52
 *
 * and their bytes one after the other. Each is taken as soon as it is whole;
 * x-interconn-taken of the answer says how many were, from the first one on.
 * A node that answers with it understands batches; one that does not refuses
 * a number with a plus.
 */


#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_channel.h"
#include "interconnd_channel_dialect.h"
#include "interconnd_channel_journal.h"
#include "interconnd_channel_transfer.h"


#define BATCH_MESSAGES  128                  /* sent in one call */
#define BATCH_BYTES     (1024 * 1024)
#define BATCH_ACCEPTED  1024                 /* messages of a peer's */


struct interconnd_batch_s {
    const char  *lengths;                    /* those that are to come */
    int64_t      first;
    unsigned     count;
    unsigned     taken;
    size_t       want;                       /* length of the one that comes */
};


static interconnd_code_e batch_numbers(interconnd_batch_t *batch,
    const char *seq, const char *lengths, size_t *sum);
static int batch_length(const char **text, size_t *len);
static interconnd_code_e batch_take(interconnd_call_t *call,
    interconnd_session_t *session, const u_char *bytes);


interconnd_code_e
interconnd_batch_accept(interconnd_call_t *call)
{
    size_t               sum;
    int64_t              len;
    const char          *lengths, *seq, *text;
    interconnd_batch_t  *batch;

    lengths = interconnd_call_header(call, "x-interconn-lengths");

    if (lengths == NULL) {
        return INTERCONND_CODE_OK;
    }

    batch = calloc(1, sizeof(interconnd_batch_t));

    if (batch == NULL) {
        return interconnd_refuse(call, INTERCONND_CODE_UNAVAILABLE,
                                 "memory is short");
    }

    call->batch = batch;

    seq = interconnd_call_header(call, "x-interconn-seq");
    text = interconnd_call_header(call, MHD_HTTP_HEADER_CONTENT_LENGTH);

    if (seq == NULL || text == NULL || call->queried
        || !interconnd_dialect_is_native(call->dialect)
        || batch_numbers(batch, seq, lengths, &sum) != INTERCONND_CODE_OK
        || ic_str_int(ic_str(text), &len) != 0 || (size_t) len != sum)
    {
        return interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                                 "x-interconn-seq, x-interconn-lengths and "
                                 "the body do not fit together");
    }

    return INTERCONND_CODE_OK;
}


/* "<first>+<count>" and "<length>,<length>,...", the first one read. */

static interconnd_code_e
batch_numbers(interconnd_batch_t *batch, const char *seq,
    const char *lengths, size_t *sum)
{
    size_t       len;
    int64_t      count;
    unsigned     n;
    const char  *p, *plus;

    plus = strchr(seq, '+');

    if (plus == NULL
        || ic_str_int(ic_str_n((const u_char *) seq, (size_t) (plus - seq)),
                      &batch->first) != 0
        || ic_str_int(ic_str(plus + 1), &count) != 0
        || batch->first < 1 || batch->first > INT64_MAX - BATCH_ACCEPTED
        || count < 1 || count > BATCH_ACCEPTED)
    {
        return INTERCONND_CODE_BAD_REQUEST;
    }

    batch->count = (unsigned) count;
    p = lengths;
    *sum = 0;

    for (n = 0; n < batch->count; n++) {

        if (batch_length(&p, &len) != 0
            || (p[-1] == ',') != (n + 1 < batch->count))
        {
            return INTERCONND_CODE_BAD_REQUEST;
        }

        *sum += len;
    }

    batch->lengths = lengths;
    (void) batch_length(&batch->lengths, &batch->want);

    return (*p == '\0') ? INTERCONND_CODE_OK : INTERCONND_CODE_BAD_REQUEST;
}


static int
batch_length(const char **text, size_t *len)
{
    const char  *p;

    *len = 0;

    for (p = *text; *p >= '0' && *p <= '9'; p++) {
        *len = 10 * *len + (size_t) (*p - '0');

        if (*len > INTERCONND_CHANNEL_INLINE) {
            return -1;
        }
    }

    if (p == *text || (*p != ',' && *p != '\0')) {
        return -1;
    }

    *text = (*p == ',') ? p + 1 : p;

    return 0;
}


interconnd_code_e
interconnd_batch_append(interconnd_call_t *call,
    interconnd_session_t *session, const u_char *data, size_t len)
{
    size_t               n;
    interconnd_code_e    code;
    interconnd_batch_t  *batch;

    batch = call->batch;

    while (batch->taken < batch->count) {

        if (call->spool.len == 0) {
            code = interconnd_call_hold(call, session, batch->want);

            if (code != INTERCONND_CODE_OK) {
                return code;
            }
        }

        n = batch->want - call->spool.len;

        if (call->spool.len == 0 && len >= n) {
            /* whole: from where it was received into the journal */
            code = batch_take(call, session, data);

        } else if (len == 0) {
            return INTERCONND_CODE_OK;

        } else {
            n = (n < len) ? n : len;
            code = interconnd_spool_append(&call->spool, session,
                                           (const char *) data, n,
                                           batch->want);

            if (code == INTERCONND_CODE_OK
                && call->spool.len == batch->want)
            {
                code = batch_take(call, session, call->spool.data);
            }
        }

        if (code != INTERCONND_CODE_OK) {
            return code;
        }

        data += n;
        len -= n;
    }

    return INTERCONND_CODE_OK;
}


static interconnd_code_e
batch_take(interconnd_call_t *call, interconnd_session_t *session,
    const u_char *bytes)
{
    interconnd_code_e    code;
    interconnd_batch_t  *batch;

    batch = call->batch;

    call->seq = batch->first + batch->taken;
    call->bytes = bytes;
    call->at = 0;
    call->len = batch->want;

    code = interconnd_queue_push(call->channel, session, call);

    call->bytes = NULL;

    if (code != INTERCONND_CODE_OK) {
        return (code == INTERCONND_CODE_FULL)
               ? interconnd_refuse(call, code, "the session's buffer is full")
               : code;
    }

    /* a copy of one that is here was not taken over */

    interconnd_spool_free(&call->spool, session, false);
    interconnd_call_let_go(call);

    if (++batch->taken < batch->count) {
        (void) batch_length(&batch->lengths, &batch->want);
    }

    return INTERCONND_CODE_OK;
}


bool
interconnd_batch_whole(const interconnd_call_t *call)
{
    return call->batch->taken == call->batch->count;
}


unsigned
interconnd_batch_taken(const interconnd_call_t *call)
{
    return call->batch->taken;
}


unsigned
interconnd_batch_count(const interconnd_stream_t *stream)
{
    size_t                 bytes;
    unsigned               n;
    interconnd_message_t  *m;

    if (!stream->party->batches) {
        return 1;
    }

    n = 0;
    bytes = 0;

    for (m = stream->messages.head;
         m != NULL && m->file == 0 && n < BATCH_MESSAGES;
         m = m->next)
    {
        bytes += m->len;

        if (bytes > BATCH_BYTES) {
            break;
        }

        n++;
    }

    return (n > 1) ? n : 1;
}


size_t
interconnd_batch_size(const interconnd_stream_t *stream, unsigned count)
{
    size_t                 bytes;
    interconnd_message_t  *m;

    bytes = 0;

    for (m = stream->messages.head; count > 0; m = m->next, count--) {
        bytes += m->len;
    }

    return bytes;
}


char *
interconnd_batch_lengths(const interconnd_stream_t *stream, unsigned count)
{
    char                  *text, *p;
    size_t                 size;
    interconnd_message_t  *m;

    size = count * sizeof("65536,");
    text = malloc(size);

    if (text == NULL) {
        return NULL;
    }

    p = text;

    for (m = stream->messages.head; count > 0; m = m->next, count--) {
        p += snprintf(p, size - (size_t) (p - text),
                      (count > 1) ? "%zu," : "%zu", m->len);
    }

    return text;
}


/* Messages on their way stay where they are, though perhaps they move. */

ssize_t
interconnd_batch_read(const interconnd_stream_t *stream, size_t pos,
    u_char *buffer, size_t max)
{
    size_t                 have, n;
    interconnd_message_t  *m;

    have = 0;

    for (m = stream->messages.head; m != NULL && have < max; m = m->next) {

        if (pos >= m->len) {
            pos -= m->len;
            continue;
        }

        n = m->len - pos;
        n = (n < max - have) ? n : max - have;

        if (pread(m->segment->fd, buffer + have, n, m->at + (off_t) pos)
            != (ssize_t) n)
        {
            interconnd_log("error", "message %llu cannot be read: %s",
                           (unsigned long long) m->id, strerror(errno));
            return -1;
        }

        have += n;
        pos = 0;
    }

    return (ssize_t) have;
}
