
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

#include "interconnd_artefact.h"
#include "interconnd_runner.h"


#define FOLDER_MODE  (S_ISVTX|S_IRWXU)
#define FOLDER_FDS   16


static int folder_outputs(interconnd_child_t *child);
static int folder_remove_entry(const char *path, const struct stat *st,
    int type, struct FTW *ftw);


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
            || st.st_uid != geteuid()
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
