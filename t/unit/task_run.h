
/* A component of a test, run in its process with a runner made up here. */


#ifndef _TASK_RUN_H_INCLUDED_
#define _TASK_RUN_H_INCLUDED_


#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../src/task/ic_task.h"
#include "tap.h"


static bool begin(void);
static int finish(void);
static void variables(void);
static int run(ic_task_run_pt component, const char *reply);


static char  folder[] = "/tmp/task_run.XXXXXX";
static char  path[64];           /* of the channel's socket */
static char  said[65536];        /* what the component told the runner */
static int   outcome;            /* of what the component tried */


static bool
begin(void)
{
    if (mkdtemp(folder) == NULL) {
        return false;
    }

    signal(SIGPIPE, SIG_IGN);
    snprintf(path, sizeof(path), "%s/channel.sock", folder);
    variables();

    return true;
}


static int
finish(void)
{
    fflush(stdout);

    if (fork() == 0) {
        execlp("rm", "rm", "-rf", folder, NULL);
        _exit(1);
    }

    wait(NULL);

    return done();
}


static void
variables(void)
{
    char  transport[160];

    snprintf(transport, sizeof(transport), "unix:%s", path);

    setenv("system.transport", transport, 1);
    setenv("config.task_id", "task_1", 1);
    setenv("config.job_id", "job_1", 1);
    setenv("config.session_id", "session_1", 1);
    setenv("config.token", "secret", 1);
    setenv("config.self_role", "guest.0", 1);
    setenv("config.message_timeout", "1", 1);
    setenv("config.node_id.host.1", "node-c", 1);
    setenv("config.node_id.host.10", "node-k", 1);
    setenv("config.node_id.host.2", "node-d", 1);
    setenv("config.node_id.guest.0", "node-a", 1);
    setenv("config.inst_id.guest.0", "inst-a", 1);
    setenv("config.node_id.host.0", "node-b", 1);
}


/* Runs a component with descriptor 3; what it says is kept. */

static int
run(ic_task_run_pt component, const char *reply)
{
    int      fd, rc, pair[2];
    char    *argv[] = { "component", NULL };
    ssize_t  n;
    size_t   len;

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) {
        return -1;
    }

    /* either may be number 3 */

    fd = fcntl(pair[0], F_DUPFD, 16);
    close(pair[0]);
    pair[0] = fd;

    if (pair[1] != 3) {
        dup2(pair[1], 3);
        close(pair[1]);
    }

    if (reply != NULL && write(pair[0], reply, strlen(reply)) < 0) {
        return -1;
    }

    outcome = -2;
    rc = ic_task_main(1, argv, "{}", component);
    close(3);

    for (len = 0; len < sizeof(said) - 1; len += n) {
        n = read(pair[0], said + len, sizeof(said) - 1 - len);

        if (n <= 0) {
            break;
        }
    }

    said[len] = '\0';
    close(pair[0]);

    return rc;
}


#endif /* _TASK_RUN_H_INCLUDED_ */
