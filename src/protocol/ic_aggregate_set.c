
/*
 * Sets that become smaller. The arbiter says who is gone; those who stay sign
 * the set that is left (ic_aggregate_hello.c), get other keys and shares, and
 * run the sum again that was not opened. What the arbiter can not do: tell
 * some of one set and others of another, leave the guest out, lose more
 * parties than was agreed, or have a sum opened for two sets.
 */


#include <openssl/crypto.h>

#include "ic_aggregate_state.h"


/* Until the arbiter has given up on others, and a while for the rest. */
#define SET_PATIENCE  (3 * a->patience + 100)       /* s */


static int set_lost(ic_aggregate_t *a, ic_message_t *message);
static int set_refused(ic_aggregate_t *a, const char *why);
static int set_gone(ic_aggregate_t *a, unsigned i, unsigned left);


void
ic_aggregate_lose(ic_aggregate_t *a, bool arbiter)
{
    if (a->most > 0) {
        a->wire.losing = arbiter;
        a->wire.wait_ms = (int) (arbiter ? a->patience : SET_PATIENCE)
                          * 1000;
    }
}


int
ic_aggregate_recv(ic_aggregate_t *a, ic_message_t *message,
    ic_aggregate_kind_e kind, uint32_t number)
{
    int  rc;

    if (a->most == 0) {
        return ic_message_recv(&a->wire, message, a->arbiter, kind, number);
    }

    rc = ic_message_recv(&a->wire, message, a->arbiter, 0, 0);

    if (rc != 0) {
        return rc;
    }

    return message->kind == IC_AGGREGATE_LOST
           ? set_lost(a, message)
           : ic_message_expect(message, kind, number);
}


/* 1: the set is smaller; -1: we do not agree to that. */

static int
set_lost(ic_aggregate_t *a, ic_message_t *message)
{
    bool      lost[IC_TASK_MAX_PARTIES] = { false };
    unsigned  i, n, count;

    count = ic_message_get_u32(message);

    for (n = 0; n < count && !message->failed; n++) {
        i = ic_message_get_u32(message);

        if (i >= a->count || lost[i]) {
            message->failed = true;
            break;
        }

        lost[i] = true;
    }

    if (ic_message_whole(message) != 0) {
        return -1;
    }

    if (message->number != a->round || count == 0) {
        return set_refused(a, "in another round");
    }

    if (a->opened >= a->round) {
        return set_refused(a, "after all had agreed to open the sum");
    }

    if (lost[a->own]) {
        return ic_task_fail(a->task, "peer_silent", NULL, 0,
                            "%s did not hear of us for %u s: the others go "
                            "on without us", a->arbiter->name, a->patience);
    }

    return ic_aggregate_leave(a, lost) == 0 ? 1 : -1;
}


static int
set_refused(ic_aggregate_t *a, const char *why)
{
    return ic_task_fail(a->task, "peer_protocol", NULL, 0,
                        "%s left parties out %s (%u)", a->arbiter->name, why,
                        a->round);
}


int
ic_aggregate_leave(ic_aggregate_t *a, const bool *lost)
{
    unsigned  i, n, guest, own;

    for (n = a->count, i = 0; i < a->count; i++) {
        if (lost[i] && set_gone(a, i, --n) != 0) {
            return -1;
        }
    }

    guest = a->guest;
    own = a->own;

    for (n = 0, i = 0; i < a->count; i++) {

        if (lost[i]) {
            continue;
        }

        a->guest = i == guest ? n : a->guest;
        a->own = i == own ? n : a->own;
        a->peers[n++] = a->peers[i];
    }

    OPENSSL_cleanse(&a->peers[n],
                    (a->count - n) * sizeof(ic_aggregate_peer_t));
    a->count = n;
    a->attempt++;

    return 0;
}


/* Every bound, after every single party. */

static int
set_gone(ic_aggregate_t *a, unsigned i, unsigned left)
{
    const ic_party_t  *party;

    party = a->peers[i].party;

    if (i == a->guest) {
        return ic_task_fail(a->task, "peer_silent", NULL, 0,
                            "%s (%s) has sent nothing for %u s, and no sum "
                            "is possible without it", party->name,
                            party->node_id, a->patience);
    }

    a->gone[a->ngone].party = party;
    a->gone[a->ngone].rows = a->peers[i].rows;
    a->gone[a->ngone].round = a->round;
    a->ngone++;

    if (a->ngone > a->most || left < a->least) {
        return ic_task_fail(a->task, "peer_silent", NULL, 0,
                            "%s (%s) has sent nothing for %u s; "
                            "max_dropouts %u and min_parties %u let no more "
                            "parties drop out", party->name, party->node_id,
                            a->patience, a->most, a->least);
    }

    ic_task_log(a->task, "info", "%s (%s) is gone; round %u goes on without "
                "it", party->name, party->node_id, a->round);

    return 0;
}


int
ic_aggregate_agree(ic_aggregate_t *a)
{
    int  rc;

    do {
        ic_aggregate_forget(a);
        rc = a->own == a->guest ? ic_aggregate_key_start(a) : 0;

        if (rc == 0) {
            rc = ic_aggregate_meet(a, a->peers[a->own].rows);
        }

        if (rc == 0) {
            rc = ic_aggregate_deal(a);
        }

    } while (rc == 1);

    return rc;
}


const ic_aggregate_gone_t *
ic_aggregate_gone(const ic_aggregate_t *a, unsigned *count)
{
    *count = a->ngone;

    return a->gone;
}


/* Of all that were there at first. */

unsigned
ic_aggregate_least(const ic_aggregate_t *a)
{
    unsigned  all, left;

    all = a->count + a->ngone;
    left = a->most < all ? all - a->most : 0;

    return a->most == 0 ? all : left > a->least ? left : a->least;
}


void
ic_aggregate_settle(ic_aggregate_t *a)
{
    a->settled = true;
}


bool
ic_aggregate_unsummed(const ic_aggregate_t *a)
{
    return a->unsummed;
}
