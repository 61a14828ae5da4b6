
/* One message to one peer over HTTPS: the standard's invoke call. */


#include <stdio.h>
#include <stdlib.h>

#include "interconnd_channel.h"
#include "interconnd_channel_dialect.h"
#include "interconnd_channel_identity.h"
#include "interconnd_channel_journal.h"
#include "interconnd_channel_transfer.h"
#include "interconnd_tls.h"


#define TRANSFER_PATH          "/v1/interconn/chan/invoke"
#define TRANSFER_CONNECT_MS    5000L
#define TRANSFER_STALL_S       20L
#define TRANSFER_SLOW          1024L         /* bytes a second: stalled */
#define TRANSFER_CONNECTIONS   64L
#define TRANSFER_PER_HOST      16L


static const interconnd_dialect_t *transfer_dialect(
    const interconnd_transfer_t *transfer);
static int transfer_open(interconnd_transfer_t *transfer);
static int transfer_numbers(interconnd_transfer_t *transfer);
static size_t transfer_size(const interconnd_transfer_t *transfer);
static size_t transfer_upload(char *buffer, size_t size, size_t n,
    void *ctx);
static int transfer_rewind(void *ctx, curl_off_t offset, int origin);
static interconnd_transfer_t *transfer_get(interconnd_channel_t *ch);
static int transfer_headers(interconnd_channel_t *ch,
    interconnd_transfer_t *transfer);
static int transfer_header(interconnd_transfer_t *transfer, const char *name,
    const char *value);
static int transfer_options(interconnd_channel_t *ch,
    interconnd_transfer_t *transfer);
static int transfer_progress(void *context, curl_off_t down_total,
    curl_off_t down, curl_off_t up_total, curl_off_t up);
static int transfer_connected(void *context, char *primary, char *own,
    int primary_port, int own_port);


int
interconnd_out_init(interconnd_channel_t *ch)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return -1;
    }

    ch->multi = curl_multi_init();

    if (ch->multi == NULL) {
        return -1;
    }

    curl_multi_setopt(ch->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                      TRANSFER_PER_HOST);
    curl_multi_setopt(ch->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                      TRANSFER_CONNECTIONS);

    return 0;
}


/* Running transfers are given up with their connections. */

void
interconnd_out_done(interconnd_channel_t *ch)
{
    interconnd_transfer_t  *transfer;

    while ((transfer = ch->idle) != NULL) {
        ch->idle = transfer->next;
        curl_easy_cleanup(transfer->easy);
        free(transfer);
    }

    curl_multi_cleanup(ch->multi);
    curl_global_cleanup();
}


interconnd_stream_t *
interconnd_transfer_stream(interconnd_transfer_t *transfer)
{
    return transfer->stream;
}


int
interconnd_transfer_start(interconnd_channel_t *ch,
    interconnd_stream_t *stream)
{
    interconnd_transfer_t  *transfer;

    transfer = transfer_get(ch);

    if (transfer == NULL) {
        return -1;
    }

    transfer->stream = stream;
    transfer->offset = -1;
    transfer->taken = -1;
    transfer->sent = 0;

    /* how far the last attempt came, or one of an earlier process */

    transfer->asks = (stream->messages.head == NULL
                      || (stream->ask && transfer_dialect(transfer) == NULL
                          && stream->messages.head->len
                             > INTERCONND_CHANNEL_RESUMED));

    transfer->count = (transfer_dialect(transfer) == NULL
                       && stream->offset == 0 && !transfer->asks)
                      ? interconnd_batch_count(stream) : 1;

    if (transfer_open(transfer) != 0
        || transfer_headers(ch, transfer) != 0
        || transfer_options(ch, transfer) != 0
        || curl_multi_add_handle(ch->multi, transfer->easy) != CURLM_OK)
    {
        interconnd_transfer_put(ch, transfer);
        return -1;
    }

    return 0;
}


/* NULL: that of our own nodes. */

static const interconnd_dialect_t *
transfer_dialect(const interconnd_transfer_t *transfer)
{
    const interconnd_dialect_t  *dialect;

    dialect = transfer->stream->party->dialect;

    return (dialect == NULL || interconnd_dialect_is_native(dialect))
           ? NULL : dialect;
}


static int
transfer_open(interconnd_transfer_t *transfer)
{
    interconnd_stream_t         *stream;
    const interconnd_dialect_t  *dialect;

    stream = transfer->stream;
    dialect = transfer_dialect(transfer);

    if (transfer->count > 1) {
        transfer->size = interconnd_batch_size(stream, transfer->count);
        return 0;
    }

    if (interconnd_body_open(&transfer->body, stream->session,
                             transfer->asks ? NULL : stream->messages.head,
                             transfer->asks ? 0 : stream->offset)
        != 0)
    {
        return -1;
    }

    return (dialect != NULL)
           ? interconnd_dialect_invoke(dialect, stream->topic,
                                       &transfer->body)
           : 0;
}


