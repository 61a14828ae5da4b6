
/* Contracts as the reference model has them: what ends and begins one. */


#ifndef _MODEL_CONTRACT_H_INCLUDED_
#define _MODEL_CONTRACT_H_INCLUDED_


#include "model.h"


#define PEERS      4
#define CONTRACTS  120000
#define WINDOW     10            /* the latest of a peer are in use */
#define PENDING    8             /* applications_of_peer */
#define NOBODY     -1


typedef enum { APPLIED, APPROVED, REJECTED, TERMINATED } state_e;

static const char *const  states[] = {
    "APPLIED", "APPROVED", "REJECTED", "TERMINATED"
};

typedef struct {
    char       id[16];           /* ours, until it was accepted */
    uint8_t    peer;
    uint8_t    out;              /* we applied */
    uint8_t    state;
    uint8_t    accepted;         /* our application has their id */
    uint8_t    expired;
    uint8_t    digest;
} contract_t;

typedef struct {
    int        latest[WINDOW];   /* contracts, or NOBODY */
    int        live;             /* approved last, or NOBODY */
    int        applied;          /* our application that waits */
    unsigned   pending;          /* theirs */
} peer_t;


static contract_t *contract_new(unsigned p, unsigned out);
static contract_t *contract_live(unsigned p);
static void contract_rename(contract_t *c, char letter);
static void contract_approve(contract_t *c);
static void contract_end(contract_t *c, state_e state);
static const char *contract_prevail(contract_t *c, const char *id);
static void contract_settle(contract_t *c);


static peer_t       peers[PEERS];
static contract_t  *contracts;
static int          ncontracts;


static contract_t *
contract_new(unsigned p, unsigned out)
{
    contract_t  *c;

    c = &contracts[ncontracts];
    c->peer = p;
    c->out = out;

    memmove(peers[p].latest + 1, peers[p].latest,
            (WINDOW - 1) * sizeof(int));
    peers[p].latest[0] = ncontracts++;

    return c;
}


static contract_t *
contract_live(unsigned p)
{
    contract_t  *c;

    if (peers[p].live == NOBODY) {
        return NULL;
    }

    c = &contracts[peers[p].live];

    return c->state == APPROVED && !c->expired ? c : NULL;
}


static void
contract_rename(contract_t *c, char letter)
{
    c->accepted = 1;
    snprintf(c->id, sizeof(c->id), "%c%05d", letter, (int) (c - contracts));
}


static void
contract_approve(contract_t *c)
{
    contract_settle(c);
    c->state = APPROVED;
    peers[c->peer].live = c - contracts;
    model_event("CONTRACT_APPROVED contract:%s", c->id);
}


static void
contract_end(contract_t *c, state_e state)
{
    contract_settle(c);
    c->state = state;
    c->expired = 0;
    model_event("CONTRACT_%s contract:%s", states[state], c->id);
}


static void
contract_settle(contract_t *c)
{
    if (c->state == APPLIED && !c->out) {
        peers[c->peer].pending--;
    }

    if (peers[c->peer].applied == c - contracts) {
        peers[c->peer].applied = NOBODY;
    }
}


/* NULL when nothing stands in the way any more: the lower id stands. */
static const char *
contract_prevail(contract_t *c, const char *id)
{
    contract_t  *rival;

    rival = contract_live(c->peer);

    if (rival == NULL) {
        return NULL;
    }

    if (rival->out || strcmp(rival->id, id) < 0) {
        return "contract_exists";
    }

    contract_end(rival, TERMINATED);

    return NULL;
}


#endif /* _MODEL_CONTRACT_H_INCLUDED_ */
