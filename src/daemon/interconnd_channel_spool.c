
/*
 * Bodies as they come in: small ones in memory, from INTERCONND_CHANNEL_INLINE
 * on in a file, which becomes the message's own.
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interconnd_channel.h"
#include "interconnd_channel_journal.h"


static interconnd_code_e spool_file(interconnd_spool_t *spool,
    interconnd_session_t *session, size_t expected);
static interconnd_code_e spool_write(interconnd_spool_t *spool,
    interconnd_session_t *session, const void *data, size_t len);


interconnd_code_e
interconnd_spool_append(interconnd_spool_t *spool,
    interconnd_session_t *session, const char *data, size_t len,
    size_t expected)
{
    size_t   size;
    u_char  *bytes;

    if (spool->fd < 0 && (spool->len + len > INTERCONND_CHANNEL_INLINE
                          || expected > INTERCONND_CHANNEL_INLINE))
    {
        if (spool_file(spool, session, expected) != INTERCONND_CODE_OK) {
            return INTERCONND_CODE_FULL;
        }
    }

    if (spool->fd >= 0) {
        return spool_write(spool, session, data, len);
    }

    if (spool->len + len > spool->size) {
        size = (expected > spool->len + len) ? expected
                                             : 2 * (spool->len + len);
        bytes = realloc(spool->data, size);

        if (bytes == NULL) {
            return INTERCONND_CODE_UNAVAILABLE;
        }

        spool->data = bytes;
        spool->size = size;
    }

    memcpy(spool->data + spool->len, data, len);
    spool->len += len;

    return INTERCONND_CODE_OK;
}


static interconnd_code_e
spool_file(interconnd_spool_t *spool, interconnd_session_t *session,
    size_t expected)
{
    u_char             *data;
    size_t              len;
    interconnd_code_e   code;

    if (interconnd_spool_open(spool, session,
                              interconnd_blob_take(session, expected))
        != 0)
    {
        return INTERCONND_CODE_FULL;
    }

    data = spool->data;
    len = spool->len;
    spool->data = NULL;
    spool->len = 0;

    code = (len != 0) ? spool_write(spool, session, data, len)
                      : INTERCONND_CODE_OK;
    free(data);

    return code;
}


int
interconnd_spool_open(interconnd_spool_t *spool,
    interconnd_session_t *session, uint64_t id)
{
    char  *path;

    path = interconnd_blob_path(session, id);

    if (path == NULL) {
        return -1;
    }

    spool->fd = open(path, O_RDWR|O_CREAT|O_CLOEXEC, 0600);

    if (spool->fd < 0) {
        interconnd_log("error", "%s: %s", path, strerror(errno));
        free(path);
        return -1;
    }

    free(path);

    spool->id = id;

    return 0;
}


static interconnd_code_e
spool_write(interconnd_spool_t *spool, interconnd_session_t *session,
    const void *data, size_t len)
{
    ssize_t        n;
    const u_char  *p;

    for (p = data; len > 0; p += n, len -= (size_t) n) {
        n = pwrite(spool->fd, p, len, (off_t) spool->len);

        if (n <= 0) {
            interconnd_log("error", "session %s: a message: %s",
                           session->named.name, strerror(errno));
            interconnd_blob_shed(session->channel);
            return INTERCONND_CODE_FULL;
        }

        spool->len += (size_t) n;
    }

    return INTERCONND_CODE_OK;
}


u_char *
interconnd_spool_map(interconnd_spool_t *spool)
{
    void  *bytes;

    if (spool->fd < 0) {
        return (spool->data != NULL) ? spool->data : (u_char *) "";
    }

    bytes = mmap(NULL, spool->len, PROT_READ|PROT_WRITE, MAP_SHARED,
                 spool->fd, 0);

    return (bytes != MAP_FAILED) ? bytes : NULL;
}


void
interconnd_spool_unmap(interconnd_spool_t *spool, u_char *bytes)
{
    if (spool->fd >= 0) {
        (void) munmap(bytes, spool->len);
    }
}


void
interconnd_spool_free(interconnd_spool_t *spool,
    interconnd_session_t *session, bool keep)
{
    free(spool->data);

    if (spool->fd >= 0) {
        close(spool->fd);

        if (!keep && session != NULL) {
            interconnd_blob_done(session, spool->id);
        }
    }

    memset(spool, 0, sizeof(interconnd_spool_t));
    spool->fd = -1;
}
