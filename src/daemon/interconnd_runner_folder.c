
/*
 * The folder of a task: its working directory and system.storage. Folders
 * made here carry the sticky bit, so that what a killed runner left behind
 * is told from anything else in data_dir.
 */


#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interconnd_artefact.h"
#include "interconnd_runner.h"


#define FOLDER_MODE  (S_ISVTX|S_IRWXU)
#define FOLDER_DEEP  32                  /* folders in folders */
#define FOLDER_MANY  200000              /* entries */
#define FOLDER_BLOCK 512                 /* st_blocks counts in these */


static int folder_outputs(interconnd_child_t *child);
static int folder_tmp(interconnd_child_t *child);
static int folder_own(const char *path, uid_t uid);
static int64_t folder_count(int fd, unsigned depth, unsigned *left);
static int64_t folder_entry(int fd, const char *name, unsigned depth,
    unsigned *left);


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

    /* others choose the ids of their tasks; that folder is the node's */

    if (strcmp(child->task_id, INTERCONND_ARTEFACTS) == 0) {
        errno = EEXIST;
        return -1;
    }

    if (mkdir((char *) path.data, FOLDER_MODE) != 0) {
        return -1;
    }

    child->folder = (char *) path.data;

    return (mkdir((char *) log.data, S_IRWXU) != 0
            || folder_outputs(child) != 0)
           ? -1 : folder_tmp(child);
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
}


/* A confined task has its /tmp here. */

static int
folder_tmp(interconnd_child_t *child)
{
    ic_str_t  tmp;

    if (!child->confined) {
        return 0;
    }

    tmp = ic_str_fmt(child->pool, "%s/tmp", child->folder);

    if (tmp.data == NULL) {
        errno = ENOMEM;
        return -1;
    }

    return mkdir((char *) tmp.data, S_IRWXU);
}


int
interconnd_folder_hand_over(const interconnd_child_t *child)
{
    return (child->uid != geteuid()) ? folder_own(child->folder, child->uid)
                                     : 0;
}


/* Nobody else writes to it yet. */

static int
folder_own(const char *path, uid_t uid)
{
    DIR            *dir;
    int             rc;
    char            name[4096];
    struct dirent  *entry;

    dir = opendir(path);

    if (dir == NULL) {
        return (errno == ENOTDIR) ? lchown(path, uid, (gid_t) uid) : -1;
    }

    rc = 0;

    while (rc == 0 && (entry = readdir(dir)) != NULL) {

        if (strcmp(entry->d_name, ".") == 0
            || strcmp(entry->d_name, "..") == 0)
        {
            continue;
        }

        rc = (snprintf(name, sizeof(name), "%s/%s", path, entry->d_name)
              < (int) sizeof(name))
             ? folder_own(name, uid) : -1;
    }

    closedir(dir);

    return (rc == 0) ? lchown(path, uid, (gid_t) uid) : -1;
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


void
interconnd_folder_remove(interconnd_child_t *child)
{
    if (child->folder != NULL) {
        interconnd_folder_drop(child->folder);
        child->folder = NULL;
    }
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
