
/*
 * Bytes that go out, as answers or as transfers: a message, perhaps within
 * what a dialect puts around it, read from its file piece by piece.
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "interconnd_channel.h"
#include "interconnd_channel_journal.h"


#define BODY_BLOCK  262144


static ssize_t body_raw(const interconnd_body_t *body, size_t pos,
    u_char *buffer, size_t max);
static ssize_t body_base64(const interconnd_body_t *body, size_t pos,
    u_char *buffer, size_t max);
static ssize_t body_piece(ic_str_t piece, size_t pos, u_char *buffer,
    size_t max);
static size_t body_middle(const interconnd_body_t *body);
static ssize_t body_response_read(void *data, uint64_t pos, char *buffer,
    size_t max);
static void body_response_free(void *data);


int
interconnd_body_open(interconnd_body_t *body, interconnd_session_t *session,
    const interconnd_message_t *m, size_t offset)
{
    char  *path;

    memset(body, 0, sizeof(interconnd_body_t));
    body->fd = -1;

    if (m == NULL) {
        return 0;
    }

    body->at = m->at + (off_t) offset;
    body->len = m->len - offset;

    if (m->file == 0) {
        body->at = 0;
        body->data = interconnd_journal_read(m);
        return (body->data != NULL) ? 0 : -1;
    }

    path = interconnd_blob_path(session, m->file);

    if (path == NULL) {
        return -1;
    }

    body->fd = open(path, O_RDONLY|O_CLOEXEC);

    if (body->fd < 0) {
        interconnd_log("error", "%s: %s", path, strerror(errno));
    }

    free(path);

    return (body->fd >= 0) ? 0 : -1;
}


static size_t
body_middle(const interconnd_body_t *body)
{
    size_t  len;

    len = body->inner.len + body->len;

    return body->base64 ? (len + 2) / 3 * 4 : len;
}


size_t
interconnd_body_size(const interconnd_body_t *body)
{
    return body->head.len + body_middle(body) + body->tail.len;
}


ssize_t
interconnd_body_read(const interconnd_body_t *body, size_t pos,
    u_char *buffer, size_t max)
{
    size_t  middle;

    if (pos < body->head.len) {
        return body_piece(body->head, pos, buffer, max);
    }

    pos -= body->head.len;
    middle = body_middle(body);

    if (pos < middle) {
        return body->base64 ? body_base64(body, pos, buffer, max)
                            : body_raw(body, pos, buffer, max);
    }

    return body_piece(body->tail, pos - middle, buffer, max);
}


static ssize_t
body_piece(ic_str_t piece, size_t pos, u_char *buffer, size_t max)
{
    size_t  n;

    n = (pos < piece.len) ? piece.len - pos : 0;
    n = (n < max) ? n : max;

    if (n != 0) {
        memcpy(buffer, piece.data + pos, n);
    }

    return (ssize_t) n;
}


/* Of what is between head and tail, before base64. */

static ssize_t
body_raw(const interconnd_body_t *body, size_t pos, u_char *buffer,
    size_t max)
{
    size_t  n;

    if (pos < body->inner.len) {
        return body_piece(body->inner, pos, buffer, max);
    }

    pos -= body->inner.len;
    n = body->len - pos;
    n = (n < max) ? n : max;

    if (body->data != NULL) {
        memcpy(buffer, body->data + pos, n);
        return (ssize_t) n;
    }

    return (body->fd >= 0)
           ? pread(body->fd, buffer, n, body->at + (off_t) pos) : 0;
}


/* Whole groups of four: readers go on where they stopped. */

static ssize_t
body_base64(const interconnd_body_t *body, size_t pos, u_char *buffer,
    size_t max)
{
    size_t   from, have, len, want;
    u_char   raw[3 * 4096];
    ssize_t  n;

    len = body->inner.len + body->len;
    from = pos / 4 * 3;
    want = len - from;
    want = (want < sizeof(raw)) ? want : sizeof(raw);

    /* EVP_EncodeBlock() ends with a NUL */

    if ((want + 2) / 3 * 4 + 1 > max) {
        want = (max - 1) / 4 * 3;
    }

    for (have = 0; have < want; have += (size_t) n) {
        n = body_raw(body, from + have, raw + have, want - have);

        if (n <= 0) {
            return -1;
        }
    }

    return (want != 0) ? EVP_EncodeBlock(buffer, raw, (int) want) : -1;
}


struct MHD_Response *
interconnd_body_response(interconnd_body_t *body)
{
    interconnd_body_t    *copy;
    struct MHD_Response  *response;

    /* MHD_create_response_from_fd() would go by pieces of 4 KiB */

    if (body->fd < 0 && body->head.len == 0 && body->tail.len == 0) {
        response = MHD_create_response_from_buffer(body->len,
                         (body->data != NULL) ? (void *) body->data
                                              : (void *) "",
                         (body->data != NULL) ? MHD_RESPMEM_MUST_FREE
                                              : MHD_RESPMEM_PERSISTENT);
        body->data = (response != NULL) ? NULL : body->data;

        interconnd_body_free(body);
        return response;
    }

    copy = malloc(sizeof(interconnd_body_t));

    if (copy == NULL) {
        interconnd_body_free(body);
        return NULL;
    }

    *copy = *body;

    response = MHD_create_response_from_callback(interconnd_body_size(copy),
                                                 BODY_BLOCK,
                                                 body_response_read, copy,
                                                 body_response_free);
    if (response == NULL) {
        body_response_free(copy);
    }

    return response;
}


static ssize_t
body_response_read(void *data, uint64_t pos, char *buffer, size_t max)
{
    ssize_t  n;

    n = interconnd_body_read(data, (size_t) pos, (u_char *) buffer, max);

    return (n > 0) ? n : MHD_CONTENT_READER_END_WITH_ERROR;
}


static void
body_response_free(void *data)
{
    interconnd_body_free(data);
    free(data);
}


void
interconnd_body_free(interconnd_body_t *body)
{
    free(body->head.data);
    free(body->inner.data);
    free(body->tail.data);
    free(body->data);

    if (body->fd >= 0) {
        close(body->fd);
    }

    memset(body, 0, sizeof(interconnd_body_t));
    body->fd = -1;
}
