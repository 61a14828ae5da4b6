
/*
 * The courier: delivers the outbox to peers and asks them for what they may
 * not have been able to tell. What a peer is told of one subject goes out in
 * order, one at a time; all else independently. An entry is acknowledged when
 * it is settled, so whatever this process knows can be lost: a new one takes
 * the same entries again, and peers take repeats.
 */


#include <openssl/rand.h>
#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "interconnd_courier.h"
#include "interconnd_memory.h"


#define INTERCONND_COURIER_HELD     32768    /* entries in memory */
#define INTERCONND_COURIER_TICK     1000     /* ms */


static int courier_create(interconnd_courier_t *courier,
    const interconnd_conf_t *conf);
static void courier_destroy(interconnd_courier_t *courier);
static int64_t courier_turn(interconnd_courier_t *courier, int64_t now);
static void courier_take(interconnd_courier_t *courier);
static void courier_hold(interconnd_courier_t *courier, ic_str_t id,
    const ic_record_t *fields);


int
interconnd_courier(const interconnd_conf_t *conf)
{
    bool                     busy;
    int64_t                  now, due;
    interconnd_courier_t     courier;
    interconnd_request_t    *request;
    interconnd_answered_pt  *answered;

    if (courier_create(&courier, conf) != 0) {
        courier_destroy(&courier);
        return 1;
    }

    interconnd_watch_build(&courier);
    interconnd_initiator_begin(&courier);

    while (!interconnd_quit) {
        interconnd_keys_lead(interconnd_peer_keys(courier.caller),
                             courier.store);
        interconnd_listener_ask(&courier.listener);
        interconnd_beat(&courier.beat, courier.store, courier.scratch);

        now = ic_mono_ms();
        due = courier_turn(&courier, now);

        interconnd_peer_wait(courier.caller, courier.listener.fd,
                             due > now ? (int) (due - now) : 0);

        courier_take(&courier);
        busy = false;

        while ((request = interconnd_peer_next(courier.caller)) != NULL) {
            answered = request->context;
            (*answered)(&courier, request->context);
            busy = true;
        }

        (void) interconnd_memory_turn(busy);
    }

    courier_destroy(&courier);

    return 0;
}


static int
courier_create(interconnd_courier_t *courier, const interconnd_conf_t *conf)
{
    memset(courier, 0, sizeof(interconnd_courier_t));

    courier->conf = conf;
    interconnd_beat_init(&courier->beat, "courier");
    courier->store = interconnd_store(conf, INTERCONND_STORE_MS);
    courier->caller = interconnd_peer_create(conf);
    courier->scratch = ic_pool_create();

    if (interconnd_listener_init(&courier->listener, conf, "outbox",
                                 "courier")
        != 0
        || courier->store == NULL
        || courier->caller == NULL || courier->scratch == NULL)
    {
        interconnd_log("error", "the courier cannot start");
        return -1;
    }

    return 0;
}


/* What is under way was not acknowledged: the next process repeats it. */
static void
courier_destroy(interconnd_courier_t *courier)
{
    interconnd_entry_t  *entry;

    while (courier->outbox.lines != NULL) {
        entry = courier->outbox.lines->first;

        interconnd_peer_drop(courier->caller, &entry->request);
        interconnd_deliver_forget(entry);
        interconnd_outbox_release(courier, entry);
    }

    interconnd_inquiry_drop(courier, NULL, true);

    while (courier->targets != NULL) {
        free(courier->targets->contract_id);
        courier->targets->contract_id = NULL;
        interconnd_target_leave(courier, courier->targets);
    }

    interconnd_peer_free(courier->caller);
    ic_store_close(courier->listener.store);
    ic_store_close(courier->store);
    ic_pool_destroy(courier->scratch);
}


/* Begins whatever is due; returns when to come again. */
static int64_t
courier_turn(interconnd_courier_t *courier, int64_t now)
{
    int64_t  due, next;

    interconnd_watch(courier);
    interconnd_inquiry_send(courier);

    next = interconnd_target_probe(courier);
    due = interconnd_deliver(courier);

    if (next < due) {
        due = next;
    }

    if (courier->listener.fd == -1 && courier->listener.asleep < due) {
        due = courier->listener.asleep;
    }

    if (due > now + INTERCONND_COURIER_TICK) {
        due = now + INTERCONND_COURIER_TICK;
    }

    return due;
}


static void
courier_take(interconnd_courier_t *courier)
{
    ic_str_t     id;
    ic_record_t  fields;

    if (interconnd_listener_take(&courier->listener, courier->scratch, &id,
                                 &fields)
        == 1)
    {
        courier_hold(courier, id, &fields);
    }

    /* the rest stays in the stream until peers have taken some */
    if (courier->outbox.count >= INTERCONND_COURIER_HELD) {
        interconnd_listener_pause(&courier->listener,
                                  INTERCONND_COURIER_TICK);
    }

    ic_pool_reset(courier->scratch);
}


static void
courier_hold(interconnd_courier_t *courier, ic_str_t id,
    const ic_record_t *fields)
{
    ic_reply_t  state;

    /* not there any more: a newer message took its place */
    if (interconnd_courier_store(courier, &state, "outbox_take", 1, &id)
        != 0)
    {
        return;
    }

    if (interconnd_outbox_hold(courier, id, fields, &state) != 0) {
        interconnd_log("error", "memory is short");
        exit(1);
    }
}


int
interconnd_courier_store(interconnd_courier_t *courier, ic_reply_t *reply,
    const char *function, unsigned argc, const ic_str_t *argv)
{
    int  delay;

    delay = 100;

    while (ic_store_call(courier->store, courier->scratch, reply, function,
                         argc, argv) != 0)
    {
        if (interconnd_quit) {
            exit(0);
        }

        interconnd_log("error", "%s: %s; again in %d ms", function,
                       ic_store_error(courier->store), delay);
        interconnd_sleep(delay);
        delay = delay >= 2500 ? 5000 : delay * 2;
    }

    if (!ic_reply_ok(reply)) {
        interconnd_log("error", "%s %.*s: %.*s %.*s", function,
                       argc > 0 ? (int) argv[0].len : 0,
                       argc > 0 ? (char *) argv[0].data : "",
                       (int) reply->status.len, reply->status.data,
                       (int) reply->detail.len, reply->detail.data);
        return -1;
    }

    return 0;
}


int64_t
interconnd_courier_about(int64_t ms)
{
    uint32_t  dice;

    if (RAND_bytes((u_char *) &dice, sizeof(dice)) != 1) {
        dice = UINT32_MAX / 2;
    }

    return ms * 3 / 4 + (int64_t) ((double) dice / UINT32_MAX * ms / 2);
}
