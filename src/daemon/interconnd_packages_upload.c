
/* A package that comes: into a file without a name, then checked, installed. */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_packages.h"
#include "interconnd_runner.h"


#define UPLOAD_PATIENCE_MS  900000       /* of a whole upload */


/* An installation under way. */
typedef struct {
    interconnd_packages_call_t  *call;
    ic_arena_t                  *arena;          /* of the archive */
    ic_package_t                *pkg;
} upload_t;


static bool upload_is_tar(const char *type);
static enum MHD_Result upload_install(upload_t *upload);
static enum MHD_Result upload_check(upload_t *upload);
static bool upload_fits(const upload_t *upload);
static enum MHD_Result upload_put(upload_t *upload);
static const char *upload_fault(upload_t *upload);
static enum MHD_Result upload_register(upload_t *upload, bool fresh);


static const char *const  upload_types[] = {
    "application/x-tar", "application/tar", "application/octet-stream", NULL
};


enum MHD_Result
interconnd_packages_upload(interconnd_packages_call_t *call)
{
    int64_t      len;
    const char  *text;

    text = MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND,
                                       MHD_HTTP_HEADER_CONTENT_TYPE);

    if (!upload_is_tar(text)) {
        return interconnd_packages_refuse(call, "unsupported_type",
                                          (text != NULL) ? text : "none");
    }

    /* without a length, as in chunks, what comes is counted */

    text = MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND,
                                       MHD_HTTP_HEADER_CONTENT_LENGTH);

    if (text != NULL
        && (ic_str_int(ic_str(text), &len) != 0 || len > IC_PACKAGE_MAX))
    {
        return interconnd_packages_refuse(call, "too_large",
                                          "a package has at most 256 MiB");
    }

    if (call->packages->uploads >= INTERCONND_PACKAGES_UPLOADS) {
        return interconnd_packages_refuse(call, "too_many",
                                          "other packages are coming in");
    }

    call->fd = interconnd_packages_file(call->packages);

    if (call->fd < 0) {
        interconnd_log("error", "%s: %s", call->packages->spool,
                       strerror(errno));
        return interconnd_packages_refuse(call, "internal", NULL);
    }

    call->packages->uploads++;
    call->counted = 1;
    call->deadline = ic_mono_ms() + UPLOAD_PATIENCE_MS;

    return MHD_YES;
}


/* Parameters behind it are nobody's matter. */

static bool
upload_is_tar(const char *type)
{
    size_t              len;
    const char *const  *known;

    if (type == NULL) {
        return false;
    }

    len = strcspn(type, "; \t");

    for (known = upload_types; *known != NULL; known++) {
        if (strlen(*known) == len && strncasecmp(*known, type, len) == 0) {
            return true;
        }
    }

    return false;
}


int
interconnd_packages_file(const interconnd_packages_t *packages)
{
    int   fd;
    char  path[sizeof(packages->spool) + 16];

    snprintf(path, sizeof(path), "%s/XXXXXX", packages->spool);
    fd = mkostemp(path, O_CLOEXEC);

    /* whoever is killed leaves nothing behind */

    if (fd >= 0) {
        (void) unlink(path);
    }

    return fd;
}


/*
 * An answer can be given before the body or after it: what goes wrong with
 * the disk is told at the end. Who sends too much or for too long is left.
 */

enum MHD_Result
interconnd_packages_take(interconnd_packages_call_t *call, const char *data,
    size_t *size)
{
    size_t   done;
    ssize_t  n;

    call->size += (int64_t) *size;

    if (call->fd < 0 || call->size > IC_PACKAGE_MAX
        || ic_mono_ms() > call->deadline)
    {
        return MHD_NO;
    }

    for (done = 0; done < *size && call->fault == NULL; done += (size_t) n) {
        n = write(call->fd, data + done, *size - done);

        if (n <= 0) {
            call->fault = (errno == ENOSPC || errno == EDQUOT)
                          ? "packages_full" : "internal";
            call->detail = strerror(errno);
            interconnd_log("error", "%s: %s", call->packages->spool,
                           call->detail);
            break;
        }
    }

    *size = 0;

    return MHD_YES;
}


enum MHD_Result
interconnd_packages_install(interconnd_packages_call_t *call)
{
    int              lock;
    upload_t         upload;
    enum MHD_Result  rc;

    if (call->fault != NULL) {
        return interconnd_packages_refuse(call, call->fault, call->detail);
    }

    lock = ic_package_lock(call->packages->conf->components);
    upload.call = call;
    upload.arena = ic_pool_create();
    upload.pkg = (upload.arena != NULL)
                 ? ic_zalloc(upload.arena, sizeof(ic_package_t)) : NULL;

    if (lock < 0 || upload.pkg == NULL) {
        rc = interconnd_packages_refuse(call, "internal", NULL);

    } else {
        rc = upload_install(&upload);
    }

    if (upload.arena != NULL) {
        ic_pool_destroy(upload.arena);
    }

    if (lock >= 0) {
        close(lock);
    }

    return rc;
}


