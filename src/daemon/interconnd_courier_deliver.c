
/* Entries of the outbox on their way to peers. */


#include <stdio.h>
#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "interconnd_courier.h"


#define INTERCONND_DELIVER_PER_PEER  4       /* calls at a time */
#define INTERCONND_DELIVER_CALL      10000   /* ms */
#define INTERCONND_DELIVER_PAUSE     250     /* ms, when the peer is sick */
#define INTERCONND_DELIVER_GIVE_UP   (72 * 3600000LL)
#define INTERCONND_DELIVER_MISSING   8       /* tries at a 404 */
#define DELIVER_SETTLED              10      /* words about an entry's end */


static bool deliver_ready(interconnd_courier_t *courier,
    const interconnd_line_t *line, int64_t now, int64_t *next);
static void deliver_call(interconnd_courier_t *courier,
    interconnd_entry_t *entry);
static bool deliver_is_own(const interconnd_courier_t *courier,
    const interconnd_entry_t *entry);
static interconnd_outcome_e deliver_learn(interconnd_courier_t *courier,
    interconnd_entry_t *entry);
static void deliver_again(interconnd_courier_t *courier,
    interconnd_entry_t *entry);
static void deliver_move(interconnd_entry_t *entry, ic_str_t address);
static int64_t deliver_delay(const interconnd_entry_t *entry);
static void deliver_accepted(interconnd_courier_t *courier,
    interconnd_entry_t *entry);
static void deliver_settle(interconnd_courier_t *courier,
    interconnd_entry_t *entry, const char *outcome);


/*
 * ms before the next try, after 1, 2, ... tries. A peer that cannot be
 * reached is probed meanwhile, and all is due when it answers.
 */
static const int64_t  deliver_lost[] = {
    1000, 5000, 30000, 120000, 600000, 1800000, 3600000
};

/* the same when it answers, but not to this: no probe would tell */
static const int64_t  deliver_sick[] = { 1000, 5000, 15000, 30000 };


int64_t
interconnd_deliver(interconnd_courier_t *courier)
{
    int64_t               now, next;
    interconnd_line_t    *line, *after;
    interconnd_entry_t   *entry;

    now = ic_mono_ms();
    next = INT64_MAX;

    for (line = courier->outbox.lines; line != NULL; line = after) {
        after = line->next_all;
        entry = line->first;

        if (!deliver_ready(courier, line, now, &next)) {
            continue;
        }

        if (deliver_is_own(courier, entry)) {
            interconnd_log("error", "entry %.*s is addressed to this node",
                           (int) entry->id.len, entry->id.data);
            deliver_settle(courier, entry, "refused");
            next = now;
            continue;
        }

        deliver_call(courier, entry);
    }

    return next;
}


static bool
deliver_ready(interconnd_courier_t *courier, const interconnd_line_t *line,
    int64_t now, int64_t *next)
{
    int64_t               due;
    unsigned              room;
    interconnd_target_t  *target;

    target = line->target;

    if (line->busy) {
        return false;
    }

    due = line->first->due > target->pause ? line->first->due
                                           : target->pause;
    if (due > now) {
        *next = due < *next ? due : *next;
        return false;
    }

    /* one call at a time finds out whether a lost peer is back */
    room = target->failing || target->sick ? 1 : INTERCONND_DELIVER_PER_PEER;

    return target->calls < room;
}


static void
deliver_call(interconnd_courier_t *courier, interconnd_entry_t *entry)
{
    entry->arena = ic_pool_create();

    if (entry->arena == NULL
        || interconnd_peer_begin(courier->caller, entry->arena,
                                 &entry->request, INTERCONND_DELIVER_CALL)
           != 0)
    {
        deliver_again(courier, entry);
        return;
    }

    entry->line->busy = 1;
    entry->line->target->calls++;
}


static bool
deliver_is_own(const interconnd_courier_t *courier,
    const interconnd_entry_t *entry)
{
    return ic_str_is(entry->peer, courier->conf->node_id)
           || (courier->conf->address != NULL
               && strcmp(entry->request.address, courier->conf->address) == 0);
}


void
interconnd_deliver_answered(interconnd_courier_t *courier, void *context)
{
    interconnd_entry_t    *entry = context;
    interconnd_request_t  *r;

    r = &entry->request;

    entry->line->busy = 0;
    entry->line->target->calls--;

    switch (deliver_learn(courier, entry)) {

    case INTERCONND_DONE:
        deliver_accepted(courier, entry);
        return;

    case INTERCONND_REFUSED:
        break;

    case INTERCONND_MISSING:
        if (++entry->missing < INTERCONND_DELIVER_MISSING) {
            deliver_again(courier, entry);
            return;
        }

        break;

    case INTERCONND_AGAIN:
        deliver_again(courier, entry);
        return;
    }

    interconnd_log("warn", "entry %.*s, %s: %s%s refused: %s",
                   (int) entry->id.len, entry->id.data, entry->line->name,
                   r->address, r->path, r->error);

    deliver_settle(courier, entry, "refused");
}


/* What a call tells of its peer. */
static interconnd_outcome_e
deliver_learn(interconnd_courier_t *courier, interconnd_entry_t *entry)
{
    interconnd_outcome_e   outcome;
    interconnd_target_t   *target;

    target = entry->line->target;
    outcome = interconnd_peer_outcome(&entry->request);

    if (!entry->request.sent) {
        interconnd_target_missed(courier, target, entry->request.address);
        return outcome;
    }

    interconnd_target_reached(courier, target);

    target->sick = outcome == INTERCONND_AGAIN;
    target->pause = target->sick ? ic_mono_ms() + INTERCONND_DELIVER_PAUSE
                                 : 0;

    return outcome;
}


