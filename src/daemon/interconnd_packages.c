
/*
 * The packages role: one event loop for uploads and downloads, which nginx
 * passes on over a socket of its own. It is no part of another role: to check
 * and install 256 MiB takes a second or two in which messages and heartbeats
 * would wait.
 */


#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_packages.h"
#include "interconnd_socket.h"


#define PACKAGES_TURN_MS      1000
#define PACKAGES_PAUSE_MS     30000      /* after what could not be done */
#define PACKAGES_CONNECTIONS  64
#define PACKAGES_SILENCE_S    120U       /* of a caller */
#define PACKAGES_MEMORY       65536      /* per connection */


static int packages_init(interconnd_packages_t *packages);
static int packages_spool(interconnd_packages_t *packages);
static int packages_listen(interconnd_packages_t *packages);
static void packages_loop(interconnd_packages_t *packages);
static void packages_wait(interconnd_packages_t *packages);
static enum MHD_Result packages_handle(void *data,
    struct MHD_Connection *connection, const char *url, const char *method,
    const char *version, const char *upload, size_t *size, void **context);
static enum MHD_Result packages_begin(interconnd_packages_call_t *call,
    const char *url, const char *method);
static void packages_completed(void *data, struct MHD_Connection *connection,
    void **context, enum MHD_RequestTerminationCode how);


static const interconnd_packages_op_t  packages_ops[] = {
    { "POST", "/v1/platform/component/upload", "x-interconn-operator", 0,
      interconnd_packages_upload, interconnd_packages_install },
    { "GET", "/v1/platform/component/download", "x-interconn-operator", 0,
      NULL, interconnd_packages_download },
    { "GET", "/v1/interconn/component/download", "x-interconn-peer", 1,
      NULL, interconnd_packages_download },
    { NULL, NULL, NULL, 0, NULL, NULL }
};


int
interconnd_packages(const interconnd_conf_t *conf)
{
    int                     rc;
    interconnd_packages_t  *packages;

    packages = calloc(1, sizeof(interconnd_packages_t));

    if (packages == NULL) {
        interconnd_log("error", "memory is short");
        return 1;
    }

    packages->conf = conf;
    rc = packages_init(packages);

    if (rc == 0) {
        packages_loop(packages);
    }

    if (packages->http != NULL) {
        MHD_stop_daemon(packages->http);
        (void) unlink(packages->socket);
    }

    if (packages->store != NULL) {
        ic_store_close(packages->store);
    }

    free(packages);

    return (rc == 0) ? 0 : 1;
}


static int
packages_init(interconnd_packages_t *packages)
{
    int  lock;

    packages->store = interconnd_store(packages->conf, INTERCONND_STORE_MS);

    if (packages->store == NULL) {
        interconnd_log("error", "memory is short");
        return -1;
    }

    /* without a folder there are no packages, and nothing is refused twice */

    if (packages->conf->components == NULL) {
        interconnd_log("info", "no components folder is configured");
        return 0;
    }

    lock = ic_package_lock(packages->conf->components);

    if (lock < 0) {
        interconnd_log("error", "%s: %s", packages->conf->components,
                       strerror(errno));
        return -1;
    }

    ic_package_sweep(packages->conf->components);
    close(lock);

    if (packages_spool(packages) != 0 || packages_listen(packages) != 0) {
        return -1;
    }

    interconnd_log("info", "listening on %s", packages->socket);

    return 0;
}


/* Files lose their name as soon as they have one; some may have died then. */

static int
packages_spool(interconnd_packages_t *packages)
{
    int  n;

    n = snprintf(packages->spool, sizeof(packages->spool), "%s/packages",
                 packages->conf->data_dir);

    if ((size_t) n >= sizeof(packages->spool) - 16) {
        interconnd_log("error", "the path of data_dir is too long");
        return -1;
    }

    ic_package_clean(packages->spool);

    if (mkdir(packages->spool, 0700) != 0) {
        interconnd_log("error", "%s: %s", packages->spool, strerror(errno));
        return -1;
    }

    return 0;
}


