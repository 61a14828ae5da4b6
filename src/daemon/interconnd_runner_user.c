
/*
 * Who the program of a package is: with a daemon of root a user of its own
 * for each running task, else the daemon's in a user namespace; without any
 * capability in both.
 */


#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "interconnd_runner.h"


static uid_t user_free(interconnd_child_t *child);
static int user_space(const interconnd_child_t *child, uid_t owner,
    gid_t group);
static int user_map(const char *path, const char *text);


void
interconnd_child_confinement(interconnd_child_t *child)
{
    unsigned     n;
    struct stat  st;

    if (!child->package || !child->runner->conf->package_full) {
        return;
    }

    child->confined = 1;
    child->uid = (geteuid() == 0) ? user_free(child) : geteuid();
    child->gid = getegid();

    if (geteuid() != 0) {
        return;
    }

    /* its inputs are others' files, and remain so */

    for (n = 0; n < child->nreads; n++) {
        if (stat(child->reads[n], &st) == 0) {
            child->maps[n] = user_space(child, st.st_uid,
                                                 st.st_gid);
        }
    }
}


/* No two tasks of this runner are the same user. */

static uid_t
user_free(interconnd_child_t *child)
{
    uid_t                uid;
    interconnd_child_t  *other;

    uid = (uid_t) child->runner->conf->task_uid;
    other = child->runner->children;

    while (other != NULL) {

        if (other->uid != uid) {
            other = other->next;
            continue;
        }

        uid++;
        other = child->runner->children;
    }

    return uid;
}


/*
 * A user namespace in which files of owner and group are the task's: a
 * descriptor, or -1.
 */

static int
user_space(const interconnd_child_t *child, uid_t owner,
    gid_t group)
{
    int     fd, gate[2];
    char    path[64], text[64], byte;
    pid_t   pid;

    if (pipe2(gate, O_CLOEXEC) != 0) {
        return -1;
    }

    pid = (pid_t) syscall(SYS_clone, CLONE_NEWUSER|SIGCHLD, 0, 0, 0, 0);

    /* it lives until its namespace is opened */

    if (pid == 0) {
        close(gate[1]);
        (void) !read(gate[0], &byte, 1);
        _exit(0);
    }

    fd = -1;

    if (pid > 0) {
        snprintf(path, sizeof(path), "/proc/%d/uid_map", (int) pid);
        snprintf(text, sizeof(text), "%u %u 1", (unsigned) owner,
                 (unsigned) child->uid);

        if (user_map(path, text) == 0) {
            snprintf(path, sizeof(path), "/proc/%d/gid_map", (int) pid);
            snprintf(text, sizeof(text), "%u %u 1", (unsigned) group,
                     (unsigned) child->uid);

            if (user_map(path, text) == 0) {
                snprintf(path, sizeof(path), "/proc/%d/ns/user", (int) pid);
                fd = open(path, O_RDONLY|O_CLOEXEC);
            }
        }
    }

    close(gate[0]);
    close(gate[1]);

    if (pid > 0) {
        (void) waitpid(pid, NULL, 0);
    }

    return fd;
}


static int
user_map(const char *path, const char *text)
{
    int      fd;
    ssize_t  n;

    fd = open(path, O_WRONLY|O_CLOEXEC);

    if (fd < 0) {
        return -1;
    }

    n = write(fd, text, strlen(text));
    close(fd);

    return (n == (ssize_t) strlen(text)) ? 0 : -1;
}


int
interconnd_room_enter(const interconnd_child_t *child)
{
    int                             cap;
    struct __user_cap_data_struct   data[2];
    struct __user_cap_header_struct header;

    for (cap = 0; prctl(PR_CAPBSET_READ, cap) >= 0; cap++) {
        if (prctl(PR_CAPBSET_DROP, cap) != 0) {
            return -1;
        }
    }

    if (geteuid() == 0
        && (setgroups(0, NULL) != 0
            || setresgid((gid_t) child->uid, (gid_t) child->uid,
                         (gid_t) child->uid)
               != 0
            || setresuid(child->uid, child->uid, child->uid) != 0))
    {
        return -1;
    }

    memset(data, 0, sizeof(data));
    memset(&header, 0, sizeof(header));
    header.version = _LINUX_CAPABILITY_VERSION_3;

    if (syscall(SYS_capset, &header, data) != 0
        || prctl(PR_SET_DUMPABLE, 0) != 0)
    {
        return -1;
    }

    return (geteuid() != 0) ? 0 : -1;
}
