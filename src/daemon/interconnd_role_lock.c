
/*
 * One process of a role at a time: two would share its sockets, folders and
 * queues. One of a master that died may still be there, ending or stopped.
 */


#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_role.h"


#define LOCK_GRACE_MS  6000              /* to end; roles need less */
#define LOCK_LOOK_MS   20


static int lock_take(int fd, pid_t *holder);


int
interconnd_role_lock(const interconnd_conf_t *conf, const char *role)
{
    int      fd, rc;
    char     path[4096];
    bool     asked;
    pid_t    holder;
    int64_t  until;

    snprintf(path, sizeof(path), "%s/%s.lock", conf->run_dir, role);
    fd = open(path, O_RDWR|O_CREAT|O_CLOEXEC, 0600);

    if (fd < 0) {
        interconnd_log("error", "%s: %s", path, strerror(errno));
        return -1;
    }

    asked = false;
    until = ic_mono_ms() + LOCK_GRACE_MS;

    while ((rc = lock_take(fd, &holder)) > 0 && !interconnd_quit) {

        if (holder <= 1) {
            /* not of this container: its kernel does not name it */

        } else if (!asked) {
            interconnd_log("warn", "%s %d of an earlier master is told to "
                           "end", role, (int) holder);
            asked = true;
            (void) kill(holder, SIGTERM);
            (void) kill(holder, SIGCONT);

        } else if (ic_mono_ms() > until) {
            (void) kill(holder, SIGKILL);
        }

        interconnd_sleep(LOCK_LOOK_MS);
    }

    if (rc < 0) {
        interconnd_log("error", "%s: %s", path, strerror(errno));
    }

    /* stays open: the lock goes with the process */
    return rc;
}


/* 0; 1: the holder has it; -1 with errno. */
static int
lock_take(int fd, pid_t *holder)
{
    struct flock  lock;

    for ( ;; ) {
        memset(&lock, 0, sizeof(struct flock));
        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;

        if (fcntl(fd, F_SETLK, &lock) == 0) {
            return 0;
        }

        if ((errno != EAGAIN && errno != EACCES)
            || fcntl(fd, F_GETLK, &lock) != 0)
        {
            return -1;
        }

        if (lock.l_type != F_UNLCK) {
            *holder = lock.l_pid;
            return 1;
        }
    }
}
