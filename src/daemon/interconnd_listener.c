
/* A stream of the store in an event loop. */


#include <poll.h>

#include "../lib/ic_codec.h"
#include "interconnd_listener.h"


#define INTERCONND_LISTENER_BLOCK  1000      /* ms */
#define INTERCONND_LISTENER_FIRST  100
#define INTERCONND_LISTENER_MAX    5000


static void interconnd_listener_lost(interconnd_listener_t *listener);


int
interconnd_listener_init(interconnd_listener_t *listener,
    const interconnd_conf_t *conf, const char *stream, const char *consumer)
{
    listener->store = interconnd_store(conf, INTERCONND_STORE_MS);
    listener->stream = stream;
    listener->consumer = consumer;
    listener->fd = -1;
    listener->asleep = 0;
    listener->delay = 0;

    return listener->store == NULL ? -1 : 0;
}


void
interconnd_listener_ask(interconnd_listener_t *listener)
{
    if (listener->fd != -1 || listener->asleep > ic_mono_ms()) {
        return;
    }

    listener->fd = ic_store_wait_begin(listener->store, listener->stream,
                                       listener->consumer,
                                       INTERCONND_LISTENER_BLOCK);
    if (listener->fd == -1) {
        interconnd_listener_lost(listener);
    }
}


void
interconnd_listener_pause(interconnd_listener_t *listener, int ms)
{
    listener->asleep = ic_mono_ms() + ms;
}


int
interconnd_listener_take(interconnd_listener_t *listener, ic_arena_t *arena,
    ic_str_t *id, ic_record_t *entry)
{
    int            rc;
    struct pollfd  ready;

    if (listener->fd == -1) {
        return 0;
    }

    ready.fd = listener->fd;
    ready.events = POLLIN;

    if (poll(&ready, 1, 0) != 1) {
        return 0;
    }

    listener->fd = -1;

    rc = ic_store_wait_end(listener->store, arena, id, entry);

    if (rc == -1) {
        interconnd_listener_lost(listener);
        return 0;
    }

    listener->delay = 0;

    return rc;
}


static void
interconnd_listener_lost(interconnd_listener_t *listener)
{
    listener->delay = listener->delay == 0 ? INTERCONND_LISTENER_FIRST
                      : listener->delay * 2 > INTERCONND_LISTENER_MAX
                        ? INTERCONND_LISTENER_MAX : listener->delay * 2;

    interconnd_log("error", "stream %s: %s; again in %d ms",
                   listener->stream, ic_store_error(listener->store),
                   listener->delay);

    interconnd_listener_pause(listener, listener->delay);
}
