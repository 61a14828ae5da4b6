
/*
 * A cgroup (v2) for every task, below one that is ours: delegated by the
 * service manager, named by the operator, or the root's of a machine without
 * a manager. Controllers that are not there are left to other limits; the
 * end of everything that a task started needs none.
 */


#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_runner.h"


#define CGROUP_PATH    4096
#define CGROUP_LEAF    "daemon"          /* where the daemon goes itself */
#define CGROUP_PERIOD  100000            /* us, of cpu.max */
#define CGROUP_TRIES   100               /* until a killed one is empty */
#define CGROUP_WAIT    10000             /* us between them */


static const char *cgroup_base(interconnd_runner_t *runner);
static const char *cgroup_mount(interconnd_runner_t *runner);
static bool cgroup_ours(const char *base, bool root);
static void cgroup_leave(const char *base);
static bool cgroup_controller(const char *base, const char *tasks,
    const char *name);
static void cgroup_clean(const char *folder);
static void cgroup_remove(const char *path);
static int cgroup_write(const char *folder, const char *file,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static ssize_t cgroup_read(const char *folder, const char *file, char *text,
    size_t size);


void
interconnd_cgroup_init(interconnd_runner_t *runner)
{
    char                  digest[65];
    ic_str_t              path;
    const char           *base;
    interconnd_cgroup_t  *cgroup;

    cgroup = &runner->cgroup;
    base = cgroup_base(runner);

    if (base == NULL) {
        interconnd_log("info", "limits of tasks: by process, there is no "
                       "cgroup v2 of ours");
        return;
    }

    /* several daemons of a machine may share it */

    ic_sha256_hex(digest, runner->conf->data_dir,
                  strlen(runner->conf->data_dir));
    path = ic_str_fmt(runner->kept, "%s/interconn-%.12s", base, digest);

    if (path.data == NULL
        || (mkdir((char *) path.data, 0755) != 0 && errno != EEXIST))
    {
        interconnd_log("warn", "limits of tasks: by process, %s: %s", base,
                       strerror(errno));
        return;
    }

    cgroup->folder = (char *) path.data;
    cgroup_clean(cgroup->folder);

    cgroup->memory = cgroup_controller(base, cgroup->folder, "memory");
    cgroup->cpu = cgroup_controller(base, cgroup->folder, "cpu");
    cgroup->pids = cgroup_controller(base, cgroup->folder, "pids");

    interconnd_log("info", "limits of tasks: memory by %s, cpu by %s, "
                   "processes by %s, in %s",
                   cgroup->memory ? "cgroup" : "process",
                   cgroup->cpu ? "cgroup" : "process",
                   cgroup->pids ? "cgroup" : "user", cgroup->folder);
}


/* NULL: there is none. */

static const char *
cgroup_base(interconnd_runner_t *runner)
{
    char         line[CGROUP_PATH], *end;
    FILE        *f;
    ic_str_t     base;
    const char  *mount, *wanted;

    wanted = runner->conf->task_cgroup;

    if (strcmp(wanted, "auto") != 0) {
        return (strcmp(wanted, "off") == 0) ? NULL : wanted;
    }

    mount = cgroup_mount(runner);
    f = (mount != NULL) ? fopen("/proc/self/cgroup", "re") : NULL;
    base = ic_str(NULL);

    while (f != NULL && fgets(line, sizeof(line), f) != NULL) {

        if (strncmp(line, "0::", 3) != 0) {
            continue;
        }

        line[strcspn(line, "\n")] = '\0';
        end = strrchr(line, '/');

        /* an earlier runner moved all of us one down */

        if (end != NULL && (end[1] == '\0'
                            || strcmp(end + 1, CGROUP_LEAF) == 0))
        {
            *end = '\0';
        }

        base = ic_str_fmt(runner->kept, "%s%s", mount, line + 3);
        break;
    }

    if (f != NULL) {
        fclose(f);
    }

    if (base.data == NULL
        || !cgroup_ours((char *) base.data,
                        strcmp((char *) base.data, mount) == 0))
    {
        return NULL;
    }

    if (strcmp((char *) base.data, mount) != 0) {
        cgroup_leave((char *) base.data);
    }

    return (char *) base.data;
}


static const char *
cgroup_mount(interconnd_runner_t *runner)
{
    char      line[CGROUP_PATH], where[CGROUP_PATH], type[64];
    FILE     *f;
    ic_str_t  found;

    found = ic_str(NULL);
    f = fopen("/proc/self/mounts", "re");

    while (f != NULL && found.data == NULL
           && fgets(line, sizeof(line), f) != NULL)
    {
        if (sscanf(line, "%*s %4095s %63s", where, type) == 2
            && strcmp(type, "cgroup2") == 0)
        {
            found = ic_str_fmt(runner->kept, "%s", where);
        }
    }

    if (f != NULL) {
        fclose(f);
    }

    return (char *) found.data;
}


/* Writing is not enough: what the service manager keeps is its own. */

static bool
cgroup_ours(const char *base, bool root)
{
    char         value[8];
    struct stat  st;

    if (access(base, W_OK) != 0 || stat(base, &st) != 0) {
        return false;
    }

    return root || (geteuid() != 0 && st.st_uid == geteuid())
           || getxattr(base, "trusted.delegate", value, sizeof(value)) > 0
           || getxattr(base, "user.delegate", value, sizeof(value)) > 0;
}


/* A group with controllers for others has no processes itself. */

static void
cgroup_leave(const char *base)
{
    char   leaf[CGROUP_PATH], text[CGROUP_PATH], *p, *end;
    long   pid;

    if (snprintf(leaf, sizeof(leaf), "%s/" CGROUP_LEAF, base)
        >= (int) sizeof(leaf)
        || (mkdir(leaf, 0755) != 0 && errno != EEXIST)
        || cgroup_read(base, "cgroup.procs", text, sizeof(text)) <= 0)
    {
        return;
    }

    for (p = text; *p != '\0'; p = end) {
        pid = strtol(p, &end, 10);

        if (end == p) {
            break;
        }

        (void) cgroup_write(leaf, "cgroup.procs", "%ld", pid);
    }
}


static bool
cgroup_controller(const char *base, const char *tasks, const char *name)
{
    char  text[CGROUP_PATH], *found;

    (void) cgroup_write(base, "cgroup.subtree_control", "+%s", name);

    if (cgroup_write(tasks, "cgroup.subtree_control", "+%s", name) != 0
        || cgroup_read(tasks, "cgroup.subtree_control", text, sizeof(text))
           <= 0)
    {
        return false;
    }

    /* "cpu" is not "cpuset" */

    found = strstr(text, name);

    while (found != NULL && found[strlen(name)] > ' ') {
        found = strstr(found + 1, name);
    }

    return found != NULL;
}


/* What tasks of an earlier process left. */

static void
cgroup_clean(const char *folder)
{
    DIR            *dir;
    char            path[CGROUP_PATH];
    struct dirent  *entry;

    dir = opendir(folder);

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.'
            && snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name)
               < (int) sizeof(path))
        {
            cgroup_remove(path);
        }
    }

    if (dir != NULL) {
        closedir(dir);
    }
}


