
/*
 * Contracts, applied for from either side: random operations against a
 * model, with callers who are not the other party, confirmations that come
 * before the answer to their application, and contracts whose time is over.
 */


#include "model_contract.h"


static void operate(void);
static void expire(void);
static void apply_in(unsigned p);
static void apply_out(unsigned p);
static void accept_it(contract_t *c);
static void refuse(contract_t *c);
static void confirm_in(contract_t *c);
static void confirm_early(unsigned p);
static void confirm_out(contract_t *c);
static void terminate_in(contract_t *c);
static void terminate_out(contract_t *c);
static void query(contract_t *c);
static void overtake(contract_t *c);

static void caller(unsigned p, char *ident, char *name);
static void call(const char *status, const char *value, const contract_t *c,
    int argc, const char **argv);


/* on one of a peer's latest contracts */
static void (*const  operations[])(contract_t *c) = {
    accept_it, refuse, confirm_in, confirm_in, confirm_out, confirm_out,
    terminate_in, terminate_out, query, overtake
};

#define OPERATIONS  (sizeof(operations) / sizeof(operations[0]))


static int          over[64], nover;     /* expired, and nobody noticed */
static unsigned     moment;


int
main(void)
{
    unsigned  p, i;

    contracts = calloc(CONTRACTS, sizeof(contract_t));

    if (contracts == NULL || model_open(100000) != 0) {
        printf("1..0 # SKIP redis-server does not start\n");
        return 0;
    }

    for (p = 0; p < PEERS; p++) {
        peers[p].live = NOBODY;
        peers[p].applied = NOBODY;

        for (i = 0; i < WINDOW; i++) {
            peers[p].latest[i] = NOBODY;
        }
    }

    /* a peer whose 8 applications wait gets no new ones: its old ones stay */
    model_command("HSET " MODEL_NODE ":limits closed_applications %u",
                  CONTRACTS);

    while (model.done < model.ops && ncontracts < CONTRACTS) {
        operate();
    }

    model_flush();
    is_int(model.wrong, 0, "%ld operations, %d contracts", model.done,
           ncontracts);

    model_replies();
    model_close();
    free(contracts);

    return done();
}


static void
operate(void)
{
    int       i;
    unsigned  p, n;

    p = model_random(PEERS);
    n = model_random(100);
    i = peers[p].latest[model_random(WINDOW)];

    if (n < 12) {
        apply_in(p);

    } else if (n < 20) {
        apply_out(p);

    } else if (n < 22) {
        confirm_early(p);

    } else if (i != NOBODY) {
        operations[model_random(OPERATIONS)](&contracts[i]);
    }
}


/* What applying does first: four contracts whose time is over end. */
static void
expire(void)
{
    int          i;
    contract_t  *c;

    for (i = 0; i < 4 && nover > 0; i++) {
        c = &contracts[over[0]];
        memmove(over, over + 1, --nover * sizeof(over[0]));

        if (c->state == APPROVED) {
            model_event("CONTRACT_EXPIRED contract:%s", c->id);
            contract_end(c, TERMINATED);
        }
    }
}


static void
apply_in(unsigned p)
{
    int          i;
    char         id[16], ident[16], name[16], digest[8];
    contract_t  *c, *old;
    const char  *argv[] = { "contract_apply_in", "spki", ident, name, digest,
                            id };

    expire();

    snprintf(id, sizeof(id), "%c%05d", 'A' + (int) model_random(26),
             ncontracts);
    snprintf(ident, sizeof(ident), "key%u", p);
    snprintf(name, sizeof(name), "p%u", p);
    snprintf(digest, sizeof(digest), "d%u", i = model_random(16));

    c = contract_live(p);

    if (c != NULL) {
        if (model_random(4) == 0) {
            snprintf(ident, sizeof(ident), "other");
            call("contract_exists", NULL, c, 6, argv);
            return;
        }

        call("ok", c->id, c, 6, argv);
        return;
    }

    for (old = contracts; old < contracts + ncontracts; old++) {
        if (old->state == APPLIED && old->peer == p && !old->out
            && old->digest == i)
        {
            call("ok", old->id, old, 6, argv);
            return;
        }
    }

    if (peers[p].pending == PENDING) {
        call("too_many", NULL, NULL, 6, argv);
        return;
    }

    c = contract_new(p, 0);
    strcpy(c->id, id);
    c->digest = i;
    peers[p].pending++;

    model_event("CONTRACT_APPLIED contract:%s", c->id);
    call("ok", c->id, c, 6, argv);
}