static interconnd_transfer_t *
transfer_get(interconnd_channel_t *ch)
{
    interconnd_transfer_t  *transfer;

    transfer = ch->idle;

    if (transfer != NULL) {
        ch->idle = transfer->next;
        return transfer;
    }

    transfer = calloc(1, sizeof(interconnd_transfer_t));

    if (transfer == NULL) {
        return NULL;
    }

    transfer->body.fd = -1;

    transfer->easy = curl_easy_init();

    if (transfer->easy == NULL) {
        free(transfer);
        return NULL;
    }

    return transfer;
}


void
interconnd_transfer_put(interconnd_channel_t *ch,
    interconnd_transfer_t *transfer)
{
    curl_slist_free_all(transfer->headers);
    curl_easy_reset(transfer->easy);
    interconnd_body_free(&transfer->body);

    transfer->headers = NULL;
    transfer->stream = NULL;
    transfer->code[0] = '\0';
    transfer->component[0] = '\0';
    transfer->reply[0] = '\0';
    transfer->len = 0;
    transfer->answered = 0;
    transfer->waits_ms = 0;
    transfer->error[0] = '\0';

    transfer->next = ch->idle;
    ch->idle = transfer;
}


static int
transfer_headers(interconnd_channel_t *ch, interconnd_transfer_t *transfer)
{
    interconnd_stream_t         *stream;
    interconnd_session_t        *session;
    const interconnd_dialect_t  *dialect;

    stream = transfer->stream;
    session = stream->session;
    dialect = transfer_dialect(transfer);

    if (dialect == NULL) {
        dialect = interconnd_dialect_named("native", 6);
    }

    if (transfer_header(transfer, "x-ptp-version",
                        interconnd_dialect_version(dialect)) != 0
        || transfer_header(transfer, "x-ptp-uri",
                           interconnd_dialect_uri(dialect)) != 0
        || transfer_header(transfer, "x-ptp-tech-provider-code",
                           "interconn") != 0
        || transfer_header(transfer, "x-ptp-session-id",
                           session->named.name) != 0
        || transfer_header(transfer, "x-ptp-topic", stream->topic) != 0
        || transfer_header(transfer, "x-ptp-token", session->token) != 0
        || transfer_header(transfer, "x-ptp-source-node-id",
                           ch->conf->node_id) != 0
        || transfer_header(transfer, "x-ptp-target-node-id",
                           stream->party->node) != 0
        || transfer_header(transfer, "Content-Type",
                           interconnd_dialect_type(dialect, false)) != 0
        || transfer_header(transfer, "Expect", "") != 0
        || transfer_numbers(transfer) != 0
        || (session->component != NULL
            && transfer_header(transfer, INTERCONND_IDENTITY_HEADER,
                               session->component) != 0))
    {
        return -1;
    }

    if (strncasecmp(stream->party->address, "http://", 7) == 0) {
        return transfer_header(transfer, "X-Node-Id", ch->conf->node_id);
    }

    return 0;
}


/* Other implementations pass them over. */

static int
transfer_numbers(interconnd_transfer_t *transfer)
{
    int                    rc;
    char                   seq[40], size[24], offset[24], *lengths;
    interconnd_stream_t   *stream;
    interconnd_message_t  *m;

    stream = transfer->stream;
    m = stream->messages.head;

    if (m == NULL) {
        return (transfer_header(transfer, "x-interconn-seq", "1") != 0
                || transfer_header(transfer, "x-interconn-size", "1") != 0)
               ? -1 : 0;
    }

    if (transfer->count > 1) {
        snprintf(seq, sizeof(seq), "%lld+%u", (long long) m->seq,
                 transfer->count);
        lengths = interconnd_batch_lengths(stream, transfer->count);

        rc = (lengths == NULL
              || transfer_header(transfer, "x-interconn-seq", seq) != 0
              || transfer_header(transfer, "x-interconn-lengths", lengths)
                 != 0) ? -1 : 0;
        free(lengths);

        return rc;
    }

    snprintf(seq, sizeof(seq), "%lld", (long long) m->seq);
    snprintf(size, sizeof(size), "%zu", m->len);
    snprintf(offset, sizeof(offset), "%zu", stream->offset);

    if (transfer_header(transfer, "x-interconn-seq", seq) != 0) {
        return -1;
    }

    if (m->len <= INTERCONND_CHANNEL_RESUMED) {
        return 0;
    }

    return (transfer_header(transfer, "x-interconn-size", size) != 0
            || (!transfer->asks
                && transfer_header(transfer, "x-interconn-offset", offset)
                   != 0)) ? -1 : 0;
}


/* An empty value takes the header away. */

static int
transfer_header(interconnd_transfer_t *transfer, const char *name,
    const char *value)
{
    char               *line;
    struct curl_slist  *list;

    if (asprintf(&line, (*value != '\0') ? "%s: %s" : "%s:%s", name, value)
        < 0)
    {
        return -1;
    }

    list = curl_slist_append(transfer->headers, line);
    free(line);

    if (list == NULL) {
        return -1;
    }

    transfer->headers = list;

    return 0;
}