static int
packages_listen(interconnd_packages_t *packages)
{
    int  fd;

    fd = interconnd_socket(packages->conf, INTERCONND_PACKAGES_SOCKET, 0660,
                           packages->socket, sizeof(packages->socket));

    if (fd < 0) {
        return -1;
    }

    packages->http = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL,
                         packages_handle, packages,
                         MHD_OPTION_LISTEN_SOCKET, fd,
                         MHD_OPTION_NOTIFY_COMPLETED,
                         packages_completed, packages,
                         MHD_OPTION_CONNECTION_LIMIT, PACKAGES_CONNECTIONS,
                         MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                         (size_t) PACKAGES_MEMORY,
                         MHD_OPTION_CONNECTION_TIMEOUT, PACKAGES_SILENCE_S,
                         MHD_OPTION_END);

    if (packages->http == NULL) {
        interconnd_log("error", "%s: libmicrohttpd does not start",
                       packages->socket);
        close(fd);
        return -1;
    }

    return 0;
}


static void
packages_loop(interconnd_packages_t *packages)
{
    int64_t  now;

    while (!interconnd_quit) {

        if (packages->http == NULL) {
            interconnd_sleep(PACKAGES_TURN_MS);
            continue;
        }

        (void) MHD_run(packages->http);
        now = ic_mono_ms();

        if (now >= packages->due) {
            packages->due = now + (interconnd_packages_uninstall(packages)
                                   ? PACKAGES_TURN_MS : PACKAGES_PAUSE_MS);
        }

        packages_wait(packages);
    }
}


static void
packages_wait(interconnd_packages_t *packages)
{
    int                          wait;
    struct pollfd                ready;
    MHD_UNSIGNED_LONG_LONG       ms;
    const union MHD_DaemonInfo  *info;

    wait = PACKAGES_TURN_MS;

    if (MHD_get_timeout(packages->http, &ms) == MHD_YES
        && ms < PACKAGES_TURN_MS)
    {
        wait = (int) ms;
    }

    info = MHD_get_daemon_info(packages->http, MHD_DAEMON_INFO_EPOLL_FD);
    ready.fd = info->epoll_fd;
    ready.events = POLLIN;

    (void) poll(&ready, 1, wait);
}


static enum MHD_Result
packages_handle(void *data, struct MHD_Connection *connection,
    const char *url, const char *method, const char *version,
    const char *upload, size_t *size, void **context)
{
    interconnd_packages_call_t  *call;

    call = *context;

    if (call == NULL) {
        call = calloc(1, sizeof(interconnd_packages_call_t));

        if (call == NULL) {
            return MHD_NO;
        }

        *context = call;
        call->packages = data;
        call->connection = connection;
        call->fd = -1;
        call->pool = ic_pool_create();

        return (call->pool == NULL) ? MHD_NO
                                    : packages_begin(call, url, method);
    }

    if (*size != 0) {
        return interconnd_packages_take(call, upload, size);
    }

    return call->op->finish(call);
}


static enum MHD_Result
packages_begin(interconnd_packages_call_t *call, const char *url,
    const char *method)
{
    const interconnd_packages_op_t  *op;

    for (op = packages_ops; op->method != NULL; op++) {
        if (strcmp(op->path, url) == 0 && strcmp(op->method, method) == 0) {
            break;
        }
    }

    if (op->method == NULL) {
        return interconnd_packages_refuse(call, "unknown_path", NULL);
    }

    call->op = op;
    call->who = MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND,
                                            op->who);

    /* a location that does not ask who calls opens nothing */

    if (call->who == NULL || !ic_id_valid(ic_str(call->who))) {
        return interconnd_packages_refuse(call, "not_permitted",
                                          "nginx does not say who calls");
    }

    return (op->begin != NULL) ? op->begin(call) : MHD_YES;
}


static void
packages_completed(void *data, struct MHD_Connection *connection,
    void **context, enum MHD_RequestTerminationCode how)
{
    interconnd_packages_call_t  *call;

    call = *context;

    if (call == NULL) {
        return;
    }

    call->packages->uploads -= call->counted;

    if (call->fd >= 0) {
        close(call->fd);
    }

    if (call->pool != NULL) {
        ic_pool_destroy(call->pool);
    }

    free(call);
    *context = NULL;
}
