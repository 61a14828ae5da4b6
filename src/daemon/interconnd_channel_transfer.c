
/* One message to one peer over HTTPS: the standard's invoke call. */


#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "interconnd_channel.h"
#include "interconnd_dial.h"
#include "interconnd_tls.h"


#define TRANSFER_PATH          "/v1/interconn/chan/invoke"
#define TRANSFER_CONNECT_MS    5000L
#define TRANSFER_STALL_S       20L
#define TRANSFER_CONNECTIONS   64L
#define TRANSFER_PER_HOST      16L
#define TRANSFER_REPLY         512


struct interconnd_transfer_s {
    interconnd_transfer_t  *next;        /* idle */
    interconnd_stream_t    *stream;
    CURL                   *easy;
    struct curl_slist      *headers;
    char                    code[16];    /* x-ptp-code */
    char                    reply[TRANSFER_REPLY];
    size_t                  len;         /* of the reply, NUL not counted */
    char                    error[CURL_ERROR_SIZE];
    char                    refused[128];
    interconnd_dial_t       dial;
};


static interconnd_transfer_t *transfer_get(interconnd_channel_t *ch);
static void transfer_put(interconnd_channel_t *ch,
    interconnd_transfer_t *transfer);
static int transfer_headers(interconnd_channel_t *ch,
    interconnd_transfer_t *transfer);
static int transfer_header(interconnd_transfer_t *transfer, const char *name,
    const char *value);
static int transfer_options(interconnd_channel_t *ch,
    interconnd_transfer_t *transfer);
static int transfer_connected(void *context, char *primary, char *own,
    int primary_port, int own_port);
static size_t transfer_body(char *data, size_t size, size_t n, void *ctx);
static size_t transfer_reply_header(char *data, size_t size, size_t n,
    void *ctx);
static const char *transfer_code(interconnd_transfer_t *transfer);
static const char *transfer_reason(interconnd_transfer_t *transfer,
    CURLcode result);
static void transfer_print(char *text);


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

    if (transfer_headers(ch, transfer) != 0
        || transfer_options(ch, transfer) != 0
        || curl_multi_add_handle(ch->multi, transfer->easy) != CURLM_OK)
    {
        transfer_put(ch, transfer);
        return -1;
    }

    return 0;
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

    transfer->easy = curl_easy_init();

    if (transfer->easy == NULL) {
        free(transfer);
        return NULL;
    }

    return transfer;
}


static void
transfer_put(interconnd_channel_t *ch, interconnd_transfer_t *transfer)
{
    curl_slist_free_all(transfer->headers);
    curl_easy_reset(transfer->easy);

    transfer->headers = NULL;
    transfer->stream = NULL;
    transfer->code[0] = '\0';
    transfer->reply[0] = '\0';
    transfer->len = 0;
    transfer->error[0] = '\0';

    transfer->next = ch->idle;
    ch->idle = transfer;
}


static int
transfer_headers(interconnd_channel_t *ch, interconnd_transfer_t *transfer)
{
    char                   seq[24];
    interconnd_stream_t   *stream;
    interconnd_session_t  *session;

    stream = transfer->stream;
    session = stream->session;

    snprintf(seq, sizeof(seq), "%lld", (long long) stream->seq);

    if (transfer_header(transfer, "x-ptp-version", "1") != 0
        || transfer_header(transfer, "x-ptp-uri",
                           "/v1/interconn/chan/push") != 0
        || transfer_header(transfer, "x-ptp-session-id",
                           session->named.name) != 0
        || transfer_header(transfer, "x-ptp-topic", stream->topic) != 0
        || transfer_header(transfer, "x-ptp-token", session->token) != 0
        || transfer_header(transfer, "x-ptp-source-node-id",
                           ch->conf->node_id) != 0
        || transfer_header(transfer, "x-ptp-target-node-id",
                           stream->node) != 0
        || transfer_header(transfer, "x-interconn-seq", seq) != 0
        || transfer_header(transfer, "Content-Type",
                           "application/octet-stream") != 0
        || transfer_header(transfer, "Expect", "") != 0)
    {
        return -1;
    }

    if (strncasecmp(stream->address, "http://", 7) == 0) {
        return transfer_header(transfer, "X-Node-Id", ch->conf->node_id);
    }

    return 0;
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
    CURL                  *easy;
    char                  *url;
    CURLcode               rc;
    interconnd_message_t  *m;

    easy = transfer->easy;
    m = transfer->stream->messages.head;

    if (asprintf(&url, "%s%s", transfer->stream->address, TRANSFER_PATH) < 0)
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
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) m->len);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
                     (m->data != NULL) ? (char *) m->data : "");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, transfer_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, transfer_reply_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                     (long) CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, TRANSFER_CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, TRANSFER_STALL_S);
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


