
/* interconnd: options, the master process. */


#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "../lib/ic_secret.h"
#include "interconnd_memory.h"
#include "interconnd_role.h"


#define INTERCONND_CONF_PATH    "/etc/interconn/interconnd.conf"

#define INTERCONND_ROLES_MAX    8
#define INTERCONND_STEADY       10000        /* ms: not dying repeatedly */
#define INTERCONND_DELAY_FIRST  100          /* ms */
#define INTERCONND_DELAY_MAX    5000
#define INTERCONND_GRACE        15000        /* ms from SIGTERM to SIGKILL */
#define INTERCONND_FOREVER      3600000


typedef struct {
    const interconnd_role_t  *role;
    pid_t                     pid;           /* 0: not running */
    int64_t                   started;       /* ic_mono_ms() */
    int64_t                   due;           /* of the start; 0: not wanted */
    int64_t                   kill;          /* SIGKILL then; 0: not ending */
    unsigned                  failures;
    unsigned                  reload:1;
} interconnd_slot_t;

typedef struct {
    const char               *file;
    interconnd_conf_t         conf;
    ic_arena_t               *arena;         /* of conf */
    sigset_t                  signals;
    int                       pid_fd;
    char                      pid_file[4096];
    interconnd_slot_t         slots[INTERCONND_ROLES_MAX];
    unsigned                  nslots;
    unsigned                  ending:1;
} interconnd_master_t;


static int interconnd_configure(interconnd_master_t *master);
static int interconnd_master(interconnd_master_t *master);
static int interconnd_pid_write(interconnd_master_t *master);
static int interconnd_prepare(interconnd_master_t *master);
static void interconnd_slots(interconnd_master_t *master);
static int interconnd_tend(interconnd_master_t *master);
static int64_t interconnd_tend_slot(interconnd_master_t *master,
    interconnd_slot_t *slot, int64_t now);
static void interconnd_start(interconnd_master_t *master,
    interconnd_slot_t *slot);
static void interconnd_stop(interconnd_slot_t *slot, int signo);
static int interconnd_wait(interconnd_master_t *master, int ms);
static void interconnd_reap(interconnd_master_t *master);
static void interconnd_ended(interconnd_master_t *master,
    interconnd_slot_t *slot, int status);
static void interconnd_reload(interconnd_master_t *master);
static void interconnd_end(interconnd_master_t *master, int signo);


static interconnd_master_t  interconnd_master_state;


int
main(int argc, char **argv)
{
    int                   opt, test;
    interconnd_master_t  *master;

    /* before anything is allocated, and long before a key is read */

    if (!ic_secret_memory() || ic_secret_process() != 0) {
        fprintf(stderr, "interconnd: its memory cannot be kept from others: "
                "%s\n", strerror(errno));
        return 1;
    }

    test = 0;
    master = &interconnd_master_state;
    master->file = INTERCONND_CONF_PATH;

    while ((opt = getopt(argc, argv, "c:tv")) != -1) {

        switch (opt) {

        case 'c':
            /* a copy: the title will be written over argv */
            master->file = strdup(optarg);
            break;

        case 't':
            test = 1;
            break;

        case 'v':
            printf("interconnd version: interconn/%s\n", INTERCONND_VERSION);
            return 0;

        default:
            fprintf(stderr, "usage: interconnd [-t] [-v] [-c file]\n");
            return 2;
        }
    }

    if (master->file == NULL || interconnd_configure(master) != 0) {
        return 1;
    }

    if (test) {
        fprintf(stderr, "interconnd: the configuration file %s is good\n",
                master->file);
        return 0;
    }

    interconnd_title_init(argc, argv);

    return interconnd_master(master);
}


/* Replaces the configuration if the file is good. */
static int
interconnd_configure(interconnd_master_t *master)
{
    char                error[1024];
    ic_arena_t         *arena;
    interconnd_conf_t   conf;

    arena = ic_pool_create();
    if (arena == NULL) {
        return -1;
    }

    if (interconnd_conf_read(&conf, master->file, arena, error, sizeof(error))
        != 0
        || interconnd_conf_check(&conf, error, sizeof(error)) != 0)
    {
        interconnd_log("error", "%s", error);
        ic_pool_destroy(arena);
        return -1;
    }

    if (master->arena != NULL) {
        ic_pool_destroy(master->arena);
    }

    master->conf = conf;
    master->arena = arena;

    return 0;
}


