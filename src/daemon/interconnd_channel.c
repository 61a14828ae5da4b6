
/*
 * The channel role: messages between the tasks of a job. Own tasks and (by
 * way of nginx) peers call over unix sockets, own calls to peers go out
 * over kept-alive HTTPS; one event loop moves both.
 */


#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_channel.h"
#include "interconnd_channel_journal.h"
#include "interconnd_memory.h"
#include "interconnd_socket.h"


#define CHANNEL_CONNECTIONS  512
#define CHANNEL_MEMORY       262144      /* per connection: what a read takes */
#define CHANNEL_SILENCE_S    120U        /* of a caller, bodies included */
#define CHANNEL_HEAP         (4 * 1024 * 1024) /* kept while not idle */
#define CHANNEL_TURN_MS      1000        /* longest sleep of the loop */
#define CHANNEL_STORE_MS     500         /* all messages wait meanwhile */


static int channel_init(interconnd_channel_t *ch);
static void channel_descriptors(void);
static int channel_listen(interconnd_channel_t *ch,
    interconnd_listener_t *listener, const char *name, mode_t mode);
static void channel_loop(interconnd_channel_t *ch);
static void channel_serve(interconnd_channel_t *ch);
static void channel_sleep(interconnd_channel_t *ch, int wait);
static int channel_sooner(int a, int b);
static int channel_daemon_wait(struct MHD_Daemon *daemon);
static void channel_done(interconnd_channel_t *ch);
static void channel_wake(interconnd_channel_t *ch);


int
interconnd_channel(const interconnd_conf_t *conf)
{
    int                   rc;
    interconnd_channel_t  ch;

    memset(&ch, 0, sizeof(interconnd_channel_t));
    ch.conf = conf;

    (void) signal(SIGPIPE, SIG_IGN);

    rc = channel_init(&ch);

    if (rc == 0) {
        interconnd_log("info", "listening on %s and %s",
                       ch.own.path, ch.edge.path);
        channel_loop(&ch);
    }

    channel_done(&ch);

    return (rc == 0) ? 0 : 1;
}


static int
channel_init(interconnd_channel_t *ch)
{
    const interconnd_conf_t  *conf;

    conf = ch->conf;

    /* what one message gives back the next one takes */

    (void) mallopt(M_TRIM_THRESHOLD, CHANNEL_HEAP);
    (void) mallopt(M_MMAP_THRESHOLD, CHANNEL_HEAP);

    ch->message_max = (size_t) conf->channel_message << 20;
    ch->buffer_max = (size_t) conf->channel_buffer << 20;
    ch->total_max = (size_t) conf->channel_disk << 20;

    ch->pool = ic_pool_create();
    ch->store = interconnd_store(ch->conf, CHANNEL_STORE_MS);

    if (ch->pool == NULL || ch->store == NULL) {
        interconnd_log("error", "memory is short");
        return -1;
    }

    if (interconnd_keys_load(&ch->keys, ch->conf) != 0) {
        return -1;
    }

    if (interconnd_out_init(ch) != 0) {
        interconnd_log("error", "libcurl does not start");
        return -1;
    }

    channel_descriptors();

    if (interconnd_journal_init(ch) != 0) {
        return -1;
    }

    /* what cannot be read now, since the store is away, is read later */

    (void) interconnd_journal_scan(ch);

    /* the edge's group is that of the folder: the administrator's choice */

    ch->edge.edge = 1;

    /* who may enter the folder above may call, with a token */

    if (interconnd_places(conf) != 0
        || channel_listen(ch, &ch->own, INTERCONND_TASKS_CHANNEL "/"
                                        INTERCONND_CHANNEL_OWN, 0666)
           != 0
        || channel_listen(ch, &ch->edge, "channel-edge.sock", 0660) != 0)
    {
        return -1;
    }

    return 0;
}


/* A session has one open at least, a body that comes or goes another one. */

static void
channel_descriptors(void)
{
    struct rlimit  limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void) setrlimit(RLIMIT_NOFILE, &limit);
    }
}


static int
channel_listen(interconnd_channel_t *ch, interconnd_listener_t *listener,
    const char *name, mode_t mode)
{
    int  fd;

    listener->channel = ch;

    fd = interconnd_socket(ch->conf, name, mode, listener->path,
                           sizeof(listener->path));

    if (fd < 0) {
        return -1;
    }

    listener->daemon = MHD_start_daemon(MHD_USE_EPOLL|MHD_USE_TURBO
                                        |MHD_ALLOW_SUSPEND_RESUME, 0,
                           NULL, NULL, interconnd_call_handle, listener,
                           MHD_OPTION_LISTEN_SOCKET, fd,
                           MHD_OPTION_NOTIFY_COMPLETED,
                           interconnd_call_completed, listener,
                           MHD_OPTION_CONNECTION_LIMIT, CHANNEL_CONNECTIONS,
                           MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                           (size_t) CHANNEL_MEMORY,
                           MHD_OPTION_CONNECTION_TIMEOUT, CHANNEL_SILENCE_S,
                           MHD_OPTION_END);

    if (listener->daemon == NULL) {
        interconnd_log("error", "%s: libmicrohttpd does not start",
                       listener->path);
        close(fd);
        return -1;
    }

    return 0;
}


