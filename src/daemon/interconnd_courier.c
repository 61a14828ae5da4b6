
/*
 * The courier: delivers the outbox to peers. What a peer is told of one
 * subject goes out in order, one at a time; all else independently. An entry
 * is acknowledged when it is settled, so whatever this process knows can be
 * lost: a new one takes the same entries again, and peers take repeats.
 */


#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "interconnd_courier.h"
#include "interconnd_listener.h"
#include "interconnd_memory.h"


#define INTERCONND_COURIER_HELD     32768    /* entries in memory */
#define INTERCONND_COURIER_PER_PEER 4        /* calls at a time */
#define INTERCONND_COURIER_CALL     10000    /* ms */
#define INTERCONND_COURIER_TICK     1000     /* ms */
#define INTERCONND_COURIER_GIVE_UP  (72 * 3600000LL)
#define INTERCONND_COURIER_MISSING  8        /* tries at a 404 */


typedef struct {
    const interconnd_conf_t  *conf;
    interconnd_listener_t     listener;
    ic_store_t               *store;         /* for everything else */
    interconnd_peer_t        *caller;
    interconnd_outbox_t       outbox;
    ic_arena_t               *scratch;
} courier_t;


static int courier_create(courier_t *courier, const interconnd_conf_t *conf);
static void courier_destroy(courier_t *courier);
static void courier_take(courier_t *courier);
static int64_t courier_send(courier_t *courier);
static void courier_call(courier_t *courier, interconnd_entry_t *entry);
static bool courier_is_own(const courier_t *courier,
    const interconnd_entry_t *entry);
static void courier_answered(courier_t *courier, interconnd_entry_t *entry);
static void courier_reached(courier_t *courier, interconnd_target_t *target);
static void courier_again(courier_t *courier, interconnd_entry_t *entry);
static void courier_forget(interconnd_entry_t *entry);
static int64_t courier_delay(unsigned attempts);
static void courier_accepted(courier_t *courier, interconnd_entry_t *entry);
static void courier_settle(courier_t *courier, interconnd_entry_t *entry,
    const char *outcome);
static int courier_store(courier_t *courier, const char *function,
    unsigned argc, const ic_str_t *argv);


/* ms before the next try, after 1, 2, ... tries */
static const int64_t  courier_schedule[] = {
    1000, 5000, 30000, 120000, 600000, 1800000, 3600000
};

#define COURIER_STEPS  \
    (sizeof(courier_schedule) / sizeof(courier_schedule[0]))


int
interconnd_courier(const interconnd_conf_t *conf)
{
    bool                   busy;
    int64_t                now, due;
    courier_t              courier;
    interconnd_request_t  *request;

    if (courier_create(&courier, conf) != 0) {
        courier_destroy(&courier);
        return 1;
    }

    while (!interconnd_quit) {
        interconnd_listener_ask(&courier.listener);

        now = ic_mono_ms();
        due = courier_send(&courier);

        if (courier.listener.fd == -1 && courier.listener.asleep < due) {
            due = courier.listener.asleep;
        }

        if (due > now + INTERCONND_COURIER_TICK) {
            due = now + INTERCONND_COURIER_TICK;
        }

        interconnd_peer_wait(courier.caller, courier.listener.fd,
                             due > now ? (int) (due - now) : 0);

        courier_take(&courier);
        busy = false;

        while ((request = interconnd_peer_next(courier.caller)) != NULL) {
            courier_answered(&courier, request->context);
            busy = true;
        }

        (void) interconnd_memory_turn(busy);
    }

    courier_destroy(&courier);

    return 0;
}


