
/*
 * Removing folders that programs of others have filled: however deep they
 * are, whatever their modes say, and with few descriptors and little stack.
 */


#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interconnd_runner.h"


#define DROP_DEEP   16                   /* folders open at a time */
#define DROP_TRIES  1000                 /* names for one that is moved */
#define DROP_LOOKS  20000                /* at one folder */
#define DROP_NAME   32


/* Those that are too deep are moved up to top, and removed from there. */
typedef struct {
    int       top;
    unsigned  moved;
} drop_t;


static int drop_folder(drop_t *drop, int parent, const char *name,
    unsigned depth);
static int drop_content(drop_t *drop, int fd, unsigned depth,
    unsigned *removed);
static int drop_entry(drop_t *drop, int fd, const char *name,
    unsigned depth);
static int drop_open(int parent, const char *name);
static int drop_move(drop_t *drop, int fd, const char *name);


void
interconnd_folder_drop(const char *path)
{
    drop_t  drop;

    drop.top = -1;
    drop.moved = 0;

    if (drop_folder(&drop, AT_FDCWD, path, 0) != 0 && errno != ENOENT) {
        interconnd_log("error", "%s cannot be removed: %s", path,
                       strerror(errno));
    }
}


/* Not a folder: it is removed, too. */

static int
drop_folder(drop_t *drop, int parent, const char *name, unsigned depth)
{
    int       fd, rc, error;
    unsigned  removed, looks;

    fd = drop_open(parent, name);

    if (fd < 0) {
        return (errno == ENOTDIR || errno == ELOOP)
               ? unlinkat(parent, name, 0) : -1;
    }

    if (depth == 0) {
        drop->top = fd;
    }

    /*
     * What was moved up, and what a look has missed, is seen by another; but
     * somebody who still adds to it is not waited for.
     */

    looks = 0;

    do {
        removed = 0;
        rc = drop_content(drop, fd, depth, &removed);
        error = errno;

    } while (removed > 0 && ++looks < DROP_LOOKS);

    (void) close(fd);
    errno = error;

    return (rc == 0) ? unlinkat(parent, name, AT_REMOVEDIR) : -1;
}


/* Goes on behind what cannot be removed. */

static int
drop_content(drop_t *drop, int fd, unsigned depth, unsigned *removed)
{
    int             copy, rc, error;
    DIR            *dir;
    struct dirent  *entry;

    copy = openat(fd, ".", O_RDONLY|O_DIRECTORY|O_CLOEXEC);
    dir = (copy >= 0) ? fdopendir(copy) : NULL;

    if (dir == NULL) {
        error = errno;

        if (copy >= 0) {
            (void) close(copy);
        }

        errno = error;
        return -1;
    }

    rc = 0;
    error = 0;

    while ((entry = readdir(dir)) != NULL) {

        if (strcmp(entry->d_name, ".") == 0
            || strcmp(entry->d_name, "..") == 0)
        {
            continue;
        }

        if (drop_entry(drop, fd, entry->d_name, depth) == 0) {
            ++*removed;

        } else {
            rc = -1;
            error = errno;
        }
    }

    (void) closedir(dir);
    errno = error;

    return rc;
}


static int
drop_entry(drop_t *drop, int fd, const char *name, unsigned depth)
{
    if (unlinkat(fd, name, 0) == 0) {
        return 0;
    }

    if (errno != EISDIR && errno != EPERM) {
        return -1;
    }

    return (depth + 1 < DROP_DEEP) ? drop_folder(drop, fd, name, depth + 1)
                                   : drop_move(drop, fd, name);
}


/* No task is root: its modes may keep us from what it made. */

static int
drop_open(int parent, const char *name)
{
    int  fd;

    fd = openat(parent, name, O_RDONLY|O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC);

    if (fd < 0 && errno == EACCES
        && fchmodat(parent, name, S_IRWXU, AT_SYMLINK_NOFOLLOW) == 0)
    {
        fd = openat(parent, name, O_RDONLY|O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC);
    }

    if (fd >= 0) {
        (void) fchmod(fd, S_IRWXU);
    }

    return fd;
}


static int
drop_move(drop_t *drop, int fd, const char *name)
{
    int       sub;
    char      other[DROP_NAME];
    unsigned  n;

    sub = drop_open(fd, name);

    if (sub < 0) {
        return -1;
    }

    (void) close(sub);

    for (n = 0; n < DROP_TRIES; n++) {
        (void) snprintf(other, sizeof(other), ".drop-%u", drop->moved++);

        if (renameat(fd, name, drop->top, other) == 0) {
            return 0;
        }

        if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR) {
            return -1;
        }
    }

    return -1;
}
