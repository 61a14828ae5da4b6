
/* Starting, awaiting and stopping the processes of one node. */


#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "../store/ic_store.h"
#include "ctl_sandbox.h"
#include "interconnctl.h"


#define CTL_READY_MS    20000
#define CTL_STOP_MS     5000
#define CTL_POLL_MS     10


static pid_t ctl_spawn(const ctl_node_t *node, const char *log,
    const char *preload, char *const argv[]);
static void ctl_exec(const char *log, const char *preload,
    char *const argv[]);
static int ctl_node_redis(const ctl_node_t *node);
static int ctl_node_ready(const ctl_sandbox_t *sandbox,
    const ctl_node_t *node, char error[256]);
static int ctl_node_operator_put(const ctl_node_t *node, char error[256]);
static int ctl_node_down(const ctl_node_t *node);
static void ctl_pause(void);


int
ctl_node_start(const ctl_sandbox_t *sandbox, ctl_node_t *node)
{
    char         conf[PATH_MAX + 32], daemon[PATH_MAX];
    const char  *nginx, *redis;

    nginx = getenv("IC_NGINX");
    redis = getenv("IC_REDIS_SERVER");

    if (ctl_find(daemon, sizeof(daemon), "interconnd") != 0) {
        return -1;
    }

    snprintf(conf, sizeof(conf), "%s/redis.conf", node->dir);
    node->redis = ctl_spawn(node, "redis.log", NULL, (char *[]) {
        (char *) (redis == NULL ? "redis-server" : redis), conf, NULL });

    if (node->redis < 0 || ctl_node_redis(node) != 0) {
        return -1;
    }

    snprintf(conf, sizeof(conf), "%s/interconnd.conf", node->dir);
    node->interconnd = ctl_spawn(node, "interconnd.out", NULL, (char *[]) {
        daemon, "-c", conf, NULL });

    snprintf(conf, sizeof(conf), "%s/nginx.conf", node->dir);
    node->nginx = ctl_spawn(node, "nginx.out", getenv("IC_NGINX_PRELOAD"),
        (char *[]) {
        (char *) (nginx == NULL ? "/usr/sbin/nginx" : nginx), "-e",
        "stderr", "-c", conf, NULL });

    return node->interconnd < 0 || node->nginx < 0 ? -1 : 0;
}


/* In a session of its own, so that Ctrl-C in a terminal is not for it. */
static pid_t
ctl_spawn(const ctl_node_t *node, const char *log, const char *preload,
    char *const argv[])
{
    char   path[PATH_MAX + 64];
    pid_t  pid;

    snprintf(path, sizeof(path), "%s/logs/%s", node->dir, log);
    pid = fork();

    if (pid < 0) {
        ctl_error("fork(): %s", strerror(errno));
        return -1;
    }

    if (pid == 0) {
        ctl_exec(path, preload, argv);
        _exit(127);
    }

    return pid;
}


static void
ctl_exec(const char *log, const char *preload, char *const argv[])
{
    int  fd, null;

    setsid();
    fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    null = open("/dev/null", O_RDONLY);

    if (fd < 0 || null < 0 || dup2(null, 0) < 0 || dup2(fd, 1) < 0
        || dup2(fd, 2) < 0)
    {
        return;
    }

    signal(SIGPIPE, SIG_DFL);

    if (preload != NULL) {
        setenv("LD_PRELOAD", preload, 1);
    }

    execvp(argv[0], argv);
    fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
}


static void
ctl_pause(void)
{
    struct timespec  ts = { 0, CTL_POLL_MS * 1000000L };

    nanosleep(&ts, NULL);
}


/* Waits for Redis, loads the functions and creates the operator. */
static int
ctl_node_redis(const ctl_node_t *node)
{
    int      status;
    char     error[256];
    int64_t  until;

    until = ic_mono_ms() + CTL_READY_MS;

    while (ctl_node_operator_put(node, error) != 0) {
        if (ic_mono_ms() > until
            || waitpid(node->redis, &status, WNOHANG) > 0)
        {
            ctl_error("store of %s: %s; see %s/logs/redis.log",
                      node->node_id, error, node->dir);
            return -1;
        }

        ctl_pause();
    }

    return 0;
}


