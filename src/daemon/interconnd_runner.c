
/*
 * The runner role: takes this node's tasks from the store and runs each as
 * a process of its own. One loop waits for new tasks and for whatever the
 * children say.
 */


#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "../trust/ic_cert.h"
#include "interconnd_memory.h"
#include "interconnd_runner_describe.h"
#include "interconnd_runner_query.h"


#define RUNNER_STREAM    "tasks"
#define RUNNER_BLOCK_MS  5000
#define RUNNER_TURN_MS   1000            /* longest sleep without children */
#define RUNNER_BUSY_MS   100             /* and with some */
#define RUNNER_FDS       4               /* of a child */
#define RUNNER_PEM       65536
#define RUNNER_DRAIN     1024            /* reads */


static int runner_init(interconnd_runner_t *runner,
    const interconnd_conf_t *conf);
static void runner_key(interconnd_runner_t *runner);
static void runner_certificate(interconnd_runner_t *runner);
static void runner_loop(interconnd_runner_t *runner);
static void runner_wait(interconnd_runner_t *runner, int64_t now);
static void runner_take(interconnd_runner_t *runner);
static void runner_claim(interconnd_runner_t *runner, ic_str_t id,
    const char *task_id);
static void runner_add(interconnd_runner_t *runner, ic_arena_t *pool,
    const ic_reply_t *task);
static void runner_reap(interconnd_runner_t *runner, int64_t now);
static void runner_poll(interconnd_runner_t *runner);
static unsigned runner_poll_child(interconnd_child_t *child,
    struct pollfd *fds);
static void runner_tend(interconnd_runner_t *runner);
static bool runner_tend_child(interconnd_child_t *child, int64_t now);
static void runner_drain(interconnd_child_t *child);
static void runner_stop(interconnd_runner_t *runner);
static void runner_done(interconnd_runner_t *runner);


int
interconnd_runner(const interconnd_conf_t *conf)
{
    int                  rc;
    interconnd_runner_t  runner;

    memset(&runner, 0, sizeof(interconnd_runner_t));

    (void) signal(SIGPIPE, SIG_IGN);

    rc = runner_init(&runner, conf);

    if (rc == 0) {
        interconnd_folder_clean(conf->data_dir);
        interconnd_artefact_sweep(&runner);
        runner_loop(&runner);
        interconnd_prepare_stop(&runner);
        runner_stop(&runner);
    }

    runner_done(&runner);

    return (rc == 0) ? 0 : 1;
}


static int
runner_init(interconnd_runner_t *runner, const interconnd_conf_t *conf)
{
    char  host[64];

    runner->conf = conf;
    runner->wait_fd = -1;
    interconnd_beat_init(&runner->beat, "runner");

    /* tasks run under the same user: not even they read this memory */
    (void) prctl(PR_SET_DUMPABLE, 0);

    if (gethostname(host, sizeof(host)) != 0) {
        strcpy(host, "localhost");
    }

    host[sizeof(host) - 1] = '\0';

    /* the consumer outlives the process, so that its entries are found */

    snprintf(runner->consumer, sizeof(runner->consumer), "runner@%s", host);
    snprintf(runner->owner, sizeof(runner->owner), "runner@%s:%d:%lld", host,
             (int) getpid(), (long long) ic_now_ms());

    runner->pool = ic_pool_create();
    runner->kept = ic_pool_create();
    runner->store = interconnd_store(conf, INTERCONND_STORE_MS);
    runner->asking = runner->kept == NULL ? NULL
                     : ic_zalloc(runner->kept,
                                 sizeof(struct interconnd_asking_s));
    runner->fds = calloc(1 + RUNNER_FDS * INTERCONND_RUNNER_GATHERING
                             * conf->workers,
                         sizeof(struct pollfd));

    if (runner->pool == NULL || runner->kept == NULL || runner->store == NULL
        || runner->fds == NULL || runner->asking == NULL)
    {
        interconnd_log("error", "memory is short");
        return -1;
    }

    runner_key(runner);
    runner_certificate(runner);
    interconnd_cgroup_init(runner);

    return interconnd_places(conf);
}


static void
runner_key(interconnd_runner_t *runner)
{
    if (runner->conf->certificate_key == NULL) {
        return;
    }

    runner->key = ic_cert_private_key(runner->conf->certificate_key);

    if (runner->key == NULL) {
        interconnd_log("error", "%s cannot be used: tasks cannot prove who "
                       "they are", runner->conf->certificate_key);
    }
}


static void
runner_certificate(interconnd_runner_t *runner)
{
    int      fd;
    u_char  *pem;
    ssize_t  n;

    if (runner->conf->certificate == NULL) {
        return;
    }

    pem = ic_alloc(runner->kept, RUNNER_PEM);
    fd = open(runner->conf->certificate, O_RDONLY|O_CLOEXEC);
    n = (fd >= 0 && pem != NULL) ? read(fd, pem, RUNNER_PEM) : -1;

    if (n <= 0) {
        interconnd_log("error", "%s: %s", runner->conf->certificate,
                       strerror(errno));
    } else {
        runner->certificate = ic_str_n(pem, n);
    }

    if (fd >= 0) {
        close(fd);
    }
}


