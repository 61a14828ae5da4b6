
/* The runner's own code in a process of a task. */


#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_runner_say.h"


#define SAY_TEXT     1000
#define SAY_CONTROL  3
#define SAY_ABOVE    16              /* where it waits for its place */


static void work_run(interconnd_child_t *child, interconnd_work_pt work,
    int control, pid_t runner) __attribute__((noreturn));


int
interconnd_say(int control, ic_str_t text)
{
    ssize_t  n;

    while (text.len > 0) {
        n = send(control, text.data, text.len, MSG_NOSIGNAL);

        if (n == -1 && errno == EINTR) {
            continue;
        }

        if (n < 0) {
            return -1;
        }

        text.data += n;
        text.len -= (size_t) n;
    }

    return (send(control, "\n", 1, MSG_NOSIGNAL) == 1) ? 0 : -1;
}


void
interconnd_say_fail(interconnd_child_t *child, int control, const char *code,
    const char *column, int64_t row, const char *fmt, ...)
{
    char           text[SAY_TEXT];
    va_list        args;
    ic_json_out_t  out;

    va_start(args, fmt);
    (void) vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    ic_out_init(&out, child->pool);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "type", "fail");
    ic_out_z(&out, "code", code);
    ic_out_z(&out, "text", text);

    if (column != NULL && *column != '\0') {
        ic_out_z(&out, "column", column);
    }

    if (row > 0) {
        ic_out_int(&out, "row", row);
    }

    ic_out_object_end(&out);
    (void) interconnd_say(control, ic_out_text(&out));
}


const char *
interconnd_say_code(int error, const char *other)
{
    return (error == ENOSPC || error == EDQUOT || error == EFBIG)
           ? "disk_full" : other;
}


int
interconnd_child_work(interconnd_child_t *child, interconnd_work_pt work)
{
    int    fds[2];
    pid_t  pid, runner;

    if (socketpair(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0, fds) != 0) {
        interconnd_child_fail(child, "internal", "no descriptors");
        return -1;
    }

    runner = getpid();
    pid = fork();

    if (pid == 0) {
        work_run(child, work, fds[1], runner);
    }

    (void) close(fds[1]);

    child->pidfd = (pid > 0) ? pidfd_open(pid, 0) : -1;

    if (child->pidfd < 0 || fcntl(fds[0], F_SETFL, O_NONBLOCK) != 0) {
        interconnd_log("error", "task %s: no process: %s", child->task_id,
                       strerror(errno));

        if (pid > 0) {
            (void) kill(pid, SIGKILL);
            (void) waitpid(pid, NULL, 0);
        }

        (void) close(fds[0]);
        interconnd_child_fail(child, "internal", "no process");
        return -1;
    }

    (void) setpgid(pid, pid);

    child->pid = pid;
    interconnd_lines_close(&child->control);
    interconnd_lines_open(&child->control, fds[0], INTERCONND_RUNNER_CONTROL,
                          false);

    return 0;
}


static void
work_run(interconnd_child_t *child, interconnd_work_pt work, int control,
    pid_t runner)
{
    int       n, null, signo;
    sigset_t  none;

    for (signo = 1; signo < NSIG; signo++) {
        (void) signal(signo, SIG_DFL);
    }

    sigemptyset(&none);
    (void) sigprocmask(SIG_SETMASK, &none, NULL);

    n = open("/dev/null", O_RDWR|O_CLOEXEC);
    null = fcntl(n, F_DUPFD_CLOEXEC, SAY_ABOVE);

    /* the second check: the runner may have died before the first */

    if (setpgid(0, 0) != 0
        || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0
        || getppid() != runner
        || null == -1)
    {
        _exit(126);
    }

    if (control != SAY_CONTROL && dup2(control, SAY_CONTROL) < 0) {
        _exit(126);
    }

    for (n = 0; n < SAY_CONTROL; n++) {
        (void) dup2(null, n);
    }

    (void) close_range(SAY_CONTROL + 1, ~0U, 0);

    _exit(work(child, SAY_CONTROL));
}
