
/* Role processes: signals, titles, the life line to the master. */


#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "interconnd_role.h"


static void interconnd_role_signals(void);
static void interconnd_role_signal(int signo);


volatile int  interconnd_quit;

static struct {
    char   *start;
    size_t  size;
    char    options[512];        /* as given, for whoever looks at ps */
} interconnd_title_area;


const interconnd_role_t  interconnd_roles[] = {
    { "courier", interconnd_courier, false },
    { "channel", interconnd_channel, false },
    { "scheduler", interconnd_scheduler, false },
    { "runner", interconnd_runner, false },
    { "notary", interconnd_notary, false },
    { "packages", interconnd_packages, true },
    { NULL, NULL, false }
};


bool
interconnd_role_wanted(const interconnd_conf_t *conf,
    const interconnd_role_t *role)
{
    size_t       len;
    const char  *p;

    if (conf->roles == NULL) {
        return !role->named;
    }

    for (p = conf->roles; *p != '\0'; p += strspn(p, " \t")) {
        len = strcspn(p, " \t");

        if (strlen(role->name) == len && strncmp(p, role->name, len) == 0) {
            return true;
        }

        p += len;
    }

    return false;
}


void
interconnd_role_run(const interconnd_role_t *role,
    const interconnd_conf_t *conf, pid_t master)
{
    int   rc;
    char  name[16];

    interconnd_role_signals();

    snprintf(name, sizeof(name), "ic-%s", role->name);

    /* the second check: the master may be gone before the first took hold */
    if (prctl(PR_SET_NAME, name) != 0
        || prctl(PR_SET_PDEATHSIG, SIGTERM) != 0
        || getppid() != master)
    {
        exit(1);
    }

    interconnd_title(role->name);

    if (interconnd_log_open(conf->log, role->name) != 0) {
        interconnd_log("error", "log %s: %s", conf->log, strerror(errno));
    }

    if (interconnd_role_lock(conf, role->name) != 0) {
        exit(interconnd_quit ? 0 : 1);
    }

    interconnd_log("info", "%s started", role->name);

    rc = role->run(conf);

    interconnd_log("info", "%s ends with %d", role->name, rc);

    exit(rc);
}


static void
interconnd_role_signals(void)
{
    sigset_t          none;
    struct sigaction  action;

    memset(&action, 0, sizeof(struct sigaction));
    sigemptyset(&action.sa_mask);

    /* no SA_RESTART: a wait must see that it is over */
    action.sa_handler = interconnd_role_signal;
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGQUIT, &action, NULL);

    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    sigaction(SIGHUP, &action, NULL);

    action.sa_handler = SIG_DFL;
    sigaction(SIGCHLD, &action, NULL);

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}


static void
interconnd_role_signal(int signo)
{
    interconnd_quit = 1;
}


void
interconnd_sleep(int ms)
{
    if (!interconnd_quit) {
        (void) poll(NULL, 0, ms);
    }
}


void
interconnd_title_init(int argc, char **argv)
{
    int     i;
    size_t  len;

    interconnd_title_area.start = argv[0];

    for (len = 0, i = 1; i < argc; i++) {
        len += (size_t) snprintf(interconnd_title_area.options + len,
                                 sizeof(interconnd_title_area.options) - len,
                                 " %s", argv[i]);

        if (len >= sizeof(interconnd_title_area.options)) {
            break;
        }
    }

    for (i = 0; i < argc; i++) {
        if (argv[i] != argv[0] + interconnd_title_area.size) {
            break;
        }

        interconnd_title_area.size += strlen(argv[i]) + 1;
    }
}


void
interconnd_title(const char *name)
{
    if (interconnd_title_area.size == 0) {
        return;
    }

    memset(interconnd_title_area.start, 0, interconnd_title_area.size);
    snprintf(interconnd_title_area.start, interconnd_title_area.size,
             "interconnd: %s%s", name, interconnd_title_area.options);
}