static int
interconnd_master(interconnd_master_t *master)
{
    int  rc;

    sigemptyset(&master->signals);
    sigaddset(&master->signals, SIGCHLD);
    sigaddset(&master->signals, SIGTERM);
    sigaddset(&master->signals, SIGINT);
    sigaddset(&master->signals, SIGQUIT);
    sigaddset(&master->signals, SIGHUP);

    /* taken by interconnd_wait() only, so none is lost between two looks */
    sigprocmask(SIG_BLOCK, &master->signals, NULL);

    if (interconnd_log_open(master->conf.log, "master") != 0) {
        interconnd_log("error", "log %s: %s", master->conf.log,
                       strerror(errno));
        return 1;
    }

    if (interconnd_pid_write(master) != 0) {
        return 1;
    }

    interconnd_title("master");
    interconnd_log("info", "node %s, version %s", master->conf.node_id,
                   INTERCONND_VERSION);

    rc = interconnd_prepare(master);

    if (rc == 0) {
        interconnd_slots(master);
        rc = interconnd_tend(master);
    }

    unlink(master->pid_file);
    close(master->pid_fd);
    interconnd_log("info", "master ends");

    return rc < 0 ? 1 : 0;
}


/* Locked as long as the master lives: two would share sockets and queues. */
static int
interconnd_pid_write(interconnd_master_t *master)
{
    int   fd, n;
    char  text[32];

    snprintf(master->pid_file, sizeof(master->pid_file), "%s/interconnd.pid",
             master->conf.run_dir);

    fd = open(master->pid_file, O_RDWR|O_CREAT|O_CLOEXEC, 0644);

    if (fd == -1) {
        interconnd_log("error", "%s: %s", master->pid_file, strerror(errno));
        return -1;
    }

    if (flock(fd, LOCK_EX|LOCK_NB) != 0) {
        interconnd_log("error", "%s: another master is running",
                       master->pid_file);
        close(fd);
        return -1;
    }

    n = snprintf(text, sizeof(text), "%d\n", (int) getpid());

    if (ftruncate(fd, 0) != 0 || write(fd, text, n) != n) {
        interconnd_log("error", "%s: %s", master->pid_file, strerror(errno));
        close(fd);
        return -1;
    }

    master->pid_fd = fd;

    return 0;
}


/* 0; 1 if told to end while the store is away; -1 without memory. */
static int
interconnd_prepare(interconnd_master_t *master)
{
    int          delay, signo;
    ic_store_t  *store;

    store = interconnd_store(&master->conf, INTERCONND_STORE_MS);
    if (store == NULL) {
        return -1;
    }

    delay = INTERCONND_DELAY_FIRST;

    while (interconnd_node_init(&master->conf, store) != 0) {
        interconnd_log("warn", "store %s: %s; next try in %d ms",
                       master->conf.redis, ic_store_error(store), delay);

        signo = interconnd_wait(master, delay);

        if (signo == SIGTERM || signo == SIGINT || signo == SIGQUIT) {
            ic_store_close(store);
            return 1;
        }

        delay = delay * 2 > INTERCONND_DELAY_MAX ? INTERCONND_DELAY_MAX
                                                 : delay * 2;
    }

    ic_store_close(store);

    return 0;
}


static void
interconnd_slots(interconnd_master_t *master)
{
    interconnd_slot_t  *slot;

    while (interconnd_roles[master->nslots].name != NULL) {
        slot = &master->slots[master->nslots];

        slot->role = &interconnd_roles[master->nslots++];
        slot->due = interconnd_role_wanted(&master->conf, slot->role) ? 1 : 0;
    }
}


/* Until it is told to end and all roles are gone. */
static int
interconnd_tend(interconnd_master_t *master)
{
    int       signo;
    int64_t   now, wake, due;
    unsigned  i, running;

    for ( ;; ) {
        now = ic_mono_ms();
        due = interconnd_memory_turn(false);
        wake = now + INTERCONND_FOREVER;
        wake = due < wake ? due : wake;
        running = 0;

        for (i = 0; i < master->nslots; i++) {
            due = interconnd_tend_slot(master, &master->slots[i], now);
            wake = due < wake ? due : wake;
            running += (master->slots[i].pid != 0);
        }

        if (master->ending && running == 0) {
            return 0;
        }

        signo = interconnd_wait(master, wake > now ? (int) (wake - now) : 0);

        switch (signo) {

        case SIGCHLD:
            interconnd_reap(master);
            break;

        case SIGHUP:
            interconnd_reload(master);
            break;

        case SIGTERM:
        case SIGINT:
        case SIGQUIT:
            interconnd_end(master, signo);
            break;
        }
    }
}


