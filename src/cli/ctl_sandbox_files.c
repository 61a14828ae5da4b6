
/* Configuration, key and certificate of one node of a sandbox. */


#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "../trust/ic_ca.h"
#include "ctl_sandbox.h"
#include "interconnctl.h"


#define CTL_NODE_DAYS  30


static int ctl_node_folders(const ctl_node_t *node);
static int ctl_node_certificate(const ctl_sandbox_t *sandbox,
    const ctl_node_t *node);
static ic_str_t ctl_redis_conf(const ctl_node_t *node, ic_arena_t *arena);
static ic_str_t ctl_daemon_conf(const ctl_sandbox_t *sandbox,
    const ctl_node_t *node, ic_arena_t *arena);
static ic_str_t ctl_nginx_conf(const ctl_sandbox_t *sandbox,
    const ctl_node_t *node, ic_arena_t *arena);
static ic_str_t ctl_nginx_servers(const ctl_sandbox_t *sandbox,
    const ctl_node_t *node, ic_arena_t *arena);
static ic_str_t ctl_nginx_plain(const ctl_node_t *node, ic_arena_t *arena);


int
ctl_node_files(const ctl_sandbox_t *sandbox, ctl_node_t *node)
{
    int          rc;
    unsigned     i;
    ic_arena_t  *pool;

    pool = ic_pool_create();

    if (pool == NULL || ctl_node_folders(node) != 0
        || ctl_node_certificate(sandbox, node) != 0)
    {
        ic_pool_destroy(pool);
        return -1;
    }

    struct { const char *name; ic_str_t text; }  files[] = {
        { "redis.conf", ctl_redis_conf(node, pool) },
        { "redis.password", ic_str(node->redis_password) },
        { "edge.password", ic_str(node->edge_password) },
        { "interconnd.conf", ctl_daemon_conf(sandbox, node, pool) },
        { "nginx.conf", ctl_nginx_conf(sandbox, node, pool) },
    };

    for (rc = 0, i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        if (files[i].text.data == NULL
            || ctl_write_file((char *) ic_str_fmt(pool, "%s/%s", node->dir,
                                                  files[i].name).data,
                              0600, files[i].text)
               != 0)
        {
            rc = -1;
        }
    }

    ic_pool_destroy(pool);

    return rc;
}


static int
ctl_node_folders(const ctl_node_t *node)
{
    char                      path[PATH_MAX];
    struct sockaddr_un        sun;
    const char *const        *name;
    static const char *const  names[] = {
        "", "/run", "/data", "/logs", "/redis", "/tmp", NULL
    };

    if (strlen(node->dir) + sizeof("/run/channel-edge.sock")
        > sizeof(sun.sun_path))
    {
        ctl_error("%s is too long for a unix socket; use a shorter --dir",
                  node->dir);
        return -1;
    }

    for (name = names; *name != NULL; name++) {
        if (snprintf(path, sizeof(path), "%s%s", node->dir, *name) < 0
            || (mkdir(path, 0700) != 0 && errno != EEXIST))
        {
            ctl_error("mkdir(%s): %s", path, strerror(errno));
            return -1;
        }
    }

    return 0;
}


static int
ctl_node_certificate(const ctl_sandbox_t *sandbox, const ctl_node_t *node)
{
    int          rc;
    char         error[256];
    ic_arena_t  *pool;

    pool = ic_pool_create();

    if (pool == NULL) {
        return -1;
    }

#define ctl_path(dir, name)  (char *) ic_str_fmt(pool, "%s/" name, dir).data
    rc = ic_ca_issue(ctl_path(sandbox->dir, "ca.crt"),
                     ctl_path(sandbox->dir, "ca.key"),
                     ctl_path(node->dir, "node.crt"),
                     ctl_path(node->dir, "node.key"), node->node_id,
                     "IP:127.0.0.1,DNS:localhost", CTL_NODE_DAYS, error,
                     sizeof(error));
#undef ctl_path

    if (rc != 0) {
        ctl_error("certificate of %s: %s", node->node_id, error);
    }

    ic_pool_destroy(pool);

    return rc;
}