void
interconnd_cgroup_done(interconnd_runner_t *runner)
{
    if (runner->cgroup.folder != NULL) {
        (void) rmdir(runner->cgroup.folder);
    }
}


int
interconnd_cgroup_make(interconnd_child_t *child)
{
    int                         fd;
    ic_str_t                    path;
    const interconnd_limits_t  *limits;
    const interconnd_cgroup_t  *cgroup;

    cgroup = &child->runner->cgroup;
    limits = &child->limits;

    if (cgroup->folder == NULL) {
        return -1;
    }

    path = ic_str_fmt(child->pool, "%s/%s", cgroup->folder, child->task_id);

    if (path.data == NULL || mkdir((char *) path.data, 0755) != 0) {
        interconnd_log("warn", "task %s: no cgroup: %s", child->task_id,
                       strerror(errno));
        return -1;
    }

    child->cgroup = (char *) path.data;

    if ((cgroup->memory && limits->memory >= 0
         && (cgroup_write(child->cgroup, "memory.max", "%lld",
                          (long long) limits->memory)
             != 0
             || cgroup_write(child->cgroup, "memory.oom.group", "1") != 0))
        || (cgroup->cpu && limits->cpu >= 0
            && cgroup_write(child->cgroup, "cpu.max", "%lld %d",
                            (long long) limits->cpu * CGROUP_PERIOD / 1000,
                            CGROUP_PERIOD)
               != 0)
        || (cgroup->pids
            && cgroup_write(child->cgroup, "pids.max", "%d",
                            limits->processes)
               != 0))
    {
        interconnd_log("warn", "task %s: limits of its cgroup: %s",
                       child->task_id, strerror(errno));
    }

    /* a kernel without swap accounting has no such file */

    if (cgroup->memory && limits->memory >= 0) {
        (void) cgroup_write(child->cgroup, "memory.swap.max", "0");
    }

    fd = open(child->cgroup, O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    if (fd < 0) {
        interconnd_cgroup_end(child);
    }

    return fd;
}


bool
interconnd_cgroup_exhausted(const interconnd_child_t *child)
{
    char  text[1024], *line;

    if (child->cgroup == NULL
        || cgroup_read(child->cgroup, "memory.events", text, sizeof(text))
           <= 0)
    {
        return false;
    }

    line = strstr(text, "oom_kill ");

    return line != NULL && strtol(line + sizeof("oom_kill ") - 1, NULL, 10)
                           > 0;
}


void
interconnd_cgroup_end(interconnd_child_t *child)
{
    if (child->cgroup != NULL) {
        cgroup_remove(child->cgroup);
        child->cgroup = NULL;
    }
}


/* The killed ones need a moment to be gone. */

static void
cgroup_remove(const char *path)
{
    unsigned  n;

    (void) cgroup_write(path, "cgroup.kill", "1");

    for (n = 0; n < CGROUP_TRIES; n++) {

        if (rmdir(path) == 0 || errno != EBUSY) {
            return;
        }

        (void) usleep(CGROUP_WAIT);
    }

    interconnd_log("warn", "%s is not empty", path);
}


static int
cgroup_write(const char *folder, const char *file, const char *fmt, ...)
{
    int      fd, len;
    char     path[CGROUP_PATH], text[64];
    ssize_t  n;
    va_list  args;

    va_start(args, fmt);
    len = vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    if (snprintf(path, sizeof(path), "%s/%s", folder, file)
        >= (int) sizeof(path))
    {
        errno = ENAMETOOLONG;
        return -1;
    }

    fd = open(path, O_WRONLY|O_CLOEXEC);

    if (fd < 0) {
        return -1;
    }

    n = write(fd, text, (size_t) len);
    close(fd);

    return (n == len) ? 0 : -1;
}


static ssize_t
cgroup_read(const char *folder, const char *file, char *text, size_t size)
{
    int      fd;
    char     path[CGROUP_PATH];
    ssize_t  n;

    if (snprintf(path, sizeof(path), "%s/%s", folder, file)
        >= (int) sizeof(path))
    {
        return -1;
    }

    fd = open(path, O_RDONLY|O_CLOEXEC);

    if (fd < 0) {
        return -1;
    }

    n = read(fd, text, size - 1);
    text[(n > 0) ? n : 0] = '\0';
    close(fd);

    return n;
}
