
/* Files of artefacts: their names, opened and copied with care. */


#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_artefact.h"


#define ARTEFACT_CHUNK  (256 * 1024)
#define ARTEFACT_MODE   (S_IRUSR)


static int artefact_stream(int from, int to, EVP_MD_CTX *sha,
    int64_t *bytes);
static int artefact_write(int to, const u_char *data, size_t len);


const char *
interconnd_artefact_space(interconnd_child_t *child)
{
    char      *dot;
    ic_str_t   space;

    space = ic_str_fmt(child->pool, "%s-%s", child->job_id, child->role);

    if (space.data == NULL) {
        return NULL;
    }

    dot = strrchr((char *) space.data, '.');

    if (dot != NULL) {
        *dot = '-';
    }

    return (char *) space.data;
}


const char *
interconnd_artefact_name(interconnd_child_t *child, ic_str_t key)
{
    return (char *) ic_str_fmt(child->pool, "%s-%.*s", child->task_id,
                               (int) key.len, key.data).data;
}


ic_str_t
interconnd_artefact_key(const ic_json_t *port)
{
    ic_str_t  key, none = ic_null_string;

    key = ic_json_str(ic_json_get(port, "key"));

    if (key.len == 0) {
        key = ic_json_str(ic_json_get(port, "type"));
    }

    return ic_id_valid(key) ? key : none;
}


bool
interconnd_artefact_table(ic_str_t kind)
{
    return ic_str_is(kind, "dataset") || ic_str_is(kind, "training_set")
           || ic_str_is(kind, "test_set");
}


int
interconnd_artefact_open(int folder, const char *path, int flags)
{
    struct open_how  how;

    memset(&how, 0, sizeof(struct open_how));
    how.flags = (uint64_t) (flags|O_CLOEXEC|O_NOFOLLOW|O_NONBLOCK);
    how.resolve = RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS|RESOLVE_NO_MAGICLINKS;

    return (int) syscall(SYS_openat2, folder, path, &how,
                         sizeof(struct open_how));
}


int
interconnd_artefact_copy(int from, int folder, const char *name,
    char sha256[65], int64_t *bytes)
{
    int           rc, to;
    u_char        digest[EVP_MAX_MD_SIZE];
    unsigned      len;
    EVP_MD_CTX   *sha;

    to = openat(folder, name,
                O_RDWR|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC, ARTEFACT_MODE);

    if (to == -1) {
        return -1;
    }

    sha = EVP_MD_CTX_new();
    rc = -1;
    errno = ENOMEM;

    if (sha != NULL && EVP_DigestInit_ex(sha, EVP_sha256(), NULL) == 1) {

        /* where the file system shares blocks, only the digest is read */

        rc = (ioctl(to, FICLONE, from) == 0)
             ? artefact_stream(to, -1, sha, bytes)
             : artefact_stream(from, to, sha, bytes);
    }

    if (rc == 0 && (EVP_DigestFinal_ex(sha, digest, &len) != 1
                    || fsync(to) != 0))
    {
        rc = -1;
    }

    if (rc == 0) {
        ic_hex(sha256, digest, len);
    }

    EVP_MD_CTX_free(sha);

    if (close(to) != 0) {
        rc = -1;
    }

    return rc;
}


/* to: -1 reads only. */

static int
artefact_stream(int from, int to, EVP_MD_CTX *sha, int64_t *bytes)
{
    int      rc, error;
    u_char  *chunk;
    ssize_t  n;

    *bytes = 0;
    rc = -1;
    chunk = malloc(ARTEFACT_CHUNK);

    while (chunk != NULL) {
        n = read(from, chunk, ARTEFACT_CHUNK);

        if (n == -1 && errno == EINTR) {
            continue;
        }

        if (n <= 0) {
            rc = (int) n;
            break;
        }

        if (EVP_DigestUpdate(sha, chunk, (size_t) n) != 1
            || (to != -1 && artefact_write(to, chunk, (size_t) n) != 0))
        {
            break;
        }

        *bytes += n;
    }

    error = errno;
    free(chunk);
    errno = error;

    return rc;
}


static int
artefact_write(int to, const u_char *data, size_t len)
{
    ssize_t  n;

    while (len > 0) {
        n = write(to, data, len);

        if (n == -1 && errno == EINTR) {
            continue;
        }

        if (n < 0) {
            return -1;
        }

        data += n;
        len -= (size_t) n;
    }

    return 0;
}