static void
channel_loop(interconnd_channel_t *ch)
{
    int      wait;
    int64_t  now;

    while (!interconnd_quit) {
        interconnd_session_sweep(ch, ic_mono_ms());
        interconnd_keys_follow(&ch->keys, ch->store);

        /* whatever one side begins, the other may have to carry on */

        do {
            ch->started = 0;
            channel_serve(ch);

            now = ic_mono_ms();
            wait = interconnd_out_run(ch, now);
            wait = channel_sooner(wait, interconnd_queue_expire(ch, now));
            wait = channel_sooner(wait, interconnd_call_pace(ch, now));

        } while (ch->started || ch->resumed);

        ic_pool_reset(ch->pool);

        wait = channel_sooner(wait, channel_daemon_wait(ch->own.daemon));
        wait = channel_sooner(wait, channel_daemon_wait(ch->edge.daemon));

        channel_sleep(ch, wait);
        (void) interconnd_memory_turn(ch->started || ch->resumed);
    }
}


/* An answer to a waiting call leaves at the next MHD_run() of its daemon. */

static void
channel_serve(interconnd_channel_t *ch)
{
    do {
        ch->resumed = 0;
        (void) MHD_run(ch->edge.daemon);
        (void) MHD_run(ch->own.daemon);
        interconnd_call_commit(ch);

    } while (ch->resumed);
}


static void
channel_sleep(interconnd_channel_t *ch, int wait)
{
    int                           n;
    struct curl_waitfd            fds[2];
    const union MHD_DaemonInfo   *info;

    memset(fds, 0, sizeof(fds));

    info = MHD_get_daemon_info(ch->own.daemon, MHD_DAEMON_INFO_EPOLL_FD);
    fds[0].fd = info->epoll_fd;
    fds[0].events = CURL_WAIT_POLLIN;

    info = MHD_get_daemon_info(ch->edge.daemon, MHD_DAEMON_INFO_EPOLL_FD);
    fds[1].fd = info->epoll_fd;
    fds[1].events = CURL_WAIT_POLLIN;

    (void) curl_multi_poll(ch->multi, fds, 2,
                           channel_sooner(wait, CHANNEL_TURN_MS), &n);
}


/* The shorter of two waits; -1: none. */

static int
channel_sooner(int a, int b)
{
    if (a < 0) {
        return b;
    }

    if (b < 0) {
        return a;
    }

    return (a < b) ? a : b;
}


static int
channel_daemon_wait(struct MHD_Daemon *daemon)
{
    MHD_UNSIGNED_LONG_LONG  wait;

    if (MHD_get_timeout(daemon, &wait) != MHD_YES) {
        return -1;
    }

    return (wait < CHANNEL_TURN_MS) ? (int) wait : CHANNEL_TURN_MS;
}


static void
channel_done(interconnd_channel_t *ch)
{
    interconnd_named_t  *named;

    /* waits are answered before their daemon goes: they are to come again */

    if (ch->own.daemon != NULL && ch->edge.daemon != NULL) {
        channel_wake(ch);
        channel_serve(ch);
        channel_wake(ch);
    }

    if (ch->own.daemon != NULL) {
        MHD_stop_daemon(ch->own.daemon);
        (void) unlink(ch->own.path);
    }

    if (ch->edge.daemon != NULL) {
        MHD_stop_daemon(ch->edge.daemon);
        (void) unlink(ch->edge.path);
    }

    while ((named = interconnd_named_any(&ch->sessions)) != NULL) {
        interconnd_named_remove(&ch->sessions, named);
        interconnd_session_free(ch, (interconnd_session_t *) named);
    }

    free(ch->folder);

    if (ch->multi != NULL) {
        interconnd_out_done(ch);
        interconnd_keys_free(&ch->keys);
    }

    if (ch->store != NULL) {
        ic_store_close(ch->store);
    }

    if (ch->pool != NULL) {
        ic_pool_destroy(ch->pool);
    }
}


static void
channel_wake(interconnd_channel_t *ch)
{
    unsigned             n;
    interconnd_named_t  *named;

    (void) interconnd_call_pace(ch, INT64_MAX);

    for (n = 0; n < INTERCONND_CHANNEL_BUCKETS; n++) {

        for (named = ch->sessions.buckets[n];
             named != NULL;
             named = named->next)
        {
            interconnd_queue_wake(ch, (interconnd_session_t *) named, NULL,
                                  INTERCONND_CODE_UNAVAILABLE,
                                  "the channel is started again");
        }
    }
}
