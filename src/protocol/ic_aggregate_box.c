
/* What only data parties share: sealed boxes, random words; the end. */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "ic_aggregate_state.h"


static const char *box_purpose(ic_aggregate_kind_e kind);
static int box_send(ic_aggregate_t *a, const ic_aggregate_boxes_t *boxes,
    ic_label_t *label);
static int box_open(ic_aggregate_t *a, const ic_aggregate_boxes_t *boxes,
    ic_message_t *message, ic_label_t *label);


void
ic_aggregate_label(const ic_aggregate_t *a, ic_label_t *label,
    const char *purpose)
{
    memset(label, 0, sizeof(ic_label_t));
    memcpy(label->context, a->wire.context, sizeof(label->context));
    label->purpose = purpose;
    label->round = a->round;
}


int
ic_aggregate_exchange(ic_aggregate_t *a, const ic_aggregate_boxes_t *boxes)
{
    int           rc;
    ic_label_t    label;
    ic_message_t  message;

    ic_aggregate_label(a, &label, box_purpose(boxes->kind));

    if (box_send(a, boxes, &label) != 0) {
        return -1;
    }

    rc = ic_aggregate_recv(a, &message, boxes->kind + 1, a->round);

    if (rc == 0) {
        rc = box_open(a, boxes, &message, &label);
    }

    ic_message_drop(&message);

    return rc;
}


static const char *
box_purpose(ic_aggregate_kind_e kind)
{
    switch (kind) {

    case IC_AGGREGATE_READY:
        return "ready";

    case IC_AGGREGATE_RELEASE:
        return "release";

    case IC_AGGREGATE_PARTIAL:
        return "partial";

    default:
        return "final";
    }
}


static int
box_send(ic_aggregate_t *a, const ic_aggregate_boxes_t *boxes,
    ic_label_t *label)
{
    size_t         len;
    u_char        *box;
    unsigned       i;
    ic_message_t   message;

    len = boxes->len;
    ic_message_begin(&a->wire, &message, boxes->kind, a->round);
    ic_message_put_u32(&message, (uint32_t) (len + IC_SEAL_OVERHEAD));
    label->from = a->own;

    for (i = 0; i < a->count; i++) {

        if (i == a->own) {
            continue;
        }

        label->to = i;
        box = ic_message_space(&message, len + IC_SEAL_OVERHEAD);

        if (box != NULL
            && ic_seal(a->peers[i].secret, label, boxes->aad, boxes->aad_len,
                       boxes->payload + i * boxes->stride, len, box)
               != 0)
        {
            message.failed = true;
        }
    }

    return ic_message_send(&message, a->arbiter);
}


static int
box_open(ic_aggregate_t *a, const ic_aggregate_boxes_t *boxes,
    ic_message_t *message, ic_label_t *label)
{
    size_t         len;
    unsigned       i;
    const u_char  *box;

    label->to = a->own;
    len = boxes->len + IC_SEAL_OVERHEAD;

    for (i = 0; i < a->count; i++) {

        if (i == a->own) {
            continue;
        }

        if (boxes->there != NULL) {
            boxes->there[i] = ic_message_get_u8(message) == 1;

            if (!boxes->there[i]) {
                continue;
            }
        }

        label->from = i;
        box = ic_message_get_raw(message, len);

        if (box == NULL
            || ic_unseal(a->peers[i].secret, label, boxes->aad,
                         boxes->aad_len, box, len,
                         boxes->others + i * boxes->len)
               != 0)
        {
            return ic_task_fail(a->task, "peer_protocol", NULL, 0,
                                "the %s message of %s in round %u is not "
                                "for what we received", label->purpose,
                                a->peers[i].party->name, a->round);
        }
    }

    return ic_message_whole(message);
}


int
ic_aggregate_random(ic_aggregate_t *a, const char *purpose, uint64_t *words,
    unsigned count)
{
    ic_str_t    name;
    ic_label_t  label;

    name = ic_str_fmt(ic_task_arena(a->task), "random %s", purpose);

    if (name.data == NULL) {
        return ic_aggregate_no_memory(a);
    }

    ic_aggregate_label(a, &label, (char *) name.data);
    label.round = 0;
    memset(words, 0, count * sizeof(uint64_t));

    return ic_mask_apply(a->check_key, &label, 1, words, count) == 0 ? 0
           : ic_aggregate_no_memory(a);
}


int
ic_aggregate_confirm(ic_aggregate_t *a, const u_char digest[32])
{
    int                   rc;
    u_char                others[IC_TASK_MAX_PARTIES * 32];
    unsigned              i;
    ic_aggregate_boxes_t  boxes = {
        .kind = IC_AGGREGATE_FINAL, .payload = digest, .len = 32,
        .others = others
    };

    a->round++;

    do {
        rc = ic_aggregate_exchange(a, &boxes);
    } while (rc == 1 && ic_aggregate_agree(a) == 0);

    if (rc != 0) {
        return -1;
    }

    for (i = 0; i < a->count; i++) {
        if (i != a->own
            && CRYPTO_memcmp(others + i * 32, digest, 32) != 0)
        {
            return ic_task_fail(a->task, "peer_protocol", NULL, 0,
                                "%s arrived at another result",
                                a->peers[i].party->name);
        }
    }

    return 0;
}
