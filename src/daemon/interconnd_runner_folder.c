
/*
 * The folder of a task: its working directory and system.storage. Folders
 * made here carry the sticky bit, so that what a killed runner left behind
 * is told from anything else in data_dir.
 */


#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "interconnd_artefact.h"
#include "interconnd_runner.h"


#define FOLDER_MODE  (S_ISVTX|S_IRWXU)
#define FOLDER_FDS   16
#define FOLDER_DEEP  32                  /* folders in folders */
#define FOLDER_MANY  200000              /* entries */
#define FOLDER_BLOCK 512                 /* st_blocks counts in these */


static int folder_outputs(interconnd_child_t *child);
static int folder_remove_entry(const char *path, const struct stat *st,
    int type, struct FTW *ftw);
<<<<<<< HEAD
=======
static int folder_hand_over(interconnd_child_t *child, const char *log);
static void folder_remove(const char *path);
static int64_t folder_count(int fd, unsigned depth, unsigned *left);
static int64_t folder_entry(int fd, const char *name, unsigned depth,
    unsigned *left);
>>>>>>> 3fe6a0b (daemon: limits of tasks, and rooms for the programs of packages)


int
interconnd_folder_make(interconnd_child_t *child)
{
    ic_str_t  log, path;

    path = ic_str_fmt(child->pool, "%s/%s", child->runner->conf->data_dir,
                      child->task_id);
    log = ic_str_fmt(child->pool, "%s/%s/log", child->runner->conf->data_dir,
                     child->task_id);

    if (path.data == NULL || log.data == NULL) {
        errno = ENOMEM;
        return -1;
    }

    if (mkdir((char *) path.data, FOLDER_MODE) != 0) {
        return -1;
    }

    child->folder = (char *) path.data;

<<<<<<< HEAD
    return (mkdir((char *) log.data, S_IRWXU) != 0)
           ? -1 : folder_outputs(child);
}


/* So that a component need only write: one folder for each output. */

static int
folder_outputs(interconnd_child_t *child)
{
    ic_str_t          key, path;
    const char       *name, *space;
    const ic_json_t  *port;

    space = interconnd_artefact_space(child);

    for (port = (child->output != NULL) ? child->output->child : NULL;
         port != NULL;
         port = port->next)
    {
        key = interconnd_artefact_key(port);
        name = interconnd_artefact_name(child, key);
        path = ic_str_fmt(child->pool, "%s/%s", child->folder, space);

        if (space == NULL || name == NULL || path.data == NULL) {
            errno = ENOMEM;
            return -1;
        }

        if (key.len == 0) {
            continue;
        }

        if (mkdir((char *) path.data, S_IRWXU) != 0 && errno != EEXIST) {
            return -1;
        }

        path = ic_str_fmt(child->pool, "%s/%s", (char *) path.data, name);

        if (path.data == NULL
            || (mkdir((char *) path.data, S_IRWXU) != 0 && errno != EEXIST))
        {
            return -1;
        }
    }

    return 0;
=======
    if (mkdir((char *) log.data, S_IRWXU) != 0) {
        return -1;
    }

    return child->room ? folder_hand_over(child, (char *) log.data) : 0;
}


/* A confined task is another user, and has its /tmp here. */

static int
folder_hand_over(interconnd_child_t *child, const char *log)
{
    ic_str_t  tmp;

    tmp = ic_str_fmt(child->pool, "%s/tmp", child->folder);

    if (tmp.data == NULL) {
        errno = ENOMEM;
        return -1;
    }

    if (mkdir((char *) tmp.data, S_IRWXU) != 0) {
        return -1;
    }

    if (child->uid == geteuid()) {
        return 0;
    }

    return (lchown(log, child->uid, (gid_t) child->uid) != 0
            || lchown((char *) tmp.data, child->uid, (gid_t) child->uid) != 0
            || lchown(child->folder, child->uid, (gid_t) child->uid) != 0)
           ? -1 : 0;
}


