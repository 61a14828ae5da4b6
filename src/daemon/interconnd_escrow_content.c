
/*
 * An output under the key of its escrow: how many files (32 bits, big
 * endian), then each, its length (64 bits) before it: the metadata, whose
 * digest is the output's, and the partitions, whose digests it has.
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_escrow_content.h"


static ic_str_t content_new(interconnd_escrow_t *escrow);
static int content_write(interconnd_content_t *content, const u_char *key,
    char sha256[65]);
static int content_write_file(interconnd_content_t *content, const char *name);
static int content_number(interconnd_content_t *content, uint64_t n,
    size_t bytes);
static bool content_is_copied(const interconnd_content_t *content);
static int content_fits(interconnd_content_t *content, unsigned npartitions);
static int content_copy(interconnd_content_t *content, ic_str_t *copy);


int
interconnd_escrow_encrypt(interconnd_escrow_t *escrow,
    const u_char key[IC_ESCROW_KEY], char sha256[65], int64_t *bytes,
    ic_str_t *copy)
{
    int        rc;
    interconnd_content_t  content;
    ic_str_t   id, made;

    interconnd_content_init(&content, escrow);
    id = interconnd_escrow_field(escrow, "id");
    made = content_new(escrow);

    rc = interconnd_content_named(&content,
                                  interconnd_escrow_field(escrow,
                                                          "namespace"),
                                  interconnd_escrow_field(escrow, "name"));

    if (rc == 0 && (made.data == NULL || content.chunk == NULL)) {
        errno = ENOMEM;
        rc = interconnd_content_failed(&content, "memory");
    }

    if (rc == 0) {
        content.folder = open(content.path, O_RDONLY|O_DIRECTORY|O_NOFOLLOW
                                            |O_CLOEXEC);
        (void) unlinkat(escrow->folder, (char *) made.data, 0);
        content.file = openat(escrow->folder, (char *) made.data,
                              O_RDWR|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC,
                              INTERCONND_CONTENT_MODE);
        rc = (content.folder == -1)
             ? interconnd_content_failed(&content, "the output")
             : (content.file == -1)
             ? interconnd_content_failed(&content, "the ciphertext") : 0;
    }

    if (rc == 0) {
        rc = content_write(&content, key, sha256);
        *bytes = content.stream.bytes;
    }

    if (rc == 0) {
        rc = content_copy(&content, copy);
    }

    if (rc == 0
        && (renameat(escrow->folder, (char *) made.data, escrow->folder,
                     (char *) ic_str_z(escrow->pool, id))
            != 0
            || fsync(escrow->folder) != 0))
    {
        rc = interconnd_content_failed(&content, "the ciphertext");
    }

    if (rc != 0 && made.data != NULL) {
        (void) unlinkat(escrow->folder, (char *) made.data, 0);
    }

    interconnd_content_done(&content);

    return rc;
}


/* What key and content are bound to. */

ic_str_t
interconnd_content_context(interconnd_escrow_t *escrow)
{
    ic_str_t  id, owner, digest;

    id = interconnd_escrow_field(escrow, "origin_id");
    owner = interconnd_escrow_field(escrow, "owner");
    digest = interconnd_escrow_field(escrow, "digest");

    return ic_str_fmt(escrow->pool, "%.*s\n%.*s\n%.*s", (int) id.len, id.data,
                      (int) owner.len, owner.data, (int) digest.len,
                      digest.data);
}


static ic_str_t
content_new(interconnd_escrow_t *escrow)
{
    ic_str_t  id;

    id = interconnd_escrow_field(escrow, "escrow_id");

    return ic_str_fmt(escrow->pool, INTERCONND_CONTENT_NEW "%.*s", (int) id.len,
                      id.data);
}