static int
ctl_node_operator_put(const ctl_node_t *node, char error[256])
{
    int              rc;
    char             digest[65];
    ic_arena_t      *pool;
    ic_reply_t       reply;
    ic_store_t      *store;
    ic_store_conf_t  conf;

    pool = ic_pool_create();

    if (pool == NULL) {
        return -1;
    }

    conf.address = (char *) ic_str_fmt(pool, "unix:%s/run/redis.sock",
                                       node->dir).data;
    conf.user = "interconnd";
    conf.password_file = (char *) ic_str_fmt(pool, "%s/redis.password",
                                             node->dir).data;
    conf.node_id = node->node_id;
    conf.timeout_ms = 5000;

    store = ic_store_create(&conf);
    ic_sha256_hex(digest, node->token, strlen(node->token));

    rc = store != NULL && ic_store_load(store) == 0
         && ic_store_callz(store, pool, &reply, "operator_put", "operator",
                           digest, "operator", NULL) == 0
         && ic_reply_ok(&reply) ? 0 : -1;

    snprintf(error, 256, "%s", store == NULL ? "out of memory"
                               : ic_store_error(store));

    ic_store_close(store);
    ic_pool_destroy(pool);

    return rc;
}


int
ctl_node_wait(const ctl_sandbox_t *sandbox, ctl_node_t *node)
{
    char     error[256];
    int64_t  until;

    until = ic_mono_ms() + CTL_READY_MS;

    while (!ctl_node_ready(sandbox, node, error)) {
        if (ctl_node_down(node) || ic_mono_ms() > until) {
            ctl_error("%s is not ready: %s; see %s/logs", node->node_id,
                      error, node->dir);
            return -1;
        }

        ctl_pause();
    }

    return 0;
}


static int
ctl_node_down(const ctl_node_t *node)
{
    int  status;

    return waitpid(node->nginx, &status, WNOHANG) > 0
           || waitpid(node->interconnd, &status, WNOHANG) > 0;
}


/*
 * Ready: the platform answers about its own node, which takes nginx, the
 * operator, Redis, the functions and the daemon's first write; and both
 * sockets of the channel role are there.
 */
static int
ctl_node_ready(const ctl_sandbox_t *sandbox, const ctl_node_t *node,
    char error[256])
{
    int               ready;
    char              path[PATH_MAX + 32];
    ic_arena_t       *pool;
    ic_json_t        *json;
    const ic_json_t  *code;
    ctl_client_t      client;

    snprintf(path, sizeof(path), "%s/run/channel-edge.sock", node->dir);

    if (access(path, F_OK) != 0) {
        snprintf(error, 256, "the channel role has not started");
        return 0;
    }

    pool = ic_pool_create();
    ctl_node_operator(sandbox, node, pool, &client);
    snprintf(path, sizeof(path), "/v1/platform/node/query?node_id=%s",
             node->node_id);
    json = ctl_call(&client, pool, path, NULL, NULL, error);
    code = ic_json_get(json, "code");
    ready = code != NULL && code->num == 0;

    if (json != NULL && !ready) {
        snprintf(error, 256, "%s",
                 ic_json_str(ic_json_get(json, "msg")).data);
    }

    ic_pool_destroy(pool);

    return ready;
}


/* A process id may have been given to a stranger: look at its arguments. */
int
ctl_process_alive(pid_t pid, const char *dir)
{
    char    path[64], cmdline[PATH_MAX + 256];
    FILE   *file;
    size_t  i, n;

    if (pid <= 0 || dir[0] == '\0') {
        return 0;
    }

    waitpid(pid, NULL, WNOHANG);
    snprintf(path, sizeof(path), "/proc/%d/cmdline", (int) pid);
    file = fopen(path, "re");

    if (file == NULL) {
        return 0;
    }

    n = fread(cmdline, 1, sizeof(cmdline) - 1, file);
    fclose(file);
    cmdline[n] = '\0';

    for (i = 0; i < n; i++) {
        if (cmdline[i] == '\0') {
            cmdline[i] = ' ';
        }
    }

    return strstr(cmdline, dir) != NULL;
}


void
ctl_process_stop(pid_t pid, const char *dir, int signo)
{
    int64_t  until;

    if (!ctl_process_alive(pid, dir)) {
        return;
    }

    kill(pid, signo);
    until = ic_mono_ms() + CTL_STOP_MS;

    while (ctl_process_alive(pid, dir)) {
        if (ic_mono_ms() > until) {
            kill(pid, SIGKILL);
            until = ic_mono_ms() + CTL_STOP_MS;
        }

        ctl_pause();
    }
}
