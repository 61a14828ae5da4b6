
/* Questions to peers: calls without a message of the outbox. */


#include "../lib/ic_codec.h"
#include "interconnd_courier.h"


#define INTERCONND_INQUIRY_PER_PEER  4       /* at a time, probes aside */


static void inquiry_answered(interconnd_courier_t *courier, void *context);
static void inquiry_begin(interconnd_courier_t *courier,
    interconnd_inquiry_t *inquiry);
static void inquiry_end(interconnd_courier_t *courier,
    interconnd_inquiry_t *inquiry);


interconnd_inquiry_t *
interconnd_inquire(interconnd_courier_t *courier, interconnd_target_t *target,
    const char *address, const char *path, int timeout_ms,
    interconnd_answered_pt done)
{
    ic_arena_t             *arena;
    interconnd_inquiry_t   *inquiry, **p;
    interconnd_request_t   *r;

    arena = ic_pool_create();
    inquiry = arena == NULL ? NULL
                            : ic_zalloc(arena, sizeof(interconnd_inquiry_t));
    if (inquiry == NULL) {
        interconnd_log("error", "memory is short");

        if (arena != NULL) {
            ic_pool_destroy(arena);
        }

        return NULL;
    }

    r = &inquiry->request;

    r->method = "GET";
    r->address = ic_str_z(arena, ic_str(address));
    r->path = ic_str_z(arena, ic_str(path));
    r->target_node_id = ic_str_z(arena, ic_str(target->node_id));
    r->speaks = target->speaks == NULL
                ? NULL : ic_str_z(arena, ic_str(target->speaks));
    r->context = inquiry;

    if (r->address == NULL || r->path == NULL || r->target_node_id == NULL) {
        interconnd_log("error", "memory is short");
        ic_pool_destroy(arena);
        return NULL;
    }

    inquiry->answered = inquiry_answered;
    inquiry->done = done;
    inquiry->target = target;
    inquiry->arena = arena;
    inquiry->timeout_ms = timeout_ms;

    target->uses++;
    courier->ninquiries++;

    for (p = &courier->inquiries; *p != NULL; p = &(*p)->next) { /* void */ }

    *p = inquiry;

    return inquiry;
}


void
interconnd_inquiry_send(interconnd_courier_t *courier)
{
    interconnd_target_t   *target;
    interconnd_inquiry_t  *inquiry, *next;

    for (inquiry = courier->inquiries; inquiry != NULL; inquiry = next) {
        next = inquiry->next;
        target = inquiry->target;

        if (inquiry->begun != 0
            || (!inquiry->urgent
                && (target->failing
                    || target->asked >= INTERCONND_INQUIRY_PER_PEER)))
        {
            continue;
        }

        inquiry_begin(courier, inquiry);
    }
}


static void
inquiry_begin(interconnd_courier_t *courier, interconnd_inquiry_t *inquiry)
{
    inquiry->begun = ic_mono_ms();
    inquiry->target->asked += !inquiry->urgent;

    if (interconnd_peer_begin(courier->caller, inquiry->arena,
                              &inquiry->request, inquiry->timeout_ms)
        != 0)
    {
        interconnd_log("error", "node %s, %s: %s", inquiry->target->node_id,
                       inquiry->request.path, inquiry->request.error);
        inquiry_end(courier, inquiry);
    }
}


static void
inquiry_answered(interconnd_courier_t *courier, void *context)
{
    interconnd_inquiry_t  *inquiry = context;

    if (inquiry->request.sent) {
        interconnd_target_reached(courier, inquiry->target);

    } else {
        interconnd_target_missed(courier, inquiry->target,
                                 inquiry->request.address);
    }

    inquiry->done(courier, inquiry);
    inquiry_end(courier, inquiry);
    ic_pool_reset(courier->scratch);
}


/* Its call is over. */

static void
inquiry_end(interconnd_courier_t *courier,
    interconnd_inquiry_t *inquiry)
{
    interconnd_target_t    *target;
    interconnd_inquiry_t  **p;

    for (p = &courier->inquiries; *p != inquiry; p = &(*p)->next) {
        /* void */
    }

    *p = inquiry->next;
    courier->ninquiries--;

    target = inquiry->target;

    if (inquiry->urgent) {
        target->probing = 0;

    } else if (inquiry->begun != 0) {
        target->asked--;
    }

    target->reading -= inquiry->page > 0;
    target->uses--;

    ic_pool_destroy(inquiry->arena);
    interconnd_target_leave(courier, target);
}


void
interconnd_inquiry_drop(interconnd_courier_t *courier,
    interconnd_target_t *target, bool all)
{
    interconnd_inquiry_t  *inquiry, *next;

    for (inquiry = courier->inquiries; inquiry != NULL; inquiry = next) {
        next = inquiry->next;

        if (all || (inquiry->target == target && inquiry->begun == 0
                    && !inquiry->urgent))
        {
            interconnd_peer_drop(courier->caller, &inquiry->request);
            inquiry_end(courier, inquiry);
        }
    }
}
