
/*
 * The first process of a confined task. It stays, as the one that all others
 * of the task are below: with it the kernel ends them all.
 */


#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "interconnd_runner.h"


#define FIRST_FDS  4                     /* those of the program */


static void first_failed(int end_fd, const char *what)
    __attribute__((noreturn));
static void first_say(int end_fd, const interconnd_end_t *end)
    __attribute__((noreturn));
static void first_wait(pid_t pid, const sigset_t *signals, int end_fd)
    __attribute__((noreturn));


void
interconnd_first(interconnd_child_t *child, char *const *env,
    int end_fd)
{
    int            fd;
    pid_t          pid;
    sigset_t       signals;
    const char    *what;
    struct pollfd  runner;

    what = NULL;

    /* from here on nothing of the node's key is needed */

    EVP_PKEY_free(child->runner->key);

    if (interconnd_room_users(child, &what) != 0) {
        first_failed(end_fd, what);
    }

    /* what it is given it owns, before it may do anything */

    if (interconnd_inputs_take(child, FIRST_FDS - 1) != 0) {
        _exit(1);
    }

    if (interconnd_folder_hand_over(child) != 0) {
        first_failed(end_fd, "its folder");
    }

    if (interconnd_room_make(child, &what) != 0) {
        first_failed(end_fd, (what != NULL) ? what : "a room");
    }

    if (close_range((unsigned) end_fd + 1, ~0U, 0) != 0
        || interconnd_room_enter(child) != 0)
    {
        first_failed(end_fd, "the end of its privileges");
    }

    /* the second check: the runner may have died before the first */

    runner.fd = end_fd;
    runner.events = 0;

    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0
        || poll(&runner, 1, 0) != 0)
    {
        _exit(126);
    }

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGCHLD);
    (void) sigprocmask(SIG_BLOCK, &signals, NULL);

    pid = fork();

    if (pid < 0) {
        first_failed(end_fd, "a process");
    }

    if (pid == 0) {
        (void) sigprocmask(SIG_UNBLOCK, &signals, NULL);

        if (setpgid(0, 0) != 0) {
            _exit(126);
        }

        interconnd_child_become(child, env);
    }

    (void) setpgid(pid, pid);

    for (fd = 0; fd < FIRST_FDS; fd++) {
        close(fd);
    }

    first_wait(pid, &signals, end_fd);
}


static void
first_wait(pid_t pid, const sigset_t *signals, int end_fd)
{
    int               status, signal;
    pid_t             gone;
    interconnd_end_t  end;

    memset(&end, 0, sizeof(interconnd_end_t));

    for ( ;; ) {
        signal = sigwaitinfo(signals, NULL);

        if (signal == SIGTERM) {
            (void) kill(-pid, SIGTERM);
        }

        while ((gone = waitpid(-1, &status, WNOHANG)) > 0) {
            if (gone == pid) {
                end.status = status;
                first_say(end_fd, &end);
            }
        }
    }
}


static void
first_failed(int end_fd, const char *what)
{
    interconnd_end_t  end;

    memset(&end, 0, sizeof(interconnd_end_t));
    end.error = (errno != 0) ? errno : EPERM;
    snprintf(end.what, sizeof(end.what), "%s", what);

    first_say(end_fd, &end);
}


static void
first_say(int end_fd, const interconnd_end_t *end)
{
    _exit(write(end_fd, end, sizeof(interconnd_end_t))
          == sizeof(interconnd_end_t) ? 0 : 1);
}