static int
transfer_connected(void *context, char *primary, char *own,
    int primary_port, int own_port)
{
    interconnd_transfer_t  *transfer = context;

    return interconnd_tls_is_node(transfer->easy, transfer->stream->node,
                                  transfer->stream->address, NULL)
           ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}


static const char *
transfer_reason(interconnd_transfer_t *transfer, CURLcode result)
{
    /* only transfer_connected() aborts */
    if (result == CURLE_ABORTED_BY_CALLBACK) {
        return "its certificate is another node's";
    }

    if (transfer->refused[0] != '\0') {
        return transfer->refused;
    }

    return transfer->error[0] != '\0' ? transfer->error
                                      : curl_easy_strerror(result);
}


/* The beginning is enough to tell what the peer means. */

static size_t
transfer_body(char *data, size_t size, size_t n, void *ctx)
{
    size_t                  len;
    interconnd_transfer_t  *transfer;

    transfer = ctx;
    len = size * n;

    if (len > TRANSFER_REPLY - 1 - transfer->len) {
        len = TRANSFER_REPLY - 1 - transfer->len;
    }

    memcpy(transfer->reply + transfer->len, data, len);
    transfer->len += len;
    transfer->reply[transfer->len] = '\0';

    return size * n;
}


static size_t
transfer_reply_header(char *data, size_t size, size_t n, void *ctx)
{
    size_t                  len;
    interconnd_transfer_t  *transfer;

    transfer = ctx;
    len = size * n;

    if (len > 11 && strncasecmp(data, "x-ptp-code:", 11) == 0) {
        data += 11;
        len -= 11;

        while (len > 0 && *data == ' ') {
            data++;
            len--;
        }

        while (len > 0 && isspace((u_char) data[len - 1])) {
            len--;
        }

        snprintf(transfer->code, sizeof(transfer->code), "%.*s", (int) len,
                 data);
    }

    return size * n;
}


interconnd_code_e
interconnd_transfer_end(interconnd_channel_t *ch,
    interconnd_transfer_t *transfer, CURLcode result, char *reason,
    size_t size)
{
    long               status;
    const char        *code;
    interconnd_code_e  rc;

    status = 0;
    rc = INTERCONND_CODE_UNREACHABLE;

    curl_multi_remove_handle(ch->multi, transfer->easy);
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);

    if (result != CURLE_OK) {
        snprintf(reason, size, "node %s cannot be reached: %s",
                 transfer->stream->node,
                 transfer_reason(transfer, result));
        transfer_put(ch, transfer);
        return rc;
    }

    code = transfer_code(transfer);

    if (code == NULL) {
        rc = (status / 100 == 2) ? INTERCONND_CODE_OK : rc;

    } else if (strcmp(code, "E0000000000") == 0) {
        rc = INTERCONND_CODE_OK;

    } else if (strcmp(code, "E0000000608") == 0) {
        rc = INTERCONND_CODE_RELEASED;
    }

    transfer_print(transfer->reply);

    snprintf(reason, size, "node %s answers %ld: %.160s",
             transfer->stream->node, status, transfer->reply);

    transfer_put(ch, transfer);

    return rc;
}


/*
 * From the header, else (other implementations) the first thing in the body
 * that looks like one, be it JSON or protobuf; NULL if there is none.
 */

static const char *
transfer_code(interconnd_transfer_t *transfer)
{
    size_t  n;

    if (transfer->code[0] != '\0') {
        return transfer->code;
    }

    for (n = 0; n + 11 <= transfer->len; n++) {
        if (memcmp(transfer->reply + n, "E0000000", 8) == 0) {
            snprintf(transfer->code, sizeof(transfer->code), "%.11s",
                     transfer->reply + n);
            return transfer->code;
        }
    }

    return NULL;
}


/* A peer's words go into logs and causes: printable ones only. */

static void
transfer_print(char *text)
{
    for ( /* void */ ; *text != '\0'; text++) {
        if (*text < 0x20 || *text > 0x7e) {
            *text = ' ';
        }
    }
}
