
/* sandbox up, down, status. */


#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../trust/ic_ca.h"
#include "ctl_sandbox.h"
#include "interconnctl.h"


#define CTL_CA_DAYS      30

/* below the kernel's ephemeral range, so that no client takes the port */
#define CTL_PORT_FIRST   20000
#define CTL_PORT_COUNT   12000


static int ctl_sandbox_dir(ctl_sandbox_t *sandbox, const char *dir);
static int ctl_sandbox_node(ctl_sandbox_t *sandbox, unsigned n);
static int ctl_sandbox_start(ctl_sandbox_t *sandbox);
static void ctl_sandbox_stop(const ctl_sandbox_t *sandbox);
static int ctl_sandbox_save(const ctl_sandbox_t *sandbox);
static pid_t ctl_sandbox_pid(const ic_json_t *pids, const char *name);
static const char *ctl_sandbox_text(const ic_json_t *item,
    const char *name);
static ic_str_t ctl_sandbox_json(const ctl_sandbox_t *sandbox,
    ic_arena_t *arena);
static int ctl_sandbox_print(const ctl_sandbox_t *sandbox);
static int ctl_sandbox_status(const char *dir);
static int ctl_free_port(void);
static int ctl_ca_file(const ctl_sandbox_t *sandbox, char *path,
    const char *name);


int
ctl_sandbox(int argc, char **argv)
{
    int            i, plain;
    long           n;
    const char    *dir;
    ctl_sandbox_t *sandbox;

    dir = NULL;
    plain = 0;
    n = 0;

    for (i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--dir") == 0 && i + 1 < argc) {
            dir = argv[++i];

        } else if (strcmp(argv[i], "--plain") == 0) {
            plain = 1;

        } else if (n == 0 && argv[i][0] != '-') {
            n = strtol(argv[i], NULL, 10);

        } else {
            return ctl_error("sandbox: unknown argument \"%s\"", argv[i]);
        }
    }

    if (argc < 1 || dir == NULL) {
        return ctl_error("sandbox up N --dir D [--plain], "
                         "sandbox down|status --dir D");
    }

    if (strcmp(argv[0], "down") == 0) {
        return ctl_sandbox_down(dir) == 0 ? 0 : 1;
    }

    if (strcmp(argv[0], "status") == 0) {
        return ctl_sandbox_status(dir);
    }

    if (strcmp(argv[0], "up") != 0 || n < 1 || n > CTL_MAX_NODES) {
        return ctl_error("sandbox up takes a number of nodes from 1 to %d",
                         CTL_MAX_NODES);
    }

    sandbox = calloc(1, sizeof(ctl_sandbox_t));

    if (sandbox == NULL || ctl_sandbox_up(sandbox, dir, n, plain) != 0) {
        free(sandbox);
        return 1;
    }

    i = ctl_sandbox_print(sandbox);
    free(sandbox);

    return i;
}


int
ctl_sandbox_up(ctl_sandbox_t *sandbox, const char *dir, unsigned n, int plain)
{
    char      ca[PATH_MAX], key[PATH_MAX], error[256];
    unsigned  i;

    sandbox->n = n;
    sandbox->plain = plain;

    if (ctl_sandbox_dir(sandbox, dir) != 0
        || ctl_ca_file(sandbox, ca, "ca.crt") != 0
        || ctl_ca_file(sandbox, key, "ca.key") != 0)
    {
        return -1;
    }

    if (ic_ca_create(ca, key, "interconn sandbox network CA", CTL_CA_DAYS,
                     error, sizeof(error))
        != 0)
    {
        ctl_error("certificate authority: %s", error);
        return -1;
    }

    for (i = 0; i < n; i++) {
        if (ctl_sandbox_node(sandbox, i) != 0) {
            return -1;
        }
    }

    for (i = 0; i < n; i++) {
        if (ctl_node_files(sandbox, &sandbox->nodes[i]) != 0) {
            return -1;
        }
    }

    if (ctl_sandbox_start(sandbox) != 0) {
        ctl_sandbox_stop(sandbox);
        return -1;
    }

    return 0;
}


