
/* What the courier asks peers, as the store has it due. */


#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "interconnd_courier.h"


#define INTERCONND_WATCH_LOOK   1000         /* ms */
#define INTERCONND_WATCH_LIMIT  "16"         /* questions a peer and look */
#define INTERCONND_WATCH_QUEUE  2048         /* questions in memory */
#define INTERCONND_WATCH_CALL   10000        /* ms */


static void watch_consents(interconnd_courier_t *courier);
static void watch_consent(interconnd_courier_t *courier,
    const ic_record_t *record);
static void watch_answered(interconnd_courier_t *courier, void *context);
static bool watch_status(interconnd_inquiry_t *inquiry, ic_str_t *status);
static void watch_partners(interconnd_courier_t *courier);
static void watch_partner(interconnd_courier_t *courier,
    const ic_record_t *record);
static interconnd_target_t *watch_target(interconnd_courier_t *courier,
    const ic_record_t *record);


static const char *const  watch_kinds[] = { "contract", "audit", NULL };


void
interconnd_watch(interconnd_courier_t *courier)
{
    int64_t  now;

    now = ic_mono_ms();

    if (courier->looked + INTERCONND_WATCH_LOOK > now
        && courier->looked != 0)
    {
        return;
    }

    courier->looked = now;

    interconnd_initiator_reap(courier);

    if (courier->ninquiries < INTERCONND_WATCH_QUEUE) {
        watch_consents(courier);
        watch_partners(courier);
    }

    ic_pool_reset(courier->scratch);
}


static void
watch_consents(interconnd_courier_t *courier)
{
    unsigned    i;
    ic_str_t    argv[2];
    ic_reply_t  reply;

    argv[0] = ic_str(INTERCONND_WATCH_LIMIT);
    argv[1] = ic_str_fmt(courier->scratch, "%d",
                         courier->conf->initiator_interval);

    if (argv[1].data == NULL
        || interconnd_courier_store(courier, &reply, "watch_take", 2, argv)
           != 0)
    {
        return;
    }

    for (i = 0; i < reply.nrecords; i++) {
        watch_consent(courier, &reply.records[i]);
    }
}


static void
watch_consent(interconnd_courier_t *courier, const ic_record_t *record)
{
    char                  *address, *path;
    interconnd_target_t   *target;
    interconnd_inquiry_t  *inquiry;

    target = watch_target(courier, record);
    if (target == NULL) {
        return;
    }

    address = ic_str_z(courier->scratch, ic_record_get(record, "address"));
    path = ic_str_z(courier->scratch, ic_record_get(record, "path"));

    /* it is probed, and everything is asked when it answers */
    if (target->failing || address == NULL || path == NULL) {
        interconnd_target_leave(courier, target);
        return;
    }

    inquiry = interconnd_inquire(courier, target, address, path,
                                 INTERCONND_WATCH_CALL,
                                 interconnd_initiator_asks(record)
                                 ? interconnd_initiator_answered
                                 : watch_answered);

    if (inquiry != NULL) {
        inquiry->subject = ic_str_dup(inquiry->arena,
                                      ic_record_get(record, "subject"));
        inquiry->request.method =
            ic_str_is(ic_record_get(record, "method"), "POST") ? "POST"
                                                               : "GET";
        inquiry->request.body = ic_str_dup(inquiry->arena,
                                           ic_record_get(record, "body"));
        inquiry->request.wants_certificate = 1;
    }

    interconnd_target_leave(courier, target);
}


static void
watch_answered(interconnd_courier_t *courier, void *context)
{
    ic_str_t               argv[5];
    ic_reply_t             reply;
    interconnd_inquiry_t  *inquiry = context;

    if (!watch_status(inquiry, &argv[2])) {
        return;
    }

    argv[0] = inquiry->subject;
    argv[1] = ic_str(inquiry->target->node_id);
    argv[3] = ic_str(inquiry->request.spki);
    argv[4] = inquiry->request.certificate;

    if (interconnd_courier_store(courier, &reply, "consent_observed", 5, argv)
        == 0
        && ic_str_is(ic_reply_get(&reply, "changed"), "1"))
    {
        interconnd_log("info", "%.*s: node %s says %.*s",
                       (int) argv[0].len, argv[0].data,
                       inquiry->target->node_id, (int) argv[2].len,
                       argv[2].data);
    }
}


