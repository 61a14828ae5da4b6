
/*
 * Installed packages: a folder for each version, made under another name and
 * then renamed, so that one is there as a whole or not at all.
 */


#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ic_package.h"


#define INSTALL_PATH  4096


static int install_folder(ic_package_t *pkg, const char *folder);
static int install_sync(const char *folder);
static int install_file(int at, const ic_tar_file_t *file);
static int install_same(ic_package_t *pkg, const char *folder);
static int install_fail(ic_package_t *pkg, const char *path);


int
ic_package_install(ic_package_t *pkg, const char *components)
{
    int   rc;
    char  parent[INSTALL_PATH], folder[INSTALL_PATH], fresh[INSTALL_PATH];

    if ((size_t) snprintf(parent, sizeof(parent), "%s/%s", components,
                          pkg->name)
        > sizeof(parent) - 128)
    {
        errno = ENAMETOOLONG;
        return install_fail(pkg, components);
    }

    snprintf(folder, sizeof(folder), "%.3960s/%.64s", parent, pkg->version);
    snprintf(fresh, sizeof(fresh), "%.3960s/.new-XXXXXX", parent);

    if (access(folder, F_OK) == 0) {
        return install_same(pkg, folder);
    }

    if (mkdir(parent, 0755) != 0 && errno != EEXIST) {
        return install_fail(pkg, parent);
    }

    if (mkdtemp(fresh) == NULL) {
        rc = install_fail(pkg, parent);
        (void) rmdir(parent);
        return rc;
    }

    rc = install_folder(pkg, fresh);

    if (rc == 0
        && (rename(fresh, folder) != 0 || install_sync(parent) != 0))
    {
        rc = install_fail(pkg, folder);
    }

    if (rc != 0) {
        ic_package_clean(fresh);
        (void) rmdir(parent);
    }

    return rc;
}


static int
install_folder(ic_package_t *pkg, const char *folder)
{
    int            at, rc;
    unsigned       i;
    ic_tar_file_t  archive;

    at = open(folder, O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    if (at < 0) {
        return install_fail(pkg, folder);
    }

    rc = 0;

    for (i = 0; i < pkg->tar.n && rc == 0; i++) {
        rc = install_file(at, &pkg->tar.files[i]);
    }

    /* it is given back byte by byte, whoever made it */

    if (rc == 0 && pkg->archive.data != NULL) {
        archive.name = ic_str(IC_PACKAGE_ARCHIVE);
        archive.data = pkg->archive;
        rc = install_file(at, &archive);
    }

    if (rc != 0 || fchmod(at, 0755) != 0 || fsync(at) != 0) {
        rc = install_fail(pkg, folder);
    }

    close(at);

    return rc;
}


/* The name of what is in it is on the disk too. */

static int
install_sync(const char *folder)
{
    int  at, rc;

    at = open(folder, O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    if (at < 0) {
        return -1;
    }

    rc = fsync(at);
    close(at);

    return rc;
}


static int
install_file(int at, const ic_tar_file_t *file)
{
    int      fd, mode;
    char     name[IC_TAR_NAME + 1];
    size_t   done;
    ssize_t  n;

    snprintf(name, sizeof(name), "%.*s", (int) file->name.len,
             file->name.data);

    mode = ic_str_is(file->name, IC_PACKAGE_EXECUTABLE) ? 0555 : 0444;
    fd = openat(at, name, O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, mode);

    if (fd < 0) {
        return -1;
    }

    for (done = 0; done < file->data.len; done += n) {
        n = write(fd, file->data.data + done, file->data.len - done);

        if (n <= 0) {
            close(fd);
            return -1;
        }
    }

    /* whatever the umask */

    if (fchmod(fd, mode) != 0 || fsync(fd) != 0) {
        close(fd);
        return -1;
    }

    return close(fd);
}


/* Installing again is no error; another package of that version is. */

static int
install_same(ic_package_t *pkg, const char *folder)
{
    bool           same;
    ic_arena_t    *arena;
    ic_package_t   there;

    arena = ic_pool_create();
    same = arena != NULL && ic_package_open(&there, arena, folder) == 0
           && strcmp(there.digest, pkg->digest) == 0;

    if (arena != NULL) {
        ic_pool_destroy(arena);
    }

    if (!same) {
        snprintf(pkg->error, sizeof(pkg->error), "%s %s is there already and "
                 "is another one, or damaged: remove it first", pkg->name,
                 pkg->version);
        return -1;
    }

    return 0;
}


int
ic_package_remove(const char *components, const char *name,
    const char *version, char *error, size_t size)
{
    char  parent[INSTALL_PATH], folder[INSTALL_PATH], gone[INSTALL_PATH];

    if (!ic_package_name_valid(ic_str(name))
        || !ic_package_name_valid(ic_str(version)))
    {
        snprintf(error, size, "no such component");
        return -1;
    }

    snprintf(parent, sizeof(parent), "%.3800s/%.64s", components, name);
    snprintf(folder, sizeof(folder), "%.3900s/%.64s", parent, version);
    snprintf(gone, sizeof(gone), "%.3900s/.gone-%.64s", parent, version);

    /* what an earlier one left behind */
    ic_package_clean(gone);

    if (rename(folder, gone) != 0) {
        snprintf(error, size, "%.200s: %s", folder, strerror(errno));
        return -1;
    }

    ic_package_clean(gone);
    (void) rmdir(parent);

    return 0;
}


/* Packages are flat. */

void
ic_package_clean(const char *folder)
{
    int             n, i;
    char            path[2 * INSTALL_PATH];
    struct dirent **names;

    n = scandir(folder, &names, NULL, NULL);

    for (i = 0; i < n; i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
        (void) unlink(path);
        free(names[i]);
    }

    if (n >= 0) {
        free(names);
        (void) rmdir(folder);
    }
}


static int
install_fail(ic_package_t *pkg, const char *path)
{
    snprintf(pkg->error, sizeof(pkg->error), "%.300s: %s", path,
             strerror(errno));

    return -1;
}
