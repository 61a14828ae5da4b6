
/* What is in a package: its files, their digests, its descriptor. */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "ic_package.h"


#define PACKAGE_LINE  (64 + 2)           /* before the name, in a manifest */


static int package_check(ic_package_t *pkg, ic_arena_t *arena);
static int package_manifest(ic_package_t *pkg, ic_arena_t *arena);
static int package_line(ic_package_t *pkg, ic_arena_t *arena, ic_str_t line,
    u_char *named);
static int package_descriptor(ic_package_t *pkg, ic_arena_t *arena);
static bool package_is_signature(ic_str_t name);
static int package_load(ic_package_t *pkg, ic_arena_t *arena, int at,
    const char *file, ic_str_t *data);
static int package_load_all(ic_arena_t *arena, int fd, off_t size,
    ic_str_t *data);


#define package_fail(pkg, ...)                                                \
    (snprintf((pkg)->error, sizeof((pkg)->error), __VA_ARGS__), -1)


int
ic_package_make(ic_package_t *pkg, ic_arena_t *arena)
{
    char      digest[IC_PACKAGE_DIGEST];
    ic_str_t  text;
    unsigned  i;

    text = ic_str("");

    for (i = 0; i < pkg->tar.n; i++) {

        if (package_is_signature(pkg->tar.files[i].name)
            || !ic_tar_name_valid(pkg->tar.files[i].name))
        {
            return package_fail(pkg, "%.*s cannot be a file's name here",
                                (int) pkg->tar.files[i].name.len,
                                pkg->tar.files[i].name.data);
        }

        ic_sha256_hex(digest, pkg->tar.files[i].data.data,
                      pkg->tar.files[i].data.len);

        text = ic_str_fmt(arena, "%.*s%s  %.*s\n", (int) text.len,
                          text.data, digest,
                          (int) pkg->tar.files[i].name.len,
                          pkg->tar.files[i].name.data);

        if (text.data == NULL) {
            return package_fail(pkg, "memory is short");
        }
    }

    if (ic_tar_put(&pkg->tar, IC_PACKAGE_MANIFEST, text) != 0) {
        return package_fail(pkg, "there are too many files");
    }

    return package_check(pkg, arena);
}


int
ic_package_read(ic_package_t *pkg, ic_arena_t *arena, const char *file)
{
    char      error[256];
    ic_str_t  bytes;

    memset(pkg, 0, sizeof(ic_package_t));

    if (package_load(pkg, arena, AT_FDCWD, file, &bytes) != 0) {
        return -1;
    }

    if (ic_tar_read(&pkg->tar, arena, bytes, error, sizeof(error)) != 0) {
        return package_fail(pkg, "the archive: %s", error);
    }

    pkg->archive = bytes;

    return package_check(pkg, arena);
}


/* The manifest says which files there are; others are nobody's matter. */

int
ic_package_open(ic_package_t *pkg, ic_arena_t *arena, const char *folder)
{
    int          at, rc;
    char        *line, *next, *text;
    ic_str_t     data, manifest;
    unsigned     i;
    const char  *name;

    memset(pkg, 0, sizeof(ic_package_t));

    at = open(folder, O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    if (at < 0) {
        return package_fail(pkg, "%s: %s", folder, strerror(errno));
    }

    rc = package_load(pkg, arena, at, IC_PACKAGE_MANIFEST, &data);
    manifest = data;
    text = (rc == 0) ? ic_str_z(arena, data) : NULL;

    for (line = text; rc == 0 && line != NULL && *line; line = next) {
        next = strchr(line, '\n');

        if (next == NULL || next - line <= PACKAGE_LINE) {
            rc = package_fail(pkg, "the manifest is malformed");
            break;
        }

        *next++ = '\0';
        name = line + PACKAGE_LINE;

        if (!ic_tar_name_valid(ic_str(name))) {
            rc = package_fail(pkg, "the manifest is malformed");

        } else if (package_load(pkg, arena, at, name, &data) != 0
                   || ic_tar_put(&pkg->tar, name, data) != 0)
        {
            rc = -1;
        }
    }

    /* in the order of an archive that was made here */

    if (rc == 0) {
        rc = ic_tar_put(&pkg->tar, IC_PACKAGE_MANIFEST, manifest);
    }

    for (i = 0; rc == 0 && i < IC_PACKAGE_SIGNERS; i++) {
        name = ic_package_signature(i);

        if (faccessat(at, name, F_OK, 0) == 0
            && (package_load(pkg, arena, at, name, &data) != 0
                || ic_tar_put(&pkg->tar, name, data) != 0))
        {
            rc = -1;
        }
    }

    close(at);

    return (rc == 0) ? package_check(pkg, arena) : -1;
}


static int
package_check(ic_package_t *pkg, ic_arena_t *arena)
{
    unsigned                  i;
    static const char *const  needed[] = {
        IC_PACKAGE_MANIFEST, IC_PACKAGE_DESCRIPTOR, IC_PACKAGE_EXECUTABLE,
        IC_PACKAGE_SECURITY
    };

    for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
        if (ic_tar_get(&pkg->tar, needed[i]).len == 0) {
            return package_fail(pkg, "%s is missing or empty", needed[i]);
        }
    }

    if (package_manifest(pkg, arena) != 0) {
        return -1;
    }

    return package_descriptor(pkg, arena);
}