static void
apply_out(unsigned p)
{
    char         id[16], name[16];
    contract_t  *c, *live;
    const char  *argv[] = { "contract_apply_out", id, name, "https://p",
                            "{}" };

    live = contract_live(p);
    expire();

    snprintf(id, sizeof(id), "h%05d", ncontracts);
    snprintf(name, sizeof(name), "p%u", p);

    if (live != NULL) {
        call("ok", live->id, live, 5, argv);
        return;
    }

    if (peers[p].applied != NOBODY) {
        c = &contracts[peers[p].applied];
        call("ok", c->id, c, 5, argv);
        return;
    }

    c = contract_new(p, 1);
    strcpy(c->id, id);
    peers[p].applied = c - contracts;

    model_event("CONTRACT_APPLIED contract:%s", c->id);
    call("ok", c->id, c, 5, argv);
}


/* The courier brings the peer's id; again, or of what we did not ask. */
static void
accept_it(contract_t *c)
{
    char         handle[16], id[16], ident[16];
    const char  *argv[] = { "contract_accepted", handle, id, ident };

    strcpy(handle, c->id);
    snprintf(ident, sizeof(ident), "key%u", c->peer);
    snprintf(id, sizeof(id), "%s", c->id);

    if (!c->out) {
        call("not_found", NULL, c, 4, argv);
        return;
    }

    if (c->accepted) {
        if (model_random(2) == 0) {
            strcpy(id, "another");
            call("conflict", NULL, c, 4, argv);
            return;
        }

        call("ok", NULL, c, 4, argv);
        return;
    }

    contract_rename(c, 'A' + (char) model_random(26));
    strcpy(id, c->id);
    model_event("CONTRACT_ACCEPTED contract:%s", c->id);
    call("ok", NULL, c, 4, argv);
}


static void
refuse(contract_t *c)
{
    const char  *argv[] = { "contract_refused", c->id, "why" };

    if (!c->out) {
        call("not_found", NULL, c, 3, argv);

    } else if (c->state == APPLIED) {
        contract_end(c, REJECTED);
        call("ok", NULL, c, 3, argv);

    } else {
        call(c->state == REJECTED ? "ok" : "wrong_state", NULL, c, 3, argv);
    }
}


/* The caller is the peer, or another. */
static void
confirm_in(contract_t *c)
{
    char         ident[16], name[16];
    state_e      to;
    unsigned     p;
    const char  *argv[] = { "contract_confirm_in", "spki", ident, name, c->id,
                            NULL };
    const char  *status;

    p = model_random(8) == 0 ? model_random(PEERS) : c->peer;
    to = model_random(3) == 0 ? REJECTED : APPROVED;

    if (model_random(40) == 0) {
        to = TERMINATED;
    }

    caller(p, ident, name);
    argv[5] = states[to];

    if (p != c->peer || !c->out) {
        call("not_found", NULL, c, 6, argv);
        return;
    }

    if (to == TERMINATED) {
        call("invalid_fields", NULL, c, 6, argv);
        return;
    }

    if (c->state != APPLIED) {
        call(c->state == to ? "ok" : "wrong_state", NULL, c, 6, argv);
        return;
    }

    status = to == REJECTED ? NULL : contract_prevail(c, c->id);

    if (status != NULL) {
        call(status, NULL, c, 6, argv);
        return;
    }

    if (!c->accepted) {
        c->accepted = 1;
        model_event("CONTRACT_ACCEPTED contract:%s", c->id);
    }

    if (to == APPROVED) {
        contract_approve(c);

    } else {
        contract_end(c, REJECTED);
    }

    call("ok", NULL, c, 6, argv);
}


