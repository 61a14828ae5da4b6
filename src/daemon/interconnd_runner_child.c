
/* Processes of tasks: started apart from the runner, ended as a group. */


#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "../lib/ic_secret.h"
#include "interconnd_runner.h"


#define CHILD_FDS        4               /* 0, out, err, control */
#define CHILD_FD_ABOVE   16              /* where they wait for their place */
#define CHILD_FAIL_TEXT  1024

#define CHILD_SPACES                                                          \
    (CLONE_NEWNS|CLONE_NEWPID|CLONE_NEWNET|CLONE_NEWIPC|CLONE_NEWUTS)


/* Both ends of what connects a child: index 0 ours, 1 its. */

typedef struct {
    int  control[2];
    int  out[2];
    int  err[2];
    int  end[2];                         /* of a confined one */
} child_pipes_t;


static int child_pipes(child_pipes_t *pipes);
static void child_pipes_close(child_pipes_t *pipes, int side);
static void child_fork(interconnd_child_t *child, child_pipes_t *pipes,
    char *const *env);
static pid_t child_clone(interconnd_child_t *child, uint64_t flags,
    int cgroup);
static void child_exec(interconnd_child_t *child, child_pipes_t *pipes,
    char *const *env, pid_t runner) __attribute__((noreturn));
static int child_descriptors(child_pipes_t *pipes, bool room);
static void child_signals(void);
static void child_ended(interconnd_child_t *child, int *status);


int
interconnd_child_spawn(interconnd_child_t *child, char *const *env)
{
    child_pipes_t  pipes;

    if (child_pipes(&pipes) != 0) {
        interconnd_log("error", "task %s: pipes: %s", child->task_id,
                       strerror(errno));
        interconnd_child_fail(child, "internal", "no descriptors");
        return -1;
    }

    child_fork(child, &pipes, env);

    child_pipes_close(&pipes, 1);

    if (child->pid <= 0) {
        child_pipes_close(&pipes, 0);
        interconnd_cgroup_end(child);
        interconnd_child_fail(child, "internal", "no process");
        return -1;
    }

    interconnd_lines_open(&child->control, pipes.control[0],
                          INTERCONND_RUNNER_CONTROL, false);
    interconnd_lines_open(&child->out, pipes.out[0], INTERCONND_RUNNER_LINE,
                          true);
    interconnd_lines_open(&child->err, pipes.err[0], INTERCONND_RUNNER_LINE,
                          true);

    child->end_fd = pipes.end[0];
    child->started_ms = ic_mono_ms();

    return 0;
}


/* Only our ends do not block. */

