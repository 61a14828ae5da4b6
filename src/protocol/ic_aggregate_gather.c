
/*
 * The arbiter's part of a step: one message of every party, boxes from each
 * to each; who sends none.
 */


#include "../lib/ic_codec.h"
#include "ic_aggregate_state.h"


static int gather_lost(ic_aggregate_t *a, ic_aggregate_answers_t *all,
    unsigned kind);
static int gather_boxes(ic_aggregate_t *a, ic_aggregate_answers_t *all,
    const u_char **boxes, uint32_t *size);


int
ic_aggregate_gather(ic_aggregate_t *a, unsigned kind, uint32_t number,
    ic_aggregate_answers_t *all)
{
    int            rc;
    bool           lost;
    int64_t        until, left;
    unsigned       i;
    ic_message_t  *m;

    lost = false;
    all->count = 0;
    until = ic_mono_ms() + a->wire.wait_ms;

    for (i = 0; i < a->count; i++) {
        m = &all->of[i];
        all->count++;

        if (a->wire.losing) {
            left = until - ic_mono_ms();
            a->wire.wait_ms = left > 1 ? (int) left : 1;
        }

        m->data = NULL;
        rc = a->peers[i].silent ? 1
             : ic_message_recv(&a->wire, m, a->peers[i].party, 0, 0);
        all->lost[i] = rc == 1;
        lost |= rc == 1;

        if (rc == 1) {
            continue;
        }

        if (rc != 0) {
            return -1;
        }

        if (kind == 0) {
            kind = m->kind == IC_AGGREGATE_FINAL ? IC_AGGREGATE_FINAL
                                                 : IC_AGGREGATE_SUM;
        }

        if (ic_message_expect(m, kind, number) != 0) {
            return -1;
        }
    }

    ic_aggregate_lose(a, a->wire.losing);

    return lost ? gather_lost(a, all, kind) : 0;
}


/* Everybody hears of it, those who are gone too, should they be there. */

static int
gather_lost(ic_aggregate_t *a, ic_aggregate_answers_t *all, unsigned kind)
{
    int            rc;
    unsigned       i, n;
    ic_message_t   message;

    for (n = 0, i = 0; i < a->count; i++) {
        n += all->lost[i];
        a->peers[i].silent = all->lost[i];
    }

    /* the others can open this round, and go on to the next without it */

    if (kind == IC_AGGREGATE_RELEASE) {
        return 0;
    }

    ic_message_begin(&a->wire, &message, IC_AGGREGATE_LOST, a->round);
    ic_message_put_u32(&message, n);

    for (i = 0; i < a->count; i++) {
        if (all->lost[i]) {
            ic_message_put_u32(&message, i);
        }
    }

    for (rc = 0, i = 0; rc == 0 && i < a->count; i++) {
        rc = ic_message_copy(&message, a->peers[i].party);
    }

    ic_message_drop(&message);

    return rc == 0 && ic_aggregate_leave(a, all->lost) == 0 ? 1 : -1;
}


void
ic_aggregate_drop(ic_aggregate_answers_t *all)
{
    unsigned  i;

    for (i = 0; i < all->count; i++) {
        ic_message_drop(&all->of[i]);
    }
}


/* To each party the boxes that the others made for it, in their order. */

int
ic_aggregate_relay(ic_aggregate_t *a, ic_aggregate_answers_t *all,
    ic_aggregate_kind_e kind)
{
    uint32_t       size;
    unsigned       from, to;
    ic_message_t   message;
    const u_char  *boxes[IC_TASK_MAX_PARTIES];

    if (gather_boxes(a, all, boxes, &size) != 0) {
        return -1;
    }

    for (to = 0; to < a->count; to++) {
        ic_message_begin(&a->wire, &message, kind, a->round);

        for (from = 0; from < a->count; from++) {

            if (from != to && kind == IC_AGGREGATE_RELEASES) {
                ic_message_put_u8(&message, !all->lost[from]);
            }

            if (from != to && !all->lost[from]) {
                ic_message_put_raw(&message, boxes[from] + (size_t) size
                                             * (to - (to > from)),
                                   size);
            }
        }

        if (ic_message_send(&message, a->peers[to].party) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
gather_boxes(ic_aggregate_t *a, ic_aggregate_answers_t *all,
    const u_char **boxes, uint32_t *size)
{
    uint32_t       n;
    unsigned       i;
    ic_message_t  *m;

    *size = 0;

    for (i = 0; i < a->count; i++) {
        m = &all->of[i];

        if (all->lost[i]) {
            continue;
        }

        n = ic_message_get_u32(m);

        if (*size == 0) {
            *size = n;
        }

        if (n != *size) {
            m->failed = true;
        }

        boxes[i] = ic_message_get_raw(m, (size_t) n * (a->count - 1));

        if (ic_message_whole(m) != 0) {
            return -1;
        }
    }

    return 0;
}