static int
transfer_options(interconnd_channel_t *ch, interconnd_transfer_t *transfer)
{
    CURL      *easy;
    char      *url;
    CURLcode   rc;

    easy = transfer->easy;

    if (asprintf(&url, "%s%s", transfer->stream->party->address,
                 TRANSFER_PATH) < 0)
    {
        return -1;
    }

    rc = curl_easy_setopt(easy, CURLOPT_URL, url);
    free(url);

    if (rc != CURLE_OK) {
        return -1;
    }

    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);

    if (!transfer->asks) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t) transfer_size(transfer));
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, transfer_upload);
        curl_easy_setopt(easy, CURLOPT_READDATA, transfer);
        curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, transfer_rewind);
        curl_easy_setopt(easy, CURLOPT_SEEKDATA, transfer);
    }

    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, interconnd_transfer_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, interconnd_transfer_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                     (long) CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, TRANSFER_CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, TRANSFER_SLOW);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, TRANSFER_STALL_S);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, transfer_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, transfer);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 262144L);

    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR,
                     ch->conf->plain_peers ? "http,https" : "https");
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, transfer_connected);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);

    transfer->refused[0] = '\0';
    transfer->dial.allow = ch->conf->peer_allow;
    transfer->dial.error = transfer->refused;
    transfer->dial.size = sizeof(transfer->refused);

    return interconnd_dial_setup(easy, &transfer->dial) != 0
           ? -1 : interconnd_tls_setup(easy, ch->conf,
                                    interconnd_keys_identity(&ch->keys));
}


/*
 * A large message takes its time, the answer to it does not: one that comes a
 * byte at a time would hold a connection that other peers need.
 */

static int
transfer_progress(void *context, curl_off_t down_total, curl_off_t down,
    curl_off_t up_total, curl_off_t up)
{
    int64_t                   now, most;
    interconnd_transfer_t    *transfer = context;
    const interconnd_conf_t  *conf;

    (void) down_total;
    (void) down;
    (void) up_total;

    if (transfer->stream == NULL
        || (!transfer->asks && (size_t) up < transfer_size(transfer)))
    {
        return 0;
    }

    now = ic_mono_ms();

    if (transfer->waits_ms == 0) {
        transfer->waits_ms = now;
    }

    conf = transfer->stream->session->channel->conf;
    most = conf->message_timeout < TRANSFER_STALL_S
           ? conf->message_timeout : TRANSFER_STALL_S;

    if (now - transfer->waits_ms <= most * 1000) {
        return 0;
    }

    snprintf(transfer->refused, sizeof(transfer->refused),
             "it does not come to the end of its answer");

    return 1;
}


static int
transfer_connected(void *context, char *primary, char *own,
    int primary_port, int own_port)
{
    const char             *why;
    interconnd_transfer_t  *transfer = context;

    /* of the name's addresses one was not refused */
    transfer->refused[0] = '\0';
    why = interconnd_tls_refuses(transfer->easy,
                                 &transfer->stream->session->channel->keys);

    if (why != NULL) {
        snprintf(transfer->refused, sizeof(transfer->refused),
                 "the server's %s", why);
        return CURL_PREREQFUNC_ABORT;
    }

    return interconnd_tls_is_node(transfer->easy, transfer->stream->party->node,
                                  transfer->stream->party->address, NULL)
           ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}


static size_t
transfer_size(const interconnd_transfer_t *transfer)
{
    return (transfer->count > 1) ? transfer->size
                                 : interconnd_body_size(&transfer->body);
}


static size_t
transfer_upload(char *buffer, size_t size, size_t n, void *ctx)
{
    ssize_t                 len;
    interconnd_transfer_t  *transfer = ctx;

    if (transfer->count > 1) {
        n = (transfer->size - transfer->sent < size * n)
            ? transfer->size - transfer->sent : size * n;
        len = interconnd_batch_read(transfer->stream, transfer->sent,
                                    (u_char *) buffer, n);

    } else {
        len = interconnd_body_read(&transfer->body, transfer->sent,
                                   (u_char *) buffer, size * n);
    }

    if (len < 0) {
        return CURL_READFUNC_ABORT;
    }

    transfer->sent += (size_t) len;

    return (size_t) len;
}


/* A kept-alive connection was gone: once more, on a new one. */

static int
transfer_rewind(void *ctx, curl_off_t offset, int origin)
{
    interconnd_transfer_t  *transfer = ctx;

    /* most of a large message has arrived: the next attempt goes on there */

    if (origin != SEEK_SET || transfer->sent > INTERCONND_CHANNEL_RESUMED) {
        return CURL_SEEKFUNC_FAIL;
    }

    transfer->sent = (size_t) offset;

    return CURL_SEEKFUNC_OK;
}