static void
deliver_again(interconnd_courier_t *courier, interconnd_entry_t *entry)
{
    char                   attempts[16], wait[24];
    int64_t                now;
    ic_str_t               argv[4];
    ic_reply_t             reply;
    interconnd_request_t  *r;

    now = ic_mono_ms();
    r = &entry->request;

    if (!entry->lasting && now - entry->written > INTERCONND_DELIVER_GIVE_UP)
    {
        interconnd_log("error", "entry %.*s, %s: given up: %s",
                       (int) entry->id.len, entry->id.data,
                       entry->line->name, r->error);
        deliver_settle(courier, entry, "undelivered");
        return;
    }

    interconnd_deliver_forget(entry);

    entry->attempts++;
    entry->due = now + deliver_delay(entry);

    interconnd_log("warn", "entry %.*s, %s: try %u at %s%s: %s; again in "
                   "%lld ms", (int) entry->id.len, entry->id.data,
                   entry->line->name, entry->attempts, r->address, r->path,
                   r->error, (long long) (entry->due - now));

    snprintf(attempts, sizeof(attempts), "%u", entry->attempts);
    snprintf(wait, sizeof(wait), "%lld", (long long) (entry->due - now));

    argv[0] = entry->id;
    argv[1] = ic_str(attempts);
    argv[2] = ic_str(wait);
    argv[3] = ic_str(r->error);

    if (interconnd_courier_store(courier, &reply, "outbox_retry", 4, argv)
        != 0)
    {
        /* a newer message took its place meanwhile */
        interconnd_outbox_release(courier, entry);

    } else {
        deliver_move(entry, ic_reply_get(&reply, "address"));
    }

    ic_pool_reset(courier->scratch);
}


/* The peer has told of another address since. */
static void
deliver_move(interconnd_entry_t *entry, ic_str_t address)
{
    char  *moved;

    if (address.len == 0 || ic_str_is(address, entry->request.address)) {
        return;
    }

    moved = strndup((char *) address.data, address.len);
    if (moved == NULL) {
        return;
    }

    free(entry->moved);
    entry->moved = moved;
    entry->request.address = moved;
}


void
interconnd_deliver_forget(interconnd_entry_t *entry)
{
    if (entry->arena != NULL) {
        ic_pool_destroy(entry->arena);
        entry->arena = NULL;
    }

    entry->request.data = NULL;
    entry->request.message = ic_str(NULL);
    entry->request.signed_text = ic_str(NULL);
    entry->request.signature = ic_str(NULL);
}


static int64_t
deliver_delay(const interconnd_entry_t *entry)
{
    size_t          n, steps;
    const int64_t  *schedule;

    if (entry->request.sent) {
        schedule = deliver_sick;
        steps = sizeof(deliver_sick) / sizeof(deliver_sick[0]);

    } else {
        schedule = deliver_lost;
        steps = sizeof(deliver_lost) / sizeof(deliver_lost[0]);
    }

    n = entry->attempts < steps ? entry->attempts : steps;

    return interconnd_courier_about(schedule[n - 1]);
}


/* Taken by the peer. A contract applied for has its id from the answer. */
static void
deliver_accepted(interconnd_courier_t *courier, interconnd_entry_t *entry)
{
    ic_str_t    argv[3];
    ic_reply_t  reply;

    if (entry->handle.len == 0) {
        deliver_settle(courier, entry, "delivered");
        return;
    }

    argv[0] = entry->handle;
    argv[1] = ic_json_str(ic_json_get(entry->request.data, "contract_id"));
    argv[2] = ic_str(entry->request.spki);

    if (!ic_id_valid(argv[1])) {
        snprintf(entry->request.error, sizeof(entry->request.error),
                 "the answer has no acceptable contract_id");
        deliver_settle(courier, entry, "refused");
        return;
    }

    if (interconnd_courier_store(courier, &reply, "contract_accepted", 3,
                                 argv)
        != 0)
    {
        snprintf(entry->request.error, sizeof(entry->request.error),
                 "the contract_id of the answer is not acceptable");
        deliver_settle(courier, entry, "refused");
        return;
    }

    deliver_settle(courier, entry, "delivered");
}


/* The entry ends with an outcome: delivered, refused or undelivered. */
static void
deliver_settle(interconnd_courier_t *courier, interconnd_entry_t *entry,
    const char *outcome)
{
    char                   status[24];
    ic_str_t               argv[DELIVER_SETTLED];
    unsigned               argc;
    ic_reply_t             reply;
    interconnd_request_t  *r;

    r = &entry->request;

    if (strcmp(outcome, "delivered") != 0 && entry->handle.len > 0) {
        argv[0] = entry->handle;
        argv[1] = ic_str(r->error);
        (void) interconnd_courier_store(courier, &reply, "contract_refused",
                                        2, argv);
    }

    argc = 0;
    argv[argc++] = entry->id;
    argv[argc++] = ic_str(outcome);

    if (strcmp(outcome, "delivered") != 0) {
        argv[argc++] = ic_str("error");
        argv[argc++] = ic_str(r->error);

    } else {
        snprintf(status, sizeof(status), "%ld", r->status);

        argv[argc++] = ic_str("status");
        argv[argc++] = ic_str(status);
        argv[argc++] = ic_str("body_digest");
        argv[argc++] = ic_str(r->body_digest);
        argv[argc++] = ic_str("signed");
        argv[argc++] = r->signed_text;
        argv[argc++] = ic_str("signature");
        argv[argc++] = r->signature;
    }

    (void) interconnd_courier_store(courier, &reply, "outbox_done", argc,
                                    argv);
    interconnd_deliver_forget(entry);
    interconnd_outbox_release(courier, entry);
    ic_pool_reset(courier->scratch);
}