/*
 * Passwords as digests; the edge user may call functions on its own node's
 * keys, and the commands those functions use, but not upload code.
 */
static ic_str_t
ctl_redis_conf(const ctl_node_t *node, ic_arena_t *arena)
{
    char  daemon[65], edge[65];

    ic_sha256_hex(daemon, node->redis_password, strlen(node->redis_password));
    ic_sha256_hex(edge, node->edge_password, strlen(node->edge_password));

    return ic_str_fmt(arena,
        "port 0\n"
        "unixsocket %s/run/redis.sock\n"
        "unixsocketperm 700\n"
        "dir %s/redis\n"
        "daemonize no\n"
        "appendonly yes\n"
        "appendfsync always\n"
        "maxclients 1000\n"
        "maxmemory 512mb\n"
        "maxmemory-policy noeviction\n"
        "save \"\"\n"
        "user default off ~* &* +@all\n"
        "user interconnd on #%s ~ic:{%s}* &* +@all\n"
        "user edge on #%s ~ic:{%s}* -@all +@read +@write +@stream +fcall "
        "+fcall_ro +ping +time -@dangerous\n",
        node->dir, node->dir, daemon, node->node_id, edge, node->node_id);
}


static ic_str_t
ctl_daemon_conf(const ctl_sandbox_t *sandbox, const ctl_node_t *node,
    ic_arena_t *arena)
{
    char         components[PATH_MAX];
    const char  *dir;

    if (ctl_find(components, sizeof(components), "components") != 0) {
        return ic_str_n(NULL, 0);
    }

    dir = node->dir;

    return ic_str_fmt(arena,
        "node_id %s\n"
        "inst_id %s\n"
        "name %s\n"
        "institution %s\n"
        "system interconn\n"
        "address %s\n"
        "description sandbox %s\n"
        "redis unix:%s/run/redis.sock\n"
        "redis_user interconnd\n"
        "redis_password_file %s/redis.password\n"
        "certificate %s/node.crt\n"
        "certificate_key %s/node.key\n"
        "trusted_certificate %s/ca.crt\n"
        "run_dir %s/run\n"
        "data_dir %s/data\n"
        "components %s\n"
        "log %s/logs/interconnd.log\n"
        "platform %s\n"
        "plain_peers %s\n"
        "peer_allow 127.0.0.0/8\n",
        node->node_id, node->inst_id, node->name, node->name, node->address,
        node->role, dir, dir, dir, dir, sandbox->dir, dir, dir, components,
        dir, node->platform, sandbox->plain ? "on" : "off");
}