static void
runner_loop(interconnd_runner_t *runner)
{
    int64_t  now;

    while (!interconnd_quit) {
        now = ic_mono_ms();

        runner_wait(runner, now);
        runner_poll(runner);
        runner_tend(runner);

        if (runner->wait_fd >= 0 && runner->fds[0].revents != 0) {
            runner_take(runner);
        }

        runner_reap(runner, ic_mono_ms());
        interconnd_artefact_tend(runner, ic_mono_ms());
        interconnd_describe_tend(runner, ic_mono_ms());
        interconnd_sources_tend(runner, ic_mono_ms());
        interconnd_prepare_tend(runner, ic_mono_ms());
        interconnd_beat(&runner->beat, runner->store, runner->pool);
        (void) interconnd_memory_turn(runner->nchildren > 0);
        ic_pool_reset(runner->pool);
    }
}


/* Only with a free place: another runner may have one. */

static void
runner_wait(interconnd_runner_t *runner, int64_t now)
{
    if (runner->wait_fd >= 0 || now < runner->wait_ms
        || !interconnd_place_free(runner, now))
    {
        return;
    }

    runner->wait_fd = ic_store_wait_begin(runner->store, RUNNER_STREAM,
                                          runner->consumer, RUNNER_BLOCK_MS);

    if (runner->wait_fd < 0) {
        interconnd_log("error", "waiting for tasks: %s",
                       ic_store_error(runner->store));
        runner->wait_ms = now + INTERCONND_RUNNER_RETRY;
    }
}


static void
runner_take(interconnd_runner_t *runner)
{
    int          rc;
    char        *task_id;
    ic_str_t     id;
    ic_record_t  entry;

    runner->wait_fd = -1;

    rc = ic_store_wait_end(runner->store, runner->pool, &id, &entry);

    if (rc < 0) {
        interconnd_log("error", "waiting for tasks: %s",
                       ic_store_error(runner->store));
        runner->wait_ms = ic_mono_ms() + INTERCONND_RUNNER_RETRY;
        return;
    }

    if (rc == 0) {
        return;
    }

    task_id = ic_str_z(runner->pool, ic_record_get(&entry, "task_id"));

    if (task_id != NULL) {
        runner_claim(runner, id, task_id);
    }
}


/*
 * The entry goes with the claim: from then on the lease says whether somebody
 * cares for the task. Without an answer it may be there, and is taken again.
 */

static void
runner_claim(interconnd_runner_t *runner, ic_str_t id, const char *task_id)
{
    char         lease[16], secret[INTERCONND_RUNNER_SECRET + 1], *entry;
    ic_arena_t  *pool;
    ic_reply_t   reply;

    pool = ic_pool_create();
    entry = ic_str_z(runner->pool, id);

    if (pool == NULL || entry == NULL) {
        interconnd_log("error", "task %s: memory is short", task_id);
        return;
    }

    snprintf(lease, sizeof(lease), "%d", INTERCONND_RUNNER_LEASE);
    interconnd_said_secret(secret);

    if (ic_store_callz(runner->store, pool, &reply, "task_claim", task_id,
                       runner->owner, lease, "first", secret,
                       entry, NULL)
        != 0)
    {
        interconnd_log("error", "task %s: not claimed: %s", task_id,
                       ic_store_error(runner->store));
        ic_store_again(runner->store, RUNNER_STREAM);
        runner->wait_ms = ic_mono_ms() + INTERCONND_RUNNER_RETRY;
        ic_pool_destroy(pool);
        return;
    }

    if (!ic_reply_ok(&reply)) {
        interconnd_log("info", "task %s: not claimed: %.*s, %.*s", task_id,
                       (int) reply.status.len, reply.status.data,
                       (int) reply.detail.len, reply.detail.data);
        ic_pool_destroy(pool);
        return;
    }

    runner_add(runner, pool, &reply);
}


static void
runner_add(interconnd_runner_t *runner, ic_arena_t *pool,
    const ic_reply_t *task)
{
    interconnd_child_t  *child;

    child = interconnd_child_create(runner, pool, task);

    if (child == NULL) {
        interconnd_log("error", "a task is lost: memory is short");
        ic_pool_destroy(pool);
        return;
    }

    /* a task that does not start ends at the next turn */
    (void) interconnd_child_start(child);

    child->next = runner->children;
    runner->children = child;
    runner->nchildren++;
}


static void
runner_reap(interconnd_runner_t *runner, int64_t now)
{
    unsigned    n;
    ic_str_t    task_id;
    ic_reply_t  reply;

    if (now < runner->reap_ms) {
        return;
    }

    runner->reap_ms = now + INTERCONND_RUNNER_BEAT;

    if (ic_store_callz(runner->store, runner->pool, &reply, "task_reap",
                       NULL)
        != 0)
    {
        interconnd_log("error", "looking for lost tasks: %s",
                       ic_store_error(runner->store));
        return;
    }

    for (n = 0; n < reply.nrecords; n++) {
        task_id = ic_record_get(&reply.records[n], "task_id");
        interconnd_log("warn", "task %.*s: lost, its runner is gone",
                       (int) task_id.len, task_id.data);
    }
}


