
/*
 * What the rows that were written are: a digest of them, which without the
 * key tells nothing of them, the columns, and what may be told of groups.
 */


#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/core_names.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "../source/ic_summary.h"
#include "reader.h"


#define DESCRIBE_CHUNK  (256 << 10)
#define DESCRIBE_KEY    32
#define DESCRIBE_FILE   "data_0"
#define DESCRIBE_ABOUT  "metadata"


static int describe_digest(reader_t *reader);
static int describe_mac(EVP_MAC_CTX *mac, int fd, u_char *chunk);
static int describe_types(reader_t *reader);
static int describe_about(reader_t *reader, const ic_about_t *about);
static int describe_metas(reader_t *reader);


int
reader_describe_rows(reader_t *reader)
{
    const reader_request_t  *request;

    request = &reader->request;

    if (request->content_key != NULL && describe_digest(reader) != 0) {
        return -1;
    }

    if (request->describe == NULL || strcmp(request->describe, "none") == 0) {
        return 0;
    }

    return describe_types(reader) != 0 ? -1 : describe_metas(reader);
}


/* HMAC-SHA256 of the table's text. */

static int
describe_digest(reader_t *reader)
{
    int           fd, rc;
    size_t        len;
    u_char        key[DESCRIBE_KEY], digest[32], *chunk;
    EVP_MAC      *algorithm;
    OSSL_PARAM    params[2];
    EVP_MAC_CTX  *mac;

    if (ic_unhex(key, sizeof(key), ic_str(reader->request.content_key))
        != 0)
    {
        return reader_refuse(reader, "internal", NULL, 0,
                             "content_key is no key");
    }

    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                                 (char *) "SHA256", 0);
    params[1] = OSSL_PARAM_construct_end();
    algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    mac = algorithm != NULL ? EVP_MAC_CTX_new(algorithm) : NULL;
    chunk = malloc(DESCRIBE_CHUNK);
    fd = open(DESCRIBE_FILE, O_RDONLY|O_CLOEXEC|O_NOFOLLOW);

    rc = mac != NULL && chunk != NULL && fd != -1
         && EVP_MAC_init(mac, key, sizeof(key), params) == 1
         && describe_mac(mac, fd, chunk) == 0
         && EVP_MAC_final(mac, digest, &len, sizeof(digest)) == 1
         && len == sizeof(digest) ? 0 : -1;

    EVP_MAC_CTX_free(mac);
    EVP_MAC_free(algorithm);
    OPENSSL_cleanse(key, sizeof(key));
    free(chunk);

    if (fd != -1) {
        close(fd);
    }

    if (rc != 0) {
        return reader_refuse(reader, "internal", NULL, 0,
                             "the rows cannot be read again");
    }

    ic_hex(reader->digest, digest, sizeof(digest));
    reader->digest[2 * sizeof(digest)] = '\0';

    return 0;
}


static int
describe_mac(EVP_MAC_CTX *mac, int fd, u_char *chunk)
{
    ssize_t  n;

    while ((n = read(fd, chunk, DESCRIBE_CHUNK)) != 0) {
        if (n < 0 ? errno != EINTR
                  : EVP_MAC_update(mac, chunk, (size_t) n) != 1)
        {
            return -1;
        }
    }

    return 0;
}


/* What texts are is found by reading them; a database says it. */

static int
describe_types(reader_t *reader)
{
    int          rc, folder;
    ic_about_t  *about;

    if (reader->request.location == NULL) {
        return 0;
    }

    folder = open(".", O_RDONLY|O_DIRECTORY|O_CLOEXEC);
    about = ic_about_read(reader->arena, folder, &reader->error);
    rc = -1;

    if (about != NULL) {
        about->columns = NULL;
        about->ncolumns = 0;
        rc = ic_rows_survey(reader->arena, folder, about, &reader->error);
    }

    (void) close(folder);

    return rc == 0 ? describe_about(reader, about) : -1;
}


static int
describe_about(reader_t *reader, const ic_about_t *about)
{
    int       fd, rc;
    ic_str_t  text;

    text = ic_about_text(reader->arena, about);
    fd = open(DESCRIBE_ABOUT, O_WRONLY|O_TRUNC|O_CLOEXEC|O_NOFOLLOW);
    rc = text.data != NULL && fd != -1
         && write(fd, text.data, text.len) == (ssize_t) text.len ? 0 : -1;

    if (fd != -1) {
        close(fd);
    }

    return rc == 0 ? 0 : reader_refuse(reader, "disk_full", NULL, 0,
                                       "metadata cannot be written");
}


static int
describe_metas(reader_t *reader)
{
    int64_t            rows;
    unsigned           n, count;
    ic_meta_t         *metas;
    ic_json_out_t      out;
    ic_summary_want_t  want;

    metas = ic_metas_derive(reader->arena, ".", &count, &rows,
                            &reader->error);

    if (metas == NULL) {
        return -1;
    }

    ic_out_init(&out, reader->arena);
    ic_out_array(&out, NULL);

    for (n = 0; n < count; n++) {
        ic_out_object(&out, NULL);
        ic_out_z(&out, "name", metas[n].name);
        ic_out_z(&out, "data_type", metas[n].data_type);
        ic_out_z(&out, "distribution", metas[n].distribution);
        ic_out_object_end(&out);
    }

    ic_out_array_end(&out);
    reader->metas = ic_out_text(&out);

    want.key = reader->request.key;
    want.min_group = (unsigned) reader->request.min_group;
    want.sample = strcmp(reader->request.describe, "sample") == 0;

    if (!want.sample && strcmp(reader->request.describe, "statistics") != 0) {
        return 0;
    }

    reader->statistics = ic_summary(reader->arena, ".", metas, count, &want,
                                 &reader->error);

    return reader->statistics.data != NULL ? 0 : -1;
}