static ic_str_t
ctl_nginx_conf(const ctl_sandbox_t *sandbox, const ctl_node_t *node,
    ic_arena_t *arena)
{
    char         module[PATH_MAX];
    unsigned     i;
    ic_str_t     servers, plain, parties;
    const char  *dir;

    if (ctl_find(module, sizeof(module), "ngx_http_interconn_module.so") != 0)
    {
        return ic_str_n(NULL, 0);
    }

    dir = node->dir;
    servers = ctl_nginx_servers(sandbox, node, arena);
    plain = ctl_nginx_plain(node, arena);
    parties = ic_str_n("", 0);

    for (i = 0; i < sandbox->n; i++) {
        parties = ic_str_fmt(arena, "%s    interconn_party %d %s console=%s;\n",
                             parties.data, sandbox->nodes[i].user_id,
                             sandbox->nodes[i].node_id,
                             sandbox->nodes[i].platform);
    }

    return ic_str_fmt(arena,
        "load_module %s;\n"
        "daemon off;\n"
        "worker_processes 1;\n"
        "%s"
        "pid %s/run/nginx.pid;\n"
        "error_log %s/logs/error.log notice;\n"
        "worker_shutdown_timeout 10s;\n"
        "events { worker_connections 512; }\n"
        "http {\n"
        "    access_log %s/logs/access.log;\n"
        "    client_body_temp_path %s/tmp;\n"
        "    proxy_temp_path %s/tmp;\n"
        "    fastcgi_temp_path %s/tmp;\n"
        "    uwsgi_temp_path %s/tmp;\n"
        "    scgi_temp_path %s/tmp;\n"
        "    default_type application/octet-stream;\n"
        "    types { text/html html; text/javascript js; text/css css; "
        "image/svg+xml svg; }\n"
        "    underscores_in_headers on;\n"
        "    keepalive_timeout 300s;\n"
        "    keepalive_requests 1000000;\n"
        "    interconn_redis unix:%s/run/redis.sock user=edge "
        "password_file=%s/edge.password;\n"
        "    interconn_node_id %s;\n"
        "    interconn_inst_id %s;\n"
        "    interconn_certificate %s/node.crt;\n"
        "    interconn_permit_key %s/node.key;\n"
        "    interconn_channel unix:%s/run/channel-edge.sock;\n"
        "    interconn_peer_allow 127.0.0.0/8;\n"
        "%s"
        "%s"
        "    upstream channel {\n"
        "        server unix:%s/run/channel-edge.sock;\n"
        "        keepalive 16;\n"
        "    }\n"
        "    upstream packages { server unix:%s/run/packages.sock; }\n"
        "%s%s"
        "}\n",
        module, geteuid() == 0 ? "user root;\n" : "", dir, dir, dir, dir,
        dir, dir, dir, dir, dir, dir, node->node_id, node->inst_id, dir, dir,
        dir, sandbox->plain ? "    interconn_plain_identity on;\n" : "",
        parties.data, dir, dir, servers.data, plain.data);
}


#define CTL_CHANNEL_LOCATION                                                  \
    "        location /v1/interconn/chan/ {\n"                                \
    "            interconn_access channel;\n"                                 \
    "            client_max_body_size 0;\n"                                   \
    "            client_body_buffer_size 256k;\n"                             \
    "            proxy_request_buffering off;\n"                              \
    "            proxy_http_version 1.1;\n"                                   \
    "            proxy_set_header Connection \"\";\n"                         \
    "            proxy_set_header X-Interconn-Peer $interconn_peer;\n"        \
    "            proxy_pass http://channel;\n"                                \
    "        }\n"

/* Hashes and heads, no entries. */
#define CTL_EVIDENCE_LOCATION                                                 \
    "        location ~ \"^/evidence/(checkpoint|tile/[0-9]/[x0-9/]+"         \
    "(?:\\.p/[0-9]+)?)$\" {\n"                                               \
    "            interconn_access peer;\n"                                    \
    "            alias %s/data/evidence/$1;\n"                                \
    "        }\n"

#define CTL_PACKAGES_PASS                                                     \
    "            client_max_body_size 256m;\n"                                \
    "            client_body_buffer_size 256k;\n"                             \
    "            proxy_request_buffering off;\n"                              \
    "            proxy_max_temp_file_size 0;\n"                               \
    "            proxy_read_timeout 300s;\n"                                  \
    "            proxy_http_version 1.1;\n"                                   \
    "            proxy_set_header Connection \"\";\n"                         \
    "            proxy_set_header Authorization \"\";\n"                      \
    "            proxy_set_header Cookie \"\";\n"                             \
    "            proxy_set_header X-Interconn-Operator "                      \
    "$interconn_operator;\n"                                                 \
    "            proxy_set_header X-Interconn-Peer $interconn_peer;\n"        \
    "            proxy_set_header X-Interconn-Resource "                      \
    "$interconn_permit_resource;\n"                                          \
    "            proxy_pass http://packages;\n"

/* Archives of components: operators', and partners' with a permit. */
#define CTL_PACKAGES_LOCATION                                                 \
    "        location = /v1/platform/component/upload {\n"                    \
    "            interconn_access package;\n"                                 \
    CTL_PACKAGES_PASS                                                         \
    "        }\n"                                                             \
    "        location = /v1/platform/component/download {\n"                  \
    "            interconn_access package;\n"                                 \
    CTL_PACKAGES_PASS                                                         \
    "        }\n"

