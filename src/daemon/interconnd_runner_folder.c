
/*
 * The folder of a task: its working directory and system.storage. Folders
 * made here carry the sticky bit, so that what a killed runner left behind
 * is told from anything else in data_dir.
 */


#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interconnd_runner.h"


#define FOLDER_MODE  (S_ISVTX|S_IRWXU)
#define FOLDER_FDS   16


static int folder_remove_entry(const char *path, const struct stat *st,
    int type, struct FTW *ftw);
static void folder_remove(const char *path);


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

    return mkdir((char *) log.data, S_IRWXU);
}


void
interconnd_folder_remove(interconnd_child_t *child)
{
    if (child->folder != NULL) {
        folder_remove(child->folder);
        child->folder = NULL;
    }
}


static void
folder_remove(const char *path)
{
    if (nftw(path, folder_remove_entry, FOLDER_FDS, FTW_DEPTH|FTW_PHYS) != 0)
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
            || st.st_uid != geteuid()
            || snprintf(path, sizeof(path), "%s/%s", data_dir, entry->d_name)
               >= (int) sizeof(path))
        {
            continue;
        }

        interconnd_log("info", "removing %s of an earlier process", path);
        folder_remove(path);
    }

    closedir(dir);
}