int
interconnd_content_named(interconnd_content_t *content, ic_str_t space,
    ic_str_t name)
{
    int          n, made;
    const char  *data;

    data = content->escrow->conf->data_dir;

    if (!ic_id_valid(space) || !ic_id_valid(name)) {
        errno = EINVAL;
        return interconnd_content_failed(content, "the name of the output");
    }

    n = snprintf(content->path, INTERCONND_CONTENT_PATH,
                 "%s/" INTERCONND_ARTEFACTS "/%.*s/%.*s", data,
                 (int) space.len, space.data, (int) name.len, name.data);
    made = snprintf(content->made, INTERCONND_CONTENT_PATH,
                    "%s/" INTERCONND_ARTEFACTS "/%.*s/"
                    INTERCONND_CONTENT_NEW "%.*s", data, (int) space.len,
                    space.data, (int) name.len, name.data);

    if (n >= INTERCONND_CONTENT_PATH || made >= INTERCONND_CONTENT_PATH) {
        errno = ENAMETOOLONG;
        return interconnd_content_failed(content, "the output");
    }

    return 0;
}


void
interconnd_content_init(interconnd_content_t *content,
    interconnd_escrow_t *escrow)
{
    memset(content, 0, sizeof(interconnd_content_t));
    content->escrow = escrow;
    content->file = content->folder = -1;
    content->chunk = malloc(INTERCONND_CONTENT_CHUNK);
}


void
interconnd_content_done(interconnd_content_t *content)
{
    ic_escrow_stream_done(&content->stream);

    if (content->chunk != NULL) {
        OPENSSL_cleanse(content->chunk, INTERCONND_CONTENT_CHUNK);
        free(content->chunk);
    }

    if (content->file != -1) {
        (void) close(content->file);
    }

    if (content->folder != -1) {
        (void) close(content->folder);
    }
}


static int
content_write(interconnd_content_t *content, const u_char *key, char sha256[65])
{
    char                name[24];
    unsigned            n;
    ic_about_t         *about;
    ic_source_error_t   why;

    about = ic_about_read(content->escrow->pool, content->folder, &why);

    if (about == NULL) {
        errno = EBADMSG;
        return interconnd_content_failed(content, "metadata");
    }

    if (content_is_copied(content)
        && content_fits(content, about->npartitions) != 0)
    {
        return -1;
    }

    if (ic_escrow_write_begin(&content->stream, content->file, key,
                              interconnd_content_context(content->escrow))
        != 0
        || content_number(content, about->npartitions + 1, 4) != 0)
    {
        return interconnd_content_failed(content, "the ciphertext");
    }

    for (n = 0; n <= about->npartitions; n++) {
        if (content_write_file(content,
                               interconnd_content_file(name, sizeof(name),
                                                       n))
            != 0)
        {
            return interconnd_content_failed(content, name);
        }
    }

    return ic_escrow_write_end(&content->stream, sha256) == 0
           ? 0 : interconnd_content_failed(content, "the ciphertext");
}


/* "metadata", "data_0", ... */

const char *
interconnd_content_file(char *name, size_t size, unsigned n)
{
    (void) snprintf(name, size, (n == 0) ? "metadata" : "data_%u", n - 1);

    return name;
}


static int
content_write_file(interconnd_content_t *content, const char *name)
{
    int          fd, rc;
    int64_t      left, part;
    ssize_t      n;
    struct stat  st;

    fd = interconnd_artefact_open(content->folder, name, O_RDONLY);

    if (fd == -1) {
        return -1;
    }

    rc = (fstat(fd, &st) == 0) ? content_number(content,
                                                (uint64_t) st.st_size, 8)
                               : -1;

    for (left = (rc == 0) ? st.st_size : 0; left > 0; left -= n) {
        part = (left < INTERCONND_CONTENT_CHUNK) ? left
                                                 : INTERCONND_CONTENT_CHUNK;
        n = read(fd, content->chunk, (size_t) part);

        if (n <= 0) {
            errno = (n == 0) ? EBADMSG : errno;
            rc = -1;
            break;
        }

        rc = ic_escrow_write(&content->stream, content->chunk, (size_t) n);

        if (rc != 0) {
            break;
        }
    }

    (void) close(fd);

    return rc;
}


static int
content_number(interconnd_content_t *content, uint64_t n, size_t bytes)
{
    size_t  i;
    u_char  text[8];

    for (i = bytes; i-- > 0; n >>= 8) {
        text[i] = (u_char) n;
    }

    return ic_escrow_write(&content->stream, text, bytes);
}


static bool
content_is_copied(const interconnd_content_t *content)
{
    return ic_str_is(interconnd_escrow_field(content->escrow, "copies"), "1");
}


/* What holders cannot have copies of is not sealed at all. */

