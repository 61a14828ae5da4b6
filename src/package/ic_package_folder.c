
/* The folder of all installed packages: who may change it, what is in it. */


#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ic_package.h"


#define FOLDER_PATH  4096


static void folder_sweep(const char *parent);


int
ic_package_lock(const char *components)
{
    int  fd, rc;

    fd = open(components, O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    if (fd < 0) {
        return -1;
    }

    do {
        rc = flock(fd, LOCK_EX);
    } while (rc != 0 && errno == EINTR);

    if (rc != 0) {
        close(fd);
        return -1;
    }

    return fd;
}


void
ic_package_sweep(const char *components)
{
    DIR            *dir;
    char            parent[FOLDER_PATH];
    struct dirent  *entry;

    dir = opendir(components);

    if (dir == NULL) {
        return;
    }

    while ((entry = readdir(dir)) != NULL) {

        if (ic_package_name_valid(ic_str(entry->d_name))
            && (size_t) snprintf(parent, sizeof(parent), "%s/%s", components,
                                 entry->d_name)
               < sizeof(parent))
        {
            folder_sweep(parent);
        }
    }

    closedir(dir);
}


/* Versions do not begin with a dot; what is being made or removed does. */

static void
folder_sweep(const char *parent)
{
    DIR            *dir;
    char            path[FOLDER_PATH + 256];
    struct dirent  *entry;

    dir = opendir(parent);

    if (dir == NULL) {
        return;
    }

    while ((entry = readdir(dir)) != NULL) {

        if (strncmp(entry->d_name, ".new-", 5) == 0
            || strncmp(entry->d_name, ".gone-", 6) == 0)
        {
            snprintf(path, sizeof(path), "%s/%s", parent, entry->d_name);
            ic_package_clean(path);
        }
    }

    closedir(dir);
    (void) rmdir(parent);
}


/* Of what is in folders: the files beside them are the node's own. */

int64_t
ic_package_bytes(const char *components)
{
    FTS      *tree;
    char     *paths[2];
    FTSENT   *entry;
    int64_t   bytes;

    paths[0] = (char *) components;
    paths[1] = NULL;
    bytes = 0;

    tree = fts_open(paths, FTS_PHYSICAL|FTS_NOCHDIR, NULL);

    if (tree == NULL) {
        return 0;
    }

    while ((entry = fts_read(tree)) != NULL) {
        if (entry->fts_info == FTS_F && entry->fts_level > 1) {
            bytes += entry->fts_statp->st_size;
        }
    }

    (void) fts_close(tree);

    return bytes;
}