static int
ctl_sandbox_start(ctl_sandbox_t *sandbox)
{
    unsigned  i;

    for (i = 0; i < sandbox->n; i++) {
        if (ctl_node_start(sandbox, &sandbox->nodes[i]) != 0) {
            return -1;
        }
    }

    for (i = 0; i < sandbox->n; i++) {
        if (ctl_node_wait(sandbox, &sandbox->nodes[i]) != 0) {
            return -1;
        }
    }

    return ctl_sandbox_save(sandbox);
}


/* The folder must be new or empty: a sandbox never overwrites another. */
static int
ctl_sandbox_dir(ctl_sandbox_t *sandbox, const char *dir)
{
    char  path[PATH_MAX];

    if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
        ctl_error("mkdir(%s): %s", dir, strerror(errno));
        return -1;
    }

    if (realpath(dir, sandbox->dir) == NULL) {
        ctl_error("realpath(%s): %s", dir, strerror(errno));
        return -1;
    }

    if (ctl_ca_file(sandbox, path, "ca.crt") != 0) {
        return -1;
    }

    if (access(path, F_OK) == 0) {
        ctl_error("%s already holds a sandbox; choose another folder",
                  sandbox->dir);
        return -1;
    }

    return 0;
}


static int
ctl_ca_file(const ctl_sandbox_t *sandbox, char *path, const char *name)
{
    if (snprintf(path, PATH_MAX, "%s/%s", sandbox->dir, name) >= PATH_MAX) {
        ctl_error("the path of %s is too long", name);
        return -1;
    }

    return 0;
}


static int
ctl_sandbox_node(ctl_sandbox_t *sandbox, unsigned n)
{
    ctl_node_t  *node;

    node = &sandbox->nodes[n];
    node->user_id = (int) n + 1;

    snprintf(node->node_id, sizeof(node->node_id), "N%04u", n + 1);
    snprintf(node->inst_id, sizeof(node->inst_id), "I%04u", n + 1);
    snprintf(node->role, sizeof(node->role), "%s",
             n == 0 ? "coordinator" : "hospital");
    snprintf(node->name, sizeof(node->name), n == 0 ? "Coordinator"
             : "Hospital %u", n);

    if (snprintf(node->dir, sizeof(node->dir), "%s/%s", sandbox->dir,
                 node->node_id)
        >= PATH_MAX - 64)
    {
        ctl_error("%s is too long for the sockets of a node", sandbox->dir);
        return -1;
    }

    node->peer_port = ctl_free_port();
    node->platform_port = ctl_free_port();
    node->plain_port = sandbox->plain ? ctl_free_port() : 0;

    if (node->peer_port < 0 || node->platform_port < 0
        || node->plain_port < 0)
    {
        ctl_error("no free loopback port");
        return -1;
    }

    snprintf(node->address, sizeof(node->address), "https://127.0.0.1:%d",
             node->peer_port);
    snprintf(node->platform, sizeof(node->platform), "https://127.0.0.1:%d",
             node->platform_port);

    if (ctl_random_hex(node->token, 24) != 0
        || ctl_random_hex(node->redis_password, 16) != 0
        || ctl_random_hex(node->edge_password, 16) != 0)
    {
        return -1;
    }

    return 0;
}


/*
 * Ports are probed at random, so that sandboxes started at the same moment
 * hardly meet; a port given out once is not given out again.
 */
static int
ctl_free_port(void)
{
    int                 fd, port, i, used;
    unsigned            tries, random;
    struct sockaddr_in  sin;
    static int          given[CTL_MAX_NODES * 3];
    static int          ngiven;

    for (tries = 0; tries < 1000; tries++) {
        char  hex[9];

        if (ctl_random_hex(hex, 4) != 0) {
            return -1;
        }

        random = (unsigned) strtoul(hex, NULL, 16);
        port = CTL_PORT_FIRST + (int) (random % CTL_PORT_COUNT);

        for (used = 0, i = 0; i < ngiven; i++) {
            used |= given[i] == port;
        }

        fd = used ? -1 : socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        if (fd < 0) {
            continue;
        }

        memset(&sin, 0, sizeof(sin));
        sin.sin_family = AF_INET;
        sin.sin_port = htons((uint16_t) port);
        sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

        used = bind(fd, (struct sockaddr *) &sin, sizeof(sin));
        close(fd);

        if (used == 0) {
            given[ngiven++] = port;
            return port;
        }
    }

    return -1;
}


