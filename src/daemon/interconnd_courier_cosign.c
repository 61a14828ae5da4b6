
/* Has partners cosign the head of this node's evidence log. */


#include "../lib/ic_codec.h"
#include "interconnd_courier.h"


#define COSIGN_PATH  "/v1/interconn/ext/evidence/checkpoint"
#define COSIGN_CALL  20000           /* ms */
#define COSIGN_TEXT  1024            /* bytes of a reason that are kept */


static void cosign_answered(interconnd_courier_t *courier, void *context);
static const char *cosign_outcome(const interconnd_request_t *r,
    ic_str_t *text, ic_arena_t *arena);
static void cosign_told(interconnd_courier_t *courier, const char *node_id,
    ic_str_t size, const char *outcome, ic_str_t text);


void
interconnd_cosign(interconnd_courier_t *courier, interconnd_target_t *target,
    const char *address, const ic_record_t *record)
{
    ic_str_t               size;
    interconnd_inquiry_t  *inquiry;

    size = ic_record_get(record, "size");

    if (target->failing) {
        cosign_told(courier, target->node_id, size, "again",
                    ic_str("the node does not answer"));
        return;
    }

    inquiry = interconnd_inquire(courier, target, address, COSIGN_PATH,
                                 COSIGN_CALL, cosign_answered);
    if (inquiry != NULL) {
        inquiry->subject = ic_str_dup(inquiry->arena, size);
        inquiry->request.method = "POST";
        inquiry->request.body = ic_str_dup(inquiry->arena,
                                           ic_record_get(record, "body"));
    }
}


static void
cosign_answered(interconnd_courier_t *courier, void *context)
{
    ic_str_t               text;
    const char            *outcome;
    interconnd_inquiry_t  *inquiry = context;

    outcome = cosign_outcome(&inquiry->request, &text, inquiry->arena);

    if (text.len > COSIGN_TEXT) {
        text.len = COSIGN_TEXT;
    }

    cosign_told(courier, inquiry->target->node_id, inquiry->subject, outcome,
                text);
}


static const char *
cosign_outcome(const interconnd_request_t *r, ic_str_t *text,
    ic_arena_t *arena)
{
    const ic_json_t  *size;

    *text = r->message.len > 0 ? r->message : ic_str(r->error);

    switch (interconnd_peer_outcome(r)) {

    case INTERCONND_DONE:
        *text = ic_json_str(ic_json_get(r->data, "cosignature"));
        return text->len > 0 ? "cosigned" : "absent";

    case INTERCONND_AGAIN:
        return "again";

    case INTERCONND_MISSING:
        return "absent";

    default:
        break;
    }

    if (!ic_str_is(ic_json_str(ic_json_get(r->data, "error")), "head_size")) {
        /* who has no such endpoint has many ways to say so */
        return r->status == 405 || r->status == 501 || r->code < 0
               ? "absent" : "refused";
    }

    size = ic_json_get(r->data, "size");

    if (size == NULL || size->type != IC_JSON_INT || size->num < 0) {
        return "refused";
    }

    *text = ic_str_fmt(arena, "%lld", (long long) size->num);

    return "size";
}


static void
cosign_told(interconnd_courier_t *courier, const char *node_id,
    ic_str_t size, const char *outcome, ic_str_t text)
{
    ic_str_t    argv[4];
    ic_reply_t  reply;

    argv[0] = ic_str(node_id);
    argv[1] = size;
    argv[2] = ic_str(outcome);
    argv[3] = text;

    (void) interconnd_courier_store(courier, &reply, "witness_told", 4, argv);

    if (ic_str_is(argv[2], "refused")) {
        interconnd_log("error", "node %s does not cosign the head of this "
                       "node's evidence log: %.*s", node_id, (int) text.len,
                       text.data);
    }
}