#define CTL_PACKAGES_PEERS                                                    \
    "        location = /v1/interconn/component/download {\n"                 \
    "            interconn_permit component id=$arg_component_id;\n"          \
    CTL_PACKAGES_PASS                                                         \
    "        }\n"

#define CTL_CONSOLE_HEADERS                                                   \
    "            add_header Content-Security-Policy \"default-src 'self'; "    \
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'\" "          \
    "always;\n"                                                               \
    "            add_header X-Content-Type-Options nosniff always;\n"         \
    "            add_header Referrer-Policy no-referrer always;\n"

/* Names with a hash never change what they name; index.html names them. */
#define CTL_CONSOLE_LOCATIONS                                                 \
    "        root %s;\n"                                                      \
    "        gzip_static on;\n"                                               \
    "        location / {\n"                                                  \
    "            index index.html;\n"                                         \
    "            add_header Cache-Control no-cache always;\n"                 \
    CTL_CONSOLE_HEADERS                                                       \
    "        }\n"                                                             \
    "        location ~ ^/[a-z]+-[0-9A-Z]+\\.(?:js|css|svg)$ {\n"    \
    "            add_header Cache-Control "                                   \
    "\"public, max-age=31536000, immutable\";\n"                              \
    CTL_CONSOLE_HEADERS                                                       \
    "        }\n"

#define CTL_PLATFORM_LOCATIONS                                                \
    "        location /v1/platform/ { interconn_api north-south; }\n"         \
    "        location /model/ { interconn_api service; }\n"                   \
    CTL_PACKAGES_LOCATION


static ic_str_t
ctl_nginx_servers(const ctl_sandbox_t *sandbox, const ctl_node_t *node,
    ic_arena_t *arena)
{
    char      console[PATH_MAX];
    ic_str_t  tls;

    if (ctl_find(console, sizeof(console), "console") != 0) {
        return ic_str_n(NULL, 0);
    }

    tls = ic_str_fmt(arena,
        "        ssl_certificate %s/node.crt;\n"
        "        ssl_certificate_key %s/node.key;\n"
        "        ssl_protocols TLSv1.2 TLSv1.3;\n"
        "        ssl_session_cache off;\n"
        "        ssl_session_tickets off;\n", node->dir, node->dir);

    return ic_str_fmt(arena,
        "    server {\n"
        "        listen 127.0.0.1:%d ssl;\n"
        "%s"
        "        ssl_client_certificate %s/ca.crt;\n"
        "        ssl_verify_client optional;\n"
        "        interconn_errors on;\n"
        "        error_page 495 496 497 = @refused;\n"
        "        location / { interconn_api east-west; }\n"
        "        location @refused { interconn_api east-west; }\n"
        CTL_CHANNEL_LOCATION
        CTL_PACKAGES_PEERS
        CTL_EVIDENCE_LOCATION
        "    }\n"
        "    server {\n"
        "        listen 127.0.0.1:%d ssl;\n"
        "%s"
        CTL_PLATFORM_LOCATIONS
        "        location /v1/ { interconn_api north-south; }\n"
        "        location = /status { interconn_status; }\n"
        CTL_CONSOLE_LOCATIONS
        "    }\n",
        node->peer_port, tls.data, sandbox->dir, node->dir,
        node->platform_port, tls.data, console);
}


static ic_str_t
ctl_nginx_plain(const ctl_node_t *node, ic_arena_t *arena)
{
    if (node->plain_port == 0) {
        return ic_str_n("", 0);
    }

    return ic_str_fmt(arena,
        "    server {\n"
        "        listen 127.0.0.1:%d;\n"
                "        location /v1/interconn/ { interconn_api east-west; }\n"
        CTL_CHANNEL_LOCATION
        CTL_PLATFORM_LOCATIONS
        "        location / { interconn_api north-south; }\n"
        "    }\n", node->plain_port);
}