void
ctl_node_operator(const ctl_sandbox_t *sandbox, const ctl_node_t *node,
    ic_arena_t *arena, ctl_client_t *client)
{
    memset(client, 0, sizeof(ctl_client_t));
    client->base = node->platform;
    client->token = node->token;
    client->ca = (char *) ic_str_fmt(arena, "%s/ca.crt", sandbox->dir).data;
}


static void
ctl_node_json(const ctl_sandbox_t *sandbox, const ctl_node_t *node,
    ic_arena_t *arena, ic_json_out_t *out)
{
    ic_out_object(out, NULL);
    ic_out_z(out, "node_id", node->node_id);
    ic_out_z(out, "inst_id", node->inst_id);
    ic_out_z(out, "role", node->role);
    ic_out_int(out, "user_id", node->user_id);
    ic_out_z(out, "address", node->address);
    ic_out_z(out, "platform", node->platform);
    ic_out_z(out, "operator_token", node->token);
    ic_out_str(out, "cert", ic_str_fmt(arena, "%s/node.crt", node->dir));
    ic_out_str(out, "key", ic_str_fmt(arena, "%s/node.key", node->dir));
    ic_out_str(out, "redis", ic_str_fmt(arena, "%s/run/redis.sock",
                                        node->dir));
    ic_out_str(out, "console", ic_str_fmt(arena, "%s/", node->platform));

    if (node->plain_port != 0) {
        ic_out_str(out, "plain", ic_str_fmt(arena, "http://127.0.0.1:%d",
                                            node->plain_port));
    }

    ic_out_str(out, "dir", ic_str(node->dir));
    ic_out_object(out, "pids");
    ic_out_int(out, "nginx", node->nginx);
    ic_out_int(out, "redis", node->redis);
    ic_out_int(out, "interconnd", node->interconnd);
    ic_out_object_end(out);
    ic_out_object_end(out);
}


/* The JSON object of `sandbox up`; in the arena. */

static ic_str_t
ctl_sandbox_json(const ctl_sandbox_t *sandbox, ic_arena_t *arena)
{
    unsigned       i;
    ic_json_out_t  out;

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "dir", sandbox->dir);
    ic_out_str(&out, "ca", ic_str_fmt(arena, "%s/ca.crt", sandbox->dir));
    ic_out_str(&out, "ca_key", ic_str_fmt(arena, "%s/ca.key", sandbox->dir));
    ic_out_array(&out, "nodes");

    for (i = 0; i < sandbox->n; i++) {
        ctl_node_json(sandbox, &sandbox->nodes[i], arena, &out);
    }

    ic_out_array_end(&out);
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


static int
ctl_sandbox_print(const ctl_sandbox_t *sandbox)
{
    ic_str_t     json;
    ic_arena_t  *pool;

    pool = ic_pool_create();
    json = pool == NULL ? ic_str_n(NULL, 0) : ctl_sandbox_json(sandbox, pool);

    if (json.data == NULL) {
        return ctl_error("out of memory");
    }

    printf("%.*s\n", (int) json.len, json.data);
    fflush(stdout);
    ic_pool_destroy(pool);

    return 0;
}


static int
ctl_sandbox_save(const ctl_sandbox_t *sandbox)
{
    int          rc;
    char         path[PATH_MAX];
    ic_arena_t  *pool;

    pool = ic_pool_create();

    if (pool == NULL || ctl_ca_file(sandbox, path, "sandbox.json") != 0) {
        return -1;
    }

    rc = ctl_write_file(path, 0600, ctl_sandbox_json(sandbox, pool));
    ic_pool_destroy(pool);

    return rc;
}