static int
child_pipes(child_pipes_t *pipes)
{
    int  n, fds[4];

    memset(pipes, -1, sizeof(child_pipes_t));

    if (socketpair(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0, pipes->control) != 0
        || pipe2(pipes->out, O_CLOEXEC) != 0
        || pipe2(pipes->err, O_CLOEXEC) != 0
        || pipe2(pipes->end, O_CLOEXEC) != 0)
    {
        child_pipes_close(pipes, 0);
        child_pipes_close(pipes, 1);
        return -1;
    }

    fds[0] = pipes->control[0];
    fds[1] = pipes->out[0];
    fds[2] = pipes->err[0];
    fds[3] = pipes->end[0];

    for (n = 0; n < 4; n++) {
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
    int  n, *fds[4];

    fds[0] = &pipes->control[side];
    fds[1] = &pipes->out[side];
    fds[2] = &pipes->err[side];
    fds[3] = &pipes->end[side];

    for (n = 0; n < 4; n++) {
        if (*fds[n] >= 0) {
            close(*fds[n]);
            *fds[n] = -1;
        }
    }
}


static void
child_fork(interconnd_child_t *child, child_pipes_t *pipes,
    char *const *env)
{
    int       cgroup;
    pid_t     pid, runner;
    uint64_t  flags;

    runner = getpid();
    flags = child->confined ? CHILD_SPACES : 0;

    if (child->confined && geteuid() != 0) {
        flags |= CLONE_NEWUSER;
    }

    cgroup = interconnd_cgroup_make(child);
    pid = child_clone(child, flags, cgroup);

    if (pid == 0) {
        child_exec(child, pipes, env, runner);
    }

    if (cgroup >= 0) {
        close(cgroup);
    }

    if (pid < 0) {
        interconnd_log("error", "task %s: no process: %s", child->task_id,
                       strerror(errno));

        if (child->confined) {
            interconnd_child_fail(child, "confinement", "namespaces: %s",
                                  strerror(errno));
        }

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


/*
 * fork() into namespaces and a cgroup. Without the cgroup if that does not
 * work: then its limits are those of processes.
 */

static pid_t
child_clone(interconnd_child_t *child, uint64_t flags, int cgroup)
{
    pid_t              pid;
    struct clone_args  args;

    if (cgroup >= 0) {
        memset(&args, 0, sizeof(struct clone_args));
        args.flags = flags|CLONE_INTO_CGROUP;
        args.exit_signal = SIGCHLD;
        args.cgroup = (uint64_t) cgroup;

        pid = (pid_t) syscall(SYS_clone3, &args, sizeof(struct clone_args));

        if (pid >= 0) {
            return pid;
        }

        interconnd_log("warn", "task %s: not in its cgroup: %s",
                       child->task_id, strerror(errno));
        interconnd_cgroup_end(child);
    }

    return (flags == 0) ? fork()
                        : (pid_t) syscall(SYS_clone, flags|SIGCHLD, 0, 0, 0,
                                          0);
}


static void
child_exec(interconnd_child_t *child, child_pipes_t *pipes,
    char *const *env, pid_t runner)
{
    child_signals();

    if (setpgid(0, 0) != 0
        || ic_secret_no_core() != 0
        || child_descriptors(pipes, child->confined) != 0)
    {
        _exit(126);
    }

    if (child->confined) {
        interconnd_first(child, env, CHILD_FDS);
    }

    /* the second check: the runner may have died before the first */

    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0
        || getppid() != runner
        || chdir(child->folder) != 0)
    {
        _exit(126);
    }

    if (interconnd_inputs_take(child, CHILD_FDS - 1) != 0) {
        _exit(1);
    }

    interconnd_child_become(child, env);
}


void
interconnd_child_become(const interconnd_child_t *child, char *const *env)
{
    char  *argv[2];

    argv[0] = (char *) child->component;
    argv[1] = NULL;

    if (interconnd_limits_enter(child) != 0) {
        dprintf(STDERR_FILENO, "%s is not started: its limits: %s\n",
                child->component, strerror(errno));
        _exit(126);
    }

    if (child->package && interconnd_child_confine() != 0) {
        dprintf(STDERR_FILENO, "%s is not started: the kernel has no filter "
                "of system calls: %s\n", child->component, strerror(errno));
        _exit(126);
    }

    (void) execve(child->program, argv, env);

    dprintf(STDERR_FILENO, "%s: %s\n", child->program, strerror(errno));
    _exit(127);
}


/*
 * 0 nothing, 1 and 2 the log, 3 control, no others. Via higher numbers: a
 * pipe's own may be one of those four.
 */

static int
child_descriptors(child_pipes_t *pipes, bool room)
{
    int  count, fds[CHILD_FDS + 1], n;

    fds[0] = open("/dev/null", O_RDONLY);
    fds[1] = pipes->out[1];
    fds[2] = pipes->err[1];
    fds[3] = pipes->control[1];
    fds[4] = pipes->end[1];

    /* the last one is of the first process only */

    count = room ? CHILD_FDS + 1 : CHILD_FDS;

    for (n = 0; n < count; n++) {
        fds[n] = fcntl(fds[n], F_DUPFD, CHILD_FD_ABOVE);

        if (fds[n] < 0) {
            return -1;
        }
    }

    for (n = 0; n < count; n++) {
        if (dup2(fds[n], n) < 0) {
            return -1;
        }
    }

    if (room && fcntl(CHILD_FDS, F_SETFD, FD_CLOEXEC) != 0) {
        return -1;
    }

    /* the room needs those of its maps, then closes the rest itself */

    return close_range((unsigned) count, ~0U,
                       room ? CLOSE_RANGE_CLOEXEC : 0);
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
    siginfo_t  info;

    info.si_pid = 0;

    if (waitid(P_PID, (id_t) child->pid, &info, WEXITED|WNOHANG|WNOWAIT) != 0
        || info.si_pid != child->pid)
    {
        return false;
    }

    /* what it started itself goes with it, while its number is still its */
    (void) kill(-child->pid, SIGKILL);

    if (waitpid(child->pid, status, 0) != child->pid) {
        return false;
    }

    close(child->pidfd);
    child->pidfd = -1;
    child->pid = 0;

    child_ended(child, status);

    return true;
}


/* What a confined one's first process said, unless it was killed. */

static void
child_ended(interconnd_child_t *child, int *status)
{
    interconnd_end_t  end;

    if (child->end_fd < 0) {
        return;
    }

    if (child->confined
        && read(child->end_fd, &end, sizeof(interconnd_end_t))
           == sizeof(interconnd_end_t))
    {
        *status = end.status;

        if (end.error != 0) {
            end.what[sizeof(end.what) - 1] = '\0';
            interconnd_child_fail(child, "confinement", "%s: %s", end.what,
                                  strerror(end.error));
        }
    }

    close(child->end_fd);
    child->end_fd = -1;
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