/* False when the answer tells nothing; "" when the peer knows of no such. */
static bool
watch_status(interconnd_inquiry_t *inquiry, ic_str_t *status)
{
    switch (interconnd_peer_outcome(&inquiry->request)) {

    case INTERCONND_DONE:
        *status = ic_json_str(ic_json_get(inquiry->request.data, "status"));
        return status->len > 0;

    case INTERCONND_MISSING:
        /* a server without this endpoint has no envelope */
        *status = ic_str("");
        return inquiry->request.code >= 0;

    default:
        return false;
    }
}


static void
watch_partners(interconnd_courier_t *courier)
{
    unsigned    i;
    ic_str_t    argv[2];
    ic_reply_t  reply;

    argv[0] = ic_str_fmt(courier->scratch, "%d",
                         courier->conf->health_interval);
    argv[1] = ic_str_fmt(courier->scratch, "%d",
                         courier->conf->catalog_interval);

    if (argv[0].data == NULL || argv[1].data == NULL
        || interconnd_courier_store(courier, &reply, "peer_take", 2, argv)
           != 0)
    {
        return;
    }

    for (i = 0; i < reply.nrecords; i++) {
        watch_partner(courier, &reply.records[i]);
    }
}


static void
watch_partner(interconnd_courier_t *courier, const ic_record_t *record)
{
    char                 *address, *id;
    interconnd_target_t  *target;

    target = watch_target(courier, record);
    if (target == NULL) {
        return;
    }

    address = ic_str_z(courier->scratch, ic_record_get(record, "address"));
    id = strndup((char *) ic_record_get(record, "contract_id").data,
                 ic_record_get(record, "contract_id").len);

    if (address == NULL || id == NULL) {
        free(id);
        interconnd_target_leave(courier, target);
        return;
    }

    free(target->contract_id);
    target->contract_id = id;
    target->described = ic_record_get(record, "described").len > 0;

    if (ic_str_is(ic_record_get(record, "what"), "catalog")) {
        interconnd_catalog_read(courier, target, address);
        return;
    }

    if (ic_str_is(ic_record_get(record, "what"), "cosign")) {
        interconnd_cosign(courier, target, address, record);
        return;
    }

    interconnd_target_look(courier, target, address);
}


static interconnd_target_t *
watch_target(interconnd_courier_t *courier, const ic_record_t *record)
{
    char                 *node_id, *address;
    interconnd_target_t  *target;

    node_id = ic_str_z(courier->scratch, ic_record_get(record, "node_id"));
    address = ic_str_z(courier->scratch, ic_record_get(record, "address"));

    if (node_id == NULL || address == NULL
        || strcmp(node_id, courier->conf->node_id) == 0)
    {
        return NULL;
    }

    target = interconnd_target(courier, node_id, address);

    if (target != NULL) {
        interconnd_target_speaks(target, ic_record_get(record, "speaks"));
    }

    return target;
}


void
interconnd_watch_build(interconnd_courier_t *courier)
{
    char                next[24];
    ic_str_t            argv[2], offset;
    ic_reply_t          reply;
    const char *const  *kind;

    for (kind = watch_kinds; *kind != NULL; kind++) {
        strcpy(next, "0");

        while (next[0] != '\0' && !interconnd_quit) {
            argv[0] = ic_str(*kind);
            argv[1] = ic_str(next);

            if (interconnd_courier_store(courier, &reply, "watch_build", 2,
                                         argv)
                != 0)
            {
                break;
            }

            offset = ic_reply_get(&reply, "next");

            if (offset.len >= sizeof(next)) {
                break;
            }

            memcpy(next, offset.data, offset.len);
            next[offset.len] = '\0';
            ic_pool_reset(courier->scratch);
        }
    }
}