/* What stopping and looking need of a saved sandbox. */
int
ctl_sandbox_load(ctl_sandbox_t *sandbox, const char *dir)
{
    unsigned          i;
    ic_str_t          text;
    ctl_node_t       *node;
    ic_arena_t       *pool;
    const ic_json_t  *json, *item, *pids;

    pool = ic_pool_create();
    text = ctl_read_file(pool, (char *) ic_str_fmt(pool, "%s/sandbox.json",
                                                   dir).data);
    json = text.data == NULL ? NULL : ic_json_parse(pool, text, NULL);

    if (json == NULL) {
        ctl_error("%s holds no sandbox", dir);
        ic_pool_destroy(pool);
        return -1;
    }

    item = ic_json_at(ic_json_get(json, "nodes"), 0);

    for (i = 0; item != NULL && i < CTL_MAX_NODES; i++, item = item->next) {
        node = &sandbox->nodes[i];
        pids = ic_json_get(item, "pids");
        snprintf(node->node_id, sizeof(node->node_id), "%s",
                 ctl_sandbox_text(item, "node_id"));
        snprintf(node->dir, sizeof(node->dir), "%s",
                 ctl_sandbox_text(item, "dir"));
        snprintf(node->address, sizeof(node->address), "%s",
                 ctl_sandbox_text(item, "address"));
        snprintf(node->platform, sizeof(node->platform), "%s",
                 ctl_sandbox_text(item, "platform"));
        snprintf(node->token, sizeof(node->token), "%s",
                 ctl_sandbox_text(item, "operator_token"));
        node->nginx = ctl_sandbox_pid(pids, "nginx");
        node->redis = ctl_sandbox_pid(pids, "redis");
        node->interconnd = ctl_sandbox_pid(pids, "interconnd");
    }

    sandbox->n = i;
    snprintf(sandbox->dir, sizeof(sandbox->dir), "%s", dir);
    ic_pool_destroy(pool);

    return 0;
}


static const char *
ctl_sandbox_text(const ic_json_t *item, const char *name)
{
    ic_str_t  text;

    text = ic_json_str(ic_json_get(item, name));

    return text.data == NULL ? "" : (char *) text.data;
}


/* 0, which nothing signals, where the file does not tell. */
static pid_t
ctl_sandbox_pid(const ic_json_t *pids, const char *name)
{
    const ic_json_t  *pid;

    pid = ic_json_get(pids, name);

    return pid == NULL ? 0 : (pid_t) pid->num;
}


static void
ctl_sandbox_stop(const ctl_sandbox_t *sandbox)
{
    unsigned           i;
    const ctl_node_t  *node;

    for (i = 0; i < sandbox->n; i++) {
        node = &sandbox->nodes[i];
        ctl_process_stop(node->interconnd, node->dir, SIGTERM);
        ctl_process_stop(node->nginx, node->dir, SIGTERM);
        ctl_process_stop(node->redis, node->dir, SIGTERM);
    }
}


int
ctl_sandbox_down(const char *dir)
{
    ctl_sandbox_t  *sandbox;

    sandbox = calloc(1, sizeof(ctl_sandbox_t));

    if (sandbox == NULL || ctl_sandbox_load(sandbox, dir) != 0) {
        free(sandbox);
        return -1;
    }

    ctl_sandbox_stop(sandbox);
    free(sandbox);

    return 0;
}


static int
ctl_sandbox_status(const char *dir)
{
    int             down;
    unsigned        i;
    ctl_node_t     *node;
    ctl_sandbox_t  *sandbox;

    sandbox = calloc(1, sizeof(ctl_sandbox_t));

    if (sandbox == NULL || ctl_sandbox_load(sandbox, dir) != 0) {
        free(sandbox);
        return 1;
    }

    down = 0;

    for (i = 0; i < sandbox->n; i++) {
        node = &sandbox->nodes[i];

#define ctl_state(pid)  (ctl_process_alive(pid, node->dir) ? "up" : "down")
        printf("%s nginx %s redis %s interconnd %s\n", node->node_id,
               ctl_state(node->nginx), ctl_state(node->redis),
               ctl_state(node->interconnd));
#undef ctl_state

        down |= !ctl_process_alive(node->nginx, node->dir)
                || !ctl_process_alive(node->redis, node->dir)
                || !ctl_process_alive(node->interconnd, node->dir);
    }

    free(sandbox);

    return down;
}
