
/*
 * The content of an escrow, an output again: all of it is checked beside its
 * place before it takes it.
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_escrow_content.h"


static int content_make(interconnd_content_t *content);
static int content_read(interconnd_content_t *content, const u_char *key);
static int content_read_file(interconnd_content_t *content, const char *name,
    ic_str_t digest);
static int content_copy_file(interconnd_content_t *content, int fd,
    EVP_MD_CTX *sha, uint64_t left);
static int content_read_number(interconnd_content_t *content, size_t bytes,
    uint64_t *n);
static int content_install(interconnd_content_t *content);


int
interconnd_escrow_decrypt(interconnd_escrow_t *escrow,
    const u_char key[IC_ESCROW_KEY], ic_str_t *space, ic_str_t *name)
{
    int        rc;
    ic_str_t   id;
    interconnd_content_t  content;

    interconnd_content_init(&content, escrow);
    id = interconnd_escrow_field(escrow, "escrow_id");

    /* where it was; another's is beside those of this node's tasks */

    if (ic_str_is(interconnd_escrow_field(escrow, "owner"),
                  escrow->conf->node_id))
    {
        *space = interconnd_escrow_field(escrow, "namespace");
        *name = interconnd_escrow_field(escrow, "name");

    } else {
        *space = ic_str_fmt(escrow->pool, "escrow-%.*s", (int) id.len,
                            id.data);
        *name = interconnd_escrow_field(escrow, "key");
    }

    rc = interconnd_content_named(&content, *space, *name);

    if (rc == 0) {
        content.file = openat(escrow->folder, ic_str_z(escrow->pool, id),
                              O_RDONLY|O_NOFOLLOW|O_CLOEXEC);

        if (content.file == -1 || content.chunk == NULL) {
            rc = interconnd_content_failed(&content, "the ciphertext");
        }
    }

    if (rc == 0) {
        rc = content_make(&content);
    }

    if (rc == 0) {
        rc = content_read(&content, key);
    }

    if (rc == 0) {
        rc = content_install(&content);
    }

    if (rc != 0 && content.made[0] != '\0') {
        interconnd_folder_drop(content.made);
    }

    interconnd_content_done(&content);

    return rc;
}


/* The folder beside the place; what died there is gone first. */

static int
content_make(interconnd_content_t *content)
{
    char  *all, *space;

    space = strrchr(content->made, '/');
    *space = '\0';

    /* those of all outputs may never have been there */

    if (mkdir(content->made, S_IRWXU) != 0 && errno == ENOENT) {
        all = strrchr(content->made, '/');
        *all = '\0';
        (void) mkdir(content->made, S_IRWXU);
        *all = '/';
        (void) mkdir(content->made, S_IRWXU);
    }

    *space = '/';
    interconnd_folder_drop(content->made);

    if (mkdir(content->made, S_IRWXU) != 0
        || (content->folder = open(content->made, O_RDONLY|O_DIRECTORY
                                                  |O_NOFOLLOW|O_CLOEXEC))
           == -1)
    {
        return interconnd_content_failed(content, "a folder for the output");
    }

    return 0;
}


static int
content_read(interconnd_content_t *content, const u_char *key)
{
    char                 name[24];
    uint64_t             i, files;
    ic_str_t             digest;
    ic_about_t          *about;
    ic_source_error_t    why;
    interconnd_escrow_t *escrow;

    escrow = content->escrow;
    about = NULL;

    if (ic_escrow_read_begin(&content->stream, content->file, key,
                             interconnd_content_context(escrow))
        != 0
        || content_read_number(content, 4, &files) != 0)
    {
        return interconnd_content_failed(content, "the ciphertext");
    }

    for (i = 0; i < files; i++) {
        digest = (i == 0) ? interconnd_escrow_field(escrow, "digest")
                          : ic_str(about->partitions[i - 1].sha256);

        if (content_read_file(content,
                              interconnd_content_file(name, sizeof(name),
                                                      (unsigned) i),
                              digest)
            != 0)
        {
            return interconnd_content_failed(content, name);
        }

        if (i == 0) {
            about = ic_about_read(escrow->pool, content->folder, &why);

            if (about == NULL || about->npartitions + 1 != files) {
                errno = EBADMSG;
                return interconnd_content_failed(content, "metadata");
            }
        }
    }

    if (ic_escrow_read_end(&content->stream) != 0) {
        return interconnd_content_failed(content, "the ciphertext");
    }

    return (about != NULL && fsync(content->folder) == 0)
           ? 0 : interconnd_content_failed(content, "the output");
}


static int
content_read_number(interconnd_content_t *content, size_t bytes, uint64_t *n)
{
    size_t  i;
    u_char  text[8];

    if (ic_escrow_read(&content->stream, text, bytes) != 0) {
        return -1;
    }

    for (i = 0, *n = 0; i < bytes; i++) {
        *n = *n << 8 | text[i];
    }

    return 0;
}


/* As it was when it was put in escrow, by the digest that everybody has. */

static int
content_read_file(interconnd_content_t *content, const char *name,
    ic_str_t digest)
{
    int          fd, rc;
    char         sha256[65];
    u_char       hash[EVP_MAX_MD_SIZE];
    unsigned     len;
    uint64_t     left;
    EVP_MD_CTX  *sha;

    if (content_read_number(content, 8, &left) != 0) {
        return -1;
    }

    sha = EVP_MD_CTX_new();
    fd = openat(content->folder, name,
                O_WRONLY|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC,
                INTERCONND_CONTENT_MODE);

    rc = (fd != -1 && sha != NULL
          && EVP_DigestInit_ex(sha, EVP_sha256(), NULL) == 1
          && content_copy_file(content, fd, sha, left) == 0
          && EVP_DigestFinal_ex(sha, hash, &len) == 1
          && fsync(fd) == 0) ? 0 : -1;

    if (rc == 0) {
        ic_hex(sha256, hash, len);

        if (!ic_str_is(digest, sha256)) {
            errno = EBADMSG;
            rc = -1;
        }
    }

    EVP_MD_CTX_free(sha);

    if (fd != -1) {
        (void) close(fd);
    }

    return rc;
}


static int
content_copy_file(interconnd_content_t *content, int fd, EVP_MD_CTX *sha,
    uint64_t left)
{
    size_t  part;

    while (left > 0) {
        part = (left < INTERCONND_CONTENT_CHUNK) ? (size_t) left
                                                 : INTERCONND_CONTENT_CHUNK;

        if (ic_escrow_read(&content->stream, content->chunk, part) != 0
            || EVP_DigestUpdate(sha, content->chunk, part) != 1
            || write(fd, content->chunk, part) != (ssize_t) part)
        {
            return -1;
        }

        left -= part;
    }

    return 0;
}


/* What is there in its place is the same, or not what it was. */

static int
content_install(interconnd_content_t *content)
{
    content->escrow->replaced = access(content->path, F_OK) == 0;
    interconnd_folder_drop(content->path);

    return (rename(content->made, content->path) == 0)
           ? 0 : interconnd_content_failed(content, "the place of the output");
}


void
interconnd_escrow_undo(interconnd_escrow_t *escrow, ic_str_t space,
    ic_str_t name)
{
    interconnd_content_t  content;

    memset(&content, 0, sizeof(interconnd_content_t));
    content.escrow = escrow;

    if (interconnd_content_named(&content, space, name) == 0) {
        interconnd_folder_drop(content.path);
    }
}
