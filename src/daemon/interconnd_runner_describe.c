
/* Starts the describer while datasets wait for it, one at a time. */


#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_describer.h"
#include "interconnd_role.h"
#include "interconnd_runner_describe.h"


#define DESCRIBE_ASK_MS  1000


static void describe_start(interconnd_runner_t *runner);
static void describe_run(const interconnd_conf_t *conf, pid_t runner)
    __attribute__((noreturn));


void
interconnd_describe_tend(interconnd_runner_t *runner, int64_t now)
{
    int         status;
    int64_t     n;
    ic_reply_t  reply;

    if (runner->describer > 0
        && waitpid(runner->describer, &status, WNOHANG) == 0)
    {
        return;
    }

    runner->describer = 0;

    if (now < runner->describe_ms) {
        return;
    }

    runner->describe_ms = now + DESCRIBE_ASK_MS;

    if (ic_store_callz(runner->store, runner->pool, &reply,
                       "dataset_waiting", NULL)
        == 0
        && ic_str_int(ic_reply_get(&reply, "waiting"), &n) == 0 && n > 0)
    {
        describe_start(runner);
    }
}


void
interconnd_describe_stop(interconnd_runner_t *runner)
{
    if (runner->describer <= 0) {
        return;
    }

    (void) kill(runner->describer, SIGTERM);

    while (waitpid(runner->describer, NULL, 0) == -1 && errno == EINTR) {
        /* void */
    }

    runner->describer = 0;
}


static void
describe_start(interconnd_runner_t *runner)
{
    pid_t  pid, parent;

    parent = getpid();
    pid = fork();

    if (pid == 0) {
        describe_run(runner->conf, parent);
    }

    if (pid > 0) {
        runner->describer = pid;
        interconnd_log("info", "datasets are described, pid %d", (int) pid);
    }
}


/* Nothing of the runner's: no connection, no task's. */

static void
describe_run(const interconnd_conf_t *conf, pid_t runner)
{
    if (prctl(PR_SET_NAME, "ic-describer") != 0
        || prctl(PR_SET_PDEATHSIG, SIGTERM) != 0
        || getppid() != runner)
    {
        _exit(1);
    }

    interconnd_title("describer");

    if (interconnd_log_open(conf->log, "describer") != 0) {
        _exit(1);
    }

    interconnd_log_keep();

    _exit(interconnd_describer(conf));
}