int64_t
interconnd_folder_size(const interconnd_child_t *child)
{
    int       fd;
    unsigned  left;

    left = FOLDER_MANY;
    fd = open(child->folder, O_RDONLY|O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC);

    return (fd >= 0) ? folder_count(fd, 0, &left) : 0;
}


/* The task goes on meanwhile: no path is gone through twice. Takes fd. */

static int64_t
folder_count(int fd, unsigned depth, unsigned *left)
{
    DIR            *dir;
    int64_t         sum, size;
    struct dirent  *entry;

    dir = fdopendir(fd);

    if (dir == NULL) {
        close(fd);
        return 0;
    }

    sum = 0;

    while (sum != INT64_MAX && (entry = readdir(dir)) != NULL) {

        if (strcmp(entry->d_name, ".") == 0
            || strcmp(entry->d_name, "..") == 0)
        {
            continue;
        }

        size = folder_entry(fd, entry->d_name, depth, left);
        sum = (size == INT64_MAX) ? INT64_MAX : sum + size;
    }

    closedir(dir);

    return sum;
}


static int64_t
folder_entry(int fd, const char *name, unsigned depth, unsigned *left)
{
    int          sub;
    int64_t      below;
    struct stat  st;

    if (*left == 0 || depth == FOLDER_DEEP) {
        return INT64_MAX;
    }

    --*left;

    if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        return 0;
    }

    below = 0;

    if (S_ISDIR(st.st_mode)) {
        sub = openat(fd, name, O_RDONLY|O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC);
        below = (sub >= 0) ? folder_count(sub, depth + 1, left) : 0;
    }

    return (below == INT64_MAX)
           ? INT64_MAX : below + (int64_t) st.st_blocks * FOLDER_BLOCK;
}


int
interconnd_folder_open(const interconnd_child_t *child, const char *path)
{
    int              dir, fd;
    struct stat      st;
    struct open_how  how;

    dir = open(child->folder, O_PATH|O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC);

    if (dir < 0) {
        return -1;
    }

    memset(&how, 0, sizeof(struct open_how));
    how.flags = O_RDONLY|O_NOFOLLOW|O_NONBLOCK|O_NOCTTY|O_CLOEXEC;
    how.resolve = RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS|RESOLVE_NO_MAGICLINKS
                  |RESOLVE_NO_XDEV;

    fd = (int) syscall(SYS_openat2, dir, path, &how, sizeof(how));
    close(dir);

    if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
        close(fd);
        errno = EINVAL;
        return -1;
    }

    return fd;
>>>>>>> 3fe6a0b (daemon: limits of tasks, and rooms for the programs of packages)
}


void
interconnd_folder_remove(interconnd_child_t *child)
{
    if (child->folder != NULL) {
        interconnd_folder_drop(child->folder);
        child->folder = NULL;
    }
}


void
interconnd_folder_drop(const char *path)
{
    if (nftw(path, folder_remove_entry, FOLDER_FDS, FTW_DEPTH|FTW_PHYS) != 0
        && errno != ENOENT)
    {
        interconnd_log("error", "%s cannot be removed: %s", path,
                       strerror(errno));
    }
}


static int
folder_remove_entry(const char *path, const struct stat *st, int type,
    struct FTW *ftw)
{
    return remove(path);
}


void
interconnd_folder_clean(const char *data_dir)
{
    DIR            *dir;
    char            path[4096];
    struct stat     st;
    struct dirent  *entry;

    dir = opendir(data_dir);

    if (dir == NULL) {
        interconnd_log("error", "%s: %s", data_dir, strerror(errno));
        return;
    }

    while ((entry = readdir(dir)) != NULL) {

        if (entry->d_name[0] == '.'
            || fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW)
               != 0
            || !S_ISDIR(st.st_mode)
            || (st.st_mode & 07777) != FOLDER_MODE
            || (st.st_uid != geteuid() && geteuid() != 0)
            || snprintf(path, sizeof(path), "%s/%s", data_dir, entry->d_name)
               >= (int) sizeof(path))
        {
            continue;
        }

        interconnd_log("info", "removing %s of an earlier process", path);
        interconnd_folder_drop(path);
    }

    closedir(dir);
}
