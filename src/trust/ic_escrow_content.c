
/* The content of an escrow, in a file, as long as it may be. */


#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "../lib/ic_codec.h"
#include "ic_escrow.h"


#define CONTENT_CHUNK  (256 * 1024)
#define CONTENT_HEAD   (sizeof(IC_ESCROW_WORD) - 1 + IC_ESCROW_NONCE)
#define CONTENT_MAX    ((int64_t) 60 * 1024 * 1024 * 1024)   /* GCM: 64 GiB */


static int content_begin(ic_escrow_stream_t *stream, int fd,
    const u_char *key, const u_char *nonce, ic_str_t context, int encrypt);
static int content_put(ic_escrow_stream_t *stream, const u_char *data,
    size_t len);
static int content_get(ic_escrow_stream_t *stream, u_char *data, size_t len);
static int content_bad(int error);


int
ic_escrow_write_begin(ic_escrow_stream_t *stream, int fd,
    const u_char key[IC_ESCROW_KEY], ic_str_t context)
{
    u_char  head[CONTENT_HEAD], *nonce;

    nonce = head + CONTENT_HEAD - IC_ESCROW_NONCE;
    memcpy(head, IC_ESCROW_WORD, sizeof(IC_ESCROW_WORD) - 1);

    if (RAND_bytes(nonce, IC_ESCROW_NONCE) != 1) {
        memset(stream, 0, sizeof(ic_escrow_stream_t));
        return content_bad(EIO);
    }

    if (content_begin(stream, fd, key, nonce, context, 1) != 0) {
        return -1;
    }

    return content_put(stream, head, sizeof(head));
}


int
ic_escrow_write(ic_escrow_stream_t *stream, const u_char *data, size_t len)
{
    int     n;
    size_t  part;

    while (len > 0) {
        part = (len < CONTENT_CHUNK) ? len : CONTENT_CHUNK;

        if (stream->bytes > CONTENT_MAX) {
            return content_bad(EFBIG);
        }

        if (EVP_CipherUpdate(stream->cipher, stream->chunk, &n, data,
                             (int) part) != 1)
        {
            return content_bad(EIO);
        }

        if (content_put(stream, stream->chunk, (size_t) n) != 0) {
            return -1;
        }

        data += part;
        len -= part;
    }

    return 0;
}


int
ic_escrow_write_end(ic_escrow_stream_t *stream, char sha256[65])
{
    int       n;
    u_char    digest[EVP_MAX_MD_SIZE], tag[IC_ESCROW_TAG];
    unsigned  len;

    if (EVP_CipherFinal_ex(stream->cipher, stream->chunk, &n) != 1
        || EVP_CIPHER_CTX_ctrl(stream->cipher, EVP_CTRL_GCM_GET_TAG,
                               IC_ESCROW_TAG, tag) != 1)
    {
        return content_bad(EIO);
    }

    if (content_put(stream, tag, sizeof(tag)) != 0) {
        return -1;
    }

    if (EVP_DigestFinal_ex(stream->sha, digest, &len) != 1) {
        return content_bad(EIO);
    }

    ic_hex(sha256, digest, len);

    return fsync(stream->fd);
}


int
ic_escrow_read_begin(ic_escrow_stream_t *stream, int fd,
    const u_char key[IC_ESCROW_KEY], ic_str_t context)
{
    ssize_t      n;
    u_char       head[CONTENT_HEAD];
    struct stat  st;

    memset(stream, 0, sizeof(ic_escrow_stream_t));

    n = read(fd, head, sizeof(head));

    if (n == -1 || fstat(fd, &st) != 0) {
        return -1;
    }

    if (n != (ssize_t) sizeof(head)
        || memcmp(head, IC_ESCROW_WORD, sizeof(IC_ESCROW_WORD) - 1) != 0
        || st.st_size < (off_t) (sizeof(head) + IC_ESCROW_TAG))
    {
        return content_bad(EBADMSG);
    }

    if (content_begin(stream, fd, key, head + CONTENT_HEAD - IC_ESCROW_NONCE,
                      context, 0)
        != 0)
    {
        return -1;
    }

    stream->left = st.st_size - (off_t) (sizeof(head) + IC_ESCROW_TAG);

    return 0;
}