static enum MHD_Result
upload_install(upload_t *upload)
{
    char                  file[32];
    const char           *reason;
    ic_package_policy_t   policy;

    snprintf(file, sizeof(file), "/proc/self/fd/%d", upload->call->fd);
    interconnd_package_policy(upload->call->packages->conf, &policy);

    if (ic_package_read(upload->pkg, upload->arena, file) == 0
        && ic_package_verify(upload->pkg, &policy) == 0)
    {
        return upload_check(upload);
    }

    reason = upload->pkg->error;

    interconnd_log("warn", "a package of operator %s is refused: %s",
                   upload->call->who, reason);

    return interconnd_packages_refuse(upload->call, "package_refused", reason);
}


static enum MHD_Result
upload_check(upload_t *upload)
{
    if (!upload_fits(upload)) {
        return interconnd_packages_refuse(upload->call, "packages_full",
                                          "component_disk");
    }

    return upload_put(upload);
}


/* The files, and the archive that they came in. */

static bool
upload_fits(const upload_t *upload)
{
    int64_t                   limit;
    const interconnd_conf_t  *conf;

    conf = upload->call->packages->conf;
    limit = (int64_t) conf->component_disk << 20;

    return ic_package_bytes(conf->components) + 2 * upload->call->size
           <= limit;
}


/* First the folder: a record without one would be a promise. */

static enum MHD_Result
upload_put(upload_t *upload)
{
    bool                      fresh;
    ic_str_t                  folder;
    const char               *fault;
    struct stat               st;
    const interconnd_conf_t  *conf;

    conf = upload->call->packages->conf;
    folder = ic_str_fmt(upload->arena, "%s/%s/%s", conf->components,
                        upload->pkg->name, upload->pkg->version);

    if (folder.data == NULL) {
        return interconnd_packages_refuse(upload->call, "internal", NULL);
    }

    fresh = lstat((char *) folder.data, &st) != 0;
    fault = fresh ? upload_fault(upload) : NULL;

    if (fault != NULL) {
        return interconnd_packages_refuse(upload->call, "conflict", fault);
    }

    if (ic_package_install(upload->pkg, conf->components) != 0) {
        interconnd_log("error", "%s", upload->pkg->error);
        return interconnd_packages_refuse(upload->call,
                                          fresh ? "internal" : "conflict",
                                          fresh ? NULL : upload->pkg->error);
    }

    return upload_register(upload, fresh);
}


/* A file of that name is the node's own program. */

static const char *
upload_fault(upload_t *upload)
{
    ic_str_t                  path;
    struct stat               st;
    const interconnd_conf_t  *conf;

    conf = upload->call->packages->conf;
    path = ic_str_fmt(upload->arena, "%s/%s", conf->components,
                      upload->pkg->name);

    return (path.data != NULL && lstat((char *) path.data, &st) == 0
            && !S_ISDIR(st.st_mode))
           ? "this name is that of a program of the node" : NULL;
}


static enum MHD_Result
upload_register(upload_t *upload, bool fresh)
{
    int            rc, n;
    char           error[256];
    ic_str_t       argv[3 + IC_PACKAGE_PAIRS];
    ic_reply_t     reply;
    ic_package_t  *pkg;

    pkg = upload->pkg;

    argv[0] = ic_str(upload->call->who);
    argv[1] = ic_str(pkg->name);
    argv[2] = ic_str(pkg->version);
    n = ic_package_pairs(pkg, upload->arena, argv + 3);

    rc = ic_store_call(upload->call->packages->store, upload->arena, &reply,
                       "component_install", 3 + n, argv);

    /* it may be registered: the same upload again makes it sure */

    if (rc != 0) {
        interconnd_log("error", "component_install: %s",
                       ic_store_error(upload->call->packages->store));
        return interconnd_packages_refuse(upload->call, "store_unavailable",
                                          NULL);
    }

    if (ic_reply_ok(&reply)) {
        interconnd_log("info", "component %s:%s is installed by operator %s",
                       pkg->name, pkg->version, upload->call->who);
        return interconnd_packages_answer(upload->call, pkg);
    }

    if (fresh) {
        (void) ic_package_remove(upload->call->packages->conf->components,
                                 pkg->name, pkg->version, error,
                                 sizeof(error));
    }

    return interconnd_packages_refuse_reply(upload->call, &reply);
}
