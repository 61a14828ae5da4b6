
/*
 * Starts what works beside tasks while there is something for it, one process
 * of each kind at a time.
 */


#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_describer.h"
#include "interconnd_escrow.h"
#include "interconnd_role.h"
#include "interconnd_runner_describe.h"


#define DESCRIBE_ASK_MS  1000
#define DESCRIBE_WORKS   2


typedef struct {
    const char  *waiting;                /* how many, says the store */
    const char  *name;
    int        (*run)(const interconnd_conf_t *conf);
} describe_work_t;


static void describe_look(interconnd_runner_t *runner, unsigned n);
static void describe_start(interconnd_runner_t *runner, unsigned n);
static void describe_run(const interconnd_conf_t *conf, pid_t runner,
    const describe_work_t *work) __attribute__((noreturn));


static const describe_work_t  describe_works[DESCRIBE_WORKS] = {
    { "dataset_waiting", "describer", interconnd_describer },
    { "escrow_waiting", "escrow", interconnd_escrow }
};


void
interconnd_describe_tend(interconnd_runner_t *runner, int64_t now)
{
    bool      due;
    int       status;
    unsigned  n;

    due = now >= runner->describe_ms;

    if (due) {
        runner->describe_ms = now + DESCRIBE_ASK_MS;
    }

    for (n = 0; n < DESCRIBE_WORKS; n++) {

        if (runner->beside[n] > 0
            && waitpid(runner->beside[n], &status, WNOHANG) == 0)
        {
            continue;
        }

        runner->beside[n] = 0;

        if (due) {
            describe_look(runner, n);
        }
    }
}


static void
describe_look(interconnd_runner_t *runner, unsigned n)
{
    int64_t     waiting;
    ic_reply_t  reply;

    if (ic_store_callz(runner->store, runner->pool, &reply,
                       describe_works[n].waiting, NULL)
        == 0
        && ic_str_int(ic_reply_get(&reply, "waiting"), &waiting) == 0
        && waiting > 0)
    {
        describe_start(runner, n);
    }
}


void
interconnd_describe_stop(interconnd_runner_t *runner)
{
    unsigned  n;

    for (n = 0; n < DESCRIBE_WORKS; n++) {

        if (runner->beside[n] <= 0) {
            continue;
        }

        (void) kill(runner->beside[n], SIGTERM);

        while (waitpid(runner->beside[n], NULL, 0) == -1 && errno == EINTR) {
            /* void */
        }

        runner->beside[n] = 0;
    }
}


static void
describe_start(interconnd_runner_t *runner, unsigned n)
{
    pid_t  pid, parent;

    parent = getpid();
    pid = fork();

    if (pid == 0) {
        describe_run(runner->conf, parent, &describe_works[n]);
    }

    if (pid > 0) {
        runner->beside[n] = pid;
        interconnd_log("info", "%s started, pid %d", describe_works[n].name,
                       (int) pid);
    }
}


/* Nothing of the runner's: no connection, no task's. */

static void
describe_run(const interconnd_conf_t *conf, pid_t runner,
    const describe_work_t *work)
{
    char  name[16];

    (void) snprintf(name, sizeof(name), "ic-%s", work->name);

    if (prctl(PR_SET_NAME, name) != 0
        || prctl(PR_SET_PDEATHSIG, SIGTERM) != 0
        || getppid() != runner)
    {
        _exit(1);
    }

    interconnd_title(work->name);

    if (interconnd_log_open(conf->log, work->name) != 0) {
        _exit(1);
    }

    interconnd_log_keep();

    _exit(work->run(conf));
}