static int
courier_create(courier_t *courier, const interconnd_conf_t *conf)
{
    memset(courier, 0, sizeof(courier_t));

    courier->conf = conf;
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
courier_destroy(courier_t *courier)
{
    interconnd_entry_t  *entry;

    while (courier->outbox.lines != NULL) {
        entry = courier->outbox.lines->first;

        interconnd_peer_drop(courier->caller, &entry->request);
        courier_forget(entry);
        interconnd_outbox_release(&courier->outbox, entry);
    }

    interconnd_peer_free(courier->caller);
    ic_store_close(courier->listener.store);
    ic_store_close(courier->store);
    ic_pool_destroy(courier->scratch);
}


static void
courier_take(courier_t *courier)
{
    ic_str_t     id;
    ic_record_t  fields;

    if (interconnd_listener_take(&courier->listener, courier->scratch, &id,
                                 &fields)
        == 1
        && interconnd_outbox_hold(&courier->outbox, id, &fields) != 0)
    {
        interconnd_log("error", "memory is short");
        exit(1);
    }

    /* the rest stays in the stream until peers have taken some */
    if (courier->outbox.count >= INTERCONND_COURIER_HELD) {
        interconnd_listener_pause(&courier->listener,
                                  INTERCONND_COURIER_TICK);
    }

    ic_pool_reset(courier->scratch);
}


/* Begins every call that is due; returns when the next one will be. */
static int64_t
courier_send(courier_t *courier)
{
    int64_t               now, next;
    unsigned              room;
    interconnd_line_t    *line, *after;
    interconnd_entry_t   *entry;
    interconnd_target_t  *target;

    now = ic_mono_ms();
    next = INT64_MAX;

    for (line = courier->outbox.lines; line != NULL; line = after) {
        after = line->next_all;
        entry = line->first;
        target = line->target;

        if (line->busy) {
            continue;
        }

        if (entry->due > now) {
            next = entry->due < next ? entry->due : next;
            continue;
        }

        /* one call at a time finds out whether a lost peer is back */
        room = target->failing ? 1 : INTERCONND_COURIER_PER_PEER;
        if (target->calls >= room) {
            continue;
        }

        if (courier_is_own(courier, entry)) {
            interconnd_log("error", "entry %.*s is addressed to this node",
                           (int) entry->id.len, entry->id.data);
            courier_settle(courier, entry, "refused");
            next = now;
            continue;
        }

        courier_call(courier, entry);
    }

    return next;
}


static void
courier_call(courier_t *courier, interconnd_entry_t *entry)
{
    entry->arena = ic_pool_create();

    if (entry->arena == NULL
        || interconnd_peer_begin(courier->caller, entry->arena,
                                 &entry->request, INTERCONND_COURIER_CALL)
           != 0)
    {
        courier_again(courier, entry);
        return;
    }

    entry->line->busy = 1;
    entry->line->target->calls++;
}


static bool
courier_is_own(const courier_t *courier, const interconnd_entry_t *entry)
{
    return ic_str_is(entry->peer, courier->conf->node_id)
           || (courier->conf->address != NULL
               && strcmp(entry->request.address, courier->conf->address) == 0);
}


static void
courier_answered(courier_t *courier, interconnd_entry_t *entry)
{
    interconnd_request_t  *r;

    r = &entry->request;

    entry->line->busy = 0;
    entry->line->target->calls--;

    if (r->sent) {
        courier_reached(courier, entry->line->target);

    } else {
        entry->line->target->failing = 1;
    }

    switch (interconnd_peer_outcome(r)) {

    case INTERCONND_DONE:
        courier_accepted(courier, entry);
        return;

    case INTERCONND_REFUSED:
        break;

    case INTERCONND_MISSING:
        if (++entry->missing < INTERCONND_COURIER_MISSING) {
            courier_again(courier, entry);
            return;
        }

        break;

    case INTERCONND_AGAIN:
        courier_again(courier, entry);
        return;
    }

    interconnd_log("warn", "entry %.*s, %s: %s%s refused: %s",
                   (int) entry->id.len, entry->id.data, entry->line->name,
                   r->address, r->path, r->error);

    courier_settle(courier, entry, "refused");
}


/* A peer is back: nothing for it has to wait any longer. */
static void
courier_reached(courier_t *courier, interconnd_target_t *target)
{
    int64_t             now;
    interconnd_line_t  *line;

    if (!target->failing) {
        return;
    }

    target->failing = 0;
    now = ic_mono_ms();

    for (line = courier->outbox.lines; line != NULL;
         line = line->next_all)
    {
        if (line->target == target && !line->busy
            && !line->first->request.sent)
        {
            line->first->due = now;
        }
    }
}


static void
courier_again(courier_t *courier, interconnd_entry_t *entry)
{
    char                   attempts[16];
    int64_t                now;
    ic_str_t               argv[3];
    interconnd_request_t  *r;

    now = ic_mono_ms();
    r = &entry->request;

    if (now - entry->taken > INTERCONND_COURIER_GIVE_UP) {
        interconnd_log("error", "entry %.*s, %s: given up: %s",
                       (int) entry->id.len, entry->id.data,
                       entry->line->name, r->error);
        courier_settle(courier, entry, "undelivered");
        return;
    }

    courier_forget(entry);

    entry->attempts++;
    entry->due = now + courier_delay(entry->attempts);

    interconnd_log("warn", "entry %.*s, %s: try %u at %s%s: %s; again in "
                   "%lld ms", (int) entry->id.len, entry->id.data,
                   entry->line->name, entry->attempts, r->address, r->path,
                   r->error, (long long) (entry->due - now));

    snprintf(attempts, sizeof(attempts), "%u", entry->attempts);

    argv[0] = entry->id;
    argv[1] = ic_str(attempts);
    argv[2] = ic_str(r->error);

    if (courier_store(courier, "outbox_retry", 3, argv) != 0) {
        /* a newer message took its place meanwhile */
        interconnd_outbox_release(&courier->outbox, entry);
    }
}


/* The call is over, and what it left. */
static void
courier_forget(interconnd_entry_t *entry)
{
    if (entry->arena != NULL) {
        ic_pool_destroy(entry->arena);
        entry->arena = NULL;
    }

    entry->request.data = NULL;
    entry->request.message = ic_str(NULL);
}


/* By the schedule, +-25 %: peers that fell together rise one by one. */
static int64_t
courier_delay(unsigned attempts)
{
    int64_t   delay;
    uint32_t  dice;

    if (attempts > COURIER_STEPS) {
        attempts = COURIER_STEPS;
    }

    delay = courier_schedule[attempts - 1];

    if (RAND_bytes((u_char *) &dice, sizeof(dice)) != 1) {
        dice = UINT32_MAX / 2;
    }

    return delay * 3 / 4 + (int64_t) ((double) dice / UINT32_MAX * delay / 2);
}


/* Taken by the peer. A contract applied for has its id from the answer. */
static void
courier_accepted(courier_t *courier, interconnd_entry_t *entry)
{
    ic_str_t  argv[3];

    if (entry->handle.len == 0) {
        courier_settle(courier, entry, "delivered");
        return;
    }

    argv[0] = entry->handle;
    argv[1] = ic_json_str(ic_json_get(entry->request.data, "contract_id"));
    argv[2] = ic_str(entry->request.spki);

    if (!ic_id_valid(argv[1])) {
        snprintf(entry->request.error, sizeof(entry->request.error),
                 "the answer has no acceptable contract_id");
        courier_settle(courier, entry, "refused");
        return;
    }

    if (courier_store(courier, "contract_accepted", 3, argv) != 0) {
        snprintf(entry->request.error, sizeof(entry->request.error),
                 "the contract_id of the answer is not acceptable");
        courier_settle(courier, entry, "refused");
        return;
    }

    courier_settle(courier, entry, "delivered");
}


/* The entry ends with an outcome: delivered, refused or undelivered. */
static void
courier_settle(courier_t *courier, interconnd_entry_t *entry,
    const char *outcome)
{
    ic_str_t               argv[4];
    unsigned               argc;
    interconnd_request_t  *r;

    r = &entry->request;

    if (strcmp(outcome, "delivered") != 0 && entry->handle.len > 0) {
        argv[0] = entry->handle;
        argv[1] = ic_str(r->error);
        (void) courier_store(courier, "contract_refused", 2, argv);
    }

    argc = 0;
    argv[argc++] = entry->id;
    argv[argc++] = ic_str(outcome);

    if (strcmp(outcome, "delivered") != 0) {
        argv[argc++] = ic_str("error");
        argv[argc++] = ic_str(r->error);
    }

    (void) courier_store(courier, "outbox_done", argc, argv);
    courier_forget(entry);
    interconnd_outbox_release(&courier->outbox, entry);
}


/*
 * 0, or -1 when the store refuses. While it is away nothing can be settled
 * and therefore nothing be done: this waits for it.
 */
static int
courier_store(courier_t *courier, const char *function, unsigned argc,
    const ic_str_t *argv)
{
    int         delay;
    ic_reply_t  reply;

    delay = 100;

    while (ic_store_call(courier->store, courier->scratch, &reply, function,
                         argc, argv) != 0)
    {
        if (interconnd_quit) {
            exit(0);
        }

        interconnd_log("error", "%s: %s; again in %d ms", function,
                       ic_store_error(courier->store), delay);
        interconnd_sleep(delay);
        delay = delay >= 2500 ? 5000 : delay * 2;
        ic_pool_reset(courier->scratch);
    }

    if (!ic_reply_ok(&reply)) {
        interconnd_log("error", "%s %.*s: %.*s %.*s", function,
                       (int) argv[0].len, argv[0].data,
                       (int) reply.status.len, reply.status.data,
                       (int) reply.detail.len, reply.detail.data);
        ic_pool_reset(courier->scratch);
        return -1;
    }

    ic_pool_reset(courier->scratch);

    return 0;
}
