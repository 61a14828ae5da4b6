
/* Processes of tasks: started apart from the runner, ended as a group. */


#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_runner.h"


#define CHILD_FDS        4               /* 0, out, err, control */
#define CHILD_FD_ABOVE   16              /* where they wait for their place */
#define CHILD_FAIL_TEXT  1024


/* Both ends of what connects a child: index 0 ours, 1 its. */

typedef struct {
    int  control[2];
    int  out[2];
    int  err[2];
} child_pipes_t;


static int child_pipes(child_pipes_t *pipes);
static void child_pipes_close(child_pipes_t *pipes, int side);
static void child_fork(interconnd_child_t *child, child_pipes_t *pipes,
    const char *path, char *const *env);
static void child_exec(interconnd_child_t *child, child_pipes_t *pipes,
    const char *path, char *const *env, pid_t runner)
    __attribute__((noreturn));
static int child_descriptors(child_pipes_t *pipes);
static void child_signals(void);


int
interconnd_child_spawn(interconnd_child_t *child, const char *path,
    char *const *env)
{
    child_pipes_t  pipes;

    if (child_pipes(&pipes) != 0) {
        interconnd_log("error", "task %s: pipes: %s", child->task_id,
                       strerror(errno));
        interconnd_child_fail(child, "internal", "no descriptors");
        return -1;
    }

    child_fork(child, &pipes, path, env);

    child_pipes_close(&pipes, 1);

    if (child->pid <= 0) {
        child_pipes_close(&pipes, 0);
        interconnd_child_fail(child, "internal", "no process");
        return -1;
    }

    interconnd_lines_open(&child->control, pipes.control[0],
                          INTERCONND_RUNNER_CONTROL, false);
    interconnd_lines_open(&child->out, pipes.out[0], INTERCONND_RUNNER_LINE,
                          true);
    interconnd_lines_open(&child->err, pipes.err[0], INTERCONND_RUNNER_LINE,
                          true);

    child->started_ms = ic_mono_ms();

    return 0;
}


/* Only our ends do not block. */

static int
child_pipes(child_pipes_t *pipes)
{
    int  n, fds[3];

    memset(pipes, -1, sizeof(child_pipes_t));

    if (socketpair(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0, pipes->control) != 0
        || pipe2(pipes->out, O_CLOEXEC) != 0
        || pipe2(pipes->err, O_CLOEXEC) != 0)
    {
        child_pipes_close(pipes, 0);
        child_pipes_close(pipes, 1);
        return -1;
    }

    fds[0] = pipes->control[0];
    fds[1] = pipes->out[0];
    fds[2] = pipes->err[0];

    for (n = 0; n < 3; n++) {
        if (fcntl(fds[n], F_SETFL, O_NONBLOCK) != 0) {
            child_pipes_close(pipes, 0);
            child_pipes_close(pipes, 1);
            return -1;
        }
    }

    return 0;
}


static void
child_pipes_close(child_pipes_t *pipes, int side)
{
    int  n, *fds[3];

    fds[0] = &pipes->control[side];
    fds[1] = &pipes->out[side];
    fds[2] = &pipes->err[side];

    for (n = 0; n < 3; n++) {
        if (*fds[n] >= 0) {
            close(*fds[n]);
            *fds[n] = -1;
        }
    }
}


static void
child_fork(interconnd_child_t *child, child_pipes_t *pipes, const char *path,
    char *const *env)
{
    pid_t  pid, runner;

    runner = getpid();
    pid = fork();

    if (pid == 0) {
        child_exec(child, pipes, path, env, runner);
    }

    if (pid < 0) {
        interconnd_log("error", "task %s: fork: %s", child->task_id,
                       strerror(errno));
        return;
    }

    /* both do it: neither knows who is first */
    (void) setpgid(pid, pid);

    child->pidfd = pidfd_open(pid, 0);

    if (child->pidfd < 0) {
        interconnd_log("error", "task %s: pidfd: %s", child->task_id,
                       strerror(errno));
        (void) kill(pid, SIGKILL);
        (void) waitpid(pid, NULL, 0);
        return;
    }

    child->pid = pid;
}


static void
child_exec(interconnd_child_t *child, child_pipes_t *pipes, const char *path,
    char *const *env, pid_t runner)
{
    char           *argv[2];
    struct rlimit   limit;

    limit.rlim_cur = 0;
    limit.rlim_max = 0;

    argv[0] = (char *) child->component;
    argv[1] = NULL;

    child_signals();

    /* the second check: the runner may have died before the first */

    if (setpgid(0, 0) != 0
        || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0
        || getppid() != runner
        || setrlimit(RLIMIT_CORE, &limit) != 0
        || chdir(child->folder) != 0
        || child_descriptors(pipes) != 0)
    {
        _exit(126);
    }

    if (interconnd_inputs_take(child, CHILD_FDS - 1) != 0) {
        _exit(1);
    }

    if (child->package && interconnd_child_confine() != 0) {
        dprintf(STDERR_FILENO, "%s is not started: the kernel has no filter "
                "of system calls: %s\n", path, strerror(errno));
        _exit(126);
    }

    (void) execve(path, argv, env);

    dprintf(STDERR_FILENO, "%s: %s\n", path, strerror(errno));
    _exit(127);
}


/*
 * 0 nothing, 1 and 2 the log, 3 control, no others. Via higher numbers: a
 * pipe's own may be one of those four.
 */

static int
child_descriptors(child_pipes_t *pipes)
{
    int  fds[CHILD_FDS], n;

    fds[0] = open("/dev/null", O_RDONLY);
    fds[1] = pipes->out[1];
    fds[2] = pipes->err[1];
    fds[3] = pipes->control[1];

    for (n = 0; n < CHILD_FDS; n++) {
        fds[n] = fcntl(fds[n], F_DUPFD, CHILD_FD_ABOVE);

        if (fds[n] < 0) {
            return -1;
        }
    }

    for (n = 0; n < CHILD_FDS; n++) {
        if (dup2(fds[n], n) < 0) {
            return -1;
        }
    }

    return close_range(CHILD_FDS, ~0U, 0);
}


static void
child_signals(void)
{
    int       signo;
    sigset_t  none;

    for (signo = 1; signo < NSIG; signo++) {
        (void) signal(signo, SIG_DFL);
    }

    sigemptyset(&none);
    (void) sigprocmask(SIG_SETMASK, &none, NULL);
}


void
interconnd_child_stop(interconnd_child_t *child, bool now)
{
    if (child->pid == 0) {
        return;
    }

    if (now) {
        child->kill_ms = 0;
        (void) kill(-child->pid, SIGKILL);

    } else if (!child->stopping) {
        child->kill_ms = ic_mono_ms() + INTERCONND_RUNNER_GRACE;
        (void) kill(-child->pid, SIGTERM);
    }

    child->stopping = 1;
}


bool
interconnd_child_collect(interconnd_child_t *child, int *status)
{
    pid_t  pid;

    pid = waitpid(child->pid, status, WNOHANG);

    if (pid != child->pid) {
        return false;
    }

    /* what it started itself goes with it */
    (void) kill(-child->pid, SIGKILL);

    close(child->pidfd);
    child->pidfd = -1;
    child->pid = 0;

    return true;
}


void
interconnd_child_fail(interconnd_child_t *child, const char *code,
    const char *fmt, ...)
{
    char     text[CHILD_FAIL_TEXT];
    va_list  args;

    if (child->failure.code != NULL) {
        return;
    }

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    child->failure.code = code;
    child->failure.text = ic_str_z(child->pool, ic_str(text));
}