int
ic_escrow_read(ic_escrow_stream_t *stream, u_char *data, size_t len)
{
    int     n;
    size_t  part;

    if (stream->left < 0 || len > (uint64_t) stream->left) {
        return content_bad(EBADMSG);
    }

    stream->left -= (int64_t) len;

    while (len > 0) {
        part = (len < CONTENT_CHUNK) ? len : CONTENT_CHUNK;

        if (content_get(stream, stream->chunk, part) != 0) {
            return -1;
        }

        if (EVP_CipherUpdate(stream->cipher, data, &n, stream->chunk,
                             (int) part) != 1)
        {
            return content_bad(EIO);
        }

        data += part;
        len -= part;
    }

    return 0;
}


int
ic_escrow_read_end(ic_escrow_stream_t *stream)
{
    int     n;
    u_char  tag[IC_ESCROW_TAG];

    if (stream->left != 0) {
        return content_bad(EBADMSG);
    }

    if (content_get(stream, tag, sizeof(tag)) != 0) {
        return -1;
    }

    if (EVP_CIPHER_CTX_ctrl(stream->cipher, EVP_CTRL_GCM_SET_TAG,
                            IC_ESCROW_TAG, tag) != 1
        || EVP_CipherFinal_ex(stream->cipher, stream->chunk, &n) != 1)
    {
        return content_bad(EBADMSG);
    }

    return 0;
}


void
ic_escrow_stream_done(ic_escrow_stream_t *stream)
{
    EVP_CIPHER_CTX_free(stream->cipher);
    EVP_MD_CTX_free(stream->sha);
    free(stream->chunk);
    memset(stream, 0, sizeof(ic_escrow_stream_t));
}


static int
content_begin(ic_escrow_stream_t *stream, int fd, const u_char *key,
    const u_char *nonce, ic_str_t context, int encrypt)
{
    int  n;

    memset(stream, 0, sizeof(ic_escrow_stream_t));
    stream->fd = fd;
    stream->cipher = EVP_CIPHER_CTX_new();
    stream->sha = EVP_MD_CTX_new();
    stream->chunk = malloc(CONTENT_CHUNK + EVP_MAX_BLOCK_LENGTH);

    if (stream->cipher == NULL || stream->sha == NULL
        || stream->chunk == NULL
        || EVP_DigestInit_ex(stream->sha, EVP_sha256(), NULL) != 1
        || EVP_CipherInit_ex(stream->cipher, EVP_aes_256_gcm(), NULL, key,
                             nonce, encrypt) != 1
        || EVP_CipherUpdate(stream->cipher, NULL, &n, context.data,
                            (int) context.len) != 1)
    {
        return content_bad(ENOMEM);
    }

    return 0;
}


static int
content_put(ic_escrow_stream_t *stream, const u_char *data, size_t len)
{
    ssize_t  n;

    if (EVP_DigestUpdate(stream->sha, data, len) != 1) {
        return content_bad(EIO);
    }

    stream->bytes += (int64_t) len;

    while (len > 0) {
        n = write(stream->fd, data, len);

        if (n == -1 && errno == EINTR) {
            continue;
        }

        if (n == -1) {
            return -1;
        }

        data += n;
        len -= (size_t) n;
    }

    return 0;
}


static int
content_get(ic_escrow_stream_t *stream, u_char *data, size_t len)
{
    ssize_t  n;

    while (len > 0) {
        n = read(stream->fd, data, len);

        if (n == -1 && errno == EINTR) {
            continue;
        }

        if (n <= 0) {
            return (n == 0) ? content_bad(EBADMSG) : -1;
        }

        data += n;
        len -= (size_t) n;
    }

    return 0;
}


static int
content_bad(int error)
{
    errno = error;

    return -1;
}