/* Every file has its line and every line its file, with this digest. */

static int
package_manifest(ic_package_t *pkg, ic_arena_t *arena)
{
    u_char    *end, named[IC_TAR_FILES];
    ic_str_t   rest, name;
    unsigned   i;

    rest = ic_tar_get(&pkg->tar, IC_PACKAGE_MANIFEST);
    ic_sha256_hex(pkg->digest, rest.data, rest.len);
    memset(named, 0, sizeof(named));

    while (rest.len != 0) {
        end = memchr(rest.data, '\n', rest.len);

        if (end == NULL) {
            return package_fail(pkg, "the manifest has no last line's end");
        }

        if (package_line(pkg, arena, ic_str_n(rest.data, end - rest.data),
                         named)
            != 0)
        {
            return -1;
        }

        rest = ic_str_n(end + 1, rest.len - (end + 1 - rest.data));
    }

    for (i = 0; i < pkg->tar.n; i++) {
        name = pkg->tar.files[i].name;

        if (!named[i] && !package_is_signature(name)
            && !ic_str_is(name, IC_PACKAGE_MANIFEST))
        {
            return package_fail(pkg, "%.*s is not in the manifest",
                                (int) name.len, name.data);
        }
    }

    return 0;
}


static int
package_line(ic_package_t *pkg, ic_arena_t *arena, ic_str_t line,
    u_char *named)
{
    char       digest[IC_PACKAGE_DIGEST];
    ic_str_t   name;
    unsigned   i;

    if (line.len <= PACKAGE_LINE || memcmp(line.data + 64, "  ", 2) != 0) {
        return package_fail(pkg, "the manifest has a malformed line");
    }

    name = ic_str_n(line.data + PACKAGE_LINE, line.len - PACKAGE_LINE);

    for (i = 0; i < pkg->tar.n; i++) {
        if (ic_str_eq(pkg->tar.files[i].name, name)) {
            break;
        }
    }

    if (i == pkg->tar.n || !ic_tar_name_valid(name)) {
        return package_fail(pkg, "a file that the manifest names is missing");
    }

    ic_sha256_hex(digest, pkg->tar.files[i].data.data,
                  pkg->tar.files[i].data.len);

    if (memcmp(digest, line.data, 64) != 0) {
        return package_fail(pkg, "%.*s is not what the manifest says: its "
                            "SHA-256 is %s", (int) name.len, name.data,
                            digest);
    }

    if (named[i]++) {
        return package_fail(pkg, "%.*s is in the manifest twice",
                            (int) name.len, name.data);
    }

    return 0;
}