/* With an id that we have not heard of yet. */
static void
confirm_early(unsigned p)
{
    char         ident[16], name[16], id[16];
    contract_t  *c;
    const char  *argv[] = { "contract_confirm_in", "spki", ident, name, id,
                            "APPROVED" };
    const char  *status;

    caller(p, ident, name);
    snprintf(id, sizeof(id), "%c%05de", 'A' + (int) model_random(26),
             peers[p].applied);

    c = peers[p].applied == NOBODY ? NULL : &contracts[peers[p].applied];

    if (c == NULL || c->accepted) {
        call("not_found", NULL, NULL, 6, argv);
        return;
    }

    status = contract_prevail(c, id);

    if (status != NULL) {
        call(status, NULL, c, 6, argv);
        return;
    }

    strcpy(c->id, id);
    c->accepted = 1;
    model_event("CONTRACT_ACCEPTED contract:%s", id);
    contract_approve(c);
    call("ok", NULL, c, 6, argv);
}


static void
confirm_out(contract_t *c)
{
    state_e      to;
    contract_t  *live;
    const char  *argv[] = { "contract_confirm_out", c->id, NULL, "{}" };

    to = model_random(3) == 0 ? REJECTED : APPROVED;
    argv[2] = states[to];

    live = contract_live(c->peer);

    if (c->out) {
        call("not_found", NULL, c, 4, argv);

    } else if (c->state != APPLIED) {
        call(c->state == to ? "ok" : "wrong_state", NULL, c, 4, argv);

    } else if (to == REJECTED) {
        contract_end(c, REJECTED);
        call("ok", NULL, c, 4, argv);

    } else if (live != NULL) {
        call("contract_exists", NULL, c, 4, argv);

    } else {
        contract_approve(c);
        call("ok", NULL, c, 4, argv);
    }
}


static void
terminate_in(contract_t *c)
{
    char         ident[16], name[16];
    unsigned     p;
    const char  *argv[] = { "contract_terminate_in", "spki", ident, name,
                            c->id };

    p = model_random(4) == 0 ? model_random(PEERS) : c->peer;

    caller(p, ident, name);

    if (p != c->peer) {
        call("not_found", NULL, c, 5, argv);

    } else if (c->state == APPLIED || c->state == APPROVED) {

        if (c->out && !c->accepted) {
            c->accepted = 1;
            model_event("CONTRACT_ACCEPTED contract:%s", c->id);
        }

        contract_end(c, TERMINATED);
        call("ok", NULL, c, 5, argv);

    } else {
        call(c->state == TERMINATED ? "ok" : "wrong_state", NULL, c, 5,
             argv);
    }
}


static void
terminate_out(contract_t *c)
{
    const char  *argv[] = { "contract_terminate_out", c->id };

    if (c->state == APPLIED || c->state == APPROVED) {
        contract_end(c, TERMINATED);
        call("ok", NULL, c, 2, argv);

    } else {
        call(c->state == TERMINATED ? "ok" : "wrong_state", NULL, c, 2,
             argv);
    }
}


static void
query(contract_t *c)
{
    char         ident[16], name[16];
    unsigned     p;
    const char  *argv[] = { "contract_query_in", "spki", ident, name, c->id };

    p = model_random(4) == 0 ? model_random(PEERS) : c->peer;

    caller(p, ident, name);

    if (p != c->peer) {
        call("not_found", NULL, c, 5, argv);

    } else {
        call("ok", c->expired ? "TERMINATED" : states[c->state], c, 5, argv);
    }
}


/* The time of the contract is over; nobody has noticed yet. */
static void
overtake(contract_t *c)
{
    if (c->state != APPROVED || c->expired || nover == 64
        || model_random(4) != 0)
    {
        return;
    }

    model_command("HSET " MODEL_NODE ":contract:%s expired_time %u", c->id,
                  ++moment);
    model_command("ZADD " MODEL_NODE ":contract-ends %u %s", moment, c->id);

    c->expired = 1;
    over[nover++] = c - contracts;
}


static void
caller(unsigned p, char *ident, char *name)
{
    sprintf(ident, "key%u", p);
    sprintf(name, "p%u", p);
}


static void
call(const char *status, const char *value, const contract_t *c, int argc,
    const char **argv)
{
    char  subject[32];

    if (c == NULL) {
        model_call(status, value, NULL, NULL, argc, argv);
        return;
    }

    snprintf(subject, sizeof(subject), "contract:%s", c->id);
    model_call(status, value, subject, states[c->state], argc, argv);
}
