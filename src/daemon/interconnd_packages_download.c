
/*
 * An installed package goes out as it came in, byte by byte. One that was
 * installed before archives were kept is made again of its files: the manifest
 * and so the digest of the package are the same.
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_packages.h"


#define DOWNLOAD_RESOURCE  "component:"


/* One download. */
typedef struct {
    interconnd_packages_call_t  *call;
    char                        *name;
    char                        *version;
    char                        *folder;
    char                        *digest;         /* as it is registered */
} download_t;


static char *download_id(interconnd_packages_call_t *call);
static enum MHD_Result download_find(download_t *download, const char *id);
static enum MHD_Result download_send(download_t *download);
static bool download_is_same(download_t *download);
static int download_archive(download_t *download);
static int download_make(download_t *download);
static enum MHD_Result download_answer(download_t *download, int fd,
    uint64_t size);


enum MHD_Result
interconnd_packages_download(interconnd_packages_call_t *call)
{
    char        *id;
    download_t   download;

    memset(&download, 0, sizeof(download_t));
    download.call = call;

    id = download_id(call);

    if (id == NULL) {
        return interconnd_packages_refuse(call, "invalid_fields",
                                          "/component_id: is required");
    }

    return download_find(&download, id);
}


/*
 * An operator names it. What a peer may have is what nginx let it in for,
 * whatever else the query has.
 */

static char *
download_id(interconnd_packages_call_t *call)
{
    const char  *asked, *let;

    asked = MHD_lookup_connection_value(call->connection,
                                        MHD_GET_ARGUMENT_KIND,
                                        "component_id");

    if (asked == NULL || !ic_id_valid(ic_str(asked))) {
        return NULL;
    }

    if (call->op->peer) {
        let = MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND,
                                          "x-interconn-resource");

        if (let == NULL
            || strncmp(let, DOWNLOAD_RESOURCE, sizeof(DOWNLOAD_RESOURCE) - 1)
               != 0
            || strcmp(let + sizeof(DOWNLOAD_RESOURCE) - 1, asked) != 0)
        {
            return NULL;
        }
    }

    return ic_str_z(call->pool, ic_str(asked));
}


static enum MHD_Result
download_find(download_t *download, const char *id)
{
    int                          rc;
    ic_str_t                     folder;
    ic_reply_t                   reply;
    interconnd_packages_call_t  *call;

    call = download->call;

    rc = ic_store_callz(call->packages->store, call->pool, &reply,
                        "component_fetch", call->op->peer ? "" : call->who,
                        call->op->peer ? call->who : "", id, NULL);

    if (rc != 0) {
        interconnd_log("error", "component_fetch: %s",
                       ic_store_error(call->packages->store));
        return interconnd_packages_refuse(call, "store_unavailable", NULL);
    }

    if (!ic_reply_ok(&reply)) {
        return interconnd_packages_refuse_reply(call, &reply);
    }

    download->digest = ic_str_z(call->pool,
                                ic_reply_get(&reply, "package_digest"));
    download->name = ic_str_z(call->pool, ic_str(id));
    download->version = (download->name != NULL)
                        ? strchr(download->name, ':') : NULL;

    if (download->digest == NULL || download->version == NULL) {
        return interconnd_packages_refuse(call, "internal", NULL);
    }

    *download->version++ = '\0';

    if (!ic_package_name_valid(ic_str(download->name))
        || !ic_package_name_valid(ic_str(download->version)))
    {
        return interconnd_packages_refuse(call, "not_found", id);
    }

    folder = ic_str_fmt(call->pool, "%s/%s/%s",
                        call->packages->conf->components, download->name,
                        download->version);
    download->folder = (char *) folder.data;

    return (folder.data != NULL)
           ? download_send(download)
           : interconnd_packages_refuse(call, "internal", NULL);
}