static int
package_descriptor(ic_package_t *pkg, ic_arena_t *arena)
{
    ic_str_t                  text, error;
    unsigned                  i;
    static const char *const  needed[] = {
        "componentName", "version", "provider", "description"
    };

    error = ic_str("");
    pkg->descriptor = ic_json_parse(arena, ic_tar_get(&pkg->tar,
                                                   IC_PACKAGE_DESCRIPTOR),
                                    &error);

    if (pkg->descriptor == NULL || pkg->descriptor->type != IC_JSON_OBJECT) {
        return package_fail(pkg, IC_PACKAGE_DESCRIPTOR " is no JSON object: "
                            "%.*s", (int) error.len, error.data);
    }

    for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
        text = ic_json_str(ic_json_get(pkg->descriptor, needed[i]));

        if (text.len == 0 || (i < 2 && !ic_package_name_valid(text))) {
            return package_fail(pkg, IC_PACKAGE_DESCRIPTOR ": %s is missing "
                                "or malformed", needed[i]);
        }
    }

    pkg->name = ic_str_z(arena, ic_json_str(ic_json_get(pkg->descriptor,
                                                        "componentName")));
    pkg->version = ic_str_z(arena, ic_json_str(ic_json_get(pkg->descriptor,
                                                           "version")));

    if (pkg->name == NULL || pkg->version == NULL) {
        return package_fail(pkg, "memory is short");
    }

    return 0;
}


bool
ic_package_name_valid(ic_str_t name)
{
    return ic_tar_name_valid(name) && name.len <= 64;
}


static bool
package_is_signature(ic_str_t name)
{
    unsigned  i;

    for (i = 0; i < IC_PACKAGE_SIGNERS; i++) {
        if (ic_str_is(name, ic_package_signature(i))) {
            return true;
        }
    }

    return false;
}


/* Regular files only: nothing else has a size to trust. */

static int
package_load(ic_package_t *pkg, ic_arena_t *arena, int at, const char *file,
    ic_str_t *data)
{
    int          fd, rc;
    struct stat  st;

    fd = openat(at, file, O_RDONLY|O_CLOEXEC|O_NONBLOCK
                          |(at == AT_FDCWD ? 0 : O_NOFOLLOW));

    if (fd < 0 || fstat(fd, &st) != 0) {
        rc = package_fail(pkg, "%s: %s", file, strerror(errno));

    } else if (!S_ISREG(st.st_mode) || st.st_size > IC_PACKAGE_MAX) {
        rc = package_fail(pkg, "%s is no file of at most %d bytes", file,
                          IC_PACKAGE_MAX);

    } else if (package_load_all(arena, fd, st.st_size, data) != 0) {
        rc = package_fail(pkg, "%s cannot be read", file);

    } else {
        rc = 0;
    }

    if (fd >= 0) {
        close(fd);
    }

    return rc;
}


static int
package_load_all(ic_arena_t *arena, int fd, off_t size, ic_str_t *data)
{
    u_char   *p;
    ssize_t   n;

    p = ic_alloc(arena, (size_t) size + 1);

    if (p == NULL) {
        return -1;
    }

    *data = ic_str_n(p, 0);
    p[size] = '\0';

    while (data->len < (size_t) size) {
        n = read(fd, p + data->len, size - data->len);

        if (n <= 0) {
            return -1;
        }

        data->len += n;
    }

    return 0;
}


ic_package_t *
ic_package_seal(const ic_package_t *pkg, ic_arena_t *arena)
{
    ic_str_t       data;
    unsigned       n;
    ic_package_t  *seal;
    const char    *names[] = {
        IC_PACKAGE_MANIFEST, IC_PACKAGE_DESCRIPTOR,
        ic_package_signature(IC_PACKAGE_DEVELOPER),
        ic_package_signature(IC_PACKAGE_AUTHORITY), NULL
    };

    seal = ic_zalloc(arena, sizeof(ic_package_t));

    if (seal == NULL) {
        return NULL;
    }

    for (n = 0; names[n] != NULL; n++) {
        data = ic_tar_get(&pkg->tar, names[n]);

        if (data.len == 0) {
            continue;
        }

        data = ic_str_dup(arena, data);

        if (data.data == NULL || ic_tar_put(&seal->tar, names[n], data) != 0)
        {
            return NULL;
        }
    }

    seal->name = ic_str_z(arena, ic_str(pkg->name));
    seal->version = ic_str_z(arena, ic_str(pkg->version));
    seal->descriptor = ic_json_parse(arena,
                                     ic_tar_get(&seal->tar,
                                                IC_PACKAGE_DESCRIPTOR),
                                     NULL);
    memcpy(seal->digest, pkg->digest, sizeof(seal->digest));

    return (seal->name != NULL && seal->version != NULL
            && seal->descriptor != NULL) ? seal : NULL;
}