/* Sleeps until something happens; revents of children say what. */

static void
runner_poll(interconnd_runner_t *runner)
{
    nfds_t               n;
    unsigned             ready;
    interconnd_child_t  *child;

    runner->fds[0].fd = runner->wait_fd;
    runner->fds[0].events = POLLIN;
    runner->fds[0].revents = 0;
    n = 1;

    for (child = runner->children; child != NULL; child = child->next) {
        n += runner_poll_child(child, &runner->fds[n]);
    }

    if (poll(runner->fds, n, (n > 1) ? RUNNER_BUSY_MS : RUNNER_TURN_MS) < 0)
    {
        for (ready = 0; ready < n; ready++) {
            runner->fds[ready].revents = 0;
        }
    }
}


/* poll() leaves out descriptors below 0. */

static unsigned
runner_poll_child(interconnd_child_t *child, struct pollfd *fds)
{
    unsigned  n;

    fds[0].fd = child->pidfd;
    fds[1].fd = child->control.fd;
    fds[2].fd = child->out.fd;
    fds[3].fd = child->err.fd;

    for (n = 0; n < RUNNER_FDS; n++) {
        fds[n].events = POLLIN;
        fds[n].revents = 0;
    }

    return RUNNER_FDS;
}


static void
runner_tend(interconnd_runner_t *runner)
{
    int64_t               now;
    struct pollfd        *fds;
    interconnd_child_t   *child, **link;

    now = ic_mono_ms();
    fds = runner->fds + 1;
    link = &runner->children;

    while ((child = *link) != NULL) {

        if (fds[1].revents != 0) {
            (void) interconnd_control_read(child);
        }

        if (fds[2].revents != 0) {
            (void) interconnd_child_read_log(child, &child->out, "info");
        }

        if (fds[3].revents != 0) {
            (void) interconnd_child_read_log(child, &child->err, "error");
        }

        fds += RUNNER_FDS;

        if (runner_tend_child(child, now)) {
            *link = child->next;
            interconnd_child_free(child);
            runner->nchildren--;
            continue;
        }

        interconnd_child_flush(child);
        link = &child->next;
    }
}


/* True when the child is done with. */

static bool
runner_tend_child(interconnd_child_t *child, int64_t now)
{
    int  status;

    if (child->pid == 0) {
        return interconnd_child_end(child, -1);
    }

    if (interconnd_child_collect(child, &status)) {

        if (child->reading != NULL) {
            (void) interconnd_reader_ended(child, status);
            return false;
        }

        runner_drain(child);

        return !interconnd_outputs_keep(child, status)
               && interconnd_child_end(child, status);
    }

    interconnd_child_tend(child, now);

    return false;
}


/*
 * What the child said before it went; bounded, because a process that left
 * its group may still hold the other ends.
 */

static void
runner_drain(interconnd_child_t *child)
{
    int  n;

    for (n = 0; n < RUNNER_DRAIN && interconnd_control_read(child) > 0; n++) {
        /* void */
    }

    for (n = 0;
         n < RUNNER_DRAIN
         && interconnd_child_read_log(child, &child->out, "info") > 0;
         n++)
    {
        /* void */
    }

    for (n = 0;
         n < RUNNER_DRAIN
         && interconnd_child_read_log(child, &child->err, "error") > 0;
         n++)
    {
        /* void */
    }
}


/* The master gives roles more time than this takes. */

static void
runner_stop(interconnd_runner_t *runner)
{
    int64_t              end;
    interconnd_child_t  *child;

    for (child = runner->children; child != NULL; child = child->next) {
        interconnd_child_fail(child, "task_lost", "the daemon was stopped");
        interconnd_child_stop(child, false);
    }

    interconnd_describe_stop(runner);
    end = ic_mono_ms() + 2 * INTERCONND_RUNNER_GRACE;

    while (runner->children != NULL && ic_mono_ms() < end) {
        runner->wait_fd = -1;
        runner_poll(runner);
        runner_tend(runner);
        ic_pool_reset(runner->pool);
    }
}


static void
runner_done(interconnd_runner_t *runner)
{
    interconnd_child_t  *child;

    while ((child = runner->children) != NULL) {
        runner->children = child->next;
        interconnd_child_stop(child, true);
        interconnd_child_free(child);
    }

    interconnd_cgroup_done(runner);

    EVP_PKEY_free(runner->key);
    free(runner->fds);

    if (runner->store != NULL) {
        ic_store_close(runner->store);
    }

    if (runner->pool != NULL) {
        ic_pool_destroy(runner->pool);
    }

    if (runner->kept != NULL) {
        ic_pool_destroy(runner->kept);
    }
}
