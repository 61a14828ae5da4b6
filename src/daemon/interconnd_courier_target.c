
/*
 * Peers as the courier finds them. One that was not reached is probed until
 * it answers, and then everything for it is due at once; partners are probed
 * when the store says so.
 */


#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "interconnd_courier.h"


#define INTERCONND_TARGET_PATH   "/v1/interconn/node/health"
#define INTERCONND_TARGET_CALL   5000        /* ms */
#define INTERCONND_TARGET_FIRST  2000        /* ms to the second look */
#define INTERCONND_TARGET_PAUSE  10000
#define INTERCONND_TARGET_LONG   30000       /* after so many misses */
#define INTERCONND_TARGET_MANY   360
#define INTERCONND_TARGET_WATCH  "20000"     /* ms without questions */


static void target_ask(interconnd_courier_t *courier,
    interconnd_target_t *target);
static void target_seen(interconnd_courier_t *courier, void *context);
static void target_address(interconnd_target_t *target, const char *address);
static void target_pause(interconnd_courier_t *courier,
    interconnd_target_t *target);
static void target_hurry(interconnd_courier_t *courier,
    interconnd_target_t *target);


interconnd_target_t *
interconnd_target(interconnd_courier_t *courier, const char *node_id,
    const char *address)
{
    interconnd_target_t  *target;

    for (target = courier->targets; target != NULL; target = target->next) {
        if (strcmp(target->node_id, node_id) == 0) {
            return target;
        }
    }

    target = calloc(1, sizeof(interconnd_target_t));
    if (target == NULL) {
        return NULL;
    }

    target->node_id = strdup(node_id);
    target->address = strdup(address);

    if (target->node_id == NULL || target->address == NULL) {
        free(target->node_id);
        free(target->address);
        free(target);
        return NULL;
    }

    target->probe = INT64_MAX;
    target->next = courier->targets;
    courier->targets = target;

    return target;
}


void
interconnd_target_leave(interconnd_courier_t *courier,
    interconnd_target_t *target)
{
    interconnd_target_t  **p;

    if (target->uses > 0 || target->contract_id != NULL) {
        return;
    }

    p = &courier->targets;

    while (*p != target) {
        p = &(*p)->next;
    }

    *p = target->next;

    free(target->node_id);
    free(target->address);
    free(target->speaks);
    free(target);
}


void
interconnd_target_speaks(interconnd_target_t *target, ic_str_t speaks)
{
    if (target->speaks != NULL && ic_str_is(speaks, target->speaks)) {
        return;
    }

    free(target->speaks);
    target->speaks = speaks.len == 0
                     ? NULL : strndup((char *) speaks.data, speaks.len);
}


/* A peer is back: nothing for it has to wait any longer. */
void
interconnd_target_reached(interconnd_courier_t *courier,
    interconnd_target_t *target)
{
    int64_t             now;
    interconnd_line_t  *line;

    target->misses = 0;
    target->probe = INT64_MAX;

    if (!target->failing) {
        return;
    }

    interconnd_log("info", "node %s answers again", target->node_id);

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

    target_hurry(courier, target);
}


/* What is to be asked is due as well. */
static void
target_hurry(interconnd_courier_t *courier, interconnd_target_t *target)
{
    ic_str_t    argv[1];
    ic_reply_t  reply;

    argv[0] = ic_str(target->node_id);

    (void) interconnd_courier_store(courier, &reply, "watch_hurry", 1, argv);

    courier->looked = 0;
}


void
interconnd_target_missed(interconnd_courier_t *courier,
    interconnd_target_t *target, const char *address)
{
    target_address(target, address);

    target->misses++;

    if (target->failing) {
        return;
    }

    target->failing = 1;

    target->probe = ic_mono_ms()
                    + interconnd_courier_about(INTERCONND_TARGET_FIRST);

    interconnd_inquiry_drop(courier, target, false);
    target_pause(courier, target);
}


/* Questions to it would be in vain. */
static void
target_pause(interconnd_courier_t *courier, interconnd_target_t *target)
{
    ic_str_t    argv[2];
    ic_reply_t  reply;

    argv[0] = ic_str(target->node_id);
    argv[1] = ic_str(INTERCONND_TARGET_WATCH);

    (void) interconnd_courier_store(courier, &reply, "watch_pause", 2, argv);
}


static void
target_address(interconnd_target_t *target, const char *address)
{
    char  *copy;

    if (strcmp(target->address, address) == 0) {
        return;
    }

    copy = strdup(address);

    if (copy != NULL) {
        free(target->address);
        target->address = copy;
    }
}


void
interconnd_target_doubt(interconnd_target_t *target)
{
    if (!target->failing) {
        target->failing = 1;
        target->probe = ic_mono_ms();
    }
}


void
interconnd_target_look(interconnd_courier_t *courier,
    interconnd_target_t *target, const char *address)
{
    target_address(target, address);
    target->probe = ic_mono_ms();
}


int64_t
interconnd_target_probe(interconnd_courier_t *courier)
{
    int64_t               now, next;
    interconnd_target_t  *target;

    now = ic_mono_ms();
    next = INT64_MAX;

    for (target = courier->targets; target != NULL; target = target->next) {

        if (target->probing || target->probe == INT64_MAX) {
            continue;
        }

        if (target->probe <= now) {
            target_ask(courier, target);

        } else if (target->probe < next) {
            next = target->probe;
        }
    }

    return next;
}


static void
target_ask(interconnd_courier_t *courier, interconnd_target_t *target)
{
    interconnd_inquiry_t  *inquiry;

    target->probe = ic_mono_ms()
                    + interconnd_courier_about(
                          target->misses > INTERCONND_TARGET_MANY
                          ? INTERCONND_TARGET_LONG
                          : INTERCONND_TARGET_PAUSE);

    inquiry = interconnd_inquire(courier, target, target->address,
                                 INTERCONND_TARGET_PATH,
                                 INTERCONND_TARGET_CALL, target_seen);
    if (inquiry != NULL) {
        inquiry->urgent = 1;
        inquiry->request.wants_certificate = 1;
        target->probing = 1;
    }
}


/* Whoever answers in whatever way is there; 5xx: but not well. */
static void
target_seen(interconnd_courier_t *courier, void *context)
{
    bool                   up;
    int64_t                latency;
    interconnd_target_t   *target;
    interconnd_inquiry_t  *inquiry = context;

    target = inquiry->target;
    target->probing = 0;

    latency = ic_mono_ms() - inquiry->begun;
    up = inquiry->request.sent && inquiry->request.status / 100 != 5;

    /* one answer that did not come is no news */
    if (up || target->misses > 1 || inquiry->request.sent) {
        interconnd_partner_probed(courier, target, &inquiry->request, up,
                                  latency);
    }
}