static enum MHD_Result
download_send(download_t *download)
{
    int          fd;
    struct stat  st;

    if (!download_is_same(download)) {
        return interconnd_packages_refuse(download->call, "wrong_state",
                                          "its folder is not there, or not "
                                          "what was installed");
    }

    fd = download_archive(download);

    if (fd < 0 || fstat(fd, &st) != 0) {

        if (fd >= 0) {
            close(fd);
        }

        return interconnd_packages_refuse(download->call, "internal", NULL);
    }

    return download_answer(download, fd, (uint64_t) st.st_size);
}


/* The manifest names everything else; the receiver checks that. */

static bool
download_is_same(download_t *download)
{
    int       fd;
    bool      same;
    char      hex[65];
    ssize_t   n;
    u_char    text[16384];
    ic_str_t  path;

    path = ic_str_fmt(download->call->pool, "%s/" IC_PACKAGE_MANIFEST,
                      download->folder);
    fd = (path.data != NULL)
         ? open((char *) path.data, O_RDONLY|O_CLOEXEC|O_NOFOLLOW) : -1;

    if (fd < 0) {
        return false;
    }

    n = read(fd, text, sizeof(text));
    close(fd);

    if (n <= 0) {
        return false;
    }

    ic_sha256_hex(hex, text, (size_t) n);
    same = strcmp(hex, download->digest) == 0;

    return same;
}


static int
download_archive(download_t *download)
{
    int       fd;
    ic_str_t  path;

    path = ic_str_fmt(download->call->pool, "%s/" IC_PACKAGE_ARCHIVE,
                      download->folder);

    if (path.data == NULL) {
        return -1;
    }

    fd = open((char *) path.data, O_RDONLY|O_CLOEXEC|O_NOFOLLOW);

    return (fd < 0 && errno == ENOENT) ? download_make(download) : fd;
}


static int
download_make(download_t *download)
{
    int            fd;
    size_t         done;
    ssize_t        n;
    ic_str_t       bytes;
    ic_arena_t    *arena;
    ic_package_t  *pkg;

    fd = interconnd_packages_file(download->call->packages);
    arena = ic_pool_create();
    pkg = (arena != NULL) ? ic_zalloc(arena, sizeof(ic_package_t)) : NULL;
    bytes = ic_str(NULL);

    if (pkg != NULL && ic_package_open(pkg, arena, download->folder) == 0) {
        bytes = ic_tar_write(&pkg->tar, arena);
    }

    done = 0;

    while (fd >= 0 && done < bytes.len) {
        n = write(fd, bytes.data + done, bytes.len - done);

        if (n <= 0) {
            break;
        }

        done += (size_t) n;
    }

    if (fd >= 0 && (bytes.len == 0 || done != bytes.len)) {
        close(fd);
        fd = -1;
    }

    if (arena != NULL) {
        ic_pool_destroy(arena);
    }

    return fd;
}


/* The descriptor is the response's. */

static enum MHD_Result
download_answer(download_t *download, int fd, uint64_t size)
{
    unsigned              i;
    enum MHD_Result       rc;
    struct MHD_Response  *response;
    ic_arena_t           *pool;

    pool = download->call->pool;
    response = MHD_create_response_from_fd64(size, fd);

    if (response == NULL) {
        close(fd);
        return MHD_NO;
    }

    const struct {
        const char  *name;
        ic_str_t     value;
    } headers[] = {
        { MHD_HTTP_HEADER_CONTENT_TYPE, ic_str("application/x-tar") },
        { MHD_HTTP_HEADER_ETAG, ic_str_fmt(pool, "\"%s\"",
                                           download->digest) },
        { MHD_HTTP_HEADER_CONTENT_DISPOSITION,
          ic_str_fmt(pool, "attachment; filename=\"%s-%s.tar\"",
                     download->name, download->version) }
    };

    for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        if (headers[i].value.data != NULL) {
            (void) MHD_add_response_header(response, headers[i].name,
                                           (char *) headers[i].value.data);
        }
    }

    rc = MHD_queue_response(download->call->connection, MHD_HTTP_OK,
                            response);
    MHD_destroy_response(response);

    return rc;
}