static int
content_fits(interconnd_content_t *content, unsigned npartitions)
{
    int          fd, rc;
    char         name[24];
    int64_t      bytes;
    unsigned     n;
    struct stat  st;

    bytes = IC_ESCROW_BESIDES + 4;

    for (n = 0; n <= npartitions; n++) {
        fd = interconnd_artefact_open(content->folder,
                                      interconnd_content_file(name,
                                                              sizeof(name),
                                                              n),
                                      O_RDONLY);
        rc = (fd == -1) ? -1 : fstat(fd, &st);

        if (fd != -1) {
            (void) close(fd);
        }

        if (rc != 0) {
            return interconnd_content_failed(content, name);
        }

        bytes += 8 + st.st_size;
    }

    return bytes <= INTERCONND_ESCROW_COPY ? 0
           : interconnd_escrow_fail(content->escrow, "%lld bytes are too many "
                                    "for holders to have copies, at most %d",
                                    (long long) bytes,
                                    INTERCONND_ESCROW_COPY);
}


/* For those who are to have it too. */

static int
content_copy(interconnd_content_t *content, ic_str_t *copy)
{
    u_char               *data;
    size_t                len;
    interconnd_escrow_t  *escrow;

    escrow = content->escrow;
    len = (size_t) content->stream.bytes;

    if (!content_is_copied(content)) {
        return 0;
    }

    /* a file that grew meanwhile */

    if (len > INTERCONND_ESCROW_COPY) {
        return interconnd_escrow_fail(escrow, "the output has changed");
    }

    data = ic_alloc(escrow->pool, len);

    if (data == NULL || pread(content->file, data, len, 0) != (ssize_t) len) {
        return interconnd_content_failed(content, "the ciphertext");
    }

    *copy = ic_base64(escrow->pool, ic_str_n(data, len), false);

    return copy->data != NULL ? 0 : interconnd_content_failed(content,
                                                              "memory");
}


int
interconnd_escrow_keep(interconnd_escrow_t *escrow, ic_str_t copy)
{
    int       fd;
    char      sha256[65];
    bool      kept;
    ic_str_t  id, made, data;

    id = interconnd_escrow_field(escrow, "id");
    made = content_new(escrow);
    data = ic_unbase64(escrow->pool, copy);

    if (data.data == NULL || made.data == NULL || !ic_id_valid(id)) {
        return interconnd_escrow_fail(escrow, "the ciphertext is none");
    }

    ic_sha256_hex(sha256, data.data, data.len);

    if (!ic_str_is(interconnd_escrow_field(escrow, "ciphertext_digest"),
                   sha256))
    {
        return interconnd_escrow_fail(escrow, "the ciphertext is not the one "
                                      "that the owner has signed");
    }

    (void) unlinkat(escrow->folder, (char *) made.data, 0);
    fd = openat(escrow->folder, (char *) made.data,
                O_WRONLY|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC,
                INTERCONND_CONTENT_MODE);

    kept = fd != -1
           && write(fd, data.data, data.len) == (ssize_t) data.len
           && fsync(fd) == 0
           && renameat(escrow->folder, (char *) made.data, escrow->folder,
                       ic_str_z(escrow->pool, id))
              == 0
           && fsync(escrow->folder) == 0;

    if (fd != -1) {
        (void) close(fd);
    }

    return kept ? 0 : interconnd_escrow_fail(escrow, "the ciphertext: %s",
                                             strerror(errno));
}


int
interconnd_escrow_drop(interconnd_escrow_t *escrow)
{
    char  *id;

    id = ic_str_z(escrow->pool, interconnd_escrow_field(escrow, "escrow_id"));

    if (id == NULL || !ic_id_valid(ic_str(id))
        || (unlinkat(escrow->folder, id, 0) != 0 && errno != ENOENT))
    {
        interconnd_log("error", "a ciphertext stays: %s", strerror(errno));
        return -1;
    }

    return fsync(escrow->folder);
}


int
interconnd_content_failed(interconnd_content_t *content, const char *what)
{
    return interconnd_escrow_fail(content->escrow, "%s: %s", what,
                                  errno == EBADMSG
                                  ? "it is not what was put in escrow"
                                  : strerror(errno));
}