/* Does what is due for the role and returns when to look again. */
static int64_t
interconnd_tend_slot(interconnd_master_t *master, interconnd_slot_t *slot,
    int64_t now)
{
    unsigned  i;

    if (slot->pid == 0) {

        if (slot->due == 0 || master->ending) {
            return INT64_MAX;
        }

        if (slot->due > now) {
            return slot->due;
        }

        interconnd_start(master, slot);
        return slot->pid == 0 ? slot->due : INT64_MAX;
    }

    if (slot->reload) {

        /* one by one: the others serve meanwhile */
        for (i = 0; i < master->nslots; i++) {
            if (master->slots[i].kill != 0) {
                return INT64_MAX;
            }
        }

        slot->reload = 0;
        interconnd_stop(slot, SIGTERM);
    }

    if (slot->kill == 0) {
        return INT64_MAX;
    }

    if (slot->kill <= now) {
        interconnd_log("warn", "%s %d does not end: killed",
                       slot->role->name, (int) slot->pid);
        interconnd_stop(slot, SIGKILL);
    }

    return slot->kill;
}


static void
interconnd_start(interconnd_master_t *master, interconnd_slot_t *slot)
{
    pid_t  pid, self;

    self = getpid();
    pid = fork();

    if (pid == -1) {
        interconnd_log("error", "fork: %s", strerror(errno));
        slot->due = ic_mono_ms() + INTERCONND_DELAY_MAX;
        return;
    }

    if (pid == 0) {
        /* not closed by exec alone: the lock is the master's */
        close(master->pid_fd);
        interconnd_role_run(slot->role, &master->conf, self);
    }

    slot->pid = pid;
    slot->started = ic_mono_ms();
    slot->kill = 0;

    interconnd_log("info", "%s started, pid %d", slot->role->name, (int) pid);
}


static void
interconnd_stop(interconnd_slot_t *slot, int signo)
{
    if (kill(slot->pid, signo) != 0 && errno != ESRCH) {
        interconnd_log("error", "kill %d: %s", (int) slot->pid,
                       strerror(errno));
    }

    slot->kill = ic_mono_ms() + INTERCONND_GRACE;
}


/* The next signal, or 0 after ms without one. */
static int
interconnd_wait(interconnd_master_t *master, int ms)
{
    int              signo;
    struct timespec  timeout;

    timeout.tv_sec = ms / 1000;
    timeout.tv_nsec = (long) (ms % 1000) * 1000000;

    signo = sigtimedwait(&master->signals, NULL, &timeout);

    return signo == -1 ? 0 : signo;
}


static void
interconnd_reap(interconnd_master_t *master)
{
    int       status;
    pid_t     pid;
    unsigned  i;

    /* one SIGCHLD may stand for several deaths */
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {

        for (i = 0; i < master->nslots; i++) {
            if (master->slots[i].pid == pid) {
                interconnd_ended(master, &master->slots[i], status);
                break;
            }
        }
    }
}


static void
interconnd_ended(interconnd_master_t *master, interconnd_slot_t *slot,
    int status)
{
    int      asked;
    int64_t  now, delay;

    now = ic_mono_ms();
    asked = (slot->kill != 0);

    interconnd_log(asked ? "info" : "error", "%s %d exited %s %d",
                   slot->role->name, (int) slot->pid,
                   WIFSIGNALED(status) ? "on signal" : "with code",
                   WIFSIGNALED(status) ? WTERMSIG(status)
                                       : WEXITSTATUS(status));

    if (asked || now - slot->started >= INTERCONND_STEADY) {
        slot->failures = 0;
    }

    delay = 0;

    if (slot->failures > 0) {
        delay = slot->failures > 6 ? INTERCONND_DELAY_MAX
                    : INTERCONND_DELAY_FIRST << (slot->failures - 1);
        delay = delay > INTERCONND_DELAY_MAX ? INTERCONND_DELAY_MAX : delay;
    }

    if (!asked) {
        slot->failures++;
    }

    slot->pid = 0;
    slot->kill = 0;
    slot->due = interconnd_role_wanted(&master->conf, slot->role)
                ? now + delay : 0;
}


static void
interconnd_reload(interconnd_master_t *master)
{
    unsigned            i;
    interconnd_slot_t  *slot;

    if (master->ending) {
        return;
    }

    interconnd_log("info", "reconfiguring");

    if (interconnd_configure(master) != 0) {
        interconnd_log("error", "the running configuration stays");
        return;
    }

    if (interconnd_log_open(master->conf.log, "master") != 0) {
        interconnd_log("error", "log %s: %s", master->conf.log,
                       strerror(errno));
    }

    for (i = 0; i < master->nslots; i++) {
        slot = &master->slots[i];

        if (slot->pid != 0) {
            slot->reload = 1;

        } else if (slot->due == 0
                   && interconnd_role_wanted(&master->conf, slot->role))
        {
            slot->due = 1;
        }
    }
}


static void
interconnd_end(interconnd_master_t *master, int signo)
{
    unsigned  i;

    interconnd_log("info", "signal %d: ending", signo);

    master->ending = 1;

    for (i = 0; i < master->nslots; i++) {
        master->slots[i].reload = 0;

        if (master->slots[i].pid != 0) {
            interconnd_stop(&master->slots[i], SIGTERM);
        }
    }
}
