
/* What a peer answers to a transfer. */


#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "interconnd_channel.h"
#include "interconnd_channel_transfer.h"


#define TRANSFER_ANSWER  (64 * 1024)     /* bytes, headers included */


/* Headers of the answer that say something. */

typedef enum {
    TRANSFER_CODE = 0,
    TRANSFER_OFFSET,
    TRANSFER_TAKEN,
    TRANSFER_COMPONENT
} transfer_header_e;

static const struct {
    const char         *name;
    transfer_header_e   header;
} transfer_names[] = {
    { "x-ptp-code:",          TRANSFER_CODE },
    { "x-interconn-offset:",  TRANSFER_OFFSET },
    { "x-interconn-taken:",   TRANSFER_TAKEN },
    { "x-interconn-component:", TRANSFER_COMPONENT },
    { NULL, 0 }
};


static interconnd_code_e transfer_told(interconnd_transfer_t *transfer);


static bool reply_is_endless(interconnd_transfer_t *transfer, size_t len);
static unsigned transfer_taken(interconnd_transfer_t *transfer,
    interconnd_code_e *code);
static const char *transfer_code(interconnd_transfer_t *transfer);
static const char *transfer_reason(interconnd_transfer_t *transfer,
    CURLcode result);
static void transfer_print(char *text);


/* The beginning is enough to tell what the peer means. */

size_t
interconnd_transfer_body(char *data, size_t size, size_t n, void *ctx)
{
    size_t                  len;
    interconnd_transfer_t  *transfer;

    transfer = ctx;
    len = size * n;

    if (reply_is_endless(transfer, len)) {
        return 0;
    }

    if (len > TRANSFER_REPLY - 1 - transfer->len) {
        len = TRANSFER_REPLY - 1 - transfer->len;
    }

    memcpy(transfer->reply + transfer->len, data, len);
    transfer->len += len;
    transfer->reply[transfer->len] = '\0';

    return size * n;
}


/* Whatever comes behind the first kilobytes is not read for ever. */

static bool
reply_is_endless(interconnd_transfer_t *transfer, size_t len)
{
    transfer->answered += len;

    return transfer->answered > TRANSFER_ANSWER;
}


size_t
interconnd_transfer_header(char *data, size_t size, size_t n, void *ctx)
{
    char                    value[24];
    size_t                  len, skip;
    int64_t                *number;
    unsigned                i;
    interconnd_transfer_t  *transfer = ctx;

    len = size * n;

    if (reply_is_endless(transfer, len)) {
        return 0;
    }

    for (i = 0; transfer_names[i].name != NULL; i++) {
        skip = strlen(transfer_names[i].name);

        if (len > skip && strncasecmp(data, transfer_names[i].name, skip) == 0)
        {
            break;
        }
    }

    if (transfer_names[i].name == NULL) {
        return len;
    }

    while (skip < len && data[skip] == ' ') {
        skip++;
    }

    while (len > skip && isspace((u_char) data[len - 1])) {
        len--;
    }

    if (transfer_names[i].header == TRANSFER_COMPONENT) {
        snprintf(transfer->component, sizeof(transfer->component), "%.*s",
                 (int) (len - skip), data + skip);
        return size * n;
    }

    snprintf(value, sizeof(value), "%.*s", (int) (len - skip), data + skip);

    if (transfer_names[i].header == TRANSFER_CODE) {
        snprintf(transfer->code, sizeof(transfer->code), "%.15s", value);
        return size * n;
    }

    number = (transfer_names[i].header == TRANSFER_OFFSET)
             ? &transfer->offset : &transfer->taken;

    if (ic_str_int(ic_str(value), number) != 0) {
        *number = -1;
    }

    return size * n;
}


interconnd_code_e
interconnd_transfer_end(interconnd_channel_t *ch,
    interconnd_transfer_t *transfer, CURLcode result, unsigned *taken,
    char *reason, size_t size)
{
    long               status;
    const char        *code;
    interconnd_code_e  rc;

    status = 0;
    *taken = 0;
    rc = INTERCONND_CODE_UNREACHABLE;

    curl_multi_remove_handle(ch->multi, transfer->easy);
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);

    if (result != CURLE_OK) {
        snprintf(reason, size, "node %s cannot be reached: %s",
                 transfer->stream->party->node,
                 transfer_reason(transfer, result));
        interconnd_transfer_put(ch, transfer);
        return rc;
    }

    code = transfer_code(transfer);

    if (code == NULL) {
        rc = (status / 100 == 2) ? INTERCONND_CODE_OK : rc;

    } else if (strcmp(code, "E0000000000") == 0) {
        rc = INTERCONND_CODE_OK;

    } else if (strcmp(code, "E0000000608") == 0) {
        rc = INTERCONND_CODE_RELEASED;

    } else if (strcmp(code, "E0000000700") == 0) {
        rc = INTERCONND_CODE_FULL;

    } else if (strcmp(code, "E0000000615") == 0) {
        rc = INTERCONND_CODE_MISMATCH;
        free(transfer->stream->party->answered);
        transfer->stream->party->answered = strdup(transfer->component);
    }

    if (transfer->asks) {

        if (transfer->stream->messages.head != NULL
            && rc != INTERCONND_CODE_MISMATCH)
        {
            rc = transfer_told(transfer);
        }

    } else {
        *taken = transfer_taken(transfer, &rc);
    }

    transfer_print(transfer->reply);

    snprintf(reason, size, "node %s answers %ld: %.160s",
             transfer->stream->party->node, status, transfer->reply);

    interconnd_transfer_put(ch, transfer);

    return rc;
}


/* Where to go on; who does not understand the question gets all of it. */

static interconnd_code_e
transfer_told(interconnd_transfer_t *transfer)
{
    interconnd_stream_t  *stream;

    stream = transfer->stream;

    stream->ask = 0;
    stream->offset = (transfer->offset > 0
                      && (size_t) transfer->offset
                         <= stream->messages.head->len)
                     ? (size_t) transfer->offset : 0;

    if (stream->offset != 0) {
        interconnd_log("info", "session %s, topic %s: goes on after %zu "
                       "bytes", stream->session->named.name, stream->topic,
                       stream->offset);
    }

    return INTERCONND_CODE_OK;
}


/*
 * Who tells how many were taken understands batches. One of them that is not
 * understood is refused, and its messages go one by one.
 */

static unsigned
transfer_taken(interconnd_transfer_t *transfer, interconnd_code_e *code)
{
    interconnd_party_t  *party;

    party = transfer->stream->party;
    party->batches = (transfer->taken >= 0);

    if (transfer->count == 1) {
        return (*code == INTERCONND_CODE_OK);
    }

    if (transfer->taken > transfer->count
        || (transfer->taken != transfer->count
            && *code == INTERCONND_CODE_OK))
    {
        /* an answer that makes no sense */
        *code = INTERCONND_CODE_UNREACHABLE;
        party->batches = 0;
        return 0;
    }

    return (transfer->taken > 0) ? (unsigned) transfer->taken : 0;
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


static const char *
transfer_reason(interconnd_transfer_t *transfer, CURLcode result)
{
    if (transfer->refused[0] != '\0') {
        return transfer->refused;
    }

    /* only transfer_connected() aborts */
    if (result == CURLE_ABORTED_BY_CALLBACK) {
        return "its certificate is another node's";
    }

    return transfer->error[0] != '\0' ? transfer->error
                                      : curl_easy_strerror(result);
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
